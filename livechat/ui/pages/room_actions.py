"""What the buttons around a room open: making one, inviting into one, its settings, a direct message."""

from collections.abc import Callable, Sequence

from livechat.domain.model import UserId
from livechat.ui.conversation import Conversation
from livechat.ui.html import room_path
from livechat.ui.pages.direct import NewDirect
from livechat.ui.pages.invite_sheet import InviteSheet
from livechat.ui.pages.new_room import new_room
from livechat.ui.session import Session


class RoomDialogs:
    """The dialogs of one tab about rooms. What is shown follows the rights; the domain checks them again."""

    def __init__(self, session: Session, conversation: Conversation, go: Callable[[str], None]) -> None:
        self._session = session
        self._conversation = conversation
        self._go = go

    def new_room(self) -> None:
        """Refused at once where the policy does not let this person make one."""
        session = self._session

        async def create(name: str, description: str, private: bool, announcements: bool) -> None:
            rooms = session.chat.rooms
            room = await rooms.create(session.user, name, description, private=private, announcements=announcements)
            self._go(room_path(room.slug))

        async def ask() -> None:
            session.chat.policy.current.must_create_rooms(session.user)
            with session.client:
                new_room(create)

        session.do(ask)

    def details(self) -> None:
        """The settings of the open room are a page of their own."""
        if self._conversation.room is not None:
            self._go(settings_path(self._conversation.room.slug))

    def invite(self) -> None:
        """A link into the open room, already made and copied."""
        room = self._conversation.room
        if room is not None:
            self._session.do(InviteSheet(self._session, room).open)

    def new_direct(self) -> None:
        session = self._session

        async def open_room(people: Sequence[UserId]) -> None:
            room = await session.chat.rooms.direct(session.user, people)
            self._go(room_path(room.slug))

        async def ask() -> None:
            with session.client:
                dialog = NewDirect(lambda words: session.chat.members.acquaintances(session.user, words), open_room)
                await dialog.suggest()

        session.do(ask)


def settings_path(slug: str) -> str:
    return f'{room_path(slug)}/settings'
