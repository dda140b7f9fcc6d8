"""What the access log keeps of jobs: who created, fetched or deleted which one; nobody's data, no name of a file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from app.access_log.entries import Entry, Fact
from app.access_log.log import AccessLog
from app.clients import Caller
from app.jobs.service import Jobs, delete_old


@dataclass(frozen=True, slots=True)
class Recorder:
    """Keeps what one caller does with jobs; nothing leaves before."""

    log: AccessLog
    caller: Caller
    request_id: str

    def did(self, action: str, job_id: str, **facts: Fact) -> None:
        """An action on a job; AccessLogUnavailable: it may not be done."""
        kept = {"job_id": job_id, "credential_id": self.caller.credential, **facts}
        self.log.record(Entry(action, str(self.caller.client_id), self.caller.purpose, self.request_id, facts=kept))


def delete_expired(room: Jobs, days: int, log: Callable[[], AccessLog]) -> list[str]:
    """Delete the jobs that ended so many days ago; each deletion leaves its certificate in the access log."""
    deleted = delete_old(room, days)
    if deleted:
        with closing(log()) as opened:
            for job_id in deleted:
                facts: dict[str, Fact] = {"job_id": job_id, "after_days": days}
                facts["files_gone"] = not room.folder(job_id).exists()
                opened.record(Entry("job.deleted", "khop", purpose="retention", facts=facts))
    return deleted
