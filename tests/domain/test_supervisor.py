"""Crashes, restarts, limits and idle rooms."""

import asyncio
import logging
from collections import deque

import pytest

from livechat.domain.errors import RoomNotFound, RoomUnavailable
from livechat.domain.events import MessagePosted, ResyncRequired, RoomClosed, RoomJoined, room_topic, user_topic
from livechat.domain.model import MessageNumber, Room, RoomId, User
from livechat.domain.writes import PostMessage
from tests.domain.house import House, all_settled, queued, started
from tests.patience import until


class Boom(Exception):
    pass


@pytest.fixture(autouse=True)
def _crashes_are_expected(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger='livechat')


async def after_backoff(house: House, sleeping: int = 1) -> None:
    """Move time as far as the crashed room sleeps."""
    await until(lambda: len(house.time.asleep) == sleeping)
    house.time.advance(house.limits.restart_backoff_max_s)


@pytest.mark.parametrize('error', [Boom(), MemoryError(), RecursionError()])
async def test_crash_before_the_commit_loses_nothing_that_was_handed_in(house: House, lobby: Room, ana: User, error: BaseException) -> None:
    events = house.backplane.subscribe(room_topic(lobby.id))
    house.messages.before.append(error)

    posts = [started(house.rooms.post(ana, lobby.id, f'm{n}', f'k{n}')) for n in range(3)]
    await after_backoff(house)
    messages = await asyncio.gather(*posts)

    assert [message.number for message in messages] == [1, 2, 3]
    assert house.stored(lobby) == ['m0', 'm1', 'm2']
    assert [type(event) for event in await queued(events)] == [ResyncRequired, MessagePosted, MessagePosted, MessagePosted]


async def test_crash_in_the_middle_of_a_commit_doubles_nothing(house: House, lobby: Room, ana: User) -> None:
    events = house.backplane.subscribe(room_topic(lobby.id))
    house.messages.after.append(Boom())

    posts = [started(house.rooms.post(ana, lobby.id, f'm{n}', f'k{n}')) for n in range(3)]
    await after_backoff(house)
    messages = await asyncio.gather(*posts)

    assert [message.body for message in messages] == house.stored(lobby) == ['m0', 'm1', 'm2']
    assert await queued(events) == [ResyncRequired(room_id=lobby.id)]
    snapshot = await house.rooms.snapshot(lobby.id)
    assert [message.body for message in snapshot.newest] == ['m0', 'm1', 'm2']


async def test_crash_after_the_commit_keeps_what_was_acknowledged_and_resyncs(house: House, lobby: Room, ana: User) -> None:
    events = house.backplane.subscribe(room_topic(lobby.id))
    house.backplane.breaks[room_topic(lobby.id)] = deque([Boom()])

    message = await house.rooms.post(ana, lobby.id, 'hello', 'k1')
    queued_later = started(house.rooms.post(ana, lobby.id, 'later', 'k2'))
    await after_backoff(house)
    later = await queued_later

    assert (message.body, later.number) == ('hello', 2)
    assert house.stored(lobby) == ['hello', 'later']
    assert await queued(events) == [
        ResyncRequired(room_id=lobby.id),
        MessagePosted(room_id=lobby.id, seq=later.changed_seq, message=later),
    ]


async def test_post_whose_caller_gave_up_survives_a_crash_too(house: House, lobby: Room, ana: User) -> None:
    house.stores.memory.gate.clear()
    first = started(house.rooms.post(ana, lobby.id, 'first', 'k0'))
    await until(lambda: house.messages.batches)
    post = started(house.rooms.post(ana, lobby.id, 'hello', 'k1'))
    await asyncio.sleep(0)
    post.cancel()
    await all_settled([post])

    house.messages.before.append(Boom())
    house.stores.memory.gate.set()
    await after_backoff(house)
    await until(lambda: len(house.stored(lobby)) == 2)

    assert post.cancelled()
    assert (await first).number == 1
    assert house.stored(lobby) == ['first', 'hello']


async def test_poisonous_post_is_given_up_and_its_neighbours_are_stored(house: House, lobby: Room, ana: User) -> None:
    house.messages.before.extend([Boom(), None, Boom()])  # the batch, then each of it alone: the second is the poison

    posts = [started(house.rooms.post(ana, lobby.id, f'm{n}', f'k{n}')) for n in range(3)]
    await after_backoff(house)
    await after_backoff(house)
    results = await all_settled(posts)

    assert [type(result).__name__ for result in results] == ['Message', 'RoomUnavailable', 'Message']
    assert house.stored(lobby) == ['m0', 'm2']
    assert house.messages.batches == [3, 1, 1, 1]


async def test_change_that_crashed_half_way_is_told_to_everybody_after_the_restart(house: House, lobby: Room) -> None:
    ben = await house.person('Ben')
    own = house.backplane.subscribe(user_topic(ben.id))
    events = house.backplane.subscribe(room_topic(lobby.id))
    house.backplane.breaks[room_topic(lobby.id)] = deque([Boom()])

    joining = started(house.rooms.join(ben, lobby.id))
    await after_backoff(house)
    await joining

    assert ben.id in (await house.rooms.snapshot(lobby.id)).members
    assert lobby.id in await house.rooms.memberships(ben.id)
    assert [type(event) for event in await queued(own)] == [RoomJoined]
    assert [type(event) for event in await queued(events)] == [ResyncRequired]
    assert house.around.directory.member_count(lobby.id) == 2


