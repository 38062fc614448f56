"""What a reader of a room does with its events: the other half of the law "snapshot + events = fresh snapshot"."""

from dataclasses import replace

from livechat.domain.events import (
    MemberChanged,
    MemberJoined,
    MemberLeft,
    MessageAmended,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageRestored,
    PersonChanged,
    RoomChanged,
)
from livechat.domain.message import Message, RoomSnapshot
from livechat.domain.model import PAGE_SIZE, Person
from livechat.domain.renewal import with_person, with_quoted

MessageTold = MessagePosted | MessageEdited | MessageAmended | MessageDeleted | MessageRestored
Told = MessageTold | MemberJoined | MemberChanged | MemberLeft | RoomChanged | PersonChanged


def fold(snapshot: RoomSnapshot, event: Told) -> RoomSnapshot:
    """The snapshot after the event. Message events that it has already change nothing."""
    match event:
        case MessagePosted() | MessageEdited() | MessageAmended() | MessageDeleted() | MessageRestored():
            return snapshot if event.seq <= snapshot.seq else _with_message(replace(snapshot, seq=event.seq), event.message)
        case MemberJoined(member=member) | MemberChanged(member=member):
            return replace(snapshot, members={**snapshot.members, member.person.id: member})
        case MemberLeft(user_id=user_id):
            return replace(snapshot, members={each: member for each, member in snapshot.members.items() if each != user_id})
        case RoomChanged(room=room):
            return replace(snapshot, room=room)
        case PersonChanged(person=person):
            return _with_person(snapshot, person)


def plain(snapshot: RoomSnapshot) -> RoomSnapshot:
    """To be compared: mappings of different kinds are never equal."""
    return replace(snapshot, members=dict(snapshot.members))


def _with_message(snapshot: RoomSnapshot, message: Message) -> RoomSnapshot:
    newest = {each.number: each for each in snapshot.newest}
    if message.number in newest or message.number == snapshot.last_number + 1:
        newest[message.number] = message
    last_number = max(snapshot.last_number, message.number)
    kept = list(newest.values())[-PAGE_SIZE:]
    return replace(snapshot, last_number=last_number, newest=tuple(with_quoted(each, message) for each in kept))


def _with_person(snapshot: RoomSnapshot, person: Person) -> RoomSnapshot:
    members = {each: replace(member, person=person) if each == person.id else member for each, member in snapshot.members.items()}
    newest = tuple(with_person(each, person) for each in snapshot.newest)
    return replace(snapshot, members=members, newest=newest)
