"""What decisions are made of: for each level and each rule the facts that they read, and members as plain integers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from matching import policy
from matching.answer_columns import DECISION_OF, DECISIONS
from matching.columns import Mark
from matching.compare import ADDRESS, BIRTH_DATE, IDENTITY, NAME, Comparison
from matching.finding_sets import NOT_FOUND as NOT_FOUND_CATEGORIES
from matching.finding_sets import STATUS_FINDINGS
from matching.model import BIT
from matching.records import Trust
from matching.verdict import Certainty, NumberState, Rule, Verdict

Mask = NDArray[np.bool_]

ALIKE = 3 * BIT  # candidates within three bits of the best one agree alike
EVEN = 5_000  # 1/10,000: as likely as not
OLDEST = 110  # years; a person who would be older, with no record of death, is presumed dead (DOMAIN 7, S1c)
GROWN_UP = 21  # years; hardly any land user is younger
TOO_LITTLE = DECISION_OF["organisation"] - 1  # the last rule of the policy
FOREIGN = DECISION_OF["foreign"]


def _levels(comparison: Comparison, codes: Iterable[str]) -> Mask:
    """Which levels of a comparison are among these."""
    wanted = set(codes)
    return np.array([level.code in wanted for level in comparison.levels])


def _decisions(holds: Callable[[Rule], bool]) -> Mask:
    return np.array([holds(rule) for rule in DECISIONS])


NAMES = _decisions(lambda rule: rule.verdict is not Verdict.NONE)
NOT_FOUND = _decisions(lambda rule: rule.category in NOT_FOUND_CATEGORIES)
COUNTS = _decisions(lambda rule: "candidates.several" in rule.findings)
HOLDS_NUMBER = _levels(IDENTITY, ("current", "zero_restored", "repaired", "cancelled"))
CURRENT_NUMBER = _levels(IDENTITY, ("current",))
SAME_NAME = _levels(NAME, policy.SAME_NAME)
NEAR_DATE = _levels(BIRTH_DATE, policy.AGREEING_DATE | {"swapped", "one_part"})
KNOWN_DATE = _levels(BIRTH_DATE, ("same_day", "register_coarse"))
SAME_PLACE = _levels(ADDRESS, ("same",))
# Members by plain integers: to look one up in its enumeration costs as much as an operation on a short array.
NO_NUMBER, UNREADABLE, SEX_DERIVED, COMMUNE_SPLIT, CURRENT_USER, SAID_SO, PASSPORT, PASSPORT_OR_CARD = (
    int(mark)
    for mark in (
        Mark.NO_NUMBER,
        Mark.UNREADABLE,
        Mark.SEX_DERIVED,
        Mark.COMMUNE_SPLIT,
        Mark.CURRENT_USER,
        Mark.SAID_TO_BE_DEAD,
        Mark.PASSPORT,
        Mark.PASSPORT | Mark.CARD,
    )
)
UNKNOWN_NUMBER, INVALID_NUMBER, NUMBER_HELD = map(int, (NumberState.UNKNOWN, NumberState.INVALID, NumberState.HELD))
SEVERAL, SURE, CERTAIN, NO_TRUST = map(int, (Certainty.SEVERAL, Certainty.SURE, Certainty.CERTAIN, Trust.NONE))
assert not Certainty.NOBODY
assert not NumberState.NONE
DECEASED, SAID_TO_BE_DEAD, VERY_OLD = (STATUS_FINDINGS.index(code) for code in ("S1a", "S1b", "S1c"))
