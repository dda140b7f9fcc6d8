"""Snapshots of register versions: built once for each version by one process at a time, mapped by all that match.

A snapshot is a folder beside the data of the service, and appears under its name when it is complete. Who builds it
shows how far it is; one that shows nothing new for long (stopped, or stuck on a disk) is not waited for any longer.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Final

import structlog

from app.db import Database
from app.register import store
from app.register.candidates import LayeredCandidates, SqlCandidates, candidates_of
from app.register.version_store import VersionStore
from matching.columns import StoredPerson
from matching.overlay import OverlaidSnapshot, open_snapshot, write_overlay
from matching.snapshot import SnapshotCandidates, SnapshotRow, SnapshotUnusable, write_snapshot

_BATCH: Final = 20_000  # people
# Seconds without anything new from a builder; its longest silent step took 6.4 s for a million people.
PATIENCE: Final = 600.0
_LOOK: Final = 0.2  # seconds between two looks at a lock
_MARK: Final = "building"  # the file in an unfinished snapshot that its builder holds, with the people taken so far
_log = structlog.get_logger(__name__)
Snapshot = SnapshotCandidates | OverlaidSnapshot
Done = Callable[[int, int], None]  # people taken, of all


def unwatched(done: int, total: int) -> None:
    """Watches nothing."""


def snapshot_folder(data_dir: Path, name: str) -> Path:
    """Where the snapshot of a version is, by the version's name in stamps ("7:0123456789ab")."""
    return data_dir / "snapshots" / name.replace(":", "-")


def snapshot_of(
    database: Database, version_id: int, data_dir: Path, *, done: Done = unwatched, patience: float = PATIENCE
) -> Snapshot:
    """The snapshot of a register version, built now if there is none; another process that builds it is waited for.

    While waiting, `done` tells how far the other one is; it may raise to give up. An other one that shows nothing new
    for `patience` seconds is passed by. The snapshot of a version of changes lies over that of the version below.
    """
    candidates = candidates_of(database, version_id)
    try:
        folder = snapshot_folder(data_dir, candidates.stamp.version)
        found = existing_snapshot(folder)
        if found is not None:
            return found
        below = None
        if isinstance(candidates, LayeredCandidates):
            base = snapshot_of(database, candidates.below.people.version, data_dir, done=done, patience=patience)
            below = snapshot_folder(data_dir, base.stamp.version)
            total = len(candidates.people.numbers())
        else:
            with database.reading() as session:
                total = store.existing(session, version_id).rows_kept

        def waits(people: int) -> bool:
            done(people, total)
            return existing_snapshot(folder) is None

        with _alone(folder, waits, patience):
            found = existing_snapshot(folder)
            if found is not None:
                return found
            _build(folder, candidates, below, lambda behind: done(behind, total))
    finally:
        candidates.close()
    return open_snapshot(folder)


