"""The personal numbers that an import has met: eight bytes each, so that a whole country fits into memory."""

from __future__ import annotations

import numpy as np

from matching.columns import Ints


class SeenNumbers:
    """A growing set of numbers: sorted runs, each more than twice as long as the next."""

    def __init__(self) -> None:
        self._runs: list[Ints] = []

    def add(self, numbers: Ints) -> None:
        """Remember these numbers; equal runs are merged, so that there are never many."""
        run = np.sort(numbers)
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")
        self._runs.append(run)

    def among(self, numbers: Ints) -> Ints:
        """Those of the numbers that were met before."""
        met = np.zeros(len(numbers), dtype=np.bool_)
        for run in self._runs:
            if len(run):
                position = np.minimum(np.searchsorted(run, numbers), len(run) - 1)
                met |= run[position] == numbers
        return numbers[met]
