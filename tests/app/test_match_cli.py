"""khop match, normalise, serve: what cannot be done is said in a sentence, before anything is read or lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from app.cli import cli
from app.cli.terminal import told

LAND = "full_name,id_number,birth_date\nTrần Văn Ba,068085001234,20/07/1985\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one land file, where the commands run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KHOP_DATABASE_URL", f"sqlite:///{tmp_path / 'khop.db'}")
    monkeypatch.setenv("KHOP_DATA_DIR", str(tmp_path))
    (tmp_path / "land.csv").write_text(LAND, encoding="utf-8")
    return tmp_path


def khop(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def refused(*words: str) -> str:
    """What the command says when it refuses: a sentence with exit status 1, no traceback and no person."""
    done = khop(*words)
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit), repr(done.exception)
    assert "✗" in done.stderr
    assert "Trần" not in done.output
    return done.stderr


@pytest.mark.parametrize("command", ["match", "normalise"])
def test_the_file_that_is_read_is_never_written_over(folder: Path, command: str) -> None:
    land = folder / "land.ndjson"
    land.write_text('{"full_name": "Trần Văn Ba", "id_number": "068085001234"}\n', encoding="utf-8")
    before = land.read_bytes()
    (folder / "link.ndjson").symlink_to(land)
    os.link(land, folder / "hard.ndjson")
    for out in ("land.ndjson", f"../{folder.name}/land.ndjson", "link.ndjson", "hard.ndjson"):
        assert "file.ndjson" not in refused(command, "land.ndjson", "-o", out)
        assert land.read_bytes() == before


@pytest.mark.parametrize("command", ["match", "normalise"])
@pytest.mark.parametrize("out", ["nodir/x.ndjson", "folder.ndjson", "/proc/x.ndjson", "x.docx", "x", "/dev/null"])
def test_where_nothing_can_be_written_nothing_is_read(folder: Path, command: str, out: str) -> None:
    (folder / "folder.ndjson").mkdir()
    (folder / "land.csv").write_bytes(b"%PDF")  # a command that read it would say so
    assert "PDF" not in refused(command, "land.csv", "-o", out)
    assert sorted(path.name for path in folder.iterdir()) == ["folder.ndjson", "land.csv"]


def test_clean_records_are_written_as_ndjson_and_nothing_else(folder: Path) -> None:
    assert ".ndjson, .jsonl" in refused("normalise", "land.csv", "-o", "x.csv")
    assert khop("normalise", "land.csv", "-o", "x.jsonl").exit_code == 0


@pytest.mark.parametrize(
    ("variable", "value"),
    [("KHOP_DATABASE_URL", "sqlite:////proc/nope/khop.db"), ("KHOP_PORT", "abc"), ("KHOP_AS_OF", "yesterday")],
)
@pytest.mark.parametrize(
    "command", [("serve",), ("demo", "--only-build"), ("match", "land.csv", "-o", "x.csv"), ("db", "upgrade")]
)
def test_a_wrong_setting_is_named_and_its_value_is_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    said = refused(*command)
    assert value not in said
    assert variable in said or "/proc" not in said


def test_clean_records_need_settings_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOP_LANGUAGE", "la")
    assert "KHOP_LANGUAGE" in refused("normalise", "land.csv", "-o", "x.ndjson")


def test_what_the_system_refuses_is_said_with_the_bare_name_of_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    for error, words in [
        (OSError(28, "No space left on device", "/secret/place/x.csv"), "No space left on device: x.csv"),
        (OSError("068085001234"), "OSError"),
    ]:
        with pytest.raises(typer.Exit), told():
            raise error
        said = capsys.readouterr().err
        assert words in said
        assert "secret" not in said
        assert "068085001234" not in said


def test_a_pipe_that_nobody_reads_is_left_to_the_command_line() -> None:
    with pytest.raises(BrokenPipeError), told():
        raise BrokenPipeError(32, "Broken pipe")


@pytest.mark.parametrize("port", ["99999", "-1"])
def test_a_port_that_cannot_be_is_refused(folder: Path, port: str) -> None:
    done = khop("serve", "--port", port)
    assert done.exit_code == 2
    assert "http://" not in done.output


def test_the_service_ends_though_a_client_holds_half_a_body(folder: Path) -> None:
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-c", _SERVE, str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            with half_a_request(port):
                process.send_signal(signal.SIGTERM)
                process.wait(15)  # the test's second, not the service's twenty
        finally:
            process.kill()


_SERVE = """
import importlib, sys
serve = importlib.import_module("app.cli.serve")
serve._SECONDS_TO_FINISH = 1
serve.serve("127.0.0.1", int(sys.argv[1]))
"""


def half_a_request(port: int) -> socket.socket:
    """A connection with a request whose body never ends, sent once the service listens."""
    for _ in range(900):
        try:
            client = socket.create_connection(("127.0.0.1", port), timeout=5)
        except OSError:
            time.sleep(0.1)
            continue
        client.sendall(b"POST /v1/normalise HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        client.sendall(b'Content-Length: 100\r\n\r\n{"full_name": ')
        time.sleep(0.5)
        return client
    raise AssertionError("the service never listened")
