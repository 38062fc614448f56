"""A picture, looked at large: over the whole tab, from one to the next, as long as its person may see it."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from livechat.domain.errors import LivechatError, MessageNotFound
from livechat.domain.file import FileId
from livechat.domain.file_errors import FileNotFound
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, RoomId
from livechat.ui.components.dialogs import Form
from livechat.ui.components.icons import icon
from livechat.ui.conversation import Conversation
from livechat.ui.file_html import VIEW, file_path
from livechat.ui.pages.commands import Commands
from livechat.ui.pages.copying import copy
from livechat.ui.pages.lightbox_html import Shown, pictures_of, stage_html, words_html
from livechat.ui.pages.message_toast import ActionToast
from livechat.ui.pages.picture_steps import earlier_pictures, later_pictures
from livechat.ui.pages.room_dialog import RoomDialog
from livechat.ui.session import Session

TITLE = 'Pictures'
"""Of the dialog."""
_NO_LATER, _NO_EARLIER = 'There is no later picture in this room.', 'There is no earlier picture in this room.'
_REMOVED, _DELETED = 'That picture was removed.', 'The picture was deleted.'


class Lightbox:
    """Of one tab."""

    def __init__(
        self,
        session: Session,
        conversation: Conversation,
        commands: Commands,
        toast: ActionToast,
        *,
        focus_elsewhere: Callable[[], object],
    ) -> None:
        """`focus_elsewhere` is called when a message was drawn anew in which a picture was pressed: another button is there."""
        self._session = session
        self._chat = session.chat
        self._conversation = conversation
        self._toast = toast
        self._focus_elsewhere = focus_elsewhere
        self._pressed_at: MessageNumber | None = None
        """The message in which the button was that led here, if one was."""
        self._focus: Callable[[], object] | None = None
        self._copy_form: Form | None = None
        self._dialog = RoomDialog[Shown](session, conversation, build=self._build, changed=self._changed)
        self._dialog.on_hidden = self._hidden
        commands.on(VIEW, self._view, numbers=2)

    def _view(self, number: int, place: int) -> None:
        """A picture at a message was pressed."""
        room_id = self._conversation.shown_room_id

        async def view() -> None:
            assert room_id is not None
            message = await self._message(room_id, MessageNumber(number))
            if place >= len(message.files):
                raise FileNotFound
            await self.open(room_id, message.number, message.files[place].id)
            self._pressed_at = message.number

        if room_id is not None:
            self._session.do(view)

    async def open(
        self, room_id: RoomId, number: MessageNumber, file_id: FileId, *, focus: Callable[[], object] | None = None,
    ) -> None:  # fmt: skip
        """`focus` is called once it is gone; what was pressed has the focus then, if it is there. :raises NotFound: :raises NotAMember:"""
        await self._dialog.open(room_id, self._find(room_id, number, file_id))
        self._pressed_at, self._focus = None, focus

    def close(self) -> None:
        self._dialog.close()
        copied, self._copy_form = self._copy_form, None
        if copied is not None:
            copied.close()

    def _hidden(self) -> None:
        if self._focus is not None:
            self._focus()

    async def _find(self, room_id: RoomId, number: MessageNumber, file_id: FileId) -> Shown:
        """:raises NotFound: :raises NotAMember:"""
        room = (await self._chat.rooms.access(self._session.user, room_id)).room
        message = await self._message(room_id, number)
        for file in pictures_of(message):
            if file.id == file_id:
                return Shown(room, message, file)
        raise FileNotFound

    async def _message(self, room_id: RoomId, number: MessageNumber) -> Message:
        """As this person may read it now. :raises NotFound: :raises NotAMember:"""
        message = await self._chat.rooms.message(self._session.user, room_id, number)
        if message.deleted:
            raise MessageNotFound
        return message

    # What it looks like

    def _build(self, shown: Shown) -> Form:
        form = Form(TITLE)
        form.dialog.props('maximized transition-show=fade transition-hide=fade transition-duration=120')
        form.sheet.classes('lightbox').props('tabindex=-1 data-autofocus')
        with form.body:
            self._words = ui.element('div').classes('words').props('role=status')
            self._stage = ui.element('div').classes('stage').on('click.self', form.dialog.close, [])
        with form.buttons:
            self._button('Previous picture', 'back', self._step(-1), 'previous')
            self._button('Next picture', 'arrow', self._step(1), 'next')
            self._download = ui.element('a').classes('icon download').props('download aria-label=Download title=Download')
            self._download.props['innerHTML'] = icon('download')
            self._original = ui.element('a').classes('icon original').props('target=_blank')
            self._original.props['aria-label'] = self._original.props['title'] = 'Open in full size'
            self._original.props['innerHTML'] = icon('expand')
            self._button('Copy link', 'link', self._copy_link, 'copy')
            self._button('Close', 'close', form.dialog.close, 'close')
        for key, act in {'left': self._step(-1), 'right': self._step(1), 'home': self._to(0), 'end': self._to(-1)}.items():
            form.sheet.on(f'keydown.{key}.exact', act, [])
        self._draw(shown)
        return form

    @staticmethod
    def _button(name: str, glyph: str, act: Callable[[], object], kind: str) -> None:
        button = ui.element('button').classes(f'icon {kind}').props('type=button').on('click', act, [])
        button.props['aria-label'] = button.props['title'] = name
        button.props['innerHTML'] = icon(glyph)

    def _show(self, shown: Shown, said: str = '') -> None:
        form = self._dialog.form
        if form is not None:
            self._dialog.shown = shown
            form.error.visible = False
            self._draw(shown, said)

    def _draw(self, shown: Shown, said: str = '') -> None:
        self._words.props['innerHTML'] = words_html(shown, self._session.reader.audience.utc_offset_min, said)
        self._stage.props['innerHTML'] = stage_html(shown)
        self._download.props['href'] = file_path(shown.file, download=True)
        self._original.props['href'] = file_path(shown.file)
        for element in (self._words, self._stage, self._download, self._original):
            element.update()

    # From one to the next

    def _step(self, by: int) -> Callable[[], None]:
        return lambda: self._do(lambda shown: self._stepped(shown, by))

    def _to(self, place: int) -> Callable[[], None]:
        """The first picture of the message, or its last."""

        async def there(shown: Shown) -> Shown | str:
            message = await self._message(shown.room.id, shown.message.number)
            pictures = pictures_of(message)
            return Shown(shown.room, message, pictures[place]) if pictures else _DELETED

        return lambda: self._do(there)

    def _do(self, find: Callable[[Shown], Awaitable[Shown | str]]) -> None:
        """Show what is found, or say why there is nothing."""

        async def act() -> None:
            shown = self._dialog.shown
            if shown is None:
                return
            try:
                found = await find(shown)
            except LivechatError as error:
                found = str(error)
            if isinstance(found, Shown):
                self._show(found)
            elif self._dialog.form is not None:
                self._dialog.form.refuse(found)

        self._session.do(act)

    async def _stepped(self, shown: Shown, by: int) -> Shown | str:
        """:raises NotFound: :raises NotAMember:"""
        message = await self._chat.rooms.message(self._session.user, shown.room.id, shown.message.number)
        pictures = pictures_of(message)
        place = next((place for place, file in enumerate(pictures) if file.id == shown.file.id), None)
        if place is not None and 0 <= place + by < len(pictures):
            return Shown(shown.room, message, pictures[place + by])
        return await self._neighbour(shown, by) or (_NO_LATER if by > 0 else _NO_EARLIER)

    async def _neighbour(self, shown: Shown, by: int) -> Shown | None:
        files, user, room_id = self._chat.files, self._session.user, shown.room.id
        if files is None:
            return None
        if by > 0:
            last = (await self._chat.rooms.snapshot(room_id)).last_number
            number = await later_pictures(files, user, room_id, shown.message.number, last)
        else:
            number = await earlier_pictures(files, user, room_id, shown.message.number)
        if number is None:
            return None
        message = await self._message(room_id, number)
        pictures = pictures_of(message)
        return Shown(shown.room, message, pictures[0 if by > 0 else -1]) if pictures else None

    def _copy_link(self) -> None:
        shown = self._dialog.shown
        if shown is not None:
            address = self._session.reader.audience.base_url + file_path(shown.file)
            self._copy_form = copy(self._session, self._toast, 'Link to the picture', address)

    # What others do meanwhile

    async def _changed(self, shown: Shown, changed: Message | None) -> None:
        number = changed.number if changed is not None else None
        if number is not None and number == self._pressed_at:
            self._focus = self._focus_elsewhere
        if number not in (None, shown.message.number):
            return
        message = await self._chat.rooms.message(self._session.user, shown.room.id, shown.message.number)
        if not self._dialog.shows(shown):
            return
        pictures = pictures_of(message)
        same = next((file for file in pictures if file.id == shown.file.id), None)
        if same is not None:
            if (same, len(pictures)) != (shown.file, len(shown.pictures)):
                self._show(Shown(shown.room, message, same))
        elif pictures:
            self._show(Shown(shown.room, message, pictures[min(shown.place, len(pictures) - 1)]), _REMOVED)
        else:
            self.close()
            self._toast.say(_DELETED)
