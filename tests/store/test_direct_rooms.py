import asyncio
from datetime import timedelta

from livechat.domain.model import Involvement, RoomKind, RoomRole, UserStatus
from tests.store.people import NOON, Lobby, add_room, commit_one, delete, new_user, open_direct, post


async def test_direct_room_is_made_once_for_its_key(lobby: Lobby) -> None:
    made, is_new = await open_direct(lobby.stores, lobby.ben, lobby.ana)
    again, is_new_again = await open_direct(lobby.stores, lobby.ana, lobby.ben)

    assert (is_new, is_new_again) == (True, False)
    assert again == made
    assert (made.room.kind, made.room.slug, made.room.created_by) == (RoomKind.DIRECT, 'direct', lobby.ben.id)
    assert (made.member_count, made.people, made.latest_at) == (2, (lobby.ana.person, lobby.ben.person), None)
    assert await lobby.stores.rooms.by_slug('direct') == made.room


async def test_of_ten_that_open_one_direct_room_at_once_one_makes_it(lobby: Lobby) -> None:
    opened = await asyncio.gather(*(open_direct(lobby.stores, lobby.ana, lobby.ben) for _ in range(10)))

    assert sum(is_new for _, is_new in opened) == 1
    assert len({summary.room.id for summary, _ in opened}) == 1
    assert len(await lobby.stores.rooms.members(opened[0][0].room.id)) == 2


async def test_everybody_in_a_direct_room_is_a_plain_member_who_wants_everything(lobby: Lobby) -> None:
    made, _ = await open_direct(lobby.stores, lobby.ana, lobby.ben)

    for user in (lobby.ana, lobby.ben):
        memberships = {each.room_id: each for each in await lobby.stores.rooms.memberships_of(user.id)}
        assert memberships[made.room.id].role is RoomRole.MEMBER
        assert memberships[made.room.id].involvement is Involvement.EVERYTHING
        assert memberships[lobby.room.id].involvement is Involvement.MENTIONS
    assert set(await lobby.stores.rooms.wanting_everything()) == {(made.room.id, lobby.ana.id), (made.room.id, lobby.ben.id)}


async def test_direct_room_of_one_person_is_a_room(lobby: Lobby) -> None:
    made, is_new = await open_direct(lobby.stores, lobby.ana)

    assert is_new
    assert made.people == (lobby.ana.person,)


async def test_direct_rooms_have_their_people_and_the_time_of_the_latest_message(lobby: Lobby) -> None:
    zoe = await lobby.stores.users.add(new_user('Zoe'))
    quiet, _ = await open_direct(lobby.stores, zoe, lobby.ben, lobby.ana, key='three')
    busy, _ = await open_direct(lobby.stores, lobby.ana, lobby.ben, key='two')
    await commit_one(lobby.stores, post(busy.room, lobby.ana, at=NOON))
    last = await commit_one(lobby.stores, post(busy.room, lobby.ben, at=NOON + timedelta(hours=1)))
    await commit_one(lobby.stores, post(lobby.room, lobby.ben))

    summaries = {each.room.id: each for each in await lobby.stores.rooms.all()}

    assert summaries[quiet.room.id].people == (lobby.ana.person, lobby.ben.person, zoe.person)
    assert [summaries[room.id].latest_at for room in (quiet.room, busy.room, lobby.room)] == [None, last.created_at, None]
    assert summaries[lobby.room.id].people == ()

    await commit_one(lobby.stores, delete(last))

    assert {each.room.id: each.latest_at for each in await lobby.stores.rooms.all()}[busy.room.id] == NOON
    assert (await open_direct(lobby.stores, lobby.ana, lobby.ben, key='two'))[0].latest_at == NOON


async def test_banned_people_are_shown_in_direct_rooms_alone(lobby: Lobby) -> None:
    direct, _ = await open_direct(lobby.stores, lobby.ana, lobby.ben)

    await lobby.stores.users.set_status(lobby.ben.id, UserStatus.BANNED)

    shown = {room.id: await lobby.stores.rooms.members(room.id) for room in (lobby.room, direct.room)}
    counts = {each.room.id: each.member_count for each in await lobby.stores.rooms.all()}
    assert {room_id: [member.person.id for member in members] for room_id, members in shown.items()} == {
        lobby.room.id: [lobby.ana.id],
        direct.room.id: [lobby.ana.id, lobby.ben.id],
    }
    assert counts == {lobby.room.id: 1, direct.room.id: 2}


async def test_direct_rooms_take_no_name(lobby: Lobby) -> None:
    await open_direct(lobby.stores, lobby.ana, lobby.ben, key='one')
    await open_direct(lobby.stores, lobby.ana, key='two')

    assert (await add_room(lobby.stores, lobby.ana, 'direct', slug='free')).slug == 'free'
    assert len(await lobby.stores.rooms.all()) == 4
