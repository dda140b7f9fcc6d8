"""Finds values in a sorted array, many at a time: by their leading bits first, then by halves.

A binary search through millions of values misses the cache at nearly every step; a table of where each bucket of values
begins leaves a few steps, and none where values are as dense as years or days.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.columns import Hashes, Ints

FEW = 256  # for fewer values the plain search is faster
MOST_BUCKETS = 1 << 20
_DENSE = 1 << 21  # a span that gets a bucket for each value


class _Buckets(NamedTuple):
    """Where the values begin whose distance from the least one, shifted, is 0, 1, 2 …"""

    least: np.uint64
    span: np.uint64  # the distance of the greatest value
    shift: np.uint64
    starts: NDArray[np.uint32]  # one more than there are buckets
    steps: int  # halvings that settle the fullest bucket


class SortedValues:
    """Distinct values in ascending order, to be looked up; the array is kept as it is."""

    def __init__(self, values: Hashes) -> None:
        self.values = values

    def find(self, asked: Hashes) -> tuple[Ints, NDArray[np.bool_]]:
        """For each value a position, and whether it stands there; the position of any other value is a valid one."""
        if not len(self.values):
            return np.zeros(len(asked), dtype=np.int64), np.zeros(len(asked), dtype=np.bool_)
        at = self.values.searchsorted(asked) if len(asked) < FEW else self._by_bucket(asked)
        at = np.minimum(at, len(self.values) - 1)
        return at, self.values.take(at) == asked

    def _by_bucket(self, asked: Hashes) -> Ints:
        least, span, shift, starts, steps = self._buckets
        bucket = (np.minimum(asked - least, span) >> shift).astype(np.int64)  # what is below wraps around
        below: Ints = starts.take(bucket) - np.int64(1)  # the last position that is known to hold less
        if not steps:
            return below + 1
        last = starts.take(bucket + 1) - np.int64(1)
        for step in range(steps - 1, -1, -1):
            ahead = below + (1 << step)
            np.minimum(ahead, last, out=ahead)
            below = np.where(self.values.take(ahead) < asked, ahead, below)
        return below + 1

    @cached_property
    def _buckets(self) -> _Buckets:
        least, span = int(self.values[0]), int(self.values[-1]) - int(self.values[0])
        most = min(2 * len(self.values), MOST_BUCKETS)
        shift = 0 if span < _DENSE else max(span.bit_length() - most.bit_length() + 1, 0)
        bounds = np.arange((span >> shift) + 1, dtype=np.uint64) << np.uint64(shift)
        starts = np.append(np.searchsorted(self.values, bounds + np.uint64(least)), len(self.values))
        fullest = int(np.diff(starts).max())
        steps = fullest.bit_length() if shift else 0
        return _Buckets(np.uint64(least), np.uint64(span), np.uint64(shift), starts.astype(np.uint32), steps)
