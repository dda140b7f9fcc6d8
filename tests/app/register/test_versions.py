"""Versions of the register: activated, brought back, dropped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect

from app.db import Database
from app.register import service, store
from app.register.candidates import active_candidates
from app.register.errors import (
    NothingToRollBack,
    VersionActive,
    VersionInUse,
    VersionMissing,
    VersionNotReady,
)
from app.register.importing import Step
from tests.app.register.rows import WriteCsv, run_import, some_rows

LATER = datetime(2026, 11, 23, tzinfo=UTC)


def _later() -> datetime:
    return LATER


@pytest.fixture
def three(database: Database, write_csv: WriteCsv) -> Database:
    """Three versions; the third is active."""
    for count in (1, 2, 3):
        run_import(database, write_csv(some_rows(count), f"{count}.csv"))
    return database


def _states(database: Database) -> list[str]:
    return [each.version.state for each in reversed(service.status(database))]


def _size(database: Database) -> int:
    source = active_candidates(database)
    source.close()
    return source.statistics.size


def test_only_the_last_import_is_active(three: Database) -> None:
    assert _states(three) == ["retired", "retired", "active"]
    assert _size(three) == 3


def test_a_rollback_brings_back_the_version_before_and_another_the_one_before_that(three: Database) -> None:
    assert service.rollback(three, clock=_later).id == 2
    assert (_states(three), _size(three)) == (["retired", "active", "retired"], 2)
    assert service.rollback(three, clock=_later).activated_at == LATER
    assert (_states(three), _size(three)) == (["active", "retired", "retired"], 1)
    with pytest.raises(NothingToRollBack):
        service.rollback(three, clock=_later)


def test_after_a_rollback_the_newer_version_can_be_activated_again(three: Database) -> None:
    service.rollback(three, clock=_later)
    assert service.activate(three, 3, clock=_later).state == "active"
    assert service.rollback(three, clock=_later).id == 2


def test_activating_the_active_version_changes_nothing(three: Database) -> None:
    before = service.status(three)
    service.activate(three, 3, clock=_later)
    assert service.status(three) == before


def test_a_dropped_version_leaves_nothing_and_its_number_never_comes_back(
    three: Database, write_csv: WriteCsv, tmp_path: Path
) -> None:
    service.drop(three, 2)
    assert [each.version.id for each in service.status(three)] == [3, 1]
    assert not list(tmp_path.glob("khop-register-2.db*"))
    with three.engine.connect() as connection:
        assert not [name for name in inspect(connection).get_table_names() if name.endswith("_2")]
    with three.reading() as session:
        assert store.statistics(session, 2) is None
    service.drop(three, 1)
    assert run_import(three, write_csv(some_rows(4))).version.id == 4


def test_a_rollback_passes_over_nothing_that_was_dropped(three: Database) -> None:
    service.drop(three, 2)
    with pytest.raises(NothingToRollBack):
        service.rollback(three, clock=_later)


def test_the_active_version_is_not_dropped(three: Database) -> None:
    with pytest.raises(VersionActive) as refused:
        service.drop(three, 3)
    assert "rollback" in refused.value.explained("vi")


def test_a_version_that_is_not_there_is_said_to_be_missing(three: Database) -> None:
    with pytest.raises(VersionMissing):
        service.drop(three, 9)
    with pytest.raises(VersionMissing):
        service.activate(three, 9, clock=_later)


def test_an_unfinished_version_is_shown_with_its_progress_and_is_not_activated(
    database: Database, write_csv: WriteCsv
) -> None:
    seen: list[tuple[str, int]] = []

    def look(_step: Step) -> None:
        (each,) = service.status(database)
        assert each.progress is not None
        seen.append((each.version.state, each.progress.kept))
        with pytest.raises(VersionNotReady):
            service.activate(database, each.version.id, clock=_later)

    run_import(database, write_csv(some_rows(5)), report=look)
    assert seen[0] == ("staged", 5)


def test_a_version_can_be_dropped_while_it_is_read_or_says_that_it_is_in_use(three: Database) -> None:
    """A file that is open may be removed; a table that is read stays, and the drop may be tried again."""
    people = store.version_store(three, 1)
    with people.engine.connect() as reader:
        rows = reader.exec_driver_sql(f"SELECT personal_id FROM {people.tables.people.name}")
        if three.is_sqlite:
            service.drop(three, 1)
        else:
            with pytest.raises(VersionInUse):
                service.drop(three, 1)
        assert len(rows.all()) == 1
    people.close()
    if not three.is_sqlite:
        assert _states(three)[0] == "failed"
        service.drop(three, 1)
    assert [each.version.id for each in service.status(three)] == [3, 2]
