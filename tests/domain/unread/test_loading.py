from livechat.domain.events import ResyncRequired, RoomDeleted, room_topic
from livechat.domain.model import Room, User
from livechat.domain.writes import PostMessage
from tests.domain.house import started
from tests.domain.unread_stand import UnreadStand
from tests.patience import until


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


async def test_room_that_is_joined_while_a_person_is_loaded_is_asked_about_anew(
    stand: UnreadStand, ana: User, bo: User, room: Room
) -> None:
    kitchen = await stand.room(ana, 'Kitchen')
    stand.store.gate.clear()
    coming = started(stand.comes(bo))
    await until(lambda: stand.store.waiting)

    await stand.join(bo, kitchen)
    stand.store.gate.set()
    await coming

    assert set(stand.unread.of(bo.id)) == {room.id, kitchen.id}


async def test_events_that_are_lost_while_a_person_is_loaded_are_counted(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    stand.store.gate.clear()
    coming = started(stand.comes(bo))
    await until(lambda: stand.store.waiting)
    write = PostMessage(room_id=room.id, author_id=ana.id, body='unheard', client_key='u', at=stand.time.now())
    await stand.house.messages.commit([write])

    stand.backplane.broadcast(room_topic(room.id), ResyncRequired(room_id=room.id))
    stand.store.gate.set()
    await coming
    await stand.calm()

    assert stand.counts(bo, room) == (1, 0)


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
