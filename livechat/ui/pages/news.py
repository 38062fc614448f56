"""What a tab does when others act: each event changes what it concerns, and nothing else."""

from collections.abc import Callable
from typing import assert_never

from livechat.domain.events import (
    DraftChanged,
    LobbyEvent,
    MemberCountChanged,
    MembershipChanged,
    OwnRoomChanged,
    OwnRoomDeleted,
    RoomChanged,
    RoomCreated,
    RoomDeleted,
    RoomHidden,
    RoomJoined,
    RoomLeft,
    ServerChanged,
    SignInEnded,
    TrayChanged,
    UnreadChanged,
    UserChanged,
    UserEvent,
)
from livechat.domain.model import Room, RoomId, ServerRole, User, UserKind
from livechat.domain.notices import Notified
from livechat.ui.conversation import Conversation
from livechat.ui.html import room_path
from livechat.ui.pages.places import Places
from livechat.ui.session import Session
from livechat.ui.toasts import Toasts


class News:
    """Of one tab. What needs the store waits in the session's queue; the rest is shown at once."""

    def __init__(self, session: Session, conversation: Conversation, places: Places, toasts: Toasts) -> None:
        self._session = session
        self._conversation = conversation
        self._places = places
        self._toasts = toasts
        self._standing = _standing(session.user)
        self.on_tray: Callable[[TrayChanged], object] = lambda _: None
        """Called when what this person has attached somewhere is different."""
        self.on_lost: Callable[[RoomId], object] = lambda _: None
        """Called with a room that this person may not read any more."""

    def of_lobby(self, event: LobbyEvent) -> None:
        match event:
            case RoomCreated():
                self._conversation.relist(event.room.id)
            case RoomChanged():
                self._room_changed(event.room)
            case RoomDeleted():
                self._room_deleted(event)
            case RoomHidden():
                self._session.do(lambda: self._places.room_hidden(event.room_id))
            case MemberCountChanged():
                self._card_changed(event.room_id)
            case _:
                assert_never(event)
        self._places.room_news(_room_of(event))
        self._places.refresh_lists()

    def of_user(self, event: UserEvent) -> None:  # noqa: C901, PLR0912, PLR0915 - one clause per event, nothing else
        match event:
            case UserChanged():
                self._own_changed(event.user)
            case RoomJoined():
                self._places.room_news(event.membership.room_id)
                self._session.do(lambda: self._places.membership_changed(event.membership.room_id))
            case RoomLeft():
                self._toasts.forget(event.room_id)
                self._places.room_news(event.room_id)
                self._session.do(lambda: self._places.membership_changed(event.room_id))
            case MembershipChanged():
                self._places.room_news(event.membership.room_id)
                self._session.do(lambda: self._wishes_changed(event.membership.room_id))
            case OwnRoomChanged():
                self._room_changed(event.room)
                self._places.room_news(event.room.id)
                self._places.refresh_lists()
            case OwnRoomDeleted():
                self._room_deleted(event)
                self._places.room_news(event.room_id)
            case UnreadChanged():
                self._conversation.nav.news(event.unread)
            case DraftChanged():
                self._conversation.nav.draft(event.room_id, has_draft=event.has_draft)
            case TrayChanged():
                self.on_tray(event)
            case Notified():
                self._session.do(lambda: self._notify(event))
            case SignInEnded():
                pass  # of another browser: this tab's own is ended by `Sessions`
            case _:
                assert_never(event)

    def of_server(self, event: ServerChanged) -> None:
        self._places.show_server(event.server)

    def shown_out(self, room_id: RoomId) -> None:
        """The right to read that room has just ended: not one frame more. `RoomLeft` follows in its turn."""
        self._conversation.cut(room_id)
        self.on_lost(room_id)

    def room_said(self, room_id: RoomId) -> None:
        """Somebody wrote in a direct room: the list is in order of the latest."""
        self._conversation.relist(room_id)

    def _own_changed(self, user: User) -> None:
        self._places.refresh_own()
        self._places.refresh_frame()
        self._places.use_theme(user.preferences.theme)
        before, self._standing = self._standing, _standing(user)
        if before != self._standing:
            self._places.standing_changed()

    def _room_changed(self, room: Room) -> None:
        conversation = self._conversation
        conversation.relist(room.id)
        if conversation.room is None or conversation.room_id != room.id:
            return
        moved = conversation.room.slug != room.slug
        conversation.room = room
        if moved:
            self._places.replace_address(room_path(room.slug))
        self._places.show_name()
        self._card_changed(room.id)
        if conversation.is_member:
            self._session.do(lambda: conversation.controls.show(room.id))

    def _card_changed(self, room_id: RoomId) -> None:
        if self._conversation.room_id == room_id and not self._conversation.is_member:
            self._session.do(lambda: self._conversation.refresh_card(room_id))

    def _room_deleted(self, event: RoomDeleted | OwnRoomDeleted) -> None:
        self.on_lost(event.room_id)
        self._conversation.nav.remove(event.room_id, self._conversation.memberships)
        self._toasts.forget(event.room_id)
        if self._conversation.room_id == event.room_id:
            self._session.do(lambda: self._places.move_out(event.room_id, f'“{event.name}” was deleted by {event.by.display_name}.'))

    async def _wishes_changed(self, room_id: RoomId) -> None:
        await self._conversation.load_memberships()
        self._conversation.relist(room_id)
        if self._conversation.room_id == room_id and self._conversation.is_member:
            await self._conversation.controls.show(room_id)

    async def _notify(self, event: Notified) -> None:
        if event.room.id not in await self._session.chat.rooms.memberships(self._session.user.id):
            return  # removed since: what is said there is not theirs to know any more
        if self._conversation.room_id != event.room.id or self._conversation.view is None:
            self._toasts.add(event)


def _room_of(event: LobbyEvent) -> RoomId:
    return event.room.id if isinstance(event, RoomCreated | RoomChanged) else event.room_id


def _standing(user: User) -> tuple[ServerRole, UserKind]:
    return user.role, user.kind
