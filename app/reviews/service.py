"""What reviewers do: open a review of a job, take the next item, judge, take back; and what it all says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow.parquet as pq
from sqlalchemy.orm import Session

from app.db import Database
from app.engines.folder import RunFolder
from app.engines.land_users import land_users
from app.judgements import store as judgements
from app.judgements.errors import StaleJudgement
from app.judgements.store import NOBODY, Case, Chair, Judgement, Word
from app.reviews import store
from app.reviews.errors import NobodyChosen, NotBlind, OtherPersonJudged
from app.reviews.rates import Finding, Outcome, Rates, rates
from app.reviews.repairs import COLUMNS as REPAIR_COLUMNS
from app.reviews.repairs import Repair, repairs
from app.reviews.selection import COLUMNS, SAMPLE, Layer, Picked, Wishes, select
from app.reviews.store import Item, Review
from matching.fingerprint import fingerprint
from matching.records import CleanSubject, Kind

LEASE: Final = timedelta(minutes=15)  # how long an item stays with who took it
_SAID: Final = (Word.SAME, Word.NOT_SAME)
Clock = Callable[[], datetime]
Folders = Callable[[str], Path]  # the run of a job


@dataclass(frozen=True, slots=True)
class NewReview:
    """What a review is opened with."""

    job_id: str
    list_name: str
    wishes: Wishes
    simulated: bool
    created_by: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a reviewer says of an item."""

    chair: Chair
    word: Word
    personal_id: (
        int | None
    )  # the person meant; None: the one that the machine named, or with not_same all who are shown
    reason: str
    reviewer: str
    replaces: int | None  # the judgement that the reviewer saw


class Status(NamedTuple):
    """How far a review is."""

    items: int
    judged: int
    second_wanted: int
    second_judged: int
    disputed: int


class Reviews:
    """The reviews of a service; `folder` says where the run of a job is."""

    def __init__(self, database: Database, *, folder: Folders, clock: Clock, new_id: Callable[[], str]) -> None:
        self._database, self._folder, self._clock, self._new_id = database, folder, clock, new_id

    def open(self, wanted: NewReview) -> Review:
        """Open a review of a finished job: draw its sample and find those in doubt."""
        run = RunFolder(self._folder(wanted.job_id))
        selection = select(pq.read_table(run.results, columns=list(COLUMNS)), wanted.wishes)
        picked = fingerprinted(run, selection.picked)
        review = Review(
            self._new_id(),
            wanted.job_id,
            wanted.list_name,
            wanted.wishes.seed,
            sampled=sum(one.origin == SAMPLE for one in selection.picked),
            doubtful=sum(one.origin != SAMPLE for one in selection.picked),
            second_share=wanted.wishes.second_share,
            simulated=wanted.simulated,
            created_by=wanted.created_by,
            created_at=self._clock(),
        )
        with self._database.writing() as session:
            store.create(session, review, selection.strata)
            store.add_items(session, review.id, picked, first=1)
        return review

    def next(self, review: str, *, reviewer: str) -> tuple[Item, Chair]:
        """The next item for a reviewer, theirs for fifteen minutes, and the chair in which they sit."""
        now = self._clock()
        with self._database.writing() as session:
            store.existing(session, review)
            return store.take(session, review, reviewer=reviewer, now=now, until=now + LEASE)

    def judge(self, review: str, number: int, said: Said) -> Judgement:
        """Say a word on an item; StaleJudgement where somebody else spoke since the reviewer looked."""
        with self._database.writing() as session:
            list_name = store.existing(session, review).list_name
            item = store.item(session, review, number, locked=True)
            _check_blind(session, item, said)
            return _say(session, list_name, item, said, now=self._clock())

    def undo(self, review: str, number: int, *, chair: Chair, reviewer: str, judgement: int) -> Judgement:
        """Take back the last word of a chair on an item: what was said before is in force again.

        StaleJudgement where that isn't the last word of this chair on this item; whose word it is isn't told.
        """
        with self._database.writing() as session:
            item = store.item(session, review, number, locked=True)
            if item.head(chair) != judgement:
                raise StaleJudgement(present=item.head(chair))
            back = judgements.undo(session, judgement, reviewer=reviewer, now=self._clock())
            store.said(session, item, chair, back, by=judgements.speaker(session, back))
            return back

    def seen_by(self, review: str, owner: str | None) -> None:
        """ReviewMissing unless the review is of a job that this client sees (None: it sees all)."""
        with self._database.reading() as session:
            store.seen_by(session, review, owner)

    def listed(self, *, job: str | None = None, owner: str | None = None) -> list[Review]:
        """All reviews, the newest first; of one job, and of the jobs of one client, if named."""
        with self._database.reading() as session:
            return store.listed(session, job=job, owner=owner)

    def status(self, review: str) -> tuple[Review, Status]:
        """A review, and how far it is."""
        with self._database.reading() as session:
            found, items, words = (
                store.existing(session, review),
                store.items(session, review),
                store.words(session, review),
            )
        return found, Status(
            items=len(items),
            judged=sum(item.first_id is not None for item in items),
            second_wanted=sum(item.wants_second for item in items),
            second_judged=sum(item.second_id is not None for item in items),
            disputed=sum(is_disputed(item, words) for item in items),
        )

    def items(self, review: str) -> tuple[list[Item], dict[int, Judgement]]:
        """All items of a review, and the words on them."""
        with self._database.reading() as session:
            store.existing(session, review)
            return store.items(session, review), store.words(session, review)

    def item(self, review: str, number: int) -> tuple[Review, Item, list[Judgement]]:
        """An item with its review and the words on it."""
        with self._database.reading() as session:
            found = store.existing(session, review)
            item = store.item(session, review, number)
            heads = [head for chair in Chair if (head := item.head(chair)) is not None]
            return found, item, [judgements.existing(session, head) for head in heads]

    def rates(self, review: str) -> tuple[Rates, list[Layer]]:
        """The error rates that the sample of a review tells so far."""
        with self._database.reading() as session:
            found = store.existing(session, review)
            strata = store.strata(session, review)
            sample = store.items(session, review, origins=[SAMPLE])
            words = store.words(session, review)
        outcomes = [Outcome(item.stratum, finding_of(item, words)) for item in sample]
        pairs = [pair for item in sample if (pair := _pair(item, words)) is not None]
        disputed = sum(is_disputed(item, words) for item in sample)
        return rates(strata, outcomes, pairs, simulated=found.simulated, disputed=disputed), strata

    def repairs(self, job: str, *, most: int) -> list[Repair]:
        """One repair, so many parcels: the repairs that free most parcels of a job."""
        table = pq.read_table(RunFolder(self._folder(job)).results, columns=list(REPAIR_COLUMNS))
        return repairs(table, most=most)


