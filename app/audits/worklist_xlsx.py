"""Work lists as workbooks: one for each commune, a sheet for each who acts; all communes as one ZIP."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

import xlsxwriter

from app.audits import captions
from app.audits.areas import Unit
from app.audits.report_xlsx import CREATED, PLAIN, height_of
from app.audits.sheet_rows import Line, with_rows
from app.audits.worklists import WorkItem, WorkLists
from app.files.cell_xml import in_xml
from matching.normalise.text import fold

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_SHEETS: Final = {"bulk": "Sửa hàng loạt", "office": "Xem hồ sơ", "field": "Gặp chủ", "police": "Công an xã"}
_STATES: Final = ("giữ", "mất", "thế chấp", "đang làm thủ tục")
_ROW_HEIGHT: Final = 13.5  # points a line of text
_COVER: Final = (110, 12, 14)  # widths of its columns


class _Column(NamedTuple):
    """A column: the item's field ("" for one to be filled in by hand), its caption, its width."""

    field: str
    caption: str
    width: int


_COLUMNS: Final = (
    _Column("owner_name", "Chủ sử dụng đất", 24),
    _Column("parcel", "Thửa đất", 18),
    _Column("certificate", "Số phát hành GCN", 15),
    _Column("parcels", "Mọi thửa của chủ này trong xã", 28),
    _Column("category", "Nhóm", 7),
    _Column("differs", "Khác, thiếu ở đâu", 40),
    _Column("decision", "Ý kiến rà soát", 14),
    _Column("", "Giá trị trên GCN (ghi tay)", 18),
    _Column("written_name", "Họ tên trong CSDL đất đai", 24),
    _Column("written_number", "Số giấy tờ trong CSDL đất đai", 16),
    _Column("written_birth_date", "Ngày sinh trong CSDL đất đai", 13),
    _Column("written_sex", "Giới tính", 9),
    _Column("written_address", "Địa chỉ trong CSDL đất đai", 30),
    _Column("register_name", "Họ tên theo CSDL dân cư", 24),
    _Column("register_number", "Số định danh theo CSDL dân cư", 16),
    _Column("register_birth_date", "Ngày sinh theo CSDL dân cư", 13),
    _Column("register_commune", "Xã thường trú theo CSDL dân cư", 22),
    _Column("action", "Việc cần làm", 44),
    _Column("paper", "Giấy tờ cần có", 28),
    _Column("deadline", "Thời hạn", 11),
    _Column("", "Tình trạng GCN", 16),
    _Column("", "Người làm", 16),
    _Column("", "Ngày làm", 11),
    _Column("", "Kết quả, ghi chú", 24),
    _Column("record", "Mã bản ghi", 16),
    _Column("source", "Trang, dòng", 12),
)
_FIELDS: Final = [WorkItem._fields.index(column.field) if column.field else None for column in _COLUMNS]
_WIDTHS: Final = [column.width for column in _COLUMNS]
_STATE_COLUMN: Final = next(place for place, column in enumerate(_COLUMNS, 1) if column.caption == "Tình trạng GCN")


def worklist_xlsx(unit: Unit, items: Sequence[WorkItem], *, title: str, notes: Sequence[str]) -> bytes:
    """The workbook of one commune; the same items give the same bytes."""
    made = io.BytesIO()
    sheets: dict[str, Iterable[Line]] = {}
    with xlsxwriter.Workbook(made, {"in_memory": True, **PLAIN}) as book:
        book.set_properties({"created": CREATED, "title": title[:200]})
        formats = _Formats(book)
        by_actor = {actor: list(group) for actor, group in groupby(items, key=lambda item: item.actor)}
        _cover(book, formats, [f"Danh sách việc: {unit.name} {unit.code}".strip(), title, *notes], by_actor)
        for actor, name in _SHEETS.items():
            if actor in by_actor:
                _sheet(book.add_worksheet(name), formats, len(by_actor[actor]))
                sheets[f"xl/worksheets/sheet{len(sheets) + 2}.xml"] = _lines(by_actor[actor])
    return with_rows(made.getvalue(), sheets)


