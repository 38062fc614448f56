import asyncio

import pytest

from livechat.domain.errors import NotFound
from livechat.domain.model import ServerRole, User, UserId, UserStatus
from tests.store.newcomers import DAY, new_guest
from tests.store.people import NOON, Lobby, new_user


async def add_link(lobby: Lobby, token: bytes, user_id: UserId | None = None) -> None:
    await lobby.stores.password_links.add(token, user_id or lobby.ben.id, created_by=lobby.ana.id, expires_at=NOON + DAY)


async def test_link_sets_the_password_once_and_takes_the_others_with_it(lobby: Lobby) -> None:
    links = lobby.stores.password_links
    for token, user_id in ((b'one', lobby.ben.id), (b'two', lobby.ben.id), (b'anas', lobby.ana.id)):
        await add_link(lobby, token, user_id)
    assert await links.user_of(b'one', at=NOON) == lobby.ben
    assert await links.user_of(b'two', at=NOON) == lobby.ben

    assert await links.redeem(b'one', 'new hash', at=NOON) == lobby.ben

    assert await lobby.stores.users.password_hash(lobby.ben.id) == 'new hash'
    assert await lobby.stores.users.password_hash(lobby.ana.id) == 'hash of Ana'
    assert await links.user_of(b'one', at=NOON) is None
    assert await links.redeem(b'two', 'another hash', at=NOON) is None
    assert await lobby.stores.users.password_hash(lobby.ben.id) == 'new hash'
    assert await links.user_of(b'anas', at=NOON) == lobby.ana


async def test_expired_and_unknown_links_do_nothing(lobby: Lobby) -> None:
    links = lobby.stores.password_links
    await add_link(lobby, b'one')

    assert await links.user_of(b'one', at=NOON + DAY) is None
    assert await links.redeem(b'one', 'new hash', at=NOON + DAY) is None
    assert await links.user_of(b'forged', at=NOON) is None
    assert await links.redeem(b'forged', 'new hash', at=NOON) is None

    assert await lobby.stores.users.password_hash(lobby.ben.id) == 'hash of Ben'
    assert await links.user_of(b'one', at=NOON) == lobby.ben


async def test_link_works_for_active_accounts_alone(lobby: Lobby) -> None:
    users, links = lobby.stores.users, lobby.stores.password_links
    gus = await users.add(new_guest('Gus'))
    await add_link(lobby, b'ben')
    await add_link(lobby, b'gus', gus.id)
    await users.set_status(lobby.ben.id, UserStatus.BANNED)

    assert await links.user_of(b'ben', at=NOON) is None
    assert await links.redeem(b'ben', 'new hash', at=NOON) is None
    assert await links.redeem(b'gus', 'new hash', at=NOON) is None

    assert await users.password_hash(gus.id) is None
    await users.set_status(lobby.ben.id, UserStatus.ACTIVE)
    assert await links.redeem(b'ben', 'new hash', at=NOON) == lobby.ben


async def test_link_is_worth_no_more_than_its_maker_is_now(lobby: Lobby) -> None:
    users, links = lobby.stores.users, lobby.stores.password_links
    dora = await users.add(new_user('Dora', role=ServerRole.ADMIN))
    await links.add(b'by dora', lobby.ben.id, created_by=dora.id, expires_at=NOON + DAY)
    await links.add(b'by nobody', lobby.ben.id, created_by=None, expires_at=NOON + DAY)
    assert await links.user_of(b'by dora', at=NOON) == lobby.ben

    for shut_out in (users.set_status(dora.id, UserStatus.BANNED), users.set_role(dora.id, ServerRole.MEMBER), users.deactivate(dora.id)):
        await shut_out
        assert await links.user_of(b'by dora', at=NOON) is None
        assert await links.redeem(b'by dora', 'stolen', at=NOON) is None
        await users.set_status(dora.id, UserStatus.ACTIVE)
    await users.set_role(dora.id, ServerRole.ADMIN)
    assert await links.user_of(b'by dora', at=NOON) == lobby.ben
    owner = await users.set_role(lobby.ben.id, ServerRole.OWNER)

    assert await links.redeem(b'by dora', 'stolen', at=NOON) is None
    assert await links.redeem(b'by nobody', 'chosen', at=NOON) == owner


async def test_another_password_voids_the_links_of_that_person(lobby: Lobby) -> None:
    users, links = lobby.stores.users, lobby.stores.password_links
    await add_link(lobby, b'ben')
    await add_link(lobby, b'ana', lobby.ana.id)

    assert not await users.set_password_hash(lobby.ben.id, 'new hash', instead_of='another hash')
    assert await links.user_of(b'ben', at=NOON) == lobby.ben
    assert await users.set_password_hash(lobby.ben.id, 'new hash')

    assert await links.user_of(b'ben', at=NOON) is None
    assert await links.user_of(b'ana', at=NOON) == lobby.ana


async def test_link_of_nobody_is_refused(lobby: Lobby) -> None:
    with pytest.raises(NotFound):
        await add_link(lobby, b'one', UserId(999))

    assert await lobby.stores.password_links.user_of(b'one', at=NOON) is None


async def test_of_ten_who_use_a_link_at_once_one_sets_the_password(lobby: Lobby) -> None:
    await add_link(lobby, b'one')

    results = await asyncio.gather(*(lobby.stores.password_links.redeem(b'one', f'hash {number}', at=NOON) for number in range(10)))

    winners = [number for number, result in enumerate(results) if isinstance(result, User)]
    assert len(winners) == 1
    assert await lobby.stores.users.password_hash(lobby.ben.id) == f'hash {winners[0]}'
