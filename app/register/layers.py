"""The people of a version of the register, wherever they lie: in its own tables, or in those of the version below.

A version that came out of changes holds only the people who came or changed since its base, the last version with
tables of all people, and hides those of the base who went or changed: docs/decisions on deltas.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from app.db import Database
from app.register import delta_store, store
from app.register.version_store import StoredRow, VersionStore
from app.tables import DISPLAY_COLUMNS
from matching.columns import Ints, StoredPerson

_BATCH = 20_000
KERNEL = StoredPerson._fields
WHOLE = KERNEL + DISPLAY_COLUMNS


class Change(NamedTuple):
    """A person who is not the same in two versions; None where he or she isn't in one."""

    personal_id: int
    before: StoredPerson | None
    after: StoredPerson | None


class Layers(NamedTuple):
    """Where the people of a version are."""

    own: VersionStore
    below: VersionStore | None  # None: all people are the version's own

    @property
    def root(self) -> int:
        """The version with tables of all people."""
        return self.own.version if self.below is None else self.below.version

    def touched(self) -> Ints:
        """The personal numbers of all who came, went or changed since the root."""
        if self.below is None:
            return np.empty(0, dtype=np.int64)
        return np.union1d(self.own.numbers(), self.own.masked())

    def some(self, names: Sequence[str], personal_ids: Sequence[int]) -> dict[int, StoredRow]:
        """Columns of those people of the version who have these personal numbers, by number."""
        found = self.own.some(names, personal_ids)
        if self.below is None or len(found) == len(personal_ids):
            return found
        left = np.setdiff1d(np.array(personal_ids, dtype=np.int64), np.fromiter(found, np.int64, len(found)))
        return found | self.below.some(names, np.setdiff1d(left, self.own.masked()).tolist())

    def everybody(self, names: Sequence[str]) -> Iterator[list[StoredRow]]:
        """Columns of all people, the personal number first, in the order of their personal numbers."""
        if self.below is None:
            yield from self.own.ordered(names, _BATCH)
            return
        masked = set(self.own.masked().tolist())
        below = (row for rows in self.below.ordered(names, _BATCH) for row in rows if row[0] not in masked)
        own = (row for rows in self.own.ordered(names, _BATCH) for row in rows)
        batch: list[StoredRow] = []
        for row in heapq.merge(below, own):  # by the personal number, which no two share
            batch.append(row)
            if len(batch) == _BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def close(self) -> None:
        """Close the connections that are the versions' own."""
        self.own.close()
        if self.below is not None:
            self.below.close()


@contextmanager
def layers_of(database: Database, version_id: int) -> Iterator[Layers]:
    """Where the people of a version are, as long as it is read."""
    with database.reading() as session:
        delta = delta_store.found(session, version_id)
    base = None if delta is None else delta.base_id
    below = None if base is None else store.version_store(database, base)
    layers = Layers(store.version_store(database, version_id), below)
    try:
        yield layers
    finally:
        layers.close()


def changed_people(database: Database, from_version: int, to_version: int) -> Iterator[Change]:
    """The people who are not the same in two versions of the register, in the order of their personal numbers.

    What is compared is what decides a match. Two versions over one base are compared by what they changed, any others
    by going through both.
    """
    with database.reading() as session:
        store.existing(session, from_version)
        store.existing(session, to_version)
    with layers_of(database, from_version) as before, layers_of(database, to_version) as after:
        if before.root == after.root:
            yield from _changes_among(before, after, np.union1d(before.touched(), after.touched()))
        else:
            yield from _changes_between(before, after)


def _changes_among(before: Layers, after: Layers, numbers: Ints) -> Iterator[Change]:
    for start in range(0, len(numbers), _BATCH):
        asked: list[int] = numbers[start : start + _BATCH].tolist()
        one, other = before.some(KERNEL, asked), after.some(KERNEL, asked)
        for number in asked:
            if one.get(number) != other.get(number):
                yield _change(number, one.get(number), other.get(number))


def _changes_between(before: Layers, after: Layers) -> Iterator[Change]:
    one, other = _from_side(0, before), _from_side(1, after)
    waiting: StoredRow | None = None  # of the version before, whose number may come once more
    for number, side, row in heapq.merge(one, other):
        if waiting is not None and waiting[0] != number:
            yield _change(waiting[0], waiting, None)
            waiting = None
        if side == 0:
            waiting = row
        else:
            if row != waiting:
                yield _change(number, waiting, row)
            waiting = None
    if waiting is not None:
        yield _change(waiting[0], waiting, None)


def _from_side(side: int, layers: Layers) -> Iterator[tuple[int, int, StoredRow]]:
    for rows in layers.everybody(KERNEL):
        for row in rows:
            yield row[0], side, row


def _change(number: int, before: StoredRow | None, after: StoredRow | None) -> Change:
    one, other = (None if row is None else StoredPerson._make(row) for row in (before, after))
    return Change(number, one, other)
