"""A dry run: how a file would be read, its first rows as they are understood, and what can't be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, Field

from app.engines.plan import ReadOptions
from app.errors import Language
from app.files import LandFile, LandTable, SourceRow, read_land_file
from app.files.exports import reason_of
from app.jobs.received import Received
from app.jobs.service import Jobs
from app.matches.rendering import Rendering
from matching.normalise import normalise

ROWS_SHOWN: Final = 20
ROWS_CHECKED: Final = 100_000  # for what can't be read; the job itself reads all
_REJECTS_SHOWN: Final = 100
Json = dict[str, Any]


class ColumnTaken(BaseModel):
    """The column that a field is read from."""

    field: str
    letter: str
    header: str


class TablePreview(BaseModel):
    """One sheet, or the whole file where there are no sheets."""

    sheet: str | None
    header_row: int = Field(description="0: the format or the request names the columns.")
    rows: int
    mapping: list[ColumnTaken]
    carried: list[str] = Field(description="Columns that are not ours.")


class HintTold(BaseModel):
    """What the owner of the file should know."""

    code: str
    text: str


class Reject(BaseModel):
    """A row that holds no land user, and why."""

    source_sheet: str | None
    source_row: int
    code: str
    reason: str


class FilePreview(BaseModel):
    """How a file would be read; nothing was queued, and the file is not kept."""

    format: str
    encoding: str | None
    delimiter: str | None
    rows: int
    tables: list[TablePreview]
    hints: list[HintTold]
    first_rows: list[Json] = Field(description="As `POST /v1/normalise` answers them, with sheet and row.")
    rows_checked: int = Field(description="Of so many rows it was looked whether they can be read.")
    rejects_by_reason: dict[str, int]
    rejects: list[Reject] = Field(description="The first of them; blank rows are left out.")


def previewed(room: Jobs, received: Received, options: ReadOptions, language: Language) -> FilePreview:
    """How a received file would be read; it is removed afterwards."""
    try:
        return preview_of(received.file, options, room, language)
    finally:
        received.discard()


def preview_of(path: Path, options: ReadOptions, room: Jobs, language: Language) -> FilePreview:
    """How a file would be read. Raises FileRefused."""
    file = _opened(path, options)
    rejects, counts, checked = _unreadable(file, language)
    return FilePreview(
        format=file.format.value,
        encoding=file.encoding,
        delimiter=file.delimiter,
        rows=file.rows,
        tables=[_table(table) for table in file.tables],
        hints=[HintTold(code=hint.code, text=hint.told(language)) for hint in file.hints],
        first_rows=list(_first_rows(file, room, language)),
        rows_checked=checked,
        rejects_by_reason=dict(sorted(counts.items())),
        rejects=rejects,
    )


def _opened(path: Path, options: ReadOptions) -> LandFile:
    return read_land_file(path, sheet=options.sheet, mapping=options.mapping)


def _table(table: LandTable) -> TablePreview:
    return TablePreview(
        sheet=table.sheet or None,
        header_row=table.header_row,
        rows=table.rows,
        mapping=[
            ColumnTaken(field=field, letter=column.letter, header=column.header)
            for field, column in table.mapping.items()
        ],
        carried=list(table.carried),
    )


def _first_rows(file: LandFile, room: Jobs, language: Language) -> Iterator[Json]:
    """The first rows that hold land users, clean; nobody is looked up."""
    rendering = Rendering(language, lambda personal_id: personal_id)
    as_of = room.today()
    for row in islice((row for row in file if row.raw), ROWS_SHOWN):
        records = [rendering.clean(normalise(raw, as_of=as_of)) for raw in row.raw]
        yield {"source_sheet": row.source_sheet or None, "source_row": row.source_row, "records": records}


def _unreadable(file: LandFile, language: Language) -> tuple[list[Reject], Counter[str], int]:
    counts: Counter[str] = Counter()
    rejects: list[Reject] = []
    checked = 0
    for row in islice(file, ROWS_CHECKED):
        checked += 1
        code = _code(row)
        if code is None:
            continue
        counts[code] += 1
        if len(rejects) < _REJECTS_SHOWN and code != "skipped:blank":
            reason = reason_of(code).told(language)
            rejects.append(
                Reject(source_sheet=row.source_sheet or None, source_row=row.source_row, code=code, reason=reason)
            )
    return rejects, counts, checked


def _code(row: SourceRow) -> str | None:
    if row.raw:
        return None
    return f"skipped:{row.skipped}" if row.skipped else row.error or "row_empty"
