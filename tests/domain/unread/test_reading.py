from livechat.domain.model import Room, TabId, User
from tests.domain.unread_stand import TAB, UnreadStand

OTHER_TAB = TabId('another')


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
