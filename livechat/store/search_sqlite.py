"""Full text with SQLite's FTS5: `message_words` finds words and their beginnings, `message_parts` any three characters.

Both are kept in step by triggers of the first migration. What stands in `messages.folded`, and so in `message_parts`, begins with
marks, three private characters for each fact that a search can ask for: the room, the author, a file, an image, a link. So
"of this author, with this word" is one walk through the index, not one through everything that has the word.
"""

import unicodedata
from collections.abc import Collection, Iterable, Sequence

from sqlmodel import Session

from livechat.domain.attachment import Attachment, searched_part
from livechat.domain.file import FileKind
from livechat.domain.folding import MIN_PART_CHARS, is_unspaced, searchable
from livechat.domain.links import links_in
from livechat.domain.search_query import Has, Term, TermKind

FULL_TEXT_INDEXES = ('message_words', 'message_parts')
PAGES_PER_PURGE = 64
"""So that others can write in between."""
MATCHED_CHARS = 8
"""Of a needle that is all that is looked for, in the index: every further one is one more list to walk through, every one less means
more rows that are read in vain. They decide about the rest. Measured with a million messages."""
MATCHED_CHARS_OF_EACH = 9
"""Of each of several, or of one with marks: there each character is looked for once, as three lists that need not be side by side.
The others leave so few rows that it does not matter if some are read in vain; measured a third faster than fewer characters in a row."""
_ROOM, _AUTHOR, _HAS = range(3)


def room_mark(room_id: int) -> str:
    return _mark(_ROOM, room_id)


def author_mark(user_id: int) -> str:
    return _mark(_AUTHOR, user_id)


def has_mark(what: Has) -> str:
    return _mark(_HAS, list(Has).index(what))


def indexed(*, room_id: int, author_id: int, body: str, files: Sequence[Attachment] = (), texts: Iterable[str] = ()) -> str:
    """What a message that can be found has in `messages.folded`. `texts`: what its files say."""
    has = {Has.FILE: bool(files), Has.IMAGE: any(file.kind is FileKind.IMAGE for file in files), Has.LINK: '://' in body and links_in(body)}
    marks = room_mark(room_id) + author_mark(author_id) + ''.join(has_mark(what) for what in Has if has[what])
    said = [body, *(file.name for file in files), *(searched_part(text, files) for text in texts)]
    return marks + ''.join(map(searchable, filter(None, said)))


def parts_match(needles: Sequence[str], marks: Sequence[Collection[str]]) -> str:
    """What `message_parts` is to match: every needle, and of each group of marks one; empty when it cannot help."""
    clauses = [' OR '.join(map(_quoted, group)) for group in marks]
    for needle in needles:
        if len(needle) >= MIN_PART_CHARS:
            is_all = len(needles) == 1 and not marks
            clauses += [_quoted(part) for part in ([needle[:MATCHED_CHARS]] if is_all else _threes(needle[:MATCHED_CHARS_OF_EACH]))]
    return ' AND '.join(f'({clause})' for clause in clauses)


def words_match(terms: Sequence[Term]) -> str:
    """What `message_words` is to match: every term as a word or the beginning of one; empty when that cannot be asked."""
    if not terms or any(is_unspaced(term.text) or not _has_word(term.text) for term in terms):
        return ''
    return ' AND '.join(_quoted(term.text) + ('*' if _begins(term) else '') for term in terms)


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


def _threes(part: str) -> list[str]:
    """Three characters each, that together have all of it: the last ones may overlap."""
    last = len(part) - MIN_PART_CHARS
    return [part[at : at + MIN_PART_CHARS] for at in (*range(0, last, MIN_PART_CHARS), last)]


def _mark(kind: int, number: int) -> str:
    """Each of its characters from a range of its own, so that no three others side by side are a mark."""
    high, middle, low = number >> 20 & 0xFF, number >> 10 & 0x3FF, number & 0x3FF
    return chr(0xE000 + 0x100 * kind + high) + chr(0xE400 + middle) + chr(0xE800 + low)


def _has_word(text: str) -> bool:
    """Whether FTS5's unicode61 finds one in it: for a text without, it would leave the term out."""
    return any(unicodedata.category(character)[0] in 'LN' for character in text)


def _begins(term: Term) -> bool:
    """One letter as a whole word alone, as `folding.needle_of_word` has it."""
    return term.kind is TermKind.PREFIX or (term.kind is TermKind.WORD and not term.needle.endswith(' '))


def _quoted(term: str) -> str:
    """Unquoted, `NOT`, `it's` and `node.js` are syntax errors of FTS5."""
    return '"' + term.replace('"', '""') + '"'
