"""Which addresses become links, and links that say where they really lead.

A link goes to http, https or mail, to a whole address: never to a path of this server, which a text could only use to send
somebody to one of our own pages unawares. What is written as an address is shown as it was written; the host behind it is
added where the text shows another one, or one that only looks alike.
"""

import re
import unicodedata
from collections.abc import Sequence

from linkify_it import LinkifyIt  # type: ignore[import-untyped]
from linkify_it.main import Match  # type: ignore[import-untyped]
from markdown_it.token import Token

from livechat.domain.look_alikes import skeleton
from livechat.domain.names import IGNORABLE

_WEB = re.compile(r'https?://(?P<user>[^/?#@\s\\]*@)?(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#].*)?', re.IGNORECASE)
_MAIL = re.compile(r'mailto:[^@\s/?#]+@(?P<host>[a-z0-9._-]+)(?:\?.*)?', re.IGNORECASE)
_WWW = re.compile(r'(?:[\w-]{1,63}\.){1,10}[\w-]{2,}(?::\d{1,5})?(?:[/?#][^\s<>"]*)?')
_ADDRESS = re.compile(r'(?:[\w-]{1,63}\.){1,10}[\w-]{2,63}')
_DOTS = str.maketrans('。．｡․‧∙·', '.......')


def is_link(url: str) -> bool:
    """Whether it is an address that a message may link to; it has been percent-encoded."""
    return (_WEB.fullmatch(url) or _MAIL.fullmatch(url)) is not None


def host_to_show(href: str, text: str, *, as_written: bool) -> str:
    """The host that a link leads to, if its text shows another; else nothing. `as_written`: the text is the address itself."""
    web = _WEB.fullmatch(href)
    match = web or _MAIL.fullmatch(href)
    if match is None:
        return ''
    host = match['host'].lower()
    if as_written:
        return host if (web and web['user']) or _looks_like_another(text) else ''
    seen = unicodedata.normalize('NFKC', IGNORABLE.sub('', text)).translate(_DOTS).lower()
    shown = {_bare(address) for address in _ADDRESS.findall(seen)}
    return host if shown - {_bare(host)} or (shown and not text.isascii()) else ''


def linkifier() -> LinkifyIt:
    """Finds addresses in text: http, https, mail, and what begins with www; `setup.py` is none."""
    found = LinkifyIt(options={'fuzzy_link': False, 'fuzzy_email': True, 'fuzzy_ip': False})
    found.add('ftp:', None)
    found.add('//', None)
    found.add('www.', {'validate': _validate_www, 'normalize': _normalize_www})
    return found


def add_hosts(children: Sequence[Token]) -> list[Token]:
    """The tokens of one paragraph, with a host behind each link that needs it."""
    tokens: list[Token] = []
    start = 0
    for token in children:
        if token.type == 'link_open':
            start = len(tokens)
        tokens.append(token)
        if token.type == 'link_close':
            opening = tokens[start]
            text = ''.join(inner.content for inner in tokens[start + 1 :])
            href = str(opening.attrs['href'])
            if not text.strip():
                tokens.insert(start + 1, Token('text', '', 0, content=href))
            elif host := host_to_show(href, text, as_written=opening.info == 'auto'):
                tokens.append(Token('host', '', 0, content=host))
    return tokens


def _validate_www(_finder: LinkifyIt, text: str, position: int) -> int:
    match = _WWW.match(text, position)
    return len(match[0].rstrip('.,;:!?\'")]}*_~')) if match else 0


def _normalize_www(_finder: LinkifyIt, match: Match) -> None:
    match.url = f'https://{match.url}'


def _bare(host: str) -> str:
    return host.removeprefix('www.')


def _looks_like_another(text: str) -> bool:
    """A host in other letters of which ASCII is seen."""
    if text.isascii():
        return False
    host = re.split(r'[/?#]', text.partition('://')[2] or text, maxsplit=1)[0].lower()
    return not host.isascii() and (skeleton(unicodedata.normalize('NFKC', IGNORABLE.sub('', host))).isascii())
