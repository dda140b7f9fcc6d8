"""The import of a register: what is kept, what is refused, and what remains after a break."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from app.db import Database
from app.register import importing, service, store
from app.register.errors import ImportUnderWay, NothingKept, NothingToImport, RejectsUnwritable, TooManyRejects
from app.register.importing import ImportRequest, Step
from app.register.version_store import Batch, Progress, VersionStore
from matching.statistics import Statistics
from tests.app.register.rows import WriteCsv, a_row, run_import, some_rows

REQUEST = ImportRequest("Lâm Đồng, 01/11/2026")


def _people(database: Database, version: int) -> list[tuple[object, ...]]:
    people = store.version_store(database, version)
    with people.engine.connect() as connection:
        table = people.tables.people
        found = [tuple(row) for row in connection.execute(select(table).order_by(table.c.personal_id))]
    people.close()
    return found


def _keys(database: Database, version: int) -> list[tuple[object, ...]]:
    people = store.version_store(database, version)
    with people.engine.connect() as connection:
        table = people.tables.keys
        found = [tuple(row) for row in connection.execute(select(table).order_by(table.c.key, table.c.person))]
    people.close()
    return found


def _frozen(database: Database, version: int) -> bytes:
    with database.reading() as session:
        content = store.statistics(session, version)
    assert content is not None
    return content


@pytest.fixture
def in_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of five rows."""
    monkeypatch.setattr(importing, "BATCH_ROWS", 5)


def test_an_imported_file_is_the_active_version(database: Database, write_csv: WriteCsv) -> None:
    outcome = run_import(database, write_csv(some_rows(12)))
    version = outcome.version
    assert (version.state, version.rows_kept, version.rows_rejected) == ("active", 12, 0)
    assert version.scope == "Lâm Đồng, 01/11/2026"
    assert version.keys_kept == len(_keys(database, version.id)) > 12
    assert [row[0] for row in _people(database, version.id)] == [68_085_000_000 + n for n in range(1, 13)]
    assert Statistics.from_bytes(_frozen(database, version.id)).size == 12
    with database.reading() as session:
        assert store.active(session) == version


def test_what_is_displayed_of_a_person_is_kept(database: Database, write_csv: WriteCsv) -> None:
    row = a_row(1, full_name="LÊ THỊ BA", other_names="Lê Thị Tư;Lê Thị Năm", permanent_address="Thôn 1\nxã Lộc Thắng")
    version = run_import(database, write_csv([row])).version
    name, others, numbers, address = _people(database, version.id)[0][-4:]
    assert (name, others) == ("Lê Thị Ba", "Lê Thị Tư;Lê Thị Năm")
    assert (numbers, address) == ("cmnd9:250000001", "Thôn 1\nxã Lộc Thắng")


def test_both_databases_keep_the_same(
    sqlite_url: str, postgresql_url: str, write_csv: WriteCsv, tmp_path: Path
) -> None:
    from app.db import make_engine
    from app.migrations import upgrade

    path = write_csv(some_rows(30))
    kept = []
    for url in (sqlite_url, postgresql_url):
        database = Database(make_engine(url))
        upgrade(database)
        version = run_import(database, path).version
        kept.append((_people(database, 1), _keys(database, 1), _frozen(database, 1), version.statistics))
        database.close()
    assert kept[0] == kept[1]


def test_refused_rows_are_written_with_line_field_reason_and_the_row(
    database: Database, write_csv: WriteCsv, tmp_path: Path
) -> None:
    rows = [a_row(1), a_row(2, personal_id="68085000002"), a_row(3), a_row(1, full_name="Lê Văn Hai"), a_row(4)]
    rows.append(a_row(5, birth_date="1985-02-30"))
    request = replace(REQUEST, refused_to=tmp_path / "refused.csv", most_rejects=60)
    outcome = run_import(database, write_csv(rows), request)
    assert (outcome.version.rows_read, outcome.version.rows_kept, outcome.version.rows_rejected) == (6, 3, 3)
    with (tmp_path / "refused.csv").open(encoding="utf-8-sig", newline="") as file:
        refused = list(csv.DictReader(file))
    assert [(row["line"], row["field"], row["reason"]) for row in refused] == [
        ("3", "personal_id", "not_12_digits"),
        ("5", "personal_id", "duplicate"),
        ("7", "birth_date", "impossible_date"),
    ]
    assert [row["full_name"] for row in refused] == [rows[1]["full_name"], "Lê Văn Hai", rows[5]["full_name"]]
    assert all(row["giai_thich"] and row["explanation"] for row in refused)
    assert (tmp_path / "refused.csv").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("in_small_batches")
