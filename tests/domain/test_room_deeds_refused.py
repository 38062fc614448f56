"""What nobody does to a message: one that is not there, in a room one may not read, in an archived one."""

import pytest

from livechat.domain.errors import (
    MessageNotFound,
    NotAllowed,
    NotAMember,
    RoomArchived,
    RoomNotFound,
    TimedOut,
)
from livechat.domain.message import Card, Message, MessageKind, Picture
from livechat.domain.model import MessageNumber, Room, RoomId, User
from tests.domain.house import House

ABSENT = MessageNumber(404)
CARD = Card(url='https://example.org', title='Example', picture=Picture(token='token', width=4, height=3))


@pytest.fixture
async def hello(house: House, lobby: Room, ana: User) -> Message:
    return await house.rooms.post(ana, lobby.id, 'hello https://example.org', 'k1')


@pytest.fixture
async def with_card(house: House, lobby: Room, hello: Message) -> Message:
    return await house.supervisor.room(lobby.id).show_cards(hello.number, [CARD], {'token': b'webp'})


@pytest.mark.parametrize('number', [ABSENT, MessageNumber(0), MessageNumber(-1), MessageNumber(2**70)])
async def test_message_that_never_was_is_not_found(house: House, lobby: Room, ana: User, hello: Message, number: MessageNumber) -> None:
    """Nor is a store asked, whose numbers end somewhere."""
    rooms, queries = house.rooms, house.messages.queries
    for attempt in (
        rooms.message(ana, lobby.id, number),
        rooms.react(ana, lobby.id, number, '👍'),
        rooms.pin(ana, lobby.id, number, on=True),
        rooms.history(ana, lobby.id, number),
        rooms.remove_card(ana, lobby.id, number, CARD.url),
        rooms.post(ana, lobby.id, 'answer', 'k2', reply_to=number),
        rooms.delete_message(ana, lobby.id, number),
    ):
        with pytest.raises(MessageNotFound):
            await attempt
    assert house.stored(lobby) == [hello.body]
    assert house.messages.queries == queries


async def test_tombstone_is_shown_and_nothing_is_done_to_it(house: House, lobby: Room, ana: User, hello: Message) -> None:
    await house.rooms.delete_message(ana, lobby.id, hello.number)

    assert (await house.rooms.message(ana, lobby.id, hello.number)).deleted
    for attempt in (
        house.rooms.react(ana, lobby.id, hello.number, '👍'),
        house.rooms.pin(ana, lobby.id, hello.number, on=True),
        house.rooms.remove_card(ana, lobby.id, hello.number, CARD.url),
        house.rooms.post(ana, lobby.id, 'answer', 'k2', reply_to=hello.number),
    ):
        with pytest.raises(MessageNotFound):
            await attempt


@pytest.mark.parametrize('private', [False, True])
async def test_who_may_not_read_a_room_is_told_nothing_of_its_messages(house: House, owner: User, private: bool) -> None:
    """What is absent and what is there answer alike, in words too."""
    room = await house.rooms.create(owner, 'Garden', private=private)
    await house.rooms.post(owner, room.id, 'secret', 'k1')
    stranger, rooms = await house.person('Stan'), house.rooms

    for room_id in (room.id, RoomId(404)) if private else (room.id,):
        for number in (MessageNumber(1), ABSENT):
            for attempt in (
                rooms.message(stranger, room_id, number),
                rooms.react(stranger, room_id, number, '👍'),
                rooms.pin(stranger, room_id, number, on=True),
                rooms.history(stranger, room_id, number),
                rooms.remove_card(stranger, room_id, number, CARD.url),
                rooms.undo_deletion(stranger, room_id, number),
                rooms.post(stranger, room_id, 'answer', 'k2', reply_to=number),
                rooms.post(stranger, room_id, '@room', 'k3'),
                rooms.pinned(stranger, room_id),
                rooms.last_own(stranger, room_id),
                rooms.outsiders(stranger, room_id, '@olga'),
                rooms.mentionable(stranger, room_id, 'o'),
            ):
                with pytest.raises(RoomNotFound if private else NotAMember):
                    await attempt


async def test_archived_room_is_read_and_nothing_is_added(house: House, lobby: Room, owner: User, ana: User, with_card: Message) -> None:
    await house.rooms.pin(ana, lobby.id, with_card.number, on=True)
    actor = house.supervisor.room(lobby.id)
    await house.settings.archive(owner, lobby.id)
    number, rooms = with_card.number, house.rooms
    for attempt in (
        rooms.react(ana, lobby.id, number, '👍'),
        rooms.pin(ana, lobby.id, number, on=False),
        rooms.remove_card(ana, lobby.id, number, CARD.url),
        actor.react(number, ana.id, '👍', on=True),
        actor.pin(number, ana.id, on=False),
        actor.show_cards(number, [], {}),
        actor.restore(with_card, ()),
        actor.edit(number, 'changed'),
    ):
        with pytest.raises(RoomArchived):
            await attempt

    assert [each.number for each in await rooms.pinned(ana, lobby.id)] == [number]
    assert (await actor.delete(number)).message.deleted  # by a ban


async def test_who_has_to_pause_does_not_react_or_pin(house: House, lobby: Room, owner: User, ana: User, hello: Message) -> None:
    await house.members.time_out(owner, lobby.id, ana.id, 5)

    with pytest.raises(TimedOut):
        await house.rooms.react(ana, lobby.id, hello.number, '👍')
    with pytest.raises(TimedOut):
        await house.rooms.pin(ana, lobby.id, hello.number, on=True)

    house.time.advance(301)
    assert (await house.rooms.pin(ana, lobby.id, hello.number, on=True)).pinned_at is not None


async def test_line_of_the_room_itself_is_neither_answered_nor_reacted_to_nor_pinned(
    house: House, lobby: Room, owner: User, ana: User
) -> None:
    """The page offers none of it; who speaks to the socket by hand asks all the same."""
    await house.rooms.rename(owner, lobby.id, 'Hall')
    said = await house.rooms.post(ana, lobby.id, 'x', 'k1')
    line = await house.rooms.message(ana, lobby.id, MessageNumber(said.number - 1))
    assert line.kind is MessageKind.SYSTEM

    for attempt in (
        house.rooms.react(ana, lobby.id, line.number, '👍'),
        house.rooms.pin(ana, lobby.id, line.number, on=True),
        house.rooms.post(ana, lobby.id, 'answer', 'k2', reply_to=line.number),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    assert await house.rooms.pinned(ana, lobby.id) == []
