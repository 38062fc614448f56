"""The files of the open room, in a dialog that follows what is sent and deleted while it is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from nicegui import ui

from livechat.domain.attachment import Making, RoomFile
from livechat.domain.file import FileKind
from livechat.domain.files import PLACE, Files
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, Room
from livechat.ui.components.dialogs import Form, worded
from livechat.ui.conversation import Conversation
from livechat.ui.pages.commands import Commands
from livechat.ui.pages.lightbox import Lightbox
from livechat.ui.pages.room_dialog import CHANGES_AND_POSTS, RoomDialog
from livechat.ui.pages.room_files_html import FILE_JUMP, FILE_VIEW, shelf_html
from livechat.ui.session import Session

PER_PAGE = 60
MOST_LISTED = 10 * PER_PAGE
"""All of it is sent again at each change. What is older is found where it was sent."""
KINDS = {
    'All': tuple(FileKind),
    'Pictures': (FileKind.IMAGE,),
    'Video and audio': (FileKind.VIDEO, FileKind.AUDIO),
    'Documents': (FileKind.PDF, FileKind.TEXT, FileKind.OTHER),
}
Listed: TypeAlias = Sequence[tuple[PLACE, RoomFile]]


@dataclass(slots=True, eq=False)
class _Open:
    """The dialog while it is open."""

    room: Room
    files: Files
    kind: str = 'All'
    listed: Listed = ()
    has_more: bool = False


class RoomFiles:
    """Of one tab."""

    def __init__(self, session: Session, conversation: Conversation, commands: Commands, lightbox: Lightbox) -> None:
        self._session = session
        self._chat = session.chat
        self._conversation = conversation
        self._lightbox = lightbox
        self._dialog = RoomDialog[_Open](session, conversation, build=self._build, changed=self._changed, kinds=CHANGES_AND_POSTS)
        commands.on(FILE_JUMP, self._dialog.jump, numbers=1)
        commands.on(FILE_VIEW, self._view, numbers=2)

    async def open(self) -> None:
        """Of the room that is open. :raises NotFound: :raises NotAMember:"""
        room, files = self._conversation.room, self._chat.files
        if room is not None and self._conversation.view is not None and files is not None:
            await self._dialog.open(room.id, self._load(room, files))

    def close(self) -> None:
        self._dialog.close()

    async def _load(self, room: Room, files: Files) -> _Open:
        """:raises NotFound: :raises NotAMember:"""
        listed, has_more = await self._list(files, room, 'All')
        return _Open(room, files, listed=listed, has_more=has_more)

    def _build(self, opened: _Open) -> Form:
        form = Form('Files')
        with form.body:
            with ui.element('div').classes('chips').props('role=group aria-label="Kinds of files"'):
                self._chips = {kind: self._chip(kind) for kind in KINDS}
            self._shelf = ui.element('div').classes('shelf')
        self._more = form.button('Show more', self._show_more, kind='quiet')
        form.button('Close', form.dialog.close, kind='quiet')
        self._draw(opened)
        return form

    def _chip(self, kind: str) -> ui.element:
        return worded('button', kind).props('type=button').on('click', lambda: self._choose(kind), [])

    def _draw(self, opened: _Open) -> None:
        for kind, chip in self._chips.items():
            chip.props['aria-pressed'] = str(kind == opened.kind).lower()
            chip.update()
        offset = self._session.reader.audience.utc_offset_min
        self._shelf.props['innerHTML'] = shelf_html(opened.listed, opened.kind, utc_offset_min=offset)
        self._shelf.update()
        self._more.visible = opened.has_more

    # What the person does there

    def _choose(self, kind: str) -> None:
        self._session.do(lambda: self._reload(kind))

    def _show_more(self) -> None:
        opened = self._dialog.shown
        if opened is not None and opened.has_more:
            self._session.do(lambda: self._reload(opened.kind, after=opened.listed))

    async def _reload(self, kind: str, *, after: Listed = ()) -> None:
        """The first page, or the next one after those. :raises NotFound: :raises NotAMember:"""
        opened = self._dialog.shown
        if opened is None:
            return
        found, has_more = await self._list(opened.files, opened.room, kind, after=after)
        if not self._dialog.shows(opened):
            return
        if after and opened.listed is not after:  # something was sent or deleted meanwhile
            await self._reload(opened.kind, after=opened.listed)
        else:
            self._show(opened, kind, [*after, *found], has_more=has_more)

    async def _list(self, files: Files, room: Room, kind: str, *, after: Listed = ()) -> tuple[Listed, bool]:
        """A page, and whether there are more."""
        before = after[-1][0] if after else None
        found = await files.in_room(self._session.user, room.id, KINDS[kind], before=before, limit=PER_PAGE + 1)
        return found[:PER_PAGE], len(found) > PER_PAGE

    def _show(self, opened: _Open, kind: str, listed: Listed, *, has_more: bool) -> None:
        opened.kind, opened.listed = kind, listed[:MOST_LISTED]
        opened.has_more = has_more and len(listed) < MOST_LISTED
        self._draw(opened)

    def _view(self, number: int, position: int) -> None:
        opened = self._dialog.shown
        found = next((each for place, each in opened.listed if place == (number, position)), None) if opened is not None else None
        if opened is not None and found is not None:
            pressed_in = self._shelf.props['innerHTML']
            self._session.do(
                lambda: self._lightbox.open(opened.room.id, found.number, found.file.id, focus=lambda: self._focus(pressed_in))
            )

    def _focus(self, pressed_in: str) -> None:
        """Somewhere in the dialog, if what was pressed there was drawn anew and took the focus with it."""
        opened = self._dialog.shown
        if opened is not None and self._shelf.props['innerHTML'] != pressed_in:
            self._chips[opened.kind].run_method('focus')

    # What others do meanwhile

    async def _changed(self, opened: _Open, message: Message | None) -> None:
        if message is None:
            await self._reload(opened.kind)
        elif not _as_listed(opened, message):
            await self._read_again(opened, message)

    async def _read_again(self, opened: _Open, message: Message) -> None:
        """The files of that message alone: what else is listed stays as it is. :raises NotFound: :raises NotAMember:"""
        kind, number = opened.kind, message.number
        limit = max(1, len(message.files))
        after_it = MessageNumber(number + 1), 0
        found = await opened.files.in_room(self._session.user, opened.room.id, KINDS[kind], before=after_it, limit=limit)
        if not self._dialog.shows(opened) or opened.kind != kind:
            return
        its = [each for each in found if each[1].number == number]
        others = [each for each in opened.listed if each[1].number != number]
        if opened.has_more and opened.listed and number < opened.listed[-1][1].number:  # on a page that was not asked for
            its = []
        self._show(opened, kind, sorted([*others, *its], key=lambda each: each[0], reverse=True), has_more=opened.has_more)


def _as_listed(opened: _Open, message: Message) -> bool:
    """Whether the list shows the files of that message as they are: most changes are of other things."""
    listed = {each.file for _, each in opened.listed if each.number == message.number}
    return listed == {file for file in message.files if file.kind in KINDS[opened.kind] and file.making is not Making.FAILED}
