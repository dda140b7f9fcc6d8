"""How commands speak: errors in two languages with an exit status, and progress on any kind of terminal."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from app.db import Database
    from app.settings import Settings

_SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def told() -> Iterator[None]:
    """Turn what the service refuses into a message that says what to do, and exit status 1."""
    from pydantic import ValidationError
    from sqlalchemy.exc import DBAPIError

    from app.errors import ServiceError
    from matching.errors import KhopError

    try:
        yield
    except ServiceError as error:
        say(f"✗ {error.explained('vi')}\n  {error.explained('en')}")
        raise typer.Exit(1) from None
    except KhopError as error:
        say(f"✗ {error}")
        raise typer.Exit(1) from None
    except ValidationError as error:
        names = ", ".join(f"KHOP_{'_'.join(map(str, each['loc']))}".upper() for each in error.errors())
        say(f"✗ Biến môi trường không hợp lệ: {names}\n  Invalid environment variables: {names}")
        raise typer.Exit(1) from None
    except DBAPIError as error:  # its text holds no values: app.db
        say(f"✗ Cơ sở dữ liệu từ chối: {error.orig}\n  The database refused: {error.orig}")
        raise typer.Exit(1) from None
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of the output has gone: nobody listens to a message
            raise
        said = _said(error)
        say(f"✗ Hệ thống từ chối: {said}\n  The system refused: {said}")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        say("✗ Đã dừng. Chạy lại cùng lệnh để tiếp tục.\n  Stopped. Run the same command again to go on.")
        raise typer.Exit(130) from None


def _said(error: OSError) -> str:
    """What the system says, and the bare name of the file: folders and other texts may tell more than they should."""
    reason = error.strerror or type(error).__name__
    return f"{reason}: {Path(os.fsdecode(error.filename)).name}" if isinstance(error.filename, str | bytes) else reason


@contextmanager
def opened_database(settings: Settings | None = None) -> Iterator[Database]:
    """The service's database, checked to be of this program's form."""
    from app.db import database
    from app.migrations import make_current
    from app.settings import Settings

    opened = database(settings or Settings())
    try:
        make_current(opened)
        yield opened
    finally:
        opened.close()


def now() -> datetime:
    """The clock of a command."""
    return datetime.now(UTC)


def say(text: str) -> None:
    """A line for the operator, beside the output of a command."""
    typer.echo(text, err=True)


@contextmanager
def progress(labels: dict[str, str]) -> Iterator[Callable[[str, int, int, str], None]]:
    """A function (phase, done, total, note) that shows progress: a bar on a terminal, a line now and then elsewhere."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(labels)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[note]}"), console=console) as bars:
        tasks = {phase: bars.add_task(label, total=None, visible=False, note="") for phase, label in labels.items()}

        def show(phase: str, done: int, total: int, note: str = "") -> None:
            bars.update(tasks[phase], completed=done, total=total or None, visible=True, note=note)

        yield show


def _lines(labels: dict[str, str]) -> Callable[[str, int, int, str], None]:
    started = time.monotonic()
    shown: dict[str, float] = {}

    def show(phase: str, done: int, total: int, note: str = "") -> None:
        moment = time.monotonic()
        if moment - shown.get(phase, 0.0) >= _SECONDS_BETWEEN_LINES or done == total:
            shown[phase] = moment
            of_total = f" / {total:,}" if total else ""
            say(f"{moment - started:7.1f} s  {labels[phase]}: {done:,}{of_total}  {note}".rstrip())

    return show
