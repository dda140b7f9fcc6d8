"""What the service refuses: always a problem detail, never the caller's data, never a 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.db import database
from app.main import create_app, openapi_yaml
from app.migrations import make_current
from tests.app.callers import headers_of
from tests.app.matches.conftest import settings_for

CANARY = "Canary Nguyễn 079085123456"


@pytest.fixture
def empty_service(sqlite_url: str, tmp_path: Path) -> Iterator[TestClient]:
    """A service without a register."""
    settings = settings_for(sqlite_url, tmp_path)
    db = database(settings)
    make_current(db)
    headers = headers_of(db, "match", "match:disclose")
    db.close()
    with TestClient(create_app(settings), raise_server_exceptions=False, headers=headers) as client:
        yield client


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"record": {"full_name": "Canary Nguy\xe1\xbb", "id_number": "079085123456"}}', 400),
        (b'{"record": {"full_name": "Canary", ', 422),
        (b"", 422),
        (b"[]", 422),
        (b"null", 422),
        (b'{"record": null}', 422),
        (b'{"record": {}}', 422),
        (b'{"record": {"full_name": "  ", "id_number": ""}}', 422),
        (b'{"record": {"address": "Canary"}}', 422),
        (b'{"record": {"full_name": {"Canary": 1}}}', 422),
        (b'{"record": {"full_name": ["Canary"]}}', 422),
        (b'{"record": {"full_name": true}}', 422),
        (b'{"record": {"full_name": "Canary\\u0000"}}', 422),
        (b'{"record": {"full_name": "Canary\\ud800"}}', 422),
        (b'{"record": {"full_name": "x", "record_id": "Canary\\u0000"}}', 422),
        (b'{"record": {"full_name": "x"}, "explain": "yes"}', 422),
        (b'{"record": {"full_name": "x", "id_number": NaN}}', 422),
        (b'{"record": {"full_name": "x", "id_number": Infinity}}', 422),
        (b'{"record": {"full_name": "x", "encoding": "Canary"}}', 422),
        (b'{"record": {"full_name": "x", "Canary 079085123456": 1}}', 422),
        (b'{"record": {"full_name": "x"}, "Canary": 1}', 422),
        (b'{"record": {"full_name": "x"}, "explain": "Canary"}', 422),
        (b'{"record": {"full_name": "' + b"Canary " * 2_000 + b'"}}', 422),
        (b'{"record": {"full_name": "' + b"Canary " * 1_500_000 + b'"}}', 413),
        (b"[" * 100_000, 400),
        (b'{"record": {"full_name": "x", "id_number": ' + b"9" * 10_000 + b"}}", 400),
    ],
)
def test_bad_bodies_get_a_clear_4xx_without_the_callers_data(
    empty_service: TestClient, body: bytes, status: int
) -> None:
    answer = empty_service.post("/v1/match", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert "Canary" not in answer.text
    assert "079085123456" not in answer.text


@pytest.mark.parametrize("headers", [{"Content-Type": "text/plain"}, {"Content-Type": "text/csv"}, {}])
def test_a_body_that_is_not_announced_as_json_is_415(empty_service: TestClient, headers: dict[str, str]) -> None:
    answer = empty_service.post("/v1/match", content=CANARY.encode(), headers=headers)
    assert answer.status_code == 415
    assert answer.json()["type"] == "urn:khop:problem:request.not_json"
    assert "Canary" not in answer.text


def test_readiness_is_that_of_the_register_file_not_of_the_pointer(service: TestClient, tmp_path: Path) -> None:
    assert service.get("/readyz").status_code == 200
    assert service.head("/readyz").status_code == 200
    assert service.head("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("header", "english"),
    [("en", True), ("vi;q=0.1, en;q=0.9", True), ("en;q=0, vi", False), ("fr", False), ("vi, en;q=0.8", False)],
)
def test_the_language_is_the_one_that_the_caller_likes_best(
    empty_service: TestClient, header: str, english: bool
) -> None:
    answer = empty_service.get("/v1/nowhere", headers={"Accept-Language": header}).json()
    assert (answer["title"] == "There is no such address") is english


def test_a_batch_has_between_one_and_a_thousand_records(empty_service: TestClient) -> None:
    for records in ([], [{"full_name": "x"}] * 1_001):
        assert empty_service.post("/v1/match/batch", json={"records": records}).status_code == 422


def test_unknown_addresses_and_methods_are_problems(empty_service: TestClient) -> None:
    assert empty_service.get("/v1/nowhere").json()["type"] == "urn:khop:problem:not_found"
    assert empty_service.get("/v1/match").json()["type"] == "urn:khop:problem:method_not_allowed"


def test_without_a_register_the_service_says_what_to_do(empty_service: TestClient) -> None:
    answer = empty_service.post("/v1/match", json={"record": {"full_name": CANARY}})
    assert answer.status_code == 503
    assert "khop register import" in answer.json()["detail"]
    assert empty_service.get("/readyz").status_code == 503


def test_an_unforeseen_error_says_nothing_of_the_record(
    empty_service: TestClient, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr("app.matches.routes.normalise", broken)
    answer = empty_service.post("/v1/normalise", json={"record": {"full_name": CANARY}})
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:khop:problem:internal"
    captured = capfd.readouterr()
    assert "079085123456" not in answer.text + captured.out + captured.err


def test_the_committed_openapi_document_is_that_of_the_app() -> None:
    assert Path("openapi.yaml").read_text(encoding="utf-8") == openapi_yaml(), "run: make openapi"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_is_gone_is_503_and_its_return_needs_no_restart(service: TestClient, tmp_path: Path) -> None:
    register = tmp_path / "khop-register-1.db"
    asked = {"record": {"full_name": "Trần Văn Ba", "id_number": "068085001234", "birth_date": "1985-07-20"}}
    assert service.post("/v1/match", json=asked).status_code == 200
    service.app.state.matcher.close()  # type: ignore[attr-defined]
    content = register.read_bytes()
    register.write_bytes(b"not a database" * 1000)
    broken = service.post("/v1/match", json=asked)
    assert broken.status_code == 503
    assert broken.json()["type"] == "urn:khop:problem:database.unreachable"
    register.write_bytes(content)
    service.app.state.matcher.close()  # type: ignore[attr-defined]
    assert service.post("/v1/match", json=asked).status_code == 200
