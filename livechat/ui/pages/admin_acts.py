"""What admins can do about a person, each asked about first, in words that say what it does."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from livechat.domain.errors import LivechatError
from livechat.domain.model import ServerRole, User
from livechat.ui.components.dialogs import Form, worded
from livechat.ui.components.forms import ask
from livechat.ui.components.shared_link import shared_link
from livechat.ui.html import escape
from livechat.ui.session import Session

ROLE_WORDS = {
    ServerRole.OWNER: 'can do everything, also appoint and dismiss other owners',
    ServerRole.ADMIN: 'sees this page: people, rooms, invitations, policy',
    ServerRole.MEMBER: 'reads and writes like everybody else',
}


class PersonActs:
    """Each method opens a dialog where it is called. The domain decides whether it may be done; its refusal is shown there."""

    def __init__(self, session: Session, user: User, *, on_change: Callable[[User], None], say: Callable[[str], None]) -> None:
        self._session = session
        self._moderation = session.chat.moderation
        self._user = user
        self._on_change = on_change
        self._say = say

    def _ask(
        self, question: str, consequence: str, verb: str, act: Callable[[], Awaitable[User]], *, done: str, kind: str = 'danger'
    ) -> Form:
        async def do() -> None:
            self._on_change(await act())
            self._say(done)

        return ask(question, consequence, verb, do, kind=kind)

    def role(self, role: ServerRole) -> None:
        name, article = self._user.display_name, 'a' if role is ServerRole.MEMBER else 'an'
        self._ask(
            f'Make {name} {article} {role.value}?',
            f'{name} then {ROLE_WORDS[role]}.',
            f'Make {role.value}',
            lambda: self._moderation.set_role(self._session.user, self._user.id, role),
            done=f'{name} is {article} {role.value} now.',
            kind='primary',
        )

    def deactivate(self) -> None:
        name = self._user.display_name
        self._ask(
            f'Deactivate {name}?',
            f'{name} is signed out everywhere and leaves all rooms but direct ones; their e-mail address and notification targets are '
            'forgotten. What they wrote stays. You can reactivate them, without all that.',
            'Deactivate',
            lambda: self._moderation.deactivate(self._session.user, self._user.id),
            done=f'{name} is deactivated.',
        )

    def reactivate(self) -> None:
        name = self._user.display_name
        self._ask(
            f'Reactivate {name}?',
            'They can sign in again with their old password, and are in no room but direct ones.',
            'Reactivate',
            lambda: self._moderation.reactivate(self._session.user, self._user.id),
            done=f'{name} can sign in again.',
            kind='primary',
        )

    def ban(self) -> None:
        name = self._user.display_name
        also = {'addresses': False, 'private': False, 'messages': False}

        def act() -> Awaitable[User]:
            return self._moderation.ban(
                self._session.user,
                self._user.id,
                addresses=also['addresses'],
                private_addresses_too=also['addresses'] and also['private'],
                delete_messages=also['messages'],
            )

        words = f'{name} is signed out everywhere at once and cannot come in any more.'
        form = self._ask(f'Ban {name}?', words, 'Ban', act, done=f'{name} is banned.')
        with form.body:
            addresses = _option(
                also,
                'addresses',
                'Also ban the network addresses they were seen from',
                'Everybody else behind the same address is kept out too; your own addresses never are.',
            )
            with ui.element('div').classes('inset') as more:
                _option(also, 'private', 'Even addresses of a private network', 'Behind a proxy or in a school that can be everybody.')
            more.visible = False
            addresses.on_value_change(lambda event: more.set_visibility(bool(event.value)))
            _option(also, 'messages', 'Also delete all their messages', 'In every room, for everybody. This cannot be undone.')

    def unban(self) -> None:
        name = self._user.display_name
        self._ask(
            f'Lift the ban of {name}?',
            'They can come in again, and so can the addresses that were banned with them.',
            'Lift the ban',
            lambda: self._moderation.unban(self._session.user, self._user.id),
            done=f'{name} can come in again.',
            kind='primary',
        )

    def link(self) -> None:
        """For a new password, shown once it is made: as text, as a picture, to be copied."""
        name = self._user.display_name
        form = Form(f'Password link for {name}')
        with form.body:
            worded('p', f'Whoever has the link sets a new password for {name}, once, within 4 hours. All their sign-ins end then.')
        form.button('Cancel', form.dialog.close, kind='quiet')
        form.button('Make the link', partial(self._make_link, form))
        form.open()

    async def _make_link(self, form: Form) -> None:
        name = self._user.display_name
        form.buttons.clear()  # a second click finds no button
        try:
            token = await self._session.chat.passwords_help.make_link(self._session.user, self._user.id)
        except LivechatError as error:
            form.refuse(str(error))
        else:
            self._show_link(form, f'{self._session.reader.audience.base_url}/reset/{token}', name)
        form.button('Done', form.dialog.close, kind='quiet')

    def _show_link(self, form: Form, link: str, name: str) -> None:
        if form.body.is_deleted:
            return
        form.body.clear()
        with form.body:
            worded('p', f'Give this to {name} and to nobody else. It works once, within 4 hours.')
            shared_link(link, f'Password link for {name}')


def _option(into: dict[str, bool], key: str, text: str, hint: str) -> ui.checkbox:
    box = ui.checkbox(text, on_change=lambda event: into.update({key: bool(event.value)}))
    ui.element('p').classes('hint').props['innerHTML'] = escape(hint)
    return box
