"""What is unread, as one tab shows it: the list, the line, what counts as read, and what its buttons do."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.model import Involvement, MessageNumber, Room, RoomId
from livechat.ui.audience import LIVE_BOTTOM
from livechat.ui.jumps import JUMP_SETTLES_S
from livechat.ui.shell import READ_ALL, Part, part
from livechat.ui.stream import ElementId, Kind, element_id
from tests.ui.page_stand import PageStand, PageTab, open_pages


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


def bottom(tab: PageTab, room: Room, *, visible: bool) -> None:
    """What the browser reports of the end of the newest page."""
    tab.page.virtual_event(element_id(Kind.BOTTOM, room.id, LIVE_BOTTOM), [visible])


async def reads(pages: PageStand, tab: PageTab, room: Room) -> None:
    bottom(tab, room, visible=True)
    await pages.settle()


async def post(pages: PageStand, room: Room, text: str = 'news', *, by: int = 0, mentions: tuple[int, ...] = ()) -> MessageNumber:
    people = [pages.people[each].id for each in mentions]
    message = await pages.chat.rooms.post(pages.people[by], room.id, text, f'{text}-{by}'.replace(' ', '-'), mentions=people)
    await tell(pages)
    return message.number


async def tell(pages: PageStand) -> None:
    pages.house.beat()
    await pages.settle()


def line(tab: PageTab, room_id: RoomId) -> str:
    """The room's line in the list, with its classes."""
    element = tab.browser.elements[element_id(Kind.ROOM_LINK, room_id)]
    return ' '.join(element['class']) + element['props']['innerHTML']


def command(tab: PageTab, *args: object) -> None:
    tab.page.virtual_event(part(Part.COMMANDS), list(args))


def count(pages: PageStand, user: int, room: Room) -> int:
    return pages.chat.unread.of(pages.people[user].id)[room.id].unread


async def elsewhere(pages: PageStand, user: int = 1) -> tuple[PageTab, Room]:
    """A tab that shows the lobby, and another room of its person with one message more than they have read."""
    other = await pages.room('Other', user)
    tab = await pages.tab(user)
    await reads(pages, tab, pages.lobby)
    await post(pages, other)
    return tab, other


