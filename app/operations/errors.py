"""What the operation of the service refuses."""

from __future__ import annotations

from app.errors import Conflict, Invalid, Text, Unavailable


class DiskLow(Unavailable):
    """Too little room is left in the data folder."""

    code = "disk.low"
    title = Text("Sắp hết dung lượng đĩa", "The disk is nearly full")
    detail = Text(
        "Thư mục dữ liệu còn {free_mb} MiB, cần ít nhất {needed_mb} MiB (KHOP_MIN_FREE_MB).",
        "The data folder has {free_mb} MiB left and needs {needed_mb} MiB (KHOP_MIN_FREE_MB).",
    )


class DataFolderUnusable(Unavailable):
    """The data folder isn't there or can't be written."""

    code = "disk.unusable"
    title = Text("Không dùng được thư mục dữ liệu", "The data folder is unusable")
    detail = Text(
        "Không đọc hoặc ghi được thư mục dữ liệu (KHOP_DATA_DIR).",
        "The data folder (KHOP_DATA_DIR) can't be read or written.",
    )


class NotReady(Unavailable):
    """Something that answers depend on is missing."""

    code = "not_ready"
    title = Text("Dịch vụ chưa sẵn sàng", "The service isn't ready")
    detail = Text("Chưa sẵn sàng: {failing}.", "Not ready: {failing}.")


class CursorInvalid(Invalid):
    """A place in a list that no answer of this service gave."""

    code = "cursor.invalid"
    title = Text("Vị trí trang không hợp lệ", "The cursor is invalid")
    detail = Text("Dùng giá trị `next` của câu trả lời trước.", "Use the `next` of the answer before.")


class BackupExists(Conflict):
    """There is something where the backup or the restored data should go."""

    code = "backup.target_exists"
    title = Text("Đích không trống", "The target isn't empty")
    detail = Text(
        "{name} đã có dữ liệu; chọn thư mục khác hoặc dọn trước.",
        "{name} holds data already; choose another folder or clear it first.",
    )


class BackupDamaged(Invalid):
    """A backup that isn't whole."""

    code = "backup.damaged"
    title = Text("Bản sao lưu bị hỏng", "The backup is damaged")
    detail = Text(
        "Tệp {name} của bản sao lưu thiếu hoặc đã bị thay đổi.",
        "The backup's file {name} is missing or was changed.",
    )


class BackupNeedsTools(Invalid):
    """A database that has its own tools for backups."""

    code = "backup.own_tools"
    title = Text("Dùng công cụ của PostgreSQL", "Use PostgreSQL's own tools")
    detail = Text(
        "Không chạy được {tool}; cài công cụ của PostgreSQL hoặc dùng --no-database.",
        "{tool} can't be run; install PostgreSQL's tools or use --no-database.",
    )


class BackupToolFailed(Unavailable):
    """PostgreSQL's tool ran and refused."""

    code = "backup.tool_failed"
    title = Text("Công cụ của PostgreSQL báo lỗi", "PostgreSQL's tool failed")
    detail = Text("{tool} báo lỗi: {said}", "{tool} failed: {said}")
