"""A province's file from CSV to results: rows per second, processor time, memory of all processes, the stages' shares.

    python -m benchmarks.bulk --rows 1000000 --people 1000000
    python -m benchmarks.bulk --lam-dong        # 4,229,650 rows against 4,000,000 people

People, land rows, register and snapshot are made first, once, and kept in --folder; the measured part begins with the
CSV and ends with the Parquet results on the disk. Everybody is synthetic.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any

AS_OF = date(2026, 11, 22)
SAMPLE_SECONDS = 0.5
LOOP = 3_000_000
PROBED = 5  # chunks whose work is taken apart, in one process, after the run


def main() -> None:
    given = _arguments()
    folder: Path = given.folder
    os.environ |= {
        "KHOP_DATABASE_URL": f"sqlite:///{folder / f'register-{given.people}' / 'khop.db'}",
        "KHOP_DATA_DIR": str(folder / f"register-{given.people}"),
        "KHOP_AS_OF": AS_OF.isoformat(),
        "PYTHONWARNINGS": "ignore",
    }
    if given.measure:
        _measure(given.land, given.workers)
        return
    land = _prepared(folder, given.rows, given.people)
    command = [sys.executable, "-m", "benchmarks.bulk", "--measure", "--land", str(land), "--folder", str(folder)]
    command += ["--people", str(given.people), "--workers", str(given.workers)]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    sampler = _Sampler(process.pid)
    output, _ = process.communicate()
    if process.returncode:
        raise SystemExit(process.returncode)
    peak = sampler.stop()
    wall = time.monotonic() - started
    _report(json.loads(output.splitlines()[-1]), given, wall=wall, peak=peak)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path("var/bulk"))
    parser.add_argument("--lam-dong", action="store_true", help="4,229,650 rows against 4,000,000 people")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--land", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.lam_dong:
        given.rows, given.people = 4_229_650, 4_000_000
    given.folder = given.folder.absolute()
    return given


def _prepared(folder: Path, rows: int, people: int) -> Path:
    """The land file, and a register with its snapshot; what is there already is kept."""
    population, land = folder / f"people-{people}.parquet", folder / f"land-{rows}-of-{people}.csv"
    folder.mkdir(parents=True, exist_ok=True)
    if not population.exists():
        _khop("synth", "population", "-o", str(population), "--size", str(people), "--seed", "1")
    if not land.exists():
        _khop("synth", "land", "-o", str(land), "--size", str(rows), "--population", str(population), "--seed", "2")
    (folder / f"register-{people}").mkdir(exist_ok=True)
    _khop("db", "upgrade")
    with _timed("register import"):
        _khop("register", "import", str(population), "--scope", "benchmark")
    with _timed("snapshot"):
        _snapshot()
    return land


@contextmanager
def _timed(what: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    print(f"{what}: {time.monotonic() - started:.1f} s (0 where it was there already)", flush=True)


def _khop(*words: str) -> None:
    subprocess.run([sys.executable, "-c", "from app.cli import main; main()", *words], check=True)


def _snapshot() -> None:
    code = "from benchmarks.bulk import snapshot; snapshot()"
    subprocess.run([sys.executable, "-c", code], check=True)


def snapshot() -> None:
    """Build the snapshot of the active register, if there is none."""
    from app.db import database
    from app.register.candidates import active_candidates
    from app.register.snapshots import snapshot_of
    from app.settings import Settings

    settings = Settings()
    opened = database(settings)
    version = active_candidates(opened).people.version
    snapshot_of(opened, version, settings.data_dir)
    print(f"snapshot: peak {getrusage(RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB", flush=True)


def _measure(land: Path, workers: int) -> None:
    """The measured process: what `khop match` does, with a look at the clock at each stage."""
    from app.db import database
    from app.engines.folder import RunFolder
    from app.engines.local import Watcher, run_folder, run_on_all_cores
    from app.engines.questions import plan_of, question_of
    from app.files.exports import export_results
    from app.register.snapshots import snapshot_folder
    from app.settings import Settings

    settings = Settings()
    opened = database(settings)
    marks: dict[str, tuple[float, float]] = {}

    def mark(stage: str) -> None:
        marks[stage] = (time.monotonic(), time.process_time())

    mark("start")
    plan = plan_of(opened, land, as_of=AS_OF)
    question_of(plan, opened, settings.data_dir)
    opened.close()
    mark("plan")
    with run_folder(settings.data_dir, plan, land) as folder:
        totals = run_on_all_cores(
            folder,
            plan,
            snapshot_folder(settings.data_dir, plan.register),
            workers=workers,
            watcher=Watcher(done=lambda at: mark(at.stage)),
        )
        mark("finish")
        results = land.with_suffix(".results.parquet")
        export_results(RunFolder(folder).results, results)
        mark("export")
        cpu = sum(each.ru_utime + each.ru_stime for each in map(getrusage, (RUSAGE_SELF, RUSAGE_CHILDREN)))
        shares = _shares(folder, plan, snapshot_folder(settings.data_dir, plan.register))
    print(json.dumps({"marks": marks, "cpu": cpu, "counts": json.loads(totals.to_json()), "shares": shares}))


def _shares(folder: Path, plan: Any, snapshot: Path) -> dict[str, float]:
    """What a row of a chunk costs in each part of the work, in microseconds of one thread."""
    from app.engines.folder import RunFolder
    from app.engines.result_chunks import Matched, write_result_chunk
    from app.engines.source_chunks import read_source_chunk
    from matching.link import Question, answered, asked_of
    from matching.normalise import normalise_all
    from matching.snapshot import SnapshotCandidates

    gc.disable()  # as a worker does
    run = RunFolder(folder)
    question = Question(SnapshotCandidates(snapshot), plan.linkage_model, plan.as_of)
    spent: dict[str, float] = dict.fromkeys(("read chunk", "normalise", "link", "write chunk"), 0.0)
    rows = 0
    chunks = run.source_chunks()
    probed = chunks[:: max(1, len(chunks) // (2 * PROBED))]
    for number in probed:
        clock = [time.thread_time()]
        source = read_source_chunk(run.source(number))
        raws = source.raws(whole=False)
        clock.append(time.thread_time())
        records = normalise_all(raws, as_of=plan.as_of)
        clock.append(time.thread_time())
        asked = asked_of(records)
        answers = answered(asked, question)
        clock.append(time.thread_time())
        write_result_chunk(folder / "probe.parquet", source, Matched(asked, answers, {}), plan=plan.digest)
        clock.append(time.thread_time())
        if number == probed[0] and len(probed) > 1:
            continue  # the first chunk fills tables that all later ones use
        rows += source.rows
        for part, (start, end) in zip(spent, pairwise(clock), strict=True):
            spent[part] += end - start
    return {part: 1e6 * seconds / max(rows, 1) for part, seconds in spent.items()}


def _loop() -> float:
    """How long a fixed piece of work takes: on a crowded machine every second of processor time does less."""
    started, total = time.process_time(), 0
    for number in range(LOOP):
        total += number
    return time.process_time() - started


class _Sampler:
    """Adds up the proportional memory (PSS) of a process and all that descend from it, again and again."""

    def __init__(self, root: int) -> None:
        self._root, self._peak, self._ended = root, 0, threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """The highest sum seen, in KiB."""
        self._ended.set()
        self._thread.join()
        return self._peak

    def _sample(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            self._peak = max(self._peak, sum(map(_pss, _family(self._root))))


def _family(root: int) -> list[int]:
    """The process and its descendants."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _report(found: dict[str, Any], given: argparse.Namespace, *, wall: float, peak: int) -> None:
    marks = {stage: tuple(times) for stage, times in found["marks"].items()}
    counts = found["counts"]["counts"]
    start, end = marks["start"][0], marks["export"][0]
    rows = counts["rows_in"]
    print(f"{rows:,} rows, {given.people:,} people, {given.workers} workers on {os.cpu_count()} cores")
    print(f"from CSV to Parquet: {end - start:.1f} s, {rows / (end - start):,.0f} rows/s (whole command {wall:.1f} s)")
    print(f"processor time of all processes: {found['cpu']:.1f} s, {1e6 * found['cpu'] / rows:.1f} µs a row")
    print(f"peak proportional memory of all processes: {peak / 1024:,.0f} MiB")
    before = start
    used = marks["start"][1]
    for stage in ("plan", "survey", "read", "match", "finish", "export"):
        until, spent = marks[stage]
        print(
            f"  until {stage:<7} ends: +{max(until - before, 0.0):7.1f} s, "
            f"{max(spent - used, 0.0):6.1f} s of processor time in the first process"
        )
        before, used = max(before, until), max(used, spent)
    for part, cost in found["shares"].items():
        print(f"  a worker, {part:<11}: {cost:6.1f} µs a row")
    print(f"verdicts: {counts['by_verdict']}; file findings: {found['counts']['by_file_finding']}")
    print(f"load average {os.getloadavg()[0]:.1f}; a loop of {LOOP:,} sums: {_loop():.3f} s of processor time")


if __name__ == "__main__":
    main()
