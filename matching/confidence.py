"""Exact bounds on an error rate, from how many errors were seen in how many trials (Clopper and Pearson, 1934)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

CONFIDENCE = 0.95  # of a one-sided bound
_HALVINGS = 100  # of the interval [0, 1]: to the last bit of a double
_STEPS = 10_000  # of the continued fraction; it needs about the root of the larger argument
_TINY = 1e-300


class Rate(NamedTuple):
    """So many cases of so many."""

    cases: int
    of: int

    @property
    def share(self) -> float:
        """The observed rate; 0 where there were no cases."""
        return self.cases / self.of if self.of else 0.0

    @property
    def at_most(self) -> float:
        """The rate that is exceeded with a probability of at most 5 %."""
        return upper_bound(self.cases, self.of)

    @property
    def at_least(self) -> float:
        """The rate that is missed with a probability of at most 5 %."""
        return lower_bound(self.cases, self.of)


def upper_bound(count: float, of: float, *, confidence: float = CONFIDENCE) -> float:
    """The one-sided upper Clopper-Pearson bound on the rate behind `count` cases of `of`; 1 where nothing was seen.

    Parts of a case are allowed: an effective sample size is seldom whole.
    """
    if count >= of:
        return 1.0
    return _solve(lambda rate: _beta(rate, count + 1, of - count) >= confidence)


def lower_bound(count: float, of: float, *, confidence: float = CONFIDENCE) -> float:
    """The one-sided lower Clopper-Pearson bound on the rate behind `count` cases of `of`."""
    return 1.0 - upper_bound(of - count, of, confidence=confidence) if of else 0.0


def _solve(reached: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if reached(middle):
            high = middle
        else:
            low = middle
    return high


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun 26.5.8)."""
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    if x > (a + 1) / (a + b + 2):  # where the other side converges faster
        return 1.0 - _beta_fraction(1 - x, b, a)
    return _beta_fraction(x, a, b)


def _beta_fraction(x: float, a: float, b: float) -> float:
    front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        before = value
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away(1 + term * d)
            c = _away(1 + term / c)
            value *= c * d
        if abs(value - before) <= 1e-15 * abs(value):
            break
    return math.exp(front) * value / a


def _away(value: float) -> float:
    """The value, away from zero: it is divided by."""
    return value if abs(value) > _TINY else _TINY
