"""When a part of a job may be taken over: its worker gave no sign of life for a lease, by a clock that nobody sets.

Clocks of machines are put forward and back, and differ. So the moments that stand with a part are only signs that
change with each beat of its worker's heart: whoever looks for work measures for how long one stays the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from app.jobs.states import Stage


class Held(NamedTuple):
    """A part that a worker holds, with the sign that the worker changes while it lives."""

    job_id: str
    stage: Stage
    part: int
    worker_id: str | None
    sign: datetime | None


@dataclass(slots=True)
class LeaseWatch:
    """What one worker has seen of the parts that others hold."""

    lease: timedelta
    monotonic: Callable[[], float] = time.monotonic
    _since: dict[Held, float] = field(default_factory=dict)

    def silent(self, held: Sequence[Held]) -> list[Held]:
        """Those of the parts held now whose signs haven't changed for as long as a lease; others are forgotten."""
        now = self.monotonic()
        before = dict(self._since)
        self._since.clear()
        self._since.update({one: before.get(one, now) for one in held})
        return [one for one in held if now - self._since[one] >= self.lease.total_seconds()]
