import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from types import FrameType

import pytest

from livechat.domain.errors import MessageNotFound, NotAMember, NotStored, RoomNotFound
from livechat.domain.events import MessagePosted, ResyncRequired, RoomDeleted, room_topic
from livechat.domain.limits import Limits
from livechat.domain.model import Involvement, MessageNumber, Room, RoomId, Seq, TabId, Unread, User, UserId
from livechat.domain.ports import PostMessage
from livechat.domain.reading import Reading
from livechat.domain.unread import TOLD_AT_ONCE
from tests.domain.house import all_settled, other_tasks, started, until
from tests.domain.messages import message_by, person
from tests.domain.unread_stand import TAB, UnreadStand

OTHER_TAB = TabId('another')


@pytest.fixture
async def stand(limits: Limits) -> AsyncIterator[UnreadStand]:
    before = other_tasks()
    stand = UnreadStand(limits)
    await stand.start()
    yield stand
    stand.store.gate.set()
    stand.sender.gate.set()
    await stand.supervisor.close()
    assert other_tasks() <= before


@pytest.fixture
async def ana(stand: UnreadStand) -> User:
    return await stand.person('Ana')


@pytest.fixture
async def room(stand: UnreadStand, ana: User) -> Room:
    return await stand.room(ana, 'Garden')


@pytest.fixture
async def bo(stand: UnreadStand, room: Room) -> User:
    return await stand.person('Bo', room)


# Following


