"""Posts per second that survive a power cut, through `rooms.post`: `python -m tests.benchmarks.durable FOLDER SECONDS` prints JSON."""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from livechat.domain.chat import Chat, SystemClock, running_chat
from livechat.domain.limits import Limits
from livechat.domain.model import Room, User
from livechat.store import open_stores
from tests.benchmarks.crowd import TEXT
from tests.benchmarks.people import settle

AT_ONCE = 64
ROOMS = 50


async def measure(folder: Path, seconds: float) -> list[dict[str, Any]]:
    settled = await settle(folder, AT_ONCE, rooms=ROOMS)
    limits = Limits(message_burst=1_000_000_000, message_refill_per_s=1_000_000.0)
    results = []
    async with (
        open_stores(folder, synchronous='FULL') as stores,
        running_chat(stores, clock=SystemClock(), limits=limits, set_up_token=None) as chat,
    ):
        for rooms in (settled.rooms[:1], settled.rooms):
            before = sum([(await stores.messages.head(room.id))[0] for room in rooms])
            result = await _post(chat, settled.users, rooms, seconds)
            stored = sum([(await stores.messages.head(room.id))[0] for room in rooms]) - before
            results.append({**result, 'rooms': len(rooms), 'stored': stored})
    return results


async def _post(chat: Chat, users: Sequence[User], rooms: Sequence[Room], seconds: float) -> dict[str, Any]:
    turn = itertools.cycle(rooms)
    await asyncio.gather(*(chat.rooms.snapshot(room.id) for room in rooms))
    started, cpu = time.perf_counter(), time.process_time()
    until = started + seconds

    async def write(user: User, number: int) -> int:
        posted = 0
        while time.perf_counter() < until:
            await chat.rooms.post(user, next(turn).id, TEXT, f'{started}-{number}-{posted}')
            posted += 1
        return posted

    posts = sum(await asyncio.gather(*(write(user, number) for number, user in enumerate(users))))
    lasted = time.perf_counter() - started
    return {
        'posts': posts,
        'at_once': len(users),
        'posts_per_s': round(posts / lasted, 1),
        'cpu_us_per_post': round((time.process_time() - cpu) / posts * 1e6, 1),
    }


if __name__ == '__main__':
    print(json.dumps(asyncio.run(measure(Path(sys.argv[1]), float(sys.argv[2])))))
