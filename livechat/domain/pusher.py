"""Sends what concerns people who have no tab open to the targets that they named."""

import logging
from collections.abc import Set as AbstractSet

from livechat.domain.events import MessageDeleted, MessageEdited, RoomDeleted, RoomLeft
from livechat.domain.message import Message
from livechat.domain.model import Involvement, Membership, UserId, UserStatus
from livechat.domain.people_ports import UserStore
from livechat.domain.presence import Presence
from livechat.domain.push_desk import PushDesk
from livechat.domain.push_outbox import Parcel, PushOutbox
from livechat.domain.push_wording import PushWording
from livechat.domain.room_changes import Surroundings
from livechat.domain.supervisor import Sleep

logger = logging.getLogger(__name__)

POLL_S = 0.5
"""A push may be late by so much."""


class Pusher:
    """Bounded background work: the tasks of `run` belong to the chat, one for each push that is under way at a time.

    The death of one loses the push it was sending; that of the process all that wait. Whoever has a tab open when theirs is due,
    or may not hear of the room any more, is sent nothing.
    """

    def __init__(
        self, around: Surroundings, users: UserStore, desk: PushDesk, *, presence: Presence, wording: PushWording, sleep: Sleep
    ) -> None:
        self._memberships = around.memberships
        self._clock = around.clock
        self._users = users
        self._desk = desk
        self._presence = presence
        self._wording = wording
        self._sleep = sleep
        limits = around.limits
        self._leaving_s = limits.presence_grace_s + 2 * limits.presence_tick_s
        self._outbox = PushOutbox(pause_s=limits.push_pause_s, capacity=limits.push_queue)
        around.backplane.observe(MessageEdited, lambda event: self._outbox.changed(event.message))
        around.backplane.observe(MessageDeleted, lambda event: self._outbox.changed(event.message))
        around.backplane.observe(RoomLeft, lambda event: self._outbox.forget(event.user_id, event.room_id))
        around.backplane.observe(RoomDeleted, lambda event: self._outbox.forget_room(event.room_id))

    @property
    def owners(self) -> AbstractSet[UserId]:
        """Whom there is a way to push something to. A view, not to be kept."""
        return self._desk.owners

    def add(self, user_id: UserId, message: Message) -> None:
        """To be sent unless they look at livechat: who seems to may have closed their last tab this moment, and is asked again."""
        if user_id not in self._desk.owners:
            return
        due = self._clock.monotonic() + (self._leaving_s if self._presence.is_online(user_id) else 0)
        if not self._outbox.add(user_id, message, due=due):
            logger.warning('Too many pushes wait: one of room %d was dropped', message.room_id)

    async def run(self) -> None:
        """Send one after the other, for ever."""
        while True:
            parcel = self._outbox.take(self._clock.monotonic())
            if parcel is None:
                await self._sleep(POLL_S)
            elif not await self._send(parcel):
                self._outbox.not_sent(parcel)

    async def _send(self, parcel: Parcel) -> bool:
        """Whether somebody was told, or at least a target tried."""
        targets = await self._desk.enabled(parcel.user_id)
        user = await self._users.by_id(parcel.user_id)
        if user is None or user.status is not UserStatus.ACTIVE:
            return False
        tried = False
        for target in targets:
            membership = (await self._memberships.of(user.id)).get(parcel.room_id)  # each time: sending takes long
            messages = [message for message in parcel.messages if wants_to_hear(membership, message)]
            text = self._wording.of(user.id, messages, user.preferences) if messages else None
            if text is None or self._presence.is_online(user.id):
                break
            tried = True
            await self._desk.send(target, text)
        return tried


def wants_to_hear(membership: Membership | None, message: Message) -> bool:
    """Whether that member wants to be told of this message of another; nobody who is no member."""
    if membership is None:
        return False
    match membership.involvement:
        case Involvement.EVERYTHING:
            return True
        case Involvement.MENTIONS:
            return membership.user_id in message.mentions
        case Involvement.NOTHING | Involvement.HIDDEN:
            return False
