"""XLSX workbooks: PL3-01 in every known form, types of cells, continuation rows, sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.files import LandFile, SourceRow, read_land_file
from app.files.errors import HeaderMissing
from app.files.pl3_01 import REVISIONS, Order
from app.files.rows import has_certificate
from app.files.workbook_generator import WorkbookStyle, synth_workbook
from matching.records import CellType, RawRecord

REF = object()
NAMES = (
    "Số TT",
    "Mã ĐVHC cấp xã",
    "Số phát hành GCN",
    "Ngày cấp GCN",
    "Số tờ",
    "Số thửa",
    "Họ và tên",
    "CCCD",
    "Ngày sinh",
)


def a_workbook(path: Path, *rows: Sequence[Any], sheet: str = "Sheet1") -> LandFile:
    """A workbook whose cells are these, from A1, opened."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = page.cell(number, column, "#REF!" if value is REF else value)
            if value is REF:
                cell.data_type = "e"
    book.save(path)
    return read_land_file(path)


def land_rows(count: int) -> Iterator[dict[str, str | None]]:
    """Land rows of the contract, invented."""
    dates = ("20/07/1985", "1985", "07/1985", None)
    for number in range(count):
        yield {
            "record_id": f"LD-{number}",
            "full_name": f"Trần Văn Ba {number}",
            "id_number": f"0680850{number:05d}",
            "birth_date": dates[number % 4],
            "sex": "Nam",
            "address": "Xã Bảo Lâm 2, tỉnh Lâm Đồng",
            "certificate_no": f"BX {number // 3:06d}" if number % 7 else None,
            "organisation_name": "Công ty TNHH A" if number % 50 == 0 else None,
            "parcel_commune_code": "25084",
        }


def by_place(rows: Iterator[SourceRow]) -> dict[tuple[int, str], RawRecord]:
    """The raw records by row and part."""
    return {(row.source_row, (raw.record_id or "").partition(":")[2]): raw for row in rows for raw in row.raw}


@pytest.mark.parametrize("first_data_row", [5, 6, 7])
@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize("order", Order)
def test_each_person_of_a_generated_workbook_is_found_where_it_was_put(
    tmp_path: Path, order: Order, revision: int, first_data_row: int
) -> None:
    path = tmp_path / "pl3.xlsx"
    style = WorkbookStyle(order, revision, first_data_row)
    truth = synth_workbook(land_rows(300), path, style=style, seed=revision)
    written = {f"LD-{number}": row for number, row in enumerate(land_rows(300))}
    opened = read_land_file(path)
    found = by_place(iter(opened))
    assert found.keys() == {(place.source_row, place.part) for place in truth}
    assert {place.record_id for place in truth} == written.keys()
    for place in truth:
        raw, row = found[place.source_row, place.part], written[place.record_id]
        assert (raw.full_name, raw.address) == (row["full_name"], row["address"])
        assert (raw.id_number or "").zfill(12) == row["id_number"]
        assert (raw.certificate_no or "", raw.parcel_id or "") == (place.certificate_no, place.parcel_id)
        assert (raw.birth_date_cell is CellType.DATE) == bool(raw.birth_date and raw.birth_date == "1985-07-20")
    assert opened.tables[0].layout.first_data_row == first_data_row


