"""Chance for single decisions: uniform draws of a seeded generator, bought in bulk because one at a time is slow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Dice:
    """Single draws from one generator; the same generator gives the same throws."""

    __slots__ = ("_draws", "_rng")

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._draws: Iterator[float] = iter(())

    def draw(self) -> float:
        """A number from 0 up to, not including, 1."""
        for value in self._draws:
            return value
        self._draws = iter(self._rng.random(4096).tolist())
        return next(self._draws)

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, the limit."""
        return int(self.draw() * limit)

    def between(self, first: int, last: int) -> int:
        """A whole number from the first to the last, both included."""
        return first + int(self.draw() * (last - first + 1))

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.draw() < probability

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, all alike."""
        return choices[int(self.draw() * len(choices))]

    def weighted(self, table: Sequence[tuple[T, float]]) -> T:
        """One of a table's entries, by their weights."""
        bounds = list(accumulate(weight for _, weight in table))
        at = self.draw() * bounds[-1]
        return next(entry for (entry, _), bound in zip(table, bounds, strict=True) if at < bound)


def choose(rng: np.random.Generator, weights: Sequence[float], size: int) -> Integers:
    """As many indices into the weights as asked for, each drawn with its weight."""
    bounds = np.cumsum(np.asarray(weights, dtype=np.float64))
    found: Integers = np.searchsorted(bounds, rng.random(size) * bounds[-1], side="right").astype(np.int64)
    found[found == len(bounds)] = len(bounds) - 1
    return found


def zipf_weights(count: int, *, flat: float, steep: float) -> list[float]:
    """Falling weights of a list that stands in order of frequency: 1 / (rank + flat) ** steep."""
    return [1.0 / (rank + flat) ** steep for rank in range(1, count + 1)]


def ranks_within(keys: Integers) -> Integers:
    """For each element, how many equal ones stand before it."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(keys) else np.zeros(0, dtype=np.int64)
    lengths = np.diff(np.r_[starts, len(keys)])
    ranks = np.empty(len(keys), dtype=np.int64)
    ranks[order] = np.arange(len(keys)) - np.repeat(starts, lengths)
    return ranks


def words(text: str, separator: str | None = None) -> tuple[str, ...]:
    """The words of a table that is written as one text."""
    return tuple(word.strip() for word in text.split(separator) if word.strip())
