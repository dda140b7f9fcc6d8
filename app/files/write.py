"""Writes result files: CSV, XLSX, Parquet, NDJSON, by the ending of the name, whole or not at all.

The same rows give the same bytes: nothing in a file depends on clock, host or path.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from app.csv_cells import no_formula
from app.files.errors import OutputIsInput, OutputNotWritable, ResultFormatUnknown
from app.files.result_workbook import write_workbook
from app.files.results import RESULT_COLUMNS, Kind, ResultColumn, arrow_schema

MOST_SHEET_ROWS: Final = 1_048_575  # below the header
_BATCH: Final = 50_000  # rows
_PIECE: Final = 2_000  # rows

Value = str | int | float | bool | None
Row = Sequence[Value]
Columns = Sequence[ResultColumn]


def write_results(
    path: Path | str, rows: Iterable[Row], columns: Columns = RESULT_COLUMNS, *, expected: int = 0
) -> int:
    """Writes the rows to a file that appears only when it is complete; says how many rows it holds.

    `columns` are those of RESULT_COLUMNS, and after them what is carried along; `expected` says how many rows may come,
    where that is known. Raises ResultFormatUnknown, or TooManyRows where a worksheet can't hold the rows; then nothing
    is left behind.
    """
    path = Path(path)
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise ResultFormatUnknown(suffix=path.suffix, known=RESULT_SUFFIXES)
    with whole_file(path) as unfinished:
        if write is write_xlsx:
            return write_xlsx(unfinished, rows, columns, expected=expected)
        return write(unfinished, rows, columns)


def check_output(path: Path, source: Path, *, suffixes: Sequence[str]) -> None:
    """Finds out, before `source` is read, whether results of one of these formats can be written to `path`.

    Raises OutputIsInput, ResultFormatUnknown or OutputNotWritable.
    """
    keep_apart(path, source)
    if path.suffix.lower() not in suffixes:
        raise ResultFormatUnknown(suffix=path.suffix, known=suffixes)
    if path.exists() and not path.is_file():
        raise OutputNotWritable(name=path.name, reason=os.strerror(errno.EISDIR if path.is_dir() else errno.EINVAL))
    unfinished = _unfinished(path)
    try:
        unfinished.open("wb").close()  # asking for permission is no proof: /proc permits and refuses
        unfinished.unlink()
    except OSError as error:
        raise OutputNotWritable(name=path.name, reason=error.strerror) from None


def keep_apart(path: Path, source: Path) -> None:
    """Raises OutputIsInput if both names lead to one file, through whatever links."""
    if path.exists() and source.exists() and path.samefile(source):
        raise OutputIsInput(name=path.name)


def _unfinished(path: Path) -> Path:
    """The name beside a file that is written to until it is complete."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A name beside the file to write to; synced and renamed when all went well, removed when not."""
    unfinished = _unfinished(path)
    try:
        yield unfinished
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    if hasattr(os, "O_DIRECTORY"):
        directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def write_csv(path: Path, rows: Iterable[Row], columns: Columns) -> int:
    """CSV for a spreadsheet: UTF-8 with its mark, and no cell that a spreadsheet would take for a formula."""
    written = 0
    with path.open("wb") as file:
        for piece, count in csv_pieces(rows, columns):
            file.write(piece)
            written += count
    return written


def csv_pieces(rows: Iterable[Row], columns: Columns) -> Iterator[tuple[bytes, int]]:
    """The pieces of a CSV file, and how many rows each holds."""
    source = iter(rows)
    names = [[column.name for column in columns]]
    yield "\ufeff".encode() + _csv_bytes(names), 0
    while batch := list(islice(source, _PIECE)):
        yield _csv_bytes([[_csv_value(value) for value in row] for row in batch]), len(batch)


def _csv_bytes(rows: Iterable[Row]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


def _csv_value(value: Value) -> Value:
    """Text that begins like a formula gets an apostrophe before it; truth in lower case, as JSON has it."""
    if isinstance(value, str):
        return no_formula(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def write_ndjson(path: Path, rows: Iterable[Row], columns: Columns) -> int:
    """One JSON object a line, absent values as null."""
    written = 0
    with path.open("wb") as file:
        for piece, count in ndjson_pieces(rows, columns):
            file.write(piece)
            written += count
    return written


def ndjson_pieces(rows: Iterable[Row], columns: Columns) -> Iterator[tuple[bytes, int]]:
    """The pieces of an NDJSON file, and how many rows each holds."""
    source = iter(rows)
    names = [column.name for column in columns]
    made = json.JSONEncoder(ensure_ascii=False).encode
    while batch := list(islice(source, _PIECE)):
        text = "".join([made(dict(zip(names, row, strict=True))) + "\n" for row in batch])
        yield text.encode("utf-8", "replace"), len(batch)


def write_parquet(path: Path, rows: Iterable[Row], columns: Columns) -> int:
    """Parquet with the types of the columns, in row groups of fifty thousand."""
    written = 0
    source = iter(rows)
    schema = arrow_schema(columns)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(source, _BATCH)):
            values = [list(column) for column in zip(*batch, strict=True)]
            for place, column in enumerate(columns):
                if column.kind is Kind.TEXT:
                    values[place] = list(map(_encodable, values[place]))
            writer.write_table(pa.table(values, schema=schema))
            written += len(batch)
    return written


def _encodable(text: Any) -> Any:
    return text if text is None or text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def write_xlsx(path: Path, rows: Iterable[Row], columns: Columns, *, expected: int = 0) -> int:
    """A workbook: the results with a frozen header and a filter, and a sheet that counts them. Text stays text."""
    return write_workbook(path, rows, columns, most=MOST_SHEET_ROWS, expected=expected)


_WRITERS: Final[dict[str, Callable[[Path, Iterable[Row], Columns], int]]] = {
    ".csv": write_csv,
    ".ndjson": write_ndjson,
    ".jsonl": write_ndjson,
    ".parquet": write_parquet,
    ".xlsx": write_xlsx,
}
RESULT_SUFFIXES: Final = tuple(_WRITERS)
CLEAN_SUFFIXES: Final = (".ndjson", ".jsonl")  # of records with all their findings
