"""Rooms as a store and their actors have them: what is committed is told later, in order."""

from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from livechat.domain.events import MessageDeleted, MessageEdited, MessagePosted, MessageRestored
from livechat.domain.inquiry import Inquiry, Place
from livechat.domain.message import Message, MessageKind
from livechat.domain.model import MessageNumber, RoomId, Seq, TabId, Unread, UserId
from livechat.domain.read_marks import MessageEvent, RoomMarks
from livechat.domain.reading import Reading
from tests.domain.messages import message_by

START = Seq(0)
PEOPLE = [UserId(1), UserId(2)]
ROOMS = [RoomId(10), RoomId(20)]
SHOWS_NUMBER = {ROOMS[0]: {PEOPLE[0]}, ROOMS[1]: set(PEOPLE)}
ALL = 1_000


people = st.sampled_from(PEOPLE)
rooms = st.sampled_from([ROOMS[0], ROOMS[0], ROOMS[0], ROOMS[1]])
seldom = st.sampled_from([True, False, False, False])
TABS = [TabId('a'), TabId('b')]
tabs = st.sampled_from(TABS)
mentions = st.sets(people, max_size=2).map(lambda found: tuple(sorted(found)))


@dataclass
class StoredRoom:
    messages: list[Message] = field(default_factory=list)
    seq: Seq = START
    members: dict[UserId, MessageNumber] = field(default_factory=dict)
    """With the mark that is stored."""
    deleted: dict[MessageNumber, Message] = field(default_factory=dict)
    """As they were."""
    untold: deque[MessageEvent] = field(default_factory=deque)
    """Committed, and not broadcast yet."""

    def count(self, room_id: RoomId, user_id: UserId, last_read: MessageNumber) -> Unread:
        left = [
            message
            for message in self.messages[last_read:]
            if message.author.id != user_id and not message.deleted and message.kind is MessageKind.TEXT
        ]
        return Unread(room_id=room_id, last_read=last_read, unread=len(left), mentions=sum(user_id in message.mentions for message in left))


@dataclass
class Load:
    user_id: UserId
    found: dict[RoomId, tuple[Seq, Unread]]
    newest: dict[RoomId, tuple[MessageNumber, Seq]]
    inquiry: Inquiry
    open: ExitStack


@dataclass
class Count:
    room: RoomMarks
    seq: Seq
    counts: dict[UserId, Unread]
    inquiry: Inquiry
    open: ExitStack


@dataclass
class Save:
    marks: dict[Place, MessageNumber]
    fails: bool
    written: bool = False


class Rooms(RuleBasedStateMachine):
    """`marks` is how far each member has truly read; the store lags behind it, the announcements behind the store."""

    def __init__(self) -> None:
        super().__init__()
        self.stored = {room_id: StoredRoom() for room_id in ROOMS}
        self.marks: dict[Place, MessageNumber] = {}
        self.shown: dict[Place, Unread] = {}
        self.reading = Reading(lambda room_id: SHOWS_NUMBER[room_id])

    def readers_read(self) -> None:
        """Whoever reads has read what was announced."""
        raise NotImplementedError

    def head(self, room_id: RoomId) -> tuple[MessageNumber, Seq]:
        room = self.stored[room_id]
        return MessageNumber(len(room.messages)), room.seq

    # Messages: committed first, told later, in order

    @rule(author=people, room_id=rooms, mentions=mentions, system=seldom, waits=st.booleans())
    def post(self, author: UserId, room_id: RoomId, mentions: tuple[UserId, ...], system: bool, waits: bool) -> None:
        room = self.stored[room_id]
        if author in room.members:
            message = message_by(author, room_id, len(room.messages) + 1, mentions=() if system else mentions)
            message = replace(message, kind=MessageKind.SYSTEM if system else MessageKind.TEXT)
            room.messages.append(message)
            self.commit(room_id, message, MessagePosted, waits=waits)

    @rule(author=people, room_id=rooms, waits=st.booleans())
    def call_everybody(self, author: UserId, room_id: RoomId, waits: bool) -> None:
        """Members at this moment but the author: whoever joins later was not called."""
        called = tuple(user_id for user_id in PEOPLE if user_id in self.stored[room_id].members and user_id != author)
        self.post(author, room_id, mentions=called, system=False, waits=waits)

    @rule(authors=st.lists(people, min_size=1, max_size=4), room_id=rooms)
    def talk(self, authors: list[UserId], room_id: RoomId) -> None:
        for author in authors:
            self.post(author, room_id, mentions=(), system=False, waits=False)

    @rule(room_id=rooms, back=st.integers(0, 2), mentions=mentions, waits=st.booleans())
    def edit(self, room_id: RoomId, back: int, mentions: tuple[UserId, ...], waits: bool) -> None:
        message = self.one(room_id, back)
        if message is not None:
            self.commit(room_id, replace(message, mentions=mentions), MessageEdited, waits=waits)

    @rule(room_id=rooms, back=st.integers(0, 2), waits=st.booleans())
    def delete(self, room_id: RoomId, back: int, waits: bool) -> None:
        message = self.one(room_id, back)
        if message is not None:
            self.stored[room_id].deleted[message.number] = message
            self.commit(room_id, replace(message, mentions=(), body='', deleted=True), MessageDeleted, waits=waits)

    @rule(room_id=rooms, back=st.integers(0, 2), waits=st.booleans())
    def take_deletion_back(self, room_id: RoomId, back: int, waits: bool) -> None:
        room = self.stored[room_id]
        message = room.messages[-1 - back] if back < len(room.messages) else None
        if message is not None and message.deleted:
            self.commit(room_id, room.deleted[message.number], MessageRestored, waits=waits)

    @rule(room_id=rooms, back=st.integers(0, 2))
    def react_or_pin(self, room_id: RoomId, back: int) -> None:
        """The seq goes on, and nothing of it is told to whoever counts."""
        message = self.one(room_id, back)
        if message is not None:
            room = self.stored[room_id]
            room.seq = Seq(room.seq + 1)
            room.messages[message.number - 1] = replace(message, changed_seq=room.seq)

    def one(self, room_id: RoomId, back: int) -> Message | None:
        messages = self.stored[room_id].messages
        found = messages[-1 - back] if back < len(messages) else None
        return None if found is None or found.deleted or found.kind is MessageKind.SYSTEM else found

    def commit(self, room_id: RoomId, message: Message, kind: type[MessageEvent], *, waits: bool) -> None:
        room = self.stored[room_id]
        room.seq = Seq(room.seq + 1)
        message = replace(message, changed_seq=room.seq)
        room.messages[message.number - 1] = message
        room.untold.append(kind(room_id=room_id, seq=room.seq, message=message))
        if not waits:
            self.announce(room_id, ALL)

    @rule(room_id=rooms, most=st.integers(1, 4))
    def announce(self, room_id: RoomId, most: int) -> None:
        untold = self.stored[room_id].untold
        for _ in range(min(most, len(untold))):
            self.reading.take(untold.popleft())
            self.readers_read()

    @rule(room_id=rooms, really=seldom)
    def lose_events(self, room_id: RoomId, really: bool) -> None:
        """The room's task crashed after a commit."""
        if not really:
            return
        self.stored[room_id].untold.clear()
        self.reading.lost_track(room_id)


def visible(user_id: UserId, unread: Unread) -> tuple[bool, int, int]:
    """Of the numbers what a room's row in the list shows."""
    return unread.unread > 0, unread.mentions, unread.unread if user_id in SHOWS_NUMBER[unread.room_id] else 0
