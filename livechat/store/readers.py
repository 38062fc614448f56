"""The readers: a few connections that cannot write, and whoever asks first is answered first, but for long reads."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import Session

from livechat.store.inputs import refusal

T = TypeVar('T')


@dataclass(slots=True, eq=False)
class _Question:
    work: Callable[[Session], Any]
    answer: asyncio.Future[Any]
    is_long: bool


class Readers:
    """Tasks that read, as many as the engine has connections.

    Invariant: a read runs to its end, whatever becomes of its caller. The tasks are owned by the `Database`, which closes
    them. What dies with them is nothing: they change nothing. And one of them at least has no long read, or few people could
    keep everybody waiting.
    """

    def __init__(self, engine: AsyncEngine, count: int) -> None:
        self._engine = engine
        self._questions: asyncio.Queue[_Question | None] = asyncio.Queue()
        self._long: deque[_Question] = deque()
        """Not let in yet."""
        self._long_places = count - 1
        self._closing = False
        self._tasks = [asyncio.create_task(self._serve(), name=f'store reader {number}') for number in range(1, count + 1)]

    async def run(self, work: Callable[[Session], T], *, is_long: bool = False) -> T:
        """What `work` finds, in one snapshot of what is committed. `is_long`: it may take much longer than most.

        :raises RuntimeError: the store is closed.
        """
        if self._closing:
            raise RuntimeError('The store is closed; nothing can be read from it.')
        # A cancelled caller cancels only this future.
        question = _Question(work, asyncio.get_running_loop().create_future(), is_long)
        if is_long:
            self._long.append(question)
            self._let_in()
        else:
            self._questions.put_nowait(question)
        answer: T = await question.answer
        return answer

    async def close(self) -> None:
        """Answer who waits, then stop and close the connections."""
        self._closing = True
        self._long_places += len(self._long)
        self._let_in()
        for _ in self._tasks:
            self._questions.put_nowait(None)
        await asyncio.gather(*self._tasks)
        await self._engine.dispose()

    async def _serve(self) -> None:
        while (question := await self._questions.get()) is not None:
            if not question.answer.done():  # else its caller was cancelled before it began
                await self._answer(question)
            if question.is_long:
                self._long_places += 1
                self._let_in()

    def _let_in(self) -> None:
        while self._long and self._long_places:
            self._long_places -= 1
            self._questions.put_nowait(self._long.popleft())

    async def _answer(self, question: _Question) -> None:
        try:
            found = await self._read(question.work)
        except Exception as error:  # noqa: BLE001 - it is the caller's
            if not question.answer.done():
                question.answer.set_exception(refusal(error))
        else:
            if not question.answer.done():
                question.answer.set_result(found)

    async def _read(self, work: Callable[[Session], T]) -> T:
        # Not `async with`: it would make a task to close the connection, against a cancellation that never comes.
        connection = await self._engine.connect()
        try:
            return await connection.run_sync(lambda bind: _in_session(bind, work))
        finally:
            await connection.close()


def _in_session(bind: Connection, work: Callable[[Session], T]) -> T:
    bind.begin()  # or the session ends its own transaction, and then the pool once more, to be sure
    with Session(bind) as session:
        return work(session)
