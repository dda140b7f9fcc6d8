"""An audit of a province: made, reported in every form, work lists of all communes, a changed register; CPU seconds.

    python -m benchmarks.audit --rows 200000 --people 200000 --changes 1000

People, land rows, register and match are made first, once, and kept in --folder; what is measured comes after the
match. Everybody is synthetic.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from app.audits import making, service
from app.audits.acting import Acting
from app.audits.creating import NewAudit, create
from app.audits.definitions import default_definitions
from app.audits.live import rematch
from app.audits.service import AuditRoom
from app.db import Database, make_engine
from app.engines.folder import RunFolder
from app.engines.local import Watcher, run_on_all_cores
from app.engines.questions import plan_of
from app.jobs import store as jobs
from app.jobs.states import State
from app.jobs.store import NewJob
from app.main import today_of
from app.migrations import upgrade
from app.register.candidates import active_candidates, candidates_of
from app.register.deltas import DeltaRequest, apply_delta
from app.register.files import delta_file, register_file
from app.register.importing import ImportRequest, import_register
from app.register.layers import changed_people
from app.register.snapshots import snapshot_folder, snapshot_of
from app.reviews.acting import review_room
from app.settings import Settings
from app.worker import jobs_of
from matching.synthetic.land import land
from matching.synthetic.population import REGISTER_SCHEMA, population

AS_OF = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
JOB = "job"


def main() -> None:
    given = _arguments()
    folder: Path = given.folder / f"audit-{given.rows}-{given.people}"
    os.environ["PYTHONWARNINGS"] = "ignore"
    with closing(Database(make_engine(f"sqlite:///{folder / 'khop.db'}"))) as database:
        if not (folder / "ready").exists():
            _prepare(folder, database, given.rows, given.people)
        settings = Settings(data_dir=folder, as_of=AS_OF)
        room_of_jobs = jobs_of(settings, database, today=today_of(settings))
        room = AuditRoom(room_of_jobs, review_room(room_of_jobs).reviews)
        _measure(room, folder)
        if given.changes:
            _measure_live(room, folder, given.changes)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MiB; load average {os.getloadavg()[0]:.1f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--changes", type=int, default=0, help="people of the register who change")
    parser.add_argument("--folder", type=Path, default=Path("var/benchmarks"))
    return parser.parse_args()


def _prepare(folder: Path, database: Database, rows: int, people: int) -> None:
    """A province of 124 communes: its people, their land, the register, the finished match."""
    everybody = pa.Table.from_batches(
        list(population(people, 5, provinces=("68",), as_of=AS_OF)), schema=REGISTER_SCHEMA
    )
    folder.mkdir(parents=True, exist_ok=True)
    pyarrow.csv.write_csv(everybody, folder / "people.csv")
    written, _ = zip(*land(everybody, rows, 6, as_of=AS_OF), strict=True)
    pyarrow.csv.write_csv(pa.Table.from_batches(written), folder / "land.csv")
    upgrade(database)
    request = ImportRequest(scope="tỉnh giả lập")
    import_register(database, register_file(folder / "people.csv"), request, clock=lambda: NOON, report=lambda _: None)
    run = RunFolder(folder / "jobs" / JOB)
    plan = plan_of(database, folder / "land.csv", as_of=AS_OF)
    run.write_plan(plan)
    run.input(plan).parent.mkdir(parents=True)
    shutil.copyfile(folder / "land.csv", run.input(plan))
    with _timed("match (not part of the audit)"):
        snapshot_of(database, plan.register_id, folder)
        run_on_all_cores(run.path, plan, snapshot_folder(folder, plan.register), workers=2, watcher=Watcher())
    with database.writing() as session:
        fixed = (plan.register_id, plan.register, "tỉnh giả lập", plan.model, AS_OF, plan.code)
        jobs.add(session, NewJob(JOB, "", "land.csv", 1, "0" * 64, None, "{}", *fixed, "land.csv", 0), now=NOON)
        jobs.move(session, JOB, State.DONE, now=NOON, among=(State.QUEUED,))
    (folder / "ready").touch()


def _measure(room: AuditRoom, folder: Path) -> None:
    out = folder / "out"
    out.mkdir(exist_ok=True)
    wanted = NewAudit((JOB,), "68", "Đối chiếu thử", "đo tốc độ", "A", default_definitions())
    with _timed("everything below"):
        with _timed("  made: linked, frozen, counted"):
            audit = create(room, wanted, owner=None)
        # What a caller is in the service; nobody's access is logged here.
        who = Acting("bench", "", None, "đo tốc độ", True, "vi", room, None, None, lambda: "A")  # type: ignore[arg-type]
        with _timed("  report: error rates, progress since the audit before"):
            found = making.report_document(who, audit, None)
        for suffix in (".json", ".xlsx", ".pdf"):
            with _timed(f"  report as {suffix}"):
                (out / f"report{suffix}").write_bytes(making.rendered(found, suffix))
        with _timed("  work lists of all communes, .zip"):
            communes = making.work_lists_zip(who, audit, out / "worklists.zip")
    with _timed("verify"):
        assert all(check.same for check in service.verify(room, audit))
    todo = sum(count for _, count in making.work_lists(who, audit).units())
    sizes = ", ".join(f"{path.name} {path.stat().st_size:,}" for path in sorted(out.iterdir()))
    print(f"{audit.land_users:,} land users; {todo:,} in the work lists of {communes} communes; bytes: {sizes}")


def _measure_live(room: AuditRoom, folder: Path, changes: int) -> None:
    database, audit = room.jobs.database, service.listed(room, owner=None)[0]
    people = pyarrow.csv.read_csv(
        folder / "people.csv", convert_options=pyarrow.csv.ConvertOptions(column_types=REGISTER_SCHEMA)
    )
    numbers = sorted(random.Random(7).sample(range(people.num_rows), changes))
    some = people.take(pa.array(numbers))
    # Three kinds in turn: another birth date, deceased, and no longer in the register.
    kind = pa.array([number % 3 for number in range(changes)])
    dates = pc.if_else(pc.equal(kind, 0), "1950-01-02", some["birth_date"])
    states = pc.if_else(pc.equal(kind, 1), "deceased", some["status"])
    some = some.set_column(some.schema.get_field_index("birth_date"), "birth_date", dates)
    some = some.set_column(some.schema.get_field_index("status"), "status", states)
    some = some.append_column("operation", pc.if_else(pc.equal(kind, 2), "remove", "upsert"))
    pyarrow.csv.write_csv(some, folder / "delta.csv")
    with _timed("the file of changes"):
        apply_delta(database, delta_file(folder / "delta.csv"), DeltaRequest(), clock=lambda: NOON)
    for turn in ("first time: keys are computed", "again: keys are kept"):
        with (
            closing(candidates_of(database, audit.register_id)) as before,
            closing(active_candidates(database)) as after,
            _timed(f"a changed register, {turn}"),
        ):
            between = changed_people(database, audit.register_id, after.people.version)
            found = rematch(room.folder(audit.id), between, after, before.statistics)
    print(
        f"{found.people_changed:,} people changed; {found.matched_again:,} of {found.land_users:,} land users matched "
        f"again; {len(found.changes):,} answers are other ones"
    )


@contextmanager
def _timed(what: str) -> Iterator[None]:
    wall, spent = time.monotonic(), _spent()
    yield
    print(f"{what}: {time.monotonic() - wall:.1f} s, {_spent() - spent:.1f} s of processor", flush=True)


def _spent() -> float:
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


if __name__ == "__main__":
    main()
