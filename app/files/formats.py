"""Tells a file's format by what it holds, whatever it is named, and refuses what can't be read safely."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Final

from app.files.errors import FileBroken, FileEmpty, FileMissing, FileProtected, FormatUnknown

_START: Final = 1 << 16
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_CONTROLS: Final = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SIGNATURES: Final = (
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3", "SQLite"),
    (b"Obj\x01", "Avro"),
    (b"ORC", "ORC"),
)


class Format(StrEnum):
    """The formats that land files come in."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    NDJSON = "ndjson"


NAMED: Final = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".tab"), Format.CSV),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx"), Format.XLSX),
    **dict.fromkeys((".parquet", ".pq"), Format.PARQUET),
    **dict.fromkeys((".ndjson", ".jsonl"), Format.NDJSON),
}


def file_format(path: Path) -> Format:
    """The format of the file's content.

    Raises FileMissing, FileEmpty, FileProtected, FileBroken or FormatUnknown.
    """
    if not path.is_file():
        raise FileMissing
    with path.open("rb") as file:
        start = file.read(_START)
    if not start.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise FileEmpty
    if start.startswith(b"PK"):
        return Format.XLSX
    if start.startswith(b"PAR1"):
        return Format.PARQUET
    if start.startswith(_OLE):
        if _holds(path, _ENCRYPTED):
            raise FileProtected
        raise FormatUnknown(found="Excel 97-2003 (.xls)")
    for signature, name in _SIGNATURES:
        if start.startswith(signature):
            raise FormatUnknown(found=name)
    return _text_format(start)


def _text_format(start: bytes) -> Format:
    """CSV or NDJSON, unless it is markup, a JSON array, or no text at all."""
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff")) or start[:512].count(0) > 0.2 * len(start[:512])
    text = start.replace(b"\x00", b"") if wide else start
    head = text.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    if head.startswith(b"<"):
        raise FormatUnknown(found="HTML" if b"<html" in head or b"<table" in head else "XML")
    if head.startswith(b"["):
        raise FormatUnknown(found="JSON array")
    if head.startswith(b"{"):
        return Format.NDJSON
    if len(_CONTROLS.findall(text)) > 0.1 * len(text) or text.count(b"\x00") > 0.3 * len(text):
        raise FormatUnknown(found="binary")
    return Format.CSV


def _holds(path: Path, wanted: bytes) -> bool:
    """Whether the bytes occur in the file, read in bounded pieces."""
    tail = b""
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            if wanted in tail + piece:
                return True
            tail = piece[-len(wanted) :]
    return False


def broken(found: Format) -> FileBroken:
    """The refusal of a file that begins like its format and can't be read to its end."""
    return FileBroken(format=found.value)
