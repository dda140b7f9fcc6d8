"""khop client: keys are printed once, on standard output, and listed by their prefix only; the demo keeps its own."""

from __future__ import annotations

import stat
from pathlib import Path

from typer.testing import CliRunner, Result

from app.cli import cli
from app.cli.demo_key import demo_key
from app.cli.terminal import now
from app.clients import service
from app.clients.authenticating import Authenticator
from app.db import Database

RUNNER = CliRunner()


def khop(folder: Path, *words: str, status: int = 0) -> Result:
    environment = {"KHOP_DATABASE_URL": f"sqlite:///{folder / 'khop.db'}", "KHOP_DATA_DIR": str(folder)}
    done = RUNNER.invoke(cli, words, env=environment)
    assert done.exit_code == status, done.output
    return done


def test_a_key_is_all_that_create_and_rotate_print_and_is_never_listed(tmp_path: Path) -> None:
    first = khop(tmp_path, "client", "create", "Phần mềm", "--scope", "match", "--expires-days", "30").stdout.strip()
    second = khop(tmp_path, "client", "rotate", "Phần mềm", "--overlap-hours", "1").stdout.strip()
    assert first.startswith("khop_")
    assert second.startswith("khop_")
    listed = khop(tmp_path, "client", "list").stdout
    assert first[5:17] in listed
    assert second[5:17] in listed
    assert first[18:] not in listed


def test_a_client_is_revoked_by_its_name(tmp_path: Path) -> None:
    khop(tmp_path, "client", "create", "a", "--scope", "match", "--scope", "jobs")
    assert "revoked" in khop(tmp_path, "client", "revoke", "a").stderr
    assert "revoked" in khop(tmp_path, "client", "rotate", "a", status=1).stderr
    assert "client list" in khop(tmp_path, "client", "revoke", "b", status=1).stderr


def test_a_scope_that_does_not_exist_and_a_name_that_does_are_refused(tmp_path: Path) -> None:
    assert "match:disclose" in khop(tmp_path, "client", "create", "a", "--scope", "all", status=1).stderr
    khop(tmp_path, "client", "create", "a", "--scope", "match")
    assert "rotate" in khop(tmp_path, "client", "create", "a", "--scope", "match", status=1).stderr


def test_a_client_with_a_subject_gets_no_key(tmp_path: Path) -> None:
    done = khop(tmp_path, "client", "create", "a", "--scope", "match", "--subject", "app-1")
    assert done.stdout == ""
    assert "OIDC" in khop(tmp_path, "client", "rotate", "a", status=1).stderr


def test_the_demo_keeps_its_key_for_its_owner_and_makes_another_when_it_opens_nothing(
    data: Database, tmp_path: Path
) -> None:
    key, path = demo_key(data, tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert demo_key(data, tmp_path)[0] == key
    client = service.named(data, "demo")
    service.revoke(data, client.id, prefix=key[5:17], now=now())
    fresh, _ = demo_key(data, tmp_path)
    assert fresh != key
    assert Authenticator(data, None, clock=now).known(f"Bearer {fresh}").caller.may("match:disclose")
