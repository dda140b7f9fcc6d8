"""The answers on a batch in columns: bulk results are written from them without an object for each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.answer import Explanation, RecordAnswer, SubjectAnswer
from matching.columns import Codes, Ints, unpack_date
from matching.findings import Finding
from matching.model import BIT
from matching.policy import OUT_OF_SCOPE, RULES
from matching.records import CleanRecord, CleanSubject
from matching.verdict import Rule, Verdict

# What can be decided of a subject: the rules of the policy, then those for subjects outside its scope.
DECISIONS: Final[tuple[Rule, ...]] = (*RULES, *OUT_OF_SCOPE.values())
DECISION_OF: Final[Mapping[str, int]] = {code: len(RULES) + at for at, code in enumerate(OUT_OF_SCOPE)}
VERDICTS: Final = (Verdict.NONE, Verdict.PARTIAL, Verdict.FULL)  # the weakest first
VERDICT_OF: Final = np.array([VERDICTS.index(rule.verdict) for rule in DECISIONS], dtype=np.uint8)
NO_WEIGHT: Final = int(np.iinfo(np.int64).min)
Mask = NDArray[np.bool_]


A = TypeVar("A", bound=np.generic)


def with_some(values: NDArray[A], rows: Ints, others: NDArray[A]) -> NDArray[A]:
    """A copy of the values with others put in at these rows."""
    result = values.copy()
    result[rows] = others
    return result


@dataclass(frozen=True, slots=True)
class Proposed:
    """Values of the register that would repair or complete each land record; zero, and no name, where nothing does."""

    personal_id: Ints
    birth_date: Codes  # yyyymmdd
    commune: Codes
    full_name: Mapping[int, str]  # by position of the subject

    def take(self, rows: Ints) -> Proposed:
        """The values of some subjects."""
        places = {int(row): at for at, row in enumerate(rows) if row in self.full_name} if self.full_name else {}
        return Proposed(
            self.personal_id[rows],
            self.birth_date[rows],
            self.commune[rows],
            {at: self.full_name[row] for row, at in places.items()},
        )

    def with_some(self, rows: Ints, other: Proposed) -> Proposed:
        """The same with the values of some subjects put in."""
        return Proposed(
            with_some(self.personal_id, rows, other.personal_id),
            with_some(self.birth_date, rows, other.birth_date),
            with_some(self.commune, rows, other.commune),
            {**self.full_name, **{int(rows[at]): name for at, name in other.full_name.items()}},
        )

    def of(self, at: int) -> dict[str, str]:
        """What is proposed for one subject, by field."""
        proposed: dict[str, str] = {}
        if at in self.full_name:
            proposed["full_name"] = self.full_name[at]
        personal_id, birth_date, commune = self.personal_id.item(at), self.birth_date.item(at), self.commune.item(at)
        if personal_id:
            proposed["personal_id"] = f"{personal_id:012d}"
        if birth_date:
            proposed["birth_date"] = str(unpack_date(birth_date))
        if commune:
            proposed["commune_code"] = f"{commune:05d}"
        return proposed


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """The answers on the subjects of a batch: entry k of each column is subject k, in the order of the records.

    A record that names nobody has one subject of unknown kind. `decision` is a position in DECISIONS, `finding_set` one
    in `finding_sets`, `verdict` (by record: the weakest of its subjects in scope) one in VERDICTS.
    """

    records: Sequence[CleanRecord]
    subjects: Sequence[CleanSubject]
    record: Ints  # the position of each subject's record
    in_scope: Mask
    decision: Codes
    probability: Ints  # 1/10,000, at most 9,999
    weight: Ints  # 1/1024 bit; NO_WEIGHT where there was no candidate
    personal_id: Ints  # zero unless the verdict names a person
    finding_set: Codes
    finding_sets: Sequence[tuple[Finding, ...]]
    proposed: Proposed
    explanations: Mapping[int, Explanation]
    record_in_scope: Mask  # by record
    verdict: NDArray[np.uint8]  # by record

    def __len__(self) -> int:
        return len(self.subjects)

    @property
    def match_probability(self) -> NDArray[np.float64]:
        """The published probability of each subject, four decimals."""
        return self.probability / 10_000

    @property
    def match_weight(self) -> NDArray[np.float64]:
        """The published match weight of each subject in bits, one decimal; NaN where there was no candidate."""
        return np.where(self.weight == NO_WEIGHT, np.nan, np.rint(self.weight / BIT * 10) / 10)

    def answers(self) -> list[RecordAnswer]:
        """The same as objects, one for each record."""
        subjects = self._subject_answers()
        ends = self.record.searchsorted(np.arange(len(self.records)), side="right").tolist()
        found, start = [], 0
        for record, end, verdict, in_scope in zip(
            self.records, ends, self.verdict.tolist(), self.record_in_scope.tolist(), strict=True
        ):
            found.append(RecordAnswer(record.record_id, VERDICTS[verdict], in_scope, tuple(subjects[start:end])))
            start = end
        return found

    def _subject_answers(self) -> list[SubjectAnswer]:
        columns = zip(
            self.subjects,
            self.in_scope.tolist(),
            self.decision.tolist(),
            self.match_probability.tolist(),
            self.match_weight.tolist(),
            self.personal_id.tolist(),
            self.finding_set.tolist(),
            strict=True,
        )
        answers = []
        for at, (subject, in_scope, decision, probability, weight, person, finding_set) in enumerate(columns):
            rule = DECISIONS[decision]
            answers.append(
                SubjectAnswer(
                    subject,
                    in_scope,
                    rule.verdict,
                    rule.category,
                    rule.identity,
                    rule.action,
                    probability,
                    None if weight != weight else weight,  # NaN is no number
                    f"{person:012d}" if person else "",
                    self.finding_sets[finding_set],
                    self.proposed.of(at) if person else {},
                    self.explanations.get(at),
                )
            )
        return answers
