"""Full text with SQLite's FTS5: `message_words` finds words and their beginnings, `message_parts` any three characters.

Both are kept in step by triggers of the first migration. Words in scripts without spaces are found as parts only.
"""

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import bindparam, text
from sqlmodel import Session

from livechat.domain.model import MessageNumber, RoomId
from livechat.store.inputs import can_be_stored

FULL_TEXT_INDEXES = ('message_words', 'message_parts')
PAGES_PER_PURGE = 64
"""So that others can write in between."""
MIN_PART_CHARS = 3
"""Shorter parts have no trigram."""
MAX_TERMS = 16
MAX_TERM_CHARS = 64

_DIACRITICS = re.compile('[\u0300-\u036f]')
"""Of Latin, Greek and Cyrillic letters. Marks of other scripts tell words apart and stay."""

_MATCHING = text(
    """
    SELECT room_id, number FROM messages
    WHERE room_id IN :rooms AND kind = 'text' AND (
        id IN (SELECT rowid FROM message_words WHERE message_words MATCH :words)
        OR id IN (SELECT rowid FROM message_parts WHERE message_parts MATCH :parts)
    )
    ORDER BY id DESC LIMIT :limit
    """
).bindparams(bindparam('rooms', expanding=True))


def folded(body: str) -> str:
    """The body without case, width and accents: SQLite 3.40 has no trigrams that ignore accents."""
    if body.isascii():
        return body.lower()
    plain = _DIACRITICS.sub('', unicodedata.normalize('NFKD', body))
    return unicodedata.normalize('NFKC', plain).casefold()


def matching(session: Session, room_ids: Sequence[RoomId], query: str, *, limit: int = 50) -> Sequence[tuple[RoomId, MessageNumber]]:
    """Where messages are that have every term of the query, newest first."""
    terms = [term[:MAX_TERM_CHARS] for term in query.split()[:MAX_TERMS]]
    if not terms or not can_be_stored(query) or '\x00' in query:
        return []
    words = ' '.join(_quoted(term) for term in terms) + '*'
    parts = ' '.join(_quoted(folded(term)) for term in terms if len(term) >= MIN_PART_CHARS) or '""'
    found = session.execute(_MATCHING, {'rooms': list(room_ids), 'words': words, 'parts': parts, 'limit': limit})
    return [(RoomId(room_id), MessageNumber(number)) for room_id, number in found]


def purge_some(session: Session, index: str, *, first: bool) -> bool:
    """Rewrite some of a full-text index, and all of it in many calls; whether there is more.

    What the triggers delete is only marked in it, and the words stay in the file until its parts are merged. A negative
    number begins to merge all parts into one, a positive one goes on (https://sqlite.org/fts5.html#the_merge_command).
    """
    connection = session.connection()
    before = connection.exec_driver_sql('SELECT total_changes()').scalar_one()
    pages = -PAGES_PER_PURGE if first else PAGES_PER_PURGE
    connection.exec_driver_sql(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', {pages})")  # noqa: S608 - both are ours
    changes: int = connection.exec_driver_sql('SELECT total_changes()').scalar_one() - before
    return changes > 1


def _quoted(term: str) -> str:
    """Unquoted, `NOT`, `it's` and `node.js` are syntax errors of FTS5."""
    return '"' + term.replace('"', '""') + '"'
