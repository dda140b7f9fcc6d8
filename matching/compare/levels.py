"""A comparison is a table of levels; the first level that holds for a pair wins.

Levels read integers only. Each has a code that is stable, and one sentence a clerk would say, in two languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.columns import Ints, LandColumns, PeopleColumns
from matching.judged import Judged, JudgedSyllables

Mask = NDArray[np.bool_]
Judgements = NDArray[np.unsignedinteger]


def _share_commune(left: frozenset[int], right: frozenset[int]) -> int:
    return int(not left.isdisjoint(right))


class PairTables:
    """What is judged once per batch: pairs of distinct syllables, pairs of distinct commune sets."""

    def __init__(self, left: LandColumns, right: PeopleColumns) -> None:
        self.syllables = JudgedSyllables(left.names.syllables, right.names.syllables)
        self.places = Judged(left.places.sets, right.places.sets, _share_commune)


@dataclass(slots=True)
class Pairs:
    """Candidate pairs of a batch: row numbers into the land users' and the people's columns."""

    left: LandColumns
    right: PeopleColumns
    i: Ints  # rows of the land users
    j: Ints  # rows of the people
    tables: PairTables
    _kept: dict[Callable[[Pairs], Judgements], Judgements] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.i)

    def where(self, mask: Mask) -> Pairs:
        """The pairs for which the mask holds."""
        rows = np.flatnonzero(mask)
        kept = {judge: judged.take(rows, axis=-1) for judge, judged in self._kept.items()}
        return Pairs(self.left, self.right, self.i[rows], self.j[rows], self.tables, kept)

    def once(self, judge: Callable[[Pairs], Judgements]) -> Judgements:
        """What a function says of these pairs [n] or [..., n], asked once for all levels that need it."""
        if judge not in self._kept:
            self._kept[judge] = judge(self)
        return self._kept[judge]


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
        still_open, rows = pairs, np.arange(len(pairs))  # pairs of which some are decided already: see below
        undecided = np.ones(len(pairs), dtype=np.bool_)
        for position, level in enumerate(self.levels):
            if level.holds is None:
                result[rows[undecided]] = position
                break
            mask = level.holds(still_open) & undecided
            if not mask.any():
                continue
            result[rows[mask]] = position
            undecided &= ~mask
            left = np.count_nonzero(undecided)
            if not left:
                break
            # To leave the decided ones behind costs more than to judge them again, until they are the most.
            if left * 2 < len(rows):
                rows, still_open = rows[undecided], still_open.where(undecided)
                undecided = np.ones(left, dtype=np.bool_)
        return result

    def position(self, code: str) -> int:
        """The position of a level by its code; KeyError if there is none."""
        for position, level in enumerate(self.levels):
            if level.code == code:
                return position
        raise KeyError(code)


def among(comparison: Comparison, codes: Iterable[str]) -> Mask:
    """For each level of a comparison, by position, whether its code is one of these; KeyError if one is unknown."""
    held = np.zeros(len(comparison.levels), dtype=np.bool_)
    held[[comparison.position(code) for code in codes]] = True
    return held
