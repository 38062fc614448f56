"""Rooms as people use them: lists, names, membership, drafts, limits, and what is told to whom."""

import asyncio
from dataclasses import replace

import pytest

from livechat.domain.errors import BodyEmpty, BodyTooLong, InvalidInput, NameInvalid, RoomNameTaken, RoomNotFound, TooFast
from livechat.domain.events import (
    LOBBY_TOPIC,
    MemberCountChanged,
    MemberJoined,
    MemberLeft,
    PersonChanged,
    RoomChanged,
    RoomCreated,
    RoomDeleted,
    RoomJoined,
    RoomLeft,
    presence_topic,
    room_topic,
    user_topic,
)
from livechat.domain.limits import Limits
from livechat.domain.model import MAX_BODY_CHARS, Room, RoomId, RoomRole, ServerRole, User
from livechat.domain.ports import NewUser
from tests.domain.house import House, all_settled, queued, started, until


async def test_created_room_is_in_the_list_and_its_creator_its_admin(house: House, owner: User) -> None:
    lobby_events, own = house.backplane.subscribe(LOBBY_TOPIC), house.backplane.subscribe(user_topic(owner.id))

    room = await house.rooms.create(owner, '  Garden  club ', 'All about\nflowers')

    assert (room.name, room.slug, room.description, room.created_by) == ('Garden club', 'garden-club', 'All about flowers', owner.id)
    assert house.rooms.get(room.id) == room
    assert [(summary.room, summary.member_count) for summary in house.rooms.all()] == [(room, 1)]
    membership = (await house.rooms.memberships(owner.id))[room.id]
    assert membership.role is RoomRole.ADMIN
    assert await queued(lobby_events) == [RoomCreated(room=room, member_count=1)]
    assert await queued(own) == [RoomJoined(user_id=owner.id, membership=membership)]
    assert (await house.rooms.enter(owner, room.id)).members[owner.id].role is RoomRole.ADMIN


async def test_rooms_are_listed_by_name_whatever_their_case_and_age(house: House, owner: User) -> None:
    for name in ('zebra', 'Apple', 'éclair', 'apple 2'):
        await house.rooms.create(owner, name)

    assert [summary.room.name for summary in house.rooms.all()] == ['Apple', 'apple 2', 'zebra', 'éclair']


async def test_all_rooms_are_known_after_a_restart(house: House, lobby: Room, ana: User) -> None:
    garden = await house.rooms.create(ana, 'Garden')
    before = house.rooms.all()

    await house.rooms.load()

    assert house.rooms.all() == before
    assert await house.rooms.by_slug('garden') == garden
    assert house.rooms.oldest() == lobby


@pytest.mark.parametrize('name', ['Lobby', 'lobby', ' LOBBY ', 'Lоbby', 'Ｌobby'])
async def test_room_name_that_looks_like_another_is_taken(house: House, lobby: Room, owner: User, name: str) -> None:
    with pytest.raises(RoomNameTaken):
        await house.rooms.create(owner, name)

    assert len(house.rooms.all()) == 1


async def test_room_name_is_free_again_after_its_room_was_deleted(house: House, lobby: Room, owner: User) -> None:
    await house.rooms.delete(owner, lobby.id)

    assert (await house.rooms.create(owner, 'Lobby')).id != lobby.id


async def test_room_without_a_visible_name_is_refused(house: House, owner: User) -> None:
    with pytest.raises(NameInvalid):
        await house.rooms.create(owner, '\u200b \u2060')


async def test_rename_is_told_to_those_inside_and_to_every_list(house: House, lobby: Room, owner: User) -> None:
    inside, lists = house.backplane.subscribe(room_topic(lobby.id)), house.backplane.subscribe(LOBBY_TOPIC)

    room = await house.rooms.rename(owner, lobby.id, '日本語 の部屋')

    assert room == replace(lobby, name='日本語 の部屋', slug='日本語-の部屋')
    assert house.rooms.get(lobby.id) == room
    assert await house.rooms.by_slug('日本語-の部屋') == room
    assert await house.rooms.by_slug('lobby') == room
    assert await queued(inside) == await queued(lists) == [RoomChanged(room=room, old_slug='lobby')]


