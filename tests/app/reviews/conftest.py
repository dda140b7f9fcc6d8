"""A finished run over a small synthetic province, in each kind of database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from psycopg import sql
from sqlalchemy import make_url

from app.db import Database, make_engine
from app.engines.decisions import decisions_of, write_decisions
from app.engines.folder import RunFolder
from app.engines.questions import plan_of
from app.engines.stages import finish_stage, match_stage, read_stage
from app.jobs import store as jobs
from app.jobs.states import State
from app.jobs.store import NewJob
from app.migrations import upgrade
from app.register.candidates import active_candidates
from app.register.files import register_file
from app.register.importing import ImportRequest, import_register
from matching.evaluate import truths_of
from matching.link import Question
from matching.synthetic.land import land
from matching.synthetic.population import REGISTER_SCHEMA, population

AS_OF = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PEOPLE, LAND = 1_500, 1_200


@dataclass(frozen=True)
class Province:
    """A database with a register, and the folder of a finished run over its land rows; the truth by record."""

    database: Database
    run: RunFolder
    truth: dict[tuple[str, int], str]
    data_dir: Path

    def folder(self, _: str) -> Path:
        """Where the run of a job is."""
        return self.run.path


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[tuple[str, int], str]]:
    """The register and the land rows as files, and who each land user is: made once."""
    folder = tmp_path_factory.mktemp("province")
    people = pa.Table.from_batches(list(population(PEOPLE, 31, provinces=("68",), as_of=AS_OF)), schema=REGISTER_SCHEMA)
    pyarrow.csv.write_csv(people, folder / "people.csv")
    rows, truths = zip(*land(people, LAND, 32, as_of=AS_OF), strict=True)
    pyarrow.csv.write_csv(pa.Table.from_batches(rows), folder / "land.csv")
    known = truths_of(pa.Table.from_batches(truths).to_pylist())
    truth = {key: one.personal_id for key, one in known.items()}
    return folder / "people.csv", folder / "land.csv", truth


Files = tuple[Path, Path, dict[tuple[str, int], str]]


@pytest.fixture
def province(request: pytest.FixtureRequest, database_url: str, tmp_path: Path, files: Files) -> Iterator[Province]:
    """The province in each kind of database: a copy of one that is made once, for its run takes seconds."""
    factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
    if database_url.startswith("sqlite"):
        made = _made_once("sqlite", lambda folder: f"sqlite:///{folder / 'khop.db'}", factory, files)
        for database in made.glob("*.db"):
            shutil.copy(database, tmp_path)
    else:
        server: str = request.getfixturevalue("postgresql_server")
        made = _made_once(server, lambda _: _fresh(server, "khop_province"), factory, files)
        _fresh(server, str(make_url(database_url).database), template="khop_province")
    shutil.copytree(made / "jobs", tmp_path / "jobs")
    with closing(Database(make_engine(database_url))) as database:
        yield Province(database, RunFolder(tmp_path / "jobs" / "job"), files[2], tmp_path)


_made: dict[str, Path] = {}  # by server: the folder of the province that others are copies of


def _made_once(server: str, url: Callable[[Path], str], factory: pytest.TempPathFactory, files: Files) -> Path:
    """The folder of the province on a server."""
    if server not in _made:
        folder = factory.mktemp("made")
        with closing(Database(make_engine(url(folder)))) as database:
            _finished(database, folder, files)
        _made[server] = folder
    return _made[server]


def _fresh(server: str, name: str, *, template: str = "template1") -> str:
    """A new database of this name, in place of any other, that holds what the template does; its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        new = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        connection.execute(new)
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def finished(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a run that no test changes."""
    folder = tmp_path_factory.mktemp("finished")
    with closing(Database(make_engine(f"sqlite:///{folder / 'khop.db'}"))) as database:
        return _finished(database, folder, files).results


def _finished(database: Database, data_dir: Path, files: Files) -> RunFolder:
    people, rows, _ = files
    upgrade(database)
    request = ImportRequest(scope="Lâm Đồng (thử)")
    import_register(database, register_file(people), request, clock=lambda: NOON, report=lambda _: None)
    run = run_of(database, data_dir, rows)
    plan = run.read_plan()
    with database.writing() as session:
        new = NewJob(
            "job",
            "",
            "land.csv",
            1,
            "0" * 64,
            None,
            "{}",
            1,
            plan.register,
            "",
            plan.model,
            AS_OF,
            plan.code,
            "list",
            0,
        )
        jobs.add(session, new, now=NOON)
        jobs.move(session, "job", State.DONE, now=NOON, among=(State.QUEUED,))
    return run


def run_of(database: Database, data_dir: Path, rows: Path, *, job: str = "job") -> RunFolder:
    """A finished run over land rows, with what was decided about the list "list" by then."""
    run = RunFolder(data_dir / "jobs" / job)
    with database.reading() as session:
        decisions = decisions_of(session, "list")
    plan = plan_of(database, rows, as_of=AS_OF, rows_per_chunk=250, decisions=decisions)
    run.write_plan(plan)
    write_decisions(run, decisions)
    run.input(plan).parent.mkdir(parents=True)
    run.input(plan).write_bytes(rows.read_bytes())
    manifest = read_stage(run.path, plan)
    with closing(active_candidates(database)) as source:
        question = Question(source, plan.linkage_model, AS_OF)
        for chunk in range(len(manifest.chunks)):
            match_stage(run.path, chunk, question)
    finish_stage(run.path)
    return run


def results(province: Province) -> list[dict[str, object]]:
    """The rows of the run's results."""
    rows: list[dict[str, object]] = pq.read_table(province.run.results).to_pylist()
    return rows