def _build(folder: Path, candidates: SqlCandidates, below: Path | None, done: Callable[[int], None]) -> None:
    """Write a snapshot under another name, and give it its own when it is complete."""
    _remove_left(folder)
    unfinished = folder.with_name(f"{folder.name}.{secrets.token_hex(6)}.part")
    unfinished.mkdir(parents=True)
    try:
        with (unfinished / _MARK).open("w") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX)
            batches = _told(_people(candidates.people), mark, done)
            if below is None:
                write_snapshot(unfinished, batches, statistics=candidates.statistics, stamp=candidates.stamp)
            else:
                hidden = candidates.people.masked()
                write_overlay(unfinished, below, batches, hidden=hidden, stamp=candidates.stamp)
            _sync(unfinished)
            if existing_snapshot(folder) is None:  # else somebody who passed by was sooner
                (unfinished / _MARK).unlink()
                shutil.rmtree(folder, ignore_errors=True)  # one that other rules made
                unfinished.replace(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _remove_left(folder: Path) -> None:
    """Remove what builders that are gone have left behind; one that is stopped still holds its own."""
    for left in folder.parent.glob(f"{folder.name}.*.part"):
        try:
            with (left / _MARK).open() as mark:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        except OSError:  # no mark: it was made by another release, or is about to get its name
            pass
        shutil.rmtree(left, ignore_errors=True)


def existing_snapshot(folder: Path) -> Snapshot | None:
    """The snapshot in a folder; None if there is none that this program can use."""
    try:
        return open_snapshot(folder)
    except SnapshotUnusable:
        return None


def drop_snapshots_of(data_dir: Path, version_id: int) -> None:
    """Remove the snapshot of a version that is gone; who has it mapped keeps what is mapped."""
    for folder in (data_dir / "snapshots").glob(f"{version_id}-*"):
        with _alone(folder, lambda _: True, PATIENCE):
            shutil.rmtree(folder, ignore_errors=True)
        for lock in folder.parent.glob(f".{folder.name}*.lock"):
            lock.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path, waits: Callable[[int], bool], patience: float) -> Iterator[None]:
    """Only one process at a time builds or removes this snapshot; a lock goes with the process that holds it.

    Where the holder shows nothing new for `patience` seconds it is passed by: whoever waited goes for the next lock,
    so that these too are alone. Waiting ends as well when `waits`, told how far the builder is, says that it may.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    for passed in count():
        with _lock(folder, passed).open("a") as lock:
            if _locked(lock, _Watch(folder), waits, patience):
                yield
                return
        _log.warning("snapshot.builder_passed_by", snapshot=folder.name, seconds=round(patience))


def _lock(folder: Path, passed: int) -> Path:
    """The lock of a snapshot for those who passed by so many holders."""
    return folder.with_name(f".{folder.name}{f'.{passed}' if passed else ''}.lock")


def _locked(lock: IO[str], watch: _Watch, waits: Callable[[int], bool], patience: float) -> bool:
    """Wait for a lock, or until there is nothing to wait for; false where its holder shows nothing new for too long."""
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if watch.silent_seconds() >= patience:
            return False
        if not waits(watch.people):
            return True
        time.sleep(_LOOK)


@dataclass
class _Watch:
    """What can be seen of those who build a snapshot: the files of unfinished ones, and since when nothing is new."""

    folder: Path
    people: int = 0
    _seen: object = None
    _since: float = 0.0

    def silent_seconds(self) -> float:
        """For how long nothing new was seen, by the clock that nobody puts back."""
        seen = self._look()
        if seen != self._seen or not self._since:
            self._seen, self._since = seen, time.monotonic()
        return time.monotonic() - self._since

    def _look(self) -> object:
        files = []
        for path in sorted(self.folder.parent.glob(f"{self.folder.name}.*.part/*")):
            with suppress(OSError, ValueError):
                about = path.stat()
                files.append((path.name, about.st_size, about.st_mtime_ns))
                if path.name == _MARK:
                    self.people = max(self.people, int(path.read_text() or 0))
        return files


def _people(people: VersionStore) -> Iterator[list[SnapshotRow]]:
    """The people in the tables of a version in the order of their personal numbers."""
    for rows in people.ordered((*StoredPerson._fields, "full_name"), _BATCH):
        yield [SnapshotRow(StoredPerson._make(row[:-1]), row[-1]) for row in rows]


def _told(
    batches: Iterator[list[SnapshotRow]], mark: IO[str], done: Callable[[int], None]
) -> Iterator[Sequence[SnapshotRow]]:
    """The batches; how many people were taken is told, and can be read by those who wait."""
    behind = 0
    for batch in batches:
        yield batch
        behind += len(batch)
        mark.seek(0)
        mark.write(str(behind))
        mark.flush()
        done(behind)


def _sync(folder: Path) -> None:
    """Make every file of a folder survive a power cut before the folder gets its name."""
    for path in (*folder.iterdir(), folder):
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
