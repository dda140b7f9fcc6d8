"""What can be done with audits that are there: look at them, report, sign, verify, delete."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from app.audits import store
from app.audits.counting import (
    answers_of,
    counted,
    disagreement_rates,
    disagreements,
    figures_json,
    same_figures,
)
from app.audits.definitions import Definitions
from app.audits.error_rates import error_rates
from app.audits.errors import AuditSigned, FiguresChanged
from app.audits.folder import AuditFolder, audits_folder
from app.audits.frozen import (
    Check,
    Frozen,
    changed,
    digest,
    ground_checks,
    read_frozen,
    run_checks,
    snapshot_digest,
)
from app.audits.live import Rematched, rematch
from app.audits.report import Content, report
from app.audits.store import Answer, Audit
from app.engines.folder import write_text
from app.jobs.service import Jobs
from app.register import store as register
from app.register.candidates import active_candidates, candidates_of
from app.register.layers import changed_people
from app.register.snapshots import existing_snapshot, snapshot_folder
from app.reviews.service import Reviews

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditRoom:
    """Where audits are, and the rooms below that they draw on."""

    jobs: Jobs
    reviews: Reviews

    def folder(self, audit_id: str) -> AuditFolder:
        """The files of an audit."""
        return AuditFolder(audits_folder(self.jobs.data_dir) / audit_id)


def listed(room: AuditRoom, *, owner: str | None) -> list[Audit]:
    """All audits of an owner, the newest first; None: everybody's."""
    with room.jobs.database.reading() as session:
        return store.listed(session, owner)


def one(room: AuditRoom, audit_id: str, *, owner: str | None) -> Audit:
    """One audit, ready or not; AuditMissing where there is none."""
    with room.jobs.database.reading() as session:
        return store.existing(session, audit_id, owner)


def definitions_of(room: AuditRoom, audit: Audit) -> Definitions:
    """What the figures of an audit count."""
    return Definitions.from_json(room.folder(audit.id).definitions.read_text(encoding="utf-8"))


def report_of(room: AuditRoom, audit: Audit, *, progress: Json | None = None) -> Json:
    """The report of an audit: as it was signed, or as it stands now."""
    folder = room.folder(audit.id)
    if audit.is_signed:
        text = folder.report.read_text(encoding="utf-8")
        if digest(text) != audit.report_digest:
            raise FiguresChanged(changed="report")
        found: Json = json.loads(text)
        signed = {"by": audit.signed_by, "at": _moment(audit), "report_sha256": audit.report_digest}
        return found | {"signed": signed}
    return _unsigned(room, audit, progress) | {"signed": None}


def _unsigned(room: AuditRoom, audit: Audit, progress: Json | None) -> Json:
    folder, definitions = room.folder(audit.id), definitions_of(room, audit)
    with room.jobs.database.reading() as session:
        answers = store.answers(session, audit.id)
    authority, differing = None, []
    if answers:
        found = counted(folder, audit.area_code, definitions, answers=answers)
        figures = figures_json(found)
        told = answers_of(found.rows, definitions, answers)
        authority = disagreements(found.rows, definitions, told)
        differing = disagreement_rates(found.rows, definitions, told)
    else:
        figures = json.loads(folder.figures.read_text(encoding="utf-8"))
    rates = error_rates(room.reviews, room.jobs, audit, folder)
    content = Content(read_frozen(folder), definitions, figures, rates, authority, differing, progress)
    return report(audit, content)


def old_units(room: AuditRoom, audit: Audit) -> Json:
    """The figures by commune of before 1 July 2025."""
    definitions = definitions_of(room, audit)
    return figures_json(counted(room.folder(audit.id), audit.area_code, definitions, old=True))


def take_answers(room: AuditRoom, audit: Audit, answers: Sequence[Answer]) -> list[Answer]:
    """Keep what the authority answered, which prevails from now on; all that it has answered. AuditSigned if signed."""
    if audit.is_signed:
        raise AuditSigned(day=_moment(audit)[:10])
    with room.jobs.database.writing() as session:
        store.keep_answers(session, audit.id, answers, now=room.jobs.clock())
        return store.answers(session, audit.id)


