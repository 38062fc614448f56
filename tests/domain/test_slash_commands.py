"""What is typed instead of a message: who may do what with it, and how other parts of the program add to it."""

import pytest

from livechat.domain.errors import (
    InvalidInput,
    NotAllowed,
    NotAMember,
    NotFound,
    RoomArchived,
    RoomNotFound,
    TooFast,
    UnknownCommand,
)
from livechat.domain.limits import Limits
from livechat.domain.model import Room, ServerRole, User
from livechat.domain.own_commands import MAX_INVITED, SHRUG, slash_commands
from livechat.domain.slash_commands import Invocation, Outcome, SlashCommand, SlashCommands
from tests.domain.house import House

OWN = ['help', 'invite', 'leave', 'me', 'shrug', 'topic']


@pytest.fixture
def commands(house: House) -> SlashCommands:
    return slash_commands(house.rooms, house.members, house.stores.users)


async def _echo(invocation: Invocation) -> Outcome:
    return Outcome(body=invocation.argument)


def a_command(name: str = 'echo', usage: str = '', help_: str = 'Say it again') -> SlashCommand:
    return SlashCommand(name=name, usage=usage or f'/{name} words', help=help_, run=_echo)


# What is a command


@pytest.mark.parametrize('text', ['hello', '//me waves', '/', '/ me', '/?', '/2', '/etc/hosts is a file', ' /me waves', '', 'and/or'])
async def test_text_that_is_no_command_is_left_to_be_posted(commands: SlashCommands, lobby: Room, ana: User, text: str) -> None:
    assert await commands.run(ana, lobby.id, text, 'k') is None


@pytest.mark.parametrize('text', ['/me waves', '/ME waves', '/me\n waves ', '/me   waves\n\n'])
async def test_command_is_found_in_any_case_and_whatever_white_space_follows(
    commands: SlashCommands, lobby: Room, ana: User, text: str
) -> None:
    assert await commands.run(ana, lobby.id, text, 'k') == Outcome(body='/me waves')


@pytest.mark.parametrize('text', ['/dance', '/mee waves', '/Привет', '/leave-me'])
async def test_unknown_command_is_refused_with_the_way_to_send_it(commands: SlashCommands, lobby: Room, ana: User, text: str) -> None:
    with pytest.raises(UnknownCommand, match='two slashes'):
        await commands.run(ana, lobby.id, text, 'k')


async def test_endless_command_is_named_by_its_beginning(commands: SlashCommands, lobby: Room, ana: User) -> None:
    with pytest.raises(UnknownCommand) as refused:
        await commands.run(ana, lobby.id, '/' + 'a' * 100_000, 'k')

    assert len(str(refused.value)) < 200


async def test_nobody_but_members_runs_commands(commands: SlashCommands, house: House, lobby: Room, owner: User) -> None:
    outsider, guest = await house.person('Ben'), await house.guest('Gus')
    secret = await house.rooms.create(owner, 'Secret', private=True)
    commands.register(a_command())

    for text in ('/echo hi', '/help', '/nothing'):
        with pytest.raises(NotAMember):
            await commands.run(outsider, lobby.id, text, 'k')
        with pytest.raises(RoomNotFound):
            await commands.run(outsider, secret.id, text, 'k')
        with pytest.raises(RoomNotFound):
            await commands.run(guest, lobby.id, text, 'k')
    assert await commands.run(owner, lobby.id, '/echo hi', 'k') == Outcome(body='hi')


# livechat's own


async def test_me_without_words_is_refused(commands: SlashCommands, lobby: Room, ana: User) -> None:
    with pytest.raises(InvalidInput, match='/me waves'):
        await commands.run(ana, lobby.id, '/me ', 'k')


@pytest.mark.parametrize(('text', 'body'), [('/shrug', SHRUG), ('/shrug who knows', f'who knows {SHRUG}')])
async def test_shrug_ends_the_message(commands: SlashCommands, lobby: Room, ana: User, text: str, body: str) -> None:
    assert await commands.run(ana, lobby.id, text, 'k') == Outcome(body=body)


