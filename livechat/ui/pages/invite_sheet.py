"""Inviting into a room: a link that is there at once and copied, its terms, people who are here already, the links given out before."""

from collections.abc import Sequence
from datetime import timedelta

from nicegui import ui

from livechat.domain.access import Right, RoomAccess
from livechat.domain.invitation import Invitation, InvitedAs
from livechat.domain.model import Person, Room
from livechat.domain.policy import Registration
from livechat.ui.components.dialogs import Form, worded
from livechat.ui.components.forms import Outcome, button, choice, field
from livechat.ui.components.person_picker import PersonPicker
from livechat.ui.components.shared_link import has_clipboard, shared_link
from livechat.ui.pages.invitation_list import InvitationList
from livechat.ui.pages.invite import invitation_link, terms_words
from livechat.ui.session import Session

AS_GUEST, AS_MEMBER = InvitedAs.GUEST.value, InvitedAs.MEMBER.value
LASTS = {'1': '1 day', '7': '7 days', '30': '30 days', '': 'never ends'}
USES = {'1': '1', '5': '5', '25': '25', '': 'no limit'}
MAX_EMAIL_CHARS = 254


class InviteSheet:
    """One dialog over the page of a room. What it offers follows the rights; the domain checks them again."""

    def __init__(self, session: Session, room: Room) -> None:
        self._session = session
        self._room = room
        self._invitations = session.chat.invitations
        self._invitation: Invitation | None = None

    async def open(self) -> None:
        """:raises LivechatError: neither inviting nor adding is this person's right here."""
        access = await self._session.chat.rooms.access(self._session.user, self._room.id)
        if not may_bring_in(access):
            access.must(Right.INVITE)
        can_link = bool(_roles(self._session)) or not access.may(Right.ADD)  # else `standing` says why there is no link
        may_invite = access.may(Right.INVITE) and can_link
        invitation = await self._invitations.standing(self._session.user, self._room.id) if may_invite else None
        picker: PersonPicker | None = None
        with self._session.client:
            self._form = Form(f'Invite to {self._room.name}')
            with self._form.body:
                if invitation is not None:
                    self._build_link(invitation)
                if access.may(Right.ADD):
                    picker = self._build_adding(is_open=invitation is None)
                if invitation is not None:
                    self._build_given()
            self._form.button('Done', self._form.dialog.close, kind='quiet')
            self._form.open()
        if picker is not None:
            await picker.refresh()
        if invitation is not None:
            await self._list.refresh()

    # The link

    def _build_link(self, invitation: Invitation) -> None:
        self._place = ui.element('div').classes('link-place')
        self._said = Outcome()
        self._terms = ui.label().classes('muted terms')
        self._build_terms()
        if self._invitations.can_mail:
            self._build_mail()
        self._form.dialog.on('show', lambda: self._box.run_method('select'), [])
        self._show(invitation)

    def _show(self, invitation: Invitation) -> None:
        """This link, selected and, where the browser lets a page do that, copied."""
        self._invitation = invitation
        link = invitation_link(self._session, invitation)
        self._place.clear()
        with self._place:
            self._box = shared_link(link, 'Invitation link')
        self._terms.text = terms_words(invitation, self._session.reader.audience.utc_offset_min)
        self._box.run_method('select')
        if has_clipboard(self._session.client.request):
            with self._session.client:
                ui.clipboard.write(link)
            self._said.show('Copied. Send it to whoever you want here.')
        else:
            self._said.show('The link is selected: press Ctrl+C to copy it, or hold it with a finger.')

    def _build_terms(self) -> None:
        options = _roles(self._session)
        chosen = {'as': next(iter(options)), 'lasts': '7', 'uses': ''}
        with ui.element('details').classes('more') as details:
            worded('summary', 'Another kind of link')
            if len(options) > 1:
                choice('As what?', options, chosen['as'], lambda value: chosen.update({'as': value}))
            worded('p', 'For how long?').classes('label')
            choice('For how long?', LASTS, chosen['lasts'], lambda value: chosen.update(lasts=value), inline=True)
            worded('p', 'For how many people?').classes('label')
            choice('For how many people?', USES, chosen['uses'], lambda value: chosen.update(uses=value), inline=True)
            outcome = Outcome()

            async def make() -> None:
                invitation = await self._invitations.make(
                    self._session.user,
                    room_id=self._room.id,
                    invited_as=InvitedAs(chosen['as']),
                    lasts=timedelta(days=int(chosen['lasts'])) if chosen['lasts'] else None,
                    max_uses=int(chosen['uses']) if chosen['uses'] else None,
                )
                self._show(invitation)
                await self._list.refresh()

            async def submit() -> None:
                if await outcome.attempt(make):
                    details.props.pop('open', None)

            button('Make this link', submit, kind='primary')

    def _build_mail(self) -> None:
        with ui.element('details').classes('more'):
            worded('summary', 'Send it by e-mail')
            with ui.element('form') as form:
                to = field('E-mail address', limit=MAX_EMAIL_CHARS, autocomplete='email')
                outcome = Outcome()

                async def send() -> None:
                    assert self._invitation is not None
                    base_url = self._session.reader.audience.base_url
                    await self._invitations.mail(self._session.user, self._invitation.id, to=(to.value or '').strip(), base_url=base_url)

                async def submit() -> None:
                    if await outcome.attempt(send, f'Sent to {(to.value or "").strip()}.'):
                        to.set_value('')

                button('Send')
                form.on('submit.prevent', submit, [])

    # People who are here already

    def _build_adding(self, *, is_open: bool) -> PersonPicker:
        with ui.element('details').classes('more') as details:
            if is_open:
                details.props['open'] = True
            worded('summary', 'Add people who are here already')
            return adding(self._session, self._room)

    # What was given out

    def _build_given(self) -> None:
        with ui.element('details').classes('more'):
            worded('summary', 'Links of this room')
            self._list = InvitationList(self._session, self._room.id, show=self._show)


def adding(session: Session, room: Room) -> PersonPicker:
    """A field that finds whoever could be added, each with one click. Ask it to `refresh`."""
    members = session.chat.members
    outcome: Outcome

    async def search(words: str) -> Sequence[Person]:
        return await members.candidates(session.user, room.id, words)

    async def add(person: Person) -> None:
        async def job() -> None:
            await members.add(session.user, room.id, person.id)

        if await outcome.attempt(job, f'{person.display_name} is in.'):
            picker.empty()
            await picker.refresh()

    picker = PersonPicker('Find people to add', search=search, pick=add, verb='Add', nobody='Nobody else is found.')
    outcome = Outcome()
    return picker


def may_bring_in(access: RoomAccess) -> bool:
    """Whether the sheet has anything for this person."""
    return access.may(Right.INVITE) or access.may(Right.ADD)


def _roles(session: Session) -> dict[str, str]:
    """As what one can invite here; the first is what is offered first. Empty where nobody new is let in."""
    policy = session.chat.policy.current
    roles = {}
    if policy.guests:
        roles[AS_GUEST] = 'As guests: a name is enough'
    if policy.registration is not Registration.CLOSED:
        roles[AS_MEMBER] = 'As members: they make an account'
    return roles
