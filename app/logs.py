"""Log lines: structured, to stderr, for people or as JSON; personal data is taken out before a line is written."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

# The names under which records travel in this program: a log line that carries one of them is a mistake, and harmless.
PERSONAL_FIELDS = frozenset(
    {
        *("full_name", "other_names", "name", "personal_id", "id_number", "old_ids", "card_qr", "birth_date"),
        *("address", "permanent_address", "parcel_id", "certificate_no", "person", "record", "row"),
        *("key", "authorization"),
    }
)
# Made by this program: digits in them are nobody's number.
OUR_OWN = frozenset({"timestamp", "request_id", "chain", "anchor_seal"})
_PLACES = 5  # of an exception: where it happened, and who called
_LONG_NUMBER = re.compile(r"\d{7,}")  # identity numbers have 8 digits (passports: 7) and more


def without_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A log line in which fields of persons are blanked and long numbers inside texts are masked."""
    for key, value in event.items():
        if key in PERSONAL_FIELDS:
            event[key] = "[withheld]"
        elif isinstance(value, str) and key not in OUR_OWN:
            event[key] = _LONG_NUMBER.sub("[number]", value)
    return event


def without_messages(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """An exception as its kinds and places: its text may hold what a caller sent, or a row of a file."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        event["exception"] = " < ".join(_told(error))
    return event


def _told(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        places = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-_PLACES:])
        yield f"{type(error).__name__} ({places})"
        error = error.__cause__ or error.__context__


class _Lines(logging.StreamHandler[TextIO]):
    """Where all lines go, one at a time: those of libraries as records, our own as text."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._loggers: dict[str, _Logger] = {}

    def logger(self, name: str = "khop") -> _Logger:
        """What writes the lines of a module."""
        return self._loggers.setdefault(name, _Logger(name, self))

    def write(self, line: str) -> None:
        """Write a line; one that can't be written stops nobody."""
        with suppress(OSError, ValueError), self.lock or nullcontext():
            self.stream.write(line + self.terminator)
            self.flush()


class _Logger:
    """Writes the finished lines of a module."""

    __slots__ = ("critical", "debug", "error", "info", "name", "warning")

    def __init__(self, name: str, lines: _Lines) -> None:
        self.name = name
        self.debug = self.info = self.warning = self.error = self.critical = lines.write


def _logger_name(logger: _Logger | logging.Logger | None, _method: str, event: EventDict) -> EventDict:
    """A log line with the name of its logger, be it ours or a library's."""
    record = event.get("_record")
    event["logger"] = record.name if record is not None else getattr(logger, "name", "khop")
    return event


_JSON = json.JSONEncoder(ensure_ascii=False, default=repr)


def _as_json(event: EventDict, **_settings: object) -> str:
    return _JSON.encode(event)


def configure_logs(
    *, style: Literal["auto", "console", "json"] = "auto", level: str = "info", stream: TextIO | None = None
) -> None:
    """Send the log lines of this program and of its libraries to one stream (default stderr) in one form."""
    stream = stream or sys.stderr
    as_json = style == "json" or (style == "auto" and not stream.isatty())
    lines = _Lines(stream)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        _logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_messages,
        without_personal_data,
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(serializer=_as_json) if as_json else structlog.dev.ConsoleRenderer()
    )
    # Our own lines don't go through the standard library's records: every request leaves one (16 µs, not 42).
    structlog.configure(
        processors=[*shared, last],
        logger_factory=lines.logger,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=False,
    )
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [lines]
    root.setLevel(level.upper())
