"""Exchange with the authority that keeps the register: land users out, its answers back; the answers prevail.

Columns are configuration: which fields, under which headers. A row is known by its key, which names the audit too, so
that the answers of one audit can't be taken for another's.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq
import xlsxwriter
from python_calamine import CalamineWorkbook

from app.audits.definitions import Definitions
from app.audits.errors import ExchangeInvalid
from app.audits.folder import AuditFolder
from app.audits.report_xlsx import CREATED, PLAIN
from app.audits.rows import VERDICTS, Marks, Rows
from app.audits.statuses import statuses_of
from app.audits.store import Answer, Audit
from app.audits.worklists import joined_texts
from app.csv_cells import no_formula
from app.files.cell_xml import in_xml
from app.files.headers import header_key
from matching.normalise.text import fold

OUT: Final[Mapping[str, str]] = {  # field -> header
    "row": "Dòng",
    "guid": "Guid",
    "full_name": "Họ và tên",
    "birth_date": "Ngày sinh",
    "sex": "Giới tính",
    "numbers": "Số định danh, CMND",
    "address": "Địa chỉ",
    "commune": "Mã xã của thửa",
}
BACK: Final[Mapping[str, str]] = {
    "row": "Dòng",
    "result": "Kết quả",
    "wrong_field": "Trường sai",
    "right_value": "Giá trị đúng",
    "officer": "Cán bộ",
    "date": "Ngày trả lời",
}
_SEX: Final = {"male": "Nam", "female": "Nữ"}
_KEY: Final = re.compile(r"([a-z0-9]{1,20})-(\d{1,4})-(\d{1,10})")
_KEY_LETTERS: Final = 8  # of the audit's id
_DAY: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})|(\d{4})-(\d{2})-(\d{2})(?:[ T].*)?")
_LONGEST: Final = {"wrong_field": 60, "right_value": 500, "officer": 120}
_MOST_SHEET: Final = 1_048_575


@dataclass(frozen=True, slots=True)
class Columns:
    """The headers of both directions, and words of the authority beside those of the definitions."""

    out: Mapping[str, str] = field(default_factory=lambda: dict(OUT))
    back: Mapping[str, str] = field(default_factory=lambda: dict(BACK))
    words: Mapping[str, str] = field(default_factory=dict)  # as answered -> status code

    @classmethod
    def of(cls, out: Mapping[str, str], back: Mapping[str, str], words: Mapping[str, str]) -> Columns:
        """Columns as configured: `out` in its own order; of `back` only what is named otherwise."""
        for name, fields, known in (("out", out, OUT), ("back", back, BACK)):
            if unknown := sorted(fields.keys() - known.keys()):
                raise ExchangeInvalid(
                    row=0, column=f"{name}.{unknown[0]}"[:60], reason="không có trường này / no such field"
                )
        if out and "row" not in out:
            raise ExchangeInvalid(row=0, column="out.row", reason="bắt buộc / required")
        return cls(dict(out or OUT), {**BACK, **back}, dict(words))


def key_of(audit: Audit, run: int, place: int) -> str:
    """The key of a row: the audit, the job and the row of its results, both counted from 1."""
    return f"{audit.id[:_KEY_LETTERS]}-{run + 1}-{place + 1}"


def exported(
    audit: Audit, folder: AuditFolder, rows: Rows, columns: Columns, *, verdicts: Sequence[str] = ()
) -> Iterator[list[str]]:
    """The header, then the land users in scope with these verdicts (none named: all), in the order of the files."""
    yield list(columns.out.values())
    wanted: Marks = rows.in_scope.copy()
    if verdicts:
        wanted &= np.isin(rows.verdict, [VERDICTS.index(verdict) for verdict in verdicts])
    places = np.flatnonzero(wanted)
    first = 0
    for number, run in enumerate(folder.runs()):
        schema = pq.read_schema(run.results)
        guid = next((name for name in schema.names if header_key(name).startswith("guid")), None)
        for table in joined_texts(run, first, places, more=[guid] if guid else []):
            for row in table.to_pylist():
                cells = _cells(row, guid) | {"row": key_of(audit, number, row["at"] - first)}
                yield [cells[name] for name in columns.out]
        first += pq.ParquetFile(run.results).metadata.num_rows


def _cells(row: Mapping[str, Any], guid: str | None) -> dict[str, str]:
    return {
        "guid": (row[guid] if guid else None) or row["record_id"] or "",
        "full_name": row["full_name"] or "",
        "birth_date": row["birth_date"] or "",
        "sex": _SEX.get(row["sex"] or "", ""),
        "numbers": row["id_number"] or "",
        "address": row["written_address"] or "",
        "commune": row["parcel_commune_code"] or "",
    }


def write_exchange(path: Path, lines: Iterator[list[str]], *, suffix: str) -> int:
    """Write lines as .csv (UTF-8 with a mark, for spreadsheets) or .xlsx, all cells as text; says how many people."""
    if suffix == ".csv":
        return _write_csv(path, lines)
    if suffix == ".xlsx":
        return _write_xlsx(path, lines)
    raise ExchangeInvalid(row=0, column="-", reason=".csv, .xlsx")


def _write_csv(path: Path, lines: Iterator[list[str]]) -> int:
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for line in lines:
            writer.writerow(list(map(no_formula, line)))
            written += 1
    return max(written - 1, 0)


def _write_xlsx(path: Path, lines: Iterator[list[str]]) -> int:
    count = -1
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, **PLAIN}) as book:
        book.set_properties({"created": CREATED})
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        sheet = book.add_worksheet("Đối chiếu")
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 20, 26)
        for count, line in enumerate(lines):
            if count > _MOST_SHEET:
                raise ExchangeInvalid(
                    row=count, column="-", reason="quá nhiều dòng, dùng .csv / too many rows, use .csv"
                )
            for place, cell in enumerate(line):
                sheet.write_string(count, place, in_xml(cell), bold if count == 0 else text)
    return max(count, 0)


def read_answers(path: Path, audit: Audit, rows: Rows, definitions: Definitions, columns: Columns) -> list[Answer]:
    """The answers in a file, all of them or ExchangeInvalid, which says where it is wrong."""
    return answers_in(_lines(path), audit, rows, definitions, columns)


def answers_in(
    given: Iterable[Sequence[str]], audit: Audit, rows: Rows, definitions: Definitions, columns: Columns
) -> list[Answer]:
    """The answers in lines below a header.

    A row without a result isn't answered yet and is left out. The same row twice is refused.
    """
    lines = enumerate(given, start=1)
    number, heads = next(((number, line) for number, line in lines if any(line)), (0, ()))
    places = _places(heads, columns, number)
    words = _words(definitions, columns)
    ends = np.searchsorted(rows.run, np.arange(len(audit.job_ids) + 1))
    found: dict[tuple[int, int], Answer] = {}
    for number, line in lines:
        cells = {name: line[place].strip() if place < len(line) else "" for name, place in places.items()}
        if not cells["result"]:
            continue
        at = _Place(number, columns.back)
        run, place = _known(cells["row"], audit, at)
        first = int(ends[run]) if run < len(audit.job_ids) else 0
        if run >= len(audit.job_ids) or place >= int(ends[run + 1]) - first or not rows.in_scope[first + place]:
            raise at.refused("row", "không có người này / no such land user")
        if (run, place) in found:
            raise at.refused("row", "lặp lại / twice")
        status = words.get(fold(cells["result"]))
        if status is None:
            raise at.refused("result", f"không rõ; dùng / unknown; use: {', '.join(sorted(words))}"[:200])
        texts = {name: cells.get(name, "")[:most] or None for name, most in _LONGEST.items()}
        found[run, place] = Answer(run, place, status, **texts, answered_on=_day(cells.get("date", ""), at))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a file something is wrong; what stands there isn't repeated."""

    row: int
    headers: Mapping[str, str]

    def refused(self, column: str, reason: str) -> ExchangeInvalid:
        return ExchangeInvalid(row=self.row, column=self.headers[column], reason=reason)


