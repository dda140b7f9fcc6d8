"""Columns of text as Arrow holds them, that still read as sequences where rows are looked at one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from typing import Any, cast, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.files.blocks import Cell, cell_text
from app.files.header_table import ABSENT

Marks = NDArray[np.bool_]
_LONGEST_ABSENT = max(len(text.encode()) for text in ABSENT)


class TextColumn(Sequence[str | None]):
    """A column of texts; whole columns are read from `array`, an Arrow array of strings without chunks."""

    def __init__(self, array: Any) -> None:
        self.array = array

    @cached_property
    def texts(self) -> list[str | None]:
        """The texts as a list."""
        found: list[str | None] = self.array.to_numpy(zero_copy_only=False).tolist()
        return found

    @property
    def given(self) -> Marks:
        """Where there is a text."""
        return _marks(self.array.is_valid())

    def take(self, places: NDArray[np.int64]) -> TextColumn:
        """The texts at these places."""
        return TextColumn(self.array.take(pa.array(places)))

    def __len__(self) -> int:
        return len(self.array)

    def __iter__(self) -> Iterator[str | None]:
        return iter(self.texts)

    @overload
    def __getitem__(self, place: int) -> str | None: ...

    @overload
    def __getitem__(self, place: slice) -> list[str | None]: ...

    def __getitem__(self, place: int | slice) -> str | list[str | None] | None:
        if isinstance(place, slice):
            return self.take(np.arange(len(self))[place]).texts
        return cast("str | None", self.array[place].as_py())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.texts == list(other)

    __hash__ = None  # type: ignore[assignment]


def text_column(texts: Sequence[str | None]) -> TextColumn:
    """Texts as a column; half of a surrogate pair, which is no character, becomes a question mark."""
    if isinstance(texts, TextColumn):
        return texts
    try:
        return TextColumn(pa.array(texts, pa.string()))
    except UnicodeEncodeError:
        return TextColumn(pa.array([t and t.encode("utf-8", "replace").decode() for t in texts], pa.string()))


def cell_texts(cells: Sequence[Cell]) -> TextColumn:
    """Each cell as `cell_text` gives it."""
    if not isinstance(cells, TextColumn):
        return text_column(list(map(cell_text, cells)))
    # Arrow counts the same characters as blanks as str.strip does (a test compares all that there are).
    stripped = pc.utf8_trim_whitespace(cells.array)
    lengths = pc.fill_null(pc.binary_length(stripped), 0).to_numpy(zero_copy_only=False)
    is_short = (lengths <= _LONGEST_ABSENT) & (lengths > 0)
    absent = pc.is_in(stripped, value_set=_absent()) if is_short.any() else pa.array(lengths == 0)
    return TextColumn(pc.if_else(absent, None, stripped))


def cells_as_found(cells: Sequence[Cell]) -> TextColumn:
    """Cells of text as they are, blanks and all; any other cell as `cell_text` gives it."""
    if isinstance(cells, TextColumn):
        return cells
    return text_column([cell if isinstance(cell, str) else cell_text(cell) for cell in cells])


def rows_at(columns: Sequence[Sequence[Cell]], places: Iterable[int]) -> list[tuple[Cell, ...]]:
    """The cells of a few rows."""
    wanted = list(places)
    some: list[Sequence[Cell]] = []
    for column in columns:
        if isinstance(column, TextColumn):
            some.append(column.take(np.array(wanted, dtype=np.int64)).texts)
        else:
            some.append([column[place] for place in wanted])
    return list(zip(*some, strict=True))


def longest(array: Any) -> int:
    """The bytes of the longest text of an Arrow array; it has no more characters."""
    return pc.max(pc.binary_length(array)).as_py() or 0


@cache
def _absent() -> Any:
    return pa.array(sorted(ABSENT), pa.string())


def _marks(booleans: Any) -> Marks:
    found: Marks = booleans.to_numpy(zero_copy_only=False)
    return found
