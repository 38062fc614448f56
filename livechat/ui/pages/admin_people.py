"""Everybody on the server, admins first: one element per person, whose click opens what can be done about them."""

from collections.abc import Sequence

from nicegui import ui

from livechat.domain.model import ServerRole, User, UserStatus
from livechat.ui.components.forms import Outcome, button, section
from livechat.ui.components.icons import icon
from livechat.ui.html import avatar, escape
from livechat.ui.pages.admin_person import PersonSheet
from livechat.ui.session import Session

AT_ONCE = 50
MAX_WORDS_CHARS = 100


class PeopleList:
    """The card. A search starts the list anew; "Show more" adds to it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._words = ''
        self._shown = 0

    def build(self) -> None:
        self._card = section('People')
        with self._card:
            search = ui.input('Search people', on_change=lambda event: self._search(event.value)).classes('search')
            search.props(f'outlined dense clearable debounce=300 type=search maxlength={MAX_WORDS_CHARS} aria-label="Search people"')
            self._list = ui.element('ul').classes('rows')
            self._outcome = Outcome()
            self._more = button('Show more', self._show_next)
            self._more.visible = False
        self._show_next()

    def _search(self, words: str | None) -> None:
        self._words, self._shown = (words or '')[:MAX_WORDS_CHARS].strip(), 0
        self._show_next()

    def _show_next(self) -> None:
        """What follows what is shown: asked for now, so that a second click, or a search meanwhile, makes the first one void."""
        wanted = (self._words, self._shown)

        async def show() -> None:
            await self._outcome.attempt(lambda: self._load(*wanted))

        self._session.do(show)

    def _is_stale(self, wanted: tuple[str, int]) -> bool:
        return self._list.is_deleted or wanted != (self._words, self._shown)

    async def _load(self, words: str, offset: int) -> None:
        found = await self._session.chat.moderation.people(self._session.user, words=words, offset=offset, limit=AT_ONCE)
        if self._is_stale((words, offset)):
            return
        if not offset:
            self._list.clear()
        self._shown += len(found)
        self._more.visible = len(found) == AT_ONCE
        with self._list:
            self._rows(found)

    def _rows(self, found: Sequence[User]) -> None:
        for user in found:
            self._row(user)
        if not self._shown:
            ui.label('Nobody is called that.').classes('empty')

    def _row(self, user: User) -> None:
        row = ui.element('li')
        row.props['innerHTML'] = row_html(user)

        def changed(now: User) -> None:
            nonlocal user
            user = now
            row.props['innerHTML'] = row_html(user)

        def open_sheet() -> None:
            with self._card:
                PersonSheet(self._session, user, on_change=changed, say=self._outcome.show).open()

        row.on('click', open_sheet, [])


def row_html(user: User) -> str:
    """One button for the whole line: easy to hit, and one stop for the keyboard."""
    return (
        f'<button type="button" class="pickable" aria-haspopup="dialog">{avatar(user, size="small")}'
        f'<span class="names"><b dir="auto">{escape(user.display_name)}</b> <small>@{escape(user.username)}</small></span>'
        f'{"".join(f"<span class=tag>{escape(tag)}</span>" for tag in tags(user))}{icon("chevron")}</button>'
    )


def tags(user: User) -> list[str]:
    """What sets a person apart: role or kind, and whether they are kept out."""
    words = [] if user.role is ServerRole.MEMBER else [user.role.value]
    if user.kind.value != 'account':
        words.append(user.kind.value)
    return words if user.status is UserStatus.ACTIVE else [*words, user.status.value]
