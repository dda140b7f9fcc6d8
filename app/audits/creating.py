"""An audit is made over jobs: ordered at once, frozen and counted when all of them are done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.audits import store
from app.audits.areas import area_of
from app.audits.counting import counted, figures_text
from app.audits.definitions import Definitions
from app.audits.errors import AuditOfNothing, JobsDiffer
from app.audits.folder import AuditFolder
from app.audits.frozen import Frozen, FrozenRegister, digest, freeze_run, snapshot_digest
from app.audits.service import AuditRoom, definitions_of, holder, let_go
from app.audits.states import Kept
from app.audits.store import Audit
from app.engines.folder import sync_folder, write_text
from app.jobs import service as jobs
from app.jobs.errors import JobNotDone
from app.jobs.states import CANCELLABLE, State
from app.jobs.store import Job
from app.register import store as register
from app.register.snapshots import snapshot_folder, snapshot_of
from matching.normalise.gazetteer import gazetteer

MOST_JOBS: Final = 100
LEASE: Final = timedelta(minutes=10)  # to freeze an audit: four million rows take less than one
_SAME: Final = ("register_version", "model", "as_of", "code")  # of all jobs of an audit


@dataclass(frozen=True, slots=True)
class NewAudit:
    """What an audit is made with."""

    job_ids: tuple[str, ...]
    area: str
    name: str
    purpose: str
    created_by: str
    definitions: Definitions
    day: date | None = None  # None: today
    client: str = ""  # whose it is; "": an operator's


def create(room: AuditRoom, wanted: NewAudit, *, owner: str | None) -> Audit:
    """Make an audit: frozen and counted now where its jobs are done, else by a worker as soon as they are.

    Raises AreaUnknown, AuditOfNothing, JobsDiffer, JobMissing; JobNotDone where a job has ended otherwise;
    VersionMissing where the register version that the jobs are matched against is gone.
    """
    found = _jobs(room, wanted.job_ids, owner)
    made, done = _ordered(room, wanted, found[0]), all(job.state is State.DONE for job in found)
    try:
        write_text(room.folder(made.id).definitions, wanted.definitions.to_json())
        with room.jobs.database.writing() as session:
            now = room.jobs.clock()
            register.pin(session, made.register_id, holder(made.id), now=now)
            store.add(session, made, leased_until=now + LEASE if done else None)
        return freeze(room, made) if done else made
    except BaseException:
        with room.jobs.database.writing() as session:
            store.remove(session, made.id)
        let_go(room, made.id)
        raise


def check_area(code: str) -> None:
    """Before a job is started for an audit: AreaUnknown where there is no such area."""
    area_of(code, gazetteer())


def _ordered(room: AuditRoom, wanted: NewAudit, first: Job) -> Audit:
    """The audit before anything is counted; register version and model are fixed by its jobs already."""
    area = area_of(wanted.area, gazetteer())
    return Audit(
        id=room.jobs.new_id(),
        client=wanted.client,
        name=wanted.name,
        purpose=wanted.purpose,
        area_code=area.code,
        area_name=area.name,
        day=wanted.day or room.jobs.today(),
        job_ids=wanted.job_ids,
        register_id=first.register_id,
        register_version=first.register_version,
        model=first.model,
        definitions=wanted.definitions.label,
        land_users=0,
        frozen_digest="",
        created_by=wanted.created_by,
        created_at=room.jobs.clock(),
        state=Kept.WAITING,
    )


def _jobs(room: AuditRoom, job_ids: Sequence[str], owner: str | None) -> list[Job]:
    """The jobs of an audit: done or on their way, each once, all on the same ground."""
    if not 0 < len(set(job_ids)) == len(job_ids) <= MOST_JOBS:
        raise AuditOfNothing(most=MOST_JOBS)
    found = [jobs.progress(room.jobs, job_id, client=owner).job for job_id in job_ids]
    for job in found:
        if job.state is not State.DONE and job.state not in CANCELLABLE:
            raise JobNotDone(state=job.state)
    for field in _SAME:
        if len({getattr(job, field) for job in found}) > 1:
            raise JobsDiffer(field=field)
    return found


def freeze(room: AuditRoom, audit: Audit) -> Audit:
    """Freeze an ordered audit's grounds and count its figures; what an attempt that broke off left is done again.

    Raises JobMissing, JobNotDone; AuditMissing where it was deleted meanwhile.
    """
    folder, definitions = room.folder(audit.id), definitions_of(room, audit)
    folder.forget_runs()
    found = [jobs.done_folder(room.jobs, job_id, client=None)[0] for job_id in audit.job_ids]
    frozen = _frozen(room, audit, found, definitions)
    write_text(folder.frozen, frozen.to_json())
    figures = counted(folder, audit.area_code, definitions)
    write_text(folder.figures, figures_text(figures))
    sync_folder(folder.path)
    land_users = figures.figures.whole["land_users.total"]
    with room.jobs.database.writing() as session:
        store.freeze(session, audit.id, land_users=land_users, frozen_digest=digest(frozen.to_json()))
        return store.existing(session, audit.id)


def _frozen(room: AuditRoom, audit: Audit, found: Sequence[Job], definitions: Definitions) -> Frozen:
    folder: AuditFolder = room.folder(audit.id)
    runs = [folder.keep(number, room.jobs.folder(job.id)) for number, job in enumerate(found)]
    first = found[0]
    model = runs[0].read_plan().linkage_model
    snapshot_of(room.jobs.database, first.register_id, room.jobs.data_dir)  # built now where a small job needed none
    with room.jobs.database.reading() as session:
        version = register.existing(session, first.register_id)
    return Frozen(
        area=audit.area_code,
        day=audit.day.isoformat(),
        as_of=first.as_of.isoformat(),
        model=first.model,
        thresholds={"full": model.full_probability, "partial": model.partial_probability},
        gazetteer=gazetteer().version,
        code=first.code,
        definitions=definitions.digest,
        register=FrozenRegister(
            first.register_id,
            first.register_version,
            first.register_scope,
            version.statistics or "",
            snapshot_digest(snapshot_folder(room.jobs.data_dir, first.register_version)),
        ),
        runs=tuple(
            freeze_run(run, job_id=job.id, file_name=job.file_name, judgements=job.judgements)
            for run, job in zip(runs, found, strict=True)
        ),
    )
