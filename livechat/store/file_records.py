"""Files as rows; see `livechat.domain.file_records`."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, func, select, tuple_, update
from sqlmodel import Session

from livechat.domain.attachment import FileRecord, Making, RoomFile
from livechat.domain.file import READ_KINDS, FileId, FileKind
from livechat.domain.file_records import Forgotten
from livechat.domain.model import MessageNumber, RoomId, UserId
from livechat.store.database import SqlStore, reads, writes
from livechat.store.file_texts import fold_anew
from livechat.store.inputs import can_be_stored
from livechat.store.message_files import ATTACHMENT_COLUMNS, from_columns
from livechat.store.message_rows import FILES, MESSAGES, PERSON_COLUMNS, ROOMS, USERS, to_person
from livechat.store.message_tables import FileRow

FORGOTTEN_AT_ONCE = 500
"""Rows of files, in one job of the writer."""


def _expired(before: datetime) -> ColumnElement[bool]:
    waits = FILES.c.number.is_(None) & (FILES.c.created_at < before)
    roomless = FILES.c.room_id.not_in(select(ROOMS.c.id))
    return FILES.c.gone_at.is_(None) & (waits | roomless)


SHOWN = (
    select(FILES.c.number, FILES.c.position, MESSAGES.c.created_at, *PERSON_COLUMNS, *ATTACHMENT_COLUMNS)
    .join_from(FILES, MESSAGES, (MESSAGES.c.room_id == FILES.c.room_id) & (MESSAGES.c.number == FILES.c.number))
    .join(USERS, USERS.c.id == MESSAGES.c.author_id)
    .where(FILES.c.room_id == bindparam('room'), FILES.c.number.is_not(None), FILES.c.gone_at.is_(None))
    .where(FILES.c.kind.in_(bindparam('kinds', expanding=True)), FILES.c.making != Making.FAILED.value)
    .where(select(ROOMS.c.id).where(ROOMS.c.id == bindparam('room')).exists())
    .order_by(FILES.c.number.desc(), FILES.c.position.desc())
    .limit(bindparam('limit'))
)
SHOWN_BEFORE = SHOWN.where(tuple_(FILES.c.number, FILES.c.position) < tuple_(bindparam('number'), bindparam('position')))


class SqlFileRecords(SqlStore):
    @writes
    def add(self, session: Session, record: FileRecord) -> None:
        file = record.file
        session.add(
            FileRow(
                id=file.id,
                room_id=record.room_id,
                user_id=record.user_id,
                key=record.key,
                name=file.name,
                kind=file.kind.value,
                media_type=file.media_type,
                size=file.size,
                width=file.width,
                height=file.height,
                animated=file.animated,
                excerpt=file.excerpt,
                making=file.making.value,
                created_at=record.created_at,
            )
        )

    @reads
    def get(self, session: Session, file_id: FileId) -> FileRecord | None:
        if not can_be_stored(file_id):
            return None
        row = session.get(FileRow, file_id)
        return None if row is None or row.gone_at is not None else row.to_domain()

    @reads
    def waiting(self, session: Session, user_id: UserId, room_id: RoomId) -> Sequence[FileRecord]:
        rows = session.scalars(
            select(FileRow)
            .where(FILES.c.user_id == user_id, FILES.c.room_id == room_id, FILES.c.number.is_(None), FILES.c.gone_at.is_(None))
            .order_by(FILES.c.created_at, FILES.c.id)
        )
        return [row.to_domain() for row in rows]

    @writes
    def withdraw(self, session: Session, file_ids: Collection[FileId], user_id: UserId, at: datetime) -> Collection[FileId]:
        taken = session.execute(
            update(FILES)
            .where(FILES.c.id.in_(file_ids), FILES.c.user_id == user_id, FILES.c.number.is_(None), FILES.c.gone_at.is_(None))
            .values(gone_at=at)
            .returning(FILES.c.id)
        )
        return [FileId(file_id) for (file_id,) in taken]

    async def expire(self, before: datetime, at: datetime) -> Collection[FileId]:
        """Looks before it writes: mostly there is nothing to do."""
        return await self._end(_expired(before), at) if await self._any(_expired(before)) else ()

    @reads
    def _any(self, session: Session, which: ColumnElement[bool]) -> bool:
        return session.execute(select(FILES.c.id).where(which).limit(1)).first() is not None

    @writes
    def _end(self, session: Session, which: ColumnElement[bool], at: datetime) -> Collection[FileId]:
        ended = session.execute(update(FILES).where(which).values(gone_at=at).returning(FILES.c.id))
        return [FileId(file_id) for (file_id,) in ended]

    @writes
    def finish(self, session: Session, file_id: FileId, making: Making) -> tuple[RoomId, MessageNumber] | None:
        row = session.get(FileRow, file_id)
        if row is None:
            return None
        if row.number is not None:
            return RoomId(row.room_id), MessageNumber(row.number)
        row.making = making.value
        return None

    @reads
    def unfinished(self, session: Session) -> Sequence[FileRecord]:
        rows = session.scalars(select(FileRow).where(FILES.c.making == Making.UNDER_WAY.value, FILES.c.gone_at.is_(None)))
        return [row.to_domain() for row in rows]

    @reads
    def unread(self, session: Session) -> Sequence[FileRecord]:
        unread = FILES.c.text.is_(None) & FILES.c.kind.in_([kind.value for kind in READ_KINDS]) & FILES.c.gone_at.is_(None)
        return [row.to_domain() for row in session.scalars(select(FileRow).where(unread).order_by(FILES.c.created_at, FILES.c.id))]

    @writes
    def set_text(self, session: Session, file_id: FileId, text: str) -> None:
        connection = session.connection()
        changed = update(FILES).where(FILES.c.id == file_id).values(text=text).returning(FILES.c.room_id, FILES.c.number, FILES.c.gone_at)
        for room_id, number, gone_at in connection.execute(changed).all():
            if number is not None and gone_at is None:
                fold_anew(connection, (RoomId(room_id), MessageNumber(number)))

    @reads
    def is_known(self, session: Session, record: FileRecord) -> bool:
        same = (FILES.c.key == record.key) & (FILES.c.id != record.file.id) & FILES.c.gone_at.is_(None)
        theirs = (FILES.c.user_id == record.user_id) | (FILES.c.room_id == record.room_id)
        return session.execute(select(FILES.c.id).where(same, theirs).limit(1)).first() is not None

    @reads
    def in_room(
        self,
        session: Session,
        room_id: RoomId,
        kinds: Collection[FileKind],
        *,
        before: tuple[MessageNumber, int] | None,
        limit: int,
    ) -> Sequence[tuple[tuple[MessageNumber, int], RoomFile]]:
        asked: dict[str, object] = {'room': room_id, 'kinds': [kind.value for kind in kinds], 'limit': limit}
        statement = SHOWN
        if before is not None:
            statement = SHOWN_BEFORE
            asked |= {'number': before[0], 'position': before[1]}
        end = 3 + len(PERSON_COLUMNS)
        return [
            (
                (MessageNumber(row[0]), row[1]),
                RoomFile(file=from_columns(row[end:]), number=MessageNumber(row[0]), author=to_person(row[3:end]), posted_at=row[2]),
            )
            for row in session.connection().execute(statement, asked)
        ]

    async def take_gone(self, before: datetime) -> Forgotten:
        """Looks before it writes: of most that is deleted nothing is a file."""
        keys, sizes = await self._forget(before) if await self._any(FILES.c.gone_at < before) else ((), {})
        return Forgotten(keys=keys, sizes=sizes, is_all=not await self._any(FILES.c.gone_at.is_not(None)))

    @writes
    def _forget(self, session: Session, before: datetime) -> tuple[Collection[str], Mapping[UserId, int]]:
        some = select(FILES.c.id).where(FILES.c.gone_at < before).limit(FORGOTTEN_AT_ONCE)
        deleted = delete(FILES).where(FILES.c.id.in_(some)).returning(FILES.c.key, FILES.c.user_id, FILES.c.size)
        gone: set[str] = set()
        sizes: Counter[UserId] = Counter()
        for key, user_id, size in session.execute(deleted):
            gone.add(key)
            sizes[UserId(user_id)] += size
        kept = {key for (key,) in session.execute(select(FILES.c.key).where(FILES.c.key.in_(gone)).distinct())} if gone else set()
        return gone - kept, sizes

    async def has_key(self, key: str) -> bool:
        return await self._any(FILES.c.key == key)

    @reads
    def keys(self, session: Session) -> Collection[str]:
        return {key for (key,) in session.execute(select(FILES.c.key).distinct())}

    @reads
    def usage(self, session: Session) -> Mapping[UserId, int]:
        sums = select(FILES.c.user_id, func.sum(FILES.c.size)).group_by(FILES.c.user_id)
        return {UserId(user_id): int(total) for user_id, total in session.execute(sums)}
