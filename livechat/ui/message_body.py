"""The words of a message as HTML: its markup rendered, "/me" as what somebody does, what it answers in a line above."""

import re
from collections.abc import Iterable

from livechat.domain.message import Message, MessageKind, Quote, is_action_text, words_of
from livechat.ui import markup
from livechat.ui.html import escape, room_path
from livechat.ui.linked_quotes import linked_quotes
from livechat.ui.message_parts import edited_html

_TAG = re.compile(r'<[^>]*>')
_FENCE = re.compile(r'(?:`{3,}|~{3,})[\w+#-]*')
"""Of a block of code, which in one line begins and never ends."""


async def prepare(messages: Iterable[Message]) -> None:
    """Have the texts of these messages rendered, the large ones beside the event loop: what follows finds them in the cache."""
    await markup.prepare((words(message), message.named, message.group) for message in messages if _has_words(message))


def is_action(message: Message) -> bool:
    """Whether it says what its author does: "/me waves"."""
    return is_action_text(message.body) and _has_words(message)


def words(message: Message) -> str:
    return words_of(message.body) if _has_words(message) else message.body


def body_html(message: Message, base_url: str = '') -> str:
    """Its text with whatever stands in it; nothing to see where there are only files. `base_url`: this server as its readers reach it."""
    if not message.body and message.files:
        return '<div class=body hidden></div>'
    rendered = markup.render(words(message), message.named, message.group)
    html = rendered.html.replace(markup.NUMBER, str(message.number))
    edited = edited_html(message)
    kind = "'body large'" if rendered.is_large else 'body'
    if is_action(message):
        kind = "'body action'"
        name = f'<b dir=auto>{escape(message.author.display_name)}</b> '
        html = html.replace('<p>', f'<p>{name}', 1) if html.startswith('<p>') else f'<p>{name}</p>{html}'
    if rendered.lone_link is not None and any(card.url == rendered.lone_link for card in message.cards):
        return f'<div class={kind} hidden>{html}</div>{edited}'
    if edited and html.endswith('</p>'):
        html, edited = f'{html[: -len("</p>")]}{edited}</p>', ''
    return f'<div class={kind} dir=auto>{html}{edited}</div>{linked_quotes(rendered.urls, base_url)}'


def quote_html(quote: Quote | None, slug: str) -> str:
    """The line above a message that answers another one: a link to that."""
    if quote is None:
        return ''
    if quote.deleted:
        said = '<span>a message that was deleted</span>'
    else:
        words = _in_one_line(quote.excerpt) or escape(quote.files)
        said = f'<b dir=auto>{escape(quote.author.display_name)}</b> <span dir=auto>{words}</span>'
    return f"<a class=reply href='{room_path(slug, quote.number)}'><i class=sr>In reply to </i>{said}</a>"


def _in_one_line(excerpt: str) -> str:
    """As it reads, without its markup. What is left of safe HTML without its tags is safe: there is no "<" in it."""
    line = _FENCE.sub(' ', words_of(excerpt)).strip()
    return _TAG.sub('', markup.render(line).html.replace('<br>', ' '))


def _has_words(message: Message) -> bool:
    return message.kind is MessageKind.TEXT and not message.deleted
