"""A job that an audit starts for a file of this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.audits import service
from app.audits.acting import Acting
from app.audits.creating import NewAudit, check_area
from app.audits.errors import RegisterNotActive
from app.audits.store import Audit
from app.engines.plan import ReadOptions
from app.jobs import service as jobs
from app.jobs.received import pieces_of, receive
from app.jobs.service import JobRequest


@dataclass(frozen=True, slots=True)
class Starting:
    """A file, how it is read, whose the job is, the register version that must be active, the idempotency key."""

    path: Path
    options: ReadOptions
    client: str
    register: str | None = None  # None: any
    key: str | None = None  # the same key with the same file gives the same job


def started(who: Acting, wanted: Starting, *, area: str) -> str:
    """The id of the job that was started; nothing is started where the audit would be refused.

    Raises AreaUnknown, NoActiveVersion, RegisterNotActive, and what a job for the file raises.
    """
    check_area(area)
    room = who.room.jobs
    room.ready()
    size = wanted.path.stat().st_size
    received = receive(room.folder(room.new_id()), wanted.path.name, pieces_of(wanted.path), limit=size)
    made, new = jobs.create(room, received, JobRequest(wanted.client, wanted.key, wanted.options))
    if wanted.register is not None and wanted.register != made.register_version:
        if new:
            jobs.delete(room, made.id, client=None)
        raise RegisterNotActive(active=made.register_version, wanted=wanted.register)
    who.record("job.created" if new else "job.repeated", job_id=made.id, bytes=made.file_bytes)
    return made.id


def made_before(who: Acting, wanted: NewAudit) -> Audit | None:
    """The audit that the same request has made, if it has."""
    for audit in service.listed(who.room, owner=wanted.client):
        same = (audit.job_ids, audit.area_code, audit.name) == (wanted.job_ids, wanted.area, wanted.name)
        if same and wanted.day in (None, audit.day):
            return audit
    return None
