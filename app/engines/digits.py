"""Numbers and dates as texts, a column at a time: digits are laid side by side as bytes, without an object for any."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
_TEN: Final = np.arange(10, dtype=np.uint8) + np.uint8(ord("0"))
_FOUR: Final = np.stack(np.meshgrid(_TEN, _TEN, _TEN, _TEN, indexing="ij"), -1).reshape(-1, 4).view(np.uint32)[:, 0]
_TWO: Final = np.stack(np.meshgrid(_TEN, _TEN, indexing="ij"), -1).reshape(-1, 2)
_MONTH: Final = np.insert(_TWO, 0, ord("-"), axis=1)  # three bytes: a dash and two digits


def digits(numbers: Ints, width: int | NDArray[np.int32]) -> Any:
    """Numbers as texts of so many digits (for all or for each), with their leading zeros; null for zero."""
    widths = np.where(numbers > 0, np.int32(width) if isinstance(width, int) else width, np.int32(0))
    laid = np.empty((len(numbers), (int(widths.max(initial=1)) + 3) // 4), dtype=np.uint32)
    rest = numbers.astype(np.uint64)
    for place in range(laid.shape[1] - 1, 0, -1):
        rest, whole = rest // np.uint64(10_000), rest
        laid[:, place] = _FOUR[whole - rest * np.uint64(10_000)]
    laid[:, 0] = _FOUR[rest]
    return _texts(laid.view(np.uint8), widths, last=True)


def dates(packed: NDArray[np.int32]) -> Any:
    """Dates yyyymmdd as texts YYYY-MM-DD, as far as they are known; null for zero."""
    given = packed.astype(np.uint32)
    year, months = given // np.uint32(10_000), given // np.uint32(100)
    month, day = months - year * np.uint32(100), given - months * np.uint32(100)
    laid = np.empty((len(packed), 10), dtype=np.uint8)
    laid[:, :4] = _FOUR[year].view(np.uint8).reshape(-1, 4)
    laid[:, 4:7], laid[:, 7:] = _MONTH[month], _MONTH[day]
    lengths = (year > 0) * (4 + (month > 0) * (3 + (day > 0) * np.int32(3)))
    return _texts(laid, lengths, last=False)


def _texts(laid: NDArray[np.uint8], lengths: NDArray[np.int32], *, last: bool) -> Any:
    """The first bytes of each row, or the `last` ones, as texts; null where there are none."""
    rows, width = laid.shape
    offsets = np.zeros(rows + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    if offsets[-1] < rows * width:
        places = np.arange(width, dtype=np.int32)
        shown = places >= width - lengths[:, None] if last else places < lengths[:, None]
        laid = laid[shown]
    valid = np.packbits(lengths > 0, bitorder="little")
    return pa.Array.from_buffers(pa.string(), rows, [pa.py_buffer(each) for each in (valid, offsets, laid)])
