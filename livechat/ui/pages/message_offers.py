"""What one person may do to one message, as the menu offers it. The domain decides again when it is done."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum

from livechat.domain.access import Right, RoomAccess
from livechat.domain.errors import NotAllowed
from livechat.domain.message import Message, MessageKind


class Offer(Enum):
    """A line of the menu: its words, and the letter that takes it."""

    REPLY = ('Reply', 'r')
    EDIT = ('Edit', 'e')
    COPY_TEXT = ('Copy text', 'c')
    COPY_LINK = ('Copy link', 'l')
    PIN = ('Pin', 'p')
    UNPIN = ('Unpin', 'p')
    UNREAD = ('Mark unread from here', 'u')
    WHO = ('Who reacted', 'w')
    HISTORY = ('Edit history', 'h')
    DELETE = ('Delete', 'd')

    @property
    def words(self) -> str:
        return self.value[0]

    @property
    def letter(self) -> str:
        return self.value[1]


def may_react(access: RoomAccess, message: Message, now: datetime) -> bool:
    return message.kind is MessageKind.TEXT and not message.deleted and _allowed(lambda: access.must_say(Right.REACT, now))


def offers(access: RoomAccess, message: Message, now: datetime) -> Sequence[Offer]:
    """In the order of the menu; nothing for a tombstone."""
    if message.deleted:
        return ()
    if message.kind is MessageKind.SYSTEM:
        return (Offer.COPY_LINK, Offer.UNREAD)
    found = {
        Offer.REPLY: _allowed(lambda: access.must_post(now)),
        Offer.EDIT: _allowed(lambda: access.must_edit(message, now)),
        Offer.COPY_TEXT: bool(message.body),
        Offer.COPY_LINK: True,
        Offer.UNPIN if message.pinned_at else Offer.PIN: _allowed(lambda: access.must_say(Right.PIN, now)),
        Offer.UNREAD: access.is_member,
        Offer.WHO: bool(message.reactions),
        Offer.HISTORY: message.edited_at is not None and _allowed(lambda: access.must_see_history(message)),
        Offer.DELETE: _allowed(lambda: access.must_delete(message)),
    }
    return tuple(offer for offer, allowed in found.items() if allowed)


def _allowed(must: Callable[[], object]) -> bool:
    try:
        must()
    except NotAllowed:
        return False
    return True
