from collections.abc import Iterable
from dataclasses import replace

from livechat.domain.model import Person, ServerRole, User, UserStatus
from tests.store.newcomers import DAY, add_direct_room, add_private_room, new_guest
from tests.store.people import NOON, Lobby, commit_one, join, new_user, post


def names(people: Iterable[User | Person]) -> list[str]:
    return [person.display_name for person in people]


async def add_people(lobby: Lobby, *wanted: str) -> list[User]:
    return [await lobby.stores.users.add(new_user(name)) for name in wanted]


async def acquaintances(lobby: Lobby, user: User, *, words: str = '', everybody: bool = True, limit: int = 100) -> list[str]:
    return names(await lobby.stores.users.acquaintances(user.id, words=words, everybody=everybody, limit=limit))


async def test_people_are_owners_admins_and_others_by_name(lobby: Lobby) -> None:
    users = lobby.stores.users
    await add_people(lobby, 'zoe', 'Carl', 'adam')
    await users.add(new_user('Yann', role=ServerRole.ADMIN))
    await users.add(new_user('Xaver', role=ServerRole.OWNER))
    gone = await users.add(new_guest('Gone'))
    banned = await users.add(new_guest('Banned'))
    await users.end_guests([gone.id])
    await users.set_status(banned.id, UserStatus.BANNED)

    assert names(await users.people(limit=100)) == ['Ana', 'Xaver', 'Yann', 'adam', 'Banned', 'Ben', 'Carl', 'zoe']
    assert names(await users.people(limit=3, offset=2)) == ['Yann', 'adam', 'Banned']
    assert names(await users.people(limit=3, offset=7)) == ['zoe']
    assert (await users.people(limit=1))[0] == lobby.ana


async def test_people_are_found_by_a_part_of_either_name_in_any_case(lobby: Lobby) -> None:
    users = lobby.stores.users
    await users.add(new_user('Ägir', username='agir'))
    await users.add(new_user('Per_cent', username='hundred%'))
    await users.add(new_user('Percent', username='other'))

    async def found(words: str, limit: int = 100, offset: int = 0) -> list[str]:
        return names(await users.people(words=words, limit=limit, offset=offset))

    assert await found('äGI') == ['Ägir']
    assert await found('AGIR') == ['Ägir']
    assert await found(' per ') == ['Per_cent', 'Percent']
    assert await found('per', limit=1, offset=1) == ['Percent']
    assert await found('r_c') == ['Per_cent']
    assert await found('%') == ['Per_cent']
    assert await found('\\') == []
    assert await found("' OR 1=1 --") == []
    assert await found('\udc80') == []
    assert await found('  ') == ['Ana', 'Ben', 'Per_cent', 'Percent', 'Ägir']


async def test_acquaintances_are_first_those_of_direct_rooms_then_of_other_rooms_then_all(lobby: Lobby) -> None:
    stores = lobby.stores
    carl, dora, emil, fay, gil = await add_people(lobby, 'Carl', 'Dora', 'Emil', 'fay', 'Gil')
    await add_direct_room(stores, [carl, fay], at=NOON + DAY)
    busy = await add_direct_room(stores, [carl, emil, gil], at=NOON)
    den = await add_private_room(stores, dora, 'Den')
    await join(stores, den, carl)
    assert await acquaintances(lobby, carl) == ['fay', 'Emil', 'Gil', 'Dora', 'Ana', 'Ben']

    await commit_one(stores, replace(post(busy, gil), at=NOON + 2 * DAY))

    assert await acquaintances(lobby, carl) == ['Emil', 'Gil', 'fay', 'Dora', 'Ana', 'Ben']
    assert await acquaintances(lobby, carl, limit=4) == ['Emil', 'Gil', 'fay', 'Dora']
    assert await acquaintances(lobby, carl, everybody=False) == ['Emil', 'Gil', 'fay', 'Dora']
    assert await acquaintances(lobby, carl, words='A', limit=3) == ['fay', 'Dora', 'Ana']
    assert await acquaintances(lobby, carl, words='a', everybody=False) == ['fay', 'Dora']


async def test_acquaintances_of_somebody_in_no_room_are_everybody_or_nobody(lobby: Lobby) -> None:
    (carl,) = await add_people(lobby, 'Carl')

    assert await acquaintances(lobby, carl) == ['Ana', 'Ben']
    assert await acquaintances(lobby, carl, everybody=False) == []
    assert await acquaintances(lobby, carl, words='%') == []
    assert await acquaintances(lobby, carl, words='bEN') == ['Ben']


async def test_acquaintances_are_active(lobby: Lobby) -> None:
    users = lobby.stores.users
    banned, gone = await users.add(new_guest('Bad'), join=lobby.room.id), await users.add(new_guest('Gone'), join=lobby.room.id)
    left = await users.add(new_user('Left'), join=lobby.room.id)
    await add_direct_room(lobby.stores, [lobby.ben, left])
    assert await acquaintances(lobby, lobby.ben) == ['Left', 'Ana', 'Bad', 'Gone']

    await users.set_status(banned.id, UserStatus.BANNED)
    await users.end_guests([gone.id])
    await users.deactivate(left.id)

    assert await acquaintances(lobby, lobby.ben) == ['Ana']


async def test_admins_are_active_owners_then_admins(lobby: Lobby) -> None:
    users = lobby.stores.users
    for name, role in (('Zoe', ServerRole.OWNER), ('Adam', ServerRole.ADMIN), ('Abel', ServerRole.OWNER), ('Aron', ServerRole.ADMIN)):
        await users.add(new_user(name, role=role))
    aron = await users.by_login(name_key='aron', username='')
    assert aron is not None
    await users.deactivate(aron[0].id)

    assert names(await users.admins()) == ['Abel', 'Ana', 'Zoe', 'Adam']


async def test_accounts_are_found_by_e_mail_in_any_case(lobby: Lobby) -> None:
    users = lobby.stores.users
    added = [await users.add(new_user(name)) for name in ('One', 'Two', 'Other', 'Left')]
    added.append(await users.add(new_guest('Gus')))
    emails = ['Ö@Example.org', 'ö@example.ORG', 'o@example.org', 'ö@example.org', 'ö@example.org']
    for user, email in zip(added, emails, strict=True):
        name = user.display_name
        await users.update_profile(user.id, display_name=name, name_key=name.lower(), username=name.lower(), email=email)
    await users.set_status(added[3].id, UserStatus.BANNED)

    assert [user.username for user in await users.by_email('Ö@EXAMPLE.org')] == ['one', 'two']
    assert [user.username for user in await users.by_email('nobody@example.org')] == []
    assert [user.username for user in await users.by_email('')] == []
    assert [user.username for user in await users.by_email('\udc80')] == []
