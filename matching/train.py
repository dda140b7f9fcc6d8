"""Training: what each comparison level proves, learnt from a land file and a register, with or without known truth.

u comes from pairs that are no match: candidate pairs, and random pairs beyond them. m comes from matches: judged ones,
or those found by expectation-maximisation, where each land user is one of its candidates or nobody. "Missing" is never
learnt, and a level that was seen too seldom keeps the weight that it had.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matching.block import RULES
from matching.candidates import CandidateSource
from matching.columns import Ints
from matching.compare import COMPARISONS, Pairs, PairTables
from matching.land_columns import land_columns
from matching.model import BIT, Frequency, LevelWeight, Model
from matching.pairing import candidate_pairs
from matching.records import CleanRecord, CleanSubject, Kind
from matching.score import Levels, compare, weight_terms
from matching.statistics import Statistics

Floats = NDArray[np.float64]
Weights = dict[str, Floats]  # for each field the weight in bits, by level position

NOBODY, UNKNOWN = 0, -1  # labels of a land user beside personal numbers
CONSERVATISM = 30.0  # observations that the weight of the start model is worth
_LEAST = 0.25  # bits that a level which must speak for or against one person keeps at least
_BATCH = 5_000  # land users
_ROUNDS, _SETTLED = 200, 0.002  # bits
_SHARES = (0.01, 0.995)  # bounds of the share of land users in the register
_DRAWN, _DRAWS = 20_000, 50  # land users, and random people for each
# Blocking finds every pair that agrees on a number: random pairs have nothing to add.
_ALWAYS_FOUND = {"id_number": ("current", "zero_restored", "repaired", "old", "cancelled", "old_guessed")}
# Families share names and communes. An address has to tell namesakes of one age apart: u is learnt among them.
_AMONG_NAMESAKES = ("address",)
_NAME_AND_YEAR = next(bit for bit, rule in enumerate(RULES) if rule.code == "name_year")
_HIGHEST = 10**12  # handles of people are below


@dataclass(frozen=True, slots=True)
class Vectors:
    """Comparison vectors of pairs, by land user: level positions, and what frequencies add to the weight in bits."""

    owners: Ints  # row of the land user
    personal_ids: Ints
    levels: Levels
    rarity: Weights  # for each field and pair -log2 of the share that scales u at its level, else 0
    rules: Ints  # bit i is set where blocking rule i found the pair
    land_users: int


@dataclass(frozen=True, slots=True)
class Beyond:
    """Random pairs that are no candidates, counted: they stand for all pairs beyond blocking."""

    levels: Weights  # for each field how many of the pairs stand at each level
    stands_for: float  # pairs beyond blocking for each pair that was drawn


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a level's weight rests on: matches at it, and what the other pairs at it are worth."""

    matches: float
    others: float


@dataclass(frozen=True, slots=True)
class Training:
    """A trained model and what it rests on."""

    model: Model
    evidence: dict[str, dict[str, Evidence]]
    rounds: int
    land_users: int
    pairs: int


def learners(records: Iterable[CleanRecord]) -> list[tuple[str, CleanSubject]]:
    """The land users to learn from, each with its record's id: people in scope with something to compare."""
    return [
        (record.record_id or "", subject)
        for record in records
        for subject in record.subjects
        if subject.kind in (Kind.PERSON, Kind.UNKNOWN) and not subject.placeholder
    ]


def train(
    subjects: Sequence[CleanSubject],
    source: CandidateSource,
    drawn: Ints,
    *,
    start: Model,
    seed: int = 1,
    labels: Ints | None = None,
) -> Training:
    """A model trained on land users against a register; `drawn` are handles of people drawn from it at random.

    With `labels` (for each land user a personal number, NOBODY or UNKNOWN) matches are counted, otherwise found by EM.
    The same arguments give the same model.
    """
    vectors, known = candidate_vectors(subjects, source, model=start)
    beyond = random_vectors(subjects, source, drawn, known, model=start, seed=seed)
    return estimate(vectors, beyond, source.statistics, start=start, labels=labels)


