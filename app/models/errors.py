"""What the room of linkage models refuses, with its facts and what to do about it."""

from __future__ import annotations

from app.errors import Conflict, Invalid, NotFound, Text


class ModelInvalid(Invalid):
    """The document is no model that may decide about people."""

    code = "model.invalid"
    title = Text("Mô hình không dùng được", "The model can't be used")
    detail = Text(
        "Mô hình không dùng được, mô hình đang dùng giữ nguyên. Lý do: {reasons}",
        "The model can't be used, the active one stays. Reasons: {reasons}",
    )


class ModelMissing(NotFound):
    """There is no such version."""

    code = "model.not_found"
    title = Text("Không có mô hình này", "No such model")
    detail = Text(
        "Không có mô hình {version}. Xem danh sách: khop model list",
        "There is no model {version}. List them with: khop model list",
    )


class NoEarlierModel(Conflict):
    """There is no earlier model to go back to."""

    code = "model.no_previous"
    title = Text("Không có mô hình trước", "There is no previous model")
    detail = Text(
        "Đang dùng mô hình kèm theo chương trình; không có mô hình trước để quay lại.",
        "The model that ships with the program is active; there is no previous one to go back to.",
    )
