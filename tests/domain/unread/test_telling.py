import asyncio

from livechat.domain.model import Involvement, Room, User
from livechat.domain.unread import TOLD_AT_ONCE
from tests.domain.house import started
from tests.domain.unread_stand import TAB, UnreadStand
from tests.patience import until


async def test_first_unread_message_is_told_and_the_second_is_only_counted(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo)

    await stand.post(ana, room)
    await stand.calm()
    assert stand.told_of(bo) == [(1, 0)]

    await stand.post(ana, room)
    await stand.tick()
    assert stand.told_of(bo) == []
    assert stand.counts(bo, room) == (2, 0)

    await stand.post(ana, room, to=[bo])
    await stand.tick()
    assert stand.told_of(bo) == [(3, 1)]


async def test_author_and_lines_of_the_system_make_nothing_unread(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo)

    await stand.post(bo, room, to=[bo])
    await stand.post(ana, room, system=True)
    assert stand.counts(bo, room) == (0, 0)

    await stand.post(ana, room)
    assert stand.counts(bo, room) == (1, 0)


async def test_every_message_is_told_where_the_number_is_shown(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    direct = await stand.direct(ana, bo)
    await stand.comes(bo)
    await stand.wants(bo, room, Involvement.EVERYTHING)
    await stand.wants(bo, direct, Involvement.MENTIONS)
    await stand.tick()
    stand.told_of(bo)

    for place in (room, direct):
        for expected in [(1, 0), (2, 0)]:
            await stand.post(ana, place)
            await stand.tick()
            assert stand.told_of(bo) == [expected]


async def test_many_messages_within_a_tick_are_told_as_one(stand: UnreadStand, ana: User, bo: User) -> None:
    direct = await stand.direct(ana, bo)
    await stand.comes(bo)
    await stand.post(ana, direct)
    await stand.calm_or_waiting()
    assert stand.told_of(bo) == [(1, 0)]

    for _ in range(10):
        await stand.post(ana, direct)
        await stand.calm_or_waiting()
    assert stand.told_of(bo) == []
    await stand.tick()

    assert stand.told_of(bo) == [(11, 0)]


async def test_crowd_is_told_in_parts_so_that_their_reader_keeps_up(stand: UnreadStand, ana: User, room: Room) -> None:
    people = [await stand.person(f'Person {number}', room) for number in range(3 * TOLD_AT_ONCE)]
    for user in people:
        await stand.comes(user)
    most, seen = 0, 0

    async def read() -> None:
        nonlocal most, seen
        while seen < len(people):
            await asyncio.sleep(0)
            most, seen = max(most, len(stand.told) - seen), len(stand.told)

    reader = started(read())
    await stand.post(ana, room)
    await reader

    assert most <= TOLD_AT_ONCE


async def test_person_who_left_is_told_nothing_that_was_still_to_be_told(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo)
    await stand.post(ana, room)
    await stand.calm_or_waiting()
    assert stand.told_of(bo) == [(1, 0)]

    await stand.post(ana, room, to=[bo])
    assert not stand.unread.is_calm
    await stand.leave(bo, room)
    await stand.tick()

    assert stand.told_of(bo) == []
    assert stand.unread.of(bo.id) == {}
    await stand.post(ana, room, to=[bo])
    await stand.tick()
    assert stand.told_of(bo) == []


async def test_message_that_comes_back_counts_again_and_what_is_done_to_it_does_not(
    stand: UnreadStand, ana: User, bo: User, room: Room
) -> None:
    await stand.comes(bo)
    first = await stand.post(ana, room)
    second = await stand.post(ana, room, to=[bo])
    await stand.tick()
    stand.told_of(bo)

    for message in (first, second):
        await stand.delete(message)
    await stand.tick()
    assert stand.counts(bo, room) == await stand.recount(bo, room) == (0, 0)
    for message in (first, second):
        await stand.restore(message)
    await stand.tick()
    assert stand.counts(bo, room) == await stand.recount(bo, room) == (2, 1)
    assert stand.told_of(bo)[-1] == (2, 1)

    asked = stand.store.asked.total()
    await stand.react(second, ana)
    await stand.tick()
    assert stand.counts(bo, room) == await stand.recount(bo, room) == (2, 1)
    assert stand.told_of(bo) == []
    assert stand.store.asked.total() == asked


async def test_message_that_comes_back_while_its_deletion_is_being_counted_is_counted_right(
    stand: UnreadStand, ana: User, bo: User, room: Room
) -> None:
    await stand.comes(bo)
    message = await stand.post(ana, room, to=[bo])
    await stand.post(ana, room, to=[bo])
    await stand.tick()
    stand.store.gate.clear()
    await stand.delete(message)
    await until(lambda: stand.store.waiting)

    await stand.restore(message)
    stand.store.gate.set()
    await stand.tick()

    assert stand.counts(bo, room) == await stand.recount(bo, room) == (2, 2)


async def test_message_that_was_read_and_comes_back_stays_read(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    message = await stand.post(ana, room, to=[bo])
    await stand.comes(bo, reading=room)
    stand.unread.reads(TAB, bo.id, None)
    await stand.delete(message)

    await stand.restore(message)
    await stand.calm()

    assert stand.counts(bo, room) == (0, 0)
