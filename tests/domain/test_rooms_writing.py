"""Texts, limits and typing."""

import pytest

from livechat.domain.errors import BodyEmpty, BodyTooLong, InvalidInput, MessageNotFound, TooFast
from livechat.domain.events import presence_topic
from livechat.domain.limits import Limits
from livechat.domain.model import MAX_BODY_CHARS, PAGE_SIZE, MessageNumber, Room, User
from tests.domain.house import House, queued


@pytest.mark.parametrize(
    ('body', 'error'), [('', BodyEmpty), (' \n\u200b', BodyEmpty), ('x' * (MAX_BODY_CHARS + 1), BodyTooLong)], ids=['none', 'blank', 'long']
)
async def test_body_that_cannot_be_sent_is_refused_before_the_room(
    house: House, lobby: Room, ana: User, body: str, error: type[Exception]
) -> None:
    posted = await house.rooms.post(ana, lobby.id, 'hello', 'k1')
    with pytest.raises(error):
        await house.rooms.post(ana, lobby.id, body, 'k2')
    with pytest.raises(error):
        await house.rooms.edit(ana, lobby.id, posted.number, body)

    assert house.stored(lobby) == ['hello']


async def test_client_key_that_is_none_is_refused(house: House, lobby: Room, ana: User) -> None:
    with pytest.raises(InvalidInput):
        await house.rooms.post(ana, lobby.id, 'hello', '')


async def test_edit_that_changes_nothing_is_none(house: House, lobby: Room, ana: User) -> None:
    posted = await house.rooms.post(ana, lobby.id, 'hello', 'k1')

    assert await house.rooms.edit(ana, lobby.id, posted.number, 'hello \n') == posted


class TestRateLimit:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(message_burst=3, message_refill_per_s=0.5)

    async def test_who_writes_too_fast_is_told_the_wait_and_nobody_else_is(self, house: House, lobby: Room, owner: User, ana: User) -> None:
        for number in range(3):
            await house.rooms.post(ana, lobby.id, f'm{number}', f'k{number}')

        with pytest.raises(TooFast) as refused:
            await house.rooms.post(ana, lobby.id, 'm3', 'k3')
        with pytest.raises(TooFast):
            await house.rooms.edit(ana, lobby.id, (await house.rooms.snapshot(lobby.id)).newest[0].number, 'changed')
        await house.rooms.post(owner, lobby.id, 'other', 'k4')
        house.time.advance(refused.value.retry_after_s)
        await house.rooms.post(ana, lobby.id, 'm3', 'k3')

        assert refused.value.retry_after_s == pytest.approx(2.0)
        assert house.stored(lobby) == ['m0', 'm1', 'm2', 'other', 'm3']

    async def test_text_that_is_refused_anyway_costs_no_token(self, house: House, lobby: Room, ana: User) -> None:
        for _ in range(10):
            with pytest.raises(BodyEmpty):
                await house.rooms.post(ana, lobby.id, ' ', 'k0')

        assert (await house.rooms.post(ana, lobby.id, 'hello', 'k1')).number == 1


class TestTyping:
    async def test_typing_is_told_in_the_order_people_began_and_ends_by_itself(
        self, house: House, lobby: Room, owner: User, ana: User
    ) -> None:
        telling = house.backplane.subscribe(presence_topic(lobby.id))

        house.rooms.typing(ana, lobby.id)
        house.rooms.typing(owner, lobby.id)
        house.tick.beat(house.time.monotonic())
        assert house.rooms.typing_now(lobby.id) == (ana.person, owner.person)
        house.time.advance(house.limits.typing_ttl_s)
        house.tick.beat(house.time.monotonic())

        assert [getattr(event, 'people', None) for event in await queued(telling)] == [(ana.person, owner.person), ()]

    async def test_typing_of_strangers_and_in_rooms_that_do_not_run_is_ignored(self, house: House, lobby: Room, owner: User) -> None:
        garden = await house.rooms.create(owner, 'Garden')
        stan = await house.person('Stan')

        house.rooms.typing(stan, lobby.id)
        house.rooms.typing(owner, garden.id)
        house.rooms.stopped_typing(owner, garden.id)

        assert house.rooms.typing_now(lobby.id) == ()
        assert house.rooms.typing_now(garden.id) == ()
        assert not house.is_running(garden)

    async def test_emptied_box_ends_typing_with_the_next_beat(self, house: House, lobby: Room, ana: User) -> None:
        house.rooms.typing(ana, lobby.id)
        house.tick.beat(house.time.monotonic())
        telling = house.backplane.subscribe(presence_topic(lobby.id))

        house.rooms.stopped_typing(ana, lobby.id)
        house.tick.beat(house.time.monotonic())

        assert [getattr(event, 'people', None) for event in await queued(telling)] == [()]


async def test_old_message_is_edited_and_deleted_like_a_new_one(house: House, lobby: Room, ana: User) -> None:
    for number in range(PAGE_SIZE + 5):
        await house.rooms.post(ana, lobby.id, f'm{number}', f'k{number}')

    edited = await house.rooms.edit(ana, lobby.id, MessageNumber(2), 'changed')
    tombstone = await house.rooms.delete_message(ana, lobby.id, MessageNumber(3))

    assert (edited.number, edited.body) == (2, 'changed')
    assert (tombstone.number, tombstone.deleted) == (3, True)
    with pytest.raises(MessageNotFound):
        await house.rooms.delete_message(ana, lobby.id, MessageNumber(3))
    with pytest.raises(MessageNotFound):
        await house.rooms.edit(ana, lobby.id, MessageNumber(0), 'x')
