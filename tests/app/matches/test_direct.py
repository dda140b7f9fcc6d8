"""`POST /v1/match` is answered in front of the framework: no answer differs from that of the route behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.clients import service as clients
from app.clients.gate import Gate
from app.clients.service import NewClient
from app.db import Database, database
from app.main import create_app
from app.matches.direct import Direct
from app.matches.store import standing
from app.migrations import make_current
from app.settings import Settings
from tests.app.callers import PURPOSE, headers_of
from tests.app.matches.conftest import import_small, settings_for

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TRAN = {"full_name": "Trần Văn Ba", "id_number": "068085001234", "birth_date": "1985-07-20"}
JSON = {"Content-Type": "application/json"}


class Doors(NamedTuple):
    """The same service twice: with the direct way, and with the route only."""

    direct: TestClient
    route: TestClient
    data: Database


def route_only(settings: Settings) -> FastAPI:
    """The service without the direct way."""
    app = create_app(settings)
    for layer in layers_of(app):
        if layer.cls is Direct:
            app.user_middleware.remove(layer)
        if layer.cls is Gate:
            layer.kwargs.pop("late")
    return app


def layers_of(app: FastAPI) -> list[Any]:
    """The layers in front of the routes."""
    return list(app.user_middleware)


@pytest.fixture
def doors(database_url: str, tmp_path: Path) -> Iterator[Doors]:
    settings = settings_for(database_url, tmp_path)
    db = database(settings)
    make_current(db)
    import_small(db, tmp_path)
    with ExitStack() as stack:
        direct, route = (
            stack.enter_context(TestClient(app, raise_server_exceptions=False))
            for app in (create_app(settings), route_only(settings))
        )
        yield Doors(direct, route, db)
    db.close()


BODIES: list[bytes] = [
    b'{"record": {"record_id": "a", "full_name": "Tr\xe1\xba\xa7n V\xc4\x83n Ba", "id_number": "068085001234", '
    b'"birth_date": "1985-07-20"}}',
    b'{"record": {"full_name": "Nguy\xe1\xbb\x85n V\xc4\x83n H\xc3\xb9ng", "birth_date": 1960}, "explain": true}',
    b'{"record": {"full_name": "Nobody At All", "birth_date": "1999"}}',
    b'\xef\xbb\xbf{"record": {"full_name": "x"}}',
    '{"record": {"full_name": "Lê Thị Mỹ"}}'.encode("utf-16"),
    b"",
    b" ",
    b"null",
    b"[]",
    b"7",
    b'"x"',
    b"{",
    b'{"record": {}',
    b"{}",
    b'{"record": null}',
    b'{"record": {}}',
    b'{"record": []}',
    b'{"record": {"address": "x"}}',
    b'{"record": {"full_name": {"a": 1}}}',
    b'{"record": {"full_name": true}}',
    b'{"record": {"full_name": "\\u0000"}}',
    b'{"record": {"full_name": "\\ud800"}}',
    b'{"record": {"full_name": "x", "id_number": NaN}}',
    b'{"record": {"full_name": "x", "id_number": 1e400}}',
    b'{"record": {"full_name": "x", "encoding": "y"}}',
    b'{"record": {"full_name": "x", "unknown": 1}, "other": 2}',
    b'{"record": {"full_name": "x"}, "explain": "yes"}',
    b'{"record": {"full_name": "x"}, "record": {"full_name": "y"}}',
    b'{"record": {"full_name": "' + b"x" * 20_000 + b'"}}',
    b"[" * 100_000,
    b'{"record": {"full_name": "x", "id_number": ' + b"9" * 10_000 + b"}}",
    b'{"record": {"full_name": "\xe1\xbb"}}',
    b'{"record": {"full_name": "' + b"x" * 5_000_000 + b'"}}',
]


def test_every_body_gets_the_same_answer_both_ways(doors: Doors) -> None:
    for scopes in (("match", "match:disclose"), ("match",), ("jobs",)):
        headers = headers_of(doors.data, *scopes, name=" ".join(scopes)) | JSON
        for body in BODIES:
            _same(doors, body, headers)


def test_every_header_gets_the_same_answer_both_ways(doors: Doors) -> None:
    known = headers_of(doors.data, "match")
    for more in (
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "Application/JSON; charset=utf-8"},
        {"Content-Type": "application/merge-patch+json"},
        {"Content-Type": "application/json/x"},
        JSON | {"Accept-Language": "en"},
        JSON | {"X-Purpose": "068085001234"},
        JSON | {"X-Purpose": ""},
        JSON | {"Authorization": "Bearer khop_AAAAAAAAAAAA_" + "A" * 43},
        JSON | {"Authorization": ""},
    ):
        for body in BODIES[0], BODIES[11]:
            _same(doors, body, known | more)


def _same(doors: Doors, body: bytes, headers: dict[str, str]) -> None:
    direct, route = (door.post("/v1/match", content=body, headers=headers) for door in (doors.direct, doors.route))
    assert (direct.status_code, direct.json()) == (route.status_code, route.json()), (body[:80], headers)
    seen = [{name: value for name, value in each.headers.items() if name != "x-request-id"} for each in (direct, route)]
    assert seen[0] == seen[1], (body[:80], headers)


def test_other_methods_and_paths_are_those_of_the_framework(doors: Doors) -> None:
    headers = headers_of(doors.data, "match")
    for method, path in (("GET", "/v1/match"), ("OPTIONS", "/v1/match"), ("POST", "/v1/match/"), ("POST", "/v1/Match")):
        direct, route = (
            door.request(method, path, headers=headers, follow_redirects=False) for door in (doors.direct, doors.route)
        )
        assert (direct.status_code, direct.content) == (route.status_code, route.content)


def test_a_request_is_counted_under_its_route_like_any_other(doors: Doors) -> None:
    headers = headers_of(doors.data, "match", "metrics")
    doors.direct.post("/v1/match", json={"record": TRAN}, headers=headers)
    told = doors.direct.get("/metrics", headers=headers).text
    assert 'khop_requests_total{method="POST",route="/v1/match",status="200"} 1.0' in told


# Who was recognised before is confirmed before anything is looked at.


def test_a_key_that_is_revoked_opens_nothing_from_the_next_request_on(doors: Doors) -> None:
    client, key = clients.create(doors.data, NewClient("a", frozenset({"match"})), now=NOW)
    headers = {"Authorization": f"Bearer {key}", "X-Purpose": PURPOSE}
    assert doors.direct.post("/v1/match", json={"record": TRAN}, headers=headers).status_code == 200
    clients.revoke(doors.data, client.id, now=NOW)
    for _ in range(2):
        refused = doors.direct.post("/v1/match", json={"record": TRAN}, headers=headers)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer ")


def test_a_key_is_confirmed_after_the_body_too(doors: Doors) -> None:
    client, key = clients.create(doors.data, NewClient("a", frozenset({"match"})), now=NOW)
    headers = {"Authorization": f"Bearer {key}", "X-Purpose": PURPOSE} | JSON

    def body() -> Iterator[bytes]:
        yield BODIES[0][:20]
        clients.revoke(doors.data, client.id, now=NOW)
        yield BODIES[0][20:]

    assert doors.direct.post("/v1/match", content=BODIES[0], headers=headers).status_code == 200
    assert doors.direct.post("/v1/match", content=body(), headers=headers).status_code == 401


def test_a_revoked_key_is_forgotten_and_its_next_body_is_not_read(doors: Doors) -> None:
    client, key = clients.create(doors.data, NewClient("a", frozenset({"match"})), now=NOW)
    headers = {"Authorization": f"Bearer {key}", "X-Purpose": PURPOSE} | JSON
    assert doors.direct.post("/v1/match", content=BODIES[0], headers=headers).status_code == 200
    clients.revoke(doors.data, client.id, now=NOW)
    assert doors.direct.post("/v1/match", content=b"x", headers=headers).status_code == 401
    large = b" " * 5_000_000  # who is let in is told 413
    assert doors.direct.post("/v1/match", content=large, headers=headers).status_code == 401


def test_behind_a_gate_that_leaves_confirming_to_the_route_no_other_route_finds_a_caller(
    database_url: str, tmp_path: Path
) -> None:
    settings = settings_for(database_url, tmp_path)
    db = database(settings)
    make_current(db)
    headers = headers_of(db, "match", "admin")
    db.close()
    app = create_app(settings)
    for layer in layers_of(app):
        if layer.cls is Gate:
            layer.kwargs["late"] = frozenset({("GET", "/v1/clients")})
    with TestClient(app, raise_server_exceptions=False, headers=headers) as client:
        assert client.get("/v1/clients").status_code == 401


def test_what_stands_is_read_at_once(doors: Doors) -> None:
    before = standing(doors.data)
    assert (before.version, before.model) == (1, None)
    headers_of(doors.data, "match")
    assert standing(doors.data).changes > before.changes
