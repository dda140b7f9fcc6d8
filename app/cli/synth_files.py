"""Tables of texts as CSV, Parquet or NDJSON, by the ending of the name: what `khop synth` writes and reads."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from app.files.errors import ResultFormatUnknown
from app.files.write import whole_file

Write = Callable[[pa.RecordBatch], None]


@contextmanager
def table_writer(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """A function that writes batches to a file, which appears when all went well; raises ResultFormatUnknown."""
    opened = {".csv": _csv, ".parquet": _parquet, ".ndjson": _ndjson, ".jsonl": _ndjson}.get(path.suffix.lower())
    if opened is None:
        raise ResultFormatUnknown(suffix=path.suffix)
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as unfinished, opened(unfinished, schema) as write:
        yield write


def read_table(path: Path, schema: pa.Schema) -> pa.Table:
    """The columns of a schema of texts from a file; a column that the file lacks is empty."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return _as_texts(pq.read_table(path), schema)
    if suffix in (".ndjson", ".jsonl"):
        with path.open(encoding="utf-8") as file:
            return _as_texts(pa.Table.from_pylist([json.loads(line) for line in file if line.strip()]), schema)
    if suffix == ".csv":
        from pyarrow import csv as arrow_csv

        texts = arrow_csv.ConvertOptions(column_types=schema, strings_can_be_null=False)
        parse = arrow_csv.ParseOptions(newlines_in_values=True)
        return _as_texts(arrow_csv.read_csv(path, convert_options=texts, parse_options=parse), schema)
    raise ResultFormatUnknown(suffix=path.suffix)


def _as_texts(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The schema's columns of a table, as texts, without nulls."""
    empty = pa.array([""] * table.num_rows, pa.string())
    columns = [
        table[name].cast(pa.string()).fill_null("") if name in table.column_names else empty for name in schema.names
    ]
    return pa.table(columns, schema=schema)


@contextmanager
def _csv(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """CSV in UTF-8, cells in quotes only where they need them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(schema.names)

        def write(batch: pa.RecordBatch) -> None:
            writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))

        yield write


@contextmanager
def _parquet(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """Parquet, a row group a batch."""
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        yield writer.write_batch


@contextmanager
def _ndjson(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """One JSON object a line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:

        def write(batch: pa.RecordBatch) -> None:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in batch.to_pylist())

        yield write
