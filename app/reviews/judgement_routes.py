"""`/v1/judgements`: the judgements in force on a list as a file, out and in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from app.judgements import files, store
from app.judgements.errors import JudgementFileInvalid
from app.problems import problem_responses
from app.reviews.acting import Acting, Approver
from app.reviews.schemas import JudgementsTaken

router = APIRouter(
    prefix="/v1/judgements", tags=["reviews"], responses=problem_responses(400, 401, 403, 408, 413, 422, 429, 500, 503)
)
_NDJSON = "application/x-ndjson"
_BODY = {"requestBody": {"required": True, "content": {_NDJSON: {"schema": {"type": "string"}}}}}


@router.get(
    "",
    response_class=StreamingResponse,
    responses={200: {"content": {_NDJSON: {"schema": {"type": "string"}}}}},
    summary="Xuất ý kiến / export judgements",
)
def export_judgements(
    who: Approver, list_name: Annotated[str, Query(alias="list", min_length=1, max_length=200)]
) -> StreamingResponse:
    """The judgements in force on a list, one JSON object a line; labels for `khop train` and `khop evaluate`."""
    who.record("judgements.exported")
    return StreamingResponse(_lines(who, list_name), media_type=_NDJSON, headers={"Cache-Control": "no-store"})


def _lines(who: Acting, list_name: str) -> Iterator[bytes]:
    with who.room.jobs.database.reading() as session:
        for line in files.lines(store.in_force(session, list_name=list_name)):
            yield f"{line}\n".encode()


async def _text(request: Request) -> str:
    try:
        return (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise JudgementFileInvalid(line=1, reason="not UTF-8") from None


@router.post("", openapi_extra=_BODY, summary="Nhập ý kiến / import judgements")
def import_judgements(who: Approver, text: Annotated[str, Depends(_text)]) -> JudgementsTaken:
    """Take judgements, one JSON object a line: all of them or none; what stands in force already isn't said twice."""
    with who.room.jobs.database.writing() as session:
        taken = files.take(session, text.splitlines())
    who.record("judgements.imported", judgements=taken)
    return JudgementsTaken(taken=taken)
