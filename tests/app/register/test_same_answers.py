"""One record, one answer: whatever store is asked, in whatever order and company."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.db import Database, make_engine
from app.migrations import upgrade
from app.register.candidates import active_candidates
from app.register.snapshots import snapshot_of
from matching.answer import RecordAnswer
from matching.candidates import CandidateSource
from matching.link import Question, link
from matching.model import default_model
from matching.normalise import normalise_all
from matching.records import CleanRecord, RawRecord
from matching.synthetic.land import land
from matching.synthetic.population import REGISTER_SCHEMA, population
from tests.app.register.rows import run_import

TODAY = date(2026, 11, 22)
PEOPLE, ROWS = 3_000, 600
FIELDS = RawRecord.__dataclass_fields__


@pytest.fixture(scope="module")
def province() -> tuple[Any, list[CleanRecord]]:
    """A register and the clean records of its land users."""
    register = pa.Table.from_batches(population(PEOPLE, 5, as_of=TODAY), schema=REGISTER_SCHEMA)
    rows = [row for batch, _ in land(register, ROWS, 5, as_of=TODAY) for row in batch.to_pylist()]
    raws = [RawRecord(**{name: value for name, value in row.items() if name in FIELDS}) for row in rows]
    return register, list(normalise_all(raws, as_of=TODAY))


@pytest.fixture
def sources(
    province: tuple[Any, list[CleanRecord]], sqlite_url: str, postgresql_url: str, tmp_path: Path
) -> Iterator[dict[str, CandidateSource]]:
    """The same register in SQLite, in PostgreSQL, and as a snapshot."""
    pq.write_table(province[0], tmp_path / "people.parquet")
    databases = {"sqlite": Database(make_engine(sqlite_url)), "postgresql": Database(make_engine(postgresql_url))}
    found: dict[str, CandidateSource] = {}
    for name, database in databases.items():
        upgrade(database)
        run_import(database, tmp_path / "people.parquet")
        found[name] = active_candidates(database)
    found["snapshot"] = snapshot_of(databases["sqlite"], 1, tmp_path)
    yield found
    for database in databases.values():
        database.close()


def _answers(records: list[CleanRecord], question: Question, chunk: int) -> dict[str, RecordAnswer]:
    """The answers by record, the records shuffled and in chunks."""
    shuffled = random.Random(chunk).sample(records, len(records))
    found = []
    for first in range(0, len(shuffled), chunk):
        found += link(shuffled[first : first + chunk], question)
    return {answer.record_id or "": answer for answer in found}


def test_every_store_answers_alike_in_every_order_and_chunk(
    province: tuple[Any, list[CleanRecord]], sources: dict[str, CandidateSource]
) -> None:
    records = province[1]
    expected = _answers(records, Question(sources["snapshot"], default_model(), TODAY, cascade=False), len(records))
    assert len(expected) == ROWS
    for name, source in sources.items():
        for chunk in (1, 7, 5_000):
            answers = _answers(records, Question(source, default_model(), TODAY), chunk)
            assert answers == expected, (name, chunk)
