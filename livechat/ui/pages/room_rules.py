"""What the admins of a room decide about it: its name, who can come in, who writes and how fast."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from livechat.domain.face import CutOut
from livechat.domain.model import MAX_DESCRIPTION_CHARS, MAX_ROOM_NAME_CHARS, Room, RoomKind
from livechat.domain.slow_mode import SLOW_MODES
from livechat.ui.components.dialogs import switch, worded
from livechat.ui.components.forms import Outcome, ask, button, field, section
from livechat.ui.pages.picture_field import PictureField
from livechat.ui.pages.room_actions import settings_path
from livechat.ui.pages.room_in_view import RoomInView
from livechat.ui.room_words import duration_words, member_words, room_tile


def about_section(view: RoomInView) -> None:
    """Name and description; Enter saves."""
    room, rooms = view.room, view.session.chat.rooms
    with section('Name and description'), ui.element('form') as form:
        name = field('Name', room.name, limit=MAX_ROOM_NAME_CHARS)
        description = field('Description', room.description, limit=MAX_DESCRIPTION_CHARS)
        outcome = Outcome()

        async def save() -> None:
            if (description.value or '') != room.description:
                await rooms.describe(view.user, room.id, description.value or '')
            if (name.value or '') != room.name:
                changed = await rooms.rename(view.user, room.id, name.value or '')
                view.places.replace_address(settings_path(changed.slug))

        async def submit() -> None:
            if await outcome.attempt(save, 'Saved.'):
                await view.redraw()

        button('Save', kind='primary')
        form.on('submit.prevent', submit, [])


def picture_section(view: RoomInView) -> None:
    """Seen by everybody who sees the room."""
    faces = view.session.chat.faces

    def room() -> Room:
        summary = view.session.chat.rooms.summary(view.room_id)
        return view.room if summary is None else summary.room

    async def save(token: str, cut_out: CutOut) -> None:
        await faces.set_room(view.user, view.room_id, token, cut_out)
        await view.redraw()

    async def remove() -> None:
        await faces.remove_room(view.user, view.room_id)
        await view.redraw()

    with section('Picture', 'Shown beside its name, in the list of rooms and at its beginning.'):
        PictureField(
            view.session,
            html=lambda: f'<span class="tile">{room_tile(room())}</span>',
            has_picture=lambda: bool(room().picture),
            save=save,
            remove=remove,
        )


def kind_section(view: RoomInView) -> None:
    """Open or private, explained; the other is a button with a question behind it."""
    if view.room.kind is RoomKind.OPEN:
        lead = 'Open: everybody with an account on this server finds this room and can join it. Guests come in by invitation.'
        verb, other = 'Make it private', RoomKind.PRIVATE
        question = 'Make this room private?'
        consequence = (
            f'For everybody but its {member_words(len(view.members))} it is as if it had never been there: not in lists, not in links. '
            'Others come in when an admin of the room adds or invites them.'
        )
    else:
        lead = 'Private: only its members know that this room exists. Its admins add and invite others.'
        verb, other = 'Open it to everybody', RoomKind.OPEN
        question = 'Open this room to everybody?'
        consequence = (
            'Everybody with an account on this server can find it, join it and read all of it, also what was said while it was private.'
        )

    async def convert() -> None:
        changed = await view.session.chat.room_settings.convert(view.user, view.room_id, other)
        view.places.replace_address(settings_path(changed.slug))
        await view.redraw()

    with section('Who can come in', lead), ui.element('div').classes('row-of-buttons'):
        button(f'{verb} …', _in_page(view, lambda: ask(question, consequence, verb, convert, kind='primary')))


def writing_section(view: RoomInView) -> None:
    """Announcements and slow mode: each applies at once."""
    with section('Who writes, and how fast'):
        announcing = switch('Announcements', 'Only admins of this room write; everybody in it reads.', value=view.room.announcements)
        options = {seconds: f'One message every {duration_words(seconds)}' if seconds else 'Off' for seconds in SLOW_MODES}
        slow = ui.select(options, label='Slow mode', value=view.room.slow_mode_s).props('outlined options-dense')
        slow.props['aria-label'] = 'Slow mode'
        worded('p', 'How long everybody but admins waits between two messages.').classes('muted')
        outcome = Outcome()

    async def set_rules() -> None:
        await view.session.chat.room_settings.set_rules(
            view.user, view.room_id, announcements=bool(announcing.value), slow_mode_s=int(slow.value or 0)
        )

    async def changed(_: Any) -> None:
        now = view.session.chat.rooms.summary(view.room_id)
        if now is None or (now.room.announcements, now.room.slow_mode_s) == (bool(announcing.value), int(slow.value or 0)):
            return
        if not await outcome.attempt(set_rules, 'Saved.'):  # then what is shown is what holds
            announcing.set_value(now.room.announcements)
            slow.set_value(now.room.slow_mode_s)

    announcing.on_value_change(changed)
    slow.on_value_change(changed)


def _in_page(view: RoomInView, job: Callable[[], object]) -> Callable[[], None]:
    """A dialog outlives the section that opened it: the page may be drawn anew under it."""

    def run() -> None:
        with view.session.client:
            job()

    return run
