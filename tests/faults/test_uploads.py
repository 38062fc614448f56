"""Uploads that break off, lie, crawl, flood or come when the server dies: each is answered, and leaves nothing behind."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from itertools import repeat
from pathlib import Path

import httpx
import pytest

from livechat.domain.file_errors import FileTooSlow
from livechat.domain.uploads import INTERRUPTED
from tests import sent_files
from tests.control import Account, Refused, Room
from tests.faults.uploading import END, PIECE, Disk, Sender, beginning, form, upload
from tests.file_control import FileControl, file_server
from tests.server_process import ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]

MIB = 2**20
LIMIT = 25 * MIB
IDLE_S = 1.5
LIMITS = {'upload_idle_s': IDLE_S, 'upload_burst': 100_000, 'undo_s': 0.2, 'undo_grace_s': 0.1, 'message_burst': 100_000}
"""Slow ones are cut sooner, and what is deleted goes sooner; files come as fast as a test sends them."""
KILLS = 5


@pytest.fixture(scope='module')
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with file_server(tmp_path_factory.mktemp('uploads') / 'data', **LIMITS) as server:
        yield server


@pytest.fixture(autouse=True)
async def connections() -> AsyncIterator[None]:
    yield
    Sender.cut_all()


@pytest.fixture
def disk(server: ServerProcess) -> Disk:
    return Disk(server.data)


@pytest.fixture
async def control(server: ServerProcess) -> AsyncIterator[FileControl]:
    async with FileControl.of(server) as control:
        with suppress(Refused):
            await control.owner('Olga')
        yield control


@pytest.fixture
async def ana(control: FileControl) -> Account:
    return await control.person('Ana')


@pytest.fixture
async def room(control: FileControl, ana: Account) -> AsyncIterator[Room]:
    """Goes with the test, and what a failure left there with it."""
    room = await control.room(ana)
    yield room
    with suppress(Refused):
        await control.delete_room(ana, room)


async def nothing_is_left(control: FileControl, disk: Disk) -> None:
    """As soon as the server has noticed that nothing more comes."""
    async with asyncio.timeout(60):
        while disk.arriving or disk.rows() or disk.kept or await control.used():  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.02)


async def something_arrives(disk: Disk) -> None:
    async with asyncio.timeout(60):
        while not disk.arriving:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)


async def refused(control: FileControl, ana: Account, room: Room) -> list[str]:
    async with asyncio.timeout(60):
        while not (found := [why for _, stage, why in await control.tray(ana, room) if stage == 'refused']):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.02)
    return found


async def reasons(control: FileControl, ana: Account, room: Room) -> set[str]:
    """Of all refusals, once nothing is under way."""
    async with asyncio.timeout(60):
        while not all(stage == 'refused' for _, stage, _ in await control.tray(ana, room)):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.02)
    return {why for *_, why in await control.tray(ana, room)}


async def test_upload_that_is_cut_leaves_nothing(server: ServerProcess, control: FileControl, disk: Disk, ana: Account, room: Room):
    for ending in ('cut', 'closed', 'half a boundary'):
        sender = await Sender.open(server, ana, room, length=10 * MIB)
        await sender.send(beginning(f'{ending}.bin') + os.urandom(2 * MIB) + (END[:5] if ending == 'half a boundary' else b''))
        await something_arrives(disk)
        if ending == 'closed':
            sender._writer.close()
        else:
            sender.cut()

        await nothing_is_left(control, disk)

    assert await refused(control, ana, room) == [INTERRUPTED] * 3


async def test_length_that_lies_leaves_nothing(server: ServerProcess, control: FileControl, disk: Disk, ana: Account, room: Room):
    body = form(b'x' * 10_000)
    short = await Sender.open(server, ana, room, length=len(body) - 10)
    await short.send(body)
    assert (await short.answer())[0] == 400  # ours, or uvicorn's to what follows
    assert await short.is_closed()

    long = await Sender.open(server, ana, room, length=len(body) + 10)
    await long.send(body)
    long.cut()

    assert await reasons(control, ana, room) <= {INTERRUPTED}  # nothing, when it was gone before it was read
    await nothing_is_left(control, disk)


async def test_length_that_is_no_number_is_refused(server: ServerProcess, control: FileControl, disk: Disk, ana: Account, room: Room):
    for length in (-1, 2**70):
        sender = await Sender.open(server, ana, room, length=length)
        status, _ = await sender.send_until_answered([form(b'hello')])
        assert status in {400, 413}
        sender.cut()

    await nothing_is_left(control, disk)


async def test_body_in_chunks_is_taken(server: ServerProcess, control: FileControl, disk: Disk, ana: Account, room: Room):
    content = os.urandom(3 * MIB)
    sender = await Sender.open(server, ana, room)
    for piece in (beginning(), content[:7], content[7:MIB], content[MIB:], END):
        await sender.send(piece)
    await sender.end()

    status, told = await sender.answer()

    assert status == 201
    assert told['files'][0]['size'] == len(content)
    await control.empty_tray(ana, room)
    await nothing_is_left(control, disk)


async def most_used(disk: Disk, until: 'asyncio.Task[object]') -> int:
    most = 0
    while not until.done():
        most = max(most, disk.used)
        await asyncio.sleep(0.005)
    return most


async def test_what_is_more_than_it_says_is_cut_off_on_the_disk(
    server: ServerProcess, control: FileControl, disk: Disk, ana: Account, room: Room
):
    for length in (1_000, None):
        sender = await Sender.open(server, ana, room, length=length)
        sending = asyncio.create_task(sender.send_until_answered([beginning(), *repeat(os.urandom(PIECE), 30 * MIB // PIECE), END]))

        most = await most_used(disk, sending)

        assert most <= LIMIT + 2 * MIB
        if length is None:
            assert most >= LIMIT / 2
        status, _ = await sending
        assert status in {400 if length else 413, 0}  # the answer may be lost with the connection
        sender.cut()
        await nothing_is_left(control, disk)

    assert (await refused(control, ana, room))[-1] == '“a.bin” is too large: files here have at most 25 MB.'


async def test_too_large_a_file_is_refused_before_it_is_sent(
    server: ServerProcess, control: FileControl, disk: Disk, ana: Account, room: Room
):
    sender = await Sender.open(server, ana, room, length=100 * MIB)
    await sender.send(beginning())

    status, told = await sender.answer()  # which a server that waits for the rest never gives

    assert (status, told) == (413, {'error': '“a.bin” is too large: files here have at most 25 MB.'})
    assert await sender.is_closed()
    await nothing_is_left(control, disk)
    assert await refused(control, ana, room) == [told['error']]

    eager = await Sender.open(server, ana, room, length=100 * MIB)
    await eager.send_until_answered([beginning(), *repeat(bytes(PIECE), 100 * MIB // PIECE)])
    assert eager.sent < 16 * MIB  # what the system's buffers took


async def test_upload_that_trickles_is_cut(server: ServerProcess, control: FileControl, disk: Disk, ana: Account, room: Room):
    senders = [await Sender.open(server, ana, room, length=10_000) for _ in range(10)]
    for sender in senders:
        await sender.send(beginning())
    started = time.monotonic()

    async def trickle(sender: Sender) -> tuple[int, object]:
        answer = asyncio.create_task(sender.answer())
        with suppress(ConnectionError):
            while not answer.done():
                await sender.send(b'x')
                await asyncio.wait([answer], timeout=0.1)
        return await answer

    answers = await asyncio.gather(*map(trickle, senders))

    assert answers == [(408, {'error': str(FileTooSlow())})] * 10
    assert time.monotonic() - started > IDLE_S * 0.9
    await nothing_is_left(control, disk)


@pytest.mark.parametrize('people', [1, 20])
async def test_two_hundred_uploads_at_once_are_each_answered_and_the_store_agrees(
    server: ServerProcess, control: FileControl, disk: Disk, people: int
):
    accounts = [await control.person('Many') for _ in range(people)]
    room = await control.room(*accounts)
    contents = [os.urandom(100_000) for _ in range(200)]
    waits: list[float] = []

    async def ask_meanwhile(until: 'asyncio.Future[object]') -> None:
        async with httpx.AsyncClient(base_url=server.address, cookies={'livechat': accounts[0].token}, timeout=10) as browser:
            while not until.done():
                started = time.monotonic()
                assert (await browser.get('/files/AAAAAAAAAAAAAAAAAAAAAA/x')).status_code == 404
                waits.append(time.monotonic() - started)

    await control.lag_ms()
    uploads = asyncio.gather(*(upload(server, accounts[n % people], room, content) for n, content in enumerate(contents)))
    await ask_meanwhile(uploads)
    answers = await uploads

    counted = Counter(status for status, _ in answers)
    lag_ms = await control.lag_ms()
    print(people, counted, f'others waited {max(waits) * 1000:.0f} ms at most, {len(waits)} times; the loop was late by {lag_ms:.0f} ms')
    assert set(counted) <= {201, 422, 429, 503, 0}
    assert counted[0] < 20  # of a refusal, the answer may be lost with the connection
    taken = {told['files'][0]['id'] for status, told in answers if status == 201}
    assert {file_id for file_id, *_ in disk.rows()} >= taken
    trays = [await control.tray(account, room) for account in accounts]
    waiting = Counter(stage for tray in trays for _, stage, _ in tray)
    assert waiting['there'] == len(taken) == len(disk.rows())
    assert await control.used() == 100_000 * len(taken)
    disk.must_agree()
    assert lag_ms < 3_000  # on a quiet machine 0.1 s
    assert len(taken) >= 10
    for account in accounts:
        await control.empty_tray(account, room)
    await nothing_is_left(control, disk)


@pytest.mark.parametrize('what', ['removed', 'deleted'])
async def test_room_that_closes_while_a_file_arrives_does_not_get_it(
    server: ServerProcess, control: FileControl, disk: Disk, ana: Account, room: Room, what: str
):
    bo = await control.person('Bo')
    await control.join(bo, room)
    body = form(os.urandom(2 * MIB))
    sender = await Sender.open(server, bo, room, length=len(body))
    await sender.send(body[:MIB])
    await something_arrives(disk)

    await (control.remove(ana, room, bo) if what == 'removed' else control.delete_room(ana, room))
    await sender.send(body[MIB:])

    assert (await sender.answer())[0] == (403 if what == 'removed' else 404)  # the room is open: it can be joined again
    await nothing_is_left(control, disk)


@pytest.mark.skipif(sys.platform != 'linux' or os.geteuid() != 0, reason='only root mounts a small disk')
async def test_disk_that_is_full_takes_nothing_and_works_again_when_it_is_not(tmp_path: Path):
    files = tmp_path / 'data' / 'files'
    files.mkdir(parents=True)
    done = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', files], capture_output=True, text=True, check=False)  # noqa: ASYNC221 - nothing else runs here
    if done.returncode:
        pytest.skip(f'no small disk can be mounted: {done.stderr.strip()}')
    try:
        with file_server(tmp_path / 'data', **LIMITS) as server:
            async with FileControl.of(server) as control:
                ana = await control.owner('Ana')
                room, disk = await control.room(ana), Disk(server.data)

                status, told = await upload(server, ana, room, os.urandom(6 * MIB))

                assert status in {503, 0}
                if told is not None:
                    assert told == {'error': 'The server could not store this. It is still in your box; try again in a moment.'}
                assert await refused(control, ana, room)
                assert (disk.used, disk.rows(), await control.used()) == (0, [], 0)
                assert shutil.disk_usage(files).used < 64 * 1024
                await control.post(ana, room, 'the chat goes on')
                assert (await upload(server, ana, room, b'small'))[0] == 201
                disk.must_agree()
    finally:
        subprocess.run(['umount', '-l', files], check=True)  # noqa: ASYNC221 - nothing else runs here


async def test_server_that_is_told_to_stop_ends_an_upload_and_leaves_nothing(tmp_path: Path):
    with file_server(tmp_path / 'data', **LIMITS) as server:
        async with FileControl.of(server) as control:
            ana = await control.owner('Ana')
            room, disk = await control.room(ana), Disk(server.data)
        sender = await Sender.open(server, ana, room, length=20 * MIB)
        await sender.send(beginning() + os.urandom(2 * MIB))
        await something_arrives(disk)

        stopped = await asyncio.to_thread(server.stop, signal.SIGTERM)
        sender.cut()

    assert stopped.after_s < 3
    assert disk.used == 0
    assert disk.rows() == []
    disk.must_agree()


async def test_server_that_is_killed_in_the_middle_of_an_upload_forgets_it(tmp_path: Path):
    with file_server(tmp_path / 'data', **LIMITS) as server:
        async with FileControl.of(server) as control:
            ana = await control.owner('Ana')
            room, disk = await control.room(ana), Disk(server.data)
        sender = await Sender.open(server, ana, room, length=20 * MIB)
        await sender.send(beginning() + os.urandom(2 * MIB))
        await something_arrives(disk)
        server.stop(signal.SIGKILL)
        sender.cut()
    assert disk.arriving

    with file_server(tmp_path / 'data', **LIMITS) as server:
        async with FileControl.of(server) as control:
            assert await control.tray(ana, room) == []
            assert await control.used() == 0
        assert (disk.used, disk.rows()) == (0, [])
    disk.must_agree()


class Sending:
    """One person who sends files and messages with them, and deletes some, until the server dies; and what they were told."""

    def __init__(self, account: Account, room: Room) -> None:
        self.account = account
        self.room = room
        self.shown: dict[str, tuple[int, bytes]] = {}
        """By the file's id: the number of its message, and its content."""
        self.deleted: set[str] = set()

    async def go_on(self, server: ServerProcess) -> None:
        chance = random.Random(self.account.name)
        with suppress(ConnectionError):
            async with FileControl.of(server) as control:
                for turn in range(10_000):
                    content = sent_files.png(40, 30, seed=chance.randrange(2**30)) if turn % 3 == 0 else chance.randbytes(300_000)
                    await self._send(server, control, content, turn)

    async def _send(self, server: ServerProcess, control: FileControl, content: bytes, turn: int) -> None:
        status, told = await upload(server, self.account, self.room, content)
        if status == 0:
            raise ConnectionError
        assert status == 201, told
        file_id = told['files'][0]['id']
        number = await control.post_files(self.account, self.room, [file_id])
        self.shown[file_id] = number, content
        if turn % 4 == 0:
            self.deleted.add(file_id)
            await control.delete_as(self.account, self.room, number)


