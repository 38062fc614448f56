"""A whole chat of fakes: time that is moved by hand, stores and a backplane that break when told to."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from livechat.domain.access import Grounds
from livechat.domain.audit_log import AuditLog
from livechat.domain.backplane import LocalBackplane, LocalSubscription
from livechat.domain.directs import Directs
from livechat.domain.events import Event, RoomLeft
from livechat.domain.limits import Limits
from livechat.domain.member_changes import recognising
from livechat.domain.memberships import Memberships
from livechat.domain.message import Message
from livechat.domain.model import Membership, MessageNumber, Room, RoomId, RoomRole, Seq, ServerRole, User, UserId, UserKind
from livechat.domain.names import name_key, username_from
from livechat.domain.people_ports import NewUser
from livechat.domain.policy import Policy
from livechat.domain.presence import Presence
from livechat.domain.presence_tick import PresenceTick
from livechat.domain.room_changes import Surroundings
from livechat.domain.room_desk import RoomDesk
from livechat.domain.room_directory import RoomDirectory
from livechat.domain.room_members import RoomMembers
from livechat.domain.room_settings import RoomSettings
from livechat.domain.rooms import Rooms
from livechat.domain.supervisor import Supervisor
from livechat.domain.writes import MessageWrite, Stored
from tests.fakes import FakeClock, MemoryStores
from tests.memory import Memory
from tests.memory_messages import MemoryMessages
from tests.memory_rooms import MemoryRooms
from tests.patience import until

Result = TypeVar('Result')


class Time(FakeClock):
    """A clock whose sleepers wake when it is moved."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep: list[tuple[float, asyncio.Future[None]]] = []

    async def sleep(self, seconds: float) -> None:
        wakes = asyncio.get_running_loop().create_future()
        self.asleep.append((self.monotonic() + seconds, wakes))
        await wakes

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        due = [wakes for at, wakes in self.asleep if at <= self.monotonic()]
        self.asleep = [(at, wakes) for at, wakes in self.asleep if at > self.monotonic()]
        for wakes in due:
            if not wakes.done():
                wakes.set_result(None)


class BreakingMessages(MemoryMessages):
    """`before` and `after` a commit: what it raises, one entry per commit, None for nothing."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self.before: deque[BaseException | None] = deque()
        self.after: deque[BaseException | None] = deque()
        self.batches: list[int] = []
        self.queries = 0

    async def commit(self, writes: Sequence[MessageWrite]) -> Sequence[Stored | Exception]:
        self.batches.append(len(writes))
        _break(self.before)
        results = await super().commit(writes)
        _break(self.after)
        return results

    async def newest(self, room_id: RoomId, limit: int) -> Sequence[Message]:
        self.queries += 1
        return await super().newest(room_id, limit)

    async def range(self, room_id: RoomId, first: MessageNumber, last: MessageNumber) -> Sequence[Message]:
        self.queries += 1
        return await super().range(room_id, first, last)

    async def changed_since(self, room_id: RoomId, seq: Seq) -> Sequence[Message]:
        self.queries += 1
        return await super().changed_since(room_id, seq)


class CountingRooms(MemoryRooms):
    """Notes by what rooms were looked up."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self.asked: list[str] = []

    async def by_slug(self, slug: str) -> Room | None:
        self.asked.append(slug)
        return await super().by_slug(slug)

    async def memberships_of(self, user_id: UserId) -> Sequence[Membership]:
        self.asked.append('memberships')
        return await super().memberships_of(user_id)


class BreakingBackplane(LocalBackplane):
    """Raises what `breaks` holds, one entry per broadcast on that topic."""

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.breaks: dict[str, deque[BaseException | None]] = {}

    def broadcast(self, topic: str, event: Event) -> None:
        _break(self.breaks.get(topic, deque()))
        super().broadcast(topic, event)


