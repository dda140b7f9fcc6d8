"""`/v1/audits`: figures that somebody signs for, and what each commune must now do."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi import Path as PathParameter
from fastapi.responses import StreamingResponse

from app.audits import service
from app.audits.acting import Acting, Auditor
from app.audits.creating import NewAudit, create
from app.audits.definitions import default_definitions, read_definitions
from app.audits.errors import FileOrJobs
from app.audits.exchange import BACK
from app.audits.frozen import changed
from app.audits.live import Change
from app.audits.making import (
    REPORTS,
    answers_taken,
    compared,
    exchange_file,
    made_report,
    report_document,
    work_list,
    work_lists,
    work_lists_zip,
)
from app.audits.rendering import audit_told
from app.audits.retention import deleted
from app.audits.schemas import (
    AnswersGiven,
    AnswersTaken,
    AuditList,
    AuditTold,
    Changes,
    ChangeTold,
    CheckTold,
    CommuneWork,
    Compared,
    NewAuditAsked,
    Verified,
)
from app.audits.starting import Starting, made_before, started
from app.audits.states import Kept
from app.audits.store import Audit
from app.audits.waiting import how_far, ready
from app.clients import Caller
from app.clients.errors import ScopeMissing
from app.files.exports import MEDIA_TYPES
from app.jobs.incoming import read_options
from app.jobs.received import inbox_file
from app.problems import problem_responses
from matching.verdict import Verdict

router = APIRouter(
    prefix="/v1/audits",
    tags=["audits"],
    responses=problem_responses(400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 503),
)
AuditId = Annotated[str, PathParameter(max_length=20)]
_PIECE = 1 << 18


@router.post(
    "",
    status_code=201,
    responses={202: {"model": AuditTold, "description": "It waits for its jobs; look at it again"}},
    summary="Lập cuộc kiểm tra / make an audit",
)
def create_audit(
    asked: NewAuditAsked,
    who: Auditor,
    request: Request,
    response: Response,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200, pattern=r"^[ -~]+$")] = None,
) -> AuditTold:
    """Freeze what jobs found, for an area and a day, and count it; `X-Reviewer` names who makes it.

    Where all jobs are done: 201, with figures. Else, or with a `file` of the inbox, for which a job is started: 202;
    the audit waits, is frozen by a worker as soon as the jobs are done, and says so if one of them isn't going to be.
    The same `Idempotency-Key` with the same `file` starts no second job, and makes no second audit.

    The purpose is that of `X-Purpose`. Register version and files are kept for the audit, even if a job is deleted.
    """
    definitions = default_definitions() if asked.definitions is None else read_definitions(asked.definitions)
    if bool(asked.jobs) == (asked.file is not None):
        raise FileOrJobs()
    person = who.person
    if asked.file is not None:
        caller: Caller = request.state.caller
        if not caller.may("jobs"):
            raise ScopeMissing(scope="jobs")
        path = inbox_file(request.app.state.settings.inbox_dir, asked.file.inbox_file)
        starting = Starting(path, read_options(asked.file), who.client, asked.register_version, idempotency_key)
        asked = asked.model_copy(update={"jobs": [started(who, starting, area=asked.area)]})
    wanted = NewAudit(
        tuple(asked.jobs), asked.area, asked.name, who.purpose, person, definitions, asked.day, who.client
    )
    repeated = made_before(who, wanted) if asked.file is not None and idempotency_key is not None else None
    made = repeated or create(who.room, wanted, owner=who.owner)
    is_ready = made.state is Kept.READY
    hashed = {"frozen_hash": made.frozen_digest} if is_ready else {}
    action = "audit.created" if repeated is None else "audit.repeated"
    who.record(action, person=True, audit_id=made.id, jobs=len(made.job_ids), **hashed)
    response.headers["Location"] = f"/v1/audits/{made.id}"
    response.status_code = 201 if is_ready else 202
    return audit_told(made, how_far(who.room, made), who.language)


@router.get("", summary="Danh sách kiểm tra / list audits")
def list_audits(who: Auditor) -> AuditList:
    """The audits of the caller, the newest first; an administrator sees all."""
    found = service.listed(who.room, owner=who.owner)
    return AuditList(audits=[audit_told(audit, how_far(who.room, audit), who.language) for audit in found])


@router.get("/{audit_id}", summary="Một cuộc kiểm tra / one audit")
def get_audit(audit_id: AuditId, who: Auditor) -> AuditTold:
    """What an audit is of, how far it is, what it is fixed to, and who signed it."""
    found = service.one(who.room, audit_id, owner=who.owner)
    return audit_told(found, how_far(who.room, found), who.language)


@router.delete("/{audit_id}", status_code=204, summary="Xóa / delete")
def delete_audit(audit_id: AuditId, who: Auditor) -> Response:
    """Remove an audit that nobody signed, with its files; its jobs stay."""
    audit = service.one(who.room, audit_id, owner=who.owner)
    service.deletable(audit)
    who.record("audit.deleted", person=False, **deleted(who.room, audit))
    return Response(status_code=204)


@router.get("/{audit_id}/report", summary="Báo cáo JSON / the report")
def get_report(
    audit_id: AuditId, who: Auditor, compared_with: Annotated[str | None, Query(max_length=20)] = None
) -> Any:
    """The report: figures with their definitions, error rates of the judged sample, guidance, grounds.

    Progress is told since the last audit of the area before it, or since the one that `compared_with` names; a signed
    report is as it was signed.
    """
    audit = _one(who, audit_id)
    who.record("audit.reported", audit_id=audit.id, form="json")
    return report_document(who, audit, compared_with)


def _report_route(suffix: str) -> Callable[..., Response]:
    def report(
        audit_id: AuditId, who: Auditor, compared_with: Annotated[str | None, Query(max_length=20)] = None
    ) -> Response:
        audit = _one(who, audit_id)
        content = made_report(who, audit, suffix, compared_with)
        who.record("audit.reported", audit_id=audit.id, form=suffix[1:])
        return Response(content, media_type=REPORTS[suffix], headers=_named(f"khop-audit-{audit.id}{suffix}"))

    report.__doc__ = f"The report as {suffix[1:].upper()}; the same report is the same bytes."
    return report


for _suffix in (".xlsx", ".pdf"):
    router.add_api_route(
        f"/{{audit_id}}/report{_suffix}",
        _report_route(_suffix),
        methods=["GET"],
        operation_id=f"download_audit_report_{_suffix[1:]}",
        response_class=Response,
        responses={200: {"content": {REPORTS[_suffix]: {}}}},
        summary=f"Báo cáo {_suffix} / the report as {_suffix}",
    )


@router.get("/{audit_id}/old-units", summary="Số liệu theo xã cũ / figures by former commune")
def get_old_units(audit_id: AuditId, who: Auditor) -> Any:
    """The figures by commune of before 1 July 2025, as far as the file's codes name one."""
    return service.old_units(who.room, _one(who, audit_id))


