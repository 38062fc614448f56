"""Who reacted to what, in which order, and what is pinned."""

from dataclasses import replace
from datetime import timedelta

from livechat.domain.errors import MessageNotFound, NotAMember, RoomNotFound, TooMany
from livechat.domain.message import MAX_PINS, MAX_REACTIONS, Message, Reaction
from livechat.domain.model import RoomId, User, UserId, UserStatus
from livechat.domain.ports import Stores
from livechat.domain.writes import Change, Stored
from tests.store.newcomers import new_guest
from tests.store.people import (
    NOON,
    Lobby,
    add_room,
    all_messages,
    commit_one,
    delete,
    edit,
    join,
    new_user,
    pin,
    post,
    react,
    refused,
    restore,
    unchanged,
)


async def reacted(stores: Stores, message: Message) -> list[tuple[str, list[UserId]]]:
    (found,) = await stores.messages.range(message.room_id, message.number, message.number)
    return [(reaction.text, [person.id for person in reaction.people]) for reaction in found.reactions]


async def test_reactions_are_ordered_by_their_first_and_people_by_theirs(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana))

    await lobby.stores.messages.commit([react(message, lobby.ben, '🎉'), react(message, lobby.ana, 'ship it')])
    last = await commit_one(lobby.stores, react(message, lobby.ana, '🎉'))

    assert last.reactions == (
        Reaction(text='🎉', people=(lobby.ben.person, lobby.ana.person)),
        Reaction(text='ship it', people=(lobby.ana.person,)),
    )
    assert (last.changed_seq, last.edited_at) == (4, None)
    assert await all_messages(lobby.stores, lobby.room) == [last]
    assert list(await lobby.stores.messages.changed_since(lobby.room.id, message.changed_seq)) == [last]


async def test_text_keeps_its_place_until_nobody_has_it(lobby: Lobby) -> None:
    ana, ben = lobby.ana, lobby.ben
    message = await commit_one(lobby.stores, post(lobby.room, ana))
    await lobby.stores.messages.commit([react(message, ana, '👍'), react(message, ana, '🎉'), react(message, ben, '👍')])

    first_left = await commit_one(lobby.stores, react(message, ana, '👍', on=False))
    assert await reacted(lobby.stores, message) == [('👍', [ben.id]), ('🎉', [ana.id])]
    await commit_one(lobby.stores, react(message, ana, '👍'))
    assert await reacted(lobby.stores, message) == [('👍', [ben.id, ana.id]), ('🎉', [ana.id])]
    await lobby.stores.messages.commit(
        [react(message, ben, '👍', on=False), react(message, ana, '👍', on=False), react(message, ben, '👍')]
    )

    assert [reaction.text for reaction in first_left.reactions] == ['👍', '🎉']
    assert await reacted(lobby.stores, message) == [('🎉', [ana.id]), ('👍', [ben.id])]


async def test_reactions_of_writes_in_one_commit_happen_in_order(lobby: Lobby) -> None:
    ana, ben = lobby.ana, lobby.ben
    message = await commit_one(lobby.stores, post(lobby.room, ana))
    await lobby.stores.messages.commit([react(message, ana, '👍'), react(message, ana, '🎉')])

    results = await lobby.stores.messages.commit(
        [react(message, ben, '👍'), react(message, ana, '👍', on=False), react(message, ana, '🎉', on=False), react(message, ana, '🎉')]
    )

    assert all(isinstance(each, Stored) and each.fresh and each.change is Change.AMENDED for each in results)
    assert await reacted(lobby.stores, message) == [('👍', [ben.id]), ('🎉', [ana.id])]


