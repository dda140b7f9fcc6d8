"""A comparison is a table of levels; the first level that holds for a pair wins.

Levels read integers only. Each has a code that is stable, and one sentence a clerk would say, in two languages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.columns import Ints, LandColumns, PeopleColumns
from matching.variants import Judged, relate_syllables

Mask = NDArray[np.bool_]


def _share_commune(left: frozenset[int], right: frozenset[int]) -> int:
    return int(not left.isdisjoint(right))


class PairTables:
    """What is judged once per batch: pairs of distinct syllables, pairs of distinct commune sets."""

    def __init__(self, left: LandColumns, right: PeopleColumns) -> None:
        self.syllables = Judged(left.names.syllables, right.names.syllables, relate_syllables)
        self.places = Judged(left.places.sets, right.places.sets, _share_commune)


@dataclass(slots=True)
class Pairs:
    """Candidate pairs of a batch: row numbers into the land users' and the people's columns."""

    left: LandColumns
    right: PeopleColumns
    i: Ints  # rows of the land users
    j: Ints  # rows of the people
    tables: PairTables
    _relations: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return len(self.i)

    def where(self, mask: Mask) -> Pairs:
        """The pairs for which the mask holds."""
        relations = None if self._relations is None else self._relations[mask]
        return Pairs(self.left, self.right, self.i[mask], self.j[mask], self.tables, relations)

    @property
    def syllable_relations(self) -> NDArray[np.uint8]:
        """How the syllables relate position by position [n, MAX_SYLLABLES]; past the shorter name: 0."""
        if self._relations is None:
            left, right = self.left.names.codes[self.i], self.right.names.codes[self.j]
            self._relations = np.zeros(left.shape, dtype=np.uint8)
            both = (left >= 0) & (right >= 0)
            self._relations[both] = self.tables.syllables(left[both], right[both])
        return self._relations


class Level(NamedTuple):
    """One outcome of a comparison: a stable code, its sentence, and when it holds."""

    code: str
    vi: str
    en: str
    holds: Callable[[Pairs], Mask] | None = None  # None: holds for whatever is left


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field's table of levels, in the order in which they are tried; the last one always holds."""

    field: str
    levels: tuple[Level, ...]

    def judge(self, pairs: Pairs) -> NDArray[np.uint8]:
        """For each pair the position of the first level that holds."""
        result = np.empty(len(pairs), dtype=np.uint8)
        open_pairs, rows = pairs, np.arange(len(pairs))
        for position, level in enumerate(self.levels):
            if not len(rows):
                break
            if level.holds is None:
                result[rows] = position
                break
            mask = level.holds(open_pairs)
            if mask.any():
                result[rows[mask]] = position
                rest = ~mask
                rows, open_pairs = rows[rest], open_pairs.where(rest)
        return result

    def position(self, code: str) -> int:
        """The position of a level by its code; KeyError if there is none."""
        for position, level in enumerate(self.levels):
            if level.code == code:
                return position
        raise KeyError(code)
