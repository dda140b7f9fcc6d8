"""Errors on the wire: RFC 9457 problem details in the caller's language, which never echo personal data."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import psycopg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import DatabaseFull, DatabaseUnreachable, Language, ServiceError, Text, ValueUnusable, is_full
from app.headers import header

MEDIA_TYPE = "application/problem+json"
# A database that is gone, locked or broken, as SQLAlchemy says it, and as the drivers do where they are asked directly.
_DATABASE_FAILED: tuple[type[Exception], ...] = (
    OperationalError,
    InterfaceError,
    sqlite3.DatabaseError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)
_VALUE_REFUSED: tuple[type[Exception], ...] = (DataError, psycopg.DataError)
Json = dict[str, Any]
_LANGUAGES_READ = 20
_log = structlog.get_logger(__name__)


class FieldError(BaseModel):
    """What is wrong with one field: a JSON pointer to it, a stable code, and what to do."""

    pointer: str
    code: str
    detail: str


class Problem(BaseModel):
    """A problem detail (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


# What the framework itself refuses, by status.
_STATUS_TEXTS: Mapping[int, tuple[str, Text, Text]] = {
    400: (
        "request.unreadable",
        Text("Không đọc được yêu cầu", "The request can't be read"),
        Text("Nội dung phải là JSON, mã UTF-8.", "The body must be JSON in UTF-8."),
    ),
    404: (
        "not_found",
        Text("Không có địa chỉ này", "There is no such address"),
        Text("Xem danh mục tại /openapi.json.", "See /openapi.json for what there is."),
    ),
    405: (
        "method_not_allowed",
        Text("Phương thức không được hỗ trợ", "The method isn't supported here"),
        Text("Xem danh mục tại /openapi.json.", "See /openapi.json for what there is."),
    ),
    408: (
        "request.too_slow",
        Text("Gửi nội dung quá chậm", "The body came too slowly"),
        Text("Gửi lại; nội dung phải đến đều đặn.", "Send it again; a body must keep coming."),
    ),
    413: (
        "request.too_large",
        Text("Nội dung quá lớn", "The body is too large"),
        Text(
            "Chia nhỏ yêu cầu, hoặc gửi tệp qua công việc hàng loạt.",
            "Split the request, or hand the file in as a bulk job.",
        ),
    ),
}

# What the schema refuses, by pydantic's type of error; anything else is told as "invalid".
_FIELD_TEXTS: Mapping[str, Text] = {
    "missing": Text("Thiếu trường bắt buộc.", "A required field is missing."),
    "extra_forbidden": Text(
        "Có trường không được biết; xem tên trường trong /openapi.json.",
        "There is an unknown field; see /openapi.json for the names.",
    ),
    "string_too_long": Text("Văn bản quá dài.", "The text is too long."),
    "string_unicode": Text(
        "Có ký tự không được phép (NUL hoặc nửa ký tự).",
        "There is a character that isn't allowed (NUL or half of one).",
    ),
    "string_type": Text("Phải là văn bản hoặc số.", "It must be text or a number."),
    "bool_type": Text("Phải là true hoặc false.", "It must be true or false."),
    "bool_parsing": Text("Phải là true hoặc false.", "It must be true or false."),
    "too_long": Text("Quá nhiều phần tử.", "There are too many items."),
    "too_short": Text("Cần ít nhất một phần tử.", "At least one item is needed."),
    "list_type": Text("Phải là một danh sách.", "It must be a list."),
    "model_type": Text("Phải là một đối tượng JSON.", "It must be a JSON object."),
    "model_attributes_type": Text("Phải là một đối tượng JSON.", "It must be a JSON object."),
    "dict_type": Text("Phải là một đối tượng JSON.", "It must be a JSON object."),
    "literal_error": Text("Không phải giá trị được phép.", "It isn't one of the allowed values."),
    "value_error": Text(
        "Có ký tự không được phép (NUL hoặc nửa ký tự).",
        "There is a character that isn't allowed (NUL or half of one).",
    ),
    "json_invalid": Text("Không phải JSON đúng cú pháp.", "It isn't well-formed JSON."),
}
_INVALID = Text("Giá trị không hợp lệ.", "The value is invalid.")
_TITLE = Text("Yêu cầu không hợp lệ", "The request is invalid")
_DETAIL = Text("Sửa các trường nêu trong errors rồi gửi lại.", "Mend the fields named in errors and send it again.")


def language_of(request: Request) -> Language:
    """The language that the caller likes best of Vietnamese and English; the service's own where it names neither."""
    default: Language = request.app.state.settings.language
    accepted = header(request.scope, b"accept-language")
    if not accepted:
        return default
    liked = {"vi": 0.0, "en": 0.0}
    for part in accepted.lower().split(",")[:_LANGUAGES_READ]:
        tag, _, quality = part.partition(";")
        name = tag.strip()[:2]
        if name in liked:
            liked[name] = max(liked[name], _quality(quality))
    if liked["vi"] == liked["en"]:
        return default
    return "vi" if liked["vi"] > liked["en"] else "en"


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def problem_of(error: ServiceError, language: Language) -> Json:
    """The problem detail of one of the service's own errors."""
    return Problem(
        type=error.problem_type,
        title=error.title.told(language),
        status=error.status,
        detail=error.explained(language),
    ).model_dump()


def validation_problem(errors: Iterable[Any], language: Language) -> Json:
    """The problem detail of what a schema refused; names of unknown fields aren't repeated, they may be data."""
    told = []
    for error in errors:
        kind = str(error["type"])
        where = error["loc"][:-1] if kind in ("extra_forbidden", "json_invalid") else error["loc"]
        # Unions add the name of the branch that was tried: only what a caller wrote stays.
        steps = [
            str(step) for step in where if step != "body" and not str(step).startswith(("function-", "constrained-"))
        ]
        told.append(
            FieldError(
                pointer="".join(f"/{step}" for step in steps),
                code=kind,
                detail=_FIELD_TEXTS.get(kind, _INVALID).told(language),
            )
        )
    return Problem(
        type="urn:khop:problem:invalid",
        title=_TITLE.told(language),
        status=422,
        detail=_DETAIL.told(language),
        errors=told,
    ).model_dump()


def problem_responses(*statuses: int) -> dict[int | str, Json]:
    """How these statuses are described in the OpenAPI document."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Turn every error of a request into a problem detail."""

    async def foreseen(request: Request, error: Exception) -> JSONResponse:
        response = refusal(request.scope, error)
        if response is None:
            raise error
        return response

    for kind in (ServiceError, RequestValidationError, HTTPException, *_DATABASE_FAILED, *_VALUE_REFUSED):
        app.add_exception_handler(kind, foreseen)
    app.add_middleware(UnforeseenErrors)


class UnforeseenErrors:
    """The outermost layer: an error that nobody foresaw becomes a 500, and only its kind and place are logged.

    Its text may hold what the caller sent. The framework's own layer would hand it on to the server, which logs it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            _log.error("request.failed", kind=type(error).__name__, place=_place(error))
            if not started:
                response = _response(problem_of(ServiceError(), language_of(Request(scope))))
                await response(scope, receive, send)


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def refusal(scope: Scope, error: Exception) -> JSONResponse | None:
    """The answer to an error that is foreseen, be it of a route or of a layer in front; None for any other."""
    language = language_of(Request(scope))
    if isinstance(error, ServiceError):
        return _response(problem_of(error, language), error.headers)
    if isinstance(error, RequestValidationError):
        return _response(validation_problem(error.errors(), language))
    if isinstance(error, HTTPException):
        return _response(_status_problem(error.status_code, language), error.headers)
    if isinstance(error, _DATABASE_FAILED):
        return _response(problem_of(_database_failed(error), language))
    if isinstance(error, _VALUE_REFUSED):
        _log.warning("database.value_refused", kind=type(error).__name__)
        return _response(problem_of(ValueUnusable(), language))
    return None


def _database_failed(error: Exception) -> ServiceError:
    """What a failure of the database is told as: a disk that is full is mended elsewhere than a server that is gone."""
    full = is_full(error)
    _log.warning("database.failed", kind=type(error).__name__, full=full)
    return DatabaseFull() if full else DatabaseUnreachable(reason=type(error).__name__)


def too_large(scope: Scope) -> JSONResponse:
    """The answer to a body that is announced as too large."""
    return _response(_status_problem(413, language_of(Request(scope))))


def _status_problem(status: int, language: Language) -> Json:
    phrase = HTTPStatus(status).phrase
    code, title, detail = _STATUS_TEXTS.get(status, (f"http.{status}", Text(phrase, phrase), Text(phrase, phrase)))
    return Problem(
        type=f"urn:khop:problem:{code}", title=title.told(language), status=status, detail=detail.told(language)
    ).model_dump()


def _response(problem: Json, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse(problem, problem["status"], dict(headers or {}), media_type=MEDIA_TYPE)
