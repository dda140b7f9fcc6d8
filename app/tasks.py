"""What a worker does with a part of a job: read, match or finish; and what becomes of the job if that fails.

A part may be done twice or by two workers at once: its files are the same, and the ledger takes the first word.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.orm import Session

from app.engines.folder import RunFolder
from app.engines.plan import RunPlan
from app.engines.questions import question_of
from app.engines.stages import Progress, finish_stage, match_stage, read_stage
from app.errors import ServiceError, is_full
from app.jobs import store, task_store
from app.jobs.errors import DiskFull, JobMissing, PartFailed
from app.jobs.leases import LeaseWatch
from app.jobs.service import Jobs, ended
from app.jobs.states import WORKED_ON, Stage, State
from app.jobs.task_store import Task, Worker
from matching.link import Question

ATTEMPTS: Final = 3  # of a part that fails in a way that nobody foresaw
CRASHES: Final = 6  # of a part whose workers die: killed, out of memory
PAUSE: Final = timedelta(seconds=30)  # before a full disk is tried again
_log = structlog.get_logger(__name__)


class Interrupted(Exception):
    """The part is not wanted any more, or the worker is to end."""


@dataclass(slots=True)
class Bench:
    """Where a worker works: the room of jobs, who it is, what it saw of others, and the question that it asked last."""

    room: Jobs
    worker: Worker
    watch: LeaseWatch
    interrupted: Callable[[], bool] = lambda: False
    note: Callable[[str], None] = lambda text: None
    _asked: dict[str, Question] = field(default_factory=dict)

    def check(self) -> None:
        """Raises Interrupted if the part is to be left."""
        if self.interrupted():
            raise Interrupted

    def question(self, plan: RunPlan) -> Question:
        """What the plan asks; the last question is kept, for the parts of a job ask the same."""
        key = plan.register + plan.model + plan.as_of.isoformat()
        if key not in self._asked:
            self._asked.clear()  # the snapshot of another version is let go
            question = question_of(plan, self.room.database, self.room.data_dir, done=self._building)
            self._asked[key] = question
        return self._asked[key]

    def _building(self, done: int, total: int) -> None:
        self.note(f"snapshot {done}/{total}")
        self.check()


def work_one(bench: Bench) -> Task | None:
    """Take a part and do it; None where nothing waits."""
    task = take(bench)
    if task is not None:
        perform(bench, task)
    return task


def take(bench: Bench) -> Task | None:
    """The next part for this worker."""
    with bench.room.database.writing() as session:
        return task_store.take(session, bench.worker, bench.watch, now=bench.room.clock())


def perform(bench: Bench, task: Task) -> None:
    """Do a part and note what it gave, or what became of it."""
    try:
        if task.attempts > CRASHES:
            raise PartFailed(stage=task.stage, part=task.part, attempts=task.attempts - 1, kind="crash")
        _STAGES[task.stage](bench, task)
    except Interrupted:
        _put_back(bench, task, counted=False)
    except ServiceError as error:
        _refused(bench, task, error)
    except Exception as error:
        if is_full(error):
            _wait(bench, task)
        else:
            _failed(bench, task, error)


def _read(bench: Bench, task: Task) -> None:
    run = RunFolder(bench.room.folder(task.job_id))

    def behind(progress: Progress) -> None:
        bench.check()
        if not progress.chunks:  # the whole file is looked at once before the first row is read
            bench.note(f"survey {progress.done}")
            return
        bench.note("")
        _more_parts(bench, task, progress.chunks, rows=progress.done, total=progress.total)

    manifest = read_stage(run.path, run.read_plan(), done=behind)
    _more_parts(bench, task, len(manifest.chunks), rows=manifest.rows, total=manifest.rows)
    _done(bench, task, rows=manifest.rows, counts="{}")


def _more_parts(bench: Bench, task: Task, parts: int, *, rows: int, total: int) -> None:
    """Chunks are there: they can be matched, while others are still read."""
    with bench.room.database.writing() as session:
        if not store.known(session, [task.job_id]):
            raise Interrupted
        task_store.add_parts(session, task.job_id, Stage.MATCH, parts)
        store.read(session, task.job_id, rows=rows, total=total or None)


def _match(bench: Bench, task: Task) -> None:
    run = RunFolder(bench.room.folder(task.job_id))
    question = bench.question(run.read_plan())
    bench.note("")
    counts = match_stage(run.path, task.part, question)
    _done(bench, task, rows=counts.rows_in, counts=counts.to_json())


def _finish(bench: Bench, task: Task) -> None:
    totals = finish_stage(bench.room.folder(task.job_id), done=lambda progress: bench.check())
    _done(bench, task, rows=totals.counts.rows_in, counts=json.dumps(totals.by_file_finding, sort_keys=True))


_STAGES: Final[dict[Stage, Callable[[Bench, Task], None]]] = {
    Stage.READ: _read,
    Stage.MATCH: _match,
    Stage.FINISH: _finish,
}


def _done(bench: Bench, task: Task, *, rows: int, counts: str) -> None:
    """Note what a part gave, and what follows from it."""
    now = bench.room.clock()
    with bench.room.database.writing() as session:
        task_store.alone(session)
        if not task_store.done(session, task, bench.worker.id, rows=rows, counts=counts, now=now):
            return  # taken over meanwhile: the other one notes the same
        _follows(bench, session, task)
    _log.info("part.done", job=task.job_id, stage=task.stage, part=task.part, rows=rows)


def _follows(bench: Bench, session: Session, task: Task) -> None:
    if task.stage is Stage.FINISH:
        ended(session, store.existing(session, task.job_id), State.DONE, now=bench.room.clock())
    elif task_store.all_done(session, task.job_id, (Stage.READ, Stage.MATCH)):
        task_store.add_parts(session, task.job_id, Stage.FINISH, 1)


def _put_back(bench: Bench, task: Task, *, counted: bool = True, pause: timedelta | None = None) -> None:
    later = None if pause is None else bench.room.clock() + pause
    with bench.room.database.writing() as session:
        task_store.put_back(session, task, bench.worker.id, not_before=later, counted=counted)


def _wait(bench: Bench, task: Task) -> None:
    """The disk is full: the job waits and is tried again; where even that can't be written, the lease runs out."""
    _log.warning("disk.full", job=task.job_id, stage=task.stage, part=task.part)
    with bench.room.database.writing() as session:
        task_store.alone(session)
        later = bench.room.clock() + PAUSE
        task_store.put_back(session, task, bench.worker.id, not_before=later, counted=False)
        store.move(session, task.job_id, State.WAITING, now=bench.room.clock(), among=WORKED_ON, reason=DiskFull())


