"""What can be done with jobs, over HTTP or on the machine: create, list, look at, cancel, resume, delete."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import Database
from app.engines.decisions import Decisions, decisions_of, write_decisions
from app.engines.folder import RunFolder
from app.engines.plan import ReadOptions, RunPlan
from app.engines.questions import plan_of
from app.errors import ServiceError
from app.files.formats import file_format
from app.jobs import delivery_store, store, task_store
from app.jobs.errors import JobNotDone, KeyReused, ModelRevoked, WrongState
from app.jobs.progress import JobProgress, progress_of
from app.jobs.received import Received
from app.jobs.states import CANCELLABLE, RESUMABLE, WORKED_ON, Stage, State
from app.jobs.store import Job, NewJob
from app.models import store as models
from app.register import store as register
from app.register.errors import NoActiveVersion

_LONGEST_LIST: Final = 200  # characters of a list's name
_LEAST_FREE: Final = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Jobs:
    """The room of jobs: where rows and files are, the clock, and what a new job is given."""

    database: Database
    data_dir: Path
    clock: Callable[[], datetime]
    today: Callable[[], date]
    new_id: Callable[[], str]
    rows_per_chunk: int
    lease: timedelta  # after which a part of a worker that gives no sign of life is anybody's

    def folder(self, job_id: str) -> Path:
        """The folder with everything of a job."""
        return self.data_dir / "jobs" / job_id

    def disk_full(self) -> bool:
        """Whether not even a part's files have room."""
        try:
            return shutil.disk_usage(self.data_dir).free < _LEAST_FREE
        except OSError:
            return False

    def ready(self) -> None:
        """Before a file is taken: NoActiveVersion where there is no register to match it against."""
        if register.active_id(self.database) is None:
            raise NoActiveVersion()


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What a caller asks for, beside the file."""

    client: str = ""
    key: str | None = None
    options: ReadOptions = field(default_factory=ReadOptions)


def create(room: Jobs, received: Received, request: JobRequest) -> tuple[Job, bool]:
    """A job for a file that was received; the same key with the same request gives the job that it gave before.

    The register version, the model and the day are those of this moment; the job keeps them. Says whether the job is
    new; where it is not, what was received is removed.
    """
    digest = _digest(received, request.options)
    try:
        if request.key is not None and (found := _same(room, request, digest)) is not None:
            received.discard()
            return found, False
        file_format(received.file)  # what is no land file at all is refused before it is queued
        decisions = _decided(room, received, request)
        plan = plan_of(
            room.database,
            received.file,
            as_of=room.today(),
            options=request.options,
            rows_per_chunk=room.rows_per_chunk,
            decisions=decisions,
        )
        run = RunFolder(received.folder)
        write_decisions(run, decisions)
        run.write_plan(plan)
        return _added(room, received, request, plan, digest, decisions.judgements), True
    except IntegrityError:  # the same key arrived twice at once
        received.discard()
        found = _same(room, request, digest)
        if found is None:
            raise
        return found, False
    except BaseException:
        received.discard()
        raise


def _digest(received: Received, options: ReadOptions) -> str:
    """What makes two requests the same: the file's content and how it is to be read."""
    content = received.sha256 + json.dumps(asdict(options), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _same(room: Jobs, request: JobRequest, digest: str) -> Job | None:
    assert request.key is not None
    with room.database.reading() as session:
        found = store.by_key(session, request.client, request.key)
    if found is not None and found.request_digest != digest:
        raise KeyReused()
    return found


def _list_name(received: Received, request: JobRequest) -> str:
    """The list that the file is a state of: named by the caller, or the file's own name."""
    return request.options.list_name or received.name[:_LONGEST_LIST]


def _decided(room: Jobs, received: Received, request: JobRequest) -> Decisions:
    with room.database.reading() as session:
        return decisions_of(session, _list_name(received, request))


def _added(room: Jobs, received: Received, request: JobRequest, plan: RunPlan, digest: str, judgements: int) -> Job:
    with room.database.writing() as session:
        new = NewJob(
            id=received.job_id,
            client=request.client,
            file_name=received.name,
            file_bytes=received.size,
            request_digest=digest,
            idempotency_key=request.key,
            options=json.dumps(asdict(request.options), ensure_ascii=False, sort_keys=True),
            register_id=plan.register_id,
            register_version=plan.register,
            register_scope=register.existing(session, plan.register_id).scope,
            model=plan.model,
            as_of=plan.as_of,
            code=plan.code,
            list_name=_list_name(received, request),
            judgements=judgements,
        )
        register.pin(session, plan.register_id, _holder(new.id), now=room.clock())
        return store.add(session, new, now=room.clock())


def listed(
    room: Jobs,
    *,
    client: str | None,
    state: State | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int = 100,
) -> list[JobProgress]:
    """Jobs, the newest first, with how far each is."""
    with room.database.reading() as session:
        found = store.page(session, client=client, state=state, after=after, limit=limit)
        full = room.disk_full()
        return [progress_of(session, job, now=room.clock(), disk_full=full) for job in found]


def progress(room: Jobs, job_id: str, *, client: str | None) -> JobProgress:
    """One job, and how far it is."""
    with room.database.reading() as session:
        job = store.existing(session, job_id, client)
        return progress_of(session, job, now=room.clock(), disk_full=room.disk_full())


def done_folder(room: Jobs, job_id: str, *, client: str | None) -> tuple[Job, Path]:
    """The job and the folder of its results; JobNotDone before there are any."""
    with room.database.reading() as session:
        job = store.existing(session, job_id, client)
    if job.state is not State.DONE:
        raise JobNotDone(state=job.state)
    return job, room.folder(job_id)


def cancel(room: Jobs, job_id: str, *, client: str | None) -> None:
    """End a job before it is done; what was computed is kept, and `resume` goes on from there."""
    with room.database.writing() as session:
        task_store.alone(session)
        job = store.existing(session, job_id, client)
        if job.state is State.CANCELLED:
            return
        if job.state not in CANCELLABLE:
            raise WrongState(state=job.state, allowed=", ".join(CANCELLABLE))
        ended(session, job, State.CANCELLED, now=room.clock())


def resume(room: Jobs, job_id: str, *, client: str | None) -> None:
    """Let a job that ended before it was done, or that waits, go on where it was; parts whose files are gone again."""
    with room.database.writing() as session:
        task_store.alone(session)
        job = store.existing(session, job_id, client)
        if job.state in (State.QUEUED, State.RUNNING):
            return
        if job.state not in RESUMABLE:
            raise WrongState(state=job.state, allowed=", ".join(RESUMABLE))
        if job.model in models.revoked(session):
            raise ModelRevoked(model=job.model)
        run = RunFolder(room.folder(job_id))
        task_store.make_ready(session, job_id)
        if not run.manifest.exists():
            task_store.again(session, job_id, Stage.READ, but=())
        task_store.again(session, job_id, Stage.MATCH, but=run.result_chunks())
        store.move(session, job_id, State.QUEUED, now=room.clock(), among=RESUMABLE)


def delete(room: Jobs, job_id: str, *, client: str | None) -> None:
    """Remove a job with its file, its results and everything that was computed, whatever its state."""
    with room.database.writing() as session:
        task_store.alone(session)
        job = store.existing(session, job_id, client)
        register.unpin(session, _holder(job.id))
        store.remove(session, job.id)
    shutil.rmtree(room.folder(job_id), ignore_errors=True)


def ended(session: Session, job: Job, state: State, *, now: datetime, reason: ServiceError | None = None) -> bool:
    """Bring a job to an end: webhooks are to be sent, and a job that is done lets go of its register version."""
    moved = store.move(session, job.id, state, now=now, among=WORKED_ON, reason=reason)
    if moved:
        delivery_store.announce(session, job.id, now=now)
    if moved and state is State.DONE:
        register.unpin(session, _holder(job.id))
    return moved


def stop_revoked(database: Database, *, clock: Callable[[], datetime]) -> list[str]:
    """Stop the jobs whose model was revoked, and say which."""
    with database.writing() as session:
        task_store.alone(session)
        found = store.of_models(session, sorted(models.revoked(session)), WORKED_ON)
        for job in found:
            ended(session, job, State.STOPPED, now=clock(), reason=ModelRevoked(model=job.model))
    return [job.id for job in found]


def delete_old(room: Jobs, days: int) -> list[str]:
    """Delete the jobs that ended so many days ago, and folders of jobs that are no more."""
    now = room.clock()
    with room.database.reading() as session:
        old = store.ended_before(session, now - timedelta(days=days))
    for job_id in old:
        delete(room, job_id, client=None)
    folders = [path for path in (room.data_dir / "jobs").glob("*") if path.is_dir()]
    with room.database.reading() as session:
        known = store.known(session, [path.name for path in folders])
    for path in folders:
        # An upload has a folder before it is a job: it may take a day.
        if path.name not in known and now.timestamp() - path.stat().st_mtime > timedelta(days=1).total_seconds():
            shutil.rmtree(path, ignore_errors=True)
    return old


def _holder(job_id: str) -> str:
    return f"job:{job_id}"
