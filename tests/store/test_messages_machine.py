"""Random sequences of everything that can be written about messages: every store tells the same, and what is deleted is gone."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livechat.domain.attachment import Attachment, FileRecord, Making
from livechat.domain.file import FileId, FileKind
from livechat.domain.message import Card, Mention, MentionGroup, Message, Picture, Revision
from livechat.domain.model import MessageNumber, RoomRole, Seq, User
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
from livechat.store import DATABASE_NAME, open_stores
from tests.fakes import MemoryStores
from tests.store.people import NOON, Lobby, commit_one, edit, open_lobby, post, react

LATER = NOON + timedelta(hours=1)
URLS = ('https://one.example/', 'https://two.example/')
FILES_OF = (4, 2)
"""Files that Ana and Ben have waiting at first."""
TEXTS = ('👍', 'ship it', '🎉')


@dataclass
class Room:
    """What the steps of one life need to know: each makes a write, or does something else to the room itself."""

    lobby: Lobby
    words: Iterator[int] = field(default_factory=count)
    tokens: Iterator[int] = field(default_factory=count)
    deleted: dict[MessageNumber, tuple[Message, tuple[Revision, ...]]] = field(default_factory=dict)

    @property
    def people(self) -> Sequence[User]:
        return self.lobby.ana, self.lobby.ben

    def body(self, said: str) -> str:
        """No two messages say the same."""
        return f'secret{next(self.words)}end {said}'

    @property
    def files(self) -> Sequence[FileId]:
        """All that ever waited, by number; the first ones are Ana's, the next Ben's."""
        return [FileId(f'file {number}') for number in range(sum(FILES_OF))]

    def named(self, people: Sequence[int]) -> tuple[Mention, ...]:
        return tuple(Mention(user_id=self.people[each].id, word=f'secret{next(self.words)}end', name='Somebody') for each in people)


Step = Callable[[Room], MessageWrite | None]
numbers = st.integers(1, 3).map(MessageNumber)
persons = st.integers(0, 1)
several = st.lists(persons, max_size=2)
said = st.sampled_from([URLS[0], ' and '.join(URLS), ''])
files = st.lists(st.integers(0, sum(FILES_OF) - 1), max_size=2)
makings = st.sampled_from([Making.DONE, Making.FAILED])
times = st.integers(0, 3).map(lambda minutes: NOON + timedelta(minutes=minutes))


@st.composite
def posts(draw: st.DrawFn) -> Step:
    author, mentioned, to, words, at = draw(persons), draw(several), draw(st.none() | numbers), draw(said), draw(times)
    group, key = draw(st.sampled_from([None, *MentionGroup])), draw(st.none() | st.integers(0, 2))
    attached = draw(files)

    def make(room: Room) -> MessageWrite:
        return PostMessage(
            room_id=room.lobby.room.id,
            author_id=room.people[author].id,
            body=room.body(words),
            client_key=f'new {next(room.words)}' if key is None else f'key {key}',
            at=at,
            mentions=tuple(room.people[each].id for each in mentioned),
            named=room.named(mentioned),
            group=group,
            reply_to=to,
            files=tuple(room.files[each] for each in attached),
        )

    return make


@st.composite
def edits(draw: st.DrawFn) -> Step:
    number, mentioned, words, at = draw(numbers), draw(st.none() | several), draw(said), draw(times)
    kept = draw(st.none() | files)

    def make(room: Room) -> MessageWrite:
        mentions = None if mentioned is None else tuple(room.people[each].id for each in mentioned)
        edit = EditMessage(room_id=room.lobby.room.id, number=number, body=room.body(words), at=at, mentions=mentions)
        left = None if kept is None else tuple(room.files[each] for each in kept)
        return replace(edit, named=room.named(mentioned or ()), files=left)

    return make


@st.composite
def reactions(draw: st.DrawFn) -> Step:
    number, person, text, on = draw(numbers), draw(persons), draw(st.sampled_from(TEXTS)), draw(st.booleans())
    return lambda room: ReactToMessage(room_id=room.lobby.room.id, number=number, user_id=room.people[person].id, text=text, on=on, at=NOON)


@st.composite
def pins(draw: st.DrawFn) -> Step:
    number, person, on, at = draw(numbers), draw(persons), draw(st.booleans()), draw(times)
    return lambda room: PinMessage(room_id=room.lobby.room.id, number=number, user_id=room.people[person].id, on=on, at=at)


@st.composite
def cards(draw: st.DrawFn) -> Step:
    number, urls = draw(numbers), draw(st.lists(st.sampled_from(URLS), max_size=2, unique=True))
    pictured, brought = draw(st.sampled_from([True, True, False])), draw(st.sampled_from([True, True, False]))

    def make(room: Room) -> MessageWrite:
        tokens = [f'token {next(room.tokens)}' for _ in urls]
        shown = tuple(
            Card(url=url, title=f'secret{next(room.words)}end', picture=Picture(token=token, width=1, height=1) if pictured else None)
            for url, token in zip(urls, tokens, strict=True)
        )
        pictures = {token: token.encode() for token in tokens if brought}
        return ShowCards(room_id=room.lobby.room.id, number=number, cards=shown, pictures=pictures)

    return make


@st.composite
def removals(draw: st.DrawFn) -> Step:
    number, person, url = draw(numbers), draw(persons), draw(st.sampled_from(URLS))
    return lambda room: RemoveCard(room_id=room.lobby.room.id, number=number, user_id=room.people[person].id, url=url)


@st.composite
def finishes(draw: st.DrawFn) -> Step:
    number, file, making = draw(numbers), draw(st.integers(0, sum(FILES_OF) - 1)), draw(makings)
    return lambda room: FinishFile(room_id=room.lobby.room.id, number=number, file_id=room.files[file], making=making)


@st.composite
def deletions(draw: st.DrawFn) -> Step:
    number = draw(numbers)
    return lambda room: DeleteMessage(room_id=room.lobby.room.id, number=number, at=NOON)


@st.composite
def restorations(draw: st.DrawFn) -> Step:
    number = draw(numbers)

    def make(room: Room) -> MessageWrite | None:
        message, revisions = room.deleted.get(number, (None, ()))
        return None if message is None else RestoreMessage(message=message, revisions=revisions)

    return make


@dataclass(frozen=True)
class Sweep:
    """Files that are gone are forgotten."""


@dataclass(frozen=True)
class Withdrawal:
    file: int


steps = st.one_of(
    *(posts(), posts(), edits(), edits(), reactions(), reactions(), pins(), cards(), removals(), finishes()),
    *(deletions(), deletions(), restorations(), restorations()),
)
others = persons | st.just(Sweep()) | st.integers(0, sum(FILES_OF) - 1).map(Withdrawal)
commits = st.lists(st.lists(steps, min_size=2, max_size=6) | others, min_size=3, max_size=8)
"""What is written at once, or who leaves the room or comes back, or what becomes of files besides."""
Moment = Sequence[Step] | int | Sweep | Withdrawal


class Life:
    """The same writes in every store, told apart only by the ids of rooms and people."""

    def __init__(self, stores: Stores, lobby: Lobby) -> None:
        self.stores = stores
        self.room = Room(lobby)
        self.is_member = [True, True]
        self.told: list[object] = []

    async def begin(self) -> None:
        """With two messages that have something to lose."""
        lobby = self.room.lobby
        for body in (self.room.body(' and '.join(URLS)), self.room.body('')):
            message = await commit_one(self.stores, post(lobby.room, lobby.ana, body, mentions=[lobby.ben], key=body))
            await self.stores.messages.commit([edit(message, self.room.body(body)), react(message, lobby.ben)])
        for number, file_id in enumerate(self.room.files):
            owner, making = (lobby.ana, lobby.ben)[number >= FILES_OF[0]], (Making.DONE, Making.UNDER_WAY)[number % 2]
            name = self.room.body('.png')
            file = Attachment(id=file_id, name=name, kind=FileKind.IMAGE, media_type='image/png', size=1 + number, making=making)
            key = f'content {number // 2}'
            await self.stores.files.add(FileRecord(file=file, key=key, room_id=lobby.room.id, user_id=owner.id, created_at=NOON))

    async def go_on(self, moment: Moment) -> None:
        match moment:
            case int():
                await self.come_or_go(moment)
            case Sweep():
                gone = await self.stores.files.take_gone(LATER)
                self.told.append((set(gone.keys), dict(gone.sizes), gone.is_all))
            case Withdrawal(file):
                owner = self.room.people[file >= FILES_OF[0]]
                self.told.append(list(await self.stores.files.withdraw([self.room.files[file]], owner.id, NOON)))
            case _:
                await self.write(moment)

    async def write(self, together: Sequence[Step]) -> None:
        await self.remember()
        writes = [write for step in together if (write := step(self.room)) is not None]
        for result in await self.stores.messages.commit(writes):
            self.told.append(result if isinstance(result, Stored) else type(result))

    async def come_or_go(self, person: int) -> None:
        room_id, user = self.room.lobby.room.id, self.room.people[person]
        if self.is_member[person]:
            await self.stores.rooms.leave(room_id, user.id)
        else:
            await self.stores.rooms.join(room_id, user.id, role=RoomRole.MEMBER, at=NOON)
        self.is_member[person] = not self.is_member[person]

    async def remember(self) -> None:
        """What could be taken back, were it deleted now."""
        for message in await self.messages():
            if not message.deleted:
                revisions = await self.stores.messages.revisions(message.room_id, message.number)
                self.room.deleted[message.number] = message, tuple(revisions)

    async def revisions(self) -> list[list[Revision]]:
        return [list(await self.stores.messages.revisions(message.room_id, message.number)) for message in await self.messages()]

    async def messages(self) -> Sequence[Message]:
        return await self.stores.messages.newest(self.room.lobby.room.id, 100)

    async def tell(self) -> list[object]:
        """Everything that the store says."""
        room_id, store = self.room.lobby.room.id, self.stores.messages
        messages = await self.messages()
        return [
            *messages,
            list(await store.range(room_id, MessageNumber(1), MessageNumber(100))),
            list(await store.changed_since(room_id, Seq(0))),
            await store.head(room_id),
            list(await store.pinned(room_id)),
            await self.revisions(),
            [await store.picture(f'token {token}') for token in range(next(self.room.tokens))],
            [each for _, each in sorted((await self.stores.reads.of(self.room.people[1].id)).items())],
            await self.files(),
            *self.told,
        ]

    async def files(self) -> list[object]:
        """As whoever keeps them sees them."""
        store, room_id = self.stores.files, self.room.lobby.room.id
        return [
            [await store.get(file_id) for file_id in self.room.files],
            [list(await store.waiting(user.id, room_id)) for user in self.room.people],
            list(await store.in_room(room_id, [*FileKind], before=None, limit=100)),
            sorted(await store.keys()),
            sorted((await store.usage()).items()),
            {record.file.id for record in await store.unfinished()},
        ]


def texts_in(path: Path) -> str:
    """Every text in every table; the full-text indexes by what they find."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in tables if not name.startswith('message_')]
        rows = [str(row) for name in kept for row in connection.execute(f'SELECT * FROM {name}')]
        connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'message_words', 'row')")
        return '\n'.join([*rows, *(term for (term,) in connection.execute('SELECT term FROM temp.words'))])


