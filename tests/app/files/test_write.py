"""Result files: the same rows in every format, whole or not at all, and no cell that becomes a formula."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from app.files import RESULT_COLUMNS, FileRefused, ResultRow, write_results
from app.files import write as writers
from app.files.results import Kind

SUFFIXES = (".csv", ".xlsx", ".parquet", ".ndjson")
ROWS = (
    ResultRow(
        record_id="0001",
        subject_no=1,
        in_scope=True,
        verdict="full",
        category="M1",
        match_probability=0.9999,
        personal_id="068085001234",
        full_name="Trần Văn Ba",
        source_row=2,
    ),
    ResultRow(record_id="LD-2", in_scope=False, verdict="none", category="S4", full_name="=HYPERLINK(1)", source_row=3),
    ResultRow(source_row=4, error="blank"),
)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_rows_are_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
    assert write_results(one, ROWS) == write_results(two, iter(ROWS)) == 3
    assert one.read_bytes() == two.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [one.name, two.name]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"result{suffix}"
    path.write_text("old", encoding="utf-8")

    def rows() -> object:
        yield ROWS[0]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_results(path, rows())  # type: ignore[arg-type]
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_rows_at_all_make_a_file_with_its_columns(tmp_path: Path, suffix: str) -> None:
    assert write_results(tmp_path / f"result{suffix}", ()) == 0


def test_csv_opens_in_a_spreadsheet_as_text(tmp_path: Path) -> None:
    path = tmp_path / "result.csv"
    write_results(path, ROWS)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfrecord_id,subject_no,")
    with path.open(encoding="utf-8-sig", newline="") as file:
        first, second, third = csv.DictReader(file)
    assert (first["record_id"], first["personal_id"], first["in_scope"]) == ("0001", "068085001234", "true")
    assert second["full_name"] == "'=HYPERLINK(1)"
    assert (third["record_id"], third["error"]) == ("", "blank")


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_no_text_becomes_a_formula(tmp_path: Path, suffix: str, text: str) -> None:
    path = tmp_path / f"result{suffix}"
    write_results(path, [ResultRow(full_name=text)])
    if suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert next(csv.DictReader(file))["full_name"] == f"'{text}"
    else:
        sheet = openpyxl.load_workbook(path).worksheets[0]
        assert sheet.cell(2, 15).data_type in ("s", "inlineStr")


def test_a_workbook_keeps_zeros_freezes_its_header_and_counts(tmp_path: Path) -> None:
    path = tmp_path / "result.xlsx"
    write_results(path, ROWS)
    book = openpyxl.load_workbook(path)
    results, summary = book.worksheets
    assert results.freeze_panes == "B2"
    assert results.auto_filter.ref == "A1:AH4"
    assert [cell.value for cell in results[1]][:2] == ["Mã bản ghi\nrecord_id", "Người thứ\nsubject_no"]
    assert [results.cell(2, column).value for column in (1, 2, 5, 12)] == ["0001", 1, True, "068085001234"]
    assert results.cell(3, 15).value == "=HYPERLINK(1)"
    counts = [[cell.value for cell in row] for row in summary.iter_rows()]
    assert counts[1:] == [["error", "blank", 1], ["full", "M1", 1], ["none", "S4", 1], ["Tổng", None, 3]]


def test_parquet_has_the_types_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "result.parquet"
    write_results(path, ROWS)
    table = pq.read_table(path)
    assert [tuple(row.values()) for row in table.to_pylist()] == [tuple(row) for row in ROWS]
    assert str(table.schema.field("match_probability").type) == "double"


def test_ndjson_has_one_object_a_line(tmp_path: Path) -> None:
    path = tmp_path / "result.ndjson"
    write_results(path, ROWS)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [tuple(line.values()) for line in lines] == [tuple(row) for row in ROWS]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_characters_that_no_file_may_hold_stop_no_writer(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"result{suffix}"
    assert write_results(path, [ResultRow(full_name="A\ud800\x01B\ufffe")]) == 1
    if suffix == ".xlsx":
        assert openpyxl.load_workbook(path).worksheets[0].cell(2, 15).value == "A\ufffd\ufffdB\ufffd"


def test_more_rows_than_a_worksheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "MOST_SHEET_ROWS", 2)
    with pytest.raises(FileRefused) as refused:
        write_results(tmp_path / "result.xlsx", ROWS)
    assert refused.value.code == "file.too_many_rows"
    assert not list(tmp_path.iterdir())


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        write_results(tmp_path / "result.pdf", ROWS)
    assert refused.value.code == "file.result_format_unknown"


def test_every_column_has_a_caption_and_the_fields_stand_in_order() -> None:
    assert tuple(column.name for column in RESULT_COLUMNS) == ResultRow._fields
    assert all(column.caption and column.width for column in RESULT_COLUMNS)
    assert {column.kind for column in RESULT_COLUMNS} == set(Kind)
