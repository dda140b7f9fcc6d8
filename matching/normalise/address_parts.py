"""Reads each part of an address between its commas once: most parts repeat in a file, their combinations do not.

No name, no title and no number reaches across a comma, so what a part can add to an address is known from the part
alone: nothing (an inert part: house, street, hamlet), or what its sign says. Parts of one sign mean the same wherever
one stands: "H.Di Linh" and "huyện di linh".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final

from matching.normalise.address_index import NUMBER, Entry, index, numbered_names, numberless
from matching.normalise.address_mentions import Mention, hits_of, is_announced, mentions_among, titled_mention
from matching.normalise.address_text import COMMA, STOP, Words, words_of
from matching.normalise.address_typos import glued_title, resembles_a_name
from matching.normalise.address_words import COMMUNE, Title
from matching.normalise.making import maker
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

_mention: Final = maker(Mention)


@dataclass(frozen=True, slots=True)
class Part:
    """What stands between two commas: its sign, or "" where it has to be read with the whole address."""

    sign: str
    inert: bool = False  # it names no unit, whatever its numbers are
    titled: bool = False  # it begins with a word that announces a commune
    announces: bool = False  # a title in it announces a commune, so that no name without one is a commune
    single: bool = False  # it is one title and one name, which are read alike whatever is announced elsewhere
    steady: bool = False  # no title announces a unit, and what it names does not depend on its numbers
    numbered: bool = False  # with another number it may name a unit
    dangerous: frozenset[str] | None = None  # with one of these; None where its numbers stand beside each other
    idle: bool = False  # steady, and inert where a title elsewhere announces a commune
    written: tuple[str, ...] = ()  # its words
    alone: tuple[Mention, ...] | None = None  # what it names; None where the parts beside it have to be known
    beside: tuple[Mention, ...] | None = None  # what it names where a title elsewhere announces a commune

    def meaning(self, *, announced: bool) -> str:
        """What a steady part adds to the reading of an address, if nothing is mended in it."""
        named = self.beside if announced else self.alone
        if named is None:
            return self.sign
        signs = []
        before = 0
        for mention in named:
            gap = mention.start - before
            signs.append(
                f"{' '.join(self.written[mention.start : mention.end])}{gap if gap < 1 else 1}"
                f"{mention.whole:d}{mention.closed:d}{mention.doubtful:d}"
                f".{len(mention.communes)}.{len(mention.districts)}.{len(mention.provinces)}"
            )
            before = max(before, mention.end)
        return f"~{';'.join(signs)}{'.' if before < len(self.written) else ''}"


Hit = tuple[int, int, Entry]
_ODD: Final = Part("")
_NO_NUMBERS: Final[frozenset[str]] = frozenset()


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


def as_written(written: str) -> Part:
    """What a part without the title of a unit says with just these numbers, one of which may be part of a name."""
    text = written.strip(" ")
    return _as_written(text.lower()) if text and repair(text) is text else _ODD


@lru_cache(maxsize=16_384)
def _as_written(text: str) -> Part:
    part = _part_of(text)
    if part.numbered:
        words = words_of(text)
        part = _steady(text, words, hits_of(words, index()))
    return part


@lru_cache(maxsize=65_536)
def _part_of(text: str) -> Part:
    words = words_of(text)
    hits = hits_of(words, index())
    commune = last_commune(text)
    if not words.keys or len(hits) + sum(map(str.isdigit, words.keys)) > MOST_HITS or commune > 0:
        return _ODD
    if commune < 0 and not any(title.levels for _, title in words.titles.values()):
        dangerous = _dangerous_numbers(words)
        if dangerous != _NO_NUMBERS:
            return Part(f"={text}", numbered=True, dangerous=dangerous)
        return _steady(text, words, hits)
    titled = commune == 0
    known = _titled(words, hits, titled=titled)
    return known or Part(f"={text}", titled=titled, announces=is_announced(words, hits))


def _steady(text: str, words: Words, hits: list[Hit]) -> Part:
    """A part without the title of a unit; one that ends with any title may say what the next part is."""
    sign = f"={text}"
    written = tuple(words.written)
    whole = len(words.keys) not in words.titles
    if not hits:
        nothing = () if whole else None
        return Part(sign, inert=True, steady=True, idle=True, written=written, alone=nothing, beside=nothing)
    alone = beside = tuple(mentions_among(words, hits, announced=False))
    if any(entry.communes for _, _, entry in hits):
        beside = tuple(mentions_among(words, hits, announced=True))
    parents = any(entry.districts or entry.provinces for _, _, entry in hits)
    idle = not beside or not (alone and parents)
    return Part(
        sign,
        inert=not alone,
        steady=True,
        idle=idle,
        written=written,
        alone=alone if whole else None,
        beside=beside if whole else None,
    )


def _dangerous_numbers(words: Words) -> frozenset[str] | None:
    """The numbers that, where one stands, make a unit's name of the words beside; None where several may make one."""
    places = [place for place, key in enumerate(words.keys) if key.isdigit()]
    if not places:
        return _NO_NUMBERS
    names = numbered_names()
    found: set[str] = set()
    for place in places:
        for start in range(place):
            found.update(names.followed.get("".join(words.keys[start:place]), ()))
        for end in range(place + 2, len(words.keys) + 1):
            found.update(names.preceded.get("".join(words.keys[place + 1 : end]), ()))
    beside = any(two == one + 1 and words.breaks[two] != COMMA for one, two in pairwise(places))
    return None if found and beside else frozenset(found)


