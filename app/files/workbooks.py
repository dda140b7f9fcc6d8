"""Reads XLSX workbooks with calamine, after a look at the packed XML: how far cells reach, and which are errors.

Calamine reads an error value as an empty cell, but a blank STT and "#REF!" mean different things (DOMAIN 4.4); and it
makes room for the whole rectangle of cells, so that one cell in the last corner would fill the memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple
from xml.etree import ElementTree

import python_calamine as calamine

from app.files.blocks import MOST_COLUMNS, PREVIEW_ROWS, Block, Cell, Range
from app.files.errors import FileProtected, FileTooLarge, FormatUnknown
from app.files.formats import Format, broken
from app.files.zip_parts import ZipParts, part_key

_MOST_CELLS: Final = 40_000_000  # of the rectangle that holds all cells
_LONG_STRING: Final = 2_048  # bytes of XML; one string of the workbook may stand in any number of cells
_LONGEST_STRING: Final = 1 << 20
_MOST_REPEATED: Final = 1 << 30
_STRING_CELL: Final = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\bt\s*=\s*["']s["'][^<>]*><(?:\w+:)?v>(\d+)<""")
_STRING: Final = re.compile(rb"<(?:\w+:)?si[\s>/]")
_CELL: Final = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["'][^<>]*>""")
_ERROR: Final = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^<>]*\bt\s*=\s*["']e["'])[^<>]*?\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["'][^<>]*>"""
    rb"""(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<>]*</(?:\w+:)?f>))?<(?:\w+:)?v>([^<>]{1,20})</(?:\w+:)?v>"""
)
_LONGEST_TAIL: Final = 1 << 16
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class _Extent(NamedTuple):
    """How far a sheet's cells reach, and its error cells: (row, column) from 0 -> "#REF!"."""

    rows: int
    columns: int
    errors: dict[tuple[int, int], str]
    repeated: int  # bytes of long shared strings, as often as cells refer to them


class Workbook:
    """An XLSX workbook, checked before it is opened."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._parts = ZipParts(path)
        self._long_strings: dict[bytes, int] = {}
        for name in self._parts.infos:
            if name.endswith("sharedstrings.xml"):
                self._long_strings = _long_strings(self._parts.pieces(name))
            elif name.endswith("styles.xml"):
                for _ in self._parts.pieces(name):
                    pass  # unpacked only to see that it is as small as it says
        self._files = self._sheet_files()

    @cached_property
    def sheets(self) -> dict[str, bool]:
        """The worksheets' names, and whether each is visible."""
        kinds = (calamine.SheetTypeEnum.WorkSheet, calamine.SheetVisibleEnum.Visible)
        return {
            sheet.name: sheet.visible == kinds[1] for sheet in self._opened.sheets_metadata if sheet.typ == kinds[0]
        }

    def table(self, name: str) -> SheetTable:
        """One worksheet as a table."""
        return SheetTable(self, name)

    def part_of(self, name: str) -> str:
        """The part of the ZIP that holds a sheet."""
        return self._files.get(name, "")

    def read(self, name: str) -> tuple[calamine.CalamineSheet, _Extent]:
        """The sheet and the extent of its cells; refused if the rectangle is too large."""
        part = self._files.get(name)
        if part is None or part not in self._parts.infos:
            raise broken(Format.XLSX)
        extent = _extent(self._parts.pieces(part), self._long_strings)
        if extent.columns > MOST_COLUMNS:
            raise FileTooLarge(what="columns", found=extent.columns, limit=MOST_COLUMNS)
        if extent.rows * extent.columns > _MOST_CELLS:
            raise FileTooLarge(what="cells", found=extent.rows * extent.columns, limit=_MOST_CELLS)
        if extent.repeated > _MOST_REPEATED:
            raise FileTooLarge(what="repeated text", found=extent.repeated, limit=_MOST_REPEATED)
        try:
            return self._opened.get_sheet_by_name(name), extent
        except calamine.CalamineError as error:
            raise broken(Format.XLSX) from error

    @cached_property
    def _opened(self) -> calamine.CalamineWorkbook:
        try:
            return calamine.CalamineWorkbook.from_path(str(self._path))
        except calamine.PasswordError as error:
            raise FileProtected from error
        except (calamine.CalamineError, OSError) as error:
            raise broken(Format.XLSX) from error

    def _sheet_files(self) -> dict[str, str]:
        """The part of the ZIP that holds each sheet."""
        book = "xl/workbook.xml"
        relations = "xl/_rels/workbook.xml.rels"
        if book not in self._parts.infos or relations not in self._parts.infos:
            raise FormatUnknown(found=_other_zip(self._parts))
        targets = {
            element.get("Id"): _part_name(element.get("Target", ""))
            for element in _xml(self._parts.whole(relations)).iter()
        }
        return {
            element.get("name", ""): targets.get(element.get(_RELATION), "")
            for element in _xml(self._parts.whole(book)).iter()
            if element.tag.endswith("}sheet")
        }


