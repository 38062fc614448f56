import pytest

from livechat.domain.errors import MessageNotFound, NotAMember, NotStored, RoomNotFound
from livechat.domain.model import MessageNumber, Room, RoomId, TabId, User
from tests.domain.house import started
from tests.domain.unread_stand import TAB, UnreadStand
from tests.patience import until

OTHER_TAB = TabId('another')


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


async def test_mark_that_moves_while_it_is_stored_is_stored_again(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo, reading=room)
    await stand.post(ana, room)
    await stand.post(ana, room)
    stand.stores.memory.gate.clear()
    saving = started(stand.unread.save())
    await until(lambda: stand.store.asked['mark'])

    await stand.unread.mark_unread_from(bo, room.id, MessageNumber(2))
    stand.stores.memory.gate.set()
    await saving
    await stand.unread.save()

    assert (await stand.store.of(bo.id))[room.id][1].last_read == 1


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
