"""The first schema, with both full-text indexes and the triggers that keep them in step."""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

FULL_TEXT = (
    """
    CREATE VIRTUAL TABLE message_words USING fts5(
        body, content='messages', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3'
    )
    """,
    """
    CREATE VIRTUAL TABLE message_parts USING fts5(
        folded, content='messages', content_rowid='id', tokenize='trigram'
    )
    """,
    """
    CREATE TRIGGER messages_inserted AFTER INSERT ON messages BEGIN
        INSERT INTO message_words (rowid, body) VALUES (new.id, new.body);
        INSERT INTO message_parts (rowid, folded) VALUES (new.id, new.folded);
    END
    """,
    """
    CREATE TRIGGER messages_deleted AFTER DELETE ON messages BEGIN
        INSERT INTO message_words (message_words, rowid, body) VALUES ('delete', old.id, old.body);
        INSERT INTO message_parts (message_parts, rowid, folded) VALUES ('delete', old.id, old.folded);
    END
    """,
    """
    CREATE TRIGGER messages_updated AFTER UPDATE OF id, body, folded ON messages BEGIN
        INSERT INTO message_words (message_words, rowid, body) VALUES ('delete', old.id, old.body);
        INSERT INTO message_parts (message_parts, rowid, folded) VALUES ('delete', old.id, old.folded);
        INSERT INTO message_words (rowid, body) VALUES (new.id, new.body);
        INSERT INTO message_parts (rowid, folded) VALUES (new.id, new.folded);
    END
    """,
)


def upgrade() -> None:
    _server()
    _users()
    _rooms()
    _messages()
    for statement in FULL_TEXT:
        op.execute(statement)


def _server() -> None:
    server = op.create_table(
        'server',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.CheckConstraint('id = 1', name='ck_server_one_row'),
        sa.PrimaryKeyConstraint('id'),
    )
    op.bulk_insert(server, [{'id': 1, 'name': ''}])


def _users() -> None:
    op.create_table(
        'users',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('role', sa.String(), nullable=False),
        sa.Column('username', sa.String(), nullable=False),
        sa.Column('name_key', sa.String(), nullable=False),
        sa.Column('display_name', sa.String(), nullable=False),
        sa.Column('email', sa.String(), nullable=True),
        sa.Column('password_hash', sa.String(), nullable=True),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.Column('theme', sa.String(), nullable=False),
        sa.Column('rooms_folded', sa.Boolean(), nullable=False),
        sa.Column('people_folded', sa.Boolean(), nullable=False),
        sa.Column('last_room_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['last_room_id'], ['rooms.id'], name='fk_users_last_room', ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('username'),
        sa.UniqueConstraint('name_key'),
        sqlite_autoincrement=True,
    )
    op.create_table(
        'sign_ins',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('token_hash', sa.LargeBinary(), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.Column('last_seen_at', sa.DateTime(), nullable=False),
        sa.Column('user_agent', sa.String(), nullable=False),
        sa.Column('utc_offset_min', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('token_hash'),
        sqlite_autoincrement=True,
    )
    op.create_index('ix_sign_ins_user_id', 'sign_ins', ['user_id'])


def _rooms() -> None:
    op.create_table(
        'rooms',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('name_key', sa.String(), nullable=False),
        sa.Column('slug', sa.String(), nullable=False),
        sa.Column('description', sa.String(), nullable=False),
        sa.Column('created_by', sa.Integer(), nullable=True),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.Column('last_number', sa.Integer(), nullable=False),
        sa.Column('last_seq', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['created_by'], ['users.id'], ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('name_key'),
        sa.UniqueConstraint('slug'),
        sqlite_autoincrement=True,
    )
    op.create_table(
        'room_slugs',
        sa.Column('slug', sa.String(), nullable=False),
        sa.Column('room_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('slug'),
    )
    op.create_index('ix_room_slugs_room_id', 'room_slugs', ['room_id'])
    op.create_table(
        'memberships',
        sa.Column('room_id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('role', sa.String(), nullable=False),
        sa.Column('joined_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('room_id', 'user_id'),
    )
    op.create_index('ix_memberships_user_id', 'memberships', ['user_id'])


def _messages() -> None:
    op.create_table(
        'messages',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('room_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('changed_seq', sa.Integer(), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=False),
        sa.Column('client_key', sa.String(), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('folded', sa.Text(), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.Column('edited_at', sa.DateTime(), nullable=True),
        sa.Column('deleted', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['author_id'], ['users.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('room_id', 'number', name='uq_messages_place'),
        sa.UniqueConstraint('client_key', 'author_id', name='uq_messages_client_key'),
    )
    op.create_index('ix_messages_changed', 'messages', ['room_id', 'changed_seq'])
    op.create_table(
        'drafts',
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('room_id', sa.Integer(), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('user_id', 'room_id'),
    )
    op.create_index('ix_drafts_room_id', 'drafts', ['room_id'])
