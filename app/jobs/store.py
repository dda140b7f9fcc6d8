"""Jobs as rows: what each was created with, and where it stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from app.errors import ServiceError
from app.jobs.errors import JobMissing
from app.jobs.states import ENDED, Part, Stage, State
from app.tables import job_tasks, jobs


@dataclass(frozen=True, slots=True)
class NewJob:
    """What a job is created with; all of it stays as it is."""

    id: str
    client: str
    file_name: str
    file_bytes: int
    request_digest: str
    idempotency_key: str | None
    options: str
    register_id: int
    register_version: str
    register_scope: str
    model: str
    as_of: date
    code: str
    list_name: str
    judgements: int


@dataclass(frozen=True, slots=True)
class Job(NewJob):
    """A job as it is kept."""

    state: State
    reason: str | None
    reason_facts: str | None
    rows_total: int | None
    rows_read: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def facts(self) -> dict[str, Any]:
        """The facts of the reason why it does not go on."""
        found: dict[str, Any] = json.loads(self.reason_facts or "{}")
        return found


_COLUMNS = tuple(jobs.c[name] for name in Job.__dataclass_fields__)


def add(session: Session, job: NewJob, *, now: datetime) -> Job:
    """A new job, whose first part waits for a worker."""
    values = asdict(job) | {"state": State.QUEUED, "created_at": now}
    session.execute(insert(jobs).values(values))
    session.execute(insert(job_tasks).values(job_id=job.id, stage=Stage.READ, part=0, state=Part.READY))
    return existing(session, job.id)


def existing(session: Session, job_id: str, client: str | None = None) -> Job:
    """One job; JobMissing where there is none, or where it belongs to another client."""
    query = select(*_COLUMNS).where(jobs.c.id == job_id, *_of(client))
    row = session.execute(query).one_or_none()
    if row is None:
        raise JobMissing()
    return _job(row)


def by_key(session: Session, client: str, key: str) -> Job | None:
    """The job that a client created with an idempotency key."""
    query = select(*_COLUMNS).where(jobs.c.client == client, jobs.c.idempotency_key == key)
    row = session.execute(query).one_or_none()
    return None if row is None else _job(row)


def page(
    session: Session,
    *,
    client: str | None,
    state: State | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int = 100,
) -> list[Job]:
    """Jobs, the newest first, those before a given one."""
    conditions = _of(client)
    if state is not None:
        conditions.append(jobs.c.state == state)
    if after is not None:
        conditions.append(tuple_(jobs.c.created_at, jobs.c.id) < tuple_(*after))
    query = select(*_COLUMNS).where(*conditions).order_by(jobs.c.created_at.desc(), jobs.c.id.desc()).limit(limit)
    return [_job(row) for row in session.execute(query)]


def move(
    session: Session,
    job_id: str,
    to: State,
    *,
    now: datetime,
    among: Sequence[State],
    reason: ServiceError | None = None,
) -> bool:
    """Bring a job into another state; false where it is in none of those that it may leave."""
    values: dict[str, Any] = {
        "state": to,
        "reason": None if reason is None else reason.code,
        "reason_facts": None if reason is None else json.dumps(reason.facts, ensure_ascii=False),
        "ended_at": now if to in ENDED else None,
    }
    changed = update(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(among)).values(values)
    return _rows(session.execute(changed)) == 1


def read(session: Session, job_id: str, *, rows: int, total: int | None) -> None:
    """Note how far reading has come."""
    session.execute(update(jobs).where(jobs.c.id == job_id).values(rows_read=rows, rows_total=total))


def remove(session: Session, job_id: str) -> None:
    """Remove a job with its parts."""
    session.execute(delete(jobs).where(jobs.c.id == job_id))


def ended_before(session: Session, moment: datetime) -> list[str]:
    """Jobs that ended before a moment."""
    query = select(jobs.c.id).where(jobs.c.state.in_(ENDED), jobs.c.ended_at < moment)
    return list(session.scalars(query))


def of_models(session: Session, models: Sequence[str], among: Sequence[State]) -> list[Job]:
    """The jobs in these states that decide by one of these models."""
    query = select(*_COLUMNS).where(jobs.c.model.in_(models), jobs.c.state.in_(among))
    return [_job(row) for row in session.execute(query)]


def known(session: Session, ids: Sequence[str]) -> set[str]:
    """Those of the ids that are jobs."""
    return set(session.scalars(select(jobs.c.id).where(jobs.c.id.in_(ids))))


def _of(client: str | None) -> list[ColumnElement[bool]]:
    return [] if client is None else [jobs.c.client == client]


def _job(row: Row[Any]) -> Job:
    values = dict(row._mapping)
    return Job(**values | {"state": State(values["state"])})


def _rows(result: Any) -> int:
    count: int = result.rowcount
    return count
