"""What a model must do before it may decide about people: cases whose answer nobody disputes.

The weights of a case are added as for a candidate who stands alone in a register of a hundred million people.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from matching import cascade
from matching.model import BIT, Frequency, Model

_PEOPLE = 100_000_000
# Shares of common values: one full name in 2,000 people, one given name in 50, one year, one commune.
_COMMON: Mapping[Frequency, float] = {
    Frequency.NONE: 1.0,
    Frequency.NUMBER: 1 / _PEOPLE,
    Frequency.NAME: 1 / 2_000,
    Frequency.FOLDED: 1 / 1_500,
    Frequency.GIVEN: 1 / 50,
    Frequency.DATE: 1 / 20_000,
    Frequency.YEAR: 1 / 60,
    Frequency.COMMUNE: 1 / 3_321,
}


class Case(NamedTuple):
    """A comparison vector, and which threshold it must reach ("full", "partial") or must not ("nobody")."""

    sentence: str
    levels: Mapping[str, str]
    expected: str


CASES: tuple[Case, ...] = (
    Case(
        "number, name and birth date agree",
        {"name": "exact", "id_number": "current", "birth_date": "same_day"},
        "full",
    ),
    Case(
        "number and name agree, the file knows the year only",
        {"name": "exact", "id_number": "current", "birth_date": "year_only"},
        "partial",
    ),
    Case(
        "an older number, the name and the year agree",
        {"name": "exact", "id_number": "old", "birth_date": "year_only"},
        "partial",
    ),
    Case(
        "number, name and birth date differ",
        {"name": "different", "id_number": "different", "birth_date": "different"},
        "nobody",
    ),
    Case(
        "a common name and the year agree, there is no number", {"name": "exact", "birth_date": "year_only"}, "nobody"
    ),
    Case(
        "a common name and the commune agree, the birth dates differ",
        {"name": "exact", "birth_date": "different", "address": "same"},
        "nobody",
    ),
    Case("only sex and commune agree", {"name": "different", "sex": "agrees", "address": "same"}, "nobody"),
)


def faults(model: Model) -> Iterator[str]:
    """The cases that a model would decide against all sense."""
    for case in CASES:
        chance = _probability(model, case.levels)
        reached = {
            "full": chance >= model.full_probability,
            "partial": chance >= model.partial_probability,
            "nobody": chance < model.partial_probability,
        }[case.expected]
        if not reached:
            yield f"{case.sentence}: expected {case.expected}, the probability would be {chance:.4f}"
    # What the bounds of the short way stand on (matching/cascade.py).
    yield from cascade.faults(model)


def _probability(model: Model, levels: Mapping[str, str]) -> float:
    weight = model.prior_bits(_PEOPLE) / BIT
    for field, code in levels.items():
        level = model.levels[field][code]
        weight += level.bits / BIT - math.log2(_COMMON[level.frequency])
    return 1 / (1 + 2**-weight) if weight > -1000 else 0.0
