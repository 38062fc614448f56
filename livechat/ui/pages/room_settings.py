"""The settings of a room and its members: read by everybody who sees it, changed by its admins."""

from urllib.parse import unquote

from nicegui import ui

from livechat.domain.access import Right, RoomAccess
from livechat.domain.errors import RoomNotFound
from livechat.domain.model import Room, RoomId, RoomKind
from livechat.ui.components.forms import button, refill
from livechat.ui.html import escape, room_path
from livechat.ui.message_html import local, long_date
from livechat.ui.pages.invite_sheet import InviteSheet, may_bring_in
from livechat.ui.pages.places import Places
from livechat.ui.pages.room_actions import settings_path
from livechat.ui.pages.room_ending import ending_section
from livechat.ui.pages.room_in_view import RoomInView
from livechat.ui.pages.room_people import MemberList
from livechat.ui.pages.room_rules import about_section, kind_section, picture_section, writing_section
from livechat.ui.pages.room_wishes import wishes_section
from livechat.ui.room_words import kind_name, member_words, room_glyph, room_tile, rules_words
from livechat.ui.session import Session


def room_settings_page(session: Session, places: Places, slug: str) -> None:
    """A room that does not exist for this person looks as at its own address."""
    page = RoomSettingsPage(session, places)
    places.leave_for_page('Room settings', page.follow, page.look_again)
    session.do(lambda: page.open(unquote(slug)))


class RoomSettingsPage:
    """Drawn from what the domain says about this person and the room, and drawn anew after each act that changes that."""

    def __init__(self, session: Session, places: Places) -> None:
        self._session = session
        self._places = places
        self._place = ui.element('div').classes('cards room-settings')
        self._room_id: RoomId | None = None
        self._rights: object = None

    async def open(self, slug: str) -> None:
        room = await self._session.chat.rooms.by_slug(self._session.user, slug)
        if self._place.is_deleted:
            return  # gone elsewhere meanwhile
        if room is None:
            self._places.at_room(slug)
            return
        self._room_id = room.id
        await self.redraw()
        if room.slug != slug:
            self._places.replace_address(settings_path(room.slug))

    async def follow(self, room_id: RoomId) -> None:
        """Somebody did something to the room, or to this person in it. What they are typing stays, unless their rights are others now."""
        if room_id != self._room_id or self._place.is_deleted:
            return
        try:
            rights = _rights(await self._session.chat.rooms.access(self._session.user, room_id))
        except RoomNotFound:
            rights = None
        if rights != self._rights:
            await self.redraw()

    def look_again(self) -> None:
        """This person has another role on the server."""
        room_id = self._room_id
        if room_id is not None:
            self._session.do(lambda: self.follow(room_id))

    async def redraw(self) -> None:
        """As it is now; a room that this person sees no more is left for the list of rooms."""
        assert self._room_id is not None
        chat, user = self._session.chat, self._session.user
        try:
            access = await chat.rooms.access(user, self._room_id)
            members = await chat.members.of(user, self._room_id)
        except RoomNotFound:
            if not self._place.is_deleted:
                self._places.go('/rooms')
            return
        self._rights = _rights(access)
        summary = chat.rooms.summary(self._room_id)
        assert summary is not None, 'what exists for somebody is in the directory'
        view = RoomInView(session=self._session, places=self._places, access=access, summary=summary, members=members, redraw=self.redraw)
        refill(self._place, lambda: self._build(view))

    def _build(self, view: RoomInView) -> None:
        self._head(view)
        if view.may(Right.MANAGE):
            about_section(view)
            picture_section(view)
        MemberList(view)
        if view.may(Right.MANAGE):
            kind_section(view)
            writing_section(view)
        if view.access.membership is not None:
            wishes_section(view, view.access.membership)
        if not view.room.is_direct:
            ending_section(view)

    def _head(self, view: RoomInView) -> None:
        room = view.room
        created = long_date(local(room.created_at, self._session.reader.audience.utc_offset_min).date())
        facts = f'{kind_name(room)} · {member_words(len(view.members))} · since {created}'
        sentences = [] if view.may(Right.MANAGE) else rules_words(room)  # who may change them sees them as controls
        rules = ''.join(f'<li>{escape(sentence)}</li>' for sentence in sentences)
        is_told = room.kind is RoomKind.OPEN or view.access.is_member  # a server admin outside a private room sees its name and members
        with ui.element('header').classes('room-head'):
            ui.element('div').classes('tile').props['innerHTML'] = room_tile(room) if is_told else room_glyph(room)
            text = ui.element('div').classes('about')
            text.props['innerHTML'] = (
                f'<h2 dir="auto">{escape(view.title)}</h2>'
                + (f'<p dir="auto">{escape(room.description)}</p>' if room.description and is_told else '')
                + f'<p class="muted">{facts}</p>'
                + (f'<ul class="muted">{rules}</ul>' if rules else '')
            )
            with ui.element('div').classes('row-of-buttons'):
                self._ways(view, room)

    def _ways(self, view: RoomInView, room: Room) -> None:
        async def join() -> None:
            async def job() -> None:
                await self._session.chat.rooms.join(self._session.user, room.id)
                await self.redraw()

            self._session.do(job)

        if view.access.is_member:
            link = ui.element('a').classes('quiet').props('href="' + room_path(room.slug) + '"')
            link.props['innerHTML'] = 'Open the conversation'
        elif view.may(Right.JOIN):
            is_guarded = view.room.kind is RoomKind.PRIVATE
            button('Join as an admin of this server' if is_guarded else 'Join', join, kind='primary')
        if may_bring_in(view.access):
            button('Invite people', lambda: self._session.do(InviteSheet(self._session, room).open), kind='primary')


def _rights(access: RoomAccess) -> object:
    """What the page is drawn from besides names: equal while the same is offered."""
    return access.room.kind, access.is_member, tuple(access.may(right) for right in Right)
