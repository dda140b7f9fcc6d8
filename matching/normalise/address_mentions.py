"""Finds the units that an address names, in any order, with and without the words that announce them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from matching.normalise.address_index import (
    LONGEST_KEY,
    LONGEST_NAME,
    CommunePlace,
    DistrictPlace,
    Entry,
    ProvincePlace,
)
from matching.normalise.address_text import COMMA, DASH, STOP, Words
from matching.normalise.address_words import BELOW, COMMUNE, DISTRICT, PROVINCE, Title
from matching.normalise.making import maker

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


_mention: Final = maker(Mention)


@dataclass(frozen=True, slots=True)
class _Places:
    """What is known of the places in a text before its mentions are judged."""

    titles: dict[int, tuple[int, Title]]  # by the place after the title
    below: dict[int, int]  # where the title of a hamlet or a street begins, and where it ends
    starts: set[int]  # where a title, a district or a province begins
    streets: set[int]  # where a name follows the number of a house
    hamlets: set[int]  # where a name follows the number of a hamlet
    announced: bool  # somewhere a title announces a commune: one without title is none


def mentions_of(words: Words, index: dict[str, Entry]) -> list[Mention]:
    """All mentions of units in the text, from left to right, the longest first where several begin together."""
    return mentions_among(words, hits_of(words, index))


def mentions_among(words: Words, hits: list[tuple[int, int, Entry]], *, announced: bool | None = None) -> list[Mention]:
    """The mentions among the hits; `announced` where it is known from elsewhere that a title announces a commune."""
    places = _places(words, hits, announced)
    found: list[Mention] = []
    for start, end, entry in hits[:MOST_MENTIONS]:
        titled = places.titles.get(start)
        closed = words.breaks[end] >= STOP or end in places.starts
        if titled is None:
            mention = _untitled(words, start, end, entry, closed, places)
        else:
            mention = titled_mention(words, start, end, entry, closed, titled)
        if mention is not None:
            found.append(mention)
    return [mention for mention in found if not _is_part_of_another(mention, found)]


def is_announced(words: Words, hits: list[tuple[int, int, Entry]]) -> bool:
    """A title among the words announces a commune, so that no name without one is a commune."""
    return _is_announced(words, hits, _true_titles(words, hits))


def _places(words: Words, hits: list[tuple[int, int, Entry]], announced: bool | None) -> _Places:
    titles = _true_titles(words, hits)
    streets, hamlets = _numbered(words, titles)
    starts = {start for start, _ in titles.values()}
    below = {start: end for end, (start, title) in titles.items() if title.levels == BELOW}
    parents = {
        start
        for start, end, entry in hits
        if (entry.districts or entry.provinces)
        and not words.keys[start].isdigit()
        and starts.isdisjoint(range(start + 1, end))
    }
    if announced is None:
        announced = _is_announced(words, hits, titles)
    return _Places(titles, below, starts | parents, streets, hamlets, announced)


def _is_announced(words: Words, hits: list[tuple[int, int, Entry]], titles: dict[int, tuple[int, Title]]) -> bool:
    """A title announces a commune: more than the letter that may be any word."""
    named = {start for start, _, entry in hits if entry.communes}
    return any(
        title.levels == COMMUNE and start not in named and (end - start > 1 or len(words.keys[start]) > 1)
        for end, (start, title) in titles.items()
    )


def titled_mention(
    words: Words, name: int, end: int, entry: Entry, closed: bool, titled: tuple[int, Title]
) -> Mention | None:
    """What a name may mean behind its title; None where the title announces something else."""
    start, title = titled
    communes = entry.communes if title.levels & COMMUNE else ()
    if title.kind == "thị trấn":  # there are none today
        communes = tuple(place for place in communes if place.district)
    districts = entry.districts if title.levels & DISTRICT else ()
    provinces = entry.provinces if title.levels & PROVINCE else ()
    if districts:  # "thành phố Kon Tum" was the town, not the province
        provinces = tuple(place for place in provinces if place.city)
    if not (communes or districts or provinces):
        return None
    whole = words.breaks[start] >= STOP and words.breaks[end] >= STOP
    return _mention(start, name, end, communes, districts, provinces, title=title, whole=whole, closed=closed)


def _untitled(words: Words, start: int, end: int, entry: Entry, closed: bool, places: _Places) -> Mention | None:
    """What a name may mean that no title announces; it is doubtful unless it stands alone."""
    communes, districts, provinces = entry.communes, entry.districts, entry.provinces
    one_word = end == start + 1
    if one_word and words.keys[start].isdigit():
        return None
    if places.below.get(start) == end:  # "số nhà 5" is not in Sơn Hà
        districts = ()
    begins = words.breaks[start] >= STOP
    whole = begins and words.breaks[end] >= STOP
    if places.announced or not closed or start in places.streets or (one_word and not whole):
        communes = ()
    if not (closed or begins):
        districts, provinces = (), ()
    if start in places.below or not (whole or end == len(words.keys)):  # "Th. 5" is a hamlet, not Thanh Hóa
        provinces = tuple(place for place in provinces if not place.abbreviated)
    if not (communes or districts or provinces):
        return None
    doubtful = not whole or start in places.hamlets
    return _mention(start, start, end, communes, districts, provinces, whole=whole, closed=closed, doubtful=doubtful)


def _is_part_of_another(mention: Mention, found: list[Mention]) -> bool:
    """An untitled name within or across a longer or titled one: Lắk in "Đắk Lắk", Sơn Tịnh in "xã Hà Sơn tỉnh"."""
    if mention.title is not None:  # "phường Tú" in "xã Phương Tú"
        return any(
            other.title is not None and other.name == mention.start and mention.end <= other.end for other in found
        )
    for other in found:
        if other.start <= mention.start and mention.end <= other.end:
            longer = other.end - other.start > mention.end - mention.start
            district = (
                mention.end == other.end and mention.districts and other.communes
            )  # Đà Lạt in Xuân Hương - Đà Lạt
            if longer and not district:
                return True
        elif other.title is not None and other.start < mention.start < other.end:
            return True
    return False


def hits_of(words: Words, index: dict[str, Entry]) -> list[tuple[int, int, Entry]]:
    """Every run of words that is the key of a unit: where it begins and ends, and what the key may mean."""
    keys, breaks = words.keys, words.breaks
    hits: list[tuple[int, int, Entry]] = []
    for start, joined in enumerate(keys):
        first = index.get(joined)
        longer: list[tuple[int, int, Entry]] = []
        for end in range(start + 1, min(start + LONGEST_NAME, len(keys))):
            if breaks[end] == COMMA:
                break
            joined += keys[end]
            if len(joined) > LONGEST_KEY:
                break
            entry = index.get(joined)
            if entry is not None:
                longer.append((start, end + 1, entry))
        if longer:
            hits.extend(longer[::-1])
        if first is not None:
            hits.append((start, start + 1, first))
    return hits


def _true_titles(words: Words, hits: list[tuple[int, int, Entry]]) -> dict[int, tuple[int, Title]]:
    """The titles that are not the last word of a name, as "Tĩnh" of Hà Tĩnh is, unless a fitting unit follows."""
    if not words.titles:
        return {}
    begins: dict[int, int] = {}
    for start, end, _ in hits:
        begins[end] = min(start, begins.get(end, start))
    return {
        end: (start, title)
        for end, (start, title) in words.titles.items()
        if begins.get(end, start) >= start or words.breaks[start] >= STOP or _fits(words, title, end, hits)
    }


def _fits(words: Words, title: Title, place: int, hits: list[tuple[int, int, Entry]]) -> bool:
    """A unit that the title may announce begins at the place, and no other title does."""
    return all(start != place for start, _ in words.titles.values()) and any(
        start == place
        and (
            (title.levels & COMMUNE and entry.communes)
            or (title.levels & DISTRICT and entry.districts)
            or (title.levels & PROVINCE and entry.provinces)
        )
        for start, _, entry in hits
    )


def _numbered(words: Words, titles: dict[int, tuple[int, Title]]) -> tuple[set[int], set[int]]:
    """Where a name may be that of a street, after a house number, and where it follows a hamlet's number."""
    streets: set[int] = set()
    hamlets: set[int] = set()
    title_starts = {start for start, _ in titles.values()}
    for place, key in enumerate(words.keys):
        title = titles[place][1] if place in titles else None
        if title is not None and not title.numbered:
            continue
        if len(key) == 1 or key.isdigit():
            after = _after_number(words, place)
            if words.breaks[after] >= DASH or (title is None and words.breaks[place] < DASH):
                continue
        elif title is None:
            continue
        else:
            after = place
        (streets if title is None or title.street else hamlets).add(after)
    return streets - title_starts, hamlets


def _after_number(words: Words, place: int) -> int:
    """The first place that is neither a number nor a single letter ("12", "12 A"), within the separators."""
    while place < len(words.keys) and (words.keys[place].isdigit() or len(words.keys[place]) == 1):
        place += 1
        if words.breaks[place] >= DASH:
            break
    return place
