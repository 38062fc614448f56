"""One room's state: pure. What was stored goes in, events come out; nothing here waits or knows the time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

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
from livechat.domain.model import PAGE_SIZE, Member, MessageNumber, Person, Room, RoomRole, Seq, UserId
from livechat.domain.renewal import shows, with_person, with_quoted
from livechat.domain.writes import Change, Stored

MessageEvent = MessagePosted | MessageEdited | MessageAmended | MessageDeleted | MessageRestored
EVENTS: Mapping[Change, type[MessageEvent]] = MappingProxyType(
    {
        Change.POSTED: MessagePosted,
        Change.EDITED: MessageEdited,
        Change.AMENDED: MessageAmended,
        Change.DELETED: MessageDeleted,
        Change.RESTORED: MessageRestored,
    }
)


class OutOfStep(RuntimeError):
    """The store has changes that this state never saw: it has to be loaded again."""


class RoomState:
    """A running room: its head, its newest PAGE_SIZE messages without a gap, its members.

    Invariant: equal to what the store would load now, provided that every change was applied in order of `seq`. So answers are
    renewed with the message that they quote, and all messages with the names of the people they show.
    Snapshots share the members' mapping: it is copied at most once per change of members, never per snapshot.
    """

    def __init__(self, *, room: Room, seq: Seq, newest: Sequence[Message], members: Iterable[Member]) -> None:
        self.room = room
        self.seq = seq
        self._newest = list(newest)
        self._members = {member.person.id: member for member in members}
        self._members_shared = False
        self._snapshot: RoomSnapshot | None = None
        self._lines: list[tuple[UserId, str]] = []

    @property
    def last_number(self) -> MessageNumber:
        return self._newest[-1].number if self._newest else MessageNumber(0)

    @property
    def members(self) -> MappingProxyType[UserId, Member]:
        """The members now. A view, not to be kept: `snapshot()` has one that stays as it is."""
        return MappingProxyType(self._members)

    def snapshot(self) -> RoomSnapshot:
        """The room at this moment; the same object until something changes."""
        if self._snapshot is None:
            self._members_shared = True
            self._snapshot = RoomSnapshot(
                room=self.room, seq=self.seq, last_number=self.last_number, newest=tuple(self._newest), members=self.members
            )
        return self._snapshot

    def message(self, number: MessageNumber) -> Message | None:
        """A message of the newest ones; None when it is older, or not there yet."""
        index = self._index(number)
        return None if index is None else self._newest[index]

    def page(self, page: int) -> Sequence[Message] | None:
        """Messages PAGE_SIZE * page + 1 to PAGE_SIZE * (page + 1), as far as they exist; None when some are only in the store."""
        first, last = page_bounds(page)
        if first > self.last_number:
            return ()
        if self._index(first) is None:
            return None
        return [message for message in self._newest if first <= message.number <= last]

    def changes_since(self, seq: Seq) -> Sequence[Message] | None:
        """Every message changed after `seq`, by number; None when that cannot be told without the store.

        Each seq belongs to one change. So when as many messages as there were changes carry a later `changed_seq`, these
        are all; fewer mean that an older message changed, or one message twice.
        """
        changed = [message for message in self._newest if message.changed_seq > seq]
        return changed if len(changed) == max(0, self.seq - seq) else None

    def apply(self, stored: Stored) -> MessageEvent | None:
        """Take in one stored write; the event that tells of it, or None when it changed nothing.

        :raises OutOfStep: when a change is missing in between.
        """
        if not stored.fresh:
            return None
        message = stored.message
        if message.changed_seq != self.seq + 1:
            raise OutOfStep(f'room {self.room.id} is at seq {self.seq}, the store at {message.changed_seq}')
        if stored.change is Change.POSTED:
            self._newest.append(message)
            del self._newest[:-PAGE_SIZE]
        else:
            self._replace(message)
        self.seq = message.changed_seq
        self._snapshot = None
        return EVENTS[stored.change](room_id=self.room.id, seq=self.seq, message=message)

    def join(self, member: Member) -> MemberJoined | None:
        """None when the person is a member already."""
        if member.person.id in self._members:
            return None
        self._own_members()[member.person.id] = member
        return MemberJoined(room_id=self.room.id, member=member)

    def leave(self, user_id: UserId) -> MemberLeft | None:
        """None when the person is no member."""
        if user_id not in self._members:
            return None
        del self._own_members()[user_id]
        return MemberLeft(room_id=self.room.id, user_id=user_id)

    def change_member(self, member: Member) -> MemberChanged | None:
        """Another role, or a time-out; None for who is no member, and when all is as before."""
        known = self._members.get(member.person.id)
        if known is None or known == member:
            return None
        self._own_members()[member.person.id] = member
        return MemberChanged(room_id=self.room.id, member=member)

    @property
    def has_admin(self) -> bool:
        return any(member.role is RoomRole.ADMIN for member in self._members.values())

    def say(self, author_id: UserId, sentence: str) -> None:
        """Leave a line about what happened, to be posted in their name; none in direct rooms."""
        if not self.room.is_direct:
            self._lines.append((author_id, sentence))

    def take_lines(self) -> Sequence[tuple[UserId, str]]:
        """What was said since this was last called."""
        lines, self._lines = self._lines, []
        return lines

    def change_room(self, room: Room) -> RoomChanged | None:
        """Another name or address, other rules; None when all is as before."""
        if room == self.room:
            return None
        old, self.room = self.room, room
        self._snapshot = None
        return RoomChanged(room=room, old_slug=old.slug)

    def shows(self, user_id: UserId) -> bool:
        """As a member, or in one of the newest messages: who wrote it, is quoted in it or reacted to it."""
        return user_id in self._members or any(shows(message, user_id) for message in self._newest)

    def change_person(self, person: Person) -> PersonChanged | None:
        """Another name or role of a member, or of somebody whom the newest messages show; None when nothing changed here."""
        member = self._members.get(person.id)
        member_changed = member is not None and member.person != person
        newest = [with_person(message, person) for message in self._newest]
        messages_changed = any(after is not before for after, before in zip(newest, self._newest, strict=True))
        if messages_changed:
            self._newest = newest
            self._snapshot = None
        if member is not None and member_changed:
            self._own_members()[person.id] = replace(member, person=person)
        return PersonChanged(room_id=self.room.id, person=person) if member_changed or messages_changed else None

    def _replace(self, message: Message) -> None:
        """Also where it is quoted: answers may be among the newest when it is not."""
        if (index := self._index(message.number)) is not None:
            self._newest[index] = message
        self._newest = [with_quoted(each, message) for each in self._newest]

    def _index(self, number: MessageNumber) -> int | None:
        index = number - self._newest[0].number if self._newest else -1
        return index if 0 <= index < len(self._newest) else None

    def _own_members(self) -> dict[UserId, Member]:
        """The mapping to change: a copy when a snapshot has the present one."""
        self._snapshot = None
        if self._members_shared:
            self._members = dict(self._members)
            self._members_shared = False
        return self._members


def page_bounds(page: int) -> tuple[MessageNumber, MessageNumber]:
    """First and last number of a page; pages count from 0."""
    return MessageNumber(PAGE_SIZE * page + 1), MessageNumber(PAGE_SIZE * (page + 1))
