"""From scored candidates to the answer on each land user: certainty, rule, findings, proposed values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matching.answer import SubjectAnswer
from matching.columns import Ints, is_personal, unpack_date
from matching.compare import BIRTH_DATE, COMPARISONS, IDENTITY, NAME
from matching.explain import Explainer
from matching.findings import Finding
from matching.model import BIT, Model
from matching.records import CleanSubject, NumberKind, Role, Status, Trust
from matching.score import Scored
from matching.verdict import (
    AGREEING_DATE,
    LEVEL_FINDINGS,
    OUT_OF_SCOPE,
    RULES,
    SAME_NAME,
    Certainty,
    NumberState,
    Rule,
    Situation,
    Verdict,
    decide,
)

_ALIKE = 3 * BIT  # candidates within three bits of the best one agree alike
_EVEN = 5_000  # 1/10,000: as likely as not
_OLDEST = 110  # years; a person who would be older, with no record of death, is presumed dead (DOMAIN 7, S1c)
_TOO_LITTLE = RULES[-1]
_NOT_FOUND = frozenset({"U1", "U2", "U5"})
_HOLDS_NUMBER = frozenset({"current", "zero_restored", "repaired", "cancelled"})


@dataclass(frozen=True, slots=True)
class Decider:
    """Decides the land users of one scored batch, in their order."""

    subjects: Sequence[CleanSubject]
    scored: Scored
    truncated: NDArray[np.bool_]
    model: Model
    as_of: date
    names: Callable[[Ints], Sequence[str]]  # how the register writes the names of these rows of the scored people
    explainer: Explainer | None = None

    def answers(self) -> list[SubjectAnswer]:
        """The answer on each land user."""
        best = self.scored.best()
        alike = self._alike(best)
        rules = [RULES[rule] for rule in self._rules(best, alike).tolist()]
        proposed = self._proposed_names(rules)
        return [self._answer(row, rule, int(alike[row]), proposed.get(row)) for row, rule in enumerate(rules)]

    def _proposed_names(self, rules: Sequence[Rule]) -> dict[int, str]:
        """For each land user whose person is named, the register's name where it is another one."""
        wanted = []
        for row, rule in enumerate(rules):
            if rule.verdict is not Verdict.NONE:
                level = NAME.levels[int(self.scored.levels["name"][int(self.scored.offsets[row])])].code
                if level not in ("exact", "spelling"):
                    wanted.append(row)
        if not wanted:
            return {}
        people = self.scored.pairs.j[self.scored.offsets[wanted]]
        return dict(zip(wanted, self.names(people), strict=True))

    def _rules(self, best: Ints, alike: Ints) -> NDArray[np.uint8]:
        found = best >= 0
        levels = {
            comparison.field: np.where(found, self.scored.levels[comparison.field][best], 0)
            if len(self.scored.weight)
            else np.zeros(len(best), dtype=np.uint8)
            for comparison in COMPARISONS
        }
        land = self.scored.pairs.left
        complete = (land.names.length > 0) & ((land.year > 0) | (land.number_year > 0))
        rival = self._rival(best)
        return decide(levels, Situation(self._certainty(best, alike), self._number_state(), complete, rival))

    def _rival(self, best: Ints) -> NDArray[np.bool_]:
        """Whether a candidate other than the best one has the very name and a birth date that agrees."""
        same_name = np.isin(self.scored.levels["name"], [NAME.position(code) for code in SAME_NAME])
        same_date = np.isin(self.scored.levels["birth_date"], [BIRTH_DATE.position(code) for code in AGREEING_DATE])
        others = same_name & same_date
        others[best[best >= 0]] = False
        rival = np.zeros(len(best), dtype=np.bool_)
        rival[self.scored.pairs.i[others]] = True
        return rival

    def _certainty(self, best: Ints, alike: Ints) -> NDArray[np.int8]:
        certainty = np.full(len(best), Certainty.NOBODY, dtype=np.int8)
        if not len(self.scored.weight):
            return certainty
        partial, full = round(self.model.partial_probability * 10_000), round(self.model.full_probability * 10_000)
        top = np.where(best >= 0, self.scored.probability[best], 0)
        # Somebody rather than nobody, but several share it.
        certainty[(self.scored.anybody >= _EVEN) & (alike > 1)] = Certainty.SEVERAL
        certainty[top >= partial] = Certainty.SURE
        certainty[top >= full] = Certainty.CERTAIN
        return certainty

    def _alike(self, best: Ints) -> Ints:
        """How many candidates agree about as well as the best one, for each land user."""
        owners, weight = self.scored.pairs.i, self.scored.weight
        near = weight >= weight[best[owners]] - _ALIKE
        return np.bincount(owners[near], minlength=len(best))

    def _number_state(self) -> NDArray[np.int8]:
        land = self.scored.pairs.left
        personal = is_personal(land.numbers)
        readable = np.any(personal & (land.trust > Trust.NONE), axis=1)
        state = np.where(readable, NumberState.UNKNOWN, NumberState.NONE).astype(np.int8)
        for row, subject in enumerate(self.subjects):
            if not readable[row] and any(n.kind is NumberKind.UNREADABLE for n in subject.numbers):
                state[row] = NumberState.INVALID
        holds = np.isin(self.scored.levels["id_number"], [IDENTITY.position(code) for code in _HOLDS_NUMBER])
        state[self.scored.pairs.i[holds]] = NumberState.HELD
        return state

    def _answer(self, row: int, rule: Rule, alike: int, name: str | None) -> SubjectAnswer:
        subject, at = self.subjects[row], int(self.scored.offsets[row])
        found = at < int(self.scored.offsets[row + 1])
        named = rule.verdict is not Verdict.NONE
        in_scope = True
        if not named:
            rule, in_scope = self._without_person(subject, row, rule)
        findings = (self._of_person(row, at) if named else ()), self._of_file(row, subject, rule, alike)
        return SubjectAnswer(
            subject,
            in_scope,
            rule.verdict,
            rule.category,
            rule.identity,
            rule.action,
            int(self.scored.probability[at]) / 10_000 if found else 0.0,
            round(int(self.scored.weight[at]) / BIT, 1) if found else None,
            f"{int(self.scored.pairs.right.personal_id[self.scored.pairs.j[at]]):012d}" if named else "",
            tuple(dict.fromkeys(finding for group in findings for finding in group)),
            self._proposed(at, name) if named else {},
            None if self.explainer is None else self.explainer.explain(row, named=named),
        )

    def _without_person(self, subject: CleanSubject, row: int, rule: Rule) -> tuple[Rule, bool]:
        kinds = {number.kind for number in subject.numbers}
        if NumberKind.PASSPORT in kinds and not kinds & {NumberKind.PERSONAL, NumberKind.CMND9}:
            return OUT_OF_SCOPE["foreign"], False
        # Not everybody who shares the key was compared: "not found" would claim too much.
        return (_TOO_LITTLE if self.truncated[row] and rule.category in _NOT_FOUND else rule), True

    def _of_person(self, row: int, at: int) -> Iterator[Finding]:
        """What the comparison with the named person has to say."""
        for comparison in COMPARISONS:
            level = comparison.levels[int(self.scored.levels[comparison.field][at])].code
            if comparison is IDENTITY and level == "missing" and not self.subjects[row].numbers:
                yield Finding("id.missing")
            code = LEVEL_FINDINGS[comparison.field].get(level)
            if code is not None:
                yield Finding(code)
        person, people = int(self.scored.pairs.j[at]), self.scored.pairs.right
        if people.status[person]:
            yield Finding("S1a")
        elif self.subjects[row].status_claimed is Status.DECEASED:
            yield Finding("S1b")
        elif 0 < int(people.year[person]) < self.as_of.year - _OLDEST:
            yield Finding("S1c")

    def _of_file(self, row: int, subject: CleanSubject, rule: Rule, alike: int) -> Iterator[Finding]:
        """What the rule and the record itself have to say, whoever was found."""
        near = rule.category in _NOT_FOUND and self._top(row) >= _EVEN
        for code in rule.findings:
            if code == "record.not_found" and near:
                yield Finding("candidates.unsure")
            else:
                yield Finding(code, alike if code == "candidates.several" else 0)
        if self.truncated[row]:
            yield Finding("candidates.truncated")
        if "sex_derived" in subject.flags:
            yield Finding("sex.derived")
        if "split_commune" in subject.address.flags:
            yield Finding("address.commune_split")
        if subject.role is Role.CURRENT_USER:
            yield Finding("S3")

    def _top(self, row: int) -> int:
        start, end = int(self.scored.offsets[row]), int(self.scored.offsets[row + 1])
        return int(self.scored.probability[start]) if end > start else 0

    def _proposed(self, at: int, name: str | None) -> dict[str, str]:
        """Values of the register that would repair or complete the land record, where they differ."""
        levels = {c.field: c.levels[int(self.scored.levels[c.field][at])].code for c in COMPARISONS}
        people, person = self.scored.pairs.right, int(self.scored.pairs.j[at])
        proposed: dict[str, str] = {}
        if name is not None:
            proposed["full_name"] = name
        if levels["id_number"] != "current":
            proposed["personal_id"] = f"{int(people.personal_id[person]):012d}"
        packed = int(people.year[person] * 10_000 + people.month[person] * 100 + people.day[person])
        if levels["birth_date"] not in ("same_day", "register_coarse") and packed:
            proposed["birth_date"] = str(unpack_date(packed))
        commune = int(people.places.single[person])
        if levels["address"] != "same" and commune:
            proposed["commune_code"] = f"{commune:05d}"
        return proposed
