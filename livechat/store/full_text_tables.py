"""The full-text indexes and the triggers that keep them in step, as the migrations leave them; and a second set, while that is made."""

from collections.abc import Iterator
from dataclasses import dataclass

NEXT, OLD = '_next', '_old'
"""What the names of tables end in that are not in use yet, or not any more."""
PROGRESS = 'message_reindex'
"""Up to which message the next indexes have everything, and whether words were taken from them since."""
SHREDDED = {'data': ('id', 'id > 10'), 'idx': ('segid, term', 'TRUE'), 'docsize': ('id', 'TRUE')}
"""FTS5's own tables that grow with an index, by their keys; without the first records of `data` it cannot even be dropped:
https://sqlite.org/fts5.html#fts5_data_structures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FullText:
    name: str
    column: str
    """Of `messages`."""
    options: str

    def table(self, suffix: str = '') -> str:
        return (
            f"CREATE VIRTUAL TABLE {self.name}{suffix} USING fts5( {self.column}, content='messages', content_rowid='id', {self.options} )"
        )

    def copy(self) -> str:
        """Everything of a range of messages into the next one."""
        return f'INSERT INTO {self.name}{NEXT} (rowid, {self.column}) SELECT id, {self.column} FROM messages WHERE id > ? AND id <= ?'  # noqa: S608 - ours

    def command(self, name: str) -> str:
        """To the next one, with a number."""
        return f"INSERT INTO {self.name}{NEXT} ({self.name}{NEXT}, rank) VALUES ('{name}', ?)"  # noqa: S608 - ours

    def add(self, suffix: str = '') -> str:
        return f'INSERT INTO {self.name}{suffix} (rowid, {self.column}) VALUES (new.id, new.{self.column});'  # noqa: S608 - ours

    def drop(self, suffix: str = '') -> str:
        name = f'{self.name}{suffix}'
        return f"INSERT INTO {name} ({name}, rowid, {self.column}) VALUES ('delete', old.id, old.{self.column});"  # noqa: S608 - ours


FULL_TEXTS = (
    FullText(name='message_words', column='body', options="tokenize='unicode61 remove_diacritics 2', prefix='2 3'"),
    FullText(name='message_parts', column='folded', options="tokenize='trigram'"),
)
TRIGGERS = ('messages_inserted', 'messages_deleted', 'messages_updated')


def triggers(suffix: str = '') -> Iterator[str]:
    """In the order of TRIGGERS. Those of the next indexes leave out what is not copied yet."""
    add = ' '.join(each.add(suffix) for each in FULL_TEXTS)
    drop = ' '.join(each.drop(suffix) for each in FULL_TEXTS)
    after_new = after_old = taken = ''
    if suffix:
        after_new, after_old = (f'WHEN {row}.id <= (SELECT copied FROM {PROGRESS}) ' for row in ('new', 'old'))  # noqa: S608 - ours
        taken = f' UPDATE {PROGRESS} SET is_taken = 1;'  # noqa: S608 - ours
    yield f'CREATE TRIGGER messages_inserted{suffix} AFTER INSERT ON messages {after_new}BEGIN {add} END'
    yield f'CREATE TRIGGER messages_deleted{suffix} AFTER DELETE ON messages {after_old}BEGIN {drop}{taken} END'
    yield f'CREATE TRIGGER messages_updated{suffix} AFTER UPDATE OF id, body, folded ON messages {after_old}BEGIN {drop} {add}{taken} END'
