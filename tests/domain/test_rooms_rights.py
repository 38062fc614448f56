"""Who may do what, as one table: every actor, every action."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from livechat.domain.access import Right
from livechat.domain.errors import LivechatError, NameInvalid, NotAllowed, NotAMember, RoomNotFound, TooFast
from livechat.domain.events import TypingChanged, presence_topic, room_topic
from livechat.domain.message import Message
from livechat.domain.model import Draft, MessageNumber, Room, RoomId, RoomRole, ServerRole, User
from tests.domain.house import House, queued, started
from tests.patience import until

OK, STRANGER, FORBIDDEN = 'ok', 'NotAMember', 'NotAllowed'
ACTORS = ('server owner', 'server admin', 'room admin', 'author', 'member', 'ex-author', 'stranger')
MATRIX = {
    # The first two are no members: they keep order without reading along.
    #                  owner      admin      room adm.  author     member     ex-author  stranger
    'enter': (STRANGER, STRANGER, OK, OK, OK, STRANGER, STRANGER),
    'post': (STRANGER, STRANGER, OK, OK, OK, STRANGER, STRANGER),
    'draft': (STRANGER, STRANGER, OK, OK, OK, STRANGER, STRANGER),
    'keep draft': (STRANGER, STRANGER, OK, OK, OK, STRANGER, STRANGER),
    'edit the message': (STRANGER, STRANGER, FORBIDDEN, OK, FORBIDDEN, STRANGER, STRANGER),
    'edit what the ex-author wrote': (STRANGER, STRANGER, FORBIDDEN, FORBIDDEN, FORBIDDEN, STRANGER, STRANGER),
    'delete the message': (OK, OK, OK, OK, FORBIDDEN, STRANGER, STRANGER),
    'delete what the ex-author wrote': (OK, OK, OK, FORBIDDEN, FORBIDDEN, STRANGER, STRANGER),
    'rename': (OK, OK, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    'describe': (OK, OK, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    'delete': (OK, OK, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    'join': (OK,) * 7,
    'leave': (OK,) * 7,
}


class Scene:
    """A room with one message of the author's and one of a person who has left since."""

    house: House
    room: Room
    message: Message
    old_message: Message
    people: dict[str, User]

    async def set(self, house: House) -> 'Scene':
        self.house = house
        room_admin = await house.person('Rita')
        self.room = room = await house.rooms.create(room_admin, 'Garden')
        self.people = {
            'server owner': await house.person('Olga', ServerRole.OWNER),
            'server admin': await house.person('Adam', ServerRole.ADMIN),
            'room admin': room_admin,
            'author': await house.person('Ana', ServerRole.MEMBER, room),
            'member': await house.person('Mia', ServerRole.MEMBER, room),
            'ex-author': await house.person('Eve', ServerRole.MEMBER, room),
            'stranger': await house.person('Stan'),
        }
        self.message = await house.rooms.post(self.people['author'], room.id, 'hello', 'k1')
        self.old_message = await house.rooms.post(self.people['ex-author'], room.id, 'bye', 'k2')
        await house.rooms.leave(self.people['ex-author'], room.id)
        return self

    def actions(self, room_id: RoomId) -> dict[str, Callable[[User], Awaitable[object]]]:
        rooms, number, old = self.house.rooms, self.message.number, self.old_message.number
        return {
            'enter': lambda user: rooms.enter(user, room_id),
            'post': lambda user: rooms.post(user, room_id, 'new', 'k3'),
            'draft': lambda user: rooms.draft(user, room_id),
            'keep draft': lambda user: rooms.keep_draft(user, room_id, Draft(body='later')),
            'edit the message': lambda user: rooms.edit(user, room_id, number, 'changed'),
            'edit what the ex-author wrote': lambda user: rooms.edit(user, room_id, old, 'changed'),
            'delete the message': lambda user: rooms.delete_message(user, room_id, number),
            'delete what the ex-author wrote': lambda user: rooms.delete_message(user, room_id, old),
            'rename': lambda user: rooms.rename(user, room_id, 'Yard'),
            'describe': lambda user: rooms.describe(user, room_id, 'Flowers'),
            'delete': lambda user: rooms.delete(user, room_id),
            'join': lambda user: rooms.join(user, room_id),
            'leave': lambda user: rooms.leave(user, room_id),
        }


@pytest.fixture
async def scene(house: House) -> Scene:
    return await Scene().set(house)


@pytest.mark.parametrize(
    ('actor', 'action', 'expected'),
    [(actor, action, row[column]) for action, row in MATRIX.items() for column, actor in enumerate(ACTORS)],
)
async def test_right(scene: Scene, actor: str, action: str, expected: str) -> None:
    events = scene.house.backplane.subscribe(room_topic(scene.room.id))
    bodies, commits = scene.house.stored(scene.room), len(scene.house.messages.batches)
    outcome = OK

    try:
        await scene.actions(scene.room.id)[action](scene.people[actor])
    except LivechatError as refusal:
        outcome = type(refusal).__name__

    assert outcome == expected
    if expected != OK:
        assert await queued(events) == []
        assert scene.house.stored(scene.room) == bodies
        assert len(scene.house.messages.batches) == commits
        assert scene.house.rooms.get(scene.room.id) == scene.room


