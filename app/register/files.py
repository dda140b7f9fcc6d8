"""Register files as rows: CSV, Parquet and NDJSON give the same rows, each with its line and what is wrong with it."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from app.register.csv_rows import csv_records, delimiter_of, header_cells, text_lines
from app.register.errors import (
    ColumnsMissing,
    ColumnTwice,
    DeltaNotRegister,
    FileDamaged,
    FileEmpty,
    FileIsFolder,
    FileKindUnknown,
    FileMissing,
    FileNotUtf8,
)
from app.register.typed_cells import NotText, cell_text, column_values

REQUIRED = ("personal_id", "full_name", "birth_date")
OPTIONAL = ("other_names", "sex", "old_ids", "permanent_address", "commune_code", "status")
COLUMNS = REQUIRED + OPTIONAL
OPERATION = "operation"  # of a file of changes: what is to be done with the person of the row
_OPERATION_HEADERS = frozenset({OPERATION, "thao_tac", "thao tác", "thao tac", "thao_tác"})
_KNOWN = frozenset({OPERATION, *COLUMNS})
_NO_TEXT = re.compile("[\x00\ud800-\udfff\ufffd]")  # no database stores these
_HEADER_LINES = 1_000  # of NDJSON, searched for names of columns

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
    columns: tuple[str, ...] = COLUMNS  # those of this kind of file

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
    """Check the name and the header of a file of all people before anything is done with it."""
    kind, header = _checked_header(path)
    if OPERATION in header:
        raise DeltaNotRegister(column=OPERATION)
    _check_columns(header, REQUIRED, COLUMNS)
    return RegisterFile(path, kind, tuple(name for name in header if name not in COLUMNS))


def delta_file(path: Path) -> RegisterFile:
    """Check the name and the header of a file of changes; one that only removes people needs only their numbers."""
    kind, header = _checked_header(path)
    columns = (OPERATION, *COLUMNS)
    _check_columns(header, ("personal_id",) if OPERATION in header else REQUIRED, columns)
    return RegisterFile(path, kind, tuple(name for name in header if name not in columns), columns)


def _checked_header(path: Path) -> tuple[str, list[str]]:
    """The kind of a file, and the names of its columns."""
    if path.is_dir():
        raise FileIsFolder(path=str(path))
    if not path.is_file():
        raise FileMissing(path=path.name)
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise FileKindUnknown(suffix=path.suffix)
    _check_start(path, kind)
    return kind, _HEADERS[kind](path)


def _check_columns(header: list[str], required: tuple[str, ...], columns: tuple[str, ...]) -> None:
    """Refuse a header that lacks a column without which nobody can be matched, or that names one twice."""
    twice = next((name for name in columns if header.count(name) > 1), None)
    if twice is not None:
        raise ColumnTwice(column=twice)
    missing = [name for name in required if name not in header]
    if missing:
        raise ColumnsMissing(missing=", ".join(missing), known=", ".join(columns))


def _check_start(path: Path, kind: str) -> None:
    """Refuse what holds nothing, and text in UTF-16: either would seem to lack its columns."""
    with path.open("rb") as file:
        start = file.read(4096)
    if len(start) < 4096 and not start.removeprefix(codecs.BOM_UTF8).strip():
        raise FileEmpty()
    in_utf16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in start.partition(b"\n")[0]
    if kind != "parquet" and in_utf16:
        raise FileNotUtf8()


def _column(name: str | None) -> str:
    column = (name or "").strip().lower()
    return OPERATION if column in _OPERATION_HEADERS else column


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
                yield line, json.loads(text, object_pairs_hook=_Pairs)
            except (ValueError, RecursionError):
                yield line, None


class _Pairs(tuple[tuple[str, object], ...]):
    """The names and values of a JSON object, those named twice as well."""

    __slots__ = ()


def _ndjson_header(path: Path) -> list[str]:
    """The names in the first lines: what is absent in all of them is no column."""
    names = dict.fromkeys(
        _column(name)
        for _line, value in islice(_ndjson_objects(path), _HEADER_LINES)
        if isinstance(value, _Pairs)
        for name, _cell in value
    )
    return list(names)


def _ndjson_rows(path: Path) -> Iterator[SourceRow]:
    for line, value in _ndjson_objects(path):
        if isinstance(value, _Pairs):
            yield _typed(line, [(_column(name), cell) for name, cell in value])
        else:
            yield SourceRow(line, {}, "not_an_object")


def _parquet_header(path: Path) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return [_column(name) for name in pq.read_schema(path).names]
    except (pa.ArrowException, OSError):
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
            known = [name for name in file.schema_arrow.names if _column(name) in _KNOWN]
            for batch in file.iter_batches(batch_size=10_000, columns=known):
                columns = [column_values(column) for column in batch.columns]
                names = [_column(name) for name in batch.schema.names]
                for values in zip(*columns, strict=True):
                    line += 1
                    yield _typed(line, zip(names, values, strict=True))
    except (pa.ArrowException, OSError):
        raise FileDamaged(kind="Parquet") from None


def _typed(line: int, values: Iterable[tuple[str, object]]) -> SourceRow:
    """A row of typed values, of which those that CSV could not hold are refused."""
    cells: dict[str, str | None] = {}
    reason, blamed = None, ""
    for name, value in values:
        if name not in _KNOWN:
            continue
        if name in cells:
            reason, blamed = "column_twice", name
        try:
            cells[name] = cell_text(name, value)
        except NotText:
            cells[name], reason, blamed = None, "not_text", name
    return _checked(line, cells) if reason is None else SourceRow(line, cells, reason, blamed)


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