def test_the_first_of_two_rows_with_one_number_stays_even_in_another_batch(
    database: Database, write_csv: WriteCsv
) -> None:
    rows = [*some_rows(12), a_row(2, full_name="Lê Văn Hai")]
    version = run_import(database, write_csv(rows), replace(REQUEST, most_rejects=50)).version
    assert (version.rows_kept, version.rows_rejected) == (12, 1)
    assert _people(database, version.id)[1][-4] == a_row(2)["full_name"]


def test_too_many_refused_rows_leave_the_active_version_until_they_are_accepted(
    database: Database, write_csv: WriteCsv, tmp_path: Path
) -> None:
    first = run_import(database, write_csv(some_rows(3), "a.csv")).version
    path = write_csv([*some_rows(8), a_row(9, sex="?"), a_row(10, sex="?")], "b.csv")
    request = replace(REQUEST, refused_to=tmp_path / "refused.csv")
    with pytest.raises(TooManyRejects) as refused:
        run_import(database, path, request)
    facts = {"read": 10, "rejected": 2, "limit": 5.0, "refused_to": str(tmp_path / "refused.csv")}
    assert refused.value.facts == facts
    assert (tmp_path / "refused.csv").exists()
    with database.reading() as session:
        assert store.active(session) == first
    outcome = run_import(database, path, replace(request, accept_rejects=True))
    assert (outcome.version.id, outcome.version.state, outcome.resumed_at) == (first.id + 1, "active", 10)


def test_a_file_without_a_usable_row_is_refused_and_nothing_is_left(database: Database, write_csv: WriteCsv) -> None:
    path = write_csv([a_row(1, personal_id="?")])
    with pytest.raises(NothingKept) as refused:
        run_import(database, path, replace(REQUEST, accept_rejects=True, refused_to=path.with_name("refused.csv")))
    assert refused.value.explained("vi").endswith(f"Các dòng bị từ chối: {path.with_name('refused.csv')}.")
    with pytest.raises(NothingToImport) as refused:
        run_import(database, write_csv([], "empty.csv"))
    assert "từ chối" not in refused.value.explained("vi")
    with database.reading() as session:
        assert [version.state for version in store.versions(session)] == ["failed", "failed"]
        assert store.active(session) is None
    if not database.is_sqlite:
        with database.engine.connect() as connection:
            assert "people_1" not in inspect(connection).get_table_names()


@pytest.mark.parametrize("kind", ["same", "link", "folder"])
def test_refused_rows_are_never_written_over_the_people(
    database: Database, write_csv: WriteCsv, tmp_path: Path, kind: str
) -> None:
    path = write_csv([*some_rows(3), a_row(4, sex="?")])
    before, target = path.read_bytes(), tmp_path / kind
    if kind == "link":
        target.hardlink_to(path)
    elif kind == "folder":
        target.mkdir()
    else:
        target = path.parent / "." / path.name
    with pytest.raises(RejectsUnwritable):
        run_import(database, path, replace(REQUEST, refused_to=target, most_rejects=50))
    assert path.read_bytes() == before
    with database.reading() as session:
        assert store.versions(session) == []


def test_the_same_file_again_changes_nothing_unless_asked(database: Database, write_csv: WriteCsv) -> None:
    path = write_csv(some_rows(3))
    first = run_import(database, path)
    second = run_import(database, path)
    assert (second.unchanged, second.version) == (True, first.version)
    third = run_import(database, path, replace(REQUEST, again=True))
    assert (third.unchanged, third.version.id) == (False, first.version.id + 1)
    assert third.version.statistics == first.version.statistics


def test_a_version_can_be_made_ready_first_and_active_later(database: Database, write_csv: WriteCsv) -> None:
    path = write_csv(some_rows(3))
    ready = run_import(database, path, replace(REQUEST, activate=False)).version
    assert ready.state == "ready"
    outcome = run_import(database, path)
    assert (outcome.version.id, outcome.version.state, outcome.unchanged) == (ready.id, "active", True)


class _PowerCut(Exception):
    """Something that no program expects."""


