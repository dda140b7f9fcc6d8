"""A few values are told apart as many are."""

from __future__ import annotations

import numpy as np
import pytest

from matching.distinct import distinct_of


@pytest.mark.parametrize("count", [0, 1, 2, 64, 65, 500])
@pytest.mark.parametrize("kind", [np.int64, np.uint64])
def test_distinct_values_ascend_and_each_value_stands_where_it_is_said_to(count: int, kind: type[np.integer]) -> None:
    values = np.random.default_rng(count).integers(0, 1 << 63, size=40, dtype=np.uint64).astype(kind)
    asked = np.random.default_rng(7).choice(values, size=count)
    distinct, places = distinct_of(asked)
    expected, positions = np.unique(asked, return_inverse=True)
    assert (distinct.dtype, distinct.tolist()) == (asked.dtype, expected.tolist())
    assert places.tolist() == positions.tolist()
    assert distinct[places].tolist() == asked.tolist()
