"""Evaluation: answers against known truth, and what would change under another model.

A subject is named where its verdict is full or partial: wrong if the person named is not the true one, found if it is.
Bounds are one-sided 95 % (Clopper-Pearson) and take rows as independent: copied rows make them too narrow.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from matching.answer import RecordAnswer
from matching.columns import Ints
from matching.confidence import Rate
from matching.land_columns import land_columns
from matching.link import Question, link
from matching.model import Model
from matching.pairing import candidate_pairs
from matching.records import CleanRecord, CleanSubject
from matching.score import score
from matching.thresholds import (
    LEAST_FULL,
    LEAST_PARTIAL,
    LENIENT,
    WRONG_FULL,
    WRONG_PARTIAL,
    Named,
    Threshold,
    choose,
)
from matching.train import NOBODY, UNKNOWN
from matching.verdict import Verdict

_BATCH = 5_000  # records
_BINS = 10
_NOT_COUNTED = frozenset({"representative"})  # who signs for a body is no land user
Key = tuple[str, int]  # record and subject number


class Truth(NamedTuple):
    """Who a land user is: `personal_id` is empty where the register doesn't know the person."""

    record_id: str
    subject_no: int
    personal_id: str
    in_scope: bool = True
    errors: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """What was answered for a land user; `nearest` is the best candidate, whether or not the verdict names it."""

    record_id: str
    subject_no: int
    in_scope: bool
    verdict: Verdict
    category: str
    personal_id: str
    probability: float
    nearest: str


class Bin(NamedTuple):
    """Land users whose probability is alike: how many, the mean probability, and the share that was right."""

    subjects: int
    claimed: float
    right: float


class Slice(NamedTuple):
    """Land users with one error or trap in common: those in the register who were found, and wrong persons named."""

    found: Rate
    wrong: Rate


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good answers are; the rates of a slice are over its own land users."""

    subjects: int  # in scope by the truth
    unanswered: int  # of them those for whom there is no answer
    unforeseen: int  # answers in scope that the truth doesn't know: a cell was read as other people
    verdicts: dict[Verdict, int]
    wrong_full: Rate  # wrong persons among those named by a full verdict
    wrong_partial: Rate
    found: Rate  # right persons among those in the register: recall
    found_with_errors: Rate
    calibration_error: float  # expected calibration error of the probability of the best candidate
    bins: tuple[Bin, ...]
    categories: dict[str, Rate]  # wrong persons by category
    by_error: dict[str, Slice]
    by_trap: dict[str, Slice]

    @property
    def precision(self) -> float:
        """The share of persons named that are the right ones."""
        named = self.wrong_full.of + self.wrong_partial.of
        return 1 - (self.wrong_full.cases + self.wrong_partial.cases) / named if named else 1.0


def truths_of(rows: Iterable[Mapping[str, str]]) -> dict[Key, Truth]:
    """The truth by record and subject number, from the rows of a truth file.

    Columns record_id, subject_no, personal_id, and if there are any: kind, in_scope, in_register, errors, trap; `note`
    serves as errors. Codes after a colon are details: "source:campaign" counts as "source".
    """
    found = {}
    for row in rows:
        errors = _codes(row.get("errors") or row.get("note") or "")
        person = row.get("kind", "person") == "person" and not _NOT_COUNTED.intersection(errors)
        inside = row.get("in_register", "yes").lower() in ("true", "yes", "1")
        truth = Truth(
            row["record_id"],
            int(row["subject_no"]),
            row["personal_id"] if inside else "",
            person and row.get("in_scope", "true").lower() in ("true", "yes", "1"),
            errors,
            _codes(row.get("trap", "")),
        )
        found[truth.record_id, truth.subject_no] = truth
    return found


def _codes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code.partition(":")[0].strip() for code in text.split(";") if code.strip()))


def outcomes_of(records: Sequence[CleanRecord], question: Question) -> list[Outcome]:
    """What is answered for every subject of clean records."""
    found = []
    for first in range(0, len(records), _BATCH):
        answers = link(records[first : first + _BATCH], question)
        nearest = _nearest(answers, question)
        found += [
            Outcome(
                answer.record_id or "",
                subject.subject.subject_no,
                subject.in_scope,
                subject.verdict,
                subject.category,
                subject.personal_id,
                subject.match_probability,
                nearest.get((at, subject.subject.subject_no), ""),
            )
            for at, answer in enumerate(answers)
            for subject in answer.subjects
        ]
    return found


def _nearest(answers: Sequence[RecordAnswer], question: Question) -> dict[tuple[int, int], str]:
    """The best candidate of each subject in scope, who is not in the answer where the verdict names nobody."""
    asked = [
        (at, subject.subject)
        for at, answer in enumerate(answers)
        for subject in answer.subjects
        if subject.match_weight is not None
    ]
    best = best_candidates([subject for _, subject in asked], question) if asked else []
    return {(at, subject.subject_no): person for (at, subject), person in zip(asked, best, strict=True)}


def best_candidates(subjects: Sequence[CleanSubject], question: Question) -> list[str]:
    """The personal number of each land user's best candidate, "" where there is none."""
    pairs = candidate_pairs(land_columns(subjects), question.source, cap=question.model.max_block).pairs
    scored = score(pairs, model=question.model, statistics=question.source.statistics)
    best = scored.best()
    return [f"{pairs.right.personal_id[scored.pairs.j[at]]:012d}" if at >= 0 else "" for at in best.tolist()]


