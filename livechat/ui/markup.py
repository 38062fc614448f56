"""What people wrote, as HTML: Markdown, emoji, mentions, links. The same for all readers, safe to put into a page.

`render` is cached and cheap; `prepare` renders in a thread what would take long. Stored text stays the source.
"""

import asyncio
import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from livechat.domain.message import Mention, MentionGroup
from livechat.ui.emoji_names import is_few_emoji
from livechat.ui.html import escape
from livechat.ui.markup_text import NUMBER, visible
from livechat.ui.markup_tree import code_of, draw

__all__ = ['NUMBER', 'Markup', 'code_blocks', 'prepare', 'render']

MAX_CACHED_CHARS = 8_000_000
"""Of source and HTML together: some 20,000 messages with markup."""
LONG_CHARS = 280
"""Texts with more may take over 2 ms: the worst known take 7 us per character."""
_START = r'[ \t]*(?:>|[-+][ \t]|\d{1,9}[.)](?:[ \t]|$))'
_QUIET = re.compile(rf'(?!{_START})[^*_`\[\]<\\|@~:\n.]*(?:\.(?!\S)[^*_`\[\]<\\|@~:\n.]*)*')
"""Most of what people say: one line without any mark, full stops at the ends of words alone. Tells so sooner than the next."""
_SPECIAL = re.compile(rf'[*_`\[\]<\\|@]|~~|://|www\.|mailto:|:[\w+-]+:|^{_START}|\n[ \t]*\n', re.IGNORECASE | re.MULTILINE)
_log = logging.getLogger(__name__)
Source = tuple[str, tuple[Mention, ...], MentionGroup | None]


@dataclass(frozen=True, slots=True)
class Markup:
    """The content of a message's body: paragraphs and other blocks, so what it stands in is no paragraph.

    Where its commands want the number of the message stands `NUMBER`.
    """

    html: str
    urls: tuple[str, ...] = ()
    """The web addresses it links to, percent-encoded, each once, in order."""
    is_large: bool = False
    """One to three emoji and nothing else: to be drawn large."""
    lone_link: str | None = None
    """The address as it was written, when it is nothing but one link: its card has the same."""


def render(body: str, named: Sequence[Mention] = (), group: MentionGroup | None = None) -> Markup:
    """:param named: who is spoken to: their `@words` become mentions; with `group` its word too"""
    text = visible(body)
    if is_plain(text):
        return _plain(text)
    source = (text, tuple(named), group)
    found = _cache.get(source)
    if found is None:
        found = _rendered(source)
        _cache.put(source, found)
    return found


async def prepare(sources: Iterable[Source]) -> None:
    """Have these ready: what may take long together is rendered beside the loop, and found in the cache afterwards."""
    seen = ((visible(body), tuple(named), group) for body, named, group in sources)
    wanted = [source for source in seen if not is_plain(source[0]) and _cache.get(source) is None]
    if _may_take_long([text for text, _, _ in wanted]):
        await asyncio.to_thread(_render_all, wanted)


def is_plain(text: str) -> bool:
    """Whether Markdown has no say in it. Not so where it is in doubt."""
    return _QUIET.fullmatch(text) is not None or _SPECIAL.search(text) is None


def code_blocks(body: str) -> Sequence[str]:
    """The texts of its code blocks, in order: what their Copy buttons copy."""
    return code_of(visible(body))


def _may_take_long(texts: Sequence[str]) -> bool:
    """The first code in a language loads its lexer."""
    return sum(map(len, texts)) > LONG_CHARS or any('```' in text or '~~~' in text for text in texts)


def _render_all(sources: Iterable[Source]) -> None:
    for source in sources:
        _cache.put(source, _rendered(source))


def _plain(text: str) -> Markup:
    text = text.strip()
    return Markup(f'<p>{escape(text)}</p>'.replace('\n', '<br>'), is_large=is_few_emoji(text))


def _rendered(source: Source) -> Markup:
    text, named, group = source
    try:
        drawn = draw(text, {mention.word: mention for mention in named}, group)
    except Exception:  # noqa: BLE001 - one message must not close its room to everybody
        _log.exception('A text of %d characters could not be drawn; it is shown as it was written.', len(text))
        return _plain(text)
    return Markup(drawn.html, drawn.urls, is_few_emoji(drawn.text), drawn.lone_link)


class _Cache:
    """The newest markup, by source; threads may ask at once."""

    def __init__(self, max_chars: int) -> None:
        self._max_chars = max_chars
        self._chars = 0
        self._found: OrderedDict[Source, Markup] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, source: Source) -> Markup | None:
        with self._lock:
            markup = self._found.get(source)
            if markup is not None:
                self._found.move_to_end(source)
            return markup

    def put(self, source: Source, markup: Markup) -> None:
        with self._lock:
            self._forget(source)
            self._found[source] = markup
            self._chars += _size(source, markup)
            while self._chars > self._max_chars:
                self._forget(next(iter(self._found)))

    def _forget(self, source: Source) -> None:
        markup = self._found.pop(source, None)
        if markup is not None:
            self._chars -= _size(source, markup)


def _size(source: Source, markup: Markup) -> int:
    return len(source[0]) + len(markup.html) + 200


_cache = _Cache(MAX_CACHED_CHARS)
