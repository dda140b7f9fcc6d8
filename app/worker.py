"""The worker process: takes parts of jobs and does them; and the keeper of several such processes."""

from __future__ import annotations

import os
import secrets
import socket
import string
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.access_log.errors import AccessLogUnavailable
from app.access_log.log import AccessLog
from app.audits import retention
from app.audits.service import AuditRoom
from app.audits.waiting import freeze_due
from app.db import Database
from app.engines.arrow_alone import leave_pandas_out
from app.engines.plan import code_version
from app.jobs import task_store
from app.jobs.leases import LeaseWatch
from app.jobs.recorded import delete_expired
from app.jobs.service import Jobs, stop_revoked
from app.jobs.states import WORKED_ON
from app.jobs.task_store import Doing, Task, Worker
from app.jobs.webhooks import addresses, send_due
from app.reviews.acting import review_room
from app.settings import Settings
from app.tasks import Bench, perform, take

BEATS: Final = 6  # signs of life in the time of a lease
POLL: Final = 1.0  # seconds between two looks at an empty queue
HOUSEKEEPING: Final = 60.0
_NICE: Final = 10  # requests go before bulk work
_SECONDS_TO_END: Final = 20.0
_log = structlog.get_logger(__name__)


def new_id() -> str:
    """Twenty letters at random: no digits, which logs might take for somebody's number."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(20))


def jobs_of(settings: Settings, database: Database, *, today: Callable[[], date]) -> Jobs:
    """The room of jobs under these settings."""
    return Jobs(
        database=database,
        data_dir=settings.data_dir,
        clock=lambda: datetime.now(UTC),
        today=today,
        new_id=new_id,
        rows_per_chunk=settings.chunk_rows,
        lease=timedelta(seconds=settings.lease_seconds),
    )


def worker_here(now: datetime) -> Worker:
    """This process as a worker."""
    return Worker(new_id(), socket.gethostname()[:200], os.getpid(), code_version(), now)


@dataclass
class Heart:
    """A thread that says that the worker lives, keeps its part, and learns when the part is not wanted any more."""

    room: Jobs
    worker: Worker
    ending: threading.Event
    doing: Doing = field(default_factory=Doing)
    unwanted: bool = False
    _stopped: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, task: Task | None) -> None:
        """The worker has another part, or none."""
        with self._lock:
            self.doing, self.unwanted = Doing(task), False

    def say(self, note: str) -> None:
        """A word on what is done."""
        with self._lock:
            self.doing = replace(self.doing, note=note)

    def interrupted(self) -> bool:
        """Whether the part is to be left."""
        return self.unwanted or self.ending.is_set()

    def beat(self) -> None:
        """One sign of life."""
        with self._lock:
            doing = self.doing
        with self.room.database.writing() as session:
            state = task_store.beat(session, self.worker, doing, lease=self.room.lease, now=self.room.clock())
        with self._lock:
            if doing.task is not None and doing.task is self.doing.task and state not in WORKED_ON:
                self.unwanted = True

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat until the end."""
        thread = threading.Thread(target=self._run, name="heart", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.wait(self.room.lease.total_seconds() / BEATS):
            try:
                self.beat()
            except (SQLAlchemyError, OSError) as error:  # a database that is away may come back
                _log.warning("heart.failed", kind=type(error).__name__)


def run(settings: Settings, database: Database, ending: threading.Event, *, today: Callable[[], date]) -> None:
    """Take parts of jobs and do them, until told to end."""
    leave_pandas_out()
    room = jobs_of(settings, database, today=today)
    audits = AuditRoom(room, review_room(room).reviews)
    heart = Heart(room, worker_here(room.clock()), ending)
    bench = Bench(room, heart.worker, LeaseWatch(room.lease), heart.interrupted, heart.say)
    urls, refused = addresses(settings.webhook_urls)
    if refused:
        _log.warning("webhook.address_refused", n=len(refused))
    with suppress(AttributeError, OSError):
        os.nice(_NICE)
    _log.info("worker.started", worker=heart.worker.id, pid=heart.worker.pid, code=heart.worker.code)
    _patiently(heart.beat)
    next_housekeeping = 0.0
    with heart.beating():
        while not ending.is_set():
            if time.monotonic() >= next_housekeeping:
                _patiently(lambda: _keep_house(room, settings, audits))
                next_housekeeping = time.monotonic() + HOUSEKEEPING
            if not _patiently(lambda: _work(bench, heart)):
                ending.wait(POLL)
            _patiently(lambda: send_due(room, urls))
            _patiently(lambda: freeze_due(audits, lambda: _access_log(room, settings)))
    _patiently(lambda: _leave(room, heart.worker))
    _log.info("worker.ended", worker=heart.worker.id)


def _work(bench: Bench, heart: Heart) -> bool:
    task = take(bench)
    if task is None:
        return False
    heart.begin(task)
    try:
        perform(bench, task)
    finally:
        heart.begin(None)
    return True


def _patiently(action: Callable[[], object]) -> bool:
    """Do something with database or access log; where that fails, say so and go on: it is tried again."""
    try:
        return bool(action())
    except (SQLAlchemyError, OSError, AccessLogUnavailable) as error:
        _log.warning("worker.waits", kind=type(error).__name__)
        return False


def _keep_house(room: Jobs, settings: Settings, audits: AuditRoom) -> None:
    def log() -> AccessLog:
        return _access_log(room, settings)

    stop_revoked(room.database, clock=room.clock)
    retention.keep_rates(audits, settings.job_days)
    delete_expired(room, settings.job_days, log)
    retention.delete_expired(audits, retention.Terms(settings.audit_days, settings.signed_audit_days), log)
    with room.database.writing() as session:
        task_store.forget_workers(session, before=room.clock() - timedelta(days=1))


def _access_log(room: Jobs, settings: Settings) -> AccessLog:
    return AccessLog(settings.data_dir, clock=room.clock, flush=settings.access_log_flush)


def _leave(room: Jobs, worker: Worker) -> None:
    with room.database.writing() as session:
        task_store.leave(session, worker.id)


def processes_of(settings: Settings) -> int:
    """How many worker processes are to run here."""
    if settings.worker_processes is not None:
        return settings.worker_processes
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Keeper:
    """Keeps worker processes alive: one that dies is started anew, and all end with their keeper, however it ends.

    Each holds the other end of a pipe: where it closes, the keeper is gone.
    """

    def __init__(self, count: int, *, environment: dict[str, str] | None = None) -> None:
        self._count, self._environment = count, environment
        self._ending = threading.Event()
        self._running: list[subprocess.Popen[bytes]] = []
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def __enter__(self) -> Keeper:
        self._running = [self._start() for _ in range(self._count)]
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ending.set()
        self._thread.join()
        for process in self._running:
            process.terminate()
        deadline = time.monotonic() + _SECONDS_TO_END
        for process in self._running:
            try:
                process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - a command of our own
            command(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=self._environment
        )

    def _keep(self) -> None:
        while not self._ending.wait(1.0):
            for place, process in enumerate(self._running):
                if process.poll() is not None:
                    _log.warning("worker.died", pid=process.pid, status=process.returncode)
                    self._running[place] = self._start()


def command() -> Sequence[str]:
    """The command of one worker process that ends with whoever started it."""
    return (sys.executable, "-c", "from app.cli import main; main()", "worker", "--processes", "1", "--with-parent")


def end_with_parent(ending: threading.Event, pipe: int) -> None:
    """Have the worker end when whoever started it is gone: its end of the pipe closes."""

    def watch() -> None:
        while os.read(pipe, 1):  # unbuffered: a thread that waits in a buffer's lock would break the end of the process
            pass
        ending.set()
        time.sleep(_SECONDS_TO_END)  # a part that can't be left in that time is taken over by somebody else
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
