"""Anchors: signed heads of all chains in one chained file, `anchors.log`, so that a whole chain can't vanish.

Each anchor names the chain, how many entries it had, the seal of the last one, and follows the anchor before. Entries
of the chains name the last anchor that they saw: neither file can be cut without the other showing it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.access_log.chain import Head, head_bytes, head_of
from app.access_log.keys import Keys
from app.access_log.lines import START, Line, line_of, seal_of, written

ANCHORS_FILE = "anchors.log"
ANCHORS_HEAD = "anchors.head"  # how many anchors there are: without it the last one could be cut
_HEAD_NAME = "anchors"
_TAIL = 8_192  # bytes from the end in which the last anchor lies
_LOCK_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Tip:
    """The last anchor: how many there are, and its seal."""

    count: int
    seal: str


class Anchors:
    """The file of anchors of a log; several processes write it in turn."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self._path, self._keys = folder / ANCHORS_FILE, keys

    def tip(self) -> Tip:
        """The last anchor that is there."""
        with self._locked() as file:
            return _tip(file)

    def add(self, head: Head, *, reason: str, at: datetime) -> Tip:
        """Anchor a head."""
        with self._locked() as file:
            tip = _tip(file)
            fields = {
                "no": tip.count + 1,
                "at": at.isoformat(timespec="microseconds"),
                "reason": reason,
                **head._asdict(),
                "before": tip.seal,
            }
            fields["signature"] = self._keys.signature(signed_part(fields))
            content = json.dumps(fields, separators=(",", ":")).encode()
            seal = seal_of(tip.seal, content)
            _append(file, written(seal, content))
            self._write_head(Head(_HEAD_NAME, tip.count + 1, seal))
            return Tip(tip.count + 1, seal)

    def _write_head(self, head: Head) -> None:
        file = os.open(self._path.with_name(ANCHORS_HEAD), os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            os.write(file, head_bytes(head, self._keys))
            os.fsync(file)
        finally:
            os.close(file)

    def promised(self) -> Tip | None:
        """The last anchor as the head of anchors has it; None where that is gone or wasn't written with this key."""
        head = head_of(self._path.with_name(ANCHORS_HEAD), _HEAD_NAME, self._keys)
        return None if head is None else Tip(head.entries, head.seal)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            _lock(file)
            yield file
        finally:
            os.close(file)  # which ends the lock


def _lock(file: int) -> None:
    """Wait for the only right to write; TimeoutError (an OSError) if somebody holds it for long."""
    deadline = time.monotonic() + _LOCK_SECONDS
    while not _try_lock(file):
        if time.monotonic() > deadline:
            raise TimeoutError("anchors.log is locked by another process")
        time.sleep(0.005)


def _try_lock(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _append(file: int, data: bytes) -> None:
    end = os.lseek(file, 0, os.SEEK_END)
    try:
        if os.write(file, data) != len(data):
            raise OSError("anchors.log: only a part was written")
        os.fsync(file)
    except OSError:
        with suppress(OSError):  # a torn line is taken back by the next writer
            os.ftruncate(file, end)
        raise


def _tip(file: int) -> Tip:
    """The last whole anchor; a torn line behind it, of a writer that died, is taken back."""
    end = os.lseek(file, 0, os.SEEK_END)
    start = max(0, end - _TAIL)
    os.lseek(file, start, os.SEEK_SET)
    tail = os.read(file, _TAIL)
    whole = tail[: tail.rfind(b"\n") + 1]
    if len(whole) < len(tail):
        os.ftruncate(file, start + len(whole))
    lines = whole.splitlines()
    line = line_of(lines[-1]) if lines else None
    fields = None if line is None else line.fields()
    if line is None or fields is None:
        return Tip(0, START)
    return Tip(int(fields.get("no", 0)), line.seal)


def signed_part(fields: dict[str, Any]) -> bytes:
    """The bytes of an anchor that are signed: all but the signature."""
    return json.dumps({name: value for name, value in fields.items() if name != "signature"}, sort_keys=True).encode()


def anchor_lines(folder: Path) -> list[Line | None]:
    """All whole lines of the file of anchors; None where one has not the form."""
    try:
        text = (folder / ANCHORS_FILE).read_bytes()
    except FileNotFoundError:
        return []
    return [line_of(line) for line in text[: text.rfind(b"\n") + 1].splitlines()]
