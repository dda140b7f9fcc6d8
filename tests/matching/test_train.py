"""Training finds the parameters that data was made with, and never makes a model that can't be used."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from matching.candidates import MemoryCandidates
from matching.compare import COMPARISONS
from matching.model import BIT, Frequency, LevelWeight, Model, default_model
from matching.statistics import Counts, Statistics
from matching.train import (
    NOBODY,
    UNKNOWN,
    Beyond,
    Training,
    Vectors,
    candidate_vectors,
    estimate,
    mean_share,
    responsibilities,
    train,
)
from tests.factories import person, subject

SIZE, LAND, CANDIDATES, SHARE = 50_000, 30_000, 4, 0.85
NONE = Counts(np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64))
REGISTER = Statistics(SIZE, *[NONE] * 7)


def plain(model: Model) -> Model:
    """The model without frequencies: every u is a probability, and rare where the value was."""
    levels = {
        field: {code: LevelWeight(w.m, w.m / 8 if w.frequency else w.u) for code, w in given.items()}
        for field, given in model.levels.items()
    }
    return replace(model, levels=levels)


def true_parameters(seed: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """m and u by field and level position, on the sides on which the start model's weights are."""
    random = np.random.default_rng(seed)
    start = plain(default_model())
    m, u = {}, {}
    for comparison in COMPARISONS:
        count = len(comparison.levels)
        often, weight = random.uniform(0.5, 1.5, count), random.uniform(2, 5, count)
        sides = [np.sign(start.bits[comparison.field][at]) for at in range(count)]
        for table, half in ((m, 0.5), (u, -0.5)):
            shape = often * 2 ** (half * weight * sides)
            shape[0] = 0.05 * shape.sum()  # "missing", in both alike
            table[comparison.field] = shape / shape.sum()
    return m, u


def simulated(m: dict[str, np.ndarray], u: dict[str, np.ndarray], seed: int) -> tuple[Vectors, Beyond, np.ndarray]:
    """Land users with four candidates each, the first the true one if there is any."""
    random = np.random.default_rng(seed)
    owners = np.repeat(np.arange(LAND), CANDIDATES)
    true = np.zeros(len(owners), dtype=bool)
    true[::CANDIDATES] = random.random(LAND) < SHARE
    levels, beyond = {}, {}
    for field in m:
        drawn = random.choice(len(m[field]), len(owners), p=u[field])
        drawn[true] = random.choice(len(m[field]), int(true.sum()), p=m[field])
        levels[field] = drawn.astype(np.uint8)
        beyond[field] = np.zeros(len(u[field]))  # these pairs are all there are
    zero = {field: np.zeros(len(owners)) for field in m}
    everybody = np.tile(np.arange(1, CANDIDATES + 1), LAND)
    rules = np.full(len(owners), 0xFF)
    labels = np.where(true[::CANDIDATES], 1, NOBODY)
    return Vectors(owners, everybody, levels, zero, rules, LAND), Beyond(beyond, 0.0), labels


def recovered(found: Training, start: Model, m: dict[str, np.ndarray], u: dict[str, np.ndarray]) -> None:
    learnt_levels = 0
    for comparison in COMPARISONS:
        told = [at for at, level in enumerate(comparison.levels) if level.code != "missing"]
        learnt = found.model.levels[comparison.field]
        true_m = m[comparison.field][told] / m[comparison.field][told].sum()
        true_u = u[comparison.field][told] / u[comparison.field][told].sum()
        for at, this_m, this_u in zip(told, true_m, true_u, strict=True):
            weight = learnt[comparison.levels[at].code]
            assert weight.m == pytest.approx(this_m, rel=0.1, abs=0.004)
            true_weight = np.log2(this_m / this_u)
            same_side = true_weight * start.levels[comparison.field][comparison.levels[at].code].bits > 0
            if same_side and this_m * LAND > 300 and this_u * LAND > 300:  # enough of both to be learnt
                assert weight.bits / BIT == pytest.approx(true_weight, abs=0.35)
                learnt_levels += 1
    assert learnt_levels >= 15


@pytest.fixture(scope="module")
def start() -> Model:
    return plain(default_model())


def test_expectation_maximisation_finds_the_parameters_that_the_vectors_were_made_with(start: Model) -> None:
    m, u = true_parameters(1)
    vectors, beyond, _ = simulated(m, u, 2)
    found = estimate(vectors, beyond, replace_size(CANDIDATES), start=start)
    assert found.model.share_in_register == pytest.approx(SHARE, abs=0.01)
    recovered(found, start, m, u)


def test_counting_known_matches_finds_them_too(start: Model) -> None:
    m, u = true_parameters(3)
    vectors, beyond, labels = simulated(m, u, 4)
    found = estimate(vectors, beyond, replace_size(CANDIDATES), start=start, labels=labels)
    assert found.rounds == 1
    assert found.model.share_in_register == pytest.approx(SHARE, abs=0.01)
    recovered(found, start, m, u)


