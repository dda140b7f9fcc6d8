"""Schemathesis over the whole OpenAPI document, with a key that may do everything and without any.

Whatever is sent: no 5xx, no status and no kind of content that the document doesn't name.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from app.clients.scopes import SCOPES
from app.db import database
from app.main import create_app
from app.settings import Settings
from tests.app.callers import headers_of
from tests.app.operations.small import prepared

EXAMPLES = 8  # of each operation, with and without a key: a minute in all
NOT_ITS_OWN = 5  # clients before the one that asks: an example may well revoke number 0 or 1
DOCUMENT = create_app(Settings(as_of=date(2026, 11, 22))).openapi()
OPERATIONS = sorted((path, method) for path, each in DOCUMENT["paths"].items() for method in each)


@schemathesis.serializer("application/x-ndjson")
def _lines(_context: Any, value: Any) -> bytes:
    """A JSON value a line."""
    values = value if isinstance(value, list) else [value]
    return "\n".join(each if isinstance(each, str) else json.dumps(each) for each in values).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """A server in this process, and the headers of a client who may do everything."""
    folder = tmp_path_factory.mktemp("whole")
    limits = {"rate_per_second": 0, "attempts_per_day": 0, "even_answers_ms": 0, "worker_processes": 0}
    known, _ = prepared(f"sqlite:///{folder / 'khop.db'}", folder, **limits)
    db = database(known)
    for number in range(NOT_ITS_OWN):
        headers_of(db, "match", name=f"other {'abcdefgh'[number]}")
    headers = headers_of(db, *SCOPES, name="everything")
    db.close()
    yield from _served(known, headers)


def _served(known: Settings, headers: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(create_app(known), port=port, log_config=None, access_log=False, timeout_graceful_shutdown=5)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}", headers
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("known", [True, False], ids=["with a key", "without a key"])
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_whatever_is_sent_the_answer_is_a_documented_one(
    service: tuple[str, dict[str, str]], path: str, method: str, known: bool
) -> None:
    url, headers = service
    shown = headers if known else {}
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method.upper()]

    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def asked(case: Any) -> None:
        case.headers = {name: value for name, value in (case.headers or {}).items() if name not in shown}
        response = case.call(base_url=url, headers=shown, timeout=30)
        case.validate_response(
            response, checks=[checks.not_a_server_error, status_code_conformance, content_type_conformance]
        )

    asked()


def test_the_document_itself_is_behind_the_gate(service: tuple[str, dict[str, str]], tmp_path: Path) -> None:
    url, headers = service
    assert requests.get(f"{url}/openapi.json", timeout=30).status_code == 401
    assert requests.get(f"{url}/openapi.json", headers=headers, timeout=30).status_code == 200
