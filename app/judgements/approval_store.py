"""Bulk approvals and the values that they approve, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from app.judgements.errors import ApprovalMissing
from app.tables import approvals, enrichments

_BATCH: Final = 5_000  # rows of one statement


@dataclass(frozen=True, slots=True)
class Approval:
    """All rows of a commune and category, approved at once; withdrawn_at is set where it was undone."""

    id: int
    review_id: str
    list_name: str
    commune_code: str
    category: str
    register_version: str
    rows: int
    signer: str
    signed_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None


class Enrichment(NamedTuple):
    """A value of the register that was approved for a land user."""

    place: int  # of the row in the results
    field: str
    record_id: str
    subject_no: int
    personal_id: int
    value: str


def add(session: Session, values: dict[str, Any], enriched: Iterable[Enrichment]) -> Approval:
    """Keep an approval with its values."""
    row = session.execute(insert(approvals).values(values).returning(*approvals.c)).one()
    rows = [{"approval_id": row.id, **one._asdict()} for one in enriched]
    for start in range(0, len(rows), _BATCH):
        session.execute(insert(enrichments), rows[start : start + _BATCH])
    return _approval(row)


def existing(session: Session, approval: int) -> Approval:
    """An approval by its number; ApprovalMissing where there is none."""
    row = session.execute(select(approvals).where(approvals.c.id == approval)).one_or_none()
    if row is None:
        raise ApprovalMissing(approval=approval)
    return _approval(row)


def listed(session: Session, review: str) -> list[Approval]:
    """The approvals of a review, undone ones too, in their order."""
    found = session.execute(select(approvals).where(approvals.c.review_id == review).order_by(approvals.c.id))
    return [_approval(row) for row in found]


def withdraw(session: Session, approval: int, *, by: str, now: datetime) -> bool:
    """Undo an approval; False where it was undone already."""
    here = (approvals.c.id == approval) & approvals.c.withdrawn_at.is_(None)
    statement = update(approvals).where(here).values(withdrawn_by=by, withdrawn_at=now)
    return session.execute(statement.returning(approvals.c.id)).one_or_none() is not None


def in_force(session: Session, list_name: str) -> Iterator[tuple[Approval, Enrichment]]:
    """The approved values of a list that were not undone, in the order in which they were approved."""
    columns = [enrichments.c[name] for name in Enrichment._fields]
    statement = (
        select(approvals, *(column.label(f"of_{column.name}") for column in columns))
        .join(enrichments, enrichments.c.approval_id == approvals.c.id)
        .where(approvals.c.list_name == list_name, approvals.c.withdrawn_at.is_(None))
        .order_by(approvals.c.id, enrichments.c.place, enrichments.c.field)
    )
    width = len(approvals.c)
    for row in session.execute(statement):
        yield Approval(*row[:width]), Enrichment(*row[width:])


def _approval(row: Row[Any]) -> Approval:
    return Approval(**row._mapping)
