"""Reads CSV and TSV files of any encoding: every line is accounted for, and a stray quote costs one line, not the file.

Lines are read in bounded pieces. A piece in which every record has the header's width is read as columns at once;
otherwise it goes through the csv module, as a whole where no quote joins lines that may not belong. Any other piece is
read record by record, and where quotes do not make a record of the right width, the line is read as if its quotes were
letters.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa

from app.files.blocks import LONGEST_CELL, LONGEST_LINE, MOST_COLUMNS, PREVIEW_ROWS, Block, Range
from app.files.csv_columns import MOST_LINES_OF_A_RECORD, csv_columns
from app.files.encodings import TextEncoding
from app.files.errors import FileTooLarge
from app.files.headers import find_header
from app.files.text_columns import TextColumn, text_column

DELIMITERS: Final = (",", ";", "\t", "|")
_STEP: Final = 1 << 20  # bytes
_TOO_LONG: Final = "line too long\n"

Row = list[str]


class _Shape(NamedTuple):
    """How many cells a record may have: enough to hold the columns that matter, at most the header's."""

    needed: int
    width: int

    def fits(self, row: Row) -> bool:
        """Whether a record has the cells that it should have; empty ones beyond the header do no harm."""
        return self.needed <= len(row) and not any(row[self.width :])


class TextTable:
    """A CSV or TSV file as a table; rows are counted as a spreadsheet counts them, a record of several lines once."""

    name = ""
    merged: Sequence[Range] | None = None
    names_columns = False

    def __init__(self, path: Path, encoding: TextEncoding, delimiter: str | None = None) -> None:
        self._path = path
        self._encoding = encoding
        self.delimiter = delimiter or self._likely_delimiter()

    @cached_property
    def preview(self) -> list[Row]:
        """The first records."""
        rows = self._first_records(self.delimiter)
        widest = max(map(len, rows), default=0)
        if widest > MOST_COLUMNS:
            raise FileTooLarge(what="columns", found=widest, limit=MOST_COLUMNS)
        return rows

    def blocks(self, first_row: int, size: int, *, width: int, needed: int) -> Iterator[Block]:
        """The records from `first_row` on; a record with too few or too many cells is an error of its row."""
        number, failed = first_row, dict[int, str]()
        waiting: list[Any] = []  # tables of the rows that wait for others to make a block
        rows = 0
        for columns, errors in self._batches(first_row - 1, _Shape(needed, width)):
            failed |= {number + rows + place: code for place, code in errors.items()}
            waiting.append(columns)
            rows += columns.num_rows
            if rows >= size:
                whole = pa.concat_tables(waiting)
                whole_blocks = rows - rows % size
                for start in range(0, whole_blocks, size):
                    yield _block(number, whole.slice(start, size), failed)
                    number += size
                waiting, rows = [whole.slice(whole_blocks)], rows % size
        if rows:
            yield _block(number, pa.concat_tables(waiting), failed)

    def _first_records(self, delimiter: str) -> list[Row]:
        lines = list(islice(chain.from_iterable(self._pieces()), 8 * PREVIEW_ROWS))
        return _records(lines, delimiter, None, most=PREVIEW_ROWS)[0]

    def _likely_delimiter(self) -> str:
        """The delimiter that makes the best header, then the most columns; Excel's own "sep=;" line decides at once."""
        first = next(chain.from_iterable(self._pieces()), "").strip()
        if first.lower().startswith("sep=") and len(first) == 5:
            return first[4]

        def worth(delimiter: str) -> tuple[int, int]:
            rows = self._first_records(delimiter)
            widest = max(map(len, rows), default=0)
            header = find_header(rows, None, names_columns=False) if 1 < widest <= MOST_COLUMNS else None
            return sum(1 for column in header.columns if column.field) if header else 0, widest

        return max(DELIMITERS, key=worth)

    def _pieces(self) -> Iterator[list[str]]:
        """The lines of the file, in bounded pieces; longer lines are cut down to a marker."""
        return map(_lines, self._raw_pieces())

    def _raw_pieces(self) -> Iterator[bytes]:
        """Whole lines of the file in UTF-8, each ended by a line feed, in bounded pieces; a longer line is cut."""
        rest = b""
        for step in self._steps():
            head, newline, tail = step.rpartition(b"\n")
            if newline:
                yield self._composed(b"".join((rest, head, newline)))
                rest = tail
            else:
                rest = (rest + tail)[: 4 * LONGEST_LINE + 4]  # a character may take four bytes
        if rest:
            yield self._composed(rest + b"\n")

    def _composed(self, piece: bytes) -> bytes:
        """The piece with letters and their marks put together, where the encoding keeps them apart."""
        return unicodedata.normalize("NFC", piece.decode()).encode() if self._encoding.composes else piece

    def _steps(self) -> Iterator[bytes]:
        """The file piece by piece in UTF-8, its line ends line feeds."""
        codec, errors = self._encoding.codec, self._encoding.errors
        if self._encoding.is_utf8:
            with self._path.open("rb") as raw:
                raw.seek(self._encoding.mark)
                yield from _line_feeds(iter(partial(raw.read, _STEP), b""))
        else:
            with self._path.open(encoding=codec, errors=errors, newline=None) as file:
                while text := file.read(_STEP):
                    yield text.encode()

    def _batches(self, skip: int, shape: _Shape) -> Iterator[tuple[Any, dict[int, str]]]:
        """The records after the first `skip`, piece by piece, as tables, and the errors by place in the piece."""
        carry: list[str] = []
        for piece in self._raw_pieces():
            if skip or carry:
                lines = carry + _lines(piece)
                if skip:
                    titles, _, lines = _records(lines, self.delimiter, None, most=skip, more=True)
                    skip -= len(titles)
                if skip:
                    carry = lines
                    continue
                piece = "".join(lines).encode()
            columns = csv_columns(piece, self.delimiter, shape.width)
            if columns is not None:
                carry = []
                yield _table(columns), {}
                continue
            lines = _lines(piece)
            rows = _clean_records(lines, self.delimiter, shape)
            if rows is not None:
                carry = []
                long = max(map(len, lines), default=0) > LONGEST_CELL or _TOO_LONG in lines or len(rows) < len(lines)
                yield _even(rows, _too_long(rows) if long else {}, shape)
            else:
                rows, errors, carry = _records(lines, self.delimiter, shape, more=True)
                yield _even(rows, errors | _too_long(rows), shape)
        if skip:
            carry = _records(carry, self.delimiter, None, most=skip)[2]
        if carry:
            rows, errors, _ = _records(carry, self.delimiter, shape)
            yield _even(rows, errors | _too_long(rows), shape)


