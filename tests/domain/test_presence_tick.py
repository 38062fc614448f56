from collections.abc import Sequence

import pytest

from livechat.domain.backplane import LocalSubscription
from livechat.domain.events import PresenceChanged, presence_topic
from livechat.domain.model import PersonPresence, Room, RoomId, TabId, User
from tests.domain.house import House, queued
from tests.patience import until


async def told(subscription: LocalSubscription) -> Sequence[PersonPresence]:
    return [person for event in await queued(subscription) if isinstance(event, PresenceChanged) for person in event.people]


@pytest.fixture
def telling(house: House, lobby: Room) -> LocalSubscription:
    return house.backplane.subscribe(presence_topic(lobby.id))


async def test_member_who_comes_in_is_told_once_with_where_they_are(
    house: House, lobby: Room, ana: User, telling: LocalSubscription
) -> None:
    house.presence.connect(ana.id, TabId('a'), lobby.id)
    house.presence.connect(ana.id, TabId('b'), None)

    house.tick.beat(house.time.monotonic())
    house.tick.beat(house.time.monotonic())

    assert await told(telling) == [PersonPresence(user_id=ana.id, online=True, here=True)]


async def test_member_in_another_room_is_online_but_not_here(house: House, lobby: Room, ana: User, telling: LocalSubscription) -> None:
    house.presence.connect(ana.id, TabId('a'), RoomId(77))

    house.tick.beat(house.time.monotonic())

    assert await told(telling) == [PersonPresence(user_id=ana.id, online=True, here=False)]


async def test_stranger_to_the_room_is_not_told(house: House, lobby: Room, ana: User, telling: LocalSubscription) -> None:
    stan = await house.person('Stan')
    house.presence.connect(stan.id, TabId('s'), lobby.id)
    house.presence.connect(ana.id, TabId('a'), lobby.id)

    house.tick.beat(house.time.monotonic())

    assert [person.user_id for person in await told(telling)] == [ana.id]


async def test_reload_within_the_grace_is_no_news(house: House, lobby: Room, ana: User, telling: LocalSubscription) -> None:
    house.presence.connect(ana.id, TabId('before'), lobby.id)
    house.tick.beat(house.time.monotonic())
    assert len(await told(telling)) == 1

    house.presence.disconnect(TabId('before'), house.time.monotonic())
    house.tick.beat(house.time.monotonic())
    house.presence.connect(ana.id, TabId('after'), lobby.id)
    house.time.advance(2 * house.limits.presence_grace_s)
    house.tick.beat(house.time.monotonic())

    assert await told(telling) == []


async def test_closed_tab_is_a_leave_with_the_first_beat_after_the_grace(
    house: House, lobby: Room, ana: User, telling: LocalSubscription
) -> None:
    house.presence.connect(ana.id, TabId('a'), lobby.id)
    house.tick.beat(house.time.monotonic())
    await told(telling)
    house.presence.disconnect(TabId('a'), house.time.monotonic())

    house.time.advance(house.limits.presence_grace_s - 0.1)
    house.tick.beat(house.time.monotonic())
    assert await told(telling) == []
    house.time.advance(0.1)
    house.tick.beat(house.time.monotonic())

    assert await told(telling) == [PersonPresence(user_id=ana.id, online=False, here=False)]


async def test_joins_of_many_are_one_event(house: House, lobby: Room, telling: LocalSubscription) -> None:
    guests = [await house.person(f'Guest {number}') for number in range(100)]
    for guest in guests:
        await house.rooms.join(guest, lobby.id)
        house.presence.connect(guest.id, TabId(f'tab{guest.id}'), lobby.id)

    house.tick.beat(house.time.monotonic())

    events = await queued(telling)
    assert len(events) == 1
    assert isinstance(events[0], PresenceChanged)
    assert {person.user_id for person in events[0].people} == {guest.id for guest in guests}


async def test_tick_beats_at_its_interval(house: House, lobby: Room, ana: User, telling: LocalSubscription) -> None:
    house.supervisor.look_after('tick', house.tick.run)
    house.presence.connect(ana.id, TabId('a'), lobby.id)
    await until(lambda: house.time.asleep)
    assert await told(telling) == []

    house.time.advance(house.limits.presence_tick_s)
    await until(lambda: house.time.asleep)

    assert [person.user_id for person in await told(telling)] == [ana.id]
