"""What the domain needs from outside about people: accounts and guests, how they come in, what is kept about them.

The rules for all stores are in `ports.py`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from livechat.domain.audit import Act, AuditEntry, AuditId
from livechat.domain.face import Face
from livechat.domain.invitation import Invitation, InvitedAs
from livechat.domain.model import (
    InvitationId,
    Person,
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
from livechat.domain.push import PushTarget, PushTargetId


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """An account or a guest to be stored. `name_key` and `username` are unique; see `domain/names.py` for how keys are made."""

    display_name: str
    name_key: str
    username: str
    email: str | None
    role: ServerRole
    password_hash: str | None
    """None: a guest."""
    created_at: datetime
    kind: UserKind = UserKind.ACCOUNT
    guest_key_hash: bytes | None = None
    """Of the token by which a guest's browser gets their name back after signing out."""


class UserStore(Protocol):
    async def has_owner(self) -> bool: ...

    async def create_first_owner(
        self, user: NewUser, *, server_name: str, room_name: str, room_slug: str, room_description: str
    ) -> tuple[User, Room]:
        """Owner, server name and first room (the owner its member and admin) in one transaction.

        :raises AlreadySetUp: an owner exists; nothing was changed. Of many at once, one wins.
        """
        ...

    async def add(self, user: NewUser, *, join: RoomId | None = None, invitation: InvitationId | None = None) -> User:
        """Store an account or a guest; with `join`, a member of that room in the same transaction (ignored if the room is gone).

        With `invitation`, that is redeemed in it: counted, remembered, and the member is of its room, or of `join` if it names none.
        Of many at once who use the last place, one gets it.

        :raises NameTaken: :raises UsernameTaken: :raises InvitationUnusable:
        """
        ...

    async def by_id(self, user_id: UserId) -> User | None: ...

    async def by_login(self, *, name_key: str, username: str) -> tuple[User, str | None] | None:
        """Who has the user name `username`, else the display name with `name_key`, whatever their status; with their password hash.

        A guest has no hash. Guests who are gone have no names.
        """
        ...

    async def password_hash(self, user_id: UserId) -> str | None: ...

    async def set_password_hash(self, user_id: UserId, password_hash: str, *, instead_of: str | None = None) -> bool:
        """With `instead_of`, only while that is the stored one. Whether it was set; links to set one are void then."""
        ...

    async def update_profile(
        self, user_id: UserId, *, display_name: str, name_key: str, username: str, email: str | None, bio: str = ''
    ) -> User:
        """:raises NameTaken: :raises UsernameTaken:"""
        ...

    async def set_picture(self, user_id: UserId, face: Face | None) -> User:
        """See `livechat.domain.face.PictureStore`. :raises NotFound:"""
        ...

    async def update_preferences(self, user_id: UserId, preferences: Preferences) -> User: ...

    async def set_last_room(self, user_id: UserId, room_id: RoomId) -> None: ...

    async def taken_usernames(self, prefix: str) -> frozenset[str]:
        """Every user name that starts with `prefix`: to find a free one."""
        ...

    async def by_email(self, email: str) -> Sequence[User]:
        """Active accounts with that address, without regard to case."""
        ...

    async def by_guest_key(self, guest_key_hash: bytes) -> User | None:
        """The guest whose browser holds that key: active, or banned."""
        ...

    async def people(self, *, words: str = '', limit: int, offset: int = 0) -> Sequence[User]:
        """Everybody but guests who are gone: owners, admins, then the others, each by name; with `words`, whose names contain them."""
        ...

    async def acquaintances(self, user_id: UserId, *, words: str = '', everybody: bool, limit: int) -> Sequence[Person]:
        """Active people but this one, whose names contain `words`: first whom they share a direct room with, the latest first,
        then whom they share another room with, then by name. Not `everybody`: only people they share a room with.
        """
        ...

    async def admins(self) -> Sequence[Person]:
        """Active owners, then admins."""
        ...

    async def set_role(self, user_id: UserId, role: ServerRole) -> User:
        """:raises NotAllowed: nobody active would be owner. :raises NotFound:"""
        ...

    async def set_status(self, user_id: UserId, status: UserStatus) -> User:
        """Active, or banned. :raises NotAllowed: nobody active would be owner. :raises NotFound:"""
        ...

    async def deactivate(self, user_id: UserId) -> User:
        """Their e-mail, push targets, password links and memberships but those of direct rooms go.

        :raises NotAllowed: nobody active would be owner. :raises NotFound:
        """
        ...

    async def make_account(self, user_id: UserId, *, password_hash: str, email: str | None) -> User:
        """Turn an active guest into an account, in place. :raises NotFound: there is no such guest."""
        ...

    async def end_guests(self, user_ids: Collection[UserId]) -> Sequence[User]:
        """Those among them that are guests and not gone, as they were: sign-ins and memberships end, names are freed,
        pictures go, messages stay.
        """
        ...

    async def guests_unseen_since(self, before: datetime) -> Sequence[UserId]:
        """Guests who are not gone, made before then, without a sign-in that was seen since, whether it holds or has ended."""
        ...


