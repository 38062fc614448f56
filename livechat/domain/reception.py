"""Where everybody comes in, by whatever way: what the ways share, and the steps that are the same on each."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from livechat.domain.access import must_be_active
from livechat.domain.account_names import AccountNames
from livechat.domain.errors import Banned, NameTaken, UsernameTaken
from livechat.domain.events import UserChanged, user_topic
from livechat.domain.limits import Limits
from livechat.domain.model import InvitationId, Room, RoomId, ServerRole, User, UserId, UserKind
from livechat.domain.names import name_key
from livechat.domain.passwords import Passwords
from livechat.domain.people_ports import NewUser, SignInStore, UserStore
from livechat.domain.policy_desk import PolicyDesk
from livechat.domain.ports import Backplane, Clock
from livechat.domain.sign_in_limits import SignInLimits
from livechat.domain.sign_ins import SignIns, sha256

USERNAME_TRIES = 20
"""So many may take one user name after another before a registration gives up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody who was let in."""

    user: User
    token: str
    """For the cookie of the sign-in."""
    room: Room | None
    """Where they land; None: wherever they were last."""
    guest_key: str | None = None
    """For a cookie that gives a guest their name back in the same browser."""


class Reception:
    """One per process. Owns the threads that hash passwords, until `close`."""

    def __init__(  # noqa: PLR0913  (what it stands on; the last two are for tests)
        self,
        users: UserStore,
        sign_ins: SignInStore,
        *,
        policy: PolicyDesk,
        backplane: Backplane,
        clock: Clock,
        limits: Limits,
        passwords: Passwords | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.users = users
        self.sign_ins = SignIns(sign_ins, backplane=backplane, clock=clock, limits=limits)
        self.names = AccountNames(users)
        self.passwords = passwords or Passwords(limits)
        self.tries = SignInLimits(limits)
        self.policy = policy
        self.backplane = backplane
        self.clock = clock
        self.limits = limits
        self.sleep = sleep

    async def as_now(self, user: User) -> User:
        """The same person at this moment: a page may have asked in the name of somebody who was demoted since. :raises Banned:"""
        current = await self.users.by_id(user.id)
        if current is None:
            raise Banned
        must_be_active(current)
        return current

    def count_try(self, address: str) -> None:
        """Of somebody who wants to come in without a name that is known. :raises TooManyAttempts:"""
        self.tries.start_from(address, self.clock.monotonic())

    async def new_account(self, name: str, password: str, *, email: str | None, role: ServerRole) -> NewUser:
        """:raises PasswordTooShort: :raises PasswordTooLong: :raises TooBusy:"""
        return NewUser(
            display_name=name,
            name_key=name_key(name),
            email=email,
            role=role,
            password_hash=await self.passwords.hash(password),
            username=await self.names.username_for(name),
            created_at=self.clock.now(),
        )

    async def new_guest(self, name: str, guest_key: str | None) -> NewUser:
        return NewUser(
            display_name=name,
            name_key=name_key(name),
            email=None,
            role=ServerRole.MEMBER,
            password_hash=None,
            username=await self.names.username_for(name),
            created_at=self.clock.now(),
            kind=UserKind.GUEST,
            guest_key_hash=None if guest_key is None else sha256(guest_key),
        )

    async def must_be_free(self, name: str, *, but_for: UserId | None = None) -> None:
        """:raises NameTaken: with a suggestion."""
        if not await self.names.is_free(name, but_for=but_for):
            raise NameTaken(suggestion=await self.names.suggestion(name))

    async def add(self, new: NewUser, *, join: RoomId | None, invitation: InvitationId | None = None) -> User:
        """Whoever else takes the same name meanwhile: one of them gets it.

        :raises NameTaken: with a suggestion. :raises UsernameTaken: :raises InvitationUnusable:
        """
        for _ in range(USERNAME_TRIES):
            try:
                return await self.users.add(new, join=join, invitation=invitation)
            except NameTaken:
                raise NameTaken(suggestion=await self.names.suggestion(new.display_name)) from None
            except UsernameTaken:
                new = replace(new, username=await self.names.username_for(new.display_name))
        raise UsernameTaken

    def changed(self, stored: User, change: Callable[[User], User]) -> User:
        """Tell of a stored change. `change` sets the fields of this one alone: two at once may come back in either order."""
        user = self.sign_ins.change_user(stored.id, change) or stored
        self.backplane.broadcast(user_topic(user.id), UserChanged(user=user))
        return user

    async def close(self) -> None:
        await self.passwords.close()
