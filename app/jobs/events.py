"""Server-sent events: how far a job is, each time that changes, until it ends (WHATWG HTML, 9.2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from fastapi.concurrency import run_in_threadpool

from app.errors import ServiceError
from app.jobs.schemas import JobDetail
from app.jobs.states import ENDED

_PAUSE: Final = 1.0  # seconds between two looks
_QUIET: Final = 15  # looks after which a comment keeps the connection open


async def job_events(
    look: Callable[[], JobDetail], gone: Callable[[], Awaitable[bool]], *, pause: float = _PAUSE
) -> AsyncIterator[str]:
    """`progress` events with the job's detail as JSON, then one `end`; nothing if the job is deleted meanwhile."""
    told, number, quiet = "", 0, 0
    while not await gone():
        try:
            detail = await run_in_threadpool(look)
        except ServiceError:
            return
        text = detail.model_dump_json()
        ended = detail.state in ENDED
        if text != told or ended:
            told, number, quiet = text, number + 1, 0
            yield f"id: {number}\nevent: {'end' if ended else 'progress'}\ndata: {text}\n\n"
        else:
            quiet += 1
            if quiet % _QUIET == 0:
                yield ": waiting\n\n"
        if ended:
            return
        await asyncio.sleep(pause)
