"""Reads text that was typed in a coding older than Unicode, or whose UTF-8 was read as Windows letters (DOMAIN 3.3).

Which coding a column has is decided by a vote of its cells, never by one word: the same letters may be a name in two
codings. A cell then is decoded only where that makes better Vietnamese of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice, takewhile
from typing import Final

from matching.normalise.legacy_codecs import CODECS, SIGNS, WINDOWS_LETTERS, Codec
from matching.normalise.legacy_tables import COMMON_SYLLABLES, HIGHLAND_WORDS
from matching.normalise.syllables import AMBIGUOUS, RHYMES, VOWELS, is_syllable, place_tone, split_tone
from matching.normalise.text import LONGEST_CACHED, repair

ENCODINGS: Final = tuple(CODECS)

# How good Vietnamese a word is; names of the Central Highlands are pronounceable though no Vietnamese syllables.
BROKEN, PRONOUNCEABLE, SYLLABLE, COMMON = range(4)

# So many distinct odd cells are enough to know a column's encoding.
VOTERS: Final = 20_000
# The vote needs as many common words: one word is no evidence.
ENOUGH: Final = 2


def decode(text: str, encoding: str) -> str:
    """The text of a cell that is known to be in the encoding, in Unicode; raises LookupError for an unknown name."""
    return _codec(encoding)[0](text)


def encode(text: str, encoding: str) -> str:
    """Unicode text as it looks when it was typed in the encoding: for tests, benchmarks and synthetic files."""
    return _codec(encoding)[1](unicodedata.normalize("NFC", text))


def decode_cell(text: str, encoding: str) -> str:
    """A cell of a column in that encoding, in Unicode; unchanged where it is Unicode already.

    It is decoded only where that gives better Vietnamese, so that rows which were typed later stay as they are.
    """
    decoded = _decoded(text, encoding)
    return decoded if decoded is not None and _better(words(text), words(decoded)) else text


def vote(values: Iterable[str]) -> str | None:
    """The encoding of a column of names or addresses, or None where its cells are Unicode.

    A cell votes for an encoding that makes good Vietnamese of what wasn't, and against one that leaves broken words.
    """
    gained = dict.fromkeys(ENCODINGS, 0)
    common = dict.fromkeys(ENCODINGS, 0)
    balance = dict.fromkeys(ENCODINGS, 0)
    for cell in islice(_odd_cells(values), VOTERS):
        before = words(cell)
        for encoding in ENCODINGS:
            decoded = _decoded(cell, encoding)
            if decoded is None:
                continue
            after = words(decoded)
            gain = _gain(before, after)
            gained[encoding] += gain
            common[encoding] += sum(map(_is_common, after)) - sum(map(_is_common, before)) if gain else 0
            balance[encoding] += 1 if gain else -(BROKEN in map(grade_word, after))
    winner = max(ENCODINGS, key=gained.__getitem__)
    return winner if balance[winner] > 0 and common[winner] >= ENOUGH else None


def _codec(encoding: str) -> Codec:
    try:
        return CODECS[encoding]
    except KeyError:
        raise LookupError(f"unknown encoding: {encoding!r}") from None


def _decoded(text: str, encoding: str) -> str | None:
    """The decoded cell, or None where it carries no sign of the encoding or letters that no legacy file can hold."""
    codec = _codec(encoding)
    if SIGNS[encoding].search(text) is None or not _may_be(text, encoding):
        return None
    decoded = codec[0](text)
    return None if decoded == text else decoded


def _may_be(text: str, encoding: str) -> bool:
    """Whether all letters of the cell can occur in a file of that encoding; ễ, ư and đ only occur in Unicode."""
    if encoding == "viqr":
        return text.isascii() or text.replace("’", "").replace("´", "").isascii()
    return WINDOWS_LETTERS.issuperset(text)


def _odd_cells(values: Iterable[str]) -> Iterator[str]:
    """The distinct cells with a word that is no plain Vietnamese, in their order."""
    seen: set[str] = set()
    for cell in values:
        if (
            cell not in seen
            and _ODD.search(cell) is not None
            # Look-alikes (Ð for Đ) and typewriter apostrophes are mended in any file: they are no sign of an encoding.
            and min(map(grade_word, words(repair(cell))), default=COMMON) < SYLLABLE
        ):
            seen.add(cell)
            yield cell


# Letters beyond ASCII, or the marks of VIQR behind a letter.
_ODD: Final = re.compile(r"[^\x20-\x7e\t\r\n]|[AaEeOoUu][\^(+*~`?'.]|[Dd][Dd]")


def _gain(before: tuple[str, ...], after: tuple[str, ...]) -> int:
    """How much better the decoded words are; zero where a changed one is no syllable or any one is broken."""
    changed = set(after).difference(before)
    if not all(grade_word(word) >= SYLLABLE for word in changed) or BROKEN in map(grade_word, after):
        return 0
    return max(0, sum(map(grade_word, after)) - sum(map(grade_word, before)))


def _is_common(word: str) -> bool:
    return grade_word(word) == COMMON


def _better(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether the decoded words are better Vietnamese on average, and the changed ones not mostly broken."""
    changed = [grade_word(word) for word in set(after).difference(before)]
    if changed.count(BROKEN) > sum(grade >= SYLLABLE for grade in changed):
        return False
    return _mean_grade(after) > _mean_grade(before)