def with_any_numbers(written: str) -> str:
    """The part with every number as zero, or as it is written where one of its numbers may be part of a name."""
    still = numberless(written)
    part = part_of(still)
    if part.numbered and (
        part.dangerous is None
        or not part.dangerous.isdisjoint(number.lstrip("0") or "0" for number in NUMBER.findall(written))
    ):
        return written
    return still


def _titled(words: Words, hits: list[Hit], *, titled: bool) -> Part | None:
    """A part that is one title and what it announces: its sign tells the title's meaning and the name in lower case."""
    if len(words.titles) != 1:
        return None
    ((name, (start, title)),) = words.titles.items()
    if start or not title.levels or titled != (title.levels == COMMUNE):
        return None
    if any(glued_title(key) for key in words.keys[:name]):
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
    mentions = _named(words, hits, name, title)
    single = mentions is not None
    if mentions is None:
        sign = f"{name > 1:d}{len(words.keys[0]) > 1:d}{sign}"
    elif any(mention.title is None for mention in mentions):
        mentions = None
    written = tuple(words.written)
    return Part(
        sign, titled=titled, announces=titled and long, single=single, written=written, alone=mentions, beside=mentions
    )


def _means_nothing(words: Words, hits: list[Hit], end: int, entry: Entry) -> bool:
    """A name that begins within the title is only that of a commune, and goes on: Tịnh Long in "tỉnh Long An"."""
    goes_on = words.breaks[end] < STOP and all(start != end or not (e.districts or e.provinces) for start, _, e in hits)
    return goes_on and not entry.districts and not entry.provinces


def _named(words: Words, hits: list[Hit], name: int, title: Title) -> tuple[Mention, ...] | None:
    """What the title and all that stands behind it name, if names within that are only parts of it."""
    last = len(words.keys)
    titled = (0, title)
    meant = shorter = None
    for start, end, entry in hits:
        if start > name and end == last and entry.districts and title.levels & COMMUNE:
            return None
        if start == name:
            mention = titled_mention(words, name, end, entry, closed=end == last, titled=titled)
            if end == last:
                meant = mention
            else:
                shorter = shorter or mention
    if meant is None:
        return None
    return (meant,) if shorter is None else tuple(mentions_among(words, hits, announced=True))


def place_mentions(parts: list[Part]) -> tuple[Words, list[Mention]]:
    """The words of parts in a row and what they name, each part saying so by itself."""
    announced = any(part.announces for part in parts)
    written: list[str] = []
    mentions: list[Mention] = []
    for part in parts:
        named = part.beside if announced else part.alone
        at = len(written)
        for mention in named or ():
            mentions.append(
                _mention(
                    at + mention.start,
                    at + mention.name,
                    at + mention.end,
                    mention.communes,
                    mention.districts,
                    mention.provinces,
                    mention.title,
                    mention.whole,
                    mention.closed,
                    mention.doubtful,
                    mention.fuzzy,
                )
            )
        written.extend(part.written)
    return Words(written, [], [], {}), mentions


def is_quiet(written: str) -> bool:
    """An inert part that stays so even where letters were mistyped or words are glued, whatever its numbers are."""
    return _is_quiet(written.strip(" ").lower())


@lru_cache(maxsize=16_384)
def _is_quiet(text: str) -> bool:
    words = words_of(text)
    return not any(glued_title(key) for key in words.keys) and not resembles_a_name(words)