async def test_person_who_comes_is_told_what_was_said_while_they_were_away(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.post(ana, room)
    await stand.post(ana, room, to=[bo])
    assert stand.unread.of(bo.id) == {}

    await stand.comes(bo)

    assert stand.counts(bo, room) == (2, 1)
    assert stand.told_of(bo) == []


async def test_many_tabs_at_once_ask_the_store_once(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.post(ana, room)

    await all_settled([started(stand.comes(bo, TabId(str(number)))) for number in range(10)])

    assert stand.store.asked['of'] == 1
    assert stand.counts(bo, room) == (1, 0)


async def test_tab_that_is_closed_while_loading_leaves_it_to_the_next(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.post(ana, room)
    stand.store.gate.clear()
    first, second = started(stand.comes(bo)), started(stand.comes(bo, OTHER_TAB))
    await until(lambda: stand.store.waiting)

    first.cancel()
    stand.store.gate.set()
    await second

    assert stand.counts(bo, room) == (1, 0)


async def test_person_is_followed_until_the_last_tab_is_gone(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo)
    await stand.comes(bo, OTHER_TAB)

    stand.goes(bo)
    stand.goes(bo)
    await stand.post(ana, room)
    assert stand.counts(bo, room) == (1, 0)

    stand.goes(bo, OTHER_TAB)
    assert stand.unread.of(bo.id) == {}


# Telling


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


# Reading


async def test_whoever_reads_has_nothing_unread_until_they_look_away(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.post(ana, room)
    await stand.comes(bo, reading=room)
    await stand.calm()
    assert stand.told_of(bo) == [(0, 0)]

    await stand.post(ana, room, to=[bo])
    await stand.tick()
    assert stand.counts(bo, room) == (0, 0)
    assert stand.unread.readers(room.id) == {bo.id}
    assert stand.told_of(bo) == []

    stand.unread.reads(TAB, bo.id, None)
    await stand.post(ana, room)
    await stand.tick()
    assert stand.counts(bo, room) == (1, 0)
    assert stand.told_of(bo) == [(1, 0)]


async def test_one_reading_device_is_enough(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo, reading=room)
    await stand.comes(bo, OTHER_TAB, reading=room)

    stand.unread.reads(TAB, bo.id, None)
    await stand.post(ana, room)
    assert stand.counts(bo, room) == (0, 0)

    stand.goes(bo, OTHER_TAB)
    await stand.post(ana, room)
    assert stand.counts(bo, room) == (1, 0)


async def test_marks_of_all_readers_are_stored_in_one_write(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(ana, reading=room)
    await stand.comes(bo, reading=room)
    for _ in range(10):
        await stand.post(ana, room)

    stand.time.advance(stand.limits.unread_save_s)
    await until(lambda: stand.store.asked['mark'])
    await stand.calm_or_waiting()
    stand.time.advance(stand.limits.unread_save_s)
    await stand.calm_or_waiting()

    assert stand.store.asked['mark'] == 1
    assert {stored[room.id][1].last_read for user in (ana, bo) if (stored := await stand.store.of(user.id))} == {10}


async def test_marks_are_right_after_a_restart(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo, reading=room)
    await stand.post(ana, room)
    stand.goes(bo)
    await stand.post(ana, room)
    await stand.unread.save()

    again = UnreadStand(stand.limits, stand.house)
    await again.comes(bo)

    assert again.counts(bo, room) == (1, 0)


async def test_mark_that_is_not_stored_yet_counts_when_the_person_comes_back(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo, reading=room)
    await stand.post(ana, room)
    stand.goes(bo)
    assert stand.store.asked['mark'] == 0

    await stand.comes(bo)
    await stand.calm()

    assert stand.counts(bo, room) == (0, 0)


async def test_mark_that_is_stored_while_the_person_comes_back_counts(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo, reading=room)
    await stand.post(ana, room)
    stand.goes(bo)
    stand.store.gate.clear()
    coming = started(stand.comes(bo))
    await until(lambda: stand.store.waiting)

    await stand.unread.save()
    stand.store.gate.set()
    await coming
    await stand.tick()

    assert stand.counts(bo, room) == (0, 0)


async def test_mark_of_a_membership_that_ended_is_none_of_the_next(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo, reading=room)
    await stand.post(ana, room)
    stand.goes(bo)
    await stand.leave(bo, room)
    await stand.post(ana, room)
    await stand.join(bo, room)

    await stand.unread.save()
    await stand.comes(bo)

    assert stand.counts(bo, room) == (0, 0)


async def test_marks_are_kept_while_the_store_refuses_them(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo, reading=room)
    await stand.post(ana, room)
    stand.stores.memory.full = True
    with pytest.raises(NotStored):
        await stand.unread.save()
    stand.stores.memory.full = False

    await stand.unread.save()

    assert (await stand.store.of(bo.id))[room.id][1].unread == 0


async def test_marked_read_is_read(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    kitchen = await stand.room(ana, 'Kitchen')
    await stand.join(bo, kitchen)
    await stand.comes(bo)
    for place in (room, kitchen):
        await stand.post(ana, place, to=[bo])

    await stand.unread.mark_read(bo, room.id)
    assert (stand.counts(bo, room), stand.counts(bo, kitchen)) == ((0, 0), (1, 1))

    await stand.unread.mark_all_read(bo)
    assert (stand.counts(bo, room), stand.counts(bo, kitchen)) == ((0, 0), (0, 0))
    await stand.tick()
    assert stand.told_of(bo)[-2:] == [(0, 0), (0, 0)]


async def test_marked_unread_stays_so_though_a_tab_was_reading(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo, reading=room)
    for _ in range(4):
        await stand.post(ana, room, to=[bo])

    await stand.unread.mark_unread_from(bo, room.id, MessageNumber(3))
    assert stand.counts(bo, room) == (2, 2)
    await stand.tick()
    assert stand.told_of(bo) == [(2, 2)]

    stand.unread.reads(TAB, bo.id, None)
    assert stand.counts(bo, room) == (2, 2)
    stand.unread.reads(TAB, bo.id, room.id)
    assert stand.counts(bo, room) == (0, 0)


@pytest.mark.parametrize('number', [0, -1, 3, 10**20])
async def test_only_messages_that_are_there_can_be_marked_unread(stand: UnreadStand, ana: User, bo: User, room: Room, number: int) -> None:
    for _ in range(2):
        await stand.post(ana, room)
    for comes in (False, True):
        if comes:
            await stand.comes(bo)
        with pytest.raises(MessageNotFound):
            await stand.unread.mark_unread_from(bo, room.id, MessageNumber(number))
        await stand.unread.mark_unread_from(bo, room.id, MessageNumber(2))


async def test_strangers_mark_nothing(stand: UnreadStand, ana: User, room: Room) -> None:
    stranger = await stand.person('Eve')
    await stand.post(ana, room)
    await stand.comes(stranger)

    with pytest.raises(NotAMember):
        await stand.unread.mark_read(stranger, room.id)
    with pytest.raises(NotAMember):
        await stand.unread.mark_unread_from(stranger, room.id, MessageNumber(1))
    with pytest.raises(RoomNotFound):
        await stand.unread.mark_read(stranger, RoomId(9_999))
    stand.unread.reads(TAB, stranger.id, room.id)

    assert stand.unread.readers(room.id) == set()
    assert stand.unread.of(stranger.id) == {}


async def test_somebody_without_a_tab_marks_what_they_read(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo, reading=room)
    await stand.post(ana, room)
    stand.goes(bo)
    await stand.post(ana, room)
    await stand.post(ana, room)

    await stand.unread.mark_unread_from(bo, room.id, MessageNumber(3))
    await stand.unread.save()
    assert (await stand.store.of(bo.id))[room.id][1].unread == 1

    await stand.unread.mark_all_read(bo)
    await stand.unread.save()
    assert (await stand.store.of(bo.id))[room.id][1].unread == 0


# What only the store knows


async def test_edit_that_speaks_to_others_is_counted_anew(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo)
    message = await stand.post(ana, room)
    await stand.tick()
    stand.told_of(bo)

    await stand.edit(message, to=[bo])
    await stand.tick()
    assert stand.told_of(bo) == [(1, 1)]

    await stand.edit(message)
    await stand.tick()
    assert stand.told_of(bo) == [(1, 0)]
    assert stand.store.asked['count'] == 2


async def test_edit_that_speaks_to_nobody_asks_the_store_nothing(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo)
    message = await stand.post(ana, room)

    await stand.edit(message)
    await stand.delete(message)
    await stand.tick()

    assert stand.counts(bo, room) == (0, 0)
    assert stand.told_of(bo)[-1] == (0, 0)
    assert stand.store.asked['count'] == 0


async def test_deleted_message_that_mentioned_somebody_is_counted_no_more(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo)
    first = await stand.post(ana, room, to=[bo])
    await stand.post(ana, room, to=[bo])

    await stand.delete(first)
    await stand.tick()

    assert stand.counts(bo, room) == (1, 1) == await stand.recount(bo, room)


async def test_mention_that_was_deleted_and_not_counted_yet_is_gone_once_the_room_is_read(
    stand: UnreadStand, ana: User, bo: User, room: Room
) -> None:
    await stand.comes(bo)
    message = await stand.post(ana, room, to=[bo])
    await stand.tick()
    assert stand.told_of(bo) == [(1, 1)]
    stand.store.gate.clear()
    await stand.delete(message)

    stand.unread.reads(TAB, bo.id, room.id)
    stand.store.gate.set()
    await stand.tick()

    assert stand.told_of(bo) == [(0, 0)]


async def test_what_is_posted_while_the_store_counts_is_counted_once(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo)
    message = await stand.post(ana, room, to=[bo])
    stand.store.gate.clear()
    await stand.edit(message)
    await until(lambda: stand.store.waiting)

    await stand.post(ana, room, to=[bo])
    stand.store.gate.set()
    await stand.tick()

    assert stand.counts(bo, room) == (2, 1) == await stand.recount(bo, room)


async def test_mark_that_moves_while_the_store_counts_wins(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo)
    message = await stand.post(ana, room, to=[bo])
    stand.store.gate.clear()
    await stand.edit(message)
    await until(lambda: stand.store.waiting)

    await stand.unread.mark_read(bo, room.id)
    stand.store.gate.set()
    await stand.tick()

    assert stand.counts(bo, room) == (0, 0)


async def test_what_happens_while_a_person_is_loaded_is_counted_once(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    message = await stand.post(ana, room)
    stand.store.gate.clear()
    coming = started(stand.comes(bo))
    await until(lambda: stand.store.waiting)

    await stand.post(ana, room, to=[bo])
    await stand.delete(message)
    stand.store.gate.set()
    await coming
    await stand.calm()

    assert stand.counts(bo, room) == (1, 1) == await stand.recount(bo, room)


async def test_room_that_is_left_while_a_person_is_loaded_is_not_theirs(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.post(ana, room)
    stand.store.gate.clear()
    coming = started(stand.comes(bo))
    await until(lambda: stand.store.waiting)

    await stand.leave(bo, room)
    stand.store.gate.set()
    await coming

    assert stand.unread.of(bo.id) == {}


async def test_room_that_is_deleted_while_a_person_is_loaded_is_not_theirs(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.post(ana, room)
    stand.store.gate.clear()
    coming = started(stand.comes(bo))
    await until(lambda: stand.store.waiting)

    stand.backplane.broadcast(room_topic(room.id), RoomDeleted(room_id=room.id, name=room.name, by=ana.person))
    stand.store.gate.set()
    await coming

    assert stand.unread.of(bo.id) == {}


async def test_room_that_is_joined_begins_as_read(stand: UnreadStand, ana: User, room: Room) -> None:
    await stand.post(ana, room)
    eve = await stand.person('Eve')
    await stand.comes(eve)

    await stand.join(eve, room)
    await stand.calm()
    assert stand.counts(eve, room) == (0, 0)
    assert stand.told_of(eve) == [(0, 0)]

    await stand.post(ana, room)
    assert stand.counts(eve, room) == (1, 0)


async def test_room_is_counted_anew_when_its_events_may_be_lost(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo)
    await stand.comes(ana, reading=room)
    write = PostMessage(room_id=room.id, author_id=ana.id, body='unheard', client_key='u', at=stand.time.now(), mentions=(bo.id,))
    await stand.house.messages.commit([write])
    assert stand.counts(bo, room) == (0, 0)

    stand.backplane.broadcast(room_topic(room.id), ResyncRequired(room_id=room.id))
    await stand.calm()

    assert stand.counts(bo, room) == (1, 1)
    assert stand.unread.of(ana.id)[room.id].last_read == 1


async def test_store_that_fails_is_asked_again(
    stand: UnreadStand, ana: User, bo: User, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    await stand.comes(bo)
    message = await stand.post(ana, room, to=[bo])
    stand.store.failures.append(OSError('disk'))
    await stand.edit(message)
    await until(lambda: 'unread: ask crashed' in caplog.text)
    caplog.clear()

    stand.time.advance(stand.limits.restart_backoff_max_s)
    await stand.calm()

    assert stand.counts(bo, room) == (1, 0)


async def test_deleted_room_is_nobodys(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo, reading=room)
    await stand.post(ana, room)

    stand.backplane.broadcast(room_topic(room.id), RoomDeleted(room_id=room.id, name=room.name, by=ana.person))
    await stand.tick()

    assert stand.unread.of(bo.id) == {}
    stand.told_of(bo)
    assert stand.unread.readers(room.id) == set()


# What it costs


@pytest.mark.parametrize('kind', ['readers', 'waiting'])
def test_post_costs_the_same_however_many_read(kind: str) -> None:
    """Operations are counted, not timed: function calls within the state."""
    costs = {crowd: _calls_of_a_post(readers=crowd) if kind == 'readers' else _calls_of_a_post(waiting=crowd) for crowd in (1, 1_000)}

    if kind == 'readers':
        assert costs[1_000] == costs[1]
    else:
        assert costs[1_000] > costs[1] + 1_000, 'or this counts nothing'


def _calls_of_a_post(*, readers: int = 0, waiting: int = 0) -> int:
    room_id, reading = RoomId(1), Reading(lambda room_id: ())
    for number in range(1, readers + waiting + 1):
        user_id = UserId(number)
        reading.follow(user_id, TAB)
        with reading.inquiring() as inquiry:
            unread = Unread(room_id=room_id, last_read=MessageNumber(0), unread=0, mentions=0)
            reading.loaded(user_id, {room_id: (Seq(0), unread)}, {room_id: (MessageNumber(0), Seq(0))}, inquiry)
        if number <= readers:
            reading.reads(user_id, TAB, room_id)
    calls: Counter[str] = Counter()

    def count(frame: FrameType, event: str, arg: object) -> None:
        calls[event] += 1

    event = MessagePosted(room_id=room_id, seq=Seq(1), message=message_by(person(UserId(0)).id, room_id, 1))
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        reading.take(event)
    finally:
        sys.setprofile(before)
    return calls.total()
