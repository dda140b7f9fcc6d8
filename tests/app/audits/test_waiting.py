"""Audits that start a job or wait for one: told how far they are, frozen by a worker, clear about a job that ended."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.access_log.log import AccessLog
from app.audits import service, store
from app.audits.service import AuditRoom
from app.audits.waiting import ATTEMPTS, freeze_due
from app.cli import cli
from app.clients.authenticating import utc_now
from app.register import store as register
from app.reviews.acting import review_room
from tests.acceptance.processes import KHOP, environment
from tests.app.callers import headers_of
from tests.app.jobs.conftest import Desk, MakeDesk, make_desk, many

__all__ = ["make_desk"]
BODY = {"area": "68", "name": "Đối chiếu thử"}
ROWS = 250
PATIENCE = 120.0  # seconds: a machine may be busy


@pytest.fixture
def desk(make_desk: MakeDesk, tmp_path: Path) -> Desk:
    """A desk with an inbox, in which a land file lies."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "land.csv").write_bytes(many(ROWS))
    made = make_desk(scopes=("audits", "jobs", "match:disclose", "admin"), inbox_dir=inbox)
    made.client.headers.update({"X-Reviewer": "A", "Accept-Language": "en"})
    return made


@pytest.fixture
def room(desk: Desk) -> AuditRoom:
    """The room of audits at the desk."""
    return AuditRoom(desk.room, review_room(desk.room).reviews)


def asked(desk: Desk, **more: Any) -> Any:
    answer = desk.client.post("/v1/audits", json=BODY | more)
    assert answer.status_code == 202, answer.text
    return answer.json()


def told(desk: Desk, audit: str) -> Any:
    return desk.client.get(f"/v1/audits/{audit}").json()


def frozen(desk: Desk, room: AuditRoom) -> list[str]:
    """What a worker does between two parts."""
    return freeze_due(room, lambda: AccessLog(desk.settings.data_dir, clock=utc_now))


def figures(desk: Desk, audit: str) -> Any:
    answer = desk.client.get(f"/v1/audits/{audit}/report")
    assert answer.status_code == 200, answer.text
    return answer.json()["figures"]