def evaluate(outcomes: Iterable[Outcome], truths: Mapping[Key, Truth]) -> Evaluation:
    """How good answers are against the truth."""
    tally = _Tally()
    answered = set()
    for outcome in outcomes:
        key = (outcome.record_id, outcome.subject_no)
        answered.add(key)
        tally.add(outcome, truths.get(key))
    for key, truth in truths.items():
        if key not in answered and truth.in_scope:
            tally.miss(truth)
    return tally.evaluation()


class _Tally:
    """Counts outcomes one by one."""

    def __init__(self) -> None:
        self.subjects = self.unanswered = self.unforeseen = 0
        self.verdicts: Counter[Verdict] = Counter()
        self.wrong: Counter[Verdict] = Counter()
        self.wrong_categories: Counter[str] = Counter()
        self.named_categories: Counter[str] = Counter()
        self.found = [0, 0]  # found, in the register
        self.found_with_errors = [0, 0]
        self.slices: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self.claims: list[tuple[float, bool]] = []

    def add(self, outcome: Outcome, truth: Truth | None) -> None:
        if truth is None:
            if not outcome.in_scope:
                return
            self.unforeseen += 1
            truth = Truth(outcome.record_id, outcome.subject_no, "")
        elif not truth.in_scope:
            return
        else:
            self.subjects += 1
        named = outcome.verdict is not Verdict.NONE
        right = named and outcome.personal_id == truth.personal_id
        self.verdicts[outcome.verdict] += 1
        if named:
            self.named_categories[outcome.category] += 1
            self.wrong[outcome.verdict] += not right
            self.wrong_categories[outcome.category] += not right
        if outcome.nearest:
            self.claims.append((outcome.probability, outcome.nearest == truth.personal_id))
        self._count(truth, named=named, right=right)

    def miss(self, truth: Truth) -> None:
        self.subjects += 1
        self.unanswered += 1
        self._count(truth, named=False, right=False)

    def _count(self, truth: Truth, *, named: bool, right: bool) -> None:
        known = bool(truth.personal_id)
        rates = [self.found, self.found_with_errors] if truth.errors else [self.found]
        for rate in rates:
            rate[0] += right
            rate[1] += known
        for code in (*(("error", e) for e in truth.errors), *(("trap", t) for t in truth.traps)):
            each = self.slices[code]
            each[0] += right
            each[1] += known
            each[2] += named and not right
            each[3] += named

    def evaluation(self) -> Evaluation:
        bins, error = calibration(self.claims)
        slices = {code: Slice(Rate(a, b), Rate(c, d)) for code, (a, b, c, d) in sorted(self.slices.items())}
        return Evaluation(
            self.subjects,
            self.unanswered,
            self.unforeseen,
            {verdict: self.verdicts[verdict] for verdict in Verdict},
            Rate(self.wrong[Verdict.FULL], self.verdicts[Verdict.FULL]),
            Rate(self.wrong[Verdict.PARTIAL], self.verdicts[Verdict.PARTIAL]),
            Rate(*self.found),
            Rate(*self.found_with_errors),
            error,
            bins,
            {c: Rate(self.wrong_categories[c], n) for c, n in sorted(self.named_categories.items())},
            {code: each for (kind, code), each in slices.items() if kind == "error"},
            {code: each for (kind, code), each in slices.items() if kind == "trap"},
        )


