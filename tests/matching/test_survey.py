"""What a judged sample says about the whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.confidence import lower_bound, upper_bound
from matching.survey import Stratum, agreement, allocate, estimate, more_needed, more_to_judge, rank

SIZES = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 5_000), max_size=40)


@given(SIZES, st.integers(0, 20_000), st.integers(0, 5))
def test_an_allocation_takes_all_that_was_asked_and_never_more_than_there_is(
    sizes: dict[str, int], total: int, least: int
) -> None:
    taken = allocate(sizes, total, least=least)
    assert sum(taken.values()) == min(total, sum(sizes.values()))
    assert all(taken[stratum] <= size for stratum, size in sizes.items())
    if total >= least * len(sizes):
        assert all(taken[stratum] >= min(least, size) for stratum, size in sizes.items())


def test_an_allocation_is_in_proportion_where_every_stratum_gets_enough_anyway() -> None:
    assert allocate({"a": 6_000, "b": 3_000, "c": 1_000}, 100) == {"a": 60, "b": 30, "c": 10}


def test_a_larger_sample_of_the_same_seed_contains_the_smaller_one() -> None:
    items = [f"row {number}" for number in range(1_000)]
    order = {item: rank("seed", item) for item in items}
    assert order == {item: rank("seed", item) for item in items}
    assert len(set(order.values())) == len(items)
    drawn = sorted(items, key=order.__getitem__)[:100]
    assert drawn != sorted(items, key=lambda item: rank("another", item))[:100]
    assert drawn[:50] == sorted(items, key=order.__getitem__)[:50]


def test_one_stratum_gives_the_exact_interval() -> None:
    found = estimate([Stratum(100_000, 400, 0)])
    assert (found.rate, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(upper_bound(0, 400, confidence=0.975))
    some = estimate([Stratum(100_000, 400, 400)])
    assert (some.rate, some.high) == (1.0, 1.0)
    assert some.low == pytest.approx(lower_bound(400, 400, confidence=0.975))


def test_each_stratum_counts_by_its_size_not_by_how_much_of_it_was_judged() -> None:
    found = estimate([Stratum(9_000, 10, 0), Stratum(1_000, 90, 45)])
    assert found.rate == pytest.approx(0.05)
    assert found.effective < 20
    assert found.low < 0.05 < found.high


def test_nothing_judged_says_nothing_and_unseen_strata_are_told() -> None:
    assert estimate([Stratum(70, 0, 0)])[:3] == (0.0, 0.0, 1.0)
    assert estimate([Stratum(70, 0, 0), Stratum(10, 10, 0)]).unseen == 70


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("sizes", "shape"), [((60_000,), (1, 400)), ((500,) * 80 + (40_000,), (0.5, 20))])
def test_the_interval_covers_the_true_rate_at_least_93_times_in_100(
    sizes: tuple[int, ...], shape: tuple[float, float], seed: int
) -> None:
    chance = np.random.default_rng(seed)
    wrong = [int(chance.binomial(size, chance.beta(*shape))) for size in sizes]
    taken = allocate(dict(enumerate(sizes)), 1_500, least=3)
    covered = 0
    for _ in range(100):
        drawn = [
            Stratum(size, taken[at], int(chance.hypergeometric(wrong[at], size - wrong[at], taken[at])))
            for at, size in enumerate(sizes)
        ]
        found = estimate(drawn)
        covered += found.low <= sum(wrong) / sum(sizes) <= found.high
    assert covered >= 93


def test_how_many_more_items_a_claim_needs() -> None:
    assert more_needed(0, 0, below=1e-5) == 299_572
    assert more_needed(0, 2_000, below=1e-3) == 2_995 - 2_000
    assert more_needed(0, 5_000, below=1e-3) == 0
    assert more_needed(3, 1_000, below=1e-3) == -1


def test_kappa_is_one_for_judges_who_agree_and_zero_for_chance() -> None:
    assert agreement([("same", "same"), ("not", "not")]).kappa == 1.0
    assert agreement([("same", "same"), ("same", "not"), ("not", "same"), ("not", "not")]).kappa == 0.0
    assert agreement([("same", "same")] * 5).kappa is None
    assert agreement([]) == (0, 0, None)


def test_a_sample_that_says_less_than_its_number_needs_more_than_its_number() -> None:
    uneven = estimate([Stratum(1_000_000, 300, 0), Stratum(3_000, 3_000, 0)])
    assert more_needed(uneven.errors, uneven.judged, below=1e-3) == 0
    assert more_to_judge(uneven, below=1e-3) > 9 * uneven.judged - uneven.judged
    even = estimate([Stratum(10_000, 500, 0), Stratum(20_000, 1_000, 0)])
    assert more_to_judge(even, below=1e-3) == more_needed(0, 1_500, below=1e-3)
    assert more_to_judge(estimate([Stratum(10, 0, 0)]), below=1e-5) == more_needed(0, 0, below=1e-5)
    assert more_to_judge(estimate([Stratum(1_000, 100, 1)]), below=1e-3) == -1
