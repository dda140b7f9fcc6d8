"""Explanations, built only on request: which evidence weighed how much, and who else was near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.answer import CandidateExplained, ComparisonExplained, EvidenceNeeded, Explanation
from matching.block import RULES as BLOCKING_RULES
from matching.candidates import CandidatePairs
from matching.compare import COMPARISONS
from matching.model import BIT, Model
from matching.score import Scored, weight_terms
from matching.statistics import Statistics

NEAREST = 3  # candidates shown for a land user of whom nobody was named


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains the land users of one scored batch."""

    scored: Scored
    found: CandidatePairs
    model: Model
    statistics: Statistics
    needed: Mapping[int, tuple[EvidenceNeeded, ...]]  # by position of the scored pair

    def explain(self, row: int, *, named: bool) -> Explanation:
        """The explanation for a land user; `named` tells whether the verdict names the best candidate."""
        start, end = int(self.scored.offsets[row]), int(self.scored.offsets[row + 1])
        best = self._candidate(start) if named else None
        nearest = () if named else tuple(self._candidate(at) for at in range(start, min(end, start + NEAREST)))
        return Explanation(
            round(self.model.prior_bits(self.statistics.size) / BIT, 2),
            end - start,
            best,
            nearest,
            _codes(int(self.found.narrowed[row])),
            _codes(int(self.found.cut[row])),
        )

    def _candidate(self, at: int) -> CandidateExplained:
        scored = self.scored
        one = np.array([at])
        pair = scored.pairs.at(one)
        levels = {name: judged[one] for name, judged in scored.levels.items()}
        comparisons = []
        terms = weight_terms(pair, levels, model=self.model, statistics=self.statistics)
        for comparison, (weight,) in zip(COMPARISONS, terms.tolist(), strict=True):
            level = comparison.levels[int(levels[comparison.field][0])]
            comparisons.append(
                ComparisonExplained(comparison.field, level.code, round(weight / BIT, 2), level.vi, level.en)
            )
        return CandidateExplained(
            tuple(comparisons),
            round(int(scored.weight[at]) / BIT, 2),
            int(scored.probability[at]) / 10_000,
            _codes(int(self.found.rules[scored.order[at]])),
            self.needed.get(at, ()),
            f"{int(pair.right.personal_id[pair.j[0]]):012d}",
        )


def _codes(bits: int) -> tuple[str, ...]:
    """The blocking rules behind a set of bits."""
    return tuple(rule.code for position, rule in enumerate(BLOCKING_RULES) if bits >> position & 1)
