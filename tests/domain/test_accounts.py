"""Who may become whom: the first owner, registering, passwords, profiles."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from livechat.domain.errors import AlreadySetUp, EmailInvalid, NameInvalid, NameTaken, SetUpTokenInvalid, TooManyAttempts
from livechat.domain.limits import Limits
from livechat.domain.model import RoomRole, ServerRole, User
from livechat.domain.password_errors import PasswordTooLong, PasswordTooShort
from tests.domain.accounts_stand import PASSWORD, SET_UP_TOKEN, Stand
from tests.fakes import FakeClock


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[Stand]:
    stand = Stand(clock, Limits())
    yield stand
    await stand.close()


async def test_set_up_makes_the_owner_and_an_open_lobby_of_which_they_are_admin(stand: Stand) -> None:
    assert not await stand.accounts.has_owner()

    owner, room = await stand.set_up('Ana Torres')

    assert (owner.display_name, owner.username, owner.role) == ('Ana Torres', 'ana.torres', ServerRole.OWNER)
    assert (room.name, room.slug, room.description) == ('Lobby', 'lobby', 'Everything that has no room of its own')
    assert [(m.person.id, m.role) for m in await stand.stores.rooms.members(room.id)] == [(owner.id, RoomRole.ADMIN)]
    assert (await stand.stores.server.profile()).name == 'Harbour house'
    assert await stand.accounts.has_owner()


async def test_of_twenty_simultaneous_set_ups_one_makes_the_owner(stand: Stand) -> None:
    results = await asyncio.gather(*(stand.set_up(f'Person {n}') for n in range(20)), return_exceptions=True)

    assert sum(isinstance(result, tuple) for result in results) == 1
    assert sum(isinstance(result, AlreadySetUp) for result in results) == 19
    assert len(await stand.stores.users.taken_usernames('')) == len(await stand.stores.rooms.all()) == 1


@pytest.mark.parametrize('token', ['', 'wrong', SET_UP_TOKEN + ' ', SET_UP_TOKEN.upper(), 'é', '\ud800'])
async def test_set_up_without_the_printed_token_makes_nothing(stand: Stand, token: str) -> None:
    with pytest.raises(SetUpTokenInvalid):
        await stand.accounts.set_up(token, name='Eve', password=PASSWORD, server_name='Hers')

    assert not await stand.accounts.has_owner()


async def test_set_up_token_ends_with_the_owner(stand: Stand) -> None:
    assert stand.accounts.set_up_token == SET_UP_TOKEN

    await stand.set_up()

    assert stand.accounts.set_up_token is None
    with pytest.raises(SetUpTokenInvalid):
        stand.accounts.check_set_up_token(SET_UP_TOKEN)
    with pytest.raises(AlreadySetUp):
        await stand.set_up('Eve')


async def test_owner_made_by_another_process_ends_the_set_up(stand: Stand) -> None:
    other = stand.restarted()
    assert not await stand.accounts.has_owner()

    owner = await other.accounts.add_user('Ana', PASSWORD, ServerRole.OWNER)

    assert owner.role is ServerRole.OWNER
    assert [summary.room.slug for summary in await stand.stores.rooms.all()] == ['lobby']
    assert await stand.accounts.has_owner()
    with pytest.raises(AlreadySetUp):
        await stand.set_up()
    await other.close()


async def test_further_owner_from_the_command_line_gets_no_second_lobby(stand: Stand) -> None:
    await stand.set_up()

    second = await stand.accounts.add_user('Bo', PASSWORD, ServerRole.OWNER)

    assert second.role is ServerRole.OWNER
    assert len(await stand.stores.rooms.all()) == 1


async def test_invalid_server_name_is_told_beside_its_field(stand: Stand) -> None:
    with pytest.raises(NameInvalid) as caught:
        await stand.accounts.set_up(SET_UP_TOKEN, name='Ana', password=PASSWORD, server_name=' ')

    assert caught.value.field == 'server_name'


async def test_registered_person_is_a_member_of_the_room_they_join(stand: Stand) -> None:
    _, lobby = await stand.set_up()

    bo = await stand.accounts.register(name='  Bo   Lind ', password=PASSWORD, email='bo@example.org', join=lobby.id)

    assert (bo.display_name, bo.username, bo.email, bo.role) == ('Bo Lind', 'bo.lind', 'bo@example.org', ServerRole.MEMBER)
    assert bo.id in {member.person.id for member in await stand.stores.rooms.members(lobby.id)}


@pytest.mark.parametrize('name', ['ana torres', 'ＡＮＡ  ＴＯＲＲＥＳ', 'Аna Torres', 'ana.torres'])
async def test_name_that_others_sign_in_with_is_taken_however_it_is_written(stand: Stand, name: str) -> None:
    await stand.set_up('Ana Torres')

    with pytest.raises(NameTaken) as caught:
        await stand.register(name)

    assert caught.value.suggestion == f'{" ".join(name.split())} 2'
    assert await stand.register(caught.value.suggestion)


async def test_suggestion_goes_on_counting(stand: Stand) -> None:
    for name in ('Ana', 'Ana 2', 'Ana 3'):
        await stand.register(name)

    with pytest.raises(NameTaken, match='Try “Ana 4”'):
        await stand.register('Ana 2')


async def test_user_names_of_different_people_differ(stand: Stand) -> None:
    people = [await stand.register(name) for name in ('Bo!', 'Bo?', 'Bo…', '!!!', '???')]

    assert [person.username for person in people] == ['bo', 'bo2', 'bo3', 'user', 'user2']


async def test_people_who_register_at_once_get_different_user_names(stand: Stand) -> None:
    people = await asyncio.gather(*(stand.register(f'Bo{mark}') for mark in '!?…;:'))

    assert sorted(person.username for person in people) == ['bo', 'bo2', 'bo3', 'bo4', 'bo5']


async def test_one_name_registered_twice_at_once_is_one_account(stand: Stand) -> None:
    results = await asyncio.gather(stand.register('Ana'), stand.register('Ana'), return_exceptions=True)

    assert sum(isinstance(result, User) for result in results) == 1
    assert [result.suggestion for result in results if isinstance(result, NameTaken)] == ['Ana 2']


@pytest.mark.parametrize(
    ('change', 'error'),
    [
        ({'password': 'seven77'}, PasswordTooShort),
        ({'password': 'e\u0301' * 7}, PasswordTooShort),  # seven letters in another form
        ({'password': 'x' * 1_025}, PasswordTooLong),
        ({'name': '\u200b'}, NameInvalid),
        ({'email': 'nobody'}, EmailInvalid),
    ],
)
async def test_registration_that_is_refused_hashes_and_stores_nothing(stand: Stand, change: dict[str, str], error: type[Exception]) -> None:
    fields = {'name': 'Ana', 'password': PASSWORD, 'email': ''} | change

    with pytest.raises(error):
        await stand.accounts.register(**fields, join=None)

    assert not await stand.stores.users.taken_usernames('')


async def test_registrations_from_one_address_are_limited(stand: Stand) -> None:
    for number in range(stand.limits.sign_in_tries_per_address):
        await stand.accounts.register(name=f'Person {number}', password=PASSWORD, join=None, address='192.0.2.7')

    with pytest.raises(TooManyAttempts):
        await stand.accounts.register(name='One more', password=PASSWORD, join=None, address='192.0.2.7')

    assert await stand.accounts.register(name='One more', password=PASSWORD, join=None, address='192.0.2.8')