class House:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.time = Time()
        self.stores = MemoryStores()
        self.stores.rooms = self.room_store = CountingRooms(self.stores.memory)
        self.messages = BreakingMessages(self.stores.memory)
        self.backplane = BreakingBackplane(limits.subscription_events)
        self.memberships = Memberships(self.stores.rooms)
        self.around = Surroundings(
            rooms=self.stores.rooms,
            messages=self.messages,
            directory=RoomDirectory(),
            memberships=self.memberships,
            backplane=self.backplane,
            audit=AuditLog(self.stores.audit, self.time),
            clock=self.time,
            limits=limits,
        )
        self.supervisor = Supervisor(self.around, sleep=self.time.sleep)
        self.registry = self.supervisor.registry
        self.policy = Policy()
        self.grounds = Grounds(directory=self.around.directory, memberships=self.memberships, policy=lambda: self.policy)
        desk = RoomDesk(self.around, self.grounds, self.supervisor, self.stores.users)
        directs = Directs(desk, self.stores.users)
        self.presence = Presence(limits.presence_grace_s)
        self.rooms = Rooms(desk, drafts=self.stores.drafts, users=self.stores.users, directs=directs, presence=self.presence)
        self.members = RoomMembers(desk, self.stores.users, directs)
        self.settings = RoomSettings(desk)
        self.tick = PresenceTick(
            self.presence, self.registry, backplane=self.backplane, clock=self.time, limits=limits, sleep=self.time.sleep
        )

    async def person(self, name: str, role: ServerRole = ServerRole.MEMBER, *rooms: Room) -> User:
        """An account, member of those rooms."""
        return await self._moved_in(self._new(name, role, password_hash=''), rooms)

    async def guest(self, name: str, *rooms: Room) -> User:
        """A guest, member of those rooms."""
        return await self._moved_in(replace(self._new(name, ServerRole.MEMBER, password_hash=None), kind=UserKind.GUEST), rooms)

    def _new(self, name: str, role: ServerRole, *, password_hash: str | None) -> NewUser:
        return NewUser(
            display_name=name,
            name_key=name_key(name),
            username=username_from(name),
            email=None,
            role=role,
            password_hash=password_hash,
            created_at=self.time.now(),
        )

    async def _moved_in(self, new: NewUser, rooms: Sequence[Room]) -> User:
        """Without a line in those rooms."""
        user = await self.stores.users.add(new)
        for room in rooms:
            await self.stores.rooms.join(room.id, user.id, role=RoomRole.MEMBER, at=self.time.now())
            await self.supervisor.room(room.id).change(recognising(user.id))
        return user

    async def renamed(self, user: User, name: str) -> User:
        """As the accounts would store it."""
        return await self.stores.users.update_profile(
            user.id, display_name=name, name_key=name_key(name), username=user.username, email=user.email
        )

    def is_running(self, room: Room) -> bool:
        return self.registry.find(room.id) is not None

    def stored(self, room: Room) -> list[str]:
        return [message.body for message in self.stores.memory.rooms[room.id].messages.values()]


async def settled(house: House) -> None:
    """Every line about what happened is stored and told."""
    await until(lambda: not any(actor.is_busy for actor in house.registry))


async def queued(subscription: LocalSubscription) -> list[Event]:
    """What was broadcast so far and not read yet."""
    end = RoomLeft(user_id=UserId(0), room_id=RoomId(0))
    subscription.put(end)
    found: list[Event] = []
    async for event in subscription:
        if event is end:
            break
        found.append(event)
    return found


def started(work: Coroutine[Any, Any, Result]) -> 'asyncio.Task[Result]':
    """Under way, as from a page's handler."""
    return asyncio.get_running_loop().create_task(work)


async def all_settled(tasks: Sequence[Awaitable[Result]]) -> list[Result | BaseException]:
    return await asyncio.gather(*tasks, return_exceptions=True)


def other_tasks() -> 'set[asyncio.Task[Any]]':
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task() and not task.done()}


def _break(faults: deque[BaseException | None]) -> None:
    fault = faults.popleft() if faults else None
    if fault is not None:
        raise fault
