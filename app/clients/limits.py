"""How much a client may ask of one process: so many requests a second, so many at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from app.clients.errors import RateExceeded, TooManyAtOnce

_BURST_SECONDS = 2.0  # a client that was quiet may send so many seconds' worth of requests at once


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float
    at_once: int = 0


class Turnstile:
    """Counts the requests of each client; used on the event loop only, so it needs no lock."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: dict[int, _Bucket] = {}

    def enter(self, client_id: int, *, rate: float, concurrent: int) -> None:
        """Let a request in; RateExceeded or TooManyAtOnce. A rate or number of 0 is no limit."""
        now = self._clock()
        bucket = self._buckets.get(client_id)
        most = max(1.0, rate * _BURST_SECONDS)
        if bucket is None:
            bucket = self._buckets[client_id] = _Bucket(most, now)
        bucket.tokens = min(most, bucket.tokens + max(0.0, now - bucket.filled_at) * rate)
        bucket.filled_at = now
        if concurrent and bucket.at_once >= concurrent:
            raise TooManyAtOnce(most=concurrent, seconds=1)
        if rate:
            if bucket.tokens < 1.0:
                raise RateExceeded(rate=f"{rate:g}", seconds=math.ceil((1.0 - bucket.tokens) / rate))
            bucket.tokens -= 1.0
        bucket.at_once += 1

    def leave(self, client_id: int) -> None:
        """A request that was let in has been answered, or given up."""
        self._buckets[client_id].at_once -= 1
