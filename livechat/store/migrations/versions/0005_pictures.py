"""Pictures of people, of rooms and of the server."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ('users', 'rooms', 'server'):
        op.add_column(table, sa.Column('picture', sa.String(), nullable=False, server_default=''))
    op.create_table(
        'pictures',
        sa.Column('token', sa.String(), nullable=False),
        sa.Column('webp_64', sa.LargeBinary(), nullable=False),
        sa.Column('webp_256', sa.LargeBinary(), nullable=False),
        sa.Column('png_256', sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint('token'),
    )
