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

from app.engines.errors import StageNotDone
from app.engines.folder import appearing
from app.engines.row_hashes import hashes
from app.files import LandBatch
from app.files.rows import raw_records
from app.files.text_columns import cells_as_found
from matching.records import CellType, RawRecord

SOURCE_ROW, REASON, ROW_HASH, OWN_ID = "source_row", "reason", "row_hash", "own_id"
_META: Final = b"khop"
_CELLS: Final = "cell."
_CELL_TYPES: Final = tuple(CellType)
_TEXT_FIELDS: Final = tuple(f.name for f in fields(RawRecord) if f.name not in ("birth_date_cell", "sex_derived"))
_NOT_CONTENT: Final = frozenset(("record_id", "encoding"))
_OF_FEW_VALUES: Final = frozenset(("sex", "role", "legal_form", "encoding"))
_STRING: Final = pa.string()
_OF_ALL_PARTS: Final = frozenset(("parcel_id", "parcel_commune_code", "certificate_no"))


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

    def raws(self, *, whole: bool = True) -> list[RawRecord]:
        """The land users, in order; rows without one are left out.

        Where not the `whole` is wanted, parcel and certificate are left out: reports show them, matching reads neither.
        """
        table, meta = self.table, _meta(self.table)
        if table[REASON].null_count < table.num_rows:
            table = table.filter(table[REASON].is_null()).combine_chunks()
        columns: dict[str, Any] = {
            name: _texts(table[name], repeated=name in _OF_FEW_VALUES)
            for name in _TEXT_FIELDS
            if name in table.column_names
            and table[name].null_count < table.num_rows
            and (whole or name not in _OF_ALL_PARTS)
        }
        if meta["encoding"] is not None:
            own = columns.get("encoding", repeat(None, table.num_rows))
            columns["encoding"] = [each or meta["encoding"] for each in own]
        if "birth_date_cell" in table.column_names:
            columns["birth_date_cell"] = [_CELL_TYPES[code] for code in table["birth_date_cell"].to_pylist()]
        columns["sex_derived"] = repeat(meta["sex_derived"], table.num_rows)
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
    spread = _Spread(batch)
    columns: dict[str, Any] = {SOURCE_ROW: pa.array(spread.owners + batch.source_rows[0])}
    for name in _TEXT_FIELDS:
        if any(name in part.columns for part in batch.parts):
            parts = [part.columns.get(name) for part in batch.parts]
            columns[name] = spread.joined([None if texts is None else texts.array for texts in parts])
    if any(part.birth_date_cells is not None for part in batch.parts):
        cells = [part.birth_date_cells for part in batch.parts]
        codes = [None if each is None else pa.array(list(map(_CELL_TYPES.index, each)), pa.int8()) for each in cells]
        columns["birth_date_cell"] = spread.joined(codes, pa.int8(), 0)
    columns[REASON] = spread.reasons()
    columns[ROW_HASH] = spread.of_rows(pa.array(hashes(*_content(batch, reading.content))))
    if reading.own_ids:
        columns[OWN_ID] = spread.of_rows(pa.array(hashes(batch.parts[0].columns["record_id"].array)))
    for place in reading.kept:
        columns[f"{_CELLS}{place}"] = spread.of_rows(cells_as_found(batch.cells[place]).array)
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
        pq.write_table(table, unfinished, **PACKED)
    return spread.people


# Chunks are read once and then joined: dictionaries and statistics cost more than they save (measured: 0.9 µs a row to
# write and 0.6 to read, against 2.6 and 0.8 with both). LZ4 instead of zstd 1: 1.65 µs instead of 2.1 to write a row of
# both chunks and 0.8 instead of 1.2 to read it, for half as many bytes again (200 a row).
PACKED: Final[dict[str, Any]] = {
    "compression": "lz4",
    "use_dictionary": False,
    "write_statistics": False,
    "write_page_checksum": True,
}


