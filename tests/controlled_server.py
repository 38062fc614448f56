"""A livechat server with a back door, for tests that have to change a room while nobody touches a browser.

Run as a script with the arguments of `livechat serve` that `ServerProcess` passes; composed by the same public parts as the
command. Beside it listens, on a port of its own that it prints, the back door: one JSON object per line, {"do": name, ...},
answered by {"result": ...} or {"error": class name}. It calls the domain, never the user interface; people are named by the
tokens of their sign-ins, rooms by their ids.
"""

import argparse
import asyncio
import json
import socket
import sys
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from livechat import data_folder
from livechat.app import create_app, uvicorn_options
from livechat.domain.chat import Chat
from livechat.domain.errors import LivechatError
from livechat.domain.file import FileId
from livechat.domain.invitation import InvitedAs
from livechat.domain.message import Card, MessageKind, Picture
from livechat.domain.model import InvitationId, MessageNumber, RoomId, RoomKind, Seq, ServerRole, User
from livechat.domain.preview import Previewer
from livechat.domain.room import RoomState
from livechat.domain.room_changes import Surroundings
from livechat.domain.writes import PostMessage
from livechat.settings import Settings, load_settings

PASSWORD_OF_A_CROWD = 'correct horse'


class BackDoor:
    """Each public method is one thing to do. Posts, edits and deletions go straight to the room: past rights and rate limits."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def _user(self, token: str) -> User:
        signed_in = await self._chat.accounts.signed_in(token)
        assert signed_in is not None, 'no such sign-in'
        return signed_in.user

    async def owner(self, *, name: str, password: str) -> str:
        user = await self._chat.accounts.add_user(name, password, ServerRole.OWNER)
        await self._chat.rooms.welcome(user)
        return await self._token(user)

    async def person(self, *, name: str, password: str) -> str:
        """A new account, member of no room; its token."""
        return await self._token(await self._chat.accounts.add_user(name, password, ServerRole.MEMBER))

    async def crowd(self, *, room: int, name: str, count: int) -> None:
        """New members of a room."""
        for number in range(count):
            user = await self._chat.accounts.add_user(f'{name} {number}', PASSWORD_OF_A_CROWD, ServerRole.MEMBER)
            await self._chat.rooms.join(user, RoomId(room))

    async def another_sign_in(self, *, token: str) -> str:
        return await self._token(await self._user(token))

    async def _token(self, user: User) -> str:
        token, _ = await self._chat.accounts.start_sign_in(user.id, user_agent='test')
        return token

    async def room(self, *, token: str, name: str, description: str = '', private: bool = False) -> dict[str, Any]:
        room = await self._chat.rooms.create(await self._user(token), name, description, private=private)
        return {'id': room.id, 'slug': room.slug, 'name': room.name}

    async def join(self, *, token: str, room: int) -> None:
        await self._chat.rooms.join(await self._user(token), RoomId(room))

    async def add(self, *, token: str, room: int, other: str) -> None:
        await self._chat.members.add(await self._user(token), RoomId(room), (await self._user(other)).id)

    async def remove(self, *, token: str, room: int, other: str) -> None:
        await self._chat.members.remove(await self._user(token), RoomId(room), (await self._user(other)).id)

    async def members(self, *, room: int) -> list[str]:
        return sorted(member.person.display_name for member in (await self._chat.rooms.snapshot(RoomId(room))).members.values())

    async def direct(self, *, token: str, others: list[str]) -> dict[str, Any]:
        people = [(await self._user(other)).id for other in others]
        room = await self._chat.rooms.direct(await self._user(token), people)
        return {'id': room.id, 'slug': room.slug, 'name': room.name}

    async def convert(self, *, token: str, room: int, kind: str) -> str:
        return (await self._chat.room_settings.convert(await self._user(token), RoomId(room), RoomKind(kind))).slug

    async def announce_only(self, *, token: str, room: int) -> None:
        await self._chat.room_settings.set_rules(await self._user(token), RoomId(room), announcements=True, slow_mode_s=0)

    async def archive(self, *, token: str, room: int) -> None:
        await self._chat.room_settings.archive(await self._user(token), RoomId(room))

    async def ban(self, *, token: str, other: str, addresses: bool) -> None:
        """With their addresses also private ones: all of a test's are."""
        who = (await self._user(other)).id
        await self._chat.moderation.ban(await self._user(token), who, addresses=addresses, private_addresses_too=addresses)

    async def set_server_role(self, *, token: str, other: str, role: str) -> None:
        await self._chat.moderation.set_role(await self._user(token), (await self._user(other)).id, ServerRole(role))

    async def invitation(self, *, token: str, room: int | None, invited_as: str, lasts_s: float, max_uses: int | None) -> dict[str, Any]:
        invitation = await self._chat.invitations.make(
            await self._user(token),
            room_id=None if room is None else RoomId(room),
            invited_as=InvitedAs(invited_as),
            lasts=timedelta(seconds=lasts_s),
            max_uses=max_uses,
        )
        return {'id': invitation.id, 'path': f'/join/{self._chat.invitations.code(invitation)}'}

    async def revoke(self, *, token: str, invitation: int) -> None:
        await self._chat.invitations.revoke(await self._user(token), InvitationId(invitation))

    async def authors(self, *, room: int) -> list[tuple[int, int]]:
        _, messages = await self._chat.rooms.read_changes(RoomId(room), Seq(0))
        return [(message.number, message.author.id) for message in messages if message.kind is MessageKind.TEXT]

    async def rename(self, *, token: str, room: int, name: str) -> str:
        return (await self._chat.rooms.rename(await self._user(token), RoomId(room), name)).slug

    async def describe(self, *, token: str, room: int, description: str) -> None:
        await self._chat.rooms.describe(await self._user(token), RoomId(room), description)

    async def post(self, *, token: str, room: int, bodies: list[str], key: str) -> list[int]:
        """Several at once, in order; their numbers."""
        author = (await self._user(token)).person
        actor = self._chat.supervisor.room(RoomId(room))
        posted = await asyncio.gather(*(actor.post(author, body, f'{key}-{place}') for place, body in enumerate(bodies)))
        return [message.number for message in posted]

    async def post_at(self, *, token: str, room: int, posts: list[tuple[str, str]], key: str) -> list[int]:
        """As if the clock had stood there; the rooms' own times do not go back."""
        author, actor = (await self._user(token)).id, self._chat.supervisor.room(RoomId(room))
        numbers = []
        for place, (at, body) in enumerate(posts):
            post = PostMessage(
                room_id=actor.room_id,
                author_id=author,
                body=body,
                client_key=f'{key}-{place}',
                at=datetime.fromisoformat(at).astimezone(UTC),
            )
            numbers.append((await actor._write(post)).message.number)
        return numbers

    async def post_files(self, *, token: str, room: int, body: str, key: str, files: list[str]) -> int:
        author, ids = (await self._user(token)).person, [FileId(each) for each in files]
        return (await self._chat.supervisor.room(RoomId(room)).post(author, body, key, files=ids)).number

    async def mention(self, *, token: str, room: int, other: str, body: str, key: str) -> int:
        user, spoken_to = await self._user(token), await self._user(other)
        return (await self._chat.rooms.post(user, RoomId(room), body, key, mentions=[spoken_to.id])).number

    async def post_by_the_rules(self, *, token: str, room: int, body: str, key: str) -> int:
        """As the message box does it, rate limit and all."""
        return (await self._chat.rooms.post(await self._user(token), RoomId(room), body, key)).number

    async def edit(self, *, room: int, number: int, body: str) -> None:
        await self._chat.supervisor.room(RoomId(room)).edit(MessageNumber(number), body)

    async def delete(self, *, room: int, number: int) -> None:
        await self._chat.supervisor.room(RoomId(room)).delete(MessageNumber(number))

    async def answer(self, *, token: str, room: int, to: int, body: str, key: str) -> int:
        user = await self._user(token)
        return (await self._chat.rooms.post(user, RoomId(room), body, key, reply_to=MessageNumber(to), confirmed=True)).number

    async def react(self, *, token: str, room: int, number: int, text: str) -> None:
        """Or take it back."""
        await self._chat.rooms.react(await self._user(token), RoomId(room), MessageNumber(number), text)

    async def pin(self, *, token: str, room: int, number: int, on: bool) -> None:
        await self._chat.rooms.pin(await self._user(token), RoomId(room), MessageNumber(number), on)

    async def show_card(self, *, room: int, number: int, url: str, title: str, picture: str) -> None:
        """As if the page behind that link had been looked at; `picture` is in base64, empty for none."""
        image = Picture(token=f'{room:016}{number:016}', width=144, height=108) if picture else None
        card = Card(url=url, title=title, description='What the page says of itself.', site='example.org', picture=image)
        pictures = {image.token: b64decode(picture)} if image else {}
        await self._chat.supervisor.room(RoomId(room)).show_cards(MessageNumber(number), [card], pictures)

    async def delete_by_the_rules(self, *, token: str, room: int, number: int) -> None:
        await self._chat.rooms.delete_message(await self._user(token), RoomId(room), MessageNumber(number))

    async def undo_deletion(self, *, token: str, room: int, number: int) -> None:
        await self._chat.rooms.undo_deletion(await self._user(token), RoomId(room), MessageNumber(number))

    async def messages(self, *, room: int) -> list[tuple[int, str | None]]:
        """Every message of the room: its number and its text, None for a deleted one."""
        _, messages = await self._chat.rooms.read_changes(RoomId(room), Seq(0))
        return [(message.number, None if message.deleted else message.body) for message in messages]

    async def is_online(self, *, token: str) -> bool:
        return self._chat.presence.is_online((await self._user(token)).id)

    async def finished(self) -> None:
        """Whatever tabs have been asked for by now is done, or given up."""
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name().startswith('session ')))

    async def crash(self, *, room: int) -> None:
        """Make the room's task fail once; done when the room works again."""
        has_crashed = False

        async def crash_once(state: RoomState, around: Surroundings) -> None:
            nonlocal has_crashed
            if not has_crashed:
                has_crashed = True
                raise RuntimeError('a test makes this room crash')

        await self._chat.supervisor.room(RoomId(room)).change(crash_once)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(json.dumps(await self._answer(json.loads(line))).encode() + b'\n')
        writer.close()

    async def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return {'result': await getattr(self, request.pop('do'))(**request)}
        except LivechatError as refusal:
            return {'error': type(refusal).__name__}


