"""Snapshots of register versions: built once, whole or not at all, by one process at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.db import Database
from app.register.candidates import active_candidates
from app.register.snapshots import drop_snapshots_of, existing_snapshot, snapshot_folder, snapshot_of
from tests.app.register.rows import WriteCsv, run_import, some_rows

_BUILD = """
import sys
from pathlib import Path
from app.db import Database, make_engine
from app.register.snapshots import snapshot_of
built = []
snapshot_of(Database(make_engine(sys.argv[1])), 1, Path(sys.argv[2]), done=lambda done, total: built.append(done))
print(len(built))
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
    assert sorted(process.communicate(timeout=120)[0].strip() for process in both) == ["0", "1"]


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
