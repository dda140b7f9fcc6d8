"""Reads Parquet files batch by batch; columns of lists and structures are no land records and are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from app.files.blocks import LONGEST_CELL, MOST_COLUMNS, Block, Cell, Range
from app.files.errors import FileTooLarge
from app.files.formats import Format, broken
from app.files.text_columns import TextColumn

_LARGEST_ROW_GROUP: Final = 4 << 30  # bytes, unpacked


class ParquetTable:
    """A Parquet file as a table; its rows count from 1."""

    name = ""
    merged: Sequence[Range] | None = None
    names_columns = True

    def __init__(self, path: Path) -> None:
        try:
            self._file: Any = pq.ParquetFile(path, page_checksum_verification=True)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise broken(Format.PARQUET) from error
        metadata = self._file.metadata
        if len(self._file.schema_arrow) > MOST_COLUMNS:
            raise FileTooLarge(what="columns", found=len(self._file.schema_arrow), limit=MOST_COLUMNS)
        largest = max(
            (metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups)), default=0
        )
        if largest > _LARGEST_ROW_GROUP:
            raise FileTooLarge(what="row group", found=largest, limit=_LARGEST_ROW_GROUP)
        self._names: list[str] = [field.name for field in self._file.schema_arrow if not pa.types.is_nested(field.type)]

    @property
    def preview(self) -> Sequence[Sequence[Cell]]:
        """The names of the columns."""
        return [self._names]

    def blocks(self, first_row: int, size: int, *, width: int, needed: int) -> Iterator[Block]:
        """The rows, `size` at a time."""
        number = 1
        try:
            for batch in self._file.iter_batches(batch_size=size, columns=self._names):
                columns, all_text, errors = list[Sequence[Cell]](), True, dict[int, str]()
                for name in self._names:
                    column = batch.column(name)
                    if pa.types.is_dictionary(column.type):
                        column = column.dictionary_decode()
                    all_text = all_text and _is_text(column.type)
                    if _is_text(column.type):
                        errors |= _too_long(column)
                    columns.append(_cells(column))
                yield Block(number, batch.num_rows, columns, errors, all_text)
                number += batch.num_rows
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise broken(Format.PARQUET) from error


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _too_long(column: Any) -> dict[int, str]:
    """The places of cells that no spreadsheet could hold."""
    lengths = pc.binary_length(column)
    if (pc.max(lengths).as_py() or 0) <= LONGEST_CELL:
        return {}
    characters = pc.utf8_length(column).to_pylist()
    return {place: "row_too_long" for place, length in enumerate(characters) if (length or 0) > LONGEST_CELL}


def _cells(column: Any) -> Sequence[Cell]:
    """A column as cells; bytes and decimals as text."""
    if _is_text(column.type):
        texts = column.cast(pa.string())
        texts.validate(full=True)  # what is no UTF-8 would fail where it is used
        return TextColumn(texts)
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return [None if cell is None else cell.decode("utf-8", "replace") for cell in column.to_pylist()]
    if pa.types.is_decimal(column.type):
        return [None if cell is None else str(cell) for cell in column.to_pylist()]
    cells: list[Cell] = column.to_pylist()
    return cells
