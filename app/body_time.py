"""The time that a request's body may take: a client that dribbles holds a connection, and is cut."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOO_SLOW = 408
_SLOWEST = 16 * 1024  # bytes a second that a body must bring on the whole, beside its seconds


class BodyTime:
    """An ASGI layer: a body has `seconds`, and as long as its bytes would take at 16 KiB a second."""

    def __init__(self, app: ASGIApp, *, seconds: float, slowest: int = _SLOWEST) -> None:
        self._app, self._seconds, self._slowest = app, seconds, slowest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, timing its body."""
        if scope["type"] == "http":
            receive = _timed(receive, self._seconds, self._slowest)
        await self._app(scope, receive, send)


def _timed(receive: Receive, seconds: float, slowest: int) -> Callable[[], Awaitable[Message]]:
    started: float | None = None
    complete = False
    seen = 0

    async def timed() -> Message:
        nonlocal started, complete, seen
        if complete:  # from here on it waits for the client to hang up
            return await receive()
        now = time.monotonic()
        started = now if started is None else started
        left = started + seconds + seen / slowest - now
        try:
            async with asyncio.timeout(max(0.0, left)):
                message = await receive()
        except TimeoutError:
            raise HTTPException(TOO_SLOW, headers={"Connection": "close"}) from None
        seen += len(message.get("body", b""))
        complete = not message.get("more_body", False)
        return message

    return timed
