"""The readers: a few connections that cannot write, and whoever asks first is answered first."""

import asyncio
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


class Readers:
    """Tasks that read, as many as the engine has connections.

    Invariant: a read runs to its end, whatever becomes of its caller. The tasks are owned by the `Database`, which closes
    them. What dies with them is nothing: they change nothing.
    """

    def __init__(self, engine: AsyncEngine, count: int) -> None:
        self._engine = engine
        self._questions: asyncio.Queue[_Question | None] = asyncio.Queue()
        self._closing = False
        self._tasks = [asyncio.create_task(self._serve(), name=f'store reader {number}') for number in range(1, count + 1)]

    async def run(self, work: Callable[[Session], T]) -> T:
        """What `work` finds, in one snapshot of what is committed.

        :raises RuntimeError: the store is closed.
        """
        if self._closing:
            raise RuntimeError('The store is closed; nothing can be read from it.')
        # A cancelled caller cancels only this future.
        question = _Question(work, asyncio.get_running_loop().create_future())
        self._questions.put_nowait(question)
        answer: T = await question.answer
        return answer

    async def close(self) -> None:
        """Answer who waits, then stop and close the connections."""
        self._closing = True
        for _ in self._tasks:
            self._questions.put_nowait(None)
        await asyncio.gather(*self._tasks)
        await self._engine.dispose()

    async def _serve(self) -> None:
        while (question := await self._questions.get()) is not None:
            if question.answer.done():  # its caller was cancelled before it began
                continue
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
    with Session(bind) as session:
        return work(session)
