"""A 100 MB upload and ten photos beside a chat: `python -m tests.benchmarks.uploads FOLDER TIMES` prints JSON.

The lag is that of the server's own loop, seen from within; memory is that of the server's process, its decoders apart. Limits of
sizes are raised. The chat is twenty people in another room, over real sockets.
"""

import asyncio
import hashlib
import http.client
import io
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import uvloop
from PIL import Image

from tests.benchmarks.crowd import Crowd
from tests.benchmarks.people import Settled, settle
from tests.benchmarks.servers import Server
from tests.control import Account, Room
from tests.file_control import FileControl, file_server

MIB = 2**20
SIZE = 100 * MIB
PEOPLE = 20
PHOTOS, PHOTO_SIZE = 10, (4_000, 3_000)
QUIET_POSTS, EVERY_S = 20, 0.1
PIECE = 256 * 1024
LIMITS = {
    'file_bytes': 0,
    'person_file_bytes': 0,
    'server_file_bytes': 0,
    'pages_per_address': 100_000,
    'message_burst': 1_000_000,
    'message_refill_per_s': 1_000_000,
}
WORKER = 'livechat.pictures.worker'
SAMPLED_EVERY_S = 0.02


class Memory:
    """MB of a process and of its children at most, while it is watched."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.before = self.rss
        self.most = self.before
        self.children: dict[str, float] = {}

    @property
    def rss(self) -> float:
        return float(self._process.memory_info().rss) / 1e6

    def look(self) -> None:
        self.most = max(self.most, self.rss)
        for child in self._process.children(recursive=True):
            try:
                command = child.cmdline()
                if WORKER not in command:  # it has just been made: still a copy of the server, sharing its memory
                    continue
                name = command[command.index(WORKER) + 1]
                self.children[name] = max(self.children.get(name, 0.0), float(child.memory_info().rss) / 1e6)
            except psutil.Error:  # it has just ended
                continue

    @contextmanager
    def watching(self) -> Iterator['Memory']:
        task = asyncio.get_running_loop().create_task(self._look_on())
        try:
            yield self
        finally:
            task.cancel()

    async def _look_on(self) -> None:
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(SAMPLED_EVERY_S)


def measure(folder: Path, times: int) -> dict[str, Any]:
    data = folder / 'data'
    data.mkdir()
    settled = asyncio.run(settle(data, PEOPLE + 1, rooms=2))
    with file_server(data, **LIMITS) as server:
        port = int(server.address.rsplit(':', 1)[1])
        return uvloop.run(_measure(server, Server(server.pid, port, '/rooms/lobby'), settled, folder, times))


async def _measure(process: Any, server: Server, settled: Settled, folder: Path, times: int) -> dict[str, Any]:
    uploader = Account(settled.users[-1].display_name, settled.tokens[-1])
    room = Room(settled.rooms[1].id, settled.rooms[1].slug, settled.rooms[1].name)
    photos = await asyncio.to_thread(_photos)
    async with FileControl.of(process) as control:
        crowd = Crowd(server, [f'livechat={token}' for token in settled.tokens[:-1]], posters=1, is_guarded=True)
        try:
            await crowd.join()
            await control.lag_ms()
            alone = await crowd.paced(QUIET_POSTS, EVERY_S)
            quiet = {'chat_ms': round(alone.last_ms_median, 1), 'lag_ms': round(await control.lag_ms(), 1)}
            quiet['disk_mb_per_s'] = round(await asyncio.to_thread(_disk_mb_per_s, folder), 1)
            await control.lag_ms()
            large = [await _large(server, crowd, control, uploader, room) for _ in range(times)]
            ten = await _ten(server, crowd, control, uploader, room, photos)
        finally:
            crowd.close()
    return {'mb': round(SIZE / 1e6), 'people': PEOPLE, 'raised': LIMITS, 'alone': quiet, 'large': large, 'photos': ten}


async def _large(server: Server, crowd: Crowd, control: FileControl, uploader: Account, room: Room) -> dict[str, Any]:
    content = os.urandom(PIECE)
    with Memory(server.pid).watching() as memory:
        started = time.perf_counter()
        sending = asyncio.create_task(asyncio.to_thread(_upload, server, uploader, room, [content] * (SIZE // PIECE), 'film.bin'))
        chat_ms: list[float] = []
        while not sending.done():
            chat_ms += (await crowd.paced(1, EVERY_S)).last_ms
        await sending
        took_s = time.perf_counter() - started
        lag_ms = await control.lag_ms()
    await control.empty_tray(uploader, room)
    return {
        'mb_per_s': round(SIZE / 1e6 / took_s, 1),
        'memory_mb': round(memory.most - memory.before, 1),
        'lag_ms': round(lag_ms, 1),
        'chat_ms': round(statistics.median(chat_ms), 1),
        'chat_worst_ms': round(max(chat_ms), 1),
    }


async def _ten(
    server: Server, crowd: Crowd, control: FileControl, uploader: Account, room: Room, photos: Sequence[bytes]
) -> dict[str, Any]:
    with Memory(server.pid).watching() as memory:
        started = time.perf_counter()
        working = asyncio.create_task(_show(server, control, uploader, room, photos))
        chat_ms: list[float] = []
        while not working.done():
            chat_ms += (await crowd.paced(1, EVERY_S)).last_ms
        sent_at, shown_at = await working
        lag_ms = await control.lag_ms()
    return {
        'photos': len(photos),
        'mb': round(sum(map(len, photos)) / 1e6, 1),
        'sent_s': round(sent_at - started, 2),
        'thumbnails_s': round(shown_at - started, 2),
        'memory_mb': round(memory.most - memory.before, 1),
        'children_mb': {name: round(most) for name, most in memory.children.items()},
        'lag_ms': round(lag_ms, 1),
        'chat_ms': round(statistics.median(chat_ms), 1),
        'chat_worst_ms': round(max(chat_ms), 1),
    }


async def _show(server: Server, control: FileControl, uploader: Account, room: Room, photos: Sequence[bytes]) -> tuple[float, float]:
    """When the message with all of them was posted, and when it showed their smaller pictures."""
    sending = [asyncio.to_thread(_upload, server, uploader, room, [photo], f'{number}.jpg') for number, photo in enumerate(photos)]
    files = await asyncio.gather(*sending)
    number = await control.post_files(uploader, room, files)
    sent_at = time.perf_counter()
    while set(await control.making(uploader, room, number)) != {'done'}:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(SAMPLED_EVERY_S)
    return sent_at, time.perf_counter()


def _upload(server: Server, uploader: Account, room: Room, pieces: Sequence[bytes], name: str) -> str:
    """The id of the file."""
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    end = b'\r\n--b--\r\n'
    connection = http.client.HTTPConnection('127.0.0.1', server.port, timeout=120)
    headers = {
        'Content-Type': 'multipart/form-data; boundary=b',
        'Content-Length': str(len(head) + sum(map(len, pieces)) + len(end)),
        'Cookie': f'livechat={uploader.token}',
        'Origin': f'http://{server.host}',
    }
    connection.request('POST', f'/uploads/{room.id}', body=iter([head, *pieces, end]), headers=headers)
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    assert answer.status == 201, told
    return str(told['files'][0]['id'])


def _disk_mb_per_s(folder: Path) -> float:
    """The same bytes hashed, written and flushed by one thread of this process."""
    content, digest = os.urandom(PIECE), hashlib.sha256()
    path = folder / 'plain'
    started = time.perf_counter()
    with path.open('wb', buffering=0) as file:
        for _ in range(SIZE // PIECE):
            digest.update(content)
            file.write(content)
        os.fsync(file.fileno())
    took_s = time.perf_counter() - started
    path.unlink()
    return SIZE / 1e6 / took_s


def _photos() -> list[bytes]:
    """As a camera takes them: 12 megapixels with some grain."""
    found = []
    for number in range(PHOTOS):
        small = Image.effect_noise((500 + number, 375), 80).resize(PHOTO_SIZE, Image.Resampling.BICUBIC)
        out = io.BytesIO()
        Image.merge('RGB', (small, small.transpose(Image.Transpose.FLIP_LEFT_RIGHT), small)).save(out, 'JPEG', quality=88)
        found.append(out.getvalue())
    return found


if __name__ == '__main__':
    print(json.dumps(measure(Path(sys.argv[1]).resolve(), int(sys.argv[2]))))
