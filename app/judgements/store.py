"""Judgements as rows that are only ever added: a chain for each case and chair, whose last row is in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.judgements.errors import JudgementMissing, NothingToUndo, StaleJudgement
from app.tables import judgements

NOBODY = 0  # the personal number of "none of the people shown"


class Word(StrEnum):
    """What a person says about a land user and a person of the register."""

    SAME = "same"
    NOT_SAME = "not_same"
    CANT_TELL = "cant_tell"
    UNDONE = "undone"  # nothing is said any more


class Chair(StrEnum):
    """Who speaks: the first reviewer, a second one who doesn't see the first, or who settles their disagreement."""

    FIRST = "first"
    SECOND = "second"
    DECISION = "decision"


class Case(NamedTuple):
    """What is judged: a land user of a list, as its record read then, and a person of the register."""

    list_name: str
    record_id: str
    subject_no: int
    fingerprint: str
    personal_id: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """One word on a case; `replaces_id` is the word before it, `undoes_id` the one that it takes back."""

    id: int
    case: Case
    chair: Chair
    word: Word  # the word in force after this row: taking back brings the one before into force again
    reason: str
    reviewer: str
    judged_at: datetime
    replaces_id: int | None
    undoes_id: int | None


def add(
    session: Session,
    case: Case,
    *,
    chair: Chair,
    word: Word,
    reason: str,
    reviewer: str,
    replaces: int | None,
    now: datetime,
) -> Judgement:
    """Say a word on a case; StaleJudgement unless `replaces` is the chain's last one (None: there is none yet)."""
    before = last(session, case, chair)
    present = None if before is None else before.id
    if present != replaces:
        raise StaleJudgement(present=present)
    return _insert(session, case, chair, (word, reason, reviewer, now), replaces=replaces, undoes=None)


def undo(session: Session, judgement: int, *, reviewer: str, now: datetime) -> Judgement:
    """Take back the last word that is in force in the chain of a judgement, and bring back what was said before it.

    StaleJudgement where the judgement isn't the last word of its chain, NothingToUndo where all words are taken back.
    """
    asked = existing(session, judgement)
    chain = list(_chain(session, asked.case, asked.chair))
    if chain[-1].id != judgement:
        raise StaleJudgement(present=chain[-1].id)
    said = _said(chain)
    if not said:
        raise NothingToUndo()
    taken_back = said.pop()
    word, reason = (said[-1].word, said[-1].reason) if said else (Word.UNDONE, "")
    values = (word, reason, reviewer, now)
    return _insert(session, asked.case, asked.chair, values, replaces=judgement, undoes=taken_back.id)


def _said(chain: Iterable[Judgement]) -> list[Judgement]:
    """The words of a chain that weren't taken back, the one in force at the end."""
    said: list[Judgement] = []
    for one in chain:
        if one.undoes_id is None:
            said.append(one)
        else:
            said.pop()
    return said


def speaker(session: Session, judgement: Judgement) -> str | None:
    """Whose word is in force in the chain of a judgement: of one that was brought back, who said it; None: nobody's."""
    said = _said(_chain(session, judgement.case, judgement.chair))
    return said[-1].reviewer if said else None


def existing(session: Session, judgement: int) -> Judgement:
    """A judgement by its number; JudgementMissing where there is none."""
    row = session.execute(select(judgements).where(judgements.c.id == judgement)).one_or_none()
    if row is None:
        raise JudgementMissing(judgement=judgement)
    return read(row)


def last(session: Session, case: Case, chair: Chair) -> Judgement | None:
    """The last word on a case from one chair; None where nothing was ever said."""
    row = session.execute(select(judgements).where(*_of(case, chair), ~_replaced())).one_or_none()
    return None if row is None else read(row)


def in_force(session: Session, *, list_name: str | None = None, record_id: str | None = None) -> Iterator[Judgement]:
    """The last word of every chain, of one list or record if named, in the order in which they were said."""
    where = [~_replaced()]
    if list_name is not None:
        where.append(judgements.c.list_name == list_name)
    if record_id is not None:
        where.append(judgements.c.record_id == record_id)
    yield from _found(session, where)


def history(session: Session, *, list_name: str | None = None) -> Iterator[Judgement]:
    """Every word ever said, of one list if named, in the order in which they were said."""
    yield from _found(session, [] if list_name is None else [judgements.c.list_name == list_name])


def last_id(session: Session) -> int:
    """The number of the newest judgement; 0 where there is none: it grows with every word."""
    return int(session.execute(select(func.coalesce(func.max(judgements.c.id), 0))).scalar_one())


def _chain(session: Session, case: Case, chair: Chair) -> Iterator[Judgement]:
    return _found(session, _of(case, chair))


def _of(case: Case, chair: Chair) -> list[ColumnElement[bool]]:
    named = [judgements.c[name] == value for name, value in case._asdict().items()]
    return [*named, judgements.c.chair == chair]


def _replaced() -> ColumnElement[bool]:
    later = judgements.alias("later")
    return select(later.c.id).where(later.c.replaces_id == judgements.c.id).correlate(judgements).exists()


def _found(session: Session, where: Iterable[ColumnElement[bool]]) -> Iterator[Judgement]:
    statement = select(judgements).where(and_(True, *where)).order_by(judgements.c.id)
    yield from map(read, session.execute(statement))


def _insert(
    session: Session,
    case: Case,
    chair: Chair,
    said: tuple[Word, str, str, datetime],
    *,
    replaces: int | None,
    undoes: int | None,
) -> Judgement:
    word, reason, reviewer, now = said
    values = {
        **case._asdict(),
        "chair": chair,
        "word": word,
        "reason": reason,
        "reviewer": reviewer,
        "judged_at": now,
        "replaces_id": replaces,
        "undoes_id": undoes,
    }
    try:
        with session.begin_nested():
            row = session.execute(insert(judgements).values(values).returning(*judgements.c)).one()
    except IntegrityError:  # two who saw the same last word: the table takes one of them
        before = last(session, case, chair)
        raise StaleJudgement(present=None if before is None else before.id) from None
    return read(row)


def read(row: Row[Any]) -> Judgement:
    """The judgement of a row of the table."""
    values = dict(row._mapping)
    case = Case(*(values.pop(name) for name in Case._fields))
    return Judgement(case=case, **values | {"chair": Chair(values["chair"]), "word": Word(values["word"])})
