"""Real khop processes for acceptance tests: commands, and a server on a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

KHOP = str(Path(sys.executable).with_name("khop"))


def environment(folder: Path) -> dict[str, str]:
    """The settings of a folder of its own, on a fixed day."""
    return os.environ | {
        "KHOP_DATABASE_URL": f"sqlite:///{folder / 'khop.db'}",
        "KHOP_DATA_DIR": str(folder),
        "KHOP_AS_OF": "2026-11-22",
        "KHOP_WORKER_PROCESSES": "0",
    }


PURPOSE = "acceptance test"


def khop(folder: Path, *words: str) -> str:
    """Run a command in the folder and give what it prints; its own words are the failure's text."""
    done = subprocess.run(
        [KHOP, *words], env=environment(folder), cwd=folder, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def headers_of(folder: Path, *scopes: str, name: str = "acceptance") -> dict[str, str]:
    """A new client of the folder's service with these scopes: the headers with which it calls."""
    words = [word for scope in scopes for word in ("--scope", scope)]
    key = khop(folder, "client", "create", name, *words, "--rate", "0", "--concurrent", "0").strip()
    return {"Authorization": f"Bearer {key}", "X-Purpose": PURPOSE}


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[httpx2.Client]:
    """A server process over the folder's database, and a client of it; its log is server.log."""
    with server(folder, **settings) as (client, _):
        yield client


@contextmanager
def server(
    folder: Path, log_name: str = "server.log", **settings: str
) -> Iterator[tuple[httpx2.Client, subprocess.Popen[bytes]]]:
    """A server process with these settings beside those of the folder, and a client of it."""
    port = free_port()
    command = [KHOP, "serve", "--port", str(port)]
    with (folder / log_name).open("w") as log:
        process = subprocess.Popen(command, env=environment(folder) | settings, stderr=log, stdout=log)
        try:
            with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
                _wait_until_ready(client)
                yield client, process
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_until_ready(client: httpx2.Client) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.2)
    raise AssertionError("the server isn't ready after a minute")
