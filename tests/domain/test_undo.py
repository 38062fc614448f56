"""Deletions that are taken back: by whoever deleted, while they may, for some seconds."""

import asyncio
from dataclasses import replace

import pytest

from livechat.domain.errors import Banned, NotAllowed, NotAMember, NotStored, RoomArchived, TooFast, TooLate
from livechat.domain.events import MessageDeleted, MessageRestored, room_topic
from livechat.domain.limits import Limits
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, Room, RoomId, RoomRole, ServerRole, User, UserId, UserStatus
from livechat.domain.undo import Deletions
from tests.domain.house import House, all_settled, queued, started
from tests.domain.messages import message_by
from tests.patience import until

UNDO_S = 10.0
"""8 s that are shown, 2 s on the way."""


@pytest.fixture
async def bo(house: House, lobby: Room) -> User:
    return await house.person('Bo', ServerRole.MEMBER, lobby)


@pytest.fixture
async def hello(house: House, lobby: Room, ana: User, bo: User) -> Message:
    """With everything that a message can have."""
    asked = await house.rooms.post(bo, lobby.id, 'anybody?', 'k0')
    hello = await house.rooms.post(ana, lobby.id, 'hello @bo', 'k1', reply_to=asked.number)
    await house.rooms.edit(ana, lobby.id, hello.number, 'hello @bo!')
    await house.rooms.react(bo, lobby.id, hello.number, '👍')
    return await house.rooms.pin(ana, lobby.id, hello.number, on=True)


async def test_deletion_that_is_taken_back_leaves_everything_as_it_was(house: House, lobby: Room, ana: User, hello: Message) -> None:
    answer = await house.rooms.post(ana, lobby.id, 'to myself', 'k2', reply_to=hello.number)
    events = house.backplane.subscribe(room_topic(lobby.id))

    tombstone = await house.rooms.delete_message(ana, lobby.id, hello.number)
    assert (tombstone.deleted, tombstone.body, tombstone.reactions, tombstone.pinned_at) == (True, '', (), None)
    assert 'hello' not in str((await house.rooms.snapshot(lobby.id)).newest)
    house.time.advance(UNDO_S)
    restored = await house.rooms.undo_deletion(ana, lobby.id, hello.number)

    assert restored == replace(hello, changed_seq=restored.changed_seq)
    assert [type(event) for event in await queued(events)] == [MessageDeleted, MessageRestored]
    assert [each.body for each in await house.rooms.history(ana, lobby.id, hello.number)] == ['hello @bo']
    newest = {each.number: each for each in (await house.rooms.snapshot(lobby.id)).newest}
    assert newest[answer.number].quote == answer.quote


async def test_after_its_time_and_a_second_time_it_is_too_late(house: House, lobby: Room, ana: User, hello: Message) -> None:
    await house.rooms.delete_message(ana, lobby.id, hello.number)
    await house.rooms.undo_deletion(ana, lobby.id, hello.number)
    with pytest.raises(TooLate):
        await house.rooms.undo_deletion(ana, lobby.id, hello.number)

    await house.rooms.delete_message(ana, lobby.id, hello.number)
    house.time.advance(UNDO_S + 0.1)
    with pytest.raises(TooLate):
        await house.rooms.undo_deletion(ana, lobby.id, hello.number)

    assert (await house.rooms.message(ana, lobby.id, hello.number)).deleted


async def test_nobody_takes_back_what_another_deleted(house: House, lobby: Room, owner: User, ana: User, hello: Message) -> None:
    await house.rooms.delete_message(owner, lobby.id, hello.number)

    with pytest.raises(TooLate):
        await house.rooms.undo_deletion(ana, lobby.id, hello.number)

    assert (await house.rooms.undo_deletion(owner, lobby.id, hello.number)).body == hello.body


async def test_of_two_who_delete_at_once_the_first_takes_it_back(house: House, lobby: Room, owner: User, ana: User, hello: Message) -> None:
    house.stores.memory.gate.clear()
    by_owner = started(house.rooms.delete_message(owner, lobby.id, hello.number))
    await until(lambda: house.supervisor.room(lobby.id).is_busy)
    by_ana = started(house.rooms.delete_message(ana, lobby.id, hello.number))
    for _ in range(20):
        await house.stores.memory.reading()
    house.stores.memory.gate.set()
    first, second = await all_settled([by_owner, by_ana])

    assert isinstance(first, Message)
    assert first == second
    with pytest.raises(TooLate):
        await house.rooms.undo_deletion(ana, lobby.id, hello.number)
    assert (await house.rooms.undo_deletion(owner, lobby.id, hello.number)).body == hello.body


async def test_who_was_removed_meanwhile_takes_nothing_back(house: House, lobby: Room, owner: User, ana: User, hello: Message) -> None:
    await house.rooms.delete_message(ana, lobby.id, hello.number)
    await house.members.remove(owner, lobby.id, ana.id)

    with pytest.raises(NotAMember):
        await house.rooms.undo_deletion(ana, lobby.id, hello.number)

    await house.members.add(owner, lobby.id, ana.id)
    assert (await house.rooms.undo_deletion(ana, lobby.id, hello.number)).body == hello.body


async def test_who_is_banned_or_no_admin_any_more_takes_nothing_back(
    house: House, lobby: Room, owner: User, bo: User, hello: Message
) -> None:
    await house.members.set_role(owner, lobby.id, bo.id, RoomRole.ADMIN)
    await house.rooms.delete_message(bo, lobby.id, hello.number)
    with pytest.raises(Banned):
        await house.rooms.undo_deletion(replace(bo, status=UserStatus.BANNED), lobby.id, hello.number)
    await house.members.set_role(owner, lobby.id, bo.id, RoomRole.MEMBER)

    with pytest.raises(NotAllowed):
        await house.rooms.undo_deletion(bo, lobby.id, hello.number)

    assert (await house.rooms.message(bo, lobby.id, hello.number)).deleted


