"""Comparison levels: golden pairs, and a record's levels don't depend on the batch it is in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from matching.columns import land_columns, people_columns, stored
from matching.compare import COMPARISONS, Pairs, PairTables
from matching.records import CleanSubject, Person, Sex
from matching.score import compare
from tests.factories import person, subject

CASES = yaml.safe_load(Path("tests/cases/comparisons.yaml").read_text(encoding="utf-8"))


def pair_of(field: str, case: dict[str, Any]) -> tuple[CleanSubject, Person]:
    land, other = case["land"], case.get("person")
    if field == "name":
        return subject(land), person(full_name=other)
    if field == "id_number":
        return subject(numbers=tuple(land)), person()
    if field == "birth_date":
        return subject(birth_date=land, flags=tuple(case.get("flags", ()))), person(birth_date=other)
    if field == "sex":
        return subject(sex=Sex[land.upper()]), person(sex=Sex[other.upper()])
    return subject(communes=tuple(land)), person(communes=tuple(other))


def levels_of(pairs: list[tuple[CleanSubject, Person]]) -> dict[str, list[str]]:
    left = land_columns([land for land, _ in pairs])
    right = people_columns([stored(other) for _, other in pairs])
    rows = np.arange(len(pairs))
    judged = compare(Pairs(left, right, rows, rows, PairTables(left, right)))
    return {c.field: [c.levels[level].code for level in judged[c.field]] for c in COMPARISONS}


@pytest.mark.parametrize("field", CASES)
def test_each_golden_pair_has_its_level(field: str) -> None:
    pairs = [pair_of(field, case) for case in CASES[field]]
    assert levels_of(pairs)[field] == [case["level"] for case in CASES[field]]


def test_a_pair_alone_has_the_levels_that_it_has_in_a_batch() -> None:
    pairs = [pair_of(field, case) for field in CASES for case in CASES[field]]
    together = levels_of(pairs)
    for position, pair in enumerate(pairs):
        assert {field: codes[0] for field, codes in levels_of([pair]).items()} == {
            field: codes[position] for field, codes in together.items()
        }


def test_every_level_of_every_comparison_speaks_both_languages() -> None:
    for comparison in COMPARISONS:
        for level in comparison.levels:
            assert level.vi
            assert level.en
