"""Emoji by their names, as people type them between colons, and texts that are nothing else."""

import re
from collections.abc import Mapping
from functools import cache

import emoji

MAX_LARGE = 3
"""Emoji that, alone in a message, are drawn large."""
MAX_LARGE_CHARS = 48
"""The longest emoji have ten code points: a longer text is not looked at."""
_CODE = re.compile(r':([\w+-]{1,80}):')
_FULLY_QUALIFIED = 2


@cache
def names() -> Mapping[str, str]:
    """Every short code without its colons, in lower case, and its emoji; the emoji in the order of the library."""
    found: dict[str, str] = {}
    for character, about in emoji.EMOJI_DATA.items():
        if about['status'] <= _FULLY_QUALIFIED:
            for code in (*about.get('alias', ()), about['en']):
                found.setdefault(code.strip(':').lower(), character)
    return found


def with_emoji(text: str) -> str:
    """The text with its `:short_codes:` as emoji; what is no name stays."""
    return _CODE.sub(_named, text)


def is_few_emoji(text: str) -> bool:
    """Whether it is one to three emoji and nothing else but white space."""
    if len(text) > MAX_LARGE_CHARS or text.isascii():
        return False
    bare = ''.join(text.split())
    return emoji.purely_emoji(bare) and emoji.emoji_count(bare) <= MAX_LARGE


def _named(match: re.Match[str]) -> str:
    return names().get(match[1].lower(), match[0])
