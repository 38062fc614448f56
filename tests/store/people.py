"""Ana, Ben and what they do, as the ports say it."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count

from livechat.domain.attachment import Attachment, FileRecord, Making
from livechat.domain.file import FileId, FileKind
from livechat.domain.message import Card, Message, MessageKind, Revision
from livechat.domain.model import MessageNumber, Room, RoomId, RoomKind, RoomRole, RoomSummary, ServerRole, User, UserId
from livechat.domain.people_ports import NewUser
from livechat.domain.ports import Stores
from livechat.domain.writes import (
    DeleteMessage,
    EditMessage,
    FinishFile,
    MessageWrite,
    PinMessage,
    PostMessage,
    ReactToMessage,
    RemoveCard,
    RestoreMessage,
    ShowCards,
    Stored,
)

NOON = datetime(2026, 5, 4, 12, 0, 0, 123_456, tzinfo=UTC)
_keys = count(1)


@dataclass(frozen=True)
class Lobby:
    stores: Stores
    room: Room
    ana: User
    ben: User


def new_user(name: str, *, role: ServerRole = ServerRole.MEMBER, username: str | None = None, name_key: str | None = None) -> NewUser:
    return NewUser(
        display_name=name,
        name_key=name.casefold() if name_key is None else name_key,
        username=name.lower() if username is None else username,
        email=None,
        role=role,
        password_hash=f'hash of {name}',
        created_at=NOON,
    )


async def first_owner(stores: Stores, name: str = 'Ana') -> tuple[User, Room]:
    return await stores.users.create_first_owner(
        new_user(name, role=ServerRole.OWNER), server_name='Home', room_name='Lobby', room_slug='lobby', room_description='For all'
    )


async def open_lobby(stores: Stores) -> Lobby:
    ana, room = await first_owner(stores)
    ben = await stores.users.add(new_user('Ben'), join=room.id)
    return Lobby(stores, room, ana, ben)


async def add_room(stores: Stores, creator: User, name: str, *, slug: str | None = None) -> Room:
    return await stores.rooms.add(
        name=name, name_key=name.casefold(), slug=slug or name.lower(), description='', creator=creator.id, at=NOON
    )


async def add_private_room(stores: Stores, creator: User, name: str, *, slug: str) -> Room:
    return await stores.rooms.add(name=name, name_key=None, slug=slug, description='', creator=creator.id, at=NOON, kind=RoomKind.PRIVATE)


async def join(stores: Stores, room: Room, user: User) -> None:
    await stores.rooms.join(room.id, user.id, role=RoomRole.MEMBER, at=NOON)


async def open_direct(stores: Stores, *people: User, key: str = 'direct', at: datetime = NOON) -> tuple[RoomSummary, bool]:
    return await stores.rooms.add_direct([person.id for person in people], key=key, slug=key, creator=people[0].id, at=at)


def post(
    room: Room | RoomId,
    author: User | UserId,
    body: str = 'Hello',
    *,
    key: str | None = None,
    mentions: Sequence[User] = (),
    at: datetime = NOON,
    reply_to: Message | None = None,
    files: Sequence[FileRecord] = (),
) -> PostMessage:
    return PostMessage(
        room_id=room.id if isinstance(room, Room) else room,
        author_id=author.id if isinstance(author, User) else author,
        body=body,
        client_key=key or f'key-{next(_keys)}',
        at=at,
        mentions=tuple(user.id for user in mentions),
        reply_to=None if reply_to is None else reply_to.number,
        files=tuple(record.file.id for record in files),
    )


def system_line(room: Room, author: User, body: str = 'Ana renamed the room') -> PostMessage:
    return replace(post(room, author, body), kind=MessageKind.SYSTEM)


def edit(
    message: Message, body: str, *, mentions: Sequence[User] | None = None, files: Sequence[FileRecord] | None = None, at: datetime = NOON
) -> EditMessage:
    kept = None if mentions is None else tuple(user.id for user in mentions)
    left = None if files is None else tuple(record.file.id for record in files)
    return EditMessage(room_id=message.room_id, number=message.number, body=body, at=at, mentions=kept, files=left)


def delete(message: Message, *, at: datetime = NOON) -> DeleteMessage:
    return DeleteMessage(room_id=message.room_id, number=message.number, at=at)


def restore(message: Message, *revisions: Revision, member_id: UserId | None = None) -> RestoreMessage:
    return RestoreMessage(message=message, revisions=revisions, member_id=member_id)


def react(message: Message, user: User, text: str = '👍', *, on: bool = True) -> ReactToMessage:
    return ReactToMessage(room_id=message.room_id, number=message.number, user_id=user.id, text=text, on=on, at=NOON)


def pin(message: Message, user: User, *, on: bool = True, at: datetime = NOON) -> PinMessage:
    return PinMessage(room_id=message.room_id, number=message.number, user_id=user.id, on=on, at=at)


def show_cards(message: Message, *cards: Card, pictures: Mapping[str, bytes] | None = None) -> ShowCards:
    return ShowCards(room_id=message.room_id, number=message.number, cards=cards, pictures=pictures or {})


def remove_card(message: Message, user: User, url: str) -> RemoveCard:
    return RemoveCard(room_id=message.room_id, number=message.number, user_id=user.id, url=url)


def finish_file(message: Message, record: FileRecord, making: Making = Making.DONE) -> FinishFile:
    return FinishFile(room_id=message.room_id, number=message.number, file_id=record.file.id, making=making)


async def attach(
    stores: Stores,
    room: Room,
    user: User,
    name: str = 'notes.txt',
    *,
    kind: FileKind = FileKind.TEXT,
    key: str | None = None,
    size: int = 1_000,
    at: datetime = NOON,
    making: Making = Making.DONE,
) -> FileRecord:
    """A file that waits to be sent."""
    number = next(_keys)
    media_type = {FileKind.TEXT: 'text/plain', FileKind.IMAGE: 'image/png'}.get(kind, 'application/octet-stream')
    file = Attachment(id=FileId(f'file {number:06}'), name=name, kind=kind, media_type=media_type, size=size, making=making)
    record = FileRecord(file=file, key=key or f'content {number}', room_id=room.id, user_id=user.id, created_at=at)
    await stores.files.add(record)
    return record


async def commit_one(stores: Stores, write: MessageWrite) -> Message:
    (stored,) = await stores.messages.commit([write])
    assert isinstance(stored, Stored), stored
    return stored.message


async def refused(stores: Stores, write: MessageWrite) -> Exception:
    (result,) = await stores.messages.commit([write])
    assert isinstance(result, Exception), result
    return result


async def unchanged(stores: Stores, write: MessageWrite) -> bool:
    """Whether the write was taken and changed nothing."""
    (result,) = await stores.messages.commit([write])
    assert isinstance(result, Stored), result
    return not result.fresh


async def all_messages(stores: Stores, room: Room) -> list[Message]:
    return list(await stores.messages.range(room.id, MessageNumber(1), MessageNumber(1_000_000)))


def connection_threads() -> set[threading.Thread]:
    """Those of aiosqlite, one per connection."""
    return {thread for thread in threading.enumerate() if '_connection_worker_thread' in thread.name}
