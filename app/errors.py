"""The errors of the service: nouns with their facts and their HTTP status; never with personal data.

Every error says in two languages what is wrong and what to do. The HTTP part turns it into an RFC 9457 problem detail,
the command line prints it; both read `title`, `detail`, `facts`.
"""

from __future__ import annotations

import errno
from typing import Any, ClassVar, Final, Literal, NamedTuple

from matching.errors import KhopError

Language = Literal["vi", "en"]
Fact = str | int | float | bool | None


class Text(NamedTuple):
    """One sentence in both languages; names in braces are facts."""

    vi: str
    en: str

    def told(self, language: Language, facts: dict[str, Fact] | None = None) -> str:
        """The sentence in one language with its facts filled in."""
        return (self.vi if language == "vi" else self.en).format_map(facts or {})


class ServiceError(KhopError):
    """What the service refuses: `code` is stable, `facts` hold no personal data."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[Text] = Text("Lỗi của hệ thống", "The service failed")
    detail: ClassVar[Text] = Text("Lỗi không lường trước; xem nhật ký.", "An unforeseen failure; see the log.")

    def __init__(self, **facts: Fact) -> None:
        self.facts = facts
        super().__init__(self.detail.told("en", facts))

    @property
    def problem_type(self) -> str:
        """The stable `type` of the problem detail (RFC 9457, 3.1.1)."""
        return f"urn:khop:problem:{self.code}"

    @property
    def headers(self) -> dict[str, str]:
        """What the answer over HTTP says beside the problem."""
        return {}

    def explained(self, language: Language) -> str:
        """What is wrong and what to do, in one language."""
        return self.detail.told(language, self.facts)


class Invalid(ServiceError):
    """The request can't be understood or breaks a rule."""

    status = 422
    code = "invalid"


class NotFound(ServiceError):
    """What was asked for does not exist."""

    status = 404
    code = "not_found"


class Conflict(ServiceError):
    """The request can't be met in the present state."""

    status = 409
    code = "conflict"


class Unavailable(ServiceError):
    """The service can't answer yet: something has to be set up first."""

    status = 503
    code = "unavailable"


class DatabaseUrlInvalid(Invalid):
    """The database address is of no kind that the service supports."""

    code = "database.url_invalid"
    title = Text("Địa chỉ cơ sở dữ liệu không hợp lệ", "The database address is invalid")
    detail = Text(
        "KHOP_DATABASE_URL phải bắt đầu bằng sqlite:/// hoặc postgresql:// (đang là {scheme}).",
        "KHOP_DATABASE_URL must start with sqlite:/// or postgresql:// (it is {scheme}).",
    )


class DatabaseUnreachable(Unavailable):
    """The database does not answer."""

    code = "database.unreachable"
    title = Text("Không kết nối được cơ sở dữ liệu", "The database can't be reached")
    detail = Text(
        "Không kết nối được cơ sở dữ liệu ({reason}). Kiểm tra KHOP_DATABASE_URL và máy chủ cơ sở dữ liệu.",
        "The database can't be reached ({reason}). Check KHOP_DATABASE_URL and the database server.",
    )


class ValueUnusable(Invalid):
    """The database can't take a value of the request: in an address nothing else looks at it before."""

    code = "request.value_unusable"
    title = Text("Giá trị không dùng được", "A value can't be used")
    detail = Text(
        "Yêu cầu có giá trị mà cơ sở dữ liệu không nhận: ký tự NUL, văn bản quá dài hoặc số quá lớn.",
        "The request has a value that no database takes: a NUL character, a text too long, or a number too large.",
    )


class DatabaseFull(Unavailable):
    """The database can't write, or not even open its files: no space is left for them."""

    code = "database.full"
    title = Text("Hết chỗ trên đĩa", "The disk is full")
    detail = Text(
        "Không còn chỗ trên đĩa của cơ sở dữ liệu. Giải phóng chỗ trống; dịch vụ tự tiếp tục.",
        "No space is left where the database is. Free some; the service goes on by itself.",
    )


class SchemaOutdated(Unavailable):
    """The database was set up by another version of the service, or not at all."""

    code = "database.schema_outdated"
    title = Text("Cơ sở dữ liệu chưa được nâng cấp", "The database has to be upgraded")
    detail = Text(
        "Cơ sở dữ liệu ở phiên bản {found}, chương trình cần {needed}. Hãy chạy: khop db upgrade",
        "The database is at revision {found}, the program needs {needed}. Run: khop db upgrade",
    )


_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# SQLite says SQLITE_FULL (13), or an error of writing (778, 1034) for a quota; SQLITE_IOERR_SHMSIZE (4874) where its
# shared memory has no room, and nothing can be read either. PostgreSQL says 53100.
_SQLITE_FULL: Final = (13, 778, 1034, 4874)


def is_full(error: BaseException) -> bool:
    """Whether an error says that a disk or a quota is full, whoever says it."""
    cause: Any = getattr(error, "orig", None) or error
    if isinstance(cause, OSError) and (cause.errno in _FULL or "No space left on device" in str(cause)):
        return True
    return getattr(cause, "sqlite_errorcode", None) in _SQLITE_FULL or getattr(cause, "sqlstate", None) == "53100"
