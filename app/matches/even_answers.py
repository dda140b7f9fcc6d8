"""Answers that say "nobody" leave at whole multiples of a time: their own time would tell whether somebody was near."""

from __future__ import annotations

import math
import time
from typing import Any

from anyio import sleep
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MARK = "even_answer"


def hold_evenly(state: Any) -> None:
    """Mark the request (its `state`) as one whose answer has to leave evenly."""
    setattr(state, _MARK, True)


class EvenAnswers:
    """An ASGI layer that holds marked answers until the next multiple of `seconds` since the body was complete.

    Since the body, not since the request: who sends its last byte late could else move the multiples, and measure.
    """

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or not self._seconds:
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        complete = False

        async def noted() -> Message:
            nonlocal began, complete
            message = await receive()
            if not complete:
                began, complete = time.monotonic(), not message.get("more_body", False)
            return message

        async def evenly(message: Message) -> None:
            if message["type"] == "http.response.start" and scope.get("state", {}).get(_MARK):
                await sleep(wait_of(time.monotonic() - began, self._seconds))
            await send(message)

        await self._app(scope, noted, evenly)


def wait_of(taken: float, grid: float) -> float:
    """How long an answer that took so long has to wait, in seconds."""
    return max(0.0, math.ceil(taken / grid) * grid - taken)
