"""Nobody unknown gets past the gate, whatever the route; keys end at once when they are revoked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from psycopg import sql

from app.clients import service as clients
from app.clients.authenticating import Authenticator
from app.clients.described import demands_of
from app.clients.errors import KeyInvalid
from app.clients.gate import OPEN
from app.clients.service import NewClient
from app.clients.store import changes
from app.db import Database, make_engine
from app.main import create_app
from app.settings import Settings
from tests.app.callers import headers_of

RECORD = {"record": {"full_name": "Trần Văn Ba"}}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def made(data: Database, *scopes: str, name: str = "a", valid_for: timedelta | None = None) -> tuple[int, str]:
    client, key = clients.create(data, NewClient(name, frozenset(scopes), valid_for=valid_for), now=NOW)
    assert key is not None
    return client.id, key


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer x",
        "Bearer khop_AAAAAAAAAAAA_" + "A" * 43,
        "Bearer a.b.c",
        "Bearer " + "x" * 10_000,
        "khop_AAAAAAAAAAAA_" + "A" * 43,
    ],
)
def test_without_a_valid_key_every_address_is_401(service: TestClient, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    for method, path in (
        ("POST", "/v1/match"),
        ("POST", "/v1/match/batch"),
        ("GET", "/v1/clients"),
        ("GET", "/openapi.json"),
        ("GET", "/v1/nowhere"),
        ("GET", "/"),
        ("GET", "/healthz/"),
        ("GET", "//healthz"),
    ):
        answer = service.request(method, path, headers=headers, json=RECORD if method == "POST" else None)
        assert answer.status_code == 401, (method, path)
        assert answer.headers["www-authenticate"].startswith("Bearer ")
        assert answer.headers["content-type"] == "application/problem+json"


def test_health_alone_is_anonymous(service: TestClient) -> None:
    assert service.get("/healthz").status_code == 200
    assert service.get("/readyz").status_code == 503  # there is no register
    assert {"/healthz", "/readyz"} == OPEN


def test_every_route_behind_the_gate_demands_a_scope(settings: Settings) -> None:
    for route in iter_route_contexts(create_app(settings).routes):
        if route.path not in OPEN | {"/openapi.json"}:
            assert [demand for demand in demands_of(route) if demand.scopes], route.path


def test_every_operation_is_described_with_its_key_and_its_refusals(settings: Settings) -> None:
    document = create_app(settings).openapi()
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if path in OPEN:
                assert "security" not in operation
                continue
            assert operation["security"][0]["bearer"], (method, path)
            assert {"401", "403", "429", "503"} <= set(operation["responses"]), (method, path)


def test_a_missing_scope_is_403_and_named(service: TestClient, data: Database) -> None:
    headers = headers_of(data, "jobs")
    answer = service.post("/v1/match", json=RECORD, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:khop:problem:auth.scope_missing"
    assert "match" in answer.json()["detail"]
    assert 'error="insufficient_scope", scope="match"' in answer.headers["www-authenticate"]


def test_a_body_is_not_read_for_somebody_unknown(service: TestClient) -> None:
    answer = service.post("/v1/match", content=b"{" * 100_000, headers={"Content-Type": "application/json"})
    assert answer.status_code == 401


def test_two_keys_in_one_request_are_none(service: TestClient, data: Database) -> None:
    _, key = made(data, "admin")
    headers = [("Authorization", f"Bearer {key}"), ("Authorization", "Bearer x")]
    assert service.get("/v1/clients", headers=headers).status_code == 401


# Purposes.


@pytest.mark.parametrize(
    ("purpose", "status"),
    [
        (None, 400),
        ("", 400),
        ("ab", 400),
        ("x" * 121, 400),
        ("Tra cứu 068085001234", 400),
        ("Tra cứu 068 085 001 234", 400),
        ("CMND 250.123.456", 400),
        ("B1234567", 400),
        ("a\tb<script>", 400),
        ("Đối chiếu hồ sơ địa chính, kế hoạch 515/KH-BCA ngày 22-11-2026", 503),
        ("audit 2026", 503),
        ("x" * 120, 503),
    ],
)
def test_a_question_about_people_says_why_without_anybodys_number(
    service: TestClient, data: Database, purpose: str | None, status: int
) -> None:
    headers: dict[str, Any] = headers_of(data, "match", purpose=None)
    if purpose is not None:
        headers["X-Purpose"] = purpose.encode()
    answer = service.post("/v1/match", json=RECORD, headers=headers)
    assert answer.status_code == status, answer.text  # 503: there is no register to ask, but the question was let in
    if status == 400:
        assert answer.json()["type"].startswith("urn:khop:problem:purpose.")


def test_a_purpose_may_come_in_latin_1(service: TestClient, data: Database) -> None:
    headers: dict[str, Any] = {**headers_of(data, "match"), "X-Purpose": "Vérification".encode("latin-1")}
    assert service.post("/v1/match", json=RECORD, headers=headers).status_code == 503


# The life of a key.


def authenticator(data: Database, now: list[datetime]) -> Authenticator:
    return Authenticator(data, None, clock=lambda: now[0])


def test_a_key_opens_until_it_expires(data: Database) -> None:
    _, key = made(data, "match", valid_for=timedelta(hours=1))
    now = [NOW]
    door = authenticator(data, now)
    assert door.known(f"Bearer {key}").caller.scopes == {"match"}
    now[0] = NOW + timedelta(minutes=59)
    assert door.known(f"bearer  {key}").caller.name == "a"
    now[0] = NOW + timedelta(hours=1)
    with pytest.raises(KeyInvalid):
        door.known(f"Bearer {key}")


def test_a_revoked_key_opens_nothing_from_the_next_request_on_in_any_process(data: Database) -> None:
    number, key = made(data, "match")
    doors = [authenticator(data, [NOW]) for _ in range(2)]
    for door in doors:
        assert door.known(f"Bearer {key}").caller.client_id == number
    clients.revoke(data, number, now=NOW)
    for door in doors:
        with pytest.raises(KeyInvalid):
            door.known(f"Bearer {key}")


def test_rotation_leaves_the_old_key_for_the_overlap_and_no_longer(data: Database) -> None:
    number, old = made(data, "match")
    now = [NOW]
    door = authenticator(data, now)
    _, new = clients.rotate(data, number, overlap=timedelta(hours=24), valid_for=None, now=NOW)
    assert {door.known(f"Bearer {key}").caller.client_id for key in (old, new)} == {number}
    now[0] = NOW + timedelta(hours=24)
    assert door.known(f"Bearer {new}").caller.client_id == number
    with pytest.raises(KeyInvalid):
        door.known(f"Bearer {old}")


def test_rotation_lengthens_no_key(data: Database) -> None:
    number, old = made(data, "match", valid_for=timedelta(hours=1))
    clients.rotate(data, number, overlap=timedelta(hours=24), valid_for=None, now=NOW)
    with pytest.raises(KeyInvalid):
        authenticator(data, [NOW + timedelta(hours=2)]).known(f"Bearer {old}")


def test_one_key_can_be_revoked_alone(data: Database) -> None:
    number, old = made(data, "match")
    _, new = clients.rotate(data, number, overlap=timedelta(hours=24), valid_for=None, now=NOW)
    clients.revoke(data, number, prefix=old[5:17], now=NOW)
    door = authenticator(data, [NOW])
    assert door.known(f"Bearer {new}").caller.client_id == number
    with pytest.raises(KeyInvalid):
        door.known(f"Bearer {old}")


def test_a_right_prefix_with_another_secret_opens_nothing(data: Database) -> None:
    _, key = made(data, "match")
    wrong = key[:-1] + ("A" if key[-1] != "A" else "E")
    door = authenticator(data, [NOW])
    door.known(f"Bearer {key}")
    with pytest.raises(KeyInvalid):
        door.known(f"Bearer {wrong}")


def test_what_has_not_the_form_of_a_key_is_refused_without_asking_the_database(tmp_path: Path) -> None:
    nowhere = Database(make_engine(f"sqlite:///{tmp_path / 'empty.db'}"))
    for shown in ("x", "a.b.c", "khop_short"):
        with pytest.raises(KeyInvalid):
            authenticator(nowhere, [NOW]).known(f"Bearer {shown}")
    nowhere.close()


def test_every_change_of_clients_moves_the_number_that_requests_look_at(data: Database) -> None:
    seen = [changes(data)]
    number, _ = made(data, "match")
    seen.append(changes(data))
    clients.rotate(data, number, overlap=timedelta(), valid_for=None, now=NOW)
    seen.append(changes(data))
    clients.revoke(data, number, now=NOW)
    seen.append(changes(data))
    assert seen == sorted(set(seen))


def test_no_key_is_kept_in_the_database(data: Database, tmp_path: Path) -> None:
    _, key = made(data, "match")
    with data.reading() as session:
        rows: list[Any] = []
        for table in ("clients", "client_keys"):
            rows += session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
    secret = key.rsplit("_", 1)[-1] if "_" not in key[18:] else key[18:]
    assert rows
    assert secret not in str(rows)


@contextmanager
def gone(data: Database, server: str) -> Iterator[None]:
    """The database can't be reached for a while."""
    if data.is_sqlite:
        path = Path(str(data.engine.url.database))
        moved = path.rename(path.with_suffix(".moved"))
        path.mkdir()
        data.close()
        yield
        path.rmdir()
        moved.rename(path)
        return
    name = sql.Identifier(str(data.engine.url.database))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(name))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [data.engine.url.database]
        )
        yield
        connection.execute(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true").format(name))


def test_a_database_that_is_gone_lets_nobody_in_and_its_return_needs_no_restart(
    data: Database, settings: Settings, postgresql_server: str
) -> None:
    headers = headers_of(data, "admin")
    app = create_app(settings)
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/v1/clients", headers=headers).status_code == 200
        app.state.database.close()
        with gone(data, postgresql_server):
            answer = client.get("/v1/clients", headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:khop:problem:database.unreachable")
        assert client.get("/v1/clients", headers=headers).status_code == 200


def test_a_key_that_is_closed_again_stays_closed_since_when_it_was(data: Database) -> None:
    number, key = made(data, "match")
    for days in (0, 3):
        clients.revoke(data, number, prefix=key[5:17], now=NOW + timedelta(days=days))
    assert [one.revoked_at for one in clients.one(data, number).keys] == [NOW]
