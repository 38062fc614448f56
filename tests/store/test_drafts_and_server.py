from livechat.domain.model import Draft, MessageNumber, RoomId
from livechat.domain.policy import Circle, Policy, Registration
from livechat.domain.ports import Stores
from tests.store.people import Lobby, add_room, first_owner


async def test_draft_is_kept_per_person_until_emptied(lobby: Lobby) -> None:
    drafts = lobby.stores.drafts
    assert await drafts.get(lobby.ben.id, lobby.room.id) == Draft()

    await drafts.put(lobby.ben.id, lobby.room.id, Draft(body='Dear', reply_to=MessageNumber(3)))
    await drafts.put(lobby.ben.id, lobby.room.id, Draft(body='Dear all'))
    await drafts.put(lobby.ana.id, lobby.room.id, Draft(body='Mine'))

    assert await drafts.get(lobby.ben.id, lobby.room.id) == Draft(body='Dear all')
    await drafts.put(lobby.ben.id, lobby.room.id, Draft())
    assert await drafts.get(lobby.ben.id, lobby.room.id) == Draft()
    assert await drafts.get(lobby.ana.id, lobby.room.id) == Draft(body='Mine')


async def test_draft_of_a_reply_and_of_an_edit_comes_back_whole(lobby: Lobby) -> None:
    whole = Draft(body='Dear', reply_to=MessageNumber(3), editing=MessageNumber(2), edit_body='Better')

    await lobby.stores.drafts.put(lobby.ben.id, lobby.room.id, whole)

    assert await lobby.stores.drafts.get(lobby.ben.id, lobby.room.id) == whole


async def test_rooms_with_drafts_are_those_with_something_not_sent(lobby: Lobby) -> None:
    drafts = lobby.stores.drafts
    rooms = [await add_room(lobby.stores, lobby.ana, name) for name in ('Written', 'Edited', 'Blank', 'Replying', 'Sent', 'Bens')]
    written, edited, blank, replying, sent, bens = (room.id for room in rooms)
    await drafts.put(lobby.ana.id, written, Draft(body='Dear'))
    await drafts.put(lobby.ana.id, edited, Draft(editing=MessageNumber(1)))
    await drafts.put(lobby.ana.id, blank, Draft(body=' \n'))
    await drafts.put(lobby.ana.id, replying, Draft(reply_to=MessageNumber(1)))
    await drafts.put(lobby.ana.id, sent, Draft(body='Dear'))
    await drafts.put(lobby.ana.id, sent, Draft())
    await drafts.put(lobby.ben.id, bens, Draft(body='Dear'))

    assert sorted(await drafts.rooms(lobby.ana.id)) == [written, edited]
    assert await drafts.get(lobby.ana.id, replying) == Draft(reply_to=MessageNumber(1))


async def test_draft_for_a_room_that_is_gone_is_forgotten(lobby: Lobby) -> None:
    await lobby.stores.drafts.put(lobby.ben.id, RoomId(999), Draft(body='Dear'))

    assert await lobby.stores.drafts.get(lobby.ben.id, RoomId(999)) == Draft()
    assert list(await lobby.stores.drafts.rooms(lobby.ben.id)) == []


async def test_server_has_a_name_and_answers(stores: Stores) -> None:
    assert (await stores.server.profile()).name == ''

    await first_owner(stores)

    assert (await stores.server.profile()).name == 'Home'
    assert await stores.server.answers()
    assert (await stores.server.profile()).name == 'Home'


async def test_policy_is_the_default_until_it_is_set(stores: Stores) -> None:
    assert await stores.server.policy() == Policy()
    policy = Policy(registration=Registration.INVITED, guests=False, create_rooms=Circle.ADMINS, invite=Circle.EVERYBODY)

    await stores.server.set_policy(policy)

    assert await stores.server.policy() == policy
