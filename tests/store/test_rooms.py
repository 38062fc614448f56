import asyncio
from datetime import timedelta

import pytest

from livechat.domain.errors import NotAMember, RoomNameTaken, RoomNotFound
from livechat.domain.model import Draft, Involvement, Room, RoomId, RoomKind, RoomRole, UserId, UserStatus
from tests.store.people import NOON, Lobby, add_private_room, add_room, all_messages, commit_one, join, new_user, post


async def rename(lobby: Lobby, room: Room, name: str, slug: str) -> Room:
    return await lobby.stores.rooms.rename(room.id, name=name, name_key=name.casefold(), slug=slug)


async def test_added_room_has_its_creator_as_admin(lobby: Lobby) -> None:
    room = await add_room(lobby.stores, lobby.ben, 'Café', slug='café-☕')

    assert await lobby.stores.rooms.by_id(room.id) == room
    assert await lobby.stores.rooms.by_slug('café-☕') == room
    (member,) = await lobby.stores.rooms.members(room.id)
    assert (member.person, member.role, member.joined_at) == (lobby.ben.person, RoomRole.ADMIN, NOON)


async def test_taken_room_name_is_refused_for_new_and_renamed_rooms(lobby: Lobby) -> None:
    other = await add_room(lobby.stores, lobby.ana, 'Other')

    with pytest.raises(RoomNameTaken):
        await add_room(lobby.stores, lobby.ana, 'LOBBY', slug='free')
    with pytest.raises(RoomNameTaken):
        await rename(lobby, other, 'LOBBY', 'free')

    assert await lobby.stores.rooms.by_slug('free') is None
    assert (await rename(lobby, other, 'OTHER', 'other')).name == 'OTHER'


async def test_taken_slug_gets_a_number(lobby: Lobby) -> None:
    rooms = [await add_room(lobby.stores, lobby.ana, name, slug='lobby') for name in ('A', 'B')]
    wild = [await add_room(lobby.stores, lobby.ana, name, slug='l%') for name in ('C', 'D')]

    assert [room.slug for room in rooms] == ['lobby-2', 'lobby-3']
    assert [room.slug for room in wild] == ['l%', 'l%-2']


async def test_of_ten_rooms_with_one_name_at_once_one_is_made(lobby: Lobby) -> None:
    results = await asyncio.gather(*(add_room(lobby.stores, lobby.ana, 'Same') for _ in range(10)), return_exceptions=True)

    assert sum(isinstance(result, RoomNameTaken) for result in results) == 9
    assert len(await lobby.stores.rooms.all()) == 2


async def test_renamed_room_is_reached_by_every_old_slug(lobby: Lobby) -> None:
    await rename(lobby, lobby.room, 'Hall', 'hall')
    renamed = await rename(lobby, lobby.room, 'Foyer', 'foyer')

    assert (renamed.name, renamed.slug) == ('Foyer', 'foyer')
    for slug in ('foyer', 'hall', 'lobby'):
        assert await lobby.stores.rooms.by_slug(slug) == renamed


async def test_old_slug_leads_to_the_room_that_takes_it(lobby: Lobby) -> None:
    await rename(lobby, lobby.room, 'Hall', 'hall')
    taker = await add_room(lobby.stores, lobby.ana, 'Lobby')

    assert taker.slug == 'lobby'
    assert await lobby.stores.rooms.by_slug('lobby') == taker

    await rename(lobby, taker, 'Else', 'else')

    found = await lobby.stores.rooms.by_slug('lobby')
    assert found is not None
    assert found.id == taker.id


async def test_room_renamed_back_takes_its_old_slug(lobby: Lobby) -> None:
    await rename(lobby, lobby.room, 'Hall', 'hall')
    back = await rename(lobby, lobby.room, 'Lobby', 'lobby')
    other = await add_room(lobby.stores, lobby.ana, 'Hall', slug='lobby')

    assert back.slug == 'lobby'
    assert other.slug == 'lobby-2'
    assert await lobby.stores.rooms.by_slug('hall') == back


async def test_slug_of_nobody_is_not_found(lobby: Lobby) -> None:
    assert await lobby.stores.rooms.by_slug('nowhere') is None
    assert await lobby.stores.rooms.by_slug('\udc80') is None
    assert await lobby.stores.rooms.by_id(RoomId(999)) is None


async def test_description_changes(lobby: Lobby) -> None:
    described = await lobby.stores.rooms.describe(lobby.room.id, 'New words')

    assert described.description == 'New words'
    assert await lobby.stores.rooms.by_id(lobby.room.id) == described


