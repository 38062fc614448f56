"""Guests and invitations, kinds of rooms, how far people have read, what admins do, where people are told of things."""

import sqlalchemy as sa
from alembic import op

from livechat.domain.names import name_key

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _columns()
    _read_so_far()
    _new_tables()
    _new_keys('users', 'display_name')
    _new_keys('rooms', 'name')


def _columns() -> None:
    """Added one by one: SQLite would make a table anew for anything else, and drop what refers to it."""
    false, true = sa.false(), sa.true()
    for table, column in (
        ('server', sa.Column('registration', sa.String(), nullable=False, server_default='open')),
        ('server', sa.Column('guests', sa.Boolean(), nullable=False, server_default=true)),
        ('server', sa.Column('create_rooms', sa.String(), nullable=False, server_default='members')),
        ('server', sa.Column('invite', sa.String(), nullable=False, server_default='members')),
        ('users', sa.Column('bio', sa.String(), nullable=False, server_default='')),
        ('users', sa.Column('status', sa.String(), nullable=False, server_default='active')),
        ('users', sa.Column('sound', sa.Boolean(), nullable=False, server_default=false)),
        ('users', sa.Column('push_bodies', sa.Boolean(), nullable=False, server_default=true)),
        ('users', sa.Column('invitation_id', sa.Integer(), nullable=True)),
        ('users', sa.Column('guest_key_hash', sa.LargeBinary(), nullable=True)),
        ('users', sa.Column('last_seen_at', sa.DateTime(), nullable=True)),
        ('sign_ins', sa.Column('address', sa.String(), nullable=False, server_default='')),
        ('rooms', sa.Column('kind', sa.String(), nullable=False, server_default='open')),
        ('rooms', sa.Column('announcements', sa.Boolean(), nullable=False, server_default=false)),
        ('rooms', sa.Column('slow_mode_s', sa.Integer(), nullable=False, server_default='0')),
        ('rooms', sa.Column('archived_at', sa.DateTime(), nullable=True)),
        ('rooms', sa.Column('direct_key', sa.String(), nullable=True)),
        ('memberships', sa.Column('involvement', sa.String(), nullable=False, server_default='mentions')),
        ('memberships', sa.Column('favourite', sa.Boolean(), nullable=False, server_default=false)),
        ('memberships', sa.Column('last_read', sa.Integer(), nullable=False, server_default='0')),
        ('memberships', sa.Column('timed_out_until', sa.DateTime(), nullable=True)),
        ('messages', sa.Column('kind', sa.String(), nullable=False, server_default='text')),
        ('messages', sa.Column('mentions', sa.String(), nullable=False, server_default='')),
    ):
        op.add_column(table, column)
    op.create_index('uq_users_guest_key_hash', 'users', ['guest_key_hash'], unique=True)
    op.create_index('uq_rooms_direct_key', 'rooms', ['direct_key'], unique=True)
    unread = sa.text("deleted = 0 AND kind = 'text'")
    op.create_index('ix_messages_unread', 'messages', ['room_id', 'number', 'author_id'], sqlite_where=unread)


def _read_so_far() -> None:
    """Nobody finds years of messages unread because they are counted from today on."""
    op.execute('UPDATE memberships SET last_read = (SELECT last_number FROM rooms WHERE rooms.id = memberships.room_id)')


def _new_tables() -> None:
    op.create_table(
        'mentions',
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('room_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('user_id', 'room_id', 'number'),
    )
    op.create_index('ix_mentions_place', 'mentions', ['room_id', 'number'])
    op.create_table(
        'invitations',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('room_id', sa.Integer(), nullable=True),
        sa.Column('invited_as', sa.String(), nullable=False),
        sa.Column('created_by', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.Column('expires_at', sa.DateTime(), nullable=True),
        sa.Column('max_uses', sa.Integer(), nullable=True),
        sa.Column('uses', sa.Integer(), nullable=False),
        sa.Column('revoked_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['created_by'], ['users.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id'),
        sqlite_autoincrement=True,
    )
    op.create_index('ix_invitations_room_id', 'invitations', ['room_id'])
    op.create_index('ix_invitations_created_by', 'invitations', ['created_by'])
    op.create_table(
        'password_links',
        sa.Column('token_hash', sa.LargeBinary(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('created_by', sa.Integer(), nullable=True),
        sa.Column('expires_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['created_by'], ['users.id'], ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('token_hash'),
    )
    op.create_index('ix_password_links_user_id', 'password_links', ['user_id'])
    _audit()
    _push_targets()


def _audit() -> None:
    op.create_table(
        'audit',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('actor_id', sa.Integer(), nullable=True),
        sa.Column('act', sa.String(), nullable=False),
        sa.Column('subject', sa.String(), nullable=False),
        sa.Column('detail', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['actor_id'], ['users.id'], ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id'),
        sqlite_autoincrement=True,
    )
    op.create_table(
        'address_bans',
        sa.Column('address', sa.String(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('address', 'user_id'),
    )
    op.create_index('ix_address_bans_user_id', 'address_bans', ['user_id'])


def _push_targets() -> None:
    op.create_table(
        'push_targets',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('url', sa.String(), nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('last_error', sa.String(), nullable=False),
        sa.Column('enabled', sa.Boolean(), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('user_id', 'url', name='uq_push_targets_url'),
        sqlite_autoincrement=True,
    )


def _new_keys(table: str, name: str) -> None:
    """Look-alikes are told by Unicode's own table now. Of two old names that turn out to look alike the older one keeps the key."""
    connection = op.get_bind()
    rows = sa.table(table, sa.column('id'), sa.column(name), sa.column('name_key'))
    known = [(row.id, row[1]) for row in connection.execute(sa.select(rows.c.id, rows.c[name]).order_by(rows.c.id))]
    connection.execute(sa.update(rows).values(name_key=sa.literal('\x1f') + sa.cast(rows.c.id, sa.String)))
    taken: set[str] = set()
    for row_id, shown in known:
        key = name_key(shown)
        if key not in taken:
            taken.add(key)
            connection.execute(sa.update(rows).where(rows.c.id == row_id).values(name_key=key))
