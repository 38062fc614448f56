"""What admins did: the newest first, older ones on demand."""

from nicegui import ui

from livechat.domain.audit import Act, AuditEntry, AuditId
from livechat.ui.components.forms import Outcome, button, section
from livechat.ui.html import escape
from livechat.ui.pages.profile_words import moment_in_words
from livechat.ui.session import Session

AT_ONCE = 50
_SPLIT = frozenset({Act.REMOVED, Act.TIMED_OUT})
"""The person stands within these words: removed Bo from a room."""


class AuditList:
    """The card. Each fifty entries are one element."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._oldest: AuditId | None = None

    def build(self) -> None:
        with section('Log', 'What was done in the name of this server, and by whom.'):
            self._list = ui.element('div').classes('log-pages')
            self._outcome = Outcome()
            self._older = button('Older', self._show_next)
            self._older.visible = False
        self._show_next()

    def _show_next(self) -> None:
        """What is older than what is shown: asked for now, so that a second click shows nothing twice."""
        before = self._oldest

        async def show() -> None:
            await self._outcome.attempt(lambda: self._load(before))

        self._session.do(show)

    async def _load(self, before: AuditId | None) -> None:
        entries = await self._session.chat.moderation.log(self._session.user, before=before)
        if self._list.is_deleted or before != self._oldest:
            return
        offset = self._session.reader.audience.utc_offset_min
        with self._list:
            page = ui.element('ol').classes('rows').props('aria-label="What was done, the newest first"')
        if entries:
            page.props['innerHTML'] = ''.join(line_html(entry, offset) for entry in entries)
            self._oldest = entries[-1].id
        elif before is None:
            page.props['innerHTML'] = '<li class="empty">Nothing yet.</li>'
        self._older.visible = len(entries) >= AT_ONCE


def line_html(entry: AuditEntry, utc_offset_min: int) -> str:
    actor = escape(entry.actor.display_name) if entry.actor else 'The command line'
    to = ' to' if entry.act is Act.INVITED else ''  # its subject is the room, and there is none for the whole server
    subject = f'{to} <b dir="auto">{escape(entry.subject)}</b>' if entry.subject else ''
    detail = f' · <span dir="auto">{escape(entry.detail)}</span>' if entry.detail else ''
    when = f'<time datetime="{entry.at.isoformat()}">{moment_in_words(entry.at, utc_offset_min)}</time>'
    done, rest = entry.act.value, ''
    if entry.act in _SPLIT:
        done, _, rest = done.partition(' ')
    what = f'<p><b dir="auto">{actor}</b> {escape(done)}{subject} {escape(rest)}</p>'
    return f'<li class="did">{what}<small>{when}{detail}</small></li>'
