"""CSV files of any encoding and shape: every row is accounted for, and a bad row never stops the file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.files import SourceRow, read_land_file
from matching.normalise import legacy_encodings

HEADER = "record_id,full_name,id_number,birth_date\n"
PERSON = "LD-1,Nguyễn Thị Hường,068185001234,01/02/1985\n"


def read(path: Path, content: str | bytes) -> list[SourceRow]:
    """The rows of a file with this content."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_land_file(path))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "land.csv"


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.replace("\n", "\r\n").encode("utf-8"),
        lambda text: text.replace("\n", "\r").encode("utf-8"),
        lambda text: text.replace("ị", "i\u0323").replace("ễ", "ê\u0303").replace("ờ", "ơ\u0300").encode("cp1258"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16", "utf-16-le", "utf-16-be", "crlf", "cr", "cp1258"],
)
def test_any_encoding_and_line_end_gives_the_same_record(path: Path, encode: object) -> None:
    assert callable(encode)
    [row] = read(path, encode(HEADER + PERSON))
    assert row.raw[0].full_name == "Nguyễn Thị Hường"
    assert (row.source_row, row.raw[0].record_id, row.raw[0].id_number) == (2, "LD-1", "068185001234")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_recognised(path: Path, delimiter: str) -> None:
    [row] = read(path, (HEADER + PERSON).replace(",", delimiter))
    assert row.raw[0].birth_date == "01/02/1985"


def test_the_delimiter_line_of_excel_is_no_row_of_people(path: Path) -> None:
    [row] = read(path, "sep=;\n" + (HEADER + PERSON).replace(",", ";"))
    assert (row.source_row, row.raw[0].full_name) == (3, "Nguyễn Thị Hường")


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_an_old_font_is_voted_for_and_travels_in_the_record(path: Path, encoding: str) -> None:
    people = ["Nguyễn Thị Hường", "Trần Văn Đức", "Lê Hữu Phước", "Phạm Thị Nguyệt", "Đặng Quốc Bảo"]
    typed = [legacy_encodings.encode(name, encoding) for name in people]
    lines = "".join(f"{name};06818500123{place}\n" for place, name in enumerate(typed))
    rows = read(path, ("full_name;id_number\n" + lines).encode("cp1252"))
    assert {row.raw[0].encoding for row in rows} == {encoding}
    assert [legacy_encodings.decode(row.raw[0].full_name or "", encoding) for row in rows] == people


def test_lines_in_a_quoted_cell_are_one_row(path: Path) -> None:
    rows = read(path, HEADER + 'LD-1,"Ông Trần Văn Ba\nvà vợ",068085001234,1985\n' + PERSON)
    assert [row.source_row for row in rows] == [2, 3]
    assert rows[0].raw[0].full_name == "Ông Trần Văn Ba\nvà vợ"


def test_a_stray_quote_costs_no_row(path: Path) -> None:
    rows = read(path, HEADER + 'LD-1,"Trần Văn Ba,068085001234,1985\n' + PERSON * 3)
    assert [row.raw[0].full_name for row in rows] == ['"Trần Văn Ba', *["Nguyễn Thị Hường"] * 3]


def test_a_row_with_too_few_or_too_many_cells_is_an_error_of_that_row_alone(path: Path) -> None:
    rows = read(path, HEADER + "LD-1,Trần Văn\n" + PERSON + "LD-3,Lê,Thị,Tư,0681,1985\n" + PERSON)
    assert [row.error for row in rows] == ["row_too_short", None, "row_too_wide", None]
    assert [len(row.raw) for row in rows] == [0, 1, 0, 1]


def test_empty_cells_beyond_the_header_do_no_harm(path: Path) -> None:
    [row] = read(path, HEADER + PERSON.rstrip() + ",,,\n")
    assert row.raw[0].birth_date == "01/02/1985"


def test_blank_rows_totals_and_repeated_headers_are_skipped_with_a_reason(path: Path) -> None:
    rows = read(path, HEADER + PERSON + "\n,,,\n" + HEADER + "Tổng cộng,2,,\n" + ",CỘNG,,\n" + PERSON)
    assert [row.skipped for row in rows] == [None, "blank", "blank", "header", "total", "total", None]


