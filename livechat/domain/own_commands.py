"""The slash commands that livechat itself brings."""

from collections.abc import Callable

from livechat.domain.access import Right, RoomAccess
from livechat.domain.account_names import login_username
from livechat.domain.errors import InvalidInput, LivechatError, NotFound, TooFast
from livechat.domain.model import MAX_NAME_CHARS, Member
from livechat.domain.names import name_key
from livechat.domain.people_ports import UserStore
from livechat.domain.room_members import RoomMembers
from livechat.domain.rooms import Rooms
from livechat.domain.slash_commands import Invocation, Outcome, SlashCommand, SlashCommands

MAX_INVITED = 20
"""By one command; each is a change of the room, and of those nobody makes more at once."""
SHRUG = r'¯\\\_(ツ)\_/¯'
"""In Markdown, where the arm and the hands would be marks."""


def slash_commands(rooms: Rooms, members: RoomMembers, users: UserStore) -> SlashCommands:
    """A registry that holds livechat's own."""
    commands = SlashCommands(rooms)
    own = _OwnCommands(rooms, members, users, commands)
    for command in (
        SlashCommand(name='help', usage='/help', help='Say what can be typed here', run=own.help),
        SlashCommand(name='invite', usage='/invite @name', help='Add people to this room', run=own.invite, hidden_for=_unless(Right.ADD)),
        SlashCommand(name='leave', usage='/leave', help='Leave this room', run=own.leave, hidden_for=_unless(Right.LEAVE)),
        SlashCommand(name='me', usage='/me waves', help='Say what you are doing', run=own.me, hidden_for=_unless(Right.POST)),
        SlashCommand(name='shrug', usage='/shrug [words]', help='Add ¯\\_(ツ)_/¯', run=own.shrug, hidden_for=_unless(Right.POST)),
        SlashCommand(name='topic', usage='/topic [words]', help='Say or change what this room is about', run=own.topic),
    ):
        commands.register(command)
    return commands


def _unless(right: Right) -> Callable[[RoomAccess], bool]:
    return lambda access: not access.may(right)


class _OwnCommands:
    def __init__(self, rooms: Rooms, members: RoomMembers, users: UserStore, commands: SlashCommands) -> None:
        self._rooms = rooms
        self._members = members
        self._users = users
        self._commands = commands

    async def me(self, invocation: Invocation) -> Outcome:
        """Stored as it was typed; who draws it knows `/me `."""
        if not invocation.argument:
            raise InvalidInput('Write what you are doing behind it: /me waves')
        return Outcome(body=f'/me {invocation.argument}')

    async def shrug(self, invocation: Invocation) -> Outcome:
        return Outcome(body=f'{invocation.argument} {SHRUG}'.lstrip())

    async def topic(self, invocation: Invocation) -> Outcome:
        if invocation.argument:
            room = await self._rooms.describe(invocation.user, invocation.room_id, invocation.argument)
            return Outcome(said=f'This room is now about: {room.description}')
        room = (await self._rooms.access(invocation.user, invocation.room_id)).room
        return Outcome(
            said=f'This room is about: {room.description}' if room.description else 'Nobody has said yet what this room is about.'
        )

    async def invite(self, invocation: Invocation) -> Outcome:
        """Who can be added is; of the others it is said why. When nobody was, nothing is left to say but that."""
        (await self._rooms.access(invocation.user, invocation.room_id)).must(Right.ADD)
        words = dict.fromkeys(word for word in invocation.argument.replace(',', ' ').split() if word.strip('@'))
        if not words:
            raise InvalidInput('Write whom behind it: /invite @ana @ben')
        if len(words) > MAX_INVITED:
            raise InvalidInput(f'These are {len(words)} people; {MAX_INVITED} can be added at once.')
        added, troubles = await self._add_all(invocation, list(words))
        if not added:
            raise next(iter(troubles.values())) if len(words) == 1 else InvalidInput(_list(troubles))
        names = ', '.join(member.person.display_name for member in added)
        return Outcome(said=' '.join(filter(None, (f'In this room now: {names}.', _list(troubles)))))

    async def _add_all(self, invocation: Invocation, words: list[str]) -> tuple[list[Member], dict[str, LivechatError]]:
        added: list[Member] = []
        troubles: dict[str, LivechatError] = {}
        for word in words:
            try:
                added.append(await self._add(invocation, word))
            except LivechatError as trouble:
                troubles[word] = trouble
                if isinstance(trouble, TooFast):  # the next ones would hear the same
                    break
        return added, troubles

    async def _add(self, invocation: Invocation, word: str) -> Member:
        found = await self._users.by_login(name_key=name_key(word.removeprefix('@')), username=login_username(word))
        if found is None:
            raise NotFound('There is nobody like that here.')  # what is said of somebody whom this person may not know of
        return await self._members.add(invocation.user, invocation.room_id, found[0].id)

    async def leave(self, invocation: Invocation) -> Outcome:
        access = await self._rooms.access(invocation.user, invocation.room_id)
        await self._rooms.leave(invocation.user, invocation.room_id)
        return Outcome(said=f'You left “{access.room.name}”.', go_home=True)

    async def help(self, invocation: Invocation) -> Outcome:
        access = await self._rooms.access(invocation.user, invocation.room_id)
        names = ', '.join(f'/{command.name}' for command in self._commands.all(access))
        return Outcome(said=f'Type / to see what each command does: {names}. Outside the box ? shows the keys.')


def _list(troubles: dict[str, LivechatError]) -> str:
    return ' '.join(f'{word[:MAX_NAME_CHARS]}: {trouble}' for word, trouble in troubles.items())
