"""Whether the service can answer: each thing that an answer depends on, asked in turn and named with its state."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from sqlalchemy.exc import DBAPIError

from app.access_log.log import AccessLog
from app.db import Database
from app.errors import DatabaseUnreachable, ServiceError
from app.jobs.progress import alive_workers
from app.matches.service import Matcher
from app.operations.errors import DataFolderUnusable, DiskLow
from app.settings import Settings

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Readiness:
    """The state of each part: what it is where it works, why not where it doesn't."""

    states: Mapping[str, str]
    failing: Mapping[str, ServiceError]


@dataclass(frozen=True, slots=True)
class Health:
    """What readiness is asked of."""

    database: Database
    matcher: Matcher
    access_log: AccessLog
    settings: Settings
    clock: Callable[[], datetime]

    def readiness(self) -> Readiness:
        """Ask every part."""
        states: dict[str, str] = {}
        failing: dict[str, ServiceError] = {}
        for name, ask in self._parts().items():
            try:
                states[name] = ask()
            except ServiceError as error:
                failing[name] = error
            except (DBAPIError, sqlite3.Error, psycopg.Error) as error:
                failing[name] = DatabaseUnreachable(reason=type(error).__name__)
        return Readiness(states, failing)

    def _parts(self) -> dict[str, Callable[[], str]]:
        return {
            "database": self._database,
            "register": self.matcher.ready,
            "worker": self._worker,
            "disk": self._disk,
            "access_log": self._access_log,
        }

    def _database(self) -> str:
        self.database.number("SELECT 1")
        return "ok"

    def _worker(self) -> str:
        """Bulk jobs wait without a worker; single records don't: its absence is told and stops nothing."""
        with self.database.reading() as session:
            alive = alive_workers(session, now=self.clock())
        return "ok" if alive else "none"

    def _disk(self) -> str:
        free = free_mib(self.settings.data_dir)
        if free < self.settings.min_free_mb:
            raise DiskLow(free_mb=free, needed_mb=self.settings.min_free_mb)
        return "ok"

    def _access_log(self) -> str:
        self.access_log.probe()
        return "ok"


def free_mib(folder: Path) -> int:
    """The room that is left where the data is."""
    try:
        return shutil.disk_usage(folder).free // _MIB
    except OSError:
        raise DataFolderUnusable() from None
