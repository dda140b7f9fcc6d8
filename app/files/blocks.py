"""What every reader hands on: a table with a preview for finding its header, and its rows in blocks of columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Protocol

from app.files.header_table import ABSENT

Cell = str | int | float | bool | date | datetime | time | timedelta | None
Range = tuple[tuple[int, int], tuple[int, int]]  # first and last (row, column) of merged cells, from 0

PREVIEW_ROWS = 40
HEADER_WITHIN = 30  # a header row is looked for among so many rows
LONGEST_CELL = 32_767  # characters: what a spreadsheet can hold; those that are read have a limit of their own
LONGEST_LINE = 1_048_576  # characters
MOST_COLUMNS = 702  # A to ZZ


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive rows by column; all columns are equally long; `errors` has a code for each unreadable row."""

    first_row: int  # as a spreadsheet numbers rows, from 1; for files without a header row the record's number
    rows: int
    columns: Sequence[Sequence[Cell]]
    errors: Mapping[int, str] = field(default_factory=dict)
    all_text: bool = True  # no cell is anything but text or None


class Table(Protocol):
    """A sheet, or a file that has no sheets."""

    @property
    def name(self) -> str:
        """The sheet's name; empty for a file without sheets."""

    @property
    def preview(self) -> Sequence[Sequence[Cell]]:
        """The first rows, or the one row of names where the format itself names its columns."""

    @property
    def merged(self) -> Sequence[Range] | None:
        """Merged cells; None where the format doesn't know."""

    @property
    def names_columns(self) -> bool:
        """Whether the format itself names the columns: then the preview is that row, and rows count from 1 after it."""

    def blocks(self, first_row: int, size: int, *, width: int, needed: int) -> Iterator[Block]:
        """The rows from `first_row` on, at most `size` in a block, `width` columns wide.

        A row of a text file may lack cells, but not the first `needed` ones.
        """


def cell_text(cell: Cell) -> str | None:
    """A cell as text: whole numbers without a point, dates as YYYY-MM-DD, nothing and error values as None."""
    if isinstance(cell, str):
        text = cell.strip()
        return None if text in ABSENT else text
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else None if cell != cell else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
