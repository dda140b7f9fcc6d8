"""The history of the tables, and the way to the newest form; it is part of the package, so `khop db upgrade` works.

A new migration is a module in `versions/` written by hand; a test compares the outcome with app/tables.py.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, inspect, select
from sqlalchemy.exc import OperationalError

from app.db import Database
from app.errors import DatabaseUnreachable, SchemaOutdated

_UPGRADE_LOCK = 0x6B686F70  # "khop": any number that nobody else uses as a lock of this database


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the tables to a revision, in one transaction."""
    config = _config()
    with _reachable(database).begin() as connection:
        if not database.is_sqlite:  # two processes that start together upgrade one after the other
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def head() -> str:
    """The newest revision that this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or "-"


def current(database: Database) -> str | None:
    """The revision that the database is at, None if it was never set up."""
    with _reachable(database).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def make_current(database: Database) -> None:
    """Check that the tables are the ones this program knows; an empty database is set up at once."""
    found, needed = current(database), head()
    if found == needed:
        return
    with database.engine.connect() as connection:
        empty = not inspect(connection).get_table_names()
    if not empty:
        raise SchemaOutdated(found=found or "-", needed=needed)
    upgrade(database)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _reachable(database: Database) -> Engine:
    """The engine, once a connection has been made."""
    try:
        database.engine.connect().close()
    except OperationalError as error:
        raise DatabaseUnreachable(reason=type(error.orig).__name__) from None
    return database.engine
