"""What each layer in front of a route costs: keys, limits, purpose, headers; and what cutting an answer costs.

python -m benchmarks.gate_layers --requests 5000 [--database-url postgresql://…]

Calls the layers as the server does, on one event loop, without sockets. CPU microseconds a request of the whole
process (the thread that looks at the number of changes included), the best of five rounds; each row adds a layer.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from app.body_limit import BodyLimit
from app.body_time import BodyTime
from app.clients import service
from app.clients.access import requires
from app.clients.authenticating import Authenticator, utc_now
from app.clients.gate import Gate, keeper
from app.clients.service import NewClient
from app.clients.store import Limits
from app.db import database
from app.matches.attempts import Attempts
from app.matches.disclosure import limited
from app.matches.even_answers import EvenAnswers
from app.migrations import make_current
from app.problems import too_large
from app.security_headers import SecurityHeaders
from app.settings import Settings
from matching.answer import RecordAnswer, SubjectAnswer
from matching.findings import Finding
from matching.model import default_model
from matching.normalise import normalise
from matching.records import RawRecord
from matching.verdict import Action, Identity, Verdict

ROUNDS = 5
BODY = b'{"record": {"full_name": "x"}}'


async def route(_scope: Scope, receive: Receive, send: Send) -> None:
    """A route that reads its body and answers."""
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b"{}"})


def demanding(app: ASGIApp) -> ASGIApp:
    """The route, behind what it demands."""
    demand = requires("match")

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        await demand(Request(scope))
        await app(scope, receive, send)

    return asked


def main() -> None:
    """Measure the layers and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=5_000)
    parser.add_argument("--database-url")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = asked.database_url or f"sqlite:///{Path(folder) / 'khop.db'}"
        settings = Settings(database_url=url, data_dir=Path(folder), rate_per_second=1e9)
        db = database(settings)
        make_current(db)
        new = NewClient("bench", frozenset({"match"}), limits=Limits(rate=1e9))
        _, key = service.create(db, new, now=datetime.now(UTC))
        headers = [(b"authorization", f"Bearer {key}".encode()), (b"x-purpose", b"benchmark of the layers")]
        door = keeper(Authenticator(db, None, clock=utc_now), settings)
        gate = Gate(demanding(route), keeper=door)
        limits = BodyLimit(BodyTime(gate, seconds=20), most=4_000_000, refuse=too_large)
        stack: list[tuple[str, ASGIApp]] = [
            ("the route alone", route),
            ("key, rate, requests at once", Gate(route, keeper=door)),
            ("scope and purpose", gate),
            ("size and time of the body", limits),
            ("even answers", EvenAnswers(limits, seconds=0.005)),
            ("security headers", SecurityHeaders(EvenAnswers(limits, seconds=0.005))),
        ]
        before = 0.0
        print(f"{db.engine.dialect.name}, {asked.requests:,} requests, best of {ROUNDS}: CPU and wall us a request")
        for name, app in stack:
            cpu, wall = asyncio.run(timed(app, headers, asked.requests))
            print(f"| {name} | {cpu - before:.1f} | {cpu:.1f} | {wall:.1f} |")
            before = cpu
        db.close()
    print(f"| attempts counted, a record | {attempts():.1f} |")
    print(f"| an answer cut, a record | {cutting():.1f} |")


async def timed(app: ASGIApp, headers: list[tuple[bytes, bytes]], requests: int) -> tuple[float, float]:
    """CPU and wall microseconds a request."""
    owner = Starlette()
    best: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(requests):
            await app(scope_of(owner, headers), one_body(), nowhere)
        best.append(((time.process_time() - cpu) / requests * 1e6, (time.perf_counter() - wall) / requests * 1e6))
    return min(best)


def scope_of(owner: Starlette, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    """A request as the server hands it on."""
    return {"type": "http", "method": "POST", "path": "/v1/match", "headers": headers, "app": owner, "state": {}}


def one_body() -> Callable[[], Awaitable[dict[str, Any]]]:
    """A body that is there at once."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": BODY, "more_body": False}

    return receive


async def nowhere(_message: Any) -> None:
    """Take an answer."""


def attempts() -> float:
    """Microseconds to count the attempts of a record of which none was asked before."""
    count = Attempts(clock=time.time)
    raws = [RawRecord(full_name=f"Trần Văn {n}", birth_date="1985", id_number=f"0680850{n:05d}") for n in range(2_000)]
    subjects = [normalise(raw, as_of=date(2026, 11, 22)).subjects for raw in raws]
    began = time.process_time()
    for each in subjects:
        count.asked(1, each, limit=16_000)
    return (time.process_time() - began) / len(subjects) * 1e6


def cutting() -> float:
    """Microseconds to cut an answer to what the caller sent."""
    (subject,) = normalise(RawRecord(full_name="Trần Văn Ba", birth_date="1985"), as_of=date(2026, 11, 22)).subjects
    answer = SubjectAnswer(
        subject,
        True,
        Verdict.PARTIAL,
        "P2a",
        Identity.CONFIRMED,
        Action.BULK,
        0.9995,
        20.0,
        "068085001234",
        (Finding("birth_date.year_only"), Finding("address.differs")),
        {},
    )
    record = RecordAnswer("1", Verdict.PARTIAL, True, (answer,))
    model, began = default_model(), time.process_time()
    for _ in range(5_000):
        limited(record, model)
    return (time.process_time() - began) / 5_000 * 1e6


if __name__ == "__main__":
    main()