def replace_size(size: int) -> Statistics:
    return replace(REGISTER, size=size)


def test_land_users_whose_truth_is_unknown_teach_nothing(start: Model) -> None:
    m, u = true_parameters(5)
    vectors, beyond, _ = simulated(m, u, 6)
    unknown = np.full(LAND, UNKNOWN)
    found = estimate(vectors, beyond, REGISTER, start=start, labels=unknown)
    assert found.model.share_in_register == start.share_in_register
    assert all(each.matches == 0 for field in found.evidence.values() for each in field.values())


def test_a_land_user_is_one_of_its_candidates_or_nobody(start: Model) -> None:
    vectors, _, _ = simulated(*true_parameters(7), 8)
    shares = np.bincount(vectors.owners, responsibilities(vectors, start, CANDIDATES))
    assert (shares <= 1 + 1e-9).all()


@pytest.mark.parametrize("seed", range(5))
def test_nonsense_data_still_makes_a_model_that_can_be_used(seed: int) -> None:
    """Given levels at random and labels at random, no weight is zero, infinite or on the wrong side."""
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 400))
    owners = np.sort(random.integers(0, 50, count))
    levels = {c.field: random.integers(0, len(c.levels), count).astype(np.uint8) for c in COMPARISONS}
    zero = {c.field: np.zeros(count) for c in COMPARISONS}
    vectors = Vectors(owners, random.integers(1, 9, count), levels, zero, random.integers(0, 128, count), 50)
    beyond = Beyond({c.field: np.zeros(len(c.levels)) for c in COMPARISONS}, 0.0)
    labels = random.integers(UNKNOWN, 9, 50) if seed % 2 else None
    found = estimate(vectors, beyond, replace_size(1000), start=default_model(), labels=labels)
    assert Model.from_json(found.model.to_json()).version == found.model.version


def test_a_level_that_was_never_seen_keeps_its_weight() -> None:
    vectors, beyond, labels = simulated(*true_parameters(9), 10)
    vectors.levels["name"][vectors.levels["name"] == 2] = 1
    start = plain(default_model())
    found = estimate(vectors, beyond, REGISTER, start=start, labels=labels)
    code = COMPARISONS[0].levels[2].code
    assert found.model.levels["name"][code].bits == pytest.approx(start.levels["name"][code].bits, abs=1)


def test_a_level_never_changes_sides() -> None:
    """Given a file in which the sex column is upside down."""
    m, u = true_parameters(13)
    m["sex"], u["sex"] = np.array([0.1, 0.1, 0.8]), np.array([0.1, 0.8, 0.1])
    vectors, beyond, labels = simulated(m, u, 14)
    found = estimate(vectors, beyond, REGISTER, start=default_model(), labels=labels).model.levels["sex"]
    assert found["agrees"].bits > 0 > found["contradicts"].bits


def test_missing_is_no_level_of_a_model() -> None:
    vectors, beyond, _ = simulated(*true_parameters(11), 12)
    document = json.loads(estimate(vectors, beyond, REGISTER, start=default_model()).model.to_json())
    assert all("missing" not in levels for levels in document["levels"].values())


def test_the_mean_share_is_that_of_a_person_drawn_at_random() -> None:
    """Given 6 of 10 people with one name, 3 with another, and one alone."""
    statistics = replace(
        REGISTER, size=10, names=Counts(np.array([1, 2], dtype=np.uint64), np.array([6, 3], dtype=np.int64))
    )
    assert mean_share(Frequency.NAME, statistics) == pytest.approx((6 * 7 + 3 * 4 + 1 * 2) / 10 / 11)
    assert mean_share(Frequency.NUMBER, statistics) == pytest.approx(1 / 11)
    assert mean_share(Frequency.NONE, statistics) == 1.0


def test_training_on_people_is_deterministic_and_counts_what_blocking_found() -> None:
    names = ("Trần Văn Ba", "Lê Thị Mỹ", "Phạm Văn Hùng", "Nguyễn Thị Hoa")
    people = [
        person(f"0680850{n:05d}", names[n % 4], f"{1950 + n % 50}-07-{n % 28 + 1:02d}", old_ids=(f"25{n:07d}",))
        for n in range(400)
    ]
    subjects = [
        subject(names[n % 4], (f"0680850{n:05d}",) if n % 3 else (), f"{1950 + n % 50}-07-{n % 28 + 1:02d}")
        for n in range(0, 400, 2)
    ]
    source, drawn = MemoryCandidates(people), np.arange(0, 400, 3)
    first = train(subjects, source, drawn, start=default_model(), seed=5)
    assert train(subjects, source, drawn, start=default_model(), seed=5) == first
    assert first.land_users == 200
    assert first.evidence["id_number"]["current"].matches == pytest.approx(133, abs=2)
    vectors, known = candidate_vectors(subjects, source, model=default_model())
    assert len(known) == len(np.unique(known)) == len(vectors.owners)
