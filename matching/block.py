"""Blocking rules: which people of the register are worth comparing with a land user.

A rule turns both sides into 64-bit blocking keys; people and land users that share a key are candidate pairs. Keys are
computed over columns, so that a register of millions and a single record take the same way. A key that too many people
share is narrowed: matching/narrow.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching import block_keys as by
from matching.block_keys import Keyed
from matching.columns import Hashes, Ints, LandColumns, PeopleColumns
from matching.few_keys import FEW, keys_of_row
from matching.narrow import people_keys


class BlockingRule(NamedTuple):
    """One way to find candidates: what both sides must share, and how each side yields its keys."""

    code: str
    vi: str
    en: str
    of_people: Callable[[PeopleColumns], Iterator[Keyed]]
    of_land: Callable[[LandColumns], Iterator[Keyed]]


RULES: tuple[BlockingRule, ...] = (
    BlockingRule(
        "personal_id",
        "cùng số định danh (đang dùng hoặc đã hủy)",
        "the same personal number, current or cancelled",
        by.person_ids,
        lambda land: by.land_numbers(land, True),
    ),
    BlockingRule(
        "old_number",
        "cùng số giấy tờ cũ (CMND 9 số, hộ chiếu)",
        "the same number of an older document",
        by.person_old_numbers,
        lambda land: by.land_numbers(land, False),
    ),
    BlockingRule(
        "name_year",
        "cùng các tiếng trong họ tên (không dấu, không kể thứ tự) và cùng năm sinh",
        "the same unaccented syllables in any order, and the same birth year",
        lambda people: by.name_year(people.names, people.year),
        by.land_name_year,
    ),
    BlockingRule(
        "given_day",
        "cùng tên và cùng ngày sinh, kể cả khi đảo ngày và tháng",
        "the same given name and the same birth day, day and month swapped included",
        lambda people: by.given_day(people.names, by.full_date(people.year, people.month, people.day)),
        by.land_given_day,
    ),
    BlockingRule(
        "name_commune",
        "cùng các tiếng trong họ tên và cùng xã",
        "the same unaccented syllables in any order, and the same commune",
        lambda people: by.name_commune(people.names, people.places),
        lambda land: by.name_commune(land.names, land.places),
    ),
    BlockingRule(
        "loose_name_year_commune",
        "họ và tên nghe giống nhau, cùng năm sinh, cùng xã",
        "surname and given name that sound alike, the same birth year, the same commune",
        lambda people: by.loose_name_year_commune(people.names, people.places, people.year),
        lambda land: by.loose_name_year_commune(land.names, land.places, land.year),
    ),
    BlockingRule(
        "serial_given",
        "cùng sáu số cuối của số định danh và cùng tên",
        "the same last six digits of the personal number, and the same given name",
        lambda people: by.serial_given(people.personal_id, np.arange(len(people)), people.names),
        lambda land: by.of_land_numbers(land, by.serial_given),
    ),
    BlockingRule(
        "day_commune",
        "cùng ngày sinh và cùng xã",
        "the same birth day and the same commune",
        lambda people: by.day_commune(people.places, by.full_date(people.year, people.month, people.day)),
        lambda land: by.day_commune(land.places, by.full_date(land.year, land.month, land.day)),
    ),
    BlockingRule(
        "other_name_year",
        "họ tên trùng tên gọi khác, cùng năm sinh",
        "a name that the register lists as another name, and the same birth year",
        by.person_other_names,
        by.land_other_names,
    ),
    BlockingRule(
        "head_given",
        "cùng số định danh trừ ba trong sáu số cuối, và cùng tên",
        "the same personal number but for three of its last six digits, and the same given name",
        lambda people: by.head_given(people.personal_id, np.arange(len(people)), people.names),
        lambda land: by.of_land_numbers(land, by.head_given),
    ),
)


def register_keys(people: PeopleColumns) -> tuple[Hashes, Ints]:
    """The blocking keys of people and, for each, the row of its owner; a person never has the same key twice.

    The keys that only narrow others are among them.
    """
    keyed = [pair for rule in RULES for pair in rule.of_people(people)]
    owners, keys = _unique([*keyed, *people_keys(people)])
    return keys, owners


LandKeys = tuple[Hashes, Ints, NDArray[np.int32]]
_POSITIONS = {rule.code: position for position, rule in enumerate(RULES)}


def land_keys(land: LandColumns) -> LandKeys:
    """The blocking keys of land users, the row of each key's owner, and the position in RULES of the rule behind it.

    A land user may have the same key twice, by two numbers or two readings of a date.
    """
    return keys_by_row(land) if len(land) <= FEW else keys_by_column(land)


def keys_by_row(land: LandColumns) -> LandKeys:
    """The blocking keys of a few land users."""
    keyed = [(key, row, _POSITIONS[code]) for row in range(len(land)) for code, key in keys_of_row(land, row)]
    keys, owners, rules = zip(*keyed, strict=True) if keyed else ((), (), ())
    return np.array(keys, dtype=np.uint64), np.array(owners, dtype=np.int64), np.array(rules, dtype=np.int32)


def keys_by_column(land: LandColumns) -> LandKeys:
    """The blocking keys of many land users."""
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
