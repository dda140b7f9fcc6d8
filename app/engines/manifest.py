"""What was read of an input: its tables, how their columns were taken, what its owner should know; source.json."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.engines.plan import RunPlan
from app.files import LandFile, LandTable


@dataclass(frozen=True, slots=True)
class TableRead:
    """One sheet, or the whole file where there are no sheets."""

    sheet: str
    header_row: int
    rows: int
    mapping: Mapping[str, tuple[str, str]]  # field -> letter and header of its column
    headers: tuple[str, ...]  # of all columns
    own_ids: bool  # record ids are the file's own
    of_parcels: bool  # a row is a parcel or certificate, not merely a land user


@dataclass(frozen=True, slots=True)
class SourceManifest:
    """What was read of an input, the same for every reading."""

    plan: str  # digest
    format: str
    encoding: str | None
    delimiter: str | None
    rows: int
    records: int  # land users as the rows hold them, before names are taken apart
    chunks: tuple[int, ...]  # input rows of each
    tables: tuple[TableRead, ...]
    hints: tuple[tuple[str, Mapping[str, Any]], ...]  # code and facts of app.files.hints

    def to_json(self) -> str:
        """The manifest as a JSON document, the same text for the same manifest."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> SourceManifest:
        """The manifest behind a JSON document."""
        document = json.loads(text)
        document["chunks"] = tuple(document["chunks"])
        document["hints"] = tuple((code, facts) for code, facts in document["hints"])
        document["tables"] = tuple(
            TableRead(
                **table
                | {
                    "headers": tuple(table["headers"]),
                    "mapping": {field: tuple(column) for field, column in table["mapping"].items()},
                }
            )
            for table in document["tables"]
        )
        return cls(**document)


def manifest_of(file: LandFile, plan: RunPlan, *, chunks: Sequence[int], records: int) -> SourceManifest:
    """What an opened file is, and into which chunks it was read."""
    return SourceManifest(
        plan=plan.digest,
        format=file.format.value,
        encoding=file.encoding,
        delimiter=file.delimiter,
        rows=file.rows,
        records=records,
        chunks=tuple(chunks),
        tables=tuple(map(table_read, file.tables)),
        hints=tuple((hint.code, dict(hint.facts)) for hint in file.hints),
    )


def table_read(table: LandTable) -> TableRead:
    """How one table is read."""
    fields = table.layout.shared
    return TableRead(
        sheet=table.sheet,
        header_row=table.header_row,
        rows=table.rows,
        mapping={field: (column.letter, column.header) for field, column in table.mapping.items()},
        headers=tuple(column.header for column in table.layout.columns),
        own_ids="record_id" in fields,
        of_parcels=any(name in fields for name in ("parcel_id", "parcel_no", "certificate_no")),
    )
