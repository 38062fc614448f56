"""What editing, deleting and taking a deletion back leave of a message and of what belongs to it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from livechat.domain.errors import MessageNotFound, NotAMember
from livechat.domain.message import MAX_MENTIONS, MAX_REVISIONS, Mention, MentionGroup, Message, Picture, Revision
from livechat.domain.model import MessageNumber, RoomId, User, UserId
from livechat.domain.writes import Change, EditMessage, Stored
from livechat.store import SqlStores
from tests.store.people import (
    NOON,
    Lobby,
    all_messages,
    commit_one,
    delete,
    edit,
    new_user,
    pin,
    post,
    react,
    refused,
    remove_card,
    restore,
    show_cards,
    unchanged,
)
from tests.store.searching import found
from tests.store.test_cards import LINK, card


def mention(user: User) -> Mention:
    return Mention(user_id=user.id, word=user.username, name=user.display_name)


async def full_message(lobby: Lobby) -> Message:
    """With all that a message can have, and an earlier wording."""
    original = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'Who?'))
    write = post(lobby.room, lobby.ben, f'@ana zanzibar {LINK} first', mentions=[lobby.ana, lobby.ben], reply_to=original)
    message = await commit_one(lobby.stores, replace(write, named=(mention(lobby.ana),), group=MentionGroup.HERE))
    picture = Picture(token='token', width=2, height=1)
    await lobby.stores.messages.commit(
        [
            edit(message, f'@ana zanzibar {LINK} {LINK}/two'),
            react(message, lobby.ana, 'zanzibar'),
            react(message, lobby.ben),
            pin(message, lobby.ana),
            show_cards(message, card(picture=picture), card(f'{LINK}/two'), pictures={'token': b'webp'}),
            remove_card(message, lobby.ben, f'{LINK}/two'),
        ]
    )
    return (await all_messages(lobby.stores, lobby.room))[-1]


async def test_what_is_said_to_people_and_groups_is_read_as_it_was_stored(lobby: Lobby) -> None:
    carl = await lobby.stores.users.add(new_user('Carl'))
    people = (lobby.ana, lobby.ben, carl)
    write = post(lobby.room, lobby.ana, '@ana @ben @carl', mentions=people)

    message = await commit_one(lobby.stores, replace(write, named=tuple(mention(user) for user in people), group=MentionGroup.ROOM))

    assert sorted(message.mentions) == [lobby.ana.id, lobby.ben.id]
    assert message.named == (mention(lobby.ana), mention(lobby.ben))
    assert message.group is MentionGroup.ROOM
    assert await all_messages(lobby.stores, lobby.room) == [message]


async def test_group_speaks_to_more_people_than_names_can(lobby: Lobby) -> None:
    people = [await lobby.stores.users.add(new_user(f'P{number}'), join=lobby.room.id) for number in range(MAX_MENTIONS + 5)]
    write = replace(post(lobby.room, lobby.ana, '@room', mentions=people), named=tuple(mention(user) for user in people))

    message = await commit_one(lobby.stores, replace(write, group=MentionGroup.ROOM))

    assert (len(message.mentions), len(message.named)) == (MAX_MENTIONS + 5, MAX_MENTIONS)
    assert await all_messages(lobby.stores, lobby.room) == [message]


async def test_edit_names_anew_or_keeps_who_was_named(lobby: Lobby) -> None:
    write = replace(post(lobby.room, lobby.ana, '@ana', mentions=[lobby.ana]), named=(mention(lobby.ana),))
    message = await commit_one(lobby.stores, write)

    kept = await commit_one(lobby.stores, edit(message, '@ana!'))
    anew = await commit_one(lobby.stores, replace(edit(message, '@ben', mentions=[lobby.ben]), named=(mention(lobby.ben),)))

    assert (kept.mentions, kept.named) == ((lobby.ana.id,), (mention(lobby.ana),))
    assert (anew.mentions, anew.named) == ((lobby.ben.id,), (mention(lobby.ben),))
    assert await all_messages(lobby.stores, lobby.room) == [anew]


async def test_earlier_wordings_are_kept_oldest_first(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'one'))
    other = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'other'))
    assert list(await lobby.stores.messages.revisions(lobby.room.id, message.number)) == []
    later = NOON + timedelta(minutes=1)

    await lobby.stores.messages.commit([edit(message, 'two'), edit(other, 'another'), replace(edit(message, 'three'), at=later)])
    await commit_one(lobby.stores, react(message, lobby.ben))

    assert list(await lobby.stores.messages.revisions(lobby.room.id, message.number)) == [
        Revision(body='one', until=NOON),
        Revision(body='two', until=later),
    ]
    assert list(await lobby.stores.messages.revisions(RoomId(999), message.number)) == []


async def test_oldest_of_too_many_wordings_go(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, '0'))
    await lobby.stores.messages.commit([edit(message, str(number)) for number in range(1, MAX_REVISIONS)])
    await lobby.stores.messages.commit([edit(message, str(number)) for number in range(MAX_REVISIONS, MAX_REVISIONS + 5)])

    revisions = await lobby.stores.messages.revisions(lobby.room.id, message.number)

    assert [revision.body for revision in revisions] == [str(number) for number in range(4, MAX_REVISIONS + 4)]


async def test_nothing_is_left_of_a_deleted_message(lobby: Lobby) -> None:
    message = await full_message(lobby)
    assert await lobby.stores.messages.picture('token') == (lobby.room.id, b'webp')

    tombstone = await commit_one(lobby.stores, delete(message))

    plain = Message(
        room_id=message.room_id,
        number=message.number,
        changed_seq=tombstone.changed_seq,
        author=message.author,
        body='',
        client_key=message.client_key,
        created_at=message.created_at,
        edited_at=message.edited_at,
        deleted=True,
    )
    assert tombstone == plain
    assert (await all_messages(lobby.stores, lobby.room))[-1] == plain
    assert list(await lobby.stores.messages.pinned(lobby.room.id)) == []
    assert list(await lobby.stores.messages.revisions(lobby.room.id, message.number)) == []
    assert await lobby.stores.messages.picture('token') is None


async def test_restored_message_is_as_it_was_but_for_its_picture(lobby: Lobby) -> None:
    message = await full_message(lobby)
    revisions = await lobby.stores.messages.revisions(lobby.room.id, message.number)
    assert len(revisions) == 1
    await commit_one(lobby.stores, delete(message))

    (result,) = await lobby.stores.messages.commit([restore(message, *revisions, member_id=lobby.ben.id)])

    assert isinstance(result, Stored)
    assert (result.change, result.fresh) == (Change.RESTORED, True)
    assert result.message == replace(message, changed_seq=result.message.changed_seq, cards=(card(),))
    assert result.message.changed_seq == message.changed_seq + 2
    assert (await all_messages(lobby.stores, lobby.room))[-1] == result.message
    assert list(await lobby.stores.messages.pinned(lobby.room.id)) == [result.message]
    assert await lobby.stores.messages.revisions(lobby.room.id, message.number) == revisions


async def test_restored_message_is_edited_and_reacted_to_as_before(lobby: Lobby) -> None:
    message = await full_message(lobby)
    revisions = await lobby.stores.messages.revisions(lobby.room.id, message.number)
    await lobby.stores.messages.commit([delete(message), restore(message, *revisions)])

    await lobby.stores.messages.commit([edit(message, 'third'), react(message, lobby.ben, 'zanzibar'), react(message, lobby.ana, '🎉')])

    found = (await all_messages(lobby.stores, lobby.room))[-1]
    assert [(each.text, [person.id for person in each.people]) for each in found.reactions] == [
        ('zanzibar', [lobby.ana.id, lobby.ben.id]),
        ('👍', [lobby.ben.id]),
        ('🎉', [lobby.ana.id]),
    ]
    bodies = [revision.body for revision in await lobby.stores.messages.revisions(lobby.room.id, message.number)]
    assert bodies == [revisions[0].body, message.body]


async def test_message_that_is_not_deleted_is_not_restored(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'as it is'))

    assert await unchanged(lobby.stores, restore(replace(message, body='other')))
    assert await all_messages(lobby.stores, lobby.room) == [message]
    assert isinstance(await refused(lobby.stores, restore(replace(message, number=MessageNumber(9)))), MessageNotFound)


async def test_restoring_that_rests_on_an_ended_membership_is_refused(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ben))
    await commit_one(lobby.stores, delete(message))
    await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)

    assert isinstance(await refused(lobby.stores, restore(message, member_id=lobby.ben.id)), NotAMember)
    assert not await unchanged(lobby.stores, restore(message))


async def test_restored_mentions_are_counted_again(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, mentions=[lobby.ben]))
    await commit_one(lobby.stores, delete(message))
    before = (await lobby.stores.reads.of(lobby.ben.id))[lobby.room.id][1]

    restored = await commit_one(lobby.stores, restore(replace(message, mentions=(*message.mentions, UserId(999)))))

    after = (await lobby.stores.reads.of(lobby.ben.id))[lobby.room.id][1]
    assert [(each.unread, each.mentions) for each in (before, after)] == [(0, 0), (1, 1)]
    assert restored.mentions == (lobby.ben.id,)


async def test_restored_message_is_found_again(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    message = await full_message(lobby)
    places = [await found(lobby.stores, lobby.ana.id, 'zanzibar')]

    for write in (delete(message), restore(message)):
        await commit_one(lobby.stores, write)
        places.append(await found(lobby.stores, lobby.ana.id, 'zanzibar'))

    place = (lobby.room.id, message.number)
    assert [list(each) for each in places] == [[place], [], [place]]


async def test_what_says_nothing_new_leaves_the_full_text_alone(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    assert isinstance(lobby.stores, SqlStores)
    message = await full_message(lobby)
    spy = text("CREATE TRIGGER spy BEFORE UPDATE OF body, folded ON messages BEGIN SELECT RAISE(ABORT, 'written anew'); END")
    await lobby.stores.messages.database.write(lambda session: session.execute(spy))

    amended = await lobby.stores.messages.commit([react(message, lobby.ana, '🎉'), pin(message, lobby.ana, on=False), show_cards(message)])

    assert [type(each) for each in amended] == [Stored] * 3
    with pytest.raises(Exception, match='written anew'):
        await commit_one(lobby.stores, edit(message, message.body))


async def test_writes_of_every_kind_with_text_that_is_none_are_refused_alone(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, LINK))
    bad = '\udc80'
    writes = [
        replace(post(lobby.room, lobby.ana), named=(replace(mention(lobby.ana), name=bad),)),
        EditMessage(
            room_id=message.room_id, number=message.number, body='x', at=NOON, mentions=(), named=(replace(mention(lobby.ana), word=bad),)
        ),
        restore(message, Revision(body=bad, until=NOON)),
        react(message, lobby.ana, bad),
        show_cards(message, replace(card(), title=bad)),
        remove_card(message, lobby.ana, bad),
        react(message, lobby.ana),
    ]

    results = await lobby.stores.messages.commit(writes)

    assert [isinstance(each, Stored) for each in results] == [False] * 6 + [True]
    assert [each.changed_seq for each in await all_messages(lobby.stores, lobby.room)] == [2]
