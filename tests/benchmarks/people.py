"""A data folder with everybody in it, written through the store: the benchmark signs nobody in over HTTP."""

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from livechat.domain.limits import Limits
from livechat.domain.model import Room, RoomRole, ServerRole, User
from livechat.domain.names import name_key, slug_from
from livechat.domain.passwords import Passwords
from livechat.domain.people_ports import NewUser
from livechat.domain.ports import Stores
from livechat.store import open_stores

DONE_BY_SEEDING = 'people and sign-ins seeded through the store, the time zone of their browsers known'
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Settled:
    """Who lives in a data folder, and the cookie tokens of their browsers, in the same order."""

    users: Sequence[User]
    tokens: Sequence[str]
    rooms: Sequence[Room]


async def settle(folder: Path, people: int, *, rooms: int = 1) -> Settled:
    """So many distinct people, every one a member of every room, the first of which is the Lobby."""
    async with open_stores(folder, synchronous='NORMAL') as stores:
        password_hash = await _any_hash()
        now = datetime.now(UTC)
        owner, lobby = await stores.users.create_first_owner(
            _person(0, ServerRole.OWNER, password_hash, now), server_name='Bench', room_name='Lobby', room_slug='lobby', room_description=''
        )
        users = [owner]
        for first in range(1, people, AT_ONCE):
            several = range(first, min(first + AT_ONCE, people))
            new = (_person(number, ServerRole.MEMBER, password_hash, now) for number in several)
            users += await asyncio.gather(*(stores.users.add(user, join=lobby.id) for user in new))
        all_rooms = [lobby]
        for number in range(1, rooms):
            room = await _room(stores, number, owner, now)
            await asyncio.gather(*(stores.rooms.join(room.id, user.id, role=RoomRole.MEMBER, at=now) for user in users))
            all_rooms.append(room)
        return Settled(users, await asyncio.gather(*(_sign_in(stores, user, now) for user in users)), all_rooms)


async def _any_hash() -> str:
    passwords = Passwords(Limits())
    try:
        return await passwords.hash('nobody signs in with this')
    finally:
        await passwords.close()


def _person(number: int, role: ServerRole, password_hash: str, now: datetime) -> NewUser:
    name = f'Person {number:04}'
    return NewUser(
        display_name=name,
        name_key=name_key(name),
        username=f'person{number:04}',
        email=None,
        role=role,
        password_hash=password_hash,
        created_at=now,
    )


async def _room(stores: Stores, number: int, creator: User, now: datetime) -> Room:
    name = f'Room {number}'
    return await stores.rooms.add(name=name, name_key=name_key(name), slug=slug_from(name), description='', creator=creator.id, at=now)


async def _sign_in(stores: Stores, user: User, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    sign_in = await stores.sign_ins.add(user.id, hashlib.sha256(token.encode()).digest(), user_agent='benchmark', at=now)
    await stores.sign_ins.set_utc_offset(sign_in.id, 0)
    return token
