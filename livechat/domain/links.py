"""The web addresses in a message."""

import re
from collections.abc import Sequence

_FENCED = re.compile(r'^[ >]*+(`{3,}+(?![^\n`]*`)|~{3,}+).*?(?:^[ >]*+\1|\Z)', re.MULTILINE | re.DOTALL)
_CODE = re.compile(r'(?<!`)(`{1,3})(?!`)[^`]*+\1(?!`)')
_LINK = re.compile(r'(?<![^\W_])https?://[^\s<>"`|\\^]++', re.IGNORECASE)
_AFTER_LINKS = ".,;:!?'*~"
_BRACKETS = {')': '(', ']': '[', '}': '{'}


def links_in(body: str) -> Sequence[str]:
    """The web addresses in a text as they stand there, each once; those in code are none. Pure.

    By simpler rules than Markdown's: where the two differ, a link in code has a card, or one beside it has none.
    """
    prose = _CODE.sub(' ', _FENCED.sub(' ', body))
    return tuple(dict.fromkeys(_trim(link[0], prose[link.start() - 1 : link.start()]) for link in _LINK.finditer(prose)))


def _trim(link: str, before: str) -> str:
    """Without what belongs to the sentence around it: a final dot, a bracket or emphasis that was opened before it."""
    if before == '_':
        link = link.rstrip('_')
    while link:
        last = link[-1]
        if last in _AFTER_LINKS or (last in _BRACKETS and link.count(last) > link.count(_BRACKETS[last])):
            link = link[:-1]
        else:
            break
    return link
