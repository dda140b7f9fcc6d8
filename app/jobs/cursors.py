"""Cursors of pages: what a page gives to ask for the next one; they mean nothing to callers."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from hashlib import sha256

from app.files.exports import ResultFilter
from app.jobs.errors import CursorInvalid

_MOST = 200  # characters


def job_cursor(created_at: datetime, job_id: str) -> str:
    """The cursor of the jobs that are older than this one."""
    return _written(f"{created_at.astimezone(UTC).isoformat()} {job_id}")


def job_place(cursor: str) -> tuple[datetime, str]:
    """After which job the page begins."""
    moment, _, job_id = _read(cursor).partition(" ")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), job_id
    except ValueError:
        raise CursorInvalid() from None


def result_cursor(offset: int, wanted: ResultFilter) -> str:
    """The cursor of the results after so many, under this filter."""
    return _written(f"{offset} {_digest(wanted)}")


def result_place(cursor: str, wanted: ResultFilter) -> int:
    """After how many results the page begins; CursorInvalid if the cursor was given under another filter."""
    offset, _, digest = _read(cursor).partition(" ")
    if digest != _digest(wanted) or not offset.isdecimal() or len(offset) > 12:
        raise CursorInvalid()
    return int(offset)


def _digest(wanted: ResultFilter) -> str:
    values = [sorted(each) for each in (wanted.verdicts, wanted.categories, wanted.findings)]
    return sha256(repr(values).encode()).hexdigest()[:12]


def _written(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> str:
    if len(cursor) > _MOST or not cursor.isascii():
        raise CursorInvalid()
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise CursorInvalid() from None
