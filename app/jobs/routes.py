"""`/v1/jobs`: files of any size in, every row back with its verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response, StreamingResponse

from app.clients import Caller, requires
from app.engines.handed_back import Wish
from app.files.exports import MEDIA_TYPES, ResultFilter
from app.jobs import service
from app.jobs.cursors import job_cursor, job_place, result_cursor, result_place
from app.jobs.errors import KeyInvalid
from app.jobs.events import job_events
from app.jobs.incoming import Incoming, incoming
from app.jobs.previews import FilePreview, previewed
from app.jobs.recorded import Recorder
from app.jobs.rendering import job_detail
from app.jobs.results import original_pieces, result_file, result_pieces, results_page
from app.jobs.schemas import InboxRequest, JobDetail, JobPage, ReadingOptions, ResultPage
from app.jobs.service import JobRequest, Jobs
from app.jobs.states import State
from app.problems import language_of, problem_responses
from matching.verdict import Verdict

router = APIRouter(
    prefix="/v1/jobs",
    tags=["jobs"],
    responses=problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503, 507),
)
Known = Annotated[Caller, Depends(requires("jobs"))]
_KEY_LENGTH: Final = 200


async def _room(request: Request) -> Jobs:
    room: Jobs = request.app.state.jobs
    return room


Room = Annotated[Jobs, Depends(_room)]


async def _owner(caller: Known) -> str | None:
    """Whose jobs are seen: the caller's own; an administrator sees all."""
    return None if caller.may("admin") else caller.name


Owner = Annotated[str | None, Depends(_owner)]


async def _recorder(request: Request, caller: Known) -> Recorder:
    return Recorder(request.app.state.access_log, caller, request.state.request_id)


Kept = Annotated[Recorder, Depends(_recorder)]


async def _incoming(request: Request, room: Room, _caller: Known) -> Incoming:
    room.ready()
    return await incoming(request, room, request.app.state.settings)


def _idempotency_key(idempotency_key: Annotated[str | None, Header()] = None) -> str | None:
    key = idempotency_key
    if key is not None and not (0 < len(key) <= _KEY_LENGTH and key.isascii() and key.isprintable()):
        raise KeyInvalid(limit=_KEY_LENGTH)
    return key


def _wanted(
    verdict: Annotated[list[Verdict], Query(description="Only these; may be repeated.")] = [],  # noqa: B006
    category: Annotated[list[str], Query(max_length=50)] = [],  # noqa: B006
    finding: Annotated[list[str], Query(max_length=50)] = [],  # noqa: B006
) -> ResultFilter:
    return ResultFilter(frozenset(map(str, verdict)), frozenset(category), frozenset(finding))


Wanted = Annotated[ResultFilter, Depends(_wanted)]


def _forms() -> dict[str, Any]:
    """How the body of a new job is described: it is read by hand, so that a file is never held in memory."""
    reading = ReadingOptions.model_json_schema()["properties"]
    fields = {name: {"type": "string", "description": about.get("description", "")} for name, about in reading.items()}
    fields["mapping"]["description"] = 'A JSON object: columns by header or letter, {"full_name": "H"}.'
    file = {"type": "string", "format": "binary", "description": "CSV, XLSX, Parquet or NDJSON."}
    preview = {"type": "string", "enum": ["true", "false"]}
    form = {"type": "object", "required": ["file"], "properties": {"file": file, **fields, "preview": preview}}
    return {
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {"schema": form},
                "application/json": {"schema": InboxRequest.model_json_schema()},
            },
        }
    }


