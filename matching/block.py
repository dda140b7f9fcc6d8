"""Blocking rules: which people of the register are worth comparing with a land user.

A rule turns both sides into 64-bit blocking keys; people and land users that share a key are candidate pairs. Keys are
computed over columns, so that a register of millions and a single record take the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.columns import Hashes, Ints, LandColumns, NameColumns, PeopleColumns, PlaceColumns, is_personal

Keyed = tuple[Ints, Hashes]  # row of the owner, key
_MAX_COMMUNES = 8  # an address that may mean more communes than this says too little to block on


class BlockingRule(NamedTuple):
    """One way to find candidates: what both sides must share, and how each side yields its keys."""

    code: str
    vi: str
    en: str
    of_people: Callable[[PeopleColumns], Iterator[Keyed]]
    of_land: Callable[[LandColumns], Iterator[Keyed]]


def _mix(value: Hashes) -> Hashes:
    """The finaliser of splitmix64: spreads close integers over all 64 bits."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def _key(salt: int, *parts: NDArray[np.integer]) -> Hashes:
    key = np.full(len(parts[0]), salt * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF, dtype=np.uint64)
    for part in parts:
        bits: Hashes = part.astype(np.int64).view(np.uint64) if part.dtype != np.uint64 else part.view(np.uint64)
        key = _mix(key ^ bits) + np.uint64(0x9E3779B97F4A7C15)
    return key


def _where(mask: NDArray[np.bool_]) -> Ints:
    return np.flatnonzero(mask)


def _person_ids(people: PeopleColumns) -> Iterator[Keyed]:
    yield np.arange(len(people)), _key(1, people.personal_id)
    cancelled = is_personal(people.numbers.values)
    if cancelled.any():
        yield people.numbers.owners[cancelled], _key(1, people.numbers.values[cancelled])


def _person_old_numbers(people: PeopleColumns) -> Iterator[Keyed]:
    old = ~is_personal(people.numbers.values)
    if old.any():
        yield people.numbers.owners[old], _key(1, people.numbers.values[old])


def _land_numbers(land: LandColumns, personal: bool) -> Iterator[Keyed]:
    for column in range(land.numbers.shape[1]):
        codes = land.numbers[:, column]
        rows = _where((codes > 0) & (is_personal(codes) == personal))
        if len(rows):
            yield rows, _key(1, codes[rows])


def _name_year(names: NameColumns, year: NDArray[np.int32]) -> Iterator[Keyed]:
    rows = _where((names.length > 0) & (year > 0))
    yield rows, _key(2, names.sorted[rows], year[rows])


def _land_name_year(land: LandColumns) -> Iterator[Keyed]:
    yield from _name_year(land.names, land.year)
    # A number knows its owner's birth year too; where the two differ, both are asked.
    differs = (land.number_year > 0) & (land.number_year != land.year)
    if differs.any():
        yield from _name_year(land.names, np.where(differs, land.number_year, 0))


def _given_day(names: NameColumns, packed: NDArray[np.integer]) -> Iterator[Keyed]:
    rows = _where((names.length > 0) & (packed > 0))
    if len(rows):
        yield rows, _key(3, names.given[rows], packed[rows])


