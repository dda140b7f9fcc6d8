"""Reads a piece of a CSV file as columns, all at once, where nothing in it is out of the ordinary.

Arrow's reader takes quotes as the csv module does (a test compares them on any text). What it reads otherwise, or what
has to be looked at line by line, is left to the slow way: None.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as arrow_csv

from app.files.blocks import LONGEST_CELL, LONGEST_LINE
from app.files.text_columns import longest

MOST_LINES_OF_A_RECORD: Final = 200
_LAST: Final = b"\x1e"  # stands in a record of its own after the piece, unless an open quote swallows it
_MARK: Final = b"\xef\xbb\xbf"  # Arrow would drop it, a mark amidst a file is text


def csv_columns(piece: bytes, delimiter: str, width: int) -> list[Any] | None:
    """The columns of lines in UTF-8, each ended by a line feed, where all records have the header's width.

    None where that isn't so, where a quote is left open, or where a cell or line may be too long.
    """
    if len(delimiter) > 1 or not delimiter.isascii() or delimiter in '"\r\n' or piece.startswith(_MARK):
        return None
    ended = b"%b%b%b\n" % (piece, _LAST, delimiter.encode() * (width - 1))
    parsing, conversion = _options(delimiter, width)
    reading = arrow_csv.ReadOptions(
        use_threads=False, block_size=len(ended) + 1, column_names=list(conversion.column_types)
    )
    try:
        table = arrow_csv.read_csv(pa.BufferReader(ended), reading, parsing, conversion)
    except pa.ArrowInvalid:  # a record of another width
        return None
    rows = table.num_rows - 1
    columns = [column.chunk(0) for column in table.columns if column.num_chunks == 1]
    if rows < 0 or len(columns) < width or columns[0][rows].as_py() != _LAST.decode():
        return None
    if piece.count(b"\n") - rows >= MOST_LINES_OF_A_RECORD or _may_be_too_long(columns):
        return None
    return [column.slice(0, rows) for column in columns]


def _may_be_too_long(columns: list[Any]) -> bool:
    """Whether a cell is longer than a spreadsheet could hold, or a line of such cells could be too long."""
    most = [longest(column) for column in columns]
    return max(most) > LONGEST_CELL or sum(2 * length + 3 for length in most) > LONGEST_LINE  # quotes are doubled


@lru_cache(maxsize=64)
def _options(delimiter: str, width: int) -> tuple[Any, Any]:
    parsing = arrow_csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False)
    kinds = {str(place): pa.string() for place in range(width)}
    return parsing, arrow_csv.ConvertOptions(column_types=kinds, strings_can_be_null=False)
