"""The largest body that the service reads: refused at once where it is announced, else as soon as it is exceeded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.headers import header

TOO_LARGE = 413
Refuse = Callable[[Scope], ASGIApp]


class BodyLimit:
    """An ASGI layer that lets no body of more than `most` bytes through; `refuse` makes the answer for one that is.

    `larger` names paths that take more, and how much.
    """

    def __init__(
        self, app: ASGIApp, *, most: int, refuse: Refuse, larger: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        self._app, self._most, self._refuse, self._larger = app, most, refuse, larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._larger.get(scope["path"], self._most)
        if _announced(scope) > most:
            await self._refuse(scope)(scope, receive, send)
        else:
            await self._app(scope, _counted(receive, most), send)


def _announced(scope: Scope) -> int:
    length = header(scope, b"content-length")
    return int(length) if length.isdecimal() and len(length) < 20 else 0


def _counted(receive: Receive, most: int) -> Callable[[], Awaitable[Message]]:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(TOO_LARGE)
        return message

    return counted
