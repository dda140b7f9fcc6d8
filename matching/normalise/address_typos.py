"""Reads a unit's name with one letter mistyped, but only where its parents are named, so that few names come near."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import chain
from typing import Final

from matching.normalise.address_choice import Choice
from matching.normalise.address_index import (
    LONGEST_NAME,
    NUMBER,
    SHORTEST,
    CommunePlace,
    DistrictPlace,
    Entry,
    families,
    index,
    names_like,
    numbered_names,
)
from matching.normalise.address_mentions import Mention
from matching.normalise.address_text import SPACE, STOP, Words, titles_of
from matching.normalise.address_words import COMMUNE, DISTRICT, PROVINCE, Title
from matching.normalise.gazetteer import gazetteer
from matching.normalise.making import maker

_made: Final = maker(Mention)
_GLUED: Final[tuple[str, ...]] = (
    "thanhpho",
    "thitran",
    "thixa",
    "phuong",
    "huien",
    "quan",
    "tinh",
    "xa",
    "tp",
    "tx",
    "tt",
    *"pqhxt",
)
_Run = tuple[int, int, int, Title | None]  # where it begins, where its name begins, where it ends, its title


def unglued(words: Words) -> Words:
    """The words with titles set apart that were glued to their names: "TXLaGi", "PPhướcLộc"; else the words given."""
    written: list[str] = []
    keys: list[str] = []
    breaks: list[int] = []
    for place, key in enumerate(words.keys):
        breaks.append(words.breaks[place])
        title = glued_title(key)
        if title:
            written.append(words.written[place][: len(title)])
            keys.append(title)
            breaks.append(SPACE)
            key = key[len(title) :]
        written.append(words.written[place][-len(key) :])
        keys.append(key)
    if len(keys) == len(words.keys):
        return words
    breaks.append(words.breaks[-1])
    return Words(written, keys, breaks, titles_of(keys, breaks))


@lru_cache(maxsize=16_384)
def glued_title(key: str) -> str:
    """The title that is glued to a name in one word, "tx" of "txlagi"; "" if none is."""
    if key.startswith(_GLUED) and key not in index():
        for title in _GLUED:
            if key.startswith(title) and len(key) >= SHORTEST + len(title) and key[len(title) :] in index():
                return title
    return ""


def mistyped_parents(words: Words, mentions: list[Mention], index: dict[str, Entry]) -> list[Mention]:
    """Provinces and districts that nearly stand in the text, for the levels that nothing in it names."""
    found: list[Mention] = []
    if not any(mention.provinces for mention in mentions):
        for run in _runs(words, mentions, PROVINCE):
            found.extend(_near(words, run, [families().provinces], index, PROVINCE))
            if found:
                break
    provinces = _old_provinces(chain(mentions, found))
    if provinces and not any(mention.districts and mention.title for mention in mentions):
        names = [families().districts_in[code] for code in provinces if code in families().districts_in]
        for run in _runs(words, [*mentions, *found], DISTRICT):
            found.extend(_near(words, run, names, index, DISTRICT))
    return found


def mistyped_communes(
    words: Words, mentions: list[Mention], choices: list[Choice], index: dict[str, Entry]
) -> list[Mention]:
    """Communes that nearly stand in the text and lie in the districts or provinces chosen so far."""
    districts = {choice.place for choice in choices if isinstance(choice.place, DistrictPlace)}
    names = [families().in_district.get(district.code) for district in districts]
    if not districts or any(choice.mention.provinces for choice in choices):
        districts = set()
        old = _old_provinces(mentions)
        present = {code for mention in mentions for place in mention.provinces for code in place.present}
        names += [families().in_old_province.get(code) for code in old]
        names += [families().in_province.get(code) for code in present]
    known = [keys for keys in names if keys]
    if not known:
        return []
    parents = [mention for mention in mentions if mention.districts or mention.provinces]
    found: list[Mention] = []
    for run in _runs(words, parents, COMMUNE):
        found.extend(_near(words, run, known, index, COMMUNE))
    codes = {district.code for district in districts}
    return [mention for mention in (_inside(mention, codes) for mention in found) if mention.communes]


def resembles_a_name(words: Words) -> bool:
    """A stretch that no title announces may be a name with one letter mistyped, whatever the numbers in it are."""
    for start, first in enumerate(words.keys):
        if words.breaks[start] < STOP or start in words.titles:
            continue
        end = start + 1
        while words.breaks[end] < STOP:
            end += 1
        key = first if end == start + 1 else "".join(words.keys[start:end])
        letters = NUMBER.sub("", key)
        if letters and end - start <= LONGEST_NAME and (letters != key or len(key) >= SHORTEST):
            numbered = key[-1].isdigit()
            names: Set[str] = numbered_names().long if numbered else names_like(letters)
            if any(_slips(letters, NUMBER.sub("", name)) < 2 for name in names):
                return True
    return False


def _inside(mention: Mention, districts: set[str]) -> Mention:
    """The mention without communes of other districts, where a district is known."""
    kept = tuple(place for place in mention.communes if not districts or place.district in districts)
    return _mention(mention.start, mention.name, mention.end, mention.title, communes=kept)


def _old_provinces(mentions: Iterable[Mention]) -> set[str]:
    """The provinces of June 2025 that the mentions name, or whose land they name."""
    provinces: set[str] = set()
    for mention in mentions:
        for place in mention.provinces:
            provinces |= place.old | place.former
            for code in place.present:
                provinces.update(gazetteer().provinces[code].formed_from)
    return provinces


def _runs(words: Words, mentions: list[Mention], level: int) -> Iterator[_Run]:
    """The stretches of words that may name a unit of the level and that no mention explains, from the right."""
    sure = [mention for mention in mentions if mention.title is not None or mention.whole]
    taken = {place for mention in sure for place in range(mention.start, mention.end)}
    stops = {start for start, title in words.titles.values() if title.levels > level} | taken
    for name in range(len(words.keys) - 1, -1, -1):
        titled = words.titles.get(name)
        if name in taken or (words.breaks[name] < STOP if titled is None else not titled[1].levels & level):
            continue
        end = name + 1
        while end < len(words.keys) and words.breaks[end] < STOP and end not in stops:
            end += 1
        if titled is not None:
            yield titled[0], name, end, titled[1]
        elif name - 1 in taken or end in taken or end == len(words.keys):
            yield name, name, end, None


def _near(words: Words, run: _Run, names: Sequence[Set[str]], index: dict[str, Entry], level: int) -> Iterator[Mention]:
    """The names within one letter of the run; a run without title has to match as a whole."""
    start, name, end, title = run
    shortest = name + 1 if title else end
    for stop in range(min(end, name + LONGEST_NAME), shortest - 1, -1):
        key = "".join(words.keys[name:stop])
        if len(key) < SHORTEST or key.isdigit():
            continue
        near = [
            known
            for known in sorted(names_like(key))
            if any(known in keys for keys in names)
            and (known[:2] == key[:2] or known[-2:] == key[-2:])  # one letter cannot spoil both ends
            and _one_letter_apart(key, known)
        ]
        if near:
            entries = [index[known] for known in near]
            if level == COMMUNE:
                places = tuple(place for entry in entries for place in entry.communes)
                yield _mention(start, name, stop, title, communes=places)
            elif level == DISTRICT:
                districts = tuple(place for entry in entries for place in entry.districts)
                yield _made(start, name, stop, (), districts, (), title=title, whole=True, fuzzy=True)
            else:
                provinces = tuple(place for entry in entries for place in entry.provinces)
                yield _made(start, name, stop, (), (), provinces, title=title, whole=True, fuzzy=True)
            return


def _mention(start: int, name: int, end: int, title: Title | None, *, communes: tuple[CommunePlace, ...]) -> Mention:
    return _made(start, name, end, communes, (), (), title=title, whole=True, fuzzy=True)


def _one_letter_apart(typed: str, known: str) -> bool:
    """One letter more, less or other, or two neighbours swapped; a number in a name is never mistyped."""
    if typed[-1].isdigit() or known[-1].isdigit():
        return typed[-1] == known[-1] and _slips(typed, known) == 1
    return _slips(typed, known) == 1


def _slips(typed: str, known: str) -> int:
    """The slips of a finger between two names: none, one, or two for any more.

    One is a letter more, less or other, or two neighbours swapped: what is left between the same beginning and end.
    """
    if typed == known:
        return 0
    start, end, known_end = 0, len(typed), len(known)
    if not -2 < end - known_end < 2:
        return 2
    while start < end and start < known_end and typed[start] == known[start]:
        start += 1
    while end > start and known_end > start and typed[end - 1] == known[known_end - 1]:
        end, known_end = end - 1, known_end - 1
    left, known_left = end - start, known_end - start
    if left <= 1 and known_left <= 1:
        return 1
    swapped = left == known_left == 2 and typed[start:end] == known[start + 1] + known[start]
    return 1 if swapped else 2