async def test_topic_is_said_to_members_and_changed_by_admins_alone(
    commands: SlashCommands, house: House, lobby: Room, owner: User, ana: User
) -> None:
    before = await commands.run(ana, lobby.id, '/topic', 'k')
    with pytest.raises(NotAllowed, match='change this room'):
        await commands.run(ana, lobby.id, '/topic mine', 'k')
    changed = await commands.run(owner, lobby.id, '/topic  Tea\nand cake ', 'k')
    after = await commands.run(ana, lobby.id, '/topic', 'k')

    assert before == Outcome(said='Nobody has said yet what this room is about.')
    assert changed == Outcome(said='This room is now about: Tea and cake')
    assert after == Outcome(said='This room is about: Tea and cake')
    room = house.rooms.get(lobby.id)
    assert room is not None
    assert room.description == 'Tea and cake'


async def test_invited_people_are_members(commands: SlashCommands, house: House, lobby: Room, ana: User) -> None:
    ben, eva = await house.person('Ben'), await house.person('Eva Lund')

    outcome = await commands.run(ana, lobby.id, '/invite @ben, eva.lund @ben', 'k')

    assert outcome == Outcome(said='In this room now: Ben, Eva Lund.')
    assert {ben.id, eva.id} <= set((await house.rooms.snapshot(lobby.id)).members)


async def test_invitation_of_several_says_who_could_not_come(commands: SlashCommands, house: House, lobby: Room, ana: User) -> None:
    ben = await house.person('Ben')

    outcome = await commands.run(ana, lobby.id, '/invite @nobody @ben', 'k')

    assert outcome == Outcome(said='In this room now: Ben. @nobody: There is nobody like that here.')
    assert ben.id in (await house.rooms.snapshot(lobby.id)).members


async def test_invitation_of_nobody_that_is_known_is_refused(commands: SlashCommands, lobby: Room, ana: User) -> None:
    with pytest.raises(NotFound, match='nobody like that'):
        await commands.run(ana, lobby.id, '/invite @nobody', 'k')
    with pytest.raises(InvalidInput, match=r'@nobody: .* @none: '):
        await commands.run(ana, lobby.id, '/invite @nobody @none', 'k')
    for words in ('', ' @ ', ' ,'):
        with pytest.raises(InvalidInput, match='Write whom'):
            await commands.run(ana, lobby.id, f'/invite{words}', 'k')
    with pytest.raises(InvalidInput, match=f'{MAX_INVITED} can be added'):
        await commands.run(ana, lobby.id, '/invite ' + ' '.join(f'@p{number}' for number in range(MAX_INVITED + 1)), 'k')


async def test_guest_cannot_invite(commands: SlashCommands, house: House, lobby: Room) -> None:
    guest, ben = await house.guest('Gus', lobby), await house.person('Ben')

    for name in ('@ben', '@nobody'):
        with pytest.raises(NotAllowed, match='You cannot add people to this room'):
            await commands.run(guest, lobby.id, f'/invite {name}', 'k')
    assert ben.id not in (await house.rooms.snapshot(lobby.id)).members


async def test_guest_who_made_a_room_hears_the_same_of_strangers_as_of_nobody(commands: SlashCommands, house: House, lobby: Room) -> None:
    guest, friend = await house.guest('Gus', lobby), await house.person('Friend', ServerRole.MEMBER, lobby)
    await house.person('Stranger')
    own = await house.stores.rooms.add(name='Own', name_key=None, slug='own', description='', creator=guest.id, at=house.time.now())
    await house.rooms.load()
    house.memberships.forget(guest.id)

    said = []
    for name in ('@stranger', '@nobody'):
        with pytest.raises(NotFound) as refused:
            await commands.run(guest, own.id, f'/invite {name}', 'k')
        said.append(str(refused.value))

    assert said[0] == said[1]
    assert await commands.run(guest, own.id, '/invite @friend', 'k') == Outcome(said=f'In this room now: {friend.display_name}.')


async def test_nobody_is_invited_into_an_archived_room(commands: SlashCommands, house: House, lobby: Room, owner: User) -> None:
    await house.person('Ben')
    await house.settings.archive(owner, lobby.id)

    with pytest.raises(RoomArchived):
        await commands.run(owner, lobby.id, '/invite @ben', 'k')


async def test_leaving_sends_home_and_ends_the_membership(commands: SlashCommands, house: House, lobby: Room, ana: User) -> None:
    outcome = await commands.run(ana, lobby.id, '/leave', 'k')

    assert outcome == Outcome(said='You left “Lobby”.', go_home=True)
    assert lobby.id not in await house.rooms.memberships(ana.id)


