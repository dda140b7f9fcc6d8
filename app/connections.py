"""Connections that bring no request: closed after a time, and when their headers are too long.

The server reads headers for as long and as much as a client likes; whoever opens connections and dribbles headers would
hold memory and file handles before any layer of the service sees a request.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEADER_BYTES = 64 * 1024
_JOINED = 64 * 1024  # bytes: longer bodies cost more to copy than to send alone


class WholeAnswers:
    """A transport that sends the head of an answer together with its body: one packet and one call, not two.

    What is written first waits for what follows; where nothing follows before the loop comes round, it goes alone.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held = b""
        self._round: asyncio.Handle | None = None
        # What is called for every request goes straight through.
        self.is_closing, self.get_extra_info = transport.is_closing, transport.get_extra_info

    def write(self, data: bytes) -> None:
        """Send these bytes, with those that wait or with those that follow at once."""
        if self._round is not None:
            held = self._taken()
            self._transport.write(held + data if len(data) < _JOINED else held)
            if len(data) >= _JOINED:
                self._transport.write(data)
        else:
            self._held = data
            self._round = self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Send what waits."""
        if self._round is not None:
            self._transport.write(self._taken())

    def _taken(self) -> bytes:
        held, self._held = self._held, b""
        if self._round is not None:
            self._round.cancel()
            self._round = None
        return held

    def close(self) -> None:
        """Send what waits, and close."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        self.flush()  # whatever it is, it comes after what was written
        return getattr(self._transport, name)


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's HTTP, with bounds for what comes before a body."""

    header_seconds: ClassVar[float] = 10.0
    _timer: asyncio.TimerHandle | None = None
    _unparsed: int = 0  # bytes since the request began, None of its body among them
    _in_headers: bool = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected: its first request has to come."""
        super().connection_made(WholeAnswers(transport, self.loop))  # type: ignore[arg-type]
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
