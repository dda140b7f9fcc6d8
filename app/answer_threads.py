"""Threads for the blocking part of answers: a request goes to one of them once and comes back once.

The framework's own way to a thread took 35 µs of processor time there and back, the standard library's executor 24,
this one 10 (docs/decisions: what one question costs).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple, TypeVar

MOST = 40  # as many as the framework has for all other routes
_SECONDS_TO_END = 5.0  # for work that nobody waits for any longer
_T = TypeVar("_T")


class _Outcome(NamedTuple):
    value: object
    error: BaseException | None


class _Asked(NamedTuple):
    work: Callable[[], object]
    context: Context  # what the request is, for log lines and traces
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[_Outcome]


class AnswerThreads:
    """Threads that are started as they are needed, at most so many; to be used from one event loop."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._in_work = 0

    async def run(self, work: Callable[[], _T]) -> _T:
        """The outcome of this work, done by a thread; where all are busy it waits for one."""
        loop = asyncio.get_running_loop()
        asked = _Asked(work, copy_context(), loop, loop.create_future())
        self._in_work += 1
        if self._in_work > len(self._threads) < self._most:
            self._start()
        self._asked.put(asked)
        outcome = await asked.done
        if outcome.error is not None:
            raise outcome.error
        return outcome.value  # type: ignore[return-value]

    def _start(self) -> None:
        thread = Thread(target=self._work, name=f"answers {len(self._threads) + 1}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            try:
                outcome = _Outcome(asked.context.run(asked.work), None)
            except BaseException as error:
                outcome = _Outcome(None, error)
            with suppress(RuntimeError):  # the loop has ended: nobody waits
                asked.loop.call_soon_threadsafe(self._tell, asked.done, outcome)
            del asked, outcome  # while this thread waits it holds nobody's record

    def _tell(self, done: asyncio.Future[_Outcome], outcome: _Outcome) -> None:
        self._in_work -= 1
        if not done.done():
            done.set_result(outcome)

    def close(self) -> None:
        """Let the threads end."""
        threads, self._threads, self._in_work = self._threads, [], 0
        for _ in threads:
            self._asked.put(None)
        for thread in threads:
            thread.join(_SECONDS_TO_END)
