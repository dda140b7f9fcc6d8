"""The outermost layer: every request has an id, is counted and leaves a log line; none of it repeats what was sent."""

from __future__ import annotations

import re
import time
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.metrics import Metrics
from app.traces import Tracer

HEADER = "X-Request-ID"
_HEADER = HEADER.lower().encode()
# Only UUIDs: a number or a name that a caller puts here by mistake would reach the log.
_UUID = re.compile(rb"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}")
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})  # asked every few seconds
_GONE = 499  # the client left before the answer
_log = structlog.get_logger(__name__)


class Observed:
    """An ASGI layer that watches requests and changes nothing but the header X-Request-ID."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, tracer: Tracer) -> None:
        self._app, self._metrics, self._tracer = app, metrics, tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = request_id_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), _GONE

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (_HEADER, request_id.encode())]
            await send(message)

        bound = structlog.contextvars.bind_contextvars(request_id=request_id)
        self._metrics.in_work.inc()
        try:
            with self._tracer.request(scope) as span:
                try:
                    await self._app(scope, receive, noted)
                finally:
                    seconds, route = time.perf_counter() - started, route_of(scope)
                    span.answered(route=route, status=status)
                    self._metrics.answered(route=route, method=scope["method"], status=status, seconds=seconds)
                    _tell(scope, route, status, seconds)
        finally:
            self._metrics.in_work.dec()
            structlog.contextvars.reset_contextvars(**bound)


def request_id_of(scope: Scope) -> str:
    """The request's id: the caller's, where it is a UUID, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _UUID.fullmatch(value):
            return str(value.decode())
    return str(uuid4())


def route_of(scope: Scope) -> str:
    """The path's template: the path itself may hold what a caller put there."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "none"


def _tell(scope: Scope, route: str, status: int, seconds: float) -> None:
    level = _log.debug if route in _QUIET and status < 400 else _log.info
    level(
        "request.answered",
        route=route,
        status=status,
        ms=round(1_000 * seconds, 2),
        client=scope["state"].get("client_id"),
    )
