"""A chat with somebody of every kind, inside and outside of rooms of every kind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from livechat.domain.chat import Chat, running_chat
from livechat.domain.limits import Limits
from livechat.domain.model import MessageNumber, Room, ServerRole, User, UserId, UserKind, UserStatus
from livechat.domain.names import name_key
from livechat.domain.people_ports import NewUser
from tests.domain.house import Time
from tests.faces import FakeFaceMaker
from tests.fakes import MemoryStores

ACTORS = ('owner', 'admin', 'inside', 'room admin', 'member', 'guest', 'elsewhere', 'stranger', 'banned')
INSIDE = frozenset({'inside', 'room admin', 'member', 'guest'})
ROLES = {'owner': ServerRole.OWNER, 'admin': ServerRole.ADMIN, 'inside': ServerRole.ADMIN}
GUESTS = frozenset({'guest', 'elsewhere'})
GENEROUS = Limits(message_burst=10_000, change_burst=10_000, deed_burst=10_000)


@dataclass
class Everybody:
    chat: Chat
    stores: MemoryStores
    time: Time
    people: dict[str, User] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    written: dict[tuple[str, str], MessageNumber] = field(default_factory=dict)
    """By room and author."""

    @property
    def newcomer(self) -> User:
        """An account that is in no room."""
        return self.people['newcomer']

    @property
    def bystander(self) -> User:
        """A plain member of every room."""
        return self.people['bystander']

    async def person(self, name: str) -> User:
        guest = name in GUESTS
        self.people[name] = await self.stores.users.add(
            NewUser(
                display_name=name.title(),
                name_key=name_key(name),
                username=name.replace(' ', '.'),
                email=None,
                role=ROLES.get(name, ServerRole.MEMBER),
                password_hash=None if guest else '',
                created_at=self.time.now(),
                kind=UserKind.GUEST if guest else UserKind.ACCOUNT,
            )
        )
        return self.people[name]

    async def room(self, kind: str) -> None:
        """With everybody inside, and a message of each."""
        rooms, maker = self.chat.rooms, self.people['room admin']
        inside = [self.people[name] for name in (*sorted(INSIDE), 'bystander', 'banned')]
        if kind == 'direct':
            room = await rooms.direct(maker, [user.id for user in inside])
        else:
            room = await rooms.create(maker, kind, private=kind == 'private')
            for user in inside:
                if user.id != maker.id:
                    await self.chat.members.add(maker, room.id, user.id)
        for name in (*sorted(INSIDE), 'bystander'):
            posted = await rooms.post(self.people[name], room.id, f'{name} was here', f'{kind}-{name}'.replace(' ', '-'))
            self.written[kind, name] = posted.number
        if kind == 'announcement':
            room = await self.chat.room_settings.set_rules(maker, room.id, announcements=True, slow_mode_s=0)
        if kind == 'archived':
            room = await self.chat.room_settings.archive(maker, room.id)
        self.rooms[kind] = room

    async def ban(self, name: str) -> None:
        self.people[name] = replace(
            await self.stores.users.set_status(UserId(self.people[name].id), UserStatus.BANNED), status=UserStatus.BANNED
        )


@asynccontextmanager
async def open_everybody(*kinds: str) -> AsyncIterator[Everybody]:
    """With rooms of those kinds, of every kind by default; `elsewhere` is in a room of their own with its admin."""
    time, stores = Time(), MemoryStores()
    async with running_chat(
        stores, clock=time, limits=GENEROUS, set_up_token=None, sleep=time.sleep, secret=b'secret', face_maker=FakeFaceMaker()
    ) as chat:
        everybody = Everybody(chat, stores, time)
        for name in (*ACTORS, 'newcomer', 'bystander'):
            await everybody.person(name)
        maker = everybody.people['room admin']
        other = await chat.rooms.create(maker, 'Elsewhere')
        await chat.members.add(maker, other.id, everybody.people['elsewhere'].id)
        for kind in kinds or ('open', 'private', 'direct', 'announcement', 'archived'):
            await everybody.room(kind)
        await everybody.ban('banned')
        yield everybody
