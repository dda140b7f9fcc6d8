"""What an entry of the access log costs: microseconds a request, alone and with many at once, by disk or by process.

python -m benchmarks.access_log [--folder DIR]
"""

from __future__ import annotations

import argparse
import logging
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import structlog

from app.access_log.chain import Flush
from app.access_log.entries import Entry, Subject
from app.access_log.log import AccessLog

SECONDS = 3.0
FLUSHES: tuple[Flush, ...] = ("disk", "process")


def main() -> None:
    """Measure and print a line for each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="on the disk to be measured; default: a temporary one")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for flush in FLUSHES:
        for clients in (1, 64):
            with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
                print(measured(Path(folder), flush, clients))


def measured(folder: Path, flush: Flush, clients: int) -> str:
    """So many clients, each asking again as soon as it is answered."""
    log = AccessLog(folder, clock=lambda: datetime.now(UTC), flush=flush)
    log.record(entry(log))
    taken: list[list[float]] = [[] for _ in range(clients)]
    end = time.monotonic() + SECONDS

    def ask(number: int) -> None:
        while time.monotonic() < end:
            started = time.perf_counter()
            log.record(entry(log))
            taken[number].append(time.perf_counter() - started)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    used = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = time.process_time() - used
    log.close()
    times = sorted(1e6 * each for part in taken for each in part)
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    return (
        f"{flush:8} {clients:3} clients: p50 {p50:8.0f} µs, p99 {p99:8.0f} µs, "
        f"{len(times) / SECONDS:7.0f} entries/s, {1e6 * used / len(times):5.0f} µs of processor time an entry"
    )


def entry(log: AccessLog) -> Entry:
    """An answered match of one person, its pseudonyms made anew."""
    pseudonym = log.pseudonym("068085001234")
    subject = Subject(asked=(pseudonym,), person=log.pseudonym("068085001234"), verdict="full", category="M1")
    return Entry("match.answered", "7", "benchmark", "3f0b0c52-7d3e-4f0c-9a53-2f0f6a1e9d11", (subject,), {"records": 1})


if __name__ == "__main__":
    main()
