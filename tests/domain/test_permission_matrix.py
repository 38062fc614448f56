"""Every command about a room, as everybody who may try it, on every kind of room: one expected answer per cell.

Columns: the server's owner and an admin of the server who are no members; an admin of the server inside; an admin of the room;
a member; a guest inside; a guest of another room; an account that is no member; a member who was banned from the server.
In a direct room everybody inside is a plain member. Of invitations everybody sees their own, an admin of the room all.

`+` done, `-` seen and refused (NotAllowed), `m` must join first (NotAMember), `a` archived, `0` the room does not exist for
them (RoomNotFound), `b` banned, `t` nothing of theirs to take back (TooLate), `f` no such file
(FileNotFound), as for one that never was. A cell that is wrong is printed as command, room, actor, expected, found.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import pytest

from livechat.domain.access import Right
from livechat.domain.chat import Chat
from livechat.domain.errors import Banned, LivechatError, NotAllowed, NotAMember, RoomArchived, RoomNotFound, TooLate
from livechat.domain.face import CutOut
from livechat.domain.file import FileId, FileKind
from livechat.domain.file_errors import FileNotFound
from livechat.domain.files import Files
from livechat.domain.invitation import InvitedAs
from livechat.domain.model import Draft, Involvement, MessageNumber, Room, RoomKind, RoomRole, User
from tests.domain.everybody import ACTORS, INSIDE, Everybody, open_everybody
from tests.faces import PICTURE

ROOMS = ('open', 'private', 'direct', 'announcement', 'archived')
Command = Callable[['Trial'], Awaitable[object]]


@dataclass(frozen=True)
class Trial:
    """One actor about to try one command on one room."""

    chat: Chat
    everybody: Everybody
    user: User
    room: Room
    own: MessageNumber
    """A message of the actor's, where they could have written one; else one of another's."""
    others: MessageNumber
    actor: str
    kind: str

    @property
    def other_kind(self) -> RoomKind:
        return RoomKind.OPEN if self.room.kind is RoomKind.PRIVATE else RoomKind.PRIVATE


async def delete_and_undo(t: Trial, number: MessageNumber) -> None:
    """Whoever may not delete it tries to take the deletion of another back."""
    with suppress(LivechatError):
        await t.chat.rooms.delete_message(t.user, t.room.id, number)
    await t.chat.rooms.undo_deletion(t.user, t.room.id, number)


async def choose_and_set(t: Trial) -> None:
    token = await t.chat.faces.choose(t.user, PICTURE)
    await t.chat.faces.set_room(t.user, t.room.id, token, CutOut())


async def upload(t: Trial) -> None:
    async with files(t).uploads.receiving(t.user, t.room.id, 'a.txt') as arriving:
        await arriving.write(b'content')
        await arriving.finish()


async def open_file(t: Trial, what: str) -> None:
    """The same is said of one that never was."""
    with pytest.raises(FileNotFound):
        await files(t).open(t.user, FileId('never was'))
    assert (await files(t).open(t.user, t.everybody.file(t.kind, what))).room_id == t.room.id


def files(t: Trial) -> Files:
    assert t.chat.files is not None
    return t.chat.files


COMMANDS: dict[str, Command] = {
    'see': lambda t: t.chat.rooms.access(t.user, t.room.id),
    'see members': lambda t: t.chat.members.of(t.user, t.room.id),
    'read': lambda t: t.chat.rooms.enter(t.user, t.room.id),
    'draft': lambda t: t.chat.rooms.keep_draft(t.user, t.room.id, Draft(body='not yet')),
    'join': lambda t: t.chat.rooms.join(t.user, t.room.id),
    'leave': lambda t: t.chat.rooms.leave(t.user, t.room.id),
    'post': lambda t: t.chat.rooms.post(t.user, t.room.id, 'hello', 'tried'),
    'edit own': lambda t: t.chat.rooms.edit(t.user, t.room.id, t.own, 'changed'),
    'edit other': lambda t: t.chat.rooms.edit(t.user, t.room.id, t.others, 'changed'),
    'delete own': lambda t: t.chat.rooms.delete_message(t.user, t.room.id, t.own),
    'delete other': lambda t: t.chat.rooms.delete_message(t.user, t.room.id, t.others),
    'undo own': lambda t: delete_and_undo(t, t.own),
    'undo other': lambda t: delete_and_undo(t, t.others),
    'message': lambda t: t.chat.rooms.message(t.user, t.room.id, t.others),
    'reply': lambda t: t.chat.rooms.post(t.user, t.room.id, 'indeed', 'tried', reply_to=t.others),
    'call room': lambda t: t.chat.rooms.post(t.user, t.room.id, '@room', 'tried'),
    'call here': lambda t: t.chat.rooms.post(t.user, t.room.id, '@here', 'tried'),
    'react': lambda t: t.chat.rooms.react(t.user, t.room.id, t.others, '👍'),
    'pin': lambda t: t.chat.rooms.pin(t.user, t.room.id, t.others, on=True),
    'pinned': lambda t: t.chat.rooms.pinned(t.user, t.room.id),
    'history own': lambda t: t.chat.rooms.history(t.user, t.room.id, t.own),
    'history other': lambda t: t.chat.rooms.history(t.user, t.room.id, t.others),
    'card own': lambda t: t.chat.rooms.remove_card(t.user, t.room.id, t.own, 'https://example.org'),
    'card other': lambda t: t.chat.rooms.remove_card(t.user, t.room.id, t.others, 'https://example.org'),
    'last own': lambda t: t.chat.rooms.last_own(t.user, t.room.id),
    'mentionable': lambda t: t.chat.rooms.mentionable(t.user, t.room.id, ''),
    'outsiders': lambda t: t.chat.rooms.outsiders(t.user, t.room.id, '@newcomer'),
    'rename': lambda t: t.chat.rooms.rename(t.user, t.room.id, 'Renamed'),
    'describe': lambda t: t.chat.rooms.describe(t.user, t.room.id, 'Described'),
    'picture': choose_and_set,
    'no picture': lambda t: t.chat.faces.remove_room(t.user, t.room.id),
    'convert': lambda t: t.chat.room_settings.convert(t.user, t.room.id, t.other_kind),
    'rules': lambda t: t.chat.room_settings.set_rules(t.user, t.room.id, announcements=False, slow_mode_s=30),
    'archive': lambda t: t.chat.room_settings.archive(t.user, t.room.id),
    'unarchive': lambda t: t.chat.room_settings.unarchive(t.user, t.room.id),
    'delete': lambda t: t.chat.rooms.delete(t.user, t.room.id),
    'invite': lambda t: t.chat.invitations.make(t.user, room_id=t.room.id, invited_as=InvitedAs.GUEST, lasts=None, max_uses=None),
    'invite at once': lambda t: t.chat.invitations.standing(t.user, t.room.id),
    'see invitations': lambda t: t.chat.invitations.of_room(t.user, t.room.id),
    'add': lambda t: t.chat.members.add(t.user, t.room.id, t.everybody.newcomer.id),
    'candidates': lambda t: t.chat.members.candidates(t.user, t.room.id),
    'remove': lambda t: t.chat.members.remove(t.user, t.room.id, t.everybody.bystander.id),
    'role': lambda t: t.chat.members.set_role(t.user, t.room.id, t.everybody.bystander.id, RoomRole.ADMIN),
    'time out': lambda t: t.chat.members.time_out(t.user, t.room.id, t.everybody.bystander.id, 5),
    'involvement': lambda t: t.chat.members.set_involvement(t.user, t.room.id, Involvement.NOTHING),
    'favourite': lambda t: t.chat.members.set_favourite(t.user, t.room.id, on=True),
    'mark read': lambda t: t.chat.unread.mark_read(t.user, t.room.id),
    'upload': upload,
    'tray': lambda t: files(t).tray(t.user, t.room.id),
    'list files': lambda t: files(t).in_room(t.user, t.room.id, [*FileKind]),
    'open sent': lambda t: open_file(t, 'sent'),
    'open deleted': lambda t: open_file(t, 'deleted'),
    'open own': lambda t: open_file(t, t.actor if t.actor in INSIDE else 'member'),
    'open others': lambda t: open_file(t, 'bystander'),
    'mark unread': lambda t: t.chat.unread.mark_unread_from(t.user, t.room.id, t.others),
}

# Each word: owner admin inside room-admin member guest elsewhere stranger banned
EXPECTED = """
command          open       private    direct     announcement archived
see              ++++++0+b  ++++++00b  00++++00b  ++++++0+b    ++++++0+b
see members      ++++++0+b  ++++++00b  00++++00b  ++++++0+b    ++++++0+b
read             mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mm++++0mb
draft            mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mm++++0mb
join             ++++++0+b  ++++++00b  00++++00b  ++++++0+b    aa++++0ab
leave            ++++++0+b  ++++++00b  00----00b  ++++++0+b    ++++++0+b
post             mm++++0mb  mm++++00b  00++++00b  mm++--0mb    mmaaaa0mb
edit own         mm++++0mb  mm++++00b  00++++00b  mm++--0mb    mmaaaa0mb
edit other       mm----0mb  mm----00b  00----00b  mm----0mb    mm----0mb
delete own       ++++++0mb  mm++++00b  00++++00b  ++++++0mb    aaaaaa0mb
delete other     ++++--0mb  mm++--00b  00----00b  ++++--0mb    aaaa--0mb
undo own         ++++++0mb  mm++++00b  00++++00b  ++++++0mb    tttttt0mb
undo other       ++++tt0mb  mm++tt00b  00tttt00b  ++++tt0mb    tttttt0mb
message          mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mm++++0mb
reply            mm++++0mb  mm++++00b  00++++00b  mm++--0mb    mmaaaa0mb
call room        mm+++-0mb  mm+++-00b  00+++-00b  mm++--0mb    mmaaaa0mb
call here        mm+++-0mb  mm+++-00b  00+++-00b  mm++--0mb    mmaaaa0mb
react            mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mmaaaa0mb
pin              mm+++-0mb  mm+++-00b  00++++00b  mm++--0mb    mmaaaa0mb
pinned           mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mm++++0mb
history own      ++++++0mb  mm++++00b  00++++00b  ++++++0mb    ++++++0mb
history other    ++++--0mb  mm++--00b  00----00b  ++++--0mb    ++++--0mb
card own         mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mmaaaa0mb
card other       mm++--0mb  mm++--00b  00----00b  mm++--0mb    mmaa--0mb
last own         mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mm++++0mb
mentionable      mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mm++++0mb
outsiders        mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mm++++0mb
rename           ++++--0-b  --++--00b  00----00b  ++++--0-b    aaaaaa0ab
describe         ++++--0-b  --++--00b  00----00b  ++++--0-b    aaaaaa0ab
picture          ++++--0-b  --++--00b  00----00b  ++++--0-b    aaaaaa0ab
no picture       ++++--0-b  --++--00b  00----00b  ++++--0-b    aaaaaa0ab
convert          ++++--0-b  --++--00b  00----00b  ++++--0-b    aaaaaa0ab
rules            ++++--0-b  --++--00b  00----00b  ++++--0-b    aaaaaa0ab
archive          ++++--0-b  --++--00b  00----00b  ++++--0-b    ++++--0-b
unarchive        ++++--0-b  --++--00b  00----00b  ++++--0-b    ++++--0-b
delete           ++++--0-b  ++++--00b  00----00b  ++++--0-b    ++++--0-b
invite           +++++-0-b  --++--00b  00----00b  +++++-0-b    aaaaaa0ab
invite at once   +++++-0-b  --++--00b  00----00b  +++++-0-b    aaaaaa0ab
see invitations  ++++++0+b  ++++++00b  00++++00b  ++++++0+b    ++++++0+b
add              +++++-0-b  --++--00b  00----00b  +++++-0-b    aaaaaa0ab
candidates       +++++-0-b  --++--00b  00----00b  +++++-0-b    aaaaaa0ab
remove           ++++--0-b  --++--00b  00----00b  ++++--0-b    ++++--0-b
role             ++++--0-b  ++++--00b  00----00b  ++++--0-b    ++++--0-b
time out         ++++--0-b  --++--00b  00----00b  ++++--0-b    aaaaaa0ab
involvement      mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mm++++0mb
favourite        mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mm++++0mb
mark read        mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mm++++0mb
mark unread      mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mm++++0mb
upload           mm++++0mb  mm++++00b  00++++00b  mm++--0mb    mmaaaa0mb
tray             mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mm++++0mb
list files       mm++++0mb  mm++++00b  00++++00b  mm++++0mb    mm++++0mb
open sent        ff++++fff  ff++++fff  ff++++fff  ff++++fff    ff++++fff
open deleted     fffffffff  fffffffff  fffffffff  fffffffff    fffffffff
open own         ff++++fff  ff++++fff  ff++++fff  ff++++fff    ff++++fff
open others      fffffffff  fffffffff  fffffffff  fffffffff    fffffffff
"""


def expected() -> dict[tuple[str, str], str]:
    table: dict[tuple[str, str], str] = {}
    for line in EXPECTED.strip().splitlines()[1:]:
        command, cells = line[:17].strip(), line[17:].split()
        table |= {(command, room): cell for room, cell in zip(ROOMS, cells, strict=True)}
    return table


REFUSALS: dict[type[LivechatError], str] = {
    RoomNotFound: '0',
    Banned: 'b',
    RoomArchived: 'a',
    NotAMember: 'm',
    NotAllowed: '-',  # what the others are kinds of
    TooLate: 't',
    FileNotFound: 'f',
}


async def answer(work: Awaitable[object]) -> str:
    try:
        await work
    except tuple(REFUSALS) as refusal:
        return next(letter for kind, letter in REFUSALS.items() if isinstance(refusal, kind))
    return '+'


def trial(everybody: Everybody, actor: str, kind: str) -> Trial:
    return Trial(
        chat=everybody.chat,
        everybody=everybody,
        user=everybody.people[actor],
        room=everybody.rooms[kind],
        own=everybody.written[kind, actor if actor in INSIDE else 'member'],
        others=everybody.written[kind, 'bystander'],
        actor=actor,
        kind=kind,
    )


async def answers(command: str, kind: str) -> str:
    """One letter per actor. What was refused changed nothing, so the next actor finds the room as it was; else it is made anew."""
    found = ''
    while len(found) < len(ACTORS):
        async with open_everybody(kind) as everybody:
            while len(found) < len(ACTORS):
                found += await answer(COMMANDS[command](trial(everybody, ACTORS[len(found)], kind)))
                if found[-1] == '+':
                    break
    return found


def test_table_is_complete() -> None:
    assert set(expected()) == {(command, room) for command in COMMANDS for room in ROOMS}
    assert all(len(cell) == len(ACTORS) for cell in expected().values())


@pytest.mark.parametrize('kind', ROOMS)
@pytest.mark.parametrize('command', COMMANDS)
async def test_command_is_answered_as_the_table_says(command: str, kind: str) -> None:
    found = await answers(command, kind)

    wrong = [
        f'{command}, {kind}, {actor}: expected {wanted}, found {got}'
        for actor, wanted, got in zip(ACTORS, expected()[command, kind], found, strict=True)
        if wanted != got
    ]
    assert not wrong, '\n'.join(wrong)


@pytest.mark.parametrize('kind', ROOMS)
async def test_what_is_offered_is_what_is_done(kind: str) -> None:
    """`RoomAccess.may`, by which buttons are shown, agrees with the table."""
    rights = {
        Right.READ: 'read',
        Right.POST: 'post',
        Right.REACT: 'react',
        Right.PIN: 'pin',
        Right.CALL: 'call room',
        Right.INVITE: 'invite',
        Right.ADD: 'add',
        Right.MANAGE: 'rename',
        Right.ARCHIVE: 'archive',
        Right.DELETE: 'delete',
        Right.APPOINT: 'role',
        Right.REMOVE: 'remove',
        Right.TIME_OUT: 'time out',
        Right.SEE_MEMBERS: 'see members',
    }
    async with open_everybody(kind) as everybody:
        for place, actor in enumerate(ACTORS):
            if actor == 'banned' or expected()['see', kind][place] == '0':
                continue
            access = await everybody.chat.rooms.access(everybody.people[actor], everybody.rooms[kind].id)
            for right, command in rights.items():
                assert access.may(right) == (expected()[command, kind][place] == '+'), (actor, right)


@pytest.mark.parametrize('kind', ROOMS)
async def test_room_is_found_by_its_address_and_in_lists_by_whoever_sees_it(kind: str) -> None:
    async with open_everybody(kind) as everybody:
        room, rooms = everybody.rooms[kind], everybody.chat.rooms
        for place, actor in enumerate(ACTORS):
            if actor == 'banned':
                continue
            user, sees = everybody.people[actor], expected()['see', kind][place] == '+'
            listed = {summary.room.id for summary in await rooms.visible_to(user)}

            assert (await rooms.by_slug(user, room.slug) is not None) == sees, actor
            assert (room.id in {summary.room.id for summary in await rooms.mine(user)}) == (actor in INSIDE), actor
            if kind == 'direct':
                assert room.id not in listed, actor
            elif kind == 'private':
                assert (room.id in listed) == (actor in INSIDE), actor
            else:
                assert (room.id in listed) == sees, actor
