"""Commands that people type instead of a message: `/me waves`. One registry, to which other parts of the program add theirs.

    async def roll(invocation: Invocation) -> Outcome:
        return Outcome(body=f'rolled {random.randint(1, 6)}')

    chat.commands.register(SlashCommand(name='roll', usage='/roll', help='Roll a die', run=roll))

A command may do what the person who typed it may do, and nothing else: it goes through the domain's facades with
`invocation.user`, as a page does. Before it runs nothing is sure but that they are a member of the room.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from livechat.domain.access import RoomAccess
from livechat.domain.errors import UnknownCommand
from livechat.domain.model import MAX_DESCRIPTION_CHARS, RoomId, User
from livechat.domain.rooms import Rooms

MAX_COMMAND_CHARS = 20
_NAME = re.compile(rf'[a-z][a-z0-9-]{{0,{MAX_COMMAND_CHARS - 1}}}')
_TYPED = re.compile(r'/([^\W\d_][\w-]*)(?:\s+(.*))?', re.DOTALL)
"""A letter follows the slash and no other slash the word: `/ 2`, `/etc/hosts` and `/?` are text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """Who typed a command, and where."""

    user: User
    room_id: RoomId
    argument: str
    """What follows its name, without white space around it; may be empty, and long."""
    client_key: str
    """Of what was typed: the same one again is the same wish, sent twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is left to do for the page it was typed in."""

    body: str | None = None
    """To be posted as a message instead of what was typed, under the same client key."""
    said: str = ''
    """A sentence for this person alone, as plain text."""
    go_home: bool = False
    """The room is not open to them any more."""


def _nobody(_: RoomAccess) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand:
    """`run` raises a `LivechatError` for whatever the person has to put right: what they typed stays in their box."""

    name: str
    """Lower case, without the slash."""
    usage: str
    """How it is typed: `/topic [words]`."""
    help: str
    """What it does, in a few words."""
    run: Callable[[Invocation], Awaitable[Outcome]]
    hidden_for: Callable[[RoomAccess], bool] = _nobody
    """For whom, and in which rooms, it is not offered. No permission: who types it nevertheless hears what `run` says."""


class SlashCommands:
    """One per process. Names are never given twice, so a plugin cannot take over `/leave`."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._commands: dict[str, SlashCommand] = {}

    def register(self, command: SlashCommand) -> None:
        """For good. :raises ValueError: when it is badly made, or its name is taken."""
        if not _NAME.fullmatch(command.name):
            raise ValueError(f'{command.name!r} is no name: a letter, then letters, digits and -, at most {MAX_COMMAND_CHARS}')
        if command.usage.partition(' ')[0] != f'/{command.name}':
            raise ValueError(f'The usage of /{command.name} has to begin with it: {command.usage!r}')
        for words in (command.usage, command.help):
            if not words.strip() or '\n' in words or len(words) > MAX_DESCRIPTION_CHARS:
                raise ValueError(f'Usage and help of /{command.name} are one short line each: {words!r}')
        if command.name in self._commands:
            raise ValueError(f'There is a command /{command.name} already')
        self._commands[command.name] = command

    def all(self, access: RoomAccess | None = None) -> Sequence[SlashCommand]:
        """By name; with `access` those that are offered there."""
        commands = sorted(self._commands.values(), key=lambda command: command.name)
        return [command for command in commands if access is None or not command.hidden_for(access)]

    def matching(self, prefix: str, access: RoomAccess | None = None) -> Sequence[SlashCommand]:
        """Those whose name begins so, with or without the slash, in any case; by name."""
        start = prefix.removeprefix('/').lower()
        return [command for command in self.all(access) if command.name.startswith(start)]

    async def run(self, user: User, room_id: RoomId, text: str, client_key: str) -> Outcome | None:
        """Do what was typed; None when it is no command but a message, as `//me` is.

        :raises UnknownCommand: :raises RoomNotFound: :raises NotAMember: and whatever the command raises.
        """
        typed = _TYPED.fullmatch(text.rstrip())
        if typed is None:
            return None
        (await self._rooms.access(user, room_id)).must_be_member()
        command = self._commands.get(typed[1].lower())
        if command is None:
            raise UnknownCommand(typed[1][:MAX_COMMAND_CHARS])
        argument = (typed[2] or '').strip()
        return await command.run(Invocation(user=user, room_id=room_id, argument=argument, client_key=client_key))
