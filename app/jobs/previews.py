"""A dry run over HTTP: how a file would be read, its first rows as they are understood, and what can't be read."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from app.engines.plan import ReadOptions
from app.engines.preview import PreviewRow, preview
from app.errors import Language
from app.files.exports import reason_of
from app.files.hints import Hint
from app.jobs.received import Received
from app.jobs.service import Jobs
from app.matches.rendering import Rendering

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
    mapping: list[ColumnTaken]
    headers: list[str] = Field(description="Of all columns.")


class HintTold(BaseModel):
    """What the owner of the file should know."""

    code: str
    text: str


class RowReason(BaseModel):
    """Why rows hold no land user, and how many of those looked at."""

    code: str
    reason: str
    rows: int


class FilePreview(BaseModel):
    """How a file would be read; nothing was queued, and the file is not kept."""

    format: str
    encoding: str | None
    delimiter: str | None
    tables: list[TablePreview]
    hints: list[HintTold]
    looked_at: int = Field(description="Rows; of a long file only the beginning.")
    whole: bool = Field(description="Whether that is the whole file.")
    unread: list[RowReason]
    rows: list[Json] = Field(
        description="Records as `POST /v1/normalise` answers them, or the reason why there is none."
    )


def previewed(room: Jobs, received: Received, options: ReadOptions, language: Language) -> FilePreview:
    """How a received file would be read; it is removed afterwards. Raises FileRefused."""
    try:
        found = preview(received.file, options, as_of=room.today())
    finally:
        received.discard()
    return FilePreview(
        format=found.format,
        encoding=found.encoding,
        delimiter=found.delimiter,
        tables=[
            TablePreview(
                sheet=table.sheet or None,
                header_row=table.header_row,
                mapping=[
                    ColumnTaken(field=field, letter=letter, header=header)
                    for field, (letter, header) in table.mapping.items()
                ],
                headers=list(table.headers),
            )
            for table in found.tables
        ],
        hints=[HintTold(code=code, text=Hint(code, facts).told(language)) for code, facts in found.hints],
        looked_at=found.looked_at,
        whole=found.whole,
        unread=[
            RowReason(code=code, reason=reason_of(code).told(language), rows=rows)
            for code, rows in found.unread.items()
        ],
        rows=[_row(row, language) for row in found.rows],
    )


def _row(row: PreviewRow, language: Language) -> Json:
    rendering = Rendering(language, lambda personal_id: personal_id)
    place: Json = {"source_sheet": row.source_sheet or None, "source_row": row.source_row}
    if row.error is not None:
        return place | {"error": row.error, "reason": reason_of(row.error).told(language)}
    return place | {"records": [rendering.clean(record) for record in row.records]}
