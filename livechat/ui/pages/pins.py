"""The pinned messages of the open room, in a dialog that follows what others pin while it is open."""

from collections.abc import Collection, Sequence

from nicegui import background_tasks, ui

from livechat.domain.access import Right
from livechat.domain.errors import LivechatError
from livechat.domain.events import MessageAmended, MessageDeleted, MessageEdited, MessageRestored, room_topic
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, Room
from livechat.domain.ports import Subscription
from livechat.ui.components.dialogs import Form
from livechat.ui.conversation import Conversation
from livechat.ui.file_html import files_html
from livechat.ui.html import avatar, escape, room_path
from livechat.ui.message_body import body_html, prepare
from livechat.ui.message_html import local, long_date
from livechat.ui.pages.commands import Commands
from livechat.ui.session import Session
from livechat.ui.shell import COMMANDS_DOM_ID

JUMP, UNPIN = '--jump-', '--unpin-'
"""Commands of the buttons in the list; the number of the message follows."""
_KINDS = (MessageAmended, MessageDeleted, MessageEdited, MessageRestored)
_NOTHING = (
    '<div class="no-pins"><b>Nothing is pinned here yet</b><p>Pin what everybody should find again: the address, the plan, the rules. '
    'Open the menu of a message and choose “Pin”.</p></div>'
)


class PinnedMessages:
    """Of one tab. Its task lives as long as the dialog; lost with it: only that the list follows."""

    def __init__(self, session: Session, conversation: Conversation, commands: Commands) -> None:
        self._session = session
        self._chat = session.chat
        self._conversation = conversation
        self._room: Room | None = None
        self._form: Form | None = None
        self._subscription: Subscription | None = None
        self._numbers: Collection[MessageNumber] = ()
        """Of the messages in the list."""
        commands.on(JUMP, self._jump, numbers=1)
        commands.on(UNPIN, self._unpin, numbers=1)

    async def open(self) -> None:
        """Of the room that is open. :raises NotFound: :raises NotAMember:"""
        self.close()
        room = self._conversation.room
        if room is None or self._conversation.view is None:
            return
        subscription = self._chat.backplane.subscribe(room_topic(room.id), kinds=_KINDS)
        try:
            html = await self._html(room)
        except BaseException:
            subscription.close()
            raise
        if self._session.reader.group is None:  # shown out meanwhile, or the tab is gone
            subscription.close()
            return
        with self._session.client:
            form = Form('Pinned messages')
            with form.body:
                self._list = ui.element('div')
            self._list.props['innerHTML'] = html
            form.button('Close', form.dialog.close, kind='quiet')
            form.dialog.on_forget = lambda: self._closed(form)
            form.open()
        self._room, self._form, self._subscription = room, form, subscription
        background_tasks.create(self._follow(form, room, subscription), name=f'pins of {self._session.tab_id}')

    def close(self) -> None:
        if self._form is not None:
            form = self._form
            self._closed(form)
            if not form.dialog.is_deleted:
                form.dialog.close()

    def _closed(self, form: Form) -> None:
        if self._form is form and self._subscription is not None:
            self._subscription.close()
            self._room = self._form = self._subscription = None

    async def _follow(self, form: Form, room: Room, subscription: Subscription) -> None:
        try:
            async for event in subscription:
                if isinstance(event, _KINDS) and event.message.pinned_at is None and event.message.number not in self._numbers:
                    continue  # no pin, and was none
                html = await self._html(room)
                if self._form is not form or form.dialog.is_deleted or not self._session.may_act:
                    break
                self._list.props['innerHTML'] = html
                self._list.update()
        except LivechatError:  # the room is gone, or not this person's any more
            if self._form is form:
                self.close()
        finally:
            subscription.close()
            self._closed(form)

    async def _html(self, room: Room) -> str:
        chat, user = self._chat, self._session.user
        may_unpin = (await chat.rooms.access(user, room.id)).may(Right.PIN)
        messages = await chat.rooms.pinned(user, room.id)
        await prepare(messages)
        self._numbers = {message.number for message in messages}
        return pins_html(
            messages,
            slug=room.slug,
            may_unpin=may_unpin,
            utc_offset_min=self._session.reader.audience.utc_offset_min,
            base_url=self._session.reader.audience.base_url,
        )

    def _jump(self, number: int) -> None:
        room = self._room
        self.close()
        if room is not None and self._conversation.shown_room_id == room.id:
            self._session.do(lambda: self._go_to(MessageNumber(number)))

    async def _go_to(self, number: MessageNumber) -> None:
        await self._conversation.go_to(number, then_type=True)

    def _unpin(self, number: int) -> None:
        room = self._room
        if room is not None:

            async def unpin() -> None:
                await self._chat.rooms.pin(self._session.user, room.id, MessageNumber(number), False)

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
