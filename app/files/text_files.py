"""Reads CSV and TSV files of any encoding: every line is accounted for, and a stray quote costs one line, not the file.

Lines are read in bounded pieces. A piece without a quote that spans lines goes through the csv module as a whole; any
other piece is read record by record, and where quotes do not make a record of the right width, the line is read as if
its quotes were letters.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from app.files.blocks import LONGEST_CELL, LONGEST_LINE, MOST_COLUMNS, PREVIEW_ROWS, Block, Range
from app.files.encodings import TextEncoding
from app.files.errors import FileTooLarge
from app.files.headers import find_header

DELIMITERS: Final = (",", ";", "\t", "|")
_STEP: Final = 1 << 17  # characters: small pieces stay in the processor's cache, measured twice as fast as 1 << 20
_MOST_LINES_OF_A_RECORD: Final = 200
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
        shape = _Shape(needed, width)
        number, rows, failed = first_row, list[Row](), dict[int, str]()
        for batch, errors in self._batches(first_row - 1, shape):
            failed |= {number + len(rows) + index: code for index, code in errors.items()}
            rows += batch
            start = 0
            while len(rows) - start >= size:
                yield _block(number + start, rows[start : start + size], failed, shape)
                start += size
            number += start
            del rows[:start]
        if rows:
            yield _block(number, rows, failed, shape)

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
        codec, errors = self._encoding.codec, self._encoding.errors
        with self._path.open(encoding=codec, errors=errors, newline=None) as file:
            rest = ""
            while text := file.read(_STEP):
                head, newline, tail = text.rpartition("\n")
                if newline:
                    yield self._split(rest + head + newline)
                    rest = tail
                else:
                    rest = (rest + tail)[: LONGEST_LINE + 1]
        if rest:
            yield self._split(rest + "\n")

    def _split(self, text: str) -> list[str]:
        if self._encoding.composes:
            text = unicodedata.normalize("NFC", text)
        lines = io.StringIO(text, newline="\n").readlines()
        if max(map(len, lines)) > LONGEST_LINE:
            lines = [line if len(line) <= LONGEST_LINE else _TOO_LONG for line in lines]
        return lines

    def _batches(self, skip: int, shape: _Shape) -> Iterator[tuple[list[Row], dict[int, str]]]:
        """The records after the first `skip`, piece by piece, and the errors by place in the piece."""
        carry: list[str] = []
        for piece in self._pieces():
            lines = carry + piece
            if skip:
                titles, _, lines = _records(lines, self.delimiter, None, most=skip, more=True)
                skip -= len(titles)
            if skip:
                carry = lines
                continue
            rows = _clean_records(lines, self.delimiter, shape)
            if rows is not None:
                carry = []
                long = max(map(len, lines), default=0) > LONGEST_CELL or _TOO_LONG in lines or len(rows) < len(lines)
                yield rows, _too_long(rows) if long else {}
            else:
                rows, errors, carry = _records(lines, self.delimiter, shape, more=True)
                yield rows, errors | _too_long(rows)
        if skip:
            carry = _records(carry, self.delimiter, None, most=skip)[2]
        if carry:
            rows, errors, _ = _records(carry, self.delimiter, shape)
            yield rows, errors | _too_long(rows)


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
    if joined and (joined >= _MOST_LINES_OF_A_RECORD or not set(map(len, rows)) <= {0, shape.width}):
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
            if is_open and more and len(lines) - at < _MOST_LINES_OF_A_RECORD:
                return rows, errors, lines[at:]
            joined = after - at > 1
            if row is None or is_open or (joined and (after - at > _MOST_LINES_OF_A_RECORD or not _fits(row, shape))):
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


def _block(number: int, rows: list[Row], failed: dict[int, str], shape: _Shape) -> Block:
    """The rows by column; ragged ones are filled up, cut, or made errors."""
    within = [row for row in failed if row < number + len(rows)]
    errors = {row - number: failed.pop(row) for row in within}
    if set(map(len, rows)) != {shape.width}:
        rows = [_ragged(row, index, errors, shape) for index, row in enumerate(rows)]
    return Block(number, len(rows), list(zip(*rows, strict=True)), errors)


def _ragged(row: Row, index: int, errors: dict[int, str], shape: _Shape) -> Row:
    if len(row) != shape.width and any(row) and not shape.fits(row):
        errors.setdefault(index, "row_too_short" if len(row) < shape.width else "row_too_wide")
    return (row + [""] * (shape.width - len(row)))[: shape.width]
