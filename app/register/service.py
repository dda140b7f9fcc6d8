"""What an operator can do with the versions of the register: list, activate, bring back, drop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from app.db import Database
from app.register import delta_store, store
from app.register.errors import NothingToRollBack, VersionActive, VersionBelow, VersionNotReady, VersionPinned
from app.register.version_store import Progress


class VersionStatus(NamedTuple):
    """A version, how far its import has come where it is not complete, and what it was made from."""

    version: store.Version
    progress: Progress | None
    delta: delta_store.Delta | None = None  # how it came out of another version


def status(database: Database) -> list[VersionStatus]:
    """All versions, the newest first."""
    with database.reading() as session:
        found, deltas = store.versions(session), delta_store.deltas(session)
    return [VersionStatus(version, _progress(database, version), deltas.get(version.id)) for version in found]


def _progress(database: Database, version: store.Version) -> Progress | None:
    if version.state != store.STAGED:
        return None
    people = store.version_store(database, version.id)
    try:
        return people.progress()
    finally:
        people.close()


def activate(database: Database, version_id: int, *, clock: Callable[[], datetime]) -> store.Version:
    """Make a complete version the active one."""
    with database.writing() as session:
        version = store.existing(session, version_id)
        if version.state in (store.STAGED, store.FAILED):
            raise VersionNotReady(version=version_id, state=version.state)
        store.activate(session, version_id, now=clock())
        return store.existing(session, version_id)


def rollback(database: Database, *, clock: Callable[[], datetime]) -> store.Version:
    """Bring back the version that was active before the present one."""
    with database.writing() as session:
        present = store.active(session)
        if present is None or present.previous_id is None:
            raise NothingToRollBack()
        store.point_to(session, present.previous_id, now=clock())
        return store.existing(session, present.previous_id)


def drop(database: Database, version_id: int) -> None:
    """Remove a version that is not active: nobody can activate it any more, then its people go, then its entry."""
    with database.writing() as session:
        version = store.existing(session, version_id)
        if version.state == store.ACTIVE:
            raise VersionActive(version=version_id)
        if holders := store.holders(session, version_id):
            raise VersionPinned(version=version_id, holders=", ".join(holders))
        if over := delta_store.over(session, version_id):
            raise VersionBelow(version=version_id, over=", ".join(map(str, over)))
        store.condemn(session, version_id)
    store.version_store(database, version_id).drop()
    with database.writing() as session:
        delta_store.remove(session, version_id)
        store.remove(session, version_id)