def _refused(bench: Bench, task: Task, error: ServiceError) -> None:
    """The job can't go on: the file can't be read, or what it needs is gone. Other refusals may pass."""
    if isinstance(error, JobMissing):
        return
    if error.status < 500 or isinstance(error, PartFailed):
        _end(bench, task, error)
    elif isinstance(error, DiskFull):
        _wait(bench, task)
    else:
        _failed(bench, task, error)


def _failed(bench: Bench, task: Task, error: Exception) -> None:
    """Try again a little later, or say that it fails; only the kind of the error is told, its text may hold data."""
    kind = error.code if isinstance(error, ServiceError) else type(error).__name__
    _log.error("part.failed", job=task.job_id, stage=task.stage, part=task.part, kind=kind, place=_place(error))
    if task.attempts < ATTEMPTS:
        _put_back(bench, task, pause=timedelta(seconds=5 * task.attempts))
    else:
        _end(bench, task, PartFailed(stage=task.stage, part=task.part, attempts=task.attempts, kind=kind))


def _end(bench: Bench, task: Task, reason: ServiceError) -> None:
    _log.warning("job.failed", job=task.job_id, stage=task.stage, part=task.part, reason=reason.code)
    with bench.room.database.writing() as session:
        task_store.alone(session)
        if task_store.put_back(session, task, bench.worker.id):
            ended(session, store.existing(session, task.job_id), State.FAILED, now=bench.room.clock(), reason=reason)


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
