"""Cuts the text of a name cell into words, numbers and marks, and knows which words begin a name (DOMAIN 3.5, 3.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from matching.normalise.making import maker
from matching.normalise.surnames import CLANS, ETHNIC_BEGINNINGS, MIDDLE_NAMES, SURNAMES
from matching.normalise.text import fold, spelling_key

_LETTER: Final = r"[^\W\d_][\u0300-\u036f]*"
_TOKEN: Final = re.compile(rf"(?P<word>(?:{_LETTER})+(?:'(?:{_LETTER})+)*'?)|(?P<number>\d+)|(?P<mark>[^\s_]|\n)")
_SPLIT_PREFIX: Final = re.compile(r"(?i)(?<![^\W_])([kh])(?:' |,)(?=[^\W\d_])")
_LONE_UNDERSCORE: Final = re.compile(r"(?<= )_+(?= )")
_APOSTROPHES: Final = re.compile("'{2,}")
_ARROW: Final = re.compile(r"\s*(?:[-=]+>|→)\s*")
_ZERO_IN_WORD: Final = re.compile(r"(?<=[^\W\d_])0(?=[^\W\d_])")
_LONGEST_WORD: Final = 40


@dataclass(frozen=True, slots=True)
class Word:
    """What one spelling of a word amounts to."""

    key: str  # K2
    bare: str  # K3
    plain: bool  # typed without any accent
    initial: bool  # no vowel: "Ng", "V"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a mark, and where it stands."""

    text: str
    key: str
    bare: str
    plain: bool
    initial: bool
    is_word: bool
    is_number: bool
    start: int
    end: int


_token: Final = maker(Token)


@lru_cache(maxsize=65_536)
def word(text: str) -> Word:
    """What a word amounts to."""
    key, bare = spelling_key(text), fold(text)
    return Word(key, bare, text.isascii(), not any(letter in "aeiouy" for letter in bare) and bare.isascii())


def mend(text: str) -> tuple[str, bool]:
    """The text with "K' Brèm" and "K,Brèm" joined, a lone "_" as a dash, an arrow as words, a zero in a word as "o".

    Beside it, whether there was such a zero.
    """
    if ">" in text or "→" in text:
        text = _ARROW.sub(" chuyển nhượng cho ", text)
    if "''" in text:
        text = _APOSTROPHES.sub("'", text)
    if "'" in text or "," in text:
        text = _SPLIT_PREFIX.sub(r"\1'", text)
    if "_" in text:
        text = _LONE_UNDERSCORE.sub("-", text)
    if "0" not in text:
        return text, False
    mended, zeros = _ZERO_IN_WORD.subn("o", text)
    return mended, zeros > 0


def tokens(text: str) -> list[Token]:
    """The words, numbers and marks of a repaired text; "_" is a space, a line break is a mark."""
    found: list[Token] = []
    start = 0
    for chunk in text.split(" "):
        if chunk.isalpha():
            found.append(_word_token(chunk, start))
        elif chunk:
            for match in _TOKEN.finditer(chunk):
                piece, at = match[0], start + match.start()
                if match.lastgroup == "word":
                    found.append(_word_token(piece, at))
                else:
                    number = match.lastgroup == "number"
                    found.append(_token(piece, piece, piece, True, False, False, number, at, at + len(piece)))
        start += len(chunk) + 1
    return found


def _word_token(text: str, start: int) -> Token:
    known = word(text) if len(text) <= _LONGEST_WORD else Word(text.lower(), text.lower(), False, False)
    return _token(text, known.key, known.bare, known.plain, known.initial, True, False, start, start + len(text))