@pytest.mark.parametrize('action', sorted(MATRIX))
async def test_absent_room_is_not_found_whatever_one_wants_there(scene: Scene, action: str) -> None:
    with pytest.raises(RoomNotFound):
        await scene.actions(RoomId(404))[action](scene.people['server owner'])


async def test_stranger_cannot_tell_which_messages_exist(scene: Scene) -> None:
    refusals = []
    for number in (scene.message.number, MessageNumber(404)):
        with pytest.raises(LivechatError) as editing:
            await scene.house.rooms.edit(scene.people['stranger'], scene.room.id, number, 'x')
        with pytest.raises(LivechatError) as deleting:
            await scene.house.rooms.delete_message(scene.people['stranger'], scene.room.id, number)
        refusals += [str(editing.value), str(deleting.value)]

    assert len(set(refusals)) == 1


async def test_right_ends_with_the_membership_at_once(scene: Scene) -> None:
    ana, room = scene.people['author'], scene.room
    scene.house.rooms.typing(ana, room.id)
    scene.house.tick.beat(scene.house.time.monotonic())
    telling = scene.house.backplane.subscribe(presence_topic(room.id))
    assert scene.house.rooms.typing_now(room.id) == (ana.person,)

    await scene.house.rooms.leave(ana, room.id)
    scene.house.rooms.typing(ana, room.id)
    scene.house.tick.beat(scene.house.time.monotonic())

    assert scene.house.rooms.typing_now(room.id) == ()
    assert await queued(telling) == [TypingChanged(room_id=room.id, people=())]
    for action in ('enter', 'post', 'draft', 'edit the message', 'delete the message'):
        with pytest.raises(LivechatError) as refused:
            await scene.actions(room.id)[action](ana)
        assert type(refused.value).__name__ == STRANGER


@pytest.mark.parametrize('action', ['edit the message', 'delete the message'])
async def test_right_that_ends_while_its_use_waits_is_not_used(scene: Scene, action: str) -> None:
    ana, room = scene.people['author'], scene.room
    bodies, commits = scene.house.stored(room), len(scene.house.messages.batches)

    async def act() -> None:
        await scene.actions(room.id)[action](ana)

    scene.house.stores.memory.gate.clear()
    leaving = started(scene.house.rooms.leave(ana, room.id))
    await until(lambda: scene.house.supervisor.room(room.id).is_busy)
    late = started(act())
    for _ in range(20):
        await asyncio.sleep(0)

    scene.house.stores.memory.gate.set()

    with pytest.raises(NotAMember):
        await late
    await leaving
    assert scene.house.stored(room) == [*bodies, 'left']
    assert scene.house.messages.batches[commits:] == [2]  # the line, and what nobody but the store refused


async def test_room_admin_who_leaves_and_returns_is_a_member_like_others(scene: Scene) -> None:
    rita = scene.people['room admin']
    assert (await scene.house.rooms.access(rita, scene.room.id)).may(Right.MANAGE)

    await scene.house.rooms.leave(rita, scene.room.id)
    assert not (await scene.house.rooms.access(rita, scene.room.id)).may(Right.MANAGE)
    await scene.house.rooms.join(rita, scene.room.id)

    assert (await scene.house.rooms.memberships(rita.id))[scene.room.id].role is RoomRole.MEMBER
    assert not (await scene.house.rooms.access(rita, scene.room.id)).may(Right.MANAGE)


CHANGES = ('create', 'rename', 'describe', 'delete', 'join', 'leave')


@pytest.mark.parametrize('action', CHANGES)
async def test_changes_beyond_the_burst_are_refused_until_told(scene: Scene, action: str) -> None:
    house, room = scene.house, scene.room
    rita, gate = scene.people['room admin'], await scene.house.rooms.create(scene.people['server owner'], 'Gate')
    house.time.advance(house.limits.change_burst / house.limits.change_refill_per_s)
    actions = {
        **scene.actions(room.id),
        'create': lambda user: house.rooms.create(user, 'Yard'),
        'join': lambda user: house.rooms.join(user, gate.id),
    }
    for number in range(house.limits.change_burst):
        await house.rooms.describe(rita, room.id, f'Flowers {number}')
    before = await house.rooms.visible_to(rita)

    with pytest.raises(TooFast, match='a lot at once: wait 1 s') as refused:
        await actions[action](rita)
    assert await house.rooms.visible_to(rita) == before
    await house.rooms.join(rita, room.id)  # changes nothing, so it costs nothing
    await house.rooms.post(rita, room.id, 'hello', 'k9')

    house.time.advance(refused.value.retry_after_s)
    await actions[action](rita)
    if action not in {'delete', 'leave'}:
        await house.rooms.describe(scene.people['server owner'], room.id, 'Others are not kept waiting')


async def test_change_that_is_refused_anyway_costs_no_token(scene: Scene) -> None:
    mia, rita = scene.people['member'], scene.people['room admin']
    for _ in range(2 * scene.house.limits.change_burst):
        with pytest.raises(NotAllowed):
            await scene.house.rooms.rename(mia, scene.room.id, 'Mine')
        with pytest.raises(NameInvalid):
            await scene.house.rooms.rename(rita, scene.room.id, ' ')

    await scene.house.rooms.leave(mia, scene.room.id)
    assert (await scene.house.rooms.rename(rita, scene.room.id, 'Yard')).name == 'Yard'
