"""A real server, real sockets: who brings no request, or headers without end, is sent away; others are served."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from app.connections import MOST_HEADER_BYTES, bounded_http


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        size = 0
        while True:
            message = await receive()
            size += len(message.get("body", b""))
            if not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
        await send({"type": "http.response.body", "body": b"x" if size == 0 else b"y"})


@pytest.fixture
def port() -> Iterator[int]:
    """A server that waits a second for headers."""
    config = uvicorn.Config(app, port=0, http=bounded_http(1.0), log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def test_a_connection_that_says_nothing_is_closed(port: int) -> None:
    with connected(port) as client:
        assert client.recv(1) == b""


def test_headers_that_dribble_are_not_waited_for(port: int) -> None:
    with connected(port) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        began = time.monotonic()
        with pytest.raises(OSError):  # noqa: PT012
            while time.monotonic() - began < 20:
                client.sendall(b"X-A: b\r\n")
                time.sleep(0.1)
    assert time.monotonic() - began < 15


def test_headers_without_end_are_refused(port: int) -> None:
    with connected(port) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        sent = 0
        try:
            while sent < 100 * MOST_HEADER_BYTES:
                client.sendall(b"X-A: " + b"b" * 1_000 + b"\r\n")
                sent += 1_000
        except OSError:
            pass
    assert sent < 100 * MOST_HEADER_BYTES


def test_a_request_after_another_on_one_connection_and_a_slow_body_are_served(port: int) -> None:
    with connected(port) as client:
        for _ in range(3):
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert client.recv(4_096).endswith(b"x")
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(4):
            client.sendall(b"z" * 25_000)
            time.sleep(0.4)
        assert client.recv(4_096).endswith(b"y")
