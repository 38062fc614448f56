"""The rows, each with `to_domain()`. Their DDL is in `migrations/`; a test holds the two against each other."""

from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, DateTime, Dialect, ForeignKey, Index
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from livechat.domain.model import (
    InvitationId,
    Involvement,
    Member,
    Membership,
    Person,
    Preferences,
    Room,
    RoomId,
    RoomKind,
    RoomRole,
    Server,
    ServerRole,
    SignIn,
    SignInId,
    Theme,
    User,
    UserId,
    UserKind,
    UserStatus,
)
from livechat.domain.policy import Circle, Policy, Registration


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC: SQLite has no time zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        assert value.tzinfo is not None
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class TableRow(SQLModel):
    """What every row is: of a table that is named, not derived."""

    __tablename__: ClassVar[str]  # pyright: ignore[reportIncompatibleVariableOverride] - SQLModel says declared_attr


class ServerRow(TableRow, table=True):
    """The one row about this server."""

    __tablename__ = 'server'
    __table_args__ = (CheckConstraint('id = 1', name='ck_server_one_row'),)

    id: int = Field(default=1, primary_key=True)
    name: str
    registration: str = Registration.OPEN.value
    guests: bool = True
    create_rooms: str = Circle.MEMBERS.value
    invite: str = Circle.MEMBERS.value
    picture: str = ''

    def to_domain(self) -> Server:
        return Server(name=self.name, picture=self.picture)

    def to_policy(self) -> Policy:
        return Policy(
            registration=Registration(self.registration),
            guests=self.guests,
            create_rooms=Circle(self.create_rooms),
            invite=Circle(self.invite),
        )


_LAST_ROOM = ForeignKey('rooms.id', ondelete='SET NULL', name='fk_users_last_room', use_alter=True)
"""Apart from the table, or users and rooms could not be sorted, each of them referring to the other."""


class UserRow(TableRow, table=True):
    """`name_key` is the display name as it is compared; see `domain/names.py`."""

    __tablename__ = 'users'
    __table_args__ = (Index('uq_users_guest_key_hash', 'guest_key_hash', unique=True), {'sqlite_autoincrement': True})

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    role: str
    username: str = Field(unique=True)
    name_key: str = Field(unique=True)
    display_name: str
    email: str | None = None
    password_hash: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    theme: str = Theme.SYSTEM.value
    rooms_folded: bool = False
    people_folded: bool = False
    last_room_id: int | None = Field(default=None, sa_column_args=[_LAST_ROOM])
    bio: str = ''
    status: str = UserStatus.ACTIVE.value
    sound: bool = False
    push_bodies: bool = True
    invitation_id: int | None = None
    """No foreign key: an invitation goes with its room, who came by it stays."""
    guest_key_hash: bytes | None = None
    last_seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """By the sign-ins that have ended; the others say it themselves."""
    picture: str = ''

    def to_domain(self) -> User:
        assert self.id is not None
        return User(
            id=UserId(self.id),
            kind=UserKind(self.kind),
            role=ServerRole(self.role),
            username=self.username,
            display_name=self.display_name,
            email=self.email,
            created_at=self.created_at,
            preferences=Preferences(
                theme=Theme(self.theme),
                rooms_folded=self.rooms_folded,
                people_folded=self.people_folded,
                sound=self.sound,
                push_bodies=self.push_bodies,
            ),
            last_room_id=None if self.last_room_id is None else RoomId(self.last_room_id),
            bio=self.bio,
            picture=self.picture,
            status=UserStatus(self.status),
            invitation_id=None if self.invitation_id is None else InvitationId(self.invitation_id),
        )

    def to_person(self) -> Person:
        return self.to_domain().person


class PictureRow(TableRow, table=True):
    """Of a person, a room or the server, whose row names its token."""

    __tablename__ = 'pictures'

    token: str = Field(primary_key=True)
    webp_64: bytes
    webp_256: bytes
    png_256: bytes | None = None
    """Of the server: its icon."""


class SignInRow(TableRow, table=True):
    __tablename__ = 'sign_ins'
    __table_args__ = {'sqlite_autoincrement': True}

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key='users.id', ondelete='CASCADE', index=True)
    token_hash: bytes = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    user_agent: str
    utc_offset_min: int | None = None
    address: str = ''

    def to_domain(self) -> SignIn:
        assert self.id is not None
        return SignIn(
            id=SignInId(self.id),
            user_id=UserId(self.user_id),
            created_at=self.created_at,
            last_seen_at=self.last_seen_at,
            user_agent=self.user_agent,
            utc_offset_min=self.utc_offset_min,
            address=self.address,
        )


class RoomRow(TableRow, table=True):
    """`last_number` and `last_seq` are counted in the transaction that stores a message.

    A room whose name need not be unique has a key that no name has: a unit separator and its id.
    """

    __tablename__ = 'rooms'
    __table_args__ = (Index('uq_rooms_direct_key', 'direct_key', unique=True), {'sqlite_autoincrement': True})

    id: int | None = Field(default=None, primary_key=True)
    name: str
    name_key: str = Field(unique=True)
    slug: str = Field(unique=True)
    description: str
    created_by: int | None = Field(default=None, foreign_key='users.id', ondelete='SET NULL')
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_number: int = 0
    last_seq: int = 0
    kind: str = RoomKind.OPEN.value
    announcements: bool = False
    slow_mode_s: int = 0
    archived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    direct_key: str | None = None
    picture: str = ''

    def to_domain(self) -> Room:
        assert self.id is not None
        return Room(
            id=RoomId(self.id),
            name=self.name,
            slug=self.slug,
            description=self.description,
            created_by=None if self.created_by is None else UserId(self.created_by),
            created_at=self.created_at,
            kind=RoomKind(self.kind),
            announcements=self.announcements,
            slow_mode_s=self.slow_mode_s,
            archived_at=self.archived_at,
            picture=self.picture,
        )


class RoomSlugRow(TableRow, table=True):
    """A slug that a room had before it was renamed."""

    __tablename__ = 'room_slugs'

    slug: str = Field(primary_key=True)
    room_id: int = Field(foreign_key='rooms.id', ondelete='CASCADE', index=True)


class MembershipRow(TableRow, table=True):
    __tablename__ = 'memberships'

    room_id: int = Field(primary_key=True, foreign_key='rooms.id', ondelete='CASCADE')
    user_id: int = Field(primary_key=True, foreign_key='users.id', ondelete='CASCADE', index=True)
    role: str
    joined_at: datetime = Field(sa_type=UtcDateTime)
    involvement: str = Involvement.MENTIONS.value
    favourite: bool = False
    last_read: int = 0
    timed_out_until: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def to_domain(self) -> Membership:
        return Membership(
            room_id=RoomId(self.room_id),
            user_id=UserId(self.user_id),
            role=RoomRole(self.role),
            joined_at=self.joined_at,
            involvement=Involvement(self.involvement),
            favourite=self.favourite,
            timed_out_until=self.timed_out_until,
        )

    def to_member(self, person: Person) -> Member:
        return Member(person=person, role=RoomRole(self.role), joined_at=self.joined_at, timed_out_until=self.timed_out_until)
