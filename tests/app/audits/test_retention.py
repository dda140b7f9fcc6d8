"""Retention: audits past their time are gone with rows, files and answers, and the access log certifies it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from app.access_log.errors import AccessLogUnavailable
from app.access_log.export import Wanted, entries
from app.access_log.log import FOLDER, AccessLog
from app.audits import service
from app.audits.creating import NewAudit, create
from app.audits.definitions import default_definitions
from app.audits.errors import AuditMissing
from app.audits.retention import Terms, delete_expired, expired, keep_rates
from app.audits.service import AuditRoom
from app.audits.store import Answer, Audit
from app.cli import cli
from app.jobs import service as jobs
from app.register import store as register
from app.reviews.selection import Wishes
from app.reviews.service import NewReview
from app.tables import audit_answers, audits
from tests.app.audits.conftest import Province
from tests.app.reviews.conftest import NOON

TERMS = Terms(unsigned=365)


def later(room: AuditRoom, days: int) -> AuditRoom:
    """The room some days from now."""
    return replace(room, jobs=replace(room.jobs, clock=lambda: datetime.now(UTC) + timedelta(days=days)))


def run(room: AuditRoom, terms: Terms = TERMS) -> list[str]:
    return delete_expired(room, terms, lambda: AccessLog(room.jobs.data_dir, clock=room.jobs.clock))


def certificates(room: AuditRoom) -> list[dict[str, Any]]:
    found = entries(room.jobs.data_dir / FOLDER, Wanted())
    return [each["facts"] for each in found if each["action"] == "audit.deleted"]


def rows_of(room: AuditRoom) -> tuple[int, int]:
    """How many rows the tables of audits hold."""
    with room.jobs.database.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (audits, audit_answers)]
    return counts[0], counts[1]


def other(room: AuditRoom) -> Audit:
    return create(room, NewAudit(("job",), "68", "Khác", "thử", "A", default_definitions()), owner=None)


def test_an_audit_past_its_time_is_gone_with_rows_files_and_answers_and_is_certified(
    room: AuditRoom, audit: Audit, province: Province
) -> None:
    service.take_answers(room, audit, [Answer(0, 0, "matched", right_value="01/02/1960")])
    folder = room.folder(audit.id)
    one_of_its_files = folder.run(0).input(folder.run(0).read_plan())
    assert rows_of(room) == (1, 1)
    jobs.delete(room.jobs, "job", client=None)
    assert one_of_its_files.stat().st_nlink == 1  # nobody else has a name for it
    assert run(later(room, 364)) == []
    assert run(later(room, 366)) == [audit.id]
    assert rows_of(room) == (0, 0)
    assert not folder.path.exists()
    with province.database.reading() as session:
        assert register.holders(session, 1) == []
    (certificate,) = certificates(room)
    assert certificate == {
        "audit_id": audit.id,
        "signed": False,
        "land_users": audit.land_users,
        "answers": 1,
        "rows_gone": True,
        "files_gone": True,
        "jobs_left": 0,
        "after_days": 365,
    } | {name: value for name, value in certificate.items() if value is None}
    assert run(later(room, 366)) == []
    with pytest.raises(AuditMissing):
        service.one(room, audit.id, owner=None)


def test_a_certificate_says_that_a_job_still_has_the_files(room: AuditRoom, audit: Audit) -> None:
    run(later(room, 366))
    assert [each["jobs_left"] for each in certificates(room)] == [1]
    assert room.jobs.folder("job").exists()


def test_a_signed_audit_is_kept_unless_a_term_is_set_and_then_counts_from_its_signature(
    room: AuditRoom, audit: Audit
) -> None:
    signed = service.sign(room, audit, by="B")
    unsigned = other(room)
    assert run(later(room, 10_000)) == [unsigned.id]
    assert [one.id for one in expired(later(room, 10_000), Terms(unsigned=0, signed=9_999))] == [signed.id]
    assert expired(later(room, 100), Terms(unsigned=0, signed=101)) == []
    assert run(later(room, 102), Terms(unsigned=0, signed=101)) == [signed.id]
    (last,) = [each for each in certificates(room) if each["signed"]]
    assert (last["signed"], last["report_hash"], last["after_days"]) == (True, signed.report_digest, 101)
    assert rows_of(room) == (0, 0)


def test_each_audit_has_its_own_age(room: AuditRoom, audit: Audit) -> None:
    young = other(later(room, 200))
    assert run(later(room, 366)) == [audit.id]
    assert room.folder(young.id).figures.exists()
    with room.jobs.database.reading() as session:
        assert register.holders(session, 1) == [f"audit:{young.id}"]


def test_what_was_left_of_an_audit_that_is_no_more_is_removed_after_a_day(room: AuditRoom, audit: Audit) -> None:
    left = room.folder("leftover").path
    beside = room.jobs.data_dir / "khop-audit-abc"
    for folder in (left, beside):
        folder.mkdir(parents=True)
        (folder / "made").write_text("x")
    assert run(room) == []
    assert left.exists()  # it may be one that is being made
    assert run(later(room, 2)) == []
    assert not left.exists()
    assert not beside.exists()
    assert room.folder(audit.id).path.exists()
    assert [each["abandoned"] for each in certificates(room)] == [True, True]


def test_nothing_is_deleted_where_nothing_can_be_certified(room: AuditRoom, audit: Audit) -> None:
    (room.jobs.data_dir / FOLDER).write_text("no folder")  # where entries would be kept
    with pytest.raises(AccessLogUnavailable):
        run(later(room, 366))
    assert rows_of(room)[0] == 1
    assert room.folder(audit.id).path.exists()


def test_error_rates_are_kept_before_the_reviews_go_with_their_job(room: AuditRoom, audit: Audit) -> None:
    wishes = Wishes(sample=5, doubtful=0, second_share=0, seed="1")
    review = room.reviews.open(NewReview("job", "list", wishes, simulated=True, created_by="A"))
    for days, is_kept in ((90, False), (91, True)):
        keep_rates(replace(room, jobs=replace(room.jobs, clock=lambda days=days: NOON + timedelta(days=days))), 91)
        assert room.folder(audit.id).rates.exists() is is_kept
    jobs.delete(room.jobs, "job", client=None)
    assert service.report_of(room, audit)["error_rates"][0]["review_id"] == review.id


def test_the_command_deletes_what_is_past_its_time_or_only_lists_it(
    room: AuditRoom, audit: Audit, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = service.sign(room, other(room), by="B")
    url = province.database.engine.url.render_as_string(hide_password=False)
    settings = {"DATABASE_URL": url, "DATA_DIR": str(province.data_dir), "JOB_DAYS": "10000", "AUDIT_DAYS": "30"}
    for name, value in settings.items():
        monkeypatch.setenv(f"KHOP_{name}", value)
    with room.jobs.database.writing() as session:
        session.execute(audits.update().values(created_at=datetime.now(UTC) - timedelta(days=31)))
    listed = CliRunner().invoke(cli, ["retention", "run", "--dry-run"])
    assert listed.output.split() == ["audit", audit.id]
    assert rows_of(room)[0] == 2
    done = CliRunner().invoke(cli, ["retention", "run"])
    assert done.exit_code == 0, done.output
    assert rows_of(room)[0] == 1
    assert [each["audit_id"] for each in certificates(room)] == [audit.id]
    monkeypatch.setenv("KHOP_SIGNED_AUDIT_DAYS", "30")
    with room.jobs.database.writing() as session:
        session.execute(audits.update().values(signed_at=datetime.now(UTC) - timedelta(days=31)))
    assert CliRunner().invoke(cli, ["retention", "run"]).exit_code == 0
    assert not room.folder(signed.id).path.exists()
