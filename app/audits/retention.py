"""Audits past their time: deleted for good, one by one, each with its certificate in the access log (DOMAIN 6).

What an audit stands on are people's data: the land file as it was sent, results, answers of the authority. A signed one
is kept unless an office sets a term: it is what somebody signed for.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from app.access_log.entries import Entry, Fact
from app.access_log.log import AccessLog
from app.audits import service, store
from app.audits.error_rates import error_rates
from app.audits.folder import audits_folder
from app.audits.service import AuditRoom
from app.audits.states import Kept
from app.audits.store import Audit
from app.jobs import store as job_store

_ABANDONED: Final = timedelta(days=1)  # after which a folder that belongs to nothing is removed
_BEFORE: Final = timedelta(hours=1)  # before their end jobs are looked at
_BESIDE: Final = ("khop-audit-*", "khop-rerun-*")  # files on their way to a caller, and reruns


@dataclass(frozen=True, slots=True)
class Terms:
    """After how many days audits are deleted; 0: they are kept."""

    unsigned: int  # since they were made
    signed: int = 0  # since they were signed


def expired(room: AuditRoom, terms: Terms) -> list[Audit]:
    """The audits past their time, the oldest first."""
    now = room.jobs.clock()

    def before(days: int) -> datetime | None:
        return now - timedelta(days=days) if days else None

    with room.jobs.database.reading() as session:
        return store.made_before(session, unsigned=before(terms.unsigned), signed=before(terms.signed))


def delete_expired(room: AuditRoom, terms: Terms, log: Callable[[], AccessLog]) -> list[str]:
    """Delete the audits past their time with rows, files and answers, and folders that belong to no audit.

    The access log has an entry before each deletion, without which nothing is deleted, and its certificate after it.
    """
    old, abandoned = expired(room, terms), _abandoned(room)
    if not old and not abandoned:
        return []
    with closing(log()) as opened:
        for audit in old:
            term: dict[str, Fact] = {"after_days": terms.signed if audit.is_signed else terms.unsigned}
            opened.record(Entry("audit.expired", "khop", purpose="retention", facts={"audit_id": audit.id, **term}))
            facts = deleted(room, audit) | term
            opened.record(Entry("audit.deleted", "khop", purpose="retention", facts=facts))
        for folder in abandoned:
            shutil.rmtree(folder, ignore_errors=True)
            facts = {"audit_id": folder.name, "abandoned": True, "files_gone": not folder.exists()}
            opened.record(Entry("audit.deleted", "khop", purpose="retention", facts=facts))
    return [audit.id for audit in old]


def deleted(room: AuditRoom, audit: Audit) -> dict[str, Fact]:
    """Delete an audit, signed or not; the facts of its certificate: what was there, and that it is gone."""
    with room.jobs.database.reading() as session:
        answers = len(store.answers(session, audit.id))
    service.delete(room, audit)
    with room.jobs.database.reading() as session:
        rows_gone = not store.is_there(session, audit.id)
        jobs_left = len(job_store.known(session, audit.job_ids))  # they have names of their own for the same files
    return {
        "audit_id": audit.id,
        "signed": audit.is_signed,
        "report_hash": audit.report_digest,
        "land_users": audit.land_users,
        "answers": answers,
        "rows_gone": rows_gone,
        "files_gone": not room.folder(audit.id).path.exists(),
        "jobs_left": jobs_left,
    }


def keep_rates(room: AuditRoom, job_days: int) -> None:
    """Before jobs past their time go, and their reviews with them: their audits keep the error rates."""
    moment = room.jobs.clock() - timedelta(days=job_days) + _BEFORE
    with room.jobs.database.reading() as session:
        going = set(job_store.ended_before(session, moment))
        audits = store.listed(session) if going else []
    for audit in audits:
        if audit.state is Kept.READY and not audit.is_signed and going & set(audit.job_ids):
            error_rates(room.reviews, room.jobs, audit, room.folder(audit.id))


def _abandoned(room: AuditRoom) -> list[Path]:
    """Folders of audits that aren't there, and files that never reached their caller; a day old."""
    before = (room.jobs.clock() - _ABANDONED).timestamp()
    folders = [path for path in audits_folder(room.jobs.data_dir).glob("*") if path.is_dir()]
    with room.jobs.database.reading() as session:
        nobodys = [path for path in folders if not store.is_there(session, path.name)]
    beside = [path for pattern in _BESIDE for path in room.jobs.data_dir.glob(pattern)]
    return [path for path in (*nobodys, *beside) if path.stat().st_mtime < before]
