"""`/v1/clients`: what an administrator may do, and hand on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.app.callers import headers_of


@pytest.fixture
def admin(service: TestClient, data: Database) -> TestClient:
    service.headers.update(headers_of(data, "admin", "match", name="Quản trị", purpose=None))
    return service


def create(admin: TestClient, **fields: Any) -> dict[str, Any]:
    answer = admin.post("/v1/clients", json={"name": "Phần mềm", "scopes": ["match"]} | fields)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_key_is_shown_once_and_never_listed(admin: TestClient) -> None:
    made = create(admin)
    assert made["key"].startswith("khop_")
    listed = admin.get("/v1/clients")
    assert made["key"] not in listed.text
    entry = next(client for client in listed.json()["clients"] if client["id"] == made["id"])
    assert entry["keys"][0]["prefix"] == made["key"][5:17]
    assert listed.headers["cache-control"] == "no-store"


def test_a_key_can_be_rotated_and_its_client_revoked(admin: TestClient) -> None:
    made = create(admin)
    rotated = admin.post(f"/v1/clients/{made['id']}/rotate", json={"overlap_hours": 1}).json()
    assert rotated["key"] != made["key"]
    assert admin.post(f"/v1/clients/{made['id']}/revoke", json={}).json()["revoked_at"]
    for key in (made["key"], rotated["key"]):
        assert admin.get("/openapi.json", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    again = admin.post(f"/v1/clients/{made['id']}/rotate", json={})
    assert again.json()["type"] == "urn:khop:problem:client.revoked"


def test_one_key_is_revoked_by_its_prefix(admin: TestClient) -> None:
    made = create(admin)
    rotated = admin.post(f"/v1/clients/{made['id']}/rotate", json={}).json()
    admin.post(f"/v1/clients/{made['id']}/revoke", json={"prefix": made["key"][5:17]})
    assert admin.get("/openapi.json", headers={"Authorization": f"Bearer {made['key']}"}).status_code == 401
    assert admin.get("/openapi.json", headers={"Authorization": f"Bearer {rotated['key']}"}).status_code == 200


def test_an_administrator_hands_out_only_what_it_has(admin: TestClient, data: Database) -> None:
    refused = admin.post("/v1/clients", json={"name": "x", "scopes": ["match", "match:disclose"]})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:khop:problem:client.grant_too_wide")
    headers_of(data, "match:disclose", name="Người khác")
    other = next(c for c in admin.get("/v1/clients").json()["clients"] if c["name"] == "Người khác")
    assert admin.post(f"/v1/clients/{other['id']}/rotate", json={}).status_code == 403
    assert admin.post(f"/v1/clients/{other['id']}/revoke", json={}).status_code == 200


def test_an_administrator_that_may_not_see_everything_grants_no_attempts(admin: TestClient, data: Database) -> None:
    asked = {"name": "x", "scopes": ["match"], "limits": {"attempts": 0}}
    assert admin.post("/v1/clients", json=asked).status_code == 403
    all_seeing = headers_of(data, "admin", "match", "match:disclose", name="b")
    assert admin.post("/v1/clients", json=asked, headers=all_seeing).status_code == 201


def test_every_change_is_an_entry_of_the_access_log_without_the_key(admin: TestClient, tmp_path: Path) -> None:
    made = create(admin)
    rotated = admin.post(f"/v1/clients/{made['id']}/rotate", json={}).json()
    admin.post(f"/v1/clients/{made['id']}/revoke", json={"prefix": made["key"][5:17]})
    log = "".join(path.read_text() for path in (tmp_path / "access-log").rglob("*") if path.is_file())
    for action in ("client.created", "client.rotated", "client.revoked"):
        assert f'"action":"{action}","who":"1"' in log
    assert made["key"][18:] not in log
    assert rotated["key"][18:] not in log


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"scopes": ["everything"]}, 422),
        ({"scopes": []}, 422),
        ({"name": ""}, 422),
        ({"name": "Nguyễn 068085001234"}, 422),
        ({"name": "a\nb"}, 201),  # spaces of any kind become one
        ({"name": "<b>"}, 422),
        ({"name": "x" * 101}, 422),
        ({"expires_days": 0}, 422),
        ({"limits": {"rate": -1}}, 422),
        ({"limits": {"rate": 1e7}}, 422),
        ({"unknown": 1}, 422),
        ({"name": "Quản trị"}, 409),
        ({"subject": "app-1", "limits": {"rate": 5, "concurrent": 2}}, 201),
    ],
)
def test_what_makes_no_sense_is_refused(admin: TestClient, fields: dict[str, Any], status: int) -> None:
    answer = admin.post("/v1/clients", json={"name": "Phần mềm", "scopes": ["match"]} | fields)
    assert answer.status_code == status, answer.text
    if status == 201 and "subject" in fields:
        assert answer.json()["key"] is None


def test_who_is_no_administrator_sees_no_clients(service: TestClient, data: Database) -> None:
    headers = headers_of(data, "match", "jobs", "access-log")
    for method, path in (("GET", "/v1/clients"), ("GET", "/v1/clients/1"), ("POST", "/v1/clients")):
        json = {"name": "x", "scopes": ["match"]} if method == "POST" else None
        assert service.request(method, path, headers=headers, json=json).status_code == 403


def test_a_client_that_does_not_exist_is_404(admin: TestClient) -> None:
    assert admin.get("/v1/clients/999").status_code == 404
    assert admin.post("/v1/clients/999/revoke", json={}).status_code == 404
    assert admin.post("/v1/clients/999/rotate", json={}).status_code == 404