class SheetTable:
    """A worksheet as a table; its cells have types, its merged cells are known."""

    names_columns = False

    def __init__(self, workbook: Workbook, name: str) -> None:
        self.name = name
        self._workbook = workbook

    @cached_property
    def preview(self) -> Sequence[Sequence[Cell]]:
        """The first rows."""
        return list(islice(self._rows(), PREVIEW_ROWS))

    @cached_property
    def merged(self) -> Sequence[Range] | None:
        """The merged cells of the first rows, from (0, 0)."""
        return [span for span in self._sheet[0].merged_cell_ranges or () if span[0][0] < PREVIEW_ROWS]

    def blocks(self, first_row: int, size: int, *, width: int, needed: int) -> Iterator[Block]:
        """The rows from `first_row` on."""
        rows = islice(self._rows(), first_row - 1, None)
        number = first_row
        while batch := list(islice(rows, size)):
            wide = [row[:width] + [""] * (width - len(row)) for row in batch] if len(batch[0]) != width else batch
            yield Block(number, len(batch), list(zip(*wide, strict=True)), all_text=False)
            number += len(batch)

    @cached_property
    def _sheet(self) -> tuple[calamine.CalamineSheet, _Extent]:
        return self._workbook.read(self.name)

    def _rows(self) -> Iterator[list[Cell]]:
        """All rows from the sheet's first cell, A1, with the error values that calamine leaves out."""
        sheet, extent = self._sheet
        errors: dict[int, dict[int, str]] = {}
        for (at, column), error in extent.errors.items():
            errors.setdefault(at, {})[column] = error
        blank_before = sheet.start[1] if sheet.start else 0
        for number, found in enumerate(sheet.iter_rows()):
            row: list[Cell] = (
                [*[""] * blank_before, *found] if blank_before and len(found) < sheet.total_width else [*found]
            )
            for column, error in errors.get(number, {}).items():
                if column < len(row) and row[column] == "":
                    row[column] = error
            yield row


def _long_strings(pieces: Iterator[bytes]) -> dict[bytes, int]:
    """The numbers of the workbook's long shared strings, as cells write them, and their lengths in bytes of XML."""
    found: dict[bytes, int] = {}
    number, length, tail = -1, 0, b""
    for piece in pieces:
        text = tail + piece
        at = 0
        for start in _STRING.finditer(text):
            length += start.start() - at
            if length > _LONG_STRING and number >= 0:
                found[b"%d" % number] = length
            number, length, at = number + 1, 0, start.start()
        cut = max(len(text) - 16, at + 1 if number >= 0 else 0)  # a tag may be cut in two
        length += cut - at
        tail = text[cut:]
        if length > _LONGEST_STRING:
            raise FileTooLarge(what="bytes in a cell", found=length, limit=_LONGEST_STRING)
    if length > _LONG_STRING:
        found[b"%d" % number] = length
    return found


def _extent(pieces: Iterator[bytes], long_strings: Mapping[bytes, int]) -> _Extent:
    """How far the cells of a sheet reach, and which hold error values, from its XML."""
    rows = columns = repeated = 0
    errors: dict[tuple[int, int], str] = {}
    tail = b""
    for piece in pieces:
        text = tail + piece
        if b"<!DOCTYPE" in text:
            raise broken(Format.XLSX)
        cut = max(text.rfind(b"<c "), text.rfind(b":c "), 0)
        tail = text[cut:][:_LONGEST_TAIL] if cut else text[-_LONGEST_TAIL:]
        places = _CELL.findall(text)
        if places:
            columns = max(columns, *(_column(letters) + 1 for letters in {letters for letters, _ in places}))
            rows = max(rows, *(int(row) for row in {row for _, row in places}))
        if long_strings:
            repeated += sum(long_strings.get(number, 0) for number in _STRING_CELL.findall(text))
        for letters, row, value in _ERROR.findall(text):
            errors[int(row) - 1, _column(letters)] = value.decode("ascii", "replace")
    return _Extent(rows, columns, errors, repeated)


def _column(letters: bytes) -> int:
    """The index, from 0, of a column's letters."""
    index = 0
    for letter in letters:
        index = 26 * index + letter - 64
    return index - 1


def _xml(content: bytes) -> ElementTree.Element:
    """A small part as XML; one that declares entities is refused, because they can grow without bound."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise broken(Format.XLSX)
    try:
        return ElementTree.fromstring(content)  # noqa: S314 - no document type, so no entities
    except ElementTree.ParseError as error:
        raise broken(Format.XLSX) from error


def _part_name(target: str) -> str:
    """The part that a relation of the workbook points to."""
    return part_key(target if target.startswith("/") else str(PurePosixPath("xl") / target))


def _other_zip(parts: ZipParts) -> str:
    """What a ZIP is that is no XLSX."""
    names = parts.infos
    if "xl/workbook.bin" in names:
        return "Excel binary (.xlsb)"
    if "content.xml" in names:
        return "OpenDocument (.ods)"
    return "Word (.docx)" if "word/document.xml" in names else "ZIP"
