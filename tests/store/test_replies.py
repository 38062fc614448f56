"""Messages that answer others show these as they are now."""

import pytest

from livechat.domain.message import MAX_QUOTE_CHARS, Message, Quote, quote_of
from livechat.domain.model import MessageNumber
from livechat.domain.writes import EditMessage, Stored
from tests.store.people import NOON, Lobby, add_room, all_messages, commit_one, delete, edit, post, restore


async def reread(lobby: Lobby, message: Message) -> Message:
    (found,) = await lobby.stores.messages.range(message.room_id, message.number, message.number)
    return found


async def test_answer_quotes_the_message_it_answers(lobby: Lobby) -> None:
    original = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'Who is\n\tthere?'))

    answer = await commit_one(lobby.stores, post(lobby.room, lobby.ben, 'Me', reply_to=original))

    assert answer.quote == Quote(number=original.number, author=lobby.ana.person, excerpt='Who is there?')
    assert await all_messages(lobby.stores, lobby.room) == [original, answer]
    assert list(await lobby.stores.messages.newest(lobby.room.id, 1)) == [answer]
    assert list(await lobby.stores.messages.changed_since(lobby.room.id, original.changed_seq)) == [answer]


@pytest.mark.parametrize('body', ['x' * 1_000, 'x ' * 1_000, 'NUL \x00 and on'])
async def test_quote_from_another_page_is_that_of_the_message_itself(lobby: Lobby, body: str) -> None:
    original = await commit_one(lobby.stores, post(lobby.room, lobby.ana, body))

    answer = await commit_one(lobby.stores, post(lobby.room, lobby.ben, 'Me', reply_to=original))

    assert answer.quote == quote_of(original)
    assert (await reread(lobby, answer)).quote == quote_of(original)
    assert len(quote_of(original).excerpt) <= MAX_QUOTE_CHARS


async def test_answer_to_what_is_not_there_or_elsewhere_answers_nothing(lobby: Lobby) -> None:
    other = await add_room(lobby.stores, lobby.ana, 'Other')
    elsewhere = [await commit_one(lobby.stores, post(other, lobby.ana)) for _ in range(5)][-1]

    answers = [await commit_one(lobby.stores, post(lobby.room, lobby.ana, reply_to=elsewhere)) for _ in range(2)]

    assert [answer.quote for answer in answers] == [None, None]
    assert await all_messages(lobby.stores, lobby.room) == answers


async def test_quote_follows_the_original_and_its_author(lobby: Lobby) -> None:
    original = await commit_one(lobby.stores, post(lobby.room, lobby.ben, 'first'))
    answer = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'yes', reply_to=original))

    await commit_one(lobby.stores, edit(original, 'second'))
    ben = await lobby.stores.users.update_profile(lobby.ben.id, display_name='Benjamin', name_key='benjamin', username='ben', email=None)
    edited = await commit_one(lobby.stores, edit(answer, 'no'))

    assert edited.quote == Quote(number=original.number, author=ben.person, excerpt='second')
    assert (await reread(lobby, answer)).quote == edited.quote


async def test_quote_of_a_deleted_message_says_nothing_until_it_is_restored(lobby: Lobby) -> None:
    original = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'secret'))
    answer = await commit_one(lobby.stores, post(lobby.room, lobby.ben, reply_to=original))

    await commit_one(lobby.stores, delete(original))
    gone = (await reread(lobby, answer)).quote
    late = await commit_one(lobby.stores, post(lobby.room, lobby.ben, reply_to=original))
    await commit_one(lobby.stores, restore(original))

    assert gone == late.quote == Quote(number=original.number, author=lobby.ana.person, excerpt='', deleted=True)
    assert [each.quote for each in (await all_messages(lobby.stores, lobby.room))[1:]] == [answer.quote, answer.quote]


async def test_answers_and_what_they_answer_in_one_commit_happen_in_order(lobby: Lobby) -> None:
    old = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'old'))
    answer = await commit_one(lobby.stores, post(lobby.room, lobby.ben, 'answer', reply_to=old))

    results = await lobby.stores.messages.commit(
        [
            edit(answer, 'to the old'),
            edit(old, 'new'),
            edit(answer, 'to the new'),
            post(lobby.room, lobby.ana, 'third', reply_to=answer),
            EditMessage(room_id=lobby.room.id, number=MessageNumber(3), body='third again', at=NOON),
            delete(old),
            edit(answer, 'to nothing'),
        ]
    )

    quoted = [each.message.quote.excerpt if each.message.quote else None for each in results if isinstance(each, Stored)]
    assert quoted == ['old', None, 'new', 'to the new', 'to the new', None, '']
    assert [each.quote.excerpt if each.quote else None for each in await all_messages(lobby.stores, lobby.room)] == [None, '', 'to nothing']


async def test_deleted_answer_answers_nothing_and_does_again_when_restored(lobby: Lobby) -> None:
    original = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'first'))
    answer = await commit_one(lobby.stores, post(lobby.room, lobby.ben, reply_to=original))

    tombstone = await commit_one(lobby.stores, delete(answer))
    await commit_one(lobby.stores, edit(original, 'second'))
    restored = await commit_one(lobby.stores, restore(answer))

    assert tombstone.quote is None
    assert restored.quote == Quote(number=original.number, author=lobby.ana.person, excerpt='second')
    assert await reread(lobby, answer) == restored
