"""Lets Arrow work without pandas, which it would load at the first list: a quarter of a second of each process."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final

import pyarrow as pa

_PANDAS: Final = "pandas"


class _NoPandas:
    """Says that pandas can't be found."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == _PANDAS:
            raise ModuleNotFoundError(name=name)
        return None


def leave_pandas_out() -> None:
    """Let Arrow look for pandas once, and not find it: it never looks again.

    For processes that hand Arrow nothing of pandas. Where pandas is loaded already nothing is won, and nothing changes.
    """
    if _PANDAS in sys.modules:
        return
    hidden = _NoPandas()
    sys.meta_path.insert(0, hidden)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(hidden)