async def test_files_and_messages_agree_after_kills_at_any_moment(tmp_path: Path):
    unlimited = {**LIMITS, 'deed_burst': 100_000}
    with file_server(tmp_path / 'data', **unlimited) as server:
        async with FileControl.of(server) as control:
            accounts = [await control.owner('Olga'), *[await control.person('Client') for _ in range(3)]]
            room = await control.room(*accounts)
    everybody = [Sending(account, room) for account in accounts]
    disk = Disk(tmp_path / 'data')
    chance = random.Random(5)

    for _ in range(KILLS):
        with file_server(tmp_path / 'data', **unlimited) as server:
            async with AsyncExitStack() as stack, asyncio.TaskGroup() as sending:
                stack.callback(server.stop, signal.SIGKILL)
                shown = sum(len(each.shown) for each in everybody)
                for each in everybody:
                    sending.create_task(each.go_on(server))
                while sum(len(each.shown) for each in everybody) < shown + 4:  # noqa: ASYNC110 - the server tells nobody
                    await asyncio.sleep(0.01)
                await asyncio.sleep(chance.uniform(0, 0.4))  # at a moment that nobody chose
                server.stop(signal.SIGKILL)

    with file_server(tmp_path / 'data', **unlimited) as server:
        async with FileControl.of(server) as control, httpx.AsyncClient(base_url=server.address) as browser:
            browser.cookies.set('livechat', accounts[0].token)
            for each in everybody:
                for file_id, (_, content) in each.shown.items():
                    answer = await browser.get(f'/files/{file_id}/a')
                    if file_id in each.deleted:
                        assert answer.status_code in {404, 200}  # the kill may have come before the deletion
                    else:
                        assert answer.status_code == 200
                        assert answer.content == content or content.startswith(b'\x89PNG')
            while any(gone_at for *_, gone_at in disk.rows()):  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.05)
            for each in everybody:
                await control.empty_tray(each.account, room)
    disk.must_agree()
    assert sum(len(each.shown) for each in everybody) >= 4 * KILLS
