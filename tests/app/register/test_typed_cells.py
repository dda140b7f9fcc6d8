"""Typed cells: what CSV could hold is its text, what it could not is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.db import Database
from app.register.files import SourceRow, register_file
from app.register.typed_cells import NotText, cell_text
from tests.app.register.rows import run_import

TEXTS: dict[str, Any] = {"personal_id": "068085000001", "full_name": "Lê Văn Ba", "birth_date": "1985"}


def _parquet(tmp_path: Path, **columns: Any) -> Path:
    path = tmp_path / "people.parquet"
    pq.write_table(pa.table({name: [value] for name, value in TEXTS.items()} | columns), path)
    return path


def _row(path: Path) -> SourceRow:
    (row,) = register_file(path).rows()
    return row


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("personal_id", 68_077_000_001, "068077000001"),
        ("personal_id", 68_077_000_001.0, "068077000001"),
        ("personal_id", Decimal("68077000001"), "068077000001"),
        ("personal_id", "68077000001", "68077000001"),  # text is as it is
        ("old_ids", 50_123_456, "050123456"),
        ("commune_code", 4, "00004"),
        ("birth_date", 1985, "1985"),
        ("birth_date", date(1985, 7, 2), "1985-07-02"),
        ("birth_date", datetime(1985, 7, 2, tzinfo=UTC), "1985-07-02"),
        ("birth_date", datetime(1985, 7, 1, 17, tzinfo=UTC), "1985-07-01T17:00:00+00:00"),  # refused as no date
        ("full_name", float("nan"), None),
        ("full_name", b"L\xc3\xaa", "Lê"),
        ("full_name", b"L\xea", "L\ufffd"),
        ("personal_id", 10**400, str(10**400)),
        ("personal_id", float("inf"), "inf"),
    ],
)
def test_a_typed_value_is_the_text_that_csv_would_hold(column: str, value: object, text: str | None) -> None:
    assert cell_text(column, value) == text


@pytest.mark.parametrize("value", [["Ba"], {"a": 1}, (), True, object()])
def test_a_value_that_csv_could_not_hold_is_no_text(value: object) -> None:
    with pytest.raises(NotText):
        cell_text("full_name", value)


@pytest.mark.parametrize("kind", [pa.int64(), pa.uint64(), pa.float64(), pa.decimal128(12)])
def test_a_personal_number_in_a_column_of_numbers_is_imported(database: Database, tmp_path: Path, kind: Any) -> None:
    number = Decimal(68_077_000_001) if kind == pa.decimal128(12) else 68_077_000_001
    version = run_import(database, _parquet(tmp_path, personal_id=pa.array([number], kind))).version
    assert (version.rows_kept, version.rows_rejected) == (1, 0)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([date(1985, 7, 2)]),
        pa.array([datetime(1985, 7, 2)]),  # noqa: DTZ001 - a column without a zone
        pa.array([datetime(1985, 7, 2)], pa.timestamp("ns")),  # noqa: DTZ001
        pa.array(["1985-07-02"]).dictionary_encode(),
    ],
)
def test_a_typed_birth_date_is_a_date(tmp_path: Path, column: Any) -> None:
    assert _row(_parquet(tmp_path, birth_date=column)).cells["birth_date"] == "1985-07-02"


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (pa.array([["Lê Văn Ba"]]), "not_text"),
        (pa.array([{"first": "Ba"}]), "not_text"),
        (pa.array([True]), "not_text"),
        (pa.array([2**40], pa.timestamp("s")), "not_text"),  # a year that Python's calendar lacks
        (pa.array([b"L\xea"]), "not_utf8"),
        (pa.Array.from_buffers(pa.string(), 1, pa.array([b"L\xea"]).buffers()), "not_utf8"),
        (pa.array([b"L\xc3\xaa"]), None),
    ],
)
def test_a_column_of_another_type_is_read_as_text_or_refused(tmp_path: Path, column: Any, reason: str | None) -> None:
    row = _row(_parquet(tmp_path, full_name=column))
    assert row.reason == reason
    assert row.field == ("full_name" if reason == "not_text" else "")


def test_nested_values_in_columns_of_no_meaning_do_no_harm(tmp_path: Path) -> None:
    assert _row(_parquet(tmp_path, photos=pa.array([["x"]]))).reason is None


@pytest.mark.parametrize("value", [["Lê Văn Ba"], {"first": "Ba"}, True])
def test_a_list_or_object_in_ndjson_is_refused_and_its_column_named(tmp_path: Path, value: object) -> None:
    path = tmp_path / "people.ndjson"
    path.write_text(json.dumps(TEXTS | {"full_name": value}))
    row = _row(path)
    assert (row.reason, row.field) == ("not_text", "full_name")