async def test_room_that_is_gone_is_not_found_by_any_change(lobby: Lobby) -> None:
    await lobby.stores.rooms.delete(lobby.room.id)

    with pytest.raises(RoomNotFound):
        await rename(lobby, lobby.room, 'Hall', 'hall')
    with pytest.raises(RoomNotFound):
        await lobby.stores.rooms.describe(lobby.room.id, '')
    with pytest.raises(RoomNotFound):
        await lobby.stores.rooms.convert(lobby.room.id, kind=RoomKind.PRIVATE, name_key=None, slug='x')
    with pytest.raises(RoomNotFound):
        await lobby.stores.rooms.set_rules(lobby.room.id, announcements=True, slow_mode_s=1)
    with pytest.raises(RoomNotFound):
        await lobby.stores.rooms.set_archived(lobby.room.id, NOON)
    with pytest.raises(RoomNotFound):
        await lobby.stores.rooms.delete(lobby.room.id)
    with pytest.raises(RoomNotFound):
        await join(lobby.stores, lobby.room, lobby.ben)
    assert not await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)


async def test_deleted_room_takes_everything_of_it_along(lobby: Lobby) -> None:
    stores = lobby.stores
    await rename(lobby, lobby.room, 'Hall', 'hall')
    await commit_one(stores, post(lobby.room, lobby.ben, key='same'))
    await stores.drafts.put(lobby.ben.id, lobby.room.id, Draft(body='unsent'))
    await stores.users.set_last_room(lobby.ben.id, lobby.room.id)

    await stores.rooms.delete(lobby.room.id)

    assert await stores.rooms.by_id(lobby.room.id) is None
    assert await stores.rooms.by_slug('hall') is None
    assert await stores.rooms.by_slug('lobby') is None
    assert await stores.rooms.memberships_of(lobby.ben.id) == []
    assert await stores.rooms.members(lobby.room.id) == []
    assert await all_messages(stores, lobby.room) == []
    assert await stores.drafts.get(lobby.ben.id, lobby.room.id) == Draft()
    ben = await stores.users.by_id(lobby.ben.id)
    assert ben is not None
    assert ben.last_room_id is None


async def test_id_of_a_deleted_room_is_never_used_again(lobby: Lobby) -> None:
    last = await add_room(lobby.stores, lobby.ana, 'Last')
    await lobby.stores.rooms.delete(last.id)

    assert (await add_room(lobby.stores, lobby.ana, 'Next')).id > last.id


async def test_all_rooms_come_by_name_with_their_member_counts(lobby: Lobby) -> None:
    zoo = await add_room(lobby.stores, lobby.ana, 'zoo')
    attic = await add_room(lobby.stores, lobby.ana, 'Attic')
    await lobby.stores.rooms.leave(attic.id, lobby.ana.id)

    summaries = await lobby.stores.rooms.all()

    assert [(summary.room, summary.member_count) for summary in summaries] == [(attic, 0), (lobby.room, 2), (zoo, 1)]


async def test_joining_twice_changes_nothing(lobby: Lobby) -> None:
    room = await add_room(lobby.stores, lobby.ana, 'Other')

    first = await lobby.stores.rooms.join(room.id, lobby.ben.id, role=RoomRole.MEMBER, at=NOON)
    again = await lobby.stores.rooms.join(room.id, lobby.ben.id, role=RoomRole.ADMIN, at=NOON + timedelta(days=1))

    assert first == again
    assert (first.person, first.role, first.joined_at) == (lobby.ben.person, RoomRole.MEMBER, NOON)
    assert [member.person.id for member in await lobby.stores.rooms.members(room.id)] == [lobby.ana.id, lobby.ben.id]


async def test_memberships_come_in_the_order_of_joining(lobby: Lobby) -> None:
    room = await add_room(lobby.stores, lobby.ana, 'Other')
    await lobby.stores.rooms.join(room.id, lobby.ben.id, role=RoomRole.MEMBER, at=NOON - timedelta(days=1))

    memberships = await lobby.stores.rooms.memberships_of(lobby.ben.id)

    assert [(each.room_id, each.role, each.joined_at) for each in memberships] == [
        (room.id, RoomRole.MEMBER, NOON - timedelta(days=1)),
        (lobby.room.id, RoomRole.MEMBER, NOON),
    ]


async def test_leaving_ends_a_membership_once(lobby: Lobby) -> None:
    assert await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)
    assert not await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)

    assert [member.person for member in await lobby.stores.rooms.members(lobby.room.id)] == [lobby.ana.person]


async def test_names_of_private_rooms_are_nobodys_business(lobby: Lobby) -> None:
    first = await add_private_room(lobby.stores, lobby.ana, 'Lobby', slug='a1')
    second = await add_private_room(lobby.stores, lobby.ben, 'Lobby', slug='a2')

    assert [(room.name, room.kind) for room in (first, second)] == [('Lobby', RoomKind.PRIVATE)] * 2
    assert (await add_room(lobby.stores, lobby.ana, 'Secret')).name == 'Secret'
    assert (await lobby.stores.rooms.rename(first.id, name='Secret', name_key=None, slug='a3')).name == 'Secret'
    assert [each.room.name for each in await lobby.stores.rooms.all()] == ['Lobby', 'Lobby', 'Secret', 'Secret']


