"""Turns clean land users into the columns that are compared; each distinct value is coded once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np

from matching.columns import (
    MAX_NUMBERS,
    Codes,
    Ints,
    LandColumns,
    Mark,
    PlaceColumns,
    name_columns,
    number_code,
    pack_date,
    place_columns,
)
from matching.records import BirthDate, CleanSubject, IdentityNumber, NumberKind, Role, Status, Trust
from matching.variants import NameKeys, name_keys

V = TypeVar("V", bound=Hashable)
_HASHES = range(1, len(NameKeys._fields))

# Members by names of their own: to look one up in its enumeration costs more than what is done with it.
_CURRENT_USER, _DECEASED, _UNREADABLE, _AS_WRITTEN = (
    Role.CURRENT_USER,
    Status.DECEASED,
    NumberKind.UNREADABLE,
    Trust.AS_WRITTEN,
)
_NO_NUMBER, _USED_BY_ANOTHER, _SAID_TO_BE_DEAD, _SEX_DERIVED, _COMMUNE_SPLIT = (
    mark.value
    for mark in (
        Mark.NO_NUMBER,
        Mark.CURRENT_USER,
        Mark.SAID_TO_BE_DEAD,
        Mark.SEX_DERIVED,
        Mark.COMMUNE_SPLIT,
    )
)
_MARK_OF_NUMBER = {
    NumberKind.PERSONAL: Mark.CARD.value,
    NumberKind.CMND9: Mark.CARD.value,
    NumberKind.PASSPORT: Mark.PASSPORT.value,
    NumberKind.OTHER: 0,
    NumberKind.UNREADABLE: Mark.UNREADABLE.value,
}


def land_columns(subjects: Sequence[CleanSubject]) -> LandColumns:
    """The clean columns of land users, in the order given; each distinct value is coded once."""
    names, name = _distinct([subject.full_name or "" for subject in subjects])
    addresses, address = _distinct([subject.address.communes for subject in subjects])
    dates, date = _land_dates([subject.birth_date for subject in subjects])
    keys = [name_keys(full_name) for full_name in names]
    hashes = [np.array([k[at] for k in keys], np.uint64) for at in _HASHES]
    known = name_columns([k.syllables for k in keys], hashes)
    if len(names) < len(subjects):
        known = known.take(name)
    # A name that had to be respelled (capitals, tone marks, an old font) is written like nobody's.
    known.written[[not subject.as_written for subject in subjects]] = 0
    numbers, trust, number_year = _land_numbers(subjects)
    places = place_columns([";".join(communes) for communes in addresses])
    return LandColumns(
        known,
        np.array([subject.abbreviated for subject in subjects], dtype=np.bool_),
        numbers,
        trust,
        number_year,
        dates[0][date],
        dates[1][date],
        dates[2][date],
        dates[3][date],
        dates[4][date] != 0,
        np.array([subject.sex if subject.sex_is_evidence else 0 for subject in subjects], dtype=np.int32),
        PlaceColumns(places.sets, address, places.single[address]),
        np.array(list(map(_marks, subjects)), dtype=np.int32),
    )


def _distinct(values: list[V]) -> tuple[list[V], Codes]:
    """The distinct values in the order in which they come, and the position of each value among them."""
    distinct = list(dict.fromkeys(values))
    if len(distinct) == len(values):
        return distinct, np.arange(len(values), dtype=np.int32)
    positions = dict(zip(distinct, range(len(distinct)), strict=True))
    return distinct, np.array([positions[value] for value in values], dtype=np.int32)


def _land_dates(births: Sequence[BirthDate | None]) -> tuple[Codes, Codes]:
    """Year, month, day, other reading and "may be a year only" of distinct dates, and which of them each one is."""
    # Equal dates are mostly one object, and it costs less to ask which object it is than what it holds.
    behind = {id(birth): birth for birth in births}
    _, index = _distinct(list(map(id, births)))
    parts = np.array([_UNKNOWN_DATE if birth is None else _parts(birth) for birth in behind.values()], dtype=np.int32)
    return np.ascontiguousarray(parts.reshape(-1, len(_UNKNOWN_DATE)).T), index


_UNKNOWN_DATE = (0, 0, 0, 0, False)


def _parts(birth: BirthDate) -> tuple[int, int, int, int, bool]:
    date, other = birth.date, birth.alternative
    alternative = 0 if other is None else pack_date(other)
    return date.year, date.month, date.day, alternative, "maybe_year_only" in birth.flags


def _land_numbers(subjects: Sequence[CleanSubject]) -> tuple[Ints, Codes, Codes]:
    """Codes and trust of the numbers that are compared, and the birth year that the first of them knows."""
    rows: list[int] = []
    places: list[int] = []
    codes: list[int] = []
    trusts: list[int] = []
    years = [0] * len(subjects)
    for row, subject in enumerate(subjects):
        for place, number in enumerate(usable_numbers(subject)):
            rows.append(row)
            places.append(place)
            codes.append(number_code(number.kind, number.value))
            trusts.append(number.trust)
            if not years[row]:
                years[row] = number.birth_year
    shape = (len(subjects), max(places, default=0) + 1)
    numbers, trust = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int32)
    numbers[rows, places], trust[rows, places] = codes, trusts
    return numbers, trust, np.array(years, dtype=np.int32)


def _marks(subject: CleanSubject) -> int:
    """The marks of a land user."""
    marks = 0
    if not subject.numbers:
        marks = _NO_NUMBER
    else:
        for number in subject.numbers:
            marks |= _MARK_OF_NUMBER[number.kind]
    if subject.role is _CURRENT_USER:
        marks |= _USED_BY_ANOTHER
    if subject.status_claimed is _DECEASED:
        marks |= _SAID_TO_BE_DEAD
    if subject.flags and "sex_derived" in subject.flags:
        marks |= _SEX_DERIVED
    if subject.address.flags and "split_commune" in subject.address.flags:
        marks |= _COMMUNE_SPLIT
    return marks


def usable_numbers(subject: CleanSubject) -> Sequence[IdentityNumber]:
    """The numbers of a land user that are compared: readable ones, the most trusted first, at most MAX_NUMBERS."""
    numbers = subject.numbers
    if len(numbers) == 1 and numbers[0].trust is _AS_WRITTEN and numbers[0].value:
        return numbers
    readable = [n for n in numbers if n.value and (n.trust or n.kind is _UNREADABLE)]
    if len(readable) > 1:
        readable.sort(key=lambda n: (n.kind is _UNREADABLE, -n.trust))
    return readable[:MAX_NUMBERS]