def _places(heads: Sequence[str], columns: Columns, number: int) -> dict[str, int]:
    known = {header_key(head): place for place, head in enumerate(heads)}
    found = {name: known[header_key(head)] for name, head in columns.back.items() if header_key(head) in known}
    for name in ("row", "result"):
        if name not in found:
            raise ExchangeInvalid(row=number, column=columns.back[name], reason="thiếu cột / the column is missing")
    return found


def _words(definitions: Definitions, columns: Columns) -> dict[str, str]:
    """What may be answered, folded, and the status that it means."""
    codes = {status.code for status in definitions.statuses}
    found = {fold(text): each.code for each in definitions.statuses for text in (each.code, each.vi, each.en)}
    for word, code in columns.words.items():
        if code not in codes:
            raise ExchangeInvalid(row=0, column=f"words.{word}"[:60], reason="không có trạng thái này / no such status")
        found[fold(word)] = code
    return found


def _known(key: str, audit: Audit, at: _Place) -> tuple[int, int]:
    match = _KEY.fullmatch(key.lstrip("'"))
    if match is None:
        raise at.refused("row", "sai dạng / malformed")
    if match[1] != audit.id[:_KEY_LETTERS]:
        raise at.refused("row", "của cuộc kiểm tra khác / of another audit")
    return int(match[2]) - 1, int(match[3]) - 1


