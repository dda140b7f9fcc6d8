"""`POST /v1/match` past the framework: one thread for all that blocks, one look at the database before the question.

The route in routes.py documents it and answers alike where this layer isn't in front (docs/decisions: what one question
costs).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from app.answer_threads import AnswerThreads
from app.clients import requires
from app.clients.errors import KeyMissing
from app.clients.gate import Claim
from app.matches.answering import answer_one, asking_of, json_only, recorder_of, rendering_of
from app.matches.schemas import MatchRequest, plain_record
from app.matches.store import standing
from app.problems import refusal
from matching.records import RawRecord

METHOD: Final = "POST"
PATH: Final = "/v1/match"
UNREADABLE: Final = 400
_MATCH = requires("match")
_NOTHING: Final = object()  # no body at all


@dataclass(frozen=True, slots=True)
class _Route:
    path: str


_ROUTE: Final = _Route(PATH)


class Direct:
    """An ASGI layer that answers `POST /v1/match` itself and passes on everything else."""

    def __init__(self, app: ASGIApp, *, threads: AnswerThreads) -> None:
        self._app, self._threads = app, threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != METHOD:
            await self._app(scope, receive, send)
            return
        scope["route"] = _ROUTE  # its name in metrics and log lines
        try:
            body = await _body(receive)
            response: Response = await self._threads.run(partial(_answer, Request(scope), body))
        except Exception as error:
            refused = refusal(scope, error)
            if refused is None:
                raise
            response = refused
        await response(scope, receive, send)


async def _body(receive: Receive) -> bytes:
    """The whole body; HTTPException where the client has gone before its end, or a layer in front refuses the rest."""
    parts = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise HTTPException(UNREADABLE)
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _answer(request: Request, body: bytes) -> Response:
    """The answer, or the error that says why there is none; the caller is confirmed before anything is looked at."""
    claim: Claim | None = getattr(request.state, "claim", None)
    if claim is None:  # no gate in front: closed
        raise KeyMissing()
    now = standing(request.app.state.database)
    known = claim.confirmed(number=now.changes)
    json_only(request)
    content = _content(body)
    caller = _MATCH.admitted(known.caller, request)
    raw, explain = _checked(content)
    asking = asking_of(request, recorder_of(request, caller), known.limits)
    question = asking.question(explain=explain, standing=now)
    return answer_one(raw, asking, question, rendering_of(request, caller), request)


def _content(body: bytes) -> Any:
    """The body as JSON, read as the framework reads it for the other routes."""
    if not body:
        return _NOTHING
    try:
        return json.loads(body)
    except json.JSONDecodeError as error:
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body", error.pos)}]) from None
    except (ValueError, RecursionError):  # no UTF-8, numbers or nesting without end
        raise HTTPException(UNREADABLE) from None


def _checked(content: Any) -> tuple[RawRecord, bool]:
    """The record asked about, and whether an explanation is."""
    if content is _NOTHING:
        raise RequestValidationError([{"type": "missing", "loc": ("body",)}])
    plain = plain_record(content)
    if plain is not None:
        return plain, False
    try:
        asked = MatchRequest.model_validate(content, from_attributes=True)
        return asked.record.raw(), asked.explain
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_input=False, include_url=False)) from None