@contextmanager
def worker(desk: Desk) -> Iterator[None]:
    """A worker process."""
    own = {"KHOP_DATABASE_URL": desk.settings.database_url, "KHOP_CHUNK_ROWS": "100", "KHOP_LOG_LEVEL": "error"}
    process = subprocess.Popen(
        [KHOP, "worker", "--processes", "1"],
        env=environment(desk.settings.data_dir) | own,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
        assert process.poll() is None, "the worker has failed"
    finally:
        process.terminate()
        process.wait(timeout=60)


def khop(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def test_an_audit_of_a_file_is_made_by_a_worker_and_has_the_figures_of_one_over_the_finished_job(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = asked(desk, file={"inbox_file": "land.csv"})
    assert audit["state"] == "waiting"  # for a worker, none of which lives
    assert audit["reason"]["code"] == "job.no_worker"
    assert (audit["land_users"], audit["frozen_sha256"]) == (None, None)
    refused = desk.client.get(f"/v1/audits/{audit['id']}/report.pdf")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:khop:problem:audit.not_ready")
    with worker(desk):
        deadline = time.monotonic() + PATIENCE
        while (found := told(desk, audit["id"]))["state"] != "ready":
            assert time.monotonic() < deadline, found
            time.sleep(0.2)
        # The command line starts a job for a file of the machine, watches it, and says that the audit is ready.
        for name, value in (("DATABASE_URL", desk.settings.database_url), ("DATA_DIR", str(tmp_path))):
            monkeypatch.setenv(f"KHOP_{name}", value)
        words = ("--area", "68", "--title", "Thử", "--purpose", "thử", "--as", "A")
        made = khop("audit", "create", "--file", str(tmp_path / "inbox" / "land.csv"), "--watch", *words)
    assert made.exit_code == 0, made.output
    assert "ready" in made.output
    assert figures(desk, made.output.split()[0]) == figures(desk, audit["id"])
    assert "ready" in khop("audit", "show", audit["id"]).output
    assert khop("audit", "create", *words).exit_code == 1
    assert found["land_users"] == ROWS
    assert found["progress"] == []
    again = desk.client.post("/v1/audits", json=BODY | {"jobs": audit["jobs"]})
    assert again.status_code == 201
    assert figures(desk, again.json()["id"]) == figures(desk, audit["id"])
    assert desk.client.get(f"/v1/audits/{audit['id']}/verify").json()["intact"]


def test_how_far_its_job_is_stands_in_the_audit(desk: Desk, room: AuditRoom) -> None:
    job = desk.job(many(ROWS))
    audit = asked(desk, jobs=[job])["id"]
    assert desk.work(2) == 2  # reading, and one of three chunks
    (progress,) = told(desk, audit)["progress"]
    assert (progress["id"], progress["rows_total"], progress["rows_done"]) == (job, ROWS, 100)
    assert frozen(desk, room) == []
    desk.work()
    assert told(desk, audit)["state"] == "counting"
    assert frozen(desk, room) == [audit]
    assert told(desk, audit)["state"] == "ready"
    assert frozen(desk, room) == []


def test_an_audit_of_several_jobs_waits_for_the_last_one(desk: Desk, room: AuditRoom) -> None:
    first = desk.job(many(90))
    desk.work()
    audit = asked(desk, jobs=[first, desk.job(many(60), sheet="")])["id"]
    assert frozen(desk, room) == []
    desk.work()
    assert frozen(desk, room) == [audit]
    assert told(desk, audit)["land_users"] == 150


def test_a_job_that_was_cancelled_is_told_and_one_that_goes_on_takes_the_audit_along(
    desk: Desk, room: AuditRoom
) -> None:
    audit = asked(desk, file={"inbox_file": "land.csv"})
    (job,) = audit["jobs"]
    desk.client.post(f"/v1/jobs/{job}/cancel")
    found = told(desk, audit["id"])
    assert (found["state"], found["reason"]["code"]) == ("cancelled", "audit.job_ended")
    assert job in found["reason"]["detail"]
    assert frozen(desk, room) == []
    refused = desk.client.post("/v1/audits", json=BODY | {"jobs": [job]})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:khop:problem:job.not_done")
    desk.client.post(f"/v1/jobs/{job}/resume")
    desk.work()
    assert frozen(desk, room) == [audit["id"]]


def test_a_job_that_failed_is_told_with_its_reason(desk: Desk, room: AuditRoom) -> None:
    assert desk.settings.inbox_dir is not None
    (desk.settings.inbox_dir / "bare.csv").write_text("a,b\n1,2\n")
    audit = asked(desk, file={"inbox_file": "bare.csv"})["id"]
    desk.work()
    assert frozen(desk, room) == []
    found = told(desk, audit)
    assert found["state"] == "failed"
    assert found["progress"][0]["reason"]["code"] in found["reason"]["detail"]


def test_a_job_that_was_deleted_leaves_an_audit_that_says_so_and_can_be_deleted(desk: Desk, room: AuditRoom) -> None:
    audit = asked(desk, file={"inbox_file": "land.csv"})
    with desk.database.reading() as session:
        assert f"audit:{audit['id']}" in register.holders(session, 1)
    desk.client.delete(f"/v1/jobs/{audit['jobs'][0]}")
    assert frozen(desk, room) == []
    assert told(desk, audit["id"])["reason"]["code"] == "audit.job_gone"
    assert desk.client.delete(f"/v1/audits/{audit['id']}").status_code == 204
    with desk.database.reading() as session:
        assert register.holders(session, 1) == []
    assert not room.folder(audit["id"]).path.exists()


def test_what_cannot_be_frozen_is_tried_again_and_then_told_to_have_failed(desk: Desk, room: AuditRoom) -> None:
    audit = asked(desk, file={"inbox_file": "land.csv"})
    desk.work()
    (desk.room.folder(audit["jobs"][0]) / "results.parquet").unlink()
    for attempt in range(1, ATTEMPTS + 1):
        assert told(desk, audit["id"])["state"] == "counting"
        assert frozen(desk, room) == []
        assert frozen(desk, room) == []  # not at once
        with desk.database.writing() as session:
            store.put_back(session, audit["id"], not_before=utc_now(), attempts=attempt)
    found = told(desk, audit["id"])
    assert (found["state"], found["reason"]["code"]) == ("failed", "audit.failed")


def test_only_one_worker_freezes_an_audit_until_its_lease_is_over(desk: Desk) -> None:
    audit = asked(desk, file={"inbox_file": "land.csv"})["id"]
    now = utc_now()
    with desk.database.writing() as session:
        assert store.claim(session, audit, now=now, until=now.replace(year=now.year + 1)) == 1
        assert store.claim(session, audit, now=now, until=now) == 0
        assert store.waiting(session, now=now) == []
        assert store.claim(session, audit, now=now.replace(year=now.year + 2), until=now) == 2


def test_an_audit_that_is_deleted_while_it_is_frozen_leaves_nothing(desk: Desk, room: AuditRoom) -> None:
    audit = asked(desk, file={"inbox_file": "land.csv"})["id"]
    desk.work()
    found = service.one(room, audit, owner=None)
    with desk.database.writing() as session:
        store.remove(session, audit)
    from app.audits.waiting import _tried

    assert _tried(room, found, 1) is None
    assert not room.folder(audit).path.exists()


def test_the_same_key_starts_no_second_job_and_makes_no_second_audit(desk: Desk) -> None:
    def sent(key: str, **more: Any) -> Any:
        body = BODY | {"file": {"inbox_file": "land.csv"}} | more
        return desk.client.post("/v1/audits", json=body, headers={"Idempotency-Key": key}).json()

    first = sent("a")
    assert sent("a")["id"] == first["id"]
    other = sent("a", name="Khác")  # another audit, over the same job
    assert (other["id"] != first["id"], other["jobs"]) == (True, first["jobs"])
    assert sent("b")["jobs"] != first["jobs"]
    assert len(desk.client.get("/v1/jobs").json()["jobs"]) == 2
    assert desk.client.post("/v1/audits", json=BODY, headers={"Idempotency-Key": "x" * 201}).status_code == 422


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"file": {"inbox_file": "land.csv"}, "area": "99"}, 422, "audit.area_unknown"),
        ({"file": {"inbox_file": "nothing.csv"}}, 404, "job.inbox_file_missing"),
        ({"file": {"inbox_file": "land.csv"}, "jobs": ["job"]}, 422, "audit.file_or_jobs"),
        ({}, 422, "audit.file_or_jobs"),
        ({"file": {"inbox_file": "land.csv"}, "register_version": "older"}, 409, "audit.register_not_active"),
        ({"file": {"inbox_file": "land.csv", "nothing": 1}}, 422, "invalid"),
    ],
)
def test_no_job_is_started_for_an_audit_that_is_refused(
    desk: Desk, body: dict[str, Any], status: int, kind: str
) -> None:
    answer = desk.client.post("/v1/audits", json=BODY | body)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, kind)
    assert desk.client.get("/v1/jobs").json()["jobs"] == []


def test_who_may_not_start_jobs_can_not_start_one_by_an_audit(desk: Desk) -> None:
    headers = headers_of(desk.database, "audits", name="auditor")
    answer = desk.client.post("/v1/audits", json=BODY | {"file": {"inbox_file": "land.csv"}}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:khop:problem:auth.scope_missing")
