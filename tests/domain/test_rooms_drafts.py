"""What people have not sent yet: messages, answers, edits."""

import asyncio
from collections.abc import Sequence

import pytest

from livechat.domain.errors import NotAMember
from livechat.domain.events import DraftChanged, Event, user_topic
from livechat.domain.model import Draft, MessageNumber, Room, User
from tests.domain.house import House, queued, started
from tests.patience import until


def told(events: Sequence[Event]) -> list[bool]:
    return [event.has_draft for event in events if isinstance(event, DraftChanged)]


async def test_draft_is_kept_per_room_and_person(house: House, lobby: Room, owner: User, ana: User) -> None:
    garden = await house.rooms.create(owner, 'Garden')
    await house.rooms.join(ana, garden.id)

    await house.rooms.keep_draft(ana, lobby.id, Draft(body='half a thou\0'))
    await house.rooms.keep_draft(owner, lobby.id, Draft(body='mine'))

    assert await house.rooms.draft(ana, lobby.id) == Draft(body='half a thou')
    assert await house.rooms.draft(ana, garden.id) == Draft()
    await house.rooms.keep_draft(ana, lobby.id, Draft(body=' '))
    assert await house.rooms.draft(ana, lobby.id) == Draft()


async def test_answer_and_edit_in_progress_are_kept(house: House, lobby: Room, ana: User) -> None:
    for number in range(3):
        await house.rooms.post(ana, lobby.id, 'x', f'k{number}')
    answering = Draft(body='to that', reply_to=MessageNumber(1))
    editing = Draft(body='waits', editing=MessageNumber(3), edit_body='new')

    for draft in (answering, editing):
        await house.rooms.keep_draft(ana, lobby.id, draft)
        assert await house.rooms.draft(ana, lobby.id) == draft


@pytest.mark.parametrize('number', [0, -1, 4, 2**70])
async def test_number_of_no_message_is_not_kept(house: House, lobby: Room, ana: User, number: int) -> None:
    await house.rooms.post(ana, lobby.id, 'x', 'k1')

    await house.rooms.keep_draft(
        ana, lobby.id, Draft(body='x', reply_to=MessageNumber(number), editing=MessageNumber(number), edit_body='y')
    )

    assert await house.rooms.draft(ana, lobby.id) == Draft(body='x')


async def test_person_is_told_when_a_room_has_a_draft_and_when_no_longer(house: House, lobby: Room, ana: User) -> None:
    events = house.backplane.subscribe(user_topic(ana.id))
    posted = await house.rooms.post(ana, lobby.id, 'x', 'k1')

    for draft in (Draft(), Draft(body='a'), Draft(body='ab'), Draft(editing=posted.number), Draft(reply_to=posted.number), Draft()):
        await house.rooms.keep_draft(ana, lobby.id, draft)

    assert told(await queued(events)) == [True, False]


async def test_two_tabs_that_write_at_once_are_told_what_is_true_in_the_end(house: House, lobby: Room, ana: User) -> None:
    events = house.backplane.subscribe(user_topic(ana.id))

    await asyncio.gather(*(house.rooms.keep_draft(ana, lobby.id, Draft(body=body)) for body in ('a', '', 'b', '')))

    assert told(await queued(events)) == [True, False, True, False]
    assert await house.rooms.draft(ana, lobby.id) == Draft()


async def test_draft_is_kept_and_told_when_its_tab_is_gone_meanwhile(house: House, lobby: Room, ana: User) -> None:
    events = house.backplane.subscribe(user_topic(ana.id))
    house.stores.memory.gate.clear()
    keeping = started(house.rooms.keep_draft(ana, lobby.id, Draft(body='last words')))
    for _ in range(20):
        await asyncio.sleep(0)
    keeping.cancel()
    house.stores.memory.gate.set()

    await until(lambda: (ana.id, lobby.id) in house.stores.memory.drafts)
    for _ in range(5):
        await asyncio.sleep(0)

    assert told(await queued(events)) == [True]


async def test_rooms_with_drafts_are_those_one_is_still_in(house: House, lobby: Room, owner: User, ana: User) -> None:
    garden = await house.rooms.create(owner, 'Garden')
    await house.rooms.join(ana, garden.id)
    for room in (lobby, garden):
        await house.rooms.keep_draft(ana, room.id, Draft(body='later'))
    assert set(await house.rooms.rooms_with_drafts(ana)) == {lobby.id, garden.id}

    await house.rooms.leave(ana, garden.id)

    assert set(await house.rooms.rooms_with_drafts(ana)) == {lobby.id}
    assert set(await house.rooms.rooms_with_drafts(owner)) == set()


async def test_stranger_keeps_none(house: House, lobby: Room) -> None:
    stan = await house.person('Stan')

    with pytest.raises(NotAMember):
        await house.rooms.keep_draft(stan, lobby.id, Draft(body='x'))
    with pytest.raises(NotAMember):
        await house.rooms.draft(stan, lobby.id)
