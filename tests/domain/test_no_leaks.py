"""Random sequences of joining, leaving, inviting, removing, converting, posting and what is done to messages: whoever is no
member learns nothing.

Each person's own topic, the lobby, lists, addresses and unread counts are held against a plain model after every step. A
thousand sequences; each word of a message names its room, so that a leak shows by its text too.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livechat.domain.backplane import LocalSubscription
from livechat.domain.chat import Chat
from livechat.domain.errors import LivechatError, RoomNotFound
from livechat.domain.events import (
    LOBBY_TOPIC,
    Event,
    MemberCountChanged,
    MembershipChanged,
    OwnRoomChanged,
    OwnRoomDeleted,
    RoomChanged,
    RoomCreated,
    RoomJoined,
    UnreadChanged,
    user_topic,
)
from livechat.domain.file import FileKind
from livechat.domain.file_errors import FileNotFound
from livechat.domain.invitation import InvitedAs
from livechat.domain.message import MessageKind
from livechat.domain.model import MessageNumber, Room, RoomId, RoomKind, TabId, Unread, User
from livechat.domain.notices import Notified
from tests.domain.everybody import INSIDE, Everybody, open_everybody
from tests.domain.house import queued

PEOPLE = ('admin', 'room admin', 'member', 'stranger', 'guest')
KINDS = ('open', 'private', 'direct')
TURNS = 40
"""Of the event loop after each step; what comes later than that is missed, and the counts show it."""

MEMBERSHIP = ('join', 'leave', 'invite', 'add', 'remove', 'convert')
TALK = ('post', 'mention', 'call', 'reply', 'read', 'unread')
DEEDS = ('delete', 'undo', 'react', 'pin')

Step = tuple[str, str, str, str]
steps = st.lists(
    st.tuples(
        st.sampled_from([*MEMBERSHIP, *TALK, *DEEDS]),
        st.sampled_from(PEOPLE),
        st.sampled_from(KINDS),
        st.sampled_from(PEOPLE),
    ),
    max_size=18,
)


@dataclass
class World:
    everybody: Everybody
    members: dict[str, set[str]] = field(default_factory=dict)
    kinds: dict[str, RoomKind] = field(default_factory=dict)
    topics: dict[str, LocalSubscription] = field(default_factory=dict)
    posted: int = 0

    @property
    def chat(self) -> Chat:
        return self.everybody.chat

    def user(self, name: str) -> User:
        return self.everybody.people[name]

    def room_id(self, kind: str) -> RoomId:
        return self.everybody.rooms[kind].id

    def name_of(self, room_id: RoomId) -> str | None:
        return next((kind for kind, room in self.everybody.rooms.items() if room.id == room_id), None)

    def sees(self, name: str, kind: str) -> bool:
        if name in self.members[kind]:
            return True
        if self.kinds[kind] is RoomKind.OPEN:
            return name != 'guest'
        return self.kinds[kind] is RoomKind.PRIVATE and name == 'admin'


async def begin(everybody: Everybody) -> World:
    world = World(everybody)
    for kind in KINDS:
        inside = await everybody.stores.rooms.members(world.room_id(kind))
        names = {user.id: name for name, user in everybody.people.items()}
        world.members[kind] = {names[member.person.id] for member in inside}
        world.kinds[kind] = everybody.rooms[kind].kind
    for name in PEOPLE:
        await world.chat.unread.follow(world.user(name).id, TabId(name))
        world.topics[name] = world.chat.backplane.subscribe(user_topic(world.user(name).id))
    world.topics['lobby'] = world.chat.backplane.subscribe(LOBBY_TOPIC)
    return world


async def act(world: World, step: Step) -> None:
    """Do it; the model follows what was done."""
    what, who, kind, other = step
    chat, user, room_id, whom = world.chat, world.user(who), world.room_id(kind), world.user(other)
    members = world.members[kind]
    match what:
        case 'join':
            await chat.rooms.join(user, room_id)
            members.add(who)
        case 'leave':
            await chat.rooms.leave(user, room_id)
            members.discard(who)
        case 'invite':
            invitation = await chat.invitations.make(user, room_id=room_id, invited_as=InvitedAs.MEMBER, lasts=None, max_uses=None)
            await chat.invitations.accept(whom, chat.invitations.code(invitation))
            members.add(other)
        case 'add':
            await chat.members.add(user, room_id, whom.id)
            members.add(other)
        case 'remove':
            await chat.members.remove(user, room_id, whom.id)
            members.discard(other)
        case 'convert':
            target = RoomKind.OPEN if world.kinds[kind] is RoomKind.PRIVATE else RoomKind.PRIVATE
            await chat.room_settings.convert(user, room_id, target)
            world.kinds[kind] = target
        case 'post' | 'mention' | 'call' | 'reply':
            world.posted += 1
            words = {'mention': f'@{whom.username} ', 'call': '@room '}.get(what, '')
            reply_to = world.everybody.written[kind, 'bystander'] if what == 'reply' else None
            await chat.rooms.post(user, room_id, f'{words}said in {kind}', f'key-{world.posted}', reply_to=reply_to)
        case 'read':
            await chat.unread.mark_read(user, room_id)
        case 'unread':
            await chat.unread.mark_unread_from(user, room_id, MessageNumber(1))
        case _:
            await do(world, what, user, kind)


async def do(world: World, what: str, user: User, kind: str) -> None:
    """To a message: of somebody who is in every room."""
    rooms, room_id, number = world.chat.rooms, world.room_id(kind), world.everybody.written[kind, 'bystander']
    match what:
        case 'delete':
            await rooms.delete_message(user, room_id, number)
        case 'undo':
            await rooms.undo_deletion(user, room_id, number)
        case 'react':
            await rooms.react(user, room_id, number, f'seen in {kind}')
        case 'pin':
            await rooms.pin(user, room_id, number, on=True)


async def settle() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


def rooms_in(event: Event) -> RoomId | None:
    match event:
        case UnreadChanged():
            return event.unread.room_id
        case Notified() | OwnRoomChanged():
            return event.room.id
        case OwnRoomDeleted():
            return event.room_id
        case RoomJoined() | MembershipChanged():
            return event.membership.room_id
        case _:
            return None


async def check_topics(world: World, step: Step) -> None:
    """A `RoomLeft` is an end and names nothing: it may be told twice, also to whom it says nothing new."""
    for name in PEOPLE:
        for event in await queued(world.topics[name]):
            kind = world.name_of(room_id) if (room_id := rooms_in(event)) is not None else None
            if kind is not None:
                assert name in world.members[kind], f'{step}: {name} heard {event}'
    for event in await queued(world.topics['lobby']):
        if isinstance(event, RoomCreated | RoomChanged):
            assert event.room.kind is RoomKind.OPEN, f'{step}: the lobby heard {event}'
        if isinstance(event, MemberCountChanged) and (kind := world.name_of(event.room_id)) is not None:
            assert world.kinds[kind] is RoomKind.OPEN, f'{step}: the lobby heard {event}'
        assert world.name_of(getattr(event, 'room_id', RoomId(0))) != 'direct', f'{step}: the lobby heard {event}'


async def check_lists(world: World, step: Step) -> None:
    rooms = world.chat.rooms
    for name in PEOPLE:
        user = world.user(name)
        mine = {summary.room.id for summary in await rooms.mine(user)}
        visible = {summary.room.id for summary in await rooms.visible_to(user)}
        for kind in KINDS:
            room = world.chat.rooms.summary(world.room_id(kind))
            assert room is not None
            inside = name in world.members[kind]
            assert (room.room.id in mine) == inside, f'{step}: mine of {name}'
            assert room.room.id not in visible or world.sees(name, kind), f'{step}: {name} is shown {kind}'
            assert (await rooms.by_slug(user, room.room.slug) is not None) == world.sees(name, kind), f'{step}: {name} opens {kind}'
            if kind == step[2]:
                await check_files(world, step, name, kind)
            if not inside:
                await must_be_refused(world, user, room.room)


async def check_files(world: World, step: Step, name: str, kind: str) -> None:
    """What was sent is for members, while its message is there; what waits is its owner's, while they are a member."""
    files, everybody, room_id = world.chat.files, world.everybody, world.room_id(kind)
    assert files is not None
    messages = everybody.stores.memory.rooms[room_id].messages
    inside = name in world.members[kind]
    is_sent = not messages[everybody.written[kind, 'bystander']].deleted
    for what, is_there in (('sent', is_sent), (name, name in INSIDE), ('bystander', False)):
        try:
            await files.open(world.user(name), everybody.file(kind, what))
        except FileNotFound:
            assert not (inside and is_there), f'{step}: {name} does not get {what} in {kind}'
        else:
            assert inside, f'{step}: {name} gets {what} in {kind}'
            assert is_there, f'{step}: {name} gets {what} in {kind}'