@router.post(
    "",
    status_code=202,
    response_model=JobDetail,
    responses={200: {"model": FilePreview, "description": "preview=true: how the file would be read"}},
    openapi_extra=_forms(),
    summary="Tạo công việc từ một tệp / create a job from a file",
)
def create_job(
    request: Request,
    arrived: Annotated[Incoming, Depends(_incoming)],
    room: Room,
    kept: Kept,
    key: Annotated[str | None, Depends(_idempotency_key)],
) -> Response:
    """Hand in a file: 202, and the job's address in `Location`.

    The same `Idempotency-Key` with the same file and options gives the same job, however often it is sent. With
    `preview` nothing is queued: the answer shows the mapping of the header, the first rows as they are understood, and
    what can't be read; headers, sheet, delimiter and encoding can then be corrected in the request.

    The job keeps the register version, the model and the day of its creation, whatever is imported while it runs.
    """
    language = language_of(request)
    if arrived.preview:
        return JSONResponse(previewed(room, arrived.received, arrived.options, language).model_dump(mode="json"))
    asked = JobRequest(kept.caller.name, key, arrived.options)
    job, new = service.create(room, arrived.received, asked)
    kept.did("job.created" if new else "job.repeated", job.id, bytes=job.file_bytes)
    detail = job_detail(service.progress(room, job.id, client=None), language)
    location = {"Location": f"/v1/jobs/{job.id}"}
    return JSONResponse(detail.model_dump(mode="json"), 202, headers=location)


