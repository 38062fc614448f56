from livechat.domain.model import RoomId
from livechat.domain.policy import Circle, Policy, Registration
from livechat.domain.ports import Stores
from tests.store.people import Lobby, first_owner


async def test_draft_is_kept_per_person_until_emptied(lobby: Lobby) -> None:
    drafts = lobby.stores.drafts
    assert await drafts.get(lobby.ben.id, lobby.room.id) == ''

    await drafts.put(lobby.ben.id, lobby.room.id, 'Dear')
    await drafts.put(lobby.ben.id, lobby.room.id, 'Dear all')
    await drafts.put(lobby.ana.id, lobby.room.id, 'Mine')

    assert await drafts.get(lobby.ben.id, lobby.room.id) == 'Dear all'
    await drafts.put(lobby.ben.id, lobby.room.id, '')
    assert await drafts.get(lobby.ben.id, lobby.room.id) == ''
    assert await drafts.get(lobby.ana.id, lobby.room.id) == 'Mine'


async def test_draft_for_a_room_that_is_gone_is_forgotten(lobby: Lobby) -> None:
    await lobby.stores.drafts.put(lobby.ben.id, RoomId(999), 'Dear')

    assert await lobby.stores.drafts.get(lobby.ben.id, RoomId(999)) == ''


async def test_server_has_a_name_and_answers(stores: Stores) -> None:
    assert await stores.server.name() == ''

    await first_owner(stores)

    assert await stores.server.name() == 'Home'
    assert await stores.server.answers()
    assert await stores.server.name() == 'Home'


async def test_policy_is_the_default_until_it_is_set(stores: Stores) -> None:
    assert await stores.server.policy() == Policy()
    policy = Policy(registration=Registration.INVITED, guests=False, create_rooms=Circle.ADMINS, invite=Circle.EVERYBODY)

    await stores.server.set_policy(policy)

    assert await stores.server.policy() == policy