async def test_other_rooms_never_notice_a_crash(house: House, owner: User, lobby: Room, ana: User) -> None:
    garden = await house.rooms.create(owner, 'Garden')
    await house.rooms.snapshot(garden.id)
    task = next(task for task in asyncio.all_tasks() if task.get_name() == f'livechat room {garden.id}')
    events = house.backplane.subscribe(room_topic(garden.id))
    house.messages.before.append(Boom())

    in_crash = started(house.rooms.post(ana, lobby.id, 'hello', 'k1'))
    await until(lambda: house.time.asleep)
    message = await house.rooms.post(owner, garden.id, 'undisturbed', 'k2')
    await after_backoff(house)
    await in_crash

    assert not task.done()
    assert await queued(events) == [MessagePosted(room_id=garden.id, seq=message.changed_seq, message=message)]


async def test_backoff_doubles_up_to_its_maximum_and_forgets_old_crashes(house: House, lobby: Room) -> None:
    pauses = []
    for pause_between in [0.0] * 5 + [house.limits.restart_period_s]:
        house.time.advance(pause_between)
        house.messages.before.append(Boom())
        writer = started(house.supervisor.room(lobby.id).edit(MessageNumber(1), 'x'))
        await until(lambda: house.time.asleep)
        pauses.append(round(house.time.asleep[0][0] - house.time.monotonic(), 3))
        house.time.advance(pauses[-1])
        await all_settled([writer])

    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 0.1]


async def crash_too_often(house: House, lobby: Room, user: User) -> list[object]:
    crashes = house.limits.restart_intensity + 1
    house.messages.before.extend([Boom()] * crashes)
    posts = [started(house.rooms.post(user, lobby.id, f'm{n}', f'k{n}')) for n in range(crashes)]
    for _ in range(crashes - 1):
        await after_backoff(house)
    return list(await all_settled(posts))


async def test_room_that_crashes_too_often_is_closed_and_says_so(house: House, lobby: Room, ana: User) -> None:
    events = house.backplane.subscribe(room_topic(lobby.id))

    results = await crash_too_often(house, lobby, ana)

    assert {type(result) for result in results} == {RoomUnavailable}
    assert not house.is_running(lobby)
    told = [type(event) for event in await queued(events)]
    assert told[-1] is RoomClosed
    assert set(told[:-1]) == {ResyncRequired}


async def test_next_visitor_starts_a_closed_room_and_those_inside_resync(house: House, lobby: Room, ana: User) -> None:
    await crash_too_often(house, lobby, ana)
    events = house.backplane.subscribe(room_topic(lobby.id))
    assert not house.is_running(lobby)

    snapshot = await house.rooms.enter(ana, lobby.id)
    await house.rooms.post(ana, lobby.id, 'again', 'k0')

    assert snapshot.room == lobby
    assert [type(event) for event in await queued(events)] == [ResyncRequired, MessagePosted]


async def test_room_whose_task_is_cancelled_by_a_stranger_refuses_and_starts_anew(house: House, lobby: Room, ana: User) -> None:
    house.stores.memory.gate.clear()
    post = started(house.rooms.post(ana, lobby.id, 'hello', 'k1'))
    await until(lambda: house.messages.batches)

    next(task for task in asyncio.all_tasks() if task.get_name() == f'livechat room {lobby.id}').cancel()
    results = await all_settled([post])
    house.stores.memory.gate.set()
    again = await house.rooms.post(ana, lobby.id, 'hello', 'k1')

    assert type(results[0]) is RoomUnavailable
    assert again.number == 1
    assert house.stored(lobby) == ['hello']


async def test_state_that_missed_a_change_is_loaded_again(house: House, lobby: Room, ana: User) -> None:
    events = house.backplane.subscribe(room_topic(lobby.id))
    past_the_actor = PostMessage(room_id=lobby.id, author_id=ana.id, body='unseen', client_key='k1', at=house.time.now())
    await house.messages.commit([past_the_actor])

    message = await house.rooms.post(ana, lobby.id, 'hello', 'k2')
    await after_backoff(house)
    await until(lambda: house.supervisor.room(lobby.id).members)

    assert message.number == 2
    assert await queued(events) == [ResyncRequired(room_id=lobby.id)]
    assert len((await house.rooms.snapshot(lobby.id)).newest) == 2


async def test_snapshot_waits_for_a_crashed_room_to_be_back(house: House, lobby: Room, ana: User) -> None:
    before = await house.rooms.snapshot(lobby.id)
    house.messages.before.append(Boom())
    post = started(house.rooms.post(ana, lobby.id, 'hello', 'k1'))
    await until(lambda: house.time.asleep)

    entering = started(house.rooms.enter(ana, lobby.id))
    await asyncio.sleep(0)
    assert not entering.done()
    await after_backoff(house)
    snapshot = await entering
    await post

    assert snapshot.members == before.members
    assert snapshot.members is not before.members


async def test_unknown_room_is_not_found_and_does_not_run(house: House) -> None:
    results = await all_settled([house.rooms.snapshot(RoomId(404)) for _ in range(3)])

    assert [type(result) for result in results] == [RoomNotFound] * 3
    await until(lambda: len(house.registry) == 0)


async def test_first_visitors_at_once_start_one_room(house: House, owner: User) -> None:
    room = await house.rooms.create(owner, 'Lobby')
    assert not house.is_running(room)

    snapshots = await asyncio.gather(*(house.rooms.enter(owner, room.id) for _ in range(50)))

    assert all(snapshot is snapshots[0] for snapshot in snapshots)
    assert sum(task.get_name() == f'livechat room {room.id}' for task in asyncio.all_tasks()) == 1
    assert house.rooms.running == 1


async def test_task_of_the_process_starts_again_after_a_crash(house: House) -> None:
    runs: list[int] = []

    async def run() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise Boom
        await house.time.sleep(1_000)

    house.supervisor.look_after('something', run)
    await until(lambda: runs)
    await after_backoff(house)

    await until(lambda: len(runs) == 2)
