"""How people end on the server: the store first, then at once every sign-in and tab, then the rooms."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from livechat.domain.model import User, UserId, UserStatus
from livechat.domain.people_rooms import PeopleRooms
from livechat.domain.reception import Reception

ENDED_AT_ONCE = 100
"""Guests. All their rooms and tabs are told in one go: more events than a subscription holds would be lost."""


class Departures:
    """To be seen through: whoever is cancelled in between leaves people in running rooms who are not there any more."""

    def __init__(self, reception: Reception, rooms: PeopleRooms) -> None:
        self._users = reception.users
        self._sign_ins = reception.sign_ins
        self._rooms = rooms

    async def ban(self, user_id: UserId) -> tuple[User, Sequence[str]]:
        """The person as they are now, and the addresses of the sign-ins that ended.

        :raises NotAllowed: nobody active would be owner. :raises NotFound:
        """
        async with self._rooms.expelling([user_id]):
            stored = await self._users.set_status(user_id, UserStatus.BANNED)
            self._sign_ins.end_known(user_id)  # before anything else is waited for
            addresses = [sign_in.address for sign_in in await self._sign_ins.of(user_id)]
            await self._sign_ins.end_all(user_id)
        return stored, addresses

    async def deactivate(self, user_id: UserId) -> User:
        """:raises NotAllowed: nobody active would be owner. :raises NotFound:"""
        async with self._rooms.expelling([user_id]):
            stored = await self._users.deactivate(user_id)
            await self._sign_ins.end_all(user_id)
        return stored

    async def end_guests(self, user_ids: Collection[UserId]) -> int:
        """ENDED_AT_ONCE of them at most. Their messages stay, their names are free; how many there were."""
        assert len(user_ids) <= ENDED_AT_ONCE
        if not user_ids:
            return 0
        async with self._rooms.expelling(user_ids):
            ended = await self._users.end_guests(user_ids)
            for guest in ended:
                self._sign_ins.end_known(guest.id)
        for guest in ended:
            if guest.picture:  # it is erased: what they wrote is shown without it
                await self._rooms.person_changed(replace(guest.person, picture=''))
        return len(ended)
