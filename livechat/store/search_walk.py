"""How one search goes through the database: by which index, and in which order.

Whatever an index says, a row is found only if it says so itself: a room of the person's, every needle in its text.
"""

import asyncio
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.engine import Connection
from sqlalchemy.util import await_only

from livechat.domain.folding import MIN_PART_CHARS
from livechat.domain.model import MessageNumber, RoomId
from livechat.domain.search_ports import MOST_FOUND, SCANNED, Found, Order, Question
from livechat.domain.search_query import TermKind
from livechat.domain.search_rank import RANKED_CHARS, rarity, scores
from livechat.store.search_sqlite import author_mark, has_mark, parts_match, room_mark, words_match
from livechat.store.search_tables import SPAN
from livechat.store.tables import UtcDateTime

WEIGHED = 6
"""Terms whose rarity is asked for; the others count as one that is in every third text."""
SAMPLED = 25
"""Newest messages with a term, from which its rarity is estimated: the more there are, the less far back they reach."""
MOST_THREES = 200
"""Of more parts that begin with the same two characters the newest messages are looked through: each is one more list."""
MARKED_ROOMS = 24
"""Of more rooms the rows are asked: in the index each is one more list to walk through."""
LIGHT_CHARS = 200_000
"""Times needles: that much is ranked in 8 ms."""
_IN_ROOM = 'CROSS JOIN messages r INDEXED BY ix_messages_rooms ON r.id = {id}'
"""Of a match the room is asked first, in an index that is a fiftieth of the messages: most are in rooms of others."""
_THEIRS = '+r.room_id IN (SELECT room_id FROM memberships WHERE user_id = :user)'
"""The plus keeps SQLite from one look into that index for each of the rooms."""
_ROWS = 'CROSS JOIN messages m ON m.id = r.id'
_FROM = {
    'words': f'message_words f {_IN_ROOM.format(id="f.rowid")} {_ROWS} WHERE message_words MATCH :match',
    'parts': f'message_parts f {_IN_ROOM.format(id="f.rowid")} {_ROWS} WHERE message_parts MATCH :match',
    'pins': f'messages m INDEXED BY ix_messages_pinned {_IN_ROOM.format(id="m.id")} WHERE m.pinned_at IS NOT NULL',
    'mentions': f"""
        mentions n CROSS JOIN messages m ON m.room_id = n.room_id AND m.number = n.number {_IN_ROOM.format(id='m.id')}
        WHERE n.user_id = :user
    """,
    'scan': f'messages r INDEXED BY ix_messages_rooms {_ROWS} WHERE r.id > (SELECT max(id) FROM messages) - :scanned',  # noqa: S608 - ours
}
_SAMPLE = f"""
    SELECT {{at}}, min(id), count(*), (SELECT max(id) FROM messages) FROM (
        SELECT r.id FROM {{index}} f {_IN_ROOM.format(id='f.rowid')} WHERE {{index}} MATCH :match_{{at}} AND {_THEIRS}
        ORDER BY f.rowid DESC LIMIT {SAMPLED}
    )
"""  # noqa: S608 - ours
_THREES = text('SELECT term FROM message_parts_terms WHERE term >= :first AND term < :end LIMIT :most')
_SPAN = text(
    f'SELECT min(bucket) * {SPAN}, (max(bucket) + 1) * {SPAN} FROM message_spans WHERE last_at >= :since AND first_at < :until'  # noqa: S608 - ours
).bindparams(bindparam('since', type_=UtcDateTime), bindparam('until', type_=UtcDateTime))
_AUTHORS = text('SELECT id FROM users WHERE username IN :names OR name_key IN :names').bindparams(bindparam('names', expanding=True))
ENDS = 'SELECT (SELECT min(id) FROM messages), (SELECT max(id) FROM messages)'
"""Apart: for both at once SQLite reads the whole index."""
Row = tuple[RoomId, MessageNumber, str]
"""With the text that is ranked, as the database gives it: of a thousand in one search even named tuples take time to make."""
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


