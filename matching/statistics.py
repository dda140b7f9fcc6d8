"""What is frozen of a register at each full import: its size, how frequent names and dates are, its largest blocks.

Term frequencies make an agreement on a rare name weigh more than one on a common name. The statistics belong to a
register version, are shared by all stores and engines, and don't move with single upserts.
"""

from __future__ import annotations

import io
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from matching.columns import Hashes, Ints, PeopleColumns
from matching.sorted_values import SortedValues

LARGE_BLOCK = 256  # blocks with more people than this are listed
_MOST_KNOWN = 1 << 13  # counts that are remembered: years, communes and given names come again and again
_ALL_BITS = (1 << 64) - 1


@dataclass(frozen=True)
class Counts:
    """How often each value occurs: sorted values with their counts; a value not listed occurs `floor` times."""

    values: Hashes
    counts: Ints
    floor: int = 1

    def of(self, values: NDArray[np.integer]) -> Ints:
        """The count of each value."""
        bits = values if values.dtype == np.uint64 else values.astype(np.int64)
        asked: Hashes = bits.view(np.uint64)
        if not len(self.values):
            return np.full(len(asked), self.floor, dtype=np.int64)
        at, found = self._sorted.find(asked)
        return np.where(found, self.counts[at], self.floor)

    def of_one(self, value: int) -> int:
        """The count of one value, hashes signed or not; the last values asked for are remembered."""
        count = self._known.get(value)
        if count is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            asked, values = value & _ALL_BITS, self.values.data
            at = bisect_left(values, asked)
            found = at < len(values) and values[at] == asked
            count = self._known[value] = self.counts.item(at) if found else self.floor
        return count

    @cached_property
    def _known(self) -> dict[int, int]:
        return {}

    @cached_property
    def _sorted(self) -> SortedValues:
        return SortedValues(self.values)


@dataclass(frozen=True, slots=True)
class Statistics:
    """The frozen figures of a register version."""

    size: int  # people
    names: Counts  # by K2 key
    folded: Counts  # by K3 key: unaccented
    given: Counts  # by loose given name
    dates: Counts  # by full birth date, yyyymmdd
    years: Counts  # by birth year
    communes: Counts  # by present-day commune
    large_blocks: Counts  # blocking keys with more than LARGE_BLOCK people

    def to_bytes(self) -> bytes:
        """The statistics as bytes, the same for the same register."""
        buffer = io.BytesIO()
        np.save(buffer, np.array([self.size], dtype=np.int64))
        for name in _TABLES:
            counts: Counts = getattr(self, name)
            np.save(buffer, counts.values)
            np.save(buffer, counts.counts)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Statistics:
        """The statistics behind bytes."""
        buffer = io.BytesIO(data)
        size = int(np.load(buffer)[0])
        tables: Mapping[str, Counts] = {name: Counts(np.load(buffer), np.load(buffer)) for name in _TABLES}
        return cls(size, **tables)

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that name these statistics."""
        return blake2b(self.to_bytes(), digest_size=6).hexdigest()


_TABLES = ("names", "folded", "given", "dates", "years", "communes", "large_blocks")


class StatisticsBuilder:
    """Gathers the figures of a register, batch by batch."""

    def __init__(self) -> None:
        self._size = 0
        self._seen: dict[str, list[Hashes]] = {name: [] for name in _TABLES}

    def add(self, people: PeopleColumns, keys: Hashes) -> None:
        """Count a batch of people and their blocking keys."""
        self._size += len(people)
        full = people.year * 10_000 + people.month * 100 + people.day
        for name, values in (
            ("names", people.names.key),
            ("folded", people.names.folded),
            ("given", people.names.given),
            ("dates", full[people.day > 0].astype(np.uint64)),
            ("years", people.year[people.year > 0].astype(np.uint64)),
            ("communes", people.places.single[people.places.single > 0].astype(np.uint64)),
            ("large_blocks", keys),
        ):
            self._seen[name].append(values)

    def build(self) -> Statistics:
        """The frozen figures of all that was added."""
        tables = {
            name: _count(parts, LARGE_BLOCK if name == "large_blocks" else 1) for name, parts in self._seen.items()
        }
        return Statistics(self._size, **tables)


def _count(parts: list[Hashes], above: int) -> Counts:
    if not parts:
        return Counts(np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64))
    values, counts = np.unique(np.concatenate(parts), return_counts=True)
    listed = counts > above
    return Counts(values[listed], counts[listed].astype(np.int64))
