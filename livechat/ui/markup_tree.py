"""Draws what the parser found, in as few bytes as it takes, and hands it to the sanitiser."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from unicodedata import category

from markdown_it import MarkdownIt
from markdown_it.token import Token

from livechat.domain.message import Mention, MentionGroup
from livechat.ui.emoji_names import with_emoji
from livechat.ui.html import escape
from livechat.ui.markup_clean import COPY, LANGUAGE, PERSON, clean
from livechat.ui.markup_code import LANGUAGES, Highlighter
from livechat.ui.markup_links import add_hosts
from livechat.ui.markup_parser import parser
from livechat.ui.markup_text import NUMBER, visible
from livechat.ui.shell import COMMANDS_DOM_ID

_MENTION = re.compile(r'(?<![\w@/\\.])(?<!\w[-_+%])@([^\s@&<>"]{1,41})(@?)')
"""As `domain/mentions.py` finds them; what is not a name's is cut off behind it, and `@ana@example.org` is somebody elsewhere."""
_TAGS = {
    'paragraph_open': '<p>', 'paragraph_close': '</p>', 'blockquote_open': '<blockquote>', 'blockquote_close': '</blockquote>',
    'bullet_list_open': '<ul>', 'bullet_list_close': '</ul>', 'ordered_list_close': '</ol>',
    'list_item_open': '<li>', 'list_item_close': '</li>',
    'table_open': '<div class="table"><table>', 'table_close': '</table></div>', 'thead_open': '<thead>', 'thead_close': '</thead>',
    'tbody_open': '<tbody>', 'tbody_close': '</tbody>', 'tr_open': '<tr>', 'tr_close': '</tr>', 'th_close': '</th>', 'td_close': '</td>',
    'em_open': '<em>', 'em_close': '</em>', 'strong_open': '<strong>', 'strong_close': '</strong>', 's_open': '<s>', 's_close': '</s>',
    'softbreak': '<br>', 'hardbreak': '<br>',
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawn:
    html: str
    urls: tuple[str, ...] = ()
    text: str = ''
    """What is read when it is one line of text alone; else empty."""
    lone_link: str | None = None


def draw(text: str, named: Mapping[str, Mention], group: MentionGroup | None) -> Drawn:
    """Sanitised HTML: paragraphs and other blocks."""
    tokens = _parser().parse(text)
    drawing = _Drawing(named, group)
    drawing.draw(tokens)
    is_one = len(tokens) == 3 and tokens[1].type == 'inline'
    children = tokens[1].children or [] if is_one else []
    is_lone_link = len(children) == 3 and children[0].type == 'link_open' and children[0].info == 'auto' and drawing.urls
    return Drawn(
        clean(''.join(drawing.parts)),
        tuple(dict.fromkeys(drawing.urls)),
        with_emoji(children[0].content) if len(children) == 1 and children[0].type == 'text' else '',
        _lone(children[1].content, drawing.urls[0]) if is_lone_link else None,
    )


def code_of(text: str) -> Sequence[str]:
    return [_code(token) for token in _parser().parse(text) if token.type == 'fence']


@cache
def _parser() -> MarkdownIt:
    return parser()


@dataclass(slots=True)
class _Drawing:
    named: Mapping[str, Mention]
    group: MentionGroup | None
    parts: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    blocks: int = 0
    highlighter: Highlighter = field(default_factory=Highlighter)
    in_link: bool = False

    def draw(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if token.type == 'inline':
                self.draw(add_hosts(token.children or []))
            elif not token.hidden:
                self.parts.append(_TAGS.get(token.type) or _DRAWN.get(token.type, _escaped)(self, token))

    def text(self, token: Token) -> str:
        text = escape(with_emoji(token.content) if ':' in token.content else token.content)
        if '@' in text and not self.in_link and (self.named or self.group):
            return _MENTION.sub(self._mention, text)
        return text

    def link(self, token: Token) -> str:
        href = str(token.attrs['href'])
        if not href.lower().startswith('mailto:'):
            self.urls.append(href)
        self.in_link = True
        return f'<a href="{escape(href)}">'

    def link_end(self, _token: Token) -> str:
        self.in_link = False
        return '</a>'

    def code_block(self, token: Token) -> str:
        language = token.info.strip().split(maxsplit=1)[0].lower() if token.info.strip() else ''
        label = f'<span class="{LANGUAGE}">{language}</span>' if language in LANGUAGES else ''
        copy = f'<button class="copy" commandfor="{COMMANDS_DOM_ID}" command="{COPY}{NUMBER}-{self.blocks}">Copy</button>'
        self.blocks += 1
        return f'<div class="code">{label}{copy}<pre><code>{self.highlighter.html(_code(token), language)}</code></pre></div>'

    def _mention(self, match: re.Match[str]) -> str:
        written, at = match.groups()
        word = _name_in(written)
        rest = written[len(word) :] + at
        if not word or rest == '@':
            return match[0]
        mention = self.named.get(word.lower())
        if mention is not None:
            command = f'commandfor="{COMMANDS_DOM_ID}" command="{PERSON}{mention.user_id}"'
            return f'<button class="mention" data-user="{mention.user_id}" {command}>@{escape(visible(mention.name))}</button>{rest}'
        if self.group is not None and word.lower() in set(MentionGroup):
            return f'<span class="mention">@{word}</span>{rest}'
        return match[0]


def _lone(written: str, href: str) -> str:
    return written if written.lower().startswith('http') else href


def _code(token: Token) -> str:
    return token.content.removesuffix('\n')


def _name_in(text: str) -> str:
    """The letters, digits and marks that it begins with; `.`, `-` and `_` between them."""
    end = next((place for place, each in enumerate(text) if each not in '.-_' and category(each)[0] not in 'LNM'), len(text))
    return text[:end].rstrip('.-_')


def _escaped(_drawing: _Drawing, token: Token) -> str:
    """What is text alone, such as an escaped character."""
    return escape(token.content)


def _list(_drawing: _Drawing, token: Token) -> str:
    return f'<ol start="{token.attrs["start"]}">' if 'start' in token.attrs else '<ol>'


def _cell(_drawing: _Drawing, token: Token) -> str:
    """Its side as a class: there are no styles in messages."""
    tag, side = token.tag, str(token.attrs.get('style', '')).removeprefix('text-align:')
    return f'<{tag} class="{side}">' if side in {'center', 'right'} else f'<{tag}>'


_DRAWN: Mapping[str, Callable[[_Drawing, Token], str]] = {
    'text': _Drawing.text,
    'link_open': _Drawing.link,
    'link_close': _Drawing.link_end,
    'fence': _Drawing.code_block,
    'code_inline': lambda _, token: f'<code>{escape(token.content)}</code>',
    'host': lambda _, token: f'<span class="host"> ({escape(token.content)})</span>',
    'ordered_list_open': _list,
    'th_open': _cell,
    'td_open': _cell,
}
