"""What a sorted array holds is found, and nothing else, however the values are spread."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.sorted_values import FEW, SortedValues

_TOP = 2**64 - 1
SPREADS = st.sampled_from([(0, _TOP), (0, 300), (1900, 2030), (19_000_101, 20_261_231), (_TOP - 40, _TOP)])


@st.composite
def _sorted_and_asked(draw: st.DrawFn) -> tuple[set[int], list[int]]:
    low, high = draw(SPREADS)
    numbers = st.integers(low, high)
    values = draw(st.sets(numbers, max_size=60))
    known = st.sampled_from(sorted(values)) if values else numbers
    return values, draw(st.lists(st.one_of(known, numbers, st.integers(0, _TOP)), max_size=40))


@given(_sorted_and_asked())
def test_values_are_found_one_by_one_and_by_the_thousand(case: tuple[set[int], list[int]]) -> None:
    values, asked = case
    known = np.array(sorted(values), dtype=np.uint64)
    for times in (1, FEW):
        questions = np.array(asked * times, dtype=np.uint64)
        at, found = SortedValues(known).find(questions)
        assert found.tolist() == [value in values for value in asked] * times
        assert np.array_equal(known[at[found]], questions[found])


@pytest.mark.parametrize("span", [2**63, 2**40, 2**22, 5_000])
def test_a_large_table_is_searched_as_by_a_plain_search(span: int) -> None:
    rng = np.random.default_rng(1)
    known = np.unique(rng.integers(0, span, 50_000, dtype=np.uint64))
    asked = np.concatenate([rng.choice(known, 5_000), rng.integers(0, span, 5_000, dtype=np.uint64)])
    at, found = SortedValues(known).find(asked)
    assert np.array_equal(found, np.isin(asked, known))
    assert np.array_equal(at[found], np.searchsorted(known, asked[found]))
