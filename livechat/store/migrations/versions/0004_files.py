"""Files: what waits to be sent, and what messages show."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('messages', sa.Column('files', sa.Text(), nullable=False, server_default=''))
    op.create_table(
        'files',
        sa.Column('id', sa.String(), nullable=False),
        sa.Column('room_id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=True),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('media_type', sa.String(), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('width', sa.Integer(), nullable=False),
        sa.Column('height', sa.Integer(), nullable=False),
        sa.Column('animated', sa.Boolean(), nullable=False),
        sa.Column('excerpt', sa.Text(), nullable=False),
        sa.Column('making', sa.String(), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.Column('gone_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(['user_id'], ['users.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    shown = sa.text('number IS NOT NULL AND gone_at IS NULL')
    op.create_index('ix_files_place', 'files', ['room_id', 'number', 'position'], sqlite_where=shown)
    op.create_index('ix_files_waiting', 'files', ['user_id', 'room_id'], sqlite_where=sa.text('number IS NULL'))
    op.create_index('ix_files_gone', 'files', ['gone_at'], sqlite_where=sa.text('gone_at IS NOT NULL'))
    op.create_index('ix_files_making', 'files', ['making'], sqlite_where=sa.text("making = 'under way'"))
    op.create_index('ix_files_user_id', 'files', ['user_id'])
    op.create_index('ix_files_key', 'files', ['key'])
