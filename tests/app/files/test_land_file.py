"""One land file in every format gives the same records; what only the whole file shows travels in each of them."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.files import LandFile, read_land_file
from app.files.errors import HeaderMissing
from app.files.formats import Format
from matching.normalise import legacy_encodings
from matching.records import MAX_CELL, RawRecord

FIELDS = ("record_id", "full_name", "id_number", "birth_date", "sex", "address", "certificate_no", "note")
ROWS: tuple[tuple[str | None, ...], ...] = (
    ("LD-1", "Trần Văn Ba", "068085001234", "20/07/1985", "Nam", "Xã Bảo Lâm 2", "BX 1", "x"),
    ("LD-2", "K'Brèm", None, "1985", None, None, None, None),
    (None, "Lê Thị Tư", "250123456", None, "Nữ", " Xã A ", "BX 2", None),
    (None,) * 8,
)


def written(folder: Path, kind: Format, fields: tuple[str, ...], rows: tuple[tuple[str | None, ...], ...]) -> Path:
    """The rows as a file of that format."""
    path = folder / f"land.{kind.value}"
    if kind is Format.CSV:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([fields, *rows])
    elif kind is Format.NDJSON:
        lines = [json.dumps({name: cell for name, cell in zip(fields, row, strict=True) if cell}) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
    elif kind is Format.PARQUET:
        pq.write_table(pa.table(dict(zip(fields, map(list, zip(*rows, strict=True)), strict=True))), path)
    else:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in (fields, *rows, ("END",)):
            sheet.append(row)
        book.save(path)
    return path


def records(opened: LandFile) -> list[RawRecord]:
    """The raw records of a file."""
    return [raw for row in opened for raw in row.raw]


@pytest.mark.parametrize("kind", Format)
def test_the_same_rows_in_any_format_are_the_same_records(tmp_path: Path, kind: Format) -> None:
    opened = read_land_file(written(tmp_path, kind, FIELDS, ROWS))
    assert opened.format is kind
    rows = list(opened)
    assert [replace(raw, record_id=None) for row in rows[:4] for raw in row.raw] == [
        RawRecord(
            full_name="Trần Văn Ba",
            id_number="068085001234",
            birth_date="20/07/1985",
            sex="Nam",
            address="Xã Bảo Lâm 2",
            certificate_no="BX 1",
        ),
        RawRecord(full_name="K'Brèm", birth_date="1985"),
        RawRecord(full_name="Lê Thị Tư", id_number="250123456", sex="Nữ", address="Xã A", certificate_no="BX 2"),
    ]
    assert [row.raw[0].record_id for row in rows[:2]] == ["LD-1", "LD-2"]
    assert rows[3].skipped == "blank"
    assert rows[0].carried == ("x",)
    assert opened.tables[0].carried == ("note",)
    assert len(rows) == opened.rows


def test_rows_count_from_one_after_the_header_where_the_format_names_its_columns(tmp_path: Path) -> None:
    assert [row.source_row for row in read_land_file(written(tmp_path, Format.NDJSON, FIELDS, ROWS))] == [1, 2, 3, 4]
    assert [row.source_row for row in read_land_file(written(tmp_path, Format.CSV, FIELDS, ROWS))] == [2, 3, 4, 5]


def test_numbers_in_json_are_text_as_written(tmp_path: Path) -> None:
    path = tmp_path / "land.ndjson"
    path.write_text('{"full_name": "A", "id_number": 68085001234.0, "birth_date": 1985}\n', encoding="utf-8")
    [record] = records(read_land_file(path))
    assert (record.id_number, record.birth_date) == ("68085001234.0", "1985")


def test_half_a_character_in_json_becomes_a_mark_of_replacement(tmp_path: Path) -> None:
    path = tmp_path / "land.ndjson"
    path.write_text('{"full_name": "A\\ud800B", "id_number": ""}\n', encoding="utf-8")
    [record] = records(read_land_file(path))
    assert (record.full_name or "").encode()


@pytest.mark.parametrize(
    ("fields", "row", "birth_date"),
    [
        (("Họ tên", "Ngày sinh", "Tháng sinh", "Năm sinh"), ("A", "5", "7", "1985"), "5/7/1985"),
        (("Họ tên", "Ngày sinh", "Tháng sinh", "Năm sinh"), ("A", "0", None, "1985"), "1985"),
        (("Họ tên", "Ngày sinh", "Tháng sinh", "Năm sinh"), ("A", None, "7", "1985"), "7/1985"),
        (("Họ tên", "Ngày sinh", "Năm sinh"), ("A", "05/07", "1985"), "05/07/1985"),
        (("Họ tên", "Ngày sinh", "Năm sinh"), ("A", "05/07/1985", "1986"), "05/07/1985"),
        (("Họ tên", "Ngày sinh", "Năm sinh"), ("A", None, "1985"), "1985"),
    ],
)
def test_a_birth_date_in_several_columns_is_put_together(
    tmp_path: Path, fields: tuple[str, ...], row: tuple[str | None, ...], birth_date: str
) -> None:
    [record] = records(read_land_file(written(tmp_path, Format.CSV, fields, (row,))))
    assert record.birth_date == birth_date


def test_a_name_in_two_columns_and_an_old_number_beside_the_new_one_are_put_together(tmp_path: Path) -> None:
    fields = ("HODEM", "TEN", "CCCD", "Số CMND cũ")
    rows = (("Trần Văn", "Ba", "068085001234", "250123456"), (None, "Tư", None, "250123457"))
    assert [
        (r.full_name, r.id_number) for r in records(read_land_file(written(tmp_path, Format.CSV, fields, rows)))
    ] == [
        ("Trần Văn Ba", "068085001234 / 250123456"),
        ("Tư", "250123457"),
    ]


def test_husband_and_wife_of_a_row_are_two_land_users_at_one_address(tmp_path: Path) -> None:
    fields = ("STT", "Họ tên chồng", "CCCD chồng", "Họ tên vợ", "CCCD vợ", "Địa chỉ")
    rows = (
        ("1", "Trần Văn Ba", "068085001234", "Lê Thị Tư", None, "Xã A"),
        ("2", None, None, "Lê Thị Năm", None, None),
    )
    found = [
        (r.record_id, r.full_name, r.role, r.address)
        for r in records(read_land_file(written(tmp_path, Format.CSV, fields, rows)))
    ]
    assert found == [
        ("2", "Trần Văn Ba", "husband", "Xã A"),
        ("2:wife", "Lê Thị Tư", "wife", "Xã A"),
        ("3:wife", "Lê Thị Năm", "wife", None),
    ]


def sex_file(folder: Path, rows: int, *, contradicted: bool = False) -> LandFile:
    """A file whose sex column repeats the digit of the number, but for one row perhaps."""
    people = [
        ("A", f"0681{number:08d}", "Nữ") if number % 2 else ("B", f"680{number:08d}", "Nam") for number in range(rows)
    ]
    if contradicted:
        people[-1] = (*people[-1][:2], "Nam" if people[-1][2] == "Nữ" else "Nữ")
    return read_land_file(written(folder, Format.CSV, ("full_name", "id_number", "sex"), tuple(people)))


@pytest.mark.parametrize(
    ("rows", "contradicted", "derived"), [(400, False, True), (400, True, False), (100, False, False)]
)
def test_sex_that_always_equals_the_digit_was_derived_from_it(
    tmp_path: Path, rows: int, contradicted: bool, derived: bool
) -> None:
    opened = sex_file(tmp_path, rows, contradicted=contradicted)
    assert {record.sex_derived for record in records(opened)} == {derived}
    assert ("sex_derived" in [hint.code for hint in opened.hints]) is derived


NAMES = ("Nguyễn Thị Hường", "Trần Văn Đức", "Lê Hữu Phước", "Phạm Thị Nguyệt", "Đặng Quốc Bảo", "Võ Thành Đạt")
PLACES = ("Xã Đạ Tẻh", "Thị trấn Lộc Thắng", "Phường Xuân Hương", "Xã Bảo Thuận", "Xã Đinh Văn", "Xã Hòa Ninh")


def test_one_old_encoding_of_names_alone_travels_in_the_record(tmp_path: Path) -> None:
    rows = tuple((legacy_encodings.encode(name, "tcvn3"), place) for name, place in zip(NAMES, PLACES, strict=True))
    opened = read_land_file(written(tmp_path, Format.CSV, ("full_name", "address"), rows))
    assert {record.encoding for record in records(opened)} == {"tcvn3"}
    assert [dict(hint.facts) for hint in opened.hints if hint.code == "old_encoding"] == [
        {"field": "full_name", "encoding": "tcvn3"}
    ]


def test_two_old_encodings_in_one_file_are_decoded_column_by_column(tmp_path: Path) -> None:
    rows = tuple(
        (legacy_encodings.encode(name, "tcvn3"), legacy_encodings.encode(place, "vni"))
        for name, place in zip(NAMES, PLACES, strict=True)
    )
    found = records(read_land_file(written(tmp_path, Format.CSV, ("full_name", "address"), rows)))
    assert [(record.full_name, record.address, record.encoding) for record in found] == [
        (name, place, None) for name, place in zip(NAMES, PLACES, strict=True)
    ]


def test_stray_cells_do_not_make_a_column_old(tmp_path: Path) -> None:
    rows = tuple((name, place) for _ in range(60) for name, place in zip(NAMES, PLACES, strict=True))
    rows += tuple((f"Nguyễn Văn Ð{rest}", "Xã A") for rest in ("ức", "ại"))
    opened = read_land_file(written(tmp_path, Format.CSV, ("full_name", "address"), rows))
    assert {record.encoding for record in records(opened)} == {None}


def test_an_encoding_column_wins_over_the_vote(tmp_path: Path) -> None:
    rows = tuple((legacy_encodings.encode(name, "tcvn3"), "vni" if not at else None) for at, name in enumerate(NAMES))
    found = records(read_land_file(written(tmp_path, Format.CSV, ("full_name", "encoding"), rows)))
    assert [record.encoding for record in found] == ["vni", *["tcvn3"] * 5]


def test_one_known_column_is_a_header_where_the_caller_names_others(tmp_path: Path) -> None:
    path = written(tmp_path, Format.CSV, ("Lô", "Họ tên", "Mã số"), (("1", "Trần Văn Ba", "068085001234"),))
    with pytest.raises(HeaderMissing):
        read_land_file(path)
    [record] = records(read_land_file(path, mapping={"id_number": "C"}))
    assert (record.full_name, record.id_number) == ("Trần Văn Ba", "068085001234")


@pytest.mark.parametrize("kind", Format)
def test_a_cell_that_is_read_has_the_same_limit_in_any_format(tmp_path: Path, kind: Format) -> None:
    fields = ("full_name", "id_number", "address", "note")
    rows = (
        ("Trần Văn Ba", "068085001234", "x" * MAX_CELL, "x" * (MAX_CELL + 1)),
        ("Trần Văn Ba", "068085001234", "x" * (MAX_CELL + 1), None),
        ("x" * (MAX_CELL + 1), "068085001234", None, None),
    )
    found = list(read_land_file(written(tmp_path, kind, fields, rows)))[:3]
    assert [(row.error, len(row.raw)) for row in found] == [(None, 1), ("row_too_long", 0), ("row_too_long", 0)]


@pytest.mark.parametrize("kind", [Format.CSV, Format.NDJSON, Format.PARQUET])
def test_a_sheet_asked_for_in_a_file_without_sheets_is_said_to_be_ignored(tmp_path: Path, kind: Format) -> None:
    opened = read_land_file(written(tmp_path, kind, FIELDS, ROWS), sheet="Xã A")
    assert [dict(hint.facts) for hint in opened.hints if hint.code == "sheet_ignored"] == [
        {"sheet": "Xã A", "format": kind.value}
    ]
