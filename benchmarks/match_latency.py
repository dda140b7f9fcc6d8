"""`POST /v1/match` under load: percentiles and requests per second of one server process over SQLite.

python -m benchmarks.match_latency --people 1000000 --requests 5000 --work DIR

Makes the register and land rows in DIR unless they are there, starts `khop serve`, and asks it from one connection
(latency) and from several (throughput), with everything on:
key, purpose, access log, metrics, log lines. Figures are those of the client, on the machine that also runs the server:
of the standard library's, and of httpx, which needs half a millisecond and more for itself. On a virtual machine a core
that falls asleep between two requests of a single client comes back slowly; --awake tells how much of a figure that is.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import json
import os
import secrets
import socket
import statistics
import string
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx2

KHOP = str(Path(sys.executable).with_name("khop"))
# Ends by itself after ten minutes, should nobody end it. Whoever wants its core takes it from so low a priority.
IDLE_LOOP = [
    sys.executable,
    "-c",
    "import os, time; os.nice(19); end = time.monotonic() + 600\nwhile time.monotonic() < end: pass",
]
Headers = dict[str, str]
Asker = Callable[[dict[str, str]], float]  # asks about a record; the seconds until its answer was read


def main() -> None:
    """Prepare, serve, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=5_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--warm-up", type=int, default=300, help="requests that aren't counted")
    parser.add_argument("--flush", choices=("disk", "process"), default="disk", help="KHOP_ACCESS_LOG_FLUSH")
    parser.add_argument("--work", type=Path, default=Path("var/bench-latency"))
    parser.add_argument("--awake", action="store_true", help="let no core sleep: idle loops of the lowest priority run")
    asked = parser.parse_args()
    work: Path = asked.work.resolve()
    environment = os.environ | {
        "KHOP_DATABASE_URL": f"sqlite:///{work / 'khop.db'}",
        "KHOP_DATA_DIR": str(work),
        "KHOP_LOG_FORMAT": "json",
        "KHOP_ACCESS_LOG_FLUSH": asked.flush,
    }
    prepare(work, asked.people, environment)
    with (work / "land.csv").open(encoding="utf-8-sig", newline="") as file:
        records = list(csv.DictReader(file))[: asked.requests + asked.warm_up]
    headers = new_client(environment)
    port = free_port()
    server = subprocess.Popen([KHOP, "serve", "--port", str(port)], env=environment, stderr=subprocess.DEVNULL)
    loops = [subprocess.Popen(IDLE_LOOP) for _ in range(os.cpu_count() or 1)] if asked.awake else []
    try:
        url = f"http://127.0.0.1:{port}"
        wait(url)
        report(url, headers, records, server.pid, clients=asked.clients, warm_up=asked.warm_up)
    finally:
        for process in (server, *loops):
            process.terminate()
        for process in (server, *loops):
            process.wait(timeout=30)


def prepare(work: Path, people: int, environment: dict[str, str]) -> None:
    """The register in the database, and land rows drawn from it."""
    work.mkdir(parents=True, exist_ok=True)
    register, land = work / "people.parquet", work / "land.csv"
    if not register.exists():
        run("synth", "population", "--size", str(people), "--seed", "101", "-o", str(register), environment=environment)
    if not land.exists():
        drawn = ("--population", str(register), "--size", "20000", "--seed", "102", "-o", str(land))
        run("synth", "land", *drawn, environment=environment)
    run("register", "import", str(register), "--scope", "benchmark", environment=environment)


def run(*words: str, environment: dict[str, str]) -> None:
    """Run a khop command and stop at its failure."""
    subprocess.run([KHOP, *words], env=environment, check=True)


def new_client(environment: dict[str, str]) -> Headers:
    """The headers of a new client without limits, who may see everything, and says why."""
    scopes = ("--scope", "match", "--scope", "match:disclose", "--scope", "metrics")
    name = "benchmark " + "".join(secrets.choice(string.ascii_lowercase) for _ in range(8))
    limits = ("--rate", "0", "--concurrent", "0", "--attempts", "0")
    command = [KHOP, "client", "create", name, *scopes, *limits]
    key = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()
    return {"Authorization": f"Bearer {key}", "X-Purpose": "benchmark"}


def free_port() -> int:
    """A port of the loopback that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait(url: str) -> None:
    """Until the server is ready, a minute at most."""
    for _ in range(300):
        try:
            if httpx2.get(f"{url}/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.2)
    raise SystemExit("the server isn't ready after a minute")


def report(url: str, headers: Headers, records: list[dict[str, str]], pid: int, *, clients: int, warm_up: int) -> None:
    """Ask one by one, then from several clients, and print what came out."""
    ask(url, headers, records[:warm_up])
    counted = records[warm_up:]
    for client in _CLIENTS:
        before = cpu_seconds(pid)
        started = time.perf_counter()
        times = sorted(1_000 * seconds for seconds in ask(url, headers, counted, client=client))
        wall, used = time.perf_counter() - started, cpu_seconds(pid) - before
        p50, p90, p99 = (times[int(len(times) * share)] for share in (0.5, 0.9, 0.99))
        print(
            f"one {client} client, {len(counted):,} requests: p50 {p50:.2f} ms, p90 {p90:.2f} ms, p99 {p99:.2f} ms, "
            f"mean {statistics.mean(times):.2f} ms; {len(counted) / wall:.0f} requests/s; "
            f"server CPU {1_000 * used / len(counted):.2f} ms a request"
        )
    parts = [counted[start::clients] for start in range(clients)]
    threads = [threading.Thread(target=ask, args=(url, headers, part)) for part in parts]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{clients} clients: {len(counted) / (time.perf_counter() - started):.0f} requests/s")
    started = time.perf_counter()
    with httpx2.Client(base_url=url, headers=headers, timeout=120) as client:
        for start in range(0, len(counted), 500):
            client.post("/v1/match/batch", json={"records": counted[start : start + 500]}).raise_for_status()
    print(f"batches of 500: {len(counted) / (time.perf_counter() - started):.0f} records/s")
    print(f"server memory: {memory_mib(pid):.0f} MiB; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def ask(url: str, headers: Headers, records: list[dict[str, str]], *, client: str = "plain") -> list[float]:
    """The seconds from sending each request to having read its answer, over one connection that is kept."""
    return list(map(_CLIENTS[client](url, headers), records))


def plain(url: str, headers: Headers) -> Asker:
    """The standard library's client, whose own work is small beside the server's."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
    sent = {**headers, "Content-Type": "application/json"}

    def once(record: dict[str, str]) -> float:
        body = json.dumps({"record": record}).encode()
        started = time.perf_counter()
        connection.request("POST", "/v1/match", body, sent)
        answer = connection.getresponse()
        answer.read()
        taken = time.perf_counter() - started
        assert answer.status == 200, answer.status
        return taken

    return once


def httpx(url: str, headers: Headers) -> Asker:
    """A comfortable client, which works on each request and answer itself."""
    client = httpx2.Client(base_url=url, headers=headers, timeout=60)

    def once(record: dict[str, str]) -> float:
        started = time.perf_counter()
        client.post("/v1/match", json={"record": record}).raise_for_status()
        return time.perf_counter() - started

    return once


_CLIENTS: Final = {"plain": plain, "httpx": httpx}


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(pid: int) -> float:
    """The proportional set size of a process."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
