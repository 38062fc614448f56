import pytest

from livechat.domain.events import ResyncRequired, RoomDeleted, room_topic
from livechat.domain.model import Room, User
from livechat.domain.writes import PostMessage
from tests.domain.unread_stand import TAB, UnreadStand
from tests.patience import until


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


async def test_room_is_counted_anew_when_its_events_may_be_lost(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo)
    await stand.comes(ana, reading=room)
    write = PostMessage(room_id=room.id, author_id=ana.id, body='unheard', client_key='u', at=stand.time.now(), mentions=(bo.id,))
    await stand.house.messages.commit([write])
    assert stand.counts(bo, room) == (0, 0)

    stand.backplane.broadcast(room_topic(room.id), ResyncRequired(room_id=room.id))
    await stand.calm()

    assert stand.counts(bo, room) == (1, 1)
    await stand.unread.save()
    assert (await stand.store.of(ana.id))[room.id][1].last_read == 1


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
