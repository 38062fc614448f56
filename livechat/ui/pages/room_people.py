"""Who is in a room: a list to read, and for those who may, what can be done about each of them."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from livechat.domain.access import Right
from livechat.domain.model import Member, RoomRole, ServerRole, UserId
from livechat.domain.names import sort_key
from livechat.ui.components.dialogs import Form, worded
from livechat.ui.components.forms import button, refill, section
from livechat.ui.html import avatar, escape
from livechat.ui.message_html import local
from livechat.ui.pages.room_in_view import RoomInView

FILTER_FROM = 20
"""With more members than this there is a field to find one."""
SHOWN = 50
"""Lines of which each may have a button of its own; the rest is found by the field."""
PAUSES = {5: '5 minutes', 60: 'an hour', 1_440: 'a day'}
Act = Callable[[], Awaitable[object]]


class MemberList:
    """The section. Admins first, each group by name. A change of one person draws one line; the field and the focus stay."""

    def __init__(self, view: RoomInView) -> None:
        self._view = view
        self._members = {member.person.id: member for member in view.members}
        self._lines: dict[UserId, ui.element] = {}
        with section('Who is in it' if view.room.is_direct else f'Members · {len(view.members):,}'):
            self._filter: ui.input | None = None
            if len(view.members) > FILTER_FROM:
                self._filter = ui.input('Find members', on_change=self._fill).props('outlined dense debounce=150 autocomplete=off')
                self._filter.props['aria-label'] = 'Find members'
            self._list = ui.element('ul').classes('members').props('role=list')
            self._list.props['aria-label'] = 'Members'
        self._fill()

    def _fill(self) -> None:
        words = ((self._filter.value or '') if self._filter else '').strip().casefold()
        found = [member for member in self._members.values() if words in _searched(member)]
        found.sort(key=lambda member: (member.role is not RoomRole.ADMIN, sort_key(member.person.display_name), member.person.id))
        refill(self._list, lambda: self._lines_of(found))

    def _lines_of(self, found: list[Member]) -> None:
        self._lines.clear()
        for member in found[:SHOWN]:
            self._lines[member.person.id] = line = ui.element('li').classes('member')
            with line:
                self._line(member)
        if len(found) > SHOWN:
            worded('li', f'and {len(found) - SHOWN:,} more: type a name to find one').classes('muted')
        if not found:
            worded('li', 'Nobody here has that name.').classes('muted')

    def _line(self, member: Member) -> None:
        person = member.person
        until = self._pause_words(member)
        note = f'<span class="tag warn">{until}</span>' if until else ''
        tag = _tag(member)
        ui.element('div').classes('who').props['innerHTML'] = (
            f'{avatar(person, size="small")}<span class="t"><bdi>{escape(person.display_name)}</bdi>'
            f'<small>@{escape(person.username)}</small></span>{note}' + (f'<span class="tag">{tag}</span>' if tag else '')
        )
        if self._acts(member):
            button('…', lambda: self._offer(person.id), kind='icon', label=f'What to do about {person.display_name}')

    def _pause_words(self, member: Member) -> str:
        """For whoever can end it, and for the person; nobody else's business."""
        until = member.timed_out_until
        view = self._view
        is_told = view.may(Right.TIME_OUT) or member.person.id == view.user.id
        if until is None or until <= view.session.chat.clock.now() or not is_told:
            return ''
        return f'paused until {local(until, view.session.reader.audience.utc_offset_min):%H:%M}'

    # What can be done

    def _acts(self, member: Member) -> list[tuple[str, str, Act]]:
        """Words of a button, how it looks, what it does: what this person may do about that one."""
        view, members = self._view, self._view.session.chat.members
        who, is_self = member.person.id, member.person.id == view.user.id
        acts: list[tuple[str, str, Act]] = []
        if view.may(Right.APPOINT) and not member.person.is_guest:
            role = RoomRole.MEMBER if member.role is RoomRole.ADMIN else RoomRole.ADMIN
            words = 'Make them an admin of this room' if role is RoomRole.ADMIN else 'Make them a plain member'
            acts.append((words, 'quiet', lambda: members.set_role(view.user, view.room_id, who, role)))
        if is_self or member.person.rank > view.user.person.rank:
            return acts
        if view.may(Right.TIME_OUT):
            if self._pause_words(member):
                acts.append(('End the pause', 'quiet', lambda: members.time_out(view.user, view.room_id, who, 0)))
            else:
                acts += [self._pausing(who, minutes, words) for minutes, words in PAUSES.items()]
        if view.may(Right.REMOVE):
            acts.append(('Remove from this room', 'danger', lambda: members.remove(view.user, view.room_id, who)))
        return acts

    def _pausing(self, who: UserId, minutes: int, words: str) -> tuple[str, str, Act]:
        view = self._view
        return (
            f'Pause for {words}',
            'quiet',
            lambda: view.session.chat.members.time_out(view.user, view.room_id, who, minutes),
        )

    def _offer(self, who: UserId) -> None:
        """A sheet with one button per act; a refusal is shown in it."""
        member = self._members[who]
        with self._view.session.client:
            form = Form(member.person.display_name)
        form.sheet.classes('choices')
        for words, kind, act in self._acts(member):
            form.button(words, self._doing(form, who, act), kind=kind)
        form.button('Cancel', form.dialog.close, kind='quiet')
        form.open()

    def _doing(self, form: Form, who: UserId, act: Act) -> Callable[[], Awaitable[None]]:
        async def job() -> None:
            await act()

        async def do() -> None:
            if await form.attempt(job()):
                await self._follow(who)

        return do

    async def _follow(self, who: UserId) -> None:
        """Show how it stands with that person now; who changed their own role has another page."""
        view = self._view
        if who == view.user.id:
            await view.redraw()
            return
        members = await view.session.chat.members.of(view.user, view.room_id)
        member = next((member for member in members if member.person.id == who), None)
        view.members = members
        if member is None:
            await view.redraw()
            return
        self._members[who] = member
        if who in self._lines:
            refill(self._lines[who], lambda: self._line(member))


def _searched(member: Member) -> str:
    return f'{member.person.display_name} {member.person.username}'.casefold()


def _tag(member: Member) -> str:
    if member.role is RoomRole.ADMIN:
        return 'room admin'
    if member.person.role is not ServerRole.MEMBER:
        return member.person.role.value
    return 'guest' if member.person.is_guest else ''
