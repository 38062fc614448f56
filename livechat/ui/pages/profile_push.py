"""Notifications outside the browser: where one is reached while livechat is not open."""

from collections.abc import Sequence
from dataclasses import replace

from nicegui import ui

from livechat.domain.errors import PushFailed
from livechat.domain.push import PushTarget
from livechat.ui.components.dialogs import worded
from livechat.ui.components.forms import Outcome, ask, button, field, refill, section
from livechat.ui.html import escape
from livechat.ui.pages.profile_look import prefer
from livechat.ui.pages.profile_words import without_secret
from livechat.ui.session import Session

MAX_URL_CHARS = 500
TITLE = 'Notifications outside the browser'


class PushTargets:
    """The card. Loaded when the page is open, and again after each act here."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._desk = session.chat.push

    def build(self) -> None:
        if not self._desk.is_available:
            section(TITLE, 'This server sends none. Whoever runs it can switch them on.')
            return
        lead = 'While no tab of yours is open, what you want to hear of is sent to these services.'
        self._card = section(TITLE, lead)
        with self._card:
            self._list = ui.element('ul').classes('rows')
            self._adding()
            self._outcome = Outcome()
            ui.switch(
                'Include the text of the message',
                value=self._session.user.preferences.push_bodies,
                on_change=lambda event: prefer(
                    self._session, self._outcome, lambda present: replace(present, push_bodies=bool(event.value))
                ),
            )
        self._session.do(self._load)

    def _adding(self) -> None:
        with ui.element('form') as form:
            with ui.element('div').classes('field-and-button'):
                self._url = field('Address of a service', limit=MAX_URL_CHARS)
                button('Add', label='Add this address')
            worded('p', 'Like ntfy://ntfy.sh/my-topic or mailto://user:password@example.org').classes('muted')
        form.on('submit.prevent', self._add, [])

    async def _load(self) -> None:
        found = await self._desk.targets(self._session.user)
        refill(self._list, lambda: self._rows(found))

    def _rows(self, found: Sequence[PushTarget]) -> None:
        for target in found:
            self._row(target)
        if not found:
            worded('li', 'None yet.').classes('empty')

    def _row(self, target: PushTarget) -> None:
        shown = without_secret(target.url)
        with ui.element('li').classes('line'):
            about = ui.element('div').classes('about')
            kind = 'bad' if target.failures else ''
            about.props['innerHTML'] = (
                f'<b class="address">{escape(shown)}</b><small class="{kind}">{escape(state_in_words(target))}</small>'
            )
            button('Test', lambda: self._test(target), label=f'Test {shown}')
            button('Remove', lambda: self._ask_remove(target, shown), label=f'Remove {shown}')

    async def _add(self) -> None:
        async def add() -> None:
            await self._desk.add(self._session.user, (self._url.value or '').strip())
            self._url.value = ''
            await self._load()

        await self._outcome.attempt(add, 'Added. Test it to be sure.')

    async def _test(self, target: PushTarget) -> None:
        async def test() -> None:
            try:
                await self._desk.test(self._session.user, target.id)
            except PushFailed:
                await self._load()  # it counts as a failure of the target
                raise
            await self._load()

        self._outcome.show('Sending …')
        await self._outcome.attempt(test, 'Sent. Look whether it has arrived.')

    def _ask_remove(self, target: PushTarget, shown: str) -> None:
        async def remove() -> None:
            await self._desk.remove(self._session.user, target.id)
            await self._load()
            self._outcome.show('Removed.')

        with self._card:
            ask('Remove this address?', f'Nothing will be sent to {shown} any more.', 'Remove it', remove)


def state_in_words(target: PushTarget) -> str:
    times = 'once' if target.failures == 1 else f'{target.failures} times in a row'
    if not target.enabled:
        return f'Switched off: it failed {times}. {target.last_error} A test that works switches it on again.'
    return f'Failed {times}: {target.last_error}' if target.failures else 'On'
