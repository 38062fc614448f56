"""What could complete the word that is being typed: which word that is, and what a choice makes of it. Pure.

No script tells where the cursor stands; the difference between what was in the box and what is in it now does.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from livechat.domain.names import sort_key

MAX_CHOICES = 8
_WORD = re.compile(
    r'(?:^|(?<=[\s(\[{"\'*_~/]))'
    r'(?:(?P<person>@)(?P<name>[\w.-]{0,40})|(?P<emoji>:)(?P<code>[a-z0-9_+-]{2,40}))$',
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r'\S{0,48}$')
_COMMAND = re.compile(r'/(?P<name>[a-z0-9-]{0,20})', re.IGNORECASE)
_MARKS = '.,;:!?)'
_REST = re.compile(r'[\w.+-]{0,40}')


class Trigger(StrEnum):
    """What begins a word that can be completed."""

    PERSON = '@'
    EMOJI = ':'
    COMMAND = '/'


@dataclass(frozen=True, slots=True)
class Token:
    """The word at the cursor."""

    trigger: Trigger
    start: int
    """Of the trigger."""
    end: int
    """Of the word, which may go on behind the cursor."""
    words: str
    """What was typed after the trigger, up to the cursor, lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line of the list."""

    insert: str
    """What takes the place of the word; a space follows."""
    html: str
    """How the line looks: safe."""
    name: str
    """What a screen reader says."""
    begins: tuple[str, ...]
    """Lower case: the words that begin like one of these may mean it."""
    parts: tuple[str, ...] = ()
    """As `sort_key` makes them: words that stand anywhere in one of these may mean it too."""

    def fits(self, words: str) -> bool:
        return any(begin.startswith(words) for begin in self.begins) or any(sort_key(words) in part for part in self.parts)


def typed_at(before: str, now: str) -> int:
    """Where the cursor stands in `now` after somebody typed, pasted or deleted in `before`."""
    start = _same(before, now)
    return len(now) - _same(before[start:][::-1], now[start:][::-1])


def _same(one: str, other: str) -> int:
    """How many characters they have in common at their beginning."""
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))


def token_at(text: str, cursor: int) -> Token | None:
    """The word that ends or goes on at the cursor, when it is one that can be completed."""
    command = _COMMAND.fullmatch(text, 0, cursor) if cursor <= 21 else None
    if command is not None:
        rest = re.compile(r'[\w-]*').match(text, cursor)
        return Token(Trigger.COMMAND, 0, rest.end() if rest else cursor, command['name'].lower())
    last = _LAST_WORD.search(text, max(0, cursor - 48), cursor)
    if last is None:
        return None
    found = _WORD.search(text[max(0, last.start() - 1) : cursor])
    if found is None:
        return None
    rest = _REST.match(text, cursor)
    end = rest.end() if rest else cursor
    trigger = Trigger.PERSON if found['person'] else Trigger.EMOJI
    words = found['name'] if found['person'] else found['code']
    if trigger is Trigger.EMOJI and text[end : end + 1] == ':':
        return None  # it is complete
    return Token(trigger, cursor - len(words) - 1, end, words.lower())


def completed(text: str, token: Token, choice: Choice) -> str:
    """The text with the word replaced, and one space behind it unless the sentence goes on with a mark."""
    rest = text[token.end :].removeprefix(' ')
    space = '' if rest[:1] in _MARKS and rest else ' '
    return f'{text[: token.start]}{choice.insert}{space}{rest}'


def is_complete(text: str, token: Token, choice: Choice) -> bool:
    """Whether the choice would add nothing: Enter sends, whether the list has come up by then or not."""
    return text[token.start : token.end].lower() == choice.insert.lower()


def still_fitting(choices: Sequence[Choice], token: Token) -> Sequence[Choice]:
    """Of what was offered for a shorter word, what fits the longer one: the new list is on its way."""
    return [choice for choice in choices if choice.fits(token.words)]
