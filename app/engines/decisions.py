"""What people decided about the land users of a list, as it stood when a run was created; it stands beside verdicts.

"The same" names a person beside the verdict; "not the same" takes a person out and tells what is found without her. An
approved value that the record now carries is told as enrichment. The verdict itself is never touched.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from app.engines.errors import DecisionsChanged
from app.engines.folder import RunFolder, write_text
from app.engines.plan import RunPlan
from matching.fingerprint import fingerprint
from matching.link import Question, link
from matching.records import CleanRecord, CleanSubject, NumberKind
from matching.ruled_out import RuledOut

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LandUserAt = tuple[int, int]  # position of the record, number of the land user
SAME, NOT_SAME, CONTRADICTORY = "same", "not_same", "contradictory"


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about a land user whose record read like this."""

    record_id: str
    subject_no: int
    fingerprint: str
    same: int  # personal number; 0: nobody was decided on
    not_same: tuple[int, ...]  # ascending; 0 among them: none of those who were shown
    contradictory: bool = False


@dataclass(frozen=True, slots=True)
class Enriched:
    """A value of the register that was approved for a land user, and where it is from."""

    record_id: str
    subject_no: int
    field: str
    value: str
    enriched_from: str  # register version; date; approver


class Beside(NamedTuple):
    """What stands beside the verdict on a land user."""

    decision: str | None = None
    personal_id: str | None = None
    verdict: str | None = None
    category: str | None = None
    enriched_from: str | None = None


@dataclass(frozen=True, slots=True)
class Decisions:
    """All that was decided about a list; `judgements` says how many judgements count."""

    judgements: int = 0
    decided: tuple[Decided, ...] = ()
    enriched: tuple[Enriched, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.decided or self.enriched)

    def to_json(self) -> str:
        """The decisions as a JSON document, the same text for the same decisions."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Decisions:
        """The decisions behind a JSON document."""
        document = json.loads(text)
        decided = (Decided(**one | {"not_same": tuple(one["not_same"])}) for one in document["decided"])
        return cls(document["judgements"], tuple(decided), tuple(Enriched(**one) for one in document["enriched"]))

    @property
    def digest(self) -> str:
        """What stands for the decisions in a plan; empty where nothing was decided."""
        return sha256(self.to_json().encode()).hexdigest() if self else ""


NOTHING_DECIDED: Final = Decisions()


def write_decisions(run: RunFolder, decisions: Decisions) -> None:
    """Fix a run to what was decided; nothing is written where nothing was."""
    if decisions:
        run.path.mkdir(parents=True, exist_ok=True)
        write_text(run.decisions, decisions.to_json())


def read_decisions(run: RunFolder, plan: RunPlan) -> Decisions:
    """What a run is fixed to; DecisionsChanged where the file isn't the plan's."""
    if not plan.decisions:
        return NOTHING_DECIDED
    try:
        found = Decisions.from_json(run.decisions.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DecisionsChanged() from error
    if found.digest != plan.decisions:
        raise DecisionsChanged()
    return found


def decisions_of(session: Session, list_name: str) -> Decisions:
    """What is in force about a list now."""
    # The processes that match chunks never ask: a database would take a quarter of a second of their start.
    from app.judgements import approval_store, store
    from app.judgements.service import effects

    found = effects(store.in_force(session, list_name=list_name))
    decided = [
        Decided(
            record_id,
            subject_no,
            effect.fingerprint,
            0 if effect.same is None else effect.same.case.personal_id,
            tuple(sorted(effect.not_same)),
            effect.contradictory,
        )
        for (record_id, subject_no), each in sorted(found.items())
        for effect in sorted(each, key=lambda effect: effect.fingerprint)
    ]
    enriched = [
        Enriched(
            one.record_id,
            one.subject_no,
            one.field,
            one.value,
            f"{approval.register_version}; {approval.signed_at.date().isoformat()}; {approval.signer}",
        )
        for approval, one in approval_store.in_force(session, list_name)
    ]
    count = sum(bool(one.same) + len(one.not_same) for one in decided)
    return Decisions(count, tuple(decided), tuple(enriched))


def beside(decisions: Decisions, records: Sequence[CleanRecord], question: Question) -> dict[LandUserAt, Beside]:
    """What stands beside the verdicts of these records, by position of the record and number of the land user."""
    decided, enriched = defaultdict(list), defaultdict(list)
    for one in decisions.decided:
        decided[one.record_id, one.subject_no].append(one)
    for value in decisions.enriched:
        enriched[value.record_id, value.subject_no].append(value)
    found = {}
    for at, record in enumerate(records):
        for subject in record.subjects:
            here = (record.record_id or "", subject.subject_no)
            if here in decided or here in enriched:
                told = _decided(decided.get(here, ()), record, subject, question)
                values = [value for value in enriched.get(here, ()) if _carries(subject, value)]
                told = told._replace(enriched_from=values[-1].enriched_from if values else None)
                if told != Beside():
                    found[at, subject.subject_no] = told
    return found


def _decided(said: Sequence[Decided], record: CleanRecord, subject: CleanSubject, question: Question) -> Beside:
    mark = fingerprint(subject) if said else ""
    one = next((each for each in said if each.fingerprint == mark), None)
    if one is None:
        return Beside()
    if one.contradictory:
        return Beside(CONTRADICTORY)
    if one.same:
        return Beside(SAME, f"{one.same:012d}")
    return _without(one.not_same, record, subject, question)


def _without(people: Iterable[int], record: CleanRecord, subject: CleanSubject, question: Question) -> Beside:
    """The answer on a land user where these people are left out."""
    source = RuledOut(question.source, frozenset(people))
    (answer,) = link([record], replace(question, source=source))
    one = next(each for each in answer.subjects if each.subject.subject_no == subject.subject_no)
    return Beside(NOT_SAME, one.personal_id or None, str(one.verdict), one.category)


def _carries(subject: CleanSubject, value: Enriched) -> bool:
    """Whether the record now says what was approved."""
    if value.field == "birth_date":
        return subject.birth_date is not None and str(subject.birth_date.date) == value.value
    personal = (number.value for number in subject.numbers if number.kind is NumberKind.PERSONAL)
    return value.field == "personal_id" and value.value in personal
