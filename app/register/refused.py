"""The file of refused rows: where each stands in the source, what is wrong with it, and the row as it was.

It holds personal data, like the source file: it is readable for its owner alone and is not kept by the service.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

from app.csv_cells import no_formula
from app.errors import Text
from app.register.files import RegisterFile
from app.register.version_store import Reject
from matching.normalise.flags import FLAGS

REASONS: dict[str, Text] = {
    "duplicate": Text(
        "Số định danh đã có ở một dòng trước; dòng trước được giữ.",
        "The personal number stands in an earlier row; that row was kept.",
    ),
    "unknown_operation": Text(
        "Thao tác phải là upsert (thêm, sửa) hoặc remove (xóa).", "The operation is upsert or remove."
    ),
    "unknown_removal": Text(
        "Số định danh cần xóa không có trong dữ liệu dân cư; không có gì để xóa.",
        "The register has nobody of this number; there is nothing to remove.",
    ),
    "not_utf8": Text(
        "Dòng có ký tự không phải UTF-8; hãy xuất lại tệp với mã UTF-8.",
        "The row has characters that are not UTF-8; export the file as UTF-8.",
    ),
    "column_count": Text(
        "Số ô của dòng khác số cột của dòng đầu.", "The row has another number of cells than the header."
    ),
    "quote_not_closed": Text(
        "Dấu ngoặc kép mở mà không đóng, hoặc đứng sai chỗ.",
        "A quotation mark is opened and never closed, or stands in the wrong place.",
    ),
    "line_too_long": Text("Dòng quá dài.", "The line is too long."),
    "not_an_object": Text("Dòng không phải một đối tượng JSON.", "The line is no JSON object."),
    "column_twice": Text("Dòng có hai lần cùng một cột.", "The row names a column twice."),
    "not_text": Text(
        "Giá trị là danh sách, đối tượng hoặc kiểu khác không phải văn bản, số hay ngày.",
        "The value is a list, an object or of another type that is no text, number or date.",
    ),
    "missing": Text("Thiếu giá trị bắt buộc.", "A value that must be there is missing."),
    "not_12_digits": Text("Số định danh phải có đúng 12 chữ số.", "A personal number has exactly 12 digits."),
    "not_a_date": Text(
        "Ngày sinh phải có dạng YYYY, YYYY-MM hoặc YYYY-MM-DD.", "A birth date is YYYY, YYYY-MM or YYYY-MM-DD."
    ),
    "impossible_year": Text("Năm sinh không thể có.", "Nobody in the register is born in this year."),
    "impossible_date": Text("Ngày không có trong lịch.", "The calendar has no such day."),
    "unknown_sex": Text("Giới tính phải là male hoặc female.", "Sex is male or female."),
    "unknown_status": Text(
        "Tình trạng phải là alive, deceased hoặc missing.", "The status is alive, deceased or missing."
    ),
    "unknown_number": Text(
        "Số cũ không đúng dạng nào đã biết; hãy ghi cmnd9:, cancelled: hoặc passport: trước số.",
        "An old number is of no known form; write cmnd9:, cancelled: or passport: before it.",
    ),
    "not_5_digits": Text("Mã xã phải có 5 chữ số.", "A commune code has 5 digits."),
}
_UNEXPLAINED = Text("Giá trị không dùng được.", "The value can't be used.")


def explanation(reason: str) -> Text:
    """Why a row was refused, in both languages; a number's own flags are explained where they are declared."""
    flag = FLAGS.get(reason)
    return REASONS.get(reason) or (_UNEXPLAINED if flag is None else Text(flag.vi, flag.en))


def write_refused(path: Path, file: RegisterFile, rejects: Iterator[Reject]) -> None:
    """Write the refused rows with the lines of the source file, in its order; the file appears when it is complete."""
    unfinished = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", errors="replace", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["line", "field", "reason", "giai_thich", "explanation", *file.columns])
        rows = file.rows()
        for reject in rejects:
            row = next((row for row in rows if row.line == reject.line), None)
            cells = [] if row is None else [no_formula(row.cells.get(name) or "") for name in file.columns]
            writer.writerow([*reject, *explanation(reject.reason), *cells])
    unfinished.replace(path)
