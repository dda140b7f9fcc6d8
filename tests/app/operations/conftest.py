"""A running service over a register of a few people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from tests.app.operations.small import prepared


@pytest.fixture
def service(database_url: str, tmp_path: Path) -> Iterator[TestClient]:
    """A client who may do everything that these tests ask for."""
    settings, headers = prepared(database_url, tmp_path)
    with TestClient(create_app(settings), raise_server_exceptions=False, headers=headers) as client:
        yield client
