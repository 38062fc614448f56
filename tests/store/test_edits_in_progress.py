"""An edit in progress holds the words of the message: it ends with it. `lobby.stores` is every adapter in turn."""

from livechat.domain.model import Draft, MessageNumber
from tests.store.people import Lobby, commit_one, delete, edit, post, restore


async def test_deletion_ends_the_edit_in_progress_and_keeps_what_waits_behind_it(lobby: Lobby) -> None:
    drafts, ben, room = lobby.stores.drafts, lobby.ben.id, lobby.room.id
    first = await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ben, 'my pin is 4711'))
    await drafts.put(ben, room, Draft(body='waits', reply_to=first.number, editing=message.number, edit_body='my pin was 4711'))

    await commit_one(lobby.stores, delete(message))
    await commit_one(lobby.stores, restore(message))

    assert await drafts.get(ben, room) == Draft(body='waits', reply_to=first.number)


async def test_deletion_ends_the_edit_of_that_message_alone(lobby: Lobby) -> None:
    drafts, room = lobby.stores.drafts, lobby.room.id
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ben))
    other = Draft(editing=MessageNumber(message.number + 1), edit_body='of another')
    of_ana = Draft(body='mine', reply_to=message.number)
    await drafts.put(lobby.ben.id, room, other)
    await drafts.put(lobby.ana.id, room, of_ana)

    await commit_one(lobby.stores, edit(message, 'newer'))
    await commit_one(lobby.stores, delete(message))

    assert [await drafts.get(person.id, room) for person in (lobby.ben, lobby.ana)] == [other, of_ana]


async def test_edit_in_progress_of_a_message_edited_and_deleted_in_one_commit_leaves_no_draft(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ben))
    await lobby.stores.drafts.put(lobby.ben.id, lobby.room.id, Draft(editing=message.number, edit_body='words'))

    await lobby.stores.messages.commit([edit(message, 'other words'), delete(message)])

    assert await lobby.stores.drafts.get(lobby.ben.id, lobby.room.id) == Draft()
    assert await lobby.stores.drafts.rooms(lobby.ben.id) == []
