"""Match weights of candidate pairs, and the posterior over all candidates of a land user and "nobody"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matching.columns import Ints, Mark, PeopleColumns
from matching.compare import ADDRESS, BIRTH_DATE, COMPARISONS, IDENTITY, Pairs, among
from matching.model import BIT, Frequency, Model
from matching.statistics import Statistics

Levels = dict[str, NDArray[np.uint8]]

_ONE = 1 << 40  # the likeliest hypothesis of a land user, as an integer: sums of integers know no order
IMPOSSIBLE = -(1 << 40)  # a weight so low that the hypothesis counts for nothing
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


def weight_terms(pairs: Pairs, levels: Levels, *, model: Model, statistics: Statistics) -> Ints:
    """Each comparison's term of the match weight of each pair [comparisons, n] in 1/1024 bit, frequency included."""
    table = model.table
    weights = np.empty((len(table.fields), len(pairs)), dtype=np.int64)
    for row, field in enumerate(table.fields):
        weights[row] = table.bits[row][levels[field]]
    for row, kind, named in table.uses:
        some = named[levels[table.fields[row]]].nonzero()[0]
        if len(some):
            counts = _counts(kind, pairs.j[some], pairs.right, statistics)
            weights[row, some] += frequency_bits(counts, statistics)
    return weights


def match_weights(terms: Ints, *, model: Model, statistics: Statistics) -> Ints:
    """The match weight of each pair in 1/1024 bit: the prior and one term for each comparison."""
    total: Ints = terms.sum(axis=0)
    total += model.prior_bits(statistics.size)
    return total


def frequency_bits(counts: Ints, statistics: Statistics) -> Ints:
    """What agreement in values that so many people have adds to a weight, 1/1024 bit."""
    return _frequency_bits(counts, statistics.size)


def _frequency_bits(counts: Ints, size: int) -> Ints:
    bits: Ints = np.rint(-BIT * np.log2((counts + 1) / (size + 1))).astype(np.int64)
    return bits


@lru_cache(maxsize=1 << 12)
def bits_of_count(count: int, size: int) -> int:
    """What agreement in a value that so many of `size` people have adds to a weight, 1/1024 bit."""
    return int(_frequency_bits(np.array([count]), size)[0])


def _counts(kind: Frequency, rows: Ints, people: PeopleColumns, statistics: Statistics) -> Ints:
    """How many people of the register share the value of each of these people."""
    if kind is Frequency.NUMBER:
        return np.zeros(len(rows), dtype=np.int64)
    if len(rows) > len(people):
        return _counts_of(kind, people, slice(None), statistics)[rows]
    return _counts_of(kind, people, rows, statistics)


def _counts_of(kind: Frequency, people: PeopleColumns, rows: Ints | slice, statistics: Statistics) -> Ints:
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


# Where the number doesn't show that it is the person, and the birth year agrees, somebody else may be meant: one who
# isn't in the register, and has this person's name and birth year.
NUMBER_LEAVES_OPEN = among(IDENTITY, ("missing", "one_off", "too_young", "old_differs", "different"))
YEAR_AGREES = among(
    BIRTH_DATE,
    ("same_day", "register_coarse", "year_only", "month_only", "year_in_disguise", "swapped", "one_part", "same_year"),
)
SAME_PLACE = among(ADDRESS, ("same",))

# Doubles of one commune are fewer than those of anywhere. Best candidates by name and year without a number, on 200,000
# rows each of two provinces: 126 doubles beside 12,220 persons in the same commune, 26 beside 1,470 elsewhere.
ANYWHERE = 3 * BIT // 2
# Beside a certain person of the same record they are eight times rarer: 4 beside 6,653 there, 134 beside 12,075 alone.
IN_COMPANY = 3 * BIT


def double_weights(pairs: Pairs, levels: Levels, terms: Ints, *, model: Model, statistics: Statistics) -> Ints:
    """For each pair the weight of "the land user is a double of this person, outside the register", 1/1024 bit.

    Such a stranger agrees in name, sex and place for the reasons that the person does, and in the birth year because
    that makes a double; how many there are is the model's `doubles`, a share of land users. Measured on two separate
    provinces: nearly all wrong persons in partial verdicts were such doubles.
    """
    rows = (NUMBER_LEAVES_OPEN[levels["id_number"]] & YEAR_AGREES[levels["birth_date"]]).nonzero()[0]
    weights = np.full(len(pairs), IMPOSSIBLE, dtype=np.int64)
    if not len(rows):
        return weights
    i, j = pairs.i[rows], pairs.j[rows]
    total = frequency_bits(statistics.years.of(pairs.right.year[j]), statistics)
    total += model.prior_bits(statistics.size) + model.double_bits
    total += ANYWHERE * ~SAME_PLACE[levels["address"][rows]]
    total -= IN_COMPANY * (pairs.left.marks[i] & Mark.IN_COMPANY != 0)
    for term in OF_DOUBLES:
        total += terms[term, rows]
    weights[rows] = total
    return weights


