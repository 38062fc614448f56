"""What people do with rooms: the facade that every interface calls. Each right is checked each time, here."""

from collections.abc import Mapping, Sequence

from livechat.domain.access import RoomAccess, access_message, access_room
from livechat.domain.errors import LivechatError, NotAMember, TooFast
from livechat.domain.events import LOBBY_TOPIC, RoomCreated, RoomJoined, user_topic
from livechat.domain.model import (
    MAX_ROOM_NAME_CHARS,
    Member,
    Membership,
    Message,
    MessageNumber,
    Person,
    Room,
    RoomId,
    RoomRole,
    RoomSnapshot,
    RoomSummary,
    Seq,
    User,
    UserId,
)
from livechat.domain.names import clean_body, clean_client_key, clean_description, clean_draft, clean_name, name_key, slug_from
from livechat.domain.ports import DraftStore
from livechat.domain.rate_limit import TokenBuckets
from livechat.domain.room_changes import Surroundings, changing_person, deleting, describing, joining, leaving, recognising, renaming
from livechat.domain.supervisor import Supervisor


class Rooms:
    """One per process. Owns no task: rooms run under the supervisor."""

    def __init__(self, around: Surroundings, drafts: DraftStore, supervisor: Supervisor) -> None:
        self._around = around
        self._directory = around.directory
        self._drafts = drafts
        self._supervisor = supervisor
        self._posts: TokenBuckets[UserId] = TokenBuckets(around.limits.message_burst, around.limits.message_refill_per_s)
        self._changes: TokenBuckets[UserId] = TokenBuckets(around.limits.change_burst, around.limits.change_refill_per_s)

    # All rooms

    async def load(self) -> None:
        """Take all rooms into memory: before anything else."""
        self._directory.load(await self._around.rooms.all())

    def all(self) -> Sequence[RoomSummary]:
        """By name."""
        return self._directory.all()

    def get(self, room_id: RoomId) -> Room | None:
        return self._directory.get(room_id)

    async def by_slug(self, slug: str) -> Room | None:
        """The room of that slug, else the one that had it before a rename: its slug differs then."""
        return self._directory.by_slug(slug) or await self._around.rooms.by_slug(slug)

    def oldest(self) -> Room | None:
        """The room that a new account joins; None before the set-up, or when all were deleted."""
        return self._directory.oldest()

    def landing_room(self, user: User) -> Room | None:
        """Where the person was last, if it still exists, else the oldest room."""
        last = None if user.last_room_id is None else self.get(user.last_room_id)
        return last or self.oldest()

    async def memberships(self, user_id: UserId) -> Mapping[RoomId, Membership]:
        return await self._around.memberships.of(user_id)

    @property
    def running(self) -> int:
        return len(self._supervisor.registry)

    # One room and its members

    async def create(self, user: User, name: str, description: str = '') -> Room:
        """A room whose only member and admin is its creator.

        :raises NameInvalid: :raises DescriptionTooLong: :raises RoomNameTaken: :raises TooFast:
        """
        clean, text = clean_name(name, limit=MAX_ROOM_NAME_CHARS), clean_description(description)
        self._take_change(user)
        return await self._supervisor.see_through(self._create(user, clean, text), f'creates {clean}')

    async def access(self, user: User, room_id: RoomId) -> RoomAccess:
        """What the person may do there: for what to offer. :raises RoomNotFound:"""
        return await access_room(user, room_id, directory=self._directory, memberships=self._around.memberships)

    async def rename(self, user: User, room_id: RoomId, name: str) -> Room:
        """:raises NotAllowed: :raises NameInvalid: :raises RoomNameTaken: :raises TooFast:"""
        (await self.access(user, room_id)).must_manage()
        clean = clean_name(name, limit=MAX_ROOM_NAME_CHARS)
        self._take_change(user)
        return await self._supervisor.room(room_id).change(renaming(clean))

    async def describe(self, user: User, room_id: RoomId, description: str) -> Room:
        """:raises NotAllowed: :raises DescriptionTooLong: :raises TooFast:"""
        (await self.access(user, room_id)).must_manage()
        clean = clean_description(description)
        self._take_change(user)
        return await self._supervisor.room(room_id).change(describing(clean))

    async def delete(self, user: User, room_id: RoomId) -> None:
        """:raises NotAllowed: :raises TooFast:"""
        (await self.access(user, room_id)).must_manage()
        self._take_change(user)
        await self._supervisor.room(room_id).change(deleting(user.person), is_last=True)

    async def join(self, user: User, room_id: RoomId) -> None:
        """Idempotent. :raises TooFast:"""
        if (await self.access(user, room_id)).membership is None:
            self._take_change(user)
            await self._supervisor.room(room_id).change(joining(user.person))

    async def leave(self, user: User, room_id: RoomId) -> None:
        """Idempotent. :raises TooFast:"""
        if (await self.access(user, room_id)).membership is not None:
            self._take_change(user)
            await self._supervisor.room(room_id).change(leaving(user.id))
            self.stopped_typing(user, room_id)

    async def welcome(self, user: User) -> None:
        """Let the running rooms know an account that was stored together with a membership: at set-up and registration."""
        for membership in await self._around.rooms.memberships_of(user.id):
            room = self.get(membership.room_id) or await self._around.rooms.by_id(membership.room_id)
            if room is None:
                continue
            if self.get(room.id) is None:
                self._announce_new(room)
            await self._supervisor.room(room.id).change(joining(user.person))

    async def person_changed(self, person: Person) -> None:
        """Bring a stored change of name or role into every running room."""
        for actor in self._supervisor.registry:
            try:
                await actor.change(changing_person(person))
            except LivechatError:
                continue  # the room ends: it loads the stored person when it starts again

    # Messages

    async def enter(self, user: User, room_id: RoomId) -> RoomSnapshot:
        """What a member sees on entering. :raises NotAMember:"""
        (await self.access(user, room_id)).must_be_member()
        snapshot = await self.snapshot(room_id)
        if user.id not in snapshot.members:
            await self._supervisor.room(room_id).change(recognising(user.person))
            snapshot = await self.snapshot(room_id)
            if user.id not in snapshot.members:  # left meanwhile
                raise NotAMember
        return snapshot

    async def post(self, user: User, room_id: RoomId, body: str, client_key: str) -> Message:
        """The stored message; the same one when the same client key was posted before.

        :raises NotAMember: :raises BodyEmpty: :raises BodyTooLong: :raises TooFast: :raises RoomUnavailable: :raises NotStored:
        """
        (await self.access(user, room_id)).must_be_member()
        clean, key = clean_body(body), clean_client_key(client_key)
        self._take_turn(user)
        return await self._supervisor.room(room_id).post(user.person, clean, key)

    async def edit(self, user: User, room_id: RoomId, number: MessageNumber, body: str) -> Message:
        """:raises NotAllowed: :raises MessageNotFound: and what `post` raises."""
        access = await self.access(user, room_id)
        message = await access_message(access, number, read=self._read)
        access.must_edit(message)
        clean = clean_body(body)
        if clean == message.body:
            return message
        self._take_turn(user)
        return await self._supervisor.room(room_id).edit(number, clean)

    async def delete_message(self, user: User, room_id: RoomId, number: MessageNumber) -> Message:
        """Its tombstone. :raises NotAllowed: :raises MessageNotFound:"""
        access = await self.access(user, room_id)
        message = await access_message(access, number, read=self._read)
        access.must_delete(message)
        member_id = None if access.is_server_admin else user.id
        return await self._supervisor.room(room_id).delete(number, member_id=member_id)

    async def draft(self, user: User, room_id: RoomId) -> str:
        """What the person had not sent yet; empty when nothing. :raises NotAMember:"""
        (await self.access(user, room_id)).must_be_member()
        return await self._drafts.get(user.id, room_id)

    async def keep_draft(self, user: User, room_id: RoomId, body: str) -> None:
        """:raises NotAMember:"""
        (await self.access(user, room_id)).must_be_member()
        await self._drafts.put(user.id, room_id, clean_draft(body))

    # Who is there and writes, of running rooms; what strangers type is ignored

    def typing(self, user: User, room_id: RoomId) -> None:
        actor = self._supervisor.registry.find(room_id)
        if actor is not None and user.id in actor.members:
            actor.typing.started(user.id, self._around.clock.monotonic())

    def stopped_typing(self, user: User, room_id: RoomId) -> None:
        actor = self._supervisor.registry.find(room_id)
        if actor is not None:
            actor.typing.stopped(user.id)

    def member(self, room_id: RoomId, user_id: UserId) -> Member | None:
        """Of a running room; None when it does not run."""
        actor = self._supervisor.registry.find(room_id)
        return actor.members.get(user_id) if actor else None

    def typing_now(self, room_id: RoomId) -> tuple[Person, ...]:
        """In the order they began."""
        actor = self._supervisor.registry.find(room_id)
        return actor.people_typing if actor else ()

    # For a room view: its caller lets each reader in through `enter`

    async def snapshot(self, room_id: RoomId) -> RoomSnapshot:
        """From the running room, without a query. :raises RoomNotFound: :raises RoomUnavailable:"""
        return await self._supervisor.room(room_id).snapshot()

    async def read_page(self, room_id: RoomId, page: int) -> Sequence[Message]:
        """Numbers PAGE_SIZE * page + 1 to PAGE_SIZE * (page + 1), as far as they exist, oldest first; pages count from 0."""
        return await self._supervisor.room(room_id).read_page(page)

    async def read_changes(self, room_id: RoomId, since: Seq) -> tuple[Seq, Sequence[Message]]:
        """Every message changed after `since`, by number, and the seq up to which that is complete."""
        return await self._supervisor.room(room_id).read_changes(since)

    async def _read(self, room_id: RoomId, number: MessageNumber) -> Message | None:
        return await self._supervisor.room(room_id).message(number)

    async def _create(self, user: User, name: str, description: str) -> Room:
        at = self._around.clock.now()
        room = await self._around.rooms.add(
            name=name, name_key=name_key(name), slug=slug_from(name), description=description, creator=user.id, at=at
        )
        membership = Membership(room_id=room.id, user_id=user.id, role=RoomRole.ADMIN, joined_at=at)
        self._around.memberships.put(membership)
        self._announce_new(room)
        self._around.backplane.broadcast(user_topic(user.id), RoomJoined(user_id=user.id, membership=membership))
        return room

    def _announce_new(self, room: Room) -> None:
        self._directory.put(room, member_count=1)
        self._around.backplane.broadcast(LOBBY_TOPIC, RoomCreated(room=room, member_count=1))

    def _take_turn(self, user: User) -> None:
        wait_s = self._posts.take(user.id, self._around.clock.monotonic())
        if wait_s:
            raise TooFast(retry_after_s=wait_s)

    def _take_change(self, user: User) -> None:
        wait_s = self._changes.take(user.id, self._around.clock.monotonic())
        if wait_s:
            raise TooFast('That was a lot at once', retry_after_s=wait_s)
