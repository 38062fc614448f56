"""Idle rooms, and the end of the server."""

import asyncio

import pytest

from livechat.domain.errors import RoomUnavailable
from livechat.domain.events import room_topic
from livechat.domain.model import Room, User
from tests.domain.fold import plain
from tests.domain.house import House, all_settled, started
from tests.patience import until


class TestIdleRooms:
    async def test_room_without_readers_and_commands_stops_after_the_idle_time(self, house: House, lobby: Room) -> None:
        house.time.advance(house.limits.room_idle_s - 1)
        house.supervisor.stop_idle(house.time.monotonic())
        assert house.is_running(lobby)

        house.time.advance(1)
        house.supervisor.stop_idle(house.time.monotonic())

        assert not house.is_running(lobby)
        await until(lambda: not any(task.get_name() == f'livechat room {lobby.id}' for task in asyncio.all_tasks()))

    async def test_watched_room_goes_on_until_the_idle_time_after_its_last_reader(self, house: House, lobby: Room) -> None:
        reader = house.backplane.subscribe(room_topic(lobby.id))
        house.time.advance(10 * house.limits.room_idle_s)
        house.supervisor.stop_idle(house.time.monotonic())
        reader.close()
        house.time.advance(house.limits.room_idle_s - 1)
        house.supervisor.stop_idle(house.time.monotonic())
        assert house.is_running(lobby)

        house.time.advance(1)
        house.supervisor.stop_idle(house.time.monotonic())

        assert not house.is_running(lobby)

    async def test_room_at_work_is_not_idle(self, house: House, lobby: Room, ana: User) -> None:
        house.stores.memory.gate.clear()
        post = started(house.rooms.post(ana, lobby.id, 'hello', 'k1'))
        await until(lambda: house.messages.batches)

        house.time.advance(10 * house.limits.room_idle_s)
        house.supervisor.stop_idle(house.time.monotonic())
        house.stores.memory.gate.set()

        assert house.is_running(lobby)
        assert (await post).body == 'hello'

    async def test_stopped_room_starts_again_with_all_it_had(self, house: House, lobby: Room, ana: User) -> None:
        await house.rooms.post(ana, lobby.id, 'hello', 'k1')
        before = plain(await house.rooms.snapshot(lobby.id))
        house.time.advance(house.limits.room_idle_s)
        house.supervisor.stop_idle(house.time.monotonic())
        assert not house.is_running(lobby)

        assert plain(await house.rooms.snapshot(lobby.id)) == before

    async def test_sweep_looks_regularly(self, house: House, lobby: Room) -> None:
        house.supervisor.look_after('sweep', house.supervisor.sweep)

        for _ in range(5):
            await until(lambda: house.time.asleep)
            house.time.advance(house.limits.room_idle_s / 4)

        await until(lambda: not house.is_running(lobby))


class TestClose:
    async def test_close_stores_what_was_handed_in_and_leaves_no_task(self, house: House, lobby: Room, ana: User) -> None:
        tasks = asyncio.all_tasks()
        house.stores.memory.gate.clear()
        posts = [started(house.rooms.post(ana, lobby.id, f'm{n}', f'k{n}')) for n in range(3)]
        await until(lambda: house.messages.batches)

        closing = started(house.supervisor.close())
        await asyncio.sleep(0)
        house.stores.memory.gate.set()
        await closing

        assert [message.body for message in await asyncio.gather(*posts)] == house.stored(lobby) == ['m0', 'm1', 'm2']
        assert {task.get_name() for task in asyncio.all_tasks()} <= {task.get_name() for task in tasks} - {f'livechat room {lobby.id}'}

    async def test_room_that_is_closing_takes_nothing_more(self, house: House, lobby: Room, ana: User) -> None:
        house.stores.memory.gate.clear()
        taken = started(house.rooms.post(ana, lobby.id, 'in time', 'k1'))
        await until(lambda: house.messages.batches)
        closing = started(house.supervisor.close())
        await asyncio.sleep(0)

        with pytest.raises(RoomUnavailable):
            await house.rooms.post(ana, lobby.id, 'too late', 'k2')
        house.stores.memory.gate.set()
        await closing

        assert (await taken).body == 'in time'
        assert house.stored(lobby) == ['in time']

    async def test_closed_supervisor_starts_nothing(self, house: House, lobby: Room, ana: User) -> None:
        await house.supervisor.close()

        with pytest.raises(RoomUnavailable):
            await house.rooms.post(ana, lobby.id, 'hello', 'k1')
        with pytest.raises(RoomUnavailable):
            await house.rooms.create(ana, 'Garden')

    async def test_close_gives_up_a_room_that_hangs(self, house: House, lobby: Room, ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr('livechat.domain.supervisor.DRAIN_S', 0.01)
        house.stores.memory.gate.clear()
        post = started(house.rooms.post(ana, lobby.id, 'hello', 'k1'))
        await until(lambda: house.messages.batches)

        await house.supervisor.close()

        assert [type(result) for result in await all_settled([post])] == [RoomUnavailable]
