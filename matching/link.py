"""The story: normalise, block, find candidates, compare, score, decide.

`link` takes clean records of any number and answers each of them; one record is a batch of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from matching.answer import RecordAnswer, Stamp, SubjectAnswer
from matching.candidates import CandidateSource, find_candidates
from matching.columns import Ints, land_columns
from matching.compare import Pairs, PairTables
from matching.decision import Decider
from matching.explain import Explainer
from matching.findings import Finding
from matching.model import Model
from matching.normalise import normalise
from matching.normalise.gazetteer import gazetteer
from matching.records import CleanRecord, CleanSubject, Kind, NumberKind, RawRecord
from matching.score import score
from matching.verdict import OUT_OF_SCOPE, Rule, Verdict

SERVICE_VERSION = "0.1.0"
_STRENGTH = {Verdict.NONE: 0, Verdict.PARTIAL: 1, Verdict.FULL: 2}


@dataclass(frozen=True, slots=True)
class Question:
    """What a batch is asked against: the register, the model, today's date; and whether to explain."""

    source: CandidateSource
    model: Model
    as_of: date
    explain: bool = False

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
    return link([normalise(raw, as_of=question.as_of) for raw in raws], question)


def link(records: Sequence[CleanRecord], question: Question) -> list[RecordAnswer]:
    """The answers for clean land records, in their order."""
    asked = [s for record in records for s in _subjects(record) if _out_of_scope(s) is None]
    decided = iter(_decide(asked, question) if asked else ())
    answers = []
    for record in records:
        subjects = tuple(
            next(decided) if (rule := _out_of_scope(subject)) is None else _unasked(subject, rule)
            for subject in _subjects(record)
        )
        answers.append(_record_answer(record, _with_spouses(subjects)))
    return answers


def _decide(subjects: Sequence[CleanSubject], question: Question) -> list[SubjectAnswer]:
    """Find, compare, weigh and decide land users in scope."""
    source, model = question.source, question.model
    land = land_columns(subjects)
    found = find_candidates(land, source, cap=model.max_block)
    persons, rows = np.unique(found.persons, return_inverse=True)
    people = source.fetch(persons)
    pairs = Pairs(land, people, found.rows, rows.astype(np.int64), PairTables(land, people))
    scored = score(pairs, model=model, statistics=source.statistics)
    explainer = Explainer(scored, found.rules[scored.order], model, source.statistics) if question.explain else None

    def names(rows: Ints) -> Sequence[str]:
        return source.display_names(persons[rows])

    return Decider(subjects, scored, found.truncated, model, question.as_of, names, explainer).answers()


def _subjects(record: CleanRecord) -> tuple[CleanSubject, ...]:
    # A record that names nobody still gets its row: a land user of whom nothing is known.
    return record.subjects or (CleanSubject(1, Kind.UNKNOWN),)


def _out_of_scope(subject: CleanSubject) -> Rule | None:
    if subject.placeholder:
        return OUT_OF_SCOPE["placeholder"]
    if subject.kind in (Kind.ORGANISATION, Kind.COMMUNITY):
        return OUT_OF_SCOPE["organisation"]
    return None


def _unasked(subject: CleanSubject, rule: Rule) -> SubjectAnswer:
    findings = tuple(Finding(code) for code in rule.findings)
    return SubjectAnswer(
        subject, False, rule.verdict, rule.category, rule.identity, rule.action, 0.0, None, "", findings, {}
    )


def _record_answer(record: CleanRecord, subjects: tuple[SubjectAnswer, ...]) -> RecordAnswer:
    in_scope = [answer.verdict for answer in subjects if answer.in_scope]
    verdict = min(in_scope, key=_STRENGTH.__getitem__) if in_scope else Verdict.NONE
    shared = [Finding("S6")] if len(in_scope) > 1 else []
    if record.household and len(in_scope) == 1:
        shared.append(Finding("household.members_unknown"))
    if shared:
        subjects = tuple(_with_findings(a, *shared) if a.in_scope else a for a in subjects)
    return RecordAnswer(record.record_id, verdict, bool(in_scope), subjects)


def _with_findings(answer: SubjectAnswer, *more: Finding) -> SubjectAnswer:
    return replace(answer, findings=(*answer.findings, *more))


def _with_spouses(subjects: tuple[SubjectAnswer, ...]) -> tuple[SubjectAnswer, ...]:
    """Where a number of one subject is that of another person named in the record, say so."""
    if len(subjects) < 2:
        return subjects
    named = {answer.personal_id for answer in subjects if answer.personal_id}
    return tuple(
        _with_findings(answer, Finding("id.belongs_to_spouse"))
        if any(
            n.kind is NumberKind.PERSONAL and n.value in named - {answer.personal_id} for n in answer.subject.numbers
        )
        else answer
        for answer in subjects
    )
