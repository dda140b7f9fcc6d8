"""Match weights of candidate pairs, and the posterior over all candidates of a land user and "nobody"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.columns import Ints
from matching.compare import COMPARISONS, Pairs
from matching.model import BIT, Frequency, Model
from matching.statistics import Statistics

Levels = dict[str, NDArray[np.uint8]]

_ONE = 1 << 40  # the likeliest hypothesis of a land user, as an integer: sums of integers know no order
CERTAIN = 9_999  # probabilities are published in 1/10,000 and end here


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidate pairs of a batch, by land user, then falling weight, then personal number.

    Row i of the land users owns the pairs offsets[i]:offsets[i+1]. `probability` is in 1/10,000, rounded down.
    """

    pairs: Pairs
    levels: Levels
    weight: Ints  # 1/1024 bit, prior included
    probability: Ints
    anybody: Ints  # for each land user the probability that one of the candidates is the person, 1/10,000
    offsets: Ints
    order: Ints  # the position of each pair in what was given to score

    def best(self) -> Ints:
        """The position of each land user's best pair, -1 where there is no candidate."""
        return np.where(self.offsets[1:] > self.offsets[:-1], self.offsets[:-1], -1)


def compare(pairs: Pairs) -> Levels:
    """The comparison vector of each pair: for each field the position of its level."""
    return {comparison.field: comparison.judge(pairs) for comparison in COMPARISONS}


def match_weights(pairs: Pairs, levels: Levels, *, model: Model, statistics: Statistics) -> Ints:
    """The match weight of each pair in 1/1024 bit: the prior and one term for each comparison."""
    total = np.full(len(pairs), model.prior_bits(statistics.size), dtype=np.int64)
    for comparison in COMPARISONS:
        total += comparison_weights(comparison.field, pairs, levels, model=model, statistics=statistics)
    return total


def comparison_weights(field: str, pairs: Pairs, levels: Levels, *, model: Model, statistics: Statistics) -> Ints:
    """One comparison's term of the match weight, term frequency included."""
    judged = levels[field]
    weights = model.bits[field][judged]
    for kind, uses in model.frequencies[field]:
        adjusted = uses[judged]
        if adjusted.any():
            counts = _counts(kind, pairs.j[adjusted], pairs, statistics)
            share = (counts + 1) / (statistics.size + 1)
            weights[adjusted] -= np.rint(BIT * np.log2(share)).astype(np.int64)
    return weights


def _counts(kind: Frequency, rows: Ints, pairs: Pairs, statistics: Statistics) -> Ints:
    """How many people of the register share the value of each of these people."""
    people = pairs.right
    if kind is Frequency.NUMBER:
        return np.zeros(len(rows), dtype=np.int64)
    if kind is Frequency.NAME:
        return statistics.names.of(people.names.key[rows])
    if kind is Frequency.FOLDED:
        return statistics.folded.of(people.names.folded[rows])
    if kind is Frequency.GIVEN:
        return statistics.given.of(people.names.given[rows])
    if kind is Frequency.YEAR:
        return statistics.years.of(people.year[rows])
    if kind is Frequency.COMMUNE:
        return statistics.communes.of(people.places.single[rows])
    packed = people.year[rows] * 10_000 + people.month[rows] * 100 + people.day[rows]
    return statistics.dates.of(packed)


def score(pairs: Pairs, *, model: Model, statistics: Statistics) -> Scored:
    """Compare and weigh pairs, and share the probability of each land user among its candidates and "nobody"."""
    levels = compare(pairs)
    weight = match_weights(pairs, levels, model=model, statistics=statistics)
    order = np.lexsort((pairs.right.personal_id[pairs.j], -weight, pairs.i))
    ordered = Pairs(pairs.left, pairs.right, pairs.i[order], pairs.j[order], pairs.tables)
    weight = weight[order]
    offsets = np.searchsorted(ordered.i, np.arange(len(pairs.left) + 1))
    probability, anybody = posterior(weight, offsets)
    return Scored(
        ordered, {f: judged[order] for f, judged in levels.items()}, weight, probability, anybody, offsets, order
    )


def posterior(weight: Ints, offsets: Ints) -> tuple[Ints, Ints]:
    """The probability of each candidate, and of any of them, for each owner of offsets; in 1/10,000, rounded down.

    A weight of zero means even odds against "nobody in the register". Two equal candidates share what there is, so
    that neither can be certain.
    """
    owners = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    top = np.zeros(len(offsets) - 1, dtype=np.int64)  # "nobody" weighs zero
    np.maximum.at(top, owners, weight)
    parts = np.rint(np.exp2((weight - top[owners]) / BIT) * _ONE).astype(np.int64)
    nobody = np.rint(np.exp2(-top / BIT) * _ONE).astype(np.int64)
    somebody = np.zeros_like(nobody)
    np.add.at(somebody, owners, parts)
    total = somebody + nobody
    probability = np.minimum(parts * 10_000 // total[owners], CERTAIN)
    # Several hundred equal candidates exceed 2**50: divide before multiplying, the error is below 1/10,000.
    anybody = np.minimum(somebody // np.maximum(total // 10_000, 1), CERTAIN)
    return probability, anybody
