"""Administration of the server: for its admins. The domain asks the rights again at every act."""

from collections.abc import Callable
from functools import partial

from nicegui import ui

from livechat.ui.components.dialogs import worded
from livechat.ui.components.forms import refill
from livechat.ui.pages.admin_invitations import InvitationList
from livechat.ui.pages.admin_log import AuditList
from livechat.ui.pages.admin_people import PeopleList
from livechat.ui.pages.admin_policy import policy_card
from livechat.ui.pages.admin_rooms import RoomList
from livechat.ui.pages.admin_server import server_card
from livechat.ui.pages.places import Places
from livechat.ui.session import Session

PARTS: dict[str, Callable[[Session], object]] = {
    'People': lambda session: PeopleList(session).build(),
    'Rooms': lambda session: RoomList(session).build(),
    'Invitations': lambda session: InvitationList(session).build(),
    'Server': server_card,
    'Policy': policy_card,
    'Log': lambda session: AuditList(session).build(),
}


def admin_page(session: Session, places: Places, part: str = '') -> None:
    """Whoever is dismissed while it is open keeps nothing of it, not even what was loaded and not shown yet.

    `part`: which part, as in the address, so that a reload and a link lead to it again.
    """

    def build() -> None:
        if session.user.is_server_admin:
            _Parts(session, places, part)
        else:
            worded('p', 'This page is for the admins of this server.').classes('empty')

    cards = ui.element('div').classes('cards admin')
    places.leave_for_page('Administration', on_standing=lambda: refill(cards, build))
    refill(cards, build)


class _Parts:
    """One part at a time: what is not looked at is neither loaded nor kept."""

    def __init__(self, session: Session, places: Places, part: str) -> None:
        self._session = session
        self._places = places
        self._tabs: dict[str, ui.element] = {}
        with ui.element('nav').classes('parts').props('aria-label=Administration'):
            for name in PARTS:
                tab = worded('button', name).props('type=button')
                self._tabs[name] = tab.on('click', partial(self._choose, name), [])
        self._place = ui.element('div').classes('part')
        self._show(part.capitalize() if part.capitalize() in PARTS else 'People')

    def _choose(self, name: str) -> None:
        self._places.replace_address(f'/admin?part={name.lower()}')
        self._show(name)

    def _show(self, name: str) -> None:
        for each, tab in self._tabs.items():
            tab.props['aria-current'] = 'true' if each == name else None
        refill(self._place, lambda: PARTS[name](self._session))