async def test_room_that_was_archived_meanwhile_takes_nothing_in(house: House, lobby: Room, owner: User, ana: User, hello: Message) -> None:
    await house.rooms.delete_message(ana, lobby.id, hello.number)
    await house.settings.archive(owner, lobby.id)

    with pytest.raises(RoomArchived):
        await house.rooms.undo_deletion(ana, lobby.id, hello.number)


async def test_message_whose_author_is_shut_out_does_not_come_back(
    house: House, lobby: Room, owner: User, ana: User, hello: Message
) -> None:
    """A ban that deletes leaves nothing to take back, whoever deleted it before."""
    other = await house.rooms.post(ana, lobby.id, 'other', 'k2')
    await house.rooms.delete_message(owner, lobby.id, hello.number)

    house.stores.memory.gate.clear()
    erasing = started(house.rooms.delete_messages_of(ana.id))
    await until(lambda: house.supervisor.room(lobby.id).is_busy)
    with pytest.raises(TooLate):  # at once, not when all are gone
        await house.rooms.undo_deletion(owner, lobby.id, hello.number)
    house.stores.memory.gate.set()
    assert await erasing == 1

    for number in (hello.number, other.number):
        with pytest.raises(TooLate):
            await house.rooms.undo_deletion(owner, lobby.id, number)


async def test_undo_that_could_not_be_stored_can_be_tried_again(house: House, lobby: Room, ana: User, hello: Message) -> None:
    await house.rooms.delete_message(ana, lobby.id, hello.number)
    house.stores.memory.full = True
    with pytest.raises(NotStored):
        await house.rooms.undo_deletion(ana, lobby.id, hello.number)
    house.stores.memory.full = False

    assert (await house.rooms.undo_deletion(ana, lobby.id, hello.number)).body == hello.body


async def test_deletion_that_was_refused_leaves_nothing_to_take_back(house: House, lobby: Room, bo: User, hello: Message) -> None:
    with pytest.raises(NotAllowed):
        await house.rooms.delete_message(bo, lobby.id, hello.number)

    with pytest.raises(TooLate):
        await house.rooms.undo_deletion(bo, lobby.id, hello.number)


async def test_texts_do_not_stay_in_memory_when_nobody_asks_for_them(house: House, lobby: Room, ana: User, hello: Message) -> None:
    house.supervisor.look_after('deletions', lambda: house.rooms.forget_deletions(house.time.sleep))
    await house.rooms.delete_message(ana, lobby.id, hello.number)
    assert len(house.rooms._deletions) == 1

    for _ in range(3):
        house.time.advance(UNDO_S)
        for _ in range(5):
            await house.stores.memory.reading()

    assert len(house.rooms._deletions) == 0


class TestRateLimit:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(message_burst=1_000, deed_burst=4, deed_refill_per_s=0.01)

    async def test_taking_back_costs_what_a_reaction_costs(self, house: House, lobby: Room, ana: User, hello: Message) -> None:
        for _ in range(3):  # a pin came before
            await house.rooms.delete_message(ana, lobby.id, hello.number)
            await house.rooms.undo_deletion(ana, lobby.id, hello.number)
        await house.rooms.delete_message(ana, lobby.id, hello.number)

        with pytest.raises(TooFast):
            await house.rooms.undo_deletion(ana, lobby.id, hello.number)


def test_server_holds_so_many_texts_and_the_newest() -> None:
    deletions, me = Deletions(keep_s=10, capacity=3), UserId(1)
    for number in range(1, 6):
        deletions.keep(me, message_by(me, RoomId(1), number), (), now=0)

    kept = [number for number in range(1, 6) if deletions.find(me, RoomId(1), MessageNumber(number), now=1) is not None]

    assert kept == [3, 4, 5]
    assert deletions.find(UserId(2), RoomId(1), MessageNumber(5), now=1) is None
    assert deletions.find(me, RoomId(2), MessageNumber(5), now=1) is None
    assert deletions.find(me, RoomId(1), MessageNumber(5), now=10) is not None
    assert deletions.find(me, RoomId(1), MessageNumber(5), now=10.1) is None
    assert len(deletions) == 0


async def test_what_was_done_on_the_way_to_the_deletion_comes_back_with_it(
    house: House, lobby: Room, owner: User, ana: User, bo: User, hello: Message
) -> None:
    """An admin deletes while the author's last edit, which is acknowledged, and a reaction wait to be stored."""
    rooms, number = house.rooms, hello.number
    house.time.advance(1)
    house.stores.memory.gate.clear()
    waiting = [
        started(rooms.edit(ana, lobby.id, number, 'hello @bo!!')),
        started(rooms.react(ana, lobby.id, number, '🎉')),
        started(rooms.delete_message(owner, lobby.id, number)),
    ]
    for _ in waiting * 10:
        await asyncio.sleep(0)  # all three have looked at the message
    house.stores.memory.gate.set()
    await all_settled(waiting)

    restored = await rooms.undo_deletion(owner, lobby.id, number)

    assert restored.body == 'hello @bo!!'
    assert [each.text for each in restored.reactions] == ['👍', '🎉']
    assert [each.body for each in await rooms.history(ana, lobby.id, number)] == ['hello @bo', 'hello @bo!']
