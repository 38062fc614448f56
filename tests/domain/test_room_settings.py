"""What the admins of a room decide: who writes, how often, and whether at all; and the lines about it."""

import asyncio

import pytest

from livechat.domain.audit import Act
from livechat.domain.errors import InvalidInput, NotAllowed, NotStored, RoomArchived, TooFast
from livechat.domain.events import LOBBY_TOPIC, MessagePosted, RoomChanged, TypingChanged, presence_topic, room_topic
from livechat.domain.message import MessageKind
from livechat.domain.model import MessageNumber, Room, RoomKind, RoomRole, User
from tests.domain.house import House, all_settled, queued, settled, started
from tests.patience import until


async def test_members_write_in_an_announcement_room_only_once_they_are_admins(house: House, lobby: Room, owner: User, ana: User) -> None:
    lists = house.backplane.subscribe(LOBBY_TOPIC)
    room = await house.settings.set_rules(owner, lobby.id, announcements=True, slow_mode_s=0)
    assert await queued(lists) == [RoomChanged(room=room, old_slug='lobby')]

    with pytest.raises(NotAllowed, match='Only admins'):
        await house.rooms.post(ana, lobby.id, 'hello', 'k1')
    await house.rooms.post(owner, lobby.id, 'news', 'k2')
    await house.members.set_role(owner, lobby.id, ana.id, RoomRole.ADMIN)
    await house.rooms.post(ana, lobby.id, 'hello', 'k1')

    assert [body for body in house.stored(lobby) if 'admin' not in body] == ['news', 'hello']


async def test_slow_mode_holds_members_back_and_admins_not(house: House, lobby: Room, owner: User, ana: User) -> None:
    await house.settings.set_rules(owner, lobby.id, announcements=False, slow_mode_s=30)
    first = await house.rooms.post(ana, lobby.id, 'one', 'k1')

    with pytest.raises(TooFast, match='slow mode: wait 30 s'):
        await house.rooms.post(ana, lobby.id, 'two', 'k2')
    assert await house.rooms.post(ana, lobby.id, 'one', 'k1') == first
    for number in range(3):
        await house.rooms.post(owner, lobby.id, 'hi', f'o{number}')
    await house.rooms.edit(ana, lobby.id, first.number, 'One')
    house.time.advance(30)
    await house.rooms.post(ana, lobby.id, 'two', 'k2')

    assert [body for body in house.stored(lobby) if body != 'hi'] == ['One', 'two']


async def test_message_that_could_not_be_stored_costs_no_pause(house: House, lobby: Room, owner: User, ana: User) -> None:
    await house.settings.set_rules(owner, lobby.id, announcements=False, slow_mode_s=900)
    house.stores.memory.full = True
    with pytest.raises(Exception, match='could not store'):
        await house.rooms.post(ana, lobby.id, 'one', 'k1')
    house.stores.memory.full = False

    assert (await house.rooms.post(ana, lobby.id, 'another', 'k2')).body == 'another'


@pytest.mark.parametrize('pause', [-5, 1, 3_600])
async def test_pauses_are_those_that_are_offered(house: House, lobby: Room, owner: User, pause: int) -> None:
    with pytest.raises(InvalidInput):
        await house.settings.set_rules(owner, lobby.id, announcements=False, slow_mode_s=pause)


async def test_archived_room_is_read_and_nothing_more(house: House, lobby: Room, owner: User, ana: User) -> None:
    message = await house.rooms.post(ana, lobby.id, 'hello', 'k1')
    lists = house.backplane.subscribe(LOBBY_TOPIC)

    room = await house.settings.archive(owner, lobby.id)
    assert await house.settings.archive(owner, lobby.id) == room
    await settled(house)

    assert room.archived_at == house.time.now()
    assert await queued(lists) == [RoomChanged(room=room, old_slug='lobby')]
    assert house.rooms.oldest() is None
    assert (await house.rooms.enter(ana, lobby.id)).newest[0] == message
    for attempt in (
        house.rooms.post(ana, lobby.id, 'more', 'k2'),
        house.rooms.edit(ana, lobby.id, message.number, 'changed'),
        house.rooms.delete_message(ana, lobby.id, message.number),
        house.rooms.rename(owner, lobby.id, 'Hall'),
        house.settings.convert(owner, lobby.id, RoomKind.PRIVATE),
        house.rooms.join(await house.person('Ben'), lobby.id),
    ):
        with pytest.raises(RoomArchived):
            await attempt
    await house.settings.unarchive(owner, lobby.id)
    await house.rooms.post(ana, lobby.id, 'more', 'k2')

    assert house.stored(lobby) == ['hello', 'archived the room', 'unarchived the room', 'more']


async def test_post_and_edit_that_wait_while_the_room_is_archived_are_refused(house: House, lobby: Room, owner: User, ana: User) -> None:
    message = await house.rooms.post(ana, lobby.id, 'hello', 'k1')
    house.stores.memory.gate.clear()
    archiving = started(house.settings.archive(owner, lobby.id))
    await until(lambda: house.supervisor.room(lobby.id).is_busy)
    late = [
        started(house.rooms.post(ana, lobby.id, 'late', 'k2')),
        started(house.rooms.edit(ana, lobby.id, message.number, 'changed')),
    ]
    deleting = started(house.rooms.delete_message(ana, lobby.id, message.number))
    for _ in range(20):
        await asyncio.sleep(0)

    house.stores.memory.gate.set()
    results = await all_settled([archiving, *late, deleting])
    await settled(house)

    assert [type(result).__name__ for result in results] == ['Room', 'RoomArchived', 'RoomArchived', 'Message']
    assert house.stored(lobby) == ['', 'archived the room']


