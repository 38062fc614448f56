"""One invitation: its link to hand on, and taking it back."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from livechat.domain.invitation import Invitation, InvitedAs
from livechat.ui.components.dialogs import Form, worded
from livechat.ui.components.forms import Outcome, ask, button, field
from livechat.ui.components.shared_link import shared_link
from livechat.ui.pages.admin_words import state_in_words, uses_in_words
from livechat.ui.pages.profile_identity import MAX_EMAIL_CHARS
from livechat.ui.pages.profile_words import moment_in_words
from livechat.ui.session import Session


class InvitationSheet:
    """A dialog; built where it is opened."""

    def __init__(
        self,
        session: Session,
        invitation: Invitation,
        *,
        where: str,
        on_revoked: Callable[[], Awaitable[None]],
        say: Callable[[str], None],
    ) -> None:
        self._session = session
        self._invitation = invitation
        self._where = where
        self._on_revoked = on_revoked
        self._say = say
        self._place = ui.context.slot.parent

    def open(self) -> None:
        invitation, session = self._invitation, self._session
        problem = invitation.problem(session.chat.clock.now())
        self._form = form = Form(f'Invitation: {self._where}')
        with form.body:
            worded('p', self._about()).classes('muted')
            if problem is None:
                link = f'{session.reader.audience.base_url}/join/{session.chat.invitations.code(invitation)}'
                shared_link(link, 'Link to come in')
                if session.chat.invitations.can_mail:
                    self._mailing()
        if problem is None or invitation.uses:
            form.button('Revoke' if problem is None else 'Remove its guests', self._ask_revoke, kind='danger')
        form.button('Close', form.dialog.close, kind='quiet')
        form.open()

    def _about(self) -> str:
        invitation = self._invitation
        offset = self._session.reader.audience.utc_offset_min
        made = f'Made by {invitation.created_by.display_name} on {moment_in_words(invitation.created_at, offset)}'
        state = state_in_words(invitation, self._session.chat.clock.now())
        return f'{made}. For a {invitation.invited_as.value}, {uses_in_words(invitation)}, {state}.'

    def _mailing(self) -> None:
        with ui.element('form').classes('field-and-button') as mail:
            to = field('Mail it to', limit=MAX_EMAIL_CHARS, autocomplete='off')
            button('Send')
        outcome = Outcome()

        async def send() -> None:
            await self._session.chat.invitations.mail(
                self._session.user, self._invitation.id, to=to.value or '', base_url=self._session.reader.audience.base_url
            )
            to.value = ''

        mail.on('submit.prevent', lambda: outcome.attempt(send, 'Sent.'), [])

    def _ask_revoke(self) -> None:
        self._form.dialog.close()
        invitation = self._invitation
        is_usable = invitation.problem(self._session.chat.clock.now()) is None
        remove_guests = not is_usable

        async def revoke() -> None:
            removed = await self._session.chat.invitations.revoke(self._session.user, invitation.id, remove_guests=remove_guests)
            await self._on_revoked()
            self._say(_what_was_done(removed, is_usable=is_usable))

        def also(is_on: bool) -> None:
            nonlocal remove_guests
            remove_guests = is_on

        gone = 'They are signed out, their names are free again, and what they wrote stays.'
        with self._place:
            if not is_usable:
                ask('Remove the guests who came by it?', gone, 'Remove them', revoke)
                return
            form = ask('Revoke this invitation?', 'Its link lets nobody in any more. Who came by it stays.', 'Revoke it', revoke)
            if invitation.uses and invitation.invited_as is InvitedAs.GUEST:
                people = '1 person' if invitation.uses == 1 else f'{invitation.uses} people'
                with form.body:
                    ui.checkbox('Also remove the guests who came by it', on_change=lambda event: also(bool(event.value)))
                    worded('p', f'{people} used it. {gone}').classes('hint')


def _what_was_done(removed: int, *, is_usable: bool) -> str:
    guests = f'{removed} guest{"" if removed == 1 else "s"} removed.'
    if not is_usable:
        return guests if removed else 'None of them was left.'
    return f'Revoked; {guests}' if removed else 'Revoked.'
