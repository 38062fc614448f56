"""Random lives of two rooms, in every store at once: what they say is unread is what a plain recount says."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from livechat.domain.errors import LivechatError
from livechat.domain.message import MessageKind
from livechat.domain.model import MessageNumber, Room, RoomRole, User
from livechat.domain.ports import Stores
from livechat.domain.writes import DeleteMessage, EditMessage, MessageWrite, PostMessage, Stored
from livechat.store import DATABASE_NAME, open_stores
from tests.fakes import MemoryStores
from tests.store.people import NOON, add_room, first_owner, join, new_user

T = TypeVar('T')

ROOMS, PEOPLE = range(2), range(3)
rooms, people, numbers = st.sampled_from(ROOMS), st.sampled_from(PEOPLE), st.integers(1, 6)
mentioned = st.sets(people)


@dataclass
class Written:
    author: int
    is_text: bool
    mentions: set[int]
    deleted: bool = False


@dataclass
class Told:
    """A room as somebody would remember it who was told everything."""

    last_read: dict[int, int] = field(default_factory=dict)
    messages: list[Written] = field(default_factory=list)
    seq: int = 0

    def recount(self, person: int, last_read: int) -> tuple[int, int]:
        unread = [each for each in self.messages[last_read:] if each.is_text and not each.deleted and each.author != person]
        return len(unread), sum(person in each.mentions for each in unread)


@dataclass(frozen=True)
class Server:
    stores: Stores
    people: list[User]
    rooms: list[Room]


class Lives(RuleBasedStateMachine):
    def __init__(self, migrated: Path) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.opened = AsyncExitStack()
        self.told = [Told(dict.fromkeys(PEOPLE, 0)) for _ in ROOMS]
        self.posted = 0
        self.servers = [self.run(self.set_up(MemoryStores())), self.run(self.open_sqlite(migrated))]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(work)

    async def open_sqlite(self, migrated: Path) -> Server:
        folder = Path(self.opened.enter_context(tempfile.TemporaryDirectory()))
        shutil.copy(migrated, folder / DATABASE_NAME)
        return await self.set_up(await self.opened.enter_async_context(open_stores(folder, synchronous='OFF')))

    async def set_up(self, stores: Stores) -> Server:
        owner, _ = await first_owner(stores)
        others = [await stores.users.add(new_user(name)) for name in ('Ben', 'Carl')]
        rooms = [await add_room(stores, owner, name) for name in ('One', 'Two')]
        for room in rooms:
            for user in others:
                await join(stores, room, user)
        return Server(stores, [owner, *others], rooms)

    def teardown(self) -> None:
        self.run(self.opened.aclose())
        self.loop.close()

    @rule(room=rooms, author=people, mentions=mentioned, is_text=st.sampled_from([True, True, True, False]))
    def post(self, room: int, author: int, mentions: set[int], is_text: bool) -> None:
        self.posted += 1
        told = self.told[room]

        def write(server: Server) -> PostMessage:
            return PostMessage(
                room_id=server.rooms[room].id,
                author_id=server.people[author].id,
                body='Hello',
                client_key=f'key-{self.posted}',
                at=NOON,
                kind=MessageKind.TEXT if is_text else MessageKind.SYSTEM,
                mentions=tuple(server.people[each].id for each in mentions),
            )

        if self.commit(write, expected=author in told.last_read or not is_text):
            told.messages.append(Written(author, is_text, mentions & set(told.last_read)))

    @rule(room=rooms, number=numbers, mentions=st.none() | mentioned)
    def edit(self, room: int, number: int, mentions: set[int] | None) -> None:
        told = self.told[room]
        message = told.messages[number - 1] if number <= len(told.messages) else None

        def write(server: Server) -> EditMessage:
            again = None if mentions is None else tuple(server.people[each].id for each in mentions)
            return EditMessage(room_id=server.rooms[room].id, number=MessageNumber(number), body='Changed', at=NOON, mentions=again)

        expected = message is not None and not message.deleted and message.author in told.last_read
        if self.commit(write, expected=expected) and message is not None and mentions is not None:
            message.mentions = mentions & set(told.last_read)

    @rule(room=rooms, number=numbers)
    def delete(self, room: int, number: int) -> None:
        told = self.told[room]
        message = told.messages[number - 1] if number <= len(told.messages) else None

        def write(server: Server) -> DeleteMessage:
            return DeleteMessage(room_id=server.rooms[room].id, number=MessageNumber(number), at=NOON)

        if self.commit(write, expected=message is not None and not message.deleted) and message is not None:
            message.deleted = True

    @rule(room=rooms, person=people)
    def join(self, room: int, person: int) -> None:
        for server in self.servers:
            self.run(server.stores.rooms.join(server.rooms[room].id, server.people[person].id, role=RoomRole.MEMBER, at=NOON))
        self.told[room].last_read.setdefault(person, len(self.told[room].messages))

    @rule(room=rooms, person=people)
    def leave(self, room: int, person: int) -> None:
        was_member = self.told[room].last_read.pop(person, None) is not None
        for server in self.servers:
            assert self.run(server.stores.rooms.leave(server.rooms[room].id, server.people[person].id)) == was_member

    @rule(room=rooms, marks=st.dictionaries(people, st.integers(0, 6)))
    def mark(self, room: int, marks: dict[int, int]) -> None:
        for server in self.servers:
            read = [(server.rooms[room].id, server.people[person].id, MessageNumber(number)) for person, number in marks.items()]
            self.run(server.stores.reads.mark(read))
        self.told[room].last_read.update({person: number for person, number in marks.items() if person in self.told[room].last_read})

    @invariant()
    def every_store_counts_what_was_told(self) -> None:
        for server in self.servers:
            self.run(self.check(server))

    async def check(self, server: Server) -> None:
        found = await asyncio.gather(*(server.stores.reads.of(user.id) for user in server.people))
        for number, (room, told) in enumerate(zip(server.rooms, self.told, strict=True)):
            expected = {person: (told.seq, last, *told.recount(person, last)) for person, last in told.last_read.items()}
            assert {
                person: (seq, each.last_read, each.unread, each.mentions)
                for person in PEOPLE
                if room.id in found[person]
                for seq, each in [found[person][room.id]]
            } == expected, number
            marks = {person: told.last_read.get(person, person) for person in PEOPLE}
            asked = {server.people[person].id: MessageNumber(last) for person, last in marks.items()}
            seq, counted = await server.stores.reads.count(room.id, asked)
            assert seq == told.seq
            assert [(counted[user.id].unread, counted[user.id].mentions) for user in server.people] == [
                told.recount(person, last) for person, last in marks.items()
            ]

    def commit(self, write: Callable[[Server], MessageWrite], *, expected: bool) -> bool:
        """Whether it changed something; every store has to say what was expected."""
        for server in self.servers:
            made: MessageWrite = write(server)
            (result,) = self.run(server.stores.messages.commit([made]))
            assert (isinstance(result, Stored) and result.fresh) == expected, result
            assert isinstance(result, Stored | LivechatError)
            room = next(number for number in ROOMS if server.rooms[number].id == made.room_id)
        self.told[room].seq += expected
        return expected


@pytest.mark.timeout(240)  # 10 lives in a real database; a busy machine takes its time
def test_unread_counts_are_those_of_a_plain_recount_whatever_happens(migrated: Path) -> None:
    run_state_machine_as_test(lambda: Lives(migrated), settings=settings(max_examples=10, stateful_step_count=20, deadline=None))  # type: ignore[arg-type]  # it calls it, and takes any factory
