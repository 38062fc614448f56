"""Open and private rooms by name: what an admin of the server may know of them."""

from collections.abc import Sequence

from nicegui import ui

from livechat.domain.model import RoomKind, RoomSummary
from livechat.ui.components.forms import Outcome, button, section
from livechat.ui.components.icons import icon
from livechat.ui.html import escape, room_path
from livechat.ui.session import Session

AT_ONCE = 200
"""Lines of HTML, all in one element."""


class RoomList:
    """The card: one element with all lines. Direct rooms are nobody's business."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._shown = AT_ONCE
        self._words = ''
        self._rooms: Sequence[RoomSummary] = ()

    def build(self) -> None:
        lead = 'Who is in a room, and who looks after it, is on its own page. Reading a private room takes joining it, for all to see.'
        with section('Rooms', lead):
            search = ui.input('Search rooms', on_change=lambda event: self._search(event.value)).classes('search')
            search.props('outlined dense clearable debounce=300 type=search maxlength=100 aria-label="Search rooms"')
            self._list = ui.element('ul').classes('rows')
            self._outcome = Outcome()
            self._more = button('Show more', self._show_more)
            self._more.visible = False
        self._session.do(self._load)

    def _search(self, words: str | None) -> None:
        self._words, self._shown = (words or '').casefold().strip(), AT_ONCE
        self._draw()

    def _show_more(self) -> None:
        self._shown += AT_ONCE
        self._draw()

    async def _load(self) -> None:
        async def load() -> None:
            self._rooms = await self._session.chat.moderation.rooms(self._session.user)

        if await self._outcome.attempt(load):
            self._draw()

    def _draw(self) -> None:
        found = [summary for summary in self._rooms if self._words in summary.room.name.casefold()]
        lines = ''.join(map(line_html, found[: self._shown]))
        self._list.props['innerHTML'] = lines or '<li class="empty">No room is called that.</li>'
        self._more.visible = len(found) > self._shown


def line_html(summary: RoomSummary) -> str:
    room, count = summary.room, summary.member_count
    glyph = icon('lock') if room.kind is RoomKind.PRIVATE else '#'
    people = '1 member' if count == 1 else f'{count:,} members'
    tags = [word for word, is_so in (('announcements', room.announcements), ('archived', room.is_archived)) if is_so]
    return (
        f'<li><a class="pickable" href="{room_path(room.slug)}/settings"><span class="glyph" aria-hidden="true">{glyph}</span>'
        f'<span class="names"><b dir="auto">{escape(room.name)}</b> <small>{room.kind.value} · {people}</small></span>'
        f'{"".join(f"<span class=tag>{word}</span>" for word in tags)}{icon("chevron")}</a></li>'
    )
