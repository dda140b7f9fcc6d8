"""What the access log refuses, and when it can't be written."""

from __future__ import annotations

from app.errors import Text, Unavailable


class AccessLogUnavailable(Unavailable):
    """An entry can't be made durable: without it no answer leaves."""

    code = "access_log.unavailable"
    title = Text("Không ghi được nhật ký truy cập", "The access log can't be written")
    detail = Text(
        "Không ghi được nhật ký truy cập ({reason}); không trả lời khi chưa ghi. "
        "Kiểm tra đĩa và quyền ghi của thư mục.",
        "The access log can't be written ({reason}); nothing is answered without it. Check the disk and the folder's "
        "permissions.",
    )


class AccessLogKeyUnusable(Unavailable):
    """The key of the access log is there but is no key."""

    code = "access_log.key_unusable"
    title = Text("Khóa của nhật ký truy cập không dùng được", "The key of the access log is unusable")
    detail = Text(
        "Tệp access-log.key phải có đúng 32 byte. Khôi phục tệp từ bản sao lưu.",
        "The file access-log.key must hold exactly 32 bytes. Restore it from the backup.",
    )


class HeadsUnreadable(Unavailable):
    """A file of exported heads that isn't one."""

    status = 422
    code = "access_log.heads_unreadable"
    title = Text("Tệp đầu chuỗi không đọc được", "The file of heads can't be read")
    detail = Text(
        "Tệp không phải là kết quả của `khop log heads`.",
        "The file isn't what `khop log heads` writes.",
    )
