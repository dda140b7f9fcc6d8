"""Small registers, written by hand: one row with every field defaulted, and the import of a file of such rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.db import Database
from app.register.files import register_file
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


def run_import(
    database: Database,
    path: Path,
    request: ImportRequest | None = None,
    report: Callable[[Step], None] = lambda step: None,
) -> Outcome:
    """Import a file at noon."""
    request = request or ImportRequest("Lâm Đồng, 01/11/2026")
    return import_register(database, register_file(path), request, clock=lambda: NOON, report=report)
