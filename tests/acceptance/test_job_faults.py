"""Faults in the middle of a job: whatever is killed, full or changed, the results are those of an undisturbed run."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from app.db import Database, database
from app.jobs import service, task_store
from app.jobs.leases import LeaseWatch
from app.jobs.received import pieces_of, receive
from app.jobs.service import JobRequest, Jobs
from app.jobs.states import Stage, State
from app.migrations import make_current
from app.register import store as register
from app.register.files import register_file
from app.register.importing import ImportRequest, import_register
from app.settings import Settings
from app.tables import job_tasks
from app.tasks import Bench, work_one
from app.worker import jobs_of, worker_here
from matching.synthetic.land import LAND_SCHEMA, land
from matching.synthetic.population import REGISTER_SCHEMA, population
from tests.acceptance.processes import KHOP, environment, free_port, khop

PEOPLE, LAND, CHUNK = 2_000, 3_000, 100
AS_OF = date(2026, 11, 22)
PATIENCE = 240.0  # seconds: a machine may be busy


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Site:
    """An installation: its folder, its database, and processes that work in it."""

    folder: Path
    url: str
    database: Database

    @property
    def room(self) -> Jobs:
        settings = Settings(data_dir=self.folder, as_of=AS_OF, chunk_rows=CHUNK)
        return jobs_of(settings, self.database, today=lambda: AS_OF)

    @property
    def environment(self) -> dict[str, str]:
        own = {"KHOP_DATABASE_URL": self.url, "KHOP_CHUNK_ROWS": str(CHUNK), "KHOP_LEASE_SECONDS": "3"}
        return environment(self.folder) | own | {"KHOP_WORKER_PROCESSES": "1", "KHOP_LOG_LEVEL": "warning"}

    def submit(self, land: Path) -> str:
        received = receive(self.room.folder(self.room.new_id()), land.name, pieces_of(land), limit=1 << 30)
        return service.create(self.room, received, JobRequest())[0].id

    @contextmanager
    def worker(self, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
        """A worker process; killed at the end, whatever it does then."""
        process = subprocess.Popen(
            [KHOP, "worker", "--processes", "1"], env=self.environment, stderr=subprocess.DEVNULL, **options
        )
        try:
            yield process
            assert process.poll() in (None, -signal.SIGKILL, 0), "the worker has failed"
        finally:
            process.kill()
            process.wait()

    def reached(self, job_id: str, there: Callable[[Any], bool]) -> Any:
        """Wait until the job is there; its progress."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = service.progress(self.room, job_id, client=None)
            if there(found):
                return found
            assert found.job.state is not State.FAILED, found.job
            time.sleep(0.05)
        raise AssertionError(f"{found.job.state}, {found.rows_done} rows after {PATIENCE:.0f} s")

    def part_way(self, job_id: str) -> Any:
        """Wait until some rows are done and most are not."""
        found = self.reached(job_id, lambda found: found.rows_done >= 5 * CHUNK)
        assert found.rows_done < LAND - 5 * CHUNK, "the machine is too fast for this test: enlarge LAND"
        return found

    def done(self, job_id: str) -> None:
        """Wait until the job is done."""
        self.reached(job_id, lambda found: found.job.state is State.DONE)

    def workers_there(self, count: int) -> None:
        """Wait until so many workers have said that they live."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with self.database.reading() as session:
                if len(task_store.workers(session, since=datetime.fromtimestamp(0, UTC))) >= count:
                    return
            time.sleep(0.1)
        raise AssertionError("the workers don't come up")

    def parts_by_worker(self, job_id: str) -> Counter[str | None]:
        """How many chunks each worker matched."""
        query = select(job_tasks.c.worker_id).where(job_tasks.c.job_id == job_id, job_tasks.c.stage == Stage.MATCH)
        with self.database.reading() as session:
            return Counter(session.scalars(query))


@dataclass(frozen=True)
class Province:
    """A folder with a register in SQLite, a land file, and the files that an undisturbed run gives."""

    folder: Path
    land: Path
    results: bytes
    totals: bytes

    def assert_same(self, site: Site, job_id: str) -> None:
        """The job's results are those of the undisturbed run, byte by byte, and every row is there once."""
        folder = site.room.folder(job_id)
        assert (folder / "results.parquet").read_bytes() == self.results
        assert (folder / "totals.json").read_bytes() == self.totals
        rows = pq.read_table(folder / "results.parquet", columns=["source_row"])["source_row"].to_pylist()
        assert sorted(set(rows)) == list(range(1, LAND + 1))


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """Made once; the undisturbed run is made in this process."""
    folder = tmp_path_factory.mktemp("province")
    write_people(folder / "people.parquet", seed=11)
    drawn = [rows for rows, _truth in land(pq.read_table(folder / "people.parquet"), LAND, 12, as_of=AS_OF)]
    pq.write_table(pa.Table.from_batches(drawn, LAND_SCHEMA), folder / "land.parquet")
    with site_in(folder, f"sqlite:///{folder / 'khop.db'}") as site:
        job_id = site.submit(folder / "land.parquet")
        bench = Bench(site.room, worker_here(now()), LeaseWatch(site.room.lease))
        while work_one(bench) is not None:
            pass
        done = site.room.folder(job_id)
        results, totals = (done / "results.parquet").read_bytes(), (done / "totals.json").read_bytes()
        service.delete(site.room, job_id, client=None)
    return Province(folder, folder / "land.parquet", results, totals)


