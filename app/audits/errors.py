"""What the room of audits refuses, with its facts and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.errors import Conflict, Invalid, NotFound, ServiceError, Text

if TYPE_CHECKING:
    from app.audits.store import Audit


class AuditMissing(NotFound):
    """There is no such audit."""

    code = "audit.not_found"
    title = Text("Không có cuộc kiểm tra này", "No such audit")
    detail = Text(
        "Không có cuộc kiểm tra này, hoặc của đơn vị khác. Xem danh sách: GET /v1/audits hoặc khop audit list",
        "There is no such audit, or it is another client's. List them with GET /v1/audits or khop audit list",
    )


class AuditNotReady(Conflict):
    """The audit has no figures yet, or never will."""

    code = "audit.not_ready"
    title = Text("Cuộc kiểm tra chưa có số liệu", "The audit isn't ready")
    detail = Text(
        "Cuộc kiểm tra đang ở trạng thái {state}; số liệu có khi trạng thái là ready. Xem: GET /v1/audits/… hoặc khop "
        "audit show",
        "The audit's state is {state}; there are figures once it is ready. See GET /v1/audits/… or khop audit show",
    )


class JobOfAuditEnded(Conflict):
    """A job that the audit waits for ended before it was done."""

    code = "audit.job_ended"
    title = Text("Công việc của cuộc kiểm tra không xong", "A job of the audit isn't done")
    detail = Text(
        "Công việc {job} ở trạng thái {state} ({why}). Cho công việc chạy tiếp (khop job resume) thì cuộc kiểm tra đi "
        "tiếp; không thì xóa cuộc kiểm tra.",
        "The job {job} is {state} ({why}). Let it go on (khop job resume), and the audit goes on; else delete the "
        "audit.",
    )


class JobOfAuditGone(Conflict):
    """A job that the audit waits for was deleted."""

    code = "audit.job_gone"
    title = Text("Công việc của cuộc kiểm tra đã bị xóa", "A job of the audit was deleted")
    detail = Text(
        "Công việc bị xóa trước khi có số liệu. Hãy xóa cuộc kiểm tra và lập lại.",
        "A job was deleted before there were figures. Delete the audit and make another one.",
    )


class AuditFailed(ServiceError):
    """The audit could not be frozen and counted."""

    code = "audit.failed"
    title = Text("Không lập được số liệu", "The audit could not be counted")
    detail = Text(
        "Không đóng băng và đếm được sau {attempts} lần ({kind}); xem nhật ký, rồi lập lại từ các công việc đã xong.",
        "It could not be frozen and counted in {attempts} attempts ({kind}); see the log, then make it again of the "
        "finished jobs.",
    )


class FileOrJobs(Invalid):
    """An audit is made over jobs, or over a file for which it starts one."""

    code = "audit.file_or_jobs"
    title = Text("Cần công việc hoặc tệp", "Jobs or a file are needed")
    detail = Text(
        "Nêu các công việc (jobs), hoặc một tệp (file), không phải cả hai.",
        "Name jobs, or a file, not both.",
    )


class RegisterNotActive(Conflict):
    """The register version that was asked for isn't the active one, against which jobs are matched."""

    code = "audit.register_not_active"
    title = Text("Phiên bản CSDL dân cư không đang dùng", "The register version isn't active")
    detail = Text(
        "Đang dùng {active}, không phải {wanted}. Xem: khop register status",
        "The active version is {active}, not {wanted}. See: khop register status",
    )


class AuditOfNothing(Invalid):
    """An audit stands on jobs, each once."""

    code = "audit.jobs_invalid"
    title = Text("Danh sách công việc không hợp lệ", "The list of jobs is invalid")
    detail = Text(
        "Nêu từ 1 đến {most} công việc, mỗi công việc một lần.",
        "Name 1 to {most} jobs, each of them once.",
    )


class JobsDiffer(Invalid):
    """The jobs of an audit were decided by different rules or registers."""

    code = "audit.jobs_differ"
    title = Text("Các công việc không cùng căn cứ", "The jobs don't stand on the same ground")
    detail = Text(
        "Các công việc khác nhau về {field}; số liệu chung sẽ không có nghĩa. Chạy lại với cùng căn cứ.",
        "The jobs differ in {field}; figures over all of them would mean nothing. Run them again on the same ground.",
    )