def sign(room: AuditRoom, audit: Audit, *, by: str, progress: Json | None = None) -> Audit:
    """Sign the report for good; FiguresChanged where what it stands on is no longer the same."""
    if audit.signed_at is not None:
        raise AuditSigned(day=audit.signed_at.date().isoformat())
    if different := changed(verify(room, audit)):
        raise FiguresChanged(changed=", ".join(different))
    text = json.dumps(_unsigned(room, audit, progress), ensure_ascii=False, indent=1, sort_keys=True)
    with room.jobs.database.writing() as session:
        signed = store.sign(session, audit.id, report_digest=digest(text), by=by, now=room.jobs.clock())
        found = store.existing(session, audit.id)
        if signed:  # of two who sign at once only one writes
            write_text(room.folder(audit.id).report, text)
    if not signed:
        raise AuditSigned(day=_moment(found)[:10])
    return found


def verify(room: AuditRoom, audit: Audit) -> list[Check]:
    """Check everything that an audit stands on, and count its figures again."""
    folder = room.folder(audit.id)
    text = folder.frozen.read_text(encoding="utf-8")
    checks = [Check("frozen", digest(text) == audit.frozen_digest)]
    if not checks[0].same:
        return checks  # nothing in it can be believed
    frozen, definitions = Frozen.from_json(text), definitions_of(room, audit)
    for number, run in enumerate(frozen.runs):
        checks += run_checks(folder.run(number), number + 1, run)
    checks += _register_checks(room, frozen)
    checks += ground_checks(frozen, definitions.digest)
    kept = folder.figures.read_text(encoding="utf-8")
    if all(check.same for check in checks if check.ground in ("results", "definitions", "gazetteer")):
        checks.append(Check("figures", same_figures(counted(folder, audit.area_code, definitions), kept)))
    else:
        checks.append(Check("figures", False, note="not counted again"))
    if audit.is_signed:
        checks.append(Check("report", digest(folder.report.read_text(encoding="utf-8")) == audit.report_digest))
    return checks


def _register_checks(room: AuditRoom, frozen: Frozen) -> list[Check]:
    pinned = frozen.register
    with room.jobs.database.reading() as session:
        versions = [version for version in register.versions(session) if version.id == pinned.id]
    same = [version.statistics == pinned.statistics for version in versions] == [True]
    folder = snapshot_folder(room.jobs.data_dir, pinned.version)
    if not folder.is_dir():
        return [Check("register", same), Check("snapshot", False, note="missing")]
    usable = existing_snapshot(folder) is not None
    return [
        Check("register", same),
        Check("snapshot", usable and snapshot_digest(folder) == pinned.snapshot_sha256),
    ]


def changes(room: AuditRoom, audit: Audit) -> tuple[Rematched, str]:
    """What the active register version means for an audit's land users, and the name of that version."""
    database = room.jobs.database
    with (
        closing(candidates_of(database, audit.register_id)) as before,
        closing(active_candidates(database)) as after,
    ):
        people = changed_people(database, audit.register_id, after.people.version)
        return rematch(room.folder(audit.id), people, after, before.statistics), after.stamp.version


def deletable(audit: Audit) -> None:
    """Raises AuditSigned where somebody signed it: that is deleted only where it is meant."""
    if audit.is_signed:
        raise AuditSigned(day=_moment(audit)[:10])


def delete(room: AuditRoom, audit: Audit) -> None:
    """Remove an audit with its files and answers, and let go of its register version."""
    with room.jobs.database.writing() as session:
        store.remove(session, audit.id)
    let_go(room, audit.id)


def let_go(room: AuditRoom, audit_id: str) -> None:
    """Remove the files of an audit, and let go of its register version."""
    with room.jobs.database.writing() as session:
        register.unpin(session, holder(audit_id))
    shutil.rmtree(room.folder(audit_id).path, ignore_errors=True)


def _moment(audit: Audit) -> str:
    return "" if audit.signed_at is None else audit.signed_at.isoformat(timespec="seconds")


def holder(audit_id: str) -> str:
    """The name under which an audit pins its register version."""
    return f"audit:{audit_id}"
