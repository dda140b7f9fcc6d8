"""A chain: the entries of one process, in segment files, and a head that says how far it reaches.

The head is written after the entries are on the disk and before anybody is told so: what the head covers was promised,
what lies behind it was not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic_core import to_json

from app.access_log.entries import Entry
from app.access_log.keys import Keys
from app.access_log.lines import START, seal_of, written

Flush = Literal["disk", "process"]
HEAD_FILE = "head"
SEGMENTS = "*.log"
_HEAD_BYTES = 512  # one sector: a disk writes it as a whole or not at all
_sync = getattr(os, "fdatasync", os.fsync)  # Windows has only the latter


class Head(NamedTuple):
    """The last entry that was promised: its number and its seal."""

    chain: str
    entries: int
    seal: str


class ChainBroken(OSError):
    """The chain can't go on: what is on the disk isn't known any more."""


class Chain:
    """The writer of one chain; not for several threads at once."""

    def __init__(self, folder: Path, *, keys: Keys, flush: Flush, segment_bytes: int) -> None:
        self._folder, self._keys, self._flush, self._segment_bytes = folder, keys, flush, segment_bytes
        folder.mkdir(parents=True)
        folder.chmod(0o700)
        self.head = Head(folder.name, 0, START)
        self._segment, self._length, self._unsynced = 0, 0, False
        self._file = self._next_segment()
        self._head_file = os.open(folder / HEAD_FILE, os.O_CREAT | os.O_RDWR, 0o600)
        self._write_head(self.head)
        self.sync_folder()

    def _next_segment(self) -> int:
        path = self._folder / f"{self._segment + 1:06}.log"
        opened = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
        self._segment, self._length = self._segment + 1, 0
        return opened

    def sync_folder(self) -> None:
        """Make the names of new files durable, where the system can."""
        if os.name == "posix":
            for folder in (self._folder, self._folder.parent):
                descriptor = os.open(folder, os.O_RDONLY)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)

    @property
    def full(self) -> bool:
        """Whether the next entries belong in a new segment."""
        return self._length >= self._segment_bytes

    def rotate(self) -> None:
        """Go on in a new segment."""
        _sync(self._file)
        before, self._file = self._file, self._next_segment()
        os.close(before)
        self.sync_folder()

    def append(self, entries: Sequence[tuple[Entry, datetime]]) -> None:
        """Add entries, all or none; OSError if they can't be kept, ChainBroken if the chain can't either."""
        number, seal, lines = self.head.entries, self.head.seal, []
        for entry, at in entries:
            number += 1
            content = entry.content(number, at)
            seal = seal_of(seal, content)
            lines.append(written(seal, content))
        self._write(b"".join(lines))
        head = Head(self.head.chain, number, seal)
        try:
            if self._flush == "disk":
                _sync(self._file)
            else:
                self._unsynced = True
            self._write_head(head)
        except OSError as error:
            # After a failed sync nobody knows which pages are on the disk: trying again would prove nothing.
            raise ChainBroken(error.errno, error.strerror) from error
        self.head = head

    def _write(self, data: bytes) -> None:
        done = 0
        try:
            while done < len(data):
                done += os.write(self._file, memoryview(data)[done:])
        except OSError:
            self._take_back()
            raise
        self._length += len(data)

    def _take_back(self) -> None:
        """Remove what was written of entries that didn't fit."""
        try:
            os.ftruncate(self._file, self._length)
        except OSError as error:
            raise ChainBroken(error.errno, error.strerror) from error

    def _write_head(self, head: Head) -> None:
        os.lseek(self._head_file, 0, os.SEEK_SET)
        os.write(self._head_file, head_bytes(head, self._keys))

    def sync(self) -> None:
        """Put on the disk what the system still holds in memory."""
        if self._unsynced:
            self._unsynced = False
            _sync(self._file)
        _sync(self._head_file)

    def later_sync(self) -> Callable[[], None] | None:
        """What puts the entries so far on the disk, to be called while others are added; None if they are there."""
        if not self._unsynced:
            return None
        self._unsynced = False
        file = os.dup(self._file)

        def sync() -> None:
            try:
                _sync(file)
            finally:
                os.close(file)

        return sync

    def close(self) -> None:
        """Put everything on the disk and let the files go."""
        try:
            self.sync()
        finally:
            os.close(self._file)
            os.close(self._head_file)


def head_bytes(head: Head, keys: Keys) -> bytes:
    """The head as it stands in its file."""
    content = to_json(head._asdict())
    line = b"%s %s" % (keys.head_seal(content).encode(), content)
    return line.ljust(_HEAD_BYTES - 1) + b"\n"


def read_head(folder: Path, keys: Keys) -> Head | None:
    """The head of a chain; None where it is gone or wasn't written with this key."""
    return head_of(folder / HEAD_FILE, folder.name, keys)


def head_of(path: Path, name: str, keys: Keys) -> Head | None:
    """The head in a file, if it is genuine and of this name."""
    try:
        text = path.read_bytes().rstrip()
    except OSError:
        return None
    seal, _, content = text.partition(b" ")
    if seal.decode("ascii", "replace") != keys.head_seal(content):
        return None
    fields: dict[str, Any] = json.loads(content)
    head = Head(**fields)
    return head if head.chain == name else None
