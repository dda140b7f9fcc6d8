"""The parts of a workbook's ZIP, unpacked in bounded pieces: what they truly hold is counted, not what they declare."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.files.errors import FileTooLarge
from app.files.formats import Format, broken

LARGEST: Final = 1 << 30  # bytes of all parts, unpacked
_RATIO: Final = 400  # times smaller than unpacked; styled blank cells reach about 100
_RATIO_FROM: Final = 32 << 20  # bytes: small parts may be packed as tightly as they like
_MOST_PARTS: Final = 20_000
_PIECE: Final = 1 << 20
_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")


class ZipParts:
    """The parts of one workbook; refuses what is damaged, encrypted, or unpacks to more than the limits."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with zipfile.ZipFile(path) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, struct.error) as error:
            raise broken(Format.XLSX) from error
        if len(entries) > _MOST_PARTS:
            raise FileTooLarge(what="ZIP parts", found=len(entries), limit=_MOST_PARTS)
        self.infos = {part_key(entry.filename): entry for entry in entries}
        if len(self.infos) != len(entries):
            raise broken(Format.XLSX)  # of two parts with one name, another reader may take the other
        _check_declared(self.infos)

    def pieces(self, name: str) -> Iterator[bytes]:
        """The part's bytes in pieces of at most a megabyte, counted as they come, whatever size is declared."""
        info = self.infos[name]
        unpacked, packed = 0, 0
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise broken(Format.XLSX)
        try:
            for piece, packed in self._inflated(info):
                unpacked += len(piece)
                _check(unpacked, packed)
                yield piece
        except (zlib.error, OSError, struct.error) as error:
            raise broken(Format.XLSX) from error
        if unpacked != info.file_size:
            raise broken(Format.XLSX)

    def whole(self, name: str, limit: int = 16 << 20) -> bytes:
        """A small part as a whole."""
        content = b""
        for piece in self.pieces(name):
            content += piece
            if len(content) > limit:
                raise FileTooLarge(what=name, found=len(content), limit=limit)
        return content

    def _inflated(self, info: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
        """The unpacked pieces, and how many packed bytes they have taken so far."""
        with self._path.open("rb") as file:
            file.seek(info.header_offset)
            mark, name, extra = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
            if mark != b"PK\x03\x04":
                raise broken(Format.XLSX)
            file.seek(name + extra, 1)
            left, taken = info.compress_size, 0
            inflate = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
            while left and (packed := file.read(min(_PIECE, left))):
                left -= len(packed)
                taken += len(packed)
                if inflate is None:
                    yield packed, taken
                    continue
                while packed:
                    yield inflate.decompress(packed, _PIECE), taken
                    packed = inflate.unconsumed_tail
            if inflate is not None:
                yield inflate.flush(), taken


def part_key(name: str) -> str:
    """A part's name as it is looked up: programs differ in capitals and slashes."""
    return name.replace("\\", "/").lstrip("/").lower()


def _check_declared(infos: dict[str, zipfile.ZipInfo]) -> None:
    total = sum(info.file_size for info in infos.values())
    if total > LARGEST:
        raise FileTooLarge(what="unpacked size", found=total, limit=LARGEST)
    for info in infos.values():
        _check(info.file_size, info.compress_size)


def _check(unpacked: int, packed: int) -> None:
    if unpacked > LARGEST:
        raise FileTooLarge(what="unpacked size", found=unpacked, limit=LARGEST)
    if unpacked > _RATIO_FROM and unpacked > _RATIO * max(packed, 1):
        raise FileTooLarge(what="packing ratio", found=unpacked // max(packed, 1), limit=_RATIO)
