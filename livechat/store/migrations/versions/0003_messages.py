"""What people do with messages: replies, reactions, earlier wordings, pins, cards of links; and drafts of replies and edits."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (
        ('messages', sa.Column('named', sa.Text(), nullable=False, server_default='')),
        ('messages', sa.Column('mention_group', sa.String(), nullable=False, server_default='')),
        ('messages', sa.Column('reply_to', sa.Integer(), nullable=True)),
        ('messages', sa.Column('pinned_at', sa.DateTime(), nullable=True)),
        ('messages', sa.Column('pinned_by', sa.Integer(), nullable=True)),
        ('messages', sa.Column('cards', sa.Text(), nullable=False, server_default='')),
        ('drafts', sa.Column('reply_to', sa.Integer(), nullable=True)),
        ('drafts', sa.Column('editing', sa.Integer(), nullable=True)),
        ('drafts', sa.Column('edit_body', sa.Text(), nullable=False, server_default='')),
    ):
        op.add_column(table, column)
    pinned = sa.text('pinned_at IS NOT NULL')
    op.create_index('ix_messages_pinned', 'messages', ['room_id', 'pinned_at', 'number'], sqlite_where=pinned)
    op.create_table(
        'reactions',
        sa.Column('room_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('seq', sa.Integer(), nullable=False),
        sa.Column('text_seq', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('room_id', 'number', 'user_id', 'text'),
    )
    op.create_index('ix_reactions_user_id', 'reactions', ['user_id'])
    op.create_table(
        'revisions',
        sa.Column('room_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('until', sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint('room_id', 'number', 'position'),
    )
    op.create_table(
        'card_pictures',
        sa.Column('token', sa.String(), nullable=False),
        sa.Column('room_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('webp', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('token'),
    )
    op.create_index('ix_card_pictures_place', 'card_pictures', ['room_id', 'number'])
