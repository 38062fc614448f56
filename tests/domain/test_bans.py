"""Whoever is banned or deactivated is out at once, also in the middle of something, and comes back as they were."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from livechat.domain.audit import Act
from livechat.domain.errors import Banned, LivechatError, NotAllowed
from livechat.domain.events import Event, MemberJoined, MemberLeft, SignInEnded, room_topic
from livechat.domain.message import MessageKind
from livechat.domain.model import TabId, UserStatus
from livechat.domain.password_errors import SignInFailed
from tests.domain.house import all_settled, queued
from tests.domain.people_stand import ELSEWHERE, HOME, PASSWORD, PeopleStand, people_stand

PRIVATE = '192.168.1.7'
V6 = '2001:4860:4860::8888'


@pytest.fixture
async def stand() -> AsyncIterator[PeopleStand]:
    async with people_stand() as stand:
        yield stand


async def acts(stand: PeopleStand) -> list[tuple[Act, str, str]]:
    """The oldest first."""
    return [(entry.act, entry.subject, entry.detail) for entry in reversed(await stand.chat.moderation.log(stand.owner))]


async def test_banned_person_is_out_of_tabs_rooms_and_lists_at_once(stand: PeopleStand) -> None:
    ana = await stand.person('Ana')
    token, sign_in = await stand.signed_in(ana)
    room = stand.chat.backplane.subscribe(room_topic(stand.lobby.id))
    stand.chat.presence.connect(ana.id, TabId('a'), stand.lobby.id)
    stand.chat.rooms.typing(ana, stand.lobby.id)
    assert stand.chat.rooms.typing_now(stand.lobby.id) == (ana.person,)
    told: list[Event] = []

    async with stand.heard(ana, told):
        banned = await stand.chat.moderation.ban(stand.owner, ana.id)

    assert banned.status is UserStatus.BANNED
    assert SignInEnded(user_id=ana.id, sign_in_id=sign_in.id) in told
    assert stand.chat.accounts.current(sign_in.id) is None
    assert await stand.chat.accounts.signed_in(token) is None
    assert await stand.members(stand.lobby) == {stand.owner.id}
    assert MemberLeft(room_id=stand.lobby.id, user_id=ana.id) in await queued(room)  # type: ignore[arg-type]
    assert stand.chat.rooms.typing_now(stand.lobby.id) == ()
    assert ana.person not in await stand.chat.members.acquaintances(stand.owner)
    with pytest.raises(LivechatError):
        await stand.chat.rooms.post(banned, stand.lobby.id, 'Hello', 'k')


async def test_ban_is_told_to_whoever_knows_the_password_alone(stand: PeopleStand) -> None:
    ana = await stand.chat.accounts.register(name='Ana', password=PASSWORD, join=None)
    await stand.chat.moderation.ban(stand.owner, ana.id)

    with pytest.raises(Banned):
        await stand.chat.accounts.sign_in('Ana', PASSWORD, address=HOME, user_agent='x')
    with pytest.raises(SignInFailed):
        await stand.chat.accounts.sign_in('Ana', 'wrong horse', address=HOME, user_agent='x')
    await stand.chat.moderation.unban(stand.owner, ana.id)

    assert (await stand.chat.accounts.sign_in('Ana', PASSWORD, address=HOME, user_agent='x'))[0].id == ana.id


@pytest.mark.parametrize('turns', range(0, 12, 2))
async def test_sign_in_during_a_ban_lets_nobody_act(stand: PeopleStand, turns: int) -> None:
    ana = await stand.person('Ana')
    starting = asyncio.get_running_loop().create_task(stand.chat.accounts.start_sign_in(ana.id, user_agent='x', address=HOME))
    for _ in range(turns):
        await asyncio.sleep(0)

    await stand.chat.moderation.ban(stand.owner, ana.id)

    [outcome] = await all_settled([starting])
    if isinstance(outcome, BaseException):
        assert isinstance(outcome, SignInFailed)
    else:
        token, sign_in = outcome
        assert await stand.chat.accounts.signed_in(token) is None
        assert stand.chat.accounts.current(sign_in.id) is None


@pytest.mark.parametrize('turns', range(0, 12, 2))
async def test_request_that_is_looked_up_during_a_ban_brings_nobody_back(stand: PeopleStand, turns: int) -> None:
    ana = await stand.person('Ana')
    token, sign_in = await stand.chat.accounts.start_sign_in(ana.id, user_agent='x', address=HOME)  # not in the cache yet
    looking = asyncio.get_running_loop().create_task(stand.chat.accounts.signed_in(token))
    for _ in range(turns):
        await asyncio.sleep(0)

    await stand.chat.moderation.ban(stand.owner, ana.id)
    await all_settled([looking])

    assert stand.chat.accounts.current(sign_in.id) is None
    assert await stand.chat.accounts.signed_in(token) is None


async def test_ban_that_is_lifted_gives_the_rooms_back_and_asks_for_a_new_sign_in(stand: PeopleStand) -> None:
    ana = await stand.person('Ana')
    token, _ = await stand.signed_in(ana)
    await stand.chat.moderation.ban(stand.owner, ana.id)
    room = stand.chat.backplane.subscribe(room_topic(stand.lobby.id))

    free = await stand.chat.moderation.unban(stand.owner, ana.id)

    assert free.status is UserStatus.ACTIVE
    assert ana.id in await stand.members(stand.lobby)
    assert any(isinstance(event, MemberJoined) for event in await queued(room))  # type: ignore[arg-type]
    assert await stand.chat.accounts.signed_in(token) is None
    await stand.signed_in(ana)
    assert [act for act, _, _ in await acts(stand)] == [Act.BANNED, Act.UNBANNED]


async def test_addresses_are_banned_but_for_private_ones_and_where_the_admin_is(stand: PeopleStand) -> None:
    ana, moderation = await stand.person('Ana'), stand.chat.moderation
    for address in (HOME, ELSEWHERE, PRIVATE, V6, '127.0.0.1', '::1', '', 'testclient'):
        await stand.signed_in(ana, address)
    await stand.signed_in(stand.owner, HOME)

    await moderation.ban(stand.owner, ana.id, addresses=True)

    asked = (HOME, ELSEWHERE, f'::ffff:{ELSEWHERE}', PRIVATE, V6, '2001:4860:4860::1', '2001:4860:4861::1', '127.0.0.1', '', 'testclient')
    banned = {address for address in asked if moderation.is_banned_address(address)}
    assert banned == {ELSEWHERE, f'::ffff:{ELSEWHERE}', V6, '2001:4860:4860::1'}
    assert (Act.ADDRESSES, 'Ana', f'2001:4860:4860::/64, {ELSEWHERE}') in await acts(stand)
    await moderation.unban(stand.owner, ana.id)
    assert not any(moderation.is_banned_address(address) for address in asked)


async def test_private_addresses_are_banned_if_that_is_forced(stand: PeopleStand) -> None:
    ana = await stand.person('Ana')
    await stand.signed_in(ana, PRIVATE)
    await stand.signed_in(stand.owner, '192.168.1.8')

    await stand.chat.moderation.ban(stand.owner, ana.id, addresses=True, private_addresses_too=True)

    assert stand.chat.moderation.is_banned_address(PRIVATE)
    assert not stand.chat.moderation.is_banned_address('192.168.1.8')


async def test_address_of_two_banned_people_stays_banned_until_both_are_free(stand: PeopleStand) -> None:
    ana, ben = await stand.person('Ana'), await stand.person('Ben')
    for user in (ana, ben):
        await stand.signed_in(user, ELSEWHERE)
        await stand.chat.moderation.ban(stand.owner, user.id, addresses=True)

    await stand.chat.moderation.unban(stand.owner, ana.id)
    assert stand.chat.moderation.is_banned_address(ELSEWHERE)
    await stand.chat.moderation.unban(stand.owner, ben.id)
    assert not stand.chat.moderation.is_banned_address(ELSEWHERE)


async def test_ban_can_delete_every_message_also_in_archived_and_private_rooms(stand: PeopleStand) -> None:
    ana, ben = await stand.person('Ana'), await stand.person('Ben')
    private = await stand.chat.rooms.create(ana, 'Secret', private=True)
    archived = await stand.chat.rooms.create(ana, 'Attic')
    direct = await stand.chat.rooms.direct(ana, [ben.id])
    for number in range(120):
        await stand.chat.rooms.post(ana, stand.lobby.id, 'spam', f'k{number}')
    for room in (private, archived, direct):
        await stand.chat.rooms.post(ana, room.id, 'spam', 'k')
    kept = await stand.chat.rooms.post(ben, stand.lobby.id, 'Hello', 'k')
    await stand.chat.room_settings.archive(ana, archived.id)

    await stand.chat.moderation.ban(stand.owner, ana.id, delete_messages=True)

    for room in (stand.lobby, private, archived, direct):
        messages = await stand.stores.messages.newest(room.id, 500)
        assert [each.number for each in messages if each.body == 'spam'] == []
        assert all(each.deleted for each in messages if each.author.id == ana.id and each.kind is MessageKind.TEXT)
    assert [each.body for each in await stand.stores.messages.range(stand.lobby.id, kept.number, kept.number)] == ['Hello']


async def test_deactivated_person_keeps_messages_and_direct_rooms_and_loses_the_rest(stand: PeopleStand) -> None:
    ana, ben = await stand.person('Ana', email='ana@example.org'), await stand.person('Ben')
    _, sign_in = await stand.signed_in(ana)
    direct = await stand.chat.rooms.direct(ana, [ben.id])
    await stand.chat.rooms.post(ana, stand.lobby.id, 'Hello', 'k')
    await stand.stores.push_targets.add(ana.id, 'ntfy://ntfy.sh/ana', at=stand.time.now())
    told: list[Event] = []

    async with stand.heard(ana, told):
        gone = await stand.chat.moderation.deactivate(stand.owner, ana.id)

    assert (gone.status, gone.email) == (UserStatus.DEACTIVATED, None)
    assert SignInEnded(user_id=ana.id, sign_in_id=sign_in.id) in told
    assert stand.chat.accounts.current(sign_in.id) is None
    assert await stand.members(stand.lobby) == {stand.owner.id, ben.id}
    assert (await stand.chat.rooms.memberships(ana.id)).keys() == {direct.id}
    assert 'Hello' in [each.body for each in (await stand.chat.rooms.snapshot(stand.lobby.id)).newest]
    assert await stand.stores.push_targets.of(ana.id) == []

    back = await stand.chat.moderation.reactivate(stand.owner, ana.id)

    assert back.status is UserStatus.ACTIVE
    await stand.signed_in(ana)
    assert [act for act, _, _ in await acts(stand)] == [Act.DEACTIVATED, Act.REACTIVATED]


async def test_deactivated_person_cannot_be_told_from_nobody_at_sign_in(stand: PeopleStand) -> None:
    ana = await stand.chat.accounts.register(name='Ana', password=PASSWORD, join=None)
    await stand.chat.moderation.deactivate(stand.owner, ana.id)

    with pytest.raises(SignInFailed):
        await stand.chat.accounts.sign_in('Ana', PASSWORD, address=HOME, user_agent='x')


@pytest.mark.parametrize('act', ['unban', 'reactivate', 'deactivate'])
async def test_what_is_not_so_cannot_be_undone_nor_done_twice(stand: PeopleStand, act: str) -> None:
    ana = await stand.person('Ana')
    await getattr(stand.chat.moderation, 'ban' if act == 'reactivate' else 'deactivate')(stand.owner, ana.id)
    before = await stand.stored(ana)

    with pytest.raises(NotAllowed):
        await getattr(stand.chat.moderation, act)(stand.owner, ana.id)

    assert await stand.stored(ana) == before


async def test_ban_goes_on_when_whoever_asked_for_it_is_gone(stand: PeopleStand) -> None:
    ana = await stand.person('Ana')
    _, sign_in = await stand.signed_in(ana)
    stand.stores.memory.gate.clear()
    banning = asyncio.get_running_loop().create_task(stand.chat.moderation.ban(stand.owner, ana.id))
    for _ in range(5):
        await asyncio.sleep(0)

    banning.cancel()
    await all_settled([banning])
    stand.stores.memory.gate.set()
    await stand.chat.moderation.people(stand.owner)
    for _ in range(100):
        await asyncio.sleep(0)

    assert (await stand.stored(ana)).status is UserStatus.BANNED
    assert stand.chat.accounts.current(sign_in.id) is None
    assert await stand.members(stand.lobby) == {stand.owner.id}