def _mean_grade(found: tuple[str, ...]) -> float:
    return sum(map(grade_word, found)) / len(found) if found else 0.0


_WORDS: Final = re.compile(r"[^ \t\r\n,;/&]+")
_EDGES: Final = "()[]{}\"'’.:!?-+*_"
_PARTS: Final = re.compile(r"['’.\-_]+")


def words(text: str) -> tuple[str, ...]:
    """The words of a cell, of an apostrophe's two sides each; numbers and stray signs are none."""
    return tuple(
        part
        for word in _WORDS.findall(text)
        for part in _PARTS.split(word.strip(_EDGES))
        if not part.isascii() or (any(map(str.isalpha, part)) and not any(map(str.isdigit, part)))
    )


def grade_word(word: str) -> int:
    """How good Vietnamese a word is."""
    return _grade(word) if len(word) <= LONGEST_CACHED else BROKEN


@lru_cache(maxsize=65_536)
def _grade(word: str) -> int:
    if not word.isalpha() or not (word.islower() or word.isupper() or word[1:].islower()):
        return BROKEN
    lower = unicodedata.normalize("NFC", word.lower())
    bare, tone = split_tone(lower)
    if lower in HIGHLAND_WORDS:
        return SYLLABLE
    if is_syllable(lower):
        if place_tone(lower) != lower and not bare.endswith(_TWO_STYLES):
            return PRONOUNCEABLE
        return COMMON if lower in COMMON_SYLLABLES else SYLLABLE
    found = _PRONOUNCEABLE.fullmatch(bare) if tone != AMBIGUOUS else None
    return PRONOUNCEABLE if found and (found[1] or "a") in _NUCLEI else BROKEN


# Where the tone has two places in use: hòa and hoà, khỏe and khoẻ, thủy and thuỷ.
_TWO_STYLES: Final = ("oa", "oe", "uy")
# One syllable of Vietnamese letters, or those of the languages of the Highlands; or an initial.
_PRONOUNCEABLE: Final = re.compile(
    "[bcdđghklmnprstvxwjčƀñ]{0,4}([aeiouyăâêôơưĕŏĭŭ]{1,3})[cghklmnprstuwyč]{0,2}|[bcdđghklmnprstvxwjčƀñ]"
)
_NUCLEI: Final = frozenset("".join(takewhile(VOWELS.__contains__, rhyme)) for rhyme in RHYMES) | frozenset("ĕŏĭŭ")
