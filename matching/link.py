"""The story: normalise, block, find candidates, compare, score, decide.

`link` takes clean records of any number and answers each of them; one record is a batch of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.answer import Explanation, RecordAnswer, Stamp
from matching.answer_columns import DECISION_OF, DECISIONS, VERDICT_OF, VERDICTS, AnswerColumns
from matching.candidates import CandidatePairs, CandidateSource, find_candidates
from matching.cascade import LEAST_ROWS, SurveyedSource, settle
from matching.columns import Codes, Ints, LandColumns, Mark
from matching.decision import Decided, Decider, undecided
from matching.evidence import Batch, evidence_needed
from matching.explain import Explainer
from matching.few_decisions import FewDecider
from matching.few_scores import FEW, ranked
from matching.finding_sets import finding_sets, signature
from matching.land_columns import land_columns
from matching.model import Model
from matching.normalise import normalise_all
from matching.normalise.gazetteer import gazetteer
from matching.pairing import beside, few_beside
from matching.records import CleanRecord, CleanSubject, Kind, NumberKind, RawRecord
from matching.score import score
from matching.verdict import Identity

SERVICE_VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Question:
    """What a batch is asked against: the register, the model, today's date; and whether to explain."""

    source: CandidateSource
    model: Model
    as_of: date
    explain: bool = False
    cascade: bool = True  # the short way, where it is proved to lead to the same answers
    compared: Callable[[Ints], None] | None = None  # told how many people each land user was compared with

    @property
    def stamp(self) -> Stamp:
        """All that the answers depend on besides the records."""
        register = self.source.stamp
        return Stamp(
            self.model.version,
            register.version,
            register.scope,
            register.statistics,
            gazetteer().version,
            0,
            self.as_of,
            SERVICE_VERSION,
        )


def match(raws: Sequence[RawRecord], question: Question) -> list[RecordAnswer]:
    """The answers for raw land records, in their order."""
    return link(normalise_all(raws, as_of=question.as_of), question)


def link(records: Sequence[CleanRecord], question: Question) -> list[RecordAnswer]:
    """The answers for clean land records, in their order."""
    return link_columns(records, question).answers()


def link_columns(records: Sequence[CleanRecord], question: Question) -> AnswerColumns:
    """The answers for clean land records as columns: the way of files, 20,000 to 50,000 records at a time.

    The answers are those of `link`, and don't depend on how records are batched.
    """
    return answered(asked_of(records), question)


class Asked(NamedTuple):
    """A batch of clean records as it is asked: their land users in a row, those in scope as columns."""

    records: Sequence[CleanRecord]
    subjects: Sequence[CleanSubject]
    owners: Ints  # position of each subject's record
    outside: Codes  # why a subject isn't asked: a position in DECISIONS; -1: it is
    rows: Ints  # positions of the subjects asked
    land: LandColumns  # these


def asked_of(records: Sequence[CleanRecord]) -> Asked:
    """The land users of clean records, normalised and keyed: all that linking needs of them."""
    named = [record.subjects or _NOBODY for record in records]
    subjects = list(chain.from_iterable(named))
    owners = np.arange(len(records)).repeat(list(map(len, named)))
    outside = np.array(list(map(_out_of_scope, subjects)), dtype=np.int32)
    rows = (outside == _ASKED).nonzero()[0]
    some = subjects if len(rows) == len(subjects) else [subjects[at] for at in rows.tolist()]
    return Asked(records, subjects, owners, outside, rows, land_columns(some))


def answered(asked: Asked, question: Question) -> AnswerColumns:
    """The answers for a batch."""
    decided, explanations = _decide_records(asked, question) if len(asked.rows) else (None, {})
    whole = _with_unasked(decided, asked.rows, asked.outside)
    findings, in_scope, verdict = _in_their_records(asked, whole)
    sets, index = finding_sets(findings)
    return AnswerColumns(
        asked.records,
        asked.subjects,
        asked.owners,
        whole.in_scope,
        whole.decision,
        whole.probability,
        whole.weight,
        whole.personal_id,
        index,
        sets,
        whole.proposed,
        {int(asked.rows[row]): explanation for row, explanation in explanations.items()},
        in_scope,
        verdict,
    )


_CONFIRMED = np.array([rule.identity is Identity.CONFIRMED for rule in DECISIONS])


def _decide_records(asked: Asked, question: Question) -> tuple[Decided, Mapping[int, Explanation]]:
    """Decide land users in scope, and once more those who aren't established beside somebody who is, in one record.

    Who owns land with a person of the register is seldom a stranger who only looks like somebody in it.
    """
    decided, explanations = _decide(asked, question)
    if len(asked.subjects) == len(asked.records):  # nobody stands beside anybody
        return decided, explanations
    owners = asked.owners[asked.rows]
    beside = np.bincount(owners[_CONFIRMED[decided.decision]], minlength=int(owners.max()) + 1)[owners] > 0
    again = (beside & ~decided.named).nonzero()[0]
    if not len(again):
        return decided, explanations
    land = asked.land.take(again)
    land.marks[:] |= Mark.IN_COMPANY
    second, explained = _decide_fully(asked.subjects, asked.rows[again], land, question)
    return decided.with_some(again, second), {**explanations, **{int(again[at]): e for at, e in explained.items()}}


