"""The rule table is total, ordered, and never gives more than the evidence carries."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from matching.compare import BIRTH_DATE, IDENTITY, NAME, SEX
from matching.findings import FINDINGS
from matching.policy import LEVEL_FINDINGS, RULES
from matching.rule_table import Situation, decide, rule_table
from matching.verdict import Certainty, NumberState, Verdict


def every_vector() -> np.ndarray:
    table = rule_table()
    return np.array(list(itertools.product(*(range(size) for size in table.shape))))


def rule_of(name: str, id_number: str, birth_date: str, sex: str = "agrees", **state: object) -> str:
    levels = {
        "name": np.array([NAME.position(name)]),
        "id_number": np.array([IDENTITY.position(id_number)]),
        "birth_date": np.array([BIRTH_DATE.position(birth_date)]),
        "sex": np.array([SEX.position(sex)]),
    }
    situation = Situation(
        np.array([state.get("certainty", Certainty.CERTAIN)]),
        np.array([state.get("number", NumberState.HELD if id_number == "current" else NumberState.UNKNOWN)]),
        np.array([state.get("complete", True)]),
        np.array([state.get("rival", False)]),
        np.array([state.get("young", False)]),
    )
    return RULES[int(decide(levels, situation)[0])].category


def test_every_vector_of_levels_is_decided_by_a_rule() -> None:
    assert rule_table().max() < len(RULES)


def test_every_rule_decides_something() -> None:
    assert set(np.unique(rule_table())) == set(range(len(RULES)))


def test_the_dense_table_agrees_with_reading_the_rules_in_order() -> None:
    table = rule_table()
    comparisons = (("name", NAME), ("id_number", IDENTITY), ("birth_date", BIRTH_DATE), ("sex", SEX))
    for vector in every_vector()[::397]:
        *levels, certainty, number, complete, rival, young = vector.tolist()
        codes = {field: c.levels[level].code for (field, c), level in zip(comparisons, levels, strict=True)}
        expected = next(
            position
            for position, rule in enumerate(RULES)
            if all(getattr(rule, field) is None or code in getattr(rule, field) for field, code in codes.items())
            and certainty in rule.certainty
            and (rule.number is None or number in rule.number)
            and (rule.complete is None or bool(complete) == rule.complete)
            and (rule.rival is None or bool(rival) == rule.rival)
            and (rule.young is None or bool(young) == rule.young)
        )
        assert table[tuple(vector)] == expected


def test_full_needs_number_name_and_date_and_no_contradiction() -> None:
    table = rule_table()
    for vector in every_vector():
        if RULES[table[tuple(vector)]].verdict is Verdict.FULL:
            name, number, date, sex, certainty, *_ = vector
            assert NAME.levels[name].code in ("exact", "spelling")
            assert IDENTITY.levels[number].code == "current"
            assert BIRTH_DATE.levels[date].code in ("same_day", "register_coarse")
            assert SEX.levels[sex].code != "contradicts"
            assert certainty == Certainty.CERTAIN


def test_an_unsure_land_user_never_gets_a_person() -> None:
    table = rule_table()
    unsure = table[:, :, :, :, : int(Certainty.SURE)]
    assert all(RULES[rule].verdict is Verdict.NONE for rule in np.unique(unsure))


@pytest.mark.parametrize(
    ("evidence", "category"),
    [
        (("exact", "current", "same_day"), "M1"),
        (("spelling", "current", "same_day"), "M2"),
        (("exact", "current", "register_coarse"), "M1"),
        (("accents_lost", "current", "same_day"), "P1a"),
        (("other_name", "current", "same_day"), "P1b"),
        (("one_typo", "current", "same_day"), "P1c"),
        (("exact", "current", "year_only"), "P2a"),
        (("exact", "current", "swapped"), "P2b"),
        (("exact", "current", "different"), "P2c"),
        (("exact", "old_conflict", "same_day"), "P9"),
        (("garbled", "current", "same_day"), "P1c"),
        (("different", "current", "same_day"), "U4"),
        (("exact", "current", "missing"), "P2d"),
        (("exact", "current", "same_day", "contradicts"), "P3"),
        (("exact", "old", "year_only"), "P5a"),
        (("exact", "old", "different"), "U3"),
        (("different", "old", "same_day"), "U3"),
        (("exact", "cancelled", "same_day"), "P5d"),
        (("exact", "missing", "same_day"), "P6"),
        (("exact", "missing", "missing"), "U3"),
        (("exact", "zero_restored", "same_day"), "P7"),
        (("exact", "one_off", "same_day"), "P7"),
        (("accents_lost", "current", "year_only"), "P9"),
        (("given_only", "current", "same_day", "contradicts"), "U4"),
        (("middle_differs", "current", "missing"), "U4"),
        (("exact", "one_off", "same_year"), "U1"),
    ],
)
def test_the_categories_of_the_policy(evidence: tuple[str, ...], category: str) -> None:
    assert rule_of(*evidence) == category


@pytest.mark.parametrize(
    ("state", "category"),
    [
        ({"certainty": Certainty.SEVERAL}, "A1"),
        ({"certainty": Certainty.NOBODY, "number": NumberState.UNKNOWN}, "U1"),
        ({"certainty": Certainty.NOBODY, "number": NumberState.INVALID}, "U2"),
        ({"certainty": Certainty.NOBODY, "number": NumberState.NONE, "complete": False}, "U3"),
        ({"certainty": Certainty.NOBODY, "number": NumberState.HELD}, "U4"),
        ({"certainty": Certainty.NOBODY, "number": NumberState.NONE}, "U5"),
    ],
)
def test_nobody_is_named_for_a_stated_reason(state: dict[str, object], category: str) -> None:
    assert rule_of("exact", "missing", "same_day", **state) == category


def test_a_number_that_is_somebody_elses_never_confirms() -> None:
    for number in ("different", "held_nearby", "one_off", "old_conflict"):
        assert rule_of("exact", number, "same_day", number=NumberState.HELD) == "P8"


def test_father_and_son_of_one_name_are_told_apart_by_nobody() -> None:
    assert rule_of("exact", "current", "different", rival=True) == "A1"


def test_somebody_very_young_is_not_named_by_name_and_year_alone() -> None:
    assert rule_of("exact", "missing", "year_only", young=True) == "U5"
    assert rule_of("exact", "too_young", "year_only", young=True) == "U5"
    assert rule_of("exact", "missing", "same_day", young=True) == "P6"
    assert rule_of("exact", "current", "year_only", young=True) == "P2a"


def test_every_finding_that_a_level_names_has_a_text() -> None:
    for codes in LEVEL_FINDINGS.values():
        assert set(codes.values()) <= set(FINDINGS)


def test_every_finding_speaks_both_languages_and_says_what_to_do() -> None:
    for code, text in FINDINGS.items():
        assert all((text.vi, text.en, text.action_vi, text.action_en)), code
        assert text.severity in ("info", "fix", "check"), code
