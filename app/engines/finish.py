"""The end of a run: all chunks joined in order, with the findings that only the whole file shows, and the counts."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from app.engines.counts import Counts, total
from app.engines.errors import StageNotDone
from app.engines.file_findings import CODES, Gathered, file_findings
from app.engines.folder import RunFolder, appearing
from app.engines.manifest import SourceManifest
from app.engines.plan import RunPlan
from app.engines.result_chunks import HIDDEN, counts_of, read_result_chunk
from app.files.results import DECISION_COLUMNS, RESULT_COLUMNS, result_schema

_ROW_GROUP: Final = 50_000  # rows; the same for chunks of any size
_AHEAD: Final = 6  # chunks that are held while others are written: a row group and one more
_OF_FEW_VALUES: Final = (
    *("kind", "role", "verdict", "category", "identity", "next_action", "findings", "file_findings", "sex", "error"),
    *("commune_code", "proposed_commune_code", "parcel_commune_code", "source_sheet"),
)
# Where values stand in order, or few rows have any: elsewhere the least and the greatest of a row group rule out none.
_IN_ORDER: Final = ("record_id", "source_sheet", "source_row", "file_findings", "error", *DECISION_COLUMNS)
# Half the time and smaller files than with a dictionary for every column.
_PACKED: Final[dict[str, Any]] = {
    "compression": "zstd",
    "compression_level": 1,
    "use_dictionary": list(_OF_FEW_VALUES),
    "write_statistics": list(_IN_ORDER),
    "write_page_checksum": True,
}


@dataclass(frozen=True, slots=True)
class Totals:
    """The counts of a whole run."""

    counts: Counts
    by_file_finding: dict[str, int]

    def to_json(self) -> str:
        """The totals as a JSON document, the same text for the same totals."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Totals:
        """The totals behind a JSON document."""
        document = json.loads(text)
        return cls(Counts(**document["counts"]), document["by_file_finding"])


def finish(run: RunFolder, plan: RunPlan, manifest: SourceManifest, behind: Callable[[int], None]) -> Totals:
    """Write results.parquet; says what it holds."""
    chunks = range(len(manifest.chunks))
    counts = [_counts(run, plan, number) for number in chunks]
    gathered = Gathered(rows_are_parcels=any(table.of_parcels for table in manifest.tables))
    for number in chunks:
        gathered.add(read_result_chunk(run.chunk(number), [*HIDDEN, "personal_id", "source_row"]))
    found = file_findings(gathered)
    kept = max((table.headers for table in manifest.tables), key=len) if plan.options.keep_columns else ()
    schema = result_schema(kept)
    with appearing(run.results) as unfinished, pq.ParquetWriter(unfinished, schema, **_PACKED) as writer:
        for table in _row_groups(_joined(run, manifest, found.texts, schema, behind)):
            writer.write_table(table, row_group_size=_ROW_GROUP)
    return Totals(total(counts), {code: int(found.counts[code]) for code in CODES if found.counts[code]})


def _counts(run: RunFolder, plan: RunPlan, number: int) -> Counts:
    counts = counts_of(run.chunk(number), plan.digest)
    if counts is None:
        raise StageNotDone(name=run.chunk(number).name)
    return counts


def _joined(
    run: RunFolder, manifest: SourceManifest, texts: Any, schema: Any, behind: Callable[[int], None]
) -> Iterator[Any]:
    """The tables of all chunks in order, with the file findings in their column."""
    at, rows = 0, 0
    for table, read in zip(_read_ahead(run, len(manifest.chunks)), manifest.chunks, strict=True):
        table = table.set_column(
            table.schema.get_field_index("file_findings"), "file_findings", texts.slice(at, table.num_rows)
        )
        columns = [table[name] for name in _names(table, schema)]
        yield pa.table(columns, schema=schema)
        at, rows = at + table.num_rows, rows + read
        behind(rows)


def _read_ahead(run: RunFolder, chunks: int) -> Iterator[Any]:
    """The tables of all chunks in order; while one is written the next ones are read by another thread."""
    waiting: deque[Future[Any]] = deque()
    with ThreadPoolExecutor(1) as reader:
        try:
            for number in range(chunks):
                waiting.append(reader.submit(read_result_chunk, run.chunk(number)))
                if len(waiting) > _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            reader.shutdown(cancel_futures=True)


def _names(table: Any, schema: Any) -> Sequence[Any]:
    ours = [column.name for column in RESULT_COLUMNS]
    cells = [f"cell.{place}" for place in range(len(schema) - len(ours))]
    if missing := [name for name in cells if name not in table.column_names]:
        for name in missing:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return [*ours, *cells]


def _row_groups(tables: Iterator[Any]) -> Iterator[Any]:
    """The same rows in tables of constant size, so that the file does not show how it was cut into chunks."""
    waiting: list[Any] = []
    rows = 0
    for table in tables:
        waiting.append(table)
        rows += table.num_rows
        while rows >= _ROW_GROUP:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, _ROW_GROUP).combine_chunks()
            waiting, rows = [whole.slice(_ROW_GROUP)], rows - _ROW_GROUP
    if rows:
        yield pa.concat_tables(waiting).combine_chunks()
