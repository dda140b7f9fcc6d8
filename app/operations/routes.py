"""`/healthz`, `/readyz`, `/metrics`, `GET /v1/access-log`, `GET /v1/access-log/heads`."""

from __future__ import annotations

import base64
import binascii
import itertools
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime

from app.access_log.entries import Entry
from app.access_log.export import Place, Wanted, entries, heads
from app.access_log.log import AccessLog
from app.clients import Caller, requires
from app.metrics import CONTENT_TYPE, Metrics
from app.operations.errors import CursorInvalid, NotReady
from app.operations.health import Health
from app.operations.schemas import AccessLogPage, Alive, Heads, Ready
from app.problems import MEDIA_TYPE, FieldError, language_of, problem_of, problem_responses

router = APIRouter()
_MOST_ENTRIES = 1_000
Auditor = Annotated[Caller, Depends(requires("access-log"))]


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", tags=["health"])
def healthz() -> Alive:
    """The process is alive."""
    return Alive(status="ok")


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", tags=["health"], response_model=Ready, responses=problem_responses(503))
def readyz(request: Request) -> Any:
    """The service can answer: each part that answers depend on is there; a 503 names those that aren't."""
    health: Health = request.app.state.health
    found = health.readiness()
    if not found.failing:
        return Ready(status="ready", register_version=found.states["register"], checks=dict(found.states))
    language = language_of(request)
    problem = problem_of(NotReady(failing=", ".join(found.failing)), language)
    problem["errors"] = [
        FieldError(pointer=f"/checks/{name}", code=error.code, detail=error.explained(language)).model_dump()
        for name, error in found.failing.items()
    ]
    return JSONResponse(problem, 503, media_type=MEDIA_TYPE)


@router.get(
    "/metrics",
    tags=["health"],
    response_class=Response,
    dependencies=[Depends(requires("metrics"))],
    responses={200: {"content": {"text/plain": {}}}, **problem_responses(401, 403)},
)
def metrics(request: Request) -> Response:
    """What this process has counted, for Prometheus."""
    counted: Metrics = request.app.state.metrics
    return Response(counted.text(), media_type=CONTENT_TYPE)


@router.get(
    "/v1/access-log",
    tags=["access log"],
    response_model=AccessLogPage,
    summary="Nhật ký truy cập / the access log",
    responses=problem_responses(401, 403, 422, 429, 500, 503),
)
def access_log(
    request: Request,
    auditor: Auditor,
    since: Annotated[AwareDatetime | None, Query(description="From this moment on.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Before this moment.")] = None,
    who: Annotated[str | None, Query(max_length=100, description="Only of this client.")] = None,
    after: Annotated[str | None, Query(max_length=300, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=_MOST_ENTRIES)] = 200,
) -> Response:
    """Who asked about people, when, why and with which verdict, in the order of time; reading it is an entry too."""
    log: AccessLog = request.app.state.access_log
    log.record(Entry("access_log.read", str(auditor.client_id), auditor.purpose, request_id=request.state.request_id))
    wanted = Wanted(since=since, until=until, who=who, after=None if after is None else _place(after))
    page = list(itertools.islice(entries(log.folder, wanted), limit + 1))
    following = _cursor(page[limit - 1]) if len(page) > limit else None
    content = json.dumps({"entries": page[:limit], "next": following}, ensure_ascii=False)
    return Response(content, media_type="application/json")


@router.get(
    "/v1/access-log/heads",
    tags=["access log"],
    response_model=Heads,
    summary="Đầu chuỗi đã ký / signed heads of the log",
    responses=problem_responses(401, 403, 429, 500, 503),
)
def access_log_heads(request: Request, _auditor: Auditor) -> Response:
    """Every chain's head as it stands now, signed; keep it out of this machine's reach."""
    log: AccessLog = request.app.state.access_log
    found = heads(log.folder, log.keys, clock=log.clock)
    return JSONResponse({"public_key": found.public_key, "anchors": list(found.anchors)})


def _cursor(entry: dict[str, Any]) -> str:
    place = f"{entry['at']} {entry['chain']} {entry['n']}"
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(cursor: str) -> Place:
    try:
        at, chain, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").split(" ")
        return Place(at, chain, int(number))
    except (binascii.Error, ValueError):
        raise CursorInvalid() from None
