"""What matching refuses."""

from __future__ import annotations

from app.errors import Invalid, Text, Unavailable


class EmptyRecord(Invalid):
    """A record in which nothing could name a person."""

    code = "record.empty"
    title = Text("Bản ghi trống", "The record is empty")
    detail = Text("Bản ghi phải có ít nhất một trong các trường: {fields}.", "A record needs one of: {fields}.")


class NotJson(Invalid):
    """A body that isn't announced as JSON."""

    status = 415
    code = "request.not_json"
    title = Text("Không phải JSON", "The body isn't JSON")
    detail = Text(
        "Gửi nội dung JSON mã UTF-8 với Content-Type: application/json, không nén.",
        "Send JSON in UTF-8 with Content-Type: application/json, not compressed.",
    )


class OutOfTime(Unavailable):
    """A record of a batch that wasn't begun: those before it took all the time of a request."""

    code = "request.out_of_time"
    title = Text("Hết thời gian của yêu cầu", "The request's time is up")
    detail = Text(
        "Các bản ghi trước đã dùng hết {seconds} giây; gửi lại bản ghi này trong yêu cầu khác.",
        "The records before it took {seconds} s; send this one again in another request.",
    )
