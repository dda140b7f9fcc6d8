"""Mends the words of a name cell that are no syllables: keystrokes, digits read for letters, words typed as one.

A word is touched only if it is no syllable, with or without its accents, and no word of the Central Highlands, and
only if what it becomes is one. Weak signs need a Vietnamese surname, or another such word, in the same cell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from matching.normalise.keystrokes import kinds_of_keys, telex, vni
from matching.normalise.legacy_tables import COMMON_SYLLABLES, HIGHLAND_WORDS
from matching.normalise.surnames import COMMON_SURNAMES, ETHNIC_BEGINNINGS, SURNAMES
from matching.normalise.syllables import ONSETS, RHYMES, is_syllable

_LONGEST: Final = 24
# A mark that composes with no letter is part of its word: what stands before it is no word by itself.
_WORD: Final = re.compile(rf"(?<!['\w\u0300-\u036f])[^\W_]{{2,{_LONGEST}}}(?!['\w\u0300-\u036f])")
_MARK_KEY: Final = re.compile(r"[678]|[dD]9")  # a key of VNI that no list counts by
_HAS_DIGIT: Final = re.compile(r"[0-9]")
_ALPHABET: Final = frozenset("abcdefghijklmnopqrstuvwxyzăâđêôơư")
# What a machine that reads scanned pages takes for a letter.
_LOOK_ALIKES: Final = {"0": "o", "1": "il", "4": "a", "5": "s", "6": "g", "8": "b", "9": "g"}


def _without_marks(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _bare(word: str) -> str:
    """A lower-case word without any accent."""
    return word if word.isascii() else _without_marks(word).replace("đ", "d")


_BARE_ONSETS: Final = frozenset(onset.replace("đ", "d") for onset in ONSETS)
_BARE_RHYMES: Final = frozenset(map(_bare, RHYMES))
_MAIN_SURNAMES: Final = frozenset(COMMON_SURNAMES.lower().split())
_BARE_SURNAMES: Final = frozenset(map(_bare, _MAIN_SURNAMES))
_KNOWN: Final = COMMON_SYLLABLES | frozenset(SURNAMES.lower().split())
_LEFT_ALONE: Final = HIGHLAND_WORDS | frozenset(ETHNIC_BEGINNINGS.lower().split())
_PLAIN_MIDDLES: Final = ("van", "thi")
_LONG_SURNAME: Final = 4  # letters: "nguyen" at the head of a word without accents is no accident


@dataclass(frozen=True, slots=True)
class Mending:
    """What a word may become, the flag of that, and how many words of the cell must speak for it."""

    text: str
    flag: str
    needs: str  # "": nothing; "surname": a common surname in the cell; "another": another word like it


def mend_words(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with such words mended, and the flags of what was done."""
    found = [(match, mending) for match in _WORD.finditer(text) if (mending := mending_of(match[0])) is not None]
    if not found:
        return text, ()
    words = {word.lower() for word in _WORD.findall(text)} | {part for _, may in found for part in may.text.split()}
    surnames = _BARE_SURNAMES | _MAIN_SURNAMES if text.isascii() else _MAIN_SURNAMES
    kinh = (len(found) > 1 or not words.isdisjoint(surnames)) and words.isdisjoint(_LEFT_ALONE)
    sure = any(mending.needs != "another" or _MARK_KEY.search(match[0]) is not None for match, mending in found)
    parts: list[str] = []
    flags: list[str] = []
    end = 0
    for match, mending in found:
        if mending.needs and (not kinh or (mending.needs == "another" and not (sure and len(found) > 1))):
            continue
        parts += text[end : match.start()], _in_case(mending.text, match[0])
        flags.append(mending.flag)
        end = match.end()
    return "".join((*parts, text[end:])), tuple(dict.fromkeys(flags))


