"""What people read and write in rooms. Each right is checked each time, here."""

import asyncio
from collections.abc import Sequence

from livechat.domain.access import Right, RoomAccess, access_message
from livechat.domain.errors import LivechatError, NotAMember, NotFound, TooFast
from livechat.domain.member_changes import recognising
from livechat.domain.message import MAX_MENTIONS, Message, RoomSnapshot
from livechat.domain.model import Member, MessageNumber, Person, RoomId, Seq, User, UserId
from livechat.domain.names import clean_body, clean_client_key, clean_draft
from livechat.domain.ports import DraftStore
from livechat.domain.rate_limit import TokenBuckets
from livechat.domain.room_desk import RoomDesk
from livechat.domain.slow_mode import SlowMode

DELETED_AT_ONCE = 100
"""Messages of one person, handed in together: they share commits, and no reader's queue overflows."""


class RoomTalk:
    def __init__(self, desk: RoomDesk, drafts: DraftStore) -> None:
        limits = desk.around.limits
        self._desk = desk
        self._clock = desk.around.clock
        self._drafts = drafts
        self._registry = desk.supervisor.registry
        self._posts: TokenBuckets[UserId] = TokenBuckets(limits.message_burst, limits.message_refill_per_s)
        self._slow_mode = SlowMode()

    # Messages

    async def enter(self, user: User, room_id: RoomId) -> RoomSnapshot:
        """What a member sees on entering. :raises NotAMember:"""
        await self._must_read(user, room_id)
        snapshot = await self.snapshot(room_id)
        if user.id not in snapshot.members:
            await self._desk.room(room_id).change(recognising(user.id))
            snapshot = await self.snapshot(room_id)
            if user.id not in snapshot.members:  # left meanwhile
                raise NotAMember
        return snapshot

    async def post(self, user: User, room_id: RoomId, body: str, client_key: str, mentions: Sequence[UserId] = ()) -> Message:
        """The stored message; the same one when the same client key was posted before. Mentions of others than members are dropped.

        :raises NotAMember: :raises NotAllowed: :raises RoomArchived: :raises TimedOut: :raises BodyEmpty: :raises BodyTooLong:
        :raises TooFast: :raises RoomUnavailable: :raises NotStored:
        """
        access = await self._desk.access(user, room_id)
        access.must_post(self._clock.now())
        clean, key = clean_body(body), clean_client_key(client_key)
        self._take_turn(user)
        self._take_pause(access, key)
        try:
            return await self._desk.room(room_id).post(user.person, clean, key, mentions=self._members_among(room_id, mentions))
        except LivechatError:
            self._slow_mode.undo((room_id, user.id), key)
            raise

    async def edit(
        self, user: User, room_id: RoomId, number: MessageNumber, body: str, mentions: Sequence[UserId] | None = None
    ) -> Message:
        """Without mentions they stay as they were. :raises NotAllowed: :raises MessageNotFound: and what `post` raises."""
        access = await self._desk.access(user, room_id)
        message = await access_message(access, number, read=self._read)
        access.must_edit(message, self._clock.now())
        clean = clean_body(body)
        if clean == message.body and (mentions is None or set(mentions) == set(message.mentions)):
            return message
        self._take_turn(user)
        named = None if mentions is None else self._members_among(room_id, mentions)
        return await self._desk.room(room_id).edit(number, clean, mentions=named)

    async def delete_message(self, user: User, room_id: RoomId, number: MessageNumber) -> Message:
        """Its tombstone. :raises NotAllowed: :raises MessageNotFound: :raises RoomArchived:"""
        access = await self._desk.access(user, room_id)
        message = await access_message(access, number, read=self._read)
        access.must_delete(message)
        member_id = user.id if access.is_member else None
        return await self._desk.room(room_id).delete(number, member_id=member_id)

    async def delete_messages_of(self, user_id: UserId) -> int:
        """All they wrote, in every room; how many there were. Whoever calls has the right.

        :raises NotStored: :raises RoomUnavailable: some remain, whatever could be deleted is.
        """
        count, trouble = 0, None
        written = await self._desk.around.messages.by_author(user_id)
        for start in range(0, len(written), DELETED_AT_ONCE):
            for result in await asyncio.gather(*(self._erase(*place) for place in written[start : start + DELETED_AT_ONCE])):
                if isinstance(result, LivechatError):
                    trouble = result
                else:
                    count += result
        if trouble is not None:
            raise trouble
        return count

    async def _erase(self, room_id: RoomId, number: MessageNumber) -> int | LivechatError:
        """How many messages that were."""
        try:
            await self._desk.room(room_id).delete(number)
        except NotFound:
            return 0  # somebody was faster
        except LivechatError as trouble:
            return trouble
        return 1

    async def draft(self, user: User, room_id: RoomId) -> str:
        """What the person had not sent yet; empty when nothing. :raises NotAMember:"""
        await self._must_read(user, room_id)
        return await self._drafts.get(user.id, room_id)

    async def keep_draft(self, user: User, room_id: RoomId, body: str) -> None:
        """:raises NotAMember:"""
        await self._must_read(user, room_id)
        await self._drafts.put(user.id, room_id, clean_draft(body))

    # Who is there and writes, of running rooms; what strangers type is ignored

    def typing(self, user: User, room_id: RoomId) -> None:
        actor = self._registry.find(room_id)
        if actor is not None and user.id in actor.members:
            actor.typing.started(user.id, self._clock.monotonic())

    def stopped_typing(self, user: User, room_id: RoomId) -> None:
        actor = self._registry.find(room_id)
        if actor is not None:
            actor.typing.stopped(user.id)

    def member(self, room_id: RoomId, user_id: UserId) -> Member | None:
        """Of a running room; None when it does not run."""
        actor = self._registry.find(room_id)
        return actor.members.get(user_id) if actor else None

    def typing_now(self, room_id: RoomId) -> tuple[Person, ...]:
        """In the order they began."""
        actor = self._registry.find(room_id)
        return actor.people_typing if actor else ()

    # For a room view: its caller lets each reader in through `enter`

    async def snapshot(self, room_id: RoomId) -> RoomSnapshot:
        """From the running room, without a query. :raises RoomNotFound: :raises RoomUnavailable:"""
        return await self._desk.room(room_id).snapshot()

    async def read_page(self, room_id: RoomId, page: int) -> Sequence[Message]:
        """Numbers PAGE_SIZE * page + 1 to PAGE_SIZE * (page + 1), as far as they exist, oldest first; pages count from 0."""
        return await self._desk.room(room_id).read_page(page)

    async def read_changes(self, room_id: RoomId, since: Seq) -> tuple[Seq, Sequence[Message]]:
        """Every message changed after `since`, by number, and the seq up to which that is complete."""
        return await self._desk.room(room_id).read_changes(since)

    async def _read(self, room_id: RoomId, number: MessageNumber) -> Message | None:
        return await self._desk.room(room_id).message(number)

    async def _must_read(self, user: User, room_id: RoomId) -> None:
        (await self._desk.access(user, room_id)).must(Right.READ)

    def _members_among(self, room_id: RoomId, mentions: Sequence[UserId]) -> Sequence[UserId]:
        """Each once. While the room is being loaded only the store knows its members; it decides in any case."""
        named, actor = dict.fromkeys(mentions), self._registry.find(room_id)
        members = actor.members if actor else {}
        return [user_id for user_id in named if not members or user_id in members][:MAX_MENTIONS]

    def _take_turn(self, user: User) -> None:
        wait_s = self._posts.take(user.id, self._clock.monotonic())
        if wait_s:
            raise TooFast(retry_after_s=wait_s)

    def _take_pause(self, access: RoomAccess, client_key: str) -> None:
        pause_s = access.room.slow_mode_s
        if not pause_s or access.is_room_admin:
            return
        place = (access.room.id, access.user.id)
        wait_s = self._slow_mode.take(place, client_key, pause_s=pause_s, now=self._clock.monotonic())
        if wait_s:
            raise TooFast('This room is in slow mode', retry_after_s=wait_s)