def read_packed(path: Path, columns: Sequence[str] | None = None) -> Any:
    """The table of a chunk, in this thread: whoever reads ahead has threads of its own."""
    with pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False) as file:
        return file.read(columns, use_threads=False)


class _Spread:
    """Which rows of a chunk's table each input row makes: one for each land user, or one if there is none."""

    def __init__(self, batch: LandBatch) -> None:
        self._batch = batch
        presences = [part.present for part in batch.parts]
        self._parts = [np.flatnonzero(present) for present in presences]
        self._nobody = np.flatnonzero(~np.logical_or.reduce(presences))
        owners = np.concatenate([*self._parts, self._nobody])
        self.people = len(owners) - len(self._nobody)
        self._order: Any = None
        if len(batch.parts) > 1 or len(self._nobody):
            order = np.argsort(owners, kind="stable")
            self._order = pa.array(order)
            owners = owners[order]
        self.owners = owners  # the input row of each row of the table

    def joined(self, columns: Sequence[Any], kind: Any = _STRING, absent: Any = None) -> Any:
        """The values of each part at the rows where it is present, as a column of the table."""
        pieces = []
        for values, places in zip(columns, self._parts, strict=True):
            if values is None:
                pieces.append(pa.repeat(pa.scalar(absent, kind), len(places)))
            else:
                pieces.append(values if len(places) == len(values) else values.take(pa.array(places)))
        return self._ordered([*pieces, pa.repeat(pa.scalar(absent, kind), len(self._nobody))])

    def reasons(self) -> Any:
        """Why a row of the table holds no land user."""
        reasons = [_reason(self._batch, place) for place in self._nobody.tolist()]
        return self._ordered([pa.nulls(self.people, pa.string()), pa.array(reasons, pa.string())])

    def of_rows(self, column: Any) -> Any:
        """A column of input rows as a column of the table."""
        return column if self._order is None else column.take(pa.array(self.owners))

    def _ordered(self, pieces: Sequence[Any]) -> Any:
        return pieces[0] if self._order is None else pa.concat_arrays(pieces).take(self._order)


def is_source_chunk(path: Path, plan: str) -> bool:
    """Whether a source chunk of this plan is there."""
    try:
        return bool(_meta(pq.read_schema(path))["plan"] == plan)
    except (OSError, pa.ArrowException, KeyError, ValueError):
        return False


def read_source_chunk(path: Path) -> SourceChunk:
    """The chunk; StageNotDone if it is missing or damaged."""
    try:
        table = read_packed(path)
        meta = _meta(table)
        return SourceChunk(meta["sheet"], meta["rows"], table)
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise StageNotDone(name=path.name) from error


def _meta(table: Any) -> dict[str, Any]:
    schema = getattr(table, "schema", table)
    found: dict[str, Any] = json.loads((schema.metadata or {})[_META])
    return found


def _reason(batch: LandBatch, place: int) -> str:
    skipped = batch.skipped.get(place)
    return f"skipped:{skipped}" if skipped else batch.errors.get(place) or "row_empty"


def _content(batch: LandBatch, others: Sequence[int]) -> list[Any]:
    """The columns of what a row says of its land users, parcel and certificate, and of these other columns."""
    columns = [
        texts.array
        for place, part in enumerate(batch.parts)
        for name, texts in part.columns.items()
        if name not in _NOT_CONTENT and not (place and name in _OF_ALL_PARTS)
    ]
    return columns + [cells_as_found(batch.carried[place]).array for place in others]


def _texts(column: Any, *, repeated: bool) -> list[str | None]:
    """A column as a list; texts that are repeated often are made once."""
    if repeated:
        column = column.combine_chunks().dictionary_encode()
        texts = np.array([*column.dictionary.to_pylist(), None], dtype=np.object_)
        column = texts[column.indices.fill_null(len(texts) - 1).to_numpy(zero_copy_only=False)]
    else:
        column = column.to_numpy(zero_copy_only=False)
    found: list[str | None] = column.tolist()
    return found
