"""What people change about themselves: passwords, names, preferences."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from livechat.domain.errors import NameInvalid, NameTaken, NotFound, NotStored, TooFast, TooManyAttempts, UsernameTaken
from livechat.domain.events import SignInEnded, UserChanged, user_topic
from livechat.domain.limits import Limits
from livechat.domain.model import Preferences, Theme, User, UserId
from livechat.domain.password_errors import PasswordTooShort, SignInFailed, WrongPassword
from tests.domain.accounts_stand import PASSWORD, Stand
from tests.fakes import FakeClock


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[Stand]:
    stand = Stand(clock, Limits())
    yield stand
    await stand.close()


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
    assert await stand.sign_in('Ana', 'another horse', address='192.0.2.1') == ana
    with pytest.raises(SignInFailed):
        await stand.sign_in('Ana', PASSWORD, address='192.0.2.1')


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
    assert await stand.sign_in('Ana', PASSWORD, address='192.0.2.1') == ana


async def test_password_that_was_reset_meanwhile_is_not_changed_by_who_knew_the_old_one(stand: Stand) -> None:
    ana = await stand.register('Ana')
    _, sign_in = await stand.signed_in(ana)
    loop = asyncio.get_running_loop()
    reset = stand.stores.users.set_password_hash
    stand.hasher.on_verify = lambda: asyncio.run_coroutine_threadsafe(reset(ana.id, 'reset hash'), loop).result(5)

    with pytest.raises(WrongPassword):
        await stand.accounts.change_password(ana, sign_in.id, current=PASSWORD, new='another horse')

    assert await stand.stores.users.password_hash(ana.id) == 'reset hash'


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
    assert await stand.sign_in('Ana', password, address='192.0.2.1') == ana
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
    assert await stand.sign_in('Ana', PASSWORD, address='192.0.2.1') == ana


async def test_two_changes_of_one_user_that_come_back_in_the_other_order_keep_both(stand: Stand) -> None:
    ana = await stand.register('Ana')
    _, sign_in = await stand.signed_in(ana)
    dark = Preferences(theme=Theme.DARK)
    store_profile = stand.stores.users.update_profile
    is_stored, may_return = asyncio.Event(), asyncio.Event()

    async def store_and_wait(user_id: UserId, **profile: Any) -> User:
        stored = await store_profile(user_id, **profile)
        is_stored.set()
        await may_return.wait()
        return stored

    stand.stores.users.update_profile = store_and_wait
    first = asyncio.create_task(stand.accounts.update_profile(ana, display_name='Ana T.', username='ana', email=None))
    await is_stored.wait()
    await stand.accounts.update_preferences(ana, dark)
    may_return.set()
    await first

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


async def test_names_change_no_faster_than_tabs_can_draw_them(stand: Stand) -> None:
    ana = await stand.register('Ana')
    for number in range(stand.limits.change_burst):
        await stand.accounts.update_profile(ana, display_name=f'Ana {number}', username='ana', email=None)

    with pytest.raises(TooFast) as refused:
        await stand.accounts.update_profile(ana, display_name='Once more', username='ana', email=None)

    stand.clock.advance(refused.value.retry_after_s)
    assert (await stand.accounts.update_profile(ana, display_name='Once more', username='ana', email=None)).display_name == 'Once more'
