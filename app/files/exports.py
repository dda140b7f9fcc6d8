"""Results as files of other formats, all or those asked for, streamed from results.parquet in bounded memory.

The same results and filter give the same bytes. What a format does to cells stands in write.py.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from app.errors import Text
from app.files import write
from app.files.errors import FilterUnknown, ResultFormatUnknown
from app.files.results import FILE_FINDINGS, RESULT_COLUMNS, ResultColumn, ResultRow, result_columns
from app.files.rows import ERRORS, SKIPPED
from matching.findings import FINDINGS
from matching.policy import OUT_OF_SCOPE, RULES
from matching.verdict import Verdict

_BATCH: Final = 5_000  # rows
_PIECE: Final = 1 << 18
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
VERDICTS: Final = frozenset(str(verdict) for verdict in Verdict)
CATEGORIES: Final = frozenset(rule.category for rule in (*RULES, *OUT_OF_SCOPE.values()))
FINDING_CODES: Final = frozenset((*FINDINGS, *FILE_FINDINGS))
MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".csv": "text/csv; charset=utf-8",
    ".ndjson": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
EXPORT_SUFFIXES: Final = (*write.RESULT_SUFFIXES, ".zip")


@dataclass(frozen=True, slots=True)
class ResultFilter:
    """Which results are wanted: those that have one of the values of every kind that is named; empty: all."""

    verdicts: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    findings: frozenset[str] = frozenset()  # in `findings` or `file_findings`

    def __post_init__(self) -> None:
        """Refuse a value that no result can have: nothing found would claim too much."""
        for field, asked, known in (
            ("verdict", self.verdicts, VERDICTS),
            ("category", self.categories, CATEGORIES),
            ("finding", self.findings, FINDING_CODES),
        ):
            for value in sorted(asked - known):
                raise FilterUnknown(field=field, value=value[:40])

    @property
    def is_all(self) -> bool:
        """Whether every result is wanted."""
        return not (self.verdicts or self.categories or self.findings)

    def mask(self, table: Any) -> Any:
        """Which rows of a table are wanted."""
        wanted = pa.array([True]).take(pa.array([0] * table.num_rows, pa.int32()))
        for name, values in (("verdict", self.verdicts), ("category", self.categories)):
            if values:
                wanted = pc.and_(wanted, pc.is_in(table[name], value_set=pa.array(sorted(values))))
        if self.findings:
            both = [pc.fill_null(table[name], "") for name in ("findings", "file_findings")]
            codes = pc.binary_join_element_wise("", *both, "", ";")
            found = [pc.match_substring(codes, f";{code};") for code in sorted(self.findings)]
            wanted = pc.and_(wanted, _any_of(found))
        return wanted


ALL: Final = ResultFilter()
_FILTERED: Final = ("verdict", "category", "findings", "file_findings")


def _any_of(masks: Sequence[Any]) -> Any:
    found = masks[0]
    for mask in masks[1:]:
        found = pc.or_(found, mask)
    return found


def columns_of(results: Path) -> tuple[ResultColumn, ...]:
    """The columns of a results file: ours, and those carried along."""
    names = pq.read_schema(results).names
    return result_columns(names[len(RESULT_COLUMNS) :])


def result_rows(results: Path, wanted: ResultFilter = ALL) -> Iterator[tuple[Any, ...]]:
    """The wanted results in order, as tuples of ResultRow's fields and what is carried along."""
    for table in _tables(results, wanted):
        yield from zip(*(column.to_pylist() for column in table.columns), strict=True)


def _tables(results: Path, wanted: ResultFilter) -> Iterator[Any]:
    with pq.ParquetFile(results) as file:
        for batch in file.iter_batches(_BATCH, use_threads=False):
            table = pa.table(batch)
            yield table if wanted.is_all else table.filter(wanted.mask(table))


