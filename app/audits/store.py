"""Audits as rows: what each is of, and who signed it; what the authority answered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from app.audits.errors import AuditMissing
from app.audits.states import Kept
from app.errors import ServiceError
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
    state: Kept = Kept.READY
    reason: str | None = None
    reason_facts: str | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """The facts of the reason why it has no figures."""
        found: dict[str, Any] = json.loads(self.reason_facts or "{}")
        return found

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


def add(session: Session, audit: Audit, *, leased_until: datetime | None = None) -> None:
    """Keep a new audit; leased to whoever freezes it now."""
    values = asdict(audit)
    session.execute(insert(audits).values(jobs=json.dumps(values.pop("job_ids")), leased_until=leased_until, **values))


def existing(session: Session, audit_id: str, client: str | None = None) -> Audit:
    """One audit; AuditMissing where there is none, or where it belongs to another client."""
    conditions = [audits.c.id == audit_id, *([] if client is None else [audits.c.client == client])]
    row = session.execute(select(*_COLUMNS).where(*conditions)).one_or_none()
    if row is None:
        raise AuditMissing()
    return _audit(row)


def waiting(session: Session, *, now: datetime) -> list[Audit]:
    """The audits that wait and that nobody freezes at this moment, the oldest first."""
    query = select(*_COLUMNS).where(audits.c.state == Kept.WAITING, _free(now))
    return [_audit(row) for row in session.execute(query.order_by(audits.c.created_at, audits.c.id))]


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(audits.c.leased_until.is_(None), audits.c.leased_until <= now)


def claim(session: Session, audit_id: str, *, now: datetime, until: datetime) -> int:
    """Lease a waiting audit to one worker: the number of the attempt, 0 where somebody else has it."""
    free = update(audits).where(audits.c.id == audit_id, audits.c.state == Kept.WAITING, _free(now))
    result: Any = session.execute(free.values(leased_until=until, attempts=audits.c.attempts + 1))
    if result.rowcount != 1:
        return 0
    return session.scalar(select(audits.c.attempts).where(audits.c.id == audit_id)) or 0


def put_back(session: Session, audit_id: str, *, not_before: datetime, attempts: int) -> None:
    """Let an audit that could not be frozen be tried again later."""
    values = {"leased_until": not_before, "attempts": attempts}
    session.execute(update(audits).where(audits.c.id == audit_id, audits.c.state == Kept.WAITING).values(values))


def fail(session: Session, audit_id: str, reason: ServiceError) -> None:
    """Note that an audit can't be frozen, and why."""
    facts = json.dumps(reason.facts, ensure_ascii=False)
    values = {"state": Kept.FAILED, "reason": reason.code, "reason_facts": facts, "leased_until": None}
    session.execute(update(audits).where(audits.c.id == audit_id, audits.c.state == Kept.WAITING).values(values))


def freeze(session: Session, audit_id: str, *, land_users: int, frozen_digest: str) -> None:
    """Note what an audit is fixed to: it is ready. One that is ready stays as it is."""
    values = {"state": Kept.READY, "land_users": land_users, "frozen_digest": frozen_digest, "leased_until": None}
    session.execute(update(audits).where(audits.c.id == audit_id, audits.c.state == Kept.WAITING).values(values))


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


def made_before(session: Session, *, unsigned: datetime | None, signed: datetime | None) -> list[Audit]:
    """Unsigned audits made before a moment and audits signed before another, the oldest first; None: none of them."""
    conditions = []
    if unsigned is not None:
        conditions.append(and_(audits.c.signed_at.is_(None), audits.c.created_at < unsigned))
    if signed is not None:
        conditions.append(audits.c.signed_at < signed)
    if not conditions:
        return []
    query = select(*_COLUMNS).where(or_(*conditions)).order_by(audits.c.created_at, audits.c.id)
    return [_audit(row) for row in session.execute(query)]


def is_there(session: Session, audit_id: str) -> bool:
    """Whether anything of an audit is kept in the tables."""
    kept = select(audits.c.id).where(audits.c.id == audit_id)
    answered = select(audit_answers.c.audit_id).where(audit_answers.c.audit_id == audit_id)
    return session.execute(kept.union(answered)).first() is not None


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
    return Audit(job_ids=tuple(json.loads(values.pop("jobs"))), **values | {"state": Kept(values["state"])})
