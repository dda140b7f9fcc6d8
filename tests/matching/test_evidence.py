"""What evidence would change a verdict: readable cases, each asked of one small town."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

import pytest

from matching.answer import CandidateExplained, SubjectAnswer
from matching.block import RULES
from matching.candidates import MemoryCandidates
from matching.link import Question, match
from matching.model import default_model
from matching.records import RawRecord
from matching.verdict import Verdict
from tests.factories import person

TODAY = date(2026, 11, 22)
FATHER = person("068060000002", "Trần Văn Năm", "1960-02-03", old_ids=())
SON = person("068061000002", "Trần Văn Năm", "1961-02-03", old_ids=(), communes=("25018",))
MIDDLE, GIVEN = "Văn Hữu Đình Quốc Minh Công Ngọc Xuân", "Hùng Dũng Tuấn Minh Thành Long Hải Sơn Nam Bình Lan Hoa"


@lru_cache(maxsize=1)
def town() -> MemoryCandidates:
    names = [f"Lê {middle} {given}" for middle in MIDDLE.split() for given in GIVEN.split()]
    crowd = [
        person(
            f"0680{50 + n % 40}{n:06d}", names[n % 96], f"19{50 + n % 40}-{n % 12 + 1:02d}-{n % 28 + 1:02d}", old_ids=()
        )
        for n in range(1_500)
    ]
    return MemoryCandidates([*crowd, person(), FATHER, SON])


def answer(*, explain: bool = True, cap: int | None = None, **cells: str) -> SubjectAnswer:
    model = default_model()
    if cap is not None:
        model = replace(model, max_block=cap)
    (found,) = match([RawRecord(**cells)], Question(town(), model, TODAY, explain))  # type: ignore[arg-type]
    return found.subjects[0]


def shown(found: SubjectAnswer) -> tuple[CandidateExplained, ...]:
    assert found.explanation is not None
    return found.explanation.nearest if found.explanation.best is None else (found.explanation.best,)


def needed(found: SubjectAnswer, at: int = 0) -> dict[tuple[str, ...], tuple[str, str]]:
    return {each.fields: (str(each.verdict), each.category) for each in shown(found)[at].evidence_needed}


@pytest.mark.parametrize(
    ("cells", "given", "expected"),
    [
        pytest.param(
            {"full_name": "Trần Văn Ba", "birth_date": "1985"},
            ("none", "U5"),
            {("id_number",): ("partial", "P2a"), ("birth_date",): ("partial", "P6")},
            id="a name and a year lack a number or a day",
        ),
        pytest.param(
            {"full_name": "Nguyễn Thị Bưởi", "id_number": "068085001234"},
            ("none", "U4"),
            {("name",): ("partial", "P2d")},
            id="another name beside the number",
        ),
        pytest.param(
            {"full_name": "Trần Văn Ba", "id_number": "068085001234", "birth_date": "1985"},
            ("partial", "P2a"),
            {("birth_date",): ("full", "M1")},
            id="a partial lacks the day",
        ),
        pytest.param(
            {"full_name": "Trần Văn Ba", "id_number": "250123456", "birth_date": "1985"},
            ("partial", "P5a"),
            {("id_number", "birth_date"): ("full", "M1")},
            id="a partial lacks the new number and the day: two at once",
        ),
        pytest.param(
            {"full_name": "Trần Văn Ba", "id_number": "068085001234", "birth_date": "20/07/1985"},
            ("full", "M1"),
            {},
            id="a full match lacks nothing",
        ),
    ],
)
def test_the_evidence_that_would_change_the_verdict_is_named(
    cells: dict[str, str], given: tuple[str, str], expected: dict[tuple[str, ...], tuple[str, str]]
) -> None:
    found = answer(**cells)
    assert (str(found.verdict), found.category) == given
    assert needed(found) == expected


def test_between_father_and_son_each_is_told_apart_by_what_speaks_for_him() -> None:
    found = answer(full_name="Trần Văn Năm", id_number="068060000002", birth_date="03/02/1961")
    assert found.verdict is Verdict.NONE
    assert needed(found, 0) == {("birth_date",): ("full", "M1")}
    assert needed(found, 1) == {("id_number",): ("full", "M1")}


def test_what_is_promised_is_what_the_record_gets_once_it_has_the_evidence() -> None:
    cells = {"full_name": "Trần Văn Ba", "birth_date": "1985"}
    promised = needed(answer(**cells))
    assert promised[("birth_date",)] == _verdict(answer(**{**cells, "birth_date": "20/07/1985"}))
    assert promised[("id_number",)] == _verdict(answer(**cells, id_number="068085001234"))


def _verdict(found: SubjectAnswer) -> tuple[str, str]:
    return str(found.verdict), found.category


def test_the_sentences_say_it_in_both_languages_and_tell_nothing_of_the_candidate() -> None:
    found = answer(full_name="Nguyễn Thị Bưởi", id_number="068085001234")
    (evidence,) = shown(found)[0].evidence_needed
    assert evidence.vi == "Nếu họ tên được xác minh đúng là của người này: khớp một phần (P2d)."
    assert evidence.en == "If the name proved to be this person's: a partial match (P2d)."
    assert "Trần" not in str(shown(found))
    assert "1985" not in str(shown(found))


def test_nothing_of_it_is_built_unless_it_is_asked_for() -> None:
    assert answer(explain=False, full_name="Trần Văn Ba", birth_date="1985").explanation is None


def test_an_explanation_says_which_rules_found_the_candidate_and_how_many_were_considered() -> None:
    found = answer(full_name="Trần Văn Ba", id_number="068085001234", birth_date="20/07/1985")
    assert found.explanation is not None
    assert found.explanation.candidates == 1
    assert shown(found)[0].blocking_rules == ("personal_id", "name_year", "given_day", "serial_given", "head_given")
    assert set(shown(found)[0].blocking_rules) <= {rule.code for rule in RULES}


def test_an_explanation_says_which_rules_were_narrowed_and_which_were_cut() -> None:
    found = answer(full_name="Trần Văn Năm", birth_date="1960", cap=1)
    assert found.explanation is not None
    assert (found.explanation.narrowed, found.explanation.cut) == ((), ())
    crowded = answer(full_name="Lê Văn Hùng", birth_date="1950", cap=1)
    assert crowded.explanation is not None
    assert crowded.explanation.cut == ("name_year",)
    assert "candidates.truncated" in [finding.code for finding in crowded.findings]


def test_a_land_user_without_candidates_lacks_nothing_that_could_be_named() -> None:
    found = answer(full_name="Hồ Thị Lạ", birth_date="1901")
    assert found.explanation is not None
    assert (found.explanation.candidates, found.explanation.nearest) == (0, ())
