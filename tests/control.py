"""What a test does to a server behind the browsers' backs; see `controlled_server.py`."""

import asyncio
import itertools
import json
import re
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from tests.server_process import ServerProcess

SCRIPT = Path(__file__).with_name('controlled_server.py')
PASSWORD = 'correct horse'
"""Of everybody."""
_names = itertools.count(1)


class Refused(Exception):
    """The domain refused it; the text is the name of its error."""


@dataclass(frozen=True)
class Room:
    id: int
    slug: str
    name: str

    @property
    def path(self) -> str:
        return f'/rooms/{quote(self.slug, safe="")}'


@dataclass(frozen=True)
class Account:
    name: str
    token: str


@dataclass(frozen=True)
class Link:
    """An invitation."""

    id: int
    path: str


@contextmanager
def controlled_server(data: Path, *, port: int = 0, script: Path = SCRIPT, **limits: float) -> Iterator[ServerProcess]:
    """A server with a back door. `limits` are raised limits of the domain; a test that raises one says why."""
    environment = {f'LIVECHAT_LIMITS__{name.upper()}': str(value) for name, value in limits.items()}
    environment['PYTHONPATH'] = str(SCRIPT.parents[1])  # a script may be made of others of the tests
    with ServerProcess(data, '--port', str(port), command=(sys.executable, str(script)), environment=environment) as server:
        yield server


