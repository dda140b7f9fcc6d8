"""How far a job is, worked out from what its parts gave: rows, rate, time left, counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.engines.counts import Counts, total
from app.errors import ServiceError
from app.jobs import task_store
from app.jobs.errors import DiskFull, NoWorker, reason_of
from app.jobs.states import WORKED_ON, Stage, State
from app.jobs.store import Job
from app.jobs.task_store import Alive, PartDone

ALIVE: Final = timedelta(seconds=30)  # a worker that was not seen within this time of now is taken for dead
_WINDOW: Final = timedelta(seconds=60)  # over which the rate is taken


@dataclass(frozen=True, slots=True)
class JobProgress:
    """A job, and how far it is."""

    job: Job
    state: State
    reason: ServiceError | None
    stage: Stage | None  # what is being done; None before and after
    rows_total: int | None
    rows_read: int
    rows_done: int
    rows_per_second: float | None
    seconds_left: int | None
    counts: Counts
    by_file_finding: dict[str, int]
    workers: tuple[Alive, ...]  # busy with this job


def alive_workers(session: Session, *, now: datetime) -> list[Alive]:
    """The workers that live; one seen long after now was seen before the clock was put back, and not since."""
    return task_store.workers(session, since=now - ALIVE, until=now + ALIVE)


def progress_of(session: Session, job: Job, *, now: datetime, disk_full: bool = False) -> JobProgress:
    """How far a job is at this moment; on a full disk a worker may be unable even to note that it waits."""
    parts = task_store.parts_done(session, job.id)
    alive = alive_workers(session, now=now)
    matched = [part for part in parts if part.stage is Stage.MATCH]
    rows = sum(part.rows for part in matched)
    rate = _rate(matched, job, now) if job.state in WORKED_ON else None
    left = None if rate is None or job.rows_total is None else round((job.rows_total - rows) / rate)
    state, reason = _standing(job, alive)
    if disk_full and job.state in WORKED_ON:
        state, reason = State.WAITING, DiskFull()
    finished = [part for part in parts if part.stage is Stage.FINISH]
    return JobProgress(
        job=job,
        state=state,
        reason=reason,
        stage=_stage(job, parts, rows),
        rows_total=job.rows_total,
        rows_read=job.rows_read,
        rows_done=rows,
        rows_per_second=None if rate is None else round(rate, 1),
        seconds_left=left,
        counts=total(Counts.from_json(part.counts) for part in matched),
        by_file_finding=task_store.summed(finished)[0] if finished else {},
        workers=tuple(worker for worker in alive if (worker.doing or "").startswith(job.id)),
    )


def _standing(job: Job, alive: Sequence[Alive]) -> tuple[State, ServiceError | None]:
    """The state that a caller is told: a job that no worker here may do waits for one."""
    if job.reason is not None:
        return job.state, reason_of(job.reason, job.facts)
    if job.state in (State.QUEUED, State.RUNNING) and all(worker.code != job.code for worker in alive):
        return State.WAITING, NoWorker(code=job.code)
    return job.state, None


def _stage(job: Job, parts: Sequence[PartDone], rows: int) -> Stage | None:
    if job.state not in WORKED_ON or job.started_at is None:
        return None
    if not any(part.stage is Stage.READ for part in parts):
        return Stage.MATCH if rows else Stage.READ
    return Stage.FINISH if rows == job.rows_total else Stage.MATCH


def _rate(matched: Sequence[PartDone], job: Job, now: datetime) -> float | None:
    """Rows a second over the last minute; None before there are any."""
    recent = [part for part in matched if part.ended_at > now - _WINDOW]
    rows = sum(part.rows for part in recent)
    if not rows or job.started_at is None:
        return None
    since = max(job.started_at, now - _WINDOW)
    return rows / max((now - since).total_seconds(), 0.1)
