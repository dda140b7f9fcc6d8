"""A look at a file before anything is queued: how it would be read, some rows made clean, and what can't be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

from app.engines.manifest import TableRead, table_read
from app.engines.plan import ReadOptions
from app.files import read_land_file
from matching.normalise import normalise
from matching.records import CleanRecord

_WITHIN: Final = 20_000  # rows of each sheet that are looked at
_SHOWN: Final = 20  # rows


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One input row: its land users, clean, or why there are none."""

    source_sheet: str
    source_row: int
    records: tuple[CleanRecord, ...]
    error: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """How a file would be read. Of a long file only its beginning was looked at."""

    format: str
    encoding: str | None
    delimiter: str | None
    tables: tuple[TableRead, ...]
    hints: tuple[tuple[str, Mapping[str, Any]], ...]
    looked_at: int  # rows
    whole: bool  # whether that is the whole file
    unread: Mapping[str, int]  # among the rows looked at: reason -> rows
    rows: tuple[PreviewRow, ...]


def preview(path: Path, options: ReadOptions, *, as_of: date) -> Preview:
    """How the file would be read, before anything is queued; FileRefused if it can't be."""
    file = read_land_file(path, sheet=options.sheet, mapping=options.mapping, text=options.text, within=_WITHIN)
    unread: Counter[str] = Counter()
    shown: list[PreviewRow] = []
    looked_at, room = 0, _SHOWN
    for row in islice(file, _WITHIN):
        looked_at += 1
        error = None if row.raw else f"skipped:{row.skipped}" if row.skipped else row.error or "row_empty"
        if error is not None:
            unread[error] += 1
        # Blank rows show nothing; a row that can't be read shows why.
        if room and row.skipped != "blank":
            room -= 1
            records = tuple(normalise(raw, as_of=as_of) for raw in row.raw)
            shown.append(PreviewRow(row.source_sheet, row.source_row, records, error))
    return Preview(
        format=file.format.value,
        encoding=file.encoding,
        delimiter=file.delimiter,
        tables=tuple(map(table_read, file.tables)),
        hints=tuple((hint.code, dict(hint.facts)) for hint in file.hints),
        looked_at=looked_at,
        whole=looked_at < _WITHIN and all(table.rows < _WITHIN for table in file.tables),
        unread=dict(sorted(unread.items())),
        rows=tuple(shown),
    )
