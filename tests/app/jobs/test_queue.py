"""The queue: who gets which part, what becomes of the parts of workers that die, and of what can't be done."""

from __future__ import annotations

import errno
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import tasks
from app.db import Database, make_engine
from app.engines.errors import StageNotDone
from app.jobs import store, task_store
from app.jobs.progress import alive_workers, progress_of
from app.jobs.service import delete_old, resume
from app.jobs.states import Stage, State
from app.jobs.task_store import Doing, Task
from app.tasks import Bench, perform, take, work_one
from tests.app.jobs.conftest import Desk, land_csv, many

LATER = timedelta(minutes=1)


def later(bench: Bench, by: timedelta) -> Bench:
    """The same worker later on."""
    moment, passed = bench.room.clock() + by, bench.watch.monotonic() + by.total_seconds()
    watch = replace(bench.watch, monotonic=lambda: passed)
    return replace(bench, room=replace(bench.room, clock=lambda: moment), watch=watch)


def at_another_hour(bench: Bench, by: timedelta) -> Bench:
    """The same worker at the same moment, whose machine's clock was set."""
    return replace(bench, room=replace(bench.room, clock=lambda: datetime.now(UTC) + by))


def state_of(desk: Desk, job_id: str) -> State:
    with desk.database.reading() as session:
        return store.existing(session, job_id).state


def test_two_jobs_share_the_workers_however_large_each_is(desk: Desk) -> None:
    large = desk.job(many(2_000))
    assert desk.work(most=3) == 3  # read and two chunks
    small = desk.job(many(300))
    order = [str(task).split() for _ in range(7) if (task := work_one(desk.bench)) is not None]
    assert [job_id for job_id, _, _ in order] == [small, large, small, large, small, large, small]
    other = desk.another_bench()
    first, second = take(desk.bench), take(other)
    assert first is not None
    assert second is not None
    assert {first.job_id, second.job_id} == {small, large}


def test_two_workers_never_hold_the_same_part(desk: Desk) -> None:
    desk.job(many(500))
    work_one(desk.bench)
    other = desk.another_bench()
    held = [take(bench) for bench in (desk.bench, other, desk.bench, other, desk.bench, other)]
    assert held[5] is None
    assert len({task.part for task in held[:5] if task is not None}) == 5


def test_a_part_of_a_dead_worker_is_taken_over_when_its_lease_ran_out(desk: Desk) -> None:
    job_id = desk.job(many(100))
    work_one(desk.bench)
    dead = take(desk.bench)
    heir = desk.another_bench()
    assert take(heir) is None
    heir = later(heir, timedelta(seconds=31))
    taken = take(heir)
    assert taken == replace(dead, attempts=2) if dead is not None else False
    assert taken is not None
    perform(heir, taken)
    # The one that was taken for dead comes back and is done as well: nothing is counted twice.
    assert dead is not None
    perform(desk.bench, dead)
    desk.work()
    assert desk.detail(job_id)["rows_done"] == 100
    assert desk.detail(job_id)["counts"]["rows_out"] == 100


def test_a_worker_that_lives_keeps_its_part(desk: Desk) -> None:
    desk.job(many(100))
    work_one(desk.bench)
    task = take(desk.bench)
    beating = later(desk.bench, timedelta(seconds=25))
    with desk.database.writing() as session:
        state = task_store.beat(
            session, beating.worker, Doing(task), lease=beating.room.lease, now=beating.room.clock()
        )
    assert state is State.RUNNING
    other = later(desk.another_bench(), timedelta(seconds=40))
    assert take(other) is None
    assert take(later(other, timedelta(seconds=29))) is None
    assert take(later(other, timedelta(seconds=31))) is not None


