"""The states of a job, what each means, and what may be done in it; the stages of its parts."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from app.errors import Text


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"  # something outside has to change; it is tried again now and then
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    STOPPED = "stopped"  # its model was revoked


class Stage(StrEnum):
    """The kinds of parts, in the order in which a job needs them."""

    READ = "read"
    MATCH = "match"
    FINISH = "finish"


class Part(StrEnum):
    """Where a part of a job stands."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"


WORKED_ON: Final = (State.QUEUED, State.RUNNING, State.WAITING)  # workers take parts of these
ENDED: Final = (State.DONE, State.FAILED, State.CANCELLED, State.STOPPED)
CANCELLABLE: Final = (State.QUEUED, State.RUNNING, State.WAITING)
RESUMABLE: Final = (State.WAITING, State.FAILED, State.CANCELLED, State.STOPPED)

TOLD: Final[dict[State, Text]] = {
    State.QUEUED: Text("chờ đến lượt", "waits for its turn"),
    State.RUNNING: Text("đang chạy", "is running"),
    State.WAITING: Text("tạm chờ", "waits"),
    State.DONE: Text("đã xong", "is done"),
    State.FAILED: Text("không làm được", "failed"),
    State.CANCELLED: Text("đã hủy", "was cancelled"),
    State.STOPPED: Text("bị dừng", "was stopped"),
}
