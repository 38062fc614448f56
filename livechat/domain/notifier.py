"""Who is told of a message elsewhere: by a toast in their tabs, or outside the browser when they have none open."""

import asyncio
import logging
from collections import deque
from collections.abc import Set as AbstractSet

from livechat.domain.events import MessageDeleted, MessageEdited, MessagePosted, user_topic
from livechat.domain.message import Message, MessageKind, in_short
from livechat.domain.model import RoomId, UserId
from livechat.domain.notices import Notified, Occasion
from livechat.domain.presence import Presence
from livechat.domain.pusher import Pusher, wants_to_hear
from livechat.domain.room_changes import Surroundings
from livechat.domain.unread import TOLD_AT_ONCE, UnreadCounts
from livechat.domain.wishes import WantingEverything

logger = logging.getLogger(__name__)


class Notifier:
    """Hears of every message and tells those members who want to know and are not reading the room.

    Whom that concerns is decided when they are told, not when the message came: who was removed meanwhile hears nothing.
    In a room whose members all read, a message costs two operations on sets. `run` belongs to the chat; its death, or more
    messages in waiting than `subscription_events`, loses toasts and pushes, never the count of what is unread.
    """

    def __init__(
        self,
        around: Surroundings,
        unread: UnreadCounts,
        wishes: WantingEverything,
        pusher: Pusher,
        *,
        presence: Presence,
    ) -> None:
        self._backplane = around.backplane
        self._memberships = around.memberships
        self._unread = unread
        self._wishes = wishes
        self._pusher = pusher
        self._presence = presence
        self._directory = around.directory
        self._posts: deque[Message] = deque(maxlen=around.limits.subscription_events)
        self._telling: Message | None = None
        """The one that is being told of, as it is now."""
        self._wake = asyncio.Event()
        self._backplane.observe(MessagePosted, self._posted)
        self._backplane.observe(MessageEdited, lambda event: self._changed(event.message))
        self._backplane.observe(MessageDeleted, lambda event: self._changed(event.message))

    async def run(self) -> None:
        """Tell of one message after the other, for ever."""
        while True:
            while self._posts:
                self._telling = self._posts.popleft()
                await self._tell(self._telling)
                self._telling = None
            self._wake.clear()
            await self._wake.wait()

    def _posted(self, event: MessagePosted) -> None:
        if event.message.kind is MessageKind.SYSTEM or not (event.message.mentions or self._wishes.of(event.room_id)):
            return
        if len(self._posts) == self._posts.maxlen:
            logger.warning('More messages than can be told of: some toasts and pushes are left out')
        self._posts.append(event.message)
        self._wake.set()

    def _changed(self, message: Message) -> None:
        """Before all were told of it: the others hear of it as it is now, and of a deleted one nothing."""
        for place, waiting in enumerate(self._posts):
            if _is_same(waiting, message):
                self._posts[place] = message
        if self._telling is not None and _is_same(self._telling, message):
            self._telling = message

    async def _tell(self, message: Message) -> None:
        room_id, mentioned = message.room_id, frozenset(message.mentions)
        others = self._wishes.of(room_id) - mentioned
        for turn, user_id in enumerate(self._reachable(mentioned, room_id), start=1):
            membership = (await self._memberships.of(user_id)).get(room_id)
            if wants_to_hear(membership, message):
                self._hear(user_id, Occasion.MENTIONED)
            await _let_others(turn)
        for turn, user_id in enumerate(self._reachable(others, room_id), start=1):
            if user_id in self._wishes.of(room_id):
                self._hear(user_id, Occasion.WROTE)
            await _let_others(turn)

    def _reachable(self, people: AbstractSet[UserId], room_id: RoomId) -> AbstractSet[UserId]:
        """Those of them whom a toast or a push can reach, and who do not read the room: in a large one a group is mostly neither."""
        away = people - self._unread.readers(room_id)
        return (self._presence.online & away) | (self._pusher.owners & away)

    def _hear(self, user_id: UserId, occasion: Occasion) -> None:
        message = self._telling
        if message is None or message.deleted:
            return
        summary = self._directory.summary(message.room_id)
        if summary is None or user_id == message.author.id or user_id in self._unread.readers(message.room_id):
            return
        if self._presence.is_online(user_id):
            event = Notified(
                user_id=user_id,
                occasion=occasion,
                room=summary.room,
                title=summary.title(user_id),
                by=message.author,
                text=in_short(message),
                number=message.number,
            )
            self._backplane.broadcast(user_topic(user_id), event)
        self._pusher.add(user_id, message)


def _is_same(one: Message, other: Message) -> bool:
    return (one.room_id, one.number) == (other.room_id, other.number)


async def _let_others(turn: int) -> None:
    if turn % TOLD_AT_ONCE == 0:
        await asyncio.sleep(0)