@router.get("/{audit_id}/worklists", summary="Danh sách việc theo xã / work lists")
def list_worklists(audit_id: AuditId, who: Auditor) -> list[CommuneWork]:
    """The communes in which somebody has to do something, and on how many land users."""
    audit = _one(who, audit_id)
    return [
        CommuneWork(
            code=unit.code,
            name=unit.name,
            land_users=count,
            href=f"/v1/audits/{audit.id}/worklists/{unit.code or 'unknown'}.xlsx",
        )
        for unit, count in work_lists(who, audit).units()
        if count
    ]


@router.get(
    "/{audit_id}/worklists.zip",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {}}}},
    summary="Danh sách việc của mọi xã / all work lists",
)
def download_worklists(audit_id: AuditId, who: Auditor) -> StreamingResponse:
    """The work lists of all communes as one ZIP; values of the register only with `match:disclose`."""
    audit = _one(who, audit_id)

    def write(target: Path) -> None:
        communes = work_lists_zip(who, audit, target)
        who.record("audit.worklists", audit_id=audit.id, communes=communes, disclosed=who.disclosing)

    return _streamed(who, write, f"khop-audit-{audit.id}-worklists.zip", "application/zip")


@router.get(
    "/{audit_id}/worklists/{commune}.xlsx",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPES[".xlsx"]: {}}}},
    summary="Danh sách việc của một xã / one work list",
)
def download_worklist(
    audit_id: AuditId, commune: Annotated[str, PathParameter(pattern=r"^(\d{5}|unknown)$")], who: Auditor
) -> Response:
    """What one commune must do, a sheet for each who acts; `unknown`: where the commune isn't known."""
    audit = _one(who, audit_id)
    content, count = work_list(who, audit, commune.removeprefix("unknown"))
    who.record("audit.worklist", audit_id=audit.id, land_users=count, disclosed=who.disclosing)
    headers = _named(f"khop-audit-{audit.id}-{commune}.xlsx")
    return Response(content, media_type=MEDIA_TYPES[".xlsx"], headers=headers)


