"""Bounds on error rates, against values that can be derived by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.confidence import Rate, lower_bound, upper_bound


def test_no_error_in_n_trials_is_bounded_by_the_rule_of_three() -> None:
    assert upper_bound(0, 100_000) == pytest.approx(1 - 0.05 ** (1 / 100_000))
    assert upper_bound(0, 300_000) < 1e-5 < upper_bound(0, 299_000)


def test_nothing_seen_bounds_nothing() -> None:
    assert (upper_bound(0, 0), lower_bound(0, 0)) == (1.0, 0.0)
    assert Rate(0, 0).share == 0.0


def test_all_wrong_is_bounded_from_below_only() -> None:
    assert upper_bound(5, 5) == 1.0
    assert lower_bound(5, 5) == pytest.approx(0.05 ** (1 / 5))


@pytest.mark.parametrize(
    ("cases", "of", "bound"),
    [(1, 10, 0.394163), (3, 10_000, 0.000775181379), (500, 1_000, 0.526482769), (40_000, 1_000_000, 0.0403238098)],
)
def test_bounds_are_quantiles_of_the_beta_distribution(cases: int, of: int, bound: float) -> None:
    assert upper_bound(cases, of) == pytest.approx(bound, rel=1e-5)


@given(st.integers(0, 2_000), st.integers(1, 2_000))
def test_the_observed_rate_lies_between_its_bounds(cases: int, of: int) -> None:
    rate = Rate(min(cases, of), of)
    assert rate.at_least <= rate.share <= rate.at_most
