import asyncio
from dataclasses import replace

import pytest

from livechat.domain.errors import InvalidInput, MessageNotFound, NotAMember, RoomNotFound
from livechat.domain.model import MessageNumber, RoomId, Seq
from livechat.domain.writes import Change, DeleteMessage, EditMessage, MessageWrite, Stored
from tests.store.people import NOON, Lobby, add_room, all_messages, commit_one, delete, edit, join, new_user, post


async def test_posts_get_the_next_numbers_of_their_room_in_order(lobby: Lobby) -> None:
    results = await lobby.stores.messages.commit([post(lobby.room, lobby.ana, 'one'), post(lobby.room, lobby.ben, 'two')])
    third = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'three'))

    stored = [result for result in results if isinstance(result, Stored)]
    assert [(each.message.number, each.message.changed_seq, each.message.body, each.fresh) for each in stored] == [
        (1, 1, 'one', True),
        (2, 2, 'two', True),
    ]
    assert (third.number, third.changed_seq) == (3, 3)
    assert [each.message.author for each in stored] == [lobby.ana.person, lobby.ben.person]
    assert (third.created_at, third.edited_at, third.deleted) == (NOON, None, False)


async def test_stored_message_is_read_as_it_was_returned(lobby: Lobby) -> None:
    body = 'NUL \x00, emoji 🏳️‍🌈, עברית, ' + 'x' * 4_000
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, body))

    assert await all_messages(lobby.stores, lobby.room) == [message]
    assert list(await lobby.stores.messages.newest(lobby.room.id, 50)) == [message]
    assert message.body == body


async def test_rooms_count_for_themselves_when_they_commit_at_once(lobby: Lobby) -> None:
    other = await add_room(lobby.stores, lobby.ana, 'Other')

    await asyncio.gather(
        *(lobby.stores.messages.commit([post(room, lobby.ana), post(room, lobby.ana)]) for room in (lobby.room, other) * 10)
    )

    for room in (lobby.room, other):
        messages = await all_messages(lobby.stores, room)
        assert [message.number for message in messages] == list(range(1, 21))
        assert [message.changed_seq for message in messages] == list(range(1, 21))
        assert await lobby.stores.messages.head(room.id) == (20, 20)


async def test_post_sent_twice_is_stored_once(lobby: Lobby) -> None:
    first = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'Hello', key='k'))
    (again,) = await lobby.stores.messages.commit([post(lobby.room, lobby.ana, 'Hello', key='k')])
    bens = await commit_one(lobby.stores, post(lobby.room, lobby.ben, 'Hello', key='k'))

    assert again == Stored(message=first, fresh=False, change=Change.POSTED)
    assert bens.number == 2
    assert await lobby.stores.messages.head(lobby.room.id) == (2, 2)


async def test_post_twice_in_one_commit_is_stored_once(lobby: Lobby) -> None:
    twice = post(lobby.room, lobby.ana, 'Hello')

    first, again = await lobby.stores.messages.commit([twice, twice])

    assert isinstance(first, Stored)
    assert first.fresh
    assert again == Stored(message=first.message, fresh=False, change=Change.POSTED)


async def test_client_key_with_a_nul_is_a_key_of_its_own(lobby: Lobby) -> None:
    keys = ['a', 'a\x00', 'a\x00b', 'a', 'a\x00b']

    stored = [await commit_one(lobby.stores, post(lobby.room, lobby.ana, key=key)) for key in keys]

    assert [message.number for message in stored] == [1, 2, 3, 1, 3]


async def test_ten_identical_posts_at_once_are_one_message(lobby: Lobby) -> None:
    results = await asyncio.gather(*(lobby.stores.messages.commit([post(lobby.room, lobby.ana, 'Hello', key='k')]) for _ in range(10)))

    stored = [result for (result,) in results if isinstance(result, Stored)]
    assert len(stored) == 10
    assert sum(each.fresh for each in stored) == 1
    assert len({each.message for each in stored}) == 1
    assert len(await all_messages(lobby.stores, lobby.room)) == 1


