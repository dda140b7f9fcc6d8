"""Register files in CSV: a stray quotation mark costs its own line, and every line of the file is accounted for."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import Database
from app.register.files import SourceRow, register_file
from app.register.importing import ImportRequest
from tests.app.register.rows import WriteCsv, run_import, some_rows

HEADER = "personal_id,full_name,birth_date,permanent_address\n"


def _row(serial: int, name: str = "Lê Văn Ba", address: str = "Thôn 1") -> str:
    return f"068085{serial:06d},{name},1985,{address}\n"


def _rows(tmp_path: Path, *lines: str) -> list[SourceRow]:
    path = tmp_path / "people.csv"
    path.write_text(HEADER + "".join(lines), newline="")
    return list(register_file(path).rows())


def _said(rows: list[SourceRow]) -> list[tuple[int, str | None]]:
    return [(row.line, row.reason) for row in rows]


def test_a_stray_quote_costs_one_row_of_three_thousand(database: Database, write_csv: WriteCsv, tmp_path: Path) -> None:
    path = write_csv(some_rows(3_006))
    lines = path.read_text().splitlines()
    lines[1_500] = lines[1_500].replace("Trần", '"Trần')
    path.write_text("\r\n".join(lines), newline="")
    version = run_import(database, path, ImportRequest("Lâm Đồng")).version
    assert (version.rows_read, version.rows_kept, version.rows_rejected) == (3_006, 3_005, 1)


@pytest.mark.parametrize(
    "stray",
    [
        _row(2, name='"Lê Văn Ba'),  # opens and never closes
        _row(2, name='"Lê" Văn Ba'),
        _row(2, address='"'),
        _row(2, address='"Thôn 1'),
        '"068085000002,Ba,1985,\n',
    ],
)
def test_the_line_of_a_stray_quote_is_refused_and_its_neighbours_are_kept(tmp_path: Path, stray: str) -> None:
    quoted = _row(3, address='"Thôn 1, xã Lộc Thắng"')
    rows = _rows(tmp_path, _row(1), stray, quoted, _row(4))
    assert _said(rows) == [(2, None), (3, "quote_not_closed"), (4, None), (5, None)]


@pytest.mark.parametrize("second", ['"Lê Văn Ba', 'Lê Văn Ba"', '"Lê Văn Ba"', '"Lê ""Văn"" Ba"'])
@pytest.mark.parametrize("between", [0, 1, 30])
def test_two_stray_quotes_do_not_swallow_what_stands_between_them(tmp_path: Path, second: str, between: int) -> None:
    middle = [_row(10 + n) for n in range(between)]
    rows = _rows(tmp_path, _row(1, name='"Ba'), *middle, _row(2, name=second), _row(3))
    refused = [row.line for row in rows if row.reason]
    assert len(rows) == between + 3
    assert set(refused) <= {2, between + 3}
    assert 2 in refused


def test_an_address_of_several_lines_is_one_row(tmp_path: Path) -> None:
    rows = _rows(tmp_path, _row(1, address='"Thôn 1,\r\nxã Lộc Thắng,\r\nLâm Đồng"'), "\n", _row(2))
    assert [(row.line, row.lines, row.reason) for row in rows] == [(2, 3, None), (6, 1, None)]
    assert rows[0].cells["permanent_address"] == "Thôn 1,\r\nxã Lộc Thắng,\r\nLâm Đồng"


def test_a_line_that_is_too_long_is_refused_and_counts_as_one(tmp_path: Path) -> None:
    rows = _rows(tmp_path, _row(1, name="a" * (1 << 21)), _row(2))
    assert _said(rows) == [(2, "line_too_long"), (3, None)]


def test_stray_quotes_in_every_line_take_no_longer_than_their_lines(tmp_path: Path) -> None:
    started = time.process_time()
    rows = _rows(tmp_path, *(_row(n, name='"Ba') for n in range(20_000)))
    assert {row.reason for row in rows} == {"quote_not_closed"}
    assert len(rows) == 20_000
    assert time.process_time() - started < 10


PIECES = st.sampled_from(['"', '""', ",", "\n", "\r\n", "\r", "068085000001", "Ba", " ", "1985", _row(7), "\ufeff"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(pieces=st.lists(PIECES, max_size=60))
def test_every_line_of_any_file_belongs_to_a_row_or_is_blank(tmp_path: Path, pieces: list[str]) -> None:
    text = HEADER + "".join(pieces)
    path = tmp_path / "people.csv"
    path.write_text(text, newline="")
    file = register_file(path)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    assert file.content().rows == len(lines)
    covered = [number for row in file.rows() for number in range(row.line, row.line + row.lines)]
    blank = [number for number, line in enumerate(lines, 1) if not line and number not in covered]
    assert sorted([1, *covered, *blank]) == list(range(1, len(lines) + 1))
