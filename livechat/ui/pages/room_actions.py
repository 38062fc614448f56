"""What one does to a room as a whole: make one, look at its details, change, leave, delete it."""

from collections.abc import Callable

from livechat.domain.errors import RoomNotFound
from livechat.domain.model import RoomId, RoomRole, RoomSummary, ServerRole, User
from livechat.ui.components.dialogs import RoomActions, new_room, room_details
from livechat.ui.conversation import Conversation
from livechat.ui.html import room_path
from livechat.ui.message_html import local, long_date
from livechat.ui.session import Session


class RoomDialogs:
    """The dialogs of one tab about rooms. What is shown follows the rights; the domain checks them again."""

    def __init__(self, session: Session, conversation: Conversation, go: Callable[[str], None]) -> None:
        self._session = session
        self._conversation = conversation
        self._go = go

    def new_room(self) -> None:
        rooms = self._session.chat.rooms

        async def create(name: str, description: str) -> None:
            room = await rooms.create(self._session.user, name, description)
            self._go(room_path(room.slug))

        with self._session.client:
            new_room(create)

    def details(self) -> None:
        room_id = self._conversation.room_id
        summary = next((summary for summary in self._session.chat.rooms.all() if summary.room.id == room_id), None)
        if summary is None:
            return
        with self._session.client:
            room_details(
                summary,
                may_change=self._may_change(self._session.user),
                is_member=self._conversation.is_member,
                created=self._created(summary),
                actions=self._actions(summary.room.id),
            )

    def _actions(self, room_id: RoomId) -> RoomActions:
        rooms, session = self._session.chat.rooms, self._session

        async def save(name: str, description: str) -> None:
            now = rooms.get(room_id)
            if now is None:
                raise RoomNotFound
            if description != now.description:
                await rooms.describe(session.user, room_id, description)
            if name != now.name:
                await rooms.rename(session.user, room_id, name)

        async def delete() -> None:
            await rooms.delete(session.user, room_id)

        async def leave() -> None:
            await rooms.leave(session.user, room_id)

        return RoomActions(save=save, delete=delete, leave=leave)

    def _may_change(self, user: User) -> bool:
        membership = self._conversation.memberships.get(self._conversation.room_id) if self._conversation.room_id else None
        return user.role is not ServerRole.MEMBER or (membership is not None and membership.role is RoomRole.ADMIN)

    def _created(self, summary: RoomSummary) -> str:
        at = local(summary.room.created_at, self._session.reader.audience.utc_offset_min)
        count = summary.member_count
        return f'Created on {long_date(at.date())} · ' + ('1 member' if count == 1 else f'{count:,} members')
