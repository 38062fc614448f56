"""What happens to a room besides messages: in turn with them, the store first, then the state, then the announcement.

Each may run twice: after a crash in between it is done again on a state that has it already. So what other topics and the
caches of the process learn never depends on whether it was news to the state. A line about it does: a crash may cost that.
What happens to its members is in `member_changes.py`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from livechat.domain.audit import Act
from livechat.domain.audit_log import AuditLog
from livechat.domain.events import (
    LOBBY_TOPIC,
    Event,
    MemberCountChanged,
    OwnRoomChanged,
    OwnRoomDeleted,
    RoomChanged,
    RoomCreated,
    RoomDeleted,
    RoomHidden,
    presence_topic,
    room_topic,
    user_topic,
)
from livechat.domain.face import Face
from livechat.domain.limits import Limits
from livechat.domain.memberships import Memberships
from livechat.domain.model import Person, Room, RoomKind, User
from livechat.domain.names import name_key
from livechat.domain.pauses import Pauses
from livechat.domain.ports import Backplane, Clock, MessageStore
from livechat.domain.room import RoomState
from livechat.domain.room_directory import RoomDirectory
from livechat.domain.room_ports import RoomStore
from livechat.domain.slugs import slug_for

Result = TypeVar('Result')


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all rooms of one process share."""

    rooms: RoomStore
    messages: MessageStore
    directory: RoomDirectory
    memberships: Memberships
    backplane: Backplane
    audit: AuditLog
    clock: Clock
    limits: Limits
    pauses: Pauses = field(default_factory=Pauses)


Change = Callable[[RoomState, Surroundings], Awaitable[Result]]


def renaming(by: User, name: str) -> Change[Room]:
    async def rename(state: RoomState, around: Surroundings) -> Room:
        slug, old_name = slug_for(state.room.kind, name, now=state.room.slug), state.room.name
        room = await around.rooms.rename(state.room.id, name=name, name_key=_key(state.room.kind, name), slug=slug)
        take_over(state, around, room)
        if room.name != old_name:
            state.say(by.id, f'renamed the room to “{room.name}”')
        return room

    return rename


def describing(description: str) -> Change[Room]:
    async def describe(state: RoomState, around: Surroundings) -> Room:
        return take_over(state, around, await around.rooms.describe(state.room.id, description))

    return describe


def converting(by: User, kind: RoomKind) -> Change[Room]:
    """From open to private or back."""

    async def convert(state: RoomState, around: Surroundings) -> Room:
        room, was = state.room, state.room.kind
        if was is not kind:
            room = await around.rooms.convert(room.id, kind=kind, name_key=_key(kind, room.name), slug=slug_for(kind, room.name))
        take_over(state, around, room)
        if was is not kind:
            state.say(by.id, 'made the room private' if kind is RoomKind.PRIVATE else 'opened the room to everybody')
            await around.audit.write(by, Act.ROOM_CONVERTED, room.name, f'It is {kind} now.')
        return room

    return convert


def ruling(*, announcements: bool, slow_mode_s: int) -> Change[Room]:
    async def rule(state: RoomState, around: Surroundings) -> Room:
        room = await around.rooms.set_rules(state.room.id, announcements=announcements, slow_mode_s=slow_mode_s)
        return take_over(state, around, room)

    return rule


def archiving(by: User, at: datetime | None) -> Change[Room]:
    """None takes it back into use. One that is archived already keeps its date."""

    async def archive(state: RoomState, around: Surroundings) -> Room:
        was_archived = state.room.is_archived
        room = state.room if was_archived and at is not None else await around.rooms.set_archived(state.room.id, at)
        take_over(state, around, room)
        if room.is_archived is not was_archived:
            state.say(by.id, 'archived the room' if room.is_archived else 'unarchived the room')
            await around.audit.write(by, Act.ROOM_ARCHIVED if room.is_archived else Act.ROOM_UNARCHIVED, room.name)
        return room

    return archive


def picturing(by: User, face: Face | None) -> Change[Room]:
    """Without a face it has none."""

    async def picture(state: RoomState, around: Surroundings) -> Room:
        room = take_over(state, around, await around.rooms.set_picture(state.room.id, face))
        await around.audit.write(by, Act.ROOM_PICTURE, room.name)
        return room

    return picture


def deleting(by: User) -> Change[None]:
    """To be the last change of its room."""

    async def delete(state: RoomState, around: Surroundings) -> None:
        room = state.room
        await around.rooms.delete(room.id)
        around.directory.remove(room.id)
        around.memberships.remove_room(room.id)
        gone = RoomDeleted(room_id=room.id, name=room.name, by=by.person)
        around.backplane.broadcast(room_topic(room.id), gone)
        if room.kind is RoomKind.OPEN:
            around.backplane.broadcast(LOBBY_TOPIC, gone)
        else:
            for user_id in state.members:
                own = OwnRoomDeleted(user_id=user_id, room_id=room.id, name=room.name, by=by.person)
                around.backplane.broadcast(user_topic(user_id), own)
        await around.audit.write(by, Act.ROOM_DELETED, room.name)

    return delete


def changing_person(person: Person) -> Change[None]:
    """A name, picture or role that is stored already."""

    async def change_person(state: RoomState, around: Surroundings) -> None:
        event = state.change_person(person)
        if event is not None:
            around.backplane.broadcast(presence_topic(state.room.id), event)

    return change_person


# What the changes of rooms and of members share


def take_over(state: RoomState, around: Surroundings, room: Room) -> Room:
    """Announce a stored change of the room. The directory comes last: as long as it differs, it may not have been told."""
    known = around.directory.get(room.id) or state.room
    tell_room(state, around, state.change_room(room))
    if known != room:
        _tell_lists(state, around, known, room)
    around.directory.put(room)
    return room


def tell_room(state: RoomState, around: Surroundings, event: Event | None) -> None:
    if event is not None:
        around.backplane.broadcast(room_topic(state.room.id), event)


def tell_members(state: RoomState, around: Surroundings, *, old_slug: str) -> None:
    """Of a room that others know nothing of: it is shown otherwise now."""
    for user_id in state.members:
        changed = OwnRoomChanged(user_id=user_id, room=state.room, old_slug=old_slug)
        around.backplane.broadcast(user_topic(user_id), changed)


def count_members(state: RoomState, around: Surroundings) -> None:
    """How many are in a room that is not open is nobody's business."""
    count = len(state.members)
    if around.directory.set_member_count(state.room.id, count) and state.room.kind is RoomKind.OPEN:
        around.backplane.broadcast(LOBBY_TOPIC, MemberCountChanged(room_id=state.room.id, member_count=count))


def _tell_lists(state: RoomState, around: Surroundings, known: Room, room: Room) -> None:
    was_open, is_open = known.kind is RoomKind.OPEN, room.kind is RoomKind.OPEN
    if not (was_open and is_open):
        tell_members(state, around, old_slug=known.slug)
    match was_open, is_open:
        case True, True:
            around.backplane.broadcast(LOBBY_TOPIC, RoomChanged(room=room, old_slug=known.slug))
        case True, False:
            around.backplane.broadcast(LOBBY_TOPIC, RoomHidden(room_id=room.id))
        case False, True:
            around.backplane.broadcast(LOBBY_TOPIC, RoomCreated(room=room, member_count=len(state.members)))


def _key(kind: RoomKind, name: str) -> str | None:
    return name_key(name) if kind is RoomKind.OPEN else None
