"""`/v1/register` over HTTP: who may change the register, what the answer says, and what the access log keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.main import create_app
from app.register.routes import MAX_DELTA
from app.settings import Settings
from tests.app.callers import headers_of
from tests.app.register.rows import Row, WriteCsv, a_row, run_import, some_rows

NDJSON = {"Content-Type": "application/x-ndjson"}
DELTAS = "/v1/register/deltas"


@pytest.fixture
def service(database: Database, database_url: str, tmp_path: Path, write_csv: WriteCsv) -> Iterator[TestClient]:
    """A service with ten people, called by somebody who may change the register."""
    run_import(database, write_csv(some_rows(10)))
    settings = Settings(database_url=database_url, data_dir=tmp_path, as_of=date(2026, 11, 22))
    headers = headers_of(database, "register:write", "match:disclose", "match")
    with TestClient(create_app(settings), headers=headers, raise_server_exceptions=False) as client:
        yield client


def _ndjson(rows: Sequence[Row]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


CHANGES = _ndjson(
    [
        a_row(3, full_name="Lê Thị Hồng"),
        a_row(11),
        a_row(12, sex="?"),
        {"operation": "remove", "personal_id": a_row(5)["personal_id"]},
        *(a_row(serial) for serial in range(6, 10)),
    ]
)


def test_changes_make_a_version_that_the_next_match_asks(service: TestClient) -> None:
    refused = service.post(DELTAS, content=CHANGES, headers=NDJSON)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:khop:problem:register.too_many_rejects")
    tried = service.post(DELTAS, content=CHANGES, headers=NDJSON, params={"dry_run": True})
    assert (tried.status_code, tried.json()["version"]) == (200, None)
    answer = service.post(DELTAS, content=CHANGES, headers=NDJSON, params={"accept_rejects": True})
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert told["changes"] == tried.json()["changes"]
    assert told["changes"]["fields"] == {"full_name": 1}
    assert [told["changes"][name] for name in ("added", "changed", "unchanged", "removed")] == [1, 1, 4, 1]
    assert [(row["line"], row["field"], row["reason"]) for row in told["rows"]] == [(3, "sex", "unknown_sex")]
    assert "Lê" not in answer.text
    listed = service.get("/v1/register").json()
    assert listed["active"] == told["version"]
    assert [(each["id"], each["state"], each["people"]) for each in listed["versions"]] == [
        (told["version"], "active", 10),
        (1, "retired", 10),
    ]
    assert listed["versions"][0]["delta"]["parent_id"] == 1
    changed = a_row(3, full_name="Lê Thị Hồng")
    record = {"full_name": changed["full_name"], "id_number": changed["personal_id"], "birth_date": "04/07/1985"}
    [found] = service.post("/v1/match", json={"record": record}).json()["subjects"]
    assert found["verdict"] == "full"
    assert service.get("/readyz").json()["register_version"] == listed["versions"][0]["version"]


def test_csv_is_read_and_the_same_body_again_changes_nothing(service: TestClient) -> None:
    body = f"thao_tac,personal_id\nxóa,{a_row(5)['personal_id']}\n".encode()
    headers = {"Content-Type": "text/csv; charset=utf-8"}
    assert service.post(DELTAS, content=body, headers=headers).json()["changes"]["removed"] == 1
    again = service.post(DELTAS, content=body, headers=headers)
    assert (again.status_code, again.json()["repeated"]) == (200, True)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "text/csv", 422),
        (b"{}", "application/json", 422),
        (b"personal_id\n1", "text/csv", 422),
        (b"\xff\xfe{\x00}\x00", "application/x-ndjson", 422),
        (b"x" * (MAX_DELTA + 1), "text/csv", 413),
    ],
)
def test_what_is_no_file_of_changes_is_refused(service: TestClient, body: bytes, kind: str, status: int) -> None:
    answer = service.post(DELTAS, content=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_access_log_keeps_who_changed_the_register_and_nobody_s_data(service: TestClient, tmp_path: Path) -> None:
    service.post(DELTAS, content=CHANGES, headers=NDJSON, params={"accept_rejects": True})
    service.get("/v1/register")
    kept = "".join(path.read_text("utf-8", "replace") for path in tmp_path.rglob("*.log") if path.is_file())
    kept += "".join(path.read_text("utf-8", "replace") for path in tmp_path.rglob("*log*/*") if path.is_file())
    for action in ("register.delta_started", "register.changed", "register.listed"):
        assert action in kept
    assert "068085" not in kept
    assert not list(tmp_path.glob("delta-*"))


def test_only_who_may_write_the_register_changes_or_lists_it(service: TestClient, database: Database) -> None:
    other = headers_of(database, "match", "admin", name="other")
    assert service.get("/v1/register", headers=other).status_code == 403
    assert service.post(DELTAS, content=CHANGES, headers=other | NDJSON).status_code == 403
    unstated = headers_of(database, "register:write", name="third", purpose=None)
    del service.headers["X-Purpose"]
    assert service.get("/v1/register", headers=unstated).status_code == 200
    assert service.post(DELTAS, content=CHANGES, headers=unstated | NDJSON).status_code == 400
