"""The container runs as nobody on a root file system that can't be written; hadolint and YAML agree."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "docker"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, FOLDER / "Dockerfile"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_is_built_in_stages_from_locked_packages_and_run_by_nobody() -> None:
    assert DOCKERFILE.count("\nFROM ") == 2
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert DOCKERFILE.index("USER 10001:10001") < DOCKERFILE.index("ENTRYPOINT")
    assert "HEALTHCHECK" in DOCKERFILE


def test_service_and_worker_can_write_nothing_but_data_and_have_no_rights(compose: dict[str, Any]) -> None:
    for name in ("migrate", "service", "worker"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["volumes"] == ["data:/data"]


def test_only_the_loopback_reaches_the_service_and_nobody_the_database(compose: dict[str, Any]) -> None:
    assert compose["services"]["service"]["ports"] == ["127.0.0.1:8000:8000"]
    assert not [name for name, each in compose["services"].items() if each.get("ports") and name != "service"]
    assert compose["networks"]["inside"]["internal"] is True


def test_no_password_stands_in_the_file(compose: dict[str, Any]) -> None:
    for each in compose["services"].values():
        environment = each.get("environment", {})
        assert not [name for name in environment if "PASSWORD" in name and not name.endswith("_FILE")]
        assert ":" not in str(environment.get("KHOP_DATABASE_URL", "")).removeprefix("postgresql://")


class Answering(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        """Nothing."""


@pytest.fixture
def answering() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("status", "healthy"), [(200, 0), (503, 1)])
def test_the_health_check_asks_the_service(
    answering: HTTPServer, status: int, healthy: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Answering, "status", status)
    command = [sys.executable, str(FOLDER / "healthcheck.py")]
    done = subprocess.run(command, env={"KHOP_PORT": str(answering.server_port)}, timeout=30)
    assert done.returncode == healthy


def test_a_service_that_is_gone_is_not_healthy() -> None:
    done = subprocess.run([sys.executable, str(FOLDER / "healthcheck.py")], env={"KHOP_PORT": "9"}, timeout=30)
    assert done.returncode == 1
