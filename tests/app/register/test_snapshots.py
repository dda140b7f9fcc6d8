"""Snapshots of register versions: built once, whole or not at all, by one process at a time."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import pytest

from app.db import Database
from app.register.candidates import active_candidates
from app.register.snapshots import drop_snapshots_of, existing_snapshot, snapshot_folder, snapshot_of
from tests.app.register.rows import WriteCsv, run_import, some_rows

_BUILD = """
import sys
from pathlib import Path
from app.db import Database, make_engine
from app.register.snapshots import snapshot_of
folder = Path(sys.argv[2])
unfinished = set()
look = lambda done, total: unfinished.update(path.name for path in folder.glob("snapshots/*.part"))
snapshot_of(Database(make_engine(sys.argv[1])), 1, folder, done=look)
print(*unfinished)
"""


def test_a_snapshot_is_built_once_and_says_how_far_it_is(
    database: Database, write_csv: WriteCsv, tmp_path: Path
) -> None:
    run_import(database, write_csv(some_rows(30)))
    told: list[tuple[int, int]] = []
    built = snapshot_of(database, 1, tmp_path, done=lambda done, total: told.append((done, total)))
    assert told == [(30, 30)]
    again = snapshot_of(database, 1, tmp_path, done=lambda done, total: told.append((done, total)))
    assert told == [(30, 30)]
    assert built.stamp == again.stamp == active_candidates(database).stamp


def test_two_processes_that_need_a_snapshot_build_it_once(
    database: Database, write_csv: WriteCsv, tmp_path: Path
) -> None:
    run_import(database, write_csv(some_rows(200)))
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _BUILD, url, str(tmp_path)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    seen = [process.communicate(timeout=120)[0].split() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert len(set(chain.from_iterable(seen))) == 1  # who waited saw the other's, if any


def test_what_a_killed_builder_left_behind_is_no_snapshot_and_goes(
    database: Database, write_csv: WriteCsv, tmp_path: Path
) -> None:
    run_import(database, write_csv(some_rows(30)))
    folder = snapshot_folder(tmp_path, active_candidates(database).stamp.version)
    left = folder.with_name(f"{folder.name}.abcdef.part")
    left.mkdir(parents=True)
    (left / "keys.npy").write_bytes(b"half")
    folder.mkdir()
    (folder / "keys.npy").write_bytes(b"half")
    assert existing_snapshot(folder) is None
    snapshot_of(database, 1, tmp_path)
    assert existing_snapshot(folder) is not None
    assert not left.exists()


_STOPS = """
import os, signal, sys
from pathlib import Path
from app.db import Database, make_engine
from app.register.snapshots import snapshot_of

def stop(done, total):
    print(done, flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)

print(len(snapshot_of(Database(make_engine(sys.argv[1])), 1, Path(sys.argv[2]), done=stop)))
"""


@contextmanager
def stopped_builder(database: Database, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has stopped in the middle of building the snapshot, and still holds its lock."""
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _STOPS, url, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "200\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # files and locks only
def test_a_builder_that_is_stopped_is_passed_by_and_does_no_harm_when_it_is_back(
    database: Database, write_csv: WriteCsv, tmp_path: Path
) -> None:
    run_import(database, write_csv(some_rows(200)))
    with stopped_builder(database, tmp_path) as process:
        told: list[tuple[int, int]] = []
        started = time.monotonic()
        built = snapshot_of(database, 1, tmp_path, done=lambda *far: told.append(far), patience=1.0)
        assert time.monotonic() - started >= 1.0
        assert len(built) == 200
        assert told[0] == told[-1] == (200, 200)  # waiting one sees how far the other is, then builds its own
        files = {path.name: path.stat().st_ino for path in snapshot_folder(tmp_path, built.stamp.version).iterdir()}
        process.send_signal(signal.SIGCONT)
        assert process.communicate(timeout=60)[0].splitlines()[-1] == "200"
        assert process.returncode == 0
    folder = snapshot_folder(tmp_path, built.stamp.version)
    assert {path.name: path.stat().st_ino for path in folder.iterdir()} == files
    assert not list(folder.parent.glob("*.part"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # files and locks only
def test_several_who_pass_a_stopped_builder_by_build_one_snapshot(
    database: Database, write_csv: WriteCsv, tmp_path: Path
) -> None:
    run_import(database, write_csv(some_rows(200)))
    with stopped_builder(database, tmp_path):
        builds: list[str] = []

        def build(name: str) -> None:
            assert len(snapshot_of(database, 1, tmp_path, patience=0.5)) == 200
            builds.append(name)

        threads = [threading.Thread(target=build, args=(str(number),)) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(builds) == 3
    (snapshot,) = (path for path in (tmp_path / "snapshots").iterdir() if path.is_dir() and ".part" not in path.name)
    assert existing_snapshot(snapshot) is not None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # files and locks only
def test_who_waits_for_a_stopped_builder_can_give_up(database: Database, write_csv: WriteCsv, tmp_path: Path) -> None:
    run_import(database, write_csv(some_rows(200)))

    def give_up(done: int, total: int) -> None:
        raise InterruptedError

    with stopped_builder(database, tmp_path), pytest.raises(InterruptedError):
        snapshot_of(database, 1, tmp_path, done=give_up)


def test_a_snapshot_goes_when_its_version_does(database: Database, write_csv: WriteCsv, tmp_path: Path) -> None:
    run_import(database, write_csv(some_rows(30)))
    snapshot = snapshot_of(database, 1, tmp_path)
    folder = snapshot_folder(tmp_path, snapshot.stamp.version)
    other = folder.with_name("11-0123456789ab")
    other.mkdir()
    drop_snapshots_of(tmp_path, 1)
    assert list(folder.parent.iterdir()) == [other]
    drop_snapshots_of(tmp_path, 1)


def test_another_import_has_a_snapshot_of_its_own(database: Database, write_csv: WriteCsv, tmp_path: Path) -> None:
    run_import(database, write_csv(some_rows(30)))
    first = snapshot_of(database, 1, tmp_path)
    run_import(database, write_csv(some_rows(31), "other.csv"))
    second = snapshot_of(database, 2, tmp_path)
    assert (len(first), len(second)) == (30, 31)
