"""Everything together: started, found, stopped."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livechat.domain.chat import Chat, SystemClock, running_chat
from livechat.domain.errors import RoomUnavailable
from livechat.domain.events import PersonChanged, SignInEnded, presence_topic, user_topic
from livechat.domain.limits import Limits
from livechat.domain.model import TabId
from livechat.domain.sign_ins import RECHECK_S
from tests.domain.house import Time, other_tasks, queued
from tests.fakes import MemoryStores
from tests.file_fakes import FolderFiles, ScriptedInspector
from tests.patience import until

PASSWORD = 'correct horse battery'
PARTS = {
    'livechat presence tick',
    'livechat idle rooms',
    'livechat changes of people',
    'livechat deletions',
    'livechat ended sign-ins',
    'livechat guests who stay away',
    'livechat notifier',
    'livechat unread: tell',
    'livechat unread: ask',
    'livechat unread: save',
}
FILE_PARTS = {
    'livechat smaller pictures 0',
    'livechat smaller pictures 1',
    'livechat smaller pictures again',
    'livechat files that are gone',
    'livechat texts of files',
    'livechat texts of files again',
}
TURNS = 100
"""Of the event loop: until every part waits for time or for events."""


def names() -> set[str]:
    return {task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith('livechat')}


async def at_rest() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def chat(time: Time) -> AsyncIterator[Chat]:
    async with running_chat(MemoryStores(), clock=time, limits=Limits(), set_up_token='token', sleep=time.sleep) as chat:
        yield chat


async def test_everything_starts_is_found_and_stops_without_a_task_left_over(time: Time) -> None:
    stores, before = MemoryStores(), other_tasks()

    async with running_chat(stores, clock=time, limits=Limits(), set_up_token='token', sleep=time.sleep) as chat:
        owner, lobby = await chat.accounts.set_up('token', name='Olga', password=PASSWORD, server_name='Home')
        await chat.rooms.welcome(owner)
        garden = await chat.rooms.create(owner, 'Garden')
        for room in (lobby, garden):
            await chat.rooms.enter(owner, room.id)
        chat.presence.connect(owner.id, TabId('a'), lobby.id)

        assert names() == PARTS | {f'livechat room {lobby.id}', f'livechat room {garden.id}'}
        assert {actor.room_id for actor in chat.supervisor.registry} == {lobby.id, garden.id}
        assert chat.rooms.running == 2
        assert (await chat.server.profile()).name == 'Home'
        assert chat.backplane.is_watched('user.*')
        posting = asyncio.get_running_loop().create_task(chat.rooms.post(owner, lobby.id, 'last words', 'k1'))
        await asyncio.sleep(0)

    assert (await posting).body == 'last words'
    assert other_tasks() <= before
    assert names() == set()
    assert chat.rooms.running == 0
    assert not chat.backplane.is_watched('user.*')
    with pytest.raises(RoomUnavailable):
        await chat.rooms.snapshot(lobby.id)


async def test_files_start_with_a_place_for_them_and_stop_without_a_task_left_over(time: Time, tmp_path: Path) -> None:
    before, limits = other_tasks(), Limits()
    store, inspector = FolderFiles(tmp_path), ScriptedInspector()

    async with running_chat(MemoryStores(), clock=time, limits=limits, set_up_token=None, sleep=time.sleep, file_store=store) as chat:
        assert chat.files is None  # nobody looks into them
        assert names() == PARTS
    async with running_chat(
        MemoryStores(), clock=time, limits=limits, set_up_token=None, sleep=time.sleep, file_store=store, inspector=inspector
    ) as chat:
        assert chat.files is not None
        assert names() == PARTS | FILE_PARTS

    assert other_tasks() <= before


async def test_second_start_over_the_same_stores_finds_everything(time: Time) -> None:
    stores = MemoryStores()
    async with running_chat(stores, clock=time, limits=Limits(), set_up_token='token', sleep=time.sleep) as chat:
        owner, lobby = await chat.accounts.set_up('token', name='Olga', password=PASSWORD, server_name='Home')
        await chat.rooms.welcome(owner)
        message = await chat.rooms.post(owner, lobby.id, 'hello', 'k1')

    async with running_chat(stores, clock=time, limits=Limits(), set_up_token=None, sleep=time.sleep) as chat:
        snapshot = await chat.rooms.enter(owner, lobby.id)

    assert snapshot.newest == (message,)


async def test_failed_start_leaves_no_task(time: Time) -> None:
    class NoDatabase(Exception):
        pass

    class BrokenRooms:
        async def all(self) -> None:
            raise NoDatabase

    stores = MemoryStores()
    stores.rooms = BrokenRooms()  # type: ignore[assignment]
    before = other_tasks()

    with pytest.raises(NoDatabase):
        async with running_chat(stores, clock=time, limits=Limits(), set_up_token='token', sleep=time.sleep):
            pass

    assert other_tasks() <= before


async def test_changed_profile_reaches_the_running_rooms(chat: Chat) -> None:
    owner, lobby = await chat.accounts.set_up('token', name='Olga', password=PASSWORD, server_name='Home')
    await chat.rooms.welcome(owner)
    await chat.rooms.enter(owner, lobby.id)
    telling = chat.backplane.subscribe(presence_topic(lobby.id))

    await chat.accounts.update_profile(owner, display_name='Olga B', username='olga', email=None)
    told: list[object] = []
    await until(lambda: (member := chat.rooms.member(lobby.id, owner.id)) and member.person.display_name == 'Olga B')
    told += await queued(telling)  # type: ignore[arg-type]

    assert [type(event) for event in told] == [PersonChanged]


async def test_idle_room_stops_and_presence_is_told_by_the_parts_themselves(chat: Chat, time: Time) -> None:
    owner, lobby = await chat.accounts.set_up('token', name='Olga', password=PASSWORD, server_name='Home')
    await chat.rooms.welcome(owner)
    await chat.rooms.enter(owner, lobby.id)
    telling = chat.backplane.subscribe(presence_topic(lobby.id))
    chat.presence.connect(owner.id, TabId('a'), lobby.id)

    for _ in range(6):
        await at_rest()
        time.advance(chat.limits.room_idle_s / 4)
        await at_rest()

    assert [type(event).__name__ for event in await queued(telling)] == ['PresenceChanged']  # type: ignore[arg-type]
    assert chat.rooms.running == 0


async def test_live_tab_of_a_sign_in_that_another_process_ended_is_shown_out(time: Time) -> None:
    stores = MemoryStores()
    async with (
        running_chat(stores, clock=time, limits=Limits(), set_up_token='token', sleep=time.sleep) as chat,
        running_chat(stores, clock=time, limits=Limits(), set_up_token=None) as command_line,
    ):
        owner, _ = await chat.accounts.set_up('token', name='Olga', password=PASSWORD, server_name='Home')
        token, sign_in = await chat.accounts.start_sign_in(owner.id, user_agent='')
        assert await chat.accounts.signed_in(token) is not None
        telling = chat.backplane.subscribe(user_topic(owner.id))
        await at_rest()

        await command_line.accounts.reset_password('Olga')
        assert chat.accounts.current(sign_in.id) == owner  # the cache cannot know
        time.advance(RECHECK_S)
        await until(lambda: chat.accounts.current(sign_in.id) is None)

        assert await queued(telling) == [SignInEnded(user_id=owner.id, sign_in_id=sign_in.id)]  # type: ignore[arg-type]


def test_system_clock_is_aware_and_never_goes_back() -> None:
    clock = SystemClock()

    assert clock.now().utcoffset() is not None
    assert clock.monotonic() <= clock.monotonic()
