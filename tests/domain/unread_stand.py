"""What is told to whom, over a house of fakes: messages and memberships change as the rooms' actors would change them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from livechat.domain.access import Grounds, RoomAccess, access_room
from livechat.domain.attachment import Attachment, FileRecord
from livechat.domain.events import Event, MembershipChanged, RoomJoined, RoomLeft, UnreadChanged, room_topic, user_topic
from livechat.domain.file import FileId, FileKind
from livechat.domain.limits import Limits
from livechat.domain.message import MentionGroup, Message, MessageKind
from livechat.domain.model import Involvement, Room, RoomId, RoomRole, ServerRole, TabId, User
from livechat.domain.notices import Notified
from livechat.domain.notifier import Notifier
from livechat.domain.people_ports import NewUser
from livechat.domain.policy import Policy
from livechat.domain.presence import Presence
from livechat.domain.push_desk import PushDesk
from livechat.domain.push_wording import PushText, PushWording
from livechat.domain.pusher import Pusher
from livechat.domain.room import EVENTS
from livechat.domain.unread import UnreadCounts
from livechat.domain.wishes import WantingEverything
from livechat.domain.writes import DeleteMessage, EditMessage, MessageWrite, PostMessage, ReactToMessage, RestoreMessage, Stored
from tests.domain.house import House
from tests.domain.unread_fakes import FakeSender, LateReads
from tests.memory_messages import MemoryReads
from tests.patience import until

TAB = TabId('tab')


class UnreadStand:
    def __init__(self, limits: Limits, house: House | None = None) -> None:
        """With the house of another stand: the server after a restart."""
        self.house = house or House(limits)
        self.limits = limits
        self.stores, self.time = self.house.stores, self.house.time
        around = self.house.around
        self.backplane, self.supervisor = around.backplane, self.house.supervisor
        self.presence = Presence(limits.presence_grace_s)
        self.store = LateReads(self.stores.memory)
        self.sender = FakeSender()
        self.grounds = Grounds(directory=around.directory, memberships=around.memberships, policy=Policy)
        self.wishes = WantingEverything(self.backplane)
        self.unread = UnreadCounts(around, self.store, self.wishes, access=self._access, sleep=self.time.sleep)
        self.desk = PushDesk(self.stores.push_targets, self.sender, clock=self.time, limits=limits)
        wording = PushWording(summary=around.directory.summary, public_url='https://chat.example.org')
        self.pusher = Pusher(around, self.stores.users, self.desk, presence=self.presence, wording=wording, sleep=self.time.sleep)
        self.notifier = Notifier(around, self.unread, self.wishes, self.pusher, presence=self.presence)
        self.told: list[UnreadChanged] = []
        self.toasts: list[Notified] = []
        self.backplane.observe(UnreadChanged, self.told.append)
        self.backplane.observe(Notified, self.toasts.append)
        self._keys = count(1)

    async def start(self) -> None:
        self.wishes.load(await self.stores.rooms.wanting_everything())
        await self.desk.load()
        await self._load_rooms()
        self.supervisor.look_after('unread: tell', self.unread.tell)
        self.supervisor.look_after('unread: ask', self.unread.ask)
        self.supervisor.look_after('unread: save', self.unread.save_regularly)
        self.supervisor.look_after('notifier', self.notifier.run)
        for number in range(self.limits.push_at_once):
            self.supervisor.look_after(f'push {number}', self.pusher.run)

    async def person(self, name: str, *rooms: Room) -> User:
        user = await self.stores.users.add(
            NewUser(
                display_name=name,
                name_key=name.casefold(),
                username=name.casefold(),
                email=None,
                role=ServerRole.MEMBER,
                password_hash='',
                created_at=self.time.now(),
            )
        )
        for room in rooms:
            await self.join(user, room)
        return user

    async def room(self, creator: User, name: str) -> Room:
        room = await self.stores.rooms.add(
            name=name, name_key=name, slug=name.casefold(), description='', creator=creator.id, at=self.time.now()
        )
        await self._load_rooms()
        await self._tell_of_membership(creator, room)
        return room

    async def direct(self, *people: User) -> Room:
        ids = [user.id for user in people]
        summary, _ = await self.stores.rooms.add_direct(ids, key=str(ids), slug='dm', creator=ids[0], at=self.time.now())
        await self._load_rooms()
        for user in people:
            await self._tell_of_membership(user, summary.room)
        return summary.room

    async def join(self, user: User, room: Room) -> None:
        await self.stores.rooms.join(room.id, user.id, role=RoomRole.MEMBER, at=self.time.now())
        await self._tell_of_membership(user, room)

    async def leave(self, user: User, room: Room) -> None:
        await self.stores.rooms.leave(room.id, user.id)
        self.tell_left(user, room)

    def tell_left(self, user: User, room: Room) -> None:
        self.house.memberships.remove(user.id, room.id)
        self.backplane.broadcast(user_topic(user.id), RoomLeft(user_id=user.id, room_id=room.id))

    async def wants(self, user: User, room: Room, involvement: Involvement) -> None:
        membership = await self.stores.rooms.set_wishes(room.id, user.id, involvement=involvement, favourite=False)
        self.house.memberships.put(membership)
        self.backplane.broadcast(user_topic(user.id), MembershipChanged(user_id=user.id, membership=membership))

    async def post(self, author: User, room: Room, body: str = 'hello', *, to: Sequence[User] = (), system: bool = False) -> Message:
        return await self._write(self._new(author, room, body, to, MessageKind.SYSTEM if system else MessageKind.TEXT))

    async def post_files(self, author: User, room: Room, *names: str, to: Sequence[User] = (), body: str = '') -> Message:
        files = []
        for name in names:
            kind = FileKind.IMAGE if name.endswith('.png') else FileKind.OTHER
            file = Attachment(id=FileId(f'file {next(self._keys)}'), name=name, kind=kind, media_type='a/b', size=1)
            record = FileRecord(file=file, key=file.id, room_id=room.id, user_id=author.id, created_at=self.time.now())
            await self.stores.files.add(record)
            files.append(file.id)
        return await self._write(replace(self._new(author, room, body, to, MessageKind.TEXT), files=tuple(files)))

    async def call(self, author: User, room: Room, people: Sequence[User]) -> Message:
        """All of them in a group."""
        return await self._write(replace(self._new(author, room, '@room', people, MessageKind.TEXT), group=MentionGroup.ROOM))

    async def post_all_at_once(self, author: User, room: Room, bodies: Sequence[str], *, to: User) -> None:
        """In one commit, told without a turn in between."""
        writes = [self._new(author, room, body, [to], MessageKind.TEXT) for body in bodies]
        for stored in await self.house.messages.commit(writes):
            assert isinstance(stored, Stored)
            self._announce(stored)

    async def edit(self, message: Message, body: str = 'edited', *, to: Sequence[User] = ()) -> Message:
        mentions = tuple(user.id for user in to)
        return await self._write(
            EditMessage(room_id=message.room_id, number=message.number, body=body, at=self.time.now(), mentions=mentions)
        )

    async def delete(self, message: Message) -> Message:
        return await self._write(DeleteMessage(room_id=message.room_id, number=message.number, at=self.time.now()))

    async def restore(self, message: Message) -> Message:
        return await self._write(RestoreMessage(message=message))

    async def react(self, message: Message, by: User) -> Message:
        write = ReactToMessage(room_id=message.room_id, number=message.number, user_id=by.id, text='👍', on=True, at=self.time.now())
        return await self._write(write)

    async def comes(self, user: User, tab_id: TabId = TAB, *, reading: Room | None = None) -> None:
        self.presence.connect(user.id, tab_id, reading.id if reading else None)
        await self.unread.follow(user.id, tab_id)
        if reading is not None:
            self.unread.reads(tab_id, user.id, reading.id)

    def goes(self, user: User, tab_id: TabId = TAB) -> None:
        self.presence.leave(tab_id)
        self.unread.unfollow(user.id, tab_id)

    def counts(self, user: User, room: Room) -> tuple[int, int]:
        unread = self.unread.of(user.id)[room.id]
        return unread.unread, unread.mentions

    async def recount(self, user: User, room: Room) -> tuple[int, int]:
        """What the store says of the mark that is kept here."""
        _, counts = await MemoryReads(self.stores.memory).count(room.id, {user.id: self.unread.of(user.id)[room.id].last_read})
        return counts[user.id].unread, counts[user.id].mentions

    def told_of(self, user: User) -> list[tuple[int, int]]:
        """Taken away: the next call has what came since."""
        found = [(event.unread.unread, event.unread.mentions) for event in self.told if event.user_id == user.id]
        self.told[:] = [event for event in self.told if event.user_id != user.id]
        return found

    async def calm(self) -> None:
        """Nothing is left to tell or ask: both tasks wait."""
        await until(lambda: self.unread.is_calm and not self.store.waiting)
        for _ in range(5):
            await asyncio.sleep(0)

    async def tick(self) -> None:
        """What may be told only now is told."""
        await self.calm_or_waiting()
        self.time.advance(self.limits.unread_tick_s)
        await self.calm()

    async def calm_or_waiting(self) -> None:
        for _ in range(100):
            await asyncio.sleep(0)

    async def pushed(self, *, after_s: float = 1.0) -> list[tuple[str, PushText]]:
        """What was sent outside within that time, since this was last called."""
        await self.calm_or_waiting()
        self.time.advance(after_s)
        await self.calm_or_waiting()
        found, self.sender.sent = self.sender.sent, []
        return found

    def _new(self, author: User, room: Room, body: str, to: Sequence[User], kind: MessageKind) -> PostMessage:
        return PostMessage(
            room_id=room.id,
            author_id=author.id,
            body=body,
            client_key=str(next(self._keys)),
            at=self.time.now(),
            kind=kind,
            mentions=tuple(user.id for user in to),
        )

    async def _write(self, write: MessageWrite) -> Message:
        (stored,) = await self.house.messages.commit([write])
        assert isinstance(stored, Stored), stored
        self._announce(stored)
        return stored.message

    def _announce(self, stored: Stored) -> None:
        message = stored.message
        event: Event = EVENTS[stored.change](room_id=message.room_id, seq=message.changed_seq, message=message)
        self.backplane.broadcast(room_topic(message.room_id), event)

    async def _tell_of_membership(self, user: User, room: Room) -> None:
        memberships = {membership.room_id: membership for membership in await self.stores.rooms.memberships_of(user.id)}
        self.house.memberships.put(memberships[room.id])
        self.backplane.broadcast(user_topic(user.id), RoomJoined(user_id=user.id, membership=memberships[room.id]))

    async def _load_rooms(self) -> None:
        self.house.around.directory.load(await self.stores.rooms.all())

    async def _access(self, user: User, room_id: RoomId) -> RoomAccess:
        return await access_room(user, room_id, self.grounds)
