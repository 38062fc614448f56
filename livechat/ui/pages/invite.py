"""Links that let others in, and the card with one that a room shows to whoever is alone in it."""

from nicegui import ui

from livechat.domain.access import Right
from livechat.domain.invitation import Invitation, InvitedAs
from livechat.domain.model import RoomId
from livechat.ui.address import is_loopback
from livechat.ui.components.qr import qr_svg
from livechat.ui.components.shared_link import has_clipboard
from livechat.ui.message_html import local, long_date
from livechat.ui.session import Session
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import Kind, element, element_id, run_method

COPY = 110
"""The number, among the parts of the shell, of the card's button; its events are for `WelcomeCard.copy`."""
_TEXT, _LINK, _QR, _SAID = (element_id(Kind.SHELL, 0, number) for number in range(COPY + 1, COPY + 5))


def invitation_link(session: Session, invitation: Invitation) -> str:
    """The address by which that invitation lets people in, as those who get it from this person reach the server."""
    return f'{session.reader.audience.base_url}/join/{session.chat.invitations.code(invitation)}'


def terms_words(invitation: Invitation, utc_offset_min: int, *, short: bool = False) -> str:
    """Who can use it, how often and until when, for a reader that many minutes east of UTC. `short`: until when."""
    who = 'Whoever opens it comes in as a guest, with a name alone'
    if invitation.invited_as is InvitedAs.MEMBER:
        who = 'Whoever opens it comes in by making an account'
    until = 'for ever'
    if invitation.expires_at is not None:
        at = local(invitation.expires_at, utc_offset_min)
        until = f'until {long_date(at.date())}, {at:%H:%M}'
    if short:
        return f'works {until}'
    count = ''
    if invitation.max_uses is not None:
        left = max(0, invitation.max_uses - invitation.uses)
        people = 'one person' if left == 1 else f'{left} people'
        count = f', for {people} more' if invitation.uses else f', for {people}'
    return f'{who}. It works {until}{count}.'


def welcome_card(link: str, qr: str, *, said: str = '', hint: str = '') -> Elements:
    """The card: what to do, the link, its QR code (safe SVG), Copy; and perhaps how the copying went."""
    text = '<h2>You are the only one here</h2><p>Send this link to whom you want here; a phone can read it from the screen.</p>'
    return {
        _TEXT: element('div', classes=['text'], html=text + (f'<p class="hint">{hint}</p>' if hint else '')),
        _LINK: element('input', classes=['link'], type_='text', readonly=True, value=link, aria_label='Invitation link'),
        element_id(Kind.SHELL, 0, COPY): element('button', classes=['primary'], html='Copy link', type_='button', on={'click': []}),
        _SAID: element('p', classes=['said'], html=said, role='status'),
        _QR: element('div', classes=['picture'], html=qr),
        part(Part.WELCOME): element(
            'section',
            classes=['welcome'],
            children=[_QR, _TEXT, _LINK, element_id(Kind.SHELL, 0, COPY), _SAID],
            aria_label='Invite others',
        ),
    }


def no_welcome_card() -> Elements:
    """An empty part in its place, and a browser that has forgotten the link."""
    gone = (_TEXT, _LINK, _QR, _SAID, element_id(Kind.SHELL, 0, COPY))
    return {part(Part.WELCOME): element('section', classes=['welcome', 'hidden']), **dict.fromkeys(gone)}


class WelcomeCard:
    """Whether one tab shows the card, and for which room. Its link is the person's standing invitation into that room."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._room_id: RoomId | None = None
        self._link = ''

    async def show(self, room_id: RoomId, alone: bool) -> None:
        """The card, if this person is alone in the room and may invite others; else none."""
        if not alone:
            self.hide()
            return
        if room_id == self._room_id:
            return
        chat, user = self._session.chat, self._session.user
        access = await chat.rooms.access(user, room_id)
        if not access.may(Right.INVITE):
            self.hide()
            return
        invitation = await chat.invitations.standing(user, room_id)
        self._room_id, self._link = room_id, invitation_link(self._session, invitation)
        self._draw()

    def hide(self) -> None:
        if self._room_id is not None:
            self._room_id, self._link = None, ''
            self._session.show(no_welcome_card())

    def show_again(self) -> None:
        """After the tab's frame was drawn anew."""
        if self._room_id is not None:
            self._draw()

    def copy(self) -> None:
        """Into the clipboard; where the browser refuses, the link is selected."""
        if self._room_id is None:
            return
        client = self._session.client
        run_method(client, _LINK, 'select')
        if has_clipboard(client.request):
            with client:
                ui.clipboard.write(self._link)
            self._session.show({_SAID: element('p', classes=['said'], html='Copied.', role='status')})
        else:
            words = 'The link is selected: press Ctrl+C to copy it.'
            self._session.show({_SAID: element('p', classes=['said'], html=words, role='status')})

    def _draw(self) -> None:
        base_url = self._session.reader.audience.base_url
        hint = ''
        if is_loopback(base_url.partition('://')[2]):
            hint = 'Only this computer reaches this address. Start livechat with <code>--lan</code> to let others in.'
        self._session.show(welcome_card(self._link, qr_svg(self._link, label='QR code of the invitation'), hint=hint))
