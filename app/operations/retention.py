"""Retention: what is past its time is deleted for good, and each deletion leaves its certificate in the access log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.access_log.entries import Entry
from app.access_log.log import AccessLog
from app.jobs import service as jobs
from app.jobs.service import Jobs
from app.settings import Settings


def delete_expired(room: Jobs, settings: Settings, *, clock: Callable[[], datetime]) -> list[str]:
    """Delete the jobs that ended more than KHOP_JOB_DAYS ago: rows, files, results; their ids."""
    log = AccessLog(settings.data_dir, clock=clock, flush=settings.access_log_flush)
    try:
        deleted = jobs.delete_old(room, settings.job_days)
        for job_id in deleted:
            gone = not room.folder(job_id).exists()
            log.record(
                Entry(
                    "job.deleted",
                    "khop",
                    purpose="retention",
                    facts={"job_id": job_id, "after_days": settings.job_days, "files_gone": gone},
                )
            )
        return deleted
    finally:
        log.close()
