"""What the figures of operation ask the database for."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.jobs.states import Part, Stage
from app.tables import job_tasks, jobs


def jobs_by_state(session: Session) -> dict[str, int]:
    """How many bulk jobs are in each state."""
    query = select(jobs.c.state, func.count()).group_by(jobs.c.state)
    return {str(row[0]): int(row[1]) for row in session.execute(query)}


def parts_waiting(session: Session) -> int:
    """How many parts of jobs wait for a worker."""
    query = select(func.count()).select_from(job_tasks).where(job_tasks.c.state == Part.READY)
    return session.scalar(query) or 0


def rows_matched(session: Session) -> int:
    """How many input rows the finished parts of all jobs hold."""
    done = (job_tasks.c.stage == Stage.MATCH, job_tasks.c.state == Part.DONE)
    return int(session.scalar(select(func.coalesce(func.sum(job_tasks.c.rows), 0)).where(*done)) or 0)
