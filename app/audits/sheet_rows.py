"""Rows of a worksheet as XML, a few times faster than cell by cell; each text is an inline string, never a formula.

xlsxwriter makes the workbook with its styles, headers and column widths, and two rows as patterns of the two shades;
here the patterns are replaced by the rows themselves.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from string import ascii_uppercase
from typing import Final, NamedTuple

from app.files.cell_xml import in_xml

_PATTERNS: Final = re.compile(r'<row r="2".*</sheetData>', re.DOTALL)
_STYLE: Final = re.compile(r'<c r="A([23])" s="(\d+)"')
_DIMENSION: Final = re.compile(r'<dimension ref="[^"]*"/>')
_ESCAPE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # which spreadsheets read as a letter by its number
_LETTERS: Final = tuple(f"{first}{each}" for first in ("", "A") for each in ascii_uppercase)  # of columns


class Line(NamedTuple):
    """A row: its number in the first column, the texts beside (None: left as the column is), its shade and height."""

    number: int
    texts: Sequence[str | None]
    shade: int  # 0 or 1
    height: float  # points


def with_rows(workbook: bytes, sheets: Mapping[str, Iterable[Line]]) -> bytes:
    """The workbook with these rows below the header of its sheets, which are named by their parts."""
    made, known = io.BytesIO(), _Texts()
    with zipfile.ZipFile(io.BytesIO(workbook)) as given, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for info in given.infolist():
            content = given.read(info)
            if info.filename in sheets:
                content = _filled(content.decode(), sheets[info.filename], known).encode()
            target.writestr(info, content)
    return made.getvalue()


def _filled(sheet: str, lines: Iterable[Line], known: _Texts) -> str:
    styles = dict(_STYLE.findall(sheet))
    rows, columns = [], 1
    for place, line in enumerate(lines, start=2):
        rows.append(_row(place, line, styles["23"[line.shade]], known))
        columns = max(columns, len(line.texts) + 1)
    filled = _PATTERNS.sub(lambda _: "".join(rows) + "</sheetData>", sheet, count=1)
    return _DIMENSION.sub(f'<dimension ref="A1:{_LETTERS[columns - 1]}{len(rows) + 1}"/>', filled, count=1)


def _row(place: int, line: Line, style: str, known: _Texts) -> str:
    height = f'ht="{line.height:g}" customHeight="1"'
    cells = [f'<row r="{place}" {height}><c r="A{place}" s="{style}"><v>{line.number}</v></c>']
    for column, text in enumerate(line.texts, start=1):
        if text is not None:
            cells.append(f'<c r="{_LETTERS[column]}{place}" s="{style}"{known[text]}')
    cells.append("</row>")
    return "".join(cells)


class _Texts(dict[str, str]):
    """Each text as the rest of its cell; many stand in many rows."""

    def __missing__(self, text: str) -> str:
        """The cell of a text that is new."""
        self[text] = cell = _cell(text)
        return cell


def _cell(text: str) -> str:
    if not text:
        return "/>"
    kept = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
    plain = _ESCAPE.sub("_x005F_", in_xml(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f' t="inlineStr"><is><t{kept}>{plain}</t></is></c>'