async def test_nobody_leaves_a_direct_conversation(commands: SlashCommands, house: House, owner: User, ana: User) -> None:
    direct = await house.rooms.direct(owner, [ana.id])

    with pytest.raises(NotAllowed, match='leave'):
        await commands.run(ana, direct.id, '/leave', 'k')
    assert direct.id in await house.rooms.memberships(ana.id)


class TestWithFewChanges:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(change_burst=3, change_refill_per_s=0.01)

    async def test_invitation_stops_at_the_rate_of_changes(self, commands: SlashCommands, house: House, lobby: Room, ana: User) -> None:
        for name in ('P1', 'P2', 'P3', 'P4', 'P5'):
            await house.person(name)

        outcome = await commands.run(ana, lobby.id, '/invite p1 p2 p3 p4 p5', 'k')

        assert outcome is not None
        assert outcome.said.startswith('In this room now: P1, P2, P3. p4: ')
        assert 'p5' not in outcome.said
        with pytest.raises(TooFast):
            await commands.run(ana, lobby.id, '/invite p4', 'k')


# What is offered


async def test_help_names_what_this_person_can_do_here(commands: SlashCommands, house: House, lobby: Room, ana: User) -> None:
    guest = await house.guest('Gus', lobby)

    for_ana, for_guest = await commands.run(ana, lobby.id, '/help', 'k'), await commands.run(guest, lobby.id, '/help', 'k')

    assert for_ana is not None
    assert for_guest is not None
    assert '/help, /invite, /leave, /me, /shrug, /topic.' in for_ana.said
    assert '/invite' not in for_guest.said
    assert '? shows' in for_ana.said


@pytest.mark.parametrize(
    ('prefix', 'names'),
    [('', OWN), ('/', OWN), ('/m', ['me']), ('IN', ['invite']), ('x', []), ('/me waves', [])],
)
def test_commands_are_completed_by_the_beginning_of_their_name(commands: SlashCommands, prefix: str, names: list[str]) -> None:
    assert [command.name for command in commands.matching(prefix)] == names


async def test_command_is_offered_where_it_can_be_used(commands: SlashCommands, house: House, owner: User, ana: User) -> None:
    direct = await house.rooms.direct(owner, [ana.id])

    offered = commands.matching('/', await house.rooms.access(ana, direct.id))

    assert [command.name for command in offered] == ['help', 'me', 'shrug', 'topic']


# The registry


async def test_registered_command_gets_what_was_typed_and_by_whom(commands: SlashCommands, lobby: Room, ana: User) -> None:
    seen: list[Invocation] = []

    async def run(invocation: Invocation) -> Outcome:
        seen.append(invocation)
        return Outcome(said='done')

    commands.register(SlashCommand(name='whisper', usage='/whisper words', help='Ask quietly', run=run))

    assert await commands.run(ana, lobby.id, '/whisper  what\nis this? ', 'k7') == Outcome(said='done')
    assert seen == [Invocation(user=ana, room_id=lobby.id, argument='what\nis this?', client_key='k7')]
    assert [command.name for command in commands.matching('wh')] == ['whisper']


@pytest.mark.parametrize('name', ['leave', 'help'])
def test_command_is_never_replaced(commands: SlashCommands, name: str) -> None:
    before = commands.matching(name)

    with pytest.raises(ValueError, match='already'):
        commands.register(a_command(name))
    assert commands.matching(name) == before


@pytest.mark.parametrize(
    'command',
    [a_command(name, f'/{name} words') for name in ('', 'Roll', 'röll', 'a b', '-roll', 'a/b', '/roll', 'a' * 21)]
    + [a_command('roll', '/rol'), a_command('roll', 'roll'), a_command('roll', '/roller'), a_command(help_=' ')]
    + [a_command(help_='two\nlines'), a_command(help_='x' * 300), a_command('roll', '/roll\n')],
)
def test_command_that_is_badly_made_is_refused(commands: SlashCommands, command: SlashCommand) -> None:
    before = commands.all()

    with pytest.raises(ValueError, match=r'name|usage|[Uu]sage'):
        commands.register(command)
    assert commands.all() == before
