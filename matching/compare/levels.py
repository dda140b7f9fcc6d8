"""A comparison is a table of levels; the first level that holds for a pair wins.

Levels read facts, and facts are masks over integers only: a pair's facts, packed into a small number, are looked up in
a table that knows the first level that holds for each of them. Each level has a code that is stable, and one sentence a
clerk would say, in two languages.

The facts are found in two ways, for all pairs of a batch at once and for one pair; what they lead to stands once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, Generic, NamedTuple, TypeVar, cast, get_type_hints

import numpy as np
from numpy.typing import NDArray

from matching.columns import Ints, LandColumns, PeopleColumns
from matching.judged import Judged, JudgedSyllables
from matching.plain_rows import LandRow, PersonRow

Facts = TypeVar("Facts")  # a NamedTuple of masks
Mask = NDArray[np.bool_]
Packed = NDArray[np.uint16]

_OPEN = 255  # no level of the step holds


def _share_commune(left: frozenset[int], right: frozenset[int]) -> int:
    return int(not left.isdisjoint(right))


class PairTables:
    """What is judged once per batch: pairs of distinct syllables, pairs of distinct commune sets."""

    def __init__(self, left: LandColumns, right: PeopleColumns) -> None:
        self._syllables = left.names.syllables, right.names.syllables
        self._sets = left.places.sets, right.places.sets

    @cached_property
    def syllables(self) -> JudgedSyllables:
        """How syllables relate."""
        return JudgedSyllables(*self._syllables)

    @cached_property
    def places(self) -> Judged[frozenset[int]]:
        """Which sets of communes share one: seldom asked, as most addresses mean a single commune."""
        return Judged(*self._sets, _share_commune)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs of a batch: row numbers into the land users' and the people's columns."""

    left: LandColumns
    right: PeopleColumns
    i: Ints  # rows of the land users
    j: Ints  # rows of the people
    tables: PairTables

    def __len__(self) -> int:
        return len(self.i)

    def at(self, rows: Ints) -> Pairs:
        """The pairs in these places."""
        return Pairs(self.left, self.right, self.i[rows], self.j[rows], self.tables)


class Pair(NamedTuple):
    """One candidate pair."""

    left: LandRow
    right: PersonRow
    communes: Mapping[int, int]  # of all people of the batch: personal number, and the single commune


def packed(*facts: Mask) -> Packed:
    """Facts about pairs as one number for each pair: the first fact is the lowest bit."""
    return _BITS[: len(facts)] @ np.array(facts, dtype=np.uint16)


_BITS: Packed = np.array([1 << bit for bit in range(16)], dtype=np.uint16)


class Level(NamedTuple, Generic[Facts]):
    """One outcome of a comparison: a stable code, its sentence, and which facts it demands."""

    code: str
    vi: str
    en: str
    holds: Callable[[Facts], Mask] | None = None  # None: holds for whatever is left


@dataclass(frozen=True, slots=True)
class Step(Generic[Facts]):
    """Levels that follow from the same facts, in the order in which they are tried.

    Facts that cost much make a step of their own: they are asked only of pairs for which no level before them holds.
    """

    kind: type[Facts]
    facts: Callable[[Pairs], Packed]  # in the order of the fields of `kind`
    of_one: Callable[[Pair], int]  # the same of one pair
    levels: tuple[Level[Facts], ...]

    def first_that_holds(self, begin: int) -> NDArray[np.uint8]:
        """For each combination of facts the first level that holds, counted from `begin`; _OPEN where none does."""
        count = len(get_type_hints(self.kind))
        every = np.arange(1 << count)
        facts = cast(Callable[..., Facts], self.kind)(*(every >> bit & 1 == 1 for bit in range(count)))
        table = np.full(len(every), _OPEN, dtype=np.uint8)
        for position, level in reversed(list(enumerate(self.levels, begin))):
            table[slice(None) if level.holds is None else level.holds(facts)] = position
        return table


@dataclass(frozen=True)
class Comparison:
    """A field's table of levels, in the order in which they are tried; the last one always holds."""

    field: str
    steps: tuple[Step[Any], ...]

    @cached_property
    def levels(self) -> tuple[Level[Any], ...]:
        """The levels of all steps."""
        return tuple(level for step in self.steps for level in step.levels)

    @cached_property
    def _plain_tables(self) -> list[tuple[Callable[[Pair], int], bytes]]:
        tables = zip(self.steps, self._tables, strict=True)
        return [(step.of_one, table.tobytes()) for step, (_facts, table) in tables]

    def level(self, pair: Pair) -> int:
        """The position of the first level that holds for one pair."""
        level = _OPEN
        for facts, table in self._plain_tables:
            level = table[facts(pair)]
            if level != _OPEN:
                break
        return level

    @cached_property
    def _tables(self) -> list[tuple[Callable[[Pairs], Packed], NDArray[np.uint8]]]:
        begins = accumulate((len(step.levels) for step in self.steps), initial=0)
        return [(step.facts, step.first_that_holds(begin)) for step, begin in zip(self.steps, begins, strict=False)]

    def judge(self, pairs: Pairs) -> NDArray[np.uint8]:
        """For each pair the position of the first level that holds."""
        (facts, table), *later = self._tables
        result = table[facts(pairs)]
        for facts, table in later:
            rows = (result == _OPEN).nonzero()[0]
            if len(rows):
                result[rows] = table[facts(pairs if len(rows) == len(pairs) else pairs.at(rows))]
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
