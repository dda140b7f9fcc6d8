"""What is refused to clients, and what their keeper can't do."""

from __future__ import annotations

from app.errors import Conflict, Invalid, NotFound, ServiceError, Text


class Unauthorised(ServiceError):
    """Nobody is known by what the request shows."""

    status = 401
    title = Text("Chưa xác thực", "Not authenticated")

    @property
    def headers(self) -> dict[str, str]:
        """How to authenticate (RFC 6750, 3)."""
        return {"WWW-Authenticate": 'Bearer realm="khop"'}


class KeyMissing(Unauthorised):
    """A request without a key."""

    code = "auth.missing"
    detail = Text(
        "Gửi khóa trong tiêu đề Authorization: Bearer KHÓA. Khóa được tạo bằng: khop client create",
        "Send the key as Authorization: Bearer KEY. Keys are made by: khop client create",
    )


class KeyInvalid(Unauthorised):
    """A key or token that isn't valid, for whatever reason: which one is nobody's business."""

    code = "auth.invalid"
    detail = Text(
        "Khóa không đúng, đã hết hạn hoặc đã bị thu hồi.",
        "The key is wrong, has expired or was revoked.",
    )

    @property
    def headers(self) -> dict[str, str]:
        """As of any such refusal, and that the key was no good."""
        return {"WWW-Authenticate": 'Bearer realm="khop", error="invalid_token"'}


class ScopeMissing(ServiceError):
    """The client isn't allowed to do this."""

    status = 403
    code = "auth.scope_missing"
    title = Text("Không có quyền", "Not allowed")
    detail = Text(
        "Khóa này không có quyền {scope}. Quyền được cấp bằng: khop client create --scope {scope}",
        "This key doesn't have the scope {scope}. Scopes are granted by: khop client create --scope {scope}",
    )

    @property
    def headers(self) -> dict[str, str]:
        """Which scope is missing (RFC 6750, 3.1)."""
        return {"WWW-Authenticate": f'Bearer realm="khop", error="insufficient_scope", scope="{self.facts["scope"]}"'}


class PurposeMissing(Invalid):
    """A question about people without its purpose."""

    status = 400
    code = "purpose.missing"
    title = Text("Thiếu mục đích", "The purpose is missing")
    detail = Text(
        "Nêu mục đích tra cứu trong tiêu đề {header}; mục đích được ghi vào nhật ký truy cập.",
        "State the purpose of the question in the header {header}; it goes into the access log.",
    )


class PurposeInvalid(Invalid):
    """A purpose that is too short, too long, or might hold somebody's data."""

    status = 400
    code = "purpose.invalid"
    title = Text("Mục đích không hợp lệ", "The purpose is invalid")
    detail = Text(
        "X-Purpose gồm {shortest} đến {longest} chữ cái, chữ số, dấu cách và dấu câu thường; "
        "không được chứa số giấy tờ (từ 7 chữ số liền nhau).",
        "X-Purpose has {shortest} to {longest} letters, digits, spaces and plain punctuation; "
        "it may not hold a number of a paper (7 digits or more in a row).",
    )


class _TooMany(ServiceError):
    """More than a client may ask."""

    status = 429

    @property
    def headers(self) -> dict[str, str]:
        """When to come again, in seconds."""
        return {"Retry-After": str(self.facts["seconds"])}


class RateExceeded(_TooMany):
    """More requests than the client's rate."""

    code = "limit.rate"
    title = Text("Quá nhiều yêu cầu", "Too many requests")
    detail = Text(
        "Vượt quá {rate} yêu cầu mỗi giây. Thử lại sau {seconds} giây.",
        "More than {rate} requests a second. Try again in {seconds} s.",
    )


class TooManyAtOnce(_TooMany):
    """More requests at the same time than the client may have."""

    code = "limit.concurrent"
    title = Text("Quá nhiều yêu cầu cùng lúc", "Too many requests at once")
    detail = Text(
        "Khách hàng này có tối đa {most} yêu cầu cùng lúc. Thử lại sau {seconds} giây.",
        "This client may have {most} requests at once. Try again in {seconds} s.",
    )


class AttemptsExceeded(_TooMany):
    """More different questions about the same name or number than a check needs."""

    code = "limit.attempts"
    title = Text("Quá nhiều lần thử về cùng một người", "Too many attempts about the same person")
    detail = Text(
        "Đã hỏi quá nhiều lần khác nhau về cùng một họ tên hoặc số giấy tờ. Thử lại sau {seconds} giây, "
        "hoặc dùng khóa có quyền match:disclose.",
        "Too many different questions about the same name or number. Try again in {seconds} s, "
        "or use a key with match:disclose.",
    )


class UnknownScope(Invalid):
    """A scope that doesn't exist."""

    code = "client.unknown_scope"
    title = Text("Quyền không tồn tại", "There is no such scope")
    detail = Text("Các quyền: {scopes}.", "The scopes are: {scopes}.")


class ClientNameInvalid(Invalid):
    """A name that isn't one of a system or an office."""

    code = "client.name_invalid"
    title = Text("Tên khách hàng không hợp lệ", "The client's name is invalid")
    detail = Text(
        "Tên gồm 1 đến {longest} chữ cái, chữ số, dấu cách và .,:;/()_-+&'; không chứa số giấy tờ.",
        "A name has 1 to {longest} letters, digits, spaces and .,:;/()_-+&'; no number of a paper.",
    )


class ClientExists(Conflict):
    """A client of this name or subject is there already."""

    code = "client.exists"
    title = Text("Khách hàng đã có", "The client exists")
    detail = Text(
        "Đã có khách hàng này (tên hoặc subject). Khóa mới: khop client rotate",
        "There is such a client already (by name or subject). A new key: khop client rotate",
    )


class ClientMissing(NotFound):
    """There is no such client."""

    code = "client.missing"
    title = Text("Không có khách hàng này", "There is no such client")
    detail = Text("Xem danh sách: khop client list", "See the list: khop client list")


class ClientRevoked(Conflict):
    """The client was revoked and gets no new key."""

    code = "client.revoked"
    title = Text("Khách hàng đã bị thu hồi", "The client was revoked")
    detail = Text(
        "Khách hàng đã bị thu hồi, không được cấp khóa mới. Tạo khách hàng tên khác: khop client create",
        "The client was revoked and gets no new key. Make one of another name: khop client create",
    )


class ClientHasTokens(Conflict):
    """The client is known by the tokens of the OIDC issuer and gets no key beside them."""

    code = "client.has_tokens"
    title = Text("Khách hàng dùng mã của hệ thống đăng nhập", "The client comes with tokens")
    detail = Text(
        "Khách hàng này đăng nhập bằng mã của hệ thống OIDC, không được cấp khóa.",
        "This client authenticates by tokens of the OIDC issuer and gets no key.",
    )


class GrantTooWide(ServiceError):
    """An administrator would hand out more than it has itself."""

    status = 403
    code = "client.grant_too_wide"
    title = Text("Không được cấp quyền này", "This can't be granted")
    detail = Text(
        "Qua HTTP chỉ cấp được những quyền mà chính khóa quản trị có; thiếu: {scopes}. "
        "Quyền khác do người vận hành cấp: khop client create",
        "Over HTTP an administrator grants only scopes of its own; missing: {scopes}. "
        "Others are granted by the operator: khop client create",
    )
