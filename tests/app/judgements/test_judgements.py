"""Judgements: only added, replaced by who saw the last word, taken back exactly; in each kind of database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest

from app.db import Database, make_engine
from app.judgements import files, store
from app.judgements.errors import JudgementFileInvalid, NothingToUndo, StaleJudgement
from app.judgements.service import Effect, effects, standings
from app.judgements.store import NOBODY, Case, Chair, Judgement, Word
from app.migrations import upgrade

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CASE = Case("list", "LD-1", 1, "a" * 32, 68085001234)
OTHER = CASE._replace(personal_id=68060000001)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of each kind with the service's tables."""
    with closing(Database(make_engine(database_url))) as opened:
        upgrade(opened)
        yield opened


def say(
    database: Database,
    word: Word,
    *,
    case: Case = CASE,
    chair: Chair = Chair.FIRST,
    replaces: int | None = None,
    reviewer: str = "A",
) -> Judgement:
    with database.writing() as session:
        return store.add(
            session, case, chair=chair, word=word, reason="why", reviewer=reviewer, replaces=replaces, now=NOON
        )


def undo(database: Database, judgement: int) -> Judgement:
    with database.writing() as session:
        return store.undo(session, judgement, reviewer="A", now=NOON)


def in_force(database: Database) -> list[Judgement]:
    with database.reading() as session:
        return list(store.in_force(session, list_name="list"))


def effect(database: Database) -> Effect:
    return effects(in_force(database))["LD-1", 1][0]


def test_the_last_word_is_in_force_and_every_word_is_kept(database: Database) -> None:
    first = say(database, Word.CANT_TELL)
    second = say(database, Word.SAME, replaces=first.id)
    assert in_force(database) == [second]
    with database.reading() as session:
        assert [one.word for one in store.history(session)] == [Word.CANT_TELL, Word.SAME]
        assert store.last_id(session) == second.id


def test_a_word_on_what_somebody_else_changed_meanwhile_is_refused(database: Database) -> None:
    first = say(database, Word.SAME)
    say(database, Word.NOT_SAME, replaces=first.id)
    with pytest.raises(StaleJudgement):
        say(database, Word.SAME, replaces=first.id)
    with pytest.raises(StaleJudgement):
        say(database, Word.SAME, replaces=None)
    with pytest.raises(StaleJudgement):
        undo(database, first.id)


def test_undoing_brings_back_exactly_what_was_said_before_step_by_step(database: Database) -> None:
    first = say(database, Word.CANT_TELL)
    second = say(database, Word.SAME, replaces=first.id)
    back = undo(database, second.id)
    assert (back.word, back.undoes_id) == (Word.CANT_TELL, second.id)
    nothing = undo(database, back.id)
    assert (nothing.word, standings(in_force(database))) == (Word.UNDONE, [])
    with pytest.raises(NothingToUndo):
        undo(database, nothing.id)
    again = say(database, Word.NOT_SAME, replaces=nothing.id)
    assert in_force(database) == [again]
    assert undo(database, again.id).word is Word.UNDONE


def test_a_person_ruled_out_and_a_person_decided_on_are_told(database: Database) -> None:
    same = say(database, Word.SAME)
    say(database, Word.NOT_SAME, case=OTHER)
    assert effect(database) == Effect(CASE.fingerprint, same, frozenset({OTHER.personal_id}))


def test_two_people_decided_on_for_one_land_user_decide_nothing(database: Database) -> None:
    say(database, Word.SAME)
    say(database, Word.SAME, case=OTHER)
    found = effect(database)
    assert found.same is None
    assert found.contradictory


def test_who_settles_on_one_of_two_people_is_heard_and_the_other_person_no_more(database: Database) -> None:
    say(database, Word.SAME)
    say(database, Word.SAME, case=OTHER, chair=Chair.SECOND, reviewer="B")
    assert effect(database).contradictory
    settled = say(database, Word.SAME, chair=Chair.DECISION, reviewer="C")
    assert effect(database) == Effect(CASE.fingerprint, settled, frozenset())


def test_somebody_and_nobody_contradict_each_other_until_somebody_settles_it(database: Database) -> None:
    nobody = CASE._replace(personal_id=NOBODY)
    say(database, Word.SAME)
    say(database, Word.NOT_SAME, case=nobody, chair=Chair.SECOND, reviewer="B")
    assert (effect(database).same, effect(database).contradictory) == (None, True)
    assert list(files.labels(files.lines(in_force(database)))) == []
    say(database, Word.NOT_SAME, case=nobody, chair=Chair.DECISION, reviewer="C")
    assert effect(database) == Effect(CASE.fingerprint, None, frozenset({NOBODY}))


