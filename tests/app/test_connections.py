"""A real server, real sockets: who brings no request, or headers without end, is sent away; others are served."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from app.connections import MOST_HEADER_BYTES, WholeAnswers, bounded_http


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


@contextmanager
def running(served: Any) -> Iterator[int]:
    """The port of a server that waits a second for headers."""
    config = uvicorn.Config(served, port=0, http=bounded_http(1.0), log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.fixture
def port() -> Iterator[int]:
    """A server that tells an empty body from another."""
    with running(app) as found:
        yield found


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


# The head of an answer and its body.


async def streaming(scope: Any, receive: Any, send: Any) -> None:
    """An app whose body begins when the client has seen the head."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]})
        await asyncio.sleep(1.0)
        await send({"type": "http.response.body", "body": b"abc", "more_body": True})
        await asyncio.sleep(1.0)
        await send({"type": "http.response.body", "body": b"def"})


class Sent:
    """A transport that notes what is written to it in one piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.pieces.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, name: str) -> str:
        return name

    def abort(self) -> None:
        self.pieces.append(b"abort")


def in_a_loop(does: Callable[[Any], object]) -> Sent:
    """What a transport sends while something is done with it, and when the loop has come round."""
    sent = Sent()

    async def run() -> None:
        does(WholeAnswers(sent, asyncio.get_running_loop()))  # type: ignore[arg-type]
        await asyncio.sleep(0)

    asyncio.run(run())
    return sent


def test_a_head_leaves_with_its_body() -> None:
    def does(transport: WholeAnswers) -> None:
        for piece in (b"head1 ", b"body1", b"head2 ", b"body2"):
            transport.write(piece)

    assert in_a_loop(does).pieces == [b"head1 body1", b"head2 body2"]


def test_a_head_without_a_body_leaves_when_the_loop_comes_round() -> None:
    assert in_a_loop(lambda transport: transport.write(b"head")).pieces == [b"head"]


def test_a_long_body_is_not_copied_to_its_head() -> None:
    long = b"x" * 100_000
    assert in_a_loop(lambda transport: (transport.write(b"head"), transport.write(long))).pieces == [b"head", long]


def test_whatever_else_is_done_comes_after_what_was_written() -> None:
    def closes(transport: WholeAnswers) -> None:
        transport.write(b"head")
        transport.close()

    def aborts(transport: WholeAnswers) -> None:
        transport.write(b"head")
        transport.abort()

    closed = in_a_loop(closes)
    assert (closed.pieces, closed.closed) == ([b"head"], True)
    assert in_a_loop(aborts).pieces == [b"head", b"abort"]


def test_a_stream_is_sent_as_it_comes() -> None:
    with running(streaming) as port, connected(port) as client:
        began = time.monotonic()
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(4_096).endswith(b"\r\n\r\n")
        head = time.monotonic() - began
        assert client.recv(4_096) == b"abc"
        first = time.monotonic() - began
        assert client.recv(4_096) == b"def"
        assert head < first < time.monotonic() - began
        assert first - head > 0.5
