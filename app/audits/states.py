"""Where an audit stands: as it is kept, and as it is told while its jobs are on their way."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from app.errors import Text


class Kept(StrEnum):
    """Where an audit stands by itself."""

    WAITING = "waiting"  # its jobs aren't all done, or nobody has frozen it yet
    READY = "ready"  # frozen and counted
    FAILED = "failed"  # it could not be frozen, and won't be tried again


class Standing(StrEnum):
    """Where an audit stands as it is told: while it waits, by the states of its jobs."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"  # a job waits for something outside
    COUNTING = "counting"  # all jobs are done; it is being frozen and counted
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


UNDER_WAY: Final = (Standing.QUEUED, Standing.RUNNING, Standing.WAITING, Standing.COUNTING)

TOLD: Final[dict[Standing, Text]] = {
    Standing.QUEUED: Text("chờ đến lượt", "waits for its turn"),
    Standing.RUNNING: Text("đang đối chiếu", "is being matched"),
    Standing.WAITING: Text("tạm chờ", "waits"),
    Standing.COUNTING: Text("đang đóng băng và đếm", "is being frozen and counted"),
    Standing.READY: Text("đã có số liệu", "is ready"),
    Standing.FAILED: Text("không làm được", "failed"),
    Standing.CANCELLED: Text("công việc đã hủy", "its job was cancelled"),
    Standing.STOPPED: Text("công việc bị dừng", "its job was stopped"),
}
