"""The report as a workbook: summary, communes, categories, findings, error rates, guidance, definitions."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from textwrap import wrap
from typing import Any, Final

import xlsxwriter

from app.audits import captions
from app.audits.captions import Line
from app.audits.error_rates import KINDS, VERDICTS
from app.files.cell_xml import in_xml

Json = dict[str, Any]
Cell = str | int | float | None
CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - fixed, so that the same report gives the same bytes
_LINE: Final = 15.0  # points
MOST_TEXT: Final = 32_767  # characters of a cell
# Nothing that a file holds may become a formula, a link or a number.
PLAIN: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def report_xlsx(report: Json) -> bytes:
    """The workbook of a report; the same report gives the same bytes."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, **PLAIN}) as book:
        book.set_properties({"created": CREATED, "title": "Báo cáo kiểm tra đối chiếu"})
        sheets = _Sheets(book)
        _summary(sheets, report)
        _communes(sheets, report)
        _categories(sheets, report)
        _findings(sheets, report)
        _parcels(sheets, report)
        _rates(sheets, report)
        _progress(sheets, report)
        _guidance(sheets, report)
        _definitions(sheets, report)
    return made.getvalue()


def height_of(cells: Sequence[Cell], widths: Sequence[int]) -> float:
    """The points that a row needs, as its texts wrap: not every program finds that out by itself."""
    texts = ((cell, width) for cell, width in zip(cells, widths, strict=False) if isinstance(cell, str))
    return _LINE * max((len(wrap(text, int(width))) for text, width in texts if text), default=1) + 1


