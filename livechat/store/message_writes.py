"""Everything that all rooms have to write about messages, in as many statements as a single message needs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import ColumnElement, and_, bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlmodel import Session

from livechat.domain.errors import InvalidInput, LivechatError, MessageNotFound, NotAMember, RoomNotFound
from livechat.domain.message import MAX_MENTIONS, Message, MessageKind
from livechat.domain.model import MessageNumber, Person, RoomId, Seq, UserId, UserStatus
from livechat.domain.writes import DeleteMessage, EditMessage, MessageWrite, PostMessage, Stored
from livechat.store.inputs import can_be_stored
from livechat.store.message_rows import (
    MEMBERSHIPS,
    MENTIONS,
    MESSAGES,
    PERSON_COLUMNS,
    ROOMS,
    SELECT_MESSAGES,
    USERS,
    to_mention_rows,
    to_messages,
    to_person,
    to_row,
)
from livechat.store.pairs_sqlite import FIRST, SECOND, joined_to_pairs, pairs_parameter

Place = tuple[RoomId, MessageNumber]
Key = tuple[UserId, str]

KEYS_PER_QUERY = 10_000
"""SQLite takes 32,766 parameters. Not as JSON, like ids: its functions cut a text at a NUL."""

_COUNTERS = select(ROOMS.c.id, ROOMS.c.last_number, ROOMS.c.last_seq).where(ROOMS.c.id.in_(bindparam('rooms', expanding=True)))
_STANDINGS = select(FIRST, USERS.c.status, MEMBERSHIPS.c.user_id, *PERSON_COLUMNS).select_from(
    joined_to_pairs(USERS, USERS.c.id == SECOND).outerjoin(
        MEMBERSHIPS, and_(MEMBERSHIPS.c.room_id == FIRST, MEMBERSHIPS.c.user_id == SECOND)
    )
)
_SAME_KEYS = SELECT_MESSAGES.where(MESSAGES.c.client_key.in_(bindparam('keys', expanding=True)))
_AT_PLACES = select(*SELECT_MESSAGES.selected_columns).select_from(
    joined_to_pairs(MESSAGES, and_(MESSAGES.c.room_id == FIRST, MESSAGES.c.number == SECOND)).join(
        USERS, USERS.c.id == MESSAGES.c.author_id
    )
)
_INSERT = insert(MESSAGES)
_MENTION = insert(MENTIONS)


def _is(*columns: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(*(column == bindparam(f'this_{column.key}') for column in columns))


_UPDATE = update(MESSAGES).where(_is(MESSAGES.c.room_id, MESSAGES.c.number))
_FORGET_MENTIONS = delete(MENTIONS).where(_is(MENTIONS.c.room_id, MENTIONS.c.number))
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


@dataclass(frozen=True, slots=True)
class _Standing:
    """What somebody is in one room."""

    person: Person
    is_active: bool
    is_member: bool


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
        self._standings = self._load_standings(self._people(writes))
        self._new: set[Place] = set()
        self._changed: set[Place] = set()
        self._mentioning_anew: set[Place] = set()

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
                [{**_changeable(self._messages[place]), **_this(place)} for place in sorted(changed)],
            )
        if self._mentioning_anew:
            self._store_mentions()
        if rooms := {room_id for room_id, _ in self._new | self._changed}:
            self._connection.execute(_COUNT, [self._count(room_id) for room_id in sorted(rooms)])

    def _store_mentions(self) -> None:
        if old := self._mentioning_anew - self._new:
            self._connection.execute(_FORGET_MENTIONS, [_this(place) for place in sorted(old)])
        if rows := [row for place in sorted(self._mentioning_anew) for row in to_mention_rows(self._messages[place])]:
            self._connection.execute(_MENTION, rows)

    def _post(self, post: PostMessage) -> Stored:
        key = (post.author_id, post.client_key)
        if known := self._place_of.get(key):
            return Stored(message=self._messages[known], fresh=False)
        if post.room_id not in self._counters:
            raise RoomNotFound
        author = self._author(post)
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
            kind=post.kind,
            mentions=self._members_among(post.room_id, post.mentions),
        )
        place = (message.room_id, message.number)
        self._messages[place] = message
        self._place_of[key] = place
        self._new.add(place)
        if message.mentions:
            self._mentioning_anew.add(place)
        return Stored(message=message, fresh=True)

    def _edit(self, edit: EditMessage) -> Stored:
        message = self._existing(edit.room_id, edit.number)
        if message.deleted:
            raise MessageNotFound
        self._must_be_member(edit.room_id, message.author.id)
        mentions = message.mentions if edit.mentions is None else self._members_among(edit.room_id, edit.mentions)
        return self._change(replace(message, body=edit.body, edited_at=edit.at, mentions=mentions))

    def _delete(self, deletion: DeleteMessage) -> Stored:
        message = self._existing(deletion.room_id, deletion.number)
        if message.deleted:
            return Stored(message=message, fresh=False)
        if deletion.member_id is not None:
            self._must_be_member(deletion.room_id, deletion.member_id)
        return self._change(replace(message, body='', deleted=True, mentions=()))

    def _change(self, changed: Message) -> Stored:
        message = replace(changed, changed_seq=self._next_seq(changed.room_id))
        place = (message.room_id, message.number)
        if message.mentions != self._messages[place].mentions:
            self._mentioning_anew.add(place)
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

    def _author(self, post: PostMessage) -> Person:
        if post.kind is MessageKind.TEXT:
            return self._must_be_member(post.room_id, post.author_id)
        if (standing := self._standings.get((post.room_id, post.author_id))) is None:
            raise NotAMember
        return standing.person

    def _must_be_member(self, room_id: RoomId, user_id: UserId) -> Person:
        """Asked here once more: the domain asked before the write waited; they may have left, or been banned, since."""
        standing = self._standings.get((room_id, user_id))
        if standing is None or not (standing.is_member and standing.is_active):
            raise NotAMember
        return standing.person

    def _members_among(self, room_id: RoomId, people: Sequence[UserId]) -> tuple[UserId, ...]:
        if not people:
            return ()
        standings = ((user_id, self._standings.get((room_id, user_id))) for user_id in dict.fromkeys(people))
        return tuple(islice((user_id for user_id, standing in standings if standing and standing.is_member), MAX_MENTIONS))

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

    def _people(self, writes: Sequence[MessageWrite]) -> Iterator[tuple[RoomId, UserId]]:
        """On whose memberships the writes rest, and who is mentioned.

        The author of what is posted and edited in one group stands at the post.
        """
        for write in writes:
            match write:
                case PostMessage() if _problem(write) is None:
                    yield write.room_id, write.author_id
                case EditMessage() if message := self._messages.get((write.room_id, write.number)):
                    yield write.room_id, message.author.id
                case DeleteMessage(member_id=member_id) if member_id is not None:
                    yield write.room_id, member_id
            if not isinstance(write, DeleteMessage):
                for user_id in write.mentions or ():
                    yield write.room_id, user_id

    def _load_standings(self, pairs: Iterable[tuple[RoomId, UserId]]) -> dict[tuple[RoomId, UserId], _Standing]:
        rows = self._connection.execute(_STANDINGS, pairs_parameter(set(pairs)))
        return {
            (RoomId(room_id), UserId(person[0])): _Standing(
                to_person(person), is_active=status == UserStatus.ACTIVE.value, is_member=member_id is not None
            )
            for room_id, status, member_id, *person in rows
        }

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
    return {name: row[name] for name in ('changed_seq', 'body', 'folded', 'edited_at', 'deleted', 'mentions')}


def _this(place: Place) -> dict[str, int]:
    room_id, number = place
    return {'this_room_id': room_id, 'this_number': number}
