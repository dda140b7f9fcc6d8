"""What land users say as whole numbers, row by row: all of matching/land_columns.py that looks at each of them.

`make compiled` compiles this module (decision 0015): it knows nothing of NumPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from matching.marks import Mark
from matching.number_codes import MAX_NUMBERS, number_code
from matching.records import BirthDate, CleanSubject, IdentityNumber, NumberKind, Role, Status, Trust

# The facts of a row, in their order.
FACTS: Final = (
    "year",
    "month",
    "day",
    "alternative",
    "maybe_year_only",
    "sex",
    "abbreviated",
    "as_written",
    "marks",
    "place",  # among the distinct communes
    "number_year",
    "trust",  # of the first number
)

# Members by names of their own: to look one up in its enumeration costs more than what is done with it.
_CURRENT_USER: Final = Role.CURRENT_USER
_DECEASED: Final = Status.DECEASED
_PERSONAL_NUMBER: Final = NumberKind.PERSONAL
_OLD_NUMBER: Final = NumberKind.CMND9
_PASSPORT_NUMBER: Final = NumberKind.PASSPORT
_UNREADABLE: Final = NumberKind.UNREADABLE
_AS_WRITTEN: Final = Trust.AS_WRITTEN
_NO_NUMBER: Final = Mark.NO_NUMBER.value
_USED_BY_ANOTHER: Final = Mark.CURRENT_USER.value
_SAID_TO_BE_DEAD: Final = Mark.SAID_TO_BE_DEAD.value
_SEX_DERIVED: Final = Mark.SEX_DERIVED.value
_COMMUNE_SPLIT: Final = Mark.COMMUNE_SPLIT.value
_CARD: Final = Mark.CARD.value
_PASSPORT: Final = Mark.PASSPORT.value
_NO_SUCH_NUMBER: Final = Mark.UNREADABLE.value
_UNKNOWN_DATE: Final = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class LandRows:
    """Land users row by row."""

    names: list[str] = field(default_factory=list)
    facts: list[int] = field(default_factory=list)  # FACTS of each, one row after the other
    numbers: list[int] = field(default_factory=list)  # the code of each one's first number, zero: none
    further: list[tuple[int, int, int, int]] = field(default_factory=list)  # row, place, code, trust of all others
    communes: list[tuple[str, ...]] = field(default_factory=list)  # the distinct addresses


def land_rows(subjects: Sequence[CleanSubject]) -> LandRows:
    """The rows of land users, in the order given."""
    rows = LandRows()
    facts, places = rows.facts, dict[tuple[str, ...], int]()
    for row, subject in enumerate(subjects):
        rows.names.append(subject.full_name or "")
        communes = subject.address.communes
        place = places.get(communes)
        if place is None:
            place = places[communes] = len(places)
            rows.communes.append(communes)
        year, month, day, alternative, maybe_year_only = _date(subject.birth_date)
        facts.append(year)
        facts.append(month)
        facts.append(day)
        facts.append(alternative)
        facts.append(maybe_year_only)
        facts.append(subject.sex if subject.sex_is_evidence else 0)
        facts.append(1 if subject.abbreviated else 0)
        facts.append(1 if subject.as_written else 0)
        facts.append(_marks(subject))
        facts.append(place)
        _add_numbers(rows, row, usable_numbers(subject))
    return rows


def _date(birth: BirthDate | None) -> tuple[int, int, int, int, int]:
    """Year, month, day, other reading as yyyymmdd and "may be a year only" of a date."""
    if birth is None:
        return _UNKNOWN_DATE
    date, other = birth.date, birth.alternative
    packed = 0 if other is None else other.year * 10_000 + other.month * 100 + other.day
    maybe_year_only = 1 if birth.flags and "maybe_year_only" in birth.flags else 0
    return date.year, date.month, date.day, packed, maybe_year_only


def _marks(subject: CleanSubject) -> int:
    """The marks of a land user."""
    marks = 0
    if not subject.numbers:
        marks = _NO_NUMBER
    else:
        for number in subject.numbers:
            kind = number.kind
            if kind is _PERSONAL_NUMBER or kind is _OLD_NUMBER:
                marks |= _CARD
            elif kind is _PASSPORT_NUMBER:
                marks |= _PASSPORT
            elif kind is _UNREADABLE:
                marks |= _NO_SUCH_NUMBER
    if subject.role is _CURRENT_USER:
        marks |= _USED_BY_ANOTHER
    if subject.status_claimed is _DECEASED:
        marks |= _SAID_TO_BE_DEAD
    if subject.flags and "sex_derived" in subject.flags:
        marks |= _SEX_DERIVED
    if subject.address.flags and "split_commune" in subject.address.flags:
        marks |= _COMMUNE_SPLIT
    return marks


def _add_numbers(rows: LandRows, row: int, numbers: Sequence[IdentityNumber]) -> None:
    """Put down codes and trust of the numbers that are compared, and the birth year that the first of them knows."""
    year, first, trust = 0, 0, 0
    for place, number in enumerate(numbers):
        code = number_code(number.kind, number.value)
        if place:
            rows.further.append((row, place, code, number.trust))
        else:
            first, trust = code, number.trust
        if not year:
            year = number.birth_year
    rows.facts.append(year)
    rows.facts.append(trust)
    rows.numbers.append(first)


def usable_numbers(subject: CleanSubject) -> Sequence[IdentityNumber]:
    """The numbers of a land user that are compared: readable ones, the most trusted first, at most MAX_NUMBERS."""
    numbers = subject.numbers
    if len(numbers) == 1 and numbers[0].trust is _AS_WRITTEN and numbers[0].value:
        return numbers
    return _most_trusted(numbers)


def _most_trusted(numbers: tuple[IdentityNumber, ...]) -> list[IdentityNumber]:
    readable = [n for n in numbers if n.value and (n.trust or n.kind is _UNREADABLE)]
    if len(readable) > 1:
        readable.sort(key=lambda n: (n.kind is _UNREADABLE, -n.trust))
    return readable[:MAX_NUMBERS]
