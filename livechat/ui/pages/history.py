"""What lies behind a message: how it read before, and who reacted to it."""

from collections.abc import Sequence
from datetime import datetime

from nicegui import ui

from livechat.domain.message import Message, Revision
from livechat.ui.components.dialogs import Form
from livechat.ui.html import avatar, escape
from livechat.ui.markup import NUMBER, render
from livechat.ui.message_html import local, long_date
from livechat.ui.session import Session


def show_history(session: Session, message: Message, revisions: Sequence[Revision]) -> Form:
    """As it reads now, then earlier wordings, the latest first."""
    offset = session.reader.audience.utc_offset_min
    texts = [f'<li>{_words(message, message.body)}<small>Now</small></li>']
    texts += [f'<li>{_words(message, each.body)}<small>Until {_at(each.until, offset)}</small></li>' for each in reversed(revisions)]
    return _show(session, 'Edit history', f'<ul class="wordings">{"".join(texts)}</ul>')


def show_who_reacted(session: Session, message: Message) -> Form:
    """Each reaction with the people, in the order they came."""
    parts = []
    for reaction in message.reactions:
        people = ''.join(f'<li>{avatar(person, size="tiny")}<bdi>{escape(person.display_name)}</bdi></li>' for person in reaction.people)
        parts.append(f'<li><b><bdi>{escape(reaction.text)}</bdi></b><ul>{people}</ul></li>')
    return _show(session, 'Who reacted', f'<ul class="reacted">{"".join(parts)}</ul>')


def _at(at: datetime, utc_offset_min: int) -> str:
    there = local(at, utc_offset_min)
    return f'{long_date(there.date())}, {there:%H:%M}'


def _words(message: Message, body: str) -> str:
    return f'<div class="body" dir="auto">{render(body, message.named, message.group).html.replace(NUMBER, str(message.number))}</div>'


def _show(session: Session, title: str, html: str) -> Form:
    with session.client:
        form = Form(title)
        with form.body:
            ui.element('div').props['innerHTML'] = html
        form.button('Close', form.dialog.close, kind='quiet')
        form.open()
    return form