def fingerprinted(run: RunFolder, picked: Sequence[Picked]) -> list[tuple[Picked, str]]:
    """Chosen land users with the fingerprints of what the run compared."""
    found = {user.place: user for user in land_users(run, [one.place for one in picked])}
    subjects = ((one, found[one.place].record.subjects, one.subject_no) for one in picked)
    # A record that names nobody has one land user of whom nothing is known.
    nobody = CleanSubject(1, Kind.UNKNOWN)
    return [(one, fingerprint(next((s for s in all_of if s.subject_no == no), nobody))) for one, all_of, no in subjects]


def finding_of(item: Item, words: dict[int, Judgement]) -> Finding:
    """What the judgements on an item say about the machine's answer."""
    counts = _counts(item, words)
    if is_disputed(item, words):
        return Finding.UNCLEAR
    if counts is None:
        return Finding.OPEN if item.first_id is None else Finding.UNCLEAR
    if counts.word is Word.SAME:
        return Finding.RIGHT if counts.case.personal_id == item.personal_id else Finding.WRONG
    if counts.case.personal_id != item.personal_id:
        return Finding.UNCLEAR  # somebody else was ruled out: that says nothing of the machine's answer
    return Finding.RIGHT if item.personal_id == NOBODY else Finding.WRONG


def is_disputed(item: Item, words: dict[int, Judgement]) -> bool:
    """Whether two reviewers contradict each other and nobody has settled it."""
    first, second = (_word(item, words, chair) for chair in (Chair.FIRST, Chair.SECOND))
    if first is None or second is None or _settled(item, words) is not None:
        return False
    told = {first.word, second.word}
    if told == {Word.SAME}:
        return first.case.personal_id != second.case.personal_id
    return told == set(_SAID)


def _counts(item: Item, words: dict[int, Judgement]) -> Judgement | None:
    settled = _settled(item, words)
    if settled is not None:
        return settled
    said = (_word(item, words, chair) for chair in (Chair.FIRST, Chair.SECOND))
    return next((one for one in said if one is not None and one.word in _SAID), None)


def _settled(item: Item, words: dict[int, Judgement]) -> Judgement | None:
    decision = _word(item, words, Chair.DECISION)
    return decision if decision is not None and decision.word in _SAID else None


def _word(item: Item, words: dict[int, Judgement], chair: Chair) -> Judgement | None:
    head = item.head(chair)
    return None if head is None else words[head]


def _pair(item: Item, words: dict[int, Judgement]) -> tuple[str, str] | None:
    """What the first and the second reviewer said of an item that both judged; other people are other answers."""
    first, second = (_word(item, words, chair) for chair in (Chair.FIRST, Chair.SECOND))
    if first is None or second is None:
        return None
    return _told(first), _told(second)


def _told(one: Judgement) -> str:
    return f"{one.word}:{one.case.personal_id}" if one.word is Word.SAME else str(one.word)


def _check_blind(session: Session, item: Item, said: Said) -> None:
    if said.chair is Chair.SECOND and (item.first_id is None or item.first_by == said.reviewer):
        raise NotBlind()
    second = item.second_id if said.chair is Chair.FIRST else None
    if second is not None and judgements.existing(session, second).reviewer == said.reviewer:
        raise NotBlind()


def _say(session: Session, list_name: str, item: Item, said: Said, *, now: datetime) -> Judgement:
    person = said.personal_id if said.personal_id is not None else item.personal_id
    if said.word is Word.SAME and person == NOBODY:
        raise NobodyChosen()
    case = Case(list_name, item.record_id, item.subject_no, item.fingerprint, person)
    head = item.head(said.chair)
    if head is not None and judgements.existing(session, head).case != case:
        raise OtherPersonJudged(judgement=head)
    replaces = said.replaces
    if head is None and replaces is None:
        # The chain may have words from another review of the same list, or words that were taken back.
        last = judgements.last(session, case, said.chair)
        replaces = None if last is None else last.id
    values: dict[str, Any] = {"word": said.word, "reason": said.reason, "reviewer": said.reviewer}
    spoken = judgements.add(session, case, chair=said.chair, replaces=replaces, now=now, **values)
    store.said(session, item, said.chair, spoken, by=said.reviewer)
    return spoken
