"""Files that are refused: one class per reason, each with a stable code and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable

from app.errors import Invalid, Text


class FileRefused(Invalid):
    """The file can't be read or written; `facts` name sizes, sheets and headers, never a person."""

    code = "file.refused"
    title = Text("Không đọc được tệp", "The file can't be read")
    detail = Text("Không đọc được tệp.", "The file can't be read.")


class FileMissing(FileRefused):
    """There is no such file."""

    status = 404
    code = "file.missing"
    detail = Text("Không tìm thấy tệp.", "There is no such file.")


class FileEmpty(FileRefused):
    """The file holds nothing."""

    code = "file.empty"
    detail = Text("Tệp trống.", "The file is empty.")


class FormatUnknown(FileRefused):
    """The file is of no kind that can be read."""

    code = "file.format_unknown"
    detail = Text(
        "Không nhận ra định dạng ({found}). Hãy lưu lại thành .xlsx, .csv, .parquet hoặc .ndjson.",
        "The format is not supported ({found}). Save the file as .xlsx, .csv, .parquet or .ndjson.",
    )


class FileBroken(FileRefused):
    """The file begins like its format and then can't be read: cut off or damaged."""

    code = "file.broken"
    detail = Text(
        "Tệp {format} bị hỏng hoặc bị cắt ngang. Hãy mở và lưu lại, hoặc gửi lại.",
        "The {format} file is damaged or cut off. Open and save it again, or send it again.",
    )


class FileProtected(FileRefused):
    """The workbook is encrypted with a password."""

    code = "file.password"
    detail = Text(
        "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.", "The file has a password. Remove it and send it again."
    )


class FileTooLarge(FileRefused):
    """The file, unpacked, is larger than the limit, or packed so tightly that it looks like a trap."""

    status = 413
    code = "file.too_large"
    detail = Text(
        "Tệp quá lớn: {what} là {found}, giới hạn {limit}. Hãy chia nhỏ tệp hoặc dùng CSV, Parquet.",
        "The file is too large: {what} is {found}, the limit is {limit}. Split it, or use CSV or Parquet.",
    )


class SheetMissing(FileRefused):
    """The workbook has no sheet of that name."""

    code = "file.sheet_missing"
    detail = Text("Không có trang tính '{sheet}' trong tệp.", "The file has no sheet '{sheet}'.")


class HeaderMissing(FileRefused):
    """No row among the first ones names a column with names or numbers of people."""

    code = "file.header_missing"
    detail = Text(
        "Không tìm thấy dòng tiêu đề có cột họ tên hoặc số định danh trong {rows} dòng đầu. "
        "Hãy chỉ rõ cột, ví dụ full_name=B.",
        "No header row with a name or number column was found in the first {rows} rows. "
        "Name the columns, for example full_name=B.",
    )


class HeaderAmbiguous(FileRefused):
    """Two columns claim the same field, and nothing tells which one is meant."""

    code = "file.header_ambiguous"
    detail = Text(
        "Các cột {columns} cùng có thể là '{field}'. Hãy chỉ rõ một cột, ví dụ {field}={example}.",
        "The columns {columns} may all be '{field}'. Name one of them, for example {field}={example}.",
    )


class MappingUnknown(FileRefused):
    """The explicit mapping names a field or a column that does not exist."""

    code = "file.mapping_unknown"
    detail = Text(
        "Khai báo cột không hợp lệ: {field}={column}. Trái là tên trường, phải là tiêu đề hoặc chữ cái của cột.",
        "The mapping {field}={column} is not valid: left stands a field, right a header or a column letter.",
    )


class TooManyRows(FileRefused):
    """A worksheet holds at most 1,048,575 result rows below its header."""

    status = 413
    code = "file.too_many_rows"
    title = Text("Không ghi được tệp", "The file can't be written")
    detail = Text(
        "Một trang tính chứa tối đa {limit} dòng kết quả. Hãy ghi ra .csv hoặc .parquet.",
        "A worksheet holds at most {limit} result rows. Write .csv or .parquet instead.",
    )


class ResultFormatUnknown(FileRefused):
    """Results are written as CSV, XLSX, Parquet or NDJSON, by the ending of the file's name."""

    code = "file.result_format_unknown"
    title = Text("Không ghi được tệp", "The file can't be written")
    detail = Text(
        "Không ghi được định dạng '{suffix}'; dùng một trong: {known}.",
        "'{suffix}' can't be written; use one of: {known}.",
    )

    def __init__(self, *, suffix: str, known: Iterable[str] = (".csv", ".xlsx", ".parquet", ".ndjson")) -> None:
        super().__init__(suffix=suffix, known=", ".join(known))


class OutputIsInput(FileRefused):
    """The results would take the place of the file that they are made from, which may be the only one there is."""

    status = 409
    code = "file.output_is_input"
    title = Text("Không ghi được tệp", "The file can't be written")
    detail = Text(
        "Tệp kết quả '{name}' chính là tệp đầu vào. Hãy chọn tên khác.",
        "The output '{name}' is the input file itself. Choose another name.",
    )


class OutputNotWritable(FileRefused):
    """Nothing can be written where the results should go."""

    code = "file.output_not_writable"
    title = Text("Không ghi được tệp", "The file can't be written")
    detail = Text(
        "Không ghi được '{name}' ({reason}). Hãy chọn một tệp trong thư mục đã có và được phép ghi.",
        "'{name}' can't be written ({reason}). Choose a file in a folder that exists and that you may write to.",
    )


class PopulationUnreadable(FileRefused):
    """The file is none of those that `khop synth population` writes."""

    code = "file.population_unreadable"
    detail = Text(
        "Tệp dân cư không đọc được: cần các cột mà `khop synth population` ghi, mỗi dòng một người.",
        "The population file can't be read: it must have the columns that `khop synth population` writes.",
    )


class FilterUnknown(Invalid):
    """A filter of results names a value that no result has."""

    code = "results.filter_unknown"
    title = Text("Bộ lọc không hợp lệ", "The filter is invalid")
    detail = Text(
        "Không có {field} nào là '{value}'.",
        "There is no {field} '{value}'.",
    )


class NoWorkbook(FileRefused):
    """Only a workbook can be handed back as it came, with our columns in it."""

    code = "file.no_workbook"
    title = Text("Không ghi được tệp", "The file can't be written")
    detail = Text(
        "Chỉ tệp .xlsx mới trả lại được nguyên sổ; với tệp khác hãy dùng --keep-columns.",
        "Only an .xlsx file can be handed back as the workbook it was; for others use --keep-columns.",
    )
