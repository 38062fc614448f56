import asyncio

import pytest

from livechat.domain.errors import AlreadySetUp, InvalidInput, NameTaken, NotFound, RoomNameTaken, UsernameTaken
from livechat.domain.model import Preferences, RoomId, RoomRole, ServerRole, Theme, UserId, UserKind
from livechat.domain.ports import Stores
from tests.store.people import NOON, Lobby, add_room, first_owner, new_user


async def test_first_owner_gets_server_room_and_membership(stores: Stores) -> None:
    assert not await stores.users.has_owner()

    ana, room = await first_owner(stores)

    assert await stores.users.has_owner()
    assert (ana.role, ana.kind, ana.created_at, ana.preferences) == (ServerRole.OWNER, UserKind.ACCOUNT, NOON, Preferences())
    assert (await stores.server.profile()).name == 'Home'
    assert (room.name, room.slug, room.description, room.created_by) == ('Lobby', 'lobby', 'For all', ana.id)
    assert [(member.person, member.role) for member in await stores.rooms.members(room.id)] == [(ana.person, RoomRole.ADMIN)]


async def test_of_twenty_first_owners_at_once_one_wins(stores: Stores) -> None:
    results = await asyncio.gather(*(first_owner(stores, f'Owner {number}') for number in range(20)), return_exceptions=True)

    winners = [result for result in results if not isinstance(result, BaseException)]
    assert len(winners) == 1
    assert sum(isinstance(result, AlreadySetUp) for result in results) == 19
    assert len(await stores.users.taken_usernames('owner')) == 1
    assert len(await stores.rooms.all()) == 1


async def test_refused_first_owner_leaves_nothing_behind(stores: Stores) -> None:
    early = await stores.users.add(new_user('Early'))
    await add_room(stores, early, 'Lobby')

    with pytest.raises(RoomNameTaken):
        await first_owner(stores)

    assert not await stores.users.has_owner()
    assert await stores.users.taken_usernames('ana') == frozenset()
    assert (await stores.server.profile()).name == ''


async def test_added_user_is_found_by_id_and_both_logins(lobby: Lobby) -> None:
    users = lobby.stores.users

    assert await users.by_id(lobby.ben.id) == lobby.ben
    assert await users.by_login(name_key='ben', username='nobody') == (lobby.ben, 'hash of Ben')
    assert await users.by_login(name_key='nobody', username='ben') == (lobby.ben, 'hash of Ben')
    assert await users.by_login(name_key='nobody', username='nobody') is None
    assert await users.by_id(UserId(999)) is None


async def test_login_prefers_the_user_name_over_another_display_name(lobby: Lobby) -> None:
    carl = await lobby.stores.users.add(new_user('Carl', username='carl', name_key='robin'))
    robin = await lobby.stores.users.add(new_user('Other', username='robin'))

    assert await lobby.stores.users.by_login(name_key='robin', username='robin') == (robin, 'hash of Other')
    assert await lobby.stores.users.by_login(name_key='robin', username='rob') == (carl, 'hash of Carl')


async def test_login_with_a_lone_surrogate_finds_nobody(lobby: Lobby) -> None:
    assert await lobby.stores.users.by_login(name_key='\udc80', username='\udc80') is None
    assert await lobby.stores.users.taken_usernames('\udc80') == frozenset()


async def test_added_user_joins_the_room_given_and_no_room_that_is_gone(lobby: Lobby) -> None:
    carl = await lobby.stores.users.add(new_user('Carl'), join=RoomId(999))

    assert [each.room_id for each in await lobby.stores.rooms.memberships_of(lobby.ben.id)] == [lobby.room.id]
    assert await lobby.stores.rooms.memberships_of(carl.id) == []


async def test_taken_name_and_user_name_are_refused(lobby: Lobby) -> None:
    with pytest.raises(NameTaken):
        await lobby.stores.users.add(new_user('BEN', username='other'))
    with pytest.raises(UsernameTaken):
        await lobby.stores.users.add(new_user('Other', username='ben'))

    assert await lobby.stores.users.taken_usernames('') == {'ana', 'ben'}


