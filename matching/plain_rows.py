"""Single rows of the clean columns in plain values of Python, for what is faster one row at a time.

An operation on arrays costs a microsecond however short they are; half of all single records have two candidates or
fewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from matching.columns import (
    CommuneSet,
    LandColumns,
    NameColumns,
    PeopleColumns,
    PlaceColumns,
    Ragged,
    place_columns,
)


class LandRow(NamedTuple):
    """One land user: a row of LandColumns; hashes are signed."""

    syllables: list[str]
    written: int
    key: int
    folded: int
    sorted: int
    places: tuple[int, CommuneSet]  # single, and the set
    abbreviated: bool
    numbers: list[int]
    trust: list[int]
    number_year: int
    year: int
    month: int
    day: int
    alternative: int
    maybe_year_only: bool
    sex: int
    marks: int


class PersonRow(NamedTuple):
    """One person: a row of PeopleColumns; hashes are signed."""

    syllables: list[str]
    written: int
    key: int
    folded: int
    sorted: int
    places: tuple[int, CommuneSet]
    personal_id: int
    given: int
    others: list[int]
    year: int
    month: int
    day: int
    sex: int
    numbers: list[int]
    status: int


class PlainPairs(NamedTuple):
    """Land users, people, and the candidate pairs among them as positions of both."""

    land: list[LandRow]
    people: list[PersonRow]
    pairs: Iterable[tuple[int, int]]


def each_land_user(land: LandColumns) -> Iterator[LandRow]:
    """The land users one by one."""
    return map(
        LandRow._make,
        zip(
            *_names(land.names),
            _places(land.places),
            land.abbreviated.tolist(),
            land.numbers.tolist(),
            land.trust.tolist(),
            land.number_year.tolist(),
            land.year.tolist(),
            land.month.tolist(),
            land.day.tolist(),
            land.alternative.tolist(),
            land.maybe_year_only.tolist(),
            land.sex.tolist(),
            land.marks.tolist(),
            strict=True,
        ),
    )


def each_person(people: PeopleColumns) -> Iterator[PersonRow]:
    """The people one by one."""
    return map(
        PersonRow._make,
        zip(
            *_names(people.names),
            _places(people.places),
            people.personal_id.tolist(),
            people.names.given.view(np.int64).tolist(),
            _lists(people.others),
            people.year.tolist(),
            people.month.tolist(),
            people.day.tolist(),
            people.sex.tolist(),
            _lists(people.numbers),
            people.status.tolist(),
            strict=True,
        ),
    )


def stored_person(row: tuple[Any, ...]) -> PersonRow:
    """A person by the fields of StoredPerson: what `each_person` makes of its columns."""
    (
        personal_id,
        syllables,
        written,
        key,
        folded,
        in_order,
        _surname,
        given,
        others,
        birth,
        sex,
        numbers,
        communes,
        state,
    ) = row
    return PersonRow(
        syllables.split(" ") if syllables else [],
        written,
        key,
        folded,
        in_order,
        _stored_places(communes),
        personal_id,
        given,
        list(map(int, others.split(";"))) if others else [],
        birth // 10_000,
        birth // 100 % 100,
        birth % 100,
        sex,
        list(map(int, numbers.split(";"))) if numbers else [],
        state,
    )


@lru_cache(maxsize=1 << 12)
def _stored_places(communes: str) -> tuple[int, CommuneSet]:
    places = place_columns([communes])
    return places.single.item(0), places.sets[0]


def _names(names: NameColumns) -> Iterator[Sequence[object]]:
    known = names.syllables
    yield [
        [known[code] for code in codes[:length]]
        for codes, length in zip(names.codes.tolist(), names.length.tolist(), strict=True)
    ]
    for hashes in (names.written, names.key, names.folded, names.sorted):
        yield hashes.view(np.int64).tolist()


def _places(places: PlaceColumns) -> Iterator[tuple[int, CommuneSet]]:
    sets = places.sets
    return zip(places.single.tolist(), [sets[at] for at in places.index.tolist()], strict=True)


def _lists(ragged: Ragged) -> list[list[int]]:
    values, offsets = ragged.values.tolist(), ragged.offsets.tolist()
    return [values[start:end] for start, end in pairwise(offsets)]