def _line_feeds(steps: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes with line feeds where lines end in carriage returns, alone or before a line feed."""
    held = b""
    for each in steps:
        step = held + each
        held = b"\r" if step.endswith(b"\r") else b""
        if b"\r" in step:
            step = step.removesuffix(held).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield step
    if held:
        yield b"\n"


def _lines(piece: bytes) -> list[str]:
    """The lines of a piece; longer ones than may be are cut down to a marker."""
    lines = io.StringIO(piece.decode("utf-8", "replace"), newline="\n").readlines()
    if max(map(len, lines), default=0) > LONGEST_LINE:
        lines = [line if len(line) <= LONGEST_LINE else _TOO_LONG for line in lines]
    return lines


def _clean_records(lines: list[str], delimiter: str, shape: _Shape) -> list[Row] | None:
    """The records of a piece at once, or None where a quote breaks the reading or joins lines that may not belong.

    Lines are joined only if every record then has the header's width: the same as what `_records` would take.
    """
    try:
        # An empty line more makes a record more, unless an open quote swallows it.
        rows = list(csv.reader(chain(lines, ("\n",)), delimiter=delimiter))
    except csv.Error:
        return None
    if rows.pop():
        return None
    joined = len(lines) - len(rows)
    if joined and (joined >= MOST_LINES_OF_A_RECORD or not set(map(len, rows)) <= {0, shape.width}):
        return None
    return rows


def _records(
    lines: list[str], delimiter: str, shape: _Shape | None, *, most: int | None = None, more: bool = False
) -> tuple[list[Row], dict[int, str], list[str]]:
    """At most so many records, errors by place, and the lines not read; an open record waits where `more` will come."""
    rows, errors, at = list[Row](), dict[int, str](), 0
    while at < len(lines) and (most is None or len(rows) < most):
        base, reader = at, csv.reader(_from(lines, at), delimiter=delimiter)
        while at < len(lines) and (most is None or len(rows) < most):
            row = _next(reader)
            after = base + reader.line_num
            is_open = after > len(lines)
            if is_open and more and len(lines) - at < MOST_LINES_OF_A_RECORD:
                return rows, errors, lines[at:]
            joined = after - at > 1
            if row is None or is_open or (joined and (after - at > MOST_LINES_OF_A_RECORD or not _fits(row, shape))):
                literal = lines[at].rstrip("\n").split(delimiter)
                if shape is not None and not shape.fits(literal):
                    errors[len(rows)] = "row_quotes"
                rows.append(literal)
                at += 1
                break
            rows.append(row)
            at = after
    return rows, errors, lines[at:]


def _from(lines: list[str], at: int) -> Iterator[str]:
    for index in range(at, len(lines)):
        yield lines[index]
    yield "\n"


def _next(reader: Iterator[Row]) -> Row | None:
    try:
        return next(reader)
    except csv.Error:
        return None


def _fits(row: Row, shape: _Shape | None) -> bool:
    return shape is None or shape.fits(row)


def _too_long(rows: list[Row]) -> dict[int, str]:
    """Rows that stand for a line over the limit, or hold a cell that no spreadsheet could hold."""
    marker = [_TOO_LONG.strip()]
    if max(map(len, chain.from_iterable(rows)), default=0) <= LONGEST_CELL and marker not in rows:
        return {}
    return {
        index: "row_too_long"
        for index, row in enumerate(rows)
        if row == marker or (len(row) and max(map(len, row)) > LONGEST_CELL)
    }


def _even(rows: list[Row], errors: dict[int, str], shape: _Shape) -> tuple[Any, dict[int, str]]:
    """The rows as a table, and the errors; ragged rows are filled up, cut, or made errors."""
    if set(map(len, rows)) != {shape.width}:
        rows = [_ragged(row, place, errors, shape) for place, row in enumerate(rows)]
    columns = zip(*rows, strict=True) if rows else [()] * shape.width
    return _table([text_column(column).array for column in columns]), errors


def _table(columns: Sequence[Any]) -> Any:
    return pa.table(columns, list(map(str, range(len(columns)))))


def _block(number: int, table: Any, failed: dict[int, str]) -> Block:
    """The next rows by column; their errors are taken from those that wait."""
    errors = {row - number: failed.pop(row) for row in [row for row in failed if row < number + table.num_rows]}
    columns = [TextColumn(column.combine_chunks()) for column in table.columns]
    return Block(number, table.num_rows, columns, errors)


def _ragged(row: Row, index: int, errors: dict[int, str], shape: _Shape) -> Row:
    if len(row) != shape.width and any(row) and not shape.fits(row):
        errors.setdefault(index, "row_too_short" if len(row) < shape.width else "row_too_wide")
    return (row + [""] * (shape.width - len(row)))[: shape.width]
