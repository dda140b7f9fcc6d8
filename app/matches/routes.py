"""`POST /v1/match`, `POST /v1/match/batch`, `POST /v1/normalise`."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError

from app.clients import Caller, requires
from app.errors import ServiceError
from app.matches.asking import DISCLOSE, Asking, Bounds, says_nobody
from app.matches.asking import Told as Answered
from app.matches.errors import EmptyRecord, NotJson
from app.matches.even_answers import hold_evenly
from app.matches.recorded import Recorder
from app.matches.rendering import Json, Rendering, person_reference, stamp
from app.matches.schemas import (
    BatchAnswer,
    BatchRequest,
    LandRecord,
    MatchAnswer,
    MatchRequest,
    NormaliseAnswer,
    NormaliseRequest,
)
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


async def _rendering(request: Request, caller: Known) -> Rendering:
    reference = person_reference(request.app.state.reference_secret, caller.client_id)
    return Rendering(language_of(request), reference, caller.may(DISCLOSE))


async def _recorder(request: Request, caller: Known) -> Recorder:
    state = request.app.state
    return Recorder(state.access_log, state.metrics, caller, request.state.request_id)


Kept = Annotated[Recorder, Depends(_recorder)]


async def _asking(request: Request, caller: Known, kept: Kept) -> Asking:
    state, own = request.app.state, request.state.limits.attempts
    bounds = Bounds(state.settings.attempts_per_day if own is None else own, state.settings.request_seconds)
    return Asking(state.matcher, kept, caller, state.attempts, bounds)


Asked = Annotated[Asking, Depends(_asking)]
Told = Annotated[Rendering, Depends(_rendering)]


@router.post("/match", response_model=MatchAnswer, summary="Đối chiếu một bản ghi / match one land record")
def match_one(asked: MatchRequest, asking: Asked, told: Told, request: Request) -> Response:
    """Which person of the register is each land user of this record, and how sure is that?

    `verdict` is **full** (one person; number, name and birth date agree), **partial** (one person, with findings that
    say what to repair and who acts), or **none** (nobody, or nobody certain). The record's verdict is the weakest of
    its land users in scope. With `explain`, each comparison's level, weight in bits and sentence is added.

    Without the scope `match:disclose` an answer tells what was sent and the verdict, nothing else: `personal_id` only
    where the record had it, no `proposed`, categories and findings that name a field and not how near it was, `none`
    as U0 whatever its reason, the threshold instead of the probability, explanations without levels.

    A verdict is a preliminary match; it doesn't replace the answer of the authority that keeps the register.
    """
    raw = asked.record.raw()
    question = asking.question(explain=asked.explain)
    (answer,) = _evenly(request, asking, asking.answers("match.answered", [raw], question))
    if isinstance(answer, ServiceError):
        raise answer
    return _json(told.record(answer) | {"stamp": stamp(question.stamp)})


@router.post("/match/batch", response_model=BatchAnswer, summary="Đối chiếu nhiều bản ghi / match up to 1,000 records")
def match_batch(asked: BatchRequest, asking: Asked, told: Told, request: Request) -> Response:
    """The same as `POST /v1/match` for up to 1,000 records; each has its own status, in the order given."""
    question = asking.question(explain=asked.explain)
    items: list[Json] = []
    raws: list[RawRecord] = []
    for index, record in enumerate(asked.records):
        raw, problem = _read(record, told)
        items.append({"index": index, "status": 200 if problem is None else problem["status"], "error": problem})
        if raw is not None:
            raws.append(raw)
    rest = iter(_evenly(request, asking, asking.answers("match.batch_answered", raws, question)))
    for item in items:
        item["answer"] = None
        if item["error"] is None:
            answer = next(rest)
            if isinstance(answer, ServiceError):
                item |= {"status": answer.status, "error": problem_of(answer, told.language)}
            else:
                item["answer"] = told.record(answer)
    return _json({"results": items, "stamp": stamp(question.stamp)})


@router.post("/normalise", response_model=NormaliseAnswer, summary="Chuẩn hóa một bản ghi / clean one land record")
def normalise_one(asked: NormaliseRequest, request: Request, told: Told, kept: Kept) -> Response:
    """The clean form of a land record, with a flag and the rule behind it for every change; nobody is looked up."""
    clean = normalise(asked.record.raw(), as_of=request.app.state.today())
    kept.cleaned("normalise.answered")
    return _json(told.clean(clean))


def _evenly(request: Request, asking: Asking, answers: list[Answered]) -> list[Answered]:
    """The answers; where they say "nobody" to a client that may know no more, they leave at even times."""
    if not asking.discloses and says_nobody(answers):
        hold_evenly(request.state)
    return answers


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