_BEGINNINGS: Final = f"{SURNAMES} {ETHNIC_BEGINNINGS}".split()
MIDDLE_BARE: Final = frozenset(map(fold, MIDDLE_NAMES.split()))
_BEGINNING_KEYS: Final = frozenset(map(spelling_key, _BEGINNINGS))
_BEGINNING_BARE: Final = frozenset(map(fold, _BEGINNINGS)) - MIDDLE_BARE
_SURNAME_KEYS: Final = frozenset(map(spelling_key, SURNAMES.split()))
_SURNAME_BARE: Final = frozenset(map(fold, SURNAMES.split())) - MIDDLE_BARE
_HIGHLAND_NAME: Final = re.compile(
    r"(?:[kh]|ka)'.|k[bcdgjklmnprstvwx]."
)  # "K'Brèm", and without its apostrophe "KBrèm"
_CLANS: Final = frozenset(tuple(fold(clan).split()) for clan in CLANS.replace("\n", ";").split(";") if clan.strip())
_CLAN_WORDS: Final = frozenset(word for clan in _CLANS for word in clan)
CLAN_PAIRS: Final = frozenset(pair for clan in _CLANS for pair in pairwise(clan))
_LONGEST_CLAN: Final = max(map(len, _CLANS))


def is_middle_name(token: Token) -> bool:
    """The word is "Văn" or "Thị", the middle name of most people."""
    return token.bare in MIDDLE_BARE


def is_surname(token: Token) -> bool:
    """The word is a surname of the lists; typed without accents, one of them without accents."""
    return token.key in _SURNAME_KEYS or (token.plain and token.bare in _SURNAME_BARE)


def is_beginning(token: Token) -> bool:
    """The word is a surname, a clan or a particle that names begin with."""
    if not token.is_word or token.bare in MIDDLE_BARE:
        return False
    return (
        token.key in _BEGINNING_KEYS
        or (token.plain and token.bare in _BEGINNING_BARE)
        or token.bare.startswith(("k'", "h'"))
    )


def may_begin(token: Token) -> bool:
    """The word looks like one that names begin with, whatever its accents."""
    return token.is_word and (token.bare in _BEGINNING_BARE or token.bare.startswith(("k'", "h'")))


def begins_name(line: list[Token], at: int) -> bool:
    """A word that names begin with stands here, and one more word follows, or it is a name by itself ("K'Brèm")."""
    if at >= len(line) or not line[at].is_word:
        return False
    token = line[at]
    if _HIGHLAND_NAME.match(token.bare) is not None:
        return True
    follower = at + 2 if at + 1 < len(line) and line[at + 1].text == "." else at + 1
    if follower >= len(line) or not line[follower].is_word:
        return False
    return is_beginning(token) or (token.initial and len(token.bare) > 1) or clan_words(line, at) > 0


def clan_words(line: list[Token], at: int) -> int:
    """The number of words of the clan of several words that begins here ("Buôn Yă", "Cha Ma Léa"); zero for none."""
    if line[at].bare not in _CLAN_WORDS:
        return 0
    for length in range(_LONGEST_CLAN, 1, -1):
        if tuple(token.bare for token in line[at : at + length]) in _CLANS:
            return length
    return 0


def in_clan(line: list[Token], at: int) -> bool:
    """The word here belongs to a clan of several words, so it is no village, no title, no relation."""
    if line[at].bare not in _CLAN_WORDS:
        return False
    return any(clan_words(line, start) > at - start for start in range(max(0, at - _LONGEST_CLAN + 1), at + 1))


def listed(text: str) -> list[str]:
    """The phrases of a table of words, which ";" and line breaks separate."""
    return [phrase for line in text.split("\n") for phrase in (part.strip() for part in line.split(";")) if phrase]


@dataclass(frozen=True, slots=True)
class Pattern:
    """The words of a phrase as keys K2 and K3."""

    keys: tuple[str, ...]
    bare: tuple[str, ...]

    def typed(self, line: list[Token], at: int) -> str:
        """ "exact", "bare" or "" as the words stand here with their accents, without, or not at all."""
        if at + len(self.keys) > len(line):
            return ""
        how = "exact"
        for offset, key in enumerate(self.keys):
            token = line[at + offset]
            if token.key != key:
                if not token.plain or token.bare != self.bare[offset]:
                    return ""
                how = "bare"
        return how


def pattern(phrase: str) -> Pattern:
    """A phrase of a table as a pattern."""
    keys: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    for text in phrase.split():
        of_word = _pattern_of_word(text)
        keys, bare = keys + of_word.keys, bare + of_word.bare
    return Pattern(keys, bare)


@lru_cache(maxsize=4_096)
def _pattern_of_word(text: str) -> Pattern:
    found = tokens(text)
    return Pattern(tuple([token.key for token in found]), tuple([token.bare for token in found]))
