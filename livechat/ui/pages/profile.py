"""One's own account: name, password, look. Real form fields, built when the page is opened."""

from nicegui import ui

from livechat.domain.errors import LivechatError
from livechat.domain.model import MAX_NAME_CHARS, MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, Preferences, Theme
from livechat.ui.components.dialogs import worded
from livechat.ui.pages.places import Places
from livechat.ui.session import Session

THEMES = {Theme.SYSTEM: 'Like my device', Theme.LIGHT: 'Light', Theme.DARK: 'Dark'}


def profile_page(session: Session, places: Places) -> None:
    places.leave_for_page('Profile and settings')
    with ui.element('div').classes('profile'):
        _names(session)
        _look(session)
        _password(session)
        _sign_out()


def _section(title: str) -> ui.element:
    section = ui.element('section').classes('card')
    with section:
        worded('h2', title)
    return section


def _field(label: str, value: str = '', *, limit: int = MAX_NAME_CHARS, password: bool = False, autocomplete: str = 'off') -> ui.input:
    field = ui.input(label, value=value, password=password).props(f'outlined maxlength={limit} autocomplete={autocomplete}')
    field.props['aria-label'] = label
    return field


class _Outcome:
    """One line under a form: what went wrong, or that it is done."""

    def __init__(self) -> None:
        self._label = ui.label().classes('outcome').props('role=status')

    def show(self, text: str, *, bad: bool) -> None:
        self._label.text = text
        self._label.classes(replace='outcome bad' if bad else 'outcome good')


def _names(session: Session) -> None:
    user = session.user
    with _section('Who you are'), ui.element('form') as form:
        name = _field('Display name', user.display_name, autocomplete='name')
        username = _field('User name', user.username, autocomplete='username')
        email = _field('E-mail (optional)', user.email or '', limit=254, autocomplete='email')
        outcome = _Outcome()

        async def save() -> None:
            try:
                changed = await session.chat.accounts.update_profile(
                    session.user, display_name=name.value or '', username=username.value or '', email=email.value or None
                )
            except LivechatError as error:
                outcome.show(str(error), bad=True)
            else:
                name.value, username.value, email.value = changed.display_name, changed.username, changed.email or ''
                outcome.show('Saved.', bad=False)

        worded('button', 'Save').classes('primary').props('type=submit')
        form.on('submit.prevent', save, [])


def _look(session: Session) -> None:
    with _section('Look'):

        async def choose(theme: Theme) -> None:
            now = session.user.preferences
            await session.chat.accounts.update_preferences(
                session.user, Preferences(theme=theme, rooms_folded=now.rooms_folded, people_folded=now.people_folded)
            )

        ui.radio(
            {theme.value: word for theme, word in THEMES.items()},
            value=session.user.preferences.theme.value,
            on_change=lambda event: choose(Theme(event.value)),
        ).props('inline aria-label=Theme')


def _password(session: Session) -> None:
    with _section('Password'), ui.element('form') as form:
        worded('p', 'A new password signs out all your other devices.').classes('muted')
        ui.element('input').props('type=text autocomplete=username hidden').props['value'] = session.user.username
        current = _field('Current password', limit=MAX_PASSWORD_CHARS, password=True, autocomplete='current-password')
        new = _field(
            f'New password (at least {MIN_PASSWORD_CHARS} characters)', limit=MAX_PASSWORD_CHARS, password=True, autocomplete='new-password'
        )
        outcome = _Outcome()

        async def change() -> None:
            old, wanted = current.value or '', new.value or ''
            try:
                await session.chat.accounts.change_password(session.user, session.sign_in_id, current=old, new=wanted)
            except LivechatError as error:
                outcome.show(str(error), bad=True)
            else:
                current.value = new.value = ''
                outcome.show('Changed. Your other devices are signed out.', bad=False)

        worded('button', 'Change password').classes('primary').props('type=submit')
        form.on('submit.prevent', change, [])


def _sign_out() -> None:
    with _section('This device'), ui.element('form').props('method=post action=/logout'):
        worded('button', 'Sign out').classes('quiet').props('type=submit')
