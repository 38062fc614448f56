"""Guests: people with a name and nothing else, who may become accounts, and end when nobody has seen them for long."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from livechat.domain.access import must_be_active
from livechat.domain.departures import ENDED_AT_ONCE, Departures
from livechat.domain.errors import NotAllowed, NotStored
from livechat.domain.guests_by_name import DoorPeople, GuestsByName
from livechat.domain.invitations import Invitations, OpenInvitation
from livechat.domain.model import User, UserKind
from livechat.domain.names import clean_email, clean_name, name_key
from livechat.domain.policy import Registration
from livechat.domain.presence import Presence
from livechat.domain.reception import Arrival, Reception
from livechat.domain.room_directory import RoomDirectory
from livechat.domain.sign_ins import new_token, sha256
from livechat.domain.supervisor import Supervisor

__all__ = ['DoorPeople', 'Guests']

UNSEEN_FOR = timedelta(days=90)
LOOKED_FOR_EVERY_S = 86_400.0
FIRST_LOOK_AFTER_S = 60.0
"""Tabs are back after a restart of the server, and the command line, which knows of no tab, is gone."""


class Guests:
    """One per process. Nobody comes back as a guest who is being ended: `coming_back` is held for either."""

    def __init__(  # noqa: PLR0913 - what it stands on
        self,
        reception: Reception,
        invitations: Invitations,
        by_name: GuestsByName,
        *,
        directory: RoomDirectory,
        departures: Departures,
        presence: Presence,
        supervisor: Supervisor,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._reception = reception
        self._invitations = invitations
        self._by_name = by_name
        self._directory = directory
        self._departures = departures
        self._presence = presence
        self._supervisor = supervisor
        self._sleep = sleep
        self._coming_back: asyncio.Lock = by_name.coming_back

    async def join(self, code: str, *, name: str, address: str, user_agent: str, guest_key: str | None) -> Arrival:
        """By an invitation. With the key of a guest of that name it is that guest again, else somebody new.

        :raises InvitationUnusable: :raises NotAllowed: :raises Banned: as another guest, in this browser. :raises NameInvalid:
        :raises NameTaken: :raises TooManyAttempts:
        """
        reception = self._reception
        reception.count_try(address)
        opened = await self._invitations.look(code)
        self._invitations.rights.must_take_guests()
        if not opened.as_guest:
            raise NotAllowed('This invitation is for members. Make an account with it.')
        clean = clean_name(name)
        async with self._coming_back:
            returning = await self._holder_of(guest_key, clean)
            if returning is not None and guest_key is not None:
                room = await self._invitations.accept(returning, code)
                token, _ = await reception.sign_ins.start(returning.id, user_agent=user_agent, address=address)
                return Arrival(user=returning, token=token, room=room, guest_key=guest_key)
        return await self._add(clean, opened, user_agent=user_agent, address=address)

    async def join_by_name(self, *, name: str, address: str, user_agent: str, guest_key: str | None, slug: str | None) -> Arrival:
        """Where names alone let people in, see `GuestsByName.join`. No key counts: the name is anybody's who is the first to type it."""
        del guest_key
        return await self._by_name.join(name=name, address=address, user_agent=user_agent, slug=slug)

    async def door_people(self) -> DoorPeople:
        """Everybody, where names alone let people in. :raises NotAllowed: elsewhere."""
        return await self._by_name.door_people()

    async def keep_name(self, user: User, *, password: str, email: str | None = None) -> User:
        """The same person as an account: their name, rooms and messages stay, and their sign-ins.

        :raises NotAllowed: :raises PasswordTooShort: :raises PasswordTooLong: :raises EmailInvalid: :raises TooBusy:
        """
        if not user.is_guest:
            raise NotAllowed('You have an account already.')
        if self._reception.policy.current.registration is Registration.CLOSED:
            raise NotAllowed('Nobody can make an account here at the moment.')
        mail = clean_email(email or '')
        password_hash = await self._reception.passwords.hash(password)
        stored = await self._reception.users.make_account(user.id, password_hash=password_hash, email=mail)
        return self._reception.changed(stored, lambda kept: replace(kept, kind=UserKind.ACCOUNT, email=stored.email))

    async def end_unseen(self) -> int:
        """End whoever came 90 days ago or earlier and was not seen since; return how many."""
        before = self._reception.clock.now() - UNSEEN_FOR
        count = 0
        while True:
            async with self._coming_back:
                unseen = [each for each in await self._reception.users.guests_unseen_since(before) if not self._presence.is_online(each)]
                ending = self._departures.end_guests(unseen[:ENDED_AT_ONCE])
                ended = await self._supervisor.see_through(ending, 'ends guests who stayed away')
            count += ended
            if not ended:
                return count

    async def watch_unseen(self) -> None:
        """End them soon after the start and then once a day, for ever. Its death loses nothing: the next look finds the same."""
        await self._sleep(FIRST_LOOK_AFTER_S)
        while True:
            with contextlib.suppress(NotStored):  # a full disk; there is time until tomorrow
                await self.end_unseen()
            await self._sleep(LOOKED_FOR_EVERY_S)

    async def _holder_of(self, guest_key: str | None, name: str) -> User | None:
        if guest_key is None:
            return None
        guest = await self._reception.users.by_guest_key(sha256(guest_key))
        if guest is not None:
            must_be_active(guest)  # under whatever name they come now
        return guest if guest is not None and name_key(guest.display_name) == name_key(name) else None

    async def _add(self, name: str, opened: OpenInvitation, *, user_agent: str, address: str) -> Arrival:
        await self._reception.must_be_free(name)
        guest_key = new_token()
        lobby = self._directory.oldest()
        new = await self._reception.new_guest(name, guest_key)
        guest = await self._reception.add(new, join=lobby.id if lobby else None, invitation=opened.invitation.id)
        return await self._invitations.arrive(
            guest, opened.room or lobby, opened.inviter, user_agent=user_agent, address=address, guest_key=guest_key
        )
