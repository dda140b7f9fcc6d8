"""`POST /v1/match`, `POST /v1/match/batch`, `POST /v1/normalise`."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError

from app.clients import Caller, requires
from app.matches.errors import EmptyRecord, NotJson
from app.matches.recorded import Recorder
from app.matches.rendering import Json, Rendering, stamp
from app.matches.schemas import (
    BatchAnswer,
    BatchRequest,
    LandRecord,
    MatchAnswer,
    MatchRequest,
    NormaliseAnswer,
    NormaliseRequest,
)
from app.matches.service import Matcher
from app.problems import language_of, problem_of, problem_responses, validation_problem
from matching.normalise import normalise
from matching.records import RawRecord


async def _json_only(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise NotJson()


Known = Annotated[Caller, Depends(requires("match"))]

router = APIRouter(
    prefix="/v1",
    tags=["match"],
    responses=problem_responses(400, 401, 403, 408, 413, 415, 422, 429, 500, 503),
    dependencies=[Depends(_json_only)],
)


async def _matcher(request: Request) -> Matcher:
    matcher: Matcher = request.app.state.matcher
    return matcher


async def _rendering(request: Request, _caller: Known) -> Rendering:
    return Rendering(language_of(request), request.app.state.reference)


async def _recorder(request: Request, caller: Known) -> Recorder:
    state = request.app.state
    return Recorder(state.access_log, state.metrics, caller, request.state.request_id)


Asked = Annotated[Matcher, Depends(_matcher)]
Kept = Annotated[Recorder, Depends(_recorder)]
Told = Annotated[Rendering, Depends(_rendering)]


@router.post("/match", response_model=MatchAnswer, summary="Đối chiếu một bản ghi / match one land record")
def match_one(asked: MatchRequest, matcher: Asked, told: Told, kept: Kept) -> Response:
    """Which person of the register is each land user of this record, and how sure is that?

    `verdict` is **full** (one person; number, name and birth date agree), **partial** (one person, with findings that
    say what to repair and who acts), or **none** (nobody, or nobody certain). The record's verdict is the weakest of
    its land users in scope. With `explain`, each comparison's level, weight in bits and sentence is added.

    A verdict is a preliminary match; it doesn't replace the answer of the authority that keeps the register.
    """
    raw = asked.record.raw()
    question = matcher.question(explain=asked.explain)
    (answer,) = matcher.answers([raw], question)
    kept.answered("match.answered", [answer])
    return _json(told.record(answer) | {"stamp": stamp(question.stamp)})


@router.post("/match/batch", response_model=BatchAnswer, summary="Đối chiếu nhiều bản ghi / match up to 1,000 records")
def match_batch(asked: BatchRequest, matcher: Asked, told: Told, kept: Kept) -> Response:
    """The same as `POST /v1/match` for up to 1,000 records; each has its own status, in the order given."""
    question = matcher.question(explain=asked.explain)
    items: list[Json] = []
    raws: list[RawRecord] = []
    for index, record in enumerate(asked.records):
        raw, problem = _read(record, told)
        items.append({"index": index, "status": 200 if problem is None else problem["status"], "error": problem})
        if raw is not None:
            raws.append(raw)
    answers = matcher.answers(raws, question)
    kept.answered("match.batch_answered", answers)
    rest = iter(answers)
    for item in items:
        item["answer"] = told.record(next(rest)) if item["error"] is None else None
    return _json({"results": items, "stamp": stamp(question.stamp)})


@router.post("/normalise", response_model=NormaliseAnswer, summary="Chuẩn hóa một bản ghi / clean one land record")
def normalise_one(asked: NormaliseRequest, request: Request, told: Told, kept: Kept) -> Response:
    """The clean form of a land record, with a flag and the rule behind it for every change; nobody is looked up."""
    clean = normalise(asked.record.raw(), as_of=request.app.state.today())
    kept.cleaned("normalise.answered")
    return _json(told.clean(clean))


def _read(record: Any, told: Rendering) -> tuple[RawRecord | None, Json | None]:
    """The raw record of one item of a batch, or what is wrong with it."""
    try:
        return LandRecord.model_validate(record).raw(), None
    except ValidationError as error:
        return None, validation_problem(error.errors(include_input=False, include_url=False), told.language)
    except EmptyRecord as error:
        return None, problem_of(error, told.language)


def _json(content: Json) -> Response:
    # The answer was built for the contract: validating it again would double the time of a request.
    return Response(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"), media_type="application/json")
