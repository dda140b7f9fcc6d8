"""A version over another one, written anew with all its people: what it answers stays the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Database
from app.register import delta_store, store
from app.register.candidates import name_in_stamps
from app.register.delta_store import Delta
from app.register.errors import NoActiveVersion, NothingToCompact, RegisterMoved
from app.register.importing import Report, Step, rare_collections
from app.register.layers import KERNEL, WHOLE, layers_of
from app.register.version_store import READING, SORTING, Batch, Display, Progress, Reject, StoredRow, VersionStore
from app.tables import register_pointer
from matching.block import register_keys
from matching.columns import StoredPerson, people_columns


class Made(NamedTuple):
    """A version that is complete, and what it was made from."""

    version: store.Version
    parent: store.Version  # the active one, whose statistics stay
    read: int
    kept: int
    rejected: int
    keys: int


def kept_batch(rows: Sequence[StoredRow], refused: Sequence[Reject] = ()) -> Batch:
    """People as stores hold them, with their blocking keys."""
    people = [StoredPerson._make(row[: len(KERNEL)]) for row in rows]
    columns = people_columns(people)
    keys, owners = register_keys(columns)
    display = [Display._make(row[len(KERNEL) :]) for row in rows]
    return Batch(people, display, keys.view("int64"), columns.personal_id[owners], refused)


def filled(people: VersionStore, batches: Iterable[Batch], report: Callable[[Progress], None]) -> Progress:
    """Keep people batch by batch; how far that came."""
    people.create()
    progress = people.progress()
    for batch in batches:
        after = progress._replace(
            kept=progress.kept + len(batch.people),
            rejected=progress.rejected + len(batch.rejects),
            batches=progress.batches + 1,
        )
        people.add(batch, before=progress, after=after)
        progress = after
        report(progress)
    return progress


def compact(database: Database, *, clock: Callable[[], datetime], report: Report = lambda step: None) -> store.Version:
    """Write all people of the active version into tables of their own, as a new version, and make it the active one."""
    with database.reading() as session:
        active = store.active(session)
        delta = None if active is None else delta_store.found(session, active.id)
    if active is None:
        raise NoActiveVersion()
    if delta is None or delta.base_id is None:
        raise NothingToCompact(version=active.id)
    made = written_anew(database, active, Delta(0, active.id, name_in_stamps(active, None), None), clock(), report)
    return published(database, made._replace(parent=active), clock())


def written_anew(database: Database, version: store.Version, delta: Delta, now: datetime, report: Report) -> Made:
    """All people of a version in a new one, which is not active yet; `delta` says how that one comes about."""
    source = store.Source(version.source_name, version.source_hash, version.scope, version.units_as_of, version.program)
    with database.writing() as session:
        new = store.add(session, source, name=version.name, now=now)
        delta_store.add(session, delta, new.id)
        delta_store.record(session, new.id, delta.counts, delta.fields)
    try:
        with (
            layers_of(database, version.id) as layers,
            closing(store.version_store(database, new.id)) as people,
            rare_collections(),
        ):
            batches = (kept_batch(rows) for rows in layers.everybody(WHOLE))
            total = max(version.rows_kept, 1)
            progress = filled(people, batches, lambda done: report(Step(READING, done.kept, max(total, done.kept))))
            progress = people.complete(progress, lambda done: report(Step(SORTING, done.keys, 0)))
    except BaseException:
        discard(database, new.id)
        raise
    return Made(new, version, version.rows_read, progress.kept, version.rows_rejected, progress.keys)


def published(database: Database, made: Made, now: datetime) -> store.Version:
    """The version, active, with the statistics of the one that it was made from; RegisterMoved if that is it no more.

    Statistics stay those of the last full import: single changes don't move what an agreement weighs.
    """
    try:
        with database.writing() as session:
            _check_active(session, made.parent.id)
            content = store.statistics(session, made.parent.id)
            assert content is not None
            assert made.parent.statistics is not None
            store.record_counts(
                session,
                made.version.id,
                Progress(read=made.read, kept=made.kept, rejected=made.rejected, keys=made.keys),
            )
            store.freeze(session, made.version.id, digest=made.parent.statistics, content=content)
            store.activate(session, made.version.id, now=now)
            return store.existing(session, made.version.id)
    except RegisterMoved:
        discard(database, made.version.id)
        raise


def _check_active(session: Session, parent: int) -> None:
    """Refuse to follow on a version that is no longer the active one; nobody else moves the pointer meanwhile."""
    pointed = session.scalar(select(register_pointer.c.version_id).with_for_update())
    if pointed != parent:
        raise RegisterMoved(parent=parent)


def discard(database: Database, version_id: int) -> None:
    """Take away a version that never became active."""
    with closing(store.version_store(database, version_id)) as people:
        people.drop()
    with database.writing() as session:
        delta_store.remove(session, version_id)
        store.remove(session, version_id)
