"""Results as a workbook: a frozen header, a filter, texts that stay texts, and a sheet that counts.

The frame is XlsxWriter's; the rows, which are nearly all of the file, are streamed into it as XML, thousands at a time.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import xlsxwriter

from app.files.cell_xml import in_xml, rows_xml
from app.files.errors import TooManyRows
from app.files.results import ResultColumn, ResultRow

_BATCH: Final = 1_000  # rows
_MARGIN: Final = 3  # characters: bold letters are wider than those by which widths are counted
_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed date, so that the same rows give the same bytes
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_SHEET: Final = "xl/worksheets/sheet1.xml"
_FIRST: Final = ("[Content_Types].xml", "_rels/.rels")  # some readers look for them at the beginning
_MARK: Final = re.compile(rb'<row r="2"[^>]*><c r="A2" s="(\d+)".*?</row>', re.DOTALL)
_DIMENSION: Final = re.compile(rb"<dimension [^>]*/>")
# A sheet that may exceed 2 GiB needs an extension of ZIP at which Excel offers to repair the file: only where it must.
_LARGE: Final = 500_000  # rows
_VERDICT, _CATEGORY, _ERROR = (ResultRow._fields.index(name) for name in ("verdict", "category", "error"))

Counts = Counter[tuple[str, str]]  # by verdict and category, or by the reason that there is none


class _Frame(NamedTuple):
    """A workbook without its rows: its parts, the sheet of results before and after them, the format of texts."""

    parts: Mapping[str, bytes]
    before: bytes
    after: bytes
    style: int


def write_workbook(
    path: Path, rows: Iterable[Sequence[Any]], columns: Sequence[ResultColumn], *, most: int, expected: int = 0
) -> int:
    """Write the rows; says how many. TooManyRows above `most`; `expected` rows may be named where they are known."""
    frame = _frame(columns, Counter(), 0)
    found: Counter[tuple[Any, Any, Any]] = Counter()
    kinds, source, written = [column.kind for column in columns], iter(rows), 0
    with zipfile.ZipFile(path, "w") as archive:
        for name in _FIRST:
            archive.writestr(_entry(name), frame.parts[name])
        with archive.open(_entry(_SHEET), "w", force_zip64=expected > _LARGE) as sheet:
            sheet.write(frame.before)
            while batch := list(islice(source, _BATCH)):
                if written + len(batch) > most:
                    raise TooManyRows(limit=most)
                sheet.write(rows_xml(batch, kinds, first=written + 2, style=frame.style))
                found.update((row[_VERDICT], row[_CATEGORY], row[_ERROR]) for row in batch)
                written += len(batch)
            whole = _frame(columns, _counts(found), written)
            sheet.write(whole.after)
        for name, content in whole.parts.items():
            if name != _SHEET and name not in _FIRST:
                archive.writestr(_entry(name), content)
    return written


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return entry


def _counts(found: Counter[tuple[Any, Any, Any]]) -> Counts:
    counts: Counts = Counter()
    for (verdict, category, error), count in found.items():
        counts[str(verdict or ("" if error is None else "error")), str(category or error or "")] += count
    return counts


def _frame(columns: Sequence[ResultColumn], counts: Counts, written: int) -> _Frame:
    """The workbook for so many rows with these counts; one text marks where the rows belong, and how texts look."""
    made = io.BytesIO()
    workbook: Any = xlsxwriter.Workbook(made, {"in_memory": True, "constant_memory": True})
    workbook.set_properties({"title": "Khớp", "created": _CREATED})
    bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDEBF7"})
    as_text = workbook.add_format({"num_format": "@"})
    sheet = _results_sheet(workbook, bold, columns)
    sheet.write_string(1, 0, "-", as_text)
    sheet.autofilter(0, 0, written, len(columns) - 1)
    _summary_sheet(workbook, bold, counts, written)
    workbook.close()
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    mark = _MARK.search(parts[_SHEET])
    assert mark is not None, "the frame has lost its mark"
    before = _DIMENSION.sub(b"", parts[_SHEET][: mark.start()])  # of the frame, not of the rows
    return _Frame(parts, before, parts[_SHEET][mark.end() :], int(mark[1]))


def _results_sheet(workbook: Any, bold: Any, columns: Sequence[ResultColumn]) -> Any:
    """The sheet of results; each heading has the caption and, below it, the contract's name of the column."""
    sheet = workbook.add_worksheet("Ket qua")
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, max(column.width, len(column.name) + _MARGIN))  # a name is one word
    sheet.set_row(0, 45)
    for place, column in enumerate(columns):
        caption = f"{column.caption}\n{column.name}" if column.caption != column.name else column.name
        sheet.write_string(0, place, in_xml(caption), bold)
    return sheet


def _summary_sheet(workbook: Any, bold: Any, counts: Counts, written: int) -> None:
    """How many result rows each verdict and category has; a row is one subject of one input row."""
    sheet = workbook.add_worksheet("Tong hop")
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 2, 20)
    for place, caption in enumerate(("Kết quả khớp", "Nhóm / lý do", "Số dòng kết quả")):
        sheet.write_string(0, place, caption, bold)
    for line, ((verdict, category), count) in enumerate(sorted(counts.items()), start=1):
        sheet.write_string(line, 0, verdict)
        sheet.write_string(line, 1, category)
        sheet.write_number(line, 2, count)
    sheet.write_string(len(counts) + 1, 0, "Tổng", bold)
    sheet.write_number(len(counts) + 1, 2, written, bold)
