"""What the judged sample says: error rates with exact intervals, agreement, and how many more are needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from app.reviews.selection import Layer
from matching.survey import Agreement, Interval, Stratum, agreement, estimate, more_to_judge

AIMS: Final = {"full": 1e-5, "partial": 1e-3}  # wrong persons: DESIGN, "Verdict policy"


class Finding(StrEnum):
    """What a judgement says about the machine's answer on one land user."""

    RIGHT = "right"
    WRONG = "wrong"  # a wrong person named, or a person missed
    UNCLEAR = "unclear"  # nobody could tell, or reviewers disagree
    OPEN = "open"  # not judged yet


class Outcome(NamedTuple):
    """A land user of the sample: its stratum, and what was found."""

    stratum: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """The error rate of some land users: wrong persons where somebody was named, missed persons where nobody was."""

    error: str  # wrong_match, missed_match
    verdict: str
    category: str | None  # None: all of the verdict
    interval: Interval
    unclear: int  # sampled land users on whom nobody could say: counted as neither right nor wrong
    unclear_high: float  # the upper bound if all of them were errors
    aim: float | None
    more_needed: int | None  # judgements until the one-sided bound meets the aim; -1: the rate itself is above it


@dataclass(frozen=True, slots=True)
class Rates:
    """All error rates of a review."""

    simulated: bool
    by_verdict: list[ErrorRate]
    by_category: list[ErrorRate]
    agreement: Agreement
    disputed: int


def rates(
    strata: Sequence[Layer],
    outcomes: Iterable[Outcome],
    pairs: Iterable[tuple[str, str]],
    *,
    simulated: bool,
    disputed: int,
) -> Rates:
    """The rates of a review from its strata, the sample's outcomes, and the words of those who judged the same item."""
    seen = list(outcomes)
    verdicts = sorted({layer.verdict for layer in strata})
    categories = sorted({(layer.verdict, layer.category) for layer in strata})
    return Rates(
        simulated,
        [_rate(strata, seen, verdict, None) for verdict in verdicts],
        [_rate(strata, seen, verdict, category) for verdict, category in categories],
        agreement(pairs),
        disputed,
    )


def _rate(strata: Sequence[Layer], outcomes: Sequence[Outcome], verdict: str, category: str | None) -> ErrorRate:
    chosen = {
        number for number, layer in enumerate(strata) if layer.verdict == verdict and category in (None, layer.category)
    }
    counted = {number: [0, 0, 0] for number in chosen}  # right, wrong, unclear
    places = {Finding.RIGHT: 0, Finding.WRONG: 1, Finding.UNCLEAR: 2}
    for outcome in outcomes:
        if outcome.stratum in chosen and outcome.finding is not Finding.OPEN:
            counted[outcome.stratum][places[outcome.finding]] += 1
    found = [Stratum(strata[n].size, right + wrong, wrong) for n, (right, wrong, _) in counted.items()]
    worst = [Stratum(strata[n].size, sum(all_of), all_of[1] + all_of[2]) for n, all_of in counted.items()]
    interval = estimate(found)
    aim = AIMS.get(verdict)
    needed = None if aim is None else more_to_judge(interval, below=aim)
    unclear = sum(all_of[2] for all_of in counted.values())
    error = "missed_match" if verdict == "none" else "wrong_match"
    return ErrorRate(error, verdict, category, interval, unclear, estimate(worst).high, aim, needed)
