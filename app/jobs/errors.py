"""What the room of jobs refuses, and why a job can't go on; each with what to do about it."""

from __future__ import annotations

from typing import Final

from app.engines import errors as engine_errors
from app.errors import Conflict, Invalid, NotFound, ServiceError, Text, Unavailable
from app.files import errors as file_errors


class JobMissing(NotFound):
    """There is no such job."""

    code = "job.not_found"
    title = Text("Không có công việc này", "No such job")
    detail = Text(
        "Không có công việc này, hoặc đã bị xóa. Xem danh sách: GET /v1/jobs hoặc khop job list",
        "There is no such job, or it was deleted. List them with GET /v1/jobs or khop job list",
    )


class JobNotDone(Conflict):
    """There are no results before the job is done."""

    code = "job.not_done"
    title = Text("Công việc chưa xong", "The job is not done")
    detail = Text(
        "Công việc đang ở trạng thái {state}; kết quả có khi trạng thái là done.",
        "The job's state is {state}; there are results once it is done.",
    )


class WrongState(Conflict):
    """What was asked for can't be done in the job's present state."""

    code = "job.wrong_state"
    title = Text("Không làm được ở trạng thái này", "Not possible in this state")
    detail = Text(
        "Công việc đang ở trạng thái {state}; chỉ làm được khi là một trong: {allowed}.",
        "The job's state is {state}; this is possible in: {allowed}.",
    )


class KeyReused(Invalid):
    """The idempotency key was used for another request."""

    code = "job.idempotency_key_reused"
    title = Text("Idempotency-Key đã dùng cho yêu cầu khác", "The Idempotency-Key was used for another request")
    detail = Text(
        "Khóa này đã tạo một công việc với tệp hoặc tùy chọn khác. Dùng khóa mới cho công việc mới.",
        "This key has created a job from another file or with other options. Use a new key for a new job.",
    )


class KeyInvalid(Invalid):
    """The idempotency key can't be kept."""

    code = "job.idempotency_key_invalid"
    title = Text("Idempotency-Key không hợp lệ", "The Idempotency-Key is invalid")
    detail = Text(
        "Idempotency-Key phải có từ 1 đến {limit} ký tự ASCII in được.",
        "An Idempotency-Key has 1 to {limit} printable ASCII characters.",
    )


class RequestUnreadable(Invalid):
    """The body is neither a form with a file nor JSON that names one."""

    status = 415
    code = "job.request_unreadable"
    title = Text("Không đọc được yêu cầu", "The request can't be read")
    detail = Text(
        "Gửi tệp bằng multipart/form-data (trường file), hoặc JSON với inbox_file.",
        "Send the file as multipart/form-data (field file), or JSON with inbox_file.",
    )


class FormBroken(Invalid):
    """The form ends in the middle, or breaks the rules of its format."""

    status = 400
    code = "job.form_broken"
    title = Text("Biểu mẫu bị cắt ngang hoặc sai", "The form is cut off or malformed")
    detail = Text(
        "Nội dung multipart/form-data bị cắt ngang hoặc sai quy cách. Hãy gửi lại.",
        "The multipart/form-data body is cut off or malformed. Send it again.",
    )


class FileExpected(Invalid):
    """The request holds no file, or more than one."""

    code = "job.file_expected"
    title = Text("Cần đúng một tệp", "Exactly one file is needed")
    detail = Text(
        "Yêu cầu phải có đúng một tệp trong trường file.",
        "The request must hold exactly one file, in the field file.",
    )


class OptionInvalid(Invalid):
    """An option of the request can't be understood."""

    code = "job.option_invalid"
    title = Text("Tùy chọn không hợp lệ", "An option is invalid")
    detail = Text("Tùy chọn {option} không hợp lệ: {reason}.", "The option {option} is invalid: {reason}.")


class UploadTooLarge(Invalid):
    """The file is larger than the service takes."""

    status = 413
    code = "job.upload_too_large"
    title = Text("Tệp quá lớn", "The file is too large")
    detail = Text(
        "Tệp lớn hơn {limit} byte (KHOP_UPLOAD_LIMIT_MB). Hãy chia nhỏ, nén thành Parquet, hoặc dùng thư mục nhận.",
        "The file has more than {limit} bytes (KHOP_UPLOAD_LIMIT_MB). Split it, send Parquet, or use the inbox folder.",
    )


