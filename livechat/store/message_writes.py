"""Everything that all rooms have to write about messages, in as many statements as a single message needs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import ColumnElement, and_, bindparam, insert, select, update
from sqlalchemy.engine import Connection
from sqlmodel import Session

from livechat.domain.errors import InvalidInput, LivechatError, MessageNotFound, NotAMember, RoomNotFound
from livechat.domain.model import Message, MessageNumber, Person, RoomId, Seq, UserId
from livechat.domain.ports import DeleteMessage, EditMessage, MessageWrite, PostMessage, Stored
from livechat.store.inputs import can_be_stored
from livechat.store.message_rows import MEMBERSHIPS, MESSAGES, PERSON_COLUMNS, ROOMS, SELECT_MESSAGES, USERS, to_messages, to_person, to_row
from livechat.store.pairs_sqlite import joined_to_pairs, pairs_parameter

Place = tuple[RoomId, MessageNumber]
Key = tuple[UserId, str]

KEYS_PER_QUERY = 10_000
"""SQLite takes 32,766 parameters. Not as JSON, like ids: its functions cut a text at a NUL."""

_COUNTERS = select(ROOMS.c.id, ROOMS.c.last_number, ROOMS.c.last_seq).where(ROOMS.c.id.in_(bindparam('rooms', expanding=True)))
_MEMBERS = select(MEMBERSHIPS.c.room_id, *PERSON_COLUMNS).select_from(
    joined_to_pairs(MEMBERSHIPS, MEMBERSHIPS.c.room_id, MEMBERSHIPS.c.user_id).join(USERS, USERS.c.id == MEMBERSHIPS.c.user_id)
)
_SAME_KEYS = SELECT_MESSAGES.where(MESSAGES.c.client_key.in_(bindparam('keys', expanding=True)))
_AT_PLACES = select(*SELECT_MESSAGES.selected_columns).select_from(
    joined_to_pairs(MESSAGES, MESSAGES.c.room_id, MESSAGES.c.number).join(USERS, USERS.c.id == MESSAGES.c.author_id)
)
_INSERT = insert(MESSAGES)


def _is(*columns: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(*(column == bindparam(f'this_{column.key}') for column in columns))


_UPDATE = update(MESSAGES).where(_is(MESSAGES.c.room_id, MESSAGES.c.number))
_COUNT = update(ROOMS).where(_is(ROOMS.c.id))


def write_messages(session: Session, writes: Sequence[MessageWrite]) -> Sequence[Stored | LivechatError]:
    """Do all writes, in order; one result each."""
    batch = _Batch(session.connection(), writes)
    results = [batch.apply(write) for write in writes]
    batch.store()
    return results


@dataclass(slots=True)
class _Counters:
    number: int
    seq: int


class _Batch:
    """Loads what the writes are about, changes it in memory, stores what changed."""

    def __init__(self, connection: Connection, writes: Sequence[MessageWrite]) -> None:
        posts = [write for write in writes if isinstance(write, PostMessage) and _problem(write) is None]
        places = {(write.room_id, write.number) for write in writes if not isinstance(write, PostMessage)}
        self._connection = connection
        self._counters = self._load_counters({write.room_id for write in writes})
        self._messages: dict[Place, Message] = {}
        self._place_of: dict[Key, Place] = {}
        self._load_messages({post.client_key for post in posts}, places)
        self._members = self._load_members(self._acting(writes))
        self._new: set[Place] = set()
        self._changed: set[Place] = set()

    def apply(self, write: MessageWrite) -> Stored | LivechatError:
        try:
            if problem := _problem(write):
                return problem
            match write:
                case PostMessage():
                    return self._post(write)
                case EditMessage():
                    return self._edit(write)
                case DeleteMessage():
                    return self._delete(write)
        except LivechatError as refusal:
            return refusal

    def store(self) -> None:
        if self._new:
            self._connection.execute(_INSERT, [to_row(self._messages[place]) for place in sorted(self._new)])
        if changed := self._changed - self._new:
            self._connection.execute(
                _UPDATE,
                [
                    {**_changeable(self._messages[room_id, number]), 'this_room_id': room_id, 'this_number': number}
                    for room_id, number in sorted(changed)
                ],
            )
        if rooms := {room_id for room_id, _ in self._new | self._changed}:
            self._connection.execute(_COUNT, [self._count(room_id) for room_id in sorted(rooms)])

    def _post(self, post: PostMessage) -> Stored:
        key = (post.author_id, post.client_key)
        if known := self._place_of.get(key):
            return Stored(message=self._messages[known], fresh=False)
        if post.room_id not in self._counters:
            raise RoomNotFound
        author = self._must_be_member(post.room_id, post.author_id)
        counters = self._counters[post.room_id]
        counters.number += 1
        message = Message(
            room_id=post.room_id,
            number=MessageNumber(counters.number),
            changed_seq=self._next_seq(post.room_id),
            author=author,
            body=post.body,
            client_key=post.client_key,
            created_at=post.at,
        )
        place = (message.room_id, message.number)
        self._messages[place] = message
        self._place_of[key] = place
        self._new.add(place)
        return Stored(message=message, fresh=True)

    def _edit(self, edit: EditMessage) -> Stored:
        message = self._existing(edit.room_id, edit.number)
        if message.deleted:
            raise MessageNotFound
        self._must_be_member(edit.room_id, message.author.id)
        return self._change(replace(message, body=edit.body, edited_at=edit.at, changed_seq=self._next_seq(edit.room_id)))

    def _delete(self, delete: DeleteMessage) -> Stored:
        message = self._existing(delete.room_id, delete.number)
        if message.deleted:
            return Stored(message=message, fresh=False)
        if delete.member_id is not None:
            self._must_be_member(delete.room_id, delete.member_id)
        return self._change(replace(message, body='', deleted=True, changed_seq=self._next_seq(delete.room_id)))

    def _change(self, message: Message) -> Stored:
        place = (message.room_id, message.number)
        self._messages[place] = message
        self._changed.add(place)
        return Stored(message=message, fresh=True)

    def _existing(self, room_id: RoomId, number: MessageNumber) -> Message:
        if room_id not in self._counters:
            raise RoomNotFound
        message = self._messages.get((room_id, number))
        if message is None:
            raise MessageNotFound
        return message

    def _must_be_member(self, room_id: RoomId, user_id: UserId) -> Person:
        """Asked here once more: the domain asked before the write waited, and a membership may have ended since."""
        person = self._members.get((room_id, user_id))
        if person is None:
            raise NotAMember
        return person

    def _next_seq(self, room_id: RoomId) -> Seq:
        counters = self._counters[room_id]
        counters.seq += 1
        return Seq(counters.seq)

    def _count(self, room_id: RoomId) -> dict[str, int]:
        counters = self._counters[room_id]
        return {'this_id': room_id, 'last_number': counters.number, 'last_seq': counters.seq}

    def _load_counters(self, rooms: Iterable[RoomId]) -> dict[RoomId, _Counters]:
        rows = self._connection.execute(_COUNTERS, {'rooms': list(rooms)})
        return {RoomId(room_id): _Counters(number, seq) for room_id, number, seq in rows}

    def _acting(self, writes: Sequence[MessageWrite]) -> Iterator[tuple[RoomId, UserId]]:
        """Whose memberships the writes rest on. The author of what is posted and edited in one group stands at the post."""
        for write in writes:
            match write:
                case PostMessage() if _problem(write) is None:
                    yield write.room_id, write.author_id
                case EditMessage() if message := self._messages.get((write.room_id, write.number)):
                    yield write.room_id, message.author.id
                case DeleteMessage(member_id=member_id) if member_id is not None:
                    yield write.room_id, member_id

    def _load_members(self, pairs: Iterable[tuple[RoomId, UserId]]) -> dict[tuple[RoomId, UserId], Person]:
        rows = self._connection.execute(_MEMBERS, pairs_parameter(set(pairs)))
        return {(RoomId(room_id), UserId(person[0])): to_person(person) for room_id, *person in rows}

    def _load_messages(self, keys: set[str], places: set[Place]) -> None:
        """Of everybody with these keys: the index begins with the key, and keys of two people are rarely the same."""
        remaining = iter(keys)
        while some := list(islice(remaining, KEYS_PER_QUERY)):
            self._keep(to_messages(self._connection.execute(_SAME_KEYS, {'keys': some})))
        if places:
            self._keep(to_messages(self._connection.execute(_AT_PLACES, pairs_parameter(places))))

    def _keep(self, messages: Iterable[Message]) -> None:
        for message in messages:
            place = (message.room_id, message.number)
            self._messages[place] = message
            self._place_of[message.author.id, message.client_key] = place


def _problem(write: MessageWrite) -> InvalidInput | None:
    """Why the database cannot keep this text: said here, it costs the others of the group nothing."""
    text = '' if isinstance(write, DeleteMessage) else write.body
    key = write.client_key if isinstance(write, PostMessage) else ''
    return None if can_be_stored(text + key) else InvalidInput('This text has characters that cannot be stored.')


def _changeable(message: Message) -> dict[str, object]:
    row = to_row(message)
    return {name: row[name] for name in ('changed_seq', 'body', 'folded', 'edited_at', 'deleted')}
