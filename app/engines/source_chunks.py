"""Source chunks: the land users of a range of input rows as columns of text, and the rows that hold none.

A row of the table is a land user of an input row, or an input row without any; the order is the file's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import repeat
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from app.engines.errors import StageNotDone
from app.engines.folder import appearing
from app.files import LandBatch
from app.files.blocks import Cell, cell_text
from app.files.rows import raw_records
from matching.records import CellType, RawRecord
from matching.variants import hash64

SOURCE_ROW, REASON, ROW_HASH, OWN_ID = "source_row", "reason", "row_hash", "own_id"
_META: Final = b"khop"
_CELLS: Final = "cell."
_CELL_TYPES: Final = tuple(CellType)
_TEXT_FIELDS: Final = tuple(f.name for f in fields(RawRecord) if f.name not in ("birth_date_cell", "sex_derived"))
_NOT_CONTENT: Final = frozenset(("record_id", "encoding"))


@dataclass(frozen=True, slots=True)
class SourceChunk:
    """One chunk as it is read back: a raw record or a reason for each row of the table."""

    sheet: str
    rows: int  # input rows
    table: Any  # pyarrow.Table

    @property
    def reasons(self) -> list[str | None]:
        """Why a row of the table holds no land user."""
        found: list[str | None] = self.table[REASON].to_pylist()
        return found

    def raws(self) -> list[RawRecord]:
        """The land users, in order; rows without one are left out."""
        table, meta = self.table, _meta(self.table)
        if table[REASON].null_count < table.num_rows:
            table = table.filter(table[REASON].is_null())
        columns: dict[str, Any] = {name: _texts(table[name]) for name in _TEXT_FIELDS if name in table.column_names}
        if meta["encoding"] is not None:
            own = columns.get("encoding", repeat(None, table.num_rows))
            columns["encoding"] = [each or meta["encoding"] for each in own]
        if "birth_date_cell" in table.column_names:
            columns["birth_date_cell"] = [_CELL_TYPES[code] for code in table["birth_date_cell"].to_pylist()]
        columns["sex_derived"] = repeat(meta["sex_derived"])
        return raw_records(table.num_rows, columns)

    def cells(self) -> dict[str, Any]:
        """The columns of the input, by their place, where the plan keeps them."""
        return {name: self.table[name] for name in self.table.column_names if name.startswith(_CELLS)}


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What a chunk needs to know of its sheet besides the batch."""

    plan: str  # its digest
    own_ids: bool  # record ids are the file's own, not made of sheet and row
    content: tuple[int, ...]  # places among the carried columns that tell whether a row is repeated
    kept: tuple[int, ...]  # places of the columns that are carried through to the results


def write_source_chunk(path: Path, batch: LandBatch, reading: SheetReading) -> int:
    """Write the chunk of a batch; says how many land users it holds."""
    rows = np.arange(len(batch))
    anybody = np.zeros(len(batch), dtype=np.bool_)
    parts = []
    for part in batch.parts:
        present = np.fromiter(part.present, dtype=np.bool_, count=len(batch))
        anybody |= present
        parts.append(np.flatnonzero(present))
    nobody = np.flatnonzero(~anybody)
    owners = np.concatenate([*parts, nobody])
    order = np.argsort(owners, kind="stable")
    taken = pa.array(order)
    names = [name for name in _TEXT_FIELDS if any(name in part.columns for part in batch.parts)]
    columns: dict[str, Any] = {SOURCE_ROW: pa.array(rows[owners[order]] + batch.source_rows[0])}
    for name in names:
        columns[name] = _joined([part.columns.get(name) for part in batch.parts], parts, len(nobody)).take(taken)
    if any(part.birth_date_cells is not None for part in batch.parts):
        codes = [
            None if p.birth_date_cells is None else [*map(_CELL_TYPES.index, p.birth_date_cells)] for p in batch.parts
        ]
        columns["birth_date_cell"] = _joined(codes, parts, len(nobody), pa.int8(), 0).take(taken)
    reasons = [_reason(batch, place) for place in nobody.tolist()]
    columns[REASON] = pa.array([None] * (len(owners) - len(nobody)) + reasons, pa.string()).take(taken)
    columns[ROW_HASH] = pa.array(_hashes(batch, reading.content)[owners[order]])
    if reading.own_ids:
        columns[OWN_ID] = pa.array(_hashed(batch.parts[0].columns["record_id"])[owners[order]])
    for place in reading.kept:
        columns[f"{_CELLS}{place}"] = pa.array(_cell_texts(batch.cells[place]), pa.string()).take(
            pa.array(owners[order])
        )
    first = batch.parts[0]
    meta = {
        "plan": reading.plan,
        "sheet": batch.source_sheet,
        "rows": len(batch),
        "encoding": first.encoding,
        "sex_derived": first.sex_derived,
    }
    table = pa.table(columns).replace_schema_metadata({_META: json.dumps(meta, ensure_ascii=False).encode()})
    with appearing(path) as unfinished:
        pq.write_table(table, unfinished, compression="zstd", compression_level=1, write_page_checksum=True)
    return len(owners) - len(nobody)


