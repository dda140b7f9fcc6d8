"""A service with jobs over the small register, in each kind of database, and a worker that works when told to."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database, database
from app.jobs.leases import LeaseWatch
from app.jobs.service import Jobs
from app.main import create_app
from app.migrations import make_current
from app.settings import Settings
from app.tasks import Bench, work_one
from app.worker import jobs_of, worker_here
from tests.app.callers import headers_of
from tests.app.matches.conftest import AS_OF, import_small

HEADER = ("record_id", "full_name", "id_number", "birth_date", "sex", "address")
KNOWN = ("Trần Văn Ba", "068085001234", "20/07/1985", "Nam", "Xã Bảo Lâm 2, Lâm Đồng")
OLD_CARD = ("Trần Văn Ba", "250123456", "1985", "", "")
STRANGER = ("Đỗ Thị Xa", "", "1991", "", "")


def land_csv(rows: Sequence[tuple[str, ...]]) -> bytes:
    """A land file of these rows, numbered."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows((f"LD-{number:04d}", *row) for number, row in enumerate(rows))
    return text.getvalue().encode()


def many(count: int) -> bytes:
    """A land file of so many rows of three kinds."""
    return land_csv([(KNOWN, OLD_CARD, STRANGER)[number % 3] for number in range(count)])


@dataclass(frozen=True)
class Desk:
    """Everything that a test of jobs needs."""

    client: TestClient
    room: Jobs
    database: Database
    settings: Settings
    bench: Bench

    def send(self, content: bytes, name: str = "land.csv", *, key: str | None = None, **fields: str) -> Any:
        """Hand in a file."""
        headers = {} if key is None else {"Idempotency-Key": key}
        return self.client.post("/v1/jobs", files={"file": (name, content)}, data=fields, headers=headers)

    def job(self, content: bytes, **fields: str) -> str:
        """The id of a job that was taken."""
        answer = self.send(content, **fields)
        assert answer.status_code == 202, answer.text
        job_id: str = answer.json()["id"]
        return job_id

    def work(self, most: int = 1_000) -> int:
        """Do parts until none waits; says how many."""
        for done in range(most):
            if work_one(self.bench) is None:
                return done
        return most

    def detail(self, job_id: str) -> Any:
        """The job as it is told."""
        return self.client.get(f"/v1/jobs/{job_id}").json()

    def another_bench(self) -> Bench:
        """A second worker."""
        return Bench(self.room, worker_here(self.room.clock()), LeaseWatch(self.room.lease))


MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(database_url: str, tmp_path: Path) -> Iterator[MakeDesk]:
    """Makes the desk, with settings of the test's own."""
    opened: list[tuple[TestClient, Database]] = []

    def make(*, chunk_rows: int = 100, scopes: Sequence[str] = ("jobs", "match:disclose"), **settings: Any) -> Desk:
        own = Settings(database_url=database_url, data_dir=tmp_path, as_of=AS_OF, chunk_rows=chunk_rows, **settings)
        db = database(own)
        make_current(db)
        import_small(db, tmp_path)
        client = TestClient(create_app(own), raise_server_exceptions=False, headers=headers_of(db, *scopes))
        client.__enter__()
        opened.append((client, db))
        room = jobs_of(own, db, today=lambda: AS_OF)
        return Desk(client, room, db, own, Bench(room, worker_here(room.clock()), LeaseWatch(room.lease)))

    yield make
    for client, db in opened:
        client.__exit__(None, None, None)
        db.close()


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """The desk with plain settings."""
    return make_desk()
