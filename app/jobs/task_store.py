"""The queue: parts of jobs as rows, each leased to one worker; and the workers that are alive.

A part is taken in one short transaction, and computed outside of any. Its worker moves the lease on while it lives;
one that stands still for as long as a lease is anybody's (leases.py). A part that two workers compute gives the same
files twice, so nothing depends on a lease being exact, and clocks may differ and be put forward and back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, delete, false, func, insert, not_, or_, select, text, update
from sqlalchemy.orm import Session

from app.jobs.leases import Held, LeaseWatch
from app.jobs.states import WORKED_ON, Part, Stage, State
from app.tables import job_tasks, job_workers, jobs

_QUEUE_LOCK: Final = 0x6B686F71  # any number that nobody else uses as a lock of this database
_PATIENCE: Final = 15  # seconds: half a lease
LONGEST_PAUSE: Final = timedelta(minutes=1)  # of a part; a later moment shows a clock that was put back since
_tasks = job_tasks


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that computes parts of jobs."""

    id: str
    host: str
    pid: int
    code: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """A part of a job, taken by a worker."""

    job_id: str
    stage: Stage
    part: int
    attempts: int  # this one included

    def __str__(self) -> str:
        return f"{self.job_id} {self.stage} {self.part}"


@dataclass(frozen=True, slots=True)
class PartDone:
    """What a part that is done gave."""

    stage: Stage
    part: int
    rows: int
    counts: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Alive:
    """A worker as it was last seen."""

    id: str
    host: str
    pid: int
    code: str
    started_at: datetime
    seen_at: datetime
    doing: str | None


def take(session: Session, worker: Worker, watch: LeaseWatch, *, now: datetime) -> Task | None:
    """The next part for a worker, leased to it; None where nothing waits. `watch` knows whose leases have run out.

    Fair: of the jobs that have something to do, the one with the fewest parts in work comes first, then the one that
    was served longest ago. So two jobs share the workers evenly, however many parts each has.
    """
    alone(session)
    silent = _among(watch.silent(_held_now(session)))
    free = or_(_waits(now), silent)
    waiting_part = select(_tasks.c.part).where(_tasks.c.job_id == jobs.c.id, free).exists()
    job_id = session.scalar(
        select(jobs.c.id)
        .where(jobs.c.state.in_(WORKED_ON), jobs.c.code == worker.code, waiting_part)
        .order_by(_in_work(silent), jobs.c.served, jobs.c.created_at, jobs.c.id)
        .limit(1)
    )
    if job_id is None:
        return None
    row = session.execute(
        select(_tasks.c.stage, _tasks.c.part, _tasks.c.attempts)
        .where(_tasks.c.job_id == job_id, free)
        .order_by(_tasks.c.stage == Stage.FINISH, _tasks.c.stage == Stage.MATCH, _tasks.c.part)
        .limit(1)
    ).one()
    task = Task(job_id, Stage(row.stage), row.part, row.attempts + 1)
    leased = {"state": Part.RUNNING, "worker_id": worker.id, "leased_until": now + watch.lease, "started_at": now}
    session.execute(update(_tasks).where(_is(task)).values(attempts=task.attempts, not_before=None, **leased))
    served = select(func.coalesce(func.max(jobs.c.served), 0) + 1).scalar_subquery()
    begun = {"state": State.RUNNING, "reason": None, "reason_facts": None, "served": served}
    started = func.coalesce(jobs.c.started_at, now)
    session.execute(update(jobs).where(jobs.c.id == job_id).values(started_at=started, **begun))
    return task


def _waits(now: datetime) -> Any:
    """Whether a part is there to be taken; one that is to be tried again later, once that moment has come."""
    due = or_(_tasks.c.not_before.is_(None), not_(_tasks.c.not_before.between(now, now + LONGEST_PAUSE)))
    return and_(_tasks.c.state == Part.READY, due)


def _held_now(session: Session) -> list[Held]:
    """The parts that workers hold."""
    columns = (_tasks.c[name] for name in Held._fields[:3])
    query = select(*columns, _tasks.c.worker_id, _tasks.c.leased_until).join(jobs, jobs.c.id == _tasks.c.job_id)
    rows = session.execute(query.where(jobs.c.state.in_(WORKED_ON), _tasks.c.state == Part.RUNNING))
    return [Held(row.job_id, Stage(row.stage), row.part, row.worker_id, row.leased_until) for row in rows]


def _among(held: Sequence[Held]) -> Any:
    """Whether a part is one of these, and still held as it was seen."""
    names = ("job_id", "stage", "part", "worker_id", "leased_until")
    same = (and_(*(_tasks.c[name] == value for name, value in zip(names, one, strict=True))) for one in held)
    return or_(false(), *same)


def _in_work(silent: Any) -> Any:
    running = (_tasks.c.job_id == jobs.c.id, _tasks.c.state == Part.RUNNING, not_(silent))
    return select(func.count()).select_from(_tasks).where(*running).correlate(jobs).scalar_subquery()


def _is(task: Task) -> Any:
    return and_(_tasks.c.job_id == task.job_id, _tasks.c.stage == task.stage, _tasks.c.part == task.part)


def _held(task: Task, worker_id: str) -> Any:
    return and_(_is(task), _tasks.c.state == Part.RUNNING, _tasks.c.worker_id == worker_id)


