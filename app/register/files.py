"""Register files as rows: CSV, Parquet and NDJSON give the same rows, each with its line and what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from app.register.csv_rows import csv_records, delimiter_of, header_cells, text_lines
from app.register.errors import ColumnsMissing, FileDamaged, FileKindUnknown, FileMissing

REQUIRED = ("personal_id", "full_name", "birth_date")
OPTIONAL = ("other_names", "sex", "old_ids", "permanent_address", "commune_code", "status")
COLUMNS = REQUIRED + OPTIONAL
_NO_TEXT = re.compile("[\x00\ud800-\udfff\ufffd]")  # no database stores these

RowCells = Mapping[str, str | None]


class SourceRow(NamedTuple):
    """One row of a file: its line (1 is the first line of the file), its cells, or the reason why it has none."""

    line: int
    cells: RowCells
    reason: str | None = None
    field: str = ""  # the column to blame, where it is one
    lines: int = 1  # a cell in quotation marks may span several


class Content(NamedTuple):
    """What a file holds, under any name: its SHA-256, and its rows (lines, for text)."""

    digest: str
    rows: int


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A register file that exists, of a known kind, with the columns that matching needs."""

    path: Path
    kind: str  # csv, parquet, ndjson
    ignored: tuple[str, ...]  # columns of no meaning here

    def rows(self) -> Iterator[SourceRow]:
        """The rows in the order of the file."""
        return _READERS[self.kind](self.path)

    def content(self) -> Content:
        """The hash of the file, and how many lines (or rows) it has: each is of a row, blank or the header."""
        digest, lines, last = sha256(), 0, b"\n"
        with self.path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
                lines += chunk.count(b"\n") + chunk.count(b"\r") - (last + chunk).count(b"\r\n")
                last = chunk[-1:]
        lines += last not in b"\r\n"
        return Content(digest.hexdigest(), _parquet_count(self.path) if self.kind == "parquet" else lines)


def register_file(path: Path) -> RegisterFile:
    """Check the name and the header of a file before anything is done with it."""
    if not path.is_file():
        raise FileMissing(path=path.name)
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise FileKindUnknown(suffix=path.suffix)
    header = _HEADERS[kind](path)
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise ColumnsMissing(missing=", ".join(missing), known=", ".join(COLUMNS))
    return RegisterFile(path, kind, tuple(name for name in header if name not in COLUMNS))


def _column(name: str | None) -> str:
    return (name or "").strip().lower()


def _csv_header(path: Path) -> list[str]:
    first = next(text_lines(path), None) or ""
    return [_column(name) for name in header_cells(first, delimiter_of(first))]


def _csv_rows(path: Path) -> Iterator[SourceRow]:
    header = _csv_header(path)
    place = header.index("personal_id")
    lines = text_lines(path)
    delimiter = delimiter_of(next(lines, None) or "")
    for record in csv_records(lines, delimiter, first=2, key=place):
        if record.cells is None:
            yield SourceRow(record.line, {}, record.reason)
        elif len(record.cells) != len(header):
            yield SourceRow(record.line, {}, "column_count", lines=record.lines)
        else:
            yield _checked(record.line, dict(zip(header, record.cells, strict=True)), record.lines)


def _ndjson_objects(path: Path) -> Iterator[tuple[int, object]]:
    for line, text in enumerate(text_lines(path), 1):
        if text is None:
            yield line, None
        elif text.strip():
            try:
                yield line, json.loads(text)
            except (ValueError, RecursionError):
                yield line, None


def _ndjson_header(path: Path) -> list[str]:
    first = next(_ndjson_objects(path), (0, None))[1]
    return [_column(name) for name in first] if isinstance(first, dict) else []


def _ndjson_rows(path: Path) -> Iterator[SourceRow]:
    for line, value in _ndjson_objects(path):
        if not isinstance(value, dict):
            yield SourceRow(line, {}, "not_an_object")
            continue
        cells = {_column(name): _cell(cell) for name, cell in value.items()}
        yield _checked(line, cells)


def _parquet_header(path: Path) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return [_column(name) for name in pq.read_schema(path).names]
    except (pa.ArrowInvalid, OSError):
        raise FileDamaged(kind="Parquet") from None


def _parquet_count(path: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def _parquet_rows(path: Path) -> Iterator[SourceRow]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    line = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=10_000):
                for row in batch.to_pylist():
                    line += 1
                    yield _checked(line, {_column(name): _cell(cell) for name, cell in row.items()})
    except (pa.ArrowInvalid, OSError):
        raise FileDamaged(kind="Parquet") from None


def _cell(value: object) -> str | None:
    """A typed cell as the text that a CSV file would hold."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def _checked(line: int, cells: dict[str, str | None], lines: int = 1) -> SourceRow:
    """A row of text cells, refused where the file's bytes were no text."""
    if any(_NO_TEXT.search(value) for value in cells.values() if value):
        return SourceRow(line, cells, "not_utf8", lines=lines)
    return SourceRow(line, cells, lines=lines)


_KINDS = {".csv": "csv", ".parquet": "parquet", ".ndjson": "ndjson", ".jsonl": "ndjson"}
_HEADERS: dict[str, Callable[[Path], list[str]]] = {
    "csv": _csv_header,
    "parquet": _parquet_header,
    "ndjson": _ndjson_header,
}
_READERS: dict[str, Callable[[Path], Iterator[SourceRow]]] = {
    "csv": _csv_rows,
    "parquet": _parquet_rows,
    "ndjson": _ndjson_rows,
}
