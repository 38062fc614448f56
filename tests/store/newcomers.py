"""Guests, invitations and direct rooms, as the ports say it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from livechat.domain.invitation import Invitation, InvitedAs
from livechat.domain.model import Room, RoomId, RoomKind, ServerRole, User, UserKind
from livechat.domain.people_ports import NewUser
from livechat.domain.ports import Stores
from tests.store.people import NOON

DAY = timedelta(days=1)


def new_guest(name: str, *, at: datetime = NOON) -> NewUser:
    return NewUser(
        display_name=name,
        name_key=name.casefold(),
        username=name.lower(),
        email=None,
        role=ServerRole.MEMBER,
        password_hash=None,
        created_at=at,
        kind=UserKind.GUEST,
        guest_key_hash=guest_key_hash(name),
    )


def guest_key_hash(name: str) -> bytes:
    return f'key of {name}'.encode()


async def invite(
    stores: Stores,
    creator: User,
    room: Room | RoomId | None,
    *,
    at: datetime = NOON,
    expires_at: datetime | None = None,
    max_uses: int | None = None,
) -> Invitation:
    return await stores.invitations.add(
        room_id=room.id if isinstance(room, Room) else room,
        invited_as=InvitedAs.GUEST,
        created_by=creator.id,
        at=at,
        expires_at=expires_at,
        max_uses=max_uses,
    )


async def add_private_room(stores: Stores, creator: User, name: str) -> Room:
    return await stores.rooms.add(
        name=name, name_key=None, slug=name.lower(), description='', creator=creator.id, at=NOON, kind=RoomKind.PRIVATE
    )


async def add_direct_room(stores: Stores, people: Iterable[User], *, at: datetime = NOON) -> Room:
    everybody = list(people)
    key = '-'.join(str(user.id) for user in everybody)
    summary, _ = await stores.rooms.add_direct([user.id for user in everybody], key=key, slug=key, creator=everybody[0].id, at=at)
    return summary.room


async def rooms_of(stores: Stores, user: User) -> set[RoomId]:
    return {membership.room_id for membership in await stores.rooms.memberships_of(user.id)}
