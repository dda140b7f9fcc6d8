"""A register version whose data is gone: said at once, nothing made in its place, read again when it is back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.db import Database
from app.errors import DatabaseUnreachable
from app.register import service, store
from app.register.candidates import SqlCandidates, active_candidates
from app.register.errors import VersionIncomplete
from app.register.importing import ImportRequest
from app.register.sampling import drawn_people
from app.register.sqlite_store import SqliteStore
from matching.block import register_keys
from matching.columns import Hashes
from tests.app.register.rows import WriteCsv, run_import, some_rows

PERSON = np.array([68_085_000_001], dtype=np.int64)


@pytest.fixture
def source(database: Database, write_csv: WriteCsv) -> Iterator[SqlCandidates]:
    """Five people who can be looked up."""
    run_import(database, write_csv(some_rows(5)))
    found = active_candidates(database)
    yield found
    found.close()


def _keys(source: SqlCandidates) -> Hashes:
    return register_keys(source.fetch(PERSON))[0]


def _file(database: Database) -> Path:
    people = store.version_store(database, 1)
    assert isinstance(people, SqliteStore)
    return people.path


def _take_away(database: Database, source: SqlCandidates) -> None:
    if database.is_sqlite:
        source.close()  # a file that is open could still be read
        _file(database).rename(_file(database).with_suffix(".away"))
        return
    with database.engine.begin() as connection:
        for table in ("people_1", "keys_1"):
            connection.exec_driver_sql(f"ALTER TABLE {_name(source, table)} RENAME TO {table}_away")


def _put_back(database: Database, source: SqlCandidates) -> None:
    if database.is_sqlite:
        _file(database).with_suffix(".away").rename(_file(database))
        return
    with database.engine.begin() as connection:
        for table in ("people_1", "keys_1"):
            connection.exec_driver_sql(f"ALTER TABLE {table}_away RENAME TO {_name(source, table)}")


def _name(source: SqlCandidates, table: str) -> str:
    tables = source.people.tables
    return tables.people.name if table == "people_1" else tables.keys.name


def test_a_version_that_is_gone_is_unreachable_until_it_is_put_back(database: Database, source: SqlCandidates) -> None:
    keys = _keys(source)
    before = source.lookup(keys, cap=10).persons.tolist()
    _take_away(database, source)
    for _ in range(2):
        with pytest.raises(DatabaseUnreachable) as refused:
            source.lookup(keys, cap=10)
        assert refused.value.status == 503
        with pytest.raises(DatabaseUnreachable):
            source.fetch(PERSON)
        with pytest.raises(DatabaseUnreachable):
            source.display_names(PERSON)
        with pytest.raises(DatabaseUnreachable):
            drawn_people(source, 3, seed=1)
    if database.is_sqlite:
        assert not _file(database).exists()
    _put_back(database, source)
    assert source.lookup(keys, cap=10).persons.tolist() == before


@pytest.mark.parametrize("content", [b"", b"no database" * 1_000])
def test_a_file_that_is_no_register_is_unreachable_and_the_right_one_is_read_again(
    sqlite_url: str, write_csv: WriteCsv, content: bytes
) -> None:
    from app.db import make_engine
    from app.migrations import upgrade

    database = Database(make_engine(sqlite_url))
    upgrade(database)
    run_import(database, write_csv(some_rows(5)))
    source, path = active_candidates(database), _file(database)
    right = path.read_bytes()
    path.write_bytes(content)
    with pytest.raises(DatabaseUnreachable):
        source.fetch(PERSON)
    path.unlink()
    path.write_bytes(right)
    assert list(source.display_names(PERSON)) == ["Trần Văn Tư"]
    source.close()
    database.close()


def test_a_postgresql_connection_that_breaks_is_unreachable_and_the_next_one_answers(
    postgresql_url: str, write_csv: WriteCsv
) -> None:
    from app.db import make_engine
    from app.migrations import upgrade

    database = Database(make_engine(postgresql_url))
    upgrade(database)
    run_import(database, write_csv(some_rows(5)))
    source = active_candidates(database)
    with pytest.raises(DatabaseUnreachable), source._cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert list(source.display_names(PERSON)) == ["Trần Văn Tư"]
    database.close()


def test_an_unfinished_version_whose_file_is_gone_is_listed_and_imported_from_its_start(
    sqlite_url: str, write_csv: WriteCsv
) -> None:
    from app.db import make_engine
    from app.migrations import upgrade

    database = Database(make_engine(sqlite_url))
    upgrade(database)
    path = write_csv(some_rows(5))

    def broken(_step: object) -> None:
        raise sqlite3.Error

    with pytest.raises(sqlite3.Error):
        run_import(database, path, report=broken)
    _file(database).unlink()
    (listed,) = service.status(database)
    assert listed.progress is not None
    assert listed.progress.read == 0
    assert not _file(database).exists()
    assert run_import(database, path, ImportRequest("Lâm Đồng, 01/11/2026")).version.rows_kept == 5
    database.close()


def test_people_whom_only_the_keys_know_make_a_version_incomplete_not_a_key_error(source: SqlCandidates) -> None:
    stranger = np.array([68_085_000_001, 79_000_000_009, 79_000_000_009], dtype=np.int64)
    for ask in (source.fetch, source.display_names):
        with pytest.raises(VersionIncomplete) as refused:
            ask(stranger)
        assert refused.value.status == 503
        assert refused.value.facts == {"version": 1, "missing": 1}
        assert "79000000009" not in refused.value.explained("en")
