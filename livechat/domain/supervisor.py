"""Starts, restarts and stops rooms, and looks after the few other tasks of the domain."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from livechat.domain.errors import RoomNotFound, RoomUnavailable
from livechat.domain.events import RoomClosed, room_topic
from livechat.domain.model import RoomId
from livechat.domain.registry import Registry
from livechat.domain.room_actor import RoomActor
from livechat.domain.room_changes import Surroundings

logger = logging.getLogger(__name__)

Result = TypeVar('Result')
Sleep = Callable[[float], Awaitable[object]]

DRAIN_S = 1.0
"""For what is queued when the server stops: some hundred commits; Ctrl-C has 3 s in all."""


class Supervisor:
    """One task per room, restarted with backoff after a crash; other rooms never notice.

    More crashes than `restart_intensity` within `restart_period_s` close the room (OTP's rule): those inside are told,
    those who wait are refused, the next visitor starts it anew. Owns every task it starts, until `close`.
    """

    def __init__(self, around: Surroundings, *, sleep: Sleep = asyncio.sleep) -> None:
        self.registry = Registry()
        self._around = around
        self._limits = around.limits
        self._sleep = sleep
        self._rooms: dict[asyncio.Task[None], RoomActor] = {}
        self._lasting: set[asyncio.Task[None]] = set()
        self._passing: set[asyncio.Task[Any]] = set()
        self._broken: set[RoomId] = set()  # those inside may have missed something: a new start begins with a resync
        self._closed = False

    def room(self, room_id: RoomId) -> RoomActor:
        """The running room, started if need be; whether there is such a room shows when it loads.

        :raises RoomUnavailable: when the server stops.
        """
        actor = self.registry.find(room_id)
        if actor is not None:
            return actor
        if self._closed:
            raise RoomUnavailable
        actor = RoomActor(room_id, self._around, resync=room_id in self._broken)
        self._broken.discard(room_id)
        self.registry.add(actor)
        task = self._create(self._keep_running(actor), f'room {room_id}')
        self._rooms[task] = actor
        task.add_done_callback(self._room_ended)
        return actor

    def look_after(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Keep a task of the process running until `close`: after a crash it starts again."""
        assert not self._closed
        self._lasting.add(self._create(self._persist(name, run), name))

    async def see_through(self, work: Coroutine[Any, Any, Result], name: str) -> Result:
        """Do it to the end, also when the caller is cancelled. :raises RoomUnavailable: when the server stops."""
        if self._closed:
            work.close()
            raise RoomUnavailable
        task = self._create(work, name)
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)
        return await asyncio.shield(task)

    async def sweep(self) -> None:
        """Stop idle rooms, for ever."""
        while True:
            await self._sleep(self._limits.room_idle_s / 4)
            self.stop_idle(self._around.clock.monotonic())

    def stop_idle(self, now: float) -> None:
        """Stop every room without a reader for `room_idle_s` that nobody asked anything of meanwhile."""
        for actor in self.registry:
            if actor.is_busy or self._around.backplane.is_watched(room_topic(actor.room_id)):
                actor.used_at = now
            elif now - actor.used_at >= self._limits.room_idle_s:
                self.registry.remove(actor)
                actor.stop()

    async def close(self) -> None:
        """Do what is queued, within DRAIN_S, and end every task."""
        self._closed = True
        for task, actor in self._rooms.items():
            actor.stop()
            if not actor.is_busy:
                task.cancel()
        for task in self._lasting:
            task.cancel()
        tasks = [*self._rooms, *self._passing, *self._lasting]
        if tasks:
            await asyncio.wait(tasks, timeout=DRAIN_S)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_running(self, actor: RoomActor) -> None:
        crashes: deque[float] = deque()
        while True:
            try:
                await actor.run()
            except RoomNotFound:
                actor.end(RoomNotFound)
            except Exception:
                logger.exception('Room %d crashed', actor.room_id)
            else:
                actor.end(RoomUnavailable)
            if actor.has_ended:
                return
            actor.crashed()
            if self._crashed_too_often(crashes):
                self._give_up(actor)
                return
            await self._sleep(min(self._limits.restart_backoff_max_s, self._limits.restart_backoff_s * 2 ** (len(crashes) - 1)))

    def _crashed_too_often(self, crashes: deque[float]) -> bool:
        now = self._around.clock.monotonic()
        crashes.append(now)
        while crashes[0] <= now - self._limits.restart_period_s:
            crashes.popleft()
        return len(crashes) > self._limits.restart_intensity

    def _give_up(self, actor: RoomActor) -> None:
        logger.error('Room %d crashed too often and is closed until its next visitor', actor.room_id)
        self.registry.remove(actor)
        self._broken.add(actor.room_id)
        actor.end(RoomUnavailable)
        self._around.backplane.broadcast(room_topic(actor.room_id), RoomClosed(room_id=actor.room_id))

    def _room_ended(self, task: asyncio.Task[None]) -> None:
        """However its task ended, cancelled by a stranger included: nobody waits for ever, the next visitor starts it."""
        actor = self._rooms.pop(task)
        self.registry.remove(actor)
        if not actor.has_ended:
            self._broken.add(actor.room_id)
            actor.end(RoomUnavailable)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error('The task of room %d failed', actor.room_id, exc_info=error)

    async def _persist(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            try:
                await run()
            except Exception:
                logger.exception('%s crashed', name)
            await self._sleep(self._limits.restart_backoff_max_s)

    def _create(self, work: Coroutine[Any, Any, Result], name: str) -> asyncio.Task[Result]:
        return asyncio.get_running_loop().create_task(work, name=f'livechat {name}')