HOUR = timedelta(hours=1)


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_clock_that_is_set_takes_no_part_from_a_worker_that_lives_and_leaves_none_to_a_dead_one(
    desk: Desk, jump: timedelta
) -> None:
    desk.job(many(100))
    work_one(desk.bench)
    held = take(desk.bench)
    heir = desk.another_bench()
    assert take(heir) is None
    living, heir = at_another_hour(desk.bench, jump), at_another_hour(heir, jump)
    assert take(heir) is None  # forward: by the clock the lease ran out long ago
    heir = later(heir, timedelta(seconds=25))
    with desk.database.writing() as session:
        beat = task_store.beat(session, living.worker, Doing(held), lease=living.room.lease, now=living.room.clock())
    assert beat is State.RUNNING
    assert take(heir) is None
    assert take(later(heir, timedelta(seconds=25))) is None
    taken = take(later(heir, timedelta(seconds=31)))  # back: by the clock the lease holds for an hour
    assert held is not None
    assert taken == replace(held, attempts=2)


def test_a_clock_that_is_put_back_delays_no_part_that_is_to_be_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.job(many(100))
    work_one(desk.bench)
    with monkeypatch.context() as broken:
        failing(broken, OSError(errno.ENOSPC, "x"))
        work_one(desk.bench)
    assert work_one(desk.bench) is None  # in half a minute
    assert work_one(at_another_hour(desk.bench, -HOUR)) is not None


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_worker_that_beat_before_the_clock_was_set_only_is_not_counted_as_alive(desk: Desk, jump: timedelta) -> None:
    now = desk.room.clock()
    with desk.database.writing() as session:
        task_store.beat(session, desk.bench.worker, Doing(), lease=desk.room.lease, now=now)
        assert len(alive_workers(session, now=now)) == 1
        assert alive_workers(session, now=now + jump) == []
        task_store.beat(session, desk.bench.worker, Doing(), lease=desk.room.lease, now=now + jump)
        assert len(alive_workers(session, now=now + jump)) == 1


def test_a_worker_that_ends_frees_its_part_at_once(desk: Desk) -> None:
    desk.job(many(100))
    work_one(desk.bench)
    assert take(desk.bench) is not None
    with desk.database.writing() as session:
        task_store.leave(session, desk.bench.worker.id)
    assert take(desk.another_bench()) is not None


def test_a_worker_of_another_version_takes_nothing(desk: Desk) -> None:
    desk.job(many(100))
    other = desk.another_bench()
    other.worker = replace(other.worker, code="0.0.9/1")
    with desk.database.writing() as session:
        task_store.beat(session, other.worker, Doing(), lease=desk.room.lease, now=desk.room.clock())
    assert take(other) is None
    (job,) = desk.client.get("/v1/jobs").json()["jobs"]
    assert (job["state"], job["reason"]["code"]) == ("waiting", "job.no_worker")
    assert take(desk.bench) is not None


def test_a_part_that_kills_its_workers_ends_the_job(desk: Desk) -> None:
    job_id = desk.job(many(100))
    bench = desk.bench
    for _ in range(tasks.CRASHES):
        assert take(bench) is not None
        assert take(bench) is None
        bench = later(bench, LATER)
    work_one(bench)
    detail = desk.detail(job_id)
    assert (detail["state"], detail["reason"]["code"]) == ("failed", "job.part_failed")


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_arguments: Any, **_named: Any) -> Any:
        raise error

    monkeypatch.setattr(tasks, "match_stage", fail)


