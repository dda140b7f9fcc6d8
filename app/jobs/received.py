"""Files as they arrive: written piece by piece into the folder of the job to be, hashed on the way, bounded.

The caller's name for a file is data. On the disk it is called `input` with the ending of its format.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from app.engines.folder import sync_folder
from app.errors import is_full
from app.files.formats import NAMED
from app.jobs.errors import DiskFull, InboxClosed, InboxFileMissing, UploadTooLarge

PIECE: Final = 1 << 20
_NAME_KEPT: Final = 255  # characters


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is here, in the folder of a job that may be created from it."""

    job_id: str
    folder: Path
    file: Path
    name: str  # the caller's: data only
    size: int
    sha256: str

    def discard(self) -> None:
        """Remove it with its folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Receiving:
    """A file that is being written; `close` gives what was received, `abandon` removes it."""

    def __init__(self, folder: Path, name: str, *, limit: int) -> None:
        self._folder, self._name, self._limit = folder, name.rsplit("/")[-1].rsplit("\\")[-1][:_NAME_KEPT], limit
        suffix = Path(self._name).suffix.lower()
        self._path = folder / "input" / f"input{suffix if suffix in NAMED else ''}"
        self._size, self._hash = 0, hashlib.sha256()
        with space_needed():
            self._path.parent.mkdir(parents=True)
            self._file: BinaryIO = self._path.open("xb")

    def write(self, piece: bytes) -> None:
        """Add to the file; UploadTooLarge above the limit, DiskFull where the disk is."""
        self._size += len(piece)
        if self._size > self._limit:
            raise UploadTooLarge(limit=self._limit)
        with space_needed():
            self._file.write(piece)
        self._hash.update(piece)

    def close(self) -> Received:
        """The file, synced."""
        with space_needed():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            sync_folder(self._path.parent)
        return Received(self._folder.name, self._folder, self._path, self._name, self._size, self._hash.hexdigest())

    def abandon(self) -> None:
        """Remove what was written."""
        with suppress(OSError):  # the disk is full: what was not written is not wanted either
            self._file.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def receive(folder: Path, name: str, pieces: Iterable[bytes], *, limit: int) -> Received:
    """Receive a whole file."""
    receiving = Receiving(folder, name, limit=limit)
    try:
        for piece in pieces:
            receiving.write(piece)
        return receiving.close()
    except BaseException:
        receiving.abandon()
        raise


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file of this machine in pieces."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def inbox_file(inbox: Path | None, name: str) -> Path:
    """A file of the inbox by its bare name; nothing outside of it, through whatever links."""
    if inbox is None:
        raise InboxClosed()
    if not name or name != Path(name).name or "\\" in name or "\0" in name:
        raise InboxFileMissing()
    path = inbox / name
    if not path.is_file() or path.resolve().parent != inbox.resolve():
        raise InboxFileMissing()
    return path


@contextmanager
def space_needed() -> Iterator[None]:
    """Tell a full disk as such."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise DiskFull() from None
        raise
