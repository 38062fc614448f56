"""What the commands of the quick switcher do."""

from dataclasses import replace

from livechat.domain.model import Theme
from livechat.ui.pages.message_controls import MessageControls
from livechat.ui.pages.places import Places
from livechat.ui.pages.room_actions import RoomDialogs
from livechat.ui.session import Session
from livechat.ui.switcher_choices import THEME_OF, Command


class SwitcherCommands:
    """Of one tab. The domain checks each right."""

    __slots__ = ('_controls', '_dialogs', '_places', '_session')

    def __init__(self, session: Session, places: Places, dialogs: RoomDialogs, controls: MessageControls) -> None:
        self._session = session
        self._places = places
        self._dialogs = dialogs
        self._controls = controls

    def do(self, command: Command) -> None:  # noqa: C901 - one line for each
        session, chat = self._session, self._session.chat
        match command:
            case Command.BROWSE:
                self._places.go('/rooms')
            case Command.NEW_ROOM:
                self._dialogs.new_room()
            case Command.NEW_DIRECT:
                self._dialogs.new_direct()
            case Command.DAY:
                self._controls.ask_for_day()
            case Command.READ_ALL:
                session.do(lambda: chat.unread.mark_all_read(session.user))
            case Command.SETTINGS:
                self._places.go('/profile')
            case Command.ADMINISTRATION:
                self._places.go('/admin')
            case Command.SHORTCUTS:
                self._controls.show_shortcuts()
            case Command.SIGN_OUT:
                session.do(lambda: chat.accounts.sign_out(session.sign_in_id))
            case _:
                session.do(lambda: self._wear(THEME_OF[command]))

    async def _wear(self, theme: Theme) -> None:
        session = self._session
        await session.chat.accounts.update_preferences(session.user, replace(session.user.preferences, theme=theme))
