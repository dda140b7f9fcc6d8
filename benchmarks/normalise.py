"""Measures how fast whole land records are normalised, what importing the library costs, what the gazetteer holds.

    khop synth land -o land.csv --size 1000000 --population-size 1000000 --seed 3
    python -m benchmarks.normalise land.csv [--rows 1000000] [--repeat 3]

Times are processor time of one core; the load of the machine is printed beside them, as other jobs slow a core down.
"""

from __future__ import annotations

import argparse
import csv
import gc
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path

from matching.normalise import normalise, normalise_all
from matching.normalise.addresses import read_address
from matching.normalise.birth_dates import read_birth_dates
from matching.normalise.gazetteer import gazetteer
from matching.normalise.names import read_names
from matching.normalise.numbers import read_numbers
from matching.records import RawRecord

AS_OF = date(2026, 11, 22)
FIELDS = ("full_name", "id_number", "birth_date", "sex", "address")
CHUNK = 10_000  # rows of a worker's chunk
LAST = 50_000  # rows by which the readers are measured


def rows_of(path: Path, count: int) -> list[dict[str, str]]:
    """The first rows of a land file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(itertools.islice(csv.DictReader(file), count))


def records_of(rows: list[dict[str, str]]) -> list[RawRecord]:
    """The rows as raw records of the five fields."""
    return [RawRecord(row["record_id"], *(row[field] or None for field in FIELDS)) for row in rows]


def seconds(raws: list[RawRecord]) -> float:
    """Processor time of normalising the records in chunks, as a worker does: the cyclic collector rests meanwhile."""
    gc.collect()
    gc.disable()
    start = time.process_time()
    for at in range(0, len(raws), CHUNK):
        normalise_all(raws[at : at + CHUNK], as_of=AS_OF)
    taken = time.process_time() - start
    gc.enable()
    return taken


def parts(raws: list[RawRecord]) -> str:
    """Microseconds a row that each reader takes on a chunk that comes after another one."""
    readers: dict[str, tuple[str, Callable[[str], object]]] = {
        "names": ("full_name", read_names),
        "numbers": ("id_number", lambda cell: read_numbers(cell, latest=AS_OF.year)),
        "birth dates": ("birth_date", lambda cell: read_birth_dates(cell, latest=AS_OF.year)),
        "addresses": ("address", read_address),
    }
    taken = {}
    for part, (field, reader) in readers.items():
        for chunk in (raws[-2 * LAST : -LAST], raws[-LAST:]):
            cells = [cell for raw in chunk if (cell := getattr(raw, field))]
            start = time.process_time()
            for cell in cells:
                reader(cell)
            taken[part] = (time.process_time() - start) / len(chunk) * 1e6
    return ", ".join(f"{part} {micros:.1f}" for part, micros in taken.items())


def import_seconds(module: str) -> float:
    """Processor time of a fresh interpreter that imports the module, compiled before: the median of nine.

    Of the thread that imports alone, as OpenBLAS starts others that spin for a while once NumPy is there.
    """
    code = f"import time; start = time.thread_time(); import {module}; print(time.thread_time() - start)"
    with tempfile.TemporaryDirectory() as compiled:
        settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        settings["PYTHONPYCACHEPREFIX"] = compiled
        run = [sys.executable, "-c", code]
        taken = [float(subprocess.run(run, capture_output=True, check=True, env=settings).stdout) for _ in range(10)]
    return statistics.median(taken[1:])


def gazetteer_bytes() -> int:
    """What the gazetteer holds once an address was read, as Python counts it, in a fresh interpreter."""
    gazetteer.cache_clear()
    tracemalloc.start()
    gazetteer()
    normalise(RawRecord(address="xã Lộc An, huyện Bảo Lâm, tỉnh Lâm Đồng"), as_of=AS_OF)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("land", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    print(f"gazetteer and its index: {gazetteer_bytes() / 2**20:.1f} MiB")
    numpy, matching = import_seconds("numpy"), import_seconds("numpy, matching.normalise")
    link = import_seconds("matching.link")
    print(f"import: numpy {numpy:.3f} s, with matching.normalise {matching:.3f} s, matching.link {link:.3f} s")
    rows = rows_of(given.land, given.rows)
    shares = (f"{field} {len({row[field] for row in rows}) / len(rows):.1%}" for field in FIELDS)
    print(f"{len(rows):,} rows; distinct values: {', '.join(shares)}")
    raws = records_of(rows)
    del rows
    seconds(raws[:2_000])  # the gazetteer's index is built once
    print(f"microseconds a row: {parts(raws)}", flush=True)
    runs = []
    for run in range(1, given.repeat + 1):
        taken = seconds(raws)
        runs.append(len(raws) / taken)
        print(f"run {run}: {taken:.1f} s of processor time, {runs[-1]:,.0f} rows/s (load {os.getloadavg()[0]:.1f})")
    print(f"median: {statistics.median(runs):,.0f} rows per second and core")


if __name__ == "__main__":
    main()