def _full_date(year: NDArray[np.int32], month: NDArray[np.int32], day: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.where(day > 0, year * 10_000 + month * 100 + day, 0).astype(np.int32)


def _land_given_day(land: LandColumns) -> Iterator[Keyed]:
    yield from _given_day(land.names, _full_date(land.year, land.month, land.day))
    can_swap = (land.day <= 12) & (land.day != land.month)
    yield from _given_day(land.names, np.where(can_swap, _full_date(land.year, land.day, land.month), 0))


def _in_communes(places: PlaceColumns, rows: Ints) -> tuple[Ints, Ints]:
    """Each row with each commune that it may mean."""
    single = places.single[rows]
    several = rows[(single == 0)]
    owners, communes = [rows[single > 0]], [single[single > 0].astype(np.int64)]
    for row in several.tolist():
        members = sorted(places.sets[places.index[row]])
        if 1 < len(members) <= _MAX_COMMUNES:
            owners.append(np.full(len(members), row))
            communes.append(np.array(members))
    return np.concatenate(owners), np.concatenate(communes)


def _name_commune(names: NameColumns, places: PlaceColumns) -> Iterator[Keyed]:
    rows, communes = _in_communes(places, _where(names.length > 0))
    yield rows, _key(4, names.sorted[rows], communes)


def _loose_name_year_commune(names: NameColumns, places: PlaceColumns, year: NDArray[np.int32]) -> Iterator[Keyed]:
    rows, communes = _in_communes(places, _where((names.length > 1) & (year > 0)))
    yield rows, _key(5, names.surname[rows], names.given[rows], year[rows], communes)


def _serial_given(codes: Ints, rows: Ints, names: NameColumns) -> Iterator[Keyed]:
    held = is_personal(codes) & (names.length[rows] > 0)
    rows = rows[held]
    yield rows, _key(6, codes[held] % 1_000_000, names.given[rows])


def _land_serial_given(land: LandColumns) -> Iterator[Keyed]:
    for column in range(land.numbers.shape[1]):
        rows = _where(land.numbers[:, column] > 0)
        if len(rows):
            yield from _serial_given(land.numbers[rows, column], rows, land.names)


def _day_commune(places: PlaceColumns, packed: NDArray[np.int32]) -> Iterator[Keyed]:
    rows, communes = _in_communes(places, _where(packed > 0))
    yield rows, _key(7, packed[rows], communes)


def _person_other_names(people: PeopleColumns) -> Iterator[Keyed]:
    if len(people.others.values):
        owners = people.others.owners
        yield owners, _key(8, people.others.values, people.year[owners])


def _land_other_names(land: LandColumns) -> Iterator[Keyed]:
    rows = _where((land.names.length > 0) & (land.year > 0))
    if len(rows):
        yield rows, _key(8, land.names.key[rows], land.year[rows])


RULES: tuple[BlockingRule, ...] = (
    BlockingRule(
        "personal_id",
        "cùng số định danh (đang dùng hoặc đã hủy)",
        "the same personal number, current or cancelled",
        _person_ids,
        lambda land: _land_numbers(land, True),
    ),
    BlockingRule(
        "old_number",
        "cùng số giấy tờ cũ (CMND 9 số, hộ chiếu)",
        "the same number of an older document",
        _person_old_numbers,
        lambda land: _land_numbers(land, False),
    ),
    BlockingRule(
        "name_year",
        "cùng các tiếng trong họ tên (không dấu, không kể thứ tự) và cùng năm sinh",
        "the same unaccented syllables in any order, and the same birth year",
        lambda people: _name_year(people.names, people.year),
        _land_name_year,
    ),
    BlockingRule(
        "given_day",
        "cùng tên và cùng ngày sinh, kể cả khi đảo ngày và tháng",
        "the same given name and the same birth day, day and month swapped included",
        lambda people: _given_day(people.names, _full_date(people.year, people.month, people.day)),
        _land_given_day,
    ),
    BlockingRule(
        "name_commune",
        "cùng các tiếng trong họ tên và cùng xã",
        "the same unaccented syllables in any order, and the same commune",
        lambda people: _name_commune(people.names, people.places),
        lambda land: _name_commune(land.names, land.places),
    ),
    BlockingRule(
        "loose_name_year_commune",
        "họ và tên nghe giống nhau, cùng năm sinh, cùng xã",
        "surname and given name that sound alike, the same birth year, the same commune",
        lambda people: _loose_name_year_commune(people.names, people.places, people.year),
        lambda land: _loose_name_year_commune(land.names, land.places, land.year),
    ),
    BlockingRule(
        "serial_given",
        "cùng sáu số cuối của số định danh và cùng tên",
        "the same last six digits of the personal number, and the same given name",
        lambda people: _serial_given(people.personal_id, np.arange(len(people)), people.names),
        _land_serial_given,
    ),
    BlockingRule(
        "day_commune",
        "cùng ngày sinh và cùng xã",
        "the same birth day and the same commune",
        lambda people: _day_commune(people.places, _full_date(people.year, people.month, people.day)),
        lambda land: _day_commune(land.places, _full_date(land.year, land.month, land.day)),
    ),
    BlockingRule(
        "other_name_year",
        "họ tên trùng tên gọi khác, cùng năm sinh",
        "a name that the register lists as another name, and the same birth year",
        _person_other_names,
        _land_other_names,
    ),
)


def register_keys(people: PeopleColumns) -> tuple[Hashes, Ints]:
    """The blocking keys of people and, for each, the row of its owner; a person never has the same key twice."""
    keyed = [pair for rule in RULES for pair in rule.of_people(people)]
    owners, keys = _unique(keyed)
    return keys, owners


def land_keys(land: LandColumns) -> tuple[Hashes, Ints, NDArray[np.int32]]:
    """The blocking keys of land users, the row of each key's owner, and the position in RULES of the rule behind it.

    A land user may have the same key twice, by two numbers or two readings of a date.
    """
    keys, owners, rules = [], [], []
    for position, rule in enumerate(RULES):
        for rows, found in rule.of_land(land):
            keys.append(found)
            owners.append(rows)
            rules.append(np.full(len(found), position, dtype=np.int32))
    if not keys:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32)
    return np.concatenate(keys), np.concatenate(owners), np.concatenate(rules)


def _unique(keyed: list[Keyed]) -> Keyed:
    if not keyed:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint64)
    owners = np.concatenate([pair[0] for pair in keyed]).astype(np.int64)
    keys = np.concatenate([pair[1] for pair in keyed])
    order = np.lexsort((keys, owners))
    owners, keys = owners[order], keys[order]
    first = np.ones(len(keys), dtype=np.bool_)
    first[1:] = (owners[1:] != owners[:-1]) | (keys[1:] != keys[:-1])
    return owners[first], keys[first]
