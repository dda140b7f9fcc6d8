"""Webhooks as rows: announced when a job ends, sent by a worker, tried again until they arrive or are given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.tables import job_deliveries

# After each failure; then it is given up. Ten seconds to a day: a receiver may be away over a night.
PAUSES: Final = tuple(timedelta(seconds=each) for each in (10, 60, 300, 1_800, 7_200, 21_600, 86_400))
SENDING: Final = timedelta(seconds=60)  # for so long nobody else sends it
_rows = job_deliveries


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook to be sent: of which job, to which address, and the how manieth try this is."""

    id: int
    job_id: str
    url: str
    body: str
    attempts: int


def announce(session: Session, job_id: str, *, now: datetime) -> None:
    """A job has ended: the worker that comes first makes a delivery for each address."""
    session.execute(insert(_rows).values(job_id=job_id, url="", body="", next_at=now))


def announced(session: Session) -> list[tuple[int, str]]:
    """The ends of jobs for which no deliveries were made yet: number and job."""
    query = select(_rows.c.id, _rows.c.job_id).where(_rows.c.url == "", _rows.c.next_at.is_not(None))
    return [(row.id, row.job_id) for row in session.execute(query)]


def replace(session: Session, announcement: int, job_id: str, bodies: dict[str, str], *, now: datetime) -> bool:
    """Make the deliveries of an announcement, once."""
    changed: Any = session.execute(
        update(_rows).where(_rows.c.id == announcement, _rows.c.next_at.is_not(None)).values(next_at=None)
    )
    if changed.rowcount != 1:
        return False
    for url, body in bodies.items():
        session.execute(insert(_rows).values(job_id=job_id, url=url, body=body, next_at=now))
    return True


def due(session: Session, *, now: datetime) -> Delivery | None:
    """The next delivery to be sent; nobody else gets it for a minute."""
    names = ("id", "job_id", "url", "body", "attempts")
    query = select(*(_rows.c[name] for name in names)).where(_rows.c.url != "", _rows.c.next_at <= now)
    row = session.execute(query.order_by(_rows.c.next_at).limit(1).with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    taken = {"next_at": now + SENDING, "attempts": row.attempts + 1}
    session.execute(update(_rows).where(_rows.c.id == row.id).values(taken))
    return Delivery(row.id, row.job_id, row.url, row.body, row.attempts + 1)


def arrived(session: Session, delivery: Delivery, status: int, *, now: datetime) -> None:
    """The receiver has taken it."""
    values = {"next_at": None, "status": status, "delivered_at": now}
    session.execute(update(_rows).where(_rows.c.id == delivery.id).values(values))


def failed(session: Session, delivery: Delivery, status: int | None, *, now: datetime) -> None:
    """It was not taken: try again later, or give up after the last pause."""
    again = now + PAUSES[delivery.attempts - 1] if delivery.attempts <= len(PAUSES) else None
    session.execute(update(_rows).where(_rows.c.id == delivery.id).values(next_at=again, status=status))


def given_up(session: Session) -> int:
    """How many deliveries never arrived."""
    lost = (_rows.c.url != "", _rows.c.next_at.is_(None), _rows.c.delivered_at.is_(None))
    return len(session.execute(select(_rows.c.id).where(*lost)).all())
