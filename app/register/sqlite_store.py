"""A register version in a SQLite file of its own, beside the file of the service.

The file of its own keeps the service's write lock free during an import and makes dropping a version the removal of a
file. People and keys arrive in no order. They are staged as they come, and then put in order and appended, because
random insertion costs two to four times as much at a million people and far more beyond the page cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from sqlalchemy import URL, Connection, Engine, Index, Table, delete, event, func, select
from sqlalchemy.dialects.sqlite import insert

from app.db import make_engine
from app.register.version_store import COMPLETE, ORDERING, READING, SORTING, Batch, Progress, VersionStore

_PARTS = 64
_PART_SHIFT = 64 - 6
_CHUNK = 50_000  # people copied in one transaction


@dataclass(frozen=True)
class SqliteStore(VersionStore):
    """The file of one register version."""

    path: Path
    cache_mb: int = 256

    @cached_property
    def engine(self) -> Engine:
        """The connections to the file; a register can be imported again, so it need not survive a power cut."""
        url = URL.create("sqlite", database=str(self.path))
        engine = make_engine(url, cache_mb=self.cache_mb, durability="normal")
        event.listen(engine, "do_connect", self._open_existing)
        return engine

    def _open_existing(
        self, _dialect: object, _entry: object, arguments: list[str], options: dict[str, object]
    ) -> None:
        """Open the file as a URI that makes none: an empty file in the place of one that is gone would answer."""
        arguments[0] = f"{self.path.absolute().as_uri()}?mode=rw"
        options["uri"] = True

    def progress(self) -> Progress:
        """How far the import has come; nowhere, where the file is gone."""
        return VersionStore.progress(self) if self.path.exists() else Progress()

    def create(self) -> None:
        """Make the file with empty tables; nothing happens where they exist."""
        self.path.touch()
        with self._writing() as connection:
            for table in self.tables:
                table.create(connection, checkfirst=True)
            first = insert(self.tables.progress).values(id=1, **Progress()._asdict())
            connection.execute(first.on_conflict_do_nothing())

    def add(self, batch: Batch, *, before: Progress, after: Progress) -> None:
        """Keep a batch and its progress as one."""
        with self._writing() as connection:
            self._move(connection, before, after)
            _append(connection, self.tables.staged_people, batch.rows())
            _append(connection, self.tables.rejects, batch.rejects)
            _append(connection, self.tables.staged_keys, list(_staged(batch, before.batches)))

    def complete(self, before: Progress, report: Callable[[Progress], None]) -> Progress:
        """Copy the people in the order of their numbers, then append the keys range by range."""
        progress = before
        if progress.phase in (READING, ORDERING):
            progress = self._ordered(progress, report)
        for part in range(_PARTS):
            with self._writing() as connection:
                after = progress._replace(keys=progress.keys + self._settle(connection, part))
                self._move(connection, progress, after)
            progress = after
            report(progress)
        with self._writing() as connection:
            after = progress._replace(phase=COMPLETE)
            self._move(connection, progress, after)
            self.tables.staged_keys.drop(connection)
        self.engine.dispose()  # the last connection to close empties the write-ahead log into the file
        return after

    def kept_in(self, progress: Progress) -> Table:
        """The people wait in the order of the file until they are put in order."""
        return self.tables.staged_people if progress.phase in (READING, ORDERING) else self.tables.people

    def drop(self) -> None:
        """Remove the file; who reads it at this moment keeps what it has open."""
        self.close()
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the connections to the file."""
        self.engine.dispose()

    def _writing(self) -> AbstractContextManager[Connection]:
        return self.engine.execution_options(sqlite_begin="IMMEDIATE").begin()

    def _ordered(self, before: Progress, report: Callable[[Progress], None]) -> Progress:
        """Copy the people in the order of their numbers, some at a time, then drop the table that they waited in."""
        people, staged = self.tables.people, self.tables.staged_people
        position = Index(f"ix_{staged.name}", staged.c.personal_id)
        progress = before._replace(phase=ORDERING)
        with self._writing() as connection:
            self._move(connection, before, progress)
            position.create(connection, checkfirst=True)
        report(progress)
        while True:
            with self._writing() as connection:
                last = connection.scalar(select(func.max(people.c.personal_id))) or -1
                some = select(staged).where(staged.c.personal_id > last).order_by(staged.c.personal_id).limit(_CHUNK)
                if not connection.execute(insert(people).from_select(people.columns.keys(), some)).rowcount:
                    break
        after = progress._replace(phase=SORTING)
        with self._writing() as connection:
            self._move(connection, progress, after)
            staged.drop(connection)
        return after

    def _settle(self, connection: Connection, part: int) -> int:
        """Move one range of staged keys to its final place; how many there were."""
        staged = self.tables.staged_keys
        rows = connection.execute(
            select(staged.c.packed_keys, staged.c.packed_persons).where(staged.c.part == part)
        ).all()
        if not rows:
            return 0
        keys = np.concatenate([np.frombuffer(row[0], dtype="<i8") for row in rows])
        persons = np.concatenate([np.frombuffer(row[1], dtype="<i8") for row in rows])
        order = np.lexsort((persons, keys))
        _append(connection, self.tables.keys, list(zip(keys[order].tolist(), persons[order].tolist(), strict=True)))
        connection.execute(delete(staged).where(staged.c.part == part))
        return len(keys)


def _append(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows as they are, past SQLAlchemy's handling of each value: half the time for a million people."""
    if rows:
        statement = str(insert(table).compile(dialect=connection.dialect))
        connection.exec_driver_sql(statement, list(rows))


def _staged(batch: Batch, number: int) -> Iterator[tuple[int, int, bytes, bytes]]:
    """The keys of a batch, cut into ranges."""
    order = np.argsort(batch.keys)
    keys, persons = batch.keys[order].astype("<i8"), batch.persons[order].astype("<i8")
    parts = (keys >> _PART_SHIFT) + _PARTS // 2
    edges = np.searchsorted(parts, np.arange(_PARTS + 1))
    for part in range(_PARTS):
        start, end = edges[part], edges[part + 1]
        if start < end:
            yield part, number, keys[start:end].tobytes(), persons[start:end].tobytes()
