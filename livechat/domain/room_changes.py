"""What happens to a room besides messages: in turn with them, the store first, then the state, then the announcement.

Each may run twice: after a crash in between it is done again on a state that has it already. So what other topics and the
caches of the process learn never depends on whether it was news to the state.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from livechat.domain.events import (
    LOBBY_TOPIC,
    Event,
    MemberCountChanged,
    RoomChanged,
    RoomDeleted,
    RoomJoined,
    RoomLeft,
    presence_topic,
    room_topic,
    user_topic,
)
from livechat.domain.limits import Limits
from livechat.domain.memberships import Memberships
from livechat.domain.model import Member, Membership, Person, Room, RoomRole, UserId
from livechat.domain.names import name_key, slug_from
from livechat.domain.ports import Backplane, Clock, MessageStore
from livechat.domain.room import RoomState
from livechat.domain.room_directory import RoomDirectory
from livechat.domain.room_ports import RoomStore

Result = TypeVar('Result')


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all rooms of one process share."""

    rooms: RoomStore
    messages: MessageStore
    directory: RoomDirectory
    memberships: Memberships
    backplane: Backplane
    clock: Clock
    limits: Limits


Change = Callable[[RoomState, Surroundings], Awaitable[Result]]


def joining(person: Person) -> Change[Member]:
    async def join(state: RoomState, around: Surroundings) -> Member:
        member = await around.rooms.join(state.room.id, person.id, role=RoomRole.MEMBER, at=around.clock.now())
        membership = Membership(room_id=state.room.id, user_id=person.id, role=member.role, joined_at=member.joined_at)
        around.memberships.put(membership)
        _tell_room(state, around, state.join(member))
        around.backplane.broadcast(user_topic(person.id), RoomJoined(user_id=person.id, membership=membership))
        _count_members(state, around)
        return member

    return join


def recognising(person: Person) -> Change[None]:
    """Take in a member whom another process stored, as `livechat user add` does beside a running server."""

    async def recognise(state: RoomState, around: Surroundings) -> None:
        for member in await around.rooms.members(state.room.id):
            if member.person.id == person.id:
                _tell_room(state, around, state.join(member))
                _count_members(state, around)

    return recognise


def leaving(user_id: UserId) -> Change[None]:
    async def leave(state: RoomState, around: Surroundings) -> None:
        await around.rooms.leave(state.room.id, user_id)
        around.memberships.remove(user_id, state.room.id)
        _tell_room(state, around, state.leave(user_id))
        around.backplane.broadcast(user_topic(user_id), RoomLeft(user_id=user_id, room_id=state.room.id))
        _count_members(state, around)

    return leave


def renaming(name: str) -> Change[Room]:
    async def rename(state: RoomState, around: Surroundings) -> Room:
        return _take_over(state, around, await around.rooms.rename(state.room.id, name=name, name_key=name_key(name), slug=slug_from(name)))

    return rename


def describing(description: str) -> Change[Room]:
    async def describe(state: RoomState, around: Surroundings) -> Room:
        return _take_over(state, around, await around.rooms.describe(state.room.id, description))

    return describe


def deleting(by: Person) -> Change[None]:
    """To be the last change of its room."""

    async def delete(state: RoomState, around: Surroundings) -> None:
        await around.rooms.delete(state.room.id)
        around.directory.remove(state.room.id)
        around.memberships.remove_room(state.room.id)
        event = RoomDeleted(room_id=state.room.id, name=state.room.name, by=by)
        around.backplane.broadcast(room_topic(state.room.id), event)
        around.backplane.broadcast(LOBBY_TOPIC, event)

    return delete


def changing_person(person: Person) -> Change[None]:
    """A name or role that is stored already."""

    async def change_person(state: RoomState, around: Surroundings) -> None:
        event = state.change_person(person)
        if event is not None:
            around.backplane.broadcast(presence_topic(state.room.id), event)

    return change_person


def _take_over(state: RoomState, around: Surroundings, room: Room) -> Room:
    known = around.directory.get(room.id)
    around.directory.put(room)
    event = state.change_room(room)
    _tell_room(state, around, event)
    if known != room:
        around.backplane.broadcast(LOBBY_TOPIC, RoomChanged(room=room, old_slug=known.slug if known else room.slug))
    return room


def _count_members(state: RoomState, around: Surroundings) -> None:
    count = len(state.members)
    if around.directory.set_member_count(state.room.id, count):
        around.backplane.broadcast(LOBBY_TOPIC, MemberCountChanged(room_id=state.room.id, member_count=count))


def _tell_room(state: RoomState, around: Surroundings, event: Event | None) -> None:
    if event is not None:
        around.backplane.broadcast(room_topic(state.room.id), event)
