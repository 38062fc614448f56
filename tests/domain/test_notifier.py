import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from livechat.domain.events import MessageDeleted, MessageEdited, RoomDeleted, room_topic
from livechat.domain.limits import Limits
from livechat.domain.model import Involvement, Room, RoomId, Seq, User
from livechat.domain.notices import Occasion
from livechat.domain.room_ports import RoomStore
from livechat.domain.unread import TOLD_AT_ONCE
from livechat.domain.wishes import WantingEverything
from tests.domain.house import House, started
from tests.domain.unread_stand import TAB, UnreadStand
from tests.patience import until


@pytest.fixture
async def stand(limits: Limits) -> AsyncIterator[UnreadStand]:
    stand = UnreadStand(limits)
    await stand.start()
    yield stand
    stand.sender.gate.set()
    await stand.supervisor.close()


@pytest.fixture
async def ana(stand: UnreadStand) -> User:
    return await stand.person('Ana')


@pytest.fixture
async def room(stand: UnreadStand, ana: User) -> Room:
    return await stand.room(ana, 'Garden')


@pytest.fixture
async def bo(stand: UnreadStand, room: Room) -> User:
    """A member who is there and reads another room."""
    bo = await stand.person('Bo', room)
    await stand.comes(bo)
    return bo


async def test_mentioned_member_is_told_elsewhere(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    message = await stand.post(ana, room, 'look, Bo', to=[bo, ana])
    await stand.post(ana, room, 'nothing to you')
    await stand.calm_or_waiting()

    (toast,) = stand.toasts
    assert (toast.user_id, toast.occasion, toast.room, toast.title) == (bo.id, Occasion.MENTIONED, room, 'Garden')
    assert (toast.by, toast.text, toast.number) == (ana.person, 'look, Bo', message.number)


async def test_message_with_files_alone_is_told_by_what_they_are(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.post_files(ana, room, 'plan.pdf', to=[bo])
    await stand.post_files(ana, room, 'a.png', 'b.png', to=[bo])
    await stand.post_files(ana, room, 'a.png', to=[bo], body='look')
    await stand.calm_or_waiting()

    assert [toast.text for toast in stand.toasts] == ['plan.pdf', '2 pictures', 'look']


@pytest.mark.parametrize('involvement', Involvement)
@pytest.mark.parametrize('mentioned', [True, False])
async def test_involvement_decides(stand: UnreadStand, ana: User, bo: User, room: Room, involvement: Involvement, mentioned: bool) -> None:
    await stand.wants(bo, room, involvement)

    await stand.post(ana, room, to=[bo] if mentioned else [])
    await stand.calm_or_waiting()

    wanted = {Involvement.EVERYTHING: True, Involvement.MENTIONS: mentioned}.get(involvement, False)
    assert [toast.occasion for toast in stand.toasts] == ([Occasion.MENTIONED if mentioned else Occasion.WROTE] if wanted else [])


async def test_direct_message_is_told_under_the_name_of_the_other(stand: UnreadStand, ana: User, bo: User) -> None:
    direct = await stand.direct(ana, bo)

    await stand.post(ana, direct)
    await stand.calm_or_waiting()

    assert [(toast.user_id, toast.title, toast.occasion) for toast in stand.toasts] == [(bo.id, 'Ana', Occasion.WROTE)]


async def test_whoever_reads_the_room_is_told_nothing(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.wants(bo, room, Involvement.EVERYTHING)
    stand.unread.reads(TAB, bo.id, room.id)
    await stand.post(ana, room, to=[bo])
    await stand.post(ana, room)
    await stand.calm_or_waiting()
    assert stand.toasts == []

    stand.unread.reads(TAB, bo.id, None)
    await stand.post(ana, room)
    await stand.calm_or_waiting()
    assert len(stand.toasts) == 1


async def test_author_and_absent_people_are_told_nothing(stand: UnreadStand, ana: User, room: Room) -> None:
    await stand.comes(ana)
    absent = await stand.person('Absent', room)
    for user in (ana, absent):
        await stand.wants(user, room, Involvement.EVERYTHING)

    await stand.post(ana, room, to=[ana, absent])
    await stand.post(absent, room, system=True)
    await stand.calm_or_waiting()

    assert stand.toasts == []


@pytest.mark.parametrize('mentioned', [True, False])
async def test_member_who_is_removed_before_being_told_is_told_nothing(
    stand: UnreadStand, ana: User, bo: User, room: Room, mentioned: bool
) -> None:
    await stand.wants(bo, room, Involvement.EVERYTHING)
    await stand.post(ana, room, 'before', to=[bo] if mentioned else [])
    await stand.calm_or_waiting()
    assert len(stand.toasts) == 1

    await stand.stores.rooms.leave(room.id, bo.id)
    await stand.post(ana, room, 'secret', to=[bo] if mentioned else [])
    stand.tell_left(bo, room)
    await stand.calm_or_waiting()

    assert [toast.text for toast in stand.toasts] == ['before']


async def test_message_of_a_deleted_room_is_told_to_nobody(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.wants(bo, room, Involvement.EVERYTHING)

    await stand.post(ana, room)
    stand.house.around.directory.remove(room.id)
    stand.backplane.broadcast(room_topic(room.id), RoomDeleted(room_id=room.id, name=room.name, by=ana.person))
    await stand.calm_or_waiting()

    assert stand.toasts == []


@pytest.mark.parametrize('called', [True, False])
async def test_crowd_is_told_in_parts(stand: UnreadStand, ana: User, room: Room, called: bool) -> None:
    crowd = [await stand.person(f'Person {number}', room) for number in range(3 * TOLD_AT_ONCE)]
    for user in crowd:
        stand.presence.connect(user.id, TAB.__class__(f'tab {user.id}'), None)
        await stand.wants(user, room, Involvement.MENTIONS if called else Involvement.EVERYTHING)
        await stand.house.memberships.of(user.id)  # what has to be loaded lets others go on anyway
    parts: list[int] = []

    async def read() -> None:
        seen = 0
        while seen < len(crowd):
            await asyncio.sleep(0)
            parts.append(len(stand.toasts) - seen)
            seen = len(stand.toasts)

    reader = started(read())
    await (stand.call(ana, room, crowd) if called else stand.post(ana, room))
    await reader

    assert max(parts) <= TOLD_AT_ONCE


async def test_group_in_a_large_room_is_told_in_parts_and_whoever_is_away_is_not_looked_up(
    stand: UnreadStand, ana: User, room: Room
) -> None:
    there = [await stand.person(f'There {number}', room) for number in range(2 * TOLD_AT_ONCE)]
    away = [await stand.person(f'Away {number}', room) for number in range(50)]
    for user in there:
        stand.presence.connect(user.id, TAB.__class__(f'tab {user.id}'), None)
    for user in [*there, *away]:
        stand.house.memberships.forget(user.id)
    stand.house.room_store.asked.clear()

    await stand.call(ana, room, [*there, *away])
    await until(lambda: len(stand.toasts) == len(there))
    await stand.calm_or_waiting()

    assert {toast.user_id for toast in stand.toasts} == {user.id for user in there}
    assert {toast.occasion for toast in stand.toasts} == {Occasion.MENTIONED}
    assert stand.house.room_store.asked.count('memberships') == len(there)


async def test_message_that_comes_back_or_gets_a_reaction_is_told_to_nobody_again(
    stand: UnreadStand, ana: User, bo: User, room: Room
) -> None:
    message = await stand.post(ana, room, to=[bo])
    await stand.calm_or_waiting()
    assert len(stand.toasts) == 1

    await stand.react(message, ana)
    await stand.delete(message)
    await stand.restore(message)
    await stand.calm_or_waiting()

    assert len(stand.toasts) == 1


@pytest.mark.parametrize('limits', [Limits(subscription_events=5)])
async def test_more_messages_than_can_be_told_of_leave_out_the_oldest(
    stand: UnreadStand, ana: User, bo: User, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    await stand.post_all_at_once(ana, room, [f'message {number}' for number in range(8)], to=bo)

    await until(lambda: len(stand.toasts) == 5)

    assert [toast.text for toast in stand.toasts] == [f'message {number}' for number in range(3, 8)]
    assert 'left out' in caplog.text


async def test_index_of_wishes_is_what_the_store_says(limits: Limits) -> None:
    house = House(limits)
    stand = UnreadStand(limits, house)
    ana, bo = await stand.person('Ana'), await stand.person('Bo')
    room, direct = await stand.room(ana, 'Garden'), await stand.direct(ana, bo)
    await stand.join(bo, room)
    await _agrees(stand.wishes, stand.stores.rooms, [room.id, direct.id])
    assert stand.wishes.of(direct.id) == {ana.id, bo.id}

    await stand.wants(bo, room, Involvement.EVERYTHING)
    await stand.wants(bo, direct, Involvement.NOTHING)
    await _agrees(stand.wishes, stand.stores.rooms, [room.id, direct.id])
    await stand.leave(bo, room)
    await _agrees(stand.wishes, stand.stores.rooms, [room.id, direct.id])

    again = WantingEverything(house.backplane)
    again.load(await stand.stores.rooms.wanting_everything())
    await _agrees(again, stand.stores.rooms, [room.id, direct.id])


async def _agrees(wishes: WantingEverything, rooms: RoomStore, room_ids: list[RoomId]) -> None:
    stored = set(await rooms.wanting_everything())
    assert {(room_id, user_id) for room_id in room_ids for user_id in wishes.of(room_id)} == stored


@pytest.mark.parametrize('change', ['delete', 'edit'])
async def test_message_that_changes_before_it_is_told_is_told_as_it_is_then(
    stand: UnreadStand, ana: User, bo: User, room: Room, change: str
) -> None:
    messages = [await stand.post(ana, room, 'secret', to=[bo]) for _ in range(2)]
    assert stand.toasts == []

    for seq, message in enumerate(messages, start=3):
        changed = replace(message, deleted=True, body='', mentions=()) if change == 'delete' else replace(message, body='public')
        kind = MessageDeleted if change == 'delete' else MessageEdited
        stand.backplane.broadcast(room_topic(room.id), kind(room_id=room.id, seq=Seq(seq), message=changed))
    await stand.calm_or_waiting()

    assert [toast.text for toast in stand.toasts] == (['public', 'public'] if change == 'edit' else [])
