"""Answers in columns: what files are written from says the same as the answers on single records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matching.answer_columns import DECISIONS, VERDICTS, AnswerColumns
from matching.candidates import MemoryCandidates
from matching.link import Question, link, link_columns
from matching.model import default_model
from matching.records import CleanRecord, CleanSubject, Kind, Role, Sex, Status
from tests.factories import person, subject

PEOPLE = [
    person(),
    person("068185000029", "Lê Thị Hồng", "1985-02-03", sex=Sex.FEMALE, old_ids=()),
    person("068050000012", "Phạm Văn Tư", "1890", status=Status.ALIVE, old_ids=("250000001",)),
    *(person(f"06808500{at:04d}", "Nguyễn Văn An", "1985-01-02", old_ids=()) for at in range(3)),
]
RECORDS = [
    CleanRecord("alone", (subject(),)),
    CleanRecord(
        "couple",
        (
            subject("Trần Văn Ba", ("068185000029",), "1985-07-20"),
            replace(subject("Lê Thị Hồng", (), "1985-02-03"), subject_no=2, role=Role.WIFE),
        ),
    ),
    CleanRecord("body", (CleanSubject(1, Kind.ORGANISATION, full_name="UBND xã"),)),
    CleanRecord("nobody", ()),
    CleanRecord("unsure", (subject("Nguyễn Văn An", (), "1985-01-02"),)),
    CleanRecord("old", (replace(subject("Phạm Văn Tư", ("250000001",), "1890"), status_claimed=Status.DECEASED),)),
    CleanRecord("household", (subject("Tran Van Ba", ("250123456",), "1985"),), household=True),
    CleanRecord("mixed", (CleanSubject(1, Kind.COMMUNITY), replace(subject(), subject_no=2))),
]


@pytest.fixture(scope="module")
def question() -> Question:
    """The people above, asked today."""
    return Question(MemoryCandidates(PEOPLE), default_model(), date(2026, 11, 22))


@pytest.fixture(scope="module")
def columns(question: Question) -> AnswerColumns:
    """The answers on all records at once."""
    return link_columns(RECORDS, question)


def test_columns_say_what_the_answers_on_single_records_say(question: Question, columns: AnswerColumns) -> None:
    assert columns.answers() == [answer for record in RECORDS for answer in link([record], question)]


def test_every_subject_has_its_entry_in_every_column(columns: AnswerColumns) -> None:
    assert columns.record.tolist() == [0, 1, 1, 2, 3, 4, 5, 6, 7, 7]
    for name in ("in_scope", "decision", "probability", "weight", "personal_id", "finding_set"):
        assert len(getattr(columns, name)) == len(columns) == 10
    assert [VERDICTS[at] for at in columns.verdict.tolist()] == [a.verdict for a in columns.answers()]


def test_columns_can_be_published_without_looking_at_a_row(columns: AnswerColumns) -> None:
    answers = [subject for answer in columns.answers() for subject in answer.subjects]
    assert [DECISIONS[at].category for at in columns.decision.tolist()] == [each.category for each in answers]
    assert columns.match_probability.tolist() == [each.match_probability for each in answers]
    weights = [np.nan if each.match_weight is None else each.match_weight for each in answers]
    np.testing.assert_array_equal(columns.match_weight, weights)
    assert [columns.finding_sets[at] for at in columns.finding_set] == [each.findings for each in answers]


def test_values_are_proposed_only_for_persons_who_are_named(columns: AnswerColumns) -> None:
    nobody = columns.personal_id == 0
    assert nobody.any()
    assert not columns.proposed.personal_id[nobody].any()
    assert not columns.proposed.birth_date[nobody].any()
    assert not columns.proposed.commune[nobody].any()
    assert not nobody[list(columns.proposed.full_name)].any()


def test_no_record_at_all_has_no_answer(question: Question) -> None:
    assert link([], question) == []
