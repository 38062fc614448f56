"""What admins of the server may do about people, and what they see."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.audit import Act
from livechat.domain.errors import NotAllowed, NotFound
from livechat.domain.events import Event, UserChanged
from livechat.domain.model import ServerRole, User, UserId, UserStatus
from tests.domain.house import all_settled
from tests.domain.people_stand import PeopleStand, people_stand

PRIVATE = '192.168.1.7'
V6 = '2001:4860:4860::8888'


@pytest.fixture
async def stand() -> AsyncIterator[PeopleStand]:
    async with people_stand() as stand:
        yield stand


async def acts(stand: PeopleStand) -> list[tuple[Act, str, str]]:
    """The oldest first."""
    return [(entry.act, entry.subject, entry.detail) for entry in reversed(await stand.chat.moderation.log(stand.owner))]


async def test_role_acts_at_once_on_every_tab_and_is_told(stand: PeopleStand) -> None:
    ana = await stand.person('Ana')
    _, sign_in = await stand.signed_in(ana)
    told: list[Event] = []

    async with stand.heard(ana, told):
        changed = await stand.chat.moderation.set_role(stand.owner, ana.id, ServerRole.ADMIN)

    assert changed.role is ServerRole.ADMIN
    assert stand.chat.accounts.current(sign_in.id) == changed == await stand.stored(ana)
    assert UserChanged(user=changed) in told
    assert await acts(stand) == [(Act.ROLE, 'Ana', 'member → admin')]


@pytest.mark.parametrize(
    ('actor', 'other', 'role', 'is_allowed'),
    [
        (ServerRole.OWNER, ServerRole.MEMBER, ServerRole.OWNER, True),
        (ServerRole.OWNER, ServerRole.OWNER, ServerRole.MEMBER, True),
        (ServerRole.OWNER, ServerRole.ADMIN, ServerRole.MEMBER, True),
        (ServerRole.ADMIN, ServerRole.MEMBER, ServerRole.ADMIN, True),
        (ServerRole.ADMIN, ServerRole.ADMIN, ServerRole.MEMBER, True),
        (ServerRole.ADMIN, ServerRole.MEMBER, ServerRole.OWNER, False),
        (ServerRole.ADMIN, ServerRole.OWNER, ServerRole.MEMBER, False),
        (ServerRole.MEMBER, ServerRole.MEMBER, ServerRole.ADMIN, False),
    ],
)
async def test_roles_are_given_and_taken_up_to_ones_own(
    stand: PeopleStand, actor: ServerRole, other: ServerRole, role: ServerRole, *, is_allowed: bool
) -> None:
    ana, ben = await stand.person('Ana', actor), await stand.person('Ben', other)

    if is_allowed:
        assert (await stand.chat.moderation.set_role(ana, ben.id, role)).role is role
    else:
        with pytest.raises(NotAllowed):
            await stand.chat.moderation.set_role(ana, ben.id, role)
        assert (await stand.stored(ben)).role is other


async def test_guests_and_people_who_are_kept_out_get_no_role(stand: PeopleStand) -> None:
    guest, ben = (await stand.guest('Gina')).user, await stand.person('Ben')
    await stand.chat.moderation.deactivate(stand.owner, ben.id)

    for who in (guest, ben):
        with pytest.raises(NotAllowed):
            await stand.chat.moderation.set_role(stand.owner, who.id, ServerRole.ADMIN)


async def test_of_two_owners_who_demote_each_other_one_stays(stand: PeopleStand) -> None:
    other = await stand.person('Ondra', ServerRole.OWNER)

    results = await all_settled(
        [
            stand.chat.moderation.set_role(stand.owner, other.id, ServerRole.MEMBER),
            stand.chat.moderation.set_role(other, stand.owner.id, ServerRole.MEMBER),
        ]
    )

    assert [isinstance(result, NotAllowed) for result in results] == [False, True]
    assert [(await stand.stored(user)).role for user in (stand.owner, other)] == [ServerRole.OWNER, ServerRole.MEMBER]


async def test_of_two_owners_who_demote_each_other_one_stays_also_when_there_is_a_third(stand: PeopleStand) -> None:
    other = await stand.person('Ondra', ServerRole.OWNER)
    await stand.person('Otto', ServerRole.OWNER)

    await all_settled(
        [
            stand.chat.moderation.set_role(stand.owner, other.id, ServerRole.MEMBER),
            stand.chat.moderation.set_role(other, stand.owner.id, ServerRole.MEMBER),
        ]
    )

    assert [(await stand.stored(user)).role for user in (stand.owner, other)] == [ServerRole.OWNER, ServerRole.MEMBER]


async def test_whoever_was_just_demoted_does_no_more_though_a_third_owner_is_left(stand: PeopleStand) -> None:
    other, third = await stand.person('Ondra', ServerRole.OWNER), await stand.person('Otto', ServerRole.OWNER)
    await stand.chat.moderation.set_role(stand.owner, other.id, ServerRole.MEMBER)

    with pytest.raises(NotAllowed):
        await stand.chat.moderation.ban(other, third.id)  # with what their tab knew a moment ago

    assert (await stand.stored(third)).status is UserStatus.ACTIVE


@pytest.mark.parametrize('act', ['set_role', 'ban', 'unban', 'deactivate', 'reactivate'])
async def test_nobody_acts_on_themselves_on_nobody_nor_without_the_right(stand: PeopleStand, act: str) -> None:
    moderation = stand.chat.moderation
    ana, admin = await stand.person('Ana'), await stand.person('Adam', ServerRole.ADMIN)

    async def do(user: User, who: UserId) -> None:
        await (moderation.set_role(user, who, ServerRole.MEMBER) if act == 'set_role' else getattr(moderation, act)(user, who))

    for user, who, error in (
        (stand.owner, stand.owner.id, NotAllowed),
        (admin, stand.owner.id, NotAllowed),
        (ana, admin.id, NotAllowed),
        (stand.owner, UserId(999), NotFound),
    ):
        with pytest.raises(error):
            await do(user, who)
    assert await acts(stand) == []


async def test_admins_see_people_of_every_status_and_rooms_but_direct_ones(stand: PeopleStand) -> None:
    ana, admin = await stand.person('Ana'), await stand.person('Adam', ServerRole.ADMIN)
    await stand.chat.moderation.ban(stand.owner, ana.id)
    await stand.chat.rooms.create(stand.owner, 'Secret', private=True)
    await stand.chat.rooms.create(stand.owner, 'attic')
    await stand.chat.rooms.direct(stand.owner, [admin.id])
    moderation = stand.chat.moderation

    assert [user.display_name for user in await moderation.people(admin)] == ['Olga', 'Adam', 'Ana']
    assert [user.display_name for user in await moderation.people(admin, words='an')] == ['Ana']
    assert [user.display_name for user in await moderation.people(admin, offset=-5, limit=1)] == ['Olga']
    assert len(await moderation.people(admin, limit=0)) == 1
    assert [summary.room.name for summary in await moderation.rooms(admin)] == ['attic', 'Lobby', 'Secret']


async def test_others_see_nothing_of_it(stand: PeopleStand) -> None:
    for user in (await stand.person('Ana'), (await stand.guest('Gina')).user):
        for look in (stand.chat.moderation.people, stand.chat.moderation.rooms, stand.chat.moderation.log):
            with pytest.raises(NotAllowed):
                await look(user)


async def test_log_goes_back_page_by_page(stand: PeopleStand) -> None:
    for number in range(60):
        await stand.policy(guests=bool(number % 2))

    first = await stand.chat.moderation.log(stand.owner)
    second = await stand.chat.moderation.log(stand.owner, before=first[-1].id)

    assert (len(first), len(second)) == (50, 10)
    assert first[0].detail == 'guests: no → yes'
    assert first[0].actor == stand.owner.person
