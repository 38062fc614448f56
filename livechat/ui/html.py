"""Safe HTML from people's words: escaped, links made clickable, nothing else. Linear in the length of the text."""

import html as _html
import re
from urllib.parse import quote

_URL = re.compile(r'(?:https?://|\bwww\.(?=\w+\.))[^\s<>"\'`\x00-\x1f\u202a-\u202e\u2066-\u2069]{1,2000}', re.IGNORECASE)
_TRAILING = '.,;:!?…»”’'
_CLOSING = {')': '(', ']': '[', '}': '{'}
AVATAR_COLOURS = 6


def escape(text: str) -> str:
    return _html.escape(text, quote=True)


def linkify(text: str) -> str:
    """Escaped text with its web addresses as links that open in a new tab."""
    parts: list[str] = []
    end = 0
    for match in _URL.finditer(text):
        url = _trim(match.group())
        parts += [escape(text[end : match.start()]), _link(url)]
        end = match.start() + len(url)
    parts.append(escape(text[end:]))
    return ''.join(parts)


def _trim(url: str) -> str:
    """Without the punctuation that ends a sentence rather than the address; brackets stay where they are balanced."""
    while url:
        last = url[-1]
        if last in _TRAILING or (last in _CLOSING and url.count(last) > url.count(_CLOSING[last])):
            url = url[:-1]
        else:
            break
    return url


def _link(url: str) -> str:
    safe = escape(url)
    address = safe if '://' in url[:8] else f'https://{safe}'
    return f'<a href="{address}" target="_blank" rel="noopener noreferrer nofollow">{safe}</a>'


def room_path(slug: str, number: int | None = None) -> str:
    """The address of a room, or of one of its messages, percent-encoded: safe in HTML, and the form that routers agree on."""
    return f'/rooms/{quote(slug, safe="")}' + (f'?m={number}' if number else '')


def initial(name: str) -> str:
    """What stands in an avatar without a picture: the first letter, digit or symbol that is no punctuation."""
    for character in name:
        if character.isalnum() or ord(character) > 0x2000:
            return character.upper()[:1]
    return '?'


def avatar(user_id: int, name: str, *, small: bool = False, size: str = '') -> str:
    """A tile with the person's initial; its colour follows the id, so that a new name keeps it. `size`: small, tiny, large."""
    size = ' small' if small else f' {size}' if size else ''
    return f'<span class="av{size} c{user_id % AVATAR_COLOURS + 1}" aria-hidden="true">{escape(initial(name))}</span>'
