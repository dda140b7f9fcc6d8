"""Files of changes: after them the register answers as if all its people had been imported anew."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import inspect

from app.db import Database
from app.engines.questions import plan_of, question_of
from app.register import delta_store, service, store
from app.register.candidates import active_candidates, candidates_of
from app.register.compacting import compact
from app.register.deltas import DeltaOutcome, DeltaRequest, apply_delta
from app.register.errors import (
    ColumnsMissing,
    DeltaNotRegister,
    ImportUnderWay,
    NoActiveVersion,
    NothingToCompact,
    RegisterMoved,
    TooManyRejects,
    VersionBelow,
)
from app.register.files import COLUMNS, delta_file, register_file
from app.register.importing import Step
from app.register.layers import Change, changed_people
from app.register.people import shown_people
from app.register.sampling import drawn_people
from app.register.snapshots import snapshot_of
from app.register.version_store import READING, SORTING
from matching.candidates import CandidateSource
from matching.cascade import LEAST_ROWS
from matching.columns import StoredPerson, stored
from matching.link import Question, link_columns
from matching.model import default_model
from matching.normalise.person import read_person
from matching.overlay import OverlaidSnapshot
from matching.records import CleanRecord
from tests.app.register.rows import NOON, Row, WriteCsv, a_row, run_import, some_rows
from tests.factories import subject

TODAY = date(2026, 11, 22)
NAMES = ("Trần Văn Ba", "Trần Văn Bá", "Lê Thị Hồng", "Lê Thị Hường", "Hoàng Văn An", "K'Brếu Y Ngông")
BIRTHS = ("1985-07-20", "1985-07-02", "1985", "1970-03-01")


def _write(path: Path, rows: Sequence[Row], columns: Sequence[str] = ("operation", *COLUMNS)) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def run_delta(database: Database, path: Path, **request: object) -> DeltaOutcome:
    """Apply a file of changes at noon."""
    asked = DeltaRequest(**request)  # type: ignore[arg-type]
    return apply_delta(database, delta_file(path), asked, clock=lambda: NOON)


def _drawn(dice: random.Random, serial: int) -> Row:
    return a_row(
        serial,
        full_name=dice.choice(NAMES),
        birth_date=dice.choice(BIRTHS),
        commune_code=dice.choice(("25084", "24988", "")),
        old_ids=dice.choice(("", f"cmnd9:2500000{serial:02d}", "cancelled:068185000077")),
    )


def _changes(dice: random.Random, people: dict[int, Row]) -> list[Row]:
    """Random changes, also made to the people given."""
    rows = []
    for serial in dice.sample(range(1, 60), 20):
        if serial in people and dice.random() < 0.4:
            rows.append({"operation": "remove", "personal_id": people.pop(serial)["personal_id"]})
        elif dice.random() < 0.9:
            people[serial] = _drawn(dice, serial)
            rows.append(people[serial] | {"operation": dice.choice(("", "upsert", "Cập nhật"))})
    return rows


def _records() -> list[CleanRecord]:
    """Land users who may be anybody of the people drawn."""
    land = [
        subject(name, numbers, birth, communes=communes)
        for name in NAMES
        for birth in BIRTHS[:3]
        for communes in ((), ("25084",))
        for numbers in ((), ("068085000007",), ("068085000012",), ("250000009",), ("068185000077",))
    ]
    return [CleanRecord(None, (each,)) for each in land * (LEAST_ROWS // len(land) + 1)]


def _answers(source: CandidateSource) -> list[object]:
    return [*link_columns(_records(), Question(source, default_model(), TODAY)).answers()]


def _people(database: Database, version: int) -> dict[int, object]:
    found = shown_people(database, version, [int(f"068085{serial:06d}") for serial in range(60)])
    return dict(sorted(found.items()))


@pytest.fixture
def moved(database: Database, write_csv: WriteCsv, tmp_path: Path) -> Database:
    """Ten people, of whom one changes, one goes, and one comes."""
    run_import(database, write_csv(some_rows(10)))
    rows = [
        a_row(3, full_name="Lê Thị Hồng", status="deceased") | {"operation": "upsert"},
        {"operation": "remove", "personal_id": a_row(5)["personal_id"]},
        a_row(11),
    ]
    run_delta(database, _write(tmp_path / "delta.csv", rows))
    return database


@pytest.mark.parametrize("seed", range(4))
def test_after_changes_every_store_answers_like_a_full_import_of_the_same_people(
    database: Database, write_csv: WriteCsv, tmp_path: Path, seed: int
) -> None:
    """Given three files of changes one after the other; statistics are those of the first import on both sides."""
    dice = random.Random(seed)
    people = {serial: _drawn(dice, serial) for serial in range(1, 40)}
    run_import(database, write_csv(list(people.values())))
    for number in range(3):
        outcome = run_delta(database, _write(tmp_path / f"{number}.csv", _changes(dice, people)))
        assert outcome.version is not None
        assert outcome.version.rows_kept == len(people)
    after = active_candidates(database)
    overlaid = snapshot_of(database, after.people.version, tmp_path)
    assert isinstance(overlaid, OverlaidSnapshot)
    full = run_import(database, write_csv(list(people.values()), "full.csv"))
    with database.writing() as session:
        frozen = store.statistics(session, 1)
        assert frozen is not None
        store.freeze(session, full.version.id, digest=after.stamp.statistics, content=frozen)
    whole = candidates_of(database, full.version.id)
    expected = _answers(whole)
    assert _answers(after) == expected
    assert _answers(overlaid) == expected
    assert _answers(snapshot_of(database, full.version.id, tmp_path)) == expected
    assert len(overlaid) == len(people)
    assert drawn_people(after, 1_000, seed=1).tolist() == drawn_people(whole, 1_000, seed=1).tolist()
    assert _people(database, after.people.version) == _people(database, full.version.id)
    assert list(changed_people(database, after.people.version, full.version.id)) == []


def test_a_delta_says_what_it_changes_and_keeps_scope_and_statistics(moved: Database) -> None:
    with moved.reading() as session:
        first, second = store.existing(session, 1), store.existing(session, 2)
        delta = delta_store.found(session, 2)
    assert (first.state, second.state, second.rows_kept) == ("retired", "active", 10)
    assert (second.scope, second.statistics) == (first.scope, first.statistics)
    assert delta is not None
    assert delta.counts == delta_store.DeltaCounts(added=1, changed=1, removed=1)
    assert (delta.parent_id, delta.base_id, delta.fields) == (1, 1, {"full_name": 1, "status": 1})
    stamp = active_candidates(moved).stamp
    assert stamp.version == f"2:{second.source_hash[:12]}@1:{first.source_hash[:12]}"


def test_a_dry_run_counts_and_writes_nothing(database: Database, write_csv: WriteCsv, tmp_path: Path) -> None:
    run_import(database, write_csv(some_rows(10)))
    rows = [
        a_row(3, sex="female", permanent_address="Thôn 2"),
        a_row(4),
        a_row(12),
        {"operation": "Xóa", "personal_id": a_row(5)["personal_id"]},
        {"operation": "remove", "personal_id": a_row(50)["personal_id"]},
        a_row(6) | {"operation": "merge"},
        a_row(12, full_name="Lê An"),
        a_row(13, birth_date="1985-13"),
    ]
    refused_to = tmp_path / "refused.csv"
    outcome = run_delta(database, _write(tmp_path / "d.csv", rows), dry_run=True, refused_to=refused_to)
    assert outcome.counts == delta_store.DeltaCounts(added=1, changed=1, unchanged=1, removed=1, unknown=1)
    assert outcome.fields == {"sex": 1, "permanent_address": 1}
    assert (outcome.version, outcome.read, outcome.rejected) == (None, 8, 3)
    assert [each.version.id for each in service.status(database)] == [1]
    with refused_to.open(encoding="utf-8-sig", newline="") as file:
        assert [(row["line"], row["reason"], row["operation"]) for row in csv.DictReader(file)] == [
            ("6", "unknown_removal", "remove"),
            ("7", "unknown_operation", "merge"),
            ("8", "duplicate", ""),
            ("9", "impossible_date", ""),
        ]


def test_a_rollback_brings_back_those_who_were_there(moved: Database) -> None:
    assert service.rollback(moved, clock=lambda: NOON).id == 1
    assert active_candidates(moved).stamp.version.startswith("1:")
    assert shown_people(moved, 1, [int(a_row(5)["personal_id"])])
    assert not shown_people(moved, 2, [int(a_row(5)["personal_id"])])


def test_who_reads_the_version_before_goes_on_with_it(database: Database, write_csv: WriteCsv, tmp_path: Path) -> None:
    run_import(database, write_csv(some_rows(10)))
    before = active_candidates(database)
    expected = _answers(before)
    run_delta(database, _write(tmp_path / "d.csv", [a_row(7, full_name="Hoàng Văn An"), a_row(12)]))
    assert _answers(before) == expected
    assert _answers(candidates_of(database, 1)) == expected


def test_a_run_ends_on_the_version_that_it_began_with(moved: Database, tmp_path: Path) -> None:
    land = tmp_path / "land.csv"
    land.write_text("full_name\nTrần Văn Ba\n", encoding="utf-8")
    plan = plan_of(moved, land, as_of=TODAY)
    run_delta(moved, _write(tmp_path / "next.csv", [a_row(20)]))
    asked = question_of(plan, moved, tmp_path)
    assert isinstance(asked.source, OverlaidSnapshot)
    assert asked.source.stamp.version == plan.register
    assert len(asked.source) == 10
    after = question_of(plan_of(moved, land, as_of=TODAY), moved, tmp_path)
    assert after.source.stamp.version.startswith("3:")


def test_the_same_file_again_and_one_that_changes_nothing_make_no_version(moved: Database, tmp_path: Path) -> None:
    assert run_delta(moved, tmp_path / "delta.csv").repeated
    outcome = run_delta(moved, _write(tmp_path / "same.csv", [a_row(1), a_row(11)]))
    assert (outcome.version, outcome.counts.unchanged, outcome.repeated) == (None, 2, False)
    assert [each.version.id for each in service.status(moved)] == [2, 1]


def test_the_snapshot_of_changes_is_told_apart_from_that_below(moved: Database, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    overlaid = snapshot_of(moved, 2, tmp_path, done=lambda done, total: told.append((done, total)))
    assert told == [(10, 10), (2, 2)]
    assert snapshot_of(moved, 2, tmp_path).stamp == overlaid.stamp == active_candidates(moved).stamp
    assert len(told) == 2


def test_a_scope_may_be_restated(moved: Database, tmp_path: Path) -> None:
    outcome = run_delta(moved, _write(tmp_path / "same.csv", [a_row(1)]), scope="Lâm Đồng, 23/11/2026")
    assert outcome.version is not None
    assert outcome.version.scope == active_candidates(moved).stamp.scope == "Lâm Đồng, 23/11/2026"


def test_compacting_changes_no_answer(moved: Database, tmp_path: Path) -> None:
    before = active_candidates(moved)
    expected = _answers(before)
    version = compact(moved, clock=lambda: NOON)
    assert (version.state, version.rows_kept) == ("active", 10)
    assert version.statistics == before.stamp.statistics
    assert _answers(active_candidates(moved)) == expected
    assert list(changed_people(moved, 2, version.id)) == []
    with pytest.raises(NothingToCompact):
        compact(moved, clock=lambda: NOON)


def test_very_many_changes_are_written_with_all_people(moved: Database, tmp_path: Path) -> None:
    rows = [a_row(serial, sex="female") for serial in range(1, 9)]
    outcome = run_delta(moved, _write(tmp_path / "many.csv", rows), few=5)
    assert outcome.compacted
    assert outcome.version is not None
    with moved.reading() as session:
        delta = delta_store.found(session, outcome.version.id)
        listed = [(version.id, version.state) for version in store.versions(session)]
    assert delta is not None
    assert (delta.base_id, delta.parent_id) == (None, 2)
    assert delta.counts == outcome.counts == delta_store.DeltaCounts(added=1, changed=7)
    assert listed == [(outcome.version.id, "active"), (2, "retired"), (1, "retired")]
    assert service.rollback(moved, clock=lambda: NOON).id == 2


def test_a_version_below_others_can_not_be_dropped(moved: Database) -> None:
    with pytest.raises(VersionBelow) as refused:
        service.drop(moved, 1)
    assert "khop register compact" in refused.value.explained("en")
    service.rollback(moved, clock=lambda: NOON)
    service.drop(moved, 2)
    assert [each.version.id for each in service.status(moved)] == [1]


def _stored(row: Row) -> StoredPerson:
    return stored(read_person(row))


def test_changes_between_versions_are_named_in_the_order_of_personal_numbers(
    moved: Database, write_csv: WriteCsv
) -> None:
    changed = a_row(3, full_name="Lê Thị Hồng", status="deceased")
    expected = [
        Change(int(changed["personal_id"]), _stored(a_row(3)), _stored(changed)),
        Change(int(a_row(5)["personal_id"]), _stored(a_row(5)), None),
        Change(int(a_row(11)["personal_id"]), None, _stored(a_row(11))),
    ]
    assert list(changed_people(moved, 1, 2)) == expected
    back = [change._replace(before=change.after, after=change.before) for change in expected]
    assert list(changed_people(moved, 2, 1)) == back
    anew = run_import(moved, write_csv(some_rows(10)[::-1], "anew.csv"))
    assert list(changed_people(moved, 2, anew.version.id)) == back


def test_whole_imports_are_compared_person_by_person(database: Database, write_csv: WriteCsv) -> None:
    run_import(database, write_csv(some_rows(4), "a.csv"))
    run_import(database, write_csv([a_row(2), a_row(3, sex="female"), *some_rows(2, 4)], "b.csv"))
    found = [
        (change.personal_id % 100, change.before is None, change.after is None)
        for change in changed_people(database, 1, 2)
    ]
    assert found == [(1, False, True), (3, False, False), (5, True, False)]


def test_a_file_of_changes_is_not_taken_for_the_register_nor_the_other_way(tmp_path: Path) -> None:
    path = _write(tmp_path / "d.csv", [a_row(1)], ("thao_tac", *COLUMNS))
    with pytest.raises(DeltaNotRegister):
        register_file(path)
    assert delta_file(path).ignored == ()
    with pytest.raises(ColumnsMissing):
        delta_file(_write(tmp_path / "e.csv", [{"personal_id": "1"}], ("personal_id",)))
    delta_file(_write(tmp_path / "f.csv", [{"personal_id": "1"}], ("operation", "personal_id")))


def test_a_delta_needs_a_register_and_may_not_be_mostly_refused(
    database: Database, write_csv: WriteCsv, tmp_path: Path
) -> None:
    path = _write(tmp_path / "d.csv", [a_row(1, sex="?"), a_row(2, status="dead"), a_row(3)])
    with pytest.raises(NoActiveVersion):
        run_delta(database, path)
    run_import(database, write_csv(some_rows(2)))
    with pytest.raises(TooManyRejects):
        run_delta(database, path)
    assert [each.version.id for each in service.status(database)] == [1]
    assert run_delta(database, path, accept_rejects=True).counts.added == 1


def test_a_delta_read_while_another_version_became_active_changes_nothing(
    database: Database, write_csv: WriteCsv, tmp_path: Path
) -> None:
    run_import(database, write_csv(some_rows(5)))
    file = delta_file(_write(tmp_path / "d.csv", [a_row(9)]))
    other = write_csv(some_rows(6), "other.csv")
    with pytest.raises(RegisterMoved):
        apply_delta(
            database,
            file,
            DeltaRequest(),
            clock=lambda: NOON,
            report=lambda step: None if step.phase == "reading" else run_import(database, other) and None,
        )
    with database.reading() as session:
        active = store.active(session)
    assert active is not None
    assert active.source_name == "other.csv"


def test_a_full_import_is_not_mistaken_for_a_delta_of_the_same_file(database: Database, write_csv: WriteCsv) -> None:
    run_import(database, write_csv(some_rows(5)))
    path = write_csv(some_rows(6), "more.csv")
    run_delta(database, path)
    imported = run_import(database, path)
    assert not imported.unchanged
    assert imported.version.rows_kept == 6


def test_what_a_killed_run_left_goes_when_the_file_is_applied_again(
    database: Database, write_csv: WriteCsv, tmp_path: Path
) -> None:
    run_import(database, write_csv(some_rows(5)))
    path = _write(tmp_path / "d.csv", [a_row(9)])
    file = delta_file(path)
    with database.writing() as session:
        source = store.Source("d.csv", file.content().digest, "Lâm Đồng", None, "0/0")
        left = store.add(session, source, name="d.csv", now=NOON)
        delta_store.add(session, delta_store.Delta(0, 1, "1:0123456789ab", 1), left.id)
    people = store.version_store(database, left.id)
    people.create()
    people.close()
    outcome = run_delta(database, path)
    assert outcome.version is not None
    assert [each.version.id for each in service.status(database)] == [outcome.version.id, 1]


@pytest.mark.parametrize("phase", [READING, SORTING])
def test_of_two_who_apply_the_same_file_at_once_the_later_one_does(
    database: Database, write_csv: WriteCsv, tmp_path: Path, phase: str
) -> None:
    run_import(database, write_csv(some_rows(5)))
    path, later = _write(tmp_path / "d.csv", [a_row(9)]), list[DeltaOutcome]()

    def again(step: Step) -> None:
        if step.phase == phase and not later:
            later.append(run_delta(database, path))

    with pytest.raises(ImportUnderWay):
        apply_delta(database, delta_file(path), DeltaRequest(), clock=lambda: NOON, report=again)
    version = later[0].version
    assert version is not None
    assert [each.version.id for each in service.status(database)] == [version.id, 1]
    assert [each.version.state for each in service.status(database)] == ["active", "retired"]
    assert len(_people(database, version.id)) == 6


def test_a_run_that_is_broken_off_leaves_nothing(database: Database, write_csv: WriteCsv, tmp_path: Path) -> None:
    run_import(database, write_csv(some_rows(5)))
    file = delta_file(_write(tmp_path / "d.csv", [a_row(9)]))

    def stop(_step: Step) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply_delta(database, file, DeltaRequest(), clock=lambda: NOON, report=stop)
    assert [each.version.id for each in service.status(database)] == [1]
    assert not [name for name in inspect(database.engine).get_table_names() if name.endswith("_2")]
    assert not list(tmp_path.glob("*-register-2*"))
