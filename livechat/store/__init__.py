"""Where everything is kept: SQLModel on SQLite, one writer, several readers, full-text search."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from livechat.domain.ports import Stores
from livechat.store.address_bans import SqlAddressBans
from livechat.store.audit import SqlAudit
from livechat.store.database import Database
from livechat.store.drafts import SqlDrafts
from livechat.store.file_records import SqlFileRecords
from livechat.store.invitations import SqlInvitations
from livechat.store.messages import SqlMessages
from livechat.store.password_links import SqlPasswordLinks
from livechat.store.pictures import SqlPictures
from livechat.store.push_targets import SqlPushTargets
from livechat.store.reads import SqlReads
from livechat.store.rooms import SqlRooms
from livechat.store.schema import StoreError, migrate
from livechat.store.search import SqlSearch
from livechat.store.server import SqlServer
from livechat.store.sign_ins import SqlSignIns
from livechat.store.users import SqlUsers

__all__ = ['DATABASE_NAME', 'SqlStores', 'StoreError', 'open_stores']

DATABASE_NAME = 'livechat.db'


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlStores:
    """All stores over one database file."""

    users: SqlUsers
    sign_ins: SqlSignIns
    rooms: SqlRooms
    messages: SqlMessages
    drafts: SqlDrafts
    server: SqlServer
    invitations: SqlInvitations
    password_links: SqlPasswordLinks
    audit: SqlAudit
    address_bans: SqlAddressBans
    push_targets: SqlPushTargets
    reads: SqlReads
    files: SqlFileRecords
    pictures: SqlPictures
    search: SqlSearch


@asynccontextmanager
async def open_stores(folder: Path, *, synchronous: str = 'FULL') -> AsyncIterator[Stores]:
    """The stores in that data folder, its database migrated; on exit everything queued is stored, then all is closed.

    `synchronous` is SQLite's: with FULL an acknowledged message survives a power cut.

    :raises StoreError: the database is from a newer livechat or cannot be opened.
    """
    path = folder / DATABASE_NAME
    await asyncio.to_thread(migrate, path, backups=folder / 'backups')
    database = Database(path, synchronous=synchronous)
    try:
        yield SqlStores(
            users=SqlUsers(database),
            sign_ins=SqlSignIns(database),
            rooms=SqlRooms(database),
            messages=SqlMessages(database),
            drafts=SqlDrafts(database),
            server=SqlServer(database),
            invitations=SqlInvitations(database),
            password_links=SqlPasswordLinks(database),
            audit=SqlAudit(database),
            address_bans=SqlAddressBans(database),
            push_targets=SqlPushTargets(database),
            reads=SqlReads(database),
            files=SqlFileRecords(database),
            pictures=SqlPictures(database),
            search=SqlSearch(database),
        )
    finally:
        await database.close()