class _Sheets:
    """Sheets with a frozen header, wrapped texts and counts with separators."""

    def __init__(self, book: Any) -> None:
        self._book = book
        wrap = {"text_wrap": True, "valign": "top"}
        self.head = book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1, **wrap})
        self.text = book.add_format(wrap)
        self.bold = book.add_format({"bold": True, **wrap})
        self.count = book.add_format({"num_format": "#,##0", "valign": "top"})
        self.bold_count = book.add_format({"num_format": "#,##0", "bold": True, "valign": "top"})
        self.share = book.add_format({"num_format": "0.00%", "valign": "top"})

    def table(
        self, name: str, heads: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Cell]], *, fixed: int = 1
    ) -> None:
        """A sheet with one table; a row whose first cell begins with "*" is bold, floats are shares."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, fixed)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&C&P / &N")
        for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, head, self.head)
        sheet.set_row(0, height_of(heads, widths))
        last = 0
        for last, row in enumerate(rows, start=1):
            bold = isinstance(row[0], str) and row[0].startswith("*")
            sheet.set_row(last, height_of(row, widths))
            for column, cell in enumerate(row):
                self._write(sheet, last, column, cell, bold=bold)
        if last:
            sheet.autofilter(0, 0, last, len(heads) - 1)

    def _write(self, sheet: Any, row: int, column: int, cell: Cell, *, bold: bool) -> None:
        if cell is None:
            return
        if isinstance(cell, str):
            text = in_xml(cell.removeprefix("*") if bold else cell)[:MOST_TEXT]
            sheet.write_string(row, column, text, self.bold if bold else self.text)
        elif isinstance(cell, float):
            sheet.write_number(row, column, cell, self.share)
        else:
            sheet.write_number(row, column, cell, self.bold_count if bold else self.count)


def _summary(sheets: _Sheets, report: Json) -> None:
    audit, grounds, whole = report["audit"], report["frozen"], report["figures"]["whole"]
    signed = report["signed"]
    about: list[tuple[Cell, ...]] = [
        ("*Cuộc kiểm tra / audit", audit["name"]),
        ("Mã / id", audit["id"]),
        ("Địa bàn / area", f"{audit['area']['name']} ({audit['area']['code']})"),
        ("Ngày / day", audit["day"]),
        ("Mục đích / purpose", audit["purpose"]),
        ("Người lập / made by", audit["created_by"]),
        ("Người ký / signed by", "chưa ký / not signed" if signed is None else f"{signed['by']}, {signed['at']}"),
        ("Mã băm báo cáo / report SHA-256", "" if signed is None else signed["report_sha256"]),
        ("CSDL dân cư / register", f"{grounds['register']['version']}: {grounds['register']['scope']}"),
        (
            "Mô hình / model",
            f"{grounds['model']} (≥ {grounds['thresholds']['full']}, {grounds['thresholds']['partial']})",
        ),
        ("Định nghĩa / definitions", grounds["definitions"]),
        ("Căn cứ, SHA-256 / grounds", grounds["digest"]),
        ("*Lưu ý / note", report["preliminary"]["vi"]),
        ("", report["preliminary"]["en"]),
    ]
    rows: list[Sequence[Cell]] = [*about, ("",)]
    first: tuple[Sequence[Line], ...] = (captions.ROWS, captions.LAND_USERS, captions.IDENTITY, captions.PERSONS)
    for lines in (*first, *captions.ENTITIES.values()):
        rows += [_told(line, whole) for line in captions.known_lines(lines, whole)] + [("",)]
    if "land_users.decided" in whole:
        rows.append(("*Sau rà soát: mỗi lượt một dòng / after review: each land user in one line",))
        rows += [_told(line, whole) for line in captions.OUTCOMES] + [("",)]
        rows.append(("*Có người quyết định / decided by people",))
        rows += [_told(line, whole) for line in captions.DECIDED] + [("",)]
    rows.append(("*Theo cách gọi của cơ quan đối chiếu / the authority's words",))
    rows += [_told(line, whole) for line in captions.status_lines(report)] + [("",)]
    rows.append(("*Ai làm tiếp / who acts next",))
    rows += [_told(line, whole) for line in captions.action_lines(whole)]
    share = report["shares"]["cross_checked"]
    rows += [("",), ("*Tỷ lệ đã đối chiếu / share cross-checked", None, None if share is None else float(share))]
    if report["authority"] is not None:
        rows += [("",), ("*Cơ quan quản lý dữ liệu dân cư trả lời / the authority's answers",)]
        rows += [(f"   {caption.vi} / {caption.en}", count) for caption, count in captions.answer_lines(report)]
    sheets.table("Tổng hợp", ("Chỉ tiêu / figure", "Giá trị / value", "Tỷ lệ / share"), (58, 70, 12), rows)


def _told(line: Line, figures: Json) -> tuple[Cell, ...]:
    count = figures.get(line.figure, 0)
    caption = f"{line.caption.vi} / {line.caption.en}"
    if not line.of:
        return f"*{caption}", count
    of = figures.get(line.of, 0)
    return f"   {caption}", count, count / of if of else None


def _communes(sheets: _Sheets, report: Json) -> None:
    columns = captions.known_lines(captions.COMMUNE_COLUMNS, report["figures"]["whole"])
    heads = ["Mã", "Xã / commune", "Loại / kind", *(f"{line.caption.vi} / {line.caption.en}" for line in columns)]
    found = report["figures"]
    rows: list[Sequence[Cell]] = [
        (
            unit["code"],
            unit["name"],
            captions.UNIT_KINDS[unit["kind"]].vi,
            *(unit["figures"].get(line.figure, 0) for line in columns),
        )
        for unit in found["units"]
    ]
    less = [-found["repeated"].get(line.figure, 0) for line in columns]
    rows.append(("", f"{captions.REPEATED.vi} / {captions.REPEATED.en}", "", *less))
    whole = [found["whole"].get(line.figure, 0) for line in columns]
    rows.append(("*", f"{captions.WHOLE.vi} / {captions.WHOLE.en}", "", *whole))
    sheets.table("Theo xã", heads, [8, 34, 14, *([13] * len(columns))], rows, fixed=2)


def _categories(sheets: _Sheets, report: Json) -> None:
    told = {entry["code"]: entry for entry in report["guidance"] if entry["kind"] == "category"}
    whole = report["figures"]["whole"]
    rows = [
        (code, told[code]["case_vi"], told[code]["case_en"], count, _share(count, whole), told[code]["action_vi"])
        for code, count in _under("category.", whole).items()
        if code in told
    ]
    heads = ("Nhóm", "Ý nghĩa", "Meaning", "Lượt / land users", "% lượt", "Việc nên làm / action (vi)")
    sheets.table("Nhóm kết quả", heads, (8, 44, 44, 14, 9, 70), rows)


def _findings(sheets: _Sheets, report: Json) -> None:
    told = {entry["code"]: entry for entry in report["guidance"] if entry["kind"] == "finding"}
    whole = report["figures"]["whole"]
    rows = [
        (code, told[code]["case_vi"], told[code]["case_en"], count, _share(count, whole), told[code]["action_vi"])
        for code, count in _under("finding.", whole).items()
        if code in told
    ]
    heads = ("Mã", "Phát hiện", "Finding", "Lượt / land users", "% lượt", "Việc nên làm / action (vi)")
    sheets.table("Phát hiện", heads, (26, 50, 50, 14, 9, 70), rows)


def _parcels(sheets: _Sheets, report: Json) -> None:
    whole = report["figures"]["whole"]
    rows: list[Sequence[Cell]] = [("*Bốn tiêu chí, phần người / the four criteria, people's part",)]
    for name, people, parcels in captions.criteria_lines(report):
        rows.append((f"   {name}: lượt người / land users", *_told(people, whole)[1:]))
        rows.append((f"   {name}: thửa mà mọi người đều đạt / parcels", *_told(parcels, whole)[1:]))
    rows.append(("*Thửa đạt về người / people ok", whole["parcels.people_ok"]))
    rows.append(("*Thửa còn vướng, do (một thửa có thể vướng nhiều lý do) / blocked by", whole["parcels.blocked"]))
    rows += [_told(line, whole) for line in captions.blocker_lines(report)]
    for code, count in _under("parcels.blocked_by_category.", whole).items():
        rows.append((f"   có người thuộc nhóm {code} / somebody of {code}", count))
    rows.append(("*Nhóm thửa như đã nhập, và đạt về người / groups as imported, and people ok",))
    groups = captions.group_lines(report)
    for name, figure, good in groups:
        rows += [(f"   {name}", whole[figure]), (f"   {name}, đạt về người / people ok", whole[good])]
    if not groups:
        rows.append(("   tệp nguồn không có cột nhóm thửa / the input has no such column",))
    sheets.table("Thửa đất", ("Chỉ tiêu / figure", "Số / count", "Tỷ lệ / share"), (72, 14, 12), rows)


def _rates(sheets: _Sheets, report: Json) -> None:
    rows: list[Sequence[Cell]] = []
    for review in report["error_rates"]:
        if "by_verdict" not in review:
            rows += [(review["note"]["vi"],), (review["note"]["en"],)]
            continue
        rows.append((f"*{review['review_id']}: {review['note']}",))
        for rate in (*review["by_verdict"], *review["by_category"]):
            named = f"   {VERDICTS[rate['verdict']].vi} / {rate['verdict']} {rate['category'] or ''}".rstrip()
            shares = [_judged(rate), float(rate["low"]), float(rate["high"])]
            more = "" if rate["more_needed"] is None else rate["more_needed"] if rate["more_needed"] >= 0 else "—"
            kind = f"{KINDS[rate['error']].vi} / {KINDS[rate['error']].en}"
            rows.append((named, kind, rate["judged"], rate["errors"], rate["unclear"], *shares, more))
    rows += _differing(report)
    heads = ("Kết quả / verdict", "Lỗi / error", "Đã xét", "Sai", "Chưa rõ", "Tỷ lệ", "95 % từ", "95 % đến", "Cần thêm")
    sheets.table("Tỷ lệ sai", heads, (60, 26, 10, 8, 9, 10, 10, 10, 12), rows)


def _judged(rate: Json) -> float | None:
    return float(rate["rate"]) if rate["judged"] else None  # nothing judged says nothing


def _differing(report: Json) -> list[Sequence[Cell]]:
    """How often the authority says otherwise."""
    rates = report.get("authority_rates") or ()
    if not rates:
        return []
    note = captions.ANSWERS_NOTE
    rows: list[Sequence[Cell]] = [("",), (f"*{captions.ANSWERS.vi} / {captions.ANSWERS.en}",), (note.vi,), (note.en,)]
    for caption, rate in captions.answer_rates(report):
        share = None if rate["rate"] is None else float(rate["rate"])
        shares = [share, float(rate["low"]), float(rate["high"])]
        kind = "cơ quan trả lời khác / the authority differs"
        rows.append((f"   {caption.vi} / {caption.en}", kind, rate["answered"], rate["differ"], None, *shares))
    return rows


def _progress(sheets: _Sheets, report: Json) -> None:
    progress = report["progress"]
    if progress is None:
        return
    columns = captions.PROGRESS
    heads = ["Mã", "Xã / commune", *(f"{caption.vi} / {caption.en}" for caption, _ in columns)]
    rows: list[Sequence[Cell]] = [
        (each["code"], each["name"], *(moved(each) for _, moved in columns)) for each in progress.get("communes", ())
    ]
    rows.append(("*", f"{captions.WHOLE.vi} / {captions.WHOLE.en}", *(moved(progress) for _, moved in columns)))
    names = {**{code: text.vi for code, text in VERDICTS.items()}, "absent": "không có trong danh sách"}
    rows += [("",), ("*", f"So với / since: {progress['previous']['name']}, {progress['previous']['day']}")]
    for pair, count in progress["land_users"].items():
        one, _, other = pair.partition("->")
        rows.append(("", f"{names[one]} → {names[other]}", count))
    sheets.table("Tiến độ", heads, [8, 44, *([14] * len(columns))], rows, fixed=2)


def _guidance(sheets: _Sheets, report: Json) -> None:
    rows = [
        tuple(
            entry[name]
            for name in ("code", "case_vi", "action_vi", "paper_vi", "case_en", "action_en", "paper_en", "source")
        )
        for entry in report["guidance"]
    ]
    heads = ("Mã", "Trường hợp", "Việc nên làm", "Giấy tờ cần có", "Case", "Action", "Papers", "Nguồn / source")
    sheets.table("Hướng dẫn", heads, (24, 40, 60, 36, 40, 60, 36, 40), rows)


def _definitions(sheets: _Sheets, report: Json) -> None:
    rows: list[Sequence[Cell]] = [("*preliminary", report["preliminary"]["vi"], report["preliminary"]["en"])]
    rows += [(entry["code"], entry["vi"], entry["en"]) for entry in report["definitions"]["texts"]]
    for status in report["definitions"]["statuses"]:
        of = ", ".join((*status["verdicts"], *status["categories"])) or "còn lại / the rest"
        rows.append((f"status.{status['code']}", f"{status['vi']}: {of}", f"{status['en']}: {of}"))
    sheets.table("Định nghĩa", ("Mã", "Định nghĩa", "Definition"), (22, 90, 90), rows)


def _under(prefix: str, figures: Json) -> dict[str, int]:
    return {name.removeprefix(prefix): count for name, count in figures.items() if name.startswith(prefix)}


def _share(count: int, whole: Json) -> float | None:
    return count / whole["land_users.total"] if whole["land_users.total"] else None
