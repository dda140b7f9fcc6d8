"""Files and databases for the tests of the register."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.db import Database, make_engine
from app.migrations import upgrade
from app.register.files import COLUMNS
from tests.app.register.rows import Row, WriteCsv


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