def write_people(path: Path, *, seed: int) -> None:
    """A register of synthetic people."""
    batches = list(population(PEOPLE, seed, as_of=AS_OF))
    pq.write_table(pa.Table.from_batches(batches, REGISTER_SCHEMA), path)


@contextmanager
def site_in(folder: Path, url: str) -> Iterator[Site]:
    """An installation with the province's register; imported where it is not there yet."""
    db = database(Settings(database_url=url))
    make_current(db)
    if register.active_id(db) is None:
        request = ImportRequest(scope="Lâm Đồng")
        import_register(db, register_file(folder / "people.parquet"), request, clock=now, report=lambda _: None)
    try:
        yield Site(folder, url, db)
    finally:
        db.close()


@pytest.fixture
def site(province: Province, tmp_path: Path) -> Iterator[Site]:
    """A copy of the province's installation."""
    shutil.copytree(province.folder, tmp_path / "site")
    with site_in(tmp_path / "site", f"sqlite:///{tmp_path / 'site' / 'khop.db'}") as made:
        yield made


@pytest.fixture
def shared_site(province: Province, tmp_path: Path, postgresql_url: str) -> Iterator[Site]:
    """The same on PostgreSQL, as several machines would share it."""
    (tmp_path / "site").mkdir()
    shutil.copy(province.folder / "people.parquet", tmp_path / "site")
    with site_in(tmp_path / "site", postgresql_url) as made:
        yield made


def test_a_worker_that_is_killed_loses_nothing(site: Site, province: Province) -> None:
    job_id = site.submit(province.land)
    with site.worker() as worker:
        site.part_way(job_id)
        worker.send_signal(signal.SIGKILL)
    with site.worker():
        site.done(job_id)
    province.assert_same(site, job_id)


def test_a_server_that_is_killed_takes_its_worker_along_and_goes_on_when_it_is_back(
    site: Site, province: Province
) -> None:
    job_id = site.submit(province.land)
    command = [KHOP, "serve", "--port", str(free_port())]
    with subprocess.Popen(command, env=site.environment, stderr=subprocess.DEVNULL) as server:
        site.part_way(job_id)
        server.kill()
    with site.database.reading() as session:
        (worker,) = task_store.workers(session, since=datetime.fromtimestamp(0, UTC))
    deadline = time.monotonic() + PATIENCE
    while alive(worker.pid):
        assert time.monotonic() < deadline, "the worker outlives its server"
        time.sleep(0.1)
    with subprocess.Popen(command, env=site.environment, stderr=subprocess.DEVNULL) as server:
        site.done(job_id)
        server.terminate()
    province.assert_same(site, job_id)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_on_a_full_disk_a_job_waits_and_goes_on_when_there_is_space(shared_site: Site, province: Province) -> None:
    site = shared_site
    job_id = site.submit(province.land)

    def small_disk() -> None:  # no file may have more than 4 KiB: the system refuses as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, resource.RLIM_INFINITY))

    with site.worker(preexec_fn=small_disk) as worker:
        found = site.reached(job_id, lambda found: found.job.state is State.WAITING)
        assert found.reason.code == "job.disk_full"
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        service.resume(site.room, job_id, client=None)
        site.done(job_id)
    province.assert_same(site, job_id)


