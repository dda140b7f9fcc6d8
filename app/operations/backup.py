"""Backup and restore: the database as it is at one moment, the files of the data folder, and a manifest of both.

The order makes a backup of a running service whole: first the database, then the files that it names; of the access
log first anchors and heads, then the entries that they promise.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import make_url

from app.access_log.anchors import ANCHORS_FILE, ANCHORS_HEAD, anchor_lines
from app.access_log.chain import HEAD_FILE, SEGMENTS, read_head
from app.access_log.keys import keys_of
from app.access_log.lines import line_of
from app.access_log.log import FOLDER
from app.operations.errors import BackupDamaged, BackupExists, BackupNeedsTools, BackupToolFailed
from app.settings import Settings
from matching.link import SERVICE_VERSION

Json = dict[str, Any]
_MANIFEST: Final = "manifest.json"
_DATABASE, _FILES, _DUMP = "database", "files", "postgresql.dump"
_DERIVED: Final = frozenset({"snapshots", "runs"})  # made again from the database when they are missed
_SQLITE: Final = (".db", ".db-wal", ".db-shm")
_TRIES: Final = 20  # to copy anchors and heads while nobody anchors: it takes milliseconds, once a minute somebody does
_PAGES: Final = 4_096  # copied at once; between them writers get their turn


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup holds or a restore put back."""

    files: int
    bytes: int


