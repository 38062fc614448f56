"""How long the slowest of all hostile texts takes: `python -m tests.benchmarks.hostile_text FOLDER` prints JSON.

The tests count steps; what a pattern takes that looks back too often is seen here alone.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from livechat.domain.mentions import words_in
from livechat.domain.model import MAX_BODY_CHARS
from livechat.preview_page import read_page
from livechat.ui.emoji_names import names
from livechat.ui.emoji_search import emoji_search
from livechat.ui.html import linkify
from livechat.ui.markup_text import visible
from livechat.ui.markup_tree import draw
from tests.corpus.hostile import LINEAR

PAGE_CHARS = 64 * 1024
TIMES = 3

READERS: Mapping[str, tuple[int, Callable[[str], object]]] = {
    'a message is drawn': (MAX_BODY_CHARS, lambda text: draw(visible(text), {}, None)),
    'its mentions are found': (MAX_BODY_CHARS, words_in),
    'its addresses are linked': (MAX_BODY_CHARS, linkify),
    'emoji are looked for': (MAX_BODY_CHARS, lambda text: emoji_search().find(text, 72)),
    'a page is read': (PAGE_CHARS, lambda text: read_page(text.encode(), 'text/html; charset=utf-8')),
}
"""With the length of the text."""


def measure() -> dict[str, dict[str, Any]]:
    names()
    emoji_search()
    return {what: _slowest(chars, read) for what, (chars, read) in READERS.items()}


def _slowest(chars: int, read: Callable[[str], object]) -> dict[str, Any]:
    ms, text = max((_best_ms(read, make(chars)), name) for name, make in LINEAR.items())
    half_ms = _best_ms(read, LINEAR[text](chars // 2))
    return {'chars': chars, 'texts': len(LINEAR), 'ms': round(ms, 1), 'text': text, 'growth': round(ms / half_ms, 2)}


def _best_ms(read: Callable[[str], object], text: str) -> float:
    took = []
    for _ in range(TIMES):
        started = time.thread_time()
        read(text)
        took.append(time.thread_time() - started)
    return min(took) * 1_000


if __name__ == '__main__':
    print(json.dumps(measure()))
