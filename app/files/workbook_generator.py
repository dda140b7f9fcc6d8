"""Makes a PL3-01 workbook of synthetic land rows, with all that such workbooks are known for, and the truth about it.

Certificates with several people and parcels leave blanks below, totals stand between records, some STT are broken,
numbers and dates are cells of their own kinds, organisations have representatives, and some land is used by others.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

import xlsxwriter

from app.files.pl3_01 import Order, TemplateColumn, template_columns
from app.files.write import whole_file
from matching.records import Role

LandRow = Mapping[str, str | None]

_HEADER_ROWS: Final = 4  # three of texts, one of item numbers
_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - fixed, so that the same rows give the same bytes
_FULL_DATE: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_TITLES: Final = ("BIỂU THU THẬP THÔNG TIN ĐẤT ĐAI", "(Kèm theo mẫu PL3-01)")
_ROLES: Final = {
    Role.HEAD: "Chủ hộ",
    Role.HUSBAND: "Chồng",
    Role.WIFE: "Vợ",
    Role.MEMBER: "Thành viên",
    Role.REPRESENTATIVE: "Người đại diện",
}
_REASONS: Final = ("Thừa kế", "Tặng cho", "Chuyển nhượng", "Khác")
_BROKEN = object()  # an STT that shows #REF!

# How often each peculiarity occurs, per certificate or cell.
_SECOND_PARCEL: Final = 0.15
_PARCEL_ALONE: Final = 0.03
_OTHER_USER: Final = 0.05
_BROKEN_ROW_NO: Final = 0.01
_NO_CERTIFICATE: Final = 0.05
_NUMBER_CELL: Final = 0.35
_DATE_CELL: Final = 0.4
_TOTAL_EVERY: Final = 150  # certificates


@dataclass(frozen=True, slots=True)
class WorkbookStyle:
    """Which of the known forms of the template to write."""

    order: Order = Order.STANDARD
    revision: int = 61
    first_data_row: int = 5  # 5, 6 or 7: titles may stand above the header
    sheet: str = "Sheet1"


class WorkbookTruth(NamedTuple):
    """Where a land row went: sheet row, part of the row ("" or user), and what may be inherited into it."""

    source_row: int
    part: str
    record_id: str
    certificate_no: str
    parcel_id: str


class _Line(NamedTuple):
    """A row to write, by the template's keys, and the land rows behind it."""

    cells: dict[str, Any]
    people: tuple[tuple[str, str], ...] = ()  # part, record_id
    certificate_no: str = ""
    parcel_id: str = ""


@dataclass
class _Certificates:
    """Lays land rows out as lines of the template."""

    random: Random
    number: int = 0
    commune: str = ""
    spare: list[LandRow] = field(default_factory=list)

    def lines(self, rows: Iterable[LandRow]) -> Iterator[_Line]:
        """The lines for all land rows, totals among them."""
        for number, people in enumerate(self._households(rows), start=1):
            yield from self._certificate(people)
            if number % _TOTAL_EVERY == 0:
                yield _Line({"row_no": "TỔNG", "parcel_area": 12345.6})
        yield _Line({"row_no": "TỔNG CỘNG", "full_name": self.number})

    def _households(self, rows: Iterable[LandRow]) -> Iterator[list[LandRow]]:
        """Land rows of one certificate together; a row without a certificate by itself."""
        for certificate, people in groupby(rows, key=lambda row: row.get("certificate_no") or None):
            group = list(people)
            if certificate is None:
                yield from ([row] for row in group)
            else:
                yield group

    def _certificate(self, people: Sequence[LandRow]) -> Iterator[_Line]:
        self.number += 1
        users: list[LandRow] = []
        if len(people) > 1 and not people[-1].get("organisation_name") and self.random.random() < _OTHER_USER * 3:
            *people, user = people
            users = [user]
        broken = self.random.random() < _BROKEN_ROW_NO
        first = people[0]
        commune = first.get("parcel_commune_code") or "24778"
        certificate = first.get("certificate_no") or ""
        parcels = [self._parcel(commune, place) for place in range(2 if self.random.random() < _SECOND_PARCEL else 1)]
        if not certificate and self.random.random() < 0.5 + _NO_CERTIFICATE:
            certificate = "CHUACOGIAY_{parcel_commune_code}_{map_sheet_no}_{parcel_no}".format_map(parcels[0])
        given = {"certificate_no": certificate} if certificate else {}
        row_no: Any = _BROKEN if broken else self.number
        inherits = not broken
        for at, parcel in enumerate(parcels):
            for place, row in enumerate(people):
                begins = not at and not place
                cells = {**self._person(row), **(self._user(users[0]) if users and begins else {})}
                if begins:
                    cells |= {"row_no": row_no, **given, "certificate_date": date(2005, 3, 4) if given else None}
                if not place:
                    cells |= parcel
                cells["guid"] = f"{self.random.getrandbits(64):016x}"
                people_here = [("", row.get("record_id") or "")]
                people_here += [("user", user.get("record_id") or "") for user in users if begins]
                known_parcel = begins or inherits or not place
                yield _Line(
                    cells,
                    tuple(people_here),
                    certificate if begins or inherits else "",
                    "{parcel_commune_code}_{map_sheet_no}_{parcel_no}".format_map(parcel) if known_parcel else "",
                )
        if inherits and self.random.random() < _PARCEL_ALONE:
            yield _Line(self._parcel(commune, 3))

    def _parcel(self, commune: str, place: int) -> dict[str, Any]:
        return {
            "parcel_commune_code": commune,
            "map_sheet_no": self.random.randrange(1, 200),
            "parcel_no": 10 * self.random.randrange(1, 120) + place,
            "parcel_area": round(self.random.uniform(50, 5000), 1),
            "land_1_0": "ONT",
        }

    def _person(self, row: LandRow) -> dict[str, Any]:
        """The holder's cells; an organisation's representative where there is one."""
        organisation = row.get("organisation_name")
        role = row.get("role")
        return {
            "organisation_name": organisation,
            "full_name": row.get("full_name"),
            "id_number": self._number(row.get("id_number")),
            "birth_date": self._date(row.get("birth_date")),
            "sex": row.get("sex"),
            "address": row.get("address"),
            "legal_form": "Tổ chức" if organisation else row.get("legal_form") or "Cá nhân",
            "role": "Người đại diện" if organisation else _ROLES.get(role, role) if role else "Cá nhân",  # type: ignore[call-overload]
        }

    def _user(self, row: LandRow) -> dict[str, Any]:
        return {
            "user.full_name": row.get("full_name"),
            "user.id_number": self._number(row.get("id_number")),
            "user.address": row.get("address"),
            "change_reason": self.random.choice(_REASONS),
        }

    def _number(self, text: str | None) -> Any:
        """A number cell now and then: Excel then drops the leading zero."""
        if text and text.isascii() and text.isdigit() and len(text) <= 12 and self.random.random() < _NUMBER_CELL:
            return int(text)
        return text

    def _date(self, text: str | None) -> Any:
        """A true date cell now and then, a number for a year alone."""
        if text is None or self.random.random() >= _DATE_CELL:
            return text
        if text.isdigit() and len(text) == 4:
            return int(text)
        found = _FULL_DATE.fullmatch(text)
        try:
            return date(int(found[3]), int(found[2]), int(found[1])) if found and int(found[3]) > 1900 else text
        except ValueError:
            return text