def candidate_vectors(
    subjects: Sequence[CleanSubject], source: CandidateSource, *, model: Model
) -> tuple[Vectors, Ints]:
    """The comparison vectors of all candidate pairs, and for each pair its row and handle as one number."""
    parts, known = [], []
    for first in range(0, len(subjects), _BATCH):
        pairs, found, _ = candidate_pairs(land_columns(subjects[first : first + _BATCH]), source, cap=model.max_block)
        parts.append(_vectors(pairs, found.rules, first, model, source.statistics))
        known.append((found.rows + first) * _HIGHEST + found.persons)
    vectors = Vectors(
        np.concatenate([part.owners for part in parts]),
        np.concatenate([part.personal_ids for part in parts]),
        {c.field: np.concatenate([part.levels[c.field] for part in parts]) for c in COMPARISONS},
        {c.field: np.concatenate([part.rarity[c.field] for part in parts]) for c in COMPARISONS},
        np.concatenate([part.rules for part in parts]),
        len(subjects),
    )
    return vectors, np.concatenate(known)


def _vectors(pairs: Pairs, rules: Ints, first: int, model: Model, statistics: Statistics) -> Vectors:
    levels = compare(pairs)
    terms = weight_terms(pairs, levels, model=model, statistics=statistics)
    rarity = {
        c.field: (weights - model.bits[c.field][levels[c.field]]) / BIT
        for c, weights in zip(COMPARISONS, terms, strict=True)
    }
    return Vectors(pairs.i + first, pairs.right.personal_id[pairs.j], levels, rarity, rules, len(pairs.left))


def random_vectors(
    subjects: Sequence[CleanSubject], source: CandidateSource, drawn: Ints, known: Ints, *, model: Model, seed: int
) -> Beyond:
    """Random pairs of land users and drawn people, without those that are candidate pairs."""
    random = np.random.default_rng(seed)
    rows = random.choice(len(subjects), min(len(subjects), _DRAWN), replace=False)
    land = land_columns([subjects[row] for row in rows.tolist()])
    people = source.fetch(drawn)
    tables = PairTables(land, people)
    counts = {c.field: np.zeros(len(c.levels)) for c in COMPARISONS}
    total = 0
    for _ in range(_DRAWS):
        i, j = np.arange(len(rows)), random.integers(len(drawn), size=len(rows))
        beyond = ~np.isin(rows * _HIGHEST + drawn[j], known)
        pairs = Pairs(land, people, i[beyond], j[beyond], tables)
        levels = compare(pairs)
        total += len(pairs)
        for comparison in COMPARISONS:
            counts[comparison.field] += np.bincount(levels[comparison.field], minlength=len(comparison.levels))
    everything = len(subjects) * source.statistics.size
    return Beyond(counts, max(everything - len(known), 0) / max(total, 1))


def mean_share(kind: Frequency, statistics: Statistics) -> float:
    """The share of the register that has the same value as somebody drawn from it, on average."""
    table = _TABLES.get(kind)
    if kind is Frequency.NONE:
        return 1.0
    size = statistics.size
    if table is None:
        return 1 / (size + 1)
    counts = getattr(statistics, table).counts
    alone = max(size - int(counts.sum()), 0)  # those whose value isn't listed count as its only owners
    return float((counts * (counts + 1.0)).sum() + 2.0 * alone) / (size * (size + 1))


_TABLES = {
    Frequency.NAME: "names",
    Frequency.FOLDED: "folded",
    Frequency.GIVEN: "given",
    Frequency.DATE: "dates",
    Frequency.YEAR: "years",
    Frequency.COMMUNE: "communes",
}


def estimate(
    vectors: Vectors, beyond: Beyond, statistics: Statistics, *, start: Model, labels: Ints | None = None
) -> Training:
    """The model that explains comparison vectors best, near the start model where they say little.

    Each round shares every land user among its candidates and "nobody" by the model so far, then counts again. With
    labels there is nothing to share and one round does.
    """
    model = start
    fixed = None if labels is None else _labelled(vectors, labels)
    asked = vectors.land_users if labels is None else int((labels != UNKNOWN).sum())
    rounds, moved = 0, math.inf
    while moved >= _SETTLED and rounds < (_ROUNDS if fixed is None else 1):
        rounds += 1
        matches = responsibilities(vectors, model, statistics.size) if fixed is None else fixed
        counted = _counted(vectors, matches, beyond)
        learnt = _learnt(counted, start, statistics)
        share = (float(np.nansum(matches)) + CONSERVATISM * start.share_in_register) / (asked + CONSERVATISM)
        learnt = replace(learnt, share_in_register=round(min(max(share, _SHARES[0]), _SHARES[1]), 4))
        moved = max(np.abs(learnt.bits[c.field] - model.bits[c.field]).max() for c in COMPARISONS) / BIT
        model = learnt
    evidence = {
        c.field: {
            level.code: Evidence(round(float(m), 1), round(float(o), 1))
            for level, m, _, o in zip(c.levels, *counted[c.field], strict=True)
        }
        for c in COMPARISONS
    }
    return Training(Model.from_json(model.to_json()), evidence, rounds, vectors.land_users, len(vectors.owners))


