"""Messages chosen by keyboard: one is marked, said aloud, and its menu opens without a mouse."""

from livechat.domain.errors import MessageNotFound
from livechat.domain.message import Message, MessageKind, excerpt, in_short, words_of
from livechat.domain.model import PAGE_SIZE, MessageNumber, RoomId
from livechat.ui.audience import page_of
from livechat.ui.conversation import Conversation
from livechat.ui.html import escape
from livechat.ui.message_html import local
from livechat.ui.pages.message_actions import MessageActions, Place
from livechat.ui.session import Session
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import Kind, element, element_id, run_method

MOST_PASSED_OVER = 100
"""Deleted messages in a row that one key passes over."""


class MessageSelection:
    """Of one tab. Invariant: `_place` is the message that its style sheet marks."""

    def __init__(self, session: Session, conversation: Conversation, actions: MessageActions) -> None:
        self._session = session
        self._conversation = conversation
        self._actions = actions
        self._place: Place | None = None
        self._shown: Elements = {}

    @property
    def is_in_room(self) -> bool:
        """Whether messages are on screen."""
        return self._conversation.view is not None

    def up(self) -> None:
        self._session.do(lambda: self._move(-1))

    def down(self) -> None:
        self._session.do(lambda: self._move(1))

    def open_menu(self) -> None:
        """Of the chosen message; of the newest one when none is chosen."""

        async def open_menu() -> None:
            if self._here is None:
                await self._move(-1)
            if self._place is not None:
                await self._actions.open_menu(self._place)

        self._session.do(open_menu)

    def clear(self) -> bool:
        """Whether one was chosen."""
        had, self._place, self._shown = self._place is not None, None, {}
        if had:
            self._session.show(selection_elements())
        return had

    def show_again(self) -> None:
        """After the tab's frame was drawn anew."""
        self._session.show(self._shown)

    @property
    def _here(self) -> Place | None:
        """The choice, if it was made in the room that is open."""
        place = self._place
        return place if place is not None and place.room_id == self._conversation.room_id else None

    async def _move(self, step: int) -> None:
        conversation = self._conversation
        view, room_id, here = conversation.view, conversation.room_id, self._here
        if view is None or room_id is None or (here is None and step > 0):
            return
        start = here.number if here is not None else self._last_shown + 1
        message = await self._next(room_id, start, step)
        if conversation.view is not view:
            return
        if message is not None:
            self._place = Place(room_id, message.number)
            self._shown = selection_elements(message, self._session.reader.audience.utc_offset_min)
            self._session.show(self._shown)
            await self._bring_into_view(room_id, message.number)
        elif step > 0:
            self.clear()
            await conversation.go_to_newest()

    @property
    def _last_shown(self) -> int:
        """The newest message that the browser holds."""
        reader, view = self._session.reader, self._conversation.view
        assert view is not None
        end = (reader.high + 1) * PAGE_SIZE
        return min(end, reader.seen if reader.live is not None else view.pages.last_number)

    async def _next(self, room_id: RoomId, start: int, step: int) -> Message | None:
        """The next one that can be chosen: no tombstone, no line about the room."""
        rooms, user = self._session.chat.rooms, self._session.user
        for number in range(start + step, start + step * (MOST_PASSED_OVER + 1), step):
            if number < 1:
                return None
            try:
                message = await rooms.message(user, room_id, MessageNumber(number))
            except MessageNotFound:
                return None
            if not message.deleted and message.kind is MessageKind.TEXT:
                return message
        return None

    async def _bring_into_view(self, room_id: RoomId, number: MessageNumber) -> None:
        """The newest ones are elements of their own; of others only their page is one, so the way to them is a jump."""
        reader = self._session.reader
        if reader.live is not None and page_of(number) == reader.live and number <= reader.seen:
            run_method(self._session.client, element_id(Kind.MESSAGE, room_id, number), 'scrollIntoView', {'block': 'nearest'})
        else:
            await self._conversation.go_to(number, then_type=True)


def selection_elements(message: Message | None = None, utc_offset_min: int = 0) -> Elements:
    """The mark at a message and what is said of it; nothing is marked without one."""
    css = said = ''
    if message is not None:
        css = f'#m{message.number}{{background:var(--accent-soft)!important;box-shadow:inset 3px 0 var(--accent)}}'
        at = local(message.created_at, utc_offset_min)
        said = f'{message.author.display_name}, {at:%H:%M}: {excerpt(words_of(in_short(message)))}'
    return {
        part(Part.CHOICE_STYLE): element('style', html=css),
        part(Part.CHOICE): element('div', classes=['sr'], html=escape(said), role='status', aria_label='Chosen message'),
    }
