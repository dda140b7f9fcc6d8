"""From scored candidates to what is decided of each land user: certainty, rule, findings, proposed values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matching import decision_tables as tables
from matching.answer_columns import NO_WEIGHT, Proposed, with_some
from matching.columns import Codes, Ints, LandColumns, is_personal
from matching.compare import COMPARISONS
from matching.finding_sets import signature
from matching.model import Model
from matching.rule_table import Situation, decide
from matching.score import Levels, Scored

Mask = NDArray[np.bool_]
A = TypeVar("A", bound=np.integer)


@dataclass(frozen=True, slots=True)
class Decided:
    """What is decided of each land user of a batch; `findings` are the packed signatures of matching/finding_sets."""

    decision: Codes  # position in DECISIONS
    in_scope: Mask
    probability: Ints  # 1/10,000
    weight: Ints  # 1/1024 bit; NO_WEIGHT where there was no candidate
    personal_id: Ints  # zero unless somebody is named
    findings: Ints
    proposed: Proposed
    named: Mask

    def take(self, rows: Ints) -> Decided:
        """What is decided of some of the land users."""
        return Decided(
            self.decision[rows],
            self.in_scope[rows],
            self.probability[rows],
            self.weight[rows],
            self.personal_id[rows],
            self.findings[rows],
            self.proposed.take(rows),
            self.named[rows],
        )

    def with_some(self, rows: Ints, other: Decided) -> Decided:
        """The same with what is decided of some land users put in."""
        return Decided(
            with_some(self.decision, rows, other.decision),
            with_some(self.in_scope, rows, other.in_scope),
            with_some(self.probability, rows, other.probability),
            with_some(self.weight, rows, other.weight),
            with_some(self.personal_id, rows, other.personal_id),
            with_some(self.findings, rows, other.findings),
            self.proposed.with_some(rows, other.proposed),
            with_some(self.named, rows, other.named),
        )


def undecided(count: int) -> Decided:
    """So many land users of whom nothing is decided yet."""
    nothing, codes = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int32)
    no = np.zeros(count, dtype=np.bool_)
    proposed = Proposed(nothing, codes, codes, {})
    return Decided(codes, no, nothing, np.full(count, NO_WEIGHT), nothing, nothing, proposed, no)


@dataclass(frozen=True, slots=True)
class Decider:
    """Decides the land users of one scored batch, in their order."""

    scored: Scored
    truncated: Mask
    model: Model
    as_of: date
    names: Callable[[Ints], Sequence[str]]  # how the register writes the names of these rows of the scored people

    def decided(self) -> Decided:
        """What is decided of each land user."""
        best = self.scored.best()
        found = best >= 0
        levels = self._levels(best)
        alike = self._alike(best)
        rule = self._rules(best, alike, levels)
        named = tables.NAMES[rule]
        decision = self._without_person(rule)
        probability = self._of_best(self.scored.probability, best)
        person = self._of_best(self.scored.pairs.j, best)
        return Decided(
            decision,
            decision != tables.FOREIGN,
            probability,
            np.where(found, self._of_best(self.scored.weight, best), NO_WEIGHT),
            self._of_person(self.scored.pairs.right.personal_id, person, named),
            self._findings(decision, named, levels, person, np.where(tables.COUNTS[decision], alike, 0), probability),
            self._proposed(named, levels, person),
            named,
        )

    def _levels(self, best: Ints) -> Levels:
        """The levels of each land user's best candidate, the first ones where there is none."""
        judged = np.array([self.scored.levels[c.field] for c in COMPARISONS])
        return dict(zip((c.field for c in COMPARISONS), self._of_best(judged, best), strict=True))

    def _of_best(self, values: NDArray[A], best: Ints) -> NDArray[A]:
        """The value of each land user's best candidate [..., n], zero where there is none."""
        if not values.shape[-1]:
            return np.zeros((*values.shape[:-1], len(best)), dtype=values.dtype)
        result = values[..., best]
        result[..., best < 0] = 0
        return result

    def _of_person(self, values: NDArray[A], person: Ints, wanted: Mask) -> NDArray[A]:
        """The value of each land user's person, zero where it isn't wanted."""
        if not len(values):
            return np.zeros(len(person), dtype=values.dtype)
        return values[person] * wanted

    def unmoved(self) -> Mask:
        """Whether each land user would be decided by the same rule if it had another candidate of the very name."""
        best = self.scored.best()
        levels = self._levels(best)
        nobody = np.zeros(len(best), dtype=np.bool_)
        alone, beside = (decide(levels, self._situation(best, self._alike(best), rival)) for rival in (nobody, ~nobody))
        unmoved: Mask = alone == beside
        return unmoved

    def _rules(self, best: Ints, alike: Ints, levels: Levels) -> NDArray[np.uint8]:
        return decide(levels, self._situation(best, alike, self._rival(best)))

    def _situation(self, best: Ints, alike: Ints, rival: Mask) -> Situation:
        land = self.scored.pairs.left
        complete = self._named(land) & ((land.year > 0) | (land.number_year > 0))
        return Situation(self._certainty(best, alike), self._number_state(), complete, rival, self._young(best))

    def _named(self, land: LandColumns) -> Mask:
        """Whether the record has a name; an initial in the place of the given name is none."""
        names = land.names
        named: Mask = names.length > 0
        rows = (named & land.abbreviated).nonzero()[0]
        if len(rows):
            letters = np.array([len(syllable) for syllable in names.syllables], dtype=np.int32)
            named[rows] = letters[names.codes[rows, names.length[rows] - 1]] > 1
        return named

    def _young(self, best: Ints) -> Mask:
        """Whether the best candidate is younger than hardly any land user."""
        year = self._of_best(self.scored.pairs.right.year[self.scored.pairs.j], best)
        young: Mask = year > self.as_of.year - tables.GROWN_UP
        return young

    def _rival(self, best: Ints) -> Mask:
        """Whether a candidate other than the best one has the very name and a birth date that agrees or nearly does."""
        others = tables.SAME_NAME[self.scored.levels["name"]] & tables.NEAR_DATE[self.scored.levels["birth_date"]]
        others[best[best >= 0]] = False
        rival = np.zeros(len(best), dtype=np.bool_)
        rival[self.scored.pairs.i[others]] = True
        return rival

    def _certainty(self, best: Ints, alike: Ints) -> NDArray[np.int8]:
        certainty = np.zeros(len(best), dtype=np.int8)
        partial, full = round(self.model.partial_probability * 10_000), round(self.model.full_probability * 10_000)
        top = self._of_best(self.scored.probability, best)
        # Somebody rather than nobody, but several share it.
        certainty[(self.scored.anybody >= tables.EVEN) & (alike > 1)] = tables.SEVERAL
        certainty[top >= partial] = tables.SURE
        certainty[top >= full] = tables.CERTAIN
        return certainty

    def _alike(self, best: Ints) -> Ints:
        """How many candidates agree about as well as the best one, for each land user."""
        owners, weight = self.scored.pairs.i, self.scored.weight
        if not len(weight):
            return np.zeros(len(best), dtype=np.int64)
        near = weight >= (weight[best] - tables.ALIKE)[owners]
        return np.bincount(owners[near], minlength=len(best))

    def _number_state(self) -> NDArray[np.int8]:
        land = self.scored.pairs.left
        readable = np.any(is_personal(land.numbers) & (land.trust > tables.NO_TRUST), axis=1)
        state: NDArray[np.int8] = readable * np.int8(tables.UNKNOWN_NUMBER)
        state[~readable & (land.marks & tables.UNREADABLE != 0)] = tables.INVALID_NUMBER
        state[self.scored.pairs.i[tables.HOLDS_NUMBER[self.scored.levels["id_number"]]]] = tables.NUMBER_HELD
        return state

    def _without_person(self, rule: NDArray[np.uint8]) -> Codes:
        """The decisions, where nobody is named also by what the rules don't see."""
        decision: Codes = rule.astype(np.int32)
        marks = self.scored.pairs.left.marks
        # Not everybody who shares the key was compared: "not found" would claim too much.
        decision[self.truncated & tables.NOT_FOUND[rule]] = tables.TOO_LITTLE
        decision[~tables.NAMES[rule] & (marks & tables.PASSPORT_OR_CARD == tables.PASSPORT)] = tables.FOREIGN
        return decision

    def _findings(
        self, decision: Codes, named: Mask, levels: Levels, person: Ints, people: Ints, probability: Ints
    ) -> Ints:
        marks = self.scored.pairs.left.marks
        return signature(
            decision=decision,
            named=named,
            status=self._status(named, person),
            no_number=named & (marks & tables.NO_NUMBER != 0),
            near=tables.NOT_FOUND[decision] & (probability >= tables.EVEN),
            people=people,
            truncated=self.truncated,
            sex_derived=marks & tables.SEX_DERIVED != 0,
            commune_split=marks & tables.COMMUNE_SPLIT != 0,
            current_user=marks & tables.CURRENT_USER != 0,
            **{field: level * named for field, level in levels.items()},
        )

    def _status(self, named: Mask, person: Ints) -> Codes:
        people = self.scored.pairs.right
        year = self._of_person(people.year, person, named)
        status = np.where((year > 0) & (year < self.as_of.year - tables.OLDEST), tables.VERY_OLD, 0)
        status[named & (self.scored.pairs.left.marks & tables.SAID_SO != 0)] = tables.SAID_TO_BE_DEAD
        status[self._of_person(people.status, person, named) != 0] = tables.DECEASED
        return status.astype(np.int32)

    def _proposed(self, named: Mask, levels: Levels, person: Ints) -> Proposed:
        """Values of the register that would repair or complete the land record, where they differ."""
        people = self.scored.pairs.right
        dated = named & ~tables.KNOWN_DATE[levels["birth_date"]]
        year, month, day = (self._of_person(part, person, dated) for part in (people.year, people.month, people.day))
        renamed = (named & ~tables.SAME_NAME[levels["name"]]).nonzero()[0]
        names = self.names(person[renamed]) if len(renamed) else ()
        return Proposed(
            self._of_person(people.personal_id, person, named & ~tables.CURRENT_NUMBER[levels["id_number"]]),
            (year * 10_000 + month * 100 + day).astype(np.int32),
            self._of_person(people.places.single, person, named & ~tables.SAME_PLACE[levels["address"]]),
            dict(zip(renamed.tolist(), names, strict=True)),
        )