@router.get("", summary="Danh sách công việc / list jobs")
def list_jobs(
    request: Request,
    room: Room,
    owner: Owner,
    state: State | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> JobPage:
    """Jobs of the caller, the newest first."""
    after = None if cursor is None else job_place(cursor)
    found = service.listed(room, client=owner, state=state, after=after, limit=limit + 1)
    more = job_cursor(found[limit - 1].job.created_at, found[limit - 1].job.id) if len(found) > limit else None
    return JobPage(jobs=[job_detail(each, language_of(request)) for each in found[:limit]], next=more)


@router.get("/{job_id}", summary="Một công việc / one job")
def get_job(job_id: str, request: Request, room: Room, owner: Owner) -> JobDetail:
    """The job's state, rows done, rate, time left, and counts by verdict and category."""
    return job_detail(service.progress(room, job_id, client=owner), language_of(request))


@router.get(
    "/{job_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
    summary="Theo dõi tiến độ / watch the progress",
)
async def watch_job(job_id: str, request: Request, room: Room, owner: Owner) -> StreamingResponse:
    """Server-sent events: `progress` with the job's detail each time it changes, at last `end`."""
    language = language_of(request)
    look: Callable[[], JobDetail] = lambda: job_detail(service.progress(room, job_id, client=owner), language)  # noqa: E731
    await run_in_threadpool(look)  # a job that does not exist is a problem, not a stream

    async def gone() -> bool:
        return await request.is_disconnected() or getattr(request.app.state, "ending", False)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(job_events(look, gone), media_type="text/event-stream", headers=headers)


@router.post("/{job_id}/cancel", summary="Hủy / cancel")
def cancel_job(job_id: str, request: Request, room: Room, owner: Owner, kept: Kept) -> JobDetail:
    """End the job; what was computed is kept, and `resume` goes on from there."""
    service.cancel(room, job_id, client=owner)
    kept.did("job.cancelled", job_id)
    return get_job(job_id, request, room, owner)


@router.post("/{job_id}/resume", summary="Chạy tiếp / go on")
def resume_job(job_id: str, request: Request, room: Room, owner: Owner, kept: Kept) -> JobDetail:
    """Let a job that was cancelled or stopped, that failed or waits, go on where it was."""
    service.resume(room, job_id, client=owner)
    kept.did("job.resumed", job_id)
    return get_job(job_id, request, room, owner)


@router.delete("/{job_id}", status_code=204, summary="Xóa / delete")
def delete_job(job_id: str, room: Room, owner: Owner, kept: Kept) -> Response:
    """Remove the job with its file, its results and everything that was computed."""
    service.delete(room, job_id, client=owner)
    kept.did("job.deleted", job_id)
    return Response(status_code=204)


@router.get("/{job_id}/results", summary="Kết quả theo trang / results by page")
def get_results(
    job_id: str,
    room: Room,
    kept: Kept,
    owner: Owner,
    wanted: Wanted,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> ResultPage:
    """Results in the order of the file; the cursor holds for the same filters only."""
    offset = 0 if cursor is None else result_place(cursor, wanted)
    path = _results(room, job_id, owner, kept, "page")
    rows, total = results_page(path, wanted, offset=offset, limit=limit)
    reached = offset + len(rows)
    return ResultPage(results=rows, total=total, next=result_cursor(reached, wanted) if reached < total else None)


def _results(room: Jobs, job_id: str, owner: str | None, kept: Recorder, form: str) -> Path:
    """The results as the caller may see them; the access log has it before anything leaves."""
    disclosing = kept.caller.may("match:disclose")
    path = result_file(room, job_id, client=owner, disclosing=disclosing)
    kept.did("job.results_fetched", job_id, form=form, disclosed=disclosing)
    return path


def _download(suffix: str) -> Callable[..., StreamingResponse]:
    def download(job_id: str, room: Room, kept: Kept, owner: Owner, wanted: Wanted) -> StreamingResponse:
        path = _results(room, job_id, owner, kept, suffix[1:])
        pieces, made = result_pieces(path, suffix, wanted)
        return _file(pieces, f"khop-{job_id}{made}", MEDIA_TYPES[made])

    download.__doc__ = f"The results as {suffix[1:].upper()}, streamed; the same results are the same bytes."
    return download


def _file(pieces: Iterator[bytes], name: str, media_type: str) -> StreamingResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(pieces, media_type=media_type, headers=disposition)


for _suffix in (".csv", ".xlsx", ".parquet", ".ndjson"):
    router.add_api_route(
        f"/{{job_id}}/results{_suffix}",
        _download(_suffix),
        methods=["GET"],
        operation_id=f"download_results_{_suffix[1:]}",
        response_class=StreamingResponse,
        responses={200: {"content": {MEDIA_TYPES[_suffix]: {}}}},
        summary=f"Kết quả {_suffix} / results as {_suffix}",
    )


@router.get(
    "/{job_id}/original.xlsx",
    response_class=StreamingResponse,
    responses={200: {"content": {MEDIA_TYPES[".xlsx"]: {}}}},
    summary="Sổ đã gửi, thêm cột kết quả / the workbook that was sent, with our columns",
)
def get_original(job_id: str, room: Room, owner: Owner, kept: Kept, proposals: Wish = "approved") -> StreamingResponse:
    """The workbook as it came, untouched but for our columns and, in coloured cells, the register's values.

    `proposals`: those that people have **approved** by now, by deciding a row in review or in bulk; **all**; **none**.
    Without the scope `match:disclose` nothing is proposed. What the certificate says is never overwritten.
    """
    disclosing = kept.caller.may("match:disclose")
    pieces = original_pieces(room, job_id, proposals, client=owner, disclosing=disclosing)
    kept.did("job.results_fetched", job_id, form="original", disclosed=disclosing)
    return _file(pieces, f"khop-{job_id}-original.xlsx", MEDIA_TYPES[".xlsx"])


@router.get(
    "/{job_id}/rejects.csv",
    response_class=StreamingResponse,
    responses={200: {"content": {MEDIA_TYPES[".csv"]: {}}}},
    summary="Các dòng không đọc được / rows that could not be read",
)
def get_rejects(job_id: str, room: Room, owner: Owner, kept: Kept) -> StreamingResponse:
    """The rows without a land user: where each stands and why; blank rows are left out."""
    path = result_file(room, job_id, client=owner, disclosing=True)
    kept.did("job.results_fetched", job_id, form="rejects", disclosed=False)
    pieces, made = result_pieces(path, "rejects", ResultFilter())
    return _file(pieces, f"khop-{job_id}-rejects{made}", MEDIA_TYPES[made])
