import asyncio

import pytest

from livechat.domain.errors import NotAllowed, NotFound
from livechat.domain.model import ServerRole, User, UserId, UserStatus
from livechat.domain.password_errors import SignInFailed
from livechat.domain.ports import Stores
from tests.store.newcomers import DAY, add_direct_room, add_private_room, rooms_of
from tests.store.people import NOON, Lobby, join, new_user


async def owners(lobby: Lobby) -> list[str]:
    return [person.username for person in await lobby.stores.users.admins() if person.role is ServerRole.OWNER]


async def test_role_changes_there_and_back(lobby: Lobby) -> None:
    promoted = await lobby.stores.users.set_role(lobby.ben.id, ServerRole.ADMIN)

    assert promoted.role is ServerRole.ADMIN
    assert await lobby.stores.users.by_id(lobby.ben.id) == promoted
    assert await lobby.stores.users.set_role(lobby.ben.id, ServerRole.MEMBER) == lobby.ben


async def test_nobody_has_no_role_and_no_status(lobby: Lobby) -> None:
    users = lobby.stores.users

    with pytest.raises(NotFound):
        await users.set_role(UserId(999), ServerRole.ADMIN)
    with pytest.raises(NotFound):
        await users.set_status(UserId(999), UserStatus.BANNED)
    with pytest.raises(NotFound):
        await users.deactivate(UserId(999))


async def test_last_owner_stays_owner_and_active(lobby: Lobby) -> None:
    users = lobby.stores.users

    with pytest.raises(NotAllowed, match='Make somebody else an owner first'):
        await users.set_role(lobby.ana.id, ServerRole.ADMIN)
    with pytest.raises(NotAllowed):
        await users.set_status(lobby.ana.id, UserStatus.BANNED)
    with pytest.raises(NotAllowed):
        await users.deactivate(lobby.ana.id)

    assert await users.by_id(lobby.ana.id) == lobby.ana
    assert await rooms_of(lobby.stores, lobby.ana) == {lobby.room.id}


async def test_owner_who_is_not_active_is_no_other_owner(lobby: Lobby) -> None:
    users = lobby.stores.users
    await users.set_role(lobby.ben.id, ServerRole.OWNER)
    await users.set_status(lobby.ben.id, UserStatus.BANNED)

    with pytest.raises(NotAllowed):
        await users.set_role(lobby.ana.id, ServerRole.MEMBER)

    await users.set_status(lobby.ben.id, UserStatus.ACTIVE)
    assert (await users.set_role(lobby.ana.id, ServerRole.MEMBER)).role is ServerRole.MEMBER


async def test_role_of_a_banned_owner_can_be_taken(lobby: Lobby) -> None:
    users = lobby.stores.users
    await users.set_role(lobby.ben.id, ServerRole.OWNER)
    await users.set_status(lobby.ben.id, UserStatus.BANNED)

    assert (await users.set_role(lobby.ben.id, ServerRole.MEMBER)).role is ServerRole.MEMBER
    assert await owners(lobby) == ['ana']


async def test_people_have_roles_on_a_server_without_an_owner(stores: Stores) -> None:
    carl = await stores.users.add(new_user('Carl'))

    assert (await stores.users.set_role(carl.id, ServerRole.ADMIN)).role is ServerRole.ADMIN
    assert (await stores.users.set_status(carl.id, UserStatus.BANNED)).status is UserStatus.BANNED


async def test_of_two_owners_who_demote_each_other_one_stays(lobby: Lobby) -> None:
    users = lobby.stores.users
    await users.set_role(lobby.ben.id, ServerRole.OWNER)
    assert await owners(lobby) == ['ana', 'ben']

    async def act(number: int) -> User:
        other = lobby.ana.id if number % 2 else lobby.ben.id
        match number % 3:
            case 0:
                return await users.set_role(other, ServerRole.ADMIN)
            case 1:
                return await users.set_status(other, UserStatus.BANNED)
            case _:
                return await users.deactivate(other)

    results = await asyncio.gather(*(act(number) for number in range(50)), return_exceptions=True)

    assert len(await owners(lobby)) == 1
    assert {type(result) for result in results} == {User, NotAllowed}


async def test_banned_person_keeps_everything_but_the_way_in(lobby: Lobby) -> None:
    stores = lobby.stores
    await stores.sign_ins.add(lobby.ben.id, b'token', user_agent='', at=NOON)
    assert await stores.sign_ins.by_token_hash(b'token') is not None

    banned = await stores.users.set_status(lobby.ben.id, UserStatus.BANNED)

    assert banned.status is UserStatus.BANNED
    assert await stores.users.by_login(name_key='ben', username='') == (banned, 'hash of Ben')
    assert await stores.sign_ins.by_token_hash(b'token') is None
    with pytest.raises(SignInFailed):
        await stores.sign_ins.add(lobby.ben.id, b'other', user_agent='', at=NOON, password_hash='hash of Ben')
    assert await rooms_of(stores, lobby.ben) == {lobby.room.id}
    assert await stores.users.set_status(lobby.ben.id, UserStatus.ACTIVE) == lobby.ben
    assert await stores.sign_ins.by_token_hash(b'token') is not None


async def test_deactivated_person_keeps_direct_rooms_and_messages_alone(lobby: Lobby) -> None:
    stores = lobby.stores
    den = await add_private_room(stores, lobby.ana, 'Den')
    await join(stores, den, lobby.ben)
    direct = await add_direct_room(stores, [lobby.ana, lobby.ben])
    await stores.users.update_profile(lobby.ben.id, display_name='Ben', name_key='ben', username='ben', email='b@x.org', bio='Hi')
    await stores.push_targets.add(lobby.ben.id, 'ntfy://host/ben', at=NOON)
    await stores.push_targets.add(lobby.ana.id, 'ntfy://host/ana', at=NOON)
    for token, user_id in ((b'ben', lobby.ben.id), (b'ana', lobby.ana.id)):
        await stores.password_links.add(token, user_id, created_by=None, expires_at=NOON + DAY)

    left = await stores.users.deactivate(lobby.ben.id)

    assert (left.status, left.email, left.bio, left.username) == (UserStatus.DEACTIVATED, None, 'Hi', 'ben')
    assert await stores.users.by_id(lobby.ben.id) == left
    assert await rooms_of(stores, lobby.ben) == {direct.id}
    assert await stores.push_targets.of(lobby.ben.id) == []
    assert len(await stores.push_targets.of(lobby.ana.id)) == 1
    await stores.users.set_status(lobby.ben.id, UserStatus.ACTIVE)
    assert await stores.password_links.user_of(b'ben', at=NOON) is None
    assert await stores.password_links.user_of(b'ana', at=NOON) == lobby.ana
    assert await rooms_of(stores, lobby.ana) == {lobby.room.id, den.id, direct.id}


async def test_deactivated_person_cannot_sign_in_by_any_way(lobby: Lobby) -> None:
    stores = lobby.stores
    await stores.sign_ins.add(lobby.ben.id, b'token', user_agent='', at=NOON)

    await stores.users.deactivate(lobby.ben.id)

    assert await stores.sign_ins.by_token_hash(b'token') is None
    with pytest.raises(SignInFailed):
        await stores.sign_ins.add(lobby.ben.id, b'other', user_agent='', at=NOON)