def test_a_failure_that_nobody_foresaw_is_tried_again_and_its_text_told_to_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    job_id = desk.job(many(100))
    work_one(desk.bench)
    with monkeypatch.context() as broken:
        failing(broken, ValueError("Trần Văn Ba 068085001234"))
        bench = desk.bench
        for _ in range(tasks.ATTEMPTS):
            assert work_one(bench) is not None
            assert work_one(bench) is None  # not at once
            bench = later(bench, LATER)
    detail = desk.detail(job_id)
    assert (detail["state"], detail["reason"]["code"]) == ("failed", "job.part_failed")
    assert "ValueError" in detail["reason"]["detail"]
    assert "Trần" not in str(detail) + capsys.readouterr().out
    desk.client.post(f"/v1/jobs/{job_id}/resume")
    desk.work()
    assert desk.detail(job_id)["state"] == "done"


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "x"), OSError(errno.EDQUOT, "x"), OSError(errno.EFBIG, "x")])
def test_on_a_full_disk_a_job_waits_and_goes_on_when_there_is_space(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    job_id = desk.job(many(100))
    work_one(desk.bench)
    for _ in range(5):  # however often: a full disk is no failure of the job
        with monkeypatch.context() as broken:
            failing(broken, error)
            assert work_one(desk.bench) is not None
        detail = desk.detail(job_id)
        assert (detail["state"], detail["reason"]["code"]) == ("waiting", "job.disk_full")
        assert work_one(desk.bench) is None
        desk.client.post(f"/v1/jobs/{job_id}/resume")
    desk.work()
    assert desk.detail(job_id)["state"] == "done"


def test_where_not_even_the_database_can_note_it_a_full_disk_is_told(desk: Desk) -> None:
    job_id = desk.job(many(100))
    with desk.database.reading() as session:
        job = store.existing(session, job_id)
        found = progress_of(session, job, now=desk.room.clock(), disk_full=True)
    assert (found.state, found.reason.code if found.reason else None) == (State.WAITING, "job.disk_full")
    assert not desk.room.disk_full()


def test_a_job_that_waits_for_space_is_tried_again_by_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = desk.job(many(100))
    work_one(desk.bench)
    with monkeypatch.context() as broken:
        failing(broken, OSError(errno.ENOSPC, "x"))
        work_one(desk.bench)
    assert work_one(desk.bench) is None
    assert work_one(later(desk.bench, LATER)) is not None
    assert state_of(desk, job_id) is State.RUNNING
    assert desk.detail(job_id)["reason"]["code"] == "job.no_worker"  # nobody beats in this test


def test_a_part_whose_file_is_gone_is_done_again_on_resume(desk: Desk) -> None:
    job_id = desk.job(many(300))
    desk.work(most=4)
    folder = desk.room.folder(job_id)
    (folder / "chunks" / "00001.parquet").unlink()
    for by in (0, 1, 2, 3):
        work_one(later(desk.bench, by * LATER))
    detail = desk.detail(job_id)
    assert (detail["state"], detail["reason"]["code"]) == ("failed", "job.part_failed")
    assert StageNotDone.code in detail["reason"]["detail"]
    resume(desk.room, job_id, client=None)
    desk.work()
    detail = desk.detail(job_id)
    assert (detail["state"], detail["counts"]["rows_out"]) == ("done", 300)


def test_a_worker_that_is_to_end_gives_its_part_back(desk: Desk) -> None:
    job_id = desk.job(many(1_000))
    ending = replace(desk.bench, interrupted=lambda: True)
    assert work_one(ending) == Task(job_id, Stage.READ, 0, 1)
    assert take(desk.another_bench()) == Task(job_id, Stage.READ, 0, 1)  # that was no attempt


def test_old_jobs_are_deleted_with_their_data(desk: Desk) -> None:
    done = desk.job(many(100))
    desk.work()
    open_job = desk.job(many(200))
    moment = desk.room.clock() + timedelta(days=91)
    assert delete_old(replace(desk.room, clock=lambda: moment), 90) == [done]
    assert [path.name for path in (desk.settings.data_dir / "jobs").iterdir()] == [open_job]


def test_a_folder_that_belongs_to_no_job_is_removed_after_a_day(desk: Desk) -> None:
    left: Path = desk.room.folder("abandoned")
    (left / "input").mkdir(parents=True)
    delete_old(desk.room, 90)
    assert left.exists()
    moment = desk.room.clock() + timedelta(days=2)
    delete_old(replace(desk.room, clock=lambda: moment), 90)
    assert not left.exists()


def test_an_empty_table_is_a_job_with_nothing_in_it(desk: Desk) -> None:
    job_id = desk.job(land_csv([]))
    desk.work()
    detail = desk.detail(job_id)
    assert detail["state"] in ("done", "failed")
    assert detail["state"] == "done" or detail["reason"]["code"].startswith("file.")


def test_a_worker_that_hangs_while_it_takes_a_part_does_not_hold_up_the_others(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_store, "_PATIENCE", 1)
    with closing(Database(make_engine(postgresql_url))) as shared:
        hanging = Session(shared.engine)
        task_store.alone(hanging)
        with shared.writing() as session:
            task_store.alone(session)  # comes as soon as the server has ended the one that hangs
        with pytest.raises(DBAPIError):
            hanging.commit()
        hanging.close()