def with_back_door(app: FastAPI, address: str) -> None:
    """Open the back door while the application runs, and say as the command does that it runs."""
    inner: Any = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        context: AbstractAsyncContextManager[Any] = inner(app)
        async with context as state:
            door = await asyncio.start_server(BackDoor(app.state.chat).talk, '127.0.0.1', 0, limit=1 << 24)
            print(f'  Address  {address}\n  Back door  {door.sockets[0].getsockname()[1]}\n  Ctrl-C stops the server.', flush=True)
            yield state
            door.close()

    app.router.lifespan_context = lifespan


def main(arguments: list[str], *, previewer: Previewer | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('--port', type=int)
    parser.add_argument('--data', type=Path)
    given, _ = parser.parse_known_args(arguments)
    flags = {'port': given.port, 'data': given.data, 'link_previews': False}  # no test calls the public web
    settings: Settings = load_settings(flags)
    data_folder.prepare(settings.data)
    with data_folder.held(settings.data), socket.create_server(('127.0.0.1', settings.port), backlog=512) as listener:
        app = create_app(settings, previewer=previewer)
        with_back_door(app, f'http://127.0.0.1:{listener.getsockname()[1]}')
        with suppress(KeyboardInterrupt):
            uvicorn.Server(uvicorn.Config(app, **uvicorn_options(settings))).run(sockets=[listener])


if __name__ == '__main__':
    main(sys.argv[1:])
