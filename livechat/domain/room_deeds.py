"""What people do to messages that are there. Each right is checked each time, here."""

import asyncio
from collections.abc import Sequence

from livechat.domain.access import Right, RoomAccess, access_message, must_be_said
from livechat.domain.errors import LivechatError, NotFound, TooFast, TooLate
from livechat.domain.message import Message, Revision
from livechat.domain.model import MessageNumber, RoomId, User, UserId
from livechat.domain.names import clean_reaction
from livechat.domain.rate_limit import TokenBuckets
from livechat.domain.room_desk import RoomDesk
from livechat.domain.room_inside import RoomInside
from livechat.domain.supervisor import Sleep
from livechat.domain.undo import Deletions

DELETED_AT_ONCE = 100
"""Messages of one person, handed in together: they share commits, and no reader's queue overflows."""


class RoomDeeds(RoomInside):
    def __init__(self, desk: RoomDesk) -> None:
        RoomInside.__init__(self, desk)
        limits = desk.around.limits
        self._deeds: TokenBuckets[UserId] = TokenBuckets(limits.deed_burst, limits.deed_refill_per_s)
        self._deletions_kept_s = limits.undo_s + limits.undo_grace_s
        self._deletions = Deletions(keep_s=self._deletions_kept_s, capacity=limits.undo_texts)

    async def react(self, user: User, room_id: RoomId, number: MessageNumber, text: str, on: bool | None = None) -> Message:
        """Without `on` the other way round than it is. The message as it is then.

        :raises ReactionInvalid: :raises TooMany: :raises TooFast: :raises TimedOut: :raises RoomArchived: :raises MessageNotFound:
        :raises NotAllowed: to a system line
        """
        access = await self._may_say(user, room_id, Right.REACT)
        clean = clean_reaction(text)
        message = await access_message(access, number, read=self._read)
        must_be_said(message)
        is_on = any(each.text == clean and any(person.id == user.id for person in each.people) for each in message.reactions)
        if on is is_on:
            return message
        self._take_deed(user)
        return await self._desk.room(room_id).react(number, user.id, clean, on=not is_on)

    async def pin(self, user: User, room_id: RoomId, number: MessageNumber, on: bool) -> Message:
        """:raises NotAllowed: :raises TooMany: :raises TooFast: :raises TimedOut: :raises RoomArchived: :raises MessageNotFound:"""
        access = await self._may_say(user, room_id, Right.PIN)
        message = await access_message(access, number, read=self._read)
        must_be_said(message)
        if on is (message.pinned_at is not None):
            return message
        self._take_deed(user)
        return await self._desk.room(room_id).pin(number, user.id, on=on)

    async def remove_card(self, user: User, room_id: RoomId, number: MessageNumber, url: str) -> Message:
        """For its author and admins of the room. :raises NotAllowed: :raises TooFast: :raises RoomArchived: :raises MessageNotFound:"""
        access = await self._desk.access(user, room_id)
        access.must_be_member()
        message = await access_message(access, number, read=self._read)
        access.must_remove_cards(message)
        if all(card.url != url for card in message.cards):
            return message
        self._take_deed(user)
        return await self._desk.room(room_id).remove_card(number, user.id, url)

    async def delete_message(self, user: User, room_id: RoomId, number: MessageNumber) -> Message:
        """Its tombstone. For `undo_s` it can be taken back by this person.

        :raises NotAllowed: :raises MessageNotFound: :raises RoomArchived:
        """
        access = await self._desk.access(user, room_id)
        message = await access_message(access, number, read=self._read)
        access.must_delete(message)
        revisions = await self._around.messages.revisions(room_id, number) if message.edited_at is not None else ()
        stored = await self._desk.room(room_id).delete(number, member_id=_holder(access))
        if stored.before is not None:
            revisions = _completed(revisions, message, stored.before)
            self._deletions.keep(user.id, stored.before, revisions, now=self._clock.monotonic())
        return stored.message

    async def undo_deletion(self, user: User, room_id: RoomId, number: MessageNumber) -> Message:
        """The message as it was, pictures of its cards apart. The right to delete it is asked once more.

        :raises TooLate: also when somebody else deleted it. :raises NotAllowed: :raises NotAMember: :raises RoomArchived: :raises TooFast:
        """
        access = await self._desk.access(user, room_id)
        if not access.is_room_admin:
            access.must_be_member()
        deleted = self._deletions.find(user.id, room_id, number, now=self._clock.monotonic())
        if deleted is None:
            raise TooLate
        access.must_delete(deleted.message)
        self._take_deed(user)
        message = await self._desk.room(room_id).restore(deleted.message, deleted.revisions, member_id=_holder(access))
        self._deletions.forget(user.id, room_id, number)
        return message

    async def delete_messages_of(self, user_id: UserId) -> int:
        """All they wrote, in every room, for good; how many there were. Whoever calls has the right.

        :raises NotStored: :raises RoomUnavailable: some remain, whatever could be deleted is.
        """
        self._deletions.forget_author(user_id)
        count, trouble = 0, None
        written = await self._around.messages.by_author(user_id)
        for start in range(0, len(written), DELETED_AT_ONCE):
            for result in await asyncio.gather(*(self._erase(*place) for place in written[start : start + DELETED_AT_ONCE])):
                if isinstance(result, LivechatError):
                    trouble = result
                else:
                    count += result
        self._deletions.forget_author(user_id)  # what somebody deleted meanwhile
        if trouble is not None:
            raise trouble
        return count

    async def forget_deletions(self, sleep: Sleep) -> None:
        """Keep no text of a deleted message longer than it can be of use, for ever."""
        while True:
            await sleep(self._deletions_kept_s)
            self._deletions.expire(self._clock.monotonic())

    async def _erase(self, room_id: RoomId, number: MessageNumber) -> int | LivechatError:
        """How many messages that were."""
        try:
            await self._desk.room(room_id).delete(number)
        except NotFound:
            return 0  # somebody was faster
        except LivechatError as trouble:
            return trouble
        return 1

    async def _may_say(self, user: User, room_id: RoomId, right: Right) -> RoomAccess:
        """Asked before the message is looked for: whoever may not is told nothing of it."""
        access = await self._desk.access(user, room_id)
        access.must_say(right, self._clock.now())
        return access

    def _take_deed(self, user: User) -> None:
        wait_s = self._deeds.take(user.id, self._clock.monotonic())
        if wait_s:
            raise TooFast('That was a lot at once', retry_after_s=wait_s)


def _holder(access: RoomAccess) -> UserId | None:
    """On whose membership the right rests."""
    return access.user.id if access.is_member else None


def _completed(revisions: Sequence[Revision], asked: Message, deleted: Message) -> Sequence[Revision]:
    """With the wording that ended by an edit which was stored after they, or the message, had been asked for."""
    until = deleted.edited_at
    if until is None or until == asked.edited_at or any(revision.until == until for revision in revisions):
        return revisions
    return (*revisions, Revision(body=asked.body, until=until))
