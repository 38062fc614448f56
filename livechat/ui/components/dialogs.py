"""Dialogs, built when they are opened and gone when they are closed."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from livechat.domain.errors import LivechatError
from livechat.domain.model import MAX_DESCRIPTION_CHARS, MAX_ROOM_NAME_CHARS, Room, RoomSummary
from livechat.ui.html import escape


def worded(tag: str, text: str) -> ui.element:
    """A plain element with a text in it."""
    result = ui.element(tag)
    result.props['innerHTML'] = escape(text)
    return result


class Form:
    """A dialog with fields, one line for what is wrong, and a button that does it. What was typed stays until it worked."""

    def __init__(self, title: str) -> None:
        with ui.dialog() as self.dialog, ui.element('div').classes('sheet'):
            worded('h2', title)
            self.body = ui.element('div').classes('fields')
            self.error = ui.label().classes('error').props('role=alert')
            self.buttons = ui.element('div').classes('buttons')
        self.error.visible = False
        self.dialog.props['aria-label'] = title
        self.dialog.on('hide', self.dialog.delete)

    def field(self, label: str, value: str = '', *, limit: int, lines: int = 1) -> ui.input | ui.textarea:
        with self.body:
            box: ui.input | ui.textarea = ui.textarea(label, value=value) if lines > 1 else ui.input(label, value=value)
        box.props['aria-label'] = label
        return box.props(f'outlined maxlength={limit}')

    def button(self, text: str, on_click: Callable[[], object], *, kind: str = 'primary') -> None:
        with self.buttons:
            worded('button', text).classes(kind).props('type=button').on('click', on_click, [])

    async def attempt(self, action: Awaitable[None]) -> bool:
        """Close when it worked; say why when it did not, with everything still there."""
        try:
            await action
        except LivechatError as error:
            self.error.text = str(error)
            self.error.visible = True
            return False
        self.dialog.close()
        return True

    def open(self) -> None:
        self.dialog.open()


def new_room(create: Callable[[str, str], Awaitable[None]]) -> None:
    """Name and description; Enter creates."""
    form = Form('New room')
    name = form.field('Name', limit=MAX_ROOM_NAME_CHARS)
    description = form.field('Description', limit=MAX_DESCRIPTION_CHARS)

    async def submit() -> None:
        await form.attempt(create(name.value or '', description.value or ''))

    for field in (name, description):
        field.on('keydown.enter.prevent', submit, [])
    name.props('autofocus')
    form.button('Cancel', form.dialog.close, kind='quiet')
    form.button('Create room', submit)
    form.open()


class RoomActions:
    """What the details of a room can do, as coroutines that check the right themselves."""

    def __init__(
        self,
        *,
        save: Callable[[str, str], Awaitable[None]],
        delete: Callable[[], Awaitable[None]],
        leave: Callable[[], Awaitable[None]],
    ) -> None:
        self.save, self.delete, self.leave = save, delete, leave


def room_details(summary: RoomSummary, *, may_change: bool, is_member: bool, created: str, actions: RoomActions) -> None:
    """Name and description, to be changed by those who may and read by the others; leave; delete with confirmation."""
    room = summary.room
    form = Form('Room details')
    name = form.field('Name', room.name, limit=MAX_ROOM_NAME_CHARS)
    description = form.field('Description', room.description, limit=MAX_DESCRIPTION_CHARS, lines=2)
    with form.body:
        ui.label(created).classes('muted')

    async def save() -> None:
        await form.attempt(actions.save(name.value or '', description.value or ''))

    async def leave() -> None:
        await form.attempt(actions.leave())

    if may_change:
        form.button('Delete room', lambda: _confirm_delete(room, form, actions), kind='danger')
        name.on('keydown.enter.prevent', save, [])
    else:
        name.props('readonly')
        description.props('readonly')
    if is_member:
        form.button('Leave room', leave, kind='quiet')
    form.button('Save' if may_change else 'Close', save if may_change else form.dialog.close, kind='primary' if may_change else 'quiet')
    form.open()


def _confirm_delete(room: Room, details: Form, actions: RoomActions) -> None:
    with details.body:
        form = Form('Delete this room?')
    with form.body:
        ui.label(f'“{room.name}” and all its messages will be gone for everybody. This cannot be undone.')

    async def delete() -> None:
        if await form.attempt(actions.delete()):
            details.dialog.close()

    form.button('Keep it', form.dialog.close, kind='quiet')
    form.button('Delete for everybody', delete, kind='danger')
    form.open()
