"""What the room of judgements refuses, with its facts and what to do about it."""

from __future__ import annotations

from app.errors import Conflict, Invalid, NotFound, Text


class StaleJudgement(Conflict):
    """Somebody else judged in between, or what is to be replaced isn't the last word any more."""

    code = "judgement.stale"
    title = Text("Đã có người khác xét", "Somebody else judged in between")
    detail = Text(
        "Trường hợp này đã được xét lại sau khi bạn mở (ý kiến mới nhất: {present}). Hãy tải lại rồi quyết định.",
        "This case was judged again after you opened it (the latest judgement: {present}). Reload it, then decide.",
    )


class JudgementMissing(NotFound):
    """There is no such judgement."""

    code = "judgement.not_found"
    title = Text("Không có ý kiến này", "No such judgement")
    detail = Text("Không có ý kiến số {judgement}.", "There is no judgement {judgement}.")


class NothingToUndo(Conflict):
    """All judgements of the case are undone already."""

    code = "judgement.nothing_to_undo"
    title = Text("Không còn gì để hoàn tác", "There is nothing to undo")
    detail = Text(
        "Mọi ý kiến về trường hợp này đã được hoàn tác.", "All judgements on this case have been undone already."
    )


class JudgementFileInvalid(Invalid):
    """A line of a file of judgements can't be taken; nothing of the file was."""

    code = "judgement.file_invalid"
    title = Text("Tệp ý kiến không hợp lệ", "The file of judgements is invalid")
    detail = Text(
        "Dòng {line}: {reason}. Chưa ghi gì; hãy sửa tệp rồi nhập lại.",
        "Line {line}: {reason}. Nothing was taken; mend the file and import it again.",
    )


class ApprovalMissing(NotFound):
    """There is no such bulk approval."""

    code = "approval.not_found"
    title = Text("Không có phê duyệt này", "No such approval")
    detail = Text("Không có phê duyệt {approval}.", "There is no approval {approval}.")
