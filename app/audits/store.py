"""Audits as rows: what each is of, and who signed it; what the authority answered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from app.audits.errors import AuditMissing
from app.tables import audit_answers, audits

_AT_ONCE = 5_000  # rows of one statement


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit as it is kept."""

    id: str
    client: str
    name: str
    purpose: str
    area_code: str
    area_name: str
    day: date
    job_ids: tuple[str, ...]
    register_id: int
    register_version: str
    model: str
    definitions: str
    land_users: int
    frozen_digest: str
    created_by: str
    created_at: datetime
    report_digest: str | None = None
    signed_by: str | None = None
    signed_at: datetime | None = None

    @property
    def is_signed(self) -> bool:
        """Whether somebody signed its report."""
        return self.signed_at is not None


class Answer(NamedTuple):
    """What the authority said of one land user."""

    run: int
    place: int  # of its row in the results
    status: str
    wrong_field: str | None = None
    right_value: str | None = None
    officer: str | None = None
    answered_on: date | None = None


_COLUMNS = tuple(audits.c["jobs" if name == "job_ids" else name] for name in Audit.__dataclass_fields__)


def add(session: Session, audit: Audit) -> None:
    """Keep a new audit."""
    values = asdict(audit)
    session.execute(insert(audits).values(jobs=json.dumps(values.pop("job_ids")), **values))


def existing(session: Session, audit_id: str, client: str | None = None) -> Audit:
    """One audit; AuditMissing where there is none, or where it belongs to another client."""
    conditions = [audits.c.id == audit_id, *([] if client is None else [audits.c.client == client])]
    row = session.execute(select(*_COLUMNS).where(*conditions)).one_or_none()
    if row is None:
        raise AuditMissing()
    return _audit(row)


def listed(session: Session, client: str | None = None, *, area: str | None = None) -> list[Audit]:
    """Audits, the newest first; of one area if named."""
    query = select(*_COLUMNS).order_by(audits.c.created_at.desc(), audits.c.id.desc())
    if client is not None:
        query = query.where(audits.c.client == client)
    if area is not None:
        query = query.where(audits.c.area_code == area)
    return [_audit(row) for row in session.execute(query)]


def sign(session: Session, audit_id: str, *, report_digest: str, by: str, now: datetime) -> bool:
    """Note who signed; false where somebody has."""
    changed = update(audits).where(audits.c.id == audit_id, audits.c.signed_at.is_(None))
    result: Any = session.execute(changed.values(report_digest=report_digest, signed_by=by, signed_at=now))
    return bool(result.rowcount == 1)


def remove(session: Session, audit_id: str) -> None:
    """Remove an audit with what was answered on it."""
    session.execute(delete(audits).where(audits.c.id == audit_id))


def keep_answers(session: Session, audit_id: str, answers: Sequence[Answer], *, now: datetime) -> None:
    """Keep what the authority said; a later answer on the same land user takes the place of an earlier one."""
    for start in range(0, len(answers), _AT_ONCE):
        some = answers[start : start + _AT_ONCE]
        for run in {answer.run for answer in some}:
            places = [answer.place for answer in some if answer.run == run]
            session.execute(
                delete(audit_answers).where(
                    audit_answers.c.audit_id == audit_id,
                    audit_answers.c.run == run,
                    audit_answers.c.place.in_(places),
                )
            )
        rows = [{"audit_id": audit_id, "taken_at": now, **answer._asdict()} for answer in some]
        session.execute(insert(audit_answers), rows)


def answers(session: Session, audit_id: str) -> list[Answer]:
    """What the authority said, in the order of the results."""
    columns = [audit_answers.c[name] for name in Answer._fields]
    query = select(*columns).where(audit_answers.c.audit_id == audit_id)
    return [Answer(*row) for row in session.execute(query.order_by(audit_answers.c.run, audit_answers.c.place))]


def _audit(row: Row[Any]) -> Audit:
    values = dict(row._mapping)
    return Audit(job_ids=tuple(json.loads(values.pop("jobs"))), **values)
