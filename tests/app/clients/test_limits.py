"""How much a client may ask: its rate, its requests at once, and the time of a body."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

from app.body_time import BodyTime
from app.clients.errors import RateExceeded, TooManyAtOnce
from app.clients.limits import Turnstile
from app.clients.store import Limits
from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests.app.callers import headers_of


def test_a_client_may_send_two_seconds_worth_at_once_and_then_its_rate() -> None:
    now = [0.0]
    turnstile = Turnstile(clock=lambda: now[0])
    for _ in range(10):
        turnstile.enter(1, rate=5, concurrent=0)
    with pytest.raises(RateExceeded) as refused:
        turnstile.enter(1, rate=5, concurrent=0)
    assert refused.value.headers == {"Retry-After": "1"}
    now[0] = 0.2
    turnstile.enter(1, rate=5, concurrent=0)
    with pytest.raises(RateExceeded):
        turnstile.enter(1, rate=5, concurrent=0)


def test_one_clients_requests_are_not_counted_for_another() -> None:
    turnstile = Turnstile(clock=lambda: 0.0)
    turnstile.enter(1, rate=0.5, concurrent=0)
    with pytest.raises(RateExceeded) as refused:
        turnstile.enter(1, rate=0.5, concurrent=0)
    assert refused.value.headers == {"Retry-After": "2"}
    turnstile.enter(2, rate=0.5, concurrent=0)


def test_a_clock_that_goes_back_gives_and_takes_nothing() -> None:
    now = [100.0]
    turnstile = Turnstile(clock=lambda: now[0])
    turnstile.enter(1, rate=1, concurrent=0)
    now[0] = 0.0
    turnstile.enter(1, rate=1, concurrent=0)
    with pytest.raises(RateExceeded):
        turnstile.enter(1, rate=1, concurrent=0)


def test_so_many_at_once_and_a_place_is_free_again_when_one_leaves() -> None:
    turnstile = Turnstile(clock=lambda: 0.0)
    turnstile.enter(1, rate=0, concurrent=2)
    turnstile.enter(1, rate=0, concurrent=2)
    with pytest.raises(TooManyAtOnce):
        turnstile.enter(1, rate=0, concurrent=2)
    turnstile.leave(1)
    turnstile.enter(1, rate=0, concurrent=2)


def test_over_http_a_rate_is_429_with_the_seconds_to_wait(service: TestClient, data: Database) -> None:
    headers = headers_of(data, "admin", limits=Limits(rate=0.5))
    answers = [service.get("/v1/clients", headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].json()["type"] == "urn:khop:problem:limit.rate"
    assert 1 <= int(answers[1].headers["retry-after"]) <= 2
    assert service.get("/v1/clients", headers=headers_of(data, "admin", name="b")).status_code == 200


def test_a_client_whose_requests_hang_keeps_nobody_else_waiting(data: Database, settings: Settings) -> None:
    app = create_app(settings)
    release = threading.Event()
    started: list[int] = []

    def slow() -> dict[str, str]:
        started.append(1)
        release.wait(30)
        return {}

    app.add_api_route("/slow", slow)
    mine = headers_of(data, "match", name="slow", limits=Limits(rate=0, concurrent=3))
    with TestClient(app, raise_server_exceptions=False) as client:
        waiting = [threading.Thread(target=client.get, args=("/slow",), kwargs={"headers": mine}) for _ in range(3)]
        for thread in waiting:
            thread.start()
        deadline = time.monotonic() + 20
        while len(started) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        refused = client.get("/slow", headers=mine)
        other = client.get("/v1/clients", headers=headers_of(data, "admin", name="other"))
        release.set()
        for thread in waiting:
            thread.join()
        again = client.get("/slow", headers=mine)
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:khop:problem:limit.concurrent")
    assert other.status_code == 200
    assert again.status_code == 200


# The time of a body.


async def taken(messages: AsyncIterator[dict[str, Any]], *, seconds: float, slowest: int) -> list[dict[str, Any]]:
    """The messages that an application gets through the layer."""
    got: list[dict[str, Any]] = []

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        while True:
            got.append(await receive())
            if not got[-1].get("more_body"):
                return

    async def receive() -> dict[str, Any]:
        return await anext(messages)

    async def send(_message: Any) -> None:
        raise AssertionError

    await BodyTime(app, seconds=seconds, slowest=slowest)({"type": "http"}, receive, send)  # type: ignore[arg-type]
    return got


async def dribble(pieces: int, *, size: int, pause: float) -> AsyncIterator[dict[str, Any]]:
    for piece in range(pieces):
        await anyio.sleep(pause)
        yield {"type": "http.request", "body": b"x" * size, "more_body": piece < pieces - 1}


def test_a_body_that_dribbles_is_cut() -> None:
    async def run() -> None:
        with pytest.raises(HTTPException) as cut:
            await taken(dribble(1_000, size=1, pause=0.02), seconds=0.1, slowest=1_000)
        assert cut.value.status_code == 408

    began = time.monotonic()
    anyio.run(run)
    assert time.monotonic() - began < 10


def test_a_body_that_keeps_coming_may_take_longer_than_its_seconds() -> None:
    async def run() -> int:
        return len(await taken(dribble(10, size=1_000, pause=0.05), seconds=0.2, slowest=1_000))

    assert anyio.run(run) == 10


# Headers.


def test_every_answer_says_what_it_is_and_that_nothing_may_be_kept(service: TestClient, data: Database) -> None:
    for path in ("/healthz", "/nowhere", "/v1/clients"):
        answer = service.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "server" not in answer.headers
        assert "strict-transport-security" not in answer.headers
    assert service.get("/v1/clients", headers=headers_of(data, "admin")).headers["cache-control"] == "no-store"


def test_https_is_insisted_on_where_it_is_configured(data: Database, settings: Settings) -> None:
    with TestClient(create_app(settings.model_copy(update={"hsts_seconds": 31_536_000}))) as client:
        answer = client.get("/healthz")
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