class Control:
    """One connection to the back door of a server: one request at a time, as one client does."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._turn = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def of(cls, server: ServerProcess) -> AsyncIterator[Self]:
        found = re.search(r'Back door +(\d+)', server.printed)
        assert found, server.printed
        reader, writer = await asyncio.open_connection('127.0.0.1', int(found.group(1)), limit=1 << 24)
        try:
            yield cls(reader, writer)
        finally:
            writer.close()

    async def _do(self, what: str, **arguments: object) -> Any:
        async with self._turn:
            self._writer.write(json.dumps({'do': what, **arguments}).encode() + b'\n')
            line = await self._reader.readline()
        if not line:
            raise ConnectionError('the server is gone')
        answer = json.loads(line)
        if 'error' in answer:
            raise Refused(answer['error'])
        return answer['result']

    async def owner(self, name: str) -> Account:
        return Account(name, await self._do('owner', name=name, password=PASSWORD))

    async def person(self, name: str) -> Account:
        """Somebody new, whose name starts with that one."""
        unique = f'{name} {next(_names)}'
        return Account(unique, await self._do('person', name=unique, password=PASSWORD))

    async def crowd(self, room: Room, name: str, count: int) -> None:
        """So many new members, called by that name and a number; nobody signs in as them."""
        await self._do('crowd', room=room.id, name=name, count=count)

    async def another_sign_in(self, account: Account) -> Account:
        return Account(account.name, await self._do('another_sign_in', token=account.token))

    async def room(self, *members: Account, name: str = 'Room', description: str = '', private: bool = False) -> Room:
        """A new room whose name starts with that one; the first member is its admin."""
        unique = f'{name} {next(_names)}'
        found = await self._do('room', token=members[0].token, name=unique, description=description, private=private)
        room = Room(**found)
        for member in members[1:]:
            await (self.add(members[0], room, member) if private else self.join(member, room))
        return room

    async def join(self, account: Account, room: Room) -> None:
        await self._do('join', token=account.token, room=room.id)

    async def add(self, account: Account, room: Room, other: Account) -> None:
        """The first brings the other in."""
        await self._do('add', token=account.token, room=room.id, other=other.token)

    async def remove(self, account: Account, room: Room, other: Account) -> None:
        """The first shows the other out."""
        await self._do('remove', token=account.token, room=room.id, other=other.token)

    async def members(self, room: Room) -> list[str]:
        """Their names."""
        names: list[str] = await self._do('members', room=room.id)
        return names

    async def direct(self, account: Account, *others: Account) -> Room:
        return Room(**await self._do('direct', token=account.token, others=[other.token for other in others]))

    async def convert(self, account: Account, room: Room, kind: str) -> Room:
        """`open` or `private`; the room with its new address."""
        return Room(room.id, await self._do('convert', token=account.token, room=room.id, kind=kind), room.name)

    async def announce_only(self, account: Account, room: Room) -> None:
        """Only its admins write there from now on."""
        await self._do('announce_only', token=account.token, room=room.id)

    async def archive(self, account: Account, room: Room) -> None:
        await self._do('archive', token=account.token, room=room.id)

    async def ban(self, account: Account, other: Account, *, addresses: bool = False) -> None:
        await self._do('ban', token=account.token, other=other.token, addresses=addresses)

    async def set_server_role(self, account: Account, other: Account, role: str) -> None:
        """`owner`, `admin` or `member`."""
        await self._do('set_server_role', token=account.token, other=other.token, role=role)

    async def invitation(
        self, account: Account, room: Room | None, *, invited_as: str = 'guest', lasts_s: float = 3_600, max_uses: int | None = None
    ) -> Link:
        """Into that room, or to the whole server."""
        room_id = room.id if room else None
        terms = {'invited_as': invited_as, 'lasts_s': lasts_s, 'max_uses': max_uses}
        return Link(**await self._do('invitation', token=account.token, room=room_id, **terms))

    async def revoke(self, account: Account, link: Link) -> None:
        await self._do('revoke', token=account.token, invitation=link.id)

    async def authors(self, room: Room) -> list[tuple[int, int]]:
        """Numbers of the messages that people wrote, and the ids of who wrote them."""
        return [(number, author) for number, author in await self._do('authors', room=room.id)]

    async def rename(self, account: Account, room: Room, name: str) -> Room:
        unique = f'{name} {next(_names)}'
        return Room(room.id, await self._do('rename', token=account.token, room=room.id, name=unique), unique)

    async def describe(self, account: Account, room: Room, description: str) -> None:
        await self._do('describe', token=account.token, room=room.id, description=description)

    async def post(self, account: Account, room: Room, *bodies: str) -> Sequence[int]:
        """Past the rate limit; the numbers of the messages."""
        numbers: list[int] = await self._do('post', token=account.token, room=room.id, bodies=bodies, key=f'control-{next(_names)}')
        return numbers

    async def post_at(self, account: Account, room: Room, *posts: tuple[str, str]) -> Sequence[int]:
        """Each a time as ISO writes it, with its offset from UTC, and a text; the numbers of the messages."""
        numbers: list[int] = await self._do('post_at', token=account.token, room=room.id, posts=posts, key=f'control-{next(_names)}')
        return numbers

    async def post_files(self, account: Account, room: Room, file_ids: Sequence[str], body: str = '') -> int:
        """Of what they have attached there; the number of the message."""
        arguments = {'token': account.token, 'body': body, 'key': f'control-{next(_names)}'}
        number: int = await self._do('post_files', room=room.id, files=list(file_ids), **arguments)
        return number

    async def mention(self, account: Account, room: Room, other: Account, body: str) -> int:
        """The first speaks to the other: as a message that names them will."""
        arguments = {'token': account.token, 'other': other.token, 'key': f'control-{next(_names)}'}
        number: int = await self._do('mention', room=room.id, body=body, **arguments)
        return number

    async def post_by_the_rules(self, account: Account, room: Room, body: str) -> int:
        """:raises Refused:"""
        number: int = await self._do('post_by_the_rules', token=account.token, room=room.id, body=body, key=f'control-{next(_names)}')
        return number

    async def edit(self, room: Room, number: int, body: str) -> None:
        await self._do('edit', room=room.id, number=number, body=body)

    async def delete(self, room: Room, number: int) -> None:
        await self._do('delete', room=room.id, number=number)

    async def answer(self, account: Account, room: Room, to: int, body: str) -> int:
        """The number of the answer to that message."""
        number: int = await self._do('answer', token=account.token, room=room.id, to=to, body=body, key=f'control-{next(_names)}')
        return number

    async def react(self, account: Account, room: Room, number: int, text: str) -> None:
        """Or take it back."""
        await self._do('react', token=account.token, room=room.id, number=number, text=text)

    async def pin(self, account: Account, room: Room, number: int, *, on: bool = True) -> None:
        await self._do('pin', token=account.token, room=room.id, number=number, on=on)

    async def show_card(self, room: Room, number: int, url: str, title: str, *, picture: bytes = b'') -> None:
        """As if the page behind that link of the message had been looked at; the picture is webp."""
        await self._do('show_card', room=room.id, number=number, url=url, title=title, picture=b64encode(picture).decode())

    async def delete_by_the_rules(self, account: Account, room: Room, number: int) -> None:
        """It can be taken back for a while."""
        await self._do('delete_by_the_rules', token=account.token, room=room.id, number=number)

    async def undo_deletion(self, account: Account, room: Room, number: int) -> None:
        await self._do('undo_deletion', token=account.token, room=room.id, number=number)

    async def messages(self, room: Room) -> list[tuple[int, str | None]]:
        """The room as the store has it: numbers and texts, None for a deleted message."""
        return [(number, body) for number, body in await self._do('messages', room=room.id)]

    async def is_online(self, account: Account) -> bool:
        return bool(await self._do('is_online', token=account.token))

    async def finished(self) -> None:
        """Whatever tabs have been asked for by now is done, or given up."""
        await self._do('finished')

    async def crash(self, room: Room) -> None:
        await self._do('crash', room=room.id)