def responsibilities(vectors: Vectors, model: Model, size: int) -> Floats:
    """For each pair the probability that it is the match of its land user, among all its candidates and "nobody"."""
    weight = np.full(len(vectors.owners), model.prior_bits(size) / BIT)
    for field, judged in vectors.levels.items():
        weight += model.bits[field][judged] / BIT + vectors.rarity[field]
    top = np.zeros(vectors.land_users)
    np.maximum.at(top, vectors.owners, weight)
    odds = np.exp2(weight - top[vectors.owners])
    anybody = np.bincount(vectors.owners, odds, minlength=vectors.land_users)
    return np.asarray(odds / (anybody + np.exp2(-top))[vectors.owners])


def _labelled(vectors: Vectors, labels: Ints) -> Floats:
    """One for the true person of each land user, zero for others, and no number where the truth isn't known."""
    own = labels[vectors.owners]
    return np.where(own == UNKNOWN, np.nan, own == vectors.personal_ids)


def _counted(vectors: Vectors, matches: Floats, beyond: Beyond) -> dict[str, Floats]:
    """For each field and level: matches, others, others in the proportions of all pairs, what those are worth."""
    known = ~np.isnan(matches)
    yes = matches[known]
    stands_for = beyond.stands_for * len(yes) / max(len(known), 1)
    counted = {}
    namesakes = (vectors.rules[known] >> _NAME_AND_YEAR & 1).astype(np.bool_)
    for comparison in COMPARISONS:
        judged, count = vectors.levels[comparison.field][known], len(comparison.levels)
        if comparison.field in _AMONG_NAMESAKES:
            no, drawn = np.bincount(judged, (1 - yes) * namesakes, minlength=count), np.zeros(count)
        else:
            no = np.bincount(judged, 1 - yes, minlength=count)
            # Half a pair more than was drawn: a level that was not drawn may still be there.
            found = [level.code in _ALWAYS_FOUND.get(comparison.field, ()) for level in comparison.levels]
            drawn = np.where(found, 0.0, beyond.levels[comparison.field] + 0.5)
        all_pairs = no + stands_for * drawn
        worth = all_pairs**2 / np.maximum(no + stands_for**2 * drawn, 1.0)
        counted[comparison.field] = np.stack([np.bincount(judged, yes, minlength=count), all_pairs, worth])
    return counted


def _learnt(counted: dict[str, Floats], start: Model, statistics: Statistics) -> Model:
    """The start model with m and u as counted."""
    levels = {}
    for comparison in COMPARISONS:
        yes, all_pairs, worth = counted[comparison.field]
        told = np.array([level.code != "missing" for level in comparison.levels])
        m = (yes + 0.5) / (yes[told] + 0.5).sum()
        u = all_pairs / max(all_pairs[told].sum(), 1.0)
        given = start.levels[comparison.field]
        levels[comparison.field] = {
            level.code: _weight(given[level.code], float(m[at]), float(u[at]), _worth(yes[at], worth[at]), statistics)
            for at, level in enumerate(comparison.levels)
            if told[at]
        }
    return replace(start, levels=levels)


def _worth(yes: float, no: float) -> float:
    """How many observations a ratio of two counts is worth: its variance is the sum of theirs."""
    return float(yes * no / (yes + no)) if yes and no else 0.0


def _weight(given: LevelWeight, m: float, u: float, worth: float, statistics: Statistics) -> LevelWeight:
    """A level's m and u so that its weight lies between the given and the observed one, by what was observed."""
    before = math.log2(given.m / given.u)
    after = before
    if worth:
        observed = math.log2(m * mean_share(given.frequency, statistics) / u)
        after = (worth * observed + CONSERVATISM * before) / (worth + CONSERVATISM)
    if given.frequency is Frequency.NONE:  # a level never changes sides, however odd the file
        after = max(after, _LEAST) if before > 0 else min(after, -_LEAST)
    return LevelWeight(_short(m), _short(m / 2**after), given.frequency)


def _short(value: float) -> float:
    return float(f"{value:.4g}")
