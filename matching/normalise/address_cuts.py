"""Cuts addresses that have no commas where a comma would change nothing: at dashes, and before titles.

A dash may be part of a name ("Bà Rịa - Vũng Tàu") and a word that looks like a title too ("Sơn Tịnh"), so a cut is made
only where no name or title reaches across it, whatever the numbers beside it are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from matching.normalise.address_index import LONGEST_NAME, NUMBER, index
from matching.normalise.address_parts import last_commune
from matching.normalise.address_text import words_of
from matching.normalise.address_words import TITLES

# Where a district or a province is announced behind a space; rare ways to write a title are left to the full reading.
_PARENT: Final = re.compile(
    r" (?=(?:huyện|huyen|thành phố|thanh pho|thị xã|thi xa|tỉnh|tinh|quận|quan)[ ][^ ]|(?:tp|tx|[htq])\.)"
)


class Row(NamedTuple):
    """An address without separators: what stands before the commune's title, and the parts from there on."""

    head: str
    parts: list[str]


def at_dashes(text: str) -> list[str]:
    """The parts of a text between its dashes, in a text that has some."""
    parts = text.replace(" - ", ", ").replace("- ", ", ").split(",")
    still = NUMBER.sub("0", text).replace(" - ", ", ").replace("- ", ", ").split(",")
    bridged = [place for place in range(1, len(parts)) if is_bridged(still[place - 1], still[place])]
    for place in reversed(bridged):
        parts[place - 1 : place + 1] = [f"{parts[place - 1]} -{parts[place]}"]
    return parts


def before_titles(text: str) -> Row | None:
    """The parts of a text in lower case from its last commune on, each beginning with a title; None without one."""
    start = last_commune(text)
    if start < 0:
        return None
    parts = _PARENT.split(text[start:])
    still = [NUMBER.sub("0", part) for part in parts] if len(parts) > 1 else parts
    if any(is_bridged(one, two) for one, two in pairwise(still)):
        return None
    return Row(text[:start], parts)


def is_bridged(left: str, right: str) -> bool:
    """The end of one part and the beginning of the next may together be a name; numbers are zero in both."""
    ends = _edges(left).ends
    if not ends:
        return False
    begins = _edges(right).begins
    if ends[0] == "0" and begins[:1] == ("0",):
        return True  # digits beside digits may be any number
    return any(f"{end}{begin}" in _names().keys for end in ends for begin in begins)


class _Names(NamedTuple):
    """The keys of all names and of the titles that have several words, numbers being zero."""

    keys: frozenset[str]
    forwards: list[str]  # in order
    backwards: list[str]  # each from its end, in order


class _Edges(NamedTuple):
    """What a part may add to a name that reaches across its end or its beginning."""

    ends: tuple[str, ...]
    begins: tuple[str, ...]


@lru_cache(maxsize=1)
def _names() -> _Names:
    titles = [title.replace(" ", "") for title in TITLES if " " in title]  # "đường tỉnh" in "Lạc Dương tỉnh"
    keys = frozenset([NUMBER.sub("0", key) for key in index()] + titles)
    return _Names(keys, sorted(keys), sorted(key[::-1] for key in keys))


@lru_cache(maxsize=16_384)
def _edges(part: str) -> _Edges:
    keys = [NUMBER.sub("0", key) for key in words_of(part).keys]
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
