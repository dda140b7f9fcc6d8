"""The versions of the register, the statistics frozen with each, and the pointer to the active one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from app.db import Database
from app.register.errors import VersionMissing
from app.register.postgres_store import PostgresStore
from app.register.sqlite_store import SqliteStore
from app.register.version_store import Progress, VersionStore
from app.tables import register_deltas, register_pins, register_pointer, register_statistics, register_versions

STAGED, READY, ACTIVE, RETIRED, FAILED = "staged", "ready", "active", "retired", "failed"
_versions, _pointer, _statistics = register_versions, register_pointer, register_statistics
_POINTED = str(select(_pointer.c.version_id))


@dataclass(frozen=True, slots=True)
class Source:
    """What makes two imports the same one: the file, what the operator says of it, and the rules that read it."""

    name: str
    digest: str
    scope: str
    units_as_of: date | None
    program: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the register."""

    id: int
    name: str
    state: str
    scope: str
    units_as_of: date | None
    source_name: str
    source_hash: str
    program: str
    rows_read: int
    rows_kept: int
    rows_rejected: int
    keys_kept: int
    statistics: str | None  # digest
    created_at: datetime
    activated_at: datetime | None
    previous_id: int | None

    @property
    def keys_version(self) -> int:
        """The kernel's rules by which its keys were made; zero where that was not noted."""
        _, _, keys = self.program.rpartition("/")
        return int(keys) if keys.isdecimal() else 0


def version_store(database: Database, version: int) -> VersionStore:
    """Where the people of a version are: tables of their own in PostgreSQL, a file of its own beside a SQLite file."""
    if not database.is_sqlite:
        return PostgresStore(version, database.engine)
    path = Path(database.engine.url.database or "")
    return SqliteStore(version, path.with_name(f"{path.stem}-register-{version}.db"))


def versions(session: Session) -> list[Version]:
    """All versions, the newest first."""
    rows = session.execute(select(_versions).order_by(_versions.c.id.desc()))
    return [_version(row) for row in rows]


def existing(session: Session, version_id: int) -> Version:
    """One version by its number; an error says how to list them where there is none."""
    row = session.execute(select(_versions).where(_versions.c.id == version_id)).one_or_none()
    if row is None:
        raise VersionMissing(version=version_id)
    return _version(row)


def active(session: Session) -> Version | None:
    """The version that the pointer names."""
    query = select(_versions).join(_pointer, _pointer.c.version_id == _versions.c.id)
    row = session.execute(query).one_or_none()
    return None if row is None else _version(row)


def active_id(database: Database) -> int | None:
    """The number of the active version, None if there is none."""
    return database.number(_POINTED)


def latest_of(session: Session, source: Source, states: tuple[str, ...]) -> Version | None:
    """The newest version made from the same source that is in one of the states."""
    query = (
        select(_versions)
        .where(
            _versions.c.source_hash == source.digest,
            _versions.c.scope == source.scope,
            _versions.c.units_as_of.is_not_distinct_from(source.units_as_of),
            _versions.c.program == source.program,
            _versions.c.state.in_(states),
            _versions.c.id.not_in(select(register_deltas.c.version_id)),  # made of a whole file, not of changes
        )
        .order_by(_versions.c.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else _version(row)


def add(session: Session, source: Source, *, name: str, now: datetime) -> Version:
    """A new staged version."""
    statement = (
        insert(_versions)
        .values(
            name=name,
            state=STAGED,
            scope=source.scope,
            units_as_of=source.units_as_of,
            source_name=source.name,
            source_hash=source.digest,
            program=source.program,
            created_at=now,
        )
        .returning(*_versions.c)
    )
    return _version(session.execute(statement).one())


def record_counts(session: Session, version_id: int, progress: Progress) -> None:
    """Note in the list of versions how far an import has come."""
    counts = {"rows_read": progress.read, "rows_kept": progress.kept, "rows_rejected": progress.rejected}
    _set(session, version_id, **counts, keys_kept=progress.keys)


def freeze(session: Session, version_id: int, *, digest: str, content: bytes) -> None:
    """Keep the statistics of a version and declare it ready."""
    session.execute(delete(_statistics).where(_statistics.c.version_id == version_id))
    session.execute(insert(_statistics).values(version_id=version_id, content=content))
    _set(session, version_id, state=READY, statistics=digest)


def statistics(session: Session, version_id: int) -> bytes | None:
    """The frozen statistics of a version."""
    content: bytes | None = session.scalar(select(_statistics.c.content).where(_statistics.c.version_id == version_id))
    return content


def activate(session: Session, version_id: int, *, now: datetime) -> None:
    """Make a version the active one, and remember the one before for a rollback."""
    before = active(session)
    if before is None or before.id != version_id:
        _set(session, version_id, previous_id=None if before is None else before.id)
        point_to(session, version_id, now=now)


def point_to(session: Session, version_id: int, *, now: datetime) -> None:
    """Flip the pointer; the version it named before is retired."""
    before = active(session)
    if before is None:
        session.execute(insert(_pointer).values(id=1, version_id=version_id, changed_at=now))
    else:
        _set(session, before.id, state=RETIRED)
        session.execute(update(_pointer).values(version_id=version_id, changed_at=now))
    _set(session, version_id, state=ACTIVE, activated_at=now)


def condemn(session: Session, version_id: int) -> None:
    """Make sure that a version which is not the active one never becomes it."""
    session.execute(update(_versions).where(_versions.c.previous_id == version_id).values(previous_id=None))
    _set(session, version_id, state=FAILED)


def remove(session: Session, version_id: int) -> None:
    """Forget a version that is not the active one, with its statistics."""
    session.execute(delete(_statistics).where(_statistics.c.version_id == version_id))
    session.execute(delete(_versions).where(_versions.c.id == version_id))


def _set(session: Session, version_id: int, **values: Any) -> None:
    session.execute(update(_versions).where(_versions.c.id == version_id).values(values))


def _version(row: Row[Any]) -> Version:
    return Version(**row._mapping)


def pin(session: Session, version_id: int, holder: str, *, now: datetime) -> None:
    """Keep a version from being dropped for as long as its holder reads it; a holder pins a version once."""
    existing(session, version_id)
    held = {"version_id": version_id, "holder": holder}
    if session.execute(select(register_pins).filter_by(**held)).one_or_none() is None:
        session.execute(insert(register_pins).values(pinned_at=now, **held))


def unpin(session: Session, holder: str) -> None:
    """Let go of what a holder has pinned."""
    session.execute(delete(register_pins).where(register_pins.c.holder == holder))


def holders(session: Session, version_id: int) -> list[str]:
    """Who reads a version: it can't be dropped before they are done."""
    query = select(register_pins.c.holder).where(register_pins.c.version_id == version_id)
    return sorted(session.scalars(query))
