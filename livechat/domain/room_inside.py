"""What whoever is inside a room sees and asks of it. Each right is checked each time, here."""

from collections.abc import Sequence

from livechat.domain.access import Right, access_message
from livechat.domain.errors import MessageNotFound, NotAllowed, NotAMember, NotFound
from livechat.domain.member_changes import recognising
from livechat.domain.message import Message, Revision, RoomSnapshot
from livechat.domain.model import Member, MessageNumber, Person, RoomId, Seq, User, UserId
from livechat.domain.room_desk import RoomDesk


class RoomInside:
    def __init__(self, desk: RoomDesk) -> None:
        self._desk = desk
        self._around = desk.around
        self._clock = desk.around.clock
        self._registry = desk.supervisor.registry

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

    async def message(self, user: User, room_id: RoomId, number: MessageNumber) -> Message:
        """Also a tombstone. :raises NotAMember: :raises MessageNotFound:"""
        await self._must_read(user, room_id)
        found = await self._read(room_id, number)
        if found is None:
            raise MessageNotFound
        return found

    async def pinned(self, user: User, room_id: RoomId) -> Sequence[Message]:
        """The newest pin first. :raises NotAMember:"""
        await self._must_read(user, room_id)
        return await self._around.messages.pinned(room_id)

    async def history(self, user: User, room_id: RoomId, number: MessageNumber) -> Sequence[Revision]:
        """How it read before, oldest first, for its author and admins of the room. :raises NotAllowed: :raises MessageNotFound:"""
        access = await self._desk.access(user, room_id)
        access.must_see_history(await access_message(access, number, read=self._read))
        return await self._around.messages.revisions(room_id, number)

    async def card_picture(self, user: User, token: str) -> bytes:
        """Of a card, as webp. :raises NotFound: there is none, or not for this person: the two cannot be told apart."""
        found = await self._around.messages.picture(token)
        if found is None:
            raise NotFound(_NO_PICTURE)
        room_id, picture = found
        try:
            await self._must_read(user, room_id)
        except (NotFound, NotAllowed):
            raise NotFound(_NO_PICTURE) from None
        return picture

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

    async def read_message(self, room_id: RoomId, number: MessageNumber) -> Message | None:
        """None when there is no such message."""
        return await self._read(room_id, number)

    async def read_changes(self, room_id: RoomId, since: Seq) -> tuple[Seq, Sequence[Message]]:
        """Every message changed after `since`, by number, and the seq up to which that is complete."""
        return await self._desk.room(room_id).read_changes(since)

    async def _read(self, room_id: RoomId, number: MessageNumber) -> Message | None:
        return await self._desk.room(room_id).message(number)

    async def _must_read(self, user: User, room_id: RoomId) -> None:
        (await self._desk.access(user, room_id)).must(Right.READ)


_NO_PICTURE = 'There is no such picture.'
