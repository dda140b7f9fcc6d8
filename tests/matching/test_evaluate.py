"""Evaluation, on answers that can be counted by hand; and the whole way on a synthetic province of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from matching.candidates import MemoryCandidates
from matching.confidence import Rate
from matching.evaluate import Outcome, Truth, best_candidates, calibration, evaluate, outcomes_of, truths_of, what_if
from matching.link import Question
from matching.model import default_model
from matching.records import CleanRecord
from matching.verdict import Verdict
from tests.factories import person, subject

ONE, TWO = "068085001234", "068188004321"


def outcome(record_id: str, personal_id: str = ONE, **changes: object) -> Outcome:
    verdict = Verdict.PARTIAL if personal_id else Verdict.NONE
    category = "P2a" if personal_id else "U5"
    made = Outcome(record_id, 1, True, verdict, category, personal_id, 0.99, personal_id or ONE)
    return made._replace(**changes)


def truth(record_id: str, personal_id: str = ONE, **changes: object) -> dict[tuple[str, int], Truth]:
    return {(record_id, 1): Truth(record_id, 1, personal_id)._replace(**changes)}


def test_right_wrong_and_missed_people_are_counted_by_verdict() -> None:
    truths = truth("a") | truth("b") | truth("c") | truth("d", "") | truth("e")
    answers = [
        outcome("a", verdict=Verdict.FULL, category="M1"),
        outcome("b", TWO),
        outcome("c", ""),
        outcome("d"),
        outcome("e"),
    ]
    found = evaluate(answers, truths)
    assert found.subjects == 5
    assert found.verdicts == {Verdict.FULL: 1, Verdict.PARTIAL: 3, Verdict.NONE: 1}
    assert (found.wrong_full, found.wrong_partial) == (Rate(0, 1), Rate(2, 3))
    assert found.found == Rate(2, 4)
    assert found.precision == 0.5
    assert found.categories == {"M1": Rate(0, 1), "P2a": Rate(2, 3)}


def test_errors_and_traps_have_rates_of_their_own() -> None:
    truths = truth("a", errors=("name.typo",)) | truth("b", errors=("name.typo",), traps=("twin",)) | truth("c")
    found = evaluate([outcome("a"), outcome("b", TWO), outcome("c")], truths)
    assert found.found_with_errors == Rate(1, 2)
    assert found.by_error["name.typo"].found == Rate(1, 2)
    assert found.by_trap["twin"].wrong == Rate(1, 1)


def test_a_land_user_without_an_answer_is_missed() -> None:
    found = evaluate([], truth("a"))
    assert (found.unanswered, found.found) == (1, Rate(0, 1))


def test_a_person_named_where_the_truth_knows_no_land_user_is_wrong() -> None:
    found = evaluate([outcome("a", subject_no=2)], truth("a"))
    assert (found.unforeseen, found.wrong_partial) == (1, Rate(1, 1))


def test_bodies_and_those_who_sign_for_them_are_outside_every_rate() -> None:
    rows = [
        {"record_id": "a", "subject_no": "1", "personal_id": "", "kind": "organisation"},
        {"record_id": "a", "subject_no": "2", "personal_id": ONE, "kind": "person", "note": "representative"},
    ]
    found = evaluate([outcome("a"), outcome("a", TWO, subject_no=2)], truths_of(rows))
    assert found.subjects == found.found.of == found.wrong_partial.of == 0


def test_truth_files_of_both_kinds_are_read() -> None:
    ours = {"record_id": "a", "subject_no": "1", "kind": "person", "in_scope": "true", "in_register": "true"}
    theirs = {"record_id": "b", "subject_no": "2", "kind": "person", "in_register": "no", "note": "name:typo;outside"}
    rows = [ours | {"personal_id": ONE, "errors": "sex.wrong;name.typo", "trap": "twin"}, theirs | {"personal_id": ONE}]
    assert truths_of(rows) == {
        ("a", 1): Truth("a", 1, ONE, True, ("sex.wrong", "name.typo"), ("twin",)),
        ("b", 2): Truth("b", 2, "", True, ("name", "outside"), ()),
    }


def test_the_calibration_error_is_the_mean_distance_of_claimed_and_right() -> None:
    bins, error = calibration([(0.95, True)] * 9 + [(0.95, False)] + [(0.45, False)] * 10)
    assert [each.subjects for each in bins] == [10, 10]
    assert [each.right for each in bins] == [0.0, 0.9]
    assert error == pytest.approx((0.45 + 0.05) / 2)


def test_a_certain_answer_falls_into_the_last_bin() -> None:
    assert calibration([(1.0, True)]) == (((1, 1.0, 1.0),), 0.0)


def test_what_if_counts_changes_of_verdict_category_and_person() -> None:
    before = [outcome("a"), outcome("b"), outcome("c"), outcome("d", ""), outcome("e")]
    after = [
        outcome("a", ""),
        outcome("b", ""),
        outcome("c", TWO),
        outcome("d", "", probability=0.1),
        outcome("e", probability=0.985),
    ]
    changes = what_if(before, after, examples=1)
    assert [(change.subjects, change.other_person, change.examples) for change in changes] == [
        (2, False, (("a", 1),)),
        (1, True, (("c", 1),)),
    ]
    assert changes[0].before == ("partial", "P2a")
    assert changes[0].after == ("none", "U5")


def test_what_if_of_a_model_with_itself_is_nothing() -> None:
    assert what_if([outcome("a")], [outcome("a")]) == ()


@pytest.fixture(scope="module")
def question() -> Question:
    people = [person(ONE), person(TWO, "Lê Thị Mỹ", "1988-03-02"), person("068085009999", "Trần Văn Ba", "1950")]
    return Question(MemoryCandidates(people), default_model(), date(2026, 11, 22))


def test_the_best_candidate_is_known_even_where_nobody_is_named(question: Question) -> None:
    nobody = subject("Trần Văn Ba", (), "")
    named, unnamed = outcomes_of(
        [CleanRecord("a", (subject(),)), CleanRecord("b", (nobody,))],
        replace(question, model=replace(default_model(), partial_probability=0.9999, full_probability=0.9999)),
    )
    assert named.nearest == ONE
    assert unnamed.personal_id == ""
    assert unnamed.verdict is Verdict.NONE
    assert best_candidates([subject(), subject("Không Có Ai", (), "")], question) == [ONE, ""]
