"""A server that trusts names: a free one lets in, also that of a guest who is away."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from livechat.domain.errors import NameOfAccount, NameTaken, NotAllowed, TooManyAttempts
from livechat.domain.limits import Limits
from livechat.domain.model import TabId, UserKind
from tests.domain.house import all_settled, started
from tests.domain.people_stand import PeopleStand, people_stand

MINUTE_S = 60.0


@pytest.fixture
async def stand() -> AsyncIterator[PeopleStand]:
    async with people_stand(trusts_names=True) as stand:
        yield stand


async def test_free_name_lets_into_the_lobby(stand: PeopleStand) -> None:
    arrival = await stand.by_name('Gina')

    assert arrival.user.is_guest
    assert arrival.room == stand.lobby
    assert await stand.chat.accounts.signed_in(arrival.token) is not None
    assert arrival.user.id in await stand.members(stand.lobby)


async def test_name_lets_into_the_open_room_whose_address_was_opened_and_into_no_other(stand: PeopleStand) -> None:
    garden = await stand.chat.rooms.create(stand.owner, 'Garden')
    secret = await stand.chat.rooms.create(stand.owner, 'Secret', private=True)
    attic = await stand.chat.rooms.create(stand.owner, 'Attic')
    await stand.chat.room_settings.archive(stand.owner, attic.id)

    rooms = [
        (await stand.by_name(name, slug=slug)).room
        for name, slug in (('Gina', garden.slug), ('Gus', secret.slug), ('Greta', attic.slug), ('Gerd', 'nowhere'))
    ]

    assert rooms == [garden, stand.lobby, stand.lobby, stand.lobby]
    assert await stand.members(secret) == {stand.owner.id}


async def test_name_of_an_account_is_told_to_sign_in_instead(stand: PeopleStand) -> None:
    with pytest.raises(NameOfAccount, match='sign in instead') as taken:
        await stand.by_name('olga')

    assert taken.value.suggestion == 'olga 2'


async def test_name_of_a_guest_who_is_online_is_refused_and_comes_free_when_they_leave(stand: PeopleStand) -> None:
    first = await stand.by_name('Gina')
    garden = await stand.chat.rooms.create(stand.owner, 'Garden')
    stand.chat.presence.connect(first.user.id, TabId('a'), stand.lobby.id)
    stand.time.advance(MINUTE_S)

    with pytest.raises(NameTaken) as taken:
        await stand.by_name('Gina')
    assert taken.value.suggestion == 'Gina 2'
    stand.chat.presence.leave(TabId('a'))
    second = await stand.by_name('GINA', slug=garden.slug)

    assert second.user.id == first.user.id
    assert await stand.chat.accounts.signed_in(first.token) is None
    assert await stand.chat.accounts.signed_in(second.token) is not None
    assert second.room == garden
    assert first.user.id in await stand.members(garden)


async def test_whoever_was_just_let_in_keeps_the_name_until_their_page_is_there(stand: PeopleStand) -> None:
    await stand.by_name('Gina')
    with pytest.raises(NameTaken):
        await stand.by_name('Gina')
    stand.time.advance(MINUTE_S)

    results = await all_settled([stand.by_name('Gina') for _ in range(5)])

    assert sorted(type(result).__name__ for result in results) == ['Arrival', *['NameTaken'] * 4]


async def test_name_that_is_kept_while_it_is_typed_lets_nobody_into_the_account(stand: PeopleStand) -> None:
    first = await stand.by_name('Gina')
    stand.time.advance(MINUTE_S)
    memory = stand.stores.memory
    memory.gate.clear()
    typing = started(stand.by_name('Gina'))
    for _ in range(50):  # up to where a sign-in is stored
        await asyncio.sleep(0)
    account = memory.accounts[first.user.id]
    memory.accounts[first.user.id] = replace(account, user=replace(first.user, kind=UserKind.ACCOUNT))
    before = set(memory.sign_ins)

    memory.gate.set()
    (refused,) = await all_settled([typing])

    assert isinstance(refused, NameTaken)
    assert set(memory.sign_ins) == before


async def test_banned_guests_name_is_not_taken_over(stand: PeopleStand) -> None:
    first = await stand.by_name('Gina')
    await stand.chat.moderation.ban(stand.owner, first.user.id)
    stand.time.advance(MINUTE_S)

    with pytest.raises(NameTaken):
        await stand.by_name('Gina')


async def test_look_alike_of_an_online_name_is_refused(stand: PeopleStand) -> None:
    first = await stand.by_name('Gina')
    stand.chat.presence.connect(first.user.id, TabId('a'), None)
    stand.time.advance(MINUTE_S)

    with pytest.raises(NameTaken):
        await stand.by_name('Ginа')


async def test_names_alone_let_nobody_in_where_there_are_no_guests_or_no_trust(stand: PeopleStand) -> None:
    await stand.policy(guests=False)
    with pytest.raises(NotAllowed):
        await stand.by_name('Gina')

    async with people_stand() as other:
        with pytest.raises(NotAllowed):
            await other.by_name('Gina')
        with pytest.raises(NotAllowed):
            await other.chat.guests.door_people()


async def test_script_cannot_take_names_without_end() -> None:
    async with people_stand(trusts_names=True, limits=Limits(sign_in_tries_per_address=2)) as stand:
        await stand.by_name('Gina')
        await stand.by_name('Gus')

        with pytest.raises(TooManyAttempts):
            await stand.by_name('Greta')


async def test_door_shows_everybody_who_may_come_in_with_both_counts(stand: PeopleStand) -> None:
    gina, _, banned = await stand.by_name('Gina'), await stand.by_name('Gus'), await stand.by_name('Bad')
    await stand.chat.moderation.ban(stand.owner, banned.user.id)
    stand.chat.presence.connect(gina.user.id, TabId('a'), None)

    people = await stand.chat.guests.door_people()

    assert [person.display_name for person in people.online] == ['Gina']
    assert [person.display_name for person in people.offline] == ['Olga', 'Gus']
    assert (people.online_count, people.total) == (1, 3)


async def test_door_asks_the_store_once_for_all_who_look_at_it(stand: PeopleStand) -> None:
    first = await stand.chat.guests.door_people()
    await stand.by_name('Gina')

    assert await stand.chat.guests.door_people() is first
    stand.time.advance(2.0)
    assert (await stand.chat.guests.door_people()).total == 2


async def test_door_lists_a_hundred_of_each_and_counts_all(stand: PeopleStand) -> None:
    for number in range(103):
        await stand.by_name(f'Guest {number}', address=f'192.0.2.{number}')
    stand.time.advance(2.0)

    people = await stand.chat.guests.door_people()

    assert (len(people.online), len(people.offline), people.total) == (0, 100, 104)