OF_DOUBLES = [at for at, each in enumerate(COMPARISONS) if each.field in ("name", "sex", "address")]


def score(pairs: Pairs, *, model: Model, statistics: Statistics) -> Scored:
    """Compare and weigh pairs, and share the probability of each land user among its candidates and "nobody"."""
    levels = compare(pairs)
    terms = weight_terms(pairs, levels, model=model, statistics=statistics)
    doubles = double_weights(pairs, levels, terms, model=model, statistics=statistics)
    return shared(pairs, levels, match_weights(terms, model=model, statistics=statistics), doubles)


def shared(pairs: Pairs, levels: Levels, weight: Ints, doubles: Ints) -> Scored:
    """The probability of each land user shared among pairs that are compared and weighed."""
    order = _by_weight(pairs, weight)
    ordered, weight = pairs.at(order), weight[order]
    offsets = ordered.i.searchsorted(np.arange(len(pairs.left) + 1))
    probability, anybody = posterior(weight, offsets, doubles[order])
    judged = np.array(list(levels.values())).take(order, axis=1)
    return Scored(ordered, dict(zip(levels, judged, strict=True)), weight, probability, anybody, offsets, order)


_WEIGHT_BITS = 40  # the weights of a pair lie far within


def _by_weight(pairs: Pairs, weight: Ints) -> Ints:
    """The order of pairs by land user, then falling weight, then personal number."""
    numbers, i = pairs.right.personal_id[pairs.j], pairs.i
    found = (i[1:] > i[:-1]) | (i[1:] == i[:-1]) & (numbers[1:] >= numbers[:-1])
    if np.count_nonzero(found) < len(found):
        return np.lexsort((numbers, -weight, i))
    # As candidates are found: one stable sort of integers keeps the numbers' order.
    return ((i << _WEIGHT_BITS) - weight).argsort(kind="stable")


def posterior(weight: Ints, offsets: Ints, doubles: Ints | None = None) -> tuple[Ints, Ints]:
    """The probability of each candidate, and of any of them, for each owner of offsets; in 1/10,000, rounded down.

    A weight of zero means even odds against "nobody in the register". Two equal candidates share what there is, so
    that neither can be certain. `doubles` are the weights of strangers outside the register, one for each candidate.
    """
    owners = np.arange(len(offsets) - 1).repeat(offsets[1:] - offsets[:-1])
    top = np.zeros(len(offsets) - 1, dtype=np.int64)  # "nobody" weighs zero
    np.maximum.at(top, owners, weight if doubles is None else np.maximum(weight, doubles))
    share = weight - top[owners]
    nobody, parts = parts_of(-top), parts_of(share)
    if doubles is not None and doubles.max(initial=IMPOSSIBLE) > IMPOSSIBLE:
        np.add.at(nobody, owners, parts_of(doubles - top[owners]))
    somebody = np.zeros_like(nobody)
    np.add.at(somebody, owners, parts)
    total = somebody + nobody
    probability = np.minimum(parts * 10_000 // total[owners], CERTAIN)
    # Several hundred equal candidates exceed 2**50: divide before multiplying, the error is below 1/10,000.
    anybody = np.minimum(somebody // np.maximum(total // 10_000, 1), CERTAIN)
    return probability, anybody


def parts_of(bits: Ints) -> Ints:
    """What hypotheses of these weights count for beside one that weighs zero and is as likely, as integers."""
    return PARTS[np.minimum(-bits, IMPOSSIBLY_LIGHT)]


# By weight below the likeliest hypothesis: 2 to the power of it, down to where it counts for nothing.
IMPOSSIBLY_LIGHT = _ONE.bit_length() * BIT
PARTS: Ints = np.rint(np.exp2(np.arange(IMPOSSIBLY_LIGHT + 1) / -BIT) * _ONE).astype(np.int64)
assert not PARTS[-1]