def is_source_chunk(path: Path, plan: str) -> bool:
    """Whether a source chunk of this plan is there."""
    try:
        return bool(_meta(pq.read_schema(path))["plan"] == plan)
    except (OSError, pa.ArrowException, KeyError, ValueError):
        return False


def read_source_chunk(path: Path) -> SourceChunk:
    """The chunk; StageNotDone if it is missing or damaged."""
    try:
        table = pq.read_table(path, page_checksum_verification=True, use_threads=False)
        meta = _meta(table)
        return SourceChunk(meta["sheet"], meta["rows"], table)
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise StageNotDone(name=path.name) from error


def _meta(table: Any) -> dict[str, Any]:
    schema = getattr(table, "schema", table)
    found: dict[str, Any] = json.loads((schema.metadata or {})[_META])
    return found


def _joined(
    columns: Sequence[Sequence[Any] | None],
    rows: Sequence[NDArray[np.int64]],
    nobody: int,
    kind: Any = None,
    absent: Any = None,
) -> Any:
    """The values of all parts at the rows where they are present, one part after the other, then of nobody."""
    kind = kind or pa.string()
    pieces = []
    for values, places in zip(columns, rows, strict=True):
        if values is None:
            pieces.append(pa.array([absent] * len(places), kind))
        else:
            whole = pa.array(values, kind)
            pieces.append(whole if len(places) == len(whole) else whole.take(pa.array(places)))
    return pa.concat_arrays([*pieces, pa.array([absent] * nobody, kind)])


def _reason(batch: LandBatch, place: int) -> str:
    skipped = batch.skipped.get(place)
    return f"skipped:{skipped}" if skipped else batch.errors.get(place) or "row_empty"


def _hashes(batch: LandBatch, content: Sequence[int]) -> NDArray[np.int64]:
    """What each row says of its land users, parcel and certificate, and in other columns, as one number."""
    columns: list[Sequence[str | None]] = []
    for place, part in enumerate(batch.parts):
        columns += [
            texts for name, texts in part.columns.items() if name not in _NOT_CONTENT and not (place and _same(name))
        ]
    columns += [_cell_texts(batch.carried[place]) for place in content]
    return _hashed(["\x1f".join([text or "" for text in row]) for row in zip(*columns, strict=True)])


def _hashed(texts: Sequence[str | None]) -> NDArray[np.int64]:
    return np.array([hash64(text or "") for text in texts], dtype=np.uint64).view(np.int64)


def _same(name: str) -> bool:
    return name in ("parcel_id", "parcel_commune_code", "certificate_no")


def _cell_texts(cells: Sequence[Cell]) -> list[str | None]:
    return [cell if isinstance(cell, str) else cell_text(cell) for cell in cells]


def _texts(column: Any) -> list[str | None]:
    found: list[str | None] = column.to_numpy(zero_copy_only=False).tolist()
    return found
