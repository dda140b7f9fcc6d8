"""khop job, khop doctor: what an operator does on the machine, directly on the database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.access_log.export import Wanted, entries
from app.access_log.log import FOLDER
from app.cli import cli
from app.jobs import task_store
from app.jobs.task_store import Doing
from tests.app.jobs.conftest import KNOWN, OLD_CARD, Desk, land_csv, many
from tests.app.matches.conftest import AS_OF


@pytest.fixture
def there(desk: Desk, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk, whose settings are the environment's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KHOP_DATABASE_URL", database_url)
    monkeypatch.setenv("KHOP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KHOP_AS_OF", AS_OF.isoformat())
    monkeypatch.setenv("KHOP_CHUNK_ROWS", "100")
    (tmp_path / "land.csv").write_bytes(many(300))
    return desk


def khop(*words: str, status: int = 0) -> Result:
    done = CliRunner().invoke(cli, list(words))
    assert done.exit_code == status, done.output
    return done


def test_a_file_is_submitted_shown_and_its_results_written(there: Desk, tmp_path: Path) -> None:
    job_id = khop("job", "submit", "land.csv", "--key", "a").stdout.strip()
    assert khop("job", "submit", "land.csv", "--key", "a").stdout.strip() == job_id
    khop("job", "results", job_id, "-o", "x.csv", status=1)  # not done yet
    assert not (tmp_path / "x.csv").exists()
    there.work()
    shown = json.loads(khop("job", "show", job_id, "--json").stdout)
    assert (shown["state"], shown["rows_done"]) == ("done", 300)
    assert "full 100" in khop("job", "show", job_id).stdout
    assert job_id in khop("job", "list").stdout
    assert "done" in khop("job", "watch", job_id).stdout
    khop("job", "results", job_id, "-o", "x.csv", "--verdict", "full")
    assert len((tmp_path / "x.csv").read_text(encoding="utf-8-sig").splitlines()) == 101
    khop("job", "results", job_id, "-o", "x.docx", status=1)
    khop("job", "results", job_id, "-o", "y.csv", "--category", "Z9", status=1)


def kept_of(there: Desk) -> list[Any]:
    """What the access log holds of commands, in their order."""
    found = entries(there.settings.data_dir / FOLDER, Wanted())
    return [each for each in found if str(each["who"]).startswith("os:")]


def test_what_commands_do_with_jobs_is_in_the_access_log_as_over_http(there: Desk) -> None:
    job_id = khop("job", "submit", "land.csv").stdout.strip()
    khop("job", "results", job_id, "-o", "x.csv", status=1)  # not done yet: nobody saw anything
    khop("job", "cancel", job_id)
    khop("job", "resume", job_id)
    there.work()
    khop("job", "results", job_id, "-o", "x.csv")
    khop("job", "results", job_id, "-o", "x.docx", status=1)
    khop("job", "delete", job_id, "--yes")
    kept = kept_of(there)
    assert [each["action"] for each in kept] == [
        *("job.created", "job.cancelled", "job.resumed", "job.results_fetched", "job.deleted"),
    ]
    assert {each["facts"]["job_id"] for each in kept} == {job_id}
    assert kept[3]["facts"] == {"job_id": job_id, "form": "csv", "disclosed": True}
    assert kept[4]["facts"]["files_gone"]


def test_where_the_access_log_cannot_be_written_no_results_are(there: Desk, tmp_path: Path) -> None:
    job_id = khop("job", "submit", "land.csv").stdout.strip()
    there.work()
    folder = tmp_path / FOLDER
    folder.rename(tmp_path / "kept")
    folder.write_text("no folder")
    khop("job", "results", job_id, "-o", "x.csv", status=1)
    assert not (tmp_path / "x.csv").exists()


def test_a_job_is_cancelled_resumed_and_deleted(there: Desk) -> None:
    job_id = khop("job", "submit", "land.csv").stdout.strip()
    khop("job", "cancel", job_id)
    assert there.work() == 0
    khop("job", "watch", job_id, status=1)
    khop("job", "resume", job_id)
    there.work()
    khop("job", "cancel", job_id, status=1)
    khop("job", "delete", job_id, status=1)  # nobody said yes
    khop("job", "delete", job_id, "--yes")
    assert "khop job list" in khop("job", "show", job_id, status=1).stderr
    assert not there.room.folder(job_id).exists()


def test_a_preview_shows_how_a_file_is_read_and_queues_nothing(there: Desk, tmp_path: Path) -> None:
    (tmp_path / "bare.csv").write_bytes(land_csv([KNOWN, OLD_CARD]).split(b"\r\n", 1)[1])
    khop("job", "submit", "bare.csv", "--preview", status=1)
    columns = ("--column", "full_name=B", "--column", "id_number=C", "--column", "birth_date=D")
    found = json.loads(khop("job", "submit", "bare.csv", "--preview", *columns).stdout)
    assert found["rows"][0]["records"][0]["subjects"][0]["full_name"] == "Trần Văn Ba"
    assert khop("job", "list").stdout == ""
    khop("job", "submit", "bare.csv", "--column", "full_name", status=2)


def test_the_doctor_says_what_is_wrong_and_what_to_do(
    there: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = khop("doctor").stdout
    assert "khop worker" in said  # a warning: nobody works off jobs
    with there.database.writing() as session:
        task_store.beat(session, there.bench.worker, Doing(), lease=there.room.lease, now=there.room.clock())
    found = {each["check"]: each["level"] for each in json.loads(khop("doctor", "--json").stdout)}
    assert found["workers"] == found["database"] == found["register"] == found["jobs"] == "ok"
    monkeypatch.setenv("KHOP_INBOX_DIR", str(tmp_path / "nowhere"))
    assert "KHOP_INBOX_DIR" in khop("doctor", status=1).stdout
    monkeypatch.setenv("KHOP_WEBHOOK_URLS", "http://office.example/")
    assert "office.example" not in khop("doctor", status=1).stdout


def test_the_doctor_finds_a_database_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOP_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    monkeypatch.setenv("KHOP_DATA_DIR", str(tmp_path))
    assert "KHOP_DATABASE_URL" in khop("doctor", status=1).stdout
    monkeypatch.setenv("KHOP_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    assert "khop db upgrade" in khop("doctor", status=1).stdout
