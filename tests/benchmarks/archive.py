"""An archive to search in: as many messages of `speech.py` as wanted, stored as posts are, but many at once."""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.engine import Connection

from livechat.domain.attachment import Attachment
from livechat.domain.file import FileId, FileKind
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, Person, Room, RoomId, RoomRole, Seq, User
from livechat.domain.ports import Stores
from livechat.store import DATABASE_NAME, open_stores
from livechat.store.engines import PRAGMAS, blocking_engine
from livechat.store.message_rows import MESSAGES, to_row
from livechat.store.search_tables import SPAN
from tests.benchmarks import speech
from tests.benchmarks.people import Settled, settle
from tests.benchmarks.speech import Said, Speech

OWN_ROOMS = 20
AT_ONCE = 20_000
"""Messages of one transaction."""
YEARS = 2
_INDEXED = (
    'INSERT INTO message_words (rowid, body) SELECT id, body FROM messages WHERE id > ?',
    'INSERT INTO message_parts (rowid, folded) SELECT id, folded FROM messages WHERE id > ?',
)
_SPANS = f'INSERT INTO message_spans SELECT id / {SPAN}, min(created_at), max(created_at) FROM messages GROUP BY 1'
_COUNT = text('UPDATE rooms SET last_number = :last, last_seq = :last WHERE id = :room')


@dataclass(frozen=True, slots=True)
class Archive:
    """Who has said a lot: rooms and authors with the busiest first."""

    folder: Path
    rooms: Sequence[Room]
    authors: Sequence[User]
    asker: User
    own_rooms: Sequence[Room]
    words: Sequence[str]


async def people_and_rooms(folder: Path) -> Archive:
    settled = await settle(folder, speech.AUTHORS)
    chance = random.Random(11)
    asker, now = settled.users[1], datetime.now(UTC)
    async with open_stores(folder, synchronous='OFF') as stores:
        others = [await _add_room(stores, settled, number, now) for number in range(1, speech.ROOMS)]
        own = chance.sample(others, OWN_ROOMS - 1)
        for room in own:
            await stores.rooms.join(room.id, asker.id, role=RoomRole.MEMBER, at=now)
    rooms, authors = [*settled.rooms, *others], list(settled.users)
    chance.shuffle(rooms)
    chance.shuffle(authors)
    return Archive(folder, rooms, authors, asker, [*settled.rooms, *own], Speech().words)


async def _add_room(stores: Stores, settled: Settled, number: int, at: datetime) -> Room:
    name, slug = f'Place {number}', f'place-{number}'
    return await stores.rooms.add(name=name, name_key=slug, slug=slug, description='', creator=settled.users[0].id, at=at)


def fill(archive: Archive, count: int) -> None:
    """By the rows of the store, without its durability. Triggers would write the indexes once per message, here each chunk does."""
    pragmas = (*PRAGMAS, 'secure_delete=OFF', 'synchronous=OFF', 'cache_size=-262144', 'wal_autocheckpoint=20000')
    engine = blocking_engine(archive.folder / DATABASE_NAME, begin='BEGIN IMMEDIATE', pragmas=pragmas)
    numbers = {room.id: 0 for room in archive.rooms}
    rows = _rows(archive, count, numbers)
    with engine.begin() as connection:
        triggers = drop_triggers(connection)
    while some := list(itertools.islice(rows, AT_ONCE)):
        with engine.begin() as connection:
            after = connection.exec_driver_sql('SELECT coalesce(max(id), 0) FROM messages').scalar_one()
            connection.execute(insert(MESSAGES), some)
            for statement in _INDEXED:
                connection.exec_driver_sql(statement, (after,))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f'INSERT INTO message_spans SELECT id / {SPAN}, min(created_at), max(created_at) FROM messages GROUP BY 1'
        )
        connection.execute(_COUNT, [{'room': room_id, 'last': number} for room_id, number in numbers.items()])
        for trigger in triggers:
            connection.exec_driver_sql(trigger)
    engine.dispose()


def drop_triggers(connection: Connection) -> Sequence[str]:
    """And how to make them again."""
    triggers = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER {name}')
    return [statement for _, statement in triggers]


def _rows(archive: Archive, count: int, numbers: dict[RoomId, int]) -> Iterator[Mapping[str, Any]]:
    people = [_person(user) for user in archive.authors]
    step = timedelta(days=365 * YEARS) / count
    begin = datetime.now(UTC) - step * count
    for position, said in enumerate(itertools.islice(Speech(), count)):
        room_id = archive.rooms[said.room].id
        numbers[room_id] += 1
        message = Message(
            room_id=room_id,
            number=MessageNumber(numbers[room_id]),
            changed_seq=Seq(numbers[room_id]),
            author=people[said.author],
            body=said.body,
            client_key=f'{position:032x}',
            created_at=begin + step * position,
            files=_files(said, position),
        )
        yield to_row(message, {})


def _person(user: User) -> Person:
    return Person(id=user.id, kind=user.kind, role=user.role, username=user.username, display_name=user.display_name)


def _files(said: Said, position: int) -> tuple[Attachment, ...]:
    if not said.has_file:
        return ()
    kind, name = (FileKind.IMAGE, f'photo {position}.jpg') if said.has_image else (FileKind.OTHER, f'minutes {position}.odt')
    return (Attachment(id=FileId(f'file{position}'), name=name, kind=kind, media_type='image/jpeg', size=1),)
