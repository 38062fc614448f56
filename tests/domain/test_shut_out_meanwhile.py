"""Who was banned, demoted or removed since a page asked in their name: what waits, and what is asked late, is refused."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from livechat.domain.errors import Banned, NotAllowed, NotFound
from livechat.domain.invitation import InvitedAs
from livechat.domain.model import Room, RoomRole, ServerRole, User, UserStatus
from livechat.domain.policy import Policy
from tests.domain.house import House, all_settled, started
from tests.domain.people_stand import PeopleStand, made, people_stand
from tests.patience import until


@pytest.fixture
async def stand() -> AsyncIterator[PeopleStand]:
    async with people_stand() as stand:
        yield stand


async def some_turns() -> None:
    """Of the loop: whatever need not wait for the store is done."""
    for _ in range(50):
        await asyncio.sleep(0)


@pytest.mark.parametrize('was', ['banned', 'demoted'])
async def test_change_that_waits_is_refused_to_who_was_shut_out_meanwhile(house: House, lobby: Room, ana: User, was: str) -> None:
    admin = await house.person('Adam', ServerRole.ADMIN)
    house.stores.memory.gate.clear()
    post = started(house.rooms.post(ana, lobby.id, 'first', 'k1'))
    await until(lambda: house.messages.batches)
    renaming = started(house.rooms.rename(admin, lobby.id, 'Stolen'))
    await some_turns()
    account = house.stores.memory.accounts[admin.id]
    changed = replace(admin, status=UserStatus.BANNED) if was == 'banned' else replace(admin, role=ServerRole.MEMBER)
    house.stores.memory.accounts[admin.id] = replace(account, user=changed)

    house.stores.memory.gate.set()
    _, refused = await all_settled([post, renaming])

    assert isinstance(refused, Banned if was == 'banned' else NotAllowed)
    assert house.rooms.get(lobby.id) == lobby


async def test_nobody_joins_who_was_banned_while_that_was_stored(house: House, lobby: Room) -> None:
    bo = await house.person('Bo')
    await house.rooms.snapshot(lobby.id)
    house.stores.memory.gate.clear()
    joining = started(house.rooms.join(bo, lobby.id))
    await some_turns()
    assert not joining.done()
    account = house.stores.memory.accounts[bo.id]
    house.stores.memory.accounts[bo.id] = replace(account, user=replace(bo, status=UserStatus.BANNED))

    house.stores.memory.gate.set()
    (refused,) = await all_settled([joining])

    assert isinstance(refused, NotFound | Banned)
    assert bo.id not in (await house.rooms.snapshot(lobby.id)).members
    assert bo.id not in house.stores.memory.rooms[lobby.id].members


async def test_banned_admin_decides_nothing_by_what_a_page_knew_of_them(stand: PeopleStand) -> None:
    adam, chat = await stand.person('Adam', ServerRole.ADMIN), stand.chat
    invitation = await made(stand, adam, None)
    code = chat.invitations.code(invitation)
    await chat.moderation.ban(stand.owner, adam.id)
    banned = await stand.stored(adam)

    for known in (adam, banned):
        for work in (
            made(stand, known, None, invited_as=InvitedAs.MEMBER),
            chat.invitations.standing(known, None),
            chat.invitations.revoke(known, invitation.id),
            chat.invitations.mail(known, invitation.id, to='a@example.org', base_url=''),
            chat.invitations.accept(known, code),
            chat.moderation.set_role(known, stand.owner.id, ServerRole.MEMBER),
            chat.passwords_help.make_link(known, stand.owner.id),
        ):
            with pytest.raises(Banned):
                await work
    for late in (chat.policy.change(banned, Policy(guests=False)), chat.invitations.all(banned), chat.moderation.people(banned)):
        with pytest.raises(Banned):
            await late


async def test_own_invitation_says_nothing_of_a_room_that_exists_no_more_for_its_maker(stand: PeopleStand) -> None:
    ben, rooms = await stand.person('Ben'), stand.chat.rooms
    den = await rooms.create(stand.owner, 'Den', private=True)
    await stand.chat.members.add(stand.owner, den.id, ben.id)
    await stand.chat.members.set_role(stand.owner, den.id, ben.id, RoomRole.ADMIN)
    into_den, into_lobby = await made(stand, ben, den), await made(stand, ben, stand.lobby)
    assert list(await stand.chat.invitations.mine(ben)) == [into_lobby, into_den]

    await stand.chat.members.remove(stand.owner, den.id, ben.id)

    assert list(await stand.chat.invitations.mine(ben)) == [into_lobby]
