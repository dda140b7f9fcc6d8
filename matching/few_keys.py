"""The blocking keys of a few land users, row by row in whole numbers of Python.

An operation on arrays costs a microsecond however short they are, and the keys of one land user take two hundred of
them. The rules are those of matching/block.py, and a property test holds both ways to the same keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from matching.block_keys import HEAD, MAX_COMMUNES, TAIL, key_of_row
from matching.columns import LandColumns
from matching.number_codes import is_personal_code

FEW = 8  # rows: from about ten on arrays are faster


def keys_of_row(land: LandColumns, row: int) -> Iterator[tuple[str, int]]:
    """The blocking keys of one land user, each with the code of its rule."""
    names, year, communes = land.names, land.year.item(row), _communes(land, row)
    length, days = names.length.item(row), _days(land, row)
    for number in land.numbers[row].tolist():
        if number > 0:
            yield "personal_id" if is_personal_code(number) else "old_number", key_of_row(1, number)
    for day, commune in product(days[:1], communes):
        yield "day_commune", key_of_row(7, day, commune)
    if length > 0:
        for code, salt, *parts in _of_name(land, row, year, days):
            yield code, key_of_row(salt, *parts)
        in_order = names.sorted.item(row)
        for commune in communes:
            yield "name_commune", key_of_row(4, in_order, commune)
            if length > 1 and year > 0:
                surname, given = names.surname.item(row), names.given.item(row)
                yield "loose_name_year_commune", key_of_row(5, surname, given, year, commune)


def _of_name(land: LandColumns, row: int, year: int, days: list[int]) -> Iterator[tuple[str, int, int, int]]:
    """Rule, salt and parts of the keys made of a name and a date or number."""
    in_order, given = land.names.sorted.item(row), land.names.given.item(row)
    in_number = land.number_year.item(row)
    if year > 0:
        yield "name_year", 2, in_order, year
        yield "other_name_year", 8, land.names.key.item(row), year
    if in_number > 0 and in_number != year:
        yield "name_year", 2, in_order, in_number
    for day in days:
        yield "given_day", 3, given, day
    for number in land.numbers[row].tolist():
        if is_personal_code(number):
            yield "serial_given", 6, number % TAIL, given
            yield "head_given", 9, number // HEAD, given
            yield "head_given", 10, number // TAIL * HEAD + number % HEAD, given


def _days(land: LandColumns, row: int) -> list[int]:
    """The full birth date as yyyymmdd, then the same with day and month read the other way."""
    year, month, day = land.year.item(row), land.month.item(row), land.day.item(row)
    if not day:
        return []
    read = [year * 10_000 + month * 100 + day]
    return [*read, year * 10_000 + day * 100 + month] if day <= 12 and day != month else read


def _communes(land: LandColumns, row: int) -> list[int]:
    """Each commune that the address may mean, unless there are too many."""
    single = land.places.single.item(row)
    if single > 0:
        return [single]
    members = land.places.sets[land.places.index.item(row)]
    return sorted(members) if 1 < len(members) <= MAX_COMMUNES else []
