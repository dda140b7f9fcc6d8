"""Cuts addresses that have no commas where a comma would change nothing: at dashes, and before titles.

A dash may be part of a name ("Bà Rịa - Vũng Tàu") and a word that looks like a title too ("Sơn Tịnh"), so a cut is made
only where no name or title reaches across it, whatever the numbers beside it are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from matching.normalise.address_index import LONGEST_NAME, index, numberless
from matching.normalise.address_parts import last_commune
from matching.normalise.address_text import words_of
from matching.normalise.address_words import TITLES

# Where a district or a province is announced behind a space; rare ways to write a title are left to the full reading.
_PARENT: Final = re.compile(
    r" (?=(?:huyện|huyen|thành phố|thanh pho|thị xã|thi xa|tỉnh|tinh|quận|quan)[ ][^ ]|(?:tp|tx|[htq])\.)"
)

_GRAM: Final = 4


def at_dashes(text: str) -> list[str]:
    """What stands between the dashes of a text."""
    return text.replace(" - ", ", ").replace("- ", ", ").split(",")


def joined_again(parts: list[str], still: list[str]) -> list[str]:
    """The parts without the cuts that a name may reach across; `still` are the same with every number as zero."""
    joined = [parts[0]]
    for place in range(1, len(parts)):
        if is_bridged(still[place - 1], still[place]):
            joined[-1] = f"{joined[-1]} -{parts[place]}"
        else:
            joined.append(parts[place])
    return joined


def before_titles(text: str) -> tuple[str, list[str]]:
    """What stands before the last commune of a text in lower case, and the parts from there on, each with a title."""
    start = last_commune(text)
    return (text, []) if start < 0 else (text[:start], _PARENT.split(text[start:]))


def is_any_bridged(parts: list[str]) -> bool:
    """A name may reach across one of the cuts between the parts."""
    return any(map(is_bridged, parts, parts[1:]))


def is_bridged(left: str, right: str) -> bool:
    """The end of one part and the beginning of the next may together be a name, with these numbers or others."""
    left, right = left.rstrip(" "), right.lstrip(" ")
    first = right.partition(" ")[0].partition(".")[0]
    return _may_meet(left[left.rfind(" ") + 1 :], first) and _is_bridged(left, right)


@lru_cache(maxsize=32_768)
def _may_meet(last: str, first: str) -> bool:
    """Some name holds the last word of one part with the first of the next behind it; few pairs of words meet so."""
    one, two = words_of(last.lower()).keys, words_of(first.lower()).keys
    if not one or not two:
        return True
    if one[-1].isdigit() and two[0].isdigit():
        return True
    met, names = numberless(f"{one[-1]}{two[0]}"), _names()
    return all(met[at : at + _GRAM] in names.grams for at in range(len(met) - _GRAM + 1)) and met in names.all


@lru_cache(maxsize=16_384)
def _is_bridged(left: str, right: str) -> bool:
    ends = _edges(left.lower()).ends
    if not ends:
        return False
    begins = _edges(right.lower()).begins
    if ends[0] == "0" and begins[:1] == ("0",):
        return True  # digits beside digits may be any number
    return any(f"{end}{begin}" in _names().keys for end in ends for begin in begins)


class _Names(NamedTuple):
    """The keys of all names and of the titles that have several words, numbers being zero."""

    keys: frozenset[str]
    all: str  # each in a line
    grams: frozenset[str]  # all that stands anywhere in them, letters in fours: a search that mostly ends at once
    forwards: list[str]  # in order
    backwards: list[str]  # each from its end, in order


@dataclass(frozen=True, slots=True)
class _Edges:
    """What a part may add to a name that reaches across its end or its beginning."""

    ends: tuple[str, ...]
    begins: tuple[str, ...]


@lru_cache(maxsize=1)
def _names() -> _Names:
    titles = [title.replace(" ", "") for title in TITLES if " " in title]  # "đường tỉnh" in "Lạc Dương tỉnh"
    keys = frozenset([numberless(key) for key in index()] + titles)
    grams = frozenset([key[at : at + _GRAM] for key in keys for at in range(len(key) - _GRAM + 1)])
    return _Names(keys, "\n".join(keys), grams, sorted(keys), sorted(key[::-1] for key in keys))


@lru_cache(maxsize=16_384)
def _edges(part: str) -> _Edges:
    keys = [numberless(key) for key in words_of(part).keys]
    reach = range(1, min(len(keys), LONGEST_NAME) + 1)
    ends = ["".join(keys[-words:]) for words in reach]
    begins = ["".join(keys[:words]) for words in reach]
    names = _names()
    return _Edges(
        tuple([end for end in ends if _goes_on(end, names.forwards)]),
        tuple([begin for begin in begins if _goes_on(begin[::-1], names.backwards)]),
    )


def _goes_on(start: str, names: list[str]) -> bool:
    """A longer name begins so."""
    place = bisect_right(names, start)
    return place < len(names) and names[place].startswith(start)