def calibration(claims: Iterable[tuple[float, bool]]) -> tuple[tuple[Bin, ...], float]:
    """Claimed probabilities against what was right, in ten bins of equal width, and the expected calibration error."""
    grouped: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for probability, right in claims:
        grouped[min(int(probability * _BINS), _BINS - 1)].append((probability, right))
    bins = tuple(
        Bin(len(group), sum(p for p, _ in group) / len(group), sum(right for _, right in group) / len(group))
        for _, group in sorted(grouped.items())
    )
    total = sum(each.subjects for each in bins)
    return bins, sum(each.subjects * abs(each.claimed - each.right) for each in bins) / total if total else 0.0


def labels_of(keys: Iterable[Key], truths: Mapping[Key, Truth]) -> Ints:
    """The labels that training takes: for each land user a personal number, NOBODY, or UNKNOWN to the truth."""
    known = (truths.get(key) for key in keys)
    return np.array(
        [UNKNOWN if t is None or not t.in_scope else int(t.personal_id or NOBODY) for t in known], dtype=np.int64
    )


def calibrate(
    records: Sequence[CleanRecord], truths: Mapping[Key, Truth], question: Question
) -> tuple[Model, dict[Verdict, Threshold]]:
    """The model with thresholds chosen on records whose truth is known, and the evidence for each of them."""
    lenient = replace(question.model, partial_probability=LENIENT, full_probability=LENIENT)
    named: dict[Verdict, list[Named]] = {Verdict.FULL: [], Verdict.PARTIAL: []}
    for outcome in outcomes_of(records, replace(question, model=lenient)):
        truth = truths.get((outcome.record_id, outcome.subject_no))
        if outcome.verdict is not Verdict.NONE and (truth is None or truth.in_scope):
            right = truth is not None and truth.personal_id == outcome.personal_id
            named[outcome.verdict].append(Named(outcome.probability, right))
    full = choose(named[Verdict.FULL], WRONG_FULL, least=LEAST_FULL)
    partial = choose(named[Verdict.PARTIAL], WRONG_PARTIAL, least=LEAST_PARTIAL)
    chosen = replace(
        question.model,
        partial_probability=partial.probability,
        full_probability=max(full.probability, partial.probability),
    )
    return chosen, {Verdict.FULL: full, Verdict.PARTIAL: partial}


class Change(NamedTuple):
    """One way in which answers differ under two models: how often, and for example which records."""

    before: tuple[str, str]  # verdict, category
    after: tuple[str, str]
    other_person: bool  # both name somebody, and not the same one
    subjects: int
    examples: tuple[Key, ...]


def what_if(before: Iterable[Outcome], after: Iterable[Outcome], *, examples: int = 3) -> tuple[Change, ...]:
    """How the answers of one model differ from another's on the same records, the commonest change first.

    Only categories, verdicts and persons count: probabilities move with any change of a model.
    """
    grouped: dict[tuple[tuple[str, str], tuple[str, str], bool], list[Key]] = defaultdict(list)
    for old, new in zip(before, after, strict=True):
        other = bool(old.personal_id and new.personal_id) and old.personal_id != new.personal_id
        if (old.verdict, old.category) != (new.verdict, new.category) or other:
            change = ((str(old.verdict), old.category), (str(new.verdict), new.category), other)
            grouped[change].append((old.record_id, old.subject_no))
    return tuple(
        Change(*change, len(keys), tuple(keys[:examples]))
        for change, keys in sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0]))
    )
