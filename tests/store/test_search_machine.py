"""Random histories and random searches: what is found is exactly what one finds who reads everything they may read.

Two thousand searches through the domain, each in full, page by page: 25 histories with 80 searches each.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from livechat.domain.file import FileKind
from livechat.domain.folding import searchable
from livechat.domain.links import links_in
from livechat.domain.message import Message
from livechat.domain.model import Room, RoomId, User
from livechat.domain.names import name_key
from livechat.domain.search_ports import Order
from livechat.domain.search_query import Has, Names, Query
from livechat.store import DATABASE_NAME, open_stores, search
from tests.search_stand import SearchStand, search_stand
from tests.store.search_history import Asked, World, live, open_world, some_search

HISTORIES, SEARCHES = 25, 80


@dataclass(frozen=True)
class Reader:
    """Somebody who reads everything they may read."""

    user: User
    world: World
    is_member_of: set[RoomId]

    def finds(self, message: Message, query: Query, room: Room | None) -> bool:
        author = next(person for person in self.world.people if person.id == message.author.id)
        where = next(each for each in self.world.rooms if each.id == message.room_id)
        said = [searchable(text) for text in (message.body, *(file.name for file in message.files)) if text]
        day = message.created_at.date()
        return (
            message.room_id in self.is_member_of
            and not message.deleted
            and (room is None or message.room_id == room.id)
            and all(any(term.needle in text for text in said) is not term.is_excluded for term in query.terms)
            and _chosen(query.authors, lambda names: is_named(author, names, self.user))
            and _chosen(query.rooms, lambda names: is_called(where, names))
            and all(_has(message, what) for what in query.has)
            and not any(_has(message, what) for what in query.has_not)
            and (query.first_day is None or day >= query.first_day)
            and (query.end_day is None or day < query.end_day)
            and (not query.is_pinned or message.pinned_at is not None)
            and (not query.mentions_me or self.user.id in message.mentions)
        )


def is_named(author: User, names: Sequence[str], reader: User) -> bool:
    own = {author.username, name_key(author.display_name)}
    return any((author.id == reader.id) if name == 'me' else name_key(name) in own for name in names)


def is_called(room: Room, names: Sequence[str]) -> bool:
    return any(name.casefold() in {room.slug, room.name.casefold()} for name in names)


def _chosen(names: Names, is_one: Callable[[Sequence[str]], bool]) -> bool:
    return (not names.wanted or is_one(names.wanted)) and not is_one(names.excluded)


def _has(message: Message, what: Has) -> bool:
    match what:
        case Has.FILE:
            return bool(message.files)
        case Has.IMAGE:
            return any(file.kind is FileKind.IMAGE for file in message.files)
        case Has.LINK:
            return bool(links_in(message.body))


async def check(stand: SearchStand, reader: Reader, messages: Sequence[Message], asked: Asked) -> int:
    """How much was found."""
    room_id = None if asked.room is None else asked.room.id
    pages = [page async for page in stand.pages(asked.user, asked.text, room_id=room_id, order=asked.order, limit=asked.limit)]

    found = [hit.message for page in pages for hit in page.hits]
    query = pages[0].query
    expected = [] if query.is_empty else [message for message in messages if reader.finds(message, query, asked.room)]
    assert len(found) == len(expected), asked
    assert all(message in found for message in expected), asked
    assert asked.order is Order.BEST or found == expected, asked
    assert all(len(page.hits) == asked.limit for page in pages[:-1])
    assert all(hit.room.id == hit.message.room_id for page in pages for hit in page.hits)
    return len(found)


async def live_and_search(folder: Path, random: Random) -> int:
    async with open_stores(folder, synchronous='OFF') as stores:
        world = await open_world(stores)
        await live(world, random)
        stand, messages = await search_stand(stores), await world.messages()
        found = 0
        for _ in range(SEARCHES):
            user = random.choice([world.lobby.ana, *world.people])
            held = {membership.room_id for membership in await stores.rooms.memberships_of(user.id)}
            readable = [message for message in messages if message.room_id in held and random.random() < 0.9] or messages
            found += await check(stand, Reader(user, world, held), messages, some_search(user, readable, world, random))
        return found


@pytest.mark.timeout(240)  # a busy machine takes its time
def test_search_finds_what_reading_everything_finds(migrated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, 'TAKES_AT_MOST_S', 60.0)
    counts = []

    @settings(max_examples=HISTORIES, deadline=None, phases=[Phase.generate])
    @given(random=st.randoms(use_true_random=True))
    def lived(random: Random) -> None:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(migrated, Path(folder) / DATABASE_NAME)
            counts.append(asyncio.run(live_and_search(Path(folder), random)))

    lived()

    assert len(counts) * SEARCHES >= 2_000
    assert sum(counts) > len(counts) * SEARCHES / 4  # searches that find nothing prove little
