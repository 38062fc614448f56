"""What opening a room costs the server, by its length: `python -m tests.benchmarks.long_rooms FOLDER TIMES LENGTH...` prints JSON.

From the address to the frame that is ready to be written: the domain's answers, the pages read, HTML and frame made. Cold: the
room does not run, and no tab has it open; warm: both are so. A permalink is that, and then the page of the message with its
neighbours. Words that were rendered once stay cached in the process, for rooms of any length.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from livechat.domain.chat import Chat, SystemClock, running_chat
from livechat.domain.limits import Limits
from livechat.domain.message import Mention
from livechat.domain.model import PAGE_SIZE, MessageNumber, Room, RoomId, User
from livechat.domain.ports import Stores
from livechat.domain.writes import EditMessage, MessageWrite, PinMessage, PostMessage, ReactToMessage
from livechat.store import open_stores
from livechat.ui.audience import Audience
from livechat.ui.reader import Reader
from livechat.ui.room_view import RoomView
from livechat.ui.room_views import RoomViews
from livechat.ui.stream import Frame
from tests.benchmarks.people import settle

PEOPLE = 5
AT_ONCE = 2_000
"""Messages of one transaction when rooms are filled."""
PINS = 20
AUDIENCE = Audience(120, 'http://chat.example:8080')
Samples = dict[str, list[float]]


class Sink:
    """The socket of a tab that takes everything."""

    def __init__(self) -> None:
        self.bytes = 0

    def send(self, frame: Frame) -> bool:
        self.bytes += len(frame)
        return True


@dataclass(slots=True)
class LongRoom:
    """A room of that many messages, and the times in ms it took."""

    room: Room
    length: int
    samples: Samples = field(default_factory=dict)
    frame_bytes: int = 0

    def note(self, what: str, started: float) -> None:
        self.samples.setdefault(what, []).append((time.perf_counter() - started) * 1_000)


async def measure(folder: Path, times: int, lengths: Sequence[int]) -> dict[str, Any]:
    settled = await settle(folder, PEOPLE, rooms=len(lengths))
    limits = Limits(room_idle_s=0.0, change_burst=1_000_000)
    async with open_stores(folder, synchronous='OFF') as stores:
        rooms = [LongRoom(room, length) for room, length in zip(settled.rooms, lengths, strict=True)]
        started = time.perf_counter()
        for long in rooms:
            await fill(stores, long.room, settled.users, long.length)
        filled_s = time.perf_counter() - started
        async with running_chat(stores, clock=SystemClock(), limits=limits, set_up_token=None) as chat:
            for turn in range(times + 1):
                if turn == 1:
                    for long in rooms:
                        long.samples.clear()  # the first time modules and statements were prepared
                for long in rooms:  # in turns, so that whatever else the machine does falls on all
                    await _cold(chat, long, settled.users[1])
                    await _warm(chat, long, settled.users[1])
                    await _unread(stores, long, settled.users[1])
    return {'times': times, 'filled_s': round(filled_s, 1), 'rooms': {str(long.length): _figures(long) for long in rooms}}


def _figures(long: LongRoom) -> dict[str, float]:
    return {what: round(median(values), 2) for what, values in long.samples.items()} | {'frame_bytes': long.frame_bytes}


# What is measured


async def _cold(chat: Chat, long: LongRoom, user: User) -> None:
    """A room that does not run; then the permalink to its oldest message, in one go."""
    async with _closed(chat, long.room.id) as views:
        started = time.perf_counter()
        await _open(chat, views, long, user)
        long.note('open, cold', started)
    async with _closed(chat, long.room.id) as views:
        started = time.perf_counter()
        reader, view = await _open(chat, views, long, user)
        assert await view.around(reader, 1)
        long.note('oldest, cold', started)


async def _warm(chat: Chat, long: LongRoom, user: User) -> None:
    """Another tab after a first one; then anywhere, on pages that were read before and on others."""
    async with _closed(chat, long.room.id) as views:
        first, view = await _open(chat, views, long, user)
        await view.around(first, 1)
        started = time.perf_counter()
        reader, _ = await _open(chat, views, long, user)
        long.note('open, warm', started)
        assert await view.around(reader, 1)
        long.note('oldest, warm', started)
        long.frame_bytes = _bytes_of(reader)
        started = time.perf_counter()
        assert await view.around(reader, random.randint(1, long.length))
        long.note('jump anywhere', started)
        view.leave(first)
        view.leave(reader)


async def _unread(stores: Stores, long: LongRoom, user: User) -> None:
    """Asked once when somebody comes, who has read nothing of it."""
    started = time.perf_counter()
    await stores.reads.count(long.room.id, {user.id: MessageNumber(0)})
    long.note('unread counted', started)


async def _open(chat: Chat, views: RoomViews, long: LongRoom, user: User) -> tuple[Reader, RoomView]:
    """What a tab asks for when it comes to the address of a room."""
    room = await chat.rooms.by_slug(user, long.room.slug)
    assert room is not None
    await chat.rooms.enter(user, room.id)
    await chat.rooms.draft(user, room.id)
    view = await views.open(room.id)
    reader = Reader(user.id, AUDIENCE, socket=Sink())
    view.enter(reader)
    return reader, view


@asynccontextmanager
async def _closed(chat: Chat, room_id: RoomId) -> AsyncIterator[RoomViews]:
    """Within it nobody else looks at the room, and it does not run until somebody asks."""
    views = RoomViews(chat)
    chat.supervisor.stop_idle(float('inf'))
    assert chat.supervisor.registry.find(room_id) is None
    try:
        yield views
    finally:
        await views.close()


def _bytes_of(reader: Reader) -> int:
    assert isinstance(reader.socket, Sink)
    return reader.socket.bytes


# A room with a life


async def fill(stores: Stores, room: Room, users: Sequence[User], length: int) -> None:
    """Messages of all kinds: every page of 50 has the same of each."""
    at = datetime.now(UTC) - timedelta(days=365)
    for first in range(1, length + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, length + 1))
        await _commit(stores, [_post(room, users, number, at) for number in numbers])
        await _commit(stores, [write for number in numbers for write in _deeds(room, users, number, at)])
    pinned = range(max(1, length - PINS * PAGE_SIZE + 1), length + 1, PAGE_SIZE)
    await _commit(stores, [PinMessage(room_id=room.id, number=MessageNumber(n), user_id=users[0].id, on=True, at=at) for n in pinned])
    await stores.reads.mark([(room.id, user.id, MessageNumber(length)) for user in users])


async def _commit(stores: Stores, writes: Sequence[MessageWrite]) -> None:
    trouble = [result for result in await stores.messages.commit(writes) if isinstance(result, Exception)]
    assert not trouble, trouble[:3]


def _post(room: Room, users: Sequence[User], number: int, at: datetime) -> PostMessage:
    """Every fifth answers one near, every fiftieth one on another page; every tenth speaks to somebody."""
    spoken_to = users[number % len(users)] if number % 10 == 9 else None
    answers = number - 60 if number % 50 == 45 else number - 3 if number % 5 == 4 else 0
    return PostMessage(
        room_id=room.id,
        author_id=users[number // 3 % len(users)].id,
        body=_body(number) + (f' @{spoken_to.username}' if spoken_to else ''),
        client_key=f'{room.id}-{number}',
        at=at + timedelta(minutes=number),
        mentions=(spoken_to.id,) if spoken_to else (),
        named=(Mention(user_id=spoken_to.id, word=spoken_to.username, name=spoken_to.display_name),) if spoken_to else (),
        reply_to=MessageNumber(answers) if answers > 0 else None,
    )


def _body(number: int) -> str:
    """The same words on every page, or what is cached of them would make the difference."""
    words = {0: 'A **bold** word and `code`', 1: 'See https://example.org/page', 2: '- one\n- two\n- three', 3: '```python\nprint(1)\n```'}
    return words.get(number % 10, f'Something that somebody said, number {number % PAGE_SIZE}, and a little more than one line of it.')


def _deeds(room: Room, users: Sequence[User], number: int, at: datetime) -> Iterator[MessageWrite]:
    place: Mapping[str, Any] = {'room_id': room.id, 'number': MessageNumber(number), 'at': at + timedelta(minutes=number)}
    if number % 10 == 7:
        for user in users[:3]:
            yield ReactToMessage(**place, user_id=user.id, text='👍', on=True)
        yield ReactToMessage(**place, user_id=users[0].id, text='🎉', on=True)
    if number % 10 == 5:
        yield EditMessage(**place, body=f'Corrected, number {number % PAGE_SIZE}.')


if __name__ == '__main__':
    print(json.dumps(asyncio.run(measure(Path(sys.argv[1]), int(sys.argv[2]), [int(length) for length in sys.argv[3:]]))))