class Walk:
    """One search, in one snapshot of what is committed."""

    def __init__(self, connection: Connection, question: Question) -> None:
        self._connection = connection
        self._question = question
        self._wanted = [term for term in question.terms if not term.is_excluded]
        self._needles = [term.needle for term in self._wanted]
        self._authors = self._ids_of(question.authors.wanted)
        self._values: dict[str, Any] = {'user': question.user_id, 'most': MOST_FOUND, 'scanned': SCANNED}
        self._conditions = list(self._conditions_of(question))

    def find(self, enough: int) -> Found:
        is_nowhere = self._question.rooms is not None and not self._question.rooms
        if is_nowhere or (self._question.authors.wanted and not self._authors):
            return Found(places=())
        if self._question.is_pinned or self._question.mentions_me:
            return self._found(self._rows('pins' if self._question.is_pinned else 'mentions'))
        marks = self._marks()
        # Of several words, or a phrase, too few messages have all as whole ones: to look for those alone is to look twice.
        is_one_word = len(self._wanted) == 1 and self._wanted[0].kind is not TermKind.PHRASE
        if enough and is_one_word and not marks and self._question.order is Order.BEST and (words := words_match(self._wanted)):
            rows = self._rows('words', words)
            if rows and (enough <= len(rows) or len(rows) == MOST_FOUND):
                return self._found(rows, is_whole=len(rows) == MOST_FOUND)
        match = parts_match(self._needles, [*marks, *self._pairs()])
        return self._found(self._rows('parts', match)) if match else self._found(self._rows('scan'), is_scan=True)

    def _found(self, rows: Sequence[Row], *, is_whole: bool = True, is_scan: bool = False) -> Found:
        is_cut = len(rows) == MOST_FOUND or (is_scan and self._is_older_left())
        if self._question.order is Order.BEST and self._needles:
            values = self._scores([said for _, _, said in rows])
            rows = [rows[at] for at in sorted(range(len(rows)), key=values.__getitem__, reverse=True)]  # equal ones stay newest first
        places = [(room_id, number) for room_id, number, _ in rows]
        return Found(places=places, is_whole=is_whole, is_cut=is_cut, is_scan=is_scan)

    def _scores(self, texts: Sequence[str]) -> Sequence[float]:
        """A thousand long texts and many needles take a third of a second, in which everybody would wait."""
        rarities = self._rarities() if len(self._needles) > 1 and texts else {}
        if sum(map(len, texts)) * len(self._needles) > LIGHT_CHARS:
            return await_only(asyncio.to_thread(scores, texts, self._needles, rarities))
        return scores(texts, self._needles, rarities)

    def _rows(self, source: str, match: str = '') -> Sequence[Row]:
        """The newest matches, newest first."""
        rowid = 'f.rowid' if match else 'r.id'
        conditions = [_THEIRS, *self._conditions, *self._span(rowid)]
        statement = f"""
            SELECT m.room_id, m.number, substr(m.folded, 1, {RANKED_CHARS}) FROM {_FROM[source]}
            AND m.deleted = 0 AND m.kind = 'text' AND {' AND '.join(conditions)} ORDER BY {rowid} DESC LIMIT :most
        """  # noqa: S608 - all of it is ours
        found: Sequence[Any] = self._connection.execute(_typed(statement), {**self._values, 'match': match}).all()
        return found

    def _conditions_of(self, question: Question) -> Iterator[str]:
        """What a row has to be, besides one of the person's rooms."""
        yield from self._places_of(question)
        for mark in map(has_mark, question.has):
            yield self._stands(mark, has=True)
        for mark in map(has_mark, question.has_not):
            yield self._stands(mark, has=False)
        for term in question.terms:
            yield self._stands(term.needle, has=not term.is_excluded)
        if question.is_pinned:
            yield 'm.pinned_at IS NOT NULL'
        if question.mentions_me:
            yield 'EXISTS (SELECT 1 FROM mentions WHERE user_id = :user AND room_id = m.room_id AND number = m.number)'

    def _places_of(self, question: Question) -> Iterator[str]:
        """Where, whose and when."""
        if question.rooms is not None:
            yield _among('+r.room_id', question.rooms)
        if question.rooms_excluded:
            yield f'NOT {_among("+r.room_id", question.rooms_excluded)}'
        if question.authors.wanted:
            yield _among('m.author_id', self._authors)
        if not_by := self._ids_of(question.authors.excluded):
            yield f'NOT {_among("m.author_id", not_by)}'
        for sign, name, at in (('>=', 'since', question.since), ('<', 'until', question.until)):
            if at is not None:
                self._values[name] = at
                yield f'm.created_at {sign} :{name}'

    def _stands(self, needle: str, *, has: bool) -> str:
        name = f'needle_{len(self._values)}'
        self._values[name] = needle
        return f'instr(m.folded, :{name}) {">" if has else "="} 0'

    def _span(self, rowid: str) -> Iterator[str]:
        """Between which ids the messages of those days are."""
        since, until = self._question.since, self._question.until
        if since is None and until is None:
            return
        first, last = self._connection.execute(_SPAN, {'since': since or _FIRST, 'until': until or _LAST}).one()
        # For a plain 0 SQLite asks no index, and refuses to when it is told to.
        yield f'{rowid} >= {first}' if first is not None else f'{rowid} < 0'
        if last is not None:
            yield f'{rowid} < {last}'

    def _marks(self) -> list[Collection[str]]:
        question = self._question
        marks: list[Collection[str]] = [[has_mark(what)] for what in question.has]
        if self._authors:
            marks.append([author_mark(user_id) for user_id in self._authors])
        if question.rooms is not None and len(question.rooms) <= MARKED_ROOMS:
            marks.append([room_mark(room_id) for room_id in question.rooms])
        return marks

    def _pairs(self) -> Iterator[Collection[str]]:
        """Of each needle of two characters the threes that begin with it. No text ends with one: a space stands behind."""
        for needle in self._needles:
            if len(needle) == MIN_PART_CHARS - 1:
                values = {'first': needle, 'end': needle + chr(sys.maxunicode), 'most': MOST_THREES + 1}
                threes = [three for (three,) in self._connection.execute(_THREES, values)]
                if len(threes) <= MOST_THREES:
                    yield threes or [needle + chr(sys.maxunicode)]

    def _ids_of(self, names: Collection[str]) -> Collection[int]:
        if not names:
            return ()
        return {user_id for (user_id,) in self._connection.execute(_AUTHORS, {'names': list(names)})}

    def _rarities(self) -> Mapping[str, float]:
        """Estimated from this person's rooms alone: an order must not tell of others."""
        samples: list[str] = []
        values: dict[str, Any] = {'user': self._question.user_id}
        for at, term in enumerate(self._wanted[:WEIGHED]):
            words, parts = words_match([term]), parts_match([term.needle], ())
            if words or parts:
                samples.append(_SAMPLE.format(at=at, index='message_words' if words else 'message_parts'))
                values[f'match_{at}'] = words or parts
        found = {}
        if samples:
            for at, oldest, count, newest in map(tuple, self._connection.execute(text(' UNION ALL '.join(samples)), values)):
                reached = newest - oldest + 1 if count == SAMPLED else newest
                found[self._wanted[at].needle] = rarity(newest, count * newest / reached)
        return found

    def _is_older_left(self) -> bool:
        oldest, newest = self._connection.exec_driver_sql(ENDS).one()
        return oldest is not None and newest - oldest >= SCANNED


def _among(column: str, ids: Collection[int]) -> str:
    """Ids are numbers: they need no parameters, of which SQLite takes only so many."""
    return f'{column} IN ({", ".join(str(int(each)) for each in sorted(ids))})'


def _typed(statement: str) -> Any:
    made = text(statement)
    for name in ('since', 'until'):
        if f':{name}' in statement:
            made = made.bindparams(bindparam(name, type_=UtcDateTime))
    return made