def test_who_saw_nobody_and_found_somebody_later_has_found_somebody(database: Database) -> None:
    say(database, Word.NOT_SAME, case=CASE._replace(personal_id=NOBODY))
    same = say(database, Word.SAME)
    assert effect(database) == Effect(CASE.fingerprint, same, frozenset())


def test_reviewers_who_contradict_each_other_decide_nothing_until_somebody_settles_it(database: Database) -> None:
    say(database, Word.SAME)
    say(database, Word.NOT_SAME, chair=Chair.SECOND, reviewer="B")
    (standing,) = standings(in_force(database))
    assert standing.disputed
    assert effects(in_force(database)) == {}
    settled = say(database, Word.NOT_SAME, chair=Chair.DECISION, reviewer="C")
    (standing,) = standings(in_force(database))
    assert (standing.disputed, standing.counts) == (False, settled)


def test_who_cannot_tell_leaves_the_word_to_the_other(database: Database) -> None:
    say(database, Word.CANT_TELL)
    second = say(database, Word.NOT_SAME, chair=Chair.SECOND, reviewer="B")
    (standing,) = standings(in_force(database))
    assert (standing.disputed, standing.counts) == (False, second)


def test_of_several_who_judge_the_same_moment_exactly_one_is_heard(database: Database) -> None:
    start, heard, refused = Barrier(6), [], []

    def judge(reviewer: str) -> None:
        start.wait()
        try:
            heard.append(say(database, Word.SAME, reviewer=reviewer))
        except StaleJudgement:
            refused.append(reviewer)

    threads = [Thread(target=judge, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(heard), len(refused), len(in_force(database))) == (1, 5, 1)


def test_a_file_carries_the_words_in_force_and_is_taken_once(database: Database) -> None:
    say(database, Word.SAME)
    say(database, Word.NOT_SAME, case=CASE._replace(record_id="LD-2", personal_id=NOBODY))
    exported = list(files.lines(in_force(database)))
    assert [json.loads(line)["personal_id"] for line in exported] == ["068085001234", ""]
    with database.writing() as session:
        assert files.take(session, exported) == 0
    changed = [line.replace('"list": "list"', '"list": "another"') for line in exported]
    with database.writing() as session:
        assert files.take(session, [*changed, "", *changed]) == 2
    with database.reading() as session:
        copied = [one.case.record_id for one in store.in_force(session, list_name="another")]
    assert copied == ["LD-1", "LD-2"]


@pytest.mark.parametrize(
    "change",
    [
        {"personal_id": "12"},
        {"fingerprint": "x"},
        {"judgement": "maybe"},
        {"subject_no": True},
        {"record_id": "r" * 201},
        {"judged_at": "2026-11-22T12:00:00"},
        {"judged_at": 5},
        {"chair": "third"},
        {"reviewer": None},
    ],
)
def test_a_line_that_is_no_judgement_is_named_and_nothing_is_taken(
    database: Database, change: dict[str, object]
) -> None:
    say(database, Word.SAME)
    (good,) = files.lines(in_force(database))
    bad = json.dumps(json.loads(good) | change)
    other = good.replace("LD-1", "LD-9")
    with pytest.raises(JudgementFileInvalid) as refused, database.writing() as session:
        files.take(session, [other, bad])
    assert refused.value.facts["line"] == 2
    assert len(in_force(database)) == 1


@pytest.mark.parametrize("line", ["{", "[]", "7", "null"])
def test_a_line_that_is_no_object_is_named(database: Database, line: str) -> None:
    with pytest.raises(JudgementFileInvalid), database.writing() as session:
        files.take(session, [line])


def test_judgements_are_labels_where_somebody_decided(database: Database) -> None:
    nobody, unsure = CASE._replace(record_id="LD-2", personal_id=NOBODY), CASE._replace(record_id="LD-3")
    say(database, Word.SAME)
    say(database, Word.NOT_SAME, case=OTHER)
    say(database, Word.NOT_SAME, case=nobody)
    say(database, Word.CANT_TELL, case=unsure)
    say(database, Word.NOT_SAME, case=unsure._replace(record_id="LD-4"))
    found = {row["record_id"]: row["personal_id"] for row in files.labels(files.lines(in_force(database)))}
    assert found == {"LD-1": "068085001234", "LD-2": ""}
