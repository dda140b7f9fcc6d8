"""Reads NDJSON files, one JSON object a line; a line that is no object is an error of its row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final

from app.files.blocks import LONGEST_CELL, LONGEST_LINE, MOST_COLUMNS, Block, Cell, Range
from app.files.encodings import TextEncoding
from app.files.errors import FileTooLarge

_NAMES_WITHIN: Final = 1000  # lines that may bring a new name


class JsonLinesTable:
    """An NDJSON file as a table whose columns are the names that occur; its rows count from 1."""

    name = ""
    merged: Sequence[Range] | None = None
    names_columns = True

    def __init__(self, path: Path, encoding: TextEncoding) -> None:
        self._path = path
        self._encoding = encoding

    @cached_property
    def _names(self) -> list[str]:
        names: dict[str, None] = {}
        for line in islice(self._lines(), _NAMES_WITHIN):
            names |= dict.fromkeys(_read(line) or ())
        if len(names) > MOST_COLUMNS:
            raise FileTooLarge(what="columns", found=len(names), limit=MOST_COLUMNS)
        return list(names)

    @property
    def preview(self) -> Sequence[Sequence[Cell]]:
        """The names in the order they first occur."""
        return [self._names]

    def blocks(self, first_row: int, size: int, *, width: int, needed: int) -> Iterator[Block]:
        """The lines, `size` at a time."""
        number, lines = 1, self._lines()
        while batch := list(islice(lines, size)):
            errors: dict[int, str] = {}
            rows = [self._cells(line, place, errors) for place, line in enumerate(batch)]
            yield Block(number, len(rows), list(zip(*rows, strict=True)), errors)
            number += len(rows)

    def _cells(self, line: str, place: int, errors: dict[int, str]) -> list[str | None]:
        """The cells of one line in the order of the names; an empty line is a blank row."""
        nothing: list[str | None] = [None] * len(self._names)
        if not line.strip():
            return nothing
        found = _read(line)
        if found is None:
            errors[place] = "row_too_long" if len(line) > LONGEST_LINE else "row_not_json"
            return nothing
        cells = [_text(found.get(name)) for name in self._names]
        if max((len(cell) for cell in cells if cell), default=0) > LONGEST_CELL:
            errors[place] = "row_too_long"
        return cells

    def _lines(self) -> Iterator[str]:
        with self._path.open(encoding=self._encoding.codec, errors=self._encoding.errors, newline="\n") as file:
            while line := file.readline(LONGEST_LINE + 1):
                if len(line) > LONGEST_LINE and not line.endswith("\n"):
                    while (rest := file.readline(LONGEST_LINE)) and not rest.endswith("\n"):
                        pass
                yield line


def _read(line: str) -> dict[str, Any] | None:
    """The object of a line, its numbers as they are written; None for anything else."""
    if len(line) > LONGEST_LINE:
        return None
    try:
        found = json.loads(line, parse_int=str, parse_float=str, parse_constant=lambda name: None)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    # Half of a surrogate pair is no character: no result file could hold it.
    return {_whole(name): _whole(value) for name, value in found.items()} if "\\ud" in line.lower() else found


def _whole(value: Any) -> Any:
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value)
