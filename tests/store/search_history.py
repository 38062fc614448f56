"""Random histories of a chat, in which much is said again and again in many scripts, and searches for pieces of them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from livechat.domain.file import FileKind
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, Room, RoomRole, User
from livechat.domain.names import name_key
from livechat.domain.ports import Stores
from livechat.domain.search_ports import Order, Place
from livechat.domain.writes import MessageWrite, Stored
from tests.corpus.searched import SCRIPTS
from tests.store.people import NOON, Lobby, add_private_room, add_room, attach, delete, edit, new_user, open_lobby, pin, post, restore

STEPS = 40
DAY = timedelta(days=1)
COMMON = ('cat', 'catalogue', 'concatenate', 'at', 'a', 'Grüße', 'gruss', '東京', '京', '👍', 'https://example.org/cat')
"""Often in the same message, and each in others of them: whole, as a beginning, as a part."""
WORDS = (*SCRIPTS, *' '.join(SCRIPTS).split())
NAMES = {'cat.png': FileKind.IMAGE, 'Grüße aus.txt': FileKind.TEXT, '東京 map.pdf': FileKind.PDF, 'IMG_0042.JPG': FileKind.IMAGE}
FILTERS = (
    'from:ana', 'from:me', '-from:ben', 'from:"Cem C"', 'from:@ben from:ana', 'from:nobody', 'in:lobby', 'in:hall in:den',
    '-in:den', 'in:nowhere',
    'has:file', 'has:image', 'has:link', '-has:file', '-has:link', 'on:2026-05-04', 'after:2026-05-05', 'before:2026-05-06',
    'on:2026-05',
    'is:pinned', 'mentions:me', 'is:pinned mentions:me',
)  # fmt: skip
FORMS = ('{word}', '{word}', '{word}', '"{piece}"', '{word}*', '-{word}')


@dataclass
class World:
    """Ana is in all rooms for good; Ben and Cem come and go."""

    lobby: Lobby
    people: Sequence[User]
    rooms: Sequence[Room]
    posted: list[Place] = field(default_factory=list)
    deleted: list[Message] = field(default_factory=list)

    @property
    def stores(self) -> Stores:
        return self.lobby.stores

    async def write(self, write: MessageWrite) -> Message | None:
        """None when it was refused."""
        (result,) = await self.stores.messages.commit([write])
        return result.message if isinstance(result, Stored) else None

    async def is_there(self, room: Room) -> bool:
        return await self.stores.rooms.by_id(room.id) is not None

    async def some_message(self, random: Random) -> Message | None:
        """One of the newest, unless it was deleted."""
        if not self.posted:
            return None
        room_id, number = random.choice(self.posted[-6:])
        found = await self.stores.messages.range(room_id, number, number)
        return found[0] if found and not found[0].deleted else None

    async def messages(self) -> Sequence[Message]:
        """All that was ever said and is there, the newest first."""
        stored = {}
        for room in self.rooms:
            for message in await self.stores.messages.range(room.id, MessageNumber(1), MessageNumber(1_000)):
                stored[message.room_id, message.number] = message
        return [stored[place] for place in reversed(self.posted) if place in stored]


async def open_world(stores: Stores) -> World:
    lobby = await open_lobby(stores)
    cem = await stores.users.add(new_user('Cem C', username='cem', name_key=name_key('Cem C')))
    hall, den = await add_room(stores, lobby.ana, 'Hall'), await add_private_room(stores, lobby.ana, 'Den', slug='den')
    await stores.rooms.join(hall.id, cem.id, role=RoomRole.MEMBER, at=NOON)
    await stores.rooms.join(den.id, lobby.ben.id, role=RoomRole.MEMBER, at=NOON)
    return World(lobby, [lobby.ana, lobby.ben, cem], [lobby.room, hall, den])


async def live(world: World, random: Random) -> None:
    for _ in range(STEPS):
        await random.choice(DEEDS)(world, random)
    if random.random() < 0.2:
        await world.stores.rooms.delete(world.rooms[1].id)


def some_body(random: Random) -> str:
    said = [random.choice(random.choice([COMMON, COMMON, WORDS])) for _ in range(random.randint(1, 4))]
    return random.choice([' ', ' ', ' ', '', '\n', ', ']).join(said)


async def _post(world: World, random: Random) -> None:
    author, room = random.choice(world.people), random.choice(world.rooms)
    names = random.sample(list(NAMES), k=random.choice([0, 0, 1]))
    files = [await attach(world.stores, room, author, name, kind=NAMES[name]) for name in names]
    to, at = random.sample(world.people, k=random.randint(0, 2)), NOON + random.randint(-2, 3) * DAY
    message = await world.write(post(room, author, some_body(random), at=at, mentions=to, files=files))
    if message is not None:
        world.posted.append((message.room_id, message.number))


async def _edit(world: World, random: Random) -> None:
    if message := await world.some_message(random):
        keeps = random.random() < 0.5
        await world.write(edit(message, some_body(random), files=None if keeps else [], mentions=None if keeps else []))


async def _delete(world: World, random: Random) -> None:
    if message := await world.some_message(random):
        world.deleted.append(message)
        await world.write(delete(message))


async def _restore(world: World, random: Random) -> None:
    if world.deleted:
        await world.write(restore(world.deleted.pop(random.randrange(len(world.deleted)))))


async def _pin(world: World, random: Random) -> None:
    if message := await world.some_message(random):
        await world.write(pin(message, world.lobby.ana, on=random.random() < 0.7))


async def _come_or_go(world: World, random: Random) -> None:
    person, room = random.choice(world.people[1:]), random.choice(world.rooms)
    if await world.stores.rooms.member(room.id, person.id) is None:
        await world.stores.rooms.join(room.id, person.id, role=RoomRole.MEMBER, at=NOON)
    else:
        await world.stores.rooms.leave(room.id, person.id)


DEEDS: Sequence[Callable[[World, Random], Awaitable[None]]] = (*[_post] * 7, _edit, _edit, _delete, _restore, _pin, _come_or_go)


@dataclass(frozen=True, kw_only=True)
class Asked:
    user: User
    text: str
    room: Room | None
    order: Order
    limit: int


def some_search(user: User, readable: Sequence[Message], world: World, random: Random) -> Asked:
    """For pieces of one message, mostly."""
    message = random.choice(readable)
    said = [message.body, *(file.name for file in message.files)]
    filters = random.sample(FILTERS, k=random.choice([0, 0, 0, 1, 2]))
    terms = [_some_term(random.choice(said) or 'x', random) for _ in range(random.choice([0, 1, 1, 2] if filters else [1, 1, 1, 2, 3]))]
    its_room = next(room for room in world.rooms if room.id == message.room_id)
    return Asked(
        user=user,
        text=' '.join([*terms, *filters]),
        room=random.choice([*[None] * 9, its_room, its_room, *world.rooms]),
        order=random.choice([*Order]),
        limit=random.choice([1, 2, 3, 50]),
    )


def _some_term(said: str, random: Random) -> str:
    if random.random() < 0.4:
        return random.choice(COMMON)
    first = random.randrange(len(said))
    piece = said[first : first + random.randint(1, 8)]
    return random.choice(FORMS).format(piece=piece, word=(piece.split() or ['x'])[0])
