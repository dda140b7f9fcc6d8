"""Lines of text and the CSV records in them: a stray quotation mark costs its own line, never the lines after it.

A register is exact by contract, so a line whose quotes are in doubt is refused; the land reader, whose files are not,
reads such quotes as letters (app/files/text_files.py).
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

LONGEST_LINE: Final = 1 << 20  # characters; a longer line is no person
_MOST_LINES: Final = 20  # of one record; bounds what a stray quote makes the reader look at
_NUMBER: Final = re.compile(r"[0-9]{9,}")


class Record(NamedTuple):
    """A record: its first line, how many lines it has, and its cells or the reason why it has none."""

    line: int
    lines: int
    cells: list[str] | None
    reason: str | None = None


def text_lines(path: Path) -> Iterator[str | None]:
    """The lines of a file with their ends; None stands for a line that is too long."""
    # Bytes that are no UTF-8 become U+FFFD, by which the row is refused; the rows around it are kept.
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        while text := file.readline(LONGEST_LINE):
            if len(text) < LONGEST_LINE or text.endswith(("\n", "\r")):
                yield text
                continue
            while text and not text.endswith(("\n", "\r")):
                text = file.readline(LONGEST_LINE)
            yield None


def delimiter_of(first_line: str) -> str:
    """The delimiter that stands most often in the header."""
    return max(",;\t", key=first_line.count)


def header_cells(first_line: str, delimiter: str) -> list[str]:
    """The names in the header."""
    try:
        return next(csv.reader([first_line], delimiter=delimiter), [])
    except csv.Error:
        return []


def csv_records(lines: Iterator[str | None], delimiter: str, *, first: int, key: int) -> Iterator[Record]:
    """The records of these lines, of which the first has this number; blank lines are none.

    `key` is the place of the personal number: lines that each bear one are never joined to one record.
    """
    waiting: deque[str | None] = deque()
    number = first - 1
    while waiting or (fresh := list(islice(lines, 1))):
        number += 1
        text = waiting.popleft() if waiting else fresh[0]
        if text is None:
            yield Record(number, 1, None, "line_too_long")
        elif '"' not in text:
            if content := text.rstrip("\r\n"):
                yield Record(number, 1, content.split(delimiter))
        else:
            record = _quoted(number, _Ahead(text, waiting, lines), delimiter, key)
            for _ in range(record.lines - 1):
                waiting.popleft()
            yield record
            number += record.lines - 1


class _Ahead(NamedTuple):
    """A line, and those after it that may belong to its record."""

    text: str
    waiting: deque[str | None]
    lines: Iterator[str | None]

    def __call__(self) -> Iterator[str]:
        """The line and a few after it; what was looked at keeps waiting."""
        yield self.text
        for at in range(_MOST_LINES - 1):
            if at == len(self.waiting):
                self.waiting.extend(islice(self.lines, 1))
            text = self.waiting[at] if at < len(self.waiting) else None
            if text is None:
                return
            yield text


def _quoted(number: int, ahead: _Ahead, delimiter: str, key: int) -> Record:
    """The record that begins at a line with quotes, or that line alone, refused."""
    # Strict: a quote that closes before anything but a delimiter was not the one that should have closed.
    reader = csv.reader(ahead(), delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error:
        return Record(number, 1, None, "quote_not_closed")
    joined = reader.line_num
    if joined > 1 and sum(_bears_number(text, delimiter, key) for text in islice(ahead(), joined)) > 1:
        return Record(number, 1, None, "quote_not_closed")
    return Record(number, joined, cells)


def _bears_number(text: str, delimiter: str, key: int) -> bool:
    """Whether a line, read without regard to quotes, has a personal number in its place."""
    cells = text.rstrip("\r\n").split(delimiter, key + 1)
    return len(cells) > key and _NUMBER.fullmatch(cells[key].strip(' "')) is not None
