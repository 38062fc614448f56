"""What people do to messages that are there, and what is refused."""

import pytest

from livechat.domain.errors import (
    InvalidInput,
    MessageNotFound,
    NotAllowed,
    NotFound,
    NotStored,
    ReactionInvalid,
    TooFast,
    TooMany,
)
from livechat.domain.events import MessageAmended, room_topic
from livechat.domain.limits import Limits
from livechat.domain.message import MAX_PINS, MAX_REACTIONS, Card, Message, Picture
from livechat.domain.model import MessageNumber, Room, ServerRole, User
from tests.domain.house import House, queued

ABSENT = MessageNumber(404)
CARD = Card(url='https://example.org', title='Example', picture=Picture(token='token', width=4, height=3))


@pytest.fixture
def limits() -> Limits:
    return Limits(message_burst=100_000, subscription_events=10_000, deed_burst=10_000)


@pytest.fixture
async def bo(house: House, lobby: Room) -> User:
    return await house.person('Bo', ServerRole.MEMBER, lobby)


@pytest.fixture
async def hello(house: House, lobby: Room, ana: User) -> Message:
    return await house.rooms.post(ana, lobby.id, 'hello https://example.org', 'k1')


@pytest.fixture
async def with_card(house: House, lobby: Room, hello: Message) -> Message:
    return await house.supervisor.room(lobby.id).show_cards(hello.number, [CARD], {'token': b'webp'})


def reactions(message: Message) -> list[tuple[str, list[str]]]:
    return [(each.text, [person.display_name for person in each.people]) for each in message.reactions]


class TestReactions:
    async def test_reaction_is_told_with_who_reacted_and_taken_back_by_the_same_click(
        self, house: House, lobby: Room, ana: User, bo: User, hello: Message
    ) -> None:
        events = house.backplane.subscribe(room_topic(lobby.id))

        await house.rooms.react(bo, lobby.id, hello.number, '👍')
        await house.rooms.react(ana, lobby.id, hello.number, '👍')
        await house.rooms.react(bo, lobby.id, hello.number, 'well done')
        last = await house.rooms.react(bo, lobby.id, hello.number, '👍')

        told = [event for event in await queued(events) if isinstance(event, MessageAmended)]
        assert [reactions(event.message) for event in told] == [
            [('👍', ['Bo'])],
            [('👍', ['Bo', 'Ana'])],
            [('👍', ['Bo', 'Ana']), ('well done', ['Bo'])],
            [('👍', ['Ana']), ('well done', ['Bo'])],
        ]
        assert told[-1].message == last
        assert [event.seq for event in told] == [2, 3, 4, 5]

    async def test_reaction_that_is_there_already_is_neither_stored_nor_told(
        self, house: House, lobby: Room, bo: User, hello: Message
    ) -> None:
        once = await house.rooms.react(bo, lobby.id, hello.number, '👍', on=True)
        events = house.backplane.subscribe(room_topic(lobby.id))

        assert await house.rooms.react(bo, lobby.id, hello.number, '👍', on=True) == once
        assert await house.rooms.react(bo, lobby.id, hello.number, '🎉', on=False) == once
        assert await queued(events) == []

    @pytest.mark.parametrize('text', ['', ' ', '\u200b', 'a' * 17, 'gpj\u202e', 'x' * 100_000, 'a\ud800', 'Z' + '\u0301' * 9])
    async def test_what_is_no_reaction_is_refused(self, house: House, lobby: Room, bo: User, hello: Message, text: str) -> None:
        with pytest.raises(ReactionInvalid):
            await house.rooms.react(bo, lobby.id, hello.number, text)

        assert (await house.rooms.message(bo, lobby.id, hello.number)).reactions == ()

    async def test_more_different_reactions_than_allowed_are_refused(self, house: House, lobby: Room, bo: User, hello: Message) -> None:
        for number in range(MAX_REACTIONS):
            await house.rooms.react(bo, lobby.id, hello.number, f'r{number}')

        with pytest.raises(TooMany):
            await house.rooms.react(bo, lobby.id, hello.number, 'one more')

    async def test_guest_reacts_in_an_announcement_room(self, house: House, lobby: Room, owner: User, hello: Message) -> None:
        guest = await house.guest('Gus', lobby)
        await house.settings.set_rules(owner, lobby.id, announcements=True, slow_mode_s=0)

        with pytest.raises(NotAllowed):
            await house.rooms.post(guest, lobby.id, 'hello', 'k2')

        assert reactions(await house.rooms.react(guest, lobby.id, hello.number, '👏')) == [('👏', ['Gus'])]


class TestPins:
    async def test_pins_are_listed_newest_first_until_they_are_taken_away(
        self, house: House, lobby: Room, ana: User, bo: User, hello: Message
    ) -> None:
        other = await house.rooms.post(ana, lobby.id, 'other', 'k2')
        await house.rooms.pin(bo, lobby.id, hello.number, on=True)
        house.time.advance(1)
        await house.rooms.pin(ana, lobby.id, other.number, on=True)
        assert [each.number for each in await house.rooms.pinned(bo, lobby.id)] == [other.number, hello.number]

        unpinned = await house.rooms.pin(ana, lobby.id, hello.number, on=False)

        assert unpinned.pinned_at is None
        assert [each.number for each in await house.rooms.pinned(bo, lobby.id)] == [other.number]

    async def test_pin_that_is_there_already_changes_nothing(self, house: House, lobby: Room, bo: User, hello: Message) -> None:
        once = await house.rooms.pin(bo, lobby.id, hello.number, on=True)
        house.time.advance(5)

        assert await house.rooms.pin(bo, lobby.id, hello.number, on=True) == once

    async def test_more_pins_than_a_room_holds_are_refused(self, house: House, lobby: Room, ana: User) -> None:
        for number in range(MAX_PINS):
            posted = await house.rooms.post(ana, lobby.id, 'x', f'm{number}')
            await house.rooms.pin(ana, lobby.id, posted.number, on=True)
        last = await house.rooms.post(ana, lobby.id, 'x', 'last')

        with pytest.raises(TooMany):
            await house.rooms.pin(ana, lobby.id, last.number, on=True)

    async def test_guest_pins_nothing(self, house: House, lobby: Room, hello: Message) -> None:
        guest = await house.guest('Gus', lobby)

        with pytest.raises(NotAllowed):
            await house.rooms.pin(guest, lobby.id, hello.number, on=True)


