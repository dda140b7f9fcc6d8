"""Reads each part of an address between its commas once: most parts repeat in a file, their combinations do not.

No name, no title and no number reaches across a comma, so what a part can add to an address is known from the part
alone: nothing (an inert part: house, street, hamlet), or what its sign says. Parts of one sign mean the same wherever
one stands: "H.Di Linh" and "huyện di linh".
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from matching.normalise.address_index import Entry, index, numbered_names
from matching.normalise.address_mentions import Mention, hits_of, is_announced, mentions_among, titled_mention
from matching.normalise.address_text import STOP, Words, words_of
from matching.normalise.address_typos import glued_title, resembles_a_name
from matching.normalise.address_words import COMMUNE, Title
from matching.normalise.text import repair

MOST_PARTS: Final = 8
MOST_HITS: Final = 7  # in one part, so that all parts together stay below the most mentions that are looked at

# The words that announce a commune: what follows the last is nearly always all that names units. Looked for in every
# text, so the expression begins with a set of letters, which is many times faster than with a condition.
_COMMUNE_TITLE: Final = re.compile(
    r"""[xptfđd](?:
        (?<=x)[ãa](?=[ .])              # xã
      | (?<=p)h[ưu][ờo]ng(?=[ .])       # phường
      | (?<=t)h[ịi][ ]tr[ấa]n(?=[ .])   # thị trấn
      | (?<=[đd])[ặa]c[ ]khu(?=[ .])    # đặc khu
      | (?<=t)t(?=[ .])                 # TT.
      | (?<=x)(?=\.)                    # X.
      | (?<=[pf])(?=[.0-9])             # P. F. P10
    )""",
    re.VERBOSE,
)
_TOWN: Final = ("thị ", "thi ")  # "thị xã" announces a district


class Named(NamedTuple):
    """The unit that a whole part names."""

    mention: Mention | None  # None where a shorter name may be meant as well
    written: tuple[str, ...]


class Part(NamedTuple):
    """What stands between two commas: its sign, or "" where it has to be read with the whole address."""

    sign: str
    inert: bool = False  # it names no unit, whatever its numbers are
    titled: bool = False  # it begins with a word that announces a commune
    announces: bool = False  # a title in it announces a commune, so that no name without one is a commune
    single: bool = False  # it is one title and one name, which are read alike whatever is announced elsewhere
    named: Named | None = None
    steady: bool = False  # no title announces a unit, and what it names does not depend on its numbers
    idle: bool = False  # steady, and inert where a title elsewhere announces a commune
    hits: int = 0  # the names of units that were looked at


_ODD: Final = Part("")


def last_commune(text: str) -> int:
    """Where the last word stands that announces a commune; -1 if there is none."""
    last = -1
    for found in _COMMUNE_TITLE.finditer(text):
        start = found.start()
        if (start == 0 or not text[start - 1].isalnum()) and text[max(start - 4, 0) : start] not in _TOWN:
            last = start
    return last


def part_of(written: str) -> Part:
    """What a part of an address says, as it was written; odd where commas alone do not set it apart."""
    text = written.strip(" ")
    return _part_of(text.lower()) if text and repair(text) is text else _ODD


@lru_cache(maxsize=65_536)
def _part_of(text: str) -> Part:
    words = words_of(text)
    hits = hits_of(words, index())
    commune = last_commune(text)
    if not words.keys or len(hits) + sum(map(str.isdigit, words.keys)) > MOST_HITS or commune > 0:
        return _ODD
    if commune < 0 and _is_steady(words):
        inert = not (hits and mentions_among(words, hits, announced=False))
        parents = not inert and any(entry.districts or entry.provinces for _, _, entry in hits)
        idle = not parents or not mentions_among(words, hits, announced=True)
        return Part(f"={text}", inert, steady=True, idle=idle, hits=len(hits))
    titled = commune == 0
    known = _titled(words, hits, titled=titled)
    return known or Part(f"={text}", titled=titled, announces=is_announced(words, hits))


def _is_steady(words: Words) -> bool:
    """No title announces a unit, and no name would be another one with other numbers."""
    if any(title.levels for _, title in words.titles.values()):
        return False
    return not any(key.isdigit() for key in words.keys) or not _may_be_numbered(words)


def _may_be_numbered(words: Words) -> bool:
    """Some words and the number before or after them are the name of a unit, if the number is the right one."""
    names = numbered_names()
    for place, key in enumerate(words.keys):
        if key.isdigit():
            before = ("".join(words.keys[start:place]) for start in range(place))
            after = ("".join(words.keys[place + 1 : end]) for end in range(place + 2, len(words.keys) + 1))
            if any(name in names.followed for name in before) or any(name in names.preceded for name in after):
                return True
    return False


def _titled(words: Words, hits: list[tuple[int, int, Entry]], *, titled: bool) -> Part | None:
    """A part that is one title and what it announces: its sign tells the title's meaning and the name in lower case."""
    if len(words.titles) != 1:
        return None
    ((name, (start, title)),) = words.titles.items()
    if start or not title.levels or titled != (title.levels == COMMUNE):
        return None
    if any(glued_title(key, index()) for key in words.keys[:name]):
        return None
    across = [hit for hit in hits if hit[0] < name]
    if across and (titled or not all(_means_nothing(words, hits, end, entry) for _, end, entry in across)):
        return None
    hits = hits[len(across) :]
    gaps = map(str, words.breaks[name + 1 :])
    rest = "".join(chain.from_iterable(zip(words.written[name:], gaps, strict=True)))
    plain = rest.isascii() and "".join(words.written[:name]).isascii()
    sign = f"{title.levels}{title.kind}{plain:d}{rest}"
    long = name > 1 or len(words.keys[0]) > 1  # a single letter may be any word
    named = _named(words, hits, name, title)
    if named is None:
        sign = f"{name > 1:d}{len(words.keys[0]) > 1:d}{sign}"
    return Part(sign, titled=titled, announces=titled and long, single=named is not None, named=named)


def _means_nothing(words: Words, hits: list[tuple[int, int, Entry]], end: int, entry: Entry) -> bool:
    """A name that begins within the title is only that of a commune, and goes on: Tịnh Long in "tỉnh Long An"."""
    goes_on = words.breaks[end] < STOP and all(start != end or not (e.districts or e.provinces) for start, _, e in hits)
    return goes_on and not entry.districts and not entry.provinces


def _named(words: Words, hits: list[tuple[int, int, Entry]], name: int, title: Title) -> Named | None:
    """What the title and all that stands behind it name, if names within that are only parts of it."""
    last = len(words.keys)
    meant = None
    sole = True
    for start, end, entry in hits:
        if start > name and end == last and entry.districts and title.levels & COMMUNE:
            return None
        if start == name:
            mention = titled_mention(words, name, end, entry, end == last, (0, title))
            if end == last:
                meant = mention
            elif mention is not None:
                sole = False
    return None if meant is None else Named(meant if sole else None, tuple(words.written))


def is_quiet(written: str) -> bool:
    """An inert part that stays so even where letters were mistyped or words are glued, whatever its numbers are."""
    return _is_quiet(written.strip(" ").lower())


@lru_cache(maxsize=16_384)
def _is_quiet(text: str) -> bool:
    words = words_of(text)
    return not any(glued_title(key, index()) for key in words.keys) and not resembles_a_name(words)
