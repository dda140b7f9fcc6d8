"""The database: one way to read, one way to write, and tables that the migrations bring about."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, insert, inspect, select
from sqlalchemy.exc import IntegrityError, StatementError

from app.db import Database, IdleConnections, database, make_engine
from app.errors import DatabaseUnreachable, DatabaseUrlInvalid, SchemaOutdated
from app.migrations import current, head, make_current, upgrade
from app.register import store
from app.settings import Settings
from app.tables import metadata, register_pointer, register_versions

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOURCE = store.Source("people.csv", "0" * 64, "Lâm Đồng", None, "0.1.0")


@pytest.fixture
def opened(database_url: str) -> Iterator[Database]:
    """A database of each kind with the service's tables."""
    with closing(Database(make_engine(database_url))) as made:
        upgrade(made)
        yield made


def _count(opened: Database) -> int:
    with opened.reading() as session:
        return session.scalar(select(func.count()).select_from(register_versions)) or 0


def test_the_migrations_bring_about_the_tables_of_the_program(opened: Database) -> None:
    with opened.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert current(opened) == head()


def test_an_upgrade_may_be_repeated(opened: Database) -> None:
    upgrade(opened)
    assert current(opened) == head()


def test_every_migration_can_be_taken_back(opened: Database) -> None:
    from alembic import command

    from app.migrations import _config

    config = _config()
    with opened.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with opened.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]


def test_an_empty_database_is_set_up_at_once(database_url: str) -> None:
    with closing(database(Settings(database_url=database_url))) as made:
        make_current(made)
        assert current(made) == head()


def test_a_database_of_another_release_is_refused(opened: Database) -> None:
    with opened.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(SchemaOutdated) as refused:
        make_current(opened)
    assert refused.value.facts["found"] == "0000"


def test_what_is_written_in_one_transaction_is_there_as_a_whole(opened: Database) -> None:
    with opened.writing() as session:
        store.add(session, SOURCE, name="a", now=NOON)
        store.add(session, SOURCE, name="b", now=NOON)
    assert _count(opened) == 2


def test_a_failure_in_a_transaction_leaves_nothing(opened: Database) -> None:
    def fail_after_writing() -> None:
        with opened.writing() as session:
            store.add(session, SOURCE, name="a", now=NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_writing()
    assert _count(opened) == 0


def test_a_foreign_key_is_kept(opened: Database) -> None:
    with pytest.raises(IntegrityError), opened.writing() as session:
        session.execute(insert(register_pointer).values(id=1, version_id=99, changed_at=NOON))


def test_two_writers_who_read_first_both_succeed(opened: Database) -> None:
    """Given SQLite without an immediate lock, the second would fail although it waits."""
    start = threading.Barrier(2)
    failures: list[BaseException] = []

    def write(name: str) -> None:
        start.wait()
        try:
            for _ in range(20):
                with opened.writing() as session:
                    store.versions(session)
                    store.add(session, SOURCE, name=name, now=NOON)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert _count(opened) == 40


def test_a_reader_sees_one_state_while_another_writes(opened: Database) -> None:
    with opened.reading() as reader:
        before = len(store.versions(reader))
        with opened.writing() as writer:
            store.add(writer, SOURCE, name="a", now=NOON)
        if opened.is_sqlite:  # PostgreSQL reads what is committed at each statement
            assert len(store.versions(reader)) == before
    assert _count(opened) == before + 1


def test_a_moment_comes_back_in_utc(opened: Database) -> None:
    hanoi = timezone(timedelta(hours=7))
    with opened.writing() as session:
        added = store.add(session, SOURCE, name="a", now=datetime(2026, 11, 22, 19, tzinfo=hanoi))
    with opened.reading() as session:
        found = store.existing(session, added.id)
    assert found.created_at == NOON
    assert found.created_at.tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused(opened: Database) -> None:
    with pytest.raises(StatementError, match="time zone"), opened.writing() as session:
        store.add(session, SOURCE, name="a", now=NOON.replace(tzinfo=None))


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "not an address"])
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUrlInvalid) as refused:
        make_engine(url)
    assert "KHOP_DATABASE_URL" in refused.value.explained("vi")


def test_an_address_without_a_driver_is_given_the_right_one() -> None:
    engine = make_engine("postgresql://user:secret@host/name")
    assert engine.dialect.driver == "psycopg"
    assert "secret" not in repr(engine)


def test_a_database_that_does_not_answer_is_said_to_be_unreachable(tmp_path: Path) -> None:
    made = Database(make_engine(f"postgresql:///name?host={tmp_path}"))
    with pytest.raises(DatabaseUnreachable):
        upgrade(made)


def test_errors_of_the_database_show_no_values(opened: Database) -> None:
    """PostgreSQL's own text would quote the whole row."""
    values = {"id": 1, "name": "Nguyễn Văn Mẫu", "state": "unheard of", "scope": "", "source_name": ""}
    statement = insert(register_versions).values(**values, source_hash="", program="", created_at=NOON)
    with pytest.raises(IntegrityError) as refused, opened.writing() as session:
        session.execute(statement)
    assert "Nguyễn" not in str(refused.value)
    assert "Nguyễn" not in str(refused.value.orig)


def test_sqlite_commits_survive_a_power_cut(sqlite_url: str) -> None:
    with make_engine(sqlite_url).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_a_row_is_read_whatever_else_uses_the_pool(sqlite_url: str) -> None:
    db = Database(make_engine(sqlite_url, pool=1))
    assert db.row("SELECT 1, 'a'") == (1, "a")
    with db.reading(), db.reading():  # all that the pool has
        assert db.row("SELECT 2") == (2,)
    assert db.row("SELECT 3 WHERE 0") is None
    db.close()
    assert db.row("SELECT 4") == (4,)
    db.close()


def test_connections_at_hand_serve_many_threads_one_each(sqlite_url: str) -> None:
    db = Database(make_engine(sqlite_url))
    with ThreadPoolExecutor(8) as threads:
        rows = list(threads.map(lambda number: db.row(f"SELECT {number}"), range(400)))
    assert rows == [(number,) for number in range(400)]
    db.close()


def test_after_an_error_rows_are_read_through_new_connections(sqlite_url: str) -> None:
    db = Database(make_engine(sqlite_url))
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError):
            db.row("SELECT * FROM nowhere")
        assert db.row("SELECT 1") == (1,)
    db.close()


def test_a_connection_that_comes_back_after_the_end_is_closed(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    idle = IdleConnections()
    for _ in range(6):
        idle.give(engine.raw_connection())
    late = idle.taken()
    assert late is not None
    idle.close()
    idle.give(late)
    assert idle.taken() is None
    engine.dispose()
