"""Links to messages of this server, shown as quotes below the message that holds them.

A message is one HTML for all its readers, and not all of them may read what it links to. So a quote is a frame, whose page
(`quote_page`) asks what its own reader may read, each time. The frame is out of reach, and a link lies over it: a click
opens the permalink in the chat, as any link to a room does.
"""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, unquote, urlsplit

from livechat.domain.model import MessageNumber
from livechat.ui.address import is_loopback
from livechat.ui.html import room_path

MAX_QUOTES = 3
"""Below one message: each is a request of every reader."""
MAX_SLUG_CHARS = 200
_PATH = re.compile(r'/rooms/([^/]+)/?')
_NUMBER = re.compile(r'(?:^|&)m=([1-9]\d{0,8})(?:&|$)', re.ASCII)
_DEFAULT_PORTS = {'http': 80, 'https': 443}


def linked_quotes(urls: Iterable[str], base_url: str) -> str:
    """Frames for those of the addresses that are permalinks of this server, each message once; empty when none is.

    :param base_url: scheme and host by which the readers reach this server
    """
    places = dict.fromkeys(place for url in urls if (place := permalink(url, base_url)) is not None)
    return ''.join(_quote(slug, number) for slug, number in list(places)[:MAX_QUOTES])


def permalink(url: str, base_url: str) -> tuple[str, MessageNumber] | None:
    """Slug and number of the message, if that is its address on this server; the scheme does not count, a proxy may change it.

    Whoever sits at the server itself copies an address that only their computer has: it counts, with the same port.
    """
    try:
        asked, own = urlsplit(url), urlsplit(base_url)
        is_own = _place(asked) == _place(own) or (is_loopback(asked.hostname or '') and _place(asked)[1] == _place(own)[1])
    except ValueError:
        return None
    path, number = _PATH.fullmatch(asked.path), _NUMBER.search(asked.query)
    if not is_own or asked.scheme not in _DEFAULT_PORTS or asked.username is not None or path is None or number is None:
        return None
    slug = unquote(path[1])
    if len(slug) > MAX_SLUG_CHARS or slug in {'.', '..'} or '/' in slug:  # a browser would make another path of it
        return None
    return slug, MessageNumber(int(number[1]))


def quote_path(slug: str, number: MessageNumber) -> str:
    """What the frame shows."""
    return f'{room_path(slug)}/quote?m={number}'


def _place(url: SplitResult) -> tuple[str, int | None]:
    """Host and port; the ports of http and https are one, none."""
    port = None if url.port in _DEFAULT_PORTS.values() else url.port
    return (url.hostname or '').removesuffix('.'), port


def _quote(slug: str, number: MessageNumber) -> str:
    """Sandboxed, but of our origin: else it gets no cookie when it loads itself again, and no style sheet."""
    return (
        "<div class=quoted><iframe class=linked loading=lazy sandbox=allow-same-origin tabindex=-1 title='Quoted message'"
        f" src='{quote_path(slug, number)}'></iframe><a href='{room_path(slug, number)}' aria-label='Open the quoted message'></a></div>"
    )
