"""Connections that bring no request: closed after a time, and when their headers are too long.

The server reads headers for as long and as much as a client likes; whoever opens connections and dribbles headers would
hold memory and file handles before any layer of the service sees a request.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEADER_BYTES = 64 * 1024


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's HTTP, with bounds for what comes before a body."""

    header_seconds: ClassVar[float] = 10.0
    _timer: asyncio.TimerHandle | None = None
    _unparsed: int = 0  # bytes since the request began, None of its body among them
    _in_headers: bool = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected: its first request has to come."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes have come; too many of them before the end of the headers are refused."""
        self._unparsed += len(data)
        super().data_received(data)
        if self._in_headers and self._unparsed > MOST_HEADER_BYTES and not self.transport.is_closing():
            self._stop()
            self.send_400_response("The headers are too long.")

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_headers = True
        self._wait()

    def on_headers_complete(self) -> None:
        """The headers are complete: from here on the body has its own bounds."""
        self._stop()
        self._in_headers, self._unparsed = False, 0
        super().on_headers_complete()

    def _wait(self) -> None:
        self._stop()
        self._timer = self.loop.call_later(self.header_seconds, self._give_up)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.close()


def bounded_http(header_seconds: float) -> type[asyncio.Protocol]:
    """The protocol for a server that waits so long for headers."""
    return type("BoundedHttp", (BoundedHttp,), {"header_seconds": header_seconds})
