"""A service over a small register, in each kind of database."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.db import Database, database
from app.main import create_app
from app.migrations import make_current
from app.register.files import register_file
from app.register.importing import ImportRequest, import_register
from app.settings import Settings
from tests.app.callers import headers_of

AS_OF = date(2026, 11, 22)
PEOPLE = [
    ("068085001234", "Trần Văn Ba", "1985-07-20", "male", "cmnd9:250123456", "25084", "alive"),
    ("068188004321", "Lê Thị Mỹ", "1988-03-02", "female", "", "25084", "alive"),
    ("068060000001", "Nguyễn Văn Hùng", "1960-05-01", "male", "", "25084", "alive"),
    ("068060000002", "Nguyễn Văn Hùng", "1960-09-09", "male", "", "25084", "alive"),
    ("068140000009", "Phạm Thị Lan", "1940", "female", "cmnd9:250000009", "24781", "deceased"),
    ("068090000777", "K'Brèm", "1990-01-01", "male", "", "25018", "alive"),
]


def settings_for(url: str, folder: Path) -> Settings:
    """The settings of a test: nothing of the environment's, a fixed day."""
    return Settings(database_url=url, data_dir=folder, as_of=AS_OF)


def write_register(path: Path) -> None:
    """The small register as a file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("personal_id", "full_name", "birth_date", "sex", "old_ids", "commune_code", "status"))
        rows.writerows(PEOPLE)


def import_small(db: Database, folder: Path) -> None:
    """Import the small register and make it the active one."""
    path = folder / "people.csv"
    write_register(path)
    request = ImportRequest(scope="Lâm Đồng (thử)")
    import_register(
        db, register_file(path), request, clock=lambda: datetime(2026, 11, 22, tzinfo=UTC), report=lambda _: None
    )


@pytest.fixture
def service(database_url: str, tmp_path: Path) -> Iterator[TestClient]:
    """A client of the service who may see everything; all others make their own headers."""
    settings = settings_for(database_url, tmp_path)
    db = database(settings)
    make_current(db)
    import_small(db, tmp_path)
    headers = headers_of(db, "match", "match:disclose")
    db.close()
    with TestClient(create_app(settings), raise_server_exceptions=False, headers=headers) as client:
        yield client