@router.get(
    "/{audit_id}/exchange.csv",
    response_class=StreamingResponse,
    responses={200: {"content": {MEDIA_TYPES[".csv"]: {}}}},
    summary="Gửi cơ quan quản lý dữ liệu dân cư / for the authority",
)
def download_exchange(
    audit_id: AuditId,
    who: Auditor,
    verdict: Annotated[list[Verdict], Query(description="Only these; may be repeated.")] = [],  # noqa: B006
) -> StreamingResponse:
    """The land users in scope, as the land file has them, each with the key under which its answer comes back."""
    audit = _one(who, audit_id)

    def write(target: Path) -> None:
        count = exchange_file(who, audit, target, suffix=".csv", verdicts=list(map(str, verdict)))
        who.record("exchange.exported", audit_id=audit.id, land_users=count)

    return _streamed(who, write, f"khop-audit-{audit.id}-exchange.csv", MEDIA_TYPES[".csv"])


@router.post("/{audit_id}/answers", summary="Nhập trả lời / take the authority's answers")
def take_answers(audit_id: AuditId, given: AnswersGiven, who: Auditor) -> AnswersTaken:
    """Take what the authority answered: all of it, or nothing. It prevails from then on, and what differs is counted.

    A later answer on a land user takes the place of an earlier one; a signed audit takes no more.
    """
    audit = _one(who, audit_id)
    lines = [[getattr(answer, name) or "" for name in BACK] for answer in given.answers]
    taken, counts = answers_taken(who, audit, [list(BACK.values()), *lines])
    who.record("exchange.imported", audit_id=audit.id, answers=taken)
    pairs = {name: count for name, count in counts.items() if "->" in name and count}
    return AnswersTaken(taken=taken, answered=counts["answered"], agreed=counts["agreed"], disagreements=pairs)


@router.get("/{audit_id}/verify", summary="Kiểm tra lại / verify")
def verify_audit(audit_id: AuditId, who: Auditor) -> Verified:
    """Whether everything that the audit stands on is as it was, and gives the same figures; else what changed."""
    checks = service.verify(who.room, _one(who, audit_id))
    different = changed(checks)
    return Verified(intact=not different, changed=different, checks=[CheckTold(**check._asdict()) for check in checks])


@router.get("/{audit_id}/compare", summary="So với lần trước / compare")
def compare_audits(
    audit_id: AuditId, who: Auditor, other: Annotated[str, Query(max_length=20)] = "previous"
) -> Compared:
    """What moved from none to partial to full since an earlier audit of the area, and what fell back."""
    return Compared(**(compared(who, _one(who, audit_id), other) or {}))


@router.get("/{audit_id}/changes", summary="Ảnh hưởng của CSDL dân cư mới / what a changed register means")
def list_changes(audit_id: AuditId, who: Auditor, limit: Annotated[int, Query(ge=0, le=10_000)] = 1_000) -> Changes:
    """Which land users would get another answer from the register as it is now.

    Only those who share a blocking key with somebody who changed are matched again; the rest can't differ.
    """
    audit = _one(who, audit_id)
    found, version = service.changes(who.room, audit)
    who.record("audit.rematched", audit_id=audit.id, land_users=found.matched_again, changed=len(found.changes))
    return Changes(
        register_before=audit.register_version,
        register_after=version,
        people_changed=found.people_changed,
        land_users=found.land_users,
        matched_again=found.matched_again,
        changed=len(found.changes),
        changes=[_change(change) for change in found.changes[:limit]],
    )


@router.post("/{audit_id}/sign", summary="Ký / sign")
def sign_audit(audit_id: AuditId, who: Auditor) -> AuditTold:
    """Sign the report for good; `X-Reviewer` signs. Refused where what it stands on is no longer the same.

    The report's digest stands in the access log.
    """
    audit = _one(who, audit_id)
    signed = service.sign(who.room, audit, by=who.person, progress=compared(who, audit, None))
    who.record("audit.signed", person=True, audit_id=audit.id, report_hash=signed.report_digest)
    return audit_told(signed, how_far(who.room, signed), who.language)


def _change(change: Change) -> ChangeTold:
    told = change._asdict()
    findings = {name: told.pop(name) for name in ("findings_before", "findings_after")}
    lists = {name: codes.split(";") if codes else [] for name, codes in findings.items()}
    return ChangeTold(job=told.pop("run") + 1, row=told.pop("place") + 1, **told, **lists)


def _one(who: Acting, audit_id: str) -> Audit:
    return ready(who.room, service.one(who.room, audit_id, owner=who.owner))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _streamed(who: Acting, write: Callable[[Path], None], name: str, media_type: str) -> StreamingResponse:
    """A file that is written as a whole before its first byte goes out, and removed after its last."""
    folder = Path(tempfile.mkdtemp(prefix="khop-audit-", dir=who.room.jobs.data_dir))
    try:
        write(folder / "made")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return StreamingResponse(_pieces(folder), media_type=media_type, headers=_named(name))


def _pieces(folder: Path) -> Iterator[bytes]:
    try:
        with (folder / "made").open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    finally:
        shutil.rmtree(folder, ignore_errors=True)
