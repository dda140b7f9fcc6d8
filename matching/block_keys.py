"""Blocking keys: what a land user and a person share, as 64-bit integers, computed over columns.

Each function yields rows and their keys. The first argument of `key_of` keeps the kinds of keys apart; a kind that
changes makes another KEYS_VERSION.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from matching.columns import (
    CommuneSet,
    Hashes,
    Ints,
    LandColumns,
    NameColumns,
    PeopleColumns,
    PlaceColumns,
    is_personal,
    runs,
)
from matching.distinct import distinct_of
from matching.normalise.gazetteer import gazetteer

Keyed = tuple[Ints, Hashes]  # row of the owner, key
MAX_COMMUNES = 8  # an address that may mean more communes than this says too little to block on
_GOLDEN, _MIX_1, _MIX_2, _BITS = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, (1 << 64) - 1
_FEW = 4  # rows: for so few, whole numbers of Python are several times as fast as arrays
TAIL, HEAD = 10**6, 10**3  # the last six digits of a personal number, and its last three


def _mix(value: Hashes) -> Hashes:
    """The finaliser of splitmix64: spreads close integers over all 64 bits."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(_MIX_1)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(_MIX_2)
    return value ^ (value >> np.uint64(31))


def key_of(salt: int, *parts: NDArray[np.integer]) -> Hashes:
    """The keys of rows that agree in all parts, for one kind of key."""
    if len(parts[0]) <= _FEW:
        return np.array(
            [key_of_row(salt, *row) for row in zip(*(part.tolist() for part in parts), strict=True)], np.uint64
        )
    key = np.full(len(parts[0]), salt * _GOLDEN & _BITS, dtype=np.uint64)
    for part in parts:
        bits: Hashes = part.astype(np.int64).view(np.uint64) if part.dtype != np.uint64 else part.view(np.uint64)
        key = _mix(key ^ bits) + np.uint64(_GOLDEN)
    return key


def key_of_row(salt: int, *parts: int) -> int:
    """The key of one row: the arithmetic of `key_of`, without what each operation on arrays costs."""
    key = salt * _GOLDEN & _BITS
    for part in parts:
        key ^= part & _BITS
        key = (key ^ key >> 30) * _MIX_1 & _BITS
        key = (key ^ key >> 27) * _MIX_2 & _BITS
        key = (key ^ key >> 31) + _GOLDEN & _BITS
    return key


def _where(mask: NDArray[np.bool_]) -> Ints:
    return np.flatnonzero(mask)


def person_ids(people: PeopleColumns) -> Iterator[Keyed]:
    """Current and cancelled personal numbers."""
    yield np.arange(len(people)), key_of(1, people.personal_id)
    cancelled = is_personal(people.numbers.values)
    if cancelled.any():
        yield people.numbers.owners[cancelled], key_of(1, people.numbers.values[cancelled])


def person_old_numbers(people: PeopleColumns) -> Iterator[Keyed]:
    """Numbers of older documents."""
    old = ~is_personal(people.numbers.values)
    if old.any():
        yield people.numbers.owners[old], key_of(1, people.numbers.values[old])


def land_numbers(land: LandColumns, personal: bool) -> Iterator[Keyed]:
    """The numbers of a land user that are personal ones, or the others."""
    for column in range(land.numbers.shape[1]):
        codes = land.numbers[:, column]
        rows = _where((codes > 0) & (is_personal(codes) == personal))
        if len(rows):
            yield rows, key_of(1, codes[rows])


def name_year(names: NameColumns, year: NDArray[np.int32]) -> Iterator[Keyed]:
    """The syllables of the name in any order, and a birth year."""
    rows = _where((names.length > 0) & (year > 0))
    yield rows, key_of(2, names.sorted[rows], year[rows])


def land_name_year(land: LandColumns) -> Iterator[Keyed]:
    """As name_year, with the birth year of the cell and the one in the number."""
    yield from name_year(land.names, land.year)
    # A number knows its owner's birth year too; where the two differ, both are asked.
    differs = (land.number_year > 0) & (land.number_year != land.year)
    if differs.any():
        yield from name_year(land.names, np.where(differs, land.number_year, 0))


def given_day(names: NameColumns, packed: NDArray[np.integer]) -> Iterator[Keyed]:
    """The given name and a full birth date as yyyymmdd."""
    rows = _where((names.length > 0) & (packed > 0))
    if len(rows):
        yield rows, key_of(3, names.given[rows], packed[rows])


def full_date(year: NDArray[np.int32], month: NDArray[np.int32], day: NDArray[np.int32]) -> NDArray[np.int32]:
    """Birth dates as yyyymmdd, zero where the day is not known."""
    return np.where(day > 0, year * 10_000 + month * 100 + day, 0).astype(np.int32)


def land_given_day(land: LandColumns) -> Iterator[Keyed]:
    """As given_day, with day and month read both ways."""
    yield from given_day(land.names, full_date(land.year, land.month, land.day))
    can_swap = (land.day > 0) & (land.day <= 12) & (land.day != land.month)
    yield from given_day(land.names, np.where(can_swap, full_date(land.year, land.day, land.month), 0))