async def test_message_elsewhere_makes_its_room_bold_and_nothing_else(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab()
    await reads(pages, tab, pages.lobby)
    assert 'new' not in line(tab, other.id)

    await post(pages, other)

    assert 'room new' in line(tab, other.id)
    assert 'room on<' in line(tab, pages.lobby.id)
    assert tab.client.title == '# Lobby · Harbour'


async def test_mentions_are_counted_in_the_list_and_in_the_title_of_the_page(pages: PageStand) -> None:
    tab, other = await elsewhere(pages)
    third = await pages.room('Third', 1)

    await post(pages, other, 'first', mentions=(1,))
    await post(pages, third, 'second', mentions=(1,))
    await post(pages, other, 'third', mentions=(2,))

    assert '>1</span><span class="sr">, 1 unread for you' in line(tab, other.id)
    assert tab.client.title == '(2) # Lobby · Harbour'


async def test_reading_in_one_tab_clears_it_in_the_other(pages: PageStand) -> None:
    tab, other = await elsewhere(pages)
    second = await pages.tab(1)
    await post(pages, other, 'first', mentions=(1,))
    assert second.client.title == '(1) # Lobby · Harbour'

    tab.go('/rooms/other')
    await pages.settle()
    await reads(pages, tab, other)
    await pages.pass_time(JUMP_SETTLES_S)
    await tell(pages)

    for each in (tab, second):
        assert 'new' not in line(each, other.id)
    assert second.client.title == '# Lobby · Harbour'
    assert count(pages, 1, other) == 0


async def test_room_is_not_read_before_its_end_is_in_view(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab(path='/rooms/other')

    await post(pages, other)
    assert 'news' in tab.log
    assert count(pages, 1, other) == 1
    await reads(pages, tab, other)
    assert count(pages, 1, other) == 0
    await post(pages, other, 'read at once')
    assert count(pages, 1, other) == 0
    bottom(tab, other, visible=False)
    await pages.settle()
    await post(pages, other, 'out of view')

    assert count(pages, 1, other) == 1


async def test_tab_without_a_connection_reads_nothing_until_it_is_back(pages: PageStand) -> None:
    tab = await pages.tab()
    await reads(pages, tab, pages.lobby)
    await tab.lose()

    await post(pages, pages.lobby)
    assert count(pages, 1, pages.lobby) == 1
    await tab.connect()
    await pages.settle()

    assert count(pages, 1, pages.lobby) == 0


async def test_unread_messages_begin_with_a_line_and_a_jump_to_it(pages: PageStand) -> None:
    tab, other = await elsewhere(pages)
    first = (await pages.chat.rooms.snapshot(other.id)).last_number
    await post(pages, other, 'second')

    tab.go('/rooms/other')
    await pages.settle()

    assert f'#m{first}{{--unread' in tab.html(Part.TAB_STYLE)
    assert tab.opened == [f'#m{first}']


@pytest.mark.parametrize('path', ['/rooms/other', '/rooms/other?m=1'])
async def test_box_is_ready_to_type_after_the_jump_which_takes_the_focus(pages: PageStand, path: str) -> None:
    tab, _ = await elsewhere(pages)

    tab.go(path)
    await pages.settle()

    assert 'focus' in tab.calls[tab.calls.index('open') :]


async def test_room_without_news_has_no_line(pages: PageStand) -> None:
    tab, other = await elsewhere(pages)
    tab.go('/rooms/other')
    await pages.settle()
    assert '--unread' in tab.html(Part.TAB_STYLE)

    tab.go('/rooms/lobby')
    await pages.settle()

    assert tab.html(Part.TAB_STYLE) == ''
    assert len(tab.opened) == 1
    assert other.id != pages.lobby.id


async def test_line_stays_while_new_messages_come_and_are_read(pages: PageStand) -> None:
    tab, other = await elsewhere(pages)
    tab.go('/rooms/other')
    await pages.settle()
    style = tab.html(Part.TAB_STYLE)

    await reads(pages, tab, other)
    await pages.pass_time(JUMP_SETTLES_S)
    await post(pages, other, 'another')

    assert tab.html(Part.TAB_STYLE) == style != ''


async def test_permalink_wins_over_the_first_unread_message(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    await post(pages, other, 'first')
    await post(pages, other, 'second')

    tab = await pages.tab(path='/rooms/other?m=1')

    assert tab.opened == ['#m1']


async def test_end_that_is_in_view_on_the_way_to_the_first_unread_is_not_read(pages: PageStand) -> None:
    tab, other = await elsewhere(pages)
    tab.go('/rooms/other')
    await pages.settle()

    await reads(pages, tab, other)  # where the browser was before it jumped
    bottom(tab, other, visible=False)
    await pages.pass_time(JUMP_SETTLES_S)
    assert count(pages, 1, other) == 1
    await reads(pages, tab, other)

    assert count(pages, 1, other) == 0


async def test_end_that_stays_in_view_after_the_jump_is_read(pages: PageStand) -> None:
    tab, other = await elsewhere(pages)
    tab.go('/rooms/other')
    await pages.settle()
    await reads(pages, tab, other)
    assert count(pages, 1, other) == 1

    await pages.pass_time(JUMP_SETTLES_S)

    assert count(pages, 1, other) == 0


async def test_end_that_never_came_into_view_offers_the_way_to_the_newest(pages: PageStand) -> None:
    tab, _ = await elsewhere(pages)
    tab.go('/rooms/other')
    await pages.settle()
    assert 'hidden' in tab.browser.elements[part(Part.JUMP)]['class']

    await pages.pass_time(JUMP_SETTLES_S)

    assert 'hidden' not in tab.browser.elements[part(Part.JUMP)]['class']


async def test_end_that_went_out_of_view_unheard_is_not_read(pages: PageStand) -> None:
    """The browser is at the bottom, jumps, and tells the first alone: so it is with Quasar when both fall into one turn."""
    tab, other = await elsewhere(pages)

    class Jumps(list[str]):
        def append(self, path: str) -> None:
            super().append(path)
            bottom(tab, other, visible=True)

    tab.opened = Jumps()
    tab.go('/rooms/other')
    await pages.settle()
    await pages.pass_time(JUMP_SETTLES_S)

    assert len(tab.opened) == 1
    assert count(pages, 1, other) == 1
    assert 'hidden' not in tab.browser.elements[part(Part.JUMP)]['class']
    sentinel = element_id(Kind.BOTTOM, other.id, LIVE_BOTTOM)
    assert sentinel in tab.browser.elements[element_id(Kind.LOG, other.id)]['children']  # watched again
    await reads(pages, tab, other)
    assert count(pages, 1, other) == 0


async def test_message_is_marked_unread_with_all_that_follow(pages: PageStand) -> None:
    tab = await pages.tab()
    await reads(pages, tab, pages.lobby)
    assert count(pages, 1, pages.lobby) == 0

    command(tab, {'command': '--unread-2'})
    await pages.settle()

    assert count(pages, 1, pages.lobby) == 2
    assert '#m2{--unread' in tab.html(Part.TAB_STYLE)
    bottom(tab, pages.lobby, visible=False)
    await reads(pages, tab, pages.lobby)
    assert count(pages, 1, pages.lobby) == 0


async def test_what_is_marked_unread_stays_so_when_the_connection_comes_back(pages: PageStand) -> None:
    tab = await pages.tab()
    await reads(pages, tab, pages.lobby)
    command(tab, {'command': '--unread-2'})
    await pages.settle()

    await tab.lose()
    await tab.connect()
    await pages.settle()

    assert count(pages, 1, pages.lobby) == 2


@pytest.mark.parametrize(
    'args',
    [
        [],
        [None],
        ['--unread-2'],
        [{}],
        [{'command': None}],
        [{'command': 2}],
        [{'command': ['--unread-2']}],
        [{'command': '--unread-'}],
        [{'command': '--unread--1'}],
        [{'command': '--unread-²'}],
        [{'command': '--unread-٢'}],
        [{'command': '--unread-1e1'}],
        [{'command': '--unread-' + '9' * 10_000}],
        [{'command': '--unread-2 '}],
        [{'command': 'unread-2'}],
    ],
)
async def test_command_that_no_button_sends_does_nothing(pages: PageStand, args: list[object]) -> None:
    tab = await pages.tab()
    await reads(pages, tab, pages.lobby)
    received = tab.browser.received

    command(tab, *args)
    await pages.settle()

    assert tab.browser.received == received
    assert count(pages, 1, pages.lobby) == 0


@pytest.mark.parametrize('number', ['0', '4', '999999999'])
async def test_message_that_does_not_exist_cannot_be_marked(pages: PageStand, number: str) -> None:
    tab = await pages.tab()
    await reads(pages, tab, pages.lobby)

    command(tab, {'command': f'--unread-{number}'})
    await pages.settle()

    assert tab.notice == 'That message does not exist any more.'
    assert tab.html(Part.TAB_STYLE) == ''
    assert count(pages, 1, pages.lobby) == 0


async def test_message_cannot_be_marked_from_the_card_of_a_room(pages: PageStand) -> None:
    other = await pages.room('Other')
    await post(pages, other)
    tab = await pages.tab(path='/rooms/other')
    assert 'at-card' in tab.classes

    command(tab, {'command': '--unread-1'})
    await pages.settle()

    assert tab.html(Part.TAB_STYLE) == ''
    assert other.id not in pages.chat.unread.of(pages.people[1].id)


async def test_everything_is_marked_as_read_by_the_menu(pages: PageStand) -> None:
    tab, other = await elsewhere(pages)
    third = await pages.room('Third', 1)
    await post(pages, third, 'for you', mentions=(1,))
    assert tab.client.title == '(1) # Lobby · Harbour'

    command(tab, {'command': READ_ALL})
    await tell(pages)
    await tell(pages)

    assert 'new' not in line(tab, other.id) + line(tab, third.id)
    assert tab.client.title == '# Lobby · Harbour'


async def test_person_without_tabs_is_not_followed_any_more(pages: PageStand) -> None:
    tab = await pages.tab()
    assert pages.chat.unread.of(pages.people[1].id)

    await tab.close()
    await pages.settle()

    assert pages.chat.unread.of(pages.people[1].id) == {}


async def test_muted_room_is_never_bold(pages: PageStand) -> None:
    tab, other = await elsewhere(pages)
    await pages.chat.members.set_involvement(pages.people[1], other.id, Involvement.NOTHING)
    await tell(pages)

    await post(pages, other, 'for you', mentions=(1,))

    assert 'muted' in line(tab, other.id)
    assert 'badge' not in line(tab, other.id)
    assert tab.client.title == '# Lobby · Harbour'


async def test_direct_rooms_stand_in_the_order_of_the_latest_even_for_the_writer(pages: PageStand) -> None:
    me, ana, bo = pages.people
    with_ana = await pages.chat.rooms.direct(me, [me.id, ana.id])
    pages.house.clock.advance(60)
    with_bo = await pages.chat.rooms.direct(me, [me.id, bo.id])
    tab = await pages.tab(0)
    assert direct_rooms(tab) == [with_bo.id, with_ana.id]

    pages.house.clock.advance(60)
    await post(pages, with_ana, 'mine')

    assert direct_rooms(tab) == [with_ana.id, with_bo.id]


def direct_rooms(tab: PageTab) -> list[int]:
    children: list[ElementId] = tab.browser.elements[part(Part.NAV)]['children']
    start, end = children.index(part(Part.NAV_DIRECT)), children.index(part(Part.NAV_OTHERS))
    return [int(child) >> 28 & 0xFFFFF for child in children[start + 1 : end]]
