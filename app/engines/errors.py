"""Runs that can't go on: one class per reason."""

from __future__ import annotations

from app.errors import Conflict, Text, Unavailable


class PlanUnreadable(Conflict):
    """The plan of a run is missing, or of another form."""

    code = "run.plan_unreadable"
    title = Text("Không đọc được kế hoạch của lượt chạy", "The plan of the run can't be read")
    detail = Text(
        "Kế hoạch (plan.json) của lượt chạy thiếu hoặc thuộc phiên bản khác ({reason}). Hãy tạo lượt chạy mới.",
        "The plan (plan.json) of the run is missing or of another version ({reason}). Start a new run.",
    )


class CodeChanged(Conflict):
    """The run was begun by another version of the program, whose results may differ."""

    code = "run.code_changed"
    title = Text("Chương trình đã đổi phiên bản", "The program has changed")
    detail = Text(
        "Lượt chạy bắt đầu với chương trình {planned}, chương trình hiện tại là {found}. Hãy tạo lượt chạy mới.",
        "The run was begun by the program {planned}, this one is {found}. Start a new run.",
    )


class RegisterChanged(Conflict):
    """The register version of the plan is not the one that is found under its number."""

    code = "run.register_changed"
    title = Text("Dữ liệu dân cư không còn như trước", "The register is not the same")
    detail = Text(
        "Lượt chạy dùng phiên bản dân cư {planned}, nay là {found}. Hãy tạo lượt chạy mới.",
        "The run uses register version {planned}, found is {found}. Start a new run.",
    )


class InputChanged(Conflict):
    """The input file is not the one that the run was created with."""

    code = "run.input_changed"
    title = Text("Tệp đầu vào đã thay đổi", "The input file has changed")
    detail = Text(
        "Tệp đầu vào thiếu hoặc đã thay đổi từ khi tạo lượt chạy. Hãy tạo lượt chạy mới.",
        "The input file is gone or has changed since the run was created. Start a new run.",
    )


class DecisionsChanged(Conflict):
    """What people had decided, as the run was created with it, is gone or not the same."""

    code = "run.decisions_changed"
    title = Text("Ý kiến rà soát của lượt chạy đã thay đổi", "The decisions of the run have changed")
    detail = Text(
        "Tệp decisions.json của lượt chạy thiếu hoặc đã thay đổi. Hãy tạo lượt chạy mới.",
        "The file decisions.json of the run is missing or has changed. Start a new run.",
    )


class StageNotDone(Unavailable):
    """A stage needs what an earlier one has not written yet, or what was damaged since."""

    code = "run.stage_not_done"
    title = Text("Bước trước chưa xong", "An earlier stage is not done")
    detail = Text(
        "Thiếu hoặc hỏng '{name}' của lượt chạy. Hãy chạy lại bước trước.",
        "'{name}' of the run is missing or damaged. Run the earlier stage again.",
    )
