"""Counts of values: one value at a time as many at once."""

from __future__ import annotations

import pickle

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.statistics import Counts

_VALUES = st.one_of(st.integers(0, 5), st.sampled_from((2**63 - 1, 2**63, 2**64 - 1)))


@given(st.dictionaries(_VALUES, st.integers(2, 9)), st.lists(_VALUES, min_size=1))
def test_one_value_has_the_count_that_it_has_among_others(known: dict[int, int], asked: list[int]) -> None:
    listed = sorted(known.items())
    counts = Counts(
        np.array([value for value, _ in listed], dtype=np.uint64),
        np.array([count for _, count in listed], dtype=np.int64),
    )
    together = counts.of(np.array(asked, dtype=np.uint64)).tolist()
    assert [counts.of_one(value) for value in asked] == together
    signed = np.array(asked, dtype=np.uint64).view(np.int64).tolist()
    assert [counts.of_one(value) for value in signed] == together


def test_counts_that_were_asked_go_to_another_process() -> None:
    counts = Counts(np.array([1, 5], dtype=np.uint64), np.array([3, 4]))
    assert counts.of_one(5) == pickle.loads(pickle.dumps(counts)).of_one(5) == 4
