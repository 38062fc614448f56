"""The pinned messages of the open room, in a dialog that follows what others pin while it is open."""

from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import ui

from livechat.domain.access import Right
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, Room
from livechat.ui.components.dialogs import Form
from livechat.ui.conversation import Conversation
from livechat.ui.file_html import files_html
from livechat.ui.html import avatar, escape, room_path
from livechat.ui.message_body import body_html, prepare
from livechat.ui.message_html import local, long_date
from livechat.ui.pages.commands import Commands
from livechat.ui.pages.room_dialog import RoomDialog
from livechat.ui.session import Session
from livechat.ui.shell import COMMANDS_DOM_ID

JUMP, UNPIN = '--jump-', '--unpin-'
"""Commands of the buttons in the list; the number of the message follows."""
_NOTHING = (
    '<div class="no-pins"><b>Nothing is pinned here yet</b><p>Pin what everybody should find again: the address, the plan, the rules. '
    'Open the menu of a message and choose “Pin”.</p></div>'
)


@dataclass(frozen=True, slots=True, eq=False)
class _Pins:
    room: Room
    messages: Sequence[Message]
    may_unpin: bool


class PinnedMessages:
    """Of one tab."""

    def __init__(self, session: Session, conversation: Conversation, commands: Commands) -> None:
        self._session = session
        self._chat = session.chat
        self._conversation = conversation
        self._dialog = RoomDialog[_Pins](session, conversation, build=self._build, changed=self._changed)
        commands.on(JUMP, self._dialog.jump, numbers=1)
        commands.on(UNPIN, self._unpin, numbers=1)

    async def open(self) -> None:
        """Of the room that is open. :raises NotFound: :raises NotAMember:"""
        room = self._conversation.room
        if room is not None and self._conversation.view is not None:
            await self._dialog.open(room.id, self._load(room))

    def close(self) -> None:
        self._dialog.close()

    async def _load(self, room: Room) -> _Pins:
        """:raises NotFound: :raises NotAMember:"""
        may_unpin = (await self._chat.rooms.access(self._session.user, room.id)).may(Right.PIN)
        messages = await self._chat.rooms.pinned(self._session.user, room.id)
        await prepare(messages)
        return _Pins(room, messages, may_unpin)

    def _build(self, pins: _Pins) -> Form:
        form = Form('Pinned messages')
        with form.body:
            self._list = ui.element('div')
        self._draw(pins)
        form.button('Close', form.dialog.close, kind='quiet')
        return form

    def _draw(self, pins: _Pins) -> None:
        self._list.props['innerHTML'] = pins_html(
            pins.messages,
            slug=pins.room.slug,
            may_unpin=pins.may_unpin,
            utc_offset_min=self._session.reader.audience.utc_offset_min,
            base_url=self._session.reader.audience.base_url,
        )
        self._list.update()

    async def _changed(self, pins: _Pins, message: Message | None) -> None:
        if message is not None and message.pinned_at is None and all(each.number != message.number for each in pins.messages):
            return  # no pin, and was none
        now = await self._load(pins.room)
        if self._dialog.shows(pins):
            self._dialog.shown = now
            self._draw(now)

    def _unpin(self, number: int) -> None:
        pins = self._dialog.shown
        if pins is not None:

            async def unpin() -> None:
                await self._chat.rooms.pin(self._session.user, pins.room.id, MessageNumber(number), False)

            self._session.do(unpin)


def pins_html(messages: Sequence[Message], *, slug: str, may_unpin: bool, utc_offset_min: int, base_url: str = '') -> str:
    """One entry per message, in the given order; a word of advice when there is none."""
    if not messages:
        return _NOTHING
    entries = []
    for message in messages:
        author, at = message.author, local(message.created_at, utc_offset_min)
        link = f'<a class="when" href="{room_path(slug, message.number)}">{long_date(at.date())}, {at:%H:%M}</a>'
        buttons = _button('Jump to it', JUMP, message) + (_button('Unpin', UNPIN, message) if may_unpin else '')
        entries.append(
            f'<li>{avatar(author, size="small")}<div><b dir="auto">{escape(author.display_name)}</b> {link}'
            f'{body_html(message, base_url)}{files_html(message)}<div class="row-of-buttons">{buttons}</div></div></li>'
        )
    return f'<ul class="pins" aria-label="Pinned messages">{"".join(entries)}</ul>'


def _button(words: str, command: str, message: Message) -> str:
    return f'<button type="button" class="quiet" commandfor="{COMMANDS_DOM_ID}" command="{command}{message.number}">{words}</button>'
