"""A judged sample and what it says about the whole: strata, allocation, drawing, error rates, agreement.

A sample is drawn without replacement within strata. Drawing ranks items by a keyed hash of their own names, so that it
depends on neither order nor size: a larger sample with the same seed contains the smaller one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple, TypeVar

from matching.confidence import CONFIDENCE, lower_bound, upper_bound

TWO_SIDED = 0.95  # of an interval
_SIDE = 1 - (1 - TWO_SIDED) / 2  # of each of its bounds
K = TypeVar("K", bound=Hashable)


class Stratum(NamedTuple):
    """How many items a stratum holds, how many of them were judged, and how many of those were errors."""

    size: int
    judged: int
    errors: int


class Interval(NamedTuple):
    """An estimated rate with its 95 % interval; `effective` is the size of a simple sample that says as much."""

    rate: float
    low: float
    high: float
    judged: int
    errors: int
    effective: float
    unseen: int  # items in strata of which nothing was judged: the interval holds for the others only


def allocate(sizes: Mapping[K, int], total: int, *, least: int = 1) -> dict[K, int]:
    """How many items of each stratum a sample of `total` takes: at least `least` of each, the rest in proportion.

    No stratum gives more than it has. Where `total` is too small for `least` of every stratum, the largest come first.
    """
    taken = dict.fromkeys(sizes, 0)
    room = min(total, sum(sizes.values()))
    by_size = sorted(sizes, key=lambda stratum: (-sizes[stratum], str(stratum)))
    for stratum in by_size:
        taken[stratum] = min(least, sizes[stratum], room)
        room -= taken[stratum]
    whole = sum(sizes.values())
    wanted = {stratum: total * size / whole for stratum, size in sizes.items()} if whole else {}
    while room:
        # The stratum that lies furthest below its share comes next; a heap isn't worth it for a few thousand strata.
        short = [stratum for stratum in by_size if taken[stratum] < sizes[stratum]]
        gaps = {stratum: wanted[stratum] - taken[stratum] for stratum in short}
        for stratum in sorted(short, key=lambda one: -gaps[one])[:room]:
            step = max(1, min(math.floor(gaps[stratum]), sizes[stratum] - taken[stratum], room))
            taken[stratum] += step
            room -= step
            if not room:
                break
    return taken


def rank(seed: str, item: str) -> int:
    """The place of an item in the order of a seed: a sample takes the items with the smallest ranks."""
    return int.from_bytes(blake2b(item.encode("utf-8", "surrogatepass"), key=_key(seed), digest_size=8).digest(), "big")


def _key(seed: str) -> bytes:
    return blake2b(seed.encode("utf-8", "surrogatepass"), digest_size=32).digest()


def estimate(strata: Sequence[Stratum]) -> Interval:
    """The error rate of all items of the strata, from those judged.

    The bounds are Clopper and Pearson's at the effective sample size (Korn and Graubard, 1998): with a sample in
    proportion they are the exact ones. With no error seen the upper bound is still above zero.
    """
    seen = [stratum for stratum in strata if stratum.judged]
    judged = sum(stratum.judged for stratum in seen)
    unseen = sum(stratum.size for stratum in strata if not stratum.judged)
    errors = sum(stratum.errors for stratum in seen)
    whole = sum(stratum.size for stratum in seen)
    if not judged:
        return Interval(0.0, 0.0, 1.0, 0, 0, 0.0, unseen)
    rate = sum(stratum.size * stratum.errors / stratum.judged for stratum in seen) / whole
    effective = min(float(judged), _effective(seen, whole, rate))
    cases = rate * effective
    return Interval(
        rate,
        lower_bound(cases, effective, confidence=_SIDE),
        upper_bound(cases, effective, confidence=_SIDE),
        judged,
        errors,
        effective,
        unseen,
    )


def _effective(seen: Sequence[Stratum], whole: int, rate: float) -> float:
    """How many items of a simple sample say as much: by their weights where the errors are too few to tell."""
    by_weight = whole**2 / sum(stratum.size**2 / stratum.judged for stratum in seen)
    if not 0 < rate < 1:
        return by_weight
    variance = 0.0
    for stratum in seen:
        # A stratum with no error, or nothing but errors, isn't known to be without variance: half a case is added.
        share = (stratum.errors + 0.5) / (stratum.judged + 1)
        variance += (stratum.size / whole) ** 2 * share * (1 - share) / stratum.judged
    return min(by_weight, rate * (1 - rate) / variance)


def more_needed(cases: float, judged: float, *, below: float) -> int:
    """How many more judged items would bring the one-sided 95 % bound to `below`, if errors go on at the rate so far.

    One error in 100,000 with none seen needs about 300,000 items (DOMAIN 4.5). -1 where no number is enough: the rate
    seen so far is itself not below.
    """
    share = cases / judged if judged else 0.0
    if share >= below:
        return -1

    def enough(items: float) -> bool:
        return upper_bound(share * items, items, confidence=CONFIDENCE) <= below

    if judged and enough(judged):
        return 0
    high = max(judged, 1)
    while not enough(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return max(0, math.ceil(high - judged))


def more_to_judge(interval: Interval, *, below: float) -> int:
    """`more_needed` of a stratified sample, that goes on as it was drawn: what is judged says less than its number."""
    if not interval.judged:
        return more_needed(0, 0, below=below)
    found = more_needed(interval.rate * interval.effective, interval.effective, below=below)
    return found if found <= 0 else math.ceil(found * interval.judged / interval.effective)


class Agreement(NamedTuple):
    """How often two judges said the same, and Cohen's kappa: 1 is perfect, 0 no better than chance."""

    pairs: int
    agreed: int
    kappa: float | None  # None where chance alone explains all: both always said the same one thing


def agreement(pairs: Iterable[tuple[K, K]]) -> Agreement:
    """Cohen's kappa (1960) of two judges over the items that both judged."""
    table = Counter(pairs)
    total = sum(table.values())
    agreed = sum(count for (first, second), count in table.items() if first == second)
    if not total:
        return Agreement(0, 0, None)
    first, second = Counter[K](), Counter[K]()
    for (one, other), count in table.items():
        first[one] += count
        second[other] += count
    by_chance = sum(first[label] * second[label] for label in first) / total**2
    kappa = None if by_chance == 1 else (agreed / total - by_chance) / (1 - by_chance)
    return Agreement(total, agreed, kappa)