async def must_be_refused(world: World, user: User, room: Room) -> None:
    attempts: Sequence[Callable[[], object]] = (
        lambda: world.chat.rooms.enter(user, room.id),
        lambda: world.chat.rooms.draft(user, room.id),
        lambda: world.chat.rooms.message(user, room.id, MessageNumber(1)),
        lambda: world.chat.rooms.pinned(user, room.id),
        lambda: world.chat.rooms.mentionable(user, room.id, ''),
        lambda: world.chat.rooms.outsiders(user, room.id, '@bystander'),
        lambda: world.chat.files and world.chat.files.in_room(user, room.id, [*FileKind]),
        lambda: world.chat.files and world.chat.files.tray(user, room.id),
    )
    for attempt in attempts:
        try:
            await attempt()  # type: ignore[misc]
        except LivechatError:
            continue
        raise AssertionError(f'{user.display_name} got into {room.name}')


async def check_counts(world: World, step: Step) -> None:
    for name in PEOPLE:
        user = world.user(name)
        followed = world.chat.unread.of(user.id)
        stored = {kind: world.everybody.stores.memory.rooms[world.room_id(kind)] for kind in KINDS}
        for kind in KINDS:
            if name not in world.members[kind]:
                assert world.room_id(kind) not in followed, f'{step}: {name} still counts {kind}'
                continue
            count = followed[world.room_id(kind)]
            left = [
                message
                for message in stored[kind].messages.values()
                if message.number > count.last_read
                and message.author.id != user.id
                and not message.deleted
                and message.kind is MessageKind.TEXT
            ]
            recount = Unread(
                room_id=count.room_id,
                last_read=count.last_read,
                unread=len(left),
                mentions=sum(user.id in message.mentions for message in left),
            )
            assert count == recount, f'{step}: {name} in {kind}'


@pytest.mark.timeout(240)  # a thousand whole chats
@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_no_event_and_no_count_reaches_who_is_no_member(sequence: list[Step]) -> None:
    async def run() -> None:
        async with open_everybody(*KINDS) as everybody:
            world = await begin(everybody)
            for step in sequence:
                try:
                    await act(world, step)
                except RoomNotFound:
                    assert not world.sees(step[1], step[2]), f'{step}: a room that they see'
                except LivechatError:
                    pass  # refused, and nothing was done: the model stays, and the checks hold it against the chat
                await settle()
                await check_topics(world, step)
                await check_lists(world, step)
                await check_counts(world, step)

    asyncio.run(run())
