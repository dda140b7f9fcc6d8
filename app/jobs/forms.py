"""Reads a form with one file as it arrives: the file goes to the disk, the other fields stay small."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.jobs.errors import FileExpected, FormBroken, OptionInvalid, RequestUnreadable
from app.jobs.received import Receiving

_LARGEST_FIELD: Final = 64 * 1024  # bytes: a mapping of every column
_MOST_FIELDS: Final = 20
_BOUNDARY: Final = re.compile(rb"[ -~]{1,200}")


class FormReader:
    """A push parser of multipart/form-data; `open_file` is called once, with the file's name."""

    def __init__(self, content_type: str, open_file: Callable[[str], Receiving]) -> None:
        kind, parameters = parse_options_header(content_type)
        boundary = parameters.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not _BOUNDARY.fullmatch(boundary):
            raise RequestUnreadable()
        self.fields: dict[str, str] = {}
        self.file: Receiving | None = None
        self._open_file, self._ended = open_file, False
        self._headers: dict[bytes, bytes] = {}
        self._header, self._value = bytearray(), bytearray()
        self._field, self._text = "", bytearray()
        self._is_file = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._header_ends,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._data,
                "on_part_end": self._part_ends,
                "on_end": self._ends,
            },
        )

    def feed(self, piece: bytes) -> None:
        """Read on."""
        try:
            self._parser.write(piece)
        except FormParserError:
            raise FormBroken() from None

    def finish(self) -> None:
        """The body has ended: FormBroken in the middle of a form, FileExpected where no file was in it."""
        try:
            self._parser.finalize()
        except FormParserError:
            raise FormBroken() from None
        if not self._ended:
            raise FormBroken()
        if self.file is None:
            raise FileExpected()

    def _begin(self) -> None:
        self._headers, self._field, self._text, self._is_file = {}, "", bytearray(), False

    def _header_ends(self) -> None:
        self._headers[bytes(self._header).lower()] = bytes(self._value)
        self._header, self._value = bytearray(), bytearray()

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        self._is_file = b"filename" in options
        if self._is_file:
            if self._field != "file" or self.file is not None:
                raise FileExpected()
            self.file = self._open_file(options[b"filename"].decode("utf-8", "replace"))
        elif self._field in self.fields or len(self.fields) == _MOST_FIELDS:
            raise OptionInvalid(option=self._field[:40], reason="lặp lại hoặc quá nhiều / repeated, or too many fields")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file and self.file is not None:
            self.file.write(data[start:end])
            return
        self._text.extend(data[start:end])
        if len(self._text) > _LARGEST_FIELD:
            raise OptionInvalid(option=self._field[:40], reason="quá dài / too long")

    def _part_ends(self) -> None:
        if not self._is_file:
            self.fields[self._field] = self._text.decode("utf-8", "replace")

    def _ends(self) -> None:
        self._ended = True
