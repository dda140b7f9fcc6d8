"""Writes result files: CSV, XLSX, Parquet, NDJSON, by the ending of the name, whole or not at all.

The same rows give the same bytes: nothing in a file depends on clock, host or path.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from app.csv_cells import no_formula
from app.files.errors import OutputIsInput, OutputNotWritable, ResultFormatUnknown, TooManyRows
from app.files.results import RESULT_COLUMNS, Kind, ResultColumn, ResultRow, arrow_schema

MOST_SHEET_ROWS: Final = 1_048_575  # below the header
_BATCH: Final = 50_000  # rows
_PIECE: Final = 2_000  # rows
_LONGEST_CELL: Final = 32_767
_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed date, so that the same rows give the same bytes
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_VERDICT, _CATEGORY, _ERROR = (ResultRow._fields.index(name) for name in ("verdict", "category", "error"))

Value = str | int | float | bool | None
Row = Sequence[Value]
Columns = Sequence[ResultColumn]


def write_results(path: Path | str, rows: Iterable[Row], columns: Columns = RESULT_COLUMNS) -> int:
    """Writes the rows to a file that appears only when it is complete; says how many rows it holds.

    `columns` are those of RESULT_COLUMNS, and after them what is carried along. Raises ResultFormatUnknown, or
    TooManyRows where a worksheet can't hold the rows; then nothing is left behind.
    """
    path = Path(path)
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise ResultFormatUnknown(suffix=path.suffix, known=RESULT_SUFFIXES)
    with whole_file(path) as unfinished:
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


def write_xlsx(path: Path, rows: Iterable[Row], columns: Columns) -> int:
    """A workbook: the results with a frozen header and a filter, and a sheet that counts them. Text stays text."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "in_memory": False,
    }
    written = 0
    counts: Counter[tuple[str, str]] = Counter()
    workbook: Any = xlsxwriter.Workbook(str(path), options)
    try:
        workbook.set_properties({"title": "Khớp", "created": _CREATED})
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDEBF7"})
        as_text = workbook.add_format({"num_format": "@"})
        sheet = _results_sheet(workbook, bold, columns)
        for row in rows:
            if written == MOST_SHEET_ROWS:
                raise TooManyRows(limit=MOST_SHEET_ROWS)
            written += 1
            _write_row(sheet, written, row, as_text)
            verdict, category, error = row[_VERDICT], row[_CATEGORY], row[_ERROR]
            counts[str(verdict or ("" if error is None else "error")), str(category or error or "")] += 1
        sheet.autofilter(0, 0, written, len(columns) - 1)
        _summary_sheet(workbook, bold, counts, written)
    finally:
        workbook.close()
    return written


def _results_sheet(workbook: Any, bold: Any, columns: Columns) -> Any:
    """The sheet of results; each heading has the caption and, below it, the contract's name of the column."""
    sheet = workbook.add_worksheet("Ket qua")
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    sheet.set_row(0, 45)
    for place, column in enumerate(columns):
        caption = f"{column.caption}\n{column.name}" if column.caption != column.name else column.name
        sheet.write_string(0, place, in_xml(caption), bold)
    return sheet


def _write_row(sheet: Any, number: int, row: Row, as_text: Any) -> None:
    for place, value in enumerate(row):
        if value is None:
            continue
        if isinstance(value, str):
            sheet.write_string(number, place, in_xml(value), as_text)
        elif isinstance(value, bool):
            sheet.write_boolean(number, place, value)
        else:
            sheet.write_number(number, place, value)


def in_xml(text: str) -> str:
    """The text as a cell can hold it: not too long, and no character that XML forbids."""
    return _NOT_IN_XML.sub("\ufffd", text[:_LONGEST_CELL])


def _summary_sheet(workbook: Any, bold: Any, counts: Counter[tuple[str, str]], written: int) -> None:
    """How many result rows each verdict and category has; a row is one subject of one input row."""
    sheet = workbook.add_worksheet("Tong hop")
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 2, 14)
    for place, caption in enumerate(("Kết quả khớp", "Nhóm / lý do", "Số dòng kết quả")):
        sheet.write_string(0, place, caption, bold)
    for line, ((verdict, category), count) in enumerate(sorted(counts.items()), start=1):
        sheet.write_string(line, 0, verdict)
        sheet.write_string(line, 1, category)
        sheet.write_number(line, 2, count)
    sheet.write_string(len(counts) + 1, 0, "Tổng", bold)
    sheet.write_number(len(counts) + 1, 2, written, bold)


_WRITERS: Final[dict[str, Callable[[Path, Iterable[Row], Columns], int]]] = {
    ".csv": write_csv,
    ".ndjson": write_ndjson,
    ".jsonl": write_ndjson,
    ".parquet": write_parquet,
    ".xlsx": write_xlsx,
}
RESULT_SUFFIXES: Final = tuple(_WRITERS)
CLEAN_SUFFIXES: Final = (".ndjson", ".jsonl")  # of records with all their findings
