"""Runs of positions stand one after the other, whatever their lengths."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.columns import runs


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 5))))
def test_runs_are_the_positions_of_each_one_after_the_other(some: list[tuple[int, int]]) -> None:
    starts, counts = (np.array([each[at] for each in some], dtype=np.int64) for at in (0, 1))
    assert runs(starts, counts).tolist() == [start + step for start, count in some for step in range(count)]