class TestHistory:
    async def test_author_and_admins_read_how_it_was_and_nobody_else_does(
        self, house: House, lobby: Room, owner: User, ana: User, bo: User, hello: Message
    ) -> None:
        house.time.advance(60)
        await house.rooms.edit(ana, lobby.id, hello.number, 'second')
        await house.rooms.edit(ana, lobby.id, hello.number, 'third')

        for reader in (ana, owner):
            assert [each.body for each in await house.rooms.history(reader, lobby.id, hello.number)] == [hello.body, 'second']
        with pytest.raises(NotAllowed):
            await house.rooms.history(bo, lobby.id, hello.number)

    async def test_deleted_message_has_none(self, house: House, lobby: Room, ana: User, hello: Message) -> None:
        await house.rooms.edit(ana, lobby.id, hello.number, 'second')
        await house.rooms.delete_message(ana, lobby.id, hello.number)

        with pytest.raises(MessageNotFound):
            await house.rooms.history(ana, lobby.id, hello.number)


class TestCards:
    async def test_author_takes_a_card_away_for_good(self, house: House, lobby: Room, ana: User, with_card: Message) -> None:
        assert with_card.cards == (CARD,)

        without = await house.rooms.remove_card(ana, lobby.id, with_card.number, CARD.url)
        again = await house.supervisor.room(lobby.id).show_cards(with_card.number, [CARD], {'token': b'webp'})

        assert (without.cards, without.cards_removed, again.cards) == ((), (CARD.url,), ())

    async def test_card_is_no_business_of_others_and_an_address_without_one_changes_nothing(
        self, house: House, lobby: Room, owner: User, bo: User, with_card: Message
    ) -> None:
        with pytest.raises(NotAllowed):
            await house.rooms.remove_card(bo, lobby.id, with_card.number, CARD.url)

        assert await house.rooms.remove_card(owner, lobby.id, with_card.number, 'https://other.example') == with_card

    async def test_picture_is_for_readers_of_the_room_and_not_there_for_others(
        self, house: House, lobby: Room, ana: User, with_card: Message
    ) -> None:
        stranger, guest = await house.person('Stan'), await house.guest('Gus')
        assert await house.rooms.card_picture(ana, 'token') == b'webp'

        for user, token in [(stranger, 'token'), (guest, 'token'), (ana, 'another')]:
            with pytest.raises(NotFound) as refused:
                await house.rooms.card_picture(user, token)
            assert str(refused.value) == 'There is no such picture.'
            assert type(refused.value) is NotFound

        await house.rooms.delete_message(ana, lobby.id, with_card.number)
        with pytest.raises(NotFound):
            await house.rooms.card_picture(ana, 'token')


class TestRateLimit:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(message_burst=2, message_refill_per_s=0.1, deed_burst=3, deed_refill_per_s=0.5)

    async def test_deeds_have_a_bucket_of_their_own(self, house: House, lobby: Room, ana: User, bo: User, hello: Message) -> None:
        await house.rooms.react(ana, lobby.id, hello.number, '👍')
        await house.rooms.pin(ana, lobby.id, hello.number, on=True)
        await house.rooms.pin(ana, lobby.id, hello.number, on=True)  # it is already
        await house.rooms.react(ana, lobby.id, hello.number, '👍')

        with pytest.raises(TooFast) as refused:
            await house.rooms.pin(ana, lobby.id, hello.number, on=False)
        assert refused.value.retry_after_s == pytest.approx(2.0)
        await house.rooms.post(ana, lobby.id, 'still', 'k2')
        await house.rooms.react(bo, lobby.id, hello.number, '👍')
        house.time.advance(2)
        await house.rooms.pin(ana, lobby.id, hello.number, on=False)

    async def test_reaction_that_is_refused_anyway_costs_nothing(self, house: House, lobby: Room, ana: User, hello: Message) -> None:
        for _ in range(9):
            with pytest.raises(InvalidInput):
                await house.rooms.react(ana, lobby.id, hello.number, '')

        await house.rooms.react(ana, lobby.id, hello.number, '👍')


async def test_reaction_that_cannot_be_stored_is_said_and_not_shown(house: House, lobby: Room, ana: User, hello: Message) -> None:
    house.stores.memory.full = True
    with pytest.raises(NotStored):
        await house.rooms.react(ana, lobby.id, hello.number, '👍')
    house.stores.memory.full = False

    assert (await house.rooms.message(ana, lobby.id, hello.number)).reactions == ()
    assert reactions(await house.rooms.react(ana, lobby.id, hello.number, '👍')) == [('👍', ['Ana'])]
