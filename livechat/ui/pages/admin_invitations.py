"""Invitations of the whole server: new ones, and all there are."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from nicegui import ui

from livechat.domain.invitation import Invitation, InvitedAs
from livechat.domain.policy import Registration
from livechat.ui.components.dialogs import worded
from livechat.ui.components.forms import Outcome, button, choice, section
from livechat.ui.components.icons import icon
from livechat.ui.html import escape
from livechat.ui.pages.admin_invitation import InvitationSheet
from livechat.ui.pages.admin_words import state_in_words, uses_in_words
from livechat.ui.session import Session

AT_ONCE = 50
AS = {InvitedAs.GUEST: 'Guest: a name is enough', InvitedAs.MEMBER: 'Member: with an account'}
LASTS = {'1': '1 day', '7': '7 days', '30': '30 days', '': 'Never ends'}
USES = {'': 'No limit', '1': '1', '10': '10', '25': '25'}


class InvitationList:
    """Two cards: one makes an invitation to the server, the other lists all, those to rooms too."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._all: Sequence[Invitation] = ()
        self._shown = 0

    def build(self) -> None:
        self._making()
        self._card = section('All invitations')
        with self._card:
            self._list = ui.element('ul').classes('rows')
            self._outcome = Outcome()
            self._more = button('Show more', self._show_more)
            self._more.visible = False
        self._session.do(self._load)

    # A new one

    def _making(self) -> None:
        policy = self._session.chat.policy.current
        kinds = [InvitedAs.GUEST] if policy.guests else []
        if policy.registration is not Registration.CLOSED:
            kinds.append(InvitedAs.MEMBER)
        with section('Invite to this server', 'Whoever has the link comes in, and lands in the oldest open room.'):
            if not kinds:
                worded('p', 'The policy lets nobody in: neither guests nor new accounts.').classes('empty')
                return
            terms = {'as': kinds[0].value, 'lasts': '7', 'uses': ''}
            for key, question, answers in (
                ('as', 'As what?', {kind.value: AS[kind] for kind in kinds}),
                ('lasts', 'For how long?', LASTS),
                ('uses', 'For how many people?', USES),
            ):
                worded('h3', question).props('aria-hidden=true')
                choice(question, answers, terms[key], partial(terms.__setitem__, key), inline=True)
            outcome = Outcome()
            button('Make the link', lambda: outcome.attempt(lambda: self._make(terms)), kind='primary')

    async def _make(self, terms: dict[str, str]) -> None:
        invitation = await self._session.chat.invitations.make(
            self._session.user,
            room_id=None,
            invited_as=InvitedAs(terms['as']),
            lasts=timedelta(days=int(terms['lasts'])) if terms['lasts'] else None,
            max_uses=int(terms['uses']) if terms['uses'] else None,
        )
        await self._load()
        self._open(invitation)

    # All of them

    async def _load(self) -> None:
        async def load() -> None:
            self._all = await self._session.chat.invitations.all(self._session.user)

        if await self._outcome.attempt(load) and not self._list.is_deleted:
            self._list.clear()
            self._shown = 0
            self._show_more()

    def _show_more(self) -> None:
        found = self._all[self._shown : self._shown + AT_ONCE]
        self._shown += len(found)
        with self._list:
            for invitation in found:
                row = ui.element('li').on('click', partial(self._open, invitation), [])
                row.props['innerHTML'] = self._row_html(invitation)
            if not self._all:
                worded('li', 'None yet.').classes('empty')
        self._more.visible = self._shown < len(self._all)

    def _row_html(self, invitation: Invitation) -> str:
        now = self._session.chat.clock.now()
        state = state_in_words(invitation, now)
        kind = 'tag' if invitation.problem(now) else 'tag good'
        words = f'as a {invitation.invited_as.value} · by {invitation.created_by.display_name} · {uses_in_words(invitation)}'
        names = f'<b dir="auto">{escape(self.where(invitation))}</b> <small>{escape(words)}</small>'
        return (
            f'<button type="button" class="pickable" aria-haspopup="dialog"><span class="names">{names}</span>'
            f'<span class="{kind}">{escape(state)}</span>{icon("chevron")}</button>'
        )

    def where(self, invitation: Invitation) -> str:
        if invitation.room_id is None:
            return 'The whole server'
        summary = self._session.chat.rooms.summary(invitation.room_id)
        return summary.room.name if summary else 'A room that is gone'

    def _open(self, invitation: Invitation) -> None:
        if self._card.is_deleted:
            return
        with self._card:
            InvitationSheet(self._session, invitation, where=self.where(invitation), on_revoked=self._load, say=self._outcome.show).open()
