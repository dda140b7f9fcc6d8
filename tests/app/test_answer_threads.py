"""Threads for answers: what blocks is done beside the event loop, and every outcome comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextvars import ContextVar
from threading import Barrier, Event, current_thread

import pytest

from app.answer_threads import AnswerThreads

_REQUEST: ContextVar[str] = ContextVar("request", default="none")


@pytest.fixture
def threads() -> Iterator[AnswerThreads]:
    made = AnswerThreads(most=3)
    yield made
    made.close()


def test_work_is_done_by_another_thread_and_its_outcome_comes_back(threads: AnswerThreads) -> None:
    assert asyncio.run(threads.run(lambda: current_thread().name)) == "answers 1"


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), SystemExit(3)])
def test_an_error_comes_back_as_itself_and_the_thread_goes_on(threads: AnswerThreads, error: BaseException) -> None:
    def fails() -> None:
        raise error

    async def asks() -> BaseException | None:
        try:
            await threads.run(fails)
        except BaseException as raised:
            return raised
        return None

    assert asyncio.run(asks()) is error
    assert asyncio.run(threads.run(lambda: current_thread().name)) == "answers 1"


def test_even_the_one_error_that_no_future_takes_comes_back(threads: AnswerThreads) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(threads.run(lambda: next(iter(()))))


def test_work_knows_the_request_that_it_belongs_to(threads: AnswerThreads) -> None:
    async def asks(name: str) -> str:
        _REQUEST.set(name)
        return await threads.run(_REQUEST.get)

    async def both() -> list[str]:
        return list(await asyncio.gather(asks("a"), asks("b")))

    assert asyncio.run(both()) == ["a", "b"]


def test_as_many_work_at_once_as_there_may_be_threads(threads: AnswerThreads) -> None:
    meeting = Barrier(3)

    async def asks() -> list[int]:
        return await asyncio.gather(*(threads.run(lambda: meeting.wait(10)) for _ in range(6)))

    assert sorted(asyncio.run(asks())) == [0, 0, 1, 1, 2, 2]


def test_who_stops_waiting_takes_nobodys_thread(threads: AnswerThreads) -> None:
    ended = Event()

    async def asks() -> str:
        for _ in range(3):
            waiting = asyncio.ensure_future(threads.run(lambda: ended.wait(10)))
            await asyncio.sleep(0)
            waiting.cancel()
        later = asyncio.ensure_future(threads.run(lambda: "done"))
        ended.set()
        return await later

    assert asyncio.run(asks()) == "done"


def test_after_they_have_ended_they_are_started_again_as_needed(threads: AnswerThreads) -> None:
    asyncio.run(threads.run(lambda: None))
    threads.close()
    assert asyncio.run(threads.run(lambda: 7)) == 7
