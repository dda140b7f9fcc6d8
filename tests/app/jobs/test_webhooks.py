"""Webhooks: signed, tried again until they arrive, without personal data, to configured addresses only."""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from app.jobs import delivery_store
from app.jobs.webhooks import addresses, secret_of, send_due
from tests.app.jobs.conftest import Desk, many


@dataclass
class Receiver:
    """A real HTTP server that keeps what it is sent, and answers with the statuses it is told to."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on the loopback."""
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.got.append((dict(self.headers), body))
            self.send_response(kept.statuses.pop(0) if kept.statuses else 204)
            self.end_headers()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}/khop?office=1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_end_of_a_job_is_told_once_with_a_signature_that_holds(desk: Desk, receiver: Receiver) -> None:
    job_id = desk.job(many(300), name="Trần Văn Ba.csv")
    assert send_due(desk.room, [receiver.url]) == 0
    desk.work()
    assert send_due(desk.room, [receiver.url]) == 1
    assert send_due(desk.room, [receiver.url]) == 0
    ((headers, body),) = receiver.got
    told = json.loads(body)
    assert (told["event"], told["job_id"], told["state"]) == ("job.ended", job_id, "done")
    assert told["by_verdict"] == {"full": 100, "none": 100, "partial": 100}
    assert "Ba" not in body.decode()
    signed = f"{headers['X-Khop-Timestamp']}.".encode() + body
    expected = hmac.new(secret_of(desk.settings.data_dir), signed, sha256).hexdigest()
    assert headers["X-Khop-Signature"] == f"v1={expected}"
    assert secret_of(desk.settings.data_dir) == secret_of(desk.settings.data_dir)


def test_what_was_not_taken_is_sent_again_later_and_later_and_at_last_given_up(desk: Desk, receiver: Receiver) -> None:
    desk.job(many(10))
    desk.work()
    receiver.statuses = [500, 302] + [503] * 20
    room, waited = desk.room, timedelta()
    assert send_due(room, [receiver.url]) == 1
    for pause in delivery_store.PAUSES:
        assert send_due(room, [receiver.url]) == 0
        waited += pause + timedelta(seconds=1)
        moment = desk.room.clock() + waited
        room = replace(desk.room, clock=lambda moment=moment: moment)
        assert send_due(room, [receiver.url]) == 1
    moment = desk.room.clock() + timedelta(days=30)
    assert send_due(replace(desk.room, clock=lambda: moment), [receiver.url]) == 0
    with desk.database.reading() as session:
        assert delivery_store.given_up(session) == 1
    assert len({headers["X-Khop-Delivery"] for headers, _ in receiver.got}) == 1


def test_a_receiver_that_is_away_is_told_when_it_is_back(desk: Desk, receiver: Receiver) -> None:
    job_id = desk.job(many(10))
    desk.work()
    away = "http://127.0.0.1:9/"
    assert send_due(desk.room, [away, receiver.url]) == 2
    assert [json.loads(body)["job_id"] for _, body in receiver.got] == [job_id]
    moment = desk.room.clock() + timedelta(seconds=15)
    assert send_due(replace(desk.room, clock=lambda: moment), [away, receiver.url]) == 1


def test_failed_and_cancelled_jobs_are_told_too(desk: Desk, receiver: Receiver) -> None:
    desk.job(b"a,b\n1,2\n")
    desk.work()
    cancelled = desk.job(many(10))
    desk.client.post(f"/v1/jobs/{cancelled}/cancel")
    assert send_due(desk.room, [receiver.url]) == 2
    assert sorted(json.loads(body)["state"] for _, body in receiver.got) == ["cancelled", "failed"]


def test_an_address_that_was_taken_out_of_the_settings_is_not_told(desk: Desk, receiver: Receiver) -> None:
    desk.job(many(10))
    desk.work()
    receiver.statuses = [500]
    assert send_due(desk.room, [receiver.url]) == 1
    moment = desk.room.clock() + timedelta(minutes=1)
    assert send_due(replace(desk.room, clock=lambda: moment), []) == 1
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("setting", "allowed"),
    [
        ("", ()),
        ("https://office.example/khop", ("https://office.example/khop",)),
        ("http://127.0.0.1:9000/x, https://a.example", ("http://127.0.0.1:9000/x", "https://a.example")),
        ("http://localhost/x", ("http://localhost/x",)),
        ("http://office.example/khop", ()),
        ("http://127.0.0.1.example/", ()),
        ("https://user:pass@office.example/", ()),
        ("ftp://127.0.0.1/", ()),
        ("file:///etc/passwd", ()),
        ("https://a.example:99999/", ()),
        ("https:///x", ()),
        ("x", ()),
    ],
)
def test_only_safe_addresses_are_told(setting: str, allowed: tuple[str, ...]) -> None:
    found, refused = addresses(setting)
    assert found == allowed
    assert bool(refused) == (bool(setting) and not allowed)
