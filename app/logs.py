"""Log lines: structured, to stderr, for people or as JSON; personal data is taken out before a line is written."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator
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


def configure_logs(
    *, style: Literal["auto", "console", "json"] = "auto", level: str = "info", stream: TextIO | None = None
) -> None:
    """Send the log lines of this program and of its libraries to one stream (default stderr) in one form."""
    stream = stream or sys.stderr
    as_json = style == "json" or (style == "auto" and not stream.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_messages,
        without_personal_data,
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