async def live(folder: Path, migrated: Path, life: Sequence[Moment]) -> None:
    shutil.copy(migrated, folder / DATABASE_NAME)
    async with AsyncExitStack() as opened:
        forgetful = MemoryStores()
        forgetful.memory.ids = iter([1, 1, 2])  # Ana, the Lobby, Ben: as in a database
        everywhere = forgetful, await opened.enter_async_context(open_stores(folder, synchronous='OFF'))
        lives = [Life(stores, await open_lobby(stores)) for stores in everywhere]
        for each in lives:
            await each.begin()
        for moment in life:
            for each in lives:
                await each.go_on(moment)
        for each in lives:
            await each.go_on(Sweep())
        in_memory, in_database = [await each.tell() for each in lives]
        shown = repr([await lives[1].messages(), await lives[1].revisions(), await lives[1].files()])
        written = {f'secret{number}end' for number in range(next(lives[1].room.words))}
    assert in_memory == in_database
    kept = texts_in(folder / DATABASE_NAME)
    assert {secret for secret in written if secret in kept} == {secret for secret in written if secret in shown}


@pytest.mark.timeout(240)  # 40 lives in a real database; a busy machine takes its time
@settings(max_examples=40, deadline=None)
@given(life=commits)
def test_every_store_tells_the_same_whatever_is_written_and_keeps_nothing_that_was_deleted(migrated: Path, life: Sequence[Moment]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder), migrated, life))
