"""From a caller and a checked body to the answer of `POST /v1/match`: what the route and the direct way share."""

from __future__ import annotations

import json
from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import Response
from pydantic_core import to_json

from app.clients import Caller
from app.clients.store import Limits
from app.errors import ServiceError
from app.headers import header
from app.matches.asking import DISCLOSE, Asking, Bounds, Told, says_nobody
from app.matches.errors import NotJson
from app.matches.even_answers import hold_evenly
from app.matches.recorded import Recorder
from app.matches.rendering import Json, Rendering, person_reference, stamp
from app.problems import language_of
from matching.link import Question
from matching.records import RawRecord


def json_only(request: Request) -> None:
    """A body that isn't announced as JSON isn't read; NotJson."""
    kind = header(request.scope, b"content-type").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise NotJson()


def rendering_of(request: Request, caller: Caller) -> Rendering:
    """How answers are told to this caller."""
    reference = person_reference(request.app.state.reference_secret, caller.client_id)
    return Rendering(language_of(request), reference, caller.may(DISCLOSE))


def recorder_of(request: Request, caller: Caller) -> Recorder:
    """What keeps what this caller is told."""
    state = request.app.state
    return Recorder(state.access_log, state.metrics, caller, request.state.request_id)


def asking_of(request: Request, kept: Recorder, limits: Limits) -> Asking:
    """The questions of the caller whose answers are kept so, within its limits."""
    state, own = request.app.state, limits.attempts
    bounds = Bounds(state.settings.attempts_per_day if own is None else own, state.settings.request_seconds)
    return Asking(state.matcher, kept, kept.caller, state.attempts, bounds)


def answer_one(raw: RawRecord, asking: Asking, question: Question, told: Rendering, request: Request) -> Response:
    """The answer on one record: found, kept in the access log, told."""
    (answer,) = evenly(request, asking, asking.answers("match.answered", [raw], question))
    if isinstance(answer, ServiceError):
        raise answer
    return as_json(told.record(answer) | {"stamp": stamp(question.stamp)})


def evenly(request: Request, asking: Asking, answers: Sequence[Told]) -> Sequence[Told]:
    """The answers; where they say "nobody" to a client that may know no more, they leave at even times."""
    if not asking.discloses and says_nobody(answers):
        hold_evenly(request.state)
    return answers


def as_json(content: Json) -> Response:
    """An answer that was built for the contract: validating it again would double the time of a request."""
    try:
        body = to_json(content)
    except ValueError:  # half a character
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(body, media_type="application/json")
