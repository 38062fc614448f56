"""Guests on a server that trusts names: whoever types a free name is let in, also as a guest who is not there now."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from livechat.domain.account_names import login_username
from livechat.domain.errors import LivechatError, NameOfAccount, NameTaken, NotAllowed
from livechat.domain.model import Person, Room, RoomKind, User, UserStatus
from livechat.domain.names import clean_name, name_key
from livechat.domain.password_errors import SignInFailed
from livechat.domain.people_rooms import PeopleRooms
from livechat.domain.presence import Presence
from livechat.domain.reception import Arrival, Reception
from livechat.domain.room_directory import RoomDirectory

logger = logging.getLogger(__name__)

ARRIVING_FOR = timedelta(seconds=30)
"""So long somebody who was just let in keeps the name without a tab: the page loads, and its socket comes last."""
MAX_LISTED = 100
"""Per group; the counts are of all."""
MAX_COUNTED = 100_000
LIST_LASTS_S = 2.0
"""The door is shown to strangers, again and again: they all share one look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPeople:
    """Everybody, for whoever looks for their own name; each group by name, at most MAX_LISTED."""

    online: Sequence[Person]
    offline: Sequence[Person]
    online_count: int
    total: int


class GuestsByName:
    """One per process; elsewhere than on a server that trusts names it refuses everything."""

    def __init__(
        self, reception: Reception, *, rooms: PeopleRooms, directory: RoomDirectory, presence: Presence, trusts_names: bool
    ) -> None:
        self._reception = reception
        self._rooms = rooms
        self._directory = directory
        self._presence = presence
        self._trusts_names = trusts_names
        self.coming_back = asyncio.Lock()
        self._list: tuple[float, DoorPeople] | None = None
        self._listing = asyncio.Lock()

    async def join(self, *, name: str, address: str, user_agent: str, slug: str | None) -> Arrival:
        """Into the open room of that slug, else the lobby.

        :raises NotAllowed: :raises NameInvalid: :raises TooManyAttempts:
        :raises NameTaken: of somebody who is online; as `NameOfAccount` of an account; both with a suggestion.
        """
        self._must_trust()
        if not self._reception.policy.current.guests:
            raise NotAllowed('This server takes no guests at the moment.')
        self._reception.count_try(address)
        clean = clean_name(name)
        room = self._room(slug)
        found = await self._reception.users.by_login(name_key=name_key(clean), username=login_username(clean))
        if found is None:
            return await self._add(clean, room, user_agent=user_agent, address=address)
        return await self._take_over(found[0], clean, room, user_agent=user_agent, address=address)

    async def door_people(self) -> DoorPeople:
        """:raises NotAllowed: on a server where it is nobody's business who is there."""
        self._must_trust()
        async with self._listing:
            now = self._reception.clock.monotonic()
            if self._list is None or now - self._list[0] >= LIST_LASTS_S:
                self._list = (now, await self._look())
            return self._list[1]

    def _must_trust(self) -> None:
        if not self._trusts_names:
            raise NotAllowed('You need an invitation to come in here.')

    def _room(self, slug: str | None) -> Room | None:
        room = None if slug is None else self._directory.by_slug(slug)
        return room if room is not None and room.kind is RoomKind.OPEN and not room.is_archived else self._directory.oldest()

    async def _look(self) -> DoorPeople:
        people = [user.person for user in await self._reception.users.people(limit=MAX_COUNTED) if user.status is UserStatus.ACTIVE]
        online = [person for person in people if self._presence.is_online(person.id)]
        offline = [person for person in people if not self._presence.is_online(person.id)]
        return DoorPeople(online=online[:MAX_LISTED], offline=offline[:MAX_LISTED], online_count=len(online), total=len(people))

    async def _add(self, name: str, room: Room | None, *, user_agent: str, address: str) -> Arrival:
        await self._reception.must_be_free(name)
        new = await self._reception.new_guest(name, guest_key=None)
        guest = await self._reception.add(new, join=room.id if room else None)
        await self._rooms.welcome(guest)
        token, _ = await self._reception.sign_ins.start(guest.id, user_agent=user_agent, address=address)
        return Arrival(user=guest, token=token, room=room)

    async def _take_over(self, holder: User, name: str, room: Room | None, *, user_agent: str, address: str) -> Arrival:
        if not holder.is_guest:
            raise NameOfAccount(suggestion=await self._reception.names.suggestion(name))
        async with self.coming_back:
            is_same_name = name_key(holder.display_name) == name_key(name)
            if not is_same_name or holder.status is not UserStatus.ACTIVE or await self._is_there(holder):
                raise NameTaken(suggestion=await self._reception.names.suggestion(name))
            try:  # they may have kept their name this moment: nobody is let into an account by its name
                token, sign_in = await self._reception.sign_ins.start(holder.id, user_agent=user_agent, address=address, as_guest=True)
            except SignInFailed:
                raise NameTaken(suggestion=await self._reception.names.suggestion(name)) from None
            await self._reception.sign_ins.end_others(holder.id, keep=sign_in.id)
        if room is not None:
            try:
                await self._rooms.join(holder, room.id)
            except LivechatError as trouble:
                logger.warning('User %d is in, but not in room %d: %s', holder.id, room.id, trouble)
        return Arrival(user=holder, token=token, room=room)

    async def _is_there(self, guest: User) -> bool:
        if self._presence.is_online(guest.id):
            return True
        since = self._reception.clock.now() - ARRIVING_FOR
        return any(sign_in.created_at > since for sign_in in await self._reception.sign_ins.of(guest.id))
