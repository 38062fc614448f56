"""The dialog in which a room is made."""

from collections.abc import Awaitable, Callable

from livechat.domain.model import MAX_DESCRIPTION_CHARS, MAX_ROOM_NAME_CHARS
from livechat.ui.components.dialogs import Form

Create = Callable[[str, str, bool, bool], Awaitable[None]]
"""Name, description, whether it is private, whether its admins alone write."""


def new_room(create: Create) -> None:
    """Enter creates, from either field."""
    form = Form('New room')
    name = form.field('Name', limit=MAX_ROOM_NAME_CHARS)
    description = form.field('Description', limit=MAX_DESCRIPTION_CHARS)
    private = form.switch('Private', 'Only the people in it know that it exists; others come in when you add or invite them.')
    announcements = form.switch('Announcements', 'Only admins of the room write; everybody in it reads.')

    async def submit() -> None:
        async def make() -> None:
            await create(name.value or '', description.value or '', bool(private.value), bool(announcements.value))

        await form.attempt(make())

    for field in (name, description):
        field.on('keydown.enter.prevent', submit, [])
    name.props('autofocus')
    form.button('Cancel', form.dialog.close, kind='quiet')
    form.button('Create room', submit)
    form.open()
