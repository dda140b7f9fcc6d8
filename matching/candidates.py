"""Where candidates come from: one protocol for all stores, and the columnar source in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from matching.block import land_keys, register_keys
from matching.columns import Hashes, Ints, LandColumns, PeopleColumns, StoredPerson, people_columns, stored
from matching.records import Person
from matching.statistics import Statistics, StatisticsBuilder


class RegisterStamp(NamedTuple):
    """Which register answered: version, stated scope, digest of its statistics."""

    version: str
    scope: str
    statistics: str


class Found(NamedTuple):
    """The people behind keys: key i found persons[offsets[i]:offsets[i+1]]; cut where there were more than the cap."""

    offsets: Ints
    persons: Ints
    truncated: NDArray[np.bool_]


class CandidateSource(Protocol):
    """A register that can be asked for candidates. Persons are handles of the source's own, ascending per key."""

    @property
    def statistics(self) -> Statistics:
        """The frozen statistics of the register version."""

    @property
    def stamp(self) -> RegisterStamp:
        """Which register this is."""

    def lookup(self, keys: Hashes, *, cap: int) -> Found:
        """The people who share each blocking key, at most `cap` for each, the smallest handles first."""

    def fetch(self, persons: Ints) -> PeopleColumns:
        """The clean columns of these people, in the order given."""

    def display_names(self, persons: Ints) -> Sequence[str]:
        """The names of these people as the register writes them, in the order given."""


class CandidatePairs(NamedTuple):
    """Distinct pairs of a land user (row) and a person (handle), by row and handle; and who was cut short."""

    rows: Ints
    persons: Ints
    rules: Ints  # bit i is set where blocking rule i found the pair
    truncated: NDArray[np.bool_]  # for each land user: a blocking key had more people than the cap


def find_candidates(land: LandColumns, source: CandidateSource, *, cap: int) -> CandidatePairs:
    """The candidate pairs of a batch of land users."""
    keys, owners, rules = land_keys(land)
    asked, back = np.unique(keys, return_inverse=True)
    found = source.lookup(asked, cap=cap)
    truncated = np.zeros(len(land), dtype=np.bool_)
    truncated[owners[found.truncated[back]]] = True
    count = np.diff(found.offsets)[back]
    rows = np.repeat(owners, count)
    step = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    persons = found.persons[np.repeat(found.offsets[:-1][back], count) + step]
    bits = np.repeat(np.int64(1) << rules.astype(np.int64), count)
    order = np.lexsort((persons, rows))
    rows, persons, bits = rows[order], persons[order], bits[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (rows[1:] != rows[:-1]) | (persons[1:] != persons[:-1])
    merged = np.bitwise_or.reduceat(bits, np.flatnonzero(first)) if len(bits) else bits
    return CandidatePairs(rows[first], persons[first], merged, truncated)


class MemoryCandidates:
    """A register held in memory: sorted blocking keys and clean rows."""

    def __init__(self, people: Iterable[Person], *, version: str = "memory", scope: str = "") -> None:
        everybody = sorted(people, key=lambda person: person.personal_id)
        self._rows: list[StoredPerson] = [stored(person) for person in everybody]
        self._names = [person.full_name for person in everybody]
        columns = people_columns(self._rows)
        keys, owners = register_keys(columns)
        order = np.lexsort((owners, keys))
        self._keys, self._owners = keys[order], owners[order]
        builder = StatisticsBuilder()
        builder.add(columns, keys)
        self._statistics = builder.build()
        self._stamp = RegisterStamp(version, scope, self._statistics.digest)

    @property
    def statistics(self) -> Statistics:
        """The frozen statistics of these people."""
        return self._statistics

    @property
    def stamp(self) -> RegisterStamp:
        """The version and scope given when it was made."""
        return self._stamp

    def lookup(self, keys: Hashes, *, cap: int) -> Found:
        """The people who share each blocking key, at most `cap` for each."""
        start = np.searchsorted(self._keys, keys, side="left")
        count = np.searchsorted(self._keys, keys, side="right") - start
        taken = np.minimum(count, cap)
        offsets = np.zeros(len(keys) + 1, dtype=np.int64)
        np.cumsum(taken, out=offsets[1:])
        positions = np.arange(offsets[-1]) - np.repeat(offsets[:-1] - start, taken)
        return Found(offsets, self._owners[positions], count > cap)

    def fetch(self, persons: Ints) -> PeopleColumns:
        """The clean columns of these people."""
        return people_columns([self._rows[person] for person in persons.tolist()])

    def display_names(self, persons: Ints) -> Sequence[str]:
        """The names of these people as the register writes them."""
        return [self._names[person] for person in persons.tolist()]