class AreaUnknown(Invalid):
    """The area is no present-day province or commune."""

    code = "audit.area_unknown"
    title = Text("Không có địa bàn này", "No such area")
    detail = Text(
        "Địa bàn phải là mã tỉnh hoặc mã xã hiện nay (ví dụ 68 hoặc 25084).",
        "The area must be the code of a present-day province or commune (such as 68 or 25084).",
    )


class CommuneUnknown(NotFound):
    """The audit has no work list of that commune."""

    code = "audit.commune_unknown"
    title = Text("Không có xã này trong cuộc kiểm tra", "The audit has no such commune")
    detail = Text(
        "Cuộc kiểm tra không có xã mang mã này; xem danh sách xã trong báo cáo.",
        "The audit has no commune with this code; see the communes in its report.",
    )


class AuditSigned(Conflict):
    """A signed audit doesn't change any more."""

    code = "audit.signed"
    title = Text("Cuộc kiểm tra đã được ký", "The audit is signed")
    detail = Text(
        "Báo cáo đã ký ngày {day}, không thay đổi được nữa. Hãy lập cuộc kiểm tra mới.",
        "The report was signed on {day} and can't change any more. Make a new audit.",
    )


class FiguresChanged(Conflict):
    """What an audit stands on changed since it was made, so nobody can sign for it."""

    code = "audit.changed"
    title = Text("Căn cứ của cuộc kiểm tra đã thay đổi", "What the audit stands on has changed")
    detail = Text(
        "Không còn như lúc lập: {changed}. Xem: khop audit verify",
        "No longer as it was when the audit was made: {changed}. See: khop audit verify",
    )


class DefinitionsInvalid(Invalid):
    """The definitions break a rule."""

    code = "audit.definitions_invalid"
    title = Text("Định nghĩa không hợp lệ", "The definitions are invalid")
    detail = Text("Định nghĩa sai ở {where}: {reason}.", "The definitions are wrong at {where}: {reason}.")


class AreasDiffer(Invalid):
    """Only audits of one area can be compared."""

    code = "audit.areas_differ"
    title = Text("Hai cuộc kiểm tra khác địa bàn", "The audits are of different areas")
    detail = Text(
        "Chỉ so sánh được hai cuộc kiểm tra cùng địa bàn ({one}, {other}).",
        "Only audits of the same area can be compared ({one}, {other}).",
    )


class NothingBefore(NotFound):
    """There is no earlier audit of the area."""

    code = "audit.no_previous"
    title = Text("Chưa có cuộc kiểm tra trước", "There is no earlier audit")
    detail = Text(
        "Chưa có cuộc kiểm tra nào trước đó của địa bàn này.", "There is no earlier audit of this area to compare with."
    )


class ExchangeInvalid(Invalid):
    """A file of the exchange with the authority can't be taken."""

    code = "exchange.invalid"
    title = Text("Tệp trao đổi không hợp lệ", "The exchange file is invalid")
    detail = Text("Dòng {row}, cột {column}: {reason}.", "Row {row}, column {column}: {reason}.")


class SignerMissing(Invalid):
    """An audit is a named person's."""

    status = 400
    code = "audit.name_missing"
    title = Text("Thiếu tên người thực hiện", "The person's name is missing")
    detail = Text(
        "Gửi tên người lập hoặc ký trong X-Reviewer (1 đến {most} ký tự, UTF-8 hoặc mã hóa phần trăm).",
        "Send the name of who makes or signs in X-Reviewer (1 to {most} characters, UTF-8 or percent-encoded).",
    )


_REASONS: Final = {each.code: each for each in (AuditFailed,)}


def reason_of(audit: Audit) -> ServiceError | None:
    """The error that was noted as the reason why an audit has no figures."""
    if audit.reason is None:
        return None
    error = ServiceError.__new__(_REASONS.get(audit.reason, ServiceError))
    ServiceError.__init__(error, **audit.facts)
    return error