def result_page(
    results: Path, wanted: ResultFilter = ALL, *, offset: int = 0, limit: int = 100
) -> tuple[list[dict[str, Any]], int]:
    """At most `limit` of the wanted results after the first `offset`, as objects, and how many are wanted in all."""
    found: list[dict[str, Any]] = []
    before = 0
    with pq.ParquetFile(results) as file:
        for group in range(file.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            places = None
            if not wanted.is_all:
                mask = wanted.mask(file.read_row_group(group, columns=list(_FILTERED), use_threads=False))
                places = pc.indices_nonzero(mask)
                rows = len(places)
            start = max(offset - before, 0)
            if start < rows and len(found) < limit:
                table = file.read_row_group(group, use_threads=False)
                table = table if places is None else table.take(places)
                found += table.slice(start, limit - len(found)).to_pylist()
            before += rows
    return found, before


def export_results(results: Path, target: Path, wanted: ResultFilter = ALL) -> int:
    """Write the wanted results to a file by the ending of its name; says how many there are.

    Workbooks that would hold too many rows are numbered and put into one ZIP (.zip).
    """
    if target.suffix.lower() == ".zip":
        return _write_workbooks(results, target, wanted)
    if target.suffix.lower() in (".parquet", ".csv", ".ndjson", ".jsonl"):
        with write.whole_file(target) as unfinished, unfinished.open("wb") as file:
            for piece in export_pieces(results, target.suffix.lower(), wanted):
                file.write(piece)
        return count_of(results, wanted)
    expected = count_of(results, wanted)
    return write.write_results(target, result_rows(results, wanted), columns_of(results), expected=expected)


def export_pieces(results: Path, suffix: str, wanted: ResultFilter = ALL) -> Iterator[bytes]:
    """The wanted results as the bytes of a file of this ending, piece by piece."""
    if suffix in (".csv", ".ndjson", ".jsonl"):
        pieces = write.csv_pieces if suffix == ".csv" else write.ndjson_pieces
        for piece, _rows in pieces(result_rows(results, wanted), columns_of(results)):
            yield piece
    elif suffix == ".parquet" and wanted.is_all:
        yield from file_pieces(results)
    elif suffix in (".parquet", ".xlsx", ".zip"):
        with tempfile.TemporaryDirectory(dir=results.parent) as folder:
            made = Path(folder) / f"results{suffix}"
            if suffix == ".parquet":
                _write_parquet(results, made, wanted)
            else:
                export_results(results, made, wanted)
            yield from file_pieces(made)
    else:
        raise ResultFormatUnknown(suffix=suffix, known=MEDIA_TYPES)


def count_of(results: Path, wanted: ResultFilter = ALL) -> int:
    """How many results are wanted."""
    with pq.ParquetFile(results) as file:
        if wanted.is_all:
            return int(file.metadata.num_rows)
        batches = file.iter_batches(1 << 16, columns=list(_FILTERED), use_threads=False)
        return sum(int(pc.sum(wanted.mask(pa.table(batch))).as_py() or 0) for batch in batches)


def fits_a_sheet(results: Path, wanted: ResultFilter = ALL) -> bool:
    """Whether one worksheet can hold the wanted results."""
    return count_of(results, wanted) <= write.MOST_SHEET_ROWS


def file_pieces(path: Path) -> Iterator[bytes]:
    """The bytes of a file, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _write_parquet(results: Path, target: Path, wanted: ResultFilter) -> None:
    with pq.ParquetWriter(target, pq.read_schema(results), compression="zstd") as writer:
        for table in _tables(results, wanted):
            if table.num_rows:
                writer.write_table(table)


def _write_workbooks(results: Path, target: Path, wanted: ResultFilter) -> int:
    """Numbered workbooks in a ZIP, each as large as a worksheet may be."""
    columns, rows = columns_of(results), result_rows(results, wanted)
    stem, written = target.name.split(".")[0], 0
    with (
        write.whole_file(target) as unfinished,
        tempfile.TemporaryDirectory(dir=target.parent) as folder,
        zipfile.ZipFile(unfinished, "w") as archive,
    ):
        number = 1
        while number == 1 or written % write.MOST_SHEET_ROWS == 0:
            made = Path(folder) / f"{stem}-{number:02d}.xlsx"
            most = write.MOST_SHEET_ROWS
            some = write.write_results(made, islice(rows, most), columns, expected=most)
            if some or number == 1:
                with made.open("rb") as book, archive.open(zipfile.ZipInfo(made.name, _EPOCH), "w") as part:
                    shutil.copyfileobj(book, part)
            made.unlink()
            written += some
            number += 1
            if not some:
                break
    return written


REJECT_COLUMNS: Final = ("source_sheet", "source_row", "error", "reason_vi", "reason_en")


def reject_pieces(results: Path) -> Iterator[bytes]:
    """The rows that hold no land user, as the bytes of a CSV file: where each stands, why, and what is carried along.

    Blank rows are left out.
    """
    columns = columns_of(results)
    kept = columns[len(RESULT_COLUMNS) :]
    texts = [ResultColumn(name, RESULT_COLUMNS[0].kind, name, 16) for name in REJECT_COLUMNS]
    for piece, _rows in write.csv_pieces(_rejects(results), [*texts, *kept]):
        yield piece


def _rejects(results: Path) -> Iterator[tuple[Any, ...]]:
    sheet, row, error = (ResultRow._fields.index(name) for name in ("source_sheet", "source_row", "error"))
    for table in _tables(results, ALL):
        refused = table.filter(pc.fill_null(pc.not_equal(table["error"], "skipped:blank"), False))
        for found in zip(*(column.to_pylist() for column in refused.columns), strict=True):
            reason = reason_of(found[error])
            yield (found[sheet], found[row], found[error], reason.vi, reason.en, *found[len(RESULT_COLUMNS) :])


def reason_of(error: str) -> Text:
    """Why a row holds no land user, in words."""
    kind, _, code = error.partition(":")
    return SKIPPED.get(code) or ERRORS.get(kind) or Text(error, error)
