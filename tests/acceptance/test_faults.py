"""What happens when things go wrong while the service runs: it refuses, loses nothing, and goes on by itself."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.access_log.keys import keys_of
from app.access_log.verify import verify
from tests.acceptance.processes import headers_of, khop, server

ROOT = Path(__file__).parents[2]
RECORD = {"full_name": "Trần Văn Ba", "id_number": "068085001234", "birth_date": "20/07/1985"}
PEOPLE = "personal_id,full_name,birth_date,sex\n068085001234,Trần Văn Ba,1985-07-20,male\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    khop(tmp_path, "register", "import", "people.csv", "--scope", "Lâm Đồng")
    return tmp_path


def ask(client: httpx2.Client, headers: dict[str, str]) -> int:
    return client.post("/v1/match", json={"record": RECORD}, headers=headers).status_code


def log_of(folder: Path) -> Any:
    return verify(folder / "access-log", keys_of(folder))


@contextmanager
def gone(*paths: Path) -> Iterator[None]:
    """Files that aren't there for a while."""
    for path in paths:
        path.rename(path.with_suffix(".gone"))
    try:
        yield
    finally:
        for path in paths:
            path.with_suffix(".gone").rename(path)


def test_kill_9_loses_no_entry_and_the_next_server_goes_on(folder: Path) -> None:
    headers = headers_of(folder, "match")
    answered = 0

    def hammer(client: httpx2.Client) -> None:
        nonlocal answered
        while True:
            try:
                answered += ask(client, headers) == 200
            except httpx2.TransportError:
                return

    with server(folder, KHOP_WORKER_PROCESSES="0", KHOP_ATTEMPTS_PER_DAY="0") as (client, process):
        threads = [threading.Thread(target=hammer, args=(client,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(2)
        process.send_signal(signal.SIGKILL)
        for thread in threads:
            thread.join()
    report = log_of(folder)
    assert report.intact
    assert answered > 10
    assert report.entries >= answered
    with server(folder, KHOP_WORKER_PROCESSES="0") as (client, _):
        assert ask(client, headers) == 200
    assert log_of(folder).intact


def test_requests_in_work_are_ended_when_the_server_is_told_to_stop(folder: Path) -> None:
    headers = headers_of(folder, "match", "match:disclose")
    records = [RECORD | {"record_id": str(number)} for number in range(1_000)]
    statuses: list[int] = []
    with server(folder, KHOP_WORKER_PROCESSES="0", KHOP_ATTEMPTS_PER_DAY="0") as (client, process):

        def batch() -> None:
            statuses.append(client.post("/v1/match/batch", json={"records": records}, headers=headers).status_code)

        thread = threading.Thread(target=batch)
        thread.start()
        time.sleep(0.3)
        process.terminate()
        thread.join()
        assert process.wait(timeout=60) in (0, -signal.SIGTERM)
    assert statuses == [200]
    report = log_of(folder)
    assert (report.intact, report.notes) == (True, [])


def test_a_database_that_is_gone_is_503_and_back_without_a_restart(folder: Path) -> None:
    headers = headers_of(folder, "match")
    with server(folder, KHOP_WORKER_PROCESSES="0") as (client, _):
        assert ask(client, headers) == 200
        with gone(folder / "khop-register-1.db"):
            (folder / "khop-register-1.db").mkdir()  # nor can it be made anew
            assert ask(client, headers) in (200, 503)  # what is open stays readable on this system
            (folder / "khop-register-1.db").rmdir()
        assert ask(client, headers) == 200


def test_a_full_disk_is_503_and_room_again_is_an_answer_without_a_restart(folder: Path) -> None:
    headers = headers_of(folder, "match")
    with server(folder, KHOP_WORKER_PROCESSES="0") as (client, process):
        assert ask(client, headers) == 200
        soft, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, hard))  # no file grows any more, as on a full disk
        assert ask(client, headers) == 503
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (soft, hard))
        assert client.get("/readyz").status_code == 200
        assert ask(client, headers) == 200
    report = log_of(folder)
    assert (report.intact, report.notes) == (True, [])


def test_two_servers_on_one_database_answer_alike_and_keep_a_chain_each(folder: Path) -> None:
    headers = headers_of(folder, "match")
    with (
        server(folder, KHOP_WORKER_PROCESSES="0") as (one, _),
        server(folder, "second.log", KHOP_WORKER_PROCESSES="0") as (two, _),
    ):
        first, second = (
            client.post("/v1/match", json={"record": RECORD}, headers=headers).json() for client in (one, two)
        )
        assert first["verdict"] == second["verdict"]
        assert first["subjects"] == second["subjects"]
        khop(folder, "client", "revoke", "acceptance")
        assert {ask(client, headers) for client in (one, two)} == {401}
    report = log_of(folder)
    assert report.intact
    assert report.chains >= 2


def test_many_clients_at_once_get_no_error_and_memory_stays_flat(folder: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.load", "--work", str(folder), "--seconds", "5", "--clients", "64"]
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "errors 0" in done.stdout