async def test_post_sent_twice_after_leaving_is_still_the_same_message(lobby: Lobby) -> None:
    first = await commit_one(lobby.stores, post(lobby.room, lobby.ben, key='k'))
    await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)

    assert list(await lobby.stores.messages.commit([post(lobby.room, lobby.ben, key='k')])) == [
        Stored(message=first, fresh=False, change=Change.POSTED)
    ]


async def test_refused_writes_leave_the_others_stored(lobby: Lobby) -> None:
    carl = await lobby.stores.users.add(new_user('Carl'))

    results = await lobby.stores.messages.commit(
        [
            post(lobby.room, lobby.ana, 'first'),
            post(lobby.room, carl),
            post(RoomId(999), lobby.ana),
            EditMessage(room_id=lobby.room.id, number=MessageNumber(99), body='x', at=NOON),
            DeleteMessage(room_id=lobby.room.id, number=MessageNumber(99), at=NOON),
            EditMessage(room_id=RoomId(999), number=MessageNumber(1), body='x', at=NOON),
            post(lobby.room, lobby.ana, 'half \udc80'),
            EditMessage(room_id=lobby.room.id, number=MessageNumber(1), body='\udc80', at=NOON),
            post(lobby.room, lobby.ben, 'last'),
        ]
    )

    assert [type(result) for result in results] == [
        Stored,
        NotAMember,
        RoomNotFound,
        MessageNotFound,
        MessageNotFound,
        RoomNotFound,
        InvalidInput,
        InvalidInput,
        Stored,
    ]
    assert [(message.number, message.body) for message in await all_messages(lobby.stores, lobby.room)] == [(1, 'first'), (2, 'last')]
    assert await lobby.stores.messages.head(lobby.room.id) == (2, 2)


async def test_member_who_left_can_post_no_more(lobby: Lobby) -> None:
    await commit_one(lobby.stores, post(lobby.room, lobby.ben))
    await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)

    (result,) = await lobby.stores.messages.commit([post(lobby.room, lobby.ben)])

    assert isinstance(result, NotAMember)


async def test_edit_takes_the_next_seq_and_keeps_the_number(lobby: Lobby) -> None:
    first = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'one'))
    await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'two'))

    edited = await commit_one(lobby.stores, edit(first, 'changed'))

    assert (edited.number, edited.changed_seq, edited.body, edited.edited_at) == (1, 3, 'changed', NOON)
    assert (edited.author, edited.created_at, edited.client_key) == (first.author, first.created_at, first.client_key)
    assert (await all_messages(lobby.stores, lobby.room))[0] == edited
    assert await lobby.stores.messages.head(lobby.room.id) == (2, 3)


async def test_deleted_message_leaves_an_empty_tombstone(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'secret'))

    tombstone = await commit_one(lobby.stores, delete(message))

    assert (tombstone.number, tombstone.changed_seq, tombstone.body, tombstone.deleted) == (1, 2, '', True)
    assert await all_messages(lobby.stores, lobby.room) == [tombstone]
    assert list(await lobby.stores.messages.commit([delete(message)])) == [Stored(message=tombstone, fresh=False, change=Change.DELETED)]
    (refused,) = await lobby.stores.messages.commit([edit(message, 'back')])
    assert isinstance(refused, MessageNotFound)
    assert (await commit_one(lobby.stores, post(lobby.room, lobby.ana))).number == 2


async def test_edit_and_deletion_that_rest_on_an_ended_membership_are_refused(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ben, 'mine'))
    writes: list[MessageWrite] = [
        edit(message, 'changed'),
        replace(delete(message), member_id=lobby.ben.id),
        edit(message, 'last'),
        delete(message),
    ]
    assert [type(each) for each in await lobby.stores.messages.commit(writes[:1])] == [Stored]

    await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)

    assert [type(each) for each in await lobby.stores.messages.commit(writes)] == [NotAMember, NotAMember, NotAMember, Stored]
    assert [each.changed_seq for each in await all_messages(lobby.stores, lobby.room)] == [3]


