"""Reviews, their strata and items as rows; who has which item before them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from app.judgements.store import Chair, Judgement, Word, read
from app.reviews.errors import ItemMissing, NothingLeft, ReviewMissing
from app.reviews.selection import Layer, Picked
from app.tables import jobs, judgements, review_items, review_strata, reviews

_HEADS: Final = {Chair.FIRST: "first_id", Chair.SECOND: "second_id", Chair.DECISION: "decision_id"}
_BATCH: Final = 5_000  # rows of one statement


@dataclass(frozen=True, slots=True)
class Review:
    """What people are asked about a job."""

    id: str
    job_id: str
    list_name: str
    seed: str
    sampled: int
    doubtful: int
    second_share: int
    simulated: bool
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """A land user to be judged; the heads are the last words of each chair."""

    review_id: str
    number: int
    origin: str
    stratum: int
    place: int
    record_id: str
    subject_no: int
    fingerprint: str
    personal_id: int  # whom the machine named; 0: nobody
    wants_second: bool
    first_id: int | None
    first_by: str | None
    second_id: int | None
    decision_id: int | None
    taken_by: str | None
    taken_until: datetime | None

    def head(self, chair: Chair) -> int | None:
        """The last word of a chair on this item."""
        found: int | None = getattr(self, _HEADS[chair])
        return found


def create(session: Session, review: Review, strata: Sequence[Layer]) -> None:
    """Keep a new review and its strata; items follow."""
    session.execute(insert(reviews).values({name: getattr(review, name) for name in Review.__slots__}))
    rows = [{"review_id": review.id, "number": number, **layer._asdict()} for number, layer in enumerate(strata)]
    if rows:
        session.execute(insert(review_strata), rows)


def add_items(session: Session, review: str, picked: Iterable[tuple[Picked, str]], *, first: int) -> int:
    """Keep items with their fingerprints, numbered on from `first`; says how many."""
    rows = [
        {"review_id": review, "number": first + at, "fingerprint": fingerprint, **one._asdict()}
        for at, (one, fingerprint) in enumerate(picked)
    ]
    for start in range(0, len(rows), _BATCH):
        session.execute(insert(review_items), rows[start : start + _BATCH])
    return len(rows)


def existing(session: Session, review: str, *, locked: bool = False) -> Review:
    """A review by its id, until the end of the transaction for nobody else if `locked`; ReviewMissing if there is none.

    SQLite has one writer at a time.
    """
    statement = select(reviews).where(reviews.c.id == review)
    row = session.execute(statement.with_for_update() if locked else statement).one_or_none()
    if row is None:
        raise ReviewMissing(review=review)
    return Review(**row._mapping)


def seen_by(session: Session, review: str, owner: str | None) -> None:
    """ReviewMissing unless the review is of a job that this client sees (None: it sees all)."""
    if owner is not None and session.scalar(select(reviews.c.id).where(reviews.c.id == review, _of(owner))) is None:
        raise ReviewMissing(review=review)


def _of(owner: str) -> ColumnElement[bool]:
    return reviews.c.job_id.in_(select(jobs.c.id).where(jobs.c.client == owner))


def listed(session: Session, *, job: str | None = None, owner: str | None = None) -> list[Review]:
    """All reviews, the newest first; of one job, and of the jobs of one client, if named."""
    where = [] if job is None else [reviews.c.job_id == job]
    where += [] if owner is None else [_of(owner)]
    statement = select(reviews).where(*where).order_by(reviews.c.created_at.desc(), reviews.c.id)
    return [Review(**row._mapping) for row in session.execute(statement)]


def strata(session: Session, review: str) -> list[Layer]:
    """The strata of a review, by their number."""
    columns = [review_strata.c[name] for name in Layer._fields]
    found = session.execute(
        select(*columns).where(review_strata.c.review_id == review).order_by(review_strata.c.number)
    )
    return [Layer(*row) for row in found]


def items(session: Session, review: str, *, origins: Sequence[str] | None = None) -> list[Item]:
    """The items of a review, by their number."""
    where = [review_items.c.review_id == review]
    if origins is not None:
        where.append(review_items.c.origin.in_(origins))
    return [_item(row) for row in session.execute(select(review_items).where(*where).order_by(review_items.c.number))]


def item(session: Session, review: str, number: int, *, locked: bool = False) -> Item:
    """An item by its number; ItemMissing where there is none."""
    statement = select(review_items).where(review_items.c.review_id == review, review_items.c.number == number)
    row = session.execute(statement.with_for_update() if locked else statement).one_or_none()
    if row is None:
        raise ItemMissing(review=review, item=number)
    return _item(row)


def take(session: Session, review: str, *, reviewer: str, now: datetime, until: datetime) -> tuple[Item, Chair]:
    """The next item that waits for this reviewer, kept for them until then; NothingLeft if there is none.

    What they have before them already comes first, then what nobody judged, then what wants a second opinion.
    """
    free = or_(review_items.c.taken_until.is_(None), review_items.c.taken_until < now)
    mine = and_(review_items.c.taken_by == reviewer, review_items.c.taken_until >= now)
    unjudged = review_items.c.first_id.is_(None)
    own = select(judgements.c.id).where(judgements.c.id == review_items.c.second_id, judgements.c.reviewer == reviewer)
    fresh = and_(unjudged, ~own.exists())  # the first word may have been taken back since
    second = and_(
        review_items.c.wants_second, review_items.c.second_id.is_(None), ~unjudged, review_items.c.first_by != reviewer
    )
    for kept, waiting in ((mine, or_(fresh, second)), (free, fresh), (free, second)):
        found = _first(session, review, and_(kept, waiting))
        if found is not None:
            _keep(session, found, taken_by=reviewer, taken_until=until)
            return found, Chair.FIRST if found.first_id is None else Chair.SECOND
    open_elsewhere = select(func.count()).where(review_items.c.review_id == review, ~free)
    raise NothingLeft(taken=int(session.execute(open_elsewhere).scalar_one()))


def _first(session: Session, review: str, where: ColumnElement[bool]) -> Item | None:
    statement = (
        select(review_items)
        .where(review_items.c.review_id == review, where)
        .order_by(review_items.c.number)
        .limit(1)
        .with_for_update(skip_locked=True)  # on PostgreSQL; SQLite has one writer at a time
    )
    row = session.execute(statement).one_or_none()
    return None if row is None else _item(row)


def said(session: Session, item: Item, chair: Chair, judgement: Judgement, *, by: str | None) -> None:
    """Note the last word of a chair on an item; whoever had it before them has it no longer."""
    head = None if judgement.word is Word.UNDONE else judgement.id
    values: dict[str, Any] = {_HEADS[chair]: head, "taken_by": None, "taken_until": None}
    if chair is Chair.FIRST:
        values["first_by"] = by
    _keep(session, item, **values)


def _keep(session: Session, item: Item, **values: Any) -> None:
    here = and_(review_items.c.review_id == item.review_id, review_items.c.number == item.number)
    session.execute(update(review_items).where(here).values(**values))


def words(session: Session, review: str) -> dict[int, Judgement]:
    """All judgements that are the last word on an item of a review, by their number."""
    heads = [review_items.c[name] for name in _HEADS.values()]
    wanted = or_(*(judgements.c.id == head for head in heads))
    statement = select(judgements).join(review_items, wanted).where(review_items.c.review_id == review)
    return {row.id: read(row) for row in session.execute(statement)}


def _item(row: Row[Any]) -> Item:
    return Item(**row._mapping)
