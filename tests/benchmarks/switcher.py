"""What the quick switcher costs the server: `python -m tests.benchmarks.switcher FOLDER TIMES [ROOMS PEOPLE]` prints JSON.

From the event of the key to the frame that is written, in ms: the opening, which knows no name from before; one letter typed; a
word of four. People are read after the first frame: `people` says how long the loop's queue of that tab waits for it.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from types import SimpleNamespace
from typing import Any, cast

from nicegui import Client

from livechat.domain.chat import Chat, SystemClock, running_chat
from livechat.domain.limits import Limits
from livechat.domain.model import RoomRole, User
from livechat.domain.names import name_key, slug_from
from livechat.domain.ports import Stores
from livechat.store import open_stores
from livechat.ui.audience import Audience
from livechat.ui.conversation import Conversation
from livechat.ui.session import Session
from livechat.ui.shell import Part, part
from livechat.ui.stream import Frame
from livechat.ui.switcher import Switcher
from livechat.ui.visits import Visits
from tests.benchmarks.people import settle

WORDS = (
    'harbour',
    'kitchen',
    'Zoë’s',
    'weekend',
    'night',
    'repair',
    'design',
    'Ops',
    'garden',
    'release',
    '日本語',
    'Андрей',
    'team',
    'boats',
)
AUDIENCE = Audience(120, 'http://chat.example:8080')


class Sink:
    """The socket of a tab that takes everything, and knows when it came."""

    def __init__(self) -> None:
        self.came = asyncio.Event()
        self.at = 0.0
        self.bytes = 0

    def send(self, frame: Frame) -> bool:
        if not self.came.is_set():
            self.at, self.bytes = time.perf_counter(), len(frame)
            self.came.set()
        return True


async def measure(folder: Path, times: int, rooms: int, people: int) -> dict[str, Any]:
    settled = await settle(folder, people)
    async with open_stores(folder, synchronous='OFF') as stores:
        await _fill(stores, settled.users[1], rooms)
        async with running_chat(stores, clock=SystemClock(), limits=Limits(), set_up_token=None) as chat:
            signed_in = await chat.accounts.signed_in(settled.tokens[1])
            assert signed_in is not None
            client = cast(Client, SimpleNamespace(id='tab'))
            session = Session(chat, client, sign_in_id=signed_in.sign_in.id, user=signed_in.user, audience=AUDIENCE)
            session.was_connected = True
            await chat.unread.follow(signed_in.user.id, session.tab_id)
            return {'rooms': rooms, 'people': people, **await _samples(chat, session, times)}


async def _fill(stores: Stores, user: User, rooms: int) -> None:
    """So many rooms in whose names two words and a number stand; that person is in all of them."""
    now = SystemClock().now()
    dice = random.Random(7)
    for number in range(rooms):
        name = f'{dice.choice(WORDS)} {dice.choice(WORDS)} {number}'
        room = await stores.rooms.add(name=name, name_key=name_key(name), slug=slug_from(name), description='', creator=user.id, at=now)
        assert room.id
        await stores.rooms.join(room.id, user.id, role=RoomRole.MEMBER, at=now)


async def _samples(chat: Chat, session: Session, times: int) -> dict[str, Any]:
    samples: dict[str, list[float]] = {}
    sizes: dict[str, int] = {}
    conversation = cast(Conversation, SimpleNamespace(room_id=None))
    for turn in range(times):
        switcher = Switcher(session, conversation, go=lambda _: None, visits=Visits())
        session.reader.socket = sink = Sink()
        started = time.perf_counter()
        switcher.open()
        await sink.came.wait()
        name = 'open' if turn else 'open, first'
        samples.setdefault(name, []).append((sink.at - started) * 1_000)
        sizes['open'] = sink.bytes
        loaded = time.perf_counter()
        await _quiet(session)
        samples.setdefault('people', []).append((time.perf_counter() - loaded) * 1_000)
        for typed in ('r', 'rele', 'per1'):
            session.reader.socket = sink = Sink()
            started = time.perf_counter()
            switcher.hear(part(Part.SWITCHER_FIELD), [typed])
            await sink.came.wait()
            samples.setdefault(f'type {typed}' if turn else f'type {typed}, first', []).append((sink.at - started) * 1_000)
            sizes[f'type {typed}'] = sink.bytes
        switcher.end()
        await _quiet(session)
    return {'ms': {what: _figures(values) for what, values in samples.items()}, 'bytes': sizes}


async def _quiet(session: Session) -> None:
    worker = session._worker
    if worker is not None:
        await worker


def _figures(values: Sequence[float]) -> dict[str, float]:
    p95 = quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
    return {'median': round(median(values), 2), 'p95': round(p95, 2)}


if __name__ == '__main__':
    folder, times, rooms, people = Path(sys.argv[1]), int(sys.argv[2]), *map(int, sys.argv[3:5] or (500, 1_000))
    print(json.dumps(asyncio.run(measure(folder, times, rooms, people))))
