"""The links that were given out into a room, with how often each was used; to show one again or to take it back."""

from collections.abc import Callable

from nicegui import ui

from livechat.domain.invitation import Invitation, InvitedAs
from livechat.domain.model import InvitationId, RoomId
from livechat.ui.components.dialogs import Form, worded
from livechat.ui.components.forms import button
from livechat.ui.html import escape
from livechat.ui.pages.invite import terms_words
from livechat.ui.session import Session

SHOWN = 20
"""The newest; a room with more has an admin who tidies up."""


class InvitationList:
    """Built where it is made; `refresh` fills it. Room admins see all of the room's, others their own."""

    def __init__(self, session: Session, room_id: RoomId, *, show: Callable[[Invitation], None]) -> None:
        self._session = session
        self._room_id = room_id
        self._show = show
        self._list = ui.element('ul').classes('invitations').props('role=list')
        self._list.props['aria-label'] = 'Links of this room'

    async def refresh(self) -> None:
        invitations = await self._session.chat.invitations.of_room(self._session.user, self._room_id)
        if self._list.is_deleted:
            return
        self._list.clear()
        with self._list:
            for invitation in invitations[:SHOWN]:
                self._line(invitation)
            if len(invitations) > SHOWN:
                worded('li', f'and {len(invitations) - SHOWN} older ones').classes('muted')
            if not invitations:
                worded('li', 'None yet.').classes('muted')

    def _line(self, invitation: Invitation) -> None:
        problem = invitation.problem(self._session.chat.clock.now())
        who = 'for guests' if invitation.invited_as is InvitedAs.GUEST else 'for members'
        used = _used_words(invitation)
        terms = problem.value if problem else terms_words(invitation, self._session.reader.audience.utc_offset_min, short=True)
        with ui.element('li').classes('unusable' if problem else ''):
            text = ui.element('div').classes('about')
            text.props['innerHTML'] = (
                f'<b dir="auto">{escape(invitation.created_by.display_name)}</b> {who} · {used}<small>{escape(terms)}</small>'
            )
            if problem is None:
                name = f'link of {invitation.created_by.display_name}, {used}'
                button('Show', lambda: self._session.do(lambda: self._show_again(invitation.id)), label=f'Show {name}')
                button('Revoke', lambda: self._ask_to_revoke(invitation), kind='danger', label=f'Revoke {name}')

    async def _show_again(self, invitation_id: InvitationId) -> None:
        """If it is still this person's to see: the list may be open for longer than their right lasts. :raises RoomNotFound:"""
        found = await self._session.chat.invitations.of_room(self._session.user, self._room_id)
        for invitation in found:
            if invitation.id == invitation_id and not self._list.is_deleted:
                self._show(invitation)
        await self.refresh()

    def _ask_to_revoke(self, invitation: Invitation) -> None:
        with self._session.client:
            form = Form('Revoke this link?')
        with form.body:
            worded('p', 'Nobody comes in by it any more.')
            has_guests = invitation.invited_as is InvitedAs.GUEST and invitation.uses > 0
            if has_guests:
                worded('p', 'Guests who came by it can stay, or go too: then their names are freed and their messages stay.')

        def revoking(*, remove_guests: bool) -> Callable[[], object]:
            async def revoke() -> None:
                await self._session.chat.invitations.revoke(self._session.user, invitation.id, remove_guests=remove_guests)

            async def act() -> None:
                if await form.attempt(revoke()):
                    await self.refresh()

            return act

        form.button('Cancel', form.dialog.close, kind='quiet')
        if has_guests:
            form.button('Revoke, and remove its guests', revoking(remove_guests=True), kind='danger')
            form.button('Revoke, guests stay', revoking(remove_guests=False), kind='danger')
        else:
            form.button('Revoke', revoking(remove_guests=False), kind='danger')
        form.open()


def _used_words(invitation: Invitation) -> str:
    if invitation.max_uses is not None:
        return f'used {invitation.uses} of {invitation.max_uses} times'
    return {0: 'not used yet', 1: 'used once'}.get(invitation.uses, f'used {invitation.uses:,} times')
