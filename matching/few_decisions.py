"""What is decided of a few land users, one by one in whole numbers of Python: as matching/decision decides a batch.

Rules, thresholds and findings are looked up in the same tables; a property test holds both ways to the same decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from matching import decision_tables as tables
from matching.answer_columns import NO_WEIGHT, Proposed
from matching.columns import Ints
from matching.compare import COMPARISONS
from matching.decision import Decided
from matching.few_scores import Candidate, Ranked
from matching.finding_sets import signature_of_one
from matching.model import Model
from matching.number_codes import is_personal_code
from matching.plain_rows import LandRow, PersonRow
from matching.rule_table import rule_table

_NOTHING = (0,) * len(COMPARISONS)
_NAME, _NUMBER, _DATE, _SEX, _ADDRESS = range(len(COMPARISONS))
_FIELDS = tuple(comparison.field for comparison in COMPARISONS)
assert _FIELDS == ("name", "id_number", "birth_date", "sex", "address")


class _Row(NamedTuple):
    """What is decided of one land user: the fields of Decided, then those of Proposed."""

    decision: int
    in_scope: bool
    probability: int
    weight: int
    personal_id: int
    findings: int
    named: bool
    new_id: int
    new_date: int
    new_commune: int


@dataclass(frozen=True, slots=True)
class FewDecider:
    """Decides the land users of a small batch."""

    model: Model
    as_of: date
    names: Callable[[Ints], Sequence[str]]  # how the register writes the names of these rows of the scored people

    def decided(self, ranked: Iterable[Ranked], truncated: Iterable[bool]) -> Decided:
        """What is decided of each land user, in their order."""
        rows, renamed = [], {}
        for at, (each, cut) in enumerate(zip(ranked, truncated, strict=True)):
            row = self._row(each, cut)
            rows.append(row)
            if row.named and not tables.SAME_NAME.item(each.candidates[0].levels[_NAME]):
                renamed[at] = each.candidates[0].row
        names = self.names(np.array(list(renamed.values()))) if renamed else ()
        (decision, in_scope, probability, weight, personal_id, findings, named, *proposed) = np.array(
            rows, dtype=np.int64
        ).T
        return Decided(
            decision.astype(np.int32),
            in_scope.astype(np.bool_),
            probability,
            weight,
            personal_id,
            findings,
            Proposed(
                proposed[0],
                proposed[1].astype(np.int32),
                proposed[2].astype(np.int32),
                dict(zip(renamed, names, strict=True)),
            ),
            named.astype(np.bool_),
        )

    def _row(self, ranked: Ranked, truncated: bool) -> _Row:
        best = ranked.candidates[0] if ranked.candidates else None
        probability = ranked.probability[0] if best is not None else 0
        alike = 0 if best is None else _alike(ranked.candidates)
        rule = self._rule(ranked, best, alike)
        decision, marks = rule, ranked.land.marks
        if truncated and tables.NOT_FOUND.item(rule):
            decision = tables.TOO_LITTLE
        named = tables.NAMES.item(rule)
        if not named and marks & tables.PASSPORT_OR_CARD == tables.PASSPORT:
            decision = tables.FOREIGN
        findings = signature_of_one(
            decision=decision,
            named=named,
            near=tables.NOT_FOUND.item(decision) and probability >= tables.EVEN,
            people=alike if tables.COUNTS.item(decision) else 0,
            truncated=truncated,
            sex_derived=marks & tables.SEX_DERIVED != 0,
            commune_split=marks & tables.COMMUNE_SPLIT != 0,
            current_user=marks & tables.CURRENT_USER != 0,
        )
        if best is None or not named:
            weight = NO_WEIGHT if best is None else best.weight
            return _Row(decision, decision != tables.FOREIGN, probability, weight, 0, findings, named, 0, 0, 0)
        findings |= signature_of_one(
            status=self._status(best.person, marks),
            no_number=marks & tables.NO_NUMBER != 0,
            **dict(zip(_FIELDS, best.levels, strict=True)),
        )
        number = best.person.personal_id
        return _Row(decision, True, probability, best.weight, number, findings, True, *_proposed(best))

    def _rule(self, ranked: Ranked, best: Candidate | None, alike: int) -> int:
        land = ranked.land
        levels, year = (_NOTHING, 0) if best is None else (best.levels, best.person.year)
        complete = _is_named(land) and (land.year > 0 or land.number_year > 0)
        rival = any(map(_is_rival, ranked.candidates[1:]))
        young = year > self.as_of.year - tables.GROWN_UP
        certainty, number = self._certainty(ranked, alike), _number_state(land, ranked.candidates)
        return rule_table().item(*levels[:_ADDRESS], certainty, number, int(complete), int(rival), int(young))

    def _certainty(self, ranked: Ranked, alike: int) -> int:
        top = ranked.probability[0] if ranked.candidates else 0
        if top >= round(self.model.full_probability * 10_000):
            return tables.CERTAIN
        if top >= round(self.model.partial_probability * 10_000):
            return tables.SURE
        return tables.SEVERAL if ranked.anybody >= tables.EVEN and alike > 1 else 0

    def _status(self, person: PersonRow, marks: int) -> int:
        if person.status:
            return tables.DECEASED
        if marks & tables.SAID_SO:
            return tables.SAID_TO_BE_DEAD
        return tables.VERY_OLD if 0 < person.year < self.as_of.year - tables.OLDEST else 0


def _alike(candidates: Sequence[Candidate]) -> int:
    least = candidates[0].weight - tables.ALIKE
    return sum([candidate.weight >= least for candidate in candidates])


def _is_rival(candidate: Candidate) -> bool:
    levels = candidate.levels
    return tables.SAME_NAME.item(levels[_NAME]) and tables.NEAR_DATE.item(levels[_DATE])


def _number_state(land: LandRow, candidates: Sequence[Candidate]) -> int:
    if any(tables.HOLDS_NUMBER.item(candidate.levels[_NUMBER]) for candidate in candidates):
        return tables.NUMBER_HELD
    for code, trust in zip(land.numbers, land.trust, strict=True):
        if trust > tables.NO_TRUST and is_personal_code(code):
            return tables.UNKNOWN_NUMBER
    return tables.INVALID_NUMBER if land.marks & tables.UNREADABLE else 0


def _is_named(land: LandRow) -> bool:
    return bool(land.syllables) and not (land.abbreviated and len(land.syllables[-1]) == 1)


def _proposed(best: Candidate) -> tuple[int, int, int]:
    """The number, date and commune of the register that would repair or complete the land record, where they differ."""
    person, levels = best.person, best.levels
    date_known, place_known = tables.KNOWN_DATE.item(levels[_DATE]), tables.SAME_PLACE.item(levels[_ADDRESS])
    return (
        0 if tables.CURRENT_NUMBER.item(levels[_NUMBER]) else person.personal_id,
        0 if date_known else person.year * 10_000 + person.month * 100 + person.day,
        0 if place_known else person.places[0],
    )