def join_halves(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with a space taken out of a syllable ("Ngu yễn"), where neither half is one that names are made of."""
    words = text.split(" ")
    if text.isascii() or not any(map(is_half, words)):
        return text, ()
    joined: list[str] = []
    for word in words:
        if joined and (joined[-1].lower(), word.lower()) in _halves():
            joined[-1] += word if joined[-1].isupper() or word.islower() else word.lower()
        else:
            joined.append(word)
    return (" ".join(joined), ("space_in_word",)) if len(joined) < len(words) else (text, ())


def is_half(word: str) -> bool:
    """The word may be the end of a syllable that a space cut in two."""
    return not word.isascii() and word.lower() in _second_halves()


def may_be_halved(word: str) -> bool:
    """The word may be the beginning of such a syllable."""
    return word.lower() in _first_halves()


def are_halves(word: str, after: str) -> bool:
    """A space cut a syllable into these two words."""
    return (word.lower(), after.lower()) in _halves()


@lru_cache(maxsize=1)
def _first_halves() -> frozenset[str]:
    return frozenset(head for head, _ in _halves())


@lru_cache(maxsize=1)
def _halves() -> frozenset[tuple[str, str]]:
    """Both halves of each syllable that names are made of, where no name has either: "ngu" and "yễn".

    "T Hiên" is an abbreviated name, so that a half without a vowel counts only before what is no syllable.
    """
    known = _KNOWN | _LEFT_ALONE
    return frozenset(
        (head, tail)
        for syllable in _KNOWN
        for head, tail in ((syllable[:at], syllable[at:]) for at in range(1, len(syllable)))
        if not tail.isascii() and head not in known and tail not in known
        if not is_syllable(tail) or (len(head) > 1 and any(letter in "aeiouy" for letter in _bare(head)))
    )


@lru_cache(maxsize=1)
def _second_halves() -> frozenset[str]:
    return frozenset(tail for _, tail in _halves())


@lru_cache(maxsize=65_536)
def mending_of(word: str) -> Mending | None:
    """What a word may become; None for nearly all words."""
    lower = unicodedata.normalize("NFC", word.lower())
    if _HAS_DIGIT.search(lower) is not None:
        return None if lower.isdecimal() else _with_digits(lower)
    if lower in _LEFT_ALONE or is_syllable(lower) or not _ALPHABET.issuperset(_toneless(lower)):
        return None
    bare = _bare(lower)
    if _looks_like_syllable(bare):
        return None
    typed = telex(lower)
    if typed is not None:
        stem = lower.rstrip("sfrxjw")  # one key too many after a finished surname: "Tôf"
        typed = stem if typed not in _KNOWN and stem in _MAIN_SURNAMES else typed
        return Mending(typed, "telex", _doubt_of_keys(lower, typed))
    parts = _unglued(lower)
    return Mending(" ".join(parts), "glued_split", "") if parts else None


def _doubt_of_keys(word: str, typed: str) -> str:
    if kinds_of_keys(word) > 1:
        return ""
    if word.isascii() and word[-1:] not in "sfrxj" and "w" not in word and not word.startswith("dd"):
        return "surname" if typed in COMMON_SYLLABLES and len(word) > 3 else "another"  # "Lee", "Moon": foreign as well
    certain = typed in COMMON_SYLLABLES or typed in _MAIN_SURNAMES
    return "" if certain or (word.startswith("dd") and _bare(typed) in _BARE_SURNAMES) else "surname"


def _with_digits(word: str) -> Mending | None:
    """Keystrokes of VNI, or a digit that a machine read for a letter; a digit at the end more likely counts."""
    typed = vni(word) if word[0].isalpha() else None
    if typed is not None:
        inside = len(_HAS_DIGIT.findall(word)) > 1 or not word[-1].isdigit()
        return Mending(typed, "telex", "surname" if inside else "another")
    if word[-1].isdigit() and any(letter in "aeiouy" for letter in _bare(word)):
        return None
    read = [text for text in _read_otherwise(word) if is_syllable(text) or _looks_like_syllable(_bare(text))]
    known = [text for text in read if text in _KNOWN] or read
    rest = word.lstrip("0123456789")
    if len(known) != 1 or len(rest) + 1 < len(word) or (len(word) < 3 and word.isascii()):
        return None
    if rest != word and is_syllable(rest) and (known[0] not in _KNOWN or word[0] == "1"):
        return None  # "1An": the first of a list
    return Mending(known[0], "ocr_fix", "")


def _read_otherwise(word: str) -> Iterator[str]:
    digits = len(_HAS_DIGIT.findall(word))
    if digits <= 2:
        for letters in product(*(_LOOK_ALIKES.get(letter, letter) for letter in word)):
            text = "".join(letters)
            if _HAS_DIGIT.search(text) is None:
                yield text


def _unglued(word: str) -> tuple[str, ...]:
    """The words that were typed as one, where exactly one way of cutting gives names; else none."""
    if word.isascii():
        ways = [parts for parts in _cuts(word, 3) if _plain_names(parts)]
    else:
        ways = [parts for parts in _cuts(word, 4) if all(part in _KNOWN for part in parts)]
        ways = ways or [(a, b) for a, b in _cuts(word, 2) if a in _MAIN_SURNAMES and len(a) > 1 and is_syllable(b)]
    return ways[0] if len(ways) == 1 else ()


def _plain_names(parts: tuple[str, ...]) -> bool:
    if parts[0] not in _BARE_SURNAMES or not all(map(_looks_like_syllable, parts)):
        return False
    return len(parts[0]) >= _LONG_SURNAME or parts[1] in _PLAIN_MIDDLES


def _cuts(word: str, most: int) -> Iterator[tuple[str, ...]]:
    """All ways of cutting a word into two and up to `most` parts of two letters or more."""
    for at in range(2, len(word) - 1):
        yield word[:at], word[at:]
        if most > 2:
            for rest in _cuts(word[at:], most - 1):
                yield word[:at], *rest


def _looks_like_syllable(bare: str) -> bool:
    """The word without accents is that of some syllable."""
    return any(bare[:at] in _BARE_ONSETS and bare[at:] in _BARE_RHYMES for at in range(min(4, len(bare))))


def _toneless(word: str) -> str:
    tones = "\u0300\u0301\u0303\u0309\u0323"
    letters = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in tones))


def _in_case(text: str, like: str) -> str:
    if like.isupper():
        return text.upper()
    return text if like.islower() else text.title()
