"""`GET /v1/register`, `POST /v1/register/deltas`: which versions there are, and a file of changes."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.access_log.entries import Entry, Fact
from app.access_log.log import AccessLog
from app.clients import Caller, requires
from app.clients.authenticating import utc_now
from app.db import Database
from app.problems import language_of, problem_responses
from app.register import service
from app.register.deltas import DeltaRequest, apply_delta
from app.register.errors import DeltaKindUnknown
from app.register.files import delta_file
from app.register.schemas import DeltaTold, RegisterTold, delta_told, version_told

router = APIRouter(prefix="/v1/register", tags=["register"])
MAX_DELTA: Final = 32 * 1024 * 1024  # bytes: some hundred thousand changes; more than that is a full import
_KINDS: Final = {
    "text/csv": ".csv",
    "application/x-ndjson": ".ndjson",
    "application/ndjson": ".ndjson",
    "application/jsonl": ".ndjson",
}
_BODY: Final = {"requestBody": {"required": True, "content": {kind: {"schema": {"type": "string"}} for kind in _KINDS}}}


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who may change the register; what is done goes into the access log."""

    caller: Caller
    database: Database
    log: AccessLog
    request_id: str

    def did(self, action: str, **facts: Fact) -> None:
        """Keep an action; AccessLogUnavailable: it may not be done."""
        kept = {"credential_id": self.caller.credential, **facts}
        self.log.record(Entry(action, str(self.caller.client_id), self.caller.purpose, self.request_id, facts=kept))


Lister = Annotated[Caller, Depends(requires("register:write", purpose=False))]
Changer = Annotated[Caller, Depends(requires("register:write"))]


async def _lister(request: Request, caller: Lister) -> Writer:
    return _writer_of(request, caller)


async def _changer(request: Request, caller: Changer) -> Writer:
    return _writer_of(request, caller)


def _writer_of(request: Request, caller: Caller) -> Writer:
    state = request.app.state
    return Writer(caller, state.database, state.access_log, request.state.request_id)


Reading = Annotated[Writer, Depends(_lister)]
Writing = Annotated[Writer, Depends(_changer)]


async def _received(request: Request, _who: Writing) -> AsyncIterator[Path]:
    """The body as a file that only this service can read, and that is gone with the request."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _KINDS:
        raise DeltaKindUnknown(known=", ".join(_KINDS))
    data_dir: Path = request.app.state.settings.data_dir
    with tempfile.TemporaryDirectory(prefix="delta-", dir=data_dir) as folder:
        path = Path(folder) / f"changes{_KINDS[kind]}"
        with path.open("wb") as file:
            async for piece in request.stream():
                await run_in_threadpool(file.write, piece)
        yield path


@router.get(
    "", responses=problem_responses(401, 403, 429, 500, 503), summary="Các bản dân cư / versions of the register"
)
def list_versions(who: Reading) -> RegisterTold:
    """The versions of the register, their scopes, which one is active, and what each came out of."""
    found = service.status(who.database)
    who.did("register.listed", versions=len(found))
    active = next((each.version.id for each in found if each.version.state == "active"), None)
    return RegisterTold(active=active, versions=[version_told(each.version, each.delta) for each in found])


@router.post(
    "/deltas",
    status_code=201,
    responses={
        200: {"model": DeltaTold, "description": "Nothing was written: a dry run, or nothing changes."},
        **problem_responses(400, 401, 403, 408, 409, 413, 422, 429, 500, 503),
    },
    openapi_extra=_BODY,
    summary="Cập nhật dân cư / change the register",
)
def apply_changes(
    request: Request,
    response: Response,
    who: Writing,
    path: Annotated[Path, Depends(_received, scope="function")],
    *,
    dry_run: Annotated[bool, Query(description="Count only; nothing is written.")] = False,
    scope: Annotated[
        str | None, Query(max_length=300, description="What the register covers now, if that changes.")
    ] = None,
    units_as_of: Annotated[date | None, Query(description="Commune codes are of the units of this day.")] = None,
    accept_rejects: Annotated[bool, Query(description="Go on even if over 5 % of the rows are refused.")] = False,
) -> DeltaTold:
    """Upsert and remove people: a new version comes out of the active one, and becomes active.

    The body is CSV or NDJSON with the columns of the register file and `operation` (`upsert`, the default, or
    `remove`; a removal needs only `personal_id`), at most 32 MiB. Jobs that run go on with the version that they began
    with. Statistics stay those of the last full import.
    """
    if not dry_run:
        who.did("register.delta_started", file_bytes=path.stat().st_size)
    asked = DeltaRequest(
        scope=scope,
        name="POST /v1/register/deltas",
        units_as_of=units_as_of,
        accept_rejects=accept_rejects,
        dry_run=dry_run,
    )
    outcome = apply_delta(who.database, delta_file(path), asked, clock=utc_now)
    version = outcome.version
    who.did(
        "register.delta_tried" if dry_run else "register.changed",
        version_id=None if version is None else version.id,
        parent_id=outcome.parent.id,
        **outcome.counts._asdict(),
    )
    if version is None:
        response.status_code = 200
    else:
        response.headers["Location"] = "/v1/register"
    return delta_told(outcome, language_of(request))
