"""Waiting for what must come about, however slow the machine: the wall clock says when it is too late, not a number of turns."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

WITHIN_S = 25.0
"""Of the 30 s that a test has."""
PAUSE_EVERY = 100
PAUSE_S = 0.001
"""A loop that is never idle takes a core from the threads it waits for."""


class Patience:
    """Turns of the event loop; the one after `WITHIN_S` fails the test."""

    def __init__(self, otherwise: str = 'it never came about') -> None:
        self._otherwise = otherwise
        self._end = time.monotonic() + WITHIN_S
        self._turns = 0

    async def turn(self) -> None:
        if time.monotonic() > self._end:
            raise AssertionError(self._otherwise)
        self._turns += 1
        await asyncio.sleep(0 if self._turns % PAUSE_EVERY else PAUSE_S)


async def until(condition: Callable[[], object]) -> None:
    patience = Patience()
    while not condition():
        await patience.turn()


def use_one_thread() -> None:
    """For all of this loop's `to_thread`, so that one can wait until nothing is left in it."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1, 'one thread'))


async def threads_at_rest() -> None:
    """What was given to the one thread before is done, and the loop has heard of it."""
    await asyncio.to_thread(lambda: None)
