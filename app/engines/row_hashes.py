"""One number for each row of texts, the same on every machine, for many rows at a time.

The texts of a row are put behind each other and filled up to whole words of eight bytes. Each word is mixed with its
place in the row, and the sum of a row's words is mixed once more: equal rows have equal numbers, and others by chance
only, one pair in 2**64. It keeps nobody from making two rows alike on purpose, who would accuse only them.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_WORD: Final = 8
_AT_ONCE: Final = 1_000  # rows: their words stay in the processor's cache
_BETWEEN: Final = "\x1f"
_PLACE: Final = np.uint64(0x9E3779B97F4A7C15)
# The finishing steps of SplitMix64 (Steele, Lea, Flood 2014): every bit of the input moves half of the output's.
_MIX: Final = ((np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB)))
_LAST: Final = np.uint64(31)


def hashes(*columns: Any) -> NDArray[np.int64]:
    """A number for each row of these Arrow arrays of texts; an absent text counts as an empty one."""
    lengths = np.full(len(columns[0]), len(columns), dtype=np.int64)  # a sign follows each text
    for column in columns:
        lengths += pc.fill_null(pc.binary_length(column), 0).to_numpy(zero_copy_only=False)
    # One byte at least ends a row, and says how many fill it up: rows that differ in blanks at their ends differ.
    endings = _endings().take(pa.array(lengths % _WORD))
    joined = pc.binary_join_element_wise(*columns, endings, _BETWEEN, null_handling="replace", null_replacement="")
    counts = lengths // _WORD + 1
    words = np.frombuffer(joined.buffers()[2] or b"", dtype="<u8", count=int(counts.sum()))
    found = np.empty(len(lengths), dtype=np.uint64)
    at = 0
    for start in range(0, len(lengths), _AT_ONCE):
        some = counts[start : start + _AT_ONCE]
        end = at + int(some.sum())
        found[start : start + _AT_ONCE] = _hashes(words[at:end], some)
        at = end
    return found.view(np.int64)


def _hashes(words: NDArray[np.uint64], counts: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The hashes of rows of so many words each."""
    starts = np.cumsum(counts) - counts
    # The place of a word in its row, from 1, times _PLACE: products are differences of products, with any overflow.
    places = np.arange(1, len(words) + 1, dtype=np.uint64) * _PLACE
    places -= np.repeat(starts.astype(np.uint64) * _PLACE, counts)
    places ^= words
    return _mixed(np.add.reduceat(_mixed(places), starts))


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The same numbers, mixed where they stand."""
    for shift, factor in _MIX:
        numbers ^= numbers >> shift
        numbers *= factor
    numbers ^= numbers >> _LAST
    return numbers


@cache
def _endings() -> Any:
    """What fills up a text whose length leaves this rest: as many bytes as are wanting, each of that number."""
    return pa.array([chr(_WORD - rest) * (_WORD - rest) for rest in range(_WORD)], pa.string())
