"""Weights and the posterior, on examples that can be checked by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.answer import SubjectAnswer
from matching.candidates import MemoryCandidates
from matching.errors import InvalidModel
from matching.link import Question, link
from matching.model import BIT, Model, default_model
from matching.records import CleanRecord, CleanSubject, Person, Sex
from matching.score import posterior
from tests.factories import person, subject


def shares(*weights: float) -> tuple[list[int], int]:
    bits = np.array([round(weight * BIT) for weight in weights], dtype=np.int64)
    probability, anybody = posterior(bits, np.array([0, len(bits)]))
    return probability.tolist(), int(anybody[0])


def test_even_odds_against_nobody_are_one_half() -> None:
    assert shares(0) == ([5000], 5000)


def test_ten_bits_are_odds_of_1024_to_one() -> None:
    assert shares(10) == ([1024 * 10_000 // 1025], 1024 * 10_000 // 1025)


def test_two_equal_candidates_share_what_there_is() -> None:
    (first, second), anybody = shares(20, 20)
    assert first == second == 4999
    assert anybody == 9999


def test_the_published_probability_ends_at_9999() -> None:
    assert shares(60) == ([9999], 9999)


def test_very_unlikely_candidates_get_nothing() -> None:
    assert shares(-80) == ([0], 0)


def test_a_land_user_without_candidates_has_nobody() -> None:
    _, anybody = posterior(np.empty(0, dtype=np.int64), np.array([0, 0, 0]))
    assert anybody.tolist() == [0, 0]


def test_a_double_outside_the_register_takes_its_share() -> None:
    weights, offsets = np.array([10 * BIT]), np.array([0, 1])
    alone, _ = posterior(weights, offsets)
    beside, _ = posterior(weights, offsets, np.array([5 * BIT]))
    assert alone[0] == 1024 * 10_000 // 1025
    assert beside[0] == 1024 * 10_000 // (1024 + 32 + 1)


def asked(people: list[Person], land: CleanSubject) -> SubjectAnswer:
    question = Question(MemoryCandidates(people), default_model(), date(2026, 11, 22))
    (answer,) = link([CleanRecord(None, (land,))], question)
    return answer.subjects[0]


def test_name_and_year_alone_may_be_a_double_and_with_the_day_it_is_the_person() -> None:
    crowd = [
        person(f"0680{50 + i % 50}{i:06d}", f"Lê Văn {g}", f"19{50 + i % 50}-0{1 + i % 9}-1{i % 9}", old_ids=())
        for i, g in enumerate(["Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám"] * 300)
    ]
    year_only = asked([person(), *crowd], subject(numbers=(), birth_date="1985"))
    to_the_day = asked([person(), *crowd], subject(numbers=()))
    assert year_only.match_probability < to_the_day.match_probability
    assert to_the_day.personal_id == "068085001234"


@given(st.lists(st.integers(-60 * BIT, 60 * BIT), min_size=1, max_size=300), st.randoms())
def test_the_order_of_candidates_changes_no_probability(weights: list[int], random: object) -> None:
    bits = np.array(weights, dtype=np.int64)
    order = np.array(sorted(range(len(weights)), key=lambda _: random.random()))  # type: ignore[attr-defined]
    offsets = np.array([0, len(weights)])
    straight, anybody = posterior(bits, offsets)
    shuffled, anybody_shuffled = posterior(bits[order], offsets)
    assert straight[order].tolist() == shuffled.tolist()
    assert anybody.tolist() == anybody_shuffled.tolist()


def changed(**changes: object) -> str:
    return json.dumps(json.loads(default_model().to_json()) | changes)


def with_level(field: str, code: str, **values: float) -> str:
    document = json.loads(default_model().to_json())
    document["levels"][field][code] = values
    return json.dumps(document)


def test_a_model_survives_its_own_json() -> None:
    model = default_model()
    assert Model.from_json(model.to_json()).version == model.version


@pytest.mark.parametrize(
    "document",
    [
        "not json",
        "{}",
        changed(share_in_register=1.0),
        changed(thresholds={"full": 0.9, "partial": 0.99}),
        changed(max_block=0),
        changed(doubles=0.0),
        changed(doubles=0.5),
        changed(levels={}),
        with_level("name", "exact", m=0.0, u=0.1),
        with_level("sex", "agrees", m=0.4, u=0.5),
        with_level("id_number", "different", m=0.99, u=0.5),
        with_level("name", "unheard_of", m=0.5, u=0.5),
    ],
)
def test_a_model_that_contradicts_itself_is_refused_with_reasons(document: str) -> None:
    with pytest.raises(InvalidModel) as refused:
        Model.from_json(document)
    assert refused.value.reasons


def test_a_land_user_beside_a_certain_person_of_the_same_record_is_seldom_a_double() -> None:
    strangers = [person(f"0680{year}100{n:03d}", f"Phan Đình {n}", f"19{year}-01-01", old_ids=())
                 for year in range(50, 99) for n in range(20)]  # fmt: skip
    wife = person("068188004321", "Lê Thị Mỹ", "1988-03-02", sex=Sex.FEMALE, old_ids=())
    question = Question(MemoryCandidates([person(), wife, *strangers]), default_model(), date(2026, 11, 22))
    named = replace(subject("Lê Thị Mỹ", (), "1988", communes=("25018",)), subject_no=2)
    alone, beside = (
        link([CleanRecord("1", subjects)], question)[0].subjects[-1].match_probability
        for subjects in ((named,), (subject(), named))
    )
    assert beside > alone
