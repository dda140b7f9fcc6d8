"""Cuts the text of an address into words with keys, so that a name is found however it was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from matching.normalise.address_words import (
    LONG_TITLE_STARTS,
    LONGEST_TITLE,
    PROVINCIAL_ROAD,
    TITLE_STARTS,
    TITLES,
    Title,
)
from matching.normalise.text import fold, spelling_key

SPACE, STOP, DASH, COMMA = 0, 1, 2, 3  # what stands before a word: nothing, a full stop, a dash, a sure separator
MOST_WORDS: Final = 200  # an address longer than this is none

_WORD: Final = re.compile(r"(\d+|[^\W\d_]+(?:'+[^\W\d_]*)*)")
_BREAKS: Final = (
    (COMMA, re.compile(r"[,;|/\\()\[\]\n\t•+]")),
    (DASH, re.compile("[-–—−_]")),
    (STOP, re.compile("[.:]")),
)
_ROMAN: Final = {"ii": "2", "iii": "3", "iv": "4"}
_NOT_A_LETTER: Final = re.compile("[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Words:
    """An address as words: how each was written, its key, what stands before it, and the title that ends before it."""

    written: list[str]
    keys: list[str]
    breaks: list[int]  # before each word, and one more: after the last
    titles: dict[int, tuple[int, Title]]  # by the place after the title: where the title begins, and what it says


def words_of(text: str) -> Words:
    """The words of a repaired text in lower case; numbers and letters are apart, "p10" is "p" and "10"."""
    written: list[str] = []
    breaks: list[int] = []
    between = ""
    for chunk in text.split(" "):
        if chunk.isalpha() or chunk.isdecimal():  # a word, as most are, or a number
            breaks.append(_break(between) if between else SPACE)
            written.append(chunk)
            between = ""
        else:
            pieces = _WORD.split(chunk)  # what stands between words and the words take turns
            for at in range(1, len(pieces), 2):
                between += pieces[at - 1]
                breaks.append(_break(between) if between else SPACE)
                written.append(pieces[at])
                between = ""
            between += pieces[-1]
    breaks.append(SPACE)
    keys = [key_of(word) for word in written]
    if "" in keys:
        for place in range(len(keys) - 1, -1, -1):
            if not keys[place]:
                breaks[place : place + 2] = [max(breaks[place : place + 2])]
                del written[place], keys[place]
    breaks[0] = breaks[-1] = COMMA
    del written[MOST_WORDS:], keys[MOST_WORDS:], breaks[MOST_WORDS + 1 :]
    return Words(written, keys, breaks, titles_of(keys, breaks))


@lru_cache(maxsize=1_024)
def _break(between: str) -> int:
    """How surely the signs between two words set them apart."""
    return next((what for what, signs in _BREAKS if signs.search(between)), SPACE)


def titles_of(keys: list[str], breaks: list[int]) -> dict[int, tuple[int, Title]]:
    """The longest title that ends before each word."""
    titles: dict[int, tuple[int, Title]] = {}
    if TITLE_STARTS.isdisjoint(keys):
        return titles
    for start, first in enumerate(keys):
        if first not in TITLE_STARTS or breaks[start + 1] >= DASH:
            continue
        longest = LONGEST_TITLE if first in LONG_TITLE_STARTS else 1
        for end in range(min(start + longest, len(keys)), start, -1):
            written = first if end == start + 1 else " ".join(keys[start:end])
            title = TITLES.get(written)
            if title is None or (written == PROVINCIAL_ROAD and not _numbers_a_road(keys[end : end + 1])):
                continue
            if end == start + 1 or max(breaks[start + 1 : end + 1]) < DASH:
                titles.setdefault(end, (start, title))
                break
    return titles


def _numbers_a_road(following: list[str]) -> bool:
    """A road of a province has a number: in "Đơn Dương tỉnh Lâm Đồng" there is none."""
    return bool(following) and (following[0].isdigit() or following[0] == "lo")


@lru_cache(maxsize=32_768)
def key_of(word: str) -> str:
    """The key of one word: folded, without apostrophes, i for y, Đắc as Đắk, II as 2; of a number its digits."""
    if word.isdecimal():
        return word.lstrip("0") or "0"
    key = _NOT_A_LETTER.sub("", fold(word)).replace("y", "i")
    return "dak" if key == "dac" else _ROMAN.get(key, key)


def name_key(name: str) -> str:
    """The key of a unit's whole name: the keys of its words, joined."""
    return "".join([key_of(word) for word in name.lower().replace("-", " ").split()])


@lru_cache(maxsize=16_384)
def accents_of(name: str) -> str:
    """The spelling of a name that shows its accents, without spaces: what tells Thạnh An from Thanh An."""
    key = spelling_key(name.lower()).replace(" ", "").replace("'", "").replace("-", "")
    return key.replace("đăk", "đắk").replace("đak", "đắk").replace("đắc", "đắk")
