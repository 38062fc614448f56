"""Which names are free, when names look the same."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.account_names import AccountNames
from livechat.domain.errors import NameTaken
from livechat.domain.limits import Limits
from livechat.domain.model import MAX_NAME_CHARS
from livechat.domain.names import clean_name
from tests.domain.accounts_stand import Stand
from tests.fakes import FakeClock


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[Stand]:
    stand = Stand(clock, Limits())
    await stand.set_up()
    yield stand
    await stand.close()


@pytest.mark.parametrize(
    ('taken', 'name'),
    [
        ('Bill', 'BiII'),
        ('Bill', 'Вill'),
        ('Ian', 'lan'),
        ('Ines Bell', 'lnes BeIl'),
        ('Nick', 'Νick'),
        ('Martin', 'rnartin'),
        ('Ana 10', 'Ana 1O'),
        ('ANIL', 'ANlL'),
    ],
)
async def test_name_that_looks_like_a_taken_one_is_refused_with_one_that_is_free(stand: Stand, taken: str, name: str) -> None:
    await stand.register(taken)

    with pytest.raises(NameTaken) as refused:
        await stand.register(name)

    assert await stand.register(refused.value.suggestion)


@pytest.mark.parametrize(
    ('taken', 'name'),
    [('Neil', 'Nell'), ('Nell', 'Neil'), ('Ian', 'Lan'), ('Lan', 'Ian'), ('Ilan', 'Lian'), ('Lia', 'Ila'), ('Eli', 'Ell')],
)
async def test_name_with_an_i_for_an_l_is_free_where_the_difference_is_seen(stand: Stand, taken: str, name: str) -> None:
    await stand.register(taken)

    assert (await stand.register(name)).display_name == name


async def test_name_that_looks_like_ones_own_is_free_to_its_owner(stand: Stand) -> None:
    bill = await stand.register('Bill')
    names = AccountNames(stand.stores.users)

    assert not await names.is_free('BiII')
    assert await names.is_free('BiII', but_for=bill.id)


async def test_suggestions_are_names_and_free_until_there_are_too_many(stand: Stand) -> None:
    names = AccountNames(stand.stores.users)
    wanted = 'l' * MAX_NAME_CHARS
    given = {(await stand.register(wanted)).display_name}

    for _ in range(20):
        suggestion = await names.suggestion(wanted)
        assert clean_name(suggestion) == suggestion
        given.add((await stand.register(suggestion)).display_name)

    assert len(given) == 21
