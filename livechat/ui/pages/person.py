"""The card of somebody: who they are, what they say about themselves, and the way to write to them alone."""

from collections.abc import Callable

from nicegui import ui

from livechat.domain.model import UserId
from livechat.domain.room_members import Profile
from livechat.ui.components.dialogs import Form, worded
from livechat.ui.html import avatar, room_path
from livechat.ui.message_html import local, long_date
from livechat.ui.session import Session


class PersonCard:
    """Of one tab. What is shown is what the domain tells this reader."""

    def __init__(self, session: Session, go: Callable[[str], None]) -> None:
        self._session = session
        self._go = go

    async def open(self, who: UserId) -> None:
        """:raises NotFound: nobody, or nobody this person may know"""
        session = self._session
        members = session.chat.members
        profile = await members.profile(session.user, who)
        with session.client:
            form = Form(profile.person.display_name)
            with form.body:
                self._describe(profile)
            if who == session.user.id:
                form.button('Profile and settings', lambda: self._leave(form, '/profile'), kind='quiet')
            elif members.may_write_to(session.user):
                form.button('Direct message', lambda: form.attempt(self._write_to(who)))
            form.button('Close', form.dialog.close, kind='quiet')
            form.open()

    def _describe(self, profile: Profile) -> None:
        person = profile.person
        role = 'guest' if person.is_guest else person.role.value
        since = local(profile.created_at, self._session.reader.audience.utc_offset_min).date()
        with ui.element('div').classes('person-card'):
            ui.element('div').props['innerHTML'] = avatar(person, size='large')
            with ui.element('div'):
                worded('p', f'@{person.username}').props('dir=auto')
                worded('p', f'{role} · since {long_date(since)}').classes('muted')
        if profile.bio:
            worded('p', profile.bio).classes('bio').props('dir=auto')

    async def _write_to(self, who: UserId) -> None:
        room = await self._session.chat.rooms.direct(self._session.user, [who])
        self._go(room_path(room.slug))

    def _leave(self, form: Form, path: str) -> None:
        form.dialog.close()
        self._go(path)
