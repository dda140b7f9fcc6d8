"""khop match, normalise, serve: what cannot be done is said in a sentence, before anything is read or lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli

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
