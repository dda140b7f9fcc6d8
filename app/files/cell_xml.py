"""Cells of a worksheet as XML: one text at a time, or whole columns of many rows, without a call for each cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.compute as pc

from app.files.results import Kind

_LONGEST_CELL: Final = 32_767  # characters
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Excel reads _x000D_ as a carriage return, which XML would lose; so what looks like it has to be told apart.
_LOOKS_ESCAPED: Final = re.compile("(_x[0-9a-fA-F]{4}_)")
_RARE: Final = r"[&<>\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]|_x[0-9a-fA-F]{4}_"
_TEXT = pa.large_string()
_TYPES: Final = {Kind.TEXT: _TEXT, Kind.INTEGER: pa.int64(), Kind.NUMBER: pa.float64(), Kind.TRUTH: pa.bool_()}
_AFTER: Final = {Kind.TEXT: "</t></is></c>", Kind.INTEGER: "</v></c>", Kind.NUMBER: "</v></c>", Kind.TRUTH: "</v></c>"}


def in_xml(text: str) -> str:
    """The text as a cell can hold it: not too long, and no character that XML forbids."""
    return _NOT_IN_XML.sub("\ufffd", text[:_LONGEST_CELL])


def letters(index: int) -> str:
    """The letters of a column, counted from 0."""
    found = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        found = chr(65 + rest) + found
    return found


def rows_xml(rows: Sequence[Sequence[Any]], kinds: Sequence[Kind], *, first: int, style: int) -> bytes:
    """The rows of a worksheet from row number `first` on; texts in the format `style`, absent values without a cell."""
    numbers = pa.array(range(first, first + len(rows)), pa.int64()).cast(_TEXT)
    opening = {
        Kind.TEXT: f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">',
        Kind.INTEGER: '"><v>',
        Kind.NUMBER: '"><v>',
        Kind.TRUTH: '" t="b"><v>',
    }
    cells = []
    for place, (kind, values) in enumerate(zip(kinds, zip(*rows, strict=True), strict=True)):
        content = _content(kind, values)
        if content.null_count < len(content):
            cells.append(_joined(f'<c r="{letters(place)}', numbers, opening[kind], content, _AFTER[kind]))
    return "".join(_joined('<row r="', numbers, '">', *cells, "</row>", absent="").to_pylist()).encode()


def _joined(*parts: Any, absent: str | None = None) -> Any:
    """Columns and constants beside each other; where a value is absent all is, unless `absent` stands for it."""
    columns = [pa.scalar(part, _TEXT) if isinstance(part, str) else part for part in (*parts, "")]
    if absent is None:
        return pc.binary_join_element_wise(*columns)
    return pc.binary_join_element_wise(*columns, null_handling="replace", null_replacement=absent)


def _content(kind: Kind, values: Sequence[Any]) -> Any:
    """What stands in the cells of a column."""
    if kind is Kind.TEXT:
        return _texts(values)
    column = pa.array(values, _TYPES[kind])
    return (column.cast(pa.int8()) if kind is Kind.TRUTH else column).cast(_TEXT)


def _texts(values: Sequence[str | None]) -> Any:
    """Texts escaped, one by one only where one of them holds a rare character or is too long."""
    try:
        column = pa.array(values, _TEXT)
    except UnicodeEncodeError:  # half of a surrogate pair
        return pa.array([value if value is None else _escaped(value) for value in values], _TEXT)
    longest = pc.max(pc.utf8_length(column)).as_py() or 0
    if longest > _LONGEST_CELL or pc.any(pc.match_substring_regex(column, _RARE)).as_py():
        return pa.array([value if value is None else _escaped(value) for value in values], _TEXT)
    return column


def _escaped(text: str) -> str:
    return escape(_LOOKS_ESCAPED.sub(r"_x005F\1", in_xml(text)).replace("\r", "_x000D_"))
