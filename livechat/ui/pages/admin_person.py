"""One person as admins of the server see them, and what can be done about them; `admin_acts.py` asks before it is done."""

from collections.abc import Callable
from functools import partial

from nicegui import ui

from livechat.domain.model import ServerRole, User, UserStatus
from livechat.ui.components.dialogs import Form, worded
from livechat.ui.html import avatar, escape
from livechat.ui.pages.admin_acts import ROLE_WORDS, PersonActs
from livechat.ui.pages.profile_words import date_in_words
from livechat.ui.session import Session


class PersonSheet:
    """A dialog, built where it is opened. It offers what the roles allow; the domain asks again."""

    def __init__(self, session: Session, user: User, *, on_change: Callable[[User], None], say: Callable[[str], None]) -> None:
        self._session = session
        self._user = user
        self._acts = PersonActs(session, user, on_change=on_change, say=say)
        self._place = ui.context.slot.parent

    def open(self) -> None:
        self._form = form = Form(self._user.display_name)
        with form.body:
            ui.element('div').props['innerHTML'] = self._about()
            refusal = self._refusal()
            if refusal:
                worded('p', refusal).classes('muted')
            else:
                with ui.element('div').classes('acts'):
                    self._offer()
        form.button('Close', form.dialog.close, kind='quiet')
        form.open()

    def _about(self) -> str:
        user = self._user
        since = date_in_words(user.created_at, self._session.reader.audience.utc_offset_min)
        what = 'Guest' if user.is_guest else user.role.value.capitalize()
        status = '' if user.status is UserStatus.ACTIVE else f' · {user.status.value}'
        how = ', by an invitation' if user.invitation_id else ''
        names = f'@{escape(user.username)}<br><small class="muted">{what}{status} · here since {since}{how}</small>'
        bio = f'<p class="bio" dir="auto">{escape(user.bio)}</p>' if user.bio else ''
        return f'<div class="identity">{avatar(user, size="large")}<span>{names}</span></div>{bio}'

    def _refusal(self) -> str:
        mine = self._session.user
        if self._user.id == mine.id:
            return 'This is you. Your name, password and look are in your own settings.'
        if self._user.person.rank > mine.person.rank:
            return 'Their role is higher than yours: nothing can be changed here by you.'
        return ''

    def _offer(self) -> None:
        user, acts = self._user, self._acts
        if user.status is UserStatus.BANNED:
            self._act('Lift the ban', 'They can come in again.', acts.unban)
        elif user.status is UserStatus.DEACTIVATED:
            self._act('Reactivate', 'They can sign in again.', acts.reactivate)
        else:
            if not user.is_guest:
                self._offer_to_accounts()
            self._act('Ban', 'They are shown out and kept out.', acts.ban, bad=True)

    def _offer_to_accounts(self) -> None:
        mine, acts = self._session.user, self._acts
        for role, words in ROLE_WORDS.items():
            if role is not self._user.role and (role is not ServerRole.OWNER or mine.role is ServerRole.OWNER):
                self._act(f'Make {role.value}', f'{words[0].upper()}{words[1:]}.', partial(acts.role, role))
        self._act('Password link', 'For somebody who cannot sign in any more.', acts.link)
        self._act('Deactivate', 'They leave; what they wrote stays.', acts.deactivate)

    def _act(self, text: str, words: str, act: Callable[[], None], *, bad: bool = False) -> None:
        def go() -> None:
            self._form.dialog.close()
            with self._place:  # not in this dialog, which is gone in a moment
                act()

        line = ui.element('button').classes('act bad' if bad else 'act').props('type=button')
        line.props['innerHTML'] = f'<b>{escape(text)}</b><small>{escape(words)}</small>'
        line.on('click', go, [])
