"""The database of the service: SQLite or PostgreSQL, one way to read and one way to write.

A request or a job step opens one transaction, here; nobody below commits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from app.errors import DatabaseUrlInvalid
from app.settings import Settings

_MOST_IDLE = 4
Durability = Literal["full", "normal"]


class IdleConnections:
    """A few connections to a file that nobody uses just now, past the pool, whose own work takes 35 µs each time.

    Safe to share between threads. What is read through them is one statement at a time, outside any transaction.
    """

    def __init__(self) -> None:
        self._connections: list[PoolProxiedConnection] = []
        self._closed = False

    def taken(self) -> PoolProxiedConnection | None:
        """One of them, for the caller alone; None if there is none."""
        try:
            return self._connections.pop()
        except IndexError:
            return None

    def give(self, connection: PoolProxiedConnection) -> None:
        """Keep a connection for the next one who asks, or leave it to the pool."""
        if len(self._connections) < _MOST_IDLE:
            if not connection.is_detached:
                connection.detach()  # the pool doesn't count it any more, so nobody waits for it
            self._connections.append(connection)
        else:
            connection.close()
        if self._closed:  # while somebody was asking
            self.clear()

    def clear(self) -> None:
        """Let all of them go."""
        while (connection := self.taken()) is not None:
            connection.close()

    def close(self) -> None:
        """Let all of them go, and keep none from now on."""
        self._closed = True
        self.clear()


@dataclass(frozen=True, slots=True)
class Database:
    """An engine, and the two kinds of transactions that the service knows."""

    engine: Engine
    _idle: IdleConnections = field(default_factory=IdleConnections, init=False, repr=False, compare=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether the data is in a file of this machine."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the data and changes nothing."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed as a whole at the end, or not at all.

        SQLite takes its write lock at the start: a transaction that first reads and then writes would fail as soon as
        another one has written in between, and no waiting helps (SQLITE_BUSY_SNAPSHOT).
        """
        engine = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def number(self, statement: str) -> int | None:
        """The one number that a statement without parameters finds."""
        row = self.row(statement)
        return None if row is None else int(row[0])

    def row(self, statement: str) -> tuple[Any, ...] | None:
        """The one row that a statement without parameters finds; for what every request asks, a session is dear."""
        row = self._row_of_file(statement) if self.is_sqlite else self._row_of_server(statement)
        return None if row is None else tuple(row)

    def _row_of_file(self, statement: str) -> Any:
        connection = self._idle.taken() or self.engine.raw_connection()
        try:
            driver: Any = connection.dbapi_connection
            row = driver.execute(statement).fetchone()
        except Exception:
            # Whatever state they are in, nobody gets them.
            connection.close() if connection.is_detached else connection.invalidate()
            self._idle.clear()
            raise
        self._idle.give(connection)
        return row

    def _row_of_server(self, statement: str) -> Any:
        connection = self.engine.raw_connection()
        driver: Any = connection.driver_connection
        try:
            driver.autocommit = True  # one statement needs no transaction: BEGIN and ROLLBACK are two more ways there
            row = _first(connection, statement)
            driver.autocommit = False
        except Exception:
            connection.invalidate()  # whatever state it is in, nobody gets it
            raise
        finally:
            connection.close()  # back to the pool, rolled back
        return row

    def close(self) -> None:
        """Close all connections."""
        self._idle.clear()
        self.engine.dispose()


def _first(connection: PoolProxiedConnection, statement: str) -> Any:
    cursor = connection.cursor()
    cursor.execute(statement)
    row = cursor.fetchone()
    cursor.close()
    return row


def database(settings: Settings) -> Database:
    """The database that the settings name; no connection is made yet."""
    return Database(
        make_engine(
            settings.database_url,
            cache_mb=settings.sqlite_cache_mb,
            busy_seconds=settings.sqlite_busy_seconds,
            pool=settings.database_pool,
        )
    )


def make_engine(
    url: str | URL,
    *,
    cache_mb: int = 64,
    busy_seconds: float = 30.0,
    pool: int = 10,
    durability: Durability = "full",
) -> Engine:
    """An engine for SQLite or PostgreSQL; errors of either never show the values of a statement."""
    target = _known(url)
    if target.get_backend_name() == "postgresql":
        engine = create_engine(target, hide_parameters=True, pool_size=pool, max_overflow=pool, pool_pre_ping=True)
        event.listen(engine, "handle_error", _without_values)
        return engine
    if target.database:
        Path(target.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        target, hide_parameters=True, pool_size=pool, max_overflow=pool, connect_args={"timeout": busy_seconds}
    )
    _prepare_sqlite(engine, cache_mb=cache_mb, durability=durability)
    return engine


def _known(url: str | URL) -> URL:
    """The address with the driver that the service uses."""
    try:
        target = make_url(url)
        backend = target.get_backend_name()
    except ArgumentError:
        raise DatabaseUrlInvalid(scheme="?") from None
    if backend == "postgresql":
        return target.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or not target.database or target.database == ":memory:":
        raise DatabaseUrlInvalid(scheme=target.drivername)
    return target.set(drivername="sqlite+pysqlite")


def _without_values(context: ExceptionContext) -> None:
    """Cut an error of PostgreSQL to its first sentence: the details quote rows, which are people."""
    without_values(context.original_exception)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (str(context.original_exception),)


def without_values(error: BaseException) -> None:
    """Cut an error of the PostgreSQL driver, in place, to what it says without quoting data."""
    if isinstance(error, psycopg.Error):
        error.args = (error.diag.message_primary or type(error).__name__,)


def _prepare_sqlite(engine: Engine, *, cache_mb: int, durability: Durability) -> None:
    """Let SQLAlchemy begin transactions, and set what SQLite keeps per connection.

    WAL: readers never wait for a writer. FULL: what was disclosed and who decided what survive a power cut; a register
    version takes NORMAL, for it can be imported again. The map of 1 GiB serves reads without copying pages.
    """
    pragmas = (
        "journal_mode=WAL",
        f"synchronous={durability.upper()}",
        "foreign_keys=ON",
        f"cache_size={-1024 * cache_mb}",
        "mmap_size=1073741824",
        "temp_store=MEMORY",
        "secure_delete=FAST",
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would come too late, or not at all
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")
