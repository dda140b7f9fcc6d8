"""Where candidates come from: one protocol for all stores, and the columnar source in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from matching.block import RULES, land_keys, register_keys
from matching.block_keys import key_of
from matching.columns import Hashes, Ints, LandColumns, PeopleColumns, StoredPerson, people_columns, runs, stored
from matching.distinct import distinct_of
from matching.narrow import NARROWER, Narrower
from matching.records import Person
from matching.statistics import Statistics, StatisticsBuilder

_POSITIONS = {rule.code: position for position, rule in enumerate(RULES)}


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
    """Distinct pairs of a land user (row) and a person (handle), by row and handle; and which blocks were too large.

    Bit i of a set of rules stands for the rule at position i.
    """

    rows: Ints
    persons: Ints
    rules: Ints  # for each pair the rules that found it
    narrowed: Ints  # for each land user the rules of which a narrower key was asked, as too many people share the key
    cut: Ints  # for each land user the rules that may have more people to offer than were compared

    @property
    def truncated(self) -> NDArray[np.bool_]:
        """For each land user whether somebody who shares a key may be missing."""
        truncated: NDArray[np.bool_] = self.cut != 0
        return truncated


class _Asked(NamedTuple):
    """Keys that land users ask, and what was found behind each."""

    rows: Ints
    rules: Ints  # positions
    keys: Hashes
    found: Found
    places: Ints  # where in `found` each key stands

    def where(self, mask: NDArray[np.bool_]) -> _Asked:
        return _Asked(self.rows[mask], self.rules[mask], self.keys[mask], self.found, self.places[mask])

    @property
    def too_many(self) -> NDArray[np.bool_]:
        return self.found.truncated[self.places]

    def pairs(self) -> tuple[Ints, Ints, Ints]:
        """Row, person and rule's bit of all that was found; pairs found by several keys stand several times."""
        start = self.found.offsets[self.places]
        count = self.found.offsets[self.places + 1] - start
        bits = np.int64(1) << self.rules
        return self.rows.repeat(count), self.found.persons[runs(start, count)], bits.repeat(count)


def find_candidates(land: LandColumns, source: CandidateSource, *, cap: int) -> CandidatePairs:
    """The candidate pairs of a batch of land users; no blocking key yields more than `cap` people to any of them.

    A key that more people share is narrowed by what else the land user's record knows. Only where nothing narrows it
    far enough the people with the smallest handles are taken, and the land user counts as cut short.
    """
    keys, owners, rules = land_keys(land)
    asked = _ask(source, owners, rules.astype(np.int64), keys, cap=cap)
    narrowed, cut = np.zeros(len(land), dtype=np.int64), np.zeros(len(land), dtype=np.int64)
    parts = [asked]
    if asked.found.truncated.any():
        wide = asked.too_many
        fitting, replaced, settled = _narrow(land, source, asked.where(wide), cap=cap)
        kept = ~wide
        kept[np.flatnonzero(wide)[~replaced]] = True
        parts = [asked.where(kept), *fitting]
        _set(narrowed, asked.where(wide).where(replaced))
        _set(cut, asked.where(wide).where(~settled))
    if len(parts) == 1:
        return _distinct(*asked.pairs(), narrowed, cut)
    rows, persons, bits = (np.concatenate(column) for column in zip(*(part.pairs() for part in parts), strict=True))
    return _distinct(rows, persons, bits, narrowed, cut)


def _distinct(rows: Ints, persons: Ints, bits: Ints, narrowed: Ints, cut: Ints) -> CandidatePairs:
    # One sort of integers: handles are below 2**40, because personal numbers are.
    pairs = rows << _HANDLE_BITS | persons
    order = pairs.argsort()
    pairs = pairs[order]
    begins = np.ones(len(order), dtype=np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=begins[1:])
    first = begins.nonzero()[0]
    merged = np.bitwise_or.reduceat(bits[order], first) if len(bits) else bits
    kept = order[first]
    return CandidatePairs(rows[kept], persons[kept], merged, narrowed, cut)


def _ask(source: CandidateSource, rows: Ints, rules: Ints, keys: Hashes, *, cap: int) -> _Asked:
    distinct, places = distinct_of(keys)
    return _Asked(rows, rules, keys, source.lookup(distinct, cap=cap), places)


def _set(bits: Ints, asked: _Asked) -> None:
    np.bitwise_or.at(bits, asked.rows, np.int64(1) << asked.rules)


def _narrow(
    land: LandColumns, source: CandidateSource, wide: _Asked, *, cap: int
) -> tuple[list[_Asked], NDArray[np.bool_], NDArray[np.bool_]]:
    """What narrower keys find, which of the wide keys they stand for, and which of these are settled by them."""
    names = key_of(0, wide.rows, wide.rules, wide.keys)
    distinct, places = np.unique(names, return_inverse=True)
    replaced, settled = np.zeros(len(distinct), dtype=np.bool_), np.zeros(len(distinct), dtype=np.bool_)
    fitting = []
    for position in np.unique(wide.rules).tolist():
        for narrower in NARROWER.get(RULES[position].code, ()):
            asked, stands_for = _ask_narrower(land, source, (position, narrower), distinct, cap=cap)
            fits = ~asked.too_many
            fitting.append(asked.where(fits))
            replaced[stands_for[fits]] = True
            if narrower.settles:
                whole = np.zeros(len(distinct), dtype=np.bool_)
                whole[stands_for] = True
                whole[stands_for[~fits]] = False
                settled |= whole
    return fitting, replaced[places], settled[places]


def _ask_narrower(
    land: LandColumns, source: CandidateSource, way: tuple[int, Narrower], wanted: Hashes, *, cap: int
) -> tuple[_Asked, Ints]:
    """The narrower keys that stand for wanted wide ones, and for each the position of the wide one."""
    position, narrower = way
    parts = list(narrower.of_land(land))
    rows, wide, keys = (np.concatenate(column) for column in list(zip(*parts, strict=True))[:3])
    rules = np.repeat([_POSITIONS[part.rule] for part in parts], [len(part.rows) for part in parts])
    names = key_of(0, rows, np.full(len(rows), position), wide)
    stands_for = np.minimum(np.searchsorted(wanted, names), len(wanted) - 1)
    meant = wanted[stands_for] == names
    return _ask(source, rows[meant], rules[meant], keys[meant], cap=cap), stands_for[meant]


_HANDLE_BITS = 40


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
        return Found(offsets, self._owners[runs(start, taken)], count > cap)

    def fetch(self, persons: Ints) -> PeopleColumns:
        """The clean columns of these people."""
        return people_columns([self._rows[person] for person in persons.tolist()])

    def display_names(self, persons: Ints) -> Sequence[str]:
        """The names of these people as the register writes them."""
        return [self._names[person] for person in persons.tolist()]