async def test_rename_to_the_same_name_is_no_news(house: House, lobby: Room, owner: User) -> None:
    lists = house.backplane.subscribe(LOBBY_TOPIC)

    assert await house.rooms.rename(owner, lobby.id, 'Lobby') == lobby

    assert await queued(lists) == []


async def test_description_is_told_and_shown_on_entering(house: House, lobby: Room, owner: User) -> None:
    lists = house.backplane.subscribe(LOBBY_TOPIC)

    room = await house.rooms.describe(owner, lobby.id, ' For everything ')

    assert room.description == 'For everything'
    assert (await house.rooms.enter(owner, lobby.id)).room == room
    assert await queued(lists) == [RoomChanged(room=room, old_slug='lobby')]


async def test_deleted_room_is_gone_for_everybody(house: House, lobby: Room, owner: User, ana: User) -> None:
    inside, lists = house.backplane.subscribe(room_topic(lobby.id)), house.backplane.subscribe(LOBBY_TOPIC)
    assert lobby.id in await house.rooms.memberships(ana.id)

    await house.rooms.delete(owner, lobby.id)

    gone = RoomDeleted(room_id=lobby.id, name='Lobby', by=owner.person)
    assert await queued(inside) == await queued(lists) == [gone]
    assert house.rooms.all() == ()
    assert await house.rooms.memberships(ana.id) == {}
    assert await house.rooms.by_slug('lobby') is None
    with pytest.raises(RoomNotFound):
        await house.rooms.enter(ana, lobby.id)
    await until(lambda: not house.is_running(lobby))


async def test_posts_behind_a_deletion_are_refused_and_those_before_it_stored(house: House, lobby: Room, owner: User, ana: User) -> None:
    await house.rooms.enter(ana, lobby.id)
    await house.rooms.enter(owner, lobby.id)
    house.stores.memory.gate.clear()
    before = started(house.rooms.post(ana, lobby.id, 'before', 'k1'))
    deleting = started(house.rooms.delete(owner, lobby.id))
    after = started(house.rooms.post(ana, lobby.id, 'after', 'k2'))
    await until(lambda: house.messages.batches)

    house.stores.memory.gate.set()
    results = await all_settled([before, deleting, after])

    assert [type(result).__name__ for result in results] == ['Message', 'NoneType', 'RoomNotFound']


async def test_joining_and_leaving_is_told_to_the_room_the_lists_and_the_person(house: House, lobby: Room) -> None:
    ben = await house.person('Ben')
    inside, lists = house.backplane.subscribe(room_topic(lobby.id)), house.backplane.subscribe(LOBBY_TOPIC)
    own = house.backplane.subscribe(user_topic(ben.id))
    assert await house.rooms.memberships(ben.id) == {}

    await house.rooms.join(ben, lobby.id)
    await house.rooms.join(ben, lobby.id)
    membership = (await house.rooms.memberships(ben.id))[lobby.id]
    member = (await house.rooms.enter(ben, lobby.id)).members[ben.id]
    assert house.rooms.member(lobby.id, ben.id) == member
    await house.rooms.leave(ben, lobby.id)
    await house.rooms.leave(ben, lobby.id)

    assert await house.rooms.memberships(ben.id) == {}
    assert house.rooms.member(lobby.id, ben.id) is None
    assert await queued(inside) == [MemberJoined(room_id=lobby.id, member=member), MemberLeft(room_id=lobby.id, user_id=ben.id)]
    counts = [MemberCountChanged(room_id=lobby.id, member_count=count) for count in (2, 1)]
    assert await queued(lists) == counts
    assert await queued(own) == [RoomJoined(user_id=ben.id, membership=membership), RoomLeft(user_id=ben.id, room_id=lobby.id)]


