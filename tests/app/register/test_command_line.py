"""khop register and khop db: what an operator sees."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.db import db
from app.cli.register import register
from tests.app.register.rows import WriteCsv, a_row, some_rows

Run = Callable[..., Result]
PERSONAL = re.compile(r"\d{7,}|Trần Văn")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> Run:
    """Runs a command against an empty database."""
    monkeypatch.setenv("KHOP_DATABASE_URL", database_url)
    monkeypatch.setenv("KHOP_DATA_DIR", str(tmp_path))
    runner = CliRunner()

    def command(*arguments: object) -> Result:
        app = db if arguments[0] == "upgrade" else register
        return runner.invoke(app, [str(argument) for argument in arguments])

    command("upgrade")
    return command


def test_an_import_says_how_many_people_and_where_the_refused_rows_are(run: Run, write_csv: WriteCsv) -> None:
    path = write_csv([*some_rows(30), a_row(31, sex="?")])
    result = run("import", path, "--scope", "Lâm Đồng, 01/11/2026")
    assert result.exit_code == 0, result.output
    assert "30 người" in result.stderr
    assert "30 people" in result.stderr
    assert path.with_name("people.csv.rejected.csv").exists()
    assert not PERSONAL.search(result.output)


def test_the_status_lists_the_versions_for_people_and_for_machines(run: Run, write_csv: WriteCsv) -> None:
    assert "khop register import" in run("status").stdout
    run("import", write_csv(some_rows(3), "a.csv"), "--scope", "Lâm Đồng")
    run("import", write_csv(some_rows(4), "b.csv"), "--scope", "Lâm Đồng", "--name", "tháng 11")
    table = run("status").stdout
    assert re.search(r"\* 2\s+đang dùng/active\s+4\s", table)
    assert re.search(r"  1\s+đã thay/retired\s+3\s", table)
    listed = json.loads(run("status", "--json").stdout)
    assert [(each["id"], each["state"], each["name"]) for each in listed] == [
        (2, "active", "tháng 11"),
        (1, "retired", "a.csv"),
    ]


def test_rollback_activate_and_drop_say_what_they_did(run: Run, write_csv: WriteCsv) -> None:
    run("import", write_csv(some_rows(3), "a.csv"))
    run("import", write_csv(some_rows(4), "b.csv"))
    assert "bản 1" in run("rollback").stderr
    assert "version 2" in run("activate", 2).stderr
    assert run("drop", 1).exit_code == 0
    refused = run("drop", 2)
    assert (refused.exit_code, "đang được dùng" in refused.stderr) == (1, True)


def test_a_file_that_gives_too_many_refused_rows_says_what_to_do(run: Run, write_csv: WriteCsv) -> None:
    path = write_csv([a_row(1), a_row(2, sex="?")])
    refused = run("import", path)
    assert refused.exit_code == 1
    assert "--accept-rejects" in refused.stderr
    assert run("import", path, "--accept-rejects").exit_code == 0


@pytest.mark.parametrize("name", ["missing.csv", "people.xlsx", ".", "/"])
def test_a_file_that_can_not_be_read_is_explained_in_both_languages(run: Run, tmp_path: Path, name: str) -> None:
    if name.endswith("xlsx"):
        (tmp_path / name).write_bytes(b"")
    refused = run("import", tmp_path / name)
    assert refused.exit_code == 1
    assert re.search("tệp", refused.stderr)
    assert re.search("file", refused.stderr)


def test_a_database_that_can_not_be_reached_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KHOP_DATABASE_URL", f"postgresql://user:secret@/name?host={tmp_path}")
    refused = CliRunner().invoke(register, ["status"])
    assert refused.exit_code == 1
    assert "KHOP_DATABASE_URL" in refused.stderr
    assert "secret" not in refused.output


def test_a_wrong_setting_is_named_and_not_echoed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOP_PORT", "a secret")
    refused = CliRunner().invoke(register, ["status"])
    assert refused.exit_code == 1
    assert "KHOP_PORT" in refused.stderr
    assert "a secret" not in refused.output


@pytest.mark.parametrize("command", ["import", "status", "activate", "rollback", "drop"])
def test_each_command_has_help_in_both_languages(command: str) -> None:
    text = CliRunner().invoke(register, [command, "--help"], env={"COLUMNS": "200"}).stdout
    assert " / " in text
    assert re.search("[ạảấầậắặếềệịọốồộớờợụứừữự]", text)


def test_a_delta_counts_first_and_then_moves_the_register(run: Run, write_csv: WriteCsv, tmp_path: Path) -> None:
    run("import", write_csv(some_rows(30)), "--scope", "Lâm Đồng, 01/11/2026")
    changes = tmp_path / "changes.ndjson"
    rows = [a_row(3, sex="female"), a_row(31), {"operation": "remove", "personal_id": a_row(5)["personal_id"]}]
    changes.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    tried = run("delta", changes, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "New 1, changed 1, unchanged 0, removed 1, unknown removals 0, refused 0" in tried.stderr
    assert "dry run: version 1 stays" in tried.stderr
    done = run("delta", changes)
    assert done.exit_code == 0, done.output
    assert "Version 2 is active: 30 people, from version 1" in done.stderr
    assert "this very file" in run("delta", changes).stderr
    assert re.search(r"\* 2\s+đang dùng/active\s+30\s.*1 \+1 ~1 −1", run("status").stdout)
    [newest, _first] = json.loads(run("status", "--json").stdout)
    assert newest["delta"]["fields"] == {"sex": 1}
    assert "version 3 is active" in run("compact").stderr
    assert run("compact").exit_code == 1
    assert not PERSONAL.search(tried.output + done.output)