async def test_reaction_that_is_there_or_gone_already_changes_nothing(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    await commit_one(lobby.stores, react(message, lobby.ben))

    assert await unchanged(lobby.stores, react(message, lobby.ben))
    assert await unchanged(lobby.stores, react(message, lobby.ana, on=False))
    assert await unchanged(lobby.stores, react(message, lobby.ben, '🎉', on=False))
    assert await lobby.stores.messages.head(lobby.room.id) == (1, 2)


async def test_message_takes_so_many_different_reactions(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    await lobby.stores.messages.commit([react(message, lobby.ana, f'r{number}') for number in range(MAX_REACTIONS)])

    refusal = await refused(lobby.stores, react(message, lobby.ana, 'one more'))
    await commit_one(lobby.stores, react(message, lobby.ben, 'r3'))

    assert isinstance(refusal, TooMany)
    assert refusal.limit == MAX_REACTIONS
    assert len(await reacted(lobby.stores, message)) == MAX_REACTIONS


async def refusals(lobby: Lobby, user: User, message: Message) -> list[type[Exception]]:
    return [type(await refused(lobby.stores, write)) for write in (react(message, user), pin(message, user))]


async def test_whoever_is_no_member_or_banned_neither_reacts_nor_pins(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    carl = await lobby.stores.users.add(new_user('Carl'))
    await lobby.stores.users.set_status(lobby.ben.id, UserStatus.BANNED)

    assert await refusals(lobby, carl, message) == [NotAMember, NotAMember]
    assert await refusals(lobby, lobby.ben, message) == [NotAMember, NotAMember]
    await join(lobby.stores, lobby.room, carl)
    assert not await unchanged(lobby.stores, react(message, carl))


async def test_what_is_deleted_or_not_there_is_neither_reacted_to_nor_pinned(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    nowhere = replace(message, room_id=RoomId(999))
    await commit_one(lobby.stores, delete(message))

    assert await refusals(lobby, lobby.ana, message) == [MessageNotFound, MessageNotFound]
    assert await refusals(lobby, lobby.ana, nowhere) == [RoomNotFound, RoomNotFound]


async def test_reactions_of_guests_who_are_gone_stay_and_do_not_come_back_with_the_message(lobby: Lobby) -> None:
    gus = await lobby.stores.users.add(new_guest('Gus'), join=lobby.room.id)
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    await lobby.stores.messages.commit([react(message, gus, '🎉'), react(message, gus), react(message, lobby.ben)])
    before = (await all_messages(lobby.stores, lobby.room))[0]

    await lobby.stores.users.end_guests([gus.id])
    assert await reacted(lobby.stores, message) == [('🎉', [gus.id]), ('👍', [gus.id, lobby.ben.id])]
    await lobby.stores.messages.commit([delete(message), restore(before)])

    assert await reacted(lobby.stores, message) == [('👍', [lobby.ben.id])]


async def test_pinned_messages_are_those_of_a_room_newest_pin_first(lobby: Lobby) -> None:
    other = await add_room(lobby.stores, lobby.ana, 'Other')
    one, two, three, four = [await commit_one(lobby.stores, post(lobby.room, lobby.ana)) for _ in range(4)]
    await commit_one(lobby.stores, pin(await commit_one(lobby.stores, post(other, lobby.ana)), lobby.ana))

    later = NOON + timedelta(minutes=1)
    pinned = [
        await commit_one(lobby.stores, write) for write in (pin(two, lobby.ben, at=later), pin(one, lobby.ben), pin(three, lobby.ana))
    ]
    await lobby.stores.messages.commit([pin(four, lobby.ana), pin(four, lobby.ana, on=False)])

    assert list(await lobby.stores.messages.pinned(lobby.room.id)) == [pinned[0], pinned[2], pinned[1]]
    assert [each.pinned_at for each in await all_messages(lobby.stores, lobby.room)] == [NOON, later, NOON, None]
    assert list(await lobby.stores.messages.pinned(RoomId(999))) == []


async def test_pin_that_is_there_or_gone_already_changes_nothing(lobby: Lobby) -> None:
    one, two = [await commit_one(lobby.stores, post(lobby.room, lobby.ana)) for _ in range(2)]
    await commit_one(lobby.stores, pin(one, lobby.ana))

    assert await unchanged(lobby.stores, pin(one, lobby.ben, at=NOON + timedelta(minutes=1)))
    assert await unchanged(lobby.stores, pin(two, lobby.ben, on=False))
    assert [each.pinned_at for each in await lobby.stores.messages.pinned(lobby.room.id)] == [NOON]
    assert await lobby.stores.messages.head(lobby.room.id) == (2, 3)


async def test_room_takes_so_many_pins(lobby: Lobby) -> None:
    messages = [await commit_one(lobby.stores, post(lobby.room, lobby.ana)) for _ in range(MAX_PINS + 2)]
    await lobby.stores.messages.commit([pin(message, lobby.ana) for message in messages[: MAX_PINS - 1]])

    results = await lobby.stores.messages.commit([pin(message, lobby.ana) for message in messages[-3:-1]])
    freed = await lobby.stores.messages.commit(
        [delete(messages[0]), pin(messages[1], lobby.ana, on=False), *(pin(each, lobby.ana) for each in messages[-2:])]
    )

    assert [type(each) for each in results] == [Stored, TooMany]
    assert [type(each) for each in freed] == [Stored] * 4
    assert len(await lobby.stores.messages.pinned(lobby.room.id)) == MAX_PINS


async def test_edit_keeps_reactions_and_pin(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    await lobby.stores.messages.commit([react(message, lobby.ben), pin(message, lobby.ben)])

    edited = await commit_one(lobby.stores, edit(message, 'changed'))

    assert (edited.pinned_at, len(edited.reactions)) == (NOON, 1)
    assert await all_messages(lobby.stores, lobby.room) == [edited]


async def test_message_that_comes_back_is_pinned_again_only_while_there_is_room(lobby: Lobby) -> None:
    messages = [await commit_one(lobby.stores, post(lobby.room, lobby.ana)) for _ in range(MAX_PINS + 1)]
    *first, last = [await commit_one(lobby.stores, pin(message, lobby.ana)) for message in messages[:MAX_PINS]]
    await commit_one(lobby.stores, delete(last))
    assert (await commit_one(lobby.stores, restore(last))).pinned_at == last.pinned_at

    await commit_one(lobby.stores, delete(last))
    await commit_one(lobby.stores, pin(messages[-1], lobby.ana))
    restored = await commit_one(lobby.stores, restore(last))

    assert restored.pinned_at is None
    assert len(await lobby.stores.messages.pinned(lobby.room.id)) == MAX_PINS == len(first) + 1
