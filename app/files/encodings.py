"""Finds the encoding of a text file: its mark, else whether all of it is UTF-8, else a Windows code page."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import pyarrow as pa

from app.files.hints import Hint

_STEP: Final = 1 << 20
_SAMPLE: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MARK: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_MARK_ON_VOWEL: Final = re.compile(f"[aăâeêioôơuưyAĂÂEÊIOÔƠUƯY]{_MARK.pattern}")
BYTE_FOR_BYTE: Final = "khop.byte_for_byte"


def _byte_for_byte(error: UnicodeError) -> tuple[str, int]:
    """Bytes that a code page leaves undefined keep their number: VISCII and VPS use them as letters."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(BYTE_FOR_BYTE, _byte_for_byte)


class TextEncoding(NamedTuple):
    """The codec of a text file, what to do with its broken bytes, and what to tell about it."""

    codec: str
    errors: str = "replace"
    hints: tuple[Hint, ...] = ()

    @property
    def composes(self) -> bool:
        """Whether letters come with their marks apart, so that lines are composed when read."""
        return self.codec == "cp1258"

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes are UTF-8."""
        return self.codec in ("utf-8", "utf-8-sig")

    @property
    def mark(self) -> int:
        """How many bytes of a UTF-8 file are a mark and no text."""
        return len(codecs.BOM_UTF8) if self.codec == "utf-8-sig" else 0


class TextReading(NamedTuple):
    """How its owner says that a text file is to be read; None: find out."""

    delimiter: str | None = None  # of a CSV file
    encoding: str | None = None  # one of ENCODINGS


FOUND_OUT: Final = TextReading()
ENCODINGS: Final = ("utf-8", "utf-16", "cp1258", "cp1252")


def named_encoding(path: Path, name: str) -> TextEncoding:
    """The encoding that the owner names, whatever the bytes look like; a mark of UTF-8 is no text."""
    with path.open("rb") as file:
        marked = file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
    if name == "utf-8" and marked:
        return TextEncoding("utf-8-sig")
    return TextEncoding(name, "replace" if name.startswith("utf") else BYTE_FOR_BYTE)


def text_encoding(path: Path) -> TextEncoding:
    """The encoding of the whole file; one pass over it where it has no mark and is UTF-8."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
        for mark, codec in _MARKS:
            if start.startswith(mark):
                return TextEncoding(codec)
        if wide := _unmarked_utf16(start):
            return TextEncoding(wide)
        file.seek(0)
        if _is_utf8(file):
            return TextEncoding("utf-8")
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        before = b""
        while chunk := file.read(_STEP):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return _not_quite_utf8(before + chunk)
            before = chunk[-4:]
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return TextEncoding("utf-8", "replace", (Hint("undecodable_bytes", {}),))
    return TextEncoding("utf-8")


def _is_utf8(file: BinaryIO) -> bool:
    """Whether all lines are UTF-8, in half the time that a decoder takes; a file of very long lines is left to that."""
    rest = b""
    while step := file.read(_STEP):
        lines, line_feed, after = (rest + step).rpartition(b"\n")
        if not line_feed or not _valid(lines):
            return False
        rest = after
    return _valid(rest)


def _valid(piece: bytes) -> bool:
    try:
        pa.array([piece], pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True


def _unmarked_utf16(start: bytes) -> str | None:
    """UTF-16 without a mark shows as zero bytes at every other place."""
    sample = start[:4096]
    if len(sample) < 4:
        return None
    if sample[1::2].count(0) > 0.4 * len(sample) / 2 and sample[::2].count(0) < 0.1 * len(sample) / 2:
        return "utf-16-le"
    if sample[::2].count(0) > 0.4 * len(sample) / 2 and sample[1::2].count(0) < 0.1 * len(sample) / 2:
        return "utf-16-be"
    return None


def _not_quite_utf8(sample: bytes) -> TextEncoding:
    """UTF-8 with a few broken bytes, or a code page: Vietnamese Windows where its marks stand on vowels, else Western.

    Old fonts (TCVN3, VNI) were typed as Western text; their letters look like marks after consonants.
    """
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    letters = sum(map(str.isalpha, filter(lambda letter: letter > "\x7f", text)))
    if letters > 20 * broken:
        return TextEncoding("utf-8", "replace", (Hint("undecodable_bytes", {}),))
    vietnamese = sample.decode("cp1258", BYTE_FOR_BYTE)
    marks = len(_MARK.findall(vietnamese))
    codec = "cp1258" if marks and len(_MARK_ON_VOWEL.findall(vietnamese)) >= 0.9 * marks else "cp1252"
    return TextEncoding(codec, BYTE_FOR_BYTE, (Hint("encoding_guessed", {"encoding": codec}),))
