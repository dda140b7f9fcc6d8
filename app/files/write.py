"""Writes result files: CSV, XLSX, Parquet, NDJSON, by the ending of the name, whole or not at all.

The same rows give the same bytes: nothing in a file depends on clock, host or path.
"""

from __future__ import annotations

import csv
import errno
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
from app.files.results import RESULT_COLUMNS, Kind, ResultRow

MOST_SHEET_ROWS: Final = 1_048_575  # below the header
_BATCH: Final = 50_000  # rows
_LONGEST_CELL: Final = 32_767
_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed date, so that the same rows give the same bytes
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TEXT: Final = tuple(place for place, column in enumerate(RESULT_COLUMNS) if column.kind is Kind.TEXT)

Value = str | int | float | bool | None


def write_results(path: Path | str, rows: Iterable[ResultRow]) -> int:
    """Writes the rows to a file that appears only when it is complete; says how many rows it holds.

    Raises ResultFormatUnknown, or TooManyRows where a worksheet can't hold them; then nothing is left behind.
    """
    path = Path(path)
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise ResultFormatUnknown(suffix=path.suffix, known=RESULT_SUFFIXES)
    with whole_file(path) as unfinished:
        return write(unfinished, rows)


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


def write_csv(path: Path, rows: Iterable[ResultRow]) -> int:
    """CSV for a spreadsheet: UTF-8 with its mark, and no cell that a spreadsheet would take for a formula."""
    written = 0
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(ResultRow._fields)
        for row in rows:
            writer.writerow(map(_csv_value, row))
            written += 1
    return written


def _csv_value(value: Value) -> Value:
    """Text that begins like a formula gets an apostrophe before it; truth in lower case, as JSON has it."""
    if isinstance(value, str):
        return no_formula(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def write_ndjson(path: Path, rows: Iterable[ResultRow]) -> int:
    """One JSON object a line, absent values as null."""
    written = 0
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(dict(zip(ResultRow._fields, row, strict=True)), ensure_ascii=False) + "\n")
            written += 1
    return written


_ARROW: Final[dict[Kind, Any]] = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.TRUTH: pa.bool_(),
}
RESULT_SCHEMA: Final[Any] = pa.schema([(column.name, _ARROW[column.kind]) for column in RESULT_COLUMNS])


def write_parquet(path: Path, rows: Iterable[ResultRow]) -> int:
    """Parquet with the types of RESULT_COLUMNS, in row groups of fifty thousand."""
    written = 0
    source = iter(rows)
    with pq.ParquetWriter(path, RESULT_SCHEMA, compression="zstd") as writer:
        while batch := list(islice(source, _BATCH)):
            columns = [list(column) for column in zip(*batch, strict=True)]
            for place in _TEXT:
                columns[place] = list(map(_encodable, columns[place]))
            writer.write_table(pa.table(columns, schema=RESULT_SCHEMA))
            written += len(batch)
    return written


def _encodable(text: Any) -> Any:
    return text if text is None or text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def write_xlsx(path: Path, rows: Iterable[ResultRow]) -> int:
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
        sheet = _results_sheet(workbook, bold)
        for row in rows:
            if written == MOST_SHEET_ROWS:
                raise TooManyRows(limit=MOST_SHEET_ROWS)
            written += 1
            _write_row(sheet, written, row, as_text)
            counts[row.verdict or ("" if row.error is None else "error"), row.category or row.error or ""] += 1
        sheet.autofilter(0, 0, written, len(RESULT_COLUMNS) - 1)
        _summary_sheet(workbook, bold, counts, written)
    finally:
        workbook.close()
    return written


def _results_sheet(workbook: Any, bold: Any) -> Any:
    """The sheet of results; each heading has the caption and, below it, the contract's name of the column."""
    sheet = workbook.add_worksheet("Ket qua")
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(RESULT_COLUMNS):
        sheet.set_column(place, place, column.width)
    sheet.set_row(0, 45)
    for place, column in enumerate(RESULT_COLUMNS):
        sheet.write_string(0, place, f"{column.caption}\n{column.name}", bold)
    return sheet


def _write_row(sheet: Any, number: int, row: ResultRow, as_text: Any) -> None:
    for place, value in enumerate(row):
        if value is None:
            continue
        if isinstance(value, str):
            sheet.write_string(number, place, _NOT_IN_XML.sub("\ufffd", value[:_LONGEST_CELL]), as_text)
        elif isinstance(value, bool):
            sheet.write_boolean(number, place, value)
        else:
            sheet.write_number(number, place, value)


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


_WRITERS: Final[dict[str, Callable[[Path, Iterable[ResultRow]], int]]] = {
    ".csv": write_csv,
    ".ndjson": write_ndjson,
    ".jsonl": write_ndjson,
    ".parquet": write_parquet,
    ".xlsx": write_xlsx,
}
RESULT_SUFFIXES: Final = tuple(_WRITERS)
CLEAN_SUFFIXES: Final = (".ndjson", ".jsonl")  # of records with all their findings
