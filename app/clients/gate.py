"""The layer in front of all routes: nobody unknown gets further, whatever the route, and before any body is read."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from anyio import CapacityLimiter, to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from app.clients.authenticating import Authenticator, Known
from app.clients.errors import KeyMissing
from app.clients.limits import Turnstile
from app.problems import refusal
from app.settings import Settings

# Health alone is anonymous: whether the process is alive and whether it can answer, nothing else.
OPEN: Final = frozenset({"/healthz", "/readyz"})
_THREADS: Final = 8  # of their own: requests in work can't keep others from being recognised, and refused


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who recognises callers, who counts them, and the limits of those without their own."""

    authenticator: Authenticator
    turnstile: Turnstile
    settings: Settings


def keeper(authenticator: Authenticator, settings: Settings) -> Keeper:
    """The keeper of a process."""
    return Keeper(authenticator, Turnstile(clock=time.monotonic), settings)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a request says it comes from, where its route itself asks whether that still holds."""

    authenticator: Authenticator
    authorization: str

    def confirmed(self, *, number: int) -> Known:
        """The client as it stands at this number of changes; KeyInvalid if it may no longer call."""
        return self.authenticator.known(self.authorization, number=number)


class Gate:
    """An ASGI layer: the caller goes into `request.state.caller`, or the request is refused.

    `late` names methods and paths whose route confirms the caller together with what else it reads first. There, who
    was recognised before gets in with `request.state.claim` and no caller: a route that forgets to confirm finds none.
    """

    def __init__(self, app: ASGIApp, *, keeper: Keeper, late: frozenset[tuple[str, str]] = frozenset()) -> None:
        self._app, self._keeper, self._late = app, keeper, late
        self._threads: CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its caller, or refuse it."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] != "http" or scope["path"] in OPEN:
            await self._app(scope, receive, send)
        else:
            await self._guarded(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            shown = _authorization(scope)
            late = (scope["method"], scope["path"]) in self._late
            known = self._keeper.authenticator.remembered(shown) if late else None
            if known is None:
                known = await self._known(shown)
            limits, settings = known.limits, self._keeper.settings
            self._keeper.turnstile.enter(
                known.caller.client_id,
                rate=settings.rate_per_second if limits.rate is None else limits.rate,
                concurrent=settings.concurrent_per_client if limits.concurrent is None else limits.concurrent,
            )
        except Exception as error:
            response = refusal(scope, error)
            if response is None:
                raise
            await response(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["client_id"], state["limits"] = known.caller.client_id, limits
        if late:
            state["claim"] = Claim(self._keeper.authenticator, shown)
        else:
            state["caller"] = known.caller
        try:
            await self._app(scope, receive, send)
        finally:
            self._keeper.turnstile.leave(known.caller.client_id)

    async def _known(self, shown: str) -> Known:
        if self._threads is None:
            self._threads = CapacityLimiter(_THREADS)
        return await to_thread.run_sync(self._keeper.authenticator.known, shown, limiter=self._threads)


def _authorization(scope: Scope) -> str:
    shown = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(shown) != 1:
        raise KeyMissing()
    return str(shown[0].decode("latin-1"))
