"""A service without a register, in each kind of database: enough to be recognised or refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.db import Database, database
from app.main import create_app
from app.migrations import make_current
from app.settings import Settings


@pytest.fixture
def data(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """A database of each kind with the service's tables."""
    opened = database(Settings(database_url=database_url, data_dir=tmp_path))
    make_current(opened)
    yield opened
    opened.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of the service; a test that needs others makes a copy."""
    return Settings(database_url=database_url, data_dir=tmp_path, as_of=date(2026, 11, 22))


@pytest.fixture
def service(data: Database, settings: Settings) -> Iterator[TestClient]:
    """A client of the service that shows no key."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client