class InboxClosed(NotFound):
    """No inbox folder is configured."""

    code = "job.inbox_closed"
    title = Text("Chưa mở thư mục nhận", "There is no inbox folder")
    detail = Text(
        "Chưa cấu hình thư mục nhận (KHOP_INBOX_DIR). Hãy gửi tệp trong yêu cầu.",
        "No inbox folder is configured (KHOP_INBOX_DIR). Send the file in the request.",
    )


class InboxFileMissing(NotFound):
    """The inbox holds no file of that name."""

    code = "job.inbox_file_missing"
    title = Text("Không có tệp này trong thư mục nhận", "The inbox holds no such file")
    detail = Text(
        "Thư mục nhận không có tệp đó. Chỉ nêu tên tệp, không kèm đường dẫn.",
        "The inbox holds no such file. Give a bare file name, without folders.",
    )


class DiskFull(Unavailable):
    """There is no space left where files are kept."""

    status = 507
    code = "job.disk_full"
    title = Text("Hết dung lượng đĩa", "The disk is full")
    detail = Text(
        "Không còn chỗ trong KHOP_DATA_DIR hoặc cơ sở dữ liệu. Giải phóng chỗ: việc tự chạy tiếp trong một phút, "
        "hoặc ngay: khop job resume",
        "No space is left in KHOP_DATA_DIR or the database. Free some: the job goes on by itself within a minute, "
        "or at once with: khop job resume",
    )


class NoWorker(Unavailable):
    """No worker of the job's program version is there."""

    code = "job.no_worker"
    title = Text("Chưa có tiến trình xử lý phù hợp", "No fitting worker is there")
    detail = Text(
        "Đang chờ tiến trình xử lý của phiên bản {code}. Hãy chạy: khop worker (đúng phiên bản đó).",
        "Waiting for a worker of version {code}. Run: khop worker (of that version).",
    )


class PartFailed(ServiceError):
    """A part of the job failed again and again in a way that nobody foresaw."""

    code = "job.part_failed"
    title = Text("Một phần của công việc không chạy được", "A part of the job fails")
    detail = Text(
        "Bước {stage} phần {part} lỗi {attempts} lần ({kind}); xem nhật ký. Sau khi sửa: khop job resume",
        "Stage {stage} part {part} failed {attempts} times ({kind}); see the log. When mended: khop job resume",
    )


class ModelRevoked(Conflict):
    """The job's model was revoked."""

    code = "job.model_revoked"
    title = Text("Mô hình đã bị thu hồi", "The model was revoked")
    detail = Text(
        "Mô hình {model} đã bị thu hồi; công việc dừng. Hãy tạo công việc mới với mô hình đang dùng.",
        "The model {model} was revoked; the job has stopped. Create a new job with the active model.",
    )


class CursorInvalid(Invalid):
    """The cursor is none that a page has given."""

    code = "job.cursor_invalid"
    title = Text("Con trỏ trang không hợp lệ", "The cursor is invalid")
    detail = Text(
        "cursor phải là giá trị next của trang trước, với cùng bộ lọc.",
        "cursor must be the `next` of the page before, under the same filters.",
    )


def _classes(*modules: object) -> dict[str, type[ServiceError]]:
    found = [each for module in modules for each in vars(module).values()]
    return {each.code: each for each in found if isinstance(each, type) and issubclass(each, ServiceError)}


_REASONS: Final = _classes(engine_errors, file_errors) | {
    each.code: each for each in (DiskFull, NoWorker, PartFailed, ModelRevoked)
}


def reason_of(code: str, facts: dict[str, str | int | float | bool | None]) -> ServiceError:
    """The error that was noted as the reason why a job does not go on."""
    error = ServiceError.__new__(_REASONS.get(code, ServiceError))
    ServiceError.__init__(error, **facts)
    return error
