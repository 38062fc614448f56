"""All by which one tab acts on messages, put together: buttons at them, menu, picker, pins, pictures, files, keyboard."""

from collections.abc import Callable, Mapping

from nicegui import ui

from livechat.ui.conversation import Conversation
from livechat.ui.keys import pressed
from livechat.ui.pages.commands import Commands
from livechat.ui.pages.jump_to_day import JumpToDay
from livechat.ui.pages.lightbox import Lightbox
from livechat.ui.pages.message_actions import AnswerDesk, MessageActions
from livechat.ui.pages.message_popup import close_popup
from livechat.ui.pages.message_selection import MessageSelection
from livechat.ui.pages.message_toast import ActionToast
from livechat.ui.pages.pins import PinnedMessages
from livechat.ui.pages.places import Places
from livechat.ui.pages.room_files import RoomFiles
from livechat.ui.pages.shortcuts import Shortcuts
from livechat.ui.session import Session
from livechat.ui.shell import SHORTCUTS, Part

KEYED = frozenset({Part.TALK, Part.ROOMS, Part.HEAD, Part.COLUMN})


class MessageControls:
    """Of one tab."""

    def __init__(self, session: Session, conversation: Conversation, commands: Commands, *, desk: AnswerDesk, places: Places) -> None:
        self._session = session
        self._toast = ActionToast(session)
        self._actions = MessageActions(session, conversation, commands, desk=desk, toast=self._toast)
        self._pins = PinnedMessages(session, conversation, commands)
        self._lightbox = Lightbox(session, conversation, commands, self._toast, focus_elsewhere=desk.box.focus)
        self._files = RoomFiles(session, conversation, commands, self._lightbox)
        self._selection = MessageSelection(session, conversation, self._actions)
        self._days = JumpToDay(session, conversation, commands, places.go)
        self._shortcuts = Shortcuts(session, self._selection, self._toast, self._days)
        self._close_menu = places.close_menu
        commands.on(SHORTCUTS, self.show_shortcuts)

    @property
    def buttons(self) -> Mapping[int, Callable[[], object]]:
        """What they do."""
        do = self._session.do
        return {
            Part.PINS: lambda: do(self._pins.open),
            Part.FILES: lambda: do(self._files.open),
            Part.UNDO: self._toast.undo,
            Part.EMOJI: self._actions.pick_for_box,
        }

    def listen(self, root: ui.element) -> None:
        """For keys, within what the page lies in."""
        self._shortcuts.listen(root)

    def hear(self, number: int, argument: object) -> None:
        """A key in a part of the page that listens for some."""
        if number in KEYED:
            self._shortcuts.hear(number, pressed(argument))

    def show_shortcuts(self) -> None:
        """The map of the keys."""
        self._close_menu()
        self._shortcuts.open()

    def ask_for_day(self) -> None:
        """In the calendar of the open room: also for browsers in which the line between two days is no button that works."""
        self._days.ask()

    def navigated(self) -> None:
        """To a room, or to a message of the one that is open: what lay over it is closed."""
        self._close_lists()
        close_popup(self._session.client)

    def room_left(self) -> None:
        """What lay over its messages, or shows them, goes with it."""
        self._selection.clear()
        self._actions.close()
        self.navigated()

    def escape(self) -> bool:
        """Whether there was something to close."""
        return self._selection.clear()

    def show_again(self) -> None:
        """After the tab's frame was drawn anew."""
        self._toast.show_again()
        self._selection.show_again()

    def end(self) -> None:
        self._toast.end()
        self._close_lists()

    def _close_lists(self) -> None:
        for dialog in (self._pins, self._lightbox, self._files, self._days):
            dialog.close()
