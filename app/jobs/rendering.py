"""Jobs as the JSON of the contract."""

from __future__ import annotations

import json

from app.errors import Language
from app.jobs.progress import JobProgress
from app.jobs.schemas import Activity, FileSent, Fixed, JobCounts, JobDetail, Reason
from app.jobs.states import Stage, State
from app.jobs.task_store import Alive

_RESULTS = ("csv", "xlsx", "parquet", "ndjson")


def job_detail(found: JobProgress, language: Language) -> JobDetail:
    """A job, and how far it is."""
    job, counts = found.job, found.counts
    return JobDetail(
        id=job.id,
        state=found.state,
        reason=_reason(found, language),
        stage=found.stage,
        file=FileSent(name=job.file_name, bytes=job.file_bytes),
        options={name: value for name, value in json.loads(job.options).items() if name != "list_name"},
        fixed=Fixed(
            register_version=job.register_version,
            register_scope=job.register_scope,
            model=job.model,
            as_of=job.as_of,
            program=job.code,
            list=job.list_name,
            judgements=job.judgements,
        ),
        rows_total=found.rows_total,
        rows_read=found.rows_read,
        rows_done=found.rows_done,
        rows_per_second=found.rows_per_second,
        seconds_left=found.seconds_left,
        counts=JobCounts(
            rows_out=counts.rows_out,
            in_scope=counts.in_scope,
            out_of_scope=counts.out_of_scope,
            unread=counts.unread,
            by_verdict=counts.by_verdict,
            by_category=counts.by_category,
            by_finding=counts.by_finding,
            by_error=counts.by_error,
            by_file_finding=found.by_file_finding,
        ),
        activity=[_activity(worker) for worker in found.workers],
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        links=links(job.id, found.state),
    )


def links(job_id: str, state: State) -> dict[str, str]:
    """Where what belongs to a job is."""
    own = f"/v1/jobs/{job_id}"
    found = {"self": own, "events": f"{own}/events"}
    if state is State.DONE:
        found |= {"results": f"{own}/results", "rejects.csv": f"{own}/rejects.csv"}
        found |= {f"results.{suffix}": f"{own}/results.{suffix}" for suffix in _RESULTS}
    return found


def _reason(found: JobProgress, language: Language) -> Reason | None:
    error = found.reason
    if error is None:
        return None
    return Reason(code=error.code, title=error.title.told(language), detail=error.explained(language))


def _activity(worker: Alive) -> Activity:
    _, stage, part, *note = (worker.doing or "").split(" ", 3)
    return Activity(stage=Stage(stage), part=int(part), note=note[0] if note else None)