class _Formats:
    """Formats of cells: headers, wrapped texts, and the two shades that tell owners apart."""

    def __init__(self, book: Any) -> None:
        wrap = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF", "num_format": "@"}
        self.head = book.add_format({**wrap, "bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF"})
        self.shades = [book.add_format(wrap), book.add_format({**wrap, "bg_color": "#EEF3F8"})]
        self.hand = book.add_format({**wrap, "bg_color": "#FFFBE6"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.count = book.add_format({"num_format": "#,##0"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})


def _cover(book: Any, formats: _Formats, lines: Sequence[str], by_actor: dict[str, list[WorkItem]]) -> None:
    sheet = book.add_worksheet("Tổng hợp")
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for column, width in enumerate(_COVER):
        sheet.set_column(column, column, width)
    for row, line in enumerate(lines):
        sheet.set_row(row, height_of((line,), _COVER) if row else 22)
        sheet.write_string(row, 0, in_xml(line), formats.text if row else formats.title)
    first = len(lines) + 1
    for column, caption in enumerate(("Ai làm", "Lượt", "Chủ sử dụng")):
        sheet.write_string(first, column, caption, formats.head)
    for row, (actor, name) in enumerate(_SHEETS.items(), start=first + 1):
        items = by_actor.get(actor, [])
        sheet.write_string(row, 0, f"{name}: {captions.ACTORS[actor].vi}", formats.text)
        sheet.write_number(row, 1, len(items), formats.count)
        sheet.write_number(row, 2, len({item.owner for item in items}), formats.count)


def _sheet(sheet: Any, formats: _Formats, items: int) -> None:
    """Everything of a sheet but its rows, for which two patterns stand."""
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.5)
    sheet.fit_to_pages(2, 0)  # on one page's width nobody could read it
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, 1)
    sheet.print_across()
    sheet.set_footer("&L&A&C&P / &N")
    sheet.set_row(0, height_of(["Lượt gặp", *(column.caption for column in _COLUMNS)], [6, *_WIDTHS]))
    sheet.autofilter(0, 0, items, len(_COLUMNS))
    state = {"validate": "list", "source": list(_STATES)}
    sheet.data_validation(1, _STATE_COLUMN, max(items, 1), _STATE_COLUMN, state)
    sheet.set_column(0, 0, 6)
    for place, column in enumerate(_COLUMNS, start=1):
        sheet.set_column(place, place, column.width, None if column.field else formats.hand)
    sheet.write_string(0, 0, "Lượt gặp", formats.head)
    for place, column in enumerate(_COLUMNS, start=1):
        sheet.write_string(0, place, column.caption, formats.head)
    for row, shade in enumerate(formats.shades, start=1):
        sheet.write_number(row, 0, 0, shade)


def _lines(items: Iterable[WorkItem]) -> Iterator[Line]:
    """The rows, visit by visit: one owner, all parcels, one shade."""
    visits = groupby(items, key=lambda item: (item.owner, item.owner_name))
    for visit, (_, group) in enumerate(visits, start=1):
        for item in group:
            texts = [None if place is None else str(item[place]) for place in _FIELDS]
            lines = max(-(-len(text) // width) for text, width in zip(texts, _WIDTHS, strict=True) if text is not None)
            # Nobody has to drag a row open to read it.
            yield Line(visit, texts, visit % 2, _ROW_HEIGHT * max(lines, 1) + 2)


def worklists_zip(target: Path, lists: WorkLists, *, title: str, notes: Sequence[str]) -> int:
    """All communes in which somebody has to do something, as one ZIP; says how many there are."""
    units = [unit for unit, count in lists.units() if count]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for unit, content in _workbooks(lists.lists(units), title=title, notes=notes):
            packed.writestr(zipfile.ZipInfo(file_name(unit), _EPOCH), content)
    return len(units)


def _workbooks(
    lists: Iterable[tuple[Unit, list[WorkItem]]], *, title: str, notes: Sequence[str]
) -> Iterator[tuple[Unit, bytes]]:
    for unit, items in lists:
        yield unit, worklist_xlsx(unit, items, title=title, notes=notes)


def file_name(unit: Unit) -> str:
    """The name of a commune's work list: code and name without accents."""
    words = "-".join(fold(unit.name).split())
    plain = "".join(letter for letter in words if letter.isascii() and (letter.isalnum() or letter == "-"))
    return f"{unit.code or 'chua-xac-dinh-xa'}-{plain}.xlsx" if unit.code else "chua-xac-dinh-xa.xlsx"
