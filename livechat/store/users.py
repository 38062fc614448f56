"""Accounts and guests: who they are and what they say about themselves. `people.py` lists them, `moderation.py` ends them."""

from sqlalchemy import exists, func, update
from sqlmodel import Session, col, select

from livechat.domain.errors import AlreadySetUp, NameTaken, NotFound, UsernameTaken
from livechat.domain.face import Face
from livechat.domain.model import InvitationId, Preferences, Room, RoomId, RoomRole, ServerRole, User, UserId, UserKind, UserStatus
from livechat.domain.names import name_key
from livechat.domain.people_ports import NewUser
from livechat.store.database import reads, writes
from livechat.store.inputs import can_be_stored
from livechat.store.invitations import use_up
from livechat.store.moderation import SqlModeration
from livechat.store.password_links import forget_password_links
from livechat.store.people import SqlPeople
from livechat.store.pictures import exchange_picture
from livechat.store.room_rows import join_room
from livechat.store.rooms import add_room
from livechat.store.tables import RoomRow, ServerRow, UserRow
from livechat.store.user_rows import existing, is_guest, is_not_gone

LAST_CHARACTER = '\U0010ffff'


class SqlUsers(SqlPeople, SqlModeration):
    """See `livechat.domain.people_ports.UserStore`."""

    @reads
    def has_owner(self, session: Session) -> bool:
        return _has_owner(session)

    @writes
    def create_first_owner(
        self, session: Session, user: NewUser, *, server_name: str, room_name: str, room_slug: str, room_description: str
    ) -> tuple[User, Room]:
        if _has_owner(session):
            raise AlreadySetUp
        owner = _add(session, user).to_domain()
        session.get_one(ServerRow, 1).name = server_name
        room = RoomRow(
            name=room_name, name_key=name_key(room_name), slug=room_slug, description=room_description, created_at=user.created_at
        )
        return owner, add_room(session, room, creator=owner.id)

    @writes
    def add(self, session: Session, user: NewUser, *, join: RoomId | None = None, invitation: InvitationId | None = None) -> User:
        row = _add(session, user)  # first: who is refused for their name has used no invitation up
        if invitation is not None:
            join = use_up(session, invitation, at=user.created_at) or join
            row.invitation_id = invitation
        stored = row.to_domain()
        room = None if join is None else session.get(RoomRow, join)
        if room is not None:
            join_room(session, room, stored.id, role=RoomRole.MEMBER, at=user.created_at)
        return stored

    @reads
    def by_id(self, session: Session, user_id: UserId) -> User | None:
        row = session.get(UserRow, user_id)
        return None if row is None else row.to_domain()

    @reads
    def by_login(self, session: Session, *, name_key: str, username: str) -> tuple[User, str | None] | None:
        for column, value in ((UserRow.username, username), (UserRow.name_key, name_key)):
            if not can_be_stored(value):
                continue
            row = session.exec(select(UserRow).where(column == value, is_not_gone())).first()
            if row is not None:
                return row.to_domain(), row.password_hash
        return None

    @reads
    def by_guest_key(self, session: Session, guest_key_hash: bytes) -> User | None:
        row = session.exec(select(UserRow).where(UserRow.guest_key_hash == guest_key_hash, is_not_gone(), is_guest())).first()
        return None if row is None else row.to_domain()

    @reads
    def password_hash(self, session: Session, user_id: UserId) -> str | None:
        return session.exec(select(UserRow.password_hash).where(UserRow.id == user_id)).first()

    @writes
    def set_password_hash(self, session: Session, user_id: UserId, password_hash: str, *, instead_of: str | None = None) -> bool:
        row = session.get(UserRow, user_id)
        if row is None or row.kind == UserKind.GUEST.value or (instead_of is not None and row.password_hash != instead_of):
            return False  # a guest who had a password would be an account that ends after 90 days
        row.password_hash = password_hash
        forget_password_links(session, user_id)
        return True

    @writes
    def update_profile(  # noqa: PLR0913 - one column each
        self, session: Session, user_id: UserId, *, display_name: str, name_key: str, username: str, email: str | None, bio: str = ''
    ) -> User:
        row = existing(session, user_id)
        _refuse_taken(session, name_key=name_key, username=username, but=user_id)
        row.display_name, row.name_key, row.username, row.email, row.bio = display_name, name_key, username, email, bio
        return row.to_domain()

    @writes
    def set_picture(self, session: Session, user_id: UserId, face: Face | None) -> User:
        row = existing(session, user_id)
        exchange_picture(session, row, face)
        return row.to_domain()

    @writes
    def update_preferences(self, session: Session, user_id: UserId, preferences: Preferences) -> User:
        row = existing(session, user_id)
        row.theme = preferences.theme.value
        row.rooms_folded, row.people_folded = preferences.rooms_folded, preferences.people_folded
        row.sound, row.push_bodies = preferences.sound, preferences.push_bodies
        return row.to_domain()

    @writes
    def set_last_room(self, session: Session, user_id: UserId, room_id: RoomId) -> None:
        """A room that is gone is nobody's last one."""
        there = exists().where(col(RoomRow.id) == room_id)
        session.execute(update(UserRow).where(col(UserRow.id) == user_id, is_not_gone(), there).values(last_room_id=room_id))

    @reads
    def taken_usernames(self, session: Session, prefix: str) -> frozenset[str]:
        if not can_be_stored(prefix):
            return frozenset()
        taken = select(UserRow.username).where(UserRow.username >= prefix, UserRow.username <= prefix + LAST_CHARACTER, is_not_gone())
        return frozenset(session.exec(taken))

    @writes
    def make_account(self, session: Session, user_id: UserId, *, password_hash: str, email: str | None) -> User:
        row = existing(session, user_id)
        if (row.kind, row.status) != (UserKind.GUEST.value, UserStatus.ACTIVE.value):
            raise NotFound('You are no guest any more. Load the page again.')
        row.kind, row.password_hash, row.email, row.guest_key_hash = UserKind.ACCOUNT.value, password_hash, email, None
        return row.to_domain()


def _has_owner(session: Session) -> bool:
    owners = select(func.count()).select_from(UserRow).where(UserRow.role == ServerRole.OWNER.value)
    return session.exec(owners).one() > 0


def _add(session: Session, user: NewUser) -> UserRow:
    _refuse_taken(session, name_key=user.name_key, username=user.username, but=None)
    row = UserRow(
        kind=user.kind.value,
        role=user.role.value,
        username=user.username,
        name_key=user.name_key,
        display_name=user.display_name,
        email=user.email,
        password_hash=user.password_hash,
        created_at=user.created_at,
        guest_key_hash=user.guest_key_hash,
    )
    session.add(row)
    session.flush()
    return row


def _refuse_taken(session: Session, *, name_key: str, username: str, but: UserId | None) -> None:
    """No race: this runs in the one transaction that writes."""
    if session.exec(select(UserRow.id).where(UserRow.name_key == name_key, UserRow.id != but)).first() is not None:
        raise NameTaken
    if session.exec(select(UserRow.id).where(UserRow.username == username, UserRow.id != but)).first() is not None:
        raise UsernameTaken