async def test_member_deletes_by_their_membership(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ben, 'mine'))

    tombstone = await commit_one(lobby.stores, replace(delete(message), member_id=lobby.ben.id))

    assert tombstone.deleted


async def test_writes_about_one_message_in_one_commit_happen_in_order(lobby: Lobby) -> None:
    old = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'old'))
    place = MessageNumber(2)

    results = await lobby.stores.messages.commit(
        [
            edit(old, 'first edit'),
            post(lobby.room, lobby.ben, 'new'),
            edit(old, 'second edit'),
            EditMessage(room_id=lobby.room.id, number=place, body='new, edited', at=NOON),
            delete(old),
            edit(old, 'too late'),
            DeleteMessage(room_id=lobby.room.id, number=place, at=NOON),
        ]
    )

    bodies = [(result.message.number, result.message.changed_seq, result.message.body) for result in results if isinstance(result, Stored)]
    assert bodies == [(1, 2, 'first edit'), (2, 3, 'new'), (1, 4, 'second edit'), (2, 5, 'new, edited'), (1, 6, ''), (2, 7, '')]
    assert isinstance(results[5], MessageNotFound)
    assert [(message.changed_seq, message.deleted) for message in await all_messages(lobby.stores, lobby.room)] == [(6, True), (7, True)]
    assert await lobby.stores.messages.head(lobby.room.id) == (2, 7)


async def test_nothing_to_write_is_nothing_written(lobby: Lobby) -> None:
    assert list(await lobby.stores.messages.commit([])) == []
    assert await lobby.stores.messages.head(lobby.room.id) == (0, 0)


async def test_head_of_a_room_that_is_gone_is_not_found(lobby: Lobby) -> None:
    with pytest.raises(RoomNotFound):
        await lobby.stores.messages.head(RoomId(999))


async def test_newest_and_range_are_oldest_first_and_of_one_room(lobby: Lobby) -> None:
    other = await add_room(lobby.stores, lobby.ana, 'Other')
    await join(lobby.stores, other, lobby.ben)
    await lobby.stores.messages.commit([post(lobby.room, lobby.ana, str(number)) for number in range(1, 11)])
    await lobby.stores.messages.commit([post(other, lobby.ben, 'elsewhere')])

    newest = await lobby.stores.messages.newest(lobby.room.id, 3)
    middle = await lobby.stores.messages.range(lobby.room.id, MessageNumber(4), MessageNumber(6))

    assert [message.body for message in newest] == ['8', '9', '10']
    assert [message.body for message in middle] == ['4', '5', '6']
    assert len(await lobby.stores.messages.newest(lobby.room.id, 50)) == 10
    assert list(await lobby.stores.messages.range(lobby.room.id, MessageNumber(11), MessageNumber(20))) == []


async def test_changes_since_a_seq_are_posts_edits_and_deletions_by_number(lobby: Lobby) -> None:
    one, two, _three = [await commit_one(lobby.stores, post(lobby.room, lobby.ana, body)) for body in ('1', '2', '3')]
    _, seq = await lobby.stores.messages.head(lobby.room.id)
    four = await commit_one(lobby.stores, post(lobby.room, lobby.ben, '4'))
    edited = await commit_one(lobby.stores, edit(two, 'two'))
    tombstone = await commit_one(lobby.stores, delete(one))

    assert list(await lobby.stores.messages.changed_since(lobby.room.id, seq)) == [tombstone, edited, four]
    assert list(await lobby.stores.messages.changed_since(lobby.room.id, Seq(6))) == []
    assert len(await lobby.stores.messages.changed_since(lobby.room.id, Seq(0))) == 4


async def test_messages_show_the_name_their_author_has_now(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ben))
    ben = await lobby.stores.users.update_profile(lobby.ben.id, display_name='Benjamin', name_key='benjamin', username='ben', email=None)

    assert [each.author for each in await all_messages(lobby.stores, lobby.room)] == [ben.person]
    assert (await commit_one(lobby.stores, edit(message, 'x'))).author == ben.person
