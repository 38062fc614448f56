"""Everything that all rooms have to write about messages, in as many statements as a single message needs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from sqlalchemy import bindparam, update
from sqlalchemy.engine import Connection

from livechat.domain.errors import MessageNotFound, NotAMember, RoomNotFound
from livechat.domain.message import MAX_MENTIONS, Mention, Message, Quote, quote_of
from livechat.domain.model import MessageNumber, Person, RoomId, Seq, UserId, UserStatus
from livechat.domain.writes import Change, MessageWrite, PostMessage, Stored
from livechat.store.message_changes import Changes, place_of
from livechat.store.message_files import MessageFiles
from livechat.store.message_inputs import may_pin, people_about, place_about, places_answered, room_about
from livechat.store.message_reads import SELECT_MESSAGES, Place, read_messages, read_messages_at, read_quotes
from livechat.store.message_rows import MESSAGES, ROOMS
from livechat.store.message_standings import Standing, count_pins, read_counters, read_standings

Key = tuple[UserId, str]

KEYS_PER_QUERY = 10_000
"""SQLite takes 32,766 parameters. Not as JSON, like ids: its functions cut a text at a NUL."""

_SAME_KEYS = SELECT_MESSAGES.where(MESSAGES.c.client_key.in_(bindparam('keys', expanding=True)))
_COUNT = update(ROOMS).where(ROOMS.c.id == bindparam('this_id'))


class Batch:
    """What the writes are about as it is after those that were done; at the end all changes are stored."""

    def __init__(self, connection: Connection, writes: Sequence[MessageWrite]) -> None:
        self.changes = Changes()
        self.files = MessageFiles(connection, writes)
        self._connection = connection
        self._counters = read_counters(connection, {room_about(write) for write in writes})
        self._messages: dict[Place, Message] = {}
        self._place_of: dict[Key, Place] = {}
        self._load_same({write.client_key for write in writes if isinstance(write, PostMessage)})
        self._keep(read_messages_at(connection, {place for write in writes if (place := place_about(write))}))
        self._quotes = read_quotes(connection, set(places_answered(writes)) - self._messages.keys())
        self._standings = read_standings(connection, self._people(writes))
        self._pins = Counter(count_pins(connection, {room_about(write) for write in writes if may_pin(write)}))

    def store(self) -> None:
        self.changes.store(self._connection)
        self.files.store()
        if rooms := self.changes.rooms():
            self._connection.execute(_COUNT, [self._count(room_id) for room_id in sorted(rooms)])

    def posted(self, author_id: UserId, client_key: str) -> Message | None:
        """What that person has posted with that key."""
        place = self._place_of.get((author_id, client_key))
        return None if place is None else self._current(self._messages[place])

    def existing(self, room_id: RoomId, number: MessageNumber) -> Message:
        """:raises RoomNotFound: :raises MessageNotFound:"""
        self.must_have(room_id)
        message = self._messages.get((room_id, number))
        if message is None:
            raise MessageNotFound
        return self._current(message)

    def undeleted(self, room_id: RoomId, number: MessageNumber) -> Message:
        """:raises RoomNotFound: :raises MessageNotFound:"""
        message = self.existing(room_id, number)
        if message.deleted:
            raise MessageNotFound
        return message

    def must_have(self, room_id: RoomId) -> None:
        """:raises RoomNotFound:"""
        if room_id not in self._counters:
            raise RoomNotFound

    def must_be_member(self, room_id: RoomId, user_id: UserId) -> Person:
        """Asked here once more: the domain asked before the write waited; they may have left, or been banned, since.

        :raises NotAMember:
        """
        standing = self._standings.get((room_id, user_id))
        if standing is None or not standing.is_member or standing.status is not UserStatus.ACTIVE:
            raise NotAMember
        return standing.person

    def standing(self, room_id: RoomId, user_id: UserId) -> Standing | None:
        """None: there is no such person."""
        return self._standings.get((room_id, user_id))

    def members_among(self, room_id: RoomId, people: Sequence[UserId], *, called: bool) -> tuple[UserId, ...]:
        """Each once, and not too many unless a group is called."""
        if not people:
            return ()
        standings = ((user_id, self._standings.get((room_id, user_id))) for user_id in dict.fromkeys(people))
        members = (user_id for user_id, standing in standings if standing and standing.is_member)
        return tuple(members if called else islice(members, MAX_MENTIONS))

    def quote(self, room_id: RoomId, number: MessageNumber | None) -> Quote | None:
        """None: there is no such message."""
        if number is None:
            return None
        original = self._messages.get((room_id, number))
        return self._quotes.get((room_id, number)) if original is None else quote_of(original)

    def pins(self, room_id: RoomId) -> int:
        """In a room in which something is to be pinned, or to come back with its pin."""
        return self._pins[room_id]

    def coming_number(self, room_id: RoomId) -> MessageNumber:
        """What the next message of the room will have."""
        return MessageNumber(self._counters[room_id].number + 1)

    def next_number(self, room_id: RoomId) -> MessageNumber:
        counters = self._counters[room_id]
        counters.number += 1
        return MessageNumber(counters.number)

    def next_seq(self, room_id: RoomId) -> Seq:
        counters = self._counters[room_id]
        counters.seq += 1
        return Seq(counters.seq)

    def post(self, message: Message) -> Stored:
        place = place_of(message)
        self._messages[place] = message
        self._place_of[message.author.id, message.client_key] = place
        self.changes.post(message)
        return Stored(message=message, fresh=True, change=Change.POSTED)

    def change(self, changed: Message, change: Change, *, by: UserId | None = None) -> Stored:
        """Store a message as it is now. `by`: who pinned it."""
        message = replace(changed, changed_seq=self.next_seq(changed.room_id))
        place = place_of(message)
        before = self._messages[place]
        self._pins[message.room_id] += (message.pinned_at is not None) - (before.pinned_at is not None)
        self._messages[place] = message
        self.changes.change(before, message, reworded=change is not Change.AMENDED, by=by)
        return Stored(message=message, fresh=True, change=change)

    def _current(self, message: Message) -> Message:
        """What it answers may be among the messages that were changed."""
        original = None if message.quote is None else self._messages.get((message.room_id, message.quote.number))
        return message if original is None else replace(message, quote=quote_of(original))

    def _count(self, room_id: RoomId) -> dict[str, int]:
        counters = self._counters[room_id]
        return {'this_id': room_id, 'last_number': counters.number, 'last_seq': counters.seq}

    def _people(self, writes: Sequence[MessageWrite]) -> Iterator[tuple[RoomId, UserId]]:
        """The author of what is posted and edited in one group stands at the post."""
        for write in writes:
            place = place_about(write)
            room_id = room_about(write)
            for user_id in people_about(write, None if place is None else self._messages.get(place)):
                yield room_id, user_id

    def _load_same(self, keys: set[str]) -> None:
        """Of everybody with these keys: the index begins with the key, and keys of two people are rarely the same."""
        remaining = iter(keys)
        while some := list(islice(remaining, KEYS_PER_QUERY)):
            self._keep(read_messages(self._connection, _SAME_KEYS, {'keys': some}))

    def _keep(self, messages: Iterable[Message]) -> None:
        for message in messages:
            place = place_of(message)
            self._messages[place] = message
            self._place_of[message.author.id, message.client_key] = place


def named_among(mentions: Sequence[UserId], named: Sequence[Mention]) -> tuple[Mention, ...]:
    """Those who are mentioned, and not too many."""
    if not named:
        return ()
    mentioned = set(mentions)
    return tuple([each for each in named if each.user_id in mentioned][:MAX_MENTIONS])