def _day(text: str, at: _Place) -> date | None:
    if not text:
        return None
    match = _DAY.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        day, month, year = match.group(1, 2, 3) if match[3] else match.group(6, 5, 4)
        return date(int(year), int(month), int(day))
    except ValueError:
        raise at.refused("date", "ngày/tháng/năm / day/month/year") from None


def _lines(path: Path) -> Iterator[list[str]]:
    """The cells of a file as text."""
    if path.suffix.lower() == ".xlsx":
        try:
            book = CalamineWorkbook.from_path(str(path))
            cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        except Exception as error:  # the library has no family of errors
            raise ExchangeInvalid(
                row=0, column="-", reason=f"không đọc được / unreadable ({type(error).__name__})"
            ) from error
        for line in cells:
            yield [_text(cell) for cell in line]
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            sample = file.readline()
            file.seek(0)
            yield from csv.reader(file, delimiter=";" if sample.count(";") > sample.count(",") else ",")
    except (UnicodeDecodeError, csv.Error) as error:
        raise ExchangeInvalid(row=0, column="-", reason=f"CSV, UTF-8 ({type(error).__name__})") from error


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def differing(audit: Audit, rows: Rows, definitions: Definitions, answers: Sequence[Answer]) -> Iterator[list[str]]:
    """The header, then each land user on whom the authority and Khớp differ."""
    machine = statuses_of(rows, definitions)
    names = {status.code: status.vi for status in definitions.statuses}
    yield ["Dòng", "Nhóm", "Khớp", "Cơ quan trả lời", "Trường sai", "Giá trị đúng", "Cán bộ", "Ngày trả lời"]
    ends = np.searchsorted(rows.run, np.arange(len(audit.job_ids) + 1))
    for answer in answers:
        at = int(ends[answer.run]) + answer.place
        ours = definitions.statuses[machine[at]].code
        if ours != answer.status:
            day = "" if answer.answered_on is None else answer.answered_on.isoformat()
            told = (answer.wrong_field or "", answer.right_value or "", answer.officer or "", day)
            key = key_of(audit, answer.run, answer.place)
            yield [key, rows.categories[rows.category[at]], names[ours], names[answer.status], *told]
