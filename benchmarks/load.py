"""Load: many clients at once for a while, with everything on; no error allowed, memory watched.

python -m benchmarks.load --work DIR --seconds 60 --clients 64

DIR holds a database with a register (`khop demo --only-build` makes one, benchmarks.match_latency one of a million).
Exit status 1 where a request failed or the server's memory grew by more than a fifth after the first fifth of the time.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx2

from benchmarks.match_latency import KHOP, Headers, cpu_seconds, free_port, memory_mib, new_client, wait

RECORDS = [
    {"full_name": "Hộ ông Trần Văn Ba", "id_number": "068085001234", "birth_date": "20/07/1985"},
    {"full_name": "Lê Thị Mỹ", "birth_date": "1988", "address": "X. Đinh Lạc, H. Di Linh, T. Lâm Đồng"},
    {"full_name": "Nguyễn Văn Hùng", "id_number": "CMND 250123456"},
]
GROWTH = 1.2


def main() -> int:
    """Serve, ask from all sides, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--flush", choices=("disk", "process"), default="disk", help="KHOP_ACCESS_LOG_FLUSH")
    asked = parser.parse_args()
    work: Path = asked.work.resolve()
    environment = os.environ | {
        "KHOP_DATABASE_URL": f"sqlite:///{work / 'khop.db'}",
        "KHOP_DATA_DIR": str(work),
        "KHOP_LOG_FORMAT": "json",
        "KHOP_ACCESS_LOG_FLUSH": asked.flush,
        "KHOP_WORKER_PROCESSES": "0",
    }
    headers = new_client(environment)
    port = free_port()
    server = subprocess.Popen([KHOP, "serve", "--port", str(port)], env=environment, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        wait(url)
        return report(url, headers, records_of(work), asked.clients, asked.seconds, server.pid)
    finally:
        server.terminate()
        server.wait(timeout=60)


def records_of(work: Path) -> list[dict[str, str]]:
    """The land rows of the folder, or a few of our own."""
    for name in ("land.csv", "demo-land.csv"):
        if (work / name).exists():
            with (work / name).open(encoding="utf-8-sig", newline="") as file:
                return list(csv.DictReader(file))
    return RECORDS


def report(url: str, headers: Headers, records: list[dict[str, str]], clients: int, seconds: float, pid: int) -> int:
    """Ask for so long from so many clients; 0 where nothing failed and memory stayed."""
    end = time.monotonic() + seconds
    taken: list[list[float]] = [[] for _ in range(clients)]
    errors: list[str] = []

    def ask(number: int) -> None:
        with httpx2.Client(base_url=url, headers=headers, timeout=60) as client:
            place = number
            while time.monotonic() < end:
                started = time.perf_counter()
                try:
                    status = client.post("/v1/match", json={"record": records[place % len(records)]}).status_code
                    if status != 200:
                        errors.append(str(status))
                except httpx2.TransportError as error:
                    errors.append(type(error).__name__)
                taken[number].append(time.perf_counter() - started)
                place += clients

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    before = cpu_seconds(pid)
    for thread in threads:
        thread.start()
    time.sleep(seconds / 5)
    early = memory_mib(pid)
    for thread in threads:
        thread.join()
    late = memory_mib(pid)
    times = sorted(1_000 * each for part in taken for each in part)
    p50, p99 = (times[int(len(times) * share)] for share in (0.5, 0.99))
    used = 1_000 * (cpu_seconds(pid) - before) / len(times)
    print(
        f"{clients} clients, {seconds:.0f} s: {len(times):,} requests, errors {len(errors)} {sorted(set(errors))}; "
        f"{len(times) / seconds:.0f} requests/s; p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {times[-1]:.1f} ms; "
        f"server CPU {used:.2f} ms a request; memory {early:.0f} -> {late:.0f} MiB"
    )
    return 0 if not errors and late <= early * GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
