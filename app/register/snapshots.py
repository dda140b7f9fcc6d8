"""Snapshots of register versions: built once for each version by one process at a time, mapped by all that match.

A snapshot is a folder beside the data of the service, and appears under its name when it is complete.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.db import Database
from app.register import store
from app.register.candidates import LayeredCandidates, SqlCandidates, candidates_of
from app.register.version_store import VersionStore
from matching.columns import StoredPerson
from matching.overlay import OverlaidSnapshot, open_snapshot, write_overlay
from matching.snapshot import SnapshotCandidates, SnapshotRow, SnapshotUnusable, write_snapshot

_BATCH: Final = 20_000  # people
Snapshot = SnapshotCandidates | OverlaidSnapshot
Done = Callable[[int, int], None]  # people taken, of all


def unwatched(done: int, total: int) -> None:
    """Watches nothing."""


def snapshot_folder(data_dir: Path, name: str) -> Path:
    """Where the snapshot of a version is, by the version's name in stamps ("7:0123456789ab")."""
    return data_dir / "snapshots" / name.replace(":", "-")


def snapshot_of(database: Database, version_id: int, data_dir: Path, *, done: Done = unwatched) -> Snapshot:
    """The snapshot of a register version, built now if there is none; another process that builds it is waited for.

    That of a version of changes lies over the snapshot of the version below.
    """
    candidates = candidates_of(database, version_id)
    try:
        folder = snapshot_folder(data_dir, candidates.stamp.version)
        found = existing_snapshot(folder)
        if found is not None:
            return found
        below = None
        if isinstance(candidates, LayeredCandidates):
            base = snapshot_of(database, candidates.below.people.version, data_dir, done=done)
            below = snapshot_folder(data_dir, base.stamp.version)
            total = len(candidates.people.numbers())
        else:
            with database.reading() as session:
                total = store.existing(session, version_id).rows_kept
        with _alone(folder):
            found = existing_snapshot(folder)
            if found is not None:
                return found
            _build(folder, candidates, below, lambda behind: done(behind, total))
    finally:
        candidates.close()
    return open_snapshot(folder)


def _build(folder: Path, candidates: SqlCandidates, below: Path | None, done: Callable[[int], None]) -> None:
    """Write a snapshot under another name, and give it its own when it is complete."""
    for left in folder.parent.glob(f"{folder.name}.*.part"):
        shutil.rmtree(left, ignore_errors=True)
    unfinished = folder.with_name(f"{folder.name}.{secrets.token_hex(6)}.part")
    batches = _told(_people(candidates.people), done)
    try:
        if below is None:
            write_snapshot(unfinished, batches, statistics=candidates.statistics, stamp=candidates.stamp)
        else:
            hidden = candidates.people.masked()
            write_overlay(unfinished, below, batches, hidden=hidden, stamp=candidates.stamp)
        _sync(unfinished)
        shutil.rmtree(folder, ignore_errors=True)  # one that other rules made
        unfinished.replace(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def existing_snapshot(folder: Path) -> Snapshot | None:
    """The snapshot in a folder; None if there is none that this program can use."""
    try:
        return open_snapshot(folder)
    except SnapshotUnusable:
        return None


def drop_snapshots_of(data_dir: Path, version_id: int) -> None:
    """Remove the snapshot of a version that is gone; who has it mapped keeps what is mapped."""
    for folder in (data_dir / "snapshots").glob(f"{version_id}-*"):
        with _alone(folder):
            shutil.rmtree(folder, ignore_errors=True)
        folder.with_name(f".{folder.name}.lock").unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Only one process at a time builds or removes this snapshot; the lock goes with the process that holds it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{folder.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _people(people: VersionStore) -> Iterator[list[SnapshotRow]]:
    """The people in the tables of a version in the order of their personal numbers."""
    for rows in people.ordered((*StoredPerson._fields, "full_name"), _BATCH):
        yield [SnapshotRow(StoredPerson._make(row[:-1]), row[-1]) for row in rows]


def _told(batches: Iterator[list[SnapshotRow]], done: Callable[[int], None]) -> Iterator[Sequence[SnapshotRow]]:
    behind = 0
    for batch in batches:
        yield batch
        behind += len(batch)
        done(behind)


def _sync(folder: Path) -> None:
    """Make every file of a folder survive a power cut before the folder gets its name."""
    for path in (*folder.iterdir(), folder):
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
