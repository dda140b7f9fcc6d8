"""A register version in tables of its own in PostgreSQL; rows arrive by binary COPY, keys are indexed at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from sqlalchemy import Connection, Engine, Table, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import BigInteger, SmallInteger, String, Text

from app.db import without_values
from app.register.errors import VersionInUse
from app.register.version_store import COMPLETE, READING, SORTING, Batch, Progress, VersionStore

_COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_COPY_END = b"\xff\xff"
_COPY_TYPES = {BigInteger: "int8", SmallInteger: "int2", Text: "text", String: "varchar"}
_COPY_PAIR = np.dtype([("fields", ">i2"), ("n1", ">i4"), ("key", ">i8"), ("n2", ">i4"), ("person", ">i8")])


@dataclass(frozen=True)
class PostgresStore(VersionStore):
    """The tables of one register version, in the service's database."""

    shared_engine: Engine

    @property
    def engine(self) -> Engine:
        """The connections of the service."""
        return self.shared_engine

    def create(self) -> None:
        """Make the empty tables; nothing happens where they exist. Primary keys come when all rows are in."""
        tables = self.tables
        with self.engine.begin() as connection:
            for table in (tables.progress, tables.rejects, tables.masked):
                table.create(connection, checkfirst=True)
            for table in (tables.people, tables.keys):
                if not connection.dialect.has_table(connection, table.name):
                    connection.execute(CreateTable(table))
                    connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP CONSTRAINT pk_{table.name}")
            first = upsert(tables.progress).values(id=1, **Progress()._asdict())
            connection.execute(first.on_conflict_do_nothing())

    def add(self, batch: Batch, *, before: Progress, after: Progress) -> None:
        """Keep a batch and its progress as one."""
        with self.engine.begin() as connection:
            self._move(connection, before, after)
            with _copying(connection) as cursor:
                _copy(cursor, self.tables.people, batch.rows())
                _copy(cursor, self.tables.rejects, batch.rejects)
                with cursor.copy(f"COPY {self.tables.keys.name} (key, person) FROM STDIN (FORMAT BINARY)") as copy:
                    copy.write(_COPY_HEADER + _pairs(batch) + _COPY_END)

    def complete(self, before: Progress, report: Callable[[Progress], None]) -> Progress:
        """Index people and keys, then let look-ups read the index alone (VACUUM marks the pages as seen by all)."""
        keys, people = self.tables.keys, self.tables.people
        progress = before
        if progress.phase == READING:
            with self.engine.begin() as connection:
                count = connection.scalar(select(func.count()).select_from(keys)) or 0
                after = progress._replace(phase=SORTING, keys=count)
                self._move(connection, progress, after)
                connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
                for table in (people, keys):
                    columns = ", ".join(table.primary_key.columns.keys())
                    constraint = f"CONSTRAINT pk_{table.name} PRIMARY KEY ({columns})"
                    connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD {constraint}")
            progress = after
            report(progress)
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {keys.name}, {people.name}")
        after = progress._replace(phase=COMPLETE)
        with self.engine.begin() as connection:
            self._move(connection, progress, after)
        return after

    def kept_in(self, progress: Progress) -> Table:
        """The people are in their table from the start."""
        return self.tables.people

    def drop(self) -> None:
        """Remove the tables; refused after three seconds where somebody reads them."""
        tables = self.tables
        own = (tables.people, tables.keys, tables.progress, tables.rejects, tables.masked)
        names = ", ".join(table.name for table in own)
        try:
            with self.engine.begin() as connection:
                connection.exec_driver_sql("SET LOCAL lock_timeout = '3s'")
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {names}")
        except OperationalError as error:
            if isinstance(error.orig, psycopg.errors.LockNotAvailable):
                raise VersionInUse(version=self.version) from None
            raise

    def close(self) -> None:
        """The connections belong to the service's database."""


@contextmanager
def _copying(connection: Connection) -> Iterator[psycopg.Cursor[Any]]:
    """A cursor of the driver inside the transaction that SQLAlchemy began, whose errors quote no rows."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    with driver.cursor() as cursor:
        try:
            yield cursor
        except psycopg.Error as error:
            without_values(error)
            raise


def _copy(cursor: psycopg.Cursor[Any], table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Append rows by binary COPY."""
    if not rows:
        return
    with cursor.copy(f"COPY {table.name} FROM STDIN (FORMAT BINARY)".encode()) as copy:
        copy.set_types([_COPY_TYPES[type(column.type)] for column in table.columns])
        for row in rows:
            copy.write_row(row)


def _pairs(batch: Batch) -> bytes:
    """The keys of a batch as tuples of the binary COPY format: a field count, then each value behind its length."""
    pairs = np.empty(len(batch.keys), dtype=_COPY_PAIR)
    pairs["fields"], pairs["n1"], pairs["n2"] = 2, 8, 8
    pairs["key"], pairs["person"] = batch.keys, batch.persons
    return pairs.tobytes()
