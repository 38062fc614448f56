"""The part of a query that is being typed, as far as it can be completed: the name of a filter, or what comes behind it. Pure."""

import re
from dataclasses import dataclass

from livechat.ui.completion import Choice

FIELDS = {
    'from': 'somebody, or me',
    'in': 'one room',
    'has': 'a file, an image, a link',
    'is': 'pinned',
    'mentions': 'me',
    'before': 'a day, a month, a year',
    'after': 'a day, a month, a year',
    'on': 'a day, a month, a year',
}
MIN_NAME_CHARS = 2
"""With one letter every other word would begin like the name of a filter."""
_LAST = re.compile(r'(?:^|(?<=\s))-?(?:(?P<field>[a-z]+):)?(?P<value>"[^"]*|[^\s"]*)$', re.IGNORECASE)
_REST = re.compile(r'[^\s"]*')
_LOOKED_AT_CHARS = 100


@dataclass(frozen=True, slots=True)
class Word:
    field: str
    """Of which filter it is the value; empty for what may become the name of one."""
    start: int
    end: int
    """Of what a choice takes the place of; it may go on behind the cursor."""
    words: str
    """What was typed of it, up to the cursor, lower case."""


def word_at(text: str, cursor: int) -> Word | None:
    """The part that ends or goes on at the cursor, when there is something to suggest for it."""
    begin = max(0, cursor - _LOOKED_AT_CHARS)
    found = _LAST.search(text[begin:cursor])
    if found is None:
        return None
    field, value = (found['field'] or '').lower(), found['value']
    start = begin + found.start('value')
    if not field and (value.startswith('"') or len(value) < MIN_NAME_CHARS or not value.isalpha()):
        return None
    if field and field not in FIELDS:
        return None
    return Word(field, start, _end(text, cursor, quoted=value.startswith('"')), value.lstrip('"@#').lower())


def _end(text: str, cursor: int, *, quoted: bool) -> int:
    close = text.find('"', cursor) if quoted else -1
    rest = _REST.match(text, cursor)
    return close + 1 if close >= 0 else rest.end() if rest is not None else cursor


def with_choice(text: str, word: Word, choice: Choice) -> str:
    """The query with the choice in the place of the word; behind a value a space follows, behind a name its value."""
    rest = text[word.end :]
    return f'{text[: word.start]}{choice.insert}{rest}' if not word.field else f'{text[: word.start]}{choice.insert} {rest.lstrip()}'


def is_typed(text: str, word: Word, choice: Choice) -> bool:
    """Whether the choice would add nothing."""
    return text[word.start : word.end].lower() == choice.insert.lower()


def quoted(value: str) -> str:
    """As it has to stand behind the name of a filter."""
    bare = value.replace('"', '')
    return f'"{bare}"' if re.search(r'\s', bare) else bare
