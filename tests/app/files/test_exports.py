"""Results as files: filtered, in pages, streamed; numbered workbooks where one sheet can't hold them; rejects."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.files import ResultRow, write
from app.files.errors import FilterUnknown
from app.files.exports import (
    MEDIA_TYPES,
    ResultFilter,
    count_of,
    export_pieces,
    export_results,
    reject_pieces,
    result_page,
)
from app.files.results import kept_names, result_schema

ROWS = [
    ResultRow("0001", 1, verdict="full", category="M1", personal_id="068085001234", source_row=2),
    ResultRow("0002", 1, verdict="partial", category="P2a", findings="id.old;birth_date.year_only", source_row=3),
    ResultRow("0003", 1, verdict="partial", category="P6", findings="id.missing", file_findings="S2a", source_row=4),
    ResultRow("0004", 1, verdict="none", category="U1", findings="record.not_found", source_row=5),
    ResultRow(source_row=6, error="skipped:blank"),
    ResultRow(source_row=7, error="row_too_long"),
    ResultRow(source_row=8, error="skipped:total"),
]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A results file in several row groups, with a column of the input carried along."""
    path = tmp_path / "results.parquet"
    columns = [*zip(*ROWS, strict=True), [f"=own {number}" for number in range(len(ROWS))]]
    pq.write_table(pa.table([list(c) for c in columns], schema=result_schema(["Mã hồ sơ"])), path, row_group_size=3)
    return path


def ids(wanted: ResultFilter, results: Path) -> list[str | None]:
    return [row["record_id"] for row in result_page(results, wanted)[0]]


def test_results_are_filtered_by_verdict_category_and_finding(results: Path) -> None:
    assert ids(ResultFilter(verdicts=frozenset({"partial"})), results) == ["0002", "0003"]
    assert ids(ResultFilter(categories=frozenset({"M1", "U1"})), results) == ["0001", "0004"]
    assert ids(ResultFilter(findings=frozenset({"id.old", "S2a"})), results) == ["0002", "0003"]
    assert ids(ResultFilter(frozenset({"partial"}), findings=frozenset({"id.missing"})), results) == ["0003"]
    assert count_of(results) == 7
    assert count_of(results, ResultFilter(findings=frozenset({"birth_date.year_only"}))) == 1


def test_a_filter_that_no_result_can_pass_is_refused() -> None:
    for wanted in ({"verdicts": {"maybe"}}, {"categories": {"X9"}}, {"findings": {"id"}}):
        with pytest.raises(FilterUnknown):
            ResultFilter(**{name: frozenset(values) for name, values in wanted.items()})


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_pages_are_the_results_in_order_whatever_their_size(results: Path, size: int) -> None:
    pages = [result_page(results, offset=start, limit=size) for start in range(0, 8, size)]
    assert [row["source_row"] for rows, _ in pages for row in rows] == list(range(2, 9))
    assert {total for _, total in pages} == {7}


@pytest.mark.parametrize("suffix", sorted(MEDIA_TYPES))
@pytest.mark.parametrize("wanted", [ResultFilter(), ResultFilter(verdicts=frozenset({"partial"}))])
def test_what_is_streamed_is_what_is_written(results: Path, tmp_path: Path, suffix: str, wanted: ResultFilter) -> None:
    target = tmp_path / "out" / f"results{suffix}"
    target.parent.mkdir()
    assert export_results(results, target, wanted) == count_of(results, wanted)
    assert b"".join(export_pieces(results, suffix, wanted)) == target.read_bytes()
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert [path.name for path in results.parent.iterdir() if path.is_dir()] == ["out"]


def test_leading_zeros_stay_in_every_format(results: Path, tmp_path: Path) -> None:
    found = {}
    for suffix in (".csv", ".ndjson", ".parquet", ".xlsx"):
        target = tmp_path / f"zeros{suffix}"
        export_results(results, target)
        if suffix == ".csv":
            row = next(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig"))))
            found[suffix] = (row["record_id"], row["personal_id"], row["Mã hồ sơ"])
        elif suffix == ".ndjson":
            line = json.loads(target.read_text(encoding="utf-8").splitlines()[0])
            found[suffix] = (line["record_id"], line["personal_id"], f"'{line['Mã hồ sơ']}")
        elif suffix == ".parquet":
            first = pq.read_table(target).to_pylist()[0]
            found[suffix] = (first["record_id"], first["personal_id"], f"'{first['Mã hồ sơ']}")
        else:
            sheet = openpyxl.load_workbook(target).worksheets[0]
            cells = [sheet.cell(2, column) for column in (1, 12, sheet.max_column)]
            assert cells[2].data_type != "f"
            found[suffix] = (cells[0].value, cells[1].value, f"'{cells[2].value}")
    assert set(found.values()) == {("0001", "068085001234", "'=own 0")}


def test_more_rows_than_a_sheet_holds_become_numbered_workbooks(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "MOST_SHEET_ROWS", 3)
    target = tmp_path / "many.zip"
    assert export_results(results, target) == 7
    with zipfile.ZipFile(target) as archive:
        assert archive.namelist() == ["many-01.xlsx", "many-02.xlsx", "many-03.xlsx"]
        books = [openpyxl.load_workbook(io.BytesIO(archive.read(name))) for name in archive.namelist()]
    assert [book.worksheets[0].max_row - 1 for book in books] == [3, 3, 1]


def test_as_many_rows_as_a_sheet_holds_leave_no_empty_workbook(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "MOST_SHEET_ROWS", 7)
    export_results(results, tmp_path / "many.zip")
    with zipfile.ZipFile(tmp_path / "many.zip") as archive:
        assert archive.namelist() == ["many-01.xlsx"]


def test_rejects_name_row_and_reason_and_leave_blank_rows_out(results: Path) -> None:
    text = b"".join(reject_pieces(results)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["source_row"], row["error"]) for row in rows] == [("7", "row_too_long"), ("8", "skipped:total")]
    assert (rows[0]["reason_vi"], rows[0]["Mã hồ sơ"]) == ("ô hoặc dòng quá dài", "'=own 5")


def test_carried_columns_never_take_the_name_of_another() -> None:
    assert kept_names(["A", "a", "", "verdict", "A (2)", " x\ny "]) == [
        *("A", "a (2)", "column 3", "verdict (2)", "A (2) (2)", "x y"),
    ]
