"""Backup and restore: the database as it is at one moment, the files of the data folder, and a manifest of both.

The order makes a backup of a running service whole: first the database, then the files that it names; of the access
log first the heads, then the entries that they promise.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import make_url

from app.access_log.anchors import ANCHORS_FILE, ANCHORS_HEAD
from app.access_log.chain import HEAD_FILE
from app.operations.errors import BackupDamaged, BackupExists, BackupNeedsTools, BackupToolFailed
from app.settings import Settings
from matching.link import SERVICE_VERSION

Json = dict[str, Any]
_MANIFEST: Final = "manifest.json"
_DATABASE, _FILES, _DUMP = "database", "files", "postgresql.dump"
_DERIVED: Final = frozenset({"snapshots", "runs"})  # made again from the database when they are missed
_SQLITE: Final = (".db", ".db-wal", ".db-shm")
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
    for path in _in_order(settings.data_dir):
        place = target / _FILES / path.relative_to(settings.data_dir)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)
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


def _in_order(folder: Path) -> Iterator[Path]:
    """The files of the data folder, but for databases and what can be made again; heads before their entries."""
    heads = (ANCHORS_HEAD, ANCHORS_FILE, HEAD_FILE)
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.endswith(_SQLITE)]
    kept = [path for path in found if path.relative_to(folder).parts[0] not in _DERIVED]
    return iter(sorted(kept, key=lambda path: heads.index(path.name) if path.name in heads else len(heads)))


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
        given.backup(made, pages=_PAGES)
        made.execute("PRAGMA journal_mode=DELETE")  # one file, complete in itself
    target.chmod(0o600)


def _put_database(settings: Settings, source: Path) -> None:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        _run("pg_restore", settings.database_url, "--no-owner", "--exit-on-error", str(source / _DUMP))
        return
    main = Path(url.database or "")
    if main.exists():
        raise BackupExists(name=main.name)
    main.parent.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.db")):
        shutil.copy2(path, main if path.name == "main.db" else main.with_name(f"{main.stem}-{path.name}"))


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
