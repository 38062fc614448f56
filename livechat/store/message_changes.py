"""What a group of writes changes about messages, collected and then stored in a few statements."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Executable, Integer, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from livechat.domain.file import FileId
from livechat.domain.message import MAX_REVISIONS, Card, Message, Revision
from livechat.domain.model import RoomId, UserId
from livechat.store.file_texts import read_texts
from livechat.store.insert_messages import insert_messages
from livechat.store.message_reads import Place
from livechat.store.message_rows import CARD_PICTURES, DRAFTS, MENTIONS, MESSAGES, REACTIONS, REVISIONS, to_mention_rows, to_row


def _is(*columns: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(*(column == bindparam(f'this_{column.key}') for column in columns))


_UPDATE = update(MESSAGES).where(_is(MESSAGES.c.room_id, MESSAGES.c.number))
_FORGET_MENTIONS = delete(MENTIONS).where(_is(MENTIONS.c.room_id, MENTIONS.c.number))
_FORGET_REACTIONS = delete(REACTIONS).where(_is(REACTIONS.c.room_id, REACTIONS.c.number))
_UNREACT = delete(REACTIONS).where(_is(REACTIONS.c.room_id, REACTIONS.c.number, REACTIONS.c.user_id, REACTIONS.c.text))
_FORGET_REVISIONS = delete(REVISIONS).where(_is(REVISIONS.c.room_id, REVISIONS.c.number))
_FORGET_PICTURE = delete(CARD_PICTURES).where(_is(CARD_PICTURES.c.token))
_END_EDIT = update(DRAFTS).where(_is(DRAFTS.c.user_id, DRAFTS.c.room_id, DRAFTS.c.editing)).values(editing=None, edit_body='')
_KEPT = REVISIONS.alias('kept')
_FORGET_OLDEST = delete(REVISIONS).where(
    _is(REVISIONS.c.room_id, REVISIONS.c.number),
    REVISIONS.c.position.not_in(
        select(_KEPT.c.position).where(_is(_KEPT.c.room_id, _KEPT.c.number)).order_by(_KEPT.c.position.desc()).limit(MAX_REVISIONS)
    ),
)

_PICTURE = insert(CARD_PICTURES)
_SAME_TEXT = REACTIONS.alias('same_text')
_REACT = insert(REACTIONS).values(
    room_id=bindparam('this_room_id'),
    number=bindparam('this_number'),
    user_id=bindparam('this_user_id'),
    text=bindparam('this_text'),
    seq=bindparam('this_seq'),
    text_seq=func.coalesce(
        select(_SAME_TEXT.c.text_seq).where(_is(_SAME_TEXT.c.room_id, _SAME_TEXT.c.number, _SAME_TEXT.c.text)).limit(1).scalar_subquery(),
        bindparam('this_seq', type_=Integer),
    ),
)
_REVISION = insert(REVISIONS)
_MENTION = insert(MENTIONS)

_WORDS = ('changed_seq', 'cards', 'files', 'body', 'folded', 'edited_at', 'deleted', 'mentions', 'named', 'mention_group', 'reply_to')
_NOT_WORDS = ('changed_seq', 'cards', 'files')
"""The full-text indexes are written anew whenever a statement sets the body, be it to what it was."""


@dataclass(frozen=True, slots=True)
class _Reaction:
    place: Place
    on: bool
    values: dict[str, Any]


class Changes:
    """Messages that are new or different, and rows that come and go with them."""

    def __init__(self) -> None:
        self._new: dict[Place, Message] = {}
        self._changed: dict[Place, Message] = {}
        self._reworded: set[Place] = set()
        self._mentioning: dict[Place, Message] = {}
        self._pins: dict[Place, dict[str, Any]] = {}
        self._emptied: set[Place] = set()
        self._edits_ended: dict[Place, UserId] = {}
        self._revisions: dict[Place, list[dict[str, Any]]] = {}
        self._reactions: list[_Reaction] = []
        self._pictures: dict[str, dict[str, Any]] = {}
        self._pictures_gone: set[str] = set()

    def post(self, message: Message) -> None:
        place = place_of(message)
        self._new[place] = message
        if message.mentions:
            self._mentioning[place] = message

    def change(self, before: Message, after: Message, *, reworded: bool, by: UserId | None = None) -> None:
        """Whatever is different in it, but its reactions. `by`: who pinned it, if it was pinned."""
        place = place_of(after)
        if place in self._new:
            self._new[place] = after
        else:
            self._changed[place] = after
        if reworded:
            self._reworded.add(place)
        if before.mentions != after.mentions:
            self._mentioning[place] = after
        if before.pinned_at != after.pinned_at:
            self._pins[place] = {'pinned_at': after.pinned_at, 'pinned_by': by if after.pinned_at else None, **_this(place)}
        for token in tokens_of(before.cards) - tokens_of(after.cards):
            if self._pictures.pop(token, None) is None:
                self._pictures_gone.add(token)

    def empty(self, message: Message) -> None:
        """Nobody has reacted to it any more, it never read differently, and its author is not editing it."""
        place = place_of(message)
        self._emptied.add(place)
        self._edits_ended[place] = message.author.id
        self._revisions.pop(place, None)
        self._reactions = [reaction for reaction in self._reactions if reaction.place != place]

    def revise(self, place: Place, revisions: Sequence[Revision], *, position: int) -> None:
        """These were its last wordings, the newest one until the change that took this seq."""
        first = position - len(revisions) + 1
        room_id, number = place
        self._revisions.setdefault(place, []).extend(
            {'room_id': room_id, 'number': number, 'position': each, 'body': revision.body, 'until': revision.until}
            for each, revision in enumerate(revisions, first)
        )

    def react(self, place: Place, user_id: UserId, text: str, *, seq: int) -> None:
        values = {**_this(place), 'this_user_id': user_id, 'this_text': text, 'this_seq': seq}
        self._reactions.append(_Reaction(place, on=True, values=values))

    def unreact(self, place: Place, user_id: UserId, text: str) -> None:
        values = {**_this(place), 'this_user_id': user_id, 'this_text': text}
        self._reactions.append(_Reaction(place, on=False, values=values))

    def show_picture(self, place: Place, token: str, webp: bytes) -> None:
        room_id, number = place
        self._pictures[token] = {'token': token, 'room_id': room_id, 'number': number, 'webp': webp}

    def rooms(self) -> set[RoomId]:
        """Whose messages are stored."""
        return {room_id for room_id, _ in chain(self._new, self._changed)}

    def store(self, connection: Connection) -> None:
        """Each statement is left out when it has nothing to do."""
        old = self._changed.keys() - self._new.keys()
        texts = read_texts(connection, chain(self._new.values(), (self._changed[place] for place in old & self._reworded)))
        emptied = [_this(place) for place in sorted(self._emptied & old)]
        insert_messages(connection, [to_row(self._new[place], texts) for place in sorted(self._new)])
        statements: tuple[tuple[Executable, Sequence[Mapping[str, Any]]], ...] = (
            (_UPDATE, [self._different(place, _WORDS, texts) for place in sorted(old & self._reworded)]),
            (_UPDATE, [self._different(place, _NOT_WORDS, {}) for place in sorted(old - self._reworded)]),
            (_UPDATE, list(self._pins.values())),
            (_FORGET_MENTIONS, [_this(place) for place in sorted(self._mentioning.keys() & old)]),
            (_MENTION, [row for place in sorted(self._mentioning) for row in to_mention_rows(self._mentioning[place])]),
            (_FORGET_REACTIONS, emptied),
            (_FORGET_REVISIONS, emptied),
            (_END_EDIT, [_edit_of(author_id, place) for place, author_id in self._edits_ended.items()]),
            *self._reaction_statements(),
            (_REVISION, list(chain.from_iterable(self._revisions.values()))),
            (_FORGET_OLDEST, [_this(place) for place in sorted(self._revisions)]),
            (_FORGET_PICTURE, [{'this_token': token} for token in self._pictures_gone]),
            (_PICTURE, list(self._pictures.values())),
        )
        for statement, values in statements:
            if values:
                connection.execute(statement, values)

    def _reaction_statements(self) -> Iterator[tuple[Executable, Sequence[dict[str, Any]]]]:
        """In their order: where a text stands depends on whether somebody had it at that moment."""
        for on, some in groupby(self._reactions, key=attrgetter('on')):
            yield _REACT if on else _UNREACT, [reaction.values for reaction in some]

    def _different(self, place: Place, columns: Iterable[str], texts: Mapping[FileId, str]) -> dict[str, Any]:
        row = to_row(self._changed[place], texts)
        return {**{name: row[name] for name in columns}, **_this(place)}


def place_of(message: Message) -> Place:
    return message.room_id, message.number


def tokens_of(cards: Iterable[Card]) -> set[str]:
    return {card.picture.token for card in cards if card.picture is not None}


def _edit_of(author_id: UserId, place: Place) -> dict[str, Any]:
    room_id, number = place
    return {'this_user_id': author_id, 'this_room_id': room_id, 'this_editing': number}


def _this(place: Place) -> dict[str, Any]:
    room_id, number = place
    return {'this_room_id': room_id, 'this_number': number}
