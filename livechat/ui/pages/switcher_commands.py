"""What the commands of the quick switcher do."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from livechat.domain.model import Theme
from livechat.ui.pages.message_controls import MessageControls
from livechat.ui.pages.places import Places
from livechat.ui.pages.room_actions import RoomDialogs
from livechat.ui.session import Session
from livechat.ui.switcher_choices import THEME_OF, Command


def switcher_commands(
    session: Session, places: Places, dialogs: RoomDialogs, controls: MessageControls
) -> Mapping[Command, Callable[[], object]]:
    """Of one tab. The domain checks each right."""
    chat, do = session.chat, session.do

    async def wear(theme: Theme) -> None:
        await chat.accounts.update_preferences(session.user, replace(session.user.preferences, theme=theme))

    themes = {command: partial(do, partial(wear, theme)) for command, theme in THEME_OF.items()}
    return {
        Command.BROWSE: lambda: places.go('/rooms'),
        Command.NEW_ROOM: dialogs.new_room,
        Command.NEW_DIRECT: dialogs.new_direct,
        Command.READ_ALL: lambda: do(lambda: chat.unread.mark_all_read(session.user)),
        Command.SETTINGS: lambda: places.go('/profile'),
        Command.ADMINISTRATION: lambda: places.go('/admin'),
        Command.SHORTCUTS: controls.show_shortcuts,
        Command.SIGN_OUT: lambda: do(lambda: chat.accounts.sign_out(session.sign_in_id)),
        **themes,
    }
