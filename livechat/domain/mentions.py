"""Whom a text speaks to: `@word` where it is written as text. Pure, and linear in the length of the text.

Not in code spans and fenced blocks, not in e-mail addresses and URLs. That is told apart by rules of its own, simpler than
Markdown's: where the two differ, somebody is spoken to whose name is drawn as code, or the other way round.
"""

import re
import unicodedata
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from livechat.domain.message import MAX_MENTIONS, Mention, MentionGroup
from livechat.domain.model import MAX_NAME_CHARS, Person, UserId

FENCE = re.compile(r'[ >]*(`{3,}|~{3,})')
"""Also in a quote."""
BACKTICKS = re.compile('`+')
GROUPS = frozenset(group.value for group in MentionGroup)
IN_NAMES = frozenset('.-_')
NEVER_BEFORE = frozenset('/\\@.')
"""A path or a profile's address, an escaped @, the second one of two, a part of something longer."""
IN_ADDRESSES = '-_+%'
"""Beside letters and digits: what an e-mail address may have before its @."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressees:
    """Whom a message speaks to."""

    people: tuple[UserId, ...] = ()
    """All of them, each once."""
    named: tuple[Mention, ...] = ()
    group: MentionGroup | None = None


def words_in(body: str) -> Sequence[str]:
    """What stands behind an @ in the text, in lower case, each once and in order: names perhaps, and groups."""
    if '@' not in body:
        return ()
    return tuple(dict.fromkeys(word for text in _texts(body) for chunk in text.split() for word in _words_in_chunk(chunk)))


def group_in(words: Collection[str]) -> MentionGroup | None:
    """The larger one, when both are called. A user name that reads the same gives way."""
    return next((group for group in MentionGroup if group.value in words), None)


def named_in(words: Iterable[str], people: Collection[Person]) -> tuple[Mention, ...]:
    """Who of these people is called by one of the words: their user name, or a display name that nobody else of them has.

    Each once, with the first word that means them; at most MAX_MENTIONS.
    """
    names = {word: _key(word) for word in words if word not in GROUPS}
    called = _by_name(people, frozenset(names.values())) if names else {}
    found: dict[UserId, Mention] = {}
    for word, key in names.items():
        person = called.get(key)
        if person is not None and len(found) < MAX_MENTIONS:
            found.setdefault(person.id, Mention(user_id=person.id, word=word, name=person.display_name))
    return tuple(found.values())


def _by_name(people: Collection[Person], keys: Collection[str]) -> Mapping[str, Person]:
    """Those who are called so: a user name goes before a display name."""
    called: dict[str, list[Person]] = {}
    for person in people:
        if (key := _key(person.display_name)) in keys:
            called.setdefault(key, []).append(person)
    found = {key: namesakes[0] for key, namesakes in called.items() if len(namesakes) == 1}
    return found | {person.username: person for person in people if person.username in keys}


@lru_cache(maxsize=10_000)
def _key(name: str) -> str:
    return unicodedata.normalize('NFKC', name).lower()


def _texts(body: str) -> Iterator[str]:
    """The paragraphs outside fenced blocks, without their code spans."""
    paragraph: list[str] = []
    fence = ''
    for line in body.split('\n'):
        mark = FENCE.match(line)
        if fence:
            if mark is not None and mark[1].startswith(fence) and not line[mark.end() :].strip():
                fence = ''
        elif mark is not None and not (mark[1][0] == '`' and '`' in line[mark.end() :]):
            fence = mark[1]
            yield _without_code(' '.join(paragraph))
            paragraph = []
        elif line.strip(' >\t'):
            paragraph.append(line)
        else:
            yield _without_code(' '.join(paragraph))
            paragraph = []
    yield _without_code(' '.join(paragraph))


def _without_code(text: str) -> str:
    """A code span reaches from a run of backticks to the next one of the same length; without one they are only characters."""
    runs = list(BACKTICKS.finditer(text))
    starts: defaultdict[int, deque[int]] = defaultdict(deque)
    for run in runs:
        starts[len(run[0])].append(run.start())
    kept, end = [], 0
    for run in runs:
        if run.start() < end:
            continue
        later = starts[len(run[0])]
        while later and later[0] <= run.start():
            later.popleft()
        if later:
            kept.append(text[end : run.start()])
            end = later[0] + len(run[0])
    kept.append(text[end:])
    return ' '.join(kept)


def _words_in_chunk(chunk: str) -> Iterator[str]:
    """Of text without white space. Behind `://` or `www.` all of it is an address."""
    before, *behind = re.split('://|www\\.', chunk, maxsplit=1)[0].split('@')
    for place, text in enumerate(behind, start=1):
        word = _word(text)
        is_handle = len(word) == len(text) and place < len(behind)  # @ana@example.org is somebody elsewhere
        if word.strip('._-') and _may_precede(before, is_first=place == 1) and not is_handle:
            yield word.rstrip('.-_').lower()
        before = text


def _may_precede(before: str, *, is_first: bool) -> bool:
    """Whether an @ behind that is no part of something else."""
    if not before:
        return is_first
    if before[-1] in NEVER_BEFORE:
        return False
    local = before.rstrip(IN_ADDRESSES)
    return not (local and _is_letter(local[-1]))


def _word(text: str) -> str:
    end = 0
    for character in text[: MAX_NAME_CHARS + 1]:
        if not (_is_letter(character) or character in IN_NAMES):
            break
        end += 1
    return text[:end]


def _is_letter(character: str) -> bool:
    """With digits and the marks that many scripts write letters with."""
    return unicodedata.category(character)[0] in 'LNM'
