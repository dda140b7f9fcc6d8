"""Register files: three kinds, the same rows; what is wrong with a row is said by its line."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.register.errors import (
    ColumnsMissing,
    ColumnTwice,
    FileDamaged,
    FileEmpty,
    FileIsFolder,
    FileKindUnknown,
    FileMissing,
    FileNotUtf8,
)
from app.register.files import SourceRow, register_file
from tests.app.register.rows import WriteCsv, a_row, some_rows

HEADER = "personal_id,full_name,birth_date\n"


def _rows(path: Path) -> list[SourceRow]:
    return list(register_file(path).rows())


def _text(tmp_path: Path, content: str | bytes, name: str = "people.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-8")])
def test_a_csv_file_may_use_any_usual_delimiter_and_a_byte_order_mark(
    write_csv: WriteCsv, delimiter: str, encoding: str
) -> None:
    rows = _rows(write_csv(some_rows(2), delimiter=delimiter, encoding=encoding))
    assert [row.cells for row in rows] == some_rows(2)
    assert [row.line for row in rows] == [2, 3]


def test_parquet_and_ndjson_give_the_rows_of_csv(tmp_path: Path, write_csv: WriteCsv) -> None:
    rows = some_rows(3)
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "people.parquet")
    _text(tmp_path, "\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "people.ndjson")
    found = [[row.cells for row in _rows(path)] for path in sorted(tmp_path.glob("people.*"))]
    assert found == [rows, rows]
    assert [row.cells for row in _rows(write_csv(rows))] == rows


def test_typed_cells_become_the_text_that_csv_would_hold(tmp_path: Path) -> None:
    line = '{"personal_id": 68085000001, "full_name": "Lê Văn Ba", "birth_date": 1985, "sex": null, "status": 1.0}'
    (row,) = _rows(_text(tmp_path, line, "people.jsonl"))
    expected = {
        "personal_id": "068085000001",
        "full_name": "Lê Văn Ba",
        "birth_date": "1985",
        "sex": None,
        "status": "1",
    }
    assert row.cells == expected


def test_names_of_columns_are_read_in_any_case(tmp_path: Path) -> None:
    path = _text(tmp_path, " Personal_ID ,FULL_NAME,birth_date,village\n068085000001,Lê Văn Ba,1985,x\n")
    assert register_file(path).ignored == ("village",)
    assert _rows(path)[0].cells["personal_id"] == "068085000001"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"068085000001,L\xea V\xe3n Ba,1985\n", "not_utf8"),
        (b"068085000001,a\x00b,1985\n", "not_utf8"),
        (b"068085000001,Ba\n", "column_count"),
        (b"068085000001,Ba,1985,x\n", "column_count"),
        (b'068085000001,"' + b"x" * 200_000 + b"\n", "quote_not_closed"),
    ],
)
def test_a_bad_line_is_refused_and_the_lines_after_it_are_kept(tmp_path: Path, line: bytes, reason: str) -> None:
    path = _text(tmp_path, HEADER.encode() + line + b"068085000002,Ba,1985\n")
    rows = _rows(path)
    assert (rows[0].line, rows[0].reason) == (2, reason)

    assert (rows[1].line, rows[1].reason) == (3, None)


@pytest.mark.parametrize("line", ["[1, 2]", "{", "null", "[" * 100_000])
def test_a_line_that_is_no_json_object_is_refused(tmp_path: Path, line: str) -> None:
    good = json.dumps(a_row())
    rows = _rows(_text(tmp_path, f"{good}\n\n{line}\n{good}\n", "people.ndjson"))
    assert [(row.line, row.reason) for row in rows] == [(1, None), (3, "not_an_object"), (4, None)]


def test_a_lone_surrogate_is_no_text(tmp_path: Path) -> None:
    line = '{"personal_id": "068085000001", "full_name": "\\ud800", "birth_date": "1985"}'
    assert _rows(_text(tmp_path, line, "people.ndjson"))[0].reason == "not_utf8"


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(ColumnsMissing) as refused:
        register_file(_text(tmp_path, "personal_id,name\n"))
    assert refused.value.facts["missing"] == "full_name, birth_date"


@pytest.mark.parametrize("content", ["", "\n", "\ufeff", " \r\n "])
@pytest.mark.parametrize("name", ["people.csv", "people.ndjson", "people.parquet"])
def test_a_file_without_content_is_called_empty(tmp_path: Path, content: str, name: str) -> None:
    with pytest.raises(FileEmpty):
        register_file(_text(tmp_path, content, name))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["people.csv", "people.ndjson"])
def test_a_file_in_utf_16_is_told_its_encoding_and_not_that_columns_are_missing(
    tmp_path: Path, encoding: str, name: str
) -> None:
    with pytest.raises(FileNotUtf8):
        register_file(_text(tmp_path, HEADER.encode(encoding), name))


def test_a_header_that_names_a_column_twice_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ColumnTwice) as refused:
        register_file(_text(tmp_path, "personal_id,full_name,birth_date,Full_Name\n"))
    assert refused.value.facts == {"column": "full_name"}
    register_file(_text(tmp_path, "personal_id,full_name,birth_date,x,x,,\n"))


def test_a_folder_is_no_register_file(tmp_path: Path) -> None:
    (tmp_path / "people.csv").mkdir()
    for path in (tmp_path / "people.csv", Path()):
        with pytest.raises(FileIsFolder):
            register_file(path)


def test_columns_absent_from_the_first_line_of_ndjson_are_found_in_the_next(tmp_path: Path) -> None:
    first = {"personal_id": "068085000001", "full_name": "Lê Văn Ba"}
    second = first | {"birth_date": "1985", "x": 1}
    path = _text(tmp_path, f"{{\n{json.dumps(first)}\n{json.dumps(second)}\n", "people.ndjson")
    assert register_file(path).ignored == ("x",)
    assert [(row.line, row.reason, row.cells.get("birth_date")) for row in _rows(path)] == [
        (1, "not_an_object", None),
        (2, None, None),
        (3, None, "1985"),
    ]


def test_a_json_object_that_names_a_column_twice_is_refused(tmp_path: Path) -> None:
    line = '{"personal_id": "068085000001", "full_name": "Ba", "birth_date": "1985", "FULL_NAME": "Tư"}'
    good = json.dumps(a_row())
    row = _rows(_text(tmp_path, f"{good}\n{line}\n", "people.ndjson"))[1]
    assert (row.reason, row.field) == ("column_twice", "full_name")


def test_a_file_that_is_not_there_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        register_file(tmp_path / "people.csv")
    with pytest.raises(FileKindUnknown):
        register_file(_text(tmp_path, "", "people.xlsx"))


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileDamaged):
        register_file(_text(tmp_path, "PAR1 no parquet", "people.parquet"))


def test_the_content_of_a_file_is_known_under_any_name(write_csv: WriteCsv) -> None:
    first, second = write_csv(some_rows(2), "a.csv"), write_csv(some_rows(2), "b.csv")
    assert register_file(first).content() == register_file(second).content()
    assert register_file(first).content() != register_file(write_csv(some_rows(3), "c.csv")).content()
