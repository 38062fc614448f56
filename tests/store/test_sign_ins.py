from datetime import timedelta

import pytest

from livechat.domain.model import SignIn, SignInId, UserId
from livechat.domain.password_errors import SignInFailed
from tests.store.newcomers import new_guest
from tests.store.people import NOON, Lobby


async def sign_in(lobby: Lobby, token: bytes, *, user_id: UserId | None = None, days: int = 0) -> SignIn:
    return await lobby.stores.sign_ins.add(user_id or lobby.ben.id, token, user_agent='Firefox', at=NOON + timedelta(days=days))


async def test_sign_in_is_found_by_its_token_with_its_user(lobby: Lobby) -> None:
    added = await sign_in(lobby, b'one')

    assert await lobby.stores.sign_ins.by_token_hash(b'one') == (added, lobby.ben)
    assert (added.user_agent, added.created_at, added.last_seen_at, added.utc_offset_min) == ('Firefox', NOON, NOON, None)
    assert await lobby.stores.sign_ins.by_token_hash(b'two') is None


async def test_sign_in_is_added_only_while_the_verified_password_is_the_users(lobby: Lobby) -> None:
    add = lobby.stores.sign_ins.add
    stored = await lobby.stores.users.password_hash(lobby.ben.id)
    before = await add(lobby.ben.id, b'before', user_agent='', at=NOON, password_hash=stored)

    await lobby.stores.users.set_password_hash(lobby.ben.id, 'another hash')
    with pytest.raises(SignInFailed):
        await add(lobby.ben.id, b'after', user_agent='', at=NOON, password_hash=stored)

    assert await lobby.stores.sign_ins.by_token_hash(b'before') == (before, lobby.ben)
    assert await lobby.stores.sign_ins.by_token_hash(b'after') is None


async def test_nobody_gets_no_sign_in(lobby: Lobby) -> None:
    with pytest.raises(SignInFailed):
        await sign_in(lobby, b'one', user_id=UserId(999))

    assert await lobby.stores.sign_ins.by_token_hash(b'one') is None


async def test_sign_in_keeps_the_address_it_was_last_seen_from(lobby: Lobby) -> None:
    store = lobby.stores.sign_ins
    unknown = await sign_in(lobby, b'one')
    added = await store.add(lobby.ben.id, b'two', user_agent='', at=NOON, address='192.0.2.1')
    assert (unknown.address, added.address) == ('', '192.0.2.1')

    await store.touch(added.id, at=NOON + timedelta(hours=2))
    await store.touch(unknown.id, at=NOON + timedelta(hours=1), address='2001:db8::1')

    assert [(each.id, each.address) for each in await store.of(lobby.ben.id)] == [(added.id, '192.0.2.1'), (unknown.id, '2001:db8::1')]


async def test_sign_ins_of_a_person_are_listed_the_last_seen_first(lobby: Lobby) -> None:
    one, two, three = [await sign_in(lobby, token) for token in (b'1', b'2', b'3')]
    await sign_in(lobby, b'4', user_id=lobby.ana.id)
    await lobby.stores.sign_ins.touch(two.id, at=NOON + timedelta(hours=1))

    assert [each.id for each in await lobby.stores.sign_ins.of(lobby.ben.id)] == [two.id, three.id, one.id]
    assert list(await lobby.stores.sign_ins.of(UserId(999))) == []


async def test_sign_in_keeps_its_last_use_and_offset(lobby: Lobby) -> None:
    added = await sign_in(lobby, b'one')

    await lobby.stores.sign_ins.touch(added.id, at=NOON + timedelta(hours=1))
    await lobby.stores.sign_ins.set_utc_offset(added.id, -210)

    found = await lobby.stores.sign_ins.by_token_hash(b'one')
    assert found is not None
    assert (found[0].last_seen_at, found[0].utc_offset_min, found[0].created_at) == (NOON + timedelta(hours=1), -210, NOON)


async def test_ended_sign_in_is_gone_and_ending_twice_is_fine(lobby: Lobby) -> None:
    added = await sign_in(lobby, b'one')

    await lobby.stores.sign_ins.end(added.id)
    await lobby.stores.sign_ins.end(added.id)

    assert await lobby.stores.sign_ins.by_token_hash(b'one') is None


async def test_ending_others_keeps_the_one_named_and_those_of_others(lobby: Lobby) -> None:
    one, two, three = [await sign_in(lobby, token) for token in (b'1', b'2', b'3')]
    anas = await sign_in(lobby, b'4', user_id=lobby.ana.id)

    assert set(await lobby.stores.sign_ins.end_others(lobby.ben.id, keep=two.id)) == {one.id, three.id}
    assert await lobby.stores.sign_ins.by_token_hash(b'1') is None
    assert await lobby.stores.sign_ins.by_token_hash(b'2') == (two, lobby.ben)
    assert await lobby.stores.sign_ins.by_token_hash(b'4') == (anas, lobby.ana)
    assert list(await lobby.stores.sign_ins.end_others(lobby.ben.id, keep=None)) == [two.id]


async def test_gone_sign_ins_are_told_among_many(lobby: Lobby) -> None:
    one, two, three = [await sign_in(lobby, token) for token in (b'1', b'2', b'3')]
    await lobby.stores.sign_ins.end(two.id)
    unknown = [SignInId(1_000 + number) for number in range(40_000)]  # more than SQLite takes as parameters

    assert list(await lobby.stores.sign_ins.gone_among([one.id, two.id, three.id])) == [two.id]
    assert list(await lobby.stores.sign_ins.gone_among([three.id, *unknown])) == unknown
    assert list(await lobby.stores.sign_ins.gone_among([])) == []


async def test_unused_sign_ins_are_forgotten_and_counted(lobby: Lobby) -> None:
    await sign_in(lobby, b'old')
    kept = await sign_in(lobby, b'new', days=2)

    assert await lobby.stores.sign_ins.end_unused_since(NOON + timedelta(days=2)) == 1

    assert await lobby.stores.sign_ins.by_token_hash(b'old') is None
    assert await lobby.stores.sign_ins.by_token_hash(b'new') == (kept, lobby.ben)


async def test_sign_in_for_a_guest_is_refused_once_they_have_an_account(lobby: Lobby) -> None:
    users, sign_ins = lobby.stores.users, lobby.stores.sign_ins
    gus = await users.add(new_guest('Gus'))
    assert (await sign_ins.add(gus.id, b'as a guest', user_agent='', at=NOON, as_guest=True)).user_id == gus.id

    await users.make_account(gus.id, password_hash='hash', email=None)

    with pytest.raises(SignInFailed):
        await sign_ins.add(gus.id, b'too late', user_agent='', at=NOON, as_guest=True)
    assert await sign_ins.by_token_hash(b'too late') is None
