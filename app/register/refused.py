"""The file of refused rows: where each stands in the source, what is wrong with it, and the row as it was.

It holds personal data, like the source file: it is readable for its owner alone and is not kept by the service.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

from app.errors import Text
from app.register.files import COLUMNS, RegisterFile
from app.register.version_store import Reject

# The reasons that matching.normalise.person gives stand in its own documentation; those of the file are explained here.
REASONS: dict[str, Text] = {
    "duplicate": Text(
        "Số định danh đã có ở một dòng trước; dòng trước được giữ.",
        "The personal number stands in an earlier row; that row was kept.",
    ),
    "not_utf8": Text(
        "Dòng có ký tự không phải UTF-8; hãy xuất lại tệp với mã UTF-8.",
        "The row has bytes that are not UTF-8; export the file as UTF-8.",
    ),
    "column_count": Text(
        "Số ô của dòng khác số cột của dòng đầu.", "The row has another number of cells than the header."
    ),
    "quote_not_closed": Text("Dấu ngoặc kép mở mà không đóng.", "A quotation mark is opened and never closed."),
    "not_an_object": Text("Dòng không phải một đối tượng JSON.", "The line is no JSON object."),
    "missing": Text("Thiếu giá trị bắt buộc.", "A value that must be there is missing."),
    "invalid": Text("Giá trị không hợp lệ.", "The value is not valid."),
}
_UNEXPLAINED = Text("Giá trị không dùng được.", "The value can't be used.")


def write_refused(path: Path, file: RegisterFile, rejects: Iterator[Reject]) -> None:
    """Write the refused rows with the lines of the source file, in its order; the file appears when it is complete."""
    unfinished = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["line", "field", "reason", "giai_thich", "explanation", *COLUMNS])
        rows = file.rows()
        for reject in rejects:
            row = next((row for row in rows if row.line == reject.line), None)
            cells = [] if row is None else [row.cells.get(name) or "" for name in COLUMNS]
            writer.writerow([*reject, *REASONS.get(reject.reason, _UNEXPLAINED), *cells])
    unfinished.replace(path)
