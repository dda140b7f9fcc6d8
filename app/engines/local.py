"""The local engine: all cores of one machine, without a server; a run that was broken off goes on where it was."""

from __future__ import annotations

import atexit
import fcntl
import gc
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Final

from app.engines.arrow_alone import leave_pandas_out
from app.engines.counts import Counts
from app.engines.finish import Totals
from app.engines.folder import RunFolder
from app.engines.manifest import SourceManifest
from app.engines.plan import RunPlan
from app.engines.stages import Progress, finish_stage, match_stage, read_stage, unannounced, unwatched
from matching.link import Question

_KEPT_SECONDS: Final = 7 * 86_400  # of a run that nobody has taken up again


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told how the input is read, and how far the run is."""

    opened: Callable[[SourceManifest], None] = unannounced
    done: Callable[[Progress], None] = unwatched


def unannounced_wait() -> None:
    """Tells nobody that another process is waited for."""


@contextmanager
def run_folder(
    data_dir: Path, plan: RunPlan, source: Path, *, waiting: Callable[[], None] = unannounced_wait
) -> Iterator[Path]:
    """The folder of this run, the same for the same plan; removed when the run has ended well, kept when not.

    The same command twice at a time: the second one says that it is `waiting`, and waits.
    """
    runs = data_dir / "runs"
    folder = runs / plan.digest
    runs.mkdir(parents=True, exist_ok=True)
    _forget_old(runs)
    with (runs / f".{plan.digest}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        run = RunFolder(folder)
        given = run.input(plan)
        given.parent.mkdir(parents=True, exist_ok=True)
        given.unlink(missing_ok=True)
        given.symlink_to(source.resolve())
        run.write_plan(plan)
        yield folder
        shutil.rmtree(folder, ignore_errors=True)


def _forget_old(runs: Path) -> None:
    """Remove runs that were broken off long ago: they hold what people have in their files."""
    for folder in runs.iterdir():
        if folder.is_dir() and time.time() - folder.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def run_here(folder: Path, plan: RunPlan, question: Question, *, watcher: Watcher) -> Totals:
    """All stages in this process; for files so small that starting others takes longer."""
    manifest = read_stage(folder, plan, done=watcher.done, opened=watcher.opened)
    behind = 0
    for number in range(len(manifest.chunks)):
        match_stage(folder, number, question)
        behind += manifest.chunks[number]
        watcher.done(Progress("match", behind, manifest.rows, number + 1))
    return finish_stage(folder, done=watcher.done)


def run_on_all_cores(folder: Path, plan: RunPlan, snapshot: Path, *, workers: int, watcher: Watcher) -> Totals:
    """All stages; chunks are matched by processes of their own while the file is still being read."""
    leave_pandas_out()
    arguments = _Work(folder, snapshot, plan.to_json())
    # Spawned, not forked: this process has threads, and a worker shall hold nothing but what it needs.
    pool = ProcessPoolExecutor(
        workers or cores(), mp_context=get_context("spawn"), initializer=_begin, initargs=(arguments,)
    )
    try:
        pool.submit(_begun)  # all processes start with the first thing asked: while the file is looked through
        tally = _Tally(pool, watcher.done)
        manifest = read_stage(folder, plan, done=tally.read, opened=watcher.opened)
        tally.finish(len(manifest.chunks), manifest.rows)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in list((pool._processes or {}).values()):
            process.terminate()
        raise
    pool.shutdown()
    return finish_stage(folder, done=watcher.done)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Tally:
    """Hands chunks to the processes as they appear, and tells how many rows are behind."""

    def __init__(self, pool: ProcessPoolExecutor, watch: Callable[[Progress], None]) -> None:
        self._pool, self._watch = pool, watch
        self._waiting: set[Future[Counts]] = set()
        self._submitted = self._behind = self._chunks = 0

    def read(self, progress: Progress) -> None:
        """Another source chunk is there."""
        self._watch(progress)
        self._submit(progress.chunks)
        self._take(progress.total, timeout=0)

    def finish(self, chunks: int, rows: int) -> None:
        """Wait for all chunks."""
        self._submit(chunks)
        while self._waiting:
            self._take(rows, timeout=None)

    def _submit(self, chunks: int) -> None:
        for number in range(self._submitted, chunks):
            self._waiting.add(self._pool.submit(_matched, number))
        self._submitted = max(self._submitted, chunks)

    def _take(self, rows: int, *, timeout: float | None) -> None:
        if not self._waiting:
            return
        done, self._waiting = wait(self._waiting, timeout, FIRST_COMPLETED)
        for future in done:
            self._behind += future.result().rows_in
            self._chunks += 1
        if done:
            self._watch(Progress("match", self._behind, rows, self._chunks))


@dataclass(frozen=True, slots=True)
class _Work:
    """What a worker process is told when it starts."""

    folder: Path
    snapshot: Path
    plan: str


_asked: list[tuple[Path, Question]] = []  # of this worker process


def _begin(work: _Work) -> None:
    """Prepare a worker process: the snapshot is mapped, not read, so that all workers share its pages."""
    import pyarrow as pa

    from matching.overlay import open_snapshot

    leave_pandas_out()
    # What a chunk leaves behind are tables of readings, without cycles: to walk through them took 2 µs a row.
    gc.disable()
    # Tables of readings are given back with the process: taking them down one by one would hold up the end of a run.
    atexit.register(os._exit, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started the workers ends them
    Thread(target=_end_with_parent, daemon=True).start()
    pa.set_cpu_count(1)
    plan = RunPlan.from_json(work.plan)
    _asked.append((work.folder, Question(open_snapshot(work.snapshot), plan.linkage_model, plan.as_of)))


def _begun() -> None:
    """Nothing: whoever asks for it wants processes to have started."""


def _end_with_parent() -> None:
    """Nobody asks this process any more once the one that started it is gone, however it went."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _matched(number: int) -> Counts:
    [(folder, question)] = _asked
    return match_stage(folder, number, question)
