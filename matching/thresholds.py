"""Thresholds: from which match probability on a person may be named, so that hardly anybody wrong is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from matching.confidence import Rate

WRONG_FULL = 1 / 100_000  # wrong persons that full verdicts may have at most
WRONG_PARTIAL = 1 / 1_000
LEAST_FULL, LEAST_PARTIAL = 0.999, 0.9  # what policy demands, however harmless the calibration data
LENIENT = 0.51  # the lowest threshold that a model may have: matching.model
_HIGHEST = 0.9999  # published probabilities end here


class Named(NamedTuple):
    """Somebody who could be named: the published probability, and whether it is the right person."""

    probability: float
    right: bool


class Threshold(NamedTuple):
    """A threshold and its evidence on calibration data."""

    probability: float
    wrong: Rate  # of those named from this probability on
    target: float
    met: bool  # the observed rate is within the target
    proved: bool  # and so is its upper 95 % bound


def choose(candidates: Iterable[Named], target: float, *, least: float = LENIENT) -> Threshold:
    """The lowest threshold, not below `least`, from which on few enough wrong persons are named.

    The upper bound decides where there are enough people to prove the target, otherwise the observed rate; where even
    the highest probability is wrong too often, that one is taken and `met` is false.
    """
    listed = list(candidates)
    probability = np.array([each.probability for each in listed])
    order = np.argsort(-probability, kind="stable")
    probability, wrong = probability[order], np.cumsum([not listed[at].right for at in order.tolist()])
    last = np.flatnonzero(np.append(probability[1:] < probability[:-1], True)) if len(listed) else np.array([], int)
    steps = [
        (float(probability[at]), Rate(int(wrong[at]), int(at) + 1)) for at in last.tolist() if probability[at] >= least
    ]
    if not steps:
        return Threshold(_HIGHEST, Rate(0, 0), target, True, False)
    proved = _as_far_as(steps, target, proven=True)
    chosen = proved or _as_far_as(steps, target, proven=False) or steps[0]
    met = chosen[1].share <= target
    # Where everybody may be named, nothing speaks for more than the least.
    probability_from = least if met and chosen == steps[-1] else chosen[0]
    return Threshold(probability_from, chosen[1], target, met, chosen[1].at_most <= target)


def _as_far_as(steps: list[tuple[float, Rate]], target: float, *, proven: bool) -> tuple[float, Rate] | None:
    """The lowest step from which on no more than the target is wrong."""
    good = [step for step in steps if (step[1].at_most if proven else step[1].share) <= target]
    return good[-1] if good else None