def synth_workbook(
    rows: Iterable[LandRow], path: Path, *, style: WorkbookStyle = WorkbookStyle(), seed: int = 0
) -> tuple[WorkbookTruth, ...]:
    """Writes a workbook of the land rows (contract fields) and says where each went; the same input, the same bytes."""
    columns = template_columns(style.order, style.revision)
    places = {column.key: place for place, column in enumerate(columns)}
    truth: list[WorkbookTruth] = []
    with whole_file(path) as unfinished:
        workbook: Any = xlsxwriter.Workbook(str(unfinished), {"strings_to_formulas": False, "strings_to_urls": False})
        workbook.set_properties({"created": _CREATED})
        formats = {
            "date": workbook.add_format({"num_format": "dd/mm/yyyy"}),
            "head": workbook.add_format({"bold": True}),
        }
        sheet = workbook.add_worksheet(style.sheet)
        _write_header(sheet, columns, style, formats["head"])
        for number, line in enumerate(_Certificates(Random(seed)).lines(rows), start=style.first_data_row):  # noqa: S311
            for key, value in line.cells.items():
                if key in places:
                    _write_cell(sheet, number - 1, places[key], value, formats["date"])
            truth += [
                WorkbookTruth(number, part, record_id, line.certificate_no, line.parcel_id)
                for part, record_id in line.people
            ]
        workbook.close()
    return tuple(truth)


def write_truth(truth: Iterable[WorkbookTruth], path: Path) -> None:
    """Writes the truth of a workbook as CSV."""
    with whole_file(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(WorkbookTruth._fields)
        writer.writerows(truth)


def _write_cell(sheet: Any, row: int, column: int, value: Any, date_format: Any) -> None:
    if value is None:
        return
    if value is _BROKEN:
        sheet.write_formula(row, column, "=#REF!", None, "#REF!")
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, date_format)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, value)


def _write_header(sheet: Any, columns: Sequence[TemplateColumn], style: WorkbookStyle, bold: Any) -> None:
    """Titles, three rows of groups and labels in merged cells, and the row of item numbers."""
    top = style.first_data_row - 1 - _HEADER_ROWS
    for row, title in enumerate(_TITLES[:top]):
        sheet.write_string(row, 0, title, bold)
    for level in (0, 1):
        for first, last, text in _spans(columns, level):
            _write_merged(sheet, (top + level, first, top + level, last), text, bold)
    for place, column in enumerate(columns):
        # The scan file's name and the parcel's class stand in the lowest row alone; all others are merged down to it.
        start = 2 if column.key in ("scan_file", "parcel_class") else len(column.groups)
        _write_merged(sheet, (top + min(start, 2), place, top + 2, place), column.label, bold)
        if place:
            sheet.write_string(top + 3, place, f"Mục {place}", bold)


def _spans(columns: Sequence[TemplateColumn], level: int) -> Iterator[tuple[int, int, str]]:
    """The groups of one level with the first and last column that they span."""
    numbered = enumerate(columns)
    for groups, span in groupby(numbered, key=lambda pair: pair[1].groups[: level + 1]):
        places = [place for place, _ in span]
        if len(groups) > level:
            yield places[0], places[-1], groups[level]


def _write_merged(sheet: Any, span: tuple[int, int, int, int], text: str, bold: Any) -> None:
    first_row, first, last_row, last = span
    if (first_row, first) == (last_row, last):
        sheet.write_string(first_row, first, text, bold)
    else:
        sheet.merge_range(*span, text, bold)