@pytest.mark.usefixtures("in_small_batches")
@pytest.mark.parametrize("phase", ["reading", "sorting"])
def test_an_import_broken_off_goes_on_and_ends_like_one_that_was_not(
    database: Database, write_csv: WriteCsv, phase: str
) -> None:
    path = write_csv([*some_rows(23), a_row(2), *some_rows(9, start=24)])
    request = replace(REQUEST, most_rejects=10)

    def cut(step: Step) -> None:
        if step.phase == phase and step.done > 10:
            raise _PowerCut

    with pytest.raises(_PowerCut):
        run_import(database, path, request, cut)
    broken = service.status(database)[0]
    assert broken.version.state == "staged"
    assert broken.progress is not None
    assert broken.progress.kept > 10
    outcome = run_import(database, path, request)
    assert outcome.version.id == broken.version.id
    assert outcome.resumed_at == broken.progress.read
    again = run_import(database, path, replace(request, again=True)).version
    assert _people(database, broken.version.id) == _people(database, again.id)
    assert _keys(database, broken.version.id) == _keys(database, again.id)
    assert _frozen(database, broken.version.id) == _frozen(database, again.id)
    assert outcome.version.rows_rejected == again.rows_rejected == 1


def test_a_commit_that_fails_leaves_nothing_of_its_batch(
    database: Database, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch, in_small_batches: None
) -> None:
    """Given a commit that breaks at the third batch, two batches and their progress are there, and no more."""
    from sqlalchemy import event

    path = write_csv(some_rows(23))
    run_import(database, write_csv(some_rows(2), "a.csv"))
    commits = 0

    def add(self: VersionStore, batch: Batch, *, before: Progress, after: Progress) -> None:
        nonlocal commits
        commits += 1
        if commits == 3:
            event.listen(self.engine, "commit", _fail, once=True)
        original(self, batch, before=before, after=after)

    def _fail(_connection: object) -> None:
        raise _PowerCut

    kind = type(store.version_store(database, 2))
    original: Callable[..., None] = kind.add
    monkeypatch.setattr(kind, "add", add)
    with pytest.raises(_PowerCut):
        run_import(database, path)
    people = store.version_store(database, 2)
    progress = people.progress()
    assert (progress.read, progress.kept) == (10, 10)
    assert sum(len(rows) for rows in people.kept(100)) == 10
    people.close()
    assert run_import(database, path).version.rows_kept == 23


def test_a_commit_that_fails_at_the_flip_leaves_the_old_version_active(
    database: Database, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run_import(database, write_csv(some_rows(2), "a.csv")).version
    path = write_csv(some_rows(5))

    def fail(*_arguments: object, **_named: object) -> None:
        raise _PowerCut

    with monkeypatch.context() as patched:
        patched.setattr(store, "existing", fail)  # the last step of the transaction
        with pytest.raises(_PowerCut):
            run_import(database, path)
    with database.reading() as session:
        assert store.active(session) == first
        assert store.statistics(session, first.id + 1) is None
    assert run_import(database, path).version.state == "active"


@pytest.mark.usefixtures("in_small_batches")
def test_two_imports_of_one_file_do_not_mix(database: Database, write_csv: WriteCsv) -> None:
    path = write_csv(some_rows(23))
    intruded = False

    def intrude(step: Step) -> None:
        nonlocal intruded
        if not intruded:
            intruded = True
            assert run_import(database, path).version.rows_kept == 23

    with pytest.raises(ImportUnderWay):
        run_import(database, path, report=intrude)
    with database.reading() as session:
        (version,) = store.versions(session)
    assert (version.state, len(_people(database, version.id))) == ("active", 23)


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from app.db import Database, make_engine
from app.register import importing
from app.register.files import register_file

importing.BATCH_ROWS = 50

def report(step):
    if step.phase == "reading" and step.done >= 150:
        os.kill(os.getpid(), signal.SIGKILL)

database, file = Database(make_engine(sys.argv[1])), register_file(Path(sys.argv[2]))
request = importing.ImportRequest("Lâm Đồng, 01/11/2026")
importing.import_register(database, file, request, clock=lambda: datetime.now(UTC), report=report)
"""


def test_an_import_killed_at_once_goes_on_where_it_stopped(
    database: Database, database_url: str, write_csv: WriteCsv
) -> None:
    path = write_csv(some_rows(400))
    command = [sys.executable, "-c", KILLED, database_url, str(path)]
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(Path.cwd())}, check=False)
    assert killed.returncode == -signal.SIGKILL
    outcome = run_import(database, path)
    assert (outcome.resumed_at, outcome.version.rows_kept, outcome.version.state) == (150, 400, "active")
    again = run_import(database, path, replace(REQUEST, again=True)).version
    assert _people(database, outcome.version.id) == _people(database, again.id)
    assert _keys(database, outcome.version.id) == _keys(database, again.id)
    assert outcome.version.statistics == again.statistics
