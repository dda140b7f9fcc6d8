"""Measures the linkage step alone, normalised records in and best match out, beside Splink on the same values.

    python -m benchmarks.link_step --land 1000000 --people 4000000 --seed 41

A province is made, read and normalised once and kept under --work. Khớp answers all clean records from its snapshot in
two processes, with caps and all levels on, once with the short way and once without: both must say the same of every
land user. Splink (benchmarks/peers/splink_link.py) blocks and predicts on two threads, in chunks that fit into memory,
once by Khớp's own blocking rules and once with the large block that benchmarks/quality.py adds. Both engines are given
columns with all keys made: the step begins there. Processor seconds of all processes count, and the peak of their
proportional set size.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.peers.provinces import _COLUMNS, AS_OF, _land_row, _person_row, asked
from matching.answer_columns import AnswerColumns
from matching.block import register_keys
from matching.candidates import RegisterStamp
from matching.columns import people_columns, stored
from matching.link import Question, answered, asked_of
from matching.model import default_model
from matching.normalise import normalise
from matching.normalise.person import read_person
from matching.records import RawRecord
from matching.snapshot import SnapshotCandidates, SnapshotRow, write_snapshot
from matching.statistics import StatisticsBuilder
from matching.synthetic.land import land
from matching.synthetic.population import REGISTER_SCHEMA, population

_CHUNK = 50_000  # records of a batch
_PROCESSES = 2
_FIELDS = frozenset(RawRecord.__dataclass_fields__)


class Size(NamedTuple):
    """How much is linked with how much, and where it is kept."""

    land: int
    people: int
    seed: int
    work: Path

    @property
    def folder(self) -> Path:
        """Where the province is kept."""
        return self.work / f"link-{self.people}x{self.land}-seed{self.seed}"


def prepare(size: Size) -> None:
    """Make, read and normalise the province, unless that was done before."""
    folder = size.folder
    if (folder / "done").exists():
        return
    (folder / "records").mkdir(parents=True, exist_ok=True)
    register = pa.Table.from_batches(population(size.people, size.seed, as_of=AS_OF), schema=REGISTER_SCHEMA)
    register = register.sort_by("personal_id")
    _write_register(folder, register)
    _write_land(folder, (rows for rows, _ in land(register, size.land, size.seed, as_of=AS_OF)))
    (folder / "done").touch()


def _write_register(folder: Path, register: pa.Table) -> None:
    """The register as a snapshot for Khớp, and as a table for Splink."""
    statistics = StatisticsBuilder()
    with pq.ParquetWriter(folder / "register.parquet", _COLUMNS) as file:
        for at, batch in enumerate(register.to_batches(max_chunksize=_CHUNK)):
            people = [read_person(row) for row in batch.to_pylist()]
            file.write_table(pa.Table.from_pylist([_person_row(person) for person in people], schema=_COLUMNS))
            rows = [SnapshotRow(stored(person), person.full_name) for person in people]
            _keep(folder / f"people-{at:04d}.pickle", rows)
            columns = people_columns([row.person for row in rows])
            statistics.add(columns, register_keys(columns)[0])
    built = statistics.build()
    batches = (_kept(path) for path in sorted(folder.glob("people-*.pickle")))
    write_snapshot(folder / "snapshot", batches, statistics=built, stamp=RegisterStamp("synthetic", "", built.digest))
    for path in folder.glob("people-*.pickle"):
        path.unlink()


def _write_land(folder: Path, batches: Iterator[pa.RecordBatch]) -> None:
    """The land rows as clean records for Khớp, and as a table for Splink."""
    rows = [row for batch in batches for row in batch.to_pylist()]
    count = 0
    with pq.ParquetWriter(folder / "land.parquet", _COLUMNS) as file:
        for at in range(0, len(rows), _CHUNK):
            raws = [RawRecord(**{k: v for k, v in row.items() if k in _FIELDS}) for row in rows[at : at + _CHUNK]]
            records = [normalise(raw, as_of=AS_OF) for raw in raws]
            _keep(folder / "records" / f"{at // _CHUNK:03d}.pickle", records)
            subjects = [subject for _, subject in asked(records)]
            land_rows = [_land_row(count + place, subject) for place, subject in enumerate(subjects)]
            file.write_table(pa.Table.from_pylist(land_rows, schema=_COLUMNS))
            count += len(subjects)


def _keep(path: Path, values: object) -> None:
    path.write_bytes(pickle.dumps(values, protocol=5))


def _kept(path: Path) -> Any:
    return pickle.loads(path.read_bytes())


def work(folder: Path, part: int, cascade: bool) -> None:
    """Link every second chunk, and tell on the last line what it took and what came out."""
    question = Question(SnapshotCandidates(folder / "snapshot"), default_model(), AS_OF, cascade=cascade)
    keyed, spent, subjects, digests = 0.0, 0.0, 0, {}
    for path in sorted((folder / "records").glob("*.pickle"))[part::_PROCESSES]:
        records = _kept(path)  # what is read is normalised: not part of the step
        before = time.process_time()
        asked = asked_of(records)
        keyed += time.process_time() - before
        before = time.process_time()
        columns = answered(asked, question)
        spent += time.process_time() - before
        subjects += len(columns)
        digests[path.stem] = _digest(columns)
    print(json.dumps({"cpu": spent, "keyed": keyed, "subjects": subjects, "digests": digests}))


def _digest(columns: AnswerColumns) -> str:
    """What a batch was answered: verdict, category, findings, probability, weight, person."""
    sets = ["".join(f"{f.code}{f.people}," for f in found) for found in columns.finding_sets]
    digest = hashlib.blake2b("\n".join(sets[at] for at in columns.finding_set.tolist()).encode(), digest_size=8)
    for column in (columns.decision, columns.probability, columns.weight, columns.personal_id, columns.verdict):
        digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()


class Run(NamedTuple):
    """What a run took and said."""

    cpu: float
    wall: float
    pss: int  # MiB, the peak of all processes together
    told: list[str]  # the last line of each process


def run(commands: Sequence[Sequence[str]]) -> Run:
    """Run processes at the same time, and watch how much memory they have together."""
    start = time.monotonic()
    processes = [subprocess.Popen([sys.executable, *each], stdout=subprocess.PIPE, text=True) for each in commands]
    watch = _Watch([process.pid for process in processes])
    watch.start()
    told = [process.communicate()[0].strip().rpartition("\n")[2] for process in processes]
    watch.over.set()
    watch.join()
    if any(process.returncode for process in processes):
        raise SystemExit("a process failed")
    times = os.times()
    return Run(times.children_user + times.children_system, time.monotonic() - start, watch.peak, told)


class _Watch(threading.Thread):
    """Looks every second how much memory some processes have together."""

    def __init__(self, pids: Sequence[int]) -> None:
        super().__init__()
        self.pids, self.peak, self.over = pids, 0, threading.Event()

    def run(self) -> None:
        """Watch until it is over."""
        while not self.over.wait(1):
            self.peak = max(self.peak, sum(map(_pss, self.pids)) // 1024)


def _pss(pid: int) -> int:
    """The proportional set size of a process, KiB; nothing once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def khop(size: Size, *, cascade: bool) -> tuple[float, dict[str, str]]:
    """Link everything with Khớp; processor seconds of the step, and what each chunk was answered."""
    mode = "on" if cascade else "off"
    me = ["-m", "benchmarks.link_step", "--folder", str(size.folder), "--cascade", mode]
    found = run([[*me, "--part", str(part)] for part in range(_PROCESSES)])
    parts = [json.loads(line) for line in found.told]
    cpu, keyed, subjects = (sum(part[name] for part in parts) for name in ("cpu", "keyed", "subjects"))
    print(
        f"Khớp, short way {mode}: {cpu:.1f} CPU s for {subjects:,} land users, {cpu / subjects * 1e6:.1f} µs each "
        f"(their columns and keys before: {keyed / subjects * 1e6:.1f} µs each); "
        f"PSS {found.pss:,} MiB; wall {found.wall:.0f} s with the reading of records; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return cpu, {name: digest for part in parts for name, digest in part["digests"].items()}


def splink(size: Size, *, narrow: bool) -> float:
    """Link everything with Splink; processor seconds of blocking and predicting."""
    chunks = max(size.people * size.land // 1_000_000**2, 1)
    how = ["--chunks", str(chunks), "--least-weight", "-5", *(["--narrow"] if narrow else [])]
    out = size.folder / "splink"
    out.mkdir(exist_ok=True)
    np.save(out / "true_persons.npy", np.zeros(pq.read_metadata(size.folder / "land.parquet").num_rows, dtype=np.int64))
    found = run([["-m", "benchmarks.peers.splink_link", str(size.folder), str(out), *how]])
    figures = json.loads((out / f"splink{'_small' if narrow else ''}.json").read_text())
    cpu = float(figures["cpu"]["link"])
    blocks = "small blocks" if narrow else "all blocks"
    print(
        f"Splink 5 on DuckDB, {blocks}, two threads: {cpu:.1f} CPU s to block, predict "
        f"and take the best; {figures['pairs']:,} pairs; PSS {found.pss:,} MiB; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return cpu


def main() -> None:
    """Prepare, link, compare."""
    options = argparse.ArgumentParser(description="The linkage step beside Splink's.")
    options.add_argument("--land", type=int, default=1_000_000)
    options.add_argument("--people", type=int, default=4_000_000)
    options.add_argument("--seed", type=int, default=41)
    options.add_argument("--work", type=Path, default=Path("var/link"))
    options.add_argument("--folder", type=Path, help="of a process that links its part")
    options.add_argument("--part", type=int, default=0)
    options.add_argument("--cascade", choices=("on", "off"), default="on")
    asked_for = options.parse_args()
    if asked_for.folder is not None:
        work(asked_for.folder, asked_for.part, asked_for.cascade == "on")
        return
    size = Size(asked_for.land, asked_for.people, asked_for.seed, asked_for.work)
    prepare(size)
    ours, short = khop(size, cascade=True)
    full, whole = khop(size, cascade=False)
    same = sum(short[name] == digest for name, digest in whole.items())
    print(f"chunks answered alike with and without the short way: {same} of {len(whole)}", flush=True)
    for narrow in (True, False):
        theirs = splink(size, narrow=narrow)
        print(f"Splink / Khớp: {theirs / ours:.1f} (without the short way {theirs / full:.1f})", flush=True)


if __name__ == "__main__":
    main()