async def test_announcement_room_is_one_from_the_start(lobby: Lobby) -> None:
    room = await lobby.stores.rooms.add(
        name='News', name_key='news', slug='news', description='', creator=lobby.ana.id, at=NOON, announcements=True
    )

    assert room.announcements
    assert await lobby.stores.rooms.by_id(room.id) == room


async def test_converted_room_gives_up_its_name_and_takes_it_back_if_it_is_free(lobby: Lobby) -> None:
    rooms = lobby.stores.rooms
    private = await rooms.convert(lobby.room.id, kind=RoomKind.PRIVATE, name_key=None, slug='x7')
    assert (private.kind, private.slug, private.name) == (RoomKind.PRIVATE, 'x7', 'Lobby')
    assert await rooms.by_slug('lobby') == private

    taker = await add_room(lobby.stores, lobby.ana, 'Lobby')
    assert await rooms.by_slug('lobby') == taker
    with pytest.raises(RoomNameTaken):
        await rooms.convert(private.id, kind=RoomKind.OPEN, name_key='lobby', slug='lobby')
    assert await rooms.by_id(private.id) == private

    await rename(lobby, taker, 'Other', 'other')
    opened = await rooms.convert(private.id, kind=RoomKind.OPEN, name_key='lobby', slug='lobby')

    assert (opened.kind, opened.slug) == (RoomKind.OPEN, 'lobby')
    assert await rooms.by_slug('x7') == opened
    assert await rooms.by_slug('lobby') == opened


async def test_rules_and_archive_of_a_room_are_kept(lobby: Lobby) -> None:
    ruled = await lobby.stores.rooms.set_rules(lobby.room.id, announcements=True, slow_mode_s=30)
    archived = await lobby.stores.rooms.set_archived(lobby.room.id, NOON)

    assert (ruled.announcements, ruled.slow_mode_s, ruled.is_archived) == (True, 30, False)
    assert archived.archived_at == NOON
    assert await lobby.stores.rooms.by_id(lobby.room.id) == archived
    assert await lobby.stores.rooms.set_archived(lobby.room.id, None) == ruled


async def test_role_and_time_out_of_a_member_change(lobby: Lobby) -> None:
    until = NOON + timedelta(minutes=5)
    await lobby.stores.rooms.set_role(lobby.room.id, lobby.ben.id, RoomRole.ADMIN)
    changed = await lobby.stores.rooms.set_time_out(lobby.room.id, lobby.ben.id, until)

    assert (changed.person, changed.role, changed.timed_out_until) == (lobby.ben.person, RoomRole.ADMIN, until)
    assert (await lobby.stores.rooms.members(lobby.room.id))[1] == changed
    assert (await lobby.stores.rooms.memberships_of(lobby.ben.id))[0].timed_out_until == until
    assert (await lobby.stores.rooms.set_time_out(lobby.room.id, lobby.ben.id, None)).timed_out_until is None


async def test_wishes_of_a_member_are_kept_until_they_leave(lobby: Lobby) -> None:
    wishes = await lobby.stores.rooms.set_wishes(lobby.room.id, lobby.ben.id, involvement=Involvement.EVERYTHING, favourite=True)

    assert (wishes.involvement, wishes.favourite) == (Involvement.EVERYTHING, True)
    assert await lobby.stores.rooms.memberships_of(lobby.ben.id) == [wishes]
    assert list(await lobby.stores.rooms.wanting_everything()) == [(lobby.room.id, lobby.ben.id)]

    await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)
    await join(lobby.stores, lobby.room, lobby.ben)

    (again,) = await lobby.stores.rooms.memberships_of(lobby.ben.id)
    assert (again.involvement, again.favourite) == (Involvement.MENTIONS, False)
    assert list(await lobby.stores.rooms.wanting_everything()) == []


async def test_who_is_no_member_has_no_role_time_out_or_wishes(lobby: Lobby) -> None:
    rooms, carl = lobby.stores.rooms, await lobby.stores.users.add(new_user('Carl'))

    for room_id in (lobby.room.id, RoomId(999)):
        with pytest.raises(NotAMember):
            await rooms.set_role(room_id, carl.id, RoomRole.ADMIN)
        with pytest.raises(NotAMember):
            await rooms.set_time_out(room_id, carl.id, NOON)
        with pytest.raises(NotAMember):
            await rooms.set_wishes(room_id, carl.id, involvement=Involvement.NOTHING, favourite=False)


async def test_member_is_found_alone_as_among_all(lobby: Lobby) -> None:
    rooms = lobby.stores.rooms
    timed_out = await rooms.set_time_out(lobby.room.id, lobby.ben.id, NOON)
    assert timed_out in await rooms.members(lobby.room.id)

    assert await rooms.member(lobby.room.id, lobby.ben.id) == timed_out
    assert await rooms.member(lobby.room.id, UserId(999)) is None
    assert await rooms.member(RoomId(999), lobby.ben.id) is None
    await lobby.stores.users.set_status(lobby.ben.id, UserStatus.BANNED)
    assert await rooms.member(lobby.room.id, lobby.ben.id) is None
