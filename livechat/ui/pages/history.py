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


class EditHistory:
    """Of one tab."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, message: Message, revisions: Sequence[Revision]) -> None:
        """As it reads now, then earlier wordings, the latest first."""
        texts = [f'<li>{_words(message, message.body)}<small>Now</small></li>']
        texts += [f'<li>{_words(message, each.body)}<small>Until {self._at(each.until)}</small></li>' for each in reversed(revisions)]
        _show(self._session, 'Edit history', f'<ul class="wordings">{"".join(texts)}</ul>')

    def _at(self, at: datetime) -> str:
        there = local(at, self._session.reader.audience.utc_offset_min)
        return f'{long_date(there.date())}, {there:%H:%M}'


class WhoReacted:
    """Of one tab."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, message: Message) -> None:
        """Each reaction with the people, in the order they came."""
        parts = []
        for reaction in message.reactions:
            people = ''.join(
                f'<li>{avatar(person.id, person.display_name, size="tiny")}<bdi>{escape(person.display_name)}</bdi></li>'
                for person in reaction.people
            )
            parts.append(f'<li><b><bdi>{escape(reaction.text)}</bdi></b><ul>{people}</ul></li>')
        _show(self._session, 'Who reacted', f'<ul class="reacted">{"".join(parts)}</ul>')


def _words(message: Message, body: str) -> str:
    return f'<div class="body" dir="auto">{render(body, message.named, message.group).html.replace(NUMBER, str(message.number))}</div>'


def _show(session: Session, title: str, html: str) -> None:
    with session.client:
        form = Form(title)
        with form.body:
            ui.element('div').props['innerHTML'] = html
        form.button('Close', form.dialog.close, kind='quiet')
        form.open()
