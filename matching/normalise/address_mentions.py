"""Finds the units that an address names, in any order, with and without the words that announce them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from matching.normalise.address_index import CommunePlace, DistrictPlace, Entry, Index, ProvincePlace
from matching.normalise.address_text import COMMA, DASH, Words
from matching.normalise.address_words import Level, Title

MOST_MENTIONS: Final = 60


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the text that names units, with all that the name may mean there."""

    start: int  # of its title, if it has one
    name: int  # where the name begins
    end: int
    communes: tuple[CommunePlace, ...]
    districts: tuple[DistrictPlace, ...]
    provinces: tuple[ProvincePlace, ...]
    title: Title | None = None  # the word that announces the unit: "xã"
    whole: bool = False  # nothing else stands between the separators around it
    closed: bool = True  # nothing follows it but a separator, a title or another unit
    doubtful: bool = False  # it may be a hamlet or a street: it counts only where district or province agree
    fuzzy: bool = False  # a letter was mistyped

    def overlaps(self, other: Mention) -> bool:
        """The two share a word."""
        return self.start < other.end and other.start < self.end


def mentions_of(words: Words, index: Index) -> list[Mention]:
    """All mentions of units in the text, from left to right, the longest first where several begin together."""
    hits = _hits(words, index)
    titles = _true_titles(words, hits)
    streets, hamlets = _numbered(words, titles)
    starts = {start for start, _, entry in hits if entry.districts or entry.provinces}
    starts.update(start for start, _ in titles.values())
    found: list[Mention] = []
    for start, end, entry in hits[:MOST_MENTIONS]:
        mention = _mention(words, start, end, entry, titles.get(start))
        if mention is None:
            continue
        closed = words.breaks[end] >= DASH or end in starts
        if mention.title is None:
            if start in streets or not closed:
                mention = replace(mention, communes=())
            if not (mention.communes or mention.districts or mention.provinces):
                continue
            if not closed and words.breaks[start] < DASH:
                continue
            mention = replace(mention, closed=closed, doubtful=not mention.whole or start in hamlets)
        elif not closed:
            mention = replace(mention, closed=False)
        found.append(mention)
    return found


def _hits(words: Words, index: Index) -> list[tuple[int, int, Entry]]:
    """Every run of words that is the key of a unit: where it begins and ends, and what the key may mean."""
    keys, breaks, entries = words.keys, words.breaks, index.entries
    hits: list[tuple[int, int, Entry]] = []
    for start in range(len(keys)):
        longest = len(hits)
        joined = ""
        for end in range(start, min(start + index.longest, len(keys))):
            if end > start and breaks[end] == COMMA:
                break
            joined += keys[end]
            entry = entries.get(joined)
            if entry is not None:
                hits.insert(longest, (start, end + 1, entry))
    return hits


def _true_titles(words: Words, hits: list[tuple[int, int, Entry]]) -> dict[int, tuple[int, Title]]:
    """The titles that are not the last word of a name, as "Tĩnh" of Hà Tĩnh is."""
    begins: dict[int, int] = {}
    for start, end, _ in hits:
        begins[end] = min(start, begins.get(end, start))
    return {
        end: (start, title)
        for end, (start, title) in words.titles.items()
        if begins.get(end, start) >= start or words.breaks[start] >= DASH
    }


def _numbered(words: Words, titles: dict[int, tuple[int, Title]]) -> tuple[set[int], set[int]]:
    """Where a name may be that of a street, after a house number, and where it follows a hamlet's number."""
    streets: set[int] = set()
    hamlets: set[int] = set()
    title_starts = {start for start, _ in titles.values()}
    for place in range(len(words.keys)):
        if words.breaks[place] == COMMA and words.keys[place].isdigit() and place not in titles:
            streets.add(_after_number(words, place))
        elif place in titles and titles[place][1].numbered:
            after = _after_number(words, place)
            if after > place or words.breaks[place] < COMMA:
                (streets if titles[place][1].street else hamlets).add(after)
    return streets - title_starts, hamlets


def _after_number(words: Words, place: int) -> int:
    """The first place that is neither a number nor a single letter ("12", "12 A"), within the separators."""
    while place < len(words.keys) and (words.keys[place].isdigit() or len(words.keys[place]) == 1):
        place += 1
        if words.breaks[place] == COMMA:
            break
    return place


def _mention(words: Words, name: int, end: int, entry: Entry, titled: tuple[int, Title] | None) -> Mention | None:
    """What a name may mean behind its title; None where the title announces something else."""
    communes, districts, provinces = entry
    if titled is None:
        if end == name + 1 and words.keys[name].isdigit():
            return None
        whole = words.breaks[name] >= DASH and words.breaks[end] >= DASH
        if not (whole or end == len(words.keys)):
            provinces = tuple(place for place in provinces if not place.abbreviated)
        return Mention(name, name, end, communes, districts, provinces, whole=whole)
    start, title = titled
    whole = words.breaks[start] >= DASH and words.breaks[end] >= DASH
    if not title.levels & Level.COMMUNE:
        communes = ()
    if not title.levels & Level.DISTRICT:
        districts = ()
    if not title.levels & Level.PROVINCE:
        provinces = ()
    if not (communes or districts or provinces):
        return None
    return Mention(start, name, end, communes, districts, provinces, title=title, whole=whole)