def test_two_workers_share_a_job_and_one_that_hangs_is_replaced(shared_site: Site, province: Province) -> None:
    site = shared_site
    with site.worker() as first, site.worker():
        site.workers_there(2)
        job_id = site.submit(province.land)
        site.part_way(job_id)
        site.reached(job_id, lambda _: len(site.parts_by_worker(job_id).keys() - {None}) == 2)
        first.send_signal(signal.SIGSTOP)  # as if its machine were gone: its part is taken over
        site.done(job_id)
        shares = site.parts_by_worker(job_id)
        first.send_signal(signal.SIGCONT)  # it is back, and does no harm
        time.sleep(1)
    assert sum(shares.values()) == LAND / CHUNK
    province.assert_same(site, job_id)


def test_an_import_in_the_middle_changes_nothing(site: Site, province: Province) -> None:
    job_id = site.submit(province.land)
    with site.worker() as worker:
        site.part_way(job_id)
        worker.send_signal(signal.SIGTERM)
        worker.wait(PATIENCE)
    write_people(site.folder / "others.parquet", seed=99)
    others = register_file(site.folder / "others.parquet")
    import_register(site.database, others, ImportRequest(scope="khác"), clock=now, report=lambda _: None)
    with site.worker():
        site.done(job_id)
    province.assert_same(site, job_id)
    assert service.progress(site.room, job_id, client=None).job.register_version.startswith("1:")


def test_a_file_of_changes_in_the_middle_of_a_job_changes_the_next_job_only(site: Site, province: Province) -> None:
    job_id = site.submit(province.land)
    with site.worker() as worker:
        site.part_way(job_id)
        worker.send_signal(signal.SIGTERM)
        worker.wait(PATIENCE)
    people = pq.read_table(site.folder / "people.parquet")
    changed, gone = people.slice(0, PEOPLE // 3), people.slice(PEOPLE // 3, PEOPLE // 3)
    twisted = [text.upper() for text in changed["full_name"].to_pylist()[::-1]]  # everybody has another's name
    changed = changed.set_column(changed.schema.get_field_index("full_name"), "full_name", pa.array(twisted))
    changes = pa.concat_tables([changed, gone])
    operations = ["upsert"] * changed.num_rows + ["remove"] * gone.num_rows
    pq.write_table(changes.append_column("operation", pa.array(operations)), site.folder / "changes.parquet")
    khop(site.folder, "register", "delta", "changes.parquet", "--scope", "Lâm Đồng, hôm nay")
    with site.worker():
        later = site.submit(province.land)
        site.done(job_id)
        site.done(later)
    province.assert_same(site, job_id)
    versions = [service.progress(site.room, each, client=None).job.register_version for each in (job_id, later)]
    assert [version.partition(":")[0] for version in versions] == ["1", "2"]
    found = {each: json.loads((site.room.folder(each) / "totals.json").read_text()) for each in (job_id, later)}
    full = [found[each]["counts"]["by_verdict"]["full"] for each in (job_id, later)]
    assert full[1] < full[0] / 2  # two of three people are no longer who they were


def test_a_small_job_does_not_wait_for_the_end_of_a_large_one(site: Site, province: Province) -> None:
    large = site.submit(province.land)
    lines = "full_name,birth_date\n" + "Đỗ Thị Xa,1991\n" * 2 * CHUNK
    (site.folder / "small.csv").write_text(lines, encoding="utf-8")
    with site.worker():
        site.part_way(large)
        small = site.submit(site.folder / "small.csv")
        site.done(small)
        assert service.progress(site.room, large, client=None).job.state is State.RUNNING
        site.done(large)
    province.assert_same(site, large)