def alone(session: Session) -> None:
    """Parts are taken and jobs moved one after the other: it takes a millisecond, and keeps the order fair.

    SQLite's transactions that write are alone anyway. In PostgreSQL one whose worker hangs or whose machine is gone in
    the middle of it is ended by the server, or all would wait for it.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{_PATIENCE}s'"))
        session.execute(select(func.pg_advisory_xact_lock(_QUEUE_LOCK)))


def done(session: Session, task: Task, worker_id: str, *, rows: int, counts: str, now: datetime) -> bool:
    """Note what a part gave; false where it is not the worker's any more, and nothing is noted."""
    values = {"state": Part.DONE, "rows": rows, "counts": counts, "ended_at": now, "leased_until": None}
    return _changed(session.execute(update(_tasks).where(_held(task, worker_id)).values(values)))


def put_back(
    session: Session, task: Task, worker_id: str, *, not_before: datetime | None = None, counted: bool = True
) -> bool:
    """Give a part back, for somebody to take later; `counted` false: this was no attempt."""
    attempts = task.attempts if counted else task.attempts - 1
    values = {"state": Part.READY, "worker_id": None, "leased_until": None, "not_before": not_before}
    return _changed(session.execute(update(_tasks).where(_held(task, worker_id)).values(attempts=attempts, **values)))


def add_parts(session: Session, job_id: str, stage: Stage, upto: int) -> None:
    """The parts of a stage from the first one that is missing up to, and without, `upto`."""
    alone(session)
    last = session.scalar(select(func.max(_tasks.c.part)).where(_tasks.c.job_id == job_id, _tasks.c.stage == stage))
    parts = range(0 if last is None else last + 1, upto)
    if parts:
        rows = [{"job_id": job_id, "stage": stage, "part": part, "state": Part.READY} for part in parts]
        session.execute(insert(_tasks), rows)


def all_done(session: Session, job_id: str, stages: Sequence[Stage]) -> bool:
    """Whether every part of these stages is done."""
    alone(session)
    open_parts = select(func.count()).where(
        _tasks.c.job_id == job_id, _tasks.c.stage.in_(stages), _tasks.c.state != Part.DONE
    )
    return session.scalar(open_parts) == 0


def make_ready(session: Session, job_id: str) -> None:
    """Let what failed or waits be tried again at once, as if for the first time."""
    waiting = update(_tasks).where(_tasks.c.job_id == job_id, _tasks.c.state == Part.READY)
    session.execute(waiting.values(not_before=None, attempts=0))


def again(session: Session, job_id: str, stage: Stage, *, but: Sequence[int]) -> None:
    """Let the parts of a stage be done again, but for those whose files are there."""
    lost = update(_tasks).where(_tasks.c.job_id == job_id, _tasks.c.stage == stage, _tasks.c.state == Part.DONE)
    session.execute(lost.where(_tasks.c.part.not_in(but)).values(state=Part.READY, counts=None, rows=0))


def parts_done(session: Session, job_id: str) -> list[PartDone]:
    """What is done of a job."""
    names = ("stage", "part", "rows", "counts", "ended_at")
    query = select(*(_tasks.c[name] for name in names)).where(_tasks.c.job_id == job_id, _tasks.c.state == Part.DONE)
    rows = session.execute(query.order_by(_tasks.c.stage, _tasks.c.part))
    return [PartDone(Stage(row.stage), row.part, row.rows, row.counts, row.ended_at) for row in rows]


@dataclass(frozen=True, slots=True)
class Doing:
    """What a worker is busy with, and a word on it."""

    task: Task | None = None
    note: str = ""

    def __str__(self) -> str:
        return f"{self.task} {self.note}".strip()[:80]


def beat(session: Session, worker: Worker, doing: Doing, *, lease: timedelta, now: datetime) -> State | None:
    """A worker says that it lives, and keeps its part; the job's state, None if the part isn't its own any more."""
    values = {"seen_at": now, "doing": None if doing.task is None else str(doing)}
    if not _changed(session.execute(update(job_workers).where(job_workers.c.id == worker.id).values(values))):
        session.execute(insert(job_workers).values(asdict(worker) | values))
    if doing.task is None:
        return None
    held = _held(doing.task, worker.id)
    session.execute(update(_tasks).where(held).values(leased_until=now + lease))
    query = select(jobs.c.state).join(_tasks, _tasks.c.job_id == jobs.c.id).where(held)
    state = session.scalar(query)
    return None if state is None else State(state)


def leave(session: Session, worker_id: str) -> None:
    """A worker ends: what it held is free at once."""
    held = update(_tasks).where(_tasks.c.state == Part.RUNNING, _tasks.c.worker_id == worker_id)
    session.execute(held.values(state=Part.READY, worker_id=None, leased_until=None))
    session.execute(delete(job_workers).where(job_workers.c.id == worker_id))


def workers(session: Session, *, since: datetime, until: datetime | None = None) -> list[Alive]:
    """The workers that were seen last since a moment, until another one, in the order of their starting."""
    query = select(*(job_workers.c[name] for name in Alive.__dataclass_fields__)).where(job_workers.c.seen_at >= since)
    if until is not None:
        query = query.where(job_workers.c.seen_at <= until)
    rows = session.execute(query.order_by(job_workers.c.started_at))
    return [Alive(**row._mapping) for row in rows]


def forget_workers(session: Session, *, before: datetime) -> None:
    """Remove workers that were not seen for long."""
    session.execute(delete(job_workers).where(job_workers.c.seen_at < before))


def summed(parts: Sequence[PartDone]) -> list[dict[str, Any]]:
    """The counts of parts as they were noted."""
    return [json.loads(part.counts) for part in parts]


def _changed(result: Any) -> bool:
    changed: int = result.rowcount
    return changed == 1
