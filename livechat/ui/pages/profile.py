"""One's own account: name, password, look. Real form fields, built when the page is opened."""

from typing import TYPE_CHECKING

from nicegui import ui

from livechat.domain.errors import LivechatError
from livechat.domain.model import MAX_NAME_CHARS, MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, Preferences, Theme
from livechat.ui.components.dialogs import worded

if TYPE_CHECKING:
    from livechat.ui.pages.chat_page import ChatPage

THEMES = {Theme.SYSTEM: 'Like my device', Theme.LIGHT: 'Light', Theme.DARK: 'Dark'}


def profile_page(page: 'ChatPage') -> None:
    page.leave_for_page('Profile')
    with ui.element('div').classes('profile'):
        worded('h1', 'Profile and settings')
        _names(page)
        _look(page)
        _password(page)
        _sign_out()


def _section(title: str) -> ui.element:
    section = ui.element('section').classes('card')
    with section:
        worded('h2', title)
    return section


def _field(label: str, value: str = '', *, limit: int = MAX_NAME_CHARS, password: bool = False, autocomplete: str = 'off') -> ui.input:
    field = ui.input(label, value=value, password=password).props(f'outlined dense maxlength={limit} autocomplete={autocomplete}')
    field.props['aria-label'] = label
    return field


class _Outcome:
    """One line under a form: what went wrong, or that it is done."""

    def __init__(self) -> None:
        self._label = ui.label().classes('outcome').props('role=status')

    def show(self, text: str, *, bad: bool) -> None:
        self._label.text = text
        self._label.classes(replace='outcome bad' if bad else 'outcome good')


def _names(page: 'ChatPage') -> None:
    user = page.session.user
    with _section('Who you are'):
        name = _field('Display name', user.display_name, autocomplete='name')
        username = _field('User name', user.username, autocomplete='username')
        email = _field('E-mail (optional)', user.email or '', limit=254, autocomplete='email')
        outcome = _Outcome()

        async def save() -> None:
            try:
                changed = await page.session.chat.accounts.update_profile(
                    page.session.user, display_name=name.value or '', username=username.value or '', email=email.value or None
                )
            except LivechatError as error:
                outcome.show(str(error), bad=True)
            else:
                name.value, username.value, email.value = changed.display_name, changed.username, changed.email or ''
                outcome.show('Saved.', bad=False)

        worded('button', 'Save').classes('primary').props('type=button').on('click', save, [])


def _look(page: 'ChatPage') -> None:
    with _section('Look'):

        async def choose(theme: Theme) -> None:
            now = page.session.user.preferences
            await page.session.chat.accounts.update_preferences(
                page.session.user, Preferences(theme=theme, rooms_folded=now.rooms_folded, people_folded=now.people_folded)
            )

        ui.radio(
            {theme.value: word for theme, word in THEMES.items()},
            value=page.session.user.preferences.theme.value,
            on_change=lambda event: choose(Theme(event.value)),
        ).props('inline aria-label=Theme')


def _password(page: 'ChatPage') -> None:
    with _section('Password'):
        worded('p', 'A new password signs out all your other devices.').classes('muted')
        current = _field('Current password', limit=MAX_PASSWORD_CHARS, password=True, autocomplete='current-password')
        new = _field(f'New password (at least {MIN_PASSWORD_CHARS} characters)', limit=MAX_PASSWORD_CHARS, password=True, autocomplete='new-password')
        outcome = _Outcome()

        async def change() -> None:
            old, wanted = current.value or '', new.value or ''
            try:
                await page.session.chat.accounts.change_password(page.session.user, page.session.sign_in_id, current=old, new=wanted)
            except LivechatError as error:
                outcome.show(str(error), bad=True)
            else:
                current.value = new.value = ''
                outcome.show('Changed. Your other devices are signed out.', bad=False)

        worded('button', 'Change password').classes('primary').props('type=button').on('click', change, [])


def _sign_out() -> None:
    with _section('This device'), ui.element('form').props('method=post action=/logout'):
        worded('button', 'Sign out').classes('quiet').props('type=submit')
