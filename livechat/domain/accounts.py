"""Accounts: who may act as whom. The first owner, registering, signing in and out, passwords, profiles.

Whatever changes a user or ends a sign-in is broadcast on `user.{id}`, after it is so for everybody who asks.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import replace

from livechat.domain.account_names import login_username
from livechat.domain.errors import AlreadySetUp, Banned, NotAllowed, NotFound, SetUpTokenInvalid, TooBusy, TooFast, UsernameTaken
from livechat.domain.model import (
    MAX_NAME_CHARS,
    Preferences,
    Room,
    RoomId,
    ServerRole,
    SignIn,
    SignInId,
    User,
    UserId,
    UserKind,
    UserStatus,
)
from livechat.domain.names import clean_bio, clean_email, clean_name, clean_username, name_key
from livechat.domain.password_errors import SignInFailed, WrongPassword
from livechat.domain.policy import Registration
from livechat.domain.rate_limit import TokenBuckets
from livechat.domain.reception import Reception
from livechat.domain.sign_ins import RECHECK_S, sha256
from livechat.domain.signed_in import SignedIn
from livechat.domain.slugs import ALPHABET

__all__ = ['Accounts', 'SignedIn']

FIRST_ROOM_NAME = 'Lobby'
FIRST_ROOM_SLUG = 'lobby'
FIRST_ROOM_DESCRIPTION = 'Everything that has no room of its own'


class Accounts:
    """One per process, on the event loop."""

    def __init__(self, reception: Reception, *, set_up_token: str | None) -> None:
        self._reception = reception
        self._users = reception.users
        self._names = reception.names
        self._passwords = reception.passwords
        self._tries = reception.tries
        self._live = reception.sign_ins
        self._clock = reception.clock
        self._set_up_token = set_up_token
        self._has_owner = False
        limits = reception.limits
        self._changes: TokenBuckets[UserId] = TokenBuckets(limits.change_burst, limits.change_refill_per_s)

    # The first owner

    async def has_owner(self) -> bool:
        """Asked of the store until it is so: the command line may make the owner while the server runs."""
        if not self._has_owner:
            self._has_owner = await self._users.has_owner()
        return self._has_owner

    @property
    def set_up_token(self) -> str | None:
        """For the address that the server prints; None once an owner is known."""
        return None if self._has_owner else self._set_up_token

    def check_set_up_token(self, token: str) -> None:
        """:raises SetUpTokenInvalid:"""
        expected = self.set_up_token
        if expected is None or not hmac.compare_digest(sha256(token), sha256(expected)):
            raise SetUpTokenInvalid

    async def set_up(self, token: str, *, name: str, password: str, server_name: str) -> tuple[User, Room]:
        """The owner and the first room, open to all, the owner its admin. Of many at once, one wins.

        :raises AlreadySetUp: :raises SetUpTokenInvalid: :raises NameInvalid: :raises PasswordTooShort: :raises TooBusy:
        """
        if await self.has_owner():
            raise AlreadySetUp
        self.check_set_up_token(token)
        return await self._create_first_owner(clean_name(name), password, clean_name(server_name, 'server_name'))

    async def _create_first_owner(self, name: str, password: str, server_name: str) -> tuple[User, Room]:
        owner = await self._reception.new_account(name, password, email=None, role=ServerRole.OWNER)
        try:
            return await self._users.create_first_owner(
                owner,
                server_name=server_name,
                room_name=FIRST_ROOM_NAME,
                room_slug=FIRST_ROOM_SLUG,
                room_description=FIRST_ROOM_DESCRIPTION,
            )
        finally:
            await self.has_owner()

    # Registering

    async def register(
        self, *, name: str, password: str, email: str | None = None, join: RoomId | None, address: str | None = None
    ) -> User:
        """A new member. With `address`, the try counts against that address.

        :raises NameInvalid: :raises NameTaken: with a suggestion. :raises EmailInvalid: :raises PasswordTooShort:
        :raises PasswordTooLong: :raises TooManyAttempts: :raises TooBusy: :raises NotAllowed: when the policy lets nobody register.
        """
        self._must_register()
        clean, mail = clean_name(name), clean_email(email or '')
        self._passwords.check_new(password)
        if address is not None:
            self._reception.count_try(address)
        return await self._add(clean, password, email=mail, role=ServerRole.MEMBER, join=join)

    async def add_user(self, name: str, password: str, role: ServerRole, *, join: RoomId | None = None) -> User:
        """For the command line. The first owner made so gets the first room too, and ends the set-up address."""
        clean = clean_name(name)
        if role is ServerRole.OWNER and not await self.has_owner():
            user, _ = await self._create_first_owner(clean, password, f'{clean}’s place'[:MAX_NAME_CHARS])
            return user
        return await self._add(clean, password, email=None, role=role, join=join)

    async def _add(self, name: str, password: str, *, email: str | None, role: ServerRole, join: RoomId | None) -> User:
        await self._reception.must_be_free(name)
        return await self._reception.add(await self._reception.new_account(name, password, email=email, role=role), join=join)

    def _must_register(self) -> None:
        match self._reception.policy.current.registration:
            case Registration.INVITED:
                raise NotAllowed('You need an invitation to make an account here. Ask somebody who is in already for a link.')
            case Registration.CLOSED:
                raise NotAllowed('Nobody can make an account here at the moment.')
            case Registration.OPEN:
                return

    # Signing in and out

    async def sign_in(self, name: str, password: str, *, address: str, user_agent: str) -> tuple[User, str]:
        """Who has that user name or display name and that password, and the token of the sign-in that was started for them.

        If it is nobody: the same text after the same work. Only who knows the password learns that they are banned.

        :raises SignInFailed: :raises Banned: :raises TooManyAttempts: :raises TooBusy:
        """
        typed = name[: 4 * MAX_NAME_CHARS]  # no name is so long; tables of tries keep their keys
        key = name_key(typed)
        wait_s = self._tries.start(key, address, self._clock.monotonic())
        if wait_s:
            await self._reception.sleep(wait_s)
        user, password_hash = await self._users.by_login(name_key=key, username=login_username(typed)) or (None, None)
        try:
            matches = await self._passwords.verify(password, password_hash)
        except TooBusy:
            self._tries.unanswered(key, address)
            raise
        if user is None or not matches or user.status is UserStatus.DEACTIVATED:
            raise SignInFailed
        if user.status is UserStatus.BANNED:
            raise Banned
        # A password that was changed since it was read here has ended all sign-ins there were: this one may not come after.
        token, _ = await self._live.start(user.id, user_agent=user_agent, address=address, password_hash=password_hash)
        self._tries.succeeded(key, address)
        return user, token

    async def start_sign_in(self, user_id: UserId, *, user_agent: str, address: str = '') -> tuple[str, SignIn]:
        """For an account just made: the token for the cookie, 256 random bits that are kept nowhere else, and the sign-in."""
        return await self._live.start(user_id, user_agent=user_agent, address=address)

    async def signed_in(self, token: str, *, address: str | None = None) -> SignedIn | None:
        """Who holds this token; None for an unknown, ended or expired one. Renews it, and where it is used, at most hourly."""
        return await self._live.signed_in(token, address=address)

    def current(self, sign_in_id: SignInId) -> User | None:
        """The user as they are now; None once the sign-in has ended. Every live handler starts with this."""
        return self._live.current(sign_in_id)

    async def sign_out(self, sign_in_id: SignInId) -> None:
        """End it, and show its live tabs out."""
        await self._live.end(sign_in_id)

    async def sign_ins(self, user: User) -> Sequence[SignIn]:
        """This person's own, the last seen first."""
        return await self._live.of(user.id)

    async def end_sign_in(self, user: User, sign_in_id: SignInId) -> None:
        """End one of their own. :raises NotFound: for somebody else's, as for one that never was."""
        if sign_in_id not in {each.id for each in await self._live.of(user.id)}:
            raise NotFound('That sign-in has ended already.')
        await self._live.end(sign_in_id)

    async def end_other_sign_ins(self, user: User, *, keep: SignInId) -> None:
        await self._live.end_others(user.id, keep=keep)

    async def remember_utc_offset(self, sign_in_id: SignInId, minutes: int) -> None:
        """East of UTC, of the browser that holds this sign-in."""
        await self._live.set_utc_offset(sign_in_id, minutes)

    async def watch_sign_ins(self) -> None:
        """Notice what other processes end, for ever. Its death loses nothing: the next look sees the same."""
        while True:
            await self._reception.sleep(RECHECK_S)
            await self._live.end_gone()

    async def forget_unused(self) -> int:
        """Delete the rows of sign-ins that have expired; return how many. For the server's start."""
        return await self._live.forget_unused()

    # Passwords and profiles

    async def change_password(self, user: User, sign_in_id: SignInId, *, current: str, new: str) -> None:
        """Ends the other sign-ins.

        :raises WrongPassword: :raises PasswordTooShort: :raises PasswordTooLong: :raises TooManyAttempts: :raises TooBusy:
        """
        self._passwords.check_new(new)
        self._tries.start_confirming(user.id, self._clock.monotonic())
        stored = await self._users.password_hash(user.id)
        if not await self._passwords.verify(current, stored):
            raise WrongPassword
        self._tries.confirmed(user.id)
        # Hashing takes time, and a reset meanwhile is there to shut out whoever knows the old password.
        if not await self._users.set_password_hash(user.id, await self._passwords.hash(new), instead_of=stored):
            raise WrongPassword
        await self._live.end_others(user.id, keep=sign_in_id)

    async def reset_password(self, name: str) -> str:
        """A new random password, to be read out to its owner; all sign-ins end. :raises NotFound:"""
        found = await self._users.by_login(name_key=name_key(name), username=login_username(name))
        if found is None:
            raise NotFound(f'There is nobody called “{name}”.')
        user = found[0]
        if user.kind is not UserKind.ACCOUNT or user.status is not UserStatus.ACTIVE:
            raise NotFound(f'“{name}” is no account that can be signed in to.')
        password = '-'.join(''.join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
        if not await self._users.set_password_hash(user.id, await self._passwords.hash(password)):
            raise NotFound(f'There is nobody called “{name}” any more.')
        await self._live.end_others(user.id, keep=None)
        return password

    async def update_profile(self, user: User, *, display_name: str, username: str, email: str | None, bio: str | None = None) -> User:
        """Without a bio, it stays.

        :raises NameInvalid: :raises EmailInvalid: :raises BioTooLong: :raises NameTaken: :raises UsernameTaken: the last two with a
            suggestion. :raises TooFast:
        """
        name, handle, address = clean_name(display_name), clean_username(username), clean_email(email or '')
        about = user.bio if bio is None else clean_bio(bio)
        if wait_s := self._changes.take(user.id, self._clock.monotonic()):
            raise TooFast('That was a lot at once', retry_after_s=wait_s)
        await self._reception.must_be_free(name, but_for=user.id)
        if not await self._names.is_free(handle, but_for=user.id):
            raise UsernameTaken(suggestion=await self._names.username_for(handle))
        stored = await self._users.update_profile(
            user.id, display_name=name, name_key=name_key(name), username=handle, email=address, bio=about
        )
        return self._reception.changed(
            stored,
            lambda kept: replace(kept, display_name=stored.display_name, username=stored.username, email=stored.email, bio=stored.bio),
        )

    async def update_preferences(self, user: User, preferences: Preferences) -> User:
        stored = await self._users.update_preferences(user.id, preferences)
        return self._reception.changed(stored, lambda kept: replace(kept, preferences=stored.preferences))

    async def remember_room(self, user_id: UserId, room_id: RoomId) -> None:
        """Where `/` leads next time."""
        await self._users.set_last_room(user_id, room_id)
        self._live.change_user(user_id, lambda kept: replace(kept, last_room_id=room_id))