def test_the_generated_header_is_that_of_the_template(tmp_path: Path) -> None:
    synth_workbook(land_rows(5), tmp_path / "pl3.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "pl3.xlsx").active
    assert sheet is not None
    assert len(sheet.merged_cells.ranges) == 46
    assert (sheet.max_column, sheet["BI4"].value, sheet["I4"].value) == (61, "Mục 60", "Mục 8")


def test_the_same_land_rows_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        synth_workbook(land_rows(40), tmp_path / name, seed=5)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_blank_stt_inherits_certificate_and_parcel_but_never_the_person(tmp_path: Path) -> None:
    opened = a_workbook(
        tmp_path / "land.xlsx",
        NAMES,
        (1, 25084, "BX 1", dt.date(2005, 3, 4), 12, 345, "Trần Văn Ba", "068085001234", "20/07/1985"),
        (None, None, None, None, None, None, "Lê Thị Tư", None, None),
        (None, None, None, None, 13, 99, None, None, None),
    )
    one, two, three = opened
    assert two.inherited
    assert two.raw == (
        RawRecord(
            record_id="Sheet1!3",
            full_name="Lê Thị Tư",
            parcel_id="25084_12_345",
            parcel_commune_code="25084",
            certificate_no="BX 1",
        ),
    )
    assert (one.inherited, one.raw[0].id_number) == (False, "068085001234")
    assert (three.skipped, three.raw) == ("parcel_only", ())


def test_a_certificate_of_its_own_takes_nothing_of_the_one_above(tmp_path: Path) -> None:
    opened = a_workbook(
        tmp_path / "land.xlsx",
        NAMES,
        (1, 25084, "BX 1", None, 12, 345, "Trần Văn Ba"),
        (None, None, "BX 2", None, 13, None, "Lê Thị Tư"),
    )
    _, two = opened
    assert (two.raw[0].certificate_no, two.raw[0].parcel_id) == ("BX 2", None)


def test_a_broken_stt_stops_inheritance_until_the_next_valid_one(tmp_path: Path) -> None:
    opened = a_workbook(
        tmp_path / "land.xlsx",
        NAMES,
        (1, 25084, "BX 1", None, 12, 345, "Trần Văn Ba"),
        (REF, None, None, None, None, None, "Lê Thị Tư"),
        (None, None, None, None, None, None, "Lê Văn Năm"),
        (2, 25084, "BX 2", None, 12, 346, "Trần Thị Sáu"),
        (None, None, None, None, None, None, "Lê Văn Bảy"),
        ("TỔNG", None, None, None, None, None, 5),
        (None, None, None, None, None, None, "Lê Văn Tám"),
    )
    rows = list(opened)
    assert [row.raw[0].certificate_no if row.raw else row.skipped for row in rows] == [
        *("BX 1", None, None, "BX 2", "BX 2", "total", None)
    ]


def test_cells_become_text_by_what_they_are(tmp_path: Path) -> None:
    opened = a_workbook(
        tmp_path / "land.xlsx",
        ("Họ và tên", "CCCD", "Ngày sinh"),
        ("A", 68085001234, dt.date(1985, 7, 20)),
        ("B", 1085001234, dt.datetime(1985, 7, 20, 11, 30)),  # noqa: DTZ001
        ("C", "6.8085E+10", 1985),
        ("D", 175085001234, 31248),
        ("E", REF, "20/07/1985"),
        ("F", 250123456.5, REF),
    )
    assert [(row.raw[0].id_number, row.raw[0].birth_date, row.raw[0].birth_date_cell) for row in opened] == [
        ("68085001234", "1985-07-20", CellType.DATE),
        ("1085001234", "1985-07-20", CellType.DATE),
        ("6.8085E+10", "1985", CellType.NUMBER),
        ("175085001234", "31248", CellType.NUMBER),
        (None, "20/07/1985", CellType.TEXT),
        ("250123456.5", None, CellType.TEXT),
    ]


def test_the_person_beside_an_organisation_is_its_representative(tmp_path: Path) -> None:
    opened = a_workbook(
        tmp_path / "land.xlsx",
        ("STT", "Tên tổ chức", "Họ và tên chủ sử dụng", "CCCD", "Pháp nhân trên GCN", "Tên người sử dụng hiện tại"),
        (1, "Công ty TNHH A", "Trần Văn Ba", "068085001234", "Tổ chức", None),
        (2, None, "Lê Văn Năm", None, "Tổ chức", None),
        (3, "Hợp tác xã B", None, None, "Tổ chức", "Lê Thị Tư"),
        (4, None, None, None, None, "Lê Thị Tư"),
    )
    users = [[(raw.role, raw.organisation_name, raw.full_name) for raw in row.raw] for row in opened]
    assert users == [
        [("representative", "Công ty TNHH A", "Trần Văn Ba")],
        [("representative", None, "Lê Văn Năm")],
        [(None, "Hợp tác xã B", None), ("current_user", None, "Lê Thị Tư")],
        [("current_user", None, "Lê Thị Tư")],
    ]


def test_a_row_number_with_nobody_is_still_a_record_and_a_note_is_none(tmp_path: Path) -> None:
    opened = a_workbook(
        tmp_path / "land.xlsx",
        NAMES,
        (1, 25084, "BX 1", None, 12, 345, None, None, None),
        (None,) * 9,
        (None, None, None, None, None, None, None, None, None, "Người lập biểu"),
        ("1",),
    )
    assert [(row.skipped, len(row.raw)) for row in opened] == [
        *((None, 1), ("blank", 0), ("no_record", 0), ("no_record", 0)),
    ]


def test_columns_that_are_not_ours_are_carried_untouched(tmp_path: Path) -> None:
    opened = a_workbook(
        tmp_path / "land.xlsx",
        ("Họ và tên", "CCCD", "Guid", "Lý do thay đổi"),
        ("Trần Văn Ba", None, "0f-1", "Thừa kế"),
    )
    assert opened.tables[0].carried == ("Guid", "Lý do thay đổi")
    assert next(iter(opened)).carried == ("0f-1", "Thừa kế")


def test_instruction_sheets_and_hidden_ones_are_not_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("Xã A", "CachNhap", "Ẩn", "Trống", "Xã B"):
        sheet = book.create_sheet(name)
        if name != "Trống":
            sheet.append(("Họ và tên", "CCCD"))
            sheet.append((f"Người của {name}", None))
    book["Ẩn"].sheet_state = "hidden"
    book.remove(book["Sheet"])
    book.save(tmp_path / "land.xlsx")
    opened = read_land_file(tmp_path / "land.xlsx")
    assert [(row.source_sheet, row.source_row, row.raw[0].record_id) for row in opened] == [
        ("Xã A", 2, "Xã A!2"),
        ("Xã B", 2, "Xã B!2"),
    ]
    assert [hint.code for hint in opened.hints if hint.code.startswith("sheet")] == [
        *("sheet_instructions", "sheet_hidden", "sheet_empty"),
    ]
    assert [row.raw[0].full_name for row in read_land_file(tmp_path / "land.xlsx", sheet="Ẩn")] == ["Người của Ẩn"]


def test_a_table_may_begin_anywhere_on_the_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for column, (name, value) in enumerate((("Họ và tên", "Trần Văn Ba"), ("CCCD", REF)), start=3):
        sheet.cell(9, column, name)
        cell = sheet.cell(10, column, "#N/A" if value is REF else value)
        cell.data_type = "e" if value is REF else "s"
    book.save(tmp_path / "land.xlsx")
    opened = read_land_file(tmp_path / "land.xlsx")
    [row] = opened
    assert (row.source_row, row.raw[0].full_name, row.raw[0].id_number) == (10, "Trần Văn Ba", None)
    assert {name: column.letter for name, column in opened.tables[0].mapping.items()} == {
        "full_name": "C",
        "id_number": "D",
    }


def test_without_a_header_the_caller_may_name_the_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append((1, "Trần Văn Ba", "068085001234"))
    book.save(tmp_path / "land.xlsx")
    [row] = read_land_file(tmp_path / "land.xlsx", mapping={"full_name": "B", "id_number": "C"})
    assert (row.source_row, row.raw[0].full_name, row.raw[0].id_number) == (1, "Trần Văn Ba", "068085001234")


@pytest.mark.parametrize(
    ("number", "known"),
    [("BX 123456", True), ("CHUACOGIAY_25084_12_345", False), ("ChuaCoGiay_1_2", False), (None, False)],
)
def test_the_mark_of_a_parcel_without_certificate_is_no_certificate(number: str | None, known: bool) -> None:
    assert has_certificate(number) is known


def test_a_second_sheet_without_a_header_is_announced_with_the_rows_it_costs(tmp_path: Path) -> None:
    path = tmp_path / "land.xlsx"
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(("Họ và tên", "CCCD"))
    page.append(("Trần Văn Ba", "068085001234"))
    notes = book.create_sheet("Theo doi")
    for row in (("việc", "ngày"), ("đo đạc", "12/3"), ("in giấy", "14/3")):
        notes.append(row)
    book.create_sheet("Trong")
    book.save(path)
    opened = read_land_file(path)
    assert [(hint.code, dict(hint.facts)) for hint in opened.hints if hint.code.startswith("sheet")] == [
        ("sheet_no_header", {"sheet": "Theo doi", "rows": 3}),
        ("sheet_empty", {"sheet": "Trong"}),
    ]
    assert all(hint.told("vi") and hint.told("en") for hint in opened.hints)


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("revision", REVISIONS)
def test_a_template_whose_header_was_deleted_is_refused(tmp_path: Path, order: Order, revision: int) -> None:
    path = tmp_path / "pl3.xlsx"
    rows = [row | {"role": "Vợ" if at % 3 else "Chủ hộ", "sex": "Nữ"} for at, row in enumerate(land_rows(60))]
    synth_workbook(rows, path, style=WorkbookStyle(order, revision, 6), seed=revision)
    book = openpyxl.load_workbook(path)
    page = book.active
    assert page is not None
    page.delete_rows(1, 5)
    for span in list(page.merged_cells.ranges):
        page.merged_cells.remove(span)
    book.save(path)
    with pytest.raises(HeaderMissing):
        read_land_file(path)
