"""The workbook that came in, with our columns at the right of each sheet; everything else stays as it was.

The XML of a sheet is streamed: each row gets its cells before it ends. What the certificate says is never overwritten;
proposed values stand beside it, in coloured cells (DOMAIN 5).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape

from app.files.cell_xml import in_xml, letters
from app.files.errors import NoWorkbook
from app.files.exports import result_rows
from app.files.formats import Format, broken, file_format
from app.files.results import RESULT_COLUMNS, ResultRow
from app.files.workbooks import Workbook
from app.files.write import whole_file
from app.files.zip_parts import ZipParts, part_key

ADDED: Final = (
    *("verdict", "category", "identity", "next_action", "match_probability", "personal_id"),
    *("findings", "file_findings", "error"),
)
PROPOSED: Final = ("proposed_full_name", "proposed_personal_id", "proposed_birth_date", "proposed_commune_code")
_SEVERAL: Final = " | "  # between the land users of a row
_ROW: Final = re.compile(rb"<((?:\w+:)?)row\b([^>]*?)(/?)>")
_NUMBER: Final = re.compile(rb"""\br\s*=\s*["'](\d{1,7})["']""")
_SPANS: Final = re.compile(rb"""\s+spans\s*=\s*["'][^"']*["']""")
_DIMENSION: Final = re.compile(rb"""(<(?:\w+:)?dimension\b[^>]*?\bref\s*=\s*["'])([^"']*)(["'])""")
_LONGEST_ROW: Final = 64 << 20
_LARGE: Final = 256 << 20  # bytes of a part that our cells may bring above 2 GiB
_COLOUR: Final = "FFFFF2CC"
_STYLES: Final = "xl/styles.xml"

Place = tuple[str, int]  # sheet, row
Cell = tuple[int, str]  # place in the results, column


@dataclass(frozen=True, slots=True)
class Proposals:
    """Which proposed values are written: the columns, and in them the cells; None: every cell that has one."""

    columns: tuple[str, ...] = ()
    cells: frozenset[Cell] | None = None

    @classmethod
    def of(cls, cells: frozenset[Cell]) -> Proposals:
        """These cells, in the columns that have any."""
        return cls(tuple(name for name in PROPOSED if any(name == column for _, column in cells)), cells)

    def written(self, place: int, column: str) -> bool:
        """Whether a cell of an added column gets its value."""
        return self.cells is None or column not in PROPOSED or (place, column) in self.cells


NO_PROPOSALS: Final = Proposals()
ALL_PROPOSALS: Final = Proposals(PROPOSED)


class _Styles(NamedTuple):
    """The formats of added cells, as positions in the workbook's list."""

    text: int
    proposed: int


def write_original(
    source: Path, results: Path, target: Path, *, headers: Mapping[str, int], proposals: Proposals
) -> int:
    """Write the workbook with our columns; says how many rows got them. `headers` has the header row of each sheet.

    Raises NoWorkbook where the input is no workbook.
    """
    if file_format(source) is not Format.XLSX:
        raise NoWorkbook
    names = (*ADDED, *proposals.columns)
    book = Workbook(source)
    parts = ZipParts(source)
    sheets = {book.part_of(sheet): sheet for sheet in headers}
    rows = _Rows(results, names, proposals)
    with whole_file(target) as unfinished, zipfile.ZipFile(source) as old, zipfile.ZipFile(unfinished, "w") as new:
        entries = {part_key(entry.filename): entry for entry in old.infolist()}
        content, styles = _styled(parts.whole(_STYLES)) if _STYLES in entries else (b"", _Styles(0, 0))
        for key in _in_order(entries, sheets, headers):
            entry = entries[key]
            copied = zipfile.ZipInfo(entry.filename, entry.date_time)
            copied.compress_type, copied.external_attr = zipfile.ZIP_DEFLATED, entry.external_attr
            # An extension of ZIP at which Excel offers to repair the file: only where a part may exceed 2 GiB.
            with new.open(copied, "w", force_zip64=entry.file_size > _LARGE) as out:
                if key in sheets:
                    width = book.read(sheets[key])[1].columns
                    sheet = _Sheet(sheets[key], headers[sheets[key]], width, names, styles)
                    for piece in sheet.rewritten(parts.pieces(key), rows):
                        out.write(piece)
                elif key == _STYLES:
                    out.write(content)
                else:
                    for piece in parts.pieces(key):
                        out.write(piece)
    return rows.taken


def _in_order(entries: Mapping[str, Any], sheets: Mapping[str, str], headers: Mapping[str, int]) -> list[str]:
    """The parts of the ZIP, the sheets in the order in which the results speak of them."""
    wanted = list(headers)
    ordered = sorted((key for key in entries if key in sheets), key=lambda key: wanted.index(sheets[key]))
    return [*(key for key in entries if key not in sheets), *ordered]


class _Rows:
    """The results row by row of the input, in the order of the file; the land users of a row beside each other."""

    def __init__(self, results: Path, names: Sequence[str], proposals: Proposals) -> None:
        sheet, row = (ResultRow._fields.index(name) for name in ("source_sheet", "source_row"))
        self._at = [(name, ResultRow._fields.index(name)) for name in names]
        self._proposals = proposals
        self._groups = groupby(
            enumerate(result_rows(results)), key=lambda found: (found[1][sheet] or "", found[1][row])
        )
        self._next: tuple[Place, list[str]] | None = self._following()
        self.taken = 0

    def of(self, sheet: str, row: int) -> list[str] | None:
        """The cells for a row of a sheet; None if the results don't speak of it. Rows are asked for in their order."""
        while self._next is not None and self._next[0][0] == sheet and self._next[0][1] < row:
            self._next = self._following()
        if self._next is None or self._next[0] != (sheet, row):
            return None
        cells = self._next[1]
        self._next = self._following()
        self.taken += 1
        return cells

    def _following(self) -> tuple[Place, list[str]] | None:
        for place, group in self._groups:
            people = list(group)
            written = self._proposals.written
            return place, [
                _beside([row[at] if written(number, name) else None for number, row in people]) for name, at in self._at
            ]
        return None


def _beside(values: Sequence[Any]) -> str:
    texts = ["" if value is None else str(value) for value in values]
    return _SEVERAL.join(texts) if any(texts) else ""


class _Sheet:
    """Adds cells to the rows of one sheet."""

    def __init__(self, name: str, header_row: int, width: int, names: Sequence[str], styles: _Styles) -> None:
        self._name, self._header_row, self._names, self._styles = name, header_row, names, styles
        self._letters = [letters(width + place) for place in range(len(names))]
        captions = {column.name: column.caption for column in RESULT_COLUMNS}
        self._captions = [captions[name] for name in names]

    def rewritten(self, pieces: Iterator[bytes], rows: _Rows) -> Iterator[bytes]:
        """The sheet's XML with the added cells."""
        waiting, number = b"", 0
        for piece in pieces:
            waiting += piece
            at = 0
            for found in iter(lambda: _ROW.search(waiting, at), None):  # noqa: B023 - used at once
                end_tag = b"</" + found[1] + b"row>"
                end = found.end() if found[3] else waiting.find(end_tag, found.end())
                if end < 0:
                    break
                given = _NUMBER.search(found[2])
                number = int(given[1]) if given else number + 1
                yield self._with_dimension(waiting[at : found.start()])
                yield self._row(found, waiting[found.end() : end], number, rows)
                at = end if found[3] else end + len(end_tag)
            waiting = waiting[at:]
            if len(waiting) > _LONGEST_ROW:
                raise broken(Format.XLSX)
        yield self._with_dimension(waiting)

    def _row(self, found: re.Match[bytes], inside: bytes, number: int, rows: _Rows) -> bytes:
        cells = self._captions if number == self._header_row else rows.of(self._name, number)
        prefix = found[1]
        if cells is None or not any(cells):
            whole = b"<" + prefix + b"row" + found[2] + found[3] + b">"
            return whole if found[3] else whole + inside + b"</" + prefix + b"row>"
        added = "".join(
            self._cell(prefix.decode(), place, number, text) for place, text in enumerate(cells) if text
        ).encode()
        # Spans say between which columns a row has cells; they are a help only, and no longer true.
        start = b"<" + prefix + b"row" + _SPANS.sub(b"", found[2]) + b">"
        return start + inside + added + b"</" + prefix + b"row>"

    def _cell(self, prefix: str, place: int, number: int, text: str) -> str:
        style = self._styles.proposed if self._names[place] in PROPOSED else self._styles.text
        content = escape(in_xml(text))
        return (
            f'<{prefix}c r="{self._letters[place]}{number}" s="{style}" t="inlineStr">'
            f'<{prefix}is><{prefix}t xml:space="preserve">{content}</{prefix}t></{prefix}is></{prefix}c>'
        )

    def _with_dimension(self, text: bytes) -> bytes:
        """The text with the extent of the sheet, if it is stated there, reaching to the last added column."""

        def wider(found: re.Match[bytes]) -> bytes:
            first, _, last = found[2].partition(b":")
            row = (last or first).lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            return found[1] + first + b":" + self._letters[-1].encode() + row + found[3]

        return _DIMENSION.sub(wider, text, count=1)


def _styled(styles: bytes) -> tuple[bytes, _Styles]:
    """The workbook's styles with two more: text, and text in a coloured cell."""
    text = styles.decode("utf-8")
    text, fills = _appended(
        text,
        "fills",
        '<{0}fill><{0}patternFill patternType="solid"><{0}fgColor rgb="' + _COLOUR + '"/></{0}patternFill></{0}fill>',
    )
    plain = '<{0}xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    coloured = plain.replace('fillId="0"', f'fillId="{fills}"').replace("/>", ' applyFill="1"/>')
    text, first = _appended(text, "cellXfs", plain)
    text, second = _appended(text, "cellXfs", coloured)
    return text.encode(), _Styles(first, second)


def _appended(text: str, name: str, element: str) -> tuple[str, int]:
    """The text with one more element in a counted list, and its position there."""
    found = re.search(rf'<((?:\w+:)?){name}\b([^>]*?)\bcount\s*=\s*"(\d+)"([^>]*?)>', text)
    end = text.find(f"</{found[1]}{name}>", found.end()) if found else -1
    if found is None or end < 0:
        raise broken(Format.XLSX)
    count = int(found[3])
    opened = f'<{found[1]}{name}{found[2]}count="{count + 1}"{found[4]}>'
    inside = text[found.end() : end]
    return text[: found.start()] + opened + inside + element.format(found[1]) + text[end:], count
