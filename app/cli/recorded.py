"""What commands do with people's data is in the access log too: who (the operator of the system), what, how much."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from app.cli.terminal import now


class Record(Protocol):
    """Keeps one thing that the command does; where it can't be kept, the command ends."""

    def __call__(self, action: str, **facts: str | int | float | bool | None) -> None:
        """An action, with counts and ids."""


@contextmanager
def recording() -> Iterator[Record]:
    """The access log, as long as the command runs."""
    from app.access_log.entries import Entry
    from app.access_log.log import AccessLog
    from app.settings import Settings

    settings = Settings()
    log = AccessLog(settings.data_dir, clock=now, flush=settings.access_log_flush)

    def record(action: str, **facts: str | int | float | bool | None) -> None:
        log.record(Entry(action, f"os:{getpass.getuser()}", facts=facts))

    try:
        yield record
    finally:
        log.close()