def _decide(asked: Asked, question: Question) -> tuple[Decided, Mapping[int, Explanation]]:
    """Decide land users in scope, the short way where it is open; and explain, if that is asked."""
    source, land = question.source, asked.land
    if not question.cascade or question.explain or len(land) < LEAST_ROWS or not isinstance(source, SurveyedSource):
        return _decide_fully(asked.subjects, asked.rows, land, question)
    settled = settle(land, source, question.model, question.as_of)
    if settled is None:
        return _decide_fully(asked.subjects, asked.rows, land, question)
    left = np.ones(len(land), dtype=np.bool_)
    left[settled.rows] = False
    rest = np.flatnonzero(left)
    decided = undecided(len(land)).with_some(settled.rows, settled.decided)
    if len(rest):
        decided = decided.with_some(rest, _decide_fully(asked.subjects, asked.rows[rest], land.take(rest), question)[0])
    return decided, {}


def _decide_fully(
    subjects: Sequence[CleanSubject], rows: Ints, land: LandColumns, question: Question
) -> tuple[Decided, Mapping[int, Explanation]]:
    """Find, compare, weigh and decide land users, `rows` of the subjects; and explain, if that is asked."""
    source, model = question.source, question.model
    found = find_candidates(land, source, cap=model.max_block)
    if question.compared is not None:
        question.compared(np.bincount(found.rows, minlength=len(land)))
    if len(land) + len(found.rows) <= FEW and not question.explain:
        return _decide_few(land, found, question), {}
    pairs, _, persons = beside(land, source, found)
    scored = score(pairs, model=model, statistics=source.statistics)

    def names(people: Ints) -> Sequence[str]:
        return source.display_names(persons[people])

    decided = Decider(scored, found.truncated, model, question.as_of, names).decided()
    if not question.explain:
        return decided, {}
    some = [subjects[at] for at in rows.tolist()]
    batch = Batch(some, scored, decided, found.truncated, model, source.statistics, question.as_of, names)
    explainer = Explainer(scored, found, model, source.statistics, evidence_needed(batch))
    return decided, {row: explainer.explain(row, named=named) for row, named in enumerate(decided.named.tolist())}


def _decide_few(land: LandColumns, found: CandidatePairs, question: Question) -> Decided:
    """Compare, weigh and decide a few land users one by one."""
    source, model = question.source, question.model
    few, persons = few_beside(land, source, found)

    def names(people: Ints) -> Sequence[str]:
        return source.display_names(persons[people])

    decider = FewDecider(model, question.as_of, names)
    return decider.decided(ranked(few, model=model, statistics=source.statistics), found.truncated.tolist())


# A record that names nobody still gets its row: a land user of whom nothing is known.
_NOBODY = (CleanSubject(1, Kind.UNKNOWN),)
_ASKED = -1
_PLACEHOLDER, _ORGANISATION = DECISION_OF["placeholder"], DECISION_OF["organisation"]
_PERSON, _UNKNOWN = Kind.PERSON, Kind.UNKNOWN  # a look-up in an enumeration costs as much as the rest of the question


def _out_of_scope(subject: CleanSubject) -> int:
    """The position in DECISIONS of what is decided of a subject that isn't compared with anybody; -1: it is."""
    if subject.placeholder:
        return _PLACEHOLDER
    return _ASKED if subject.kind is _PERSON or subject.kind is _UNKNOWN else _ORGANISATION


def _with_unasked(decided: Decided | None, asked: Ints, outside: Codes) -> Decided:
    """What is decided of all subjects: those asked about, and those of whom `outside` tells why they weren't."""
    if decided is not None and len(asked) == len(outside):
        return decided
    unasked = replace(undecided(len(outside)), decision=outside, findings=signature(decision=outside))
    return unasked if decided is None else unasked.with_some(asked, decided)


def _in_their_records(asked: Asked, whole: Decided) -> tuple[Ints, NDArray[np.bool_], NDArray[np.uint8]]:
    """The findings of each subject beside the others of its record; whether each record is in scope; its verdict.

    The verdict is the weakest of the subjects in scope, none where there is none.
    """
    records, owners, inside = asked.records, asked.owners, whole.in_scope
    strength = VERDICT_OF[whole.decision]
    households = [record.household for record in records]
    if len(asked.subjects) == len(records):  # nobody stands beside anybody
        findings = whole.findings
        if any(households):
            findings = findings | signature(household=inside & households)
        return findings, inside, strength * inside
    in_scope = np.bincount(owners[inside], minlength=len(records))
    shared = inside & (in_scope > 1)[owners]
    beside = signature(
        shared=shared,
        household=inside & np.array(households, dtype=np.bool_)[owners] & ~shared,
        spouse=_of_spouse(asked.subjects, owners, whole.personal_id),
    )
    verdict = np.full(len(records), len(VERDICTS), dtype=np.uint8)
    np.minimum.at(verdict, owners[inside], strength[inside])
    return whole.findings | beside, in_scope > 0, verdict % np.uint8(len(VERDICTS))


def _of_spouse(subjects: Sequence[CleanSubject], owners: Ints, personal_id: Ints) -> NDArray[np.bool_]:
    """Which subjects have a number of another person named in their record."""
    spouse = np.zeros(len(subjects), dtype=np.bool_)
    if len(subjects) < 2:
        return spouse
    several = np.flatnonzero(np.bincount(owners) > 1)
    if not len(several) or not personal_id.any():
        return spouse
    starts = np.searchsorted(owners, several).tolist()
    ends = np.searchsorted(owners, several, side="right").tolist()
    for start, end in zip(starts, ends, strict=True):
        people = personal_id[start:end].tolist()
        if any(people):
            for at, own in zip(range(start, end), people, strict=True):
                numbers = [int(n.value) for n in subjects[at].numbers if n.kind is NumberKind.PERSONAL]
                spouse[at] = any(number and number != own and number in people for number in numbers)
    return spouse
