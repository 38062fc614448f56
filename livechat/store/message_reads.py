"""Messages read complete: with their author, what they answer, and who reacted.

One query brings the messages, one their reactions, and one more what they answer, if any of them answers something else
than each other: however many messages there are, and whatever the length of the room.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Executable, Row, and_, select
from sqlalchemy.engine import Connection

from livechat.domain.attachment import files_in_words
from livechat.domain.message import MentionGroup, Message, MessageKind, Quote, Reaction, excerpt
from livechat.domain.model import MessageNumber, Person, RoomId, Seq, UserId
from livechat.store.message_rows import MESSAGES, PERSON_COLUMNS, REACTIONS, USERS, to_cards, to_files, to_named, to_person
from livechat.store.pairs_sqlite import FIRST, SECOND, joined_to_pairs, pairs_parameter

Place = tuple[RoomId, MessageNumber]

SELECT_MESSAGES = select(
    MESSAGES.c.room_id,
    MESSAGES.c.number,
    MESSAGES.c.changed_seq,
    MESSAGES.c.client_key,
    MESSAGES.c.body,
    MESSAGES.c.created_at,
    MESSAGES.c.edited_at,
    MESSAGES.c.deleted,
    MESSAGES.c.kind,
    MESSAGES.c.mentions,
    MESSAGES.c.named,
    MESSAGES.c.mention_group,
    MESSAGES.c.reply_to,
    MESSAGES.c.pinned_at,
    MESSAGES.c.cards,
    MESSAGES.c.files,
    *PERSON_COLUMNS,
).join_from(MESSAGES, USERS, USERS.c.id == MESSAGES.c.author_id)
_AT_PLACES = joined_to_pairs(MESSAGES, and_(MESSAGES.c.room_id == FIRST, MESSAGES.c.number == SECOND)).join(
    USERS, USERS.c.id == MESSAGES.c.author_id
)
MESSAGES_AT = select(*SELECT_MESSAGES.selected_columns).select_from(_AT_PLACES)
QUOTED_AT = select(
    MESSAGES.c.room_id, MESSAGES.c.number, MESSAGES.c.body, MESSAGES.c.deleted, MESSAGES.c.files, *PERSON_COLUMNS
).select_from(_AT_PLACES)
REACTIONS_AT = (
    select(REACTIONS.c.room_id, REACTIONS.c.number, REACTIONS.c.text, *PERSON_COLUMNS)
    .select_from(
        joined_to_pairs(REACTIONS, and_(REACTIONS.c.room_id == FIRST, REACTIONS.c.number == SECOND)).join(
            USERS, USERS.c.id == REACTIONS.c.user_id
        )
    )
    .order_by(REACTIONS.c.text_seq, REACTIONS.c.seq)
)


def read_messages(connection: Connection, statement: Executable, parameters: Mapping[str, Any]) -> list[Message]:
    """What a statement that selects the columns of `SELECT_MESSAGES` finds, in its order."""
    rows = connection.execute(statement, parameters).all()
    if not rows:
        return []
    people = _People()
    quotes = _quotes(connection, rows, people)
    reactions = _reactions(connection, {(row.room_id, row.number) for row in rows}, people)
    return [_to_message(row, people, quotes, reactions) for row in rows]


def read_messages_at(connection: Connection, places: Collection[Place]) -> list[Message]:
    """Those that are there, in no order."""
    return read_messages(connection, MESSAGES_AT, pairs_parameter(places)) if places else []


def read_quotes(connection: Connection, places: Collection[Place]) -> dict[Place, Quote]:
    """Of those that are there."""
    return _quotes_at(connection, places, _People()) if places else {}


class _People(dict[int, Person]):
    """Everybody once, by id."""

    def of(self, columns: Sequence[Any]) -> Person:
        return self.get(columns[0]) or self.setdefault(columns[0], to_person(columns))


def _to_message(
    row: Sequence[Any], people: _People, quotes: Mapping[Place, Quote], reactions: Mapping[Place, tuple[Reaction, ...]]
) -> Message:
    (
        room_id, number, changed_seq, client_key, body, created_at, edited_at, deleted, kind,
        mentions, named, group, reply_to, pinned_at, cards, files, *person,
    ) = row  # fmt: skip
    shown, removed = to_cards(cards)
    return Message(
        room_id=RoomId(room_id),
        number=MessageNumber(number),
        changed_seq=Seq(changed_seq),
        author=people.of(person),
        body=body,
        client_key=client_key,
        created_at=created_at,
        edited_at=edited_at,
        deleted=deleted,
        kind=MessageKind(kind),
        mentions=tuple(UserId(int(user_id)) for user_id in mentions.split()) if mentions else (),
        named=to_named(named),
        group=MentionGroup(group) if group else None,
        quote=quotes.get((room_id, reply_to)),
        reactions=reactions.get((room_id, number), ()),
        pinned_at=pinned_at,
        cards=shown,
        cards_removed=removed,
        files=to_files(files),
    )


def _quotes(connection: Connection, rows: Iterable[Row[Any]], people: _People) -> Mapping[Place, Quote]:
    """Whatever the rows answer: from among them, or with a query more."""
    answered = {(row.room_id, row.reply_to) for row in rows if row.reply_to is not None}
    if not answered:
        return {}
    here = [row for row in rows if (row.room_id, row.number) in answered]
    quotes = {
        (row.room_id, row.number): _to_quote(row.number, row.body, row.deleted, row.files, people.of(row[-len(PERSON_COLUMNS) :]))
        for row in here
    }
    if elsewhere := answered - quotes.keys():
        quotes |= _quotes_at(connection, elsewhere, people)
    return quotes


def _quotes_at(connection: Connection, places: Collection[Place], people: _People) -> dict[Place, Quote]:
    found = connection.execute(QUOTED_AT, pairs_parameter(places))
    return {
        (RoomId(room_id), MessageNumber(number)): _to_quote(number, body, deleted, files, people.of(person))
        for room_id, number, body, deleted, files, *person in found
    }


def _to_quote(number: int, body: str, deleted: bool, files: str, author: Person) -> Quote:
    words = files_in_words(to_files(files)) if files else ''
    return Quote(number=MessageNumber(number), author=author, excerpt=excerpt(body), deleted=deleted, files=words)


def _reactions(connection: Connection, places: Collection[Place], people: _People) -> Mapping[Place, tuple[Reaction, ...]]:
    texts: dict[Place, dict[str, list[Person]]] = defaultdict(dict)
    for room_id, number, text, *person in connection.execute(REACTIONS_AT, pairs_parameter(places)):
        texts[RoomId(room_id), MessageNumber(number)].setdefault(text, []).append(people.of(person))
    return {
        place: tuple(Reaction(text=text, people=tuple(reacted)) for text, reacted in by_text.items()) for place, by_text in texts.items()
    }
