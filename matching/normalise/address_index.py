"""The names of all units by their keys, each with what it may mean (DOMAIN 2.3).

Both eras stand in one index: a name says what it means, the whole address says which meaning is consistent.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, NamedTuple

from matching.normalise.address_text import name_key
from matching.normalise.address_words import (
    DISTRICT_ABBREVIATIONS,
    DISTRICT_NAMES,
    PROVINCE_ABBREVIATIONS,
    PROVINCE_NAMES,
)
from matching.normalise.gazetteer import Gazetteer, gazetteer

_KIND_OF_KEY: Final = {
    "thanhpho": "thành phố",
    "thixa": "thị xã",
    "thitran": "thị trấn",
    "phuong": "phường",
    "huyen": "huyện",
    "quan": "quận",
    "xa": "xã",
}


@dataclass(frozen=True, slots=True)
class CommunePlace:
    """A commune that a name may mean: of before July 2025 (with a district) or of today (without)."""

    code: str
    name: str  # without its kind; "" where only a key without accents is known
    kind: str
    district: str  # "" for a commune of today
    old_provinces: tuple[str, ...]  # codes of before July 2025
    province: str  # code of today
    communes: tuple[str, ...]  # of today
    earlier: bool = False  # a commune that this one took in before 2025


@dataclass(frozen=True, slots=True)
class DistrictPlace:
    """A district that a name may mean."""

    code: str
    name: str
    kind: str
    old_province: str
    province: str
    communes: tuple[str, ...]
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class ProvincePlace:
    """Provinces that a name means: of June 2025, of today, and those that a province dissolved earlier became."""

    name: str
    old: frozenset[str]
    present: frozenset[str]
    former: frozenset[str]
    city: bool = False  # it is or was a city: "thành phố" before its name may mean it
    abbreviated: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """All that one key may mean."""

    communes: tuple[CommunePlace, ...] = ()
    districts: tuple[DistrictPlace, ...] = ()
    provinces: tuple[ProvincePlace, ...] = ()


LONGEST_NAME: Final = 6  # words
LONGEST_KEY: Final = 20  # letters
SHORTEST: Final = 5  # letters; a shorter name with another letter is another name
NUMBER: Final = re.compile("[0-9]+")
_ZERO: Final = 48
_NINE: Final = 57


def numberless(text: str) -> str:
    """The text with every number as zero.

    A loop, since compiled that takes a quarter of the time in which an expression replaces a number.
    """
    kept: list[str] = []
    start = 0
    within = False
    for at in range(len(text)):
        if _ZERO <= ord(text[at]) <= _NINE:
            if not within:
                kept.append(text[start:at])
                within = True
            start = at + 1
        else:
            within = False
    if not kept:
        return text
    kept.append(text[start:])
    return "0".join(kept)


class Families(NamedTuple):
    """The keys of units by their parents: where a name with a mistyped letter is looked for."""

    in_district: dict[str, set[str]]
    in_old_province: dict[str, set[str]]
    in_province: dict[str, set[str]]
    districts_in: dict[str, set[str]]  # by old province
    provinces: frozenset[str]


@lru_cache(maxsize=1)
def index() -> dict[str, Entry]:
    """What each key may mean, in both eras; made once."""
    units = gazetteer()
    communes: dict[str, list[CommunePlace]] = defaultdict(list)
    for key, commune in _communes(units):
        communes[key].append(commune)
    districts: dict[str, list[DistrictPlace]] = defaultdict(list)
    for key, district in _districts(units):
        districts[key].append(district)
    provinces = _provinces(units)
    entries = {key: Entry(tuple(places)) for key, places in communes.items()}
    for key, found in districts.items():
        entries[key] = replace(entries.get(key, Entry()), districts=tuple(found))
    for key, meant in provinces.items():
        entries[key] = replace(entries.get(key, Entry()), provinces=meant)
    return entries


class Numbered(NamedTuple):
    """The letters of names that have a number, each with the numbers that it has."""

    followed: dict[str, set[str]]  # "baolam" of Bảo Lâm 2
    preceded: dict[str, set[str]]
    long: frozenset[str]  # of those followed by one that are long enough to be looked for with a letter mistyped


@lru_cache(maxsize=1)
def numbered_names() -> Numbered:
    """The letters of all names that have a number too; made once."""
    followed: dict[str, set[str]] = defaultdict(set)
    preceded: dict[str, set[str]] = defaultdict(set)
    long: set[str] = set()
    for key in index():
        if key.isdigit() or key.isalpha():
            continue
        if key[-1].isdigit():
            letters = key.rstrip("0123456789")
            followed[letters].add(key[len(letters) :])
            if len(key) >= SHORTEST:
                long.add(NUMBER.sub("", key))
        if key[0].isdigit():
            letters = key.lstrip("0123456789")
            preceded[letters].add(key[: -len(letters)])
    return Numbered(dict(followed), dict(preceded), frozenset(long))


@lru_cache(maxsize=1)
def families() -> Families:
    """The keys of all units by their parents; made once, when a name is first looked for with a letter mistyped."""
    in_district: dict[str, set[str]] = defaultdict(set)
    in_old_province: dict[str, set[str]] = defaultdict(set)
    in_province: dict[str, set[str]] = defaultdict(set)
    districts_in: dict[str, set[str]] = defaultdict(set)
    provinces = []
    for key, entry in index().items():
        for place in entry.communes:
            if place.district:
                in_district[place.district].add(key)
                in_old_province[place.old_provinces[0]].add(key)
            else:
                in_province[place.province].add(key)
        for district in entry.districts:
            districts_in[district.old_province].add(key)
        if entry.provinces:
            provinces.append(key)
    return Families(
        dict(in_district), dict(in_old_province), dict(in_province), dict(districts_in), frozenset(provinces)
    )


@lru_cache(maxsize=1)
def _one_letter_less() -> dict[str, str]:
    """The keys of all names by themselves and by what each is without one letter; made once, when first needed."""
    names: dict[str, str] = {}
    for key in index():
        if len(key) >= SHORTEST:
            for shorter in _without_one(key):
                names[shorter] = f"{names[shorter]} {key}" if shorter in names else key
    return names


def names_like(key: str) -> set[str]:
    """All names that differ from the key by one letter at the most, or by two neighbours swapped; and a few others."""
    names = _one_letter_less()
    return {name for shorter in _without_one(key) if shorter in names for name in names[shorter].split(" ")}


def _without_one(key: str) -> set[str]:
    return {key, *[key[:place] + key[place + 1 :] for place in range(len(key))]}


def _communes(units: Gazetteer) -> Iterator[tuple[str, CommunePlace]]:
    """The communes of both eras under each key that they may be written by."""
    predecessors: dict[str, set[str]] = defaultdict(set)
    for old in units.old_communes.values():
        province = units.old_provinces[old.province].province
        for code in old.successors:
            predecessors[code].add(old.province)
        place = CommunePlace(old.code, old.short, old.kind, old.district, (old.province,), province, old.successors)
        for key in _keys(old.short):
            yield key, place
        for earlier in old.earlier:
            kind, _, key = earlier.partition(" ")
            yield key.replace("y", "i"), replace(place, name="", kind=_KIND_OF_KEY[kind], earlier=True)
    towns = {district.short for district in units.districts.values()}
    for commune in units.communes.values():
        came_from = tuple(sorted(predecessors[commune.code]))
        place = CommunePlace(
            commune.code, commune.short, commune.kind, "", came_from, commune.province, (commune.code,)
        )
        for key in _keys(commune.short):
            yield key, place
        first, _, town = commune.short.partition(" - ")
        if town in towns:  # "P. Xuân Hương, Đà Lạt"
            yield name_key(first), replace(place, name=first)


def _keys(name: str) -> tuple[str, ...]:
    """The keys of a name: with Chư for Cư and Cư for Chư, which the Central Highlands write alike."""
    key = name_key(name)
    if name.startswith("Phường "):  # "Phường Đúc" is the name of Phường Phường Đúc
        return key, key[6:]
    if name.startswith("Cư "):
        return key, "chu" + key[2:]
    if name.startswith("Chư "):
        return key, "cu" + key[3:]
    return (key,)


def _districts(units: Gazetteer) -> Iterator[tuple[str, DistrictPlace]]:
    """The districts of June 2025 under their names, and under those of districts that went into them."""
    by_name: dict[tuple[str, str], DistrictPlace] = {}
    by_code: dict[str, DistrictPlace] = {}
    for district in units.districts.values():
        old_province = units.old_provinces[district.province]
        place = DistrictPlace(
            district.code, district.short, district.kind, district.province, old_province.province, district.successors
        )
        by_code[district.code] = by_name[district.short, old_province.short] = place
        for key in _keys(district.short):
            yield key, place
        for earlier in district.earlier:
            kind, _, key = earlier.partition(" ")
            yield key.replace("y", "i"), replace(place, name="", kind=_KIND_OF_KEY[kind], earlier=True)
    for former in units.former_districts:
        kind, short = _split_kind(former.name)
        for code in former.now:
            yield name_key(short), replace(by_code[code], name=short, kind=kind, earlier=True)
    for alias, full in {**DISTRICT_NAMES, **DISTRICT_ABBREVIATIONS}.items():
        yield name_key(alias), replace(by_name[full], name=alias)


def _split_kind(name: str) -> tuple[str, str]:
    for kind in _KIND_OF_KEY.values():
        if name.lower().startswith(f"{kind} "):
            return kind, name[len(kind) + 1 :]
    return "", name


def _provinces(units: Gazetteer) -> dict[str, tuple[ProvincePlace, ...]]:
    """What the name of a province means, by key: one meaning, or one for each province that letters may stand for."""
    nothing: frozenset[str] = frozenset()
    places: dict[str, ProvincePlace] = {}
    for old in units.old_provinces.values():
        places[old.short] = ProvincePlace(
            old.short, frozenset((old.code,)), nothing, nothing, city=old.kind == "thành phố"
        )
    for province in units.provinces.values():
        known = places.get(province.short, ProvincePlace(province.short, nothing, nothing, nothing))
        city = known.city or province.kind == "thành phố"
        places[province.short] = replace(known, present=frozenset((province.code,)), city=city)
    for former in units.former_provinces:
        known = places.get(former.name, ProvincePlace(former.name, nothing, nothing, nothing))
        places[former.name] = replace(known, former=frozenset(former.now) | known.former)
    named: dict[str, list[ProvincePlace]] = defaultdict(list)
    for name, place in places.items():
        named[name_key(name)].append(place)
    for alias, meant in PROVINCE_NAMES.items():
        if name_key(alias) not in named:
            named[name_key(alias)].extend(replace(places[name], name=alias) for name in meant)
    for letters, meant in PROVINCE_ABBREVIATIONS.items():
        if name_key(letters) not in named:
            named[name_key(letters)].extend(replace(places[name], name="", abbreviated=True) for name in meant)
    return {key: tuple(found) for key, found in named.items()}