class SignInStore(Protocol):
    async def add(  # noqa: PLR0913 - one column each, and what it rests on
        self,
        user_id: UserId,
        token_hash: bytes,
        *,
        user_agent: str,
        at: datetime,
        password_hash: str | None = None,
        as_guest: bool = False,
        address: str = '',
    ) -> SignIn:
        """With `password_hash`, the one that was verified, only while it still is the user's: one transaction looks and adds.

        :raises SignInFailed: it was changed meanwhile, the user is not active, or `as_guest` and they have an account; nothing was
            stored.
        """
        ...

    async def by_token_hash(self, token_hash: bytes) -> tuple[SignIn, User] | None: ...

    async def of(self, user_id: UserId) -> Sequence[SignIn]:
        """The last seen first."""
        ...

    async def touch(self, sign_in_id: SignInId, *, at: datetime, address: str | None = None) -> None: ...

    async def set_utc_offset(self, sign_in_id: SignInId, utc_offset_min: int) -> None: ...

    async def end(self, sign_in_id: SignInId) -> None: ...

    async def end_others(self, user_id: UserId, *, keep: SignInId | None) -> Sequence[SignInId]:
        """End all sign-ins of a user but `keep`; return the ended ones."""
        ...

    async def gone_among(self, sign_in_ids: Iterable[SignInId]) -> Sequence[SignInId]:
        """Those that have ended, whichever process ended them. One query; ids are never used again."""
        ...

    async def end_unused_since(self, before: datetime) -> int:
        """Forget sign-ins last seen before that time; return how many."""
        ...


class InvitationStore(Protocol):
    async def add(
        self,
        *,
        room_id: RoomId | None,
        invited_as: InvitedAs,
        created_by: UserId,
        at: datetime,
        expires_at: datetime | None,
        max_uses: int | None,
    ) -> Invitation:
        """:raises RoomNotFound:"""
        ...

    async def by_id(self, invitation_id: InvitationId) -> Invitation | None: ...

    async def all(self) -> Sequence[Invitation]:
        """Also those that let nobody in any more; the newest first."""
        ...

    async def of_room(self, room_id: RoomId) -> Sequence[Invitation]:
        """The newest first."""
        ...

    async def made_by(self, user_id: UserId) -> Sequence[Invitation]:
        """The newest first."""
        ...

    async def revoke(self, invitation_id: InvitationId, *, at: datetime) -> bool:
        """Whether that was news."""
        ...

    async def redeem(self, invitation_id: InvitationId, user_id: UserId, *, join: RoomId | None, at: datetime) -> RoomId | None:
        """For somebody who is signed in: a member of its room, or of `join` if it names none. The room, if there is one.

        Who is a member already uses it up for nobody. :raises InvitationUnusable:
        """
        ...

    async def guests_of(self, invitation_id: InvitationId) -> Sequence[UserId]:
        """Guests who came by it and are not gone."""
        ...


class PasswordLinkStore(Protocol):
    """One-time links; the token itself is kept nowhere."""

    async def add(self, token_hash: bytes, user_id: UserId, *, created_by: UserId | None, expires_at: datetime) -> None: ...

    async def user_of(self, token_hash: bytes, *, at: datetime) -> User | None:
        """Whose password the link sets, while it can be used: by an active account, and while who made it could make it still."""
        ...

    async def redeem(self, token_hash: bytes, password_hash: str, *, at: datetime) -> User | None:
        """Set the password and forget all links of that person, in one transaction. None, and nothing was done: not usable."""
        ...


class AuditStore(Protocol):
    async def add(self, *, at: datetime, actor: UserId | None, act: Act, subject: str, detail: str) -> None: ...

    async def before(self, entry: AuditId | None, *, limit: int) -> Sequence[AuditEntry]:
        """The newest first, from the newest or from before that entry on."""
        ...


class AddressBanStore(Protocol):
    async def add(self, addresses: Collection[str], *, user_id: UserId, at: datetime) -> None: ...

    async def remove_of(self, user_id: UserId) -> None:
        """Those that were banned with that person."""
        ...

    async def all(self) -> frozenset[str]: ...


class PushTargetStore(Protocol):
    async def of(self, user_id: UserId) -> Sequence[PushTarget]:
        """In the order they were added."""
        ...

    async def owners(self) -> frozenset[UserId]:
        """Active people with at least one target that is enabled."""
        ...

    async def add(self, user_id: UserId, url: str, *, at: datetime) -> PushTarget:
        """The same one when they have that URL already, enabled again."""
        ...

    async def remove(self, user_id: UserId, target_id: PushTargetId) -> bool:
        """Whether they had it."""
        ...

    async def succeeded(self, target_id: PushTargetId) -> None:
        """No failures, enabled."""
        ...

    async def failed(self, target_id: PushTargetId, error: str) -> PushTarget | None:
        """One more failure; at FAILURES_UNTIL_OFF it is switched off. None if it is gone."""
        ...
