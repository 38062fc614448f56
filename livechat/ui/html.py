"""Safe HTML from people's words: escaped, links made clickable, nothing else. Linear in the length of the text."""

import html as _html
import re
from urllib.parse import quote

from livechat.domain.model import Person, Server, User

_URL = re.compile(r'(?:https?://|\bwww\.(?=\w+\.))[^\s<>"\'`\x00-\x1f\u202a-\u202e\u2066-\u2069]{1,2000}', re.IGNORECASE)
_TRAILING = '.,;:!?…»”’'
_CLOSING = {')': '(', ']': '[', '}': '{'}
AVATAR_COLOURS = 6
CHOSEN = '/pictures/'
"""Where pictures that were chosen and not saved arrive, and are seen by whoever chose them."""


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


def avatar(who: Person | User, *, size: str = '') -> str:
    """A tile with the person's picture over their initial; its colour follows the id, so that a new name keeps it.

    `size`: tiny, small, large; without one as beside a message. Single quotes, because it stands in the JSON of frames.
    """
    classes = f'av {size} c' if size else 'av c'
    shown = picture(who.picture, large=size == 'large')
    return f"<span class='{classes}{who.id % AVATAR_COLOURS + 1}' aria-hidden=true>{escape(initial(who.display_name))}{shown}</span>"


def logo(server: Server, *, large: bool = False) -> str:
    """The tile of the server, as a person's."""
    classes = "'logo large'" if large else 'logo'
    return f'<span class={classes} aria-hidden=true>{escape(initial(server.name))}{picture(server.picture, large=large)}</span>'


def picture(token: str, *, large: bool = False) -> str:
    """What lies over a tile of any size, which is seen until it is loaded and when it cannot be; empty without a token."""
    side = 256 if large else 64
    return f"<img src='/avatars/{token}-{side}.webp' alt='' width={side} height={side} loading=lazy decoding=async>" if token else ''
