"""The numbers that an import has met."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.register.seen import SeenNumbers

batches = st.lists(st.lists(st.integers(0, 200), max_size=20), max_size=12)


@given(batches)
def test_a_number_is_among_those_met_exactly_if_it_was_added(parts: list[list[int]]) -> None:
    seen, expected = SeenNumbers(), set[int]()
    everything = np.arange(201)
    for part in parts:
        seen.add(np.array(part, dtype=np.int64))
        expected |= set(part)
        assert set(seen.among(everything).tolist()) == expected


def test_the_numbers_lie_in_few_runs() -> None:
    seen = SeenNumbers()
    for start in range(0, 100_000, 1_000):
        seen.add(np.arange(start, start + 1_000))
    assert len(seen._runs) <= 8
