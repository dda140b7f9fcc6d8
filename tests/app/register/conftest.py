"""Small registers, written by hand: one row with every field defaulted, and files made of such rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.db import Database, make_engine
from app.migrations import upgrade
from app.register.files import COLUMNS, register_file
from app.register.importing import ImportRequest, Outcome, Step, import_register

Row = dict[str, str]
WriteCsv = Callable[..., Path]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def a_row(serial: int = 1, **changes: str) -> Row:
    """A row of the register, different for each serial number."""
    row = {
        "personal_id": f"068085{serial:06d}",
        "full_name": f"Trần Văn {('Ba', 'Tư', 'Năm', 'Sáu')[serial % 4]}",
        "other_names": "",
        "birth_date": f"1985-07-{serial % 28 + 1:02d}",
        "sex": "male",
        "old_ids": f"cmnd9:250{serial:06d}",
        "permanent_address": "Thôn 1",
        "commune_code": "",
        "status": "alive",
    }
    return row | changes


def some_rows(count: int, start: int = 1) -> list[Row]:
    """Rows with the serial numbers from `start` on."""
    return [a_row(serial) for serial in range(start, start + count)]


@pytest.fixture
def write_csv(tmp_path: Path) -> WriteCsv:
    """Writes rows as a CSV file."""

    def write(rows: Sequence[Row], name: str = "people.csv", *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of each kind with the service's tables."""
    opened = Database(make_engine(database_url))
    upgrade(opened)
    yield opened
    opened.close()


def run_import(
    database: Database,
    path: Path,
    request: ImportRequest | None = None,
    report: Callable[[Step], None] = lambda step: None,
) -> Outcome:
    """Import a file at noon."""
    request = request or ImportRequest("Lâm Đồng, 01/11/2026")
    return import_register(database, register_file(path), request, clock=lambda: NOON, report=report)
