"""Search: what part-words are found in begins with marks, dates lead to messages, searches are remembered, files are read."""

import sqlalchemy as sa
from alembic import context, op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

SPAN_KEPT = """
    CREATE TRIGGER messages_spanned AFTER INSERT ON messages BEGIN
        INSERT INTO message_spans (bucket, first_at, last_at) VALUES (new.id / 4096, new.created_at, new.created_at)
        ON CONFLICT (bucket) DO UPDATE SET first_at = min(first_at, new.created_at), last_at = max(last_at, new.created_at);
    END
"""


def upgrade() -> None:
    op.add_column('files', sa.Column('text', sa.Text(), nullable=True))
    op.create_table(
        'recent_searches',
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('user_id', 'text'),
    )
    op.create_table(
        'message_spans',
        sa.Column('bucket', sa.Integer(), nullable=False),
        sa.Column('first_at', sa.DateTime(), nullable=False),
        sa.Column('last_at', sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint('bucket'),
    )
    op.execute(SPAN_KEPT)
    op.execute('INSERT INTO message_spans SELECT id / 4096, min(created_at), max(created_at) FROM messages GROUP BY 1')
    op.create_index(
        'ix_messages_posted', 'messages', ['room_id', 'created_at', 'number'], sqlite_where=sa.text("deleted = 0 AND kind = 'text'")
    )
    op.create_index('ix_messages_rooms', 'messages', ['id', 'room_id'])
    op.execute("CREATE VIRTUAL TABLE message_parts_terms USING fts5vocab('message_parts', 'row')")
    # Texts are folded in another way than before, and begin with marks.
    context.config.attributes['reindexes'] = True
