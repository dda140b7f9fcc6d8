"""Register files as rows: CSV, Parquet and NDJSON give the same rows, each with its line and what is wrong with it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, NamedTuple

from app.register.errors import ColumnsMissing, FileDamaged, FileKindUnknown, FileMissing

REQUIRED = ("personal_id", "full_name", "birth_date")
OPTIONAL = ("other_names", "sex", "old_ids", "permanent_address", "commune_code", "status")
COLUMNS = REQUIRED + OPTIONAL
_NO_TEXT = re.compile("[\x00\ud800-\udfff\ufffd]")  # no database stores these
_MAX_LINE = 1 << 20  # characters; a longer line of NDJSON is no person

RowCells = Mapping[str, str | None]


class SourceRow(NamedTuple):
    """One row of a file: its line (1 is the first line of the file), its cells, or the reason why it has none."""

    line: int
    cells: RowCells
    reason: str | None = None


class Content(NamedTuple):
    """What a file holds, under any name: its SHA-256, and its rows (lines, for text) for a progress bar."""

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
        """The hash of the file and about how many rows it has."""
        digest, lines = sha256(), 0
        with self.path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
                lines += chunk.count(b"\n")
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


def _text_file(path: Path) -> IO[str]:
    # Bytes that are no UTF-8 become U+FFFD, by which the row is refused; the rows around it are kept.
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def _column(name: str | None) -> str:
    return (name or "").strip().lower()


def _delimiter(first_line: str) -> str:
    return max(",;\t", key=first_line.count)


def _csv_header(path: Path) -> list[str]:
    with _text_file(path) as file:
        first = file.readline(_MAX_LINE)
    return [_column(name) for name in next(csv.reader([first], delimiter=_delimiter(first)), [])]


def _csv_rows(path: Path) -> Iterator[SourceRow]:
    header = _csv_header(path)
    with _text_file(path) as file:
        first = file.readline(_MAX_LINE)
        reader = csv.reader(file, delimiter=_delimiter(first))
        while True:
            line = reader.line_num + 2  # the header was read apart
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:  # a quote that is never closed swallows lines up to the reader's limit
                yield SourceRow(line, {}, "quote_not_closed")
                continue
            if not cells:
                continue
            if len(cells) != len(header):
                yield SourceRow(line, {}, "column_count")
                continue
            yield _checked(line, dict(zip(header, cells, strict=True)))


def _ndjson_objects(path: Path) -> Iterator[tuple[int, object]]:
    with _text_file(path) as file:
        for line, text in enumerate(iter(lambda: file.readline(_MAX_LINE), ""), 1):
            if text.strip():
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


def _checked(line: int, cells: dict[str, str | None]) -> SourceRow:
    """A row of text cells, refused where the file's bytes were no text."""
    if any(_NO_TEXT.search(value) for value in cells.values() if value):
        return SourceRow(line, cells, "not_utf8")
    return SourceRow(line, cells)


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
