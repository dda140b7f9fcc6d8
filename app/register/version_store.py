"""The data of one register version: people, blocking keys, and how far its import has come.

Two stores do the same for both databases: sqlite_store.py, postgres_store.py.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import psycopg
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, Table, insert, select, update
from sqlalchemy.exc import DBAPIError

from app.errors import DatabaseUnreachable, Fact
from app.register.errors import ImportUnderWay
from app.tables import VersionTables, version_tables
from matching.columns import StoredPerson

READING, ORDERING, SORTING, COMPLETE = "reading", "ordering", "sorting", "complete"

StoredRow = tuple[Any, ...]  # integers and texts
_ASKED = 500  # people of one statement
_MASKED = 20_000


class Progress(NamedTuple):
    """How far an import has come, committed together with the rows it speaks of."""

    phase: str = READING
    read: int = 0  # rows of the file, refused ones included
    kept: int = 0
    rejected: int = 0
    keys: int = 0  # blocking keys in their final place
    batches: int = 0

    def facts(self) -> dict[str, Fact]:
        """The counts, for messages."""
        return {"read": self.read, "kept": self.kept, "rejected": self.rejected}


class Reject(NamedTuple):
    """A row that was refused: its line, the field, and a stable reason."""

    line: int
    field: str
    reason: str


class Display(NamedTuple):
    """What is shown of a person beside the kernel's columns."""

    full_name: str
    other_names: str
    old_ids: str
    address: str


@dataclass(frozen=True, slots=True)
class Batch:
    """The outcome of reading some rows: people with what is displayed, their blocking keys, and refused rows."""

    people: Sequence[StoredPerson]
    display: Sequence[Display]
    keys: NDArray[np.int64]
    persons: NDArray[np.int64]  # the personal number behind each key
    rejects: Sequence[Reject]

    def rows(self) -> list[StoredRow]:
        """The rows of the table of people."""
        return [(*person, *display) for person, display in zip(self.people, self.display, strict=True)]


@dataclass(frozen=True)
class VersionStore(ABC):
    """What both databases do alike; each method is a transaction of its own, or several short ones."""

    version: int

    @cached_property
    def tables(self) -> VersionTables:
        """The tables of the version."""
        return version_tables(self.version)

    @property
    @abstractmethod
    def engine(self) -> Engine:
        """The connections to the database that holds this version."""

    @abstractmethod
    def create(self) -> None:
        """Make the empty tables; nothing happens where they exist."""

    @abstractmethod
    def add(self, batch: Batch, *, before: Progress, after: Progress) -> None:
        """Keep a batch and its progress as one; refused where the progress is not what the caller thinks it is."""

    @abstractmethod
    def complete(self, before: Progress, report: Callable[[Progress], None]) -> Progress:
        """Bring people and keys into the order in which they are looked up; may be repeated after a break."""

    @abstractmethod
    def kept_in(self, progress: Progress) -> Table:
        """The table that holds the people kept so far."""

    @abstractmethod
    def drop(self) -> None:
        """Remove everything."""

    @abstractmethod
    def close(self) -> None:
        """Close the connections that are the version's own."""

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Tell a database that fails while it is read; what is put back is then read through new connections."""
        try:
            yield
        except (sqlite3.Error, psycopg.Error, DBAPIError) as error:
            self.engine.dispose()
            driver = error.orig if isinstance(error, DBAPIError) else error
            raise DatabaseUnreachable(reason=f"register {self.version}: {type(driver).__name__}") from None

    def progress(self) -> Progress:
        """How far the import has come."""
        with self.answering(), self.engine.connect() as connection:
            if not connection.dialect.has_table(connection, self.tables.progress.name):
                return Progress()
            columns = [self.tables.progress.c[name] for name in Progress._fields]
            return Progress(*connection.execute(select(*columns)).one())

    def kept(self, size: int) -> Iterator[list[StoredRow]]:
        """The people kept so far as the kernel's rows, in no particular order."""
        table = self.kept_in(self.progress())
        query = select(*(table.c[name] for name in StoredPerson._fields))
        with self.answering(), self.engine.connect() as connection:
            result = connection.execution_options(yield_per=size).execute(query)
            for rows in result.partitions():
                yield [tuple(row) for row in rows]

    def ordered(self, names: Sequence[str], size: int) -> Iterator[list[StoredRow]]:
        """Columns of the people, the personal number first, in the order of their personal numbers."""
        table = self.tables.people
        query = select(*(table.c[name] for name in names)).order_by(table.c.personal_id)
        with self.answering(), self.engine.connect() as connection:
            result = connection.execution_options(yield_per=size).execute(query)
            for rows in result.partitions():
                yield [tuple(row) for row in rows]

    def some(self, names: Sequence[str], personal_ids: Sequence[int]) -> dict[int, StoredRow]:
        """Columns of those people of this version who have these personal numbers, by number."""
        table, found = self.tables.people, dict[int, StoredRow]()
        columns = [table.c[name] for name in names]
        with self.answering(), self.engine.connect() as connection:
            for start in range(0, len(personal_ids), _ASKED):
                asked = table.c.personal_id.in_(personal_ids[start : start + _ASKED])
                for row in connection.execute(select(table.c.personal_id, *columns).where(asked)):
                    found[row[0]] = tuple(row[1:])
        return found

    def numbers(self) -> NDArray[np.int64]:
        """The personal numbers of the people of this version, ascending."""
        return self._numbers_in(self.tables.people)

    def masked(self) -> NDArray[np.int64]:
        """The personal numbers of people of the version below who went or changed, ascending."""
        return self._numbers_in(self.tables.masked)

    def mask(self, numbers: NDArray[np.int64]) -> None:
        """Hide people of the version below."""
        rows = [{"personal_id": number} for number in numbers.tolist()]
        with self.engine.begin() as connection:
            for start in range(0, len(rows), _MASKED):
                connection.execute(insert(self.tables.masked), rows[start : start + _MASKED])

    def _numbers_in(self, table: Table) -> NDArray[np.int64]:
        with self.answering(), self.engine.connect() as connection:
            found = connection.execute(select(table.c.personal_id).order_by(table.c.personal_id)).scalars()
            return np.fromiter(found, dtype=np.int64)

    def rejects(self) -> Iterator[Reject]:
        """The refused rows, in the order of the file."""
        table = self.tables.rejects
        query = select(*(table.c[name] for name in Reject._fields)).order_by(table.c.line)
        with self.answering(), self.engine.connect() as connection:
            for row in connection.execution_options(yield_per=10_000).execute(query):
                yield Reject(*row)

    def _move(self, connection: Connection, before: Progress, after: Progress) -> None:
        """Record progress; refused where another process has moved it meanwhile."""
        table = self.tables.progress
        seen = [table.c[name] == value for name, value in before._asdict().items()]
        changed = connection.execute(update(table).where(*seen).values(after._asdict())).rowcount
        if changed != 1:
            raise ImportUnderWay(version=self.version)
