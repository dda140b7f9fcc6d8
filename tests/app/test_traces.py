"""Traces go to the configured endpoint, with route and status only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from app.traces import Tracer, tracer_of

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Collector(BaseHTTPRequestHandler):
    """Keeps what it is sent."""

    bodies: list[bytes]

    def do_POST(self) -> None:
        self.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        """Nothing."""


@pytest.fixture
def collector() -> Iterator[HTTPServer]:
    Collector.bodies = []
    server = HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def scope(path: str) -> dict[str, Any]:
    headers = [(b"traceparent", PARENT.encode()), (b"user-agent", "Trần Văn Ba".encode())]
    return {"type": "http", "method": "GET", "path": path, "query_string": b"name=Ba", "headers": headers}


def test_a_span_has_the_route_and_the_status_and_nothing_that_was_sent(collector: HTTPServer) -> None:
    tracer = tracer_of(f"http://127.0.0.1:{collector.server_port}/v1/traces")
    with tracer.request(scope("/v1/jobs/068085001234")) as span:
        span.answered(route="/v1/jobs/{job_id}", status=404)
    with pytest.raises(ValueError, match="Ba"), tracer.request(scope("/068085001234")):
        raise ValueError("Trần Văn Ba 068085001234")
    tracer.close()
    sent = b"".join(Collector.bodies)
    assert b"/v1/jobs/{job_id}" in sent
    assert bytes.fromhex("0af7651916cd43dd8448eb211c80319c") in sent  # the caller's trace goes on
    for canary in (b"068085001234", "Trần".encode(), b"name=Ba"):
        assert canary not in sent


def test_without_an_endpoint_nothing_is_traced() -> None:
    tracer = tracer_of(None)
    assert type(tracer) is Tracer
    with tracer.request(scope("/")) as span:
        span.answered(route="/", status=200)
    tracer.close()