async def test_text_that_cannot_be_stored_is_refused_alone(lobby: Lobby) -> None:
    broken, fine = await asyncio.gather(
        lobby.stores.users.add(new_user('Carl \udc80')), lobby.stores.users.add(new_user('Dora')), return_exceptions=True
    )

    assert isinstance(broken, InvalidInput)
    assert not isinstance(fine, BaseException)
    assert await lobby.stores.users.by_id(fine.id) == fine


async def test_password_hash_changes(lobby: Lobby) -> None:
    await lobby.stores.users.set_password_hash(lobby.ben.id, 'another')

    assert await lobby.stores.users.password_hash(lobby.ben.id) == 'another'
    assert await lobby.stores.users.password_hash(lobby.ana.id) == 'hash of Ana'
    assert await lobby.stores.users.password_hash(UserId(999)) is None


async def test_password_hash_changes_only_instead_of_the_one_that_was_verified(lobby: Lobby) -> None:
    users = lobby.stores.users

    assert await users.set_password_hash(lobby.ben.id, 'first', instead_of='hash of Ben')
    assert not await users.set_password_hash(lobby.ben.id, 'second', instead_of='hash of Ben')
    assert not await users.set_password_hash(UserId(999), 'third')

    assert await users.password_hash(lobby.ben.id) == 'first'


async def test_profile_changes_and_shows_in_members(lobby: Lobby) -> None:
    changed = await lobby.stores.users.update_profile(
        lobby.ben.id, display_name='Benjamin', name_key='benjamin', username='benji', email='ben@example.org', bio='Here since noon'
    )

    assert (changed.display_name, changed.username, changed.email) == ('Benjamin', 'benji', 'ben@example.org')
    assert changed.bio == 'Here since noon'
    assert await lobby.stores.users.by_id(lobby.ben.id) == changed
    assert await lobby.stores.users.by_login(name_key='ben', username='ben') is None
    assert [member.person.display_name for member in await lobby.stores.rooms.members(lobby.room.id)] == ['Ana', 'Benjamin']


async def test_profile_keeps_its_own_names_and_takes_no_others(lobby: Lobby) -> None:
    async def rename(name_key: str, username: str) -> None:
        await lobby.stores.users.update_profile(lobby.ben.id, display_name='Ben', name_key=name_key, username=username, email=None)

    await rename('ben', 'ben')
    with pytest.raises(NameTaken):
        await rename('ana', 'ben')
    with pytest.raises(UsernameTaken):
        await rename('ben', 'ana')

    assert await lobby.stores.users.by_id(lobby.ben.id) == lobby.ben


async def test_profile_of_nobody_is_refused(stores: Stores) -> None:
    with pytest.raises(NotFound):
        await stores.users.update_profile(UserId(1), display_name='x', name_key='x', username='x', email=None)


async def test_preferences_and_last_room_are_kept(lobby: Lobby) -> None:
    preferences = Preferences(theme=Theme.DARK, rooms_folded=True, people_folded=True, sound=True, push_bodies=False)

    assert (await lobby.stores.users.update_preferences(lobby.ben.id, preferences)).preferences == preferences
    await lobby.stores.users.set_last_room(lobby.ben.id, lobby.room.id)
    await lobby.stores.users.set_last_room(lobby.ben.id, RoomId(999))

    ben = await lobby.stores.users.by_id(lobby.ben.id)
    assert ben is not None
    assert (ben.preferences, ben.last_room_id) == (preferences, lobby.room.id)


async def test_taken_user_names_are_those_with_exactly_that_beginning(lobby: Lobby) -> None:
    for name in ('ana2', 'ana_x', 'anb', 'an'):
        await lobby.stores.users.add(new_user(name))

    assert await lobby.stores.users.taken_usernames('ana') == {'ana', 'ana2', 'ana_x'}
    assert await lobby.stores.users.taken_usernames('ana_') == {'ana_x'}
    assert await lobby.stores.users.taken_usernames('ANA') == frozenset()
