"""Where one is signed in: each browser can be shown out."""

from collections.abc import Sequence

from nicegui import ui

from livechat.domain.model import SignIn
from livechat.ui.components.dialogs import worded
from livechat.ui.components.forms import Outcome, ask, button, refill, section
from livechat.ui.html import escape
from livechat.ui.pages.profile_words import browser_in_words, seen_in_words
from livechat.ui.session import Session

SHOWN = 50


class SignInList:
    """The card. Loaded when the page is open, and again after each act here."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def build(self) -> None:
        self._card = section('Where you are signed in')
        with self._card:
            self._list = ui.element('ul').classes('rows')
            with ui.element('div').classes('row-of-buttons'):
                with ui.element('form').props('method=post action=/logout'):
                    button('Sign out here')
                self._others = button('End all others', self._ask_others, kind='danger')
                self._others.visible = False
            self._outcome = Outcome()
        self._session.do(self._load)

    async def _load(self) -> None:
        found = await self._session.chat.accounts.sign_ins(self._session.user)
        refill(self._list, lambda: self._rows(found))
        self._others.visible = len(found) > 1

    def _rows(self, found: Sequence[SignIn]) -> None:
        here = self._session.sign_in_id
        for sign_in in sorted(found, key=lambda each: each.id != here)[:SHOWN]:
            self._row(sign_in, is_here=sign_in.id == here)
        if len(found) > SHOWN:
            worded('li', f'And {len(found) - SHOWN:,} more.').classes('empty')

    def _row(self, sign_in: SignIn, *, is_here: bool) -> None:
        session = self._session
        browser = browser_in_words(sign_in.user_agent)
        seen = seen_in_words(sign_in.last_seen_at, session.chat.clock.now(), session.reader.audience.utc_offset_min)
        details = [sign_in.address or 'address not known', 'in use' if is_here else seen]
        tag = '<span class="tag">this one</span>' if is_here else ''
        with ui.element('li').classes('line'):
            about = ui.element('div').classes('about')
            about.props['innerHTML'] = f'<b>{escape(browser)}{tag}</b><small>{escape(" · ".join(details))}</small>'
            if not is_here:
                button('End', lambda: self._ask_one(sign_in, browser), label=f'End {browser}, {details[0]}, {seen}')

    def _ask_one(self, sign_in: SignIn, browser: str) -> None:
        async def end() -> None:
            await self._session.chat.accounts.end_sign_in(self._session.user, sign_in.id)
            await self._load()
            self._outcome.show('Ended.')

        with self._card:
            ask('End this sign-in?', f'{browser} will be signed out at once, with all its tabs.', 'End it', end)

    def _ask_others(self) -> None:
        async def end() -> None:
            await self._session.chat.accounts.end_other_sign_ins(self._session.user, keep=self._session.sign_in_id)
            await self._load()
            self._outcome.show('All others are signed out.')

        with self._card:
            ask('End all others?', 'Every other browser will be signed out at once. This one stays.', 'End all others', end)
