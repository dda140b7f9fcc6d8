"""Distinct values and where each value stands among them, whether there are three of them or a million."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

A = TypeVar("A", bound=np.integer)

_FEW = 64  # values: for so few, Python's own sets are several times as fast as a sort of NumPy's


def distinct_of(values: NDArray[A]) -> tuple[NDArray[A], NDArray[np.int64]]:
    """The distinct values, ascending, and the position of each value among them."""
    if len(values) > _FEW:
        distinct, places = np.unique(values, return_inverse=True)
        return distinct, places.astype(np.int64, copy=False)
    listed = values.tolist()
    ascending = sorted(set(listed))
    at = dict(zip(ascending, range(len(ascending)), strict=True))
    return np.array(ascending, dtype=values.dtype), np.array([at[value] for value in listed], dtype=np.int64)
