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


class ModelActive(Conflict):
    """The active model can't be revoked: something has to decide."""

    code = "model.active"
    title = Text("Mô hình đang được dùng", "The model is the active one")
    detail = Text(
        "Mô hình {version} đang được dùng. Hãy chuyển sang mô hình khác (khop model activate, rollback) rồi thu hồi.",
        "The model {version} is active. Activate another one (khop model activate, rollback), then revoke it.",
    )


class ModelWasRevoked(Conflict):
    """A revoked model never decides again."""

    code = "model.revoked"
    title = Text("Mô hình đã bị thu hồi", "The model was revoked")
    detail = Text(
        "Mô hình {version} đã bị thu hồi, không dùng lại được. Xem danh sách: khop model list",
        "The model {version} was revoked and can't be used again. List the others with: khop model list",
    )