@pytest.mark.parametrize(
    "name", ["Tống Văn Tổng", "Công Tằng Tôn Nữ Hoa", "Cộng đồng dân cư thôn 3", "Tổng công ty Cà phê"]
)
def test_names_that_look_like_totals_are_records(path: Path, name: str) -> None:
    [row] = read(path, f"full_name,id_number\n{name},\n")
    assert row.raw[0].full_name == name


def test_nul_bytes_and_broken_utf8_stop_nothing(path: Path) -> None:
    good = (HEADER + PERSON * 50).encode()
    rows = read(path, good + "LD-2,Lê\x00 Thị ".encode() + b"\xff" + b",068,1985\n" + PERSON.encode())
    assert len(rows) == 52
    assert all(len(row.raw) == 1 for row in rows)
    assert "undecodable_bytes" in [hint.code for hint in read_land_file(path).hints]


def test_a_cell_that_no_spreadsheet_could_hold_is_an_error_of_its_row(path: Path) -> None:
    rows = read(path, HEADER + f"LD-1,{'a' * 40_000},,\n" + PERSON)
    assert [row.error for row in rows] == ["row_too_long", None]


def test_a_line_of_many_megabytes_is_an_error_of_its_row(path: Path) -> None:
    rows = read(path, HEADER + f"LD-1,{'ab,' * 1_500_000},,\n" + PERSON)
    assert [row.error for row in rows] == ["row_too_long", None]


def test_without_an_id_of_its_own_a_record_is_named_by_its_row(path: Path) -> None:
    [row] = read(path, "full_name,id_number\nTrần Văn Ba,\n")
    assert row.raw[0].record_id == "2"


def test_batches_hold_the_same_rows_at_any_size(path: Path) -> None:
    people = [f"LD-{number},Trần Văn Ba,06808500{number:04d},1985\n" for number in range(57)]
    people.insert(20, 'LD-X,"Hai\ndòng",,\n')
    people.insert(40, "\n")
    path.write_text(HEADER + "".join(people), encoding="utf-8")
    opened = read_land_file(path)
    by_size = [[row for batch in opened.batches(size) for row in batch.rows()] for size in (1, 7, 59, 1000)]
    assert all(rows == by_size[0] for rows in by_size)
    assert len(by_size[0]) == opened.rows == 59
    assert [len(batch) for batch in opened.batches(25)] == [25, 25, 9]


# Control characters make a small file look binary, which is refused as such.
CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12))
def test_whatever_a_csv_writer_wrote_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, ...]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "land.csv"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("full_name", "id_number", "address"), *cells])
    rows = read(path, out.getvalue())
    assert len(rows) == len(cells)
    for row, written in zip(rows, cells, strict=True):
        if row.raw:
            found = row.raw[0].full_name or "", row.raw[0].id_number or "", row.raw[0].address or ""
            assert all(not seen or seen == text.strip() for seen, text in zip(found, written, strict=True))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text('ab",;\n \t', max_size=30), max_size=20))
def test_no_text_at_all_makes_the_reader_fail_or_lose_a_line(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "land.csv"
    rows = read(path, "full_name,id_number\n" + "\n".join(lines) + "\nTrần Văn Ba,068085001234\n")
    assert rows[-1].raw[0].full_name == "Trần Văn Ba"


def test_a_long_cell_after_an_open_quote_at_the_end_is_an_error_of_its_row(path: Path) -> None:
    rows = read(path, HEADER + PERSON + 'LD-2,"open,1,2\n' + f"LD-3,{'x' * 40_000},1,2\n" + PERSON)
    assert [(row.source_row, row.error) for row in rows] == [(2, None), (3, None), (4, "row_too_long"), (5, None)]


def test_an_open_quote_in_a_title_costs_no_row_below(path: Path) -> None:
    rows = read(path, '"DANH SÁCH A\n' + HEADER + PERSON * 2)
    assert [(row.source_row, row.error, len(row.raw)) for row in rows] == [(3, None, 1), (4, None, 1)]
