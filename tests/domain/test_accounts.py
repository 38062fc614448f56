"""Who may become whom: the first owner, registering, passwords, profiles."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from livechat.domain.errors import (
    AlreadySetUp,
    EmailInvalid,
    NameInvalid,
    NameTaken,
    NotFound,
    NotStored,
    PasswordTooLong,
    PasswordTooShort,
    SetUpTokenInvalid,
    SignInFailed,
    TooManyAttempts,
    UsernameTaken,
    WrongPassword,
)
from livechat.domain.events import SignInEnded, UserChanged, user_topic
from livechat.domain.limits import Limits
from livechat.domain.model import Preferences, RoomRole, ServerRole, Theme, User
from tests.domain.accounts_stand import PASSWORD, SET_UP_TOKEN, Stand
from tests.fakes import FakeClock


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[Stand]:
    stand = Stand(clock, Limits())
    yield stand
    await stand.accounts.close()


async def test_set_up_makes_the_owner_and_an_open_lobby_of_which_they_are_admin(stand: Stand) -> None:
    assert not await stand.accounts.has_owner()

    owner, room = await stand.set_up('Ana Torres')

    assert (owner.display_name, owner.username, owner.role) == ('Ana Torres', 'ana.torres', ServerRole.OWNER)
    assert (room.name, room.slug, room.description) == ('Lobby', 'lobby', 'Everything that has no room of its own')
    assert [(m.person.id, m.role) for m in await stand.stores.rooms.members(room.id)] == [(owner.id, RoomRole.ADMIN)]
    assert await stand.stores.server.name() == 'Harbour house'
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
    await other.accounts.close()


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


async def test_changed_password_replaces_the_old_one_and_ends_the_other_sign_ins(stand: Stand) -> None:
    ana = await stand.register('Ana')
    here, kept = await stand.signed_in(ana)
    elsewhere, other = await stand.signed_in(ana)

    await stand.accounts.change_password(ana, kept.id, current=PASSWORD, new='another horse')

    assert await stand.accounts.signed_in(here) is not None
    assert await stand.accounts.signed_in(elsewhere) is None
    assert stand.accounts.current(kept.id) is not None
    assert stand.accounts.current(other.id) is None
    assert stand.backplane.broadcasts == [(user_topic(ana.id), SignInEnded(user_id=ana.id, sign_in_id=other.id))]
    assert await stand.accounts.sign_in('Ana', 'another horse', address='192.0.2.1') == ana
    with pytest.raises(SignInFailed):
        await stand.accounts.sign_in('Ana', PASSWORD, address='192.0.2.1')


@pytest.mark.parametrize(
    ('current', 'new', 'error'), [('wrong horse', 'another horse', WrongPassword), (PASSWORD, 'short', PasswordTooShort)]
)
async def test_refused_change_of_password_changes_nothing(stand: Stand, current: str, new: str, error: type[Exception]) -> None:
    ana = await stand.register('Ana')
    _, kept = await stand.signed_in(ana)
    elsewhere, _ = await stand.signed_in(ana)

    with pytest.raises(error):
        await stand.accounts.change_password(ana, kept.id, current=current, new=new)

    assert await stand.accounts.signed_in(elsewhere) is not None
    assert await stand.accounts.sign_in('Ana', PASSWORD, address='192.0.2.1') == ana


async def test_current_password_cannot_be_guessed_at_an_open_screen(stand: Stand) -> None:
    ana = await stand.register('Ana')
    _, sign_in = await stand.signed_in(ana)
    for _ in range(stand.limits.sign_in_tries_per_name):
        with pytest.raises(WrongPassword):
            await stand.accounts.change_password(ana, sign_in.id, current='a wrong guess', new='another horse')

    with pytest.raises(TooManyAttempts):
        await stand.accounts.change_password(ana, sign_in.id, current=PASSWORD, new='another horse')

    stand.clock.advance(stand.limits.sign_in_window_s)
    await stand.accounts.change_password(ana, sign_in.id, current=PASSWORD, new='another horse')


async def test_reset_password_is_readable_and_ends_all_sign_ins(stand: Stand) -> None:
    ana = await stand.register('Ana')
    token, sign_in = await stand.signed_in(ana)

    password = await stand.accounts.reset_password('@ANA')

    assert len(password) == 19
    assert set(password) <= set('abcdefghjkmnpqrstuvwxyz23456789-')
    assert await stand.accounts.sign_in('Ana', password, address='192.0.2.1') == ana
    assert await stand.accounts.signed_in(token) is None
    assert stand.accounts.current(sign_in.id) is None


async def test_reset_password_of_nobody_says_so(stand: Stand) -> None:
    with pytest.raises(NotFound, match='nobody called “Eve”'):
        await stand.accounts.reset_password('Eve')


async def test_changed_profile_shows_at_once_in_every_sign_in(stand: Stand) -> None:
    ana = await stand.register('Ana')
    token, sign_in = await stand.signed_in(ana)
    _, other = await stand.signed_in(ana)

    changed = await stand.accounts.update_profile(ana, display_name='Ana T.', username='@Tori', email='ana@example.org')

    assert (changed.display_name, changed.username, changed.email) == ('Ana T.', 'tori', 'ana@example.org')
    assert stand.accounts.current(sign_in.id) == stand.accounts.current(other.id) == changed
    assert (found := await stand.accounts.signed_in(token)) is not None
    assert found.user == changed
    assert stand.backplane.broadcasts == [(user_topic(ana.id), UserChanged(user=changed))]


async def test_profile_keeps_its_own_names(stand: Stand) -> None:
    ana = await stand.register('Ana')

    assert await stand.accounts.update_profile(ana, display_name='ANA', username='ana', email=None) == replace(ana, display_name='ANA')


@pytest.mark.parametrize(
    ('display_name', 'username', 'error'), [('bo', 'ana', NameTaken), ('Ana', 'Bo', UsernameTaken), ('Ana', ' ', NameInvalid)]
)
async def test_profile_cannot_take_what_another_signs_in_with(
    stand: Stand, display_name: str, username: str, error: type[Exception]
) -> None:
    ana = await stand.register('Ana')
    await stand.register('Bo')

    with pytest.raises(error):
        await stand.accounts.update_profile(ana, display_name=display_name, username=username, email=None)

    assert stand.backplane.broadcasts == []
    assert await stand.accounts.sign_in('Ana', PASSWORD, address='192.0.2.1') == ana


async def test_two_changes_of_one_user_at_once_keep_both(stand: Stand) -> None:
    ana = await stand.register('Ana')
    _, sign_in = await stand.signed_in(ana)
    dark = Preferences(theme=Theme.DARK)

    await asyncio.gather(
        stand.accounts.update_profile(ana, display_name='Ana T.', username='ana', email=None), stand.accounts.update_preferences(ana, dark)
    )

    assert stand.accounts.current(sign_in.id) == replace(ana, display_name='Ana T.', preferences=dark)


async def test_last_room_is_remembered_without_telling_anybody(stand: Stand) -> None:
    owner, lobby = await stand.set_up()
    _, sign_in = await stand.signed_in(owner)

    await stand.accounts.remember_room(owner.id, lobby.id)

    assert stand.accounts.current(sign_in.id) == replace(owner, last_room_id=lobby.id)
    assert stand.backplane.broadcasts == []


async def test_change_that_is_not_stored_is_not_shown(stand: Stand) -> None:
    ana = await stand.register('Ana')
    _, sign_in = await stand.signed_in(ana)
    stand.stores.memory.full = True

    with pytest.raises(NotStored):
        await stand.accounts.update_profile(ana, display_name='Ana T.', username='ana', email=None)

    assert stand.accounts.current(sign_in.id) == ana
    assert stand.backplane.broadcasts == []
