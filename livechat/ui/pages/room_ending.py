"""Leaving a room, archiving it, deleting it."""

from nicegui import ui

from livechat.domain.access import Right
from livechat.domain.model import RoomKind
from livechat.ui.components.dialogs import worded
from livechat.ui.components.forms import Outcome, ask, button, section
from livechat.ui.pages.room_in_view import RoomInView
from livechat.ui.room_words import member_words


def ending_section(view: RoomInView) -> None:
    """Whatever of it this person may; nothing where they may nothing."""
    acts = {'leave': (Right.LEAVE, _leaving), 'archive': (Right.ARCHIVE, _archiving), 'delete': (Right.DELETE, _deleting)}
    offered = {word: act for word, (right, act) in acts.items() if view.may(right)}
    if offered:
        with section(', '.join(offered).capitalize()):
            for act in offered.values():
                with ui.element('div').classes('act'):
                    act(view)


def leaving_words(view: RoomInView) -> str:
    """What leaving means here, as sentences."""
    heir = view.heir
    words = f'You are its only admin: {heir.person.display_name}, who has been here longest, becomes its admin.' if heir else ''
    if view.room.kind is RoomKind.PRIVATE:
        return f'{words} You come back only when somebody adds or invites you.'.strip()
    return words or 'You can join again whenever you like.'


def _leaving(view: RoomInView) -> None:
    words = leaving_words(view)
    worded('p', words).classes('muted')
    outcome = Outcome()

    async def leave() -> None:
        await view.session.chat.rooms.leave(view.user, view.room_id)
        await view.redraw()

    def ask_first() -> None:
        with view.session.client:
            ask('Leave this room?', words, 'Leave', leave)

    async def at_once() -> None:
        await outcome.attempt(leave)

    needs_asking = view.room.kind is RoomKind.PRIVATE or view.heir is not None
    button('Leave room', ask_first if needs_asking else at_once)


def _archiving(view: RoomInView) -> None:
    settings = view.session.chat.room_settings
    is_archived = view.room.is_archived
    worded('p', 'It can be read, and nothing can be added.' if is_archived else 'Keep it to read, with nothing added any more.').classes(
        'muted'
    )
    outcome = Outcome()

    async def turn() -> None:
        await (settings.unarchive if is_archived else settings.archive)(view.user, view.room_id)
        await view.redraw()

    async def act() -> None:
        await outcome.attempt(turn)

    button('Unarchive room' if is_archived else 'Archive room', act)


def _deleting(view: RoomInView) -> None:
    worded('p', 'With all its messages, for everybody.').classes('muted')

    async def delete() -> None:
        await view.session.chat.rooms.delete(view.user, view.room_id)
        view.places.go('/rooms')

    def ask_first() -> None:
        consequence = (
            f'“{view.title}” and all its messages will be gone for its {member_words(len(view.members))}. '
            'Whoever has it open is told and moved out. This cannot be undone.'
        )
        with view.session.client:
            ask('Delete this room?', consequence, 'Delete for everybody', delete)

    button('Delete room …', ask_first, kind='danger')
