"""The settings page of a room: what each person finds there, and what it does."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.errors import NotAllowed
from livechat.domain.model import Involvement, Room, RoomKind, RoomRole
from tests.ui.on_screen import OnScreen
from tests.ui.page_stand import PageStand, PageTab, open_pages

OWNER, ANA, BO = range(3)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def settings(pages: PageStand, user: int, room: Room) -> tuple[PageTab, OnScreen]:
    tab = await pages.tab(user, path=f'/rooms/{room.slug}/settings')
    return tab, OnScreen(tab)


async def private(pages: PageStand, *members: int, by: int = ANA) -> Room:
    room = await pages.chat.rooms.create(pages.people[by], 'Cellar', 'Wine', private=True)
    for member in members:
        await pages.chat.members.add(pages.people[by], room.id, pages.people[member].id)
    await pages.settle()
    return room


def current(pages: PageStand, room: Room) -> Room:
    summary = pages.chat.rooms.summary(room.id)
    assert summary is not None
    return summary.room


async def roles(pages: PageStand, room: Room) -> dict[str, RoomRole]:
    members = await pages.chat.members.of(pages.people[OWNER], room.id)
    return {member.person.display_name: member.role for member in members}


async def test_plain_member_reads_the_settings_and_may_only_leave(pages: PageStand) -> None:
    tab, screen = await settings(pages, BO, pages.lobby)

    assert 'at-page' in tab.classes
    assert '>Lobby<' in screen.text
    assert '3 members' in screen.text
    assert len(screen.lines('Members')) == 3
    assert not screen.has('Name')
    assert screen.buttons == ['Invite people', 'Leave room']


async def test_admin_finds_everything_there(pages: PageStand) -> None:
    room = await pages.room('Garden', BO, by=ANA)

    _, screen = await settings(pages, ANA, room)

    assert screen.has('Name')
    assert screen.has('Announcements')
    assert screen.has('Slow mode')
    assert screen.buttons == [
        'Invite people',
        'Save',
        'What to do about Person 1',
        'What to do about Person 2',
        'Make it private …',
        'Leave room',
        'Archive room',
        'Delete room …',
    ]


async def test_name_and_description_are_changed_and_the_address_follows(pages: PageStand) -> None:
    room = await pages.room('Garden', BO, by=ANA)
    tab, screen = await settings(pages, ANA, room)

    screen.fill('Name', 'Orchard')
    screen.fill('Description', 'Apples')
    screen.submit('Save')
    await pages.settle()

    assert (current(pages, room).name, current(pages, room).description) == ('Orchard', 'Apples')
    assert tab.address == '/rooms/orchard/settings'
    assert '>Orchard<' in screen.text


async def test_name_that_is_taken_is_refused_and_stays_in_its_field(pages: PageStand) -> None:
    room = await pages.room('Garden', by=ANA)
    _, screen = await settings(pages, ANA, room)

    screen.fill('Name', 'LOBBY')
    screen.submit('Save')
    await pages.settle()

    assert 'exists already' in screen.text
    assert screen.field('Name').value == 'LOBBY'
    assert current(pages, room).name == 'Garden'


async def test_room_becomes_private_after_a_question_and_open_again(pages: PageStand) -> None:
    room = await pages.room('Garden', BO, by=ANA)
    _, screen = await settings(pages, ANA, room)

    screen.press('Make it private …')
    await pages.settle()
    assert 'its 2 members' in screen.text
    assert current(pages, room).kind is RoomKind.OPEN
    screen.press('Make it private')
    await pages.settle()
    assert current(pages, room).kind is RoomKind.PRIVATE
    screen.press('Open it to everybody …')
    await pages.settle()
    screen.press('Open it to everybody')
    await pages.settle()

    assert current(pages, room).kind is RoomKind.OPEN


async def test_announcements_and_slow_mode_apply_at_once(pages: PageStand) -> None:
    room = await pages.room('Garden', by=ANA)
    _, screen = await settings(pages, ANA, room)

    screen.fill('Announcements', True)
    await pages.settle()
    screen.fill('Slow mode', 30)
    await pages.settle()

    assert current(pages, room).announcements
    assert current(pages, room).slow_mode_s == 30


async def test_switch_that_is_refused_goes_back(pages: PageStand) -> None:
    room = await pages.room('Garden', OWNER, by=ANA)
    tab, screen = await settings(pages, ANA, room)
    gate = pages.hold(tab)  # the page has not heard of it yet
    await pages.chat.members.set_role(pages.people[OWNER], room.id, pages.people[OWNER].id, RoomRole.ADMIN)
    await pages.chat.members.set_role(pages.people[OWNER], room.id, pages.people[ANA].id, RoomRole.MEMBER)

    screen.fill('Announcements', True)
    await pages.until(lambda: 'You cannot change this room' in screen.text)

    assert not current(pages, room).announcements
    await pages.until(lambda: not screen.field('Announcements').value)
    gate.set()
    await pages.settle()


async def test_archived_room_offers_to_be_used_again(pages: PageStand, caplog: pytest.LogCaptureFixture) -> None:
    room = await pages.room('Garden', by=ANA)
    _, screen = await settings(pages, ANA, room)

    screen.press('Archive room')
    await pages.settle()
    assert current(pages, room).is_archived
    assert 'Archived: it can be read' in screen.text
    assert not screen.has('Name')
    screen.press('Unarchive room')
    await pages.settle()

    assert not current(pages, room).is_archived
    assert screen.has('Name')
    assert caplog.text == ''  # the page was drawn anew under the button


async def test_room_is_deleted_after_a_second_question_only(pages: PageStand) -> None:
    room = await pages.room('Garden', BO, by=ANA)
    tab, screen = await settings(pages, ANA, room)

    screen.press('Delete room …')
    await pages.settle()
    assert 'gone for its 2 members' in screen.text
    assert pages.chat.rooms.summary(room.id) is not None
    screen.press('Delete for everybody')
    await pages.settle()

    assert pages.chat.rooms.summary(room.id) is None
    assert tab.address == '/rooms'


async def test_last_admin_is_told_who_follows_them_before_they_leave(pages: PageStand) -> None:
    room = await pages.room('Garden', BO, by=ANA)
    _, screen = await settings(pages, ANA, room)
    assert 'You are its only admin: Person 2' in screen.text

    screen.press('Leave room')
    await pages.settle()
    assert ANA in [number for number, user in enumerate(pages.people) if room.id in await pages.chat.rooms.memberships(user.id)]
    screen.press('Leave')
    await pages.settle()

    assert await roles(pages, room) == {'Person 2': RoomRole.ADMIN}


async def test_open_room_is_left_without_a_question_and_can_be_joined_again(pages: PageStand) -> None:
    _, screen = await settings(pages, BO, pages.lobby)

    screen.press('Leave room')
    await pages.settle()
    assert 'Person 2' not in await roles(pages, pages.lobby)
    screen.press('Join')
    await pages.settle()

    assert 'Person 2' in await roles(pages, pages.lobby)
    assert 'Leave room' in screen.buttons


async def test_private_room_that_is_left_is_gone_for_who_left(pages: PageStand) -> None:
    room = await private(pages, BO)
    tab, screen = await settings(pages, BO, room)

    screen.press('Leave room')
    await pages.settle()
    assert 'only when somebody adds or invites you' in screen.text
    screen.press('Leave')
    await pages.settle()

    assert tab.address == '/rooms'
    assert 'Cellar' not in tab.log


async def test_settings_of_a_private_room_are_for_strangers_those_of_no_room(pages: PageStand) -> None:
    room = await private(pages)
    stranger, _ = await settings(pages, BO, room)
    nowhere = await pages.tab(BO, path='/rooms/nowhere/settings')

    assert 'There is no such room' in stranger.log
    assert (stranger.log, stranger.classes, stranger.client.title) == (nowhere.log, nowhere.classes, nowhere.client.title)
    assert OnScreen(stranger).text == OnScreen(nowhere).text


async def test_server_admin_outside_a_private_room_appoints_joins_visibly_and_deletes_and_nothing_else(pages: PageStand) -> None:
    room = await private(pages, BO)
    _, screen = await settings(pages, OWNER, room)

    assert screen.buttons == [
        'Join as an admin of this server',
        'What to do about Person 1',
        'What to do about Person 2',
        'Delete room …',
    ]
    screen.press('What to do about Person 2')
    await pages.settle()
    assert screen.buttons == ['Make them an admin of this room', 'Cancel']
    screen.press('Make them an admin of this room')
    await pages.settle()
    assert (await roles(pages, room))['Person 2'] is RoomRole.ADMIN

    screen.press('Join as an admin of this server')
    await pages.settle()

    assert 'Person 0' in await roles(pages, room)
    assert 'Save' in screen.buttons


async def test_member_is_paused_and_taken_back(pages: PageStand) -> None:
    room = await pages.room('Garden', BO, by=ANA)
    _, screen = await settings(pages, ANA, room)

    screen.press('What to do about Person 2')
    await pages.settle()
    screen.press('Pause for an hour')
    await pages.settle()
    assert any('paused until' in line for line in screen.lines('Members'))
    screen.press('What to do about Person 2')
    await pages.settle()
    screen.press('End the pause')
    await pages.settle()

    assert not any('paused until' in line for line in screen.lines('Members'))


async def test_member_is_removed(pages: PageStand) -> None:
    room = await pages.room('Garden', BO, by=ANA)
    _, screen = await settings(pages, ANA, room)

    screen.press('What to do about Person 2')
    await pages.settle()
    screen.press('Remove from this room')
    await pages.settle()

    assert list(await roles(pages, room)) == ['Person 1']
    assert len(screen.lines('Members')) == 1
    assert 'Members · 1' in screen.text


async def test_admin_who_steps_down_finds_what_is_left_to_them(pages: PageStand) -> None:
    room = await pages.room('Garden', BO, by=ANA)
    await pages.chat.members.set_role(pages.people[ANA], room.id, pages.people[BO].id, RoomRole.ADMIN)
    _, screen = await settings(pages, ANA, room)

    screen.press('What to do about Person 1')
    await pages.settle()
    screen.press('Make them a plain member')
    await pages.settle()

    assert screen.buttons == ['Invite people', 'Leave room']


async def test_refusal_about_a_member_is_said_in_the_sheet(pages: PageStand) -> None:
    room = await pages.room('Garden', BO, by=ANA)
    _, screen = await settings(pages, ANA, room)

    screen.press('What to do about Person 1')
    await pages.settle()
    screen.press('Make them a plain member')
    await pages.settle()

    assert screen.dialog is not None
    assert 'admin' in screen.text
    assert (await roles(pages, room))['Person 1'] is RoomRole.ADMIN


async def test_long_list_of_members_has_a_field_and_shows_so_many(pages: PageStand) -> None:
    room = await pages.room('Garden', by=ANA)
    await crowd(pages, room, 60)
    _, screen = await settings(pages, ANA, room)
    lines = screen.lines('Members')
    assert len(lines) == 51
    assert 'and 11 more' in lines[-1]

    screen.fill('Find members', 'extra 57')
    await pages.settle()

    assert len(screen.lines('Members')) == 1
    assert 'Extra 57' in screen.lines('Members')[0]
    screen.fill('Find members', 'nobody at all')
    await pages.settle()
    assert screen.lines('Members') == ['Nobody here has that name.']


async def crowd(pages: PageStand, room: Room, count: int) -> None:
    for number in range(count):
        user = await pages.house._add_person(f'Extra {number}', pages.people[ANA].role)  # without hashing a password
        await pages.chat.rooms.join(user, room.id)
    await pages.settle()


async def test_direct_room_shows_who_is_in_it_and_can_be_hidden(pages: PageStand) -> None:
    room = await pages.chat.rooms.direct(pages.people[ANA], [pages.people[BO].id])
    await pages.settle()
    _, screen = await settings(pages, ANA, room)
    assert len(screen.lines('Members')) == 2
    assert screen.buttons == []

    screen.fill('What you hear of it', Involvement.HIDDEN.value)
    await pages.settle()

    memberships = await pages.chat.rooms.memberships(pages.people[ANA].id)
    assert memberships[room.id].involvement is Involvement.HIDDEN


async def test_refused_wish_shows_again_what_holds(pages: PageStand, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object) -> None:
        raise NotAllowed('The disk is full.')

    _, screen = await settings(pages, BO, pages.lobby)
    monkeypatch.setattr(pages.chat.members, 'set_involvement', refuse)

    screen.fill('What you hear of it', Involvement.HIDDEN.value)
    await pages.settle()

    assert screen.field('What you hear of it').value == Involvement.MENTIONS.value
    assert 'The disk is full.' in screen.text


async def test_names_and_descriptions_are_never_html(pages: PageStand) -> None:
    room = await pages.chat.rooms.create(pages.people[ANA], '<b onclick=x>', '<img src=x>')
    await pages.settle()

    _, screen = await settings(pages, ANA, room)

    assert '<b onclick' not in screen.text
    assert '<img' not in screen.text


async def test_description_of_a_private_room_is_for_its_members(pages: PageStand) -> None:
    room = await private(pages, BO)

    _, outside = await settings(pages, OWNER, room)
    _, inside = await settings(pages, BO, room)

    assert 'Wine' in inside.text
    assert 'Wine' not in outside.text


async def test_pause_is_told_to_those_who_can_end_it_and_to_the_person_alone(pages: PageStand) -> None:
    room = await pages.room('Garden', OWNER, BO, by=ANA)
    bo = pages.people[BO].id
    zoe = await pages.house._add_person('Zoe', pages.people[ANA].role)
    await pages.chat.rooms.join(zoe, room.id)
    pages.people.append(zoe)
    await pages.chat.members.time_out(pages.people[ANA], room.id, bo, 60)
    await pages.settle()

    told = ['paused' in (await settings(pages, user, room))[1].text for user in (ANA, BO, 3)]

    assert told == [True, True, False]


async def test_page_follows_what_others_do_to_this_persons_rights_and_keeps_what_is_typed(pages: PageStand) -> None:
    room = await pages.room('Garden', OWNER, by=ANA)
    tab, screen = await settings(pages, ANA, room)
    owner, members = pages.people[OWNER], pages.chat.members
    await members.set_role(owner, room.id, owner.id, RoomRole.ADMIN)
    screen.fill('Name', 'Half a wo')

    await pages.chat.rooms.describe(owner, room.id, 'Something else')
    await pages.settle()
    assert screen.field('Name').value == 'Half a wo'
    await members.set_role(owner, room.id, pages.people[ANA].id, RoomRole.MEMBER)
    await pages.settle()
    assert screen.buttons == ['Invite people', 'Leave room']
    await members.remove(owner, room.id, pages.people[ANA].id)
    await pages.settle()
    assert 'Join' in screen.buttons
    await pages.chat.room_settings.convert(owner, room.id, RoomKind.PRIVATE)
    await pages.settle()

    assert tab.address == '/rooms'
    assert 'Garden' not in tab.log


async def test_page_that_was_left_follows_nothing(pages: PageStand) -> None:
    room = await private(pages, BO)
    tab, _ = await settings(pages, BO, room)
    tab.go('/rooms/lobby')
    await pages.settle()

    await pages.chat.members.remove(pages.people[ANA], room.id, pages.people[BO].id)
    await pages.settle()

    assert tab.address == '/rooms/lobby'
    assert 'old 3' in tab.log
