"""`POST /v1/match`, `POST /v1/match/batch`, `POST /v1/normalise`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError

from app.clients import Caller, requires
from app.errors import ServiceError
from app.matches.answering import answer_one, as_json, asking_of, evenly, json_only, recorder_of, rendering_of
from app.matches.asking import Asking
from app.matches.errors import EmptyRecord
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
from app.problems import problem_of, problem_responses, validation_problem
from matching.normalise import normalise
from matching.records import RawRecord


async def _json_only(request: Request) -> None:
    json_only(request)


Known = Annotated[Caller, Depends(requires("match"))]

router = APIRouter(
    prefix="/v1",
    tags=["match"],
    responses=problem_responses(400, 401, 403, 408, 413, 415, 422, 429, 500, 503),
    dependencies=[Depends(_json_only)],
)


async def _rendering(request: Request, caller: Known) -> Rendering:
    return rendering_of(request, caller)


async def _recorder(request: Request, caller: Known) -> Recorder:
    return recorder_of(request, caller)


Kept = Annotated[Recorder, Depends(_recorder)]


async def _asking(request: Request, kept: Kept) -> Asking:
    return asking_of(request, kept, request.state.limits)


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
    return answer_one(asked.record.raw(), asking, asking.question(explain=asked.explain), told, request)


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
    rest = iter(evenly(request, asking, asking.answers("match.batch_answered", raws, question)))
    for item in items:
        item["answer"] = None
        if item["error"] is None:
            answer = next(rest)
            if isinstance(answer, ServiceError):
                item |= {"status": answer.status, "error": problem_of(answer, told.language)}
            else:
                item["answer"] = told.record(answer)
    return as_json({"results": items, "stamp": stamp(question.stamp)})


@router.post("/normalise", response_model=NormaliseAnswer, summary="Chuẩn hóa một bản ghi / clean one land record")
def normalise_one(asked: NormaliseRequest, request: Request, told: Told, kept: Kept) -> Response:
    """The clean form of a land record, with a flag and the rule behind it for every change; nobody is looked up."""
    clean = normalise(asked.record.raw(), as_of=request.app.state.today())
    kept.cleaned("normalise.answered")
    return as_json(told.clean(clean))


def _read(record: Any, told: Rendering) -> tuple[RawRecord | None, Json | None]:
    """The raw record of one item of a batch, or what is wrong with it."""
    try:
        return LandRecord.model_validate(record).raw(), None
    except ValidationError as error:
        return None, validation_problem(error.errors(include_input=False, include_url=False), told.language)
    except EmptyRecord as error:
        return None, problem_of(error, told.language)
