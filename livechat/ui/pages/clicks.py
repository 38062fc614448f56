"""What a person does with the elements that exist in their browser alone: which event is meant for what.

Whoever speaks to the socket by hand can send anything: every event is checked against what the tab shows, and the domain
checks every right again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from livechat.domain.model import RoomId, UserId
from livechat.ui.audience import LIVE_BOTTOM
from livechat.ui.clock_probe import ClockProbe
from livechat.ui.components.box import Box
from livechat.ui.conversation import Conversation
from livechat.ui.pages.browse import FILTER as BROWSE_FILTER
from livechat.ui.pages.commands import Commands
from livechat.ui.pages.invite import COPY
from livechat.ui.pages.person import PersonCard
from livechat.ui.pages.places import Places
from livechat.ui.pages.room_actions import RoomDialogs
from livechat.ui.people_view import FILTER, PERSON
from livechat.ui.session import Session
from livechat.ui.shell import READ_ALL, Part
from livechat.ui.stream import Kind, parse_id
from livechat.ui.toasts import Toasts, is_toast

MAX_FILTER_CHARS = 100


class Clicks:
    """Of one tab. Each handler takes its input at once; what takes time goes into the session's queue."""

    def __init__(
        self, session: Session, conversation: Conversation, *, places: Places, box: Box, dialogs: RoomDialogs, toasts: Toasts
    ) -> None:
        self._session = session
        self._chat = session.chat
        self._conversation = conversation
        self._places = places
        self._toasts = toasts
        self._person_card = PersonCard(session, places.go)
        self.commands = Commands()
        """Those of buttons inside HTML; other parts of the page add theirs."""
        self.commands.on(READ_ALL, self._read_all)
        self.commands.on(PERSON, self._open_person, numbers=1)
        self.on_key: Callable[[int, object], object] = lambda *_: None
        """Called with a part that listens for keys, and what was pressed in it."""
        self.on_search: Callable[[Kind, int, int, object], object] = lambda *_: None
        """Called with an event of an element of the search: its kind, room and number, and what it tells."""
        do = session.do
        self._buttons: dict[int, Callable[[], object]] = {
            Part.NEW_ROOM: dialogs.new_room,
            Part.NEW_DIRECT: dialogs.new_direct,
            Part.DETAILS: dialogs.details,
            Part.INVITE: dialogs.invite,
            Part.BELL: lambda: do(self._cycle_involvement),
            Part.STAR: lambda: do(self._flip_favourite),
            Part.MENU: lambda: places.open_drawer('rooms-open'),
            Part.OPEN_PEOPLE: lambda: places.open_drawer('people-open'),
            Part.SCRIM: lambda: places.open_drawer(''),
            Part.CLOSE_PEOPLE: lambda: places.open_drawer(''),
            Part.TOGGLE_ROOMS: lambda: do(self._fold_rooms),
            Part.JUMP: lambda: do(conversation.go_to_newest),
            Part.SEND: box.send,
            Part.JOIN: lambda: do(self._join),
            COPY: places.welcome.copy,
        }

    def add(self, buttons: Mapping[int, Callable[[], object]]) -> None:
        """Further ones, and what they do."""
        self._buttons.update(buttons)

    def hear(self, element_id: int, args: list[Any], probe: ClockProbe) -> None:
        place = parse_id(element_id)
        if place is None or not self._session.may_act:
            return
        kind, room, number = place
        argument = args[0] if args else None
        match kind:
            case Kind.SHELL if number in {Part.PROBE_DATE, Part.PROBE_TIME}:
                probe.hear(Part(number), argument)
            case Kind.SHELL:
                self._part_used(number, argument)
            case Kind.TOP | Kind.BOTTOM | Kind.PEOPLE if room == self._conversation.room_id:  # not what the room before still says
                self._room_used(kind, number, argument)
            case Kind.BROWSE if element_id == BROWSE_FILTER:
                self._places.browse.find(argument)
            case Kind.BROWSE_BUTTON:
                self._places.browse.press(RoomId(room))
            case Kind.SEARCH | Kind.HIT:
                self.on_search(kind, room, number, argument)

    def _part_used(self, number: int, argument: object) -> None:
        if number == Part.COMMANDS:
            self.commands.hear(argument)
        elif is_toast(number):
            self._toasts.close(number)
        elif number in self._buttons:
            self._buttons[number]()
        else:
            self.on_key(number, argument)

    def _room_used(self, kind: Kind, number: int, argument: object) -> None:
        """The edges of what is on screen, and the filter of its people."""
        view, reader, do = self._conversation.view, self._session.reader, self._session.do
        if view is None:
            return
        if kind is Kind.TOP and argument and number == reader.low:
            do(self._conversation.older)
        elif kind is Kind.BOTTOM and number == (reader.high if reader.live is None else LIVE_BOTTOM):
            do(lambda: self._conversation.bottom_seen(bool(argument)))
        elif kind is Kind.PEOPLE and number == FILTER:
            view.filter_people(reader, str(argument or '')[:MAX_FILTER_CHARS])

    # Commands of buttons inside HTML

    def _read_all(self) -> None:
        self._places.close_menu()
        self._session.do(lambda: self._chat.unread.mark_all_read(self._session.user))

    def _open_person(self, number: int) -> None:
        self._session.do(lambda: self._person_card.open(UserId(number)))

    # Buttons

    async def _cycle_involvement(self) -> None:
        if self._conversation.room_id is not None:
            await self._conversation.controls.cycle_involvement(self._conversation.room_id)

    async def _flip_favourite(self) -> None:
        if self._conversation.room_id is not None:
            await self._conversation.controls.flip_favourite(self._conversation.room_id)

    async def _join(self) -> None:
        if self._conversation.room_id is not None:
            await self._chat.rooms.join(self._session.user, self._conversation.room_id)

    async def _fold_rooms(self) -> None:
        now = self._session.user.preferences
        await self._chat.accounts.update_preferences(self._session.user, replace(now, rooms_folded=not now.rooms_folded))

    async def fold_people(self) -> None:
        """Or show them again."""
        now = self._session.user.preferences
        await self._chat.accounts.update_preferences(self._session.user, replace(now, people_folded=not now.people_folded))
