"""What each layer of POST /v1/match costs, called one after the other over a database that has a register.

python -m benchmarks.layers --work DIR --records 1000

DIR is that of benchmarks.match_latency. Processor time counts on a machine that others use too; what remains of the
server's processor time in that benchmark is HTTP, ASGI and the change to a thread.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import structlog
from fastapi.responses import Response

from app.access_log.log import AccessLog
from app.clients import service as clients
from app.clients.access import Caller
from app.clients.authenticating import Authenticator, utc_now
from app.clients.service import NewClient
from app.db import Database, database
from app.logs import configure_logs
from app.matches.answering import as_json
from app.matches.recorded import Recorder
from app.matches.rendering import Rendering, stamp
from app.matches.schemas import MatchRequest, plain_record
from app.matches.service import Matcher
from app.matches.store import standing
from app.metrics import Metrics
from app.settings import Settings
from matching.candidates import CandidateSource, Found
from matching.columns import Hashes, Ints, PeopleColumns
from matching.link import link
from matching.normalise import normalise
from matching.pairing import RowSource
from matching.records import RawRecord

WARM_UP = 200
T = TypeVar("T")
Taken = dict[str, list[tuple[float, float]]]


def main() -> None:
    """Ask, layer by layer, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--records", type=int, default=1_000)
    asked = parser.parse_args()
    work: Path = asked.work.resolve()
    with (work / "land.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))[: asked.records + WARM_UP]
    settings = Settings(database_url=f"sqlite:///{work / 'khop.db'}", data_dir=work)
    with closing(database(settings)) as db, Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        configure_logs(style="json", stream=nowhere)
        with Layers(db, work) as layers:
            for place, row in enumerate(rows):
                layers.ask(json.dumps({"record": row}).encode(), counted=place >= WARM_UP)
    print("layer                                     processor time, µs       wall, µs: p50      p99")
    for name, taken in layers.taken.items():
        cpu, wall = [1e6 * each[0] for each in taken], sorted(1e6 * each[1] for each in taken)
        mean, p50, p99 = statistics.mean(cpu), wall[len(wall) // 2], wall[int(len(wall) * 0.99)]
        print(f"{name:42} {mean:20.0f} {p50:21.0f} {p99:10.0f}")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


class Timed(RowSource):
    """A source of candidates, and the time that it took."""

    def __init__(self, source: CandidateSource) -> None:
        self.statistics, self.stamp = source.statistics, source.stamp
        self._source, self.cpu, self.wall = source, 0.0, 0.0

    def lookup(self, keys: Hashes, *, cap: int) -> Found:
        """The people behind keys."""
        return self._timed(lambda: self._source.lookup(keys, cap=cap))

    def fetch(self, persons: Ints) -> PeopleColumns:
        """The columns of people."""
        return self._timed(lambda: self._source.fetch(persons))

    def rows(self, persons: Ints) -> Sequence[tuple[Any, ...]]:
        """The stored fields of people."""
        source = self._source
        assert isinstance(source, RowSource)  # what it asks is a database
        return self._timed(lambda: source.rows(persons))

    def display_names(self, persons: Ints) -> Sequence[str]:
        """The names of people."""
        return self._timed(lambda: self._source.display_names(persons))

    def _timed(self, work: Callable[[], T]) -> T:
        wall, cpu = time.perf_counter(), time.thread_time()
        found = work()
        self.cpu, self.wall = self.cpu + time.thread_time() - cpu, self.wall + time.perf_counter() - wall
        return found


class Layers:
    """Everything that a request meets, ready to be called."""

    def __init__(self, db: Database, work: Path) -> None:
        name = f"layers {datetime.now(UTC):%H %M %S}"
        client, key = clients.create(db, NewClient(name, frozenset({"match", "match:disclose"})), now=datetime.now(UTC))
        self._database = db
        self._shown = f"Bearer {key}"
        self._authenticator = Authenticator(db, None, clock=utc_now)
        self._matcher = Matcher(db, today=lambda: datetime.now(UTC).date())
        self._told = Rendering("vi", lambda personal_id: personal_id[::-1], True)
        self._metrics = Metrics()
        self._logs = [AccessLog(work, clock=utc_now, flush="process"), AccessLog(work, clock=utc_now, flush="disk")]
        caller = Caller(client.id, name, frozenset({"match", "match:disclose"}), "benchmark", "benchmark")
        self._kept = [
            Recorder(log, self._metrics, caller, "3f0b0c52-7d3e-4f0c-9a53-2f0f6a1e9d11") for log in self._logs
        ]
        self.taken: Taken = defaultdict(list)

    def __enter__(self) -> Layers:
        return self

    def __exit__(self, *_: object) -> None:
        self._matcher.close()
        for log in self._logs:
            log.close()

    def ask(self, body: bytes, *, counted: bool) -> None:
        """One request, layer by layer."""
        taken: Taken = defaultdict(list)

        def layer(name: str, work: Callable[[], Any]) -> Any:
            wall, cpu = time.perf_counter(), time.thread_time()
            found = work()
            taken[name].append((time.thread_time() - cpu, time.perf_counter() - wall))
            return found

        now = layer("what stands: keys, register, model", lambda: standing(self._database))
        layer("key", lambda: self._authenticator.known(self._shown, number=now.changes))
        raw = layer("body read and checked", lambda: _read(body))
        plain = layer("question", lambda: self._matcher.question(now=now))
        source = Timed(plain.source)
        question = replace(plain, source=source)
        clean = layer("cleaned", lambda: normalise(raw, as_of=question.as_of))
        answers = layer("found, compared, decided", lambda: link([clean], question))
        taken["of which candidates by SQL"].append((source.cpu, source.wall))
        layer("access log (process)", lambda: self._kept[0].answered("match.answered", answers))
        layer("access log (disk)", lambda: self._kept[1].answered("match.answered", answers))
        layer("told as JSON", lambda: self._tell(answers, question))
        layer(
            "counted for Prometheus",
            lambda: self._metrics.answered(route="/v1/match", method="POST", status=200, seconds=0.003),
        )
        layer("log line", self._log_line)
        if counted:
            for name, found in taken.items():
                self.taken[name] += found

    def _tell(self, answers: Any, question: Any) -> Response:
        return as_json(self._told.record(answers[0]) | {"stamp": stamp(question.stamp)})

    def _log_line(self) -> None:
        logger = structlog.get_logger("app.observed")
        logger.log(logging.INFO, "request.answered", route="/v1/match", status=200, ms=3.1, client=1)


def _read(body: bytes) -> RawRecord:
    content = json.loads(body)
    plain = plain_record(content)
    return MatchRequest.model_validate(content).record.raw() if plain is None else plain


if __name__ == "__main__":
    main()
