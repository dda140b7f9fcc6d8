"""Comparison levels: golden pairs, and a record's levels don't depend on the batch it is in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given

from matching.columns import people_columns, stored
from matching.compare import COMPARISONS, Pair, Pairs, PairTables
from matching.compare.levels import packed
from matching.land_columns import land_columns
from matching.records import CleanSubject, Person, Sex
from matching.score import compare
from tests.factories import person, subject
from tests.matching.crowded import Crowd, as_plain, crowds, side_by_side

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


def number_level(land: CleanSubject, *people: Person) -> str:
    """The level of the number of a land user against the first of the people, all of them candidates."""
    left, right = land_columns([land]), people_columns([stored(each) for each in people])
    rows = np.zeros(len(people), dtype=np.int64)
    judged = compare(Pairs(left, right, rows, np.arange(len(people)), PairTables(left, right)))
    return next(c for c in COMPARISONS if c.field == "id_number").levels[judged["id_number"][0]].code


def test_a_number_of_somebody_in_the_same_commune_is_rather_a_line_mixed_up_than_another_person() -> None:
    husband, wife = person(communes=("25084",)), person("068188004321", "Lê Thị Mỹ", communes=("25084",))
    elsewhere = person("068188004321", "Lê Thị Mỹ", communes=("24781",))
    land = subject(numbers=("068188004321",))
    assert number_level(land, husband, wife) == "held_nearby"
    assert number_level(land, husband, elsewhere) == "different"
    assert number_level(land, husband) == "different"


def test_an_old_card_speaks_against_somebody_too_young_to_have_had_one() -> None:
    land = subject(numbers=("250123456",))
    assert number_level(land, person("068210001234", birth_date="2010-05-01", old_ids=())) == "too_young"
    assert number_level(land, person("068095001234", birth_date="1995-05-01", old_ids=())) == "missing"


def test_a_combination_of_facts_has_the_first_level_that_holds() -> None:
    for comparison in COMPARISONS:
        begin = 0
        for step in comparison.steps:
            table = step.first_that_holds(begin)
            fields = len(step.kind._fields)
            for code in np.random.default_rng(7).integers(1 << fields, size=200).tolist():
                facts = step.kind(*(np.array([code >> bit & 1 == 1]) for bit in range(fields)))
                first = (at for at, level in enumerate(step.levels, begin) if level.holds is None or level.holds(facts))
                assert table[code] == next(first, 255)
            begin += len(step.levels)
        assert comparison.levels[-1].holds is None


def test_facts_are_packed_with_the_first_in_the_lowest_bit() -> None:
    yes, no = np.array([True]), np.array([False])
    assert packed(yes, no, yes, yes).tolist() == [0b1101]
    assert packed(yes[:0], no[:0]).tolist() == []


def each_pair(pairs: Pairs) -> list[Pair]:
    """The pairs one by one."""
    plain = as_plain(pairs)
    communes = {each.personal_id: each.places[0] for each in plain.people}
    return [Pair(plain.land[i], plain.people[j], communes) for i, j in plain.pairs]


@given(crowds())
def test_a_pair_by_itself_has_the_facts_that_it_has_among_others(crowd: Crowd) -> None:
    land, everybody = crowd
    pairs = side_by_side(land, everybody)
    named = [pair for pair in each_pair(pairs) if pair.left.syllables and pair.right.syllables]
    of_named = ((pairs.left.names.length[pairs.i] > 0) & (pairs.right.names.length[pairs.j] > 0)).nonzero()[0]
    for comparison in COMPARISONS:
        for step in comparison.steps:  # how syllables relate is asked only of those who have some
            if len(named):
                assert [step.of_one(pair) for pair in named] == step.facts(pairs.at(of_named)).tolist()
        assert [comparison.level(pair) for pair in each_pair(pairs)] == comparison.judge(pairs).tolist()


@pytest.mark.parametrize("field", CASES)
def test_each_golden_pair_has_its_level_by_itself(field: str) -> None:
    comparison = next(each for each in COMPARISONS if each.field == field)
    for case in CASES[field]:
        land, other = pair_of(field, case)
        (pair,) = each_pair(side_by_side([land], [other]))
        assert comparison.levels[comparison.level(pair)].code == case["level"]
