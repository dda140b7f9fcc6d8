"""Audits that wait for their jobs: how far each is, and the worker's part, which freezes what has become due."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Final, NamedTuple

import structlog

from app.access_log.entries import Entry, Fact
from app.access_log.errors import AccessLogUnavailable
from app.access_log.log import AccessLog
from app.audits import store
from app.audits.creating import LEASE, freeze
from app.audits.errors import AuditFailed, AuditMissing, AuditNotReady, JobOfAuditEnded, JobOfAuditGone, reason_of
from app.audits.service import AuditRoom, let_go
from app.audits.states import Kept, Standing
from app.audits.store import Audit
from app.errors import ServiceError, is_full
from app.jobs import service as jobs
from app.jobs.errors import JobMissing
from app.jobs.progress import JobProgress
from app.jobs.states import State

ATTEMPTS: Final = 3  # at freezing one audit
_PAUSE: Final = timedelta(seconds=30)  # between two of them
_ENDED_OTHERWISE: Final = {  # the worst first
    State.FAILED: Standing.FAILED,
    State.STOPPED: Standing.STOPPED,
    State.CANCELLED: Standing.CANCELLED,
}
_log = structlog.get_logger(__name__)


class HowFar(NamedTuple):
    """Where an audit stands, why it doesn't go on, and how far its jobs are, in their order."""

    standing: Standing
    reason: ServiceError | None
    jobs: tuple[JobProgress, ...]


def how_far(room: AuditRoom, audit: Audit) -> HowFar:
    """How far an audit is; a ready one isn't looked into."""
    if audit.state is Kept.READY:
        return HowFar(Standing.READY, None, ())
    if audit.state is Kept.FAILED:
        return HowFar(Standing.FAILED, reason_of(audit), ())
    try:
        found = tuple(jobs.progress(room.jobs, job_id, client=None) for job_id in audit.job_ids)
    except JobMissing:
        return HowFar(Standing.FAILED, JobOfAuditGone(), ())
    states = [each.state for each in found]
    for state, standing in _ENDED_OTHERWISE.items():
        if state in states:
            ended = found[states.index(state)]
            why = "" if ended.reason is None else ended.reason.code
            return HowFar(standing, JobOfAuditEnded(job=ended.job.id, state=state, why=why), found)
    waiting = next((each for each in found if each.state is State.WAITING), None)
    if waiting is not None:
        return HowFar(Standing.WAITING, waiting.reason, found)
    if all(state is State.DONE for state in states):
        return HowFar(Standing.COUNTING, None, found)
    return HowFar(Standing.QUEUED if set(states) == {State.QUEUED} else Standing.RUNNING, None, found)


def ready(room: AuditRoom, audit: Audit) -> Audit:
    """The audit, if it is frozen and counted; AuditNotReady says how far it is."""
    if audit.state is not Kept.READY:
        raise AuditNotReady(state=how_far(room, audit).standing)
    return audit


def freeze_due(room: AuditRoom, log: Callable[[], AccessLog]) -> list[str]:
    """Freeze the audits whose jobs are all done, one worker each; says which. The access log has an entry of each."""
    frozen = []
    with room.jobs.database.reading() as session:
        waiting = store.waiting(session, now=room.jobs.clock())
    for audit in waiting:
        if _all_done(room, audit):
            try:
                with closing(log()) as opened:
                    frozen += _recorded(room, audit, opened)
            except AccessLogUnavailable:
                _log.error("audit.waits", audit=audit.id, kind=AccessLogUnavailable.code)
    return frozen


def _recorded(room: AuditRoom, audit: Audit, log: AccessLog) -> list[str]:
    attempt = _claimed(room, audit)
    made = _tried(room, audit, attempt) if attempt else None
    if made is None:
        return []
    facts: dict[str, Fact] = {"audit_id": made.id, "frozen_hash": made.frozen_digest, "jobs": len(made.job_ids)}
    log.record(Entry("audit.frozen", "khop", made.purpose, facts=facts))
    return [made.id]


def _all_done(room: AuditRoom, audit: Audit) -> bool:
    try:
        return all(jobs.done_folder(room.jobs, job_id, client=None) for job_id in audit.job_ids)
    except ServiceError:  # not done, or deleted: how_far tells
        return False


def _claimed(room: AuditRoom, audit: Audit) -> int:
    """Take an audit to freeze it: the number of the attempt; 0 where somebody else has it."""
    now = room.jobs.clock()
    with room.jobs.database.writing() as session:
        return store.claim(session, audit.id, now=now, until=now + LEASE)


def _tried(room: AuditRoom, audit: Audit, attempt: int) -> Audit | None:
    """The frozen audit; None where it could not be frozen now: it is tried again, or told to have failed."""
    try:
        return freeze(room, audit)
    except AuditMissing:
        let_go(room, audit.id)  # deleted meanwhile: nothing of it stays
        return None
    except Exception as error:
        kind = error.code if isinstance(error, ServiceError) else type(error).__name__
        _log.error("audit.failed", audit=audit.id, attempt=attempt, kind=kind)
        with room.jobs.database.writing() as session:
            if attempt < ATTEMPTS or is_full(error):
                later = room.jobs.clock() + _PAUSE
                store.put_back(session, audit.id, not_before=later, attempts=attempt - is_full(error))
            else:
                store.fail(session, audit.id, AuditFailed(kind=kind, attempts=attempt))
        return None
