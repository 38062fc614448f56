"""A dialog about the messages of one room that follows what becomes of them while it is open."""

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import ExitStack
from typing import Any, Generic, Protocol, TypeVar

from nicegui import background_tasks

from livechat.domain.errors import LivechatError
from livechat.domain.events import MessageAmended, MessageDeleted, MessageEdited, MessagePosted, MessageRestored, room_topic
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, Room, RoomId
from livechat.domain.ports import Subscription
from livechat.ui.components.dialogs import Form
from livechat.ui.conversation import Conversation
from livechat.ui.session import Session

CHANGES = (MessageAmended, MessageDeleted, MessageEdited, MessageRestored)
CHANGES_AND_POSTS = (*CHANGES, MessagePosted)


class OfRoom(Protocol):
    """What such a dialog shows."""

    @property
    def room(self) -> Room: ...


Shown = TypeVar('Shown', bound=OfRoom)


class RoomDialog(Generic[Shown]):
    """Of one tab, open or closed; what it shows is there exactly as long as it is open.

    It has a subscription from before that is loaded until the dialog is gone, however that comes: nothing is missed in between, and
    nothing is read for what nobody sees. Its task is its own and ends with the subscription; lost with it: only that it follows.
    """

    def __init__(
        self,
        session: Session,
        conversation: Conversation,
        *,
        build: Callable[[Shown], Form],
        changed: Callable[[Shown, Message | None], Awaitable[object]],
        kinds: tuple[type, ...] = CHANGES,
    ) -> None:
        """`changed` hears of a message by those kinds of events, or None: some were missed; a `LivechatError` closes the dialog."""
        self.shown: Shown | None = None
        """Set by whoever shows something else in it."""
        self.form: Form | None = None
        self.on_hidden: Callable[[], object] = lambda: None
        """Called when it is gone from the screen, and no other took its place."""
        self._session = session
        self._conversation = conversation
        self._build = build
        self._changed = changed
        self._kinds = kinds
        self._subscription: Subscription | None = None

    async def open(self, room_id: RoomId, load: Coroutine[Any, Any, Shown]) -> None:
        """Unless the tab is elsewhere once that is loaded. :raises LivechatError: as `load` does"""
        self.close()
        with ExitStack() as undo:
            subscription = self._session.chat.backplane.subscribe(room_topic(room_id), kinds=self._kinds)
            undo.callback(subscription.close)
            shown = await load
            if self._session.reader.group is None or self._conversation.room_id != room_id:
                return
            with self._session.client:
                form = self._build(shown)
                form.dialog.on_forget = lambda: self._hidden(form)
                form.open()
            undo.pop_all()
        self.shown, self.form, self._subscription = shown, form, subscription
        background_tasks.create(self._follow(form, subscription), name=f'{form.dialog.props["aria-label"]} of {self._session.tab_id}')

    def close(self) -> None:
        form = self.form
        if form is not None:
            self._let_go(form)
            form.close()

    def shows(self, shown: Shown) -> bool:
        """Still that, to somebody who may see it: to be asked after each `await`."""
        return self.shown is shown and self.form is not None and not self.form.dialog.is_deleted and self._session.may_act

    def jump(self, number: int) -> None:
        """Close it, and go to that message of its room."""
        shown = self.shown
        self.close()
        if shown is not None and self._conversation.shown_room_id == shown.room.id:
            self._session.do(lambda: self._conversation.go_to(MessageNumber(number), then_type=True))

    def _hidden(self, form: Form) -> None:
        is_last = self.form in (form, None)
        self._let_go(form)
        if is_last:
            self.on_hidden()

    def _let_go(self, form: Form) -> None:
        if self.form is form and self._subscription is not None:
            self._subscription.close()
            self.shown = self.form = self._subscription = None

    async def _follow(self, form: Form, subscription: Subscription) -> None:
        try:
            async for event in subscription:
                shown = self.shown
                if self.form is not form or shown is None or not self.shows(shown):
                    break
                await self._changed(shown, event.message if isinstance(event, CHANGES_AND_POSTS) else None)
        except LivechatError:  # the room is gone, or not this person's any more
            if self.form is form:
                self.close()
        finally:
            subscription.close()