async def test_account_stored_with_its_membership_is_welcomed_into_the_running_room(house: House, lobby: Room, owner: User) -> None:
    inside = house.backplane.subscribe(room_topic(lobby.id))
    new = NewUser(
        display_name='Ben',
        name_key='ben',
        username='ben',
        email=None,
        role=ServerRole.MEMBER,
        password_hash='',
        created_at=house.time.now(),
    )
    ben = await house.stores.users.add(new, join=lobby.id)
    assert ben.id not in (await house.rooms.snapshot(lobby.id)).members

    await house.rooms.welcome(ben)

    assert ben.id in (await house.rooms.enter(ben, lobby.id)).members
    assert [type(event) for event in await queued(inside)] == [MemberJoined]
    assert [summary.member_count for summary in house.rooms.all()] == [2]


async def test_first_room_of_the_set_up_is_known_once_its_owner_is_welcomed(house: House) -> None:
    lists = house.backplane.subscribe(LOBBY_TOPIC)
    owner, room = await house.stores.users.create_first_owner(
        NewUser(
            display_name='Olga',
            name_key='olga',
            username='olga',
            email=None,
            role=ServerRole.OWNER,
            password_hash='',
            created_at=house.time.now(),
        ),
        server_name='Home',
        room_name='Lobby',
        room_slug='lobby',
        room_description='',
    )
    assert house.rooms.oldest() is None

    await house.rooms.welcome(owner)

    assert house.rooms.oldest() == house.rooms.landing_room(owner) == room
    assert await queued(lists) == [RoomCreated(room=room, member_count=1)]
    assert list((await house.rooms.enter(owner, room.id)).members) == [owner.id]


async def test_landing_room_is_the_last_one_or_else_the_oldest(house: House, lobby: Room, owner: User) -> None:
    garden = await house.rooms.create(owner, 'Garden')

    assert house.rooms.landing_room(owner) == lobby
    assert house.rooms.landing_room(replace(owner, last_room_id=garden.id)) == garden
    assert house.rooms.landing_room(replace(owner, last_room_id=RoomId(404))) == lobby


async def test_changed_name_reaches_running_rooms_as_member_and_author(house: House, lobby: Room, owner: User, ana: User) -> None:
    garden = await house.rooms.create(owner, 'Garden')
    await house.rooms.snapshot(garden.id)
    await house.rooms.post(ana, lobby.id, 'hello', 'k1')
    telling, elsewhere = house.backplane.subscribe(presence_topic(lobby.id)), house.backplane.subscribe(presence_topic(garden.id))
    anna = await house.renamed(ana, 'Anna')

    await house.rooms.person_changed(anna.person)
    await house.rooms.person_changed(anna.person)

    snapshot = await house.rooms.snapshot(lobby.id)
    assert snapshot.members[ana.id].person == snapshot.newest[0].author == anna.person
    assert await queued(telling) == [PersonChanged(room_id=lobby.id, person=anna.person)]
    assert await queued(elsewhere) == []


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


async def test_draft_is_kept_per_room_and_person(house: House, lobby: Room, owner: User, ana: User) -> None:
    garden = await house.rooms.create(owner, 'Garden')
    await house.rooms.join(ana, garden.id)

    await house.rooms.keep_draft(ana, lobby.id, 'half a thou\0')
    await house.rooms.keep_draft(owner, lobby.id, 'mine')

    assert await house.rooms.draft(ana, lobby.id) == 'half a thou'
    assert await house.rooms.draft(ana, garden.id) == ''
    await house.rooms.keep_draft(ana, lobby.id, ' ')
    assert await house.rooms.draft(ana, lobby.id) == ''


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


async def test_join_and_leave_at_once_end_in_what_the_store_has(house: House, lobby: Room) -> None:
    people = [await house.person(f'Guest {number}') for number in range(20)]

    await asyncio.gather(*(house.rooms.join(each, lobby.id) for each in people))
    await asyncio.gather(
        *(house.rooms.leave(each, lobby.id) for each in people[::2]), *(house.rooms.join(each, lobby.id) for each in people)
    )

    snapshot = await house.rooms.snapshot(lobby.id)
    stored = await house.stores.rooms.members(lobby.id)
    assert snapshot.members == {member.person.id: member for member in stored}
    assert [summary.member_count for summary in house.rooms.all()] == [len(stored)]
    for each in people:
        assert (lobby.id in await house.rooms.memberships(each.id)) is (each.id in snapshot.members)
