"""Decides a batch of land users by the verdict policy, compiled once into a dense array: one look-up for each."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.compare import BIRTH_DATE, IDENTITY, NAME, SEX, Comparison
from matching.policy import RULES
from matching.verdict import Certainty, NumberState

_FIELDS: tuple[tuple[str, Comparison], ...] = (
    ("name", NAME),
    ("id_number", IDENTITY),
    ("birth_date", BIRTH_DATE),
    ("sex", SEX),
)


@lru_cache(maxsize=1)
def rule_table() -> NDArray[np.uint8]:
    """The position of the rule for each vector: name, number, date, sex levels, then the fields of Situation."""
    shape = (*(len(c.levels) for _, c in _FIELDS), len(Certainty), len(NumberState), 2, 2, 2)
    table = np.full(shape, _UNDECIDED, dtype=np.uint8)
    for position in reversed(range(len(RULES))):
        rule = RULES[position]
        masks = [_demanded(getattr(rule, name), comparison) for name, comparison in _FIELDS]
        masks.append(np.array([certainty in rule.certainty for certainty in Certainty]))
        masks.append(np.array([rule.number is None or state in rule.number for state in NumberState]))
        for demanded in (rule.complete, rule.rival, rule.young):
            masks.append(np.array([demanded is None or value == demanded for value in (False, True)]))
        table[np.ix_(*masks)] = position
    return table


_UNDECIDED = 255


def _demanded(codes: frozenset[str] | None, comparison: Comparison) -> NDArray[np.bool_]:
    known = [level.code for level in comparison.levels]
    if codes is not None and not codes <= set(known):
        raise AssertionError(f"a rule names unknown levels of {comparison.field}: {sorted(codes - set(known))}")
    return np.array([codes is None or code in codes for code in known])


class Situation(NamedTuple):
    """What is known of each land user besides the levels of its best candidate; names as in Rule."""

    certainty: NDArray[np.integer]
    number: NDArray[np.integer]
    complete: NDArray[np.bool_]
    rival: NDArray[np.bool_]
    young: NDArray[np.bool_]


def decide(levels: dict[str, NDArray[np.uint8]], situation: Situation) -> NDArray[np.uint8]:
    """The position in RULES that decides each land user; `levels` are those of its best candidate."""
    fields = (levels[comparison.field] for _, comparison in _FIELDS)
    decided: NDArray[np.uint8] = rule_table()[
        (
            *fields,
            situation.certainty,
            situation.number,
            situation.complete.astype(np.int8),
            situation.rival.astype(np.int8),
            situation.young.astype(np.int8),
        )
    ]
    return decided
