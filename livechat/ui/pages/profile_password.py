"""Passwords: an account changes its own, a guest takes one to become an account."""

from collections.abc import Callable

from nicegui import ui

from livechat.domain.model import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from livechat.domain.policy import Registration
from livechat.ui.components.dialogs import worded
from livechat.ui.components.forms import Outcome, button, field, section
from livechat.ui.pages.profile_identity import MAX_EMAIL_CHARS
from livechat.ui.session import Session

KEPT_SHOWN_S = 20.0
"""To read, and to note, as what one signs in."""


def keep_name(session: Session, *, then: Callable[[], None]) -> None:
    """A guest becomes an account in place; `then` shows the page anew."""
    if session.chat.policy.current.registration is Registration.CLOSED:
        with section('Keep this name', 'You are a guest, and this server makes no new accounts. Ask one of its admins.'):
            return
    lead = f'You are a guest: only this browser knows you. With a password of {MIN_PASSWORD_CHARS} or more characters you sign in anywhere.'
    with section('Keep this name', lead), ui.element('form') as form:
        _login_name(session)
        password = _new_password('Password')
        email = field('E-mail (optional)', limit=MAX_EMAIL_CHARS, autocomplete='email')
        outcome = Outcome()

        async def keep() -> None:
            await session.chat.guests.keep_name(session.user, password=password.value or '', email=email.value or None)

        async def submit() -> None:
            if await outcome.attempt(keep):
                then()
                session.say(f'The name is yours. Elsewhere you sign in as “{session.user.username}”.', for_s=KEPT_SHOWN_S)

        button('Keep this name', kind='primary')
        form.on('submit.prevent', submit, [])


def new_password(session: Session) -> None:
    with (
        section('Password', f'At least {MIN_PASSWORD_CHARS} characters. A new one signs out all your other devices.'),
        ui.element('form') as form,
    ):
        _login_name(session)
        current = field('Current password', limit=MAX_PASSWORD_CHARS, password=True, autocomplete='current-password')
        new = _new_password('New password')
        outcome = Outcome()

        async def change() -> None:
            old, wanted = current.value or '', new.value or ''
            await session.chat.accounts.change_password(session.user, session.sign_in_id, current=old, new=wanted)
            current.value = new.value = ''

        button('Change password')
        form.on('submit.prevent', lambda: outcome.attempt(change, 'Changed. Your other devices are signed out.'), [])


def _login_name(session: Session) -> None:
    """For password managers, which keep a password beside a name."""
    hidden = worded('input', '').props('type=text autocomplete=username hidden')
    hidden.props['value'] = session.user.username


def _new_password(label: str) -> ui.input:
    return field(label, limit=MAX_PASSWORD_CHARS, password=True, autocomplete='new-password')
