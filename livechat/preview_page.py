"""What a page says of itself in its head: title, description, site, picture. Pure.

Not `html.parser`: of many broken pages it looks at the rest once per character (20,000 times `<!--` took 2.8 s with Python 3.11.7,
half a million would take minutes). Here the text is walked once, from tag to tag; what is not closed ends the walk, as it does in
browsers. No tree is built, so nothing is nested.
"""

import codecs
import html
import re
from dataclasses import dataclass, field

from livechat.domain.message import MAX_CARD_CHARS
from livechat.domain.names import BIDI, CONTROL, IGNORABLE, NONCHARACTER, SURROGATE

MAX_RAW_CHARS = 4 * MAX_CARD_CHARS
"""Of a text before entities are resolved and white space is joined."""
MAX_IMAGE_URL_CHARS = 2_000

_TAG = re.compile(r"""<(/?)([a-z][^\s/>]*+)((?:[^>"']|"[^"]*+"|'[^']*+')*+)>""", re.IGNORECASE)
"""Possessive throughout: each character is looked at once, whether it matches or not."""
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?+""")
_RAW_TEXT = frozenset(
    {'title', 'script', 'style', 'textarea', 'noscript', 'template', 'iframe', 'xmp', 'noembed', 'noframes', 'svg', 'math'}
)
"""Elements whose content is passed over until they are closed: what looks like a tag in there is none, or is not the page's."""
_END_OF_RAW_TEXT = {name: re.compile(rf'</{name}(?=[\s/>])', re.IGNORECASE) for name in _RAW_TEXT}
_ENTITY = re.compile(r'&#?\w{1,40};')
"""In addresses only whole ones: `&copy=1` is a parameter."""
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*+=\s*+["']?([a-z0-9_:.-]{1,40})""", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"""charset\s*+=\s*+["']?([a-z0-9_:.-]{1,40})""", re.IGNORECASE)
_LOOKED_FOR_CHARSET_BYTES = 1_024
"""The HTML standard's number."""
_BOMS = {codecs.BOM_UTF8: 'utf-8', codecs.BOM_UTF16_LE: 'utf-16-le', codecs.BOM_UTF16_BE: 'utf-16-be'}
_CHARSETS = frozenset(
    {'utf-8', 'utf-16', 'utf-16-le', 'utf-16-be', 'koi8-r', 'koi8-u', 'mac-roman', 'gb18030', 'big5', 'big5hkscs', 'cp932'}
)
_CHARSETS |= {'euc_jp', 'iso2022_jp', 'euc_kr', 'cp949', 'cp866', 'cp874', *(f'cp125{number}' for number in range(9))}
_CHARSETS |= {f'iso8859-{number}' for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
"""Those of the web, as Python calls them. It knows others that unpack, or take the square of a text's length."""
_AS_BROWSERS_DO = {
    'ascii': 'cp1252',
    'iso8859-1': 'cp1252',
    'iso8859-9': 'cp1254',
    'gb2312': 'gb18030',
    'gbk': 'gb18030',
    'shift_jis': 'cp932',
}
_INVISIBLE = re.compile(f'(?:{CONTROL.pattern}|{BIDI.pattern}|{NONCHARACTER.pattern}|{SURROGATE.pattern}|[\u061c\u200e\u200f\ufeff])')


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """All texts are plain, of at most MAX_CARD_CHARS, and may be empty."""

    title: str
    description: str
    site: str
    image: str
    """As it stands there: absolute, relative or nonsense."""


@dataclass(slots=True)
class _Found:
    title: str = ''
    meta: dict[str, str] = field(default_factory=dict)

    def first(self, *names: str) -> str:
        return next((value for name in names if (value := self.meta.get(name, ''))), '')


def read_page(body: bytes, content_type: str) -> PageFacts:
    """`content_type` is what the server says, with or without a charset."""
    found = _walk(body.decode(_charset(body, content_type), 'replace'))
    image = found.first('og:image', 'og:image:url', 'og:image:secure_url', 'twitter:image', 'twitter:image:src')
    return PageFacts(
        title=plain(found.first('og:title', 'twitter:title')) or plain(found.title),
        description=plain(found.first('og:description', 'twitter:description', 'description')),
        site=plain(found.first('og:site_name', 'application-name')),
        image=_ENTITY.sub(lambda entity: html.unescape(entity[0]), image),
    )


def plain(raw: str) -> str:
    """One line that shows what it is: entities resolved once, nothing that hides or reorders; empty when nothing is seen of it."""
    text = ' '.join(_INVISIBLE.sub(' ', html.unescape(raw[:MAX_RAW_CHARS])).split())
    if not IGNORABLE.sub('', text).strip():
        return ''
    return text if len(text) <= MAX_CARD_CHARS else text[: MAX_CARD_CHARS - 1].rstrip() + '…'


def _walk(text: str) -> _Found:
    found = _Found()
    place = text.find('<')
    while place >= 0:
        if text.startswith('<!--', place):
            end = text.find('-->', place + 2)  # <!--> is a whole comment
            end = end + 3 if end >= 0 else -1
        elif text.startswith(('<!', '<?'), place):
            end = text.find('>', place)
        elif tag := _TAG.match(text, place):
            end = _take(found, text, tag)
        else:
            after = text[place + 1 : place + 3].lstrip('/')
            end = -1 if after[:1].isalpha() and after.isascii() else place + 1  # -1: a tag without an end, as there is nothing after it
        place = text.find('<', end) if end >= 0 else -1
    return found


def _take(found: _Found, text: str, tag: re.Match[str]) -> int:
    """What one tag says; returns where to go on, -1 at the end."""
    closing, name, attributes = tag[1], tag[2].lower(), tag[3]
    if closing:
        return tag.end()
    if name == 'meta':
        _take_meta(found, attributes)
    if name not in _RAW_TEXT or attributes.endswith('/'):
        return tag.end()
    end = _END_OF_RAW_TEXT[name].search(text, tag.end())
    if name == 'title' and not found.title:
        found.title = text[tag.end() : min(end.start() if end else len(text), tag.end() + MAX_RAW_CHARS)]
    return end.start() if end else -1


def _take_meta(found: _Found, attributes: str) -> None:
    values: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(attributes):
        values.setdefault(match[1].lower(), next((value for value in match.group(2, 3, 4) if value is not None), ''))
    name, content = (values.get('property') or values.get('name') or '').strip().lower(), values.get('content', '')
    if name and content.strip():
        limit = MAX_IMAGE_URL_CHARS if 'image' in name else MAX_RAW_CHARS
        found.meta.setdefault(name, content[:limit])


def _charset(body: bytes, content_type: str) -> str:
    for bom, name in _BOMS.items():
        if body.startswith(bom):
            return name
    said = _HEADER_CHARSET.search(content_type)
    in_page = _META_CHARSET.search(body, 0, _LOOKED_FOR_CHARSET_BYTES)
    label = said[1] if said else in_page[1].decode('ascii') if in_page else ''
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return 'utf-8'
    name = _AS_BROWSERS_DO.get(name, name)
    if not said and name.startswith('utf-16'):
        return 'utf-8'  # it could not have been read so far
    return name if name in _CHARSETS else 'utf-8'
