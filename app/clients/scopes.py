"""What a client may be allowed to do: one word each, with what it opens."""

from __future__ import annotations

from typing import Final

from app.errors import Text

SCOPES: Final[dict[str, Text]] = {
    "match": Text(
        "Đối chiếu bản ghi; chỉ thấy những gì đã gửi.",
        "Match and clean records; sees only what it sent.",
    ),
    "match:disclose": Text(
        "Xem giá trị của cơ sở dữ liệu dân cư: số định danh, đề xuất, giải thích.",
        "See what the register holds: numbers, proposed values, explanations.",
    ),
    "jobs": Text("Tạo và tải kết quả công việc hàng loạt.", "Create bulk jobs and fetch their results."),
    "audits": Text("Lập và đọc các cuộc kiểm tra đối chiếu.", "Make and read cross-check audits."),
    "reviews": Text("Rà soát thủ công, ghi ý kiến.", "Review by hand, record judgements."),
    "reviews:approve": Text("Phê duyệt ý kiến rà soát.", "Approve what reviewers judged."),
    "register:write": Text("Nhập và cập nhật dữ liệu dân cư.", "Import and update the register."),
    "admin": Text("Quản lý khách hàng, khóa và mô hình.", "Manage clients, keys and models."),
    "access-log": Text("Đọc nhật ký truy cập.", "Read the access log."),
    "metrics": Text("Đọc số đo vận hành.", "Read the figures of operation."),
}

# Calls that are about people say why: the purpose goes into the access log (DOMAIN 6).
ABOUT_PEOPLE: Final = frozenset(
    {"match", "match:disclose", "jobs", "audits", "reviews", "reviews:approve", "register:write"}
)
