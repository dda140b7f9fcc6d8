"""Narrowing: what is asked instead where a blocking key is shared by more people than can be compared.

A narrower key names those of the block who agree in one thing more that the land user's record knows. Those left out
may contradict the record so far that none of them could be named (hundreds of one name and year, and another birth
day): then the narrower key settles the matter. Where they may merely have moved to another province, or be misspelt,
nobody can be sure, and the answer says that the block was cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching import block_keys as by
from matching.block_keys import Keyed
from matching.columns import Codes, Hashes, Ints, LandColumns, PeopleColumns


class Narrowed(NamedTuple):
    """Keys that are too wide, and narrower ones."""

    rows: Ints  # of the land users
    wide: Hashes
    keys: Hashes
    rule: str  # the rule whose promise everybody behind the narrower keys keeps


class Narrower(NamedTuple):
    """One way to narrow the keys of a rule."""

    code: str
    settles: bool  # those left out could not be named anyway
    of_land: Callable[[LandColumns], Iterator[Narrowed]]


def people_keys(people: PeopleColumns) -> Iterator[Keyed]:
    """The keys of people that exist to narrow others."""
    yield from by.name_day(people.names, people.year * 10_000 + people.month * 100 + people.day)
    yield from by.name_province(people.names, people.places, people.year)


def _days(land: LandColumns) -> Iterator[tuple[Codes, NDArray[np.bool_]]]:
    """The full dates that a record may mean as yyyymmdd, with the records that have such a reading."""
    known = (land.day > 0) & ~land.maybe_year_only & (land.names.length > 0)
    yield land.year * 10_000 + land.month * 100 + land.day, known
    yield land.year * 10_000 + land.day * 100 + land.month, known & (land.day <= 12) & (land.day != land.month)


def _coarser(land: LandColumns) -> Iterator[tuple[Codes, NDArray[np.bool_]]]:
    """The same dates as the register has them where it knows the year or the month only."""
    known = (land.day > 0) & ~land.maybe_year_only & (land.names.length > 0)
    yield land.year * 10_000, known
    yield land.year * 10_000 + land.month * 100, known


def _name_year_by_day(land: LandColumns) -> Iterator[Narrowed]:
    """Name and year, by day; people of whom the register knows no day are asked too."""
    for packed, held in (*_days(land), *_coarser(land)):
        rows = np.flatnonzero(held)
        names = land.names.sorted[rows]
        yield Narrowed(rows, by.key_of(2, names, land.year[rows]), by.key_of(11, names, packed[rows]), "name_year")


def _name_year_by_province(land: LandColumns) -> Iterator[Narrowed]:
    """Name and year, by province; with the year of the cell and the one in the number."""
    for year in (land.year, np.where(land.number_year != land.year, land.number_year, 0)):
        rows, provinces = by.in_provinces(land.places, np.flatnonzero((land.names.length > 0) & (year > 0)))
        names = land.names.sorted[rows]
        narrow = by.key_of(12, names, year[rows], provinces)
        yield Narrowed(rows, by.key_of(2, names, year[rows]), narrow, "name_year")


def _given_day_by_name(land: LandColumns) -> Iterator[Narrowed]:
    """Given name and day, by the whole name."""
    for packed, held in _days(land):
        rows = np.flatnonzero(held)
        wide = by.key_of(3, land.names.given[rows], packed[rows])
        yield Narrowed(rows, wide, by.key_of(11, land.names.sorted[rows], packed[rows]), "name_year")


def _name_commune_by_year(land: LandColumns) -> Iterator[Narrowed]:
    """Name and commune, by birth year."""
    names = land.names
    year = np.where(land.year > 0, land.year, land.number_year)
    rows, communes = by.in_communes(land.places, np.flatnonzero((names.length > 1) & (year > 0)))
    narrow = by.key_of(5, names.surname[rows], names.given[rows], year[rows], communes)
    yield Narrowed(rows, by.key_of(4, names.sorted[rows], communes), narrow, "loose_name_year_commune")


def _loose_name_by_day(land: LandColumns) -> Iterator[Narrowed]:
    """Surname, given name, year and commune, by day; people of whom the register knows no day by their whole name."""
    names = land.names
    for packed, held in _days(land):
        rows, wide = _loose_names(land, held)
        yield Narrowed(rows, wide, by.key_of(3, names.given[rows], packed[rows]), "given_day")
    for packed, held in _coarser(land):
        rows, wide = _loose_names(land, held)
        yield Narrowed(rows, wide, by.key_of(11, names.sorted[rows], packed[rows]), "name_year")


def _loose_names(land: LandColumns, held: NDArray[np.bool_]) -> Keyed:
    names = land.names
    rows, communes = by.in_communes(land.places, np.flatnonzero(held & (names.length > 1)))
    return rows, by.key_of(5, names.surname[rows], names.given[rows], land.year[rows], communes)


def _day_commune_by_given(land: LandColumns) -> Iterator[Narrowed]:
    """Day and commune, by given name."""
    packed, held = next(_days(land))
    rows, communes = by.in_communes(land.places, np.flatnonzero(held))
    narrow = by.key_of(3, land.names.given[rows], packed[rows])
    yield Narrowed(rows, by.key_of(7, packed[rows], communes), narrow, "given_day")


def _day_commune_by_name(land: LandColumns) -> Iterator[Narrowed]:
    """Day and commune, by the whole name."""
    packed, held = next(_days(land))
    rows, communes = by.in_communes(land.places, np.flatnonzero(held))
    narrow = by.key_of(11, land.names.sorted[rows], packed[rows])
    yield Narrowed(rows, by.key_of(7, packed[rows], communes), narrow, "name_year")


# By rule. Numbers and other names have none: a number that hundreds share is nobody's, and the name finds its owner.
NARROWER: Mapping[str, tuple[Narrower, ...]] = {
    "name_year": (
        Narrower("day", True, _name_year_by_day),
        Narrower("province", False, _name_year_by_province),
    ),
    "given_day": (Narrower("name", False, _given_day_by_name),),
    "name_commune": (Narrower("year", True, _name_commune_by_year),),
    "loose_name_year_commune": (Narrower("day", True, _loose_name_by_day),),
    "day_commune": (
        Narrower("given", False, _day_commune_by_given),
        Narrower("name", False, _day_commune_by_name),
    ),
}
