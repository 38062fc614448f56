import asyncio

import pytest

from livechat.domain.backplane import LocalBackplane
from livechat.domain.events import (
    LOBBY_TOPIC,
    USERS_TOPIC,
    Event,
    MemberCountChanged,
    MemberLeft,
    ResyncRequired,
    RoomLeft,
    TypingChanged,
    presence_topic,
    room_topic,
    user_topic,
)
from livechat.domain.model import RoomId, UserId
from tests.domain.house import queued
from tests.patience import until

ROOM = RoomId(42)


def left(number: int) -> MemberLeft:
    return MemberLeft(room_id=ROOM, user_id=UserId(number))


def counted(number: int) -> MemberCountChanged:
    return MemberCountChanged(room_id=ROOM, member_count=number)


async def test_broadcast_reaches_every_subscription_of_its_topic_in_order() -> None:
    backplane = LocalBackplane()
    first, second = backplane.subscribe(room_topic(ROOM)), backplane.subscribe(room_topic(ROOM))
    other = backplane.subscribe(room_topic(RoomId(4)))

    for number in range(3):
        backplane.broadcast(room_topic(ROOM), left(number))

    assert await queued(first) == await queued(second) == [left(0), left(1), left(2)]
    assert await queued(other) == []


async def test_wildcard_gets_all_topics_that_start_so_and_no_others() -> None:
    backplane = LocalBackplane()
    subscription = backplane.subscribe(USERS_TOPIC)
    event = RoomLeft(user_id=UserId(5), room_id=ROOM)

    backplane.broadcast(user_topic(UserId(5)), event)
    backplane.broadcast('users', event)
    backplane.broadcast(room_topic(ROOM), left(1))

    assert await queued(subscription) == [event]


@pytest.mark.parametrize('topic', [room_topic(ROOM), presence_topic(ROOM)])
async def test_full_subscription_of_a_room_is_dropped_for_one_resync(topic: str, caplog: pytest.LogCaptureFixture) -> None:
    backplane = LocalBackplane(capacity=10)
    slow, fast = backplane.subscribe(topic), backplane.subscribe(topic)
    typing = TypingChanged(room_id=ROOM, people=())

    for _ in range(10):
        backplane.broadcast(topic, typing)
    assert [await anext(fast) for _ in range(10)] == [typing] * 10
    backplane.broadcast(topic, left(11))

    assert await queued(slow) == [ResyncRequired(room_id=ROOM), left(11)]
    assert await queued(fast) == [left(11)]
    assert '10 events behind' in caplog.text


async def test_full_subscription_of_another_topic_loses_the_oldest() -> None:
    backplane = LocalBackplane(capacity=3)
    subscription = backplane.subscribe(LOBBY_TOPIC)

    for number in range(5):
        backplane.broadcast(LOBBY_TOPIC, counted(number))
    queued = [await anext(subscription) for _ in range(3)]

    assert queued == [counted(2), counted(3), counted(4)]


async def test_topic_is_watched_while_it_has_a_subscription() -> None:
    backplane = LocalBackplane()
    backplane.subscribe('room.*')
    assert not backplane.is_watched(room_topic(ROOM))

    first, second = backplane.subscribe(room_topic(ROOM)), backplane.subscribe(room_topic(ROOM))
    first.close()
    first.close()
    assert backplane.is_watched(room_topic(ROOM))

    second.close()
    assert not backplane.is_watched(room_topic(ROOM))
    assert backplane.is_watched('room.*')


async def test_closing_ends_the_iteration_of_a_waiting_consumer() -> None:
    backplane = LocalBackplane()
    subscription = backplane.subscribe(room_topic(ROOM))
    seen: list[Event] = []

    async def consume() -> None:
        async for event in subscription:
            seen.append(event)  # noqa: PERF401  (what was seen before the end counts)

    async with asyncio.TaskGroup() as group:
        group.create_task(consume())
        backplane.broadcast(room_topic(ROOM), left(1))
        await until(lambda: seen)
        subscription.close()
        backplane.broadcast(room_topic(ROOM), left(2))

    assert seen == [left(1)]


async def test_cancelled_consumer_loses_no_event() -> None:
    backplane = LocalBackplane()
    subscription = backplane.subscribe(room_topic(ROOM))
    waiting = asyncio.get_running_loop().create_task(anext(subscription))
    await asyncio.sleep(0)

    waiting.cancel()
    backplane.broadcast(room_topic(ROOM), left(1))
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert await queued(subscription) == [left(1)]


async def test_subscription_of_some_kinds_has_no_place_for_others() -> None:
    backplane = LocalBackplane(capacity=3)
    subscription = backplane.subscribe(USERS_TOPIC, kinds=(RoomLeft,))
    wanted = RoomLeft(user_id=UserId(5), room_id=ROOM)

    backplane.broadcast(user_topic(UserId(5)), wanted)
    for number in range(10):
        backplane.broadcast(user_topic(UserId(5)), left(number))

    assert await queued(subscription) == [wanted]


async def test_observer_sees_its_kind_on_every_topic_within_the_broadcast() -> None:
    backplane = LocalBackplane()
    seen: list[MemberLeft] = []
    backplane.observe(MemberLeft, seen.append)

    backplane.broadcast(room_topic(ROOM), left(1))
    assert seen == [left(1)]
    backplane.broadcast(LOBBY_TOPIC, counted(1))
    backplane.broadcast(user_topic(UserId(5)), left(2))

    assert seen == [left(1), left(2)]


async def test_observer_that_fails_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    backplane = LocalBackplane()
    seen: list[MemberLeft] = []

    def fail(event: MemberLeft) -> None:
        raise ValueError(event)

    backplane.observe(MemberLeft, fail)
    backplane.observe(MemberLeft, seen.append)
    subscription = backplane.subscribe(room_topic(ROOM))

    backplane.broadcast(room_topic(ROOM), left(1))

    assert seen == await queued(subscription) == [left(1)]
    assert 'An observer of MemberLeft failed' in caplog.text
