"""What a land office should know about its file before it is matched: stable codes with a sentence in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from app.errors import Fact, Text

HINTS: Final[dict[str, Text]] = {
    "column_missing": Text("Không tìm thấy cột '{field}'.", "There is no column for '{field}'."),
    "holder_name_missing": Text(
        "Không có cột họ tên chủ sử dụng; họ tên chỉ có ở phần khác (cột {columns}). Nếu có, hãy chỉ rõ: full_name=B.",
        "There is no column for the holder's name; only others are named (column {columns}). If there is one, name it: "
        "full_name=B.",
    ),
    "column_doubtful": Text(
        "Nhiều cột có thể là '{field}': dùng cột {used}, không dùng {also}.",
        "Several columns may be '{field}': {used} is used, {also} is not.",
    ),
    "sheet_instructions": Text(
        "Trang tính '{sheet}' là hướng dẫn, không đọc.", "The sheet '{sheet}' holds instructions; it is not read."
    ),
    "sheet_hidden": Text("Trang tính '{sheet}' bị ẩn, không đọc.", "The sheet '{sheet}' is hidden; it is not read."),
    "sheet_no_header": Text(
        "Trang tính '{sheet}' không có dòng tiêu đề nhận ra được; {rows} dòng không đọc.",
        "The sheet '{sheet}' has no header that is recognised; its {rows} rows are not read.",
    ),
    "sheet_empty": Text("Trang tính '{sheet}' trống.", "The sheet '{sheet}' is empty."),
    "sheet_ignored": Text(
        "Tệp {format} không có trang tính: đã đọc cả tệp, bỏ qua '{sheet}'.",
        "A {format} file has no sheets: the whole file is read and '{sheet}' is ignored.",
    ),
    "not_as_named": Text(
        "Tên tệp là {named} nhưng nội dung là {found}; đã đọc theo nội dung.",
        "The file is named {named} but holds {found}; it was read as what it holds.",
    ),
    "undecodable_bytes": Text(
        "Tệp là UTF-8 nhưng có byte hỏng; các ký tự đó hiện là �.",
        "The file is UTF-8 with some broken bytes; they show as �.",
    ),
    "encoding_guessed": Text(
        "Tệp không phải Unicode; đã đọc theo bảng mã {encoding}.",
        "The file is not Unicode; it was read as {encoding}.",
    ),
    "old_encoding": Text(
        "Cột '{field}' gõ bằng bảng mã cũ {encoding}; đã chuyển sang Unicode.",
        "The column '{field}' is typed in the old encoding {encoding}; it is converted to Unicode.",
    ),
    "header_old_encoding": Text(
        "Tiêu đề gõ bằng bảng mã cũ {encoding}.", "The header is typed in the old encoding {encoding}."
    ),
    "sex_derived": Text(
        "Giới tính luôn trùng với chữ số trong số định danh ({rows} dòng): không dùng làm bằng chứng.",
        "Sex always equals the digit of the number ({rows} rows): it is no evidence.",
    ),
    "birth_dates_as_dates": Text(
        "{dates} ô ngày sinh là ô ngày của Excel, {texts} ô là chữ hoặc số.",
        "{dates} birth dates are Excel dates, {texts} are text or numbers.",
    ),
}


class Hint(NamedTuple):
    """One hint: its code and its facts, which name sheets, columns and counts, never a person."""

    code: str
    facts: Mapping[str, Fact]

    def told(self, language: Literal["vi", "en"]) -> str:
        """The hint as a sentence."""
        return HINTS[self.code].told(language, dict(self.facts))
