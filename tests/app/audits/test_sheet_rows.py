"""Rows put into a workbook as XML: any text comes back as it was, as text."""

from __future__ import annotations

import io

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from app.audits.sheet_rows import Line, with_rows
from app.files.cell_xml import in_xml

PART = "xl/worksheets/sheet1.xml"


def pattern() -> bytes:
    """A workbook with a header and two rows that stand for the shades."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Một")
        sheet.write_row(0, 0, ["Lượt", "Tên"])
        for row, colour in enumerate(("#FFFFFF", "#EEF3F8"), start=1):
            sheet.write_number(row, 0, 0, book.add_format({"bg_color": colour}))
    return made.getvalue()


def filled(*texts: str | None) -> bytes:
    return with_rows(pattern(), {PART: [Line(7, texts, 1, 15.5)]})


HARD = [
    "=1+1",
    "+84",
    "-1",
    "@SUM(A1)",
    "&amp; <b> \"'>",
    " trước và sau ",
    "hai\ndòng",
    "K'Brŏm ư̆ñ Ê Ban",
    "012345678901",
    "\\1 \\g<0>",
    "x" * 32_767,
]


@pytest.mark.parametrize("text", HARD)
def test_a_text_comes_back_as_text_whatever_it_looks_like(text: str) -> None:
    made = filled("tên", text)
    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    assert (sheet["C2"].value, sheet["C2"].data_type) == (text, "s")
    assert sheet["A2"].value == 7
    assert sheet["B2"].fill.fgColor.rgb == "FFEEF3F8"
    assert sheet.row_dimensions[2].height == 15.5
    assert sheet.max_row == 2


@pytest.mark.parametrize("text", ["_x0041_", "_x000D_ _x_ __x0041__", "a_x", "_X0041_"])
def test_what_a_spreadsheet_would_read_as_a_letter_comes_back_as_written(text: str) -> None:
    cell = openpyxl.load_workbook(io.BytesIO(filled(text))).worksheets[0]["B2"]
    assert unescape(cell.value) == text  # as spreadsheets do; this reader does so for shared strings only


@given(st.text(st.characters(blacklist_characters="\r"), max_size=40))
def test_any_text_can_be_read_by_another_reader(text: str) -> None:
    made = filled(text or "-", "sau")
    (_, row) = CalamineWorkbook.from_object(io.BytesIO(made)).get_sheet_by_index(0).to_python()
    assert row[1:] == [in_xml(text or "-"), "sau"]


def test_a_sheet_without_rows_has_its_header_only() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(with_rows(pattern(), {PART: []}))).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["Lượt", "Tên"]]


def test_the_same_rows_give_the_same_bytes() -> None:
    assert filled("một", None, "") == filled("một", None, "")
