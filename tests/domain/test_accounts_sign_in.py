"""Signing in, and what a sign-in is worth until it ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from livechat.domain.errors import TooBusy, TooManyAttempts
from livechat.domain.limits import Limits
from livechat.domain.model import SignIn
from livechat.domain.password_errors import SignInFailed
from tests.domain.accounts_stand import PASSWORD, Stand
from tests.fakes import FakeClock, MemoryStores

HERE = '192.0.2.1'
DAY_S = 86_400.0
HOUR_S = 3_600.0


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[Stand]:
    stand = Stand(clock, Limits(sign_in_tries_per_name=3, sign_in_tries_per_address=5))
    yield stand
    await stand.close()


async def fail(stand: Stand, name: str, *, address: str = HERE, password: str = 'wrong horse') -> str:
    with pytest.raises(SignInFailed) as caught:
        await stand.sign_in(name, password, address=address)
    return str(caught.value)


@pytest.mark.parametrize('typed', ['Ana Torres', ' ana  torres ', 'ana.torres', '@ANA.TORRES', 'ＡＮＡ ＴＯＲＲＥＳ'])
async def test_display_name_and_user_name_both_sign_in(stand: Stand, typed: str) -> None:
    ana = await stand.register('Ana Torres')

    assert await stand.sign_in(typed, PASSWORD, address=HERE) == ana


async def test_password_typed_in_another_unicode_form_is_the_same(stand: Stand) -> None:
    ana = await stand.accounts.register(name='Ana', password='caf\u00e9 au lait', join=None)

    assert await stand.sign_in('Ana', 'cafe\u0301 au lait', address=HERE) == ana


async def test_unknown_name_gets_the_same_text_after_the_same_work_as_a_wrong_password(stand: Stand) -> None:
    await stand.register('Ana')

    wrong = await fail(stand, 'Ana')
    after_wrong = len(stand.hasher.verified), stand.hasher.dummies
    unknown = await fail(stand, 'Nobody')

    assert wrong == unknown
    assert after_wrong == (1, 0)
    assert (len(stand.hasher.verified), stand.hasher.dummies) == (2, 1)


@pytest.mark.parametrize('password', ['', 'x' * 1_025, 'x' * 5_000, '\ud800' * 9, '\x00' * 9])
async def test_odd_password_is_wrong_after_the_same_work(stand: Stand, password: str) -> None:
    await stand.register('Ana')

    await fail(stand, 'Ana', password=password)

    assert len(stand.hasher.verified) == 1


@pytest.mark.parametrize('name', ['', '\x00', '\ud800', '\u202eanA', 'x' * 60_000, '@'])
async def test_odd_name_is_nobody_after_the_same_work(stand: Stand, name: str) -> None:
    await fail(stand, name)

    assert stand.hasher.dummies == 1


async def test_failures_of_a_name_at_one_address_are_limited_there_alone(stand: Stand) -> None:
    ana = await stand.register('Ana')
    for _ in range(3):
        await fail(stand, 'Ana')

    with pytest.raises(TooManyAttempts) as caught:
        await stand.sign_in('ANA', PASSWORD, address=HERE)

    assert caught.value.retry_after_s == stand.limits.sign_in_window_s
    assert len(stand.hasher.verified) == 3
    assert await stand.sign_in('Ana', PASSWORD, address='192.0.2.2') == ana
    stand.clock.advance(stand.limits.sign_in_window_s)
    assert await stand.sign_in('Ana', PASSWORD, address=HERE) == ana


async def test_failures_of_one_address_are_limited_over_all_names(stand: Stand) -> None:
    await stand.register('Ana')
    for number in range(5):
        await fail(stand, f'Person {number}')

    with pytest.raises(TooManyAttempts):
        await stand.sign_in('Ana', PASSWORD, address=HERE)


async def test_people_who_know_their_passwords_use_up_no_tries(stand: Stand) -> None:
    people = [await stand.register(f'Pupil of {letter}') for letter in 'ABCDEFGH']

    for person in people:
        for _ in range(4):
            assert await stand.sign_in(person.username, PASSWORD, address=HERE) == person


async def test_tries_at_once_are_limited_like_tries_in_a_row(stand: Stand) -> None:
    await stand.register('Ana')

    results = await asyncio.gather(*(stand.sign_in('Ana', 'wrong horse', address=HERE) for _ in range(10)), return_exceptions=True)

    assert sorted(type(result).__name__ for result in results) == ['SignInFailed'] * 3 + ['TooManyAttempts'] * 7


async def test_stranger_who_fails_from_everywhere_delays_an_account_but_never_locks_it(stand: Stand) -> None:
    ana = await stand.register('Ana')
    for number in range(12):
        await fail(stand, 'Ana', address=f'198.51.100.{number}')

    assert await stand.sign_in('Ana', PASSWORD, address=HERE) == ana

    assert stand.slept == [1, 2, 4, 8, 16, 30, 30, 30, 30, 30]  # the last of them Ana's own
    assert await stand.sign_in('Ana', PASSWORD, address=HERE) == ana
    assert len(stand.slept) == 10


async def test_unknown_names_are_delayed_alike(stand: Stand) -> None:
    for number in range(5):
        await fail(stand, 'Nobody', address=f'198.51.100.{number}')

    assert stand.slept == [1, 2]


async def test_password_changed_while_the_old_one_was_checked_signs_nobody_in(stand: Stand) -> None:
    ana = await stand.register('Ana')
    loop = asyncio.get_running_loop()
    changed = stand.stores.users.set_password_hash
    stand.hasher.on_verify = lambda: asyncio.run_coroutine_threadsafe(changed(ana.id, 'another hash'), loop).result(5)

    await fail(stand, 'Ana', password=PASSWORD)


class ChangingSignIns:
    """A store in which somebody else acts just before a sign-in is added."""

    def __init__(self, stores: MemoryStores, before_adding: Callable[[], Awaitable[object]]) -> None:
        self._store = stores.sign_ins
        self._before_adding = before_adding

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def add(self, *args: Any, **kwargs: Any) -> SignIn:
        await self._before_adding()
        return await self._store.add(*args, **kwargs)


async def test_old_password_opens_no_sign_in_once_it_was_reset_however_late_that_was(stand: Stand) -> None:
    ana = await stand.register('Ana')
    command_line = stand.restarted()
    stand.stores.sign_ins = ChangingSignIns(stand.stores, lambda: command_line.accounts.reset_password('Ana'))  # type: ignore[assignment]
    server = stand.restarted()

    await fail(server, 'Ana', password=PASSWORD)

    assert list(await stand.stores.sign_ins.end_others(ana.id, keep=None)) == []  # there was none to end
    for each in (command_line, server):
        await each.close()


async def test_refusal_of_a_busy_server_is_no_failure(clock: FakeClock) -> None:
    stand = Stand(clock, Limits(sign_in_tries_per_name=1, password_hash_threads=1, password_hash_queue=1))
    ana = await stand.register('Ana')

    results = await asyncio.gather(
        *(stand.sign_in('Ana', PASSWORD, address=f'192.0.2.{number}') for number in range(5)), return_exceptions=True
    )

    assert results.count(ana) == 2
    assert sum(isinstance(result, TooBusy) for result in results) == 3
    for number, result in enumerate(results):
        if isinstance(result, TooBusy):
            assert await stand.sign_in('Ana', PASSWORD, address=f'192.0.2.{number}') == ana
    await stand.close()
