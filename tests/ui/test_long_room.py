"""However long a room is, opening it and going anywhere in it asks the database for no more."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from livechat.domain.chat import Chat, running_chat
from livechat.domain.limits import Limits
from livechat.domain.model import MessageNumber, Room, User
from livechat.store import DATABASE_NAME, open_stores
from livechat.ui.audience import Audience
from livechat.ui.reader import Reader
from livechat.ui.room_view import RoomView
from tests.benchmarks.long_rooms import Sink, fill
from tests.benchmarks.people import settle
from tests.fakes import FakeClock

SHORT, LONG = 300, 3_000
"""Both longer than what is read from the end and from the beginning together."""
Question = tuple[str, Any]


class Steps:
    """Counts what SQLite does for a question, in instructions of its virtual machine."""

    def __init__(self, database: Path) -> None:
        self._connection = sqlite3.connect(database)
        self._count = 0
        self._connection.set_progress_handler(self._step, 1)

    def _step(self) -> int:
        self._count += 1
        return 0

    def of(self, *questions: Question) -> int:
        self._count = 0
        for statement, parameters in questions:
            self._connection.execute(statement, parameters).fetchall()
        return self._count

    def close(self) -> None:
        self._connection.close()


@contextmanager
def overheard() -> Iterator[list[Question]]:
    """Whatever the stores ask."""
    asked: list[Question] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool) -> None:
        if statement.lstrip().upper().startswith(('SELECT', 'WITH')):
            asked.append((statement, parameters))

    event.listen(Engine, 'before_cursor_execute', note)
    try:
        yield asked
    finally:
        event.remove(Engine, 'before_cursor_execute', note)


class Rooms:
    """A short and a long one over a real database."""

    def __init__(self, chat: Chat, user: User, short: Room, long: Room, steps: Steps) -> None:
        self.chat, self.user, self.short, self.long, self.steps = chat, user, short, long, steps

    async def open(self, room: Room) -> tuple[Reader, RoomView]:
        await self.chat.rooms.enter(self.user, room.id)
        view = await RoomView.open(self.chat, room.id)
        reader = Reader(self.user.id, Audience(0, 'http://chat.local'), socket=Sink())
        view.enter(reader)
        return reader, view


@pytest.fixture
async def rooms(tmp_path: Path) -> AsyncIterator[Rooms]:
    settled = await settle(tmp_path, 3, rooms=2)
    steps = Steps(tmp_path / DATABASE_NAME)
    async with open_stores(tmp_path, synchronous='OFF') as stores:
        for room, length in zip(settled.rooms, (SHORT, LONG), strict=True):
            await fill(stores, room, settled.users, length)
        async with running_chat(stores, clock=FakeClock(), limits=Limits(), set_up_token=None) as chat:
            await chat.rooms.memberships(settled.users[1].id)  # asked once for all rooms
            short, long = settled.rooms
            yield Rooms(chat, settled.users[1], short, long, steps)
    steps.close()


def test_steps_tell_a_range_from_a_whole_room(rooms: Rooms) -> None:
    whole = 'SELECT body FROM messages WHERE room_id = ?'
    part = f'{whole} AND number BETWEEN 1 AND 50'

    def steps(statement: str, room: Room) -> int:
        return rooms.steps.of((statement, (room.id,)))

    assert steps(whole, rooms.long) > 5 * steps(whole, rooms.short)
    assert steps(part, rooms.long) == steps(part, rooms.short) > 50


async def test_opening_a_long_room_takes_the_steps_of_a_short_one(rooms: Rooms) -> None:
    found = []
    for room in (rooms.short, rooms.long):
        with overheard() as asked:
            _, view = await rooms.open(room)
        await view.close()
        found.append((len(asked), rooms.steps.of(*asked)))

    (short_questions, short_steps), (long_questions, long_steps) = found
    assert long_questions == short_questions > 0
    assert short_steps > 100
    assert long_steps < 1.1 * short_steps


@pytest.mark.parametrize('place', ['oldest', 'middle'])
async def test_going_anywhere_in_a_long_room_takes_the_steps_of_a_short_one(rooms: Rooms, place: str) -> None:
    found = []
    for room, length in ((rooms.short, SHORT), (rooms.long, LONG)):
        reader, view = await rooms.open(room)
        number = 1 if place == 'oldest' else length // 2 - 40
        with overheard() as asked:
            assert await view.around(reader, number)
        await view.close()
        found.append(rooms.steps.of(*asked))

    assert found[0] > 100
    assert found[1] < 1.1 * found[0]


async def test_one_message_of_a_long_room_is_read_alone(rooms: Rooms) -> None:
    """As a quote of it, or an action on it, needs it."""
    found = []
    for room in (rooms.short, rooms.long):
        await rooms.chat.rooms.enter(rooms.user, room.id)
        with overheard() as asked:
            await rooms.chat.rooms.message(rooms.user, room.id, MessageNumber(7))
        found.append(rooms.steps.of(*asked))

    assert 0 < found[1] < 1.1 * found[0]
