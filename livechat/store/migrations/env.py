"""Run by Alembic: works on the connection, and in the transaction, of `livechat.store.schema`."""

from alembic import context
from sqlmodel import SQLModel

import livechat.store.message_tables
import livechat.store.people_tables
import livechat.store.search_tables  # noqa: F401

context.configure(
    connection=context.config.attributes['connection'],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
