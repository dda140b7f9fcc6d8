"""What can't be read is refused with a stable code and a way out, before it costs memory."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from app.files import FileRefused, read_land_file, workbooks

NAMES = ("Họ và tên", "Số CCCD", "Năm sinh")


def a_workbook(path: Path, *, rows: int = 1) -> Path:
    """A small workbook of land users."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(NAMES)
    for _ in range(rows):
        sheet.append(("Trần Văn Ba", 68085001234, 1985))
    book.save(path)
    return path


def changed(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return path


def code_of(path: Path, **options: str) -> str:
    """The code that the file is refused with."""
    with pytest.raises(FileRefused) as refused:
        list(read_land_file(path, **options))  # type: ignore[arg-type]
    assert refused.value.explained("vi")
    assert "Trần" not in str(refused.value)
    return refused.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"\xef\xbb\xbf \r\n\n", "file.empty"),
        (b"\x00" * 5000, "file.empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file.format_unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "file.password"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "file.format_unknown"),
        (b'<?xml version="1.0"?><Workbook/>', "file.format_unknown"),
        (b"%PDF-1.7 ...", "file.format_unknown"),
        (b"\x1f\x8b\x08\0\0\0", "file.format_unknown"),
        (b'[{"full_name": "x"}]', "file.format_unknown"),
        (bytes(range(1, 32)) * 100, "file.format_unknown"),
        (b"PK\x03\x04 and nothing more", "file.broken"),
        (b"PAR1 and nothing more", "file.broken"),
        (b"a,b\n1,2\n", "file.header_missing"),
        (b"full_name," * 5000, "file.too_large"),
    ],
)
def test_each_kind_of_unreadable_file_has_its_code(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "land.xlsx"
    path.write_bytes(content)
    assert code_of(path) == code


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.csv") == "file.missing"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95, 0.999])
def test_a_workbook_cut_off_anywhere_is_broken(tmp_path: Path, share: float) -> None:
    path = a_workbook(tmp_path / "land.xlsx", rows=200)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    assert code_of(path) == "file.broken"


def test_a_csv_named_xlsx_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "land.xlsx"
    path.write_text("full_name,id_number\nTrần Văn Ba,068085001234\n", encoding="utf-8")
    opened = read_land_file(path)
    assert "not_as_named" in [hint.code for hint in opened.hints]
    assert len(list(opened)) == 1


def test_a_cell_in_the_last_corner_is_refused_before_room_is_made_for_it(tmp_path: Path) -> None:
    path = changed(
        a_workbook(tmp_path / "land.xlsx"),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</sheetData>", b'<row r="1048576"><c r="ZZ1048576"><v>1</v></c></row></sheetData>'),
    )
    assert code_of(path) == "file.too_large"


def test_more_columns_than_a_land_file_can_have_are_refused(tmp_path: Path) -> None:
    path = changed(
        a_workbook(tmp_path / "land.xlsx"),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</sheetData>", b'<row r="5"><c r="XFD5"><v>1</v></c></row></sheetData>'),
    )
    assert code_of(path) == "file.too_large"


def test_a_long_text_that_stands_in_many_cells_is_counted_as_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "_MOST_REPEATED", 1 << 20)
    path = tmp_path / "land.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, NAMES)
    for row in range(1, 100):
        sheet.write_string(row, 0, "Trần Văn Ba " * 2700)
    book.close()
    assert code_of(path) == "file.too_large"


def test_a_part_that_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path: Path) -> None:
    path = changed(a_workbook(tmp_path / "land.xlsx"), "xl/styles.xml", lambda xml: xml + b" " * (64 << 20))
    assert code_of(path) == "file.too_large"


def test_a_part_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = changed(a_workbook(tmp_path / "land.xlsx"), "xl/styles.xml", lambda xml: xml + b" " * (48 << 20))
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/styles.xml").file_size
    path.write_bytes(path.read_bytes().replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    assert code_of(path) in {"file.too_large", "file.broken"}


def test_a_document_type_in_the_xml_is_refused(tmp_path: Path) -> None:
    path = changed(
        a_workbook(tmp_path / "land.xlsx"),
        "xl/workbook.xml",
        lambda xml: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + xml.removeprefix(b'<?xml version="1.0"?>'),
    )
    assert code_of(path) == "file.broken"


def test_other_zips_are_named(tmp_path: Path) -> None:
    path = tmp_path / "land.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "<x/>")
    with pytest.raises(FileRefused) as refused:
        read_land_file(path)
    assert refused.value.facts == {"found": "OpenDocument (.ods)"}


def test_a_sheet_that_does_not_exist_is_named(tmp_path: Path) -> None:
    assert code_of(a_workbook(tmp_path / "land.xlsx"), sheet="Khác") == "file.sheet_missing"


def test_a_parquet_file_cut_off_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "land.parquet"
    pq.write_table(pa.table({"full_name": ["Trần Văn Ba"] * 1000}), path)
    path.write_bytes(path.read_bytes()[:-20])
    assert code_of(path) == "file.broken"


def test_a_cell_of_megabytes_in_parquet_is_an_error_of_its_row(tmp_path: Path) -> None:
    path = tmp_path / "land.parquet"
    pq.write_table(pa.table({"full_name": ["Trần Văn Ba", "x" * 5_000_000, None], "id_number": ["1", "2", "3"]}), path)
    assert [row.error for row in read_land_file(path)] == [None, "row_too_long", None]


def test_lines_that_are_no_objects_are_errors_of_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "land.ndjson"
    deep = "[" * 100_000
    path.write_text('{"full_name": "Trần Văn Ba"}\n{"full_name": \n[1]\n' + deep + "\n\n", encoding="utf-8")
    rows = list(read_land_file(path))
    assert [row.error for row in rows] == [None, "row_not_json", "row_not_json", "row_not_json", None]
    assert rows[-1].skipped == "blank"