async def test_members_read_the_rules_and_do_not_change_them(house: House, lobby: Room, ana: User) -> None:
    for attempt in (
        house.settings.set_rules(ana, lobby.id, announcements=True, slow_mode_s=0),
        house.settings.archive(ana, lobby.id),
        house.settings.unarchive(ana, lobby.id),
        house.settings.convert(ana, lobby.id, RoomKind.PRIVATE),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    assert house.rooms.get(lobby.id) == lobby


async def test_nothing_becomes_a_direct_room(house: House, lobby: Room, owner: User) -> None:
    with pytest.raises(InvalidInput):
        await house.settings.convert(owner, lobby.id, RoomKind.DIRECT)


async def test_what_happened_is_a_line_right_after_it_before_what_waits(house: House, lobby: Room, owner: User, ana: User) -> None:
    events = house.backplane.subscribe(room_topic(lobby.id))
    house.stores.memory.gate.clear()
    renaming = started(house.rooms.rename(owner, lobby.id, 'Hall'))
    await until(lambda: house.supervisor.room(lobby.id).is_busy)
    posting = started(house.rooms.post(ana, lobby.id, 'hello', 'k1'))
    for _ in range(20):
        await asyncio.sleep(0)

    house.stores.memory.gate.set()
    await all_settled([renaming, posting])

    told = [event for event in await queued(events) if isinstance(event, RoomChanged | MessagePosted)]
    assert isinstance(told[0], RoomChanged)
    assert [
        (event.message.kind, event.message.author.id, event.message.body) for event in told[1:] if isinstance(event, MessagePosted)
    ] == [
        (MessageKind.SYSTEM, owner.id, 'renamed the room to “Hall”'),
        (MessageKind.TEXT, ana.id, 'hello'),
    ]


async def test_line_can_be_neither_changed_nor_deleted_and_ends_nobodys_typing(house: House, lobby: Room, owner: User) -> None:
    telling = house.backplane.subscribe(presence_topic(lobby.id))
    house.rooms.typing(owner, lobby.id)
    house.tick.beat(house.time.monotonic())

    await house.rooms.rename(owner, lobby.id, 'Hall')
    await settled(house)

    assert house.rooms.typing_now(lobby.id) == (owner.person,)
    assert [type(event) for event in await queued(telling)] == [TypingChanged]
    with pytest.raises(NotAllowed):
        await house.rooms.edit(owner, lobby.id, MessageNumber(1), 'Nothing happened')
    with pytest.raises(NotAllowed):
        await house.rooms.delete_message(owner, lobby.id, MessageNumber(1))


async def test_line_that_cannot_be_stored_takes_nothing_back(house: House, lobby: Room, owner: User) -> None:
    house.messages.before.append(NotStored())

    room = await house.rooms.rename(owner, lobby.id, 'Hall')
    await settled(house)

    assert room.name == 'Hall'
    assert house.stored(lobby) == []
    assert (await house.rooms.post(owner, lobby.id, 'hello', 'k1')).number == 1


async def test_mentions_are_of_members_and_each_once(house: House, lobby: Room, owner: User, ana: User) -> None:
    ben = await house.person('Ben')

    message = await house.rooms.post(owner, lobby.id, 'hi', 'k1', mentions=[ana.id, ben.id, ana.id])
    edited = await house.rooms.edit(owner, lobby.id, message.number, 'hi', mentions=[ben.id])
    unchanged = await house.rooms.edit(owner, lobby.id, message.number, 'hi', mentions=[])

    assert message.mentions == (ana.id,)
    assert edited.mentions == ()
    assert unchanged == edited


async def test_acts_of_admins_are_written_down(house: House, lobby: Room, owner: User, ana: User) -> None:
    den = await house.rooms.create(ana, 'Den', private=True)
    await house.settings.convert(ana, den.id, RoomKind.OPEN)
    await house.settings.archive(ana, den.id)
    await house.settings.unarchive(ana, den.id)
    await house.rooms.delete(ana, den.id)
    await house.members.set_role(owner, lobby.id, ana.id, RoomRole.ADMIN)
    await house.members.set_role(owner, lobby.id, ana.id, RoomRole.MEMBER)
    await house.members.time_out(owner, lobby.id, ana.id, 5)
    await house.members.remove(owner, lobby.id, ana.id)

    entries = await house.around.audit.before()

    assert [(entry.act, entry.subject, entry.actor.id) for entry in reversed(entries) if entry.actor][1:] == [
        (Act.ROOM_CREATED, 'Den', ana.id),
        (Act.ROOM_CONVERTED, 'Den', ana.id),
        (Act.ROOM_ARCHIVED, 'Den', ana.id),
        (Act.ROOM_UNARCHIVED, 'Den', ana.id),
        (Act.ROOM_DELETED, 'Den', ana.id),
        (Act.ROOM_ROLE, 'Ana', owner.id),
        (Act.ROOM_ROLE, 'Ana', owner.id),
        (Act.TIMED_OUT, 'Ana', owner.id),
        (Act.REMOVED, 'Ana', owner.id),
    ]
