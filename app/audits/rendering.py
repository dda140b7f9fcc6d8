"""Audits as the JSON of the contract."""

from __future__ import annotations

from app.audits.schemas import AuditTold, JobOfAudit, Signature
from app.audits.states import Kept
from app.audits.store import Audit
from app.audits.waiting import HowFar
from app.errors import Language, ServiceError
from app.jobs.progress import JobProgress
from app.jobs.schemas import Reason

_FORMS = ("report", "report.xlsx", "report.pdf", "worklists", "worklists.zip", "verify", "compare")


def audit_told(audit: Audit, far: HowFar, language: Language) -> AuditTold:
    """An audit, and how far it is."""
    own, is_ready = f"/v1/audits/{audit.id}", audit.state is Kept.READY
    signed = None
    if audit.signed_at is not None:
        signed = Signature(by=audit.signed_by or "", at=audit.signed_at, report_sha256=audit.report_digest or "")
    return AuditTold(
        id=audit.id,
        state=far.standing,
        reason=_reason(far.reason, language),
        progress=[_job(each, language) for each in far.jobs],
        name=audit.name,
        purpose=audit.purpose,
        area_code=audit.area_code,
        area_name=audit.area_name,
        day=audit.day,
        jobs=list(audit.job_ids),
        register_version=audit.register_version,
        model=audit.model,
        definitions=audit.definitions,
        land_users=audit.land_users if is_ready else None,
        frozen_sha256=audit.frozen_digest if is_ready else None,
        created_by=audit.created_by,
        created_at=audit.created_at,
        signed=signed,
        links={"self": own, **({name: f"{own}/{name}" for name in _FORMS} if is_ready else {})},
    )


def _job(found: JobProgress, language: Language) -> JobOfAudit:
    return JobOfAudit(
        id=found.job.id,
        state=found.state,
        rows_total=found.rows_total,
        rows_done=found.rows_done,
        rows_per_second=found.rows_per_second,
        seconds_left=found.seconds_left,
        reason=_reason(found.reason, language),
        href=f"/v1/jobs/{found.job.id}",
    )


def _reason(error: ServiceError | None, language: Language) -> Reason | None:
    if error is None:
        return None
    return Reason(code=error.code, title=error.title.told(language), detail=error.explained(language))