def backup(settings: Settings, target: Path, *, now: datetime, with_database: bool = True) -> Copied:
    """Copy everything that can't be made again into a new folder; the service may run meanwhile."""
    if target.exists() and any(target.iterdir()):
        raise BackupExists(name=target.name)
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.chmod(0o700)
    if with_database:
        _copy_database(settings, target / _DATABASE)
    _copy_files(settings.data_dir, target)
    files = {path.relative_to(target).as_posix(): _digest(path) for path in sorted(target.rglob("*")) if path.is_file()}
    manifest = {"program": SERVICE_VERSION, "made_at": now.isoformat(), "files": files}
    (target / _MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return Copied(len(files), sum((target / name).stat().st_size for name in files))


def restore(settings: Settings, source: Path, *, with_database: bool = True) -> Copied:
    """Put a backup into an empty data folder and an empty database, after every file of it was checked."""
    files = _checked(source)
    if _holds_data(settings.data_dir):
        raise BackupExists(name="KHOP_DATA_DIR")
    if with_database:
        _put_database(settings, source / _DATABASE)
    for name in files:
        if name.startswith(f"{_FILES}/"):
            place = settings.data_dir / name.removeprefix(f"{_FILES}/")
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(source / name, place)
    return Copied(len(files), sum((source / name).stat().st_size for name in files))


def _copy_files(folder: Path, target: Path) -> None:
    """Copy the files of the data folder, but for databases and what can be made again.

    What is gone when its turn comes is no loss: it was a file of the moment.
    """
    place = target / _FILES
    heads = _copy_heads(folder / FOLDER, place / FOLDER)
    for path in sorted(folder.rglob("*")):
        copy, parts = place / path.relative_to(folder), path.relative_to(folder).parts
        begun = len(parts) > 2 and parts[0] == FOLDER and parts[1] not in heads
        left = path.name.endswith(_SQLITE) or parts[0] in _DERIVED or path.is_relative_to(target)
        if not (begun or left or copy.exists()) and path.is_file():
            _copy_file(path, copy)
    for name in heads:
        head = read_head(place / FOLDER / name, keys_of(folder))
        if head is not None:
            _cut(place / FOLDER / name, head.entries)


def _copy_heads(log: Path, copy: Path) -> list[str]:
    """Copy the anchors of the access log and the heads of the chains that they name, as of one moment; the chains.

    A chain that begins later is left out as a whole.
    """
    found: list[str] = []
    for _ in range(_TRIES):
        for name in (ANCHORS_HEAD, ANCHORS_FILE):
            _copy_file(log / name, copy / name)
        lines = (line.fields() for line in anchor_lines(copy) if line is not None)
        chains = sorted({str(fields.get("chain")) for fields in lines if fields is not None})
        found = [name for name in chains if (log / name / HEAD_FILE).is_file()]
        for name in found:
            _copy_file(log / name / HEAD_FILE, copy / name / HEAD_FILE)
        # An entry names the last anchor before it: none may name one that isn't in the copy.
        if not found or (log / ANCHORS_FILE).read_bytes() == (copy / ANCHORS_FILE).read_bytes():
            break
    return found


def _cut(chain: Path, entries: int) -> None:
    """Take out what came behind the head: it may name anchors that are younger than the copy."""
    for segment in sorted(chain.glob(SEGMENTS), reverse=True):
        kept = 0
        with segment.open("rb") as file:
            for text in file:
                line = line_of(text.rstrip(b"\n"))
                number = None if line is None else (line.fields() or {}).get("n")
                if isinstance(number, int) and number > entries:
                    break
                kept += len(text)
        if kept == segment.stat().st_size:
            return
        os.truncate(segment, kept)


def _copy_file(path: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        shutil.copy2(path, copy)


def _holds_data(folder: Path) -> bool:
    return folder.exists() and any(path.is_file() for path in folder.rglob("*"))


# SQLite: the backup interface copies a database that is in use, as of one moment.


def _copy_database(settings: Settings, target: Path) -> None:
    target.mkdir(mode=0o700)
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        _dump(settings.database_url, target / _DUMP)
        return
    main = Path(url.database or "")
    _copy_sqlite(main, target / "main.db")
    for path in sorted(main.parent.glob(f"{main.stem}-register-*.db")):
        _copy_sqlite(path, target / path.name.removeprefix(f"{main.stem}-"))


def _copy_sqlite(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as given,
        closing(sqlite3.connect(target)) as made,
    ):
        # What is read at one moment is copied: without a transaction each write of the service begins the copy anew.
        given.execute("BEGIN")
        given.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        given.backup(made, pages=_PAGES)
        given.rollback()
        made.execute("PRAGMA journal_mode=DELETE")  # one file, complete in itself
    target.chmod(0o600)


def _put_database(settings: Settings, source: Path) -> None:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        _run("pg_restore", settings.database_url, "--no-owner", "--exit-on-error", str(source / _DUMP))
        return
    main = Path(url.database or "")
    places = {
        path: main if path.name == "main.db" else main.with_name(f"{main.stem}-{path.name}")
        for path in sorted(source.glob("*.db"))
    }
    for place in places.values():
        # The log of a database that is gone would be read into the one that comes in its place.
        for left in (place.with_name(place.name + suffix) for suffix in ("", "-wal", "-shm")):
            if left.exists():
                raise BackupExists(name=left.name)
    main.parent.mkdir(parents=True, exist_ok=True)
    for path, place in places.items():
        shutil.copy2(path, place)


# PostgreSQL: its own tools, of the server's version or a newer one.


def _dump(url: str, target: Path) -> None:
    _run("pg_dump", url, "--format=custom", "--no-owner", f"--file={target}")
    target.chmod(0o600)


def _run(tool: str, url: str, *words: str) -> None:
    """Run a tool on a database; its password goes through the environment: others can read the words of a command."""
    target = make_url(url).set(drivername="postgresql")
    environment = os.environ | ({} if target.password is None else {"PGPASSWORD": str(target.password)})
    address = target.set(password=None).render_as_string()
    try:
        subprocess.run(  # noqa: S603 - the words are ours, and no shell reads them
            [tool, f"--dbname={address}", *words], check=True, env=environment, capture_output=True
        )
    except FileNotFoundError:
        raise BackupNeedsTools(tool=tool) from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BackupToolFailed(tool=tool, said=said[0] if said else "?") from None


def _checked(source: Path) -> list[str]:
    """The names of a backup's files, each as it was when the backup was made."""
    try:
        manifest: Json = json.loads((source / _MANIFEST).read_text(encoding="utf-8"))
        files: dict[str, str] = manifest["files"]
    except (OSError, ValueError, KeyError):
        raise BackupDamaged(name=_MANIFEST) from None
    for name, digest in files.items():
        path = source / name
        if ".." in Path(name).parts or not path.is_file() or _digest(path) != digest:
            raise BackupDamaged(name=name)
    return list(files)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
