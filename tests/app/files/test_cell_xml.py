"""Cells written as columns of XML hold what a reader of workbooks gets back, whatever the texts are."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from app.files import RESULT_COLUMNS, ResultRow, write_results
from app.files.cell_xml import in_xml, letters, rows_xml
from app.files.results import Kind

ODD = ("&", "<a>", '"', "_x000D_", "a\rb", "a\nb", " a ", "\t", "=1+1", "0001", "😀", "_x0041_")


def read_back(rows: list[ResultRow]) -> list[list[Any]]:
    """The rows as openpyxl reads them from a workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.xlsx"
        assert write_results(path, rows) == len(rows)
        content = path.read_bytes()
        calamine = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_col=len(RESULT_COLUMNS))]
    assert len(calamine) == len(rows) + 1  # another reader finds as many
    return found


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_come_back_as_they_were(text: str) -> None:
    [row] = read_back([ResultRow(full_name=text, verdict="full")])
    assert unescape(row[14]) == text


@given(
    st.lists(st.tuples(st.none() | st.text(), st.none() | st.integers(0, 2**40), st.none() | st.booleans()), max_size=5)
)
def test_any_row_comes_back_as_the_cells_can_hold_it(values: list[tuple[str | None, int | None, bool | None]]) -> None:
    rows = [ResultRow(full_name=text, source_row=number, in_scope=truth, error="x") for text, number, truth in values]
    found = [(row[14], row[27], row[4]) for row in read_back(rows)]
    kept = [(None if not text else in_xml(text), number, truth) for text, number, truth in values]
    told = [(None if not text else unescape(text), number, truth) for text, number, truth in found]
    assert told == kept


def test_a_text_is_cut_where_a_cell_ends() -> None:
    [row] = read_back([ResultRow(full_name="ă" * 40_000)])
    assert row[14] == "ă" * 32_767


def test_absent_values_have_no_cell_and_probabilities_are_written_as_published() -> None:
    made = rows_xml([(None, 0.9999), ("a", None)], [Kind.TEXT, Kind.NUMBER], first=7, style=3).decode()
    assert made == (
        '<row r="7"><c r="B7"><v>0.9999</v></c></row>'
        '<row r="8"><c r="A8" s="3" t="inlineStr"><is><t xml:space="preserve">a</t></is></c></row>'
    )


def test_columns_are_lettered_as_in_spreadsheets() -> None:
    assert [letters(index) for index in range(1_000)] == [get_column_letter(index + 1) for index in range(1_000)]