def in_communes(places: PlaceColumns, rows: Ints) -> tuple[Ints, Ints]:
    """Each row with each commune that it may mean."""
    single = places.single[rows]
    alone = single > 0
    owners, communes = rows[alone], single[alone].astype(np.int64)
    if len(owners) == len(rows):
        return owners, communes
    several = rows[~alone]
    used, at = distinct_of(places.index[several])
    members = [_communes(places.sets[place]) for place in used.tolist()]
    flat, counts = np.array(list(chain.from_iterable(members)), dtype=np.int64), np.array(list(map(len, members)))
    behind = runs((counts.cumsum() - counts)[at], counts[at])
    return np.concatenate([owners, several.repeat(counts[at])]), np.concatenate([communes, flat[behind]])


def _communes(members: CommuneSet) -> list[int]:
    return sorted(members) if 1 < len(members) <= MAX_COMMUNES else []


def name_commune(names: NameColumns, places: PlaceColumns) -> Iterator[Keyed]:
    """The syllables of the name in any order, and a commune."""
    rows, communes = in_communes(places, _where(names.length > 0))
    yield rows, key_of(4, names.sorted[rows], communes)


def loose_name_year_commune(names: NameColumns, places: PlaceColumns, year: NDArray[np.int32]) -> Iterator[Keyed]:
    """Surname and given name as they sound, a birth year and a commune."""
    rows, communes = in_communes(places, _where((names.length > 1) & (year > 0)))
    yield rows, key_of(5, names.surname[rows], names.given[rows], year[rows], communes)


def serial_given(codes: Ints, rows: Ints, names: NameColumns) -> Iterator[Keyed]:
    """The last six digits of the personal number, and the given name."""
    held = is_personal(codes) & (names.length[rows] > 0)
    rows = rows[held]
    yield rows, key_of(6, codes[held] % 1_000_000, names.given[rows])


def head_given(codes: Ints, rows: Ints, names: NameColumns) -> Iterator[Keyed]:
    """The personal number without three of its last six digits, first one half then the other, and the given name."""
    held = is_personal(codes) & (names.length[rows] > 0)
    rows, codes = rows[held], codes[held]
    yield rows, key_of(9, codes // HEAD, names.given[rows])
    yield rows, key_of(10, codes // TAIL * HEAD + codes % HEAD, names.given[rows])


def of_land_numbers(land: LandColumns, keyed: Callable[[Ints, Ints, NameColumns], Iterator[Keyed]]) -> Iterator[Keyed]:
    """The keys that a function makes of each personal number of the cell."""
    for column in range(land.numbers.shape[1]):
        rows = _where(land.numbers[:, column] > 0)
        if len(rows):
            yield from keyed(land.numbers[rows, column], rows, land.names)


def day_commune(places: PlaceColumns, packed: NDArray[np.int32]) -> Iterator[Keyed]:
    """A full birth date and a commune."""
    rows, communes = in_communes(places, _where(packed > 0))
    yield rows, key_of(7, packed[rows], communes)


def person_other_names(people: PeopleColumns) -> Iterator[Keyed]:
    """Other names of the register, and the birth year."""
    if len(people.others.values):
        owners = people.others.owners
        yield owners, key_of(8, people.others.values, people.year[owners])


def land_other_names(land: LandColumns) -> Iterator[Keyed]:
    """The name of the file where other names of the register are looked up, and the birth year."""
    rows = _where((land.names.length > 0) & (land.year > 0))
    if len(rows):
        yield rows, key_of(8, land.names.key[rows], land.year[rows])


def name_day(names: NameColumns, packed: NDArray[np.int32]) -> Iterator[Keyed]:
    """The syllables of the name in any order, and a birth date as far as it is known (yyyymmdd, zeros beyond)."""
    rows = _where((names.length > 0) & (packed > 0))
    yield rows, key_of(11, names.sorted[rows], packed[rows])


def name_province(names: NameColumns, places: PlaceColumns, year: NDArray[np.int32]) -> Iterator[Keyed]:
    """The syllables of the name in any order, a birth year and a present-day province."""
    rows, provinces = in_provinces(places, _where((names.length > 0) & (year > 0)))
    yield rows, key_of(12, names.sorted[rows], year[rows], provinces)


def in_provinces(places: PlaceColumns, rows: Ints) -> tuple[Ints, Ints]:
    """Each row with the province of all communes that it may mean; rows of several provinces have none."""
    province = np.array([_province(members) for members in places.sets], dtype=np.int64)[places.index[rows]]
    return rows[province > 0], province[province > 0]


@lru_cache(maxsize=1 << 14)
def _province(communes: CommuneSet) -> int:
    known = gazetteer().communes
    provinces = {known[code].province for code in (f"{commune:05d}" for commune in communes) if code in known}
    return int(provinces.pop()) if len(provinces) == 1 else 0
