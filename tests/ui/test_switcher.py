"""The quick switcher over whole pages, without a browser."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from livechat.domain.model import Theme, UserKind
from livechat.ui.pages.jump_to_day import TITLE
from livechat.ui.shell import Part, part
from livechat.ui.stream import ElementId, Kind, element_id
from livechat.ui.switcher_elements import FIRST_DIALOG, FIRST_OPTION, MAX_TYPED_CHARS
from livechat.ui.switcher_finds import SEARCH_AFTER_S
from tests.ui.page_stand import PageStand, PageTab, open_pages

OWNER, ANA, BO = range(3)
AFTER_S = SEARCH_AFTER_S + 0.01


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


class Hands:
    """What one person does with the switcher, and sees of it."""

    def __init__(self, pages: PageStand, tab: PageTab) -> None:
        self.pages = pages
        self.tab = tab

    @property
    def elements(self) -> dict[int, Any]:
        return self.tab.browser.elements

    @property
    def is_open(self) -> bool:
        children = self.elements.get(part(Part.SWITCHER), {}).get('children', [])
        return any(self.elements.get(child, {}).get('props', {}).get('model-value') for child in children)

    def watch_addresses(self) -> list[str]:
        """Those it leads to, from now on."""
        went: list[str] = []
        self.tab.page._switcher._go = went.append
        return went

    @property
    def ids(self) -> list[int]:
        groups = self.elements[part(Part.SWITCHER_LIST)]['children']
        return [option for group in groups for option in self.elements[group]['children']]

    @property
    def lines(self) -> list[str]:
        return [self.elements[option]['props']['aria-label'] for option in self.ids]

    @property
    def groups(self) -> dict[str, list[str]]:
        groups = [self.elements[group] for group in self.elements[part(Part.SWITCHER_LIST)]['children']]
        return {
            group['props']['aria-label']: [self.elements[option]['props']['aria-label'] for option in group['children']] for group in groups
        }

    @property
    def chosen(self) -> str:
        """The one line that is selected, which the field says too."""
        (option,) = [each for each in self.ids if self.elements[each]['props']['aria-selected'] == 'true']
        assert self.elements[part(Part.SWITCHER_FIELD)]['props']['aria-activedescendant'] == f'c{option}'
        return str(self.elements[option]['props']['aria-label'])

    async def open(self) -> None:
        self.tab.event(self.tab.page.places._root, 'keydown', None)
        await self.pages.settle()
        assert self.is_open

    def say(self, which: Part, *args: object) -> None:
        self.tab.page.virtual_event(part(which), list(args))

    async def type(self, text: str) -> None:
        self.say(Part.SWITCHER_FIELD, text)
        await self.pages.settle()

    async def search(self, text: str) -> None:
        """And wait until messages are found."""
        await self.type(text)
        await self.pages.pass_time(AFTER_S)
        await self.pages.settle()

    async def key(self, name: str) -> None:
        self.say(Part.SWITCHER_FIELD, {'key': name, 'isComposing': False, 'keyCode': 0})
        await self.pages.settle()

    async def click(self, name: str) -> None:
        (option,) = [each for each in self.ids if self.elements[each]['props']['aria-label'] == name]
        self.tab.click(ElementId(option))
        await self.pages.settle()

    async def hide(self) -> None:
        """What the browser says when its dialog is closed."""
        (dialog,) = self.elements[part(Part.SWITCHER)]['children']
        self.tab.page.virtual_event(dialog, [])
        await self.pages.settle()


async def hands_of(pages: PageStand, user: int = ANA, path: str = '/rooms/lobby') -> Hands:
    tab = await pages.tab(user, path)
    return Hands(pages, tab)


async def test_closed_one_costs_no_element(pages: PageStand) -> None:
    hands = await hands_of(pages)
    before, real = set(hands.elements), set(hands.tab.client.elements)

    await hands.open()
    await hands.type('lob')
    assert set(hands.tab.client.elements) == real
    assert set(hands.elements) > before
    await hands.hide()

    assert set(hands.elements) == before


async def test_nothing_typed_shows_unread_rooms_first_and_then_where_one_was(pages: PageStand) -> None:
    for name in ('Alpha', 'Beta', 'Gamma', 'Delta'):
        await pages.room(name, ANA)
    hands = await hands_of(pages)
    for slug in ('beta', 'gamma', 'lobby'):
        hands.tab.go(f'/rooms/{slug}')
        await pages.settle()
    delta = next(each.room for each in await pages.chat.rooms.mine(pages.people[ANA]) if each.room.name == 'Delta')
    await pages.chat.rooms.post(pages.people[OWNER], delta.id, 'news', client_key='1')
    await pages.settle()

    await hands.open()

    assert hands.groups['Rooms'][:4] == ['Delta, unread', 'Gamma', 'Beta', 'Alpha']
    assert hands.chosen == 'Delta, unread'
    assert 'Lobby' not in hands.groups['Rooms']
    assert list(hands.groups) == ['Rooms', 'Commands']


async def test_letters_find_rooms_and_people_and_enter_opens_the_best(pages: PageStand) -> None:
    await pages.room('Quay repairs', ANA)
    hands = await hands_of(pages)
    await hands.open()

    await hands.type('qre')
    assert hands.groups == {'Rooms': ['Quay repairs'], 'Messages': ['Search for “qre”']}
    assert '<mark>Q</mark>uay <mark>re</mark>pairs' in hands.tab.html(Part.SWITCHER_LIST)
    await hands.key('Enter')

    assert hands.tab.address == '/rooms/quay-repairs'
    assert not hands.is_open


async def test_person_is_written_to_directly(pages: PageStand) -> None:
    hands = await hands_of(pages)
    await hands.open()

    await hands.type('person 2')
    assert hands.groups['People'] == ['Person 2, @person.2']
    assert hands.chosen == 'Person 2, @person.2'
    await hands.key('Enter')

    (direct,) = [each for each in await pages.chat.rooms.mine(pages.people[ANA]) if each.room.is_direct]
    assert {person.id for person in direct.people} == {pages.people[ANA].id, pages.people[BO].id}
    assert hands.tab.address == f'/rooms/{direct.room.slug}'
    await hands.hide()
    await hands.open()
    await hands.type('person 2')
    assert hands.groups['Rooms'] == ['Person 2, direct messages']
    assert 'People' not in hands.groups


async def test_messages_are_found_a_moment_later_and_lead_to_their_place(pages: PageStand) -> None:
    number = (await pages.chat.rooms.post(pages.people[BO], pages.lobby.id, 'the zebra is out', client_key='1')).number
    hands = await hands_of(pages)
    await hands.open()

    await hands.type('zebra')
    assert hands.groups == {'Messages': ['Search for “zebra”']}
    await hands.search('zebra ')
    await hands.search('zebra')
    hit, last = hands.groups['Messages']
    assert re.match('Person 2: the zebra is out, # Lobby, ', hit)
    assert last == 'Search for “zebra”'
    assert 'the <mark>zebra</mark> is out' in hands.tab.html(Part.SWITCHER_LIST)
    assert hands.chosen == last  # what Enter does is not moved by what comes
    await hands.key('ArrowUp')
    assert hands.chosen == hit
    await hands.key('Enter')

    assert hands.tab.address == f'/rooms/lobby?m={number}'
    assert list(await pages.chat.search.recent(pages.people[ANA])) == ['zebra']


async def test_search_leads_on_and_is_offered_again(pages: PageStand) -> None:
    hands = await hands_of(pages)
    went = hands.watch_addresses()
    await hands.open()
    await hands.type('a/b & “c”?')

    await hands.key('Enter')
    await hands.hide()
    await hands.open()
    assert hands.groups['Recent searches'] == ['a/b & “c”?']
    await hands.click('a/b & “c”?')

    assert went == ['/search?q=a%2Fb%20%26%20%E2%80%9Cc%E2%80%9D%3F'] * 2


async def test_older_answer_never_takes_the_place_of_a_newer_one(pages: PageStand) -> None:
    for number, word in enumerate(('zebra', 'zeppelin')):
        await pages.chat.rooms.post(pages.people[BO], pages.lobby.id, word, client_key=str(number))
    hands = await hands_of(pages)
    await hands.open()

    hands.say(Part.SWITCHER_FIELD, 'zebra')
    pages._skipped_s += AFTER_S
    for _ in range(3):
        await pages.house.turn(1)  # its search is on its way
    await hands.search('zeppelin')

    assert not any('zebra' in line for line in hands.lines)
    assert any(': zeppelin' in line for line in hands.lines)


@pytest.mark.parametrize('is_hidden', [True, False])
async def test_search_on_its_way_ends_when_it_is_closed(pages: PageStand, monkeypatch: pytest.MonkeyPatch, is_hidden: bool) -> None:
    hands = await hands_of(pages)
    hands.watch_addresses()
    told: list[str] = []

    async def find(*_: Any, **__: Any) -> Any:
        told.append('begun')
        try:
            await asyncio.Event().wait()
        finally:
            told.append('ended')

    monkeypatch.setattr(pages.chat.search, 'find', find)
    await hands.open()
    await hands.search('quay')
    assert told == ['begun']

    if is_hidden:
        await hands.hide()
    else:
        await hands.click('Search for “quay”')

    assert told == ['begun', 'ended']


async def test_arrows_go_round_and_keep_their_line_when_more_is_found(pages: PageStand) -> None:
    await pages.chat.rooms.post(pages.people[BO], pages.lobby.id, 'at the quay', client_key='1')
    await pages.room('Quay', ANA)
    hands = await hands_of(pages)
    await hands.open()
    await hands.type('quay')
    assert hands.lines == ['Quay', 'Search for “quay”']

    await hands.key('ArrowUp')
    assert hands.chosen == 'Search for “quay”'
    await hands.key('ArrowDown')
    assert hands.chosen == 'Quay'
    await hands.key('ArrowDown')
    await pages.pass_time(AFTER_S)

    assert len(hands.lines) == 3
    assert hands.chosen == 'Search for “quay”'


async def test_enter_takes_what_was_typed_before_it_also_when_that_is_not_drawn(pages: PageStand) -> None:
    await pages.room('Quay', ANA)
    hands = await hands_of(pages)
    await hands.open()
    gate = pages.hold(hands.tab)
    for typed in ('q', 'qu', 'quay'):
        hands.say(Part.SWITCHER_FIELD, typed)
    hands.say(Part.SWITCHER_FIELD, {'key': 'Enter', 'isComposing': False, 'keyCode': 13})

    gate.set()
    await pages.settle()

    assert hands.tab.address == '/rooms/quay'


async def test_enter_of_an_input_method_opens_nothing(pages: PageStand) -> None:
    hands = await hands_of(pages)
    await hands.open()

    hands.say(Part.SWITCHER_FIELD, {'key': 'Enter', 'isComposing': True, 'keyCode': 229})
    await pages.settle()

    assert hands.is_open


async def test_room_and_people_one_may_not_know_of_are_never_offered(pages: PageStand) -> None:
    hidden = await pages.chat.rooms.create(pages.people[OWNER], 'Secret quay', private=True)
    await pages.chat.rooms.post(pages.people[OWNER], hidden.id, 'secret word', client_key='1')
    direct = await pages.chat.rooms.direct(pages.people[OWNER], [pages.people[BO].id])
    await pages.chat.rooms.post(pages.people[OWNER], direct.id, 'secret letter', client_key='2')
    ana, owner = await hands_of(pages), await hands_of(pages, OWNER)
    for hands in (ana, owner):
        await hands.open()
        await hands.search('secret')

    assert ana.lines == ['Search for “secret”']
    assert owner.groups['Rooms'] == ['Secret quay']
    assert len(owner.groups['Messages']) == 3


async def test_who_is_removed_while_it_is_open_finds_the_room_no_more(pages: PageStand) -> None:
    hidden = await pages.chat.rooms.create(pages.people[OWNER], 'Secret quay', private=True)
    await pages.chat.members.add(pages.people[OWNER], hidden.id, pages.people[ANA].id)
    await pages.chat.rooms.post(pages.people[OWNER], hidden.id, 'quay word', client_key='1')
    hands = await hands_of(pages)
    await hands.open()
    await hands.search('quay')
    assert len(hands.lines) == 3
    stale = hands.ids[:2]

    await pages.chat.members.remove(pages.people[OWNER], hidden.id, pages.people[ANA].id)
    await pages.settle()
    assert hands.lines == ['Search for “quay”']  # nothing was typed
    for option in stale:
        hands.tab.page.virtual_event(option, [])
        await pages.settle()

    assert 'quay word' not in hands.tab.log


@pytest.mark.parametrize('ending', ['removed', 'room deleted'])
async def test_nothing_of_a_room_that_one_loses_waits_for_the_queue(pages: PageStand, ending: str) -> None:
    owner, ana = pages.people[OWNER], pages.people[ANA]
    hidden = await pages.chat.rooms.create(owner, 'Secret quay', private=True)
    await pages.chat.members.add(owner, hidden.id, ana.id)
    await pages.chat.rooms.post(owner, hidden.id, 'quay word', client_key='1')
    hands = await hands_of(pages)
    await hands.open()
    await hands.search('quay')
    gate = pages.hold(hands.tab)

    await (pages.chat.members.remove(owner, hidden.id, ana.id) if ending == 'removed' else pages.chat.rooms.delete(owner, hidden.id))
    await pages.house.turn(5)

    assert hands.lines == [hands.chosen] == ['Search for “quay”']
    gate.set()
    await pages.settle()
    assert hands.lines == ['Search for “quay”']


async def test_only_the_last_opening_of_many_asks_for_people(pages: PageStand, monkeypatch: pytest.MonkeyPatch) -> None:
    hands = await hands_of(pages)
    asked: list[object] = []
    acquaintances = pages.chat.members.acquaintances

    async def noted(*args: Any, **more: Any) -> Any:
        asked.append(args)
        return await acquaintances(*args, **more)

    monkeypatch.setattr(pages.chat.members, 'acquaintances', noted)

    for _ in range(50):
        hands.tab.page.virtual_event(part(Part.FIND), [])
    await pages.settle()

    assert hands.is_open
    assert len(asked) == 1


async def test_guest_is_offered_what_a_guest_may_do(pages: PageStand) -> None:
    await pages.room('Open to others')
    accounts, ana = pages.house.stores.memory.accounts, pages.people[ANA]
    accounts[ana.id] = replace(accounts[ana.id], user=replace(ana, kind=UserKind.GUEST))
    hands = await hands_of(pages)
    await hands.open()
    assert not {'New room', 'New direct message', 'Server settings'} & set(hands.lines)

    await hands.type('o')

    assert 'People' not in hands.groups
    assert not any('Open to others' in line for line in hands.lines)


async def test_commands_follow_the_rights(pages: PageStand) -> None:
    ana, owner = await hands_of(pages), await hands_of(pages, OWNER)
    await ana.open()
    await owner.open()

    assert 'Server settings' not in ana.groups['Commands']
    assert 'Server settings' in owner.groups['Commands']
    assert {'Browse all rooms', 'New room', 'New direct message', 'Settings', 'Keyboard shortcuts', 'Sign out'} <= set(ana.lines)
    assert 'Theme of my device' not in ana.lines  # it is worn already


async def test_calendar_is_a_command_where_messages_are_shown(pages: PageStand) -> None:
    hands = await hands_of(pages)
    await hands.open()

    await hands.type('calendar')
    await hands.key('Enter')
    await hands.hide()

    assert any(each.props.get('aria-label') == TITLE for each in hands.tab.page.session.client.layout.descendants())
    elsewhere = await hands_of(pages, path='/rooms')
    await elsewhere.open()
    assert 'Settings' in elsewhere.lines
    assert TITLE not in elsewhere.lines


@pytest.mark.parametrize(
    ('typed', 'address'), [('browse', '/rooms'), ('preferences', '/profile'), ('admin', '/admin'), ('server set', '/admin')]
)
async def test_commands_lead_to_pages_also_by_other_names(pages: PageStand, typed: str, address: str) -> None:
    hands = await hands_of(pages, OWNER)
    await hands.open()

    await hands.type(typed)
    await hands.key('Enter')

    assert hands.tab.address == address


async def test_theme_is_changed_and_everything_marked_as_read(pages: PageStand) -> None:
    quay = await pages.room('Quay', ANA)
    await pages.chat.rooms.post(pages.people[OWNER], quay.id, 'news', client_key='1')
    hands = await hands_of(pages)
    assert pages.chat.unread.of(pages.people[ANA].id)[quay.id].unread
    for typed in ('dark theme', 'mark all'):
        await hands.open()
        await hands.type(typed)
        await hands.key('Enter')
        await hands.hide()

    assert hands.tab.page.session.user.preferences.theme is Theme.DARK
    assert not pages.chat.unread.of(pages.people[ANA].id)[quay.id].unread


async def test_click_means_the_line_that_was_seen(pages: PageStand) -> None:
    await pages.room('Quay', ANA)
    hands = await hands_of(pages)
    await hands.open()
    await hands.type('quay')
    seen = hands.ids[0]
    await hands.type('lobby')

    hands.tab.page.virtual_event(seen, [])
    await pages.settle()

    assert hands.tab.address == '/rooms/quay'


async def test_second_opening_begins_anew_and_hears_nothing_of_the_first(pages: PageStand) -> None:
    hands = await hands_of(pages)
    await hands.open()
    await hands.type('lobby')
    (first,) = hands.elements[part(Part.SWITCHER)]['children']

    await hands.open()
    (second,) = hands.elements[part(Part.SWITCHER)]['children']
    hands.tab.page.virtual_event(first, [])
    await pages.settle()

    assert first != second
    assert first not in hands.elements
    assert hands.is_open
    assert 'Commands' in hands.groups


async def test_escape_and_the_shortcut_close_it(pages: PageStand) -> None:
    hands = await hands_of(pages)
    await hands.open()
    hands.say(Part.SWITCHER_SHEET, {'key': 'k'})
    assert not hands.is_open
    await hands.hide()

    assert part(Part.SWITCHER_FIELD) not in hands.elements


async def test_it_is_shown_again_after_a_lost_connection(pages: PageStand) -> None:
    hands = await hands_of(pages)
    await hands.open()
    await hands.tab.lose()
    await hands.type('lobby')

    await hands.tab.connect()
    await pages.settle()

    assert hands.chosen == 'Lobby'


@pytest.mark.parametrize(
    'args',
    [[], [None], [1], [['k']], [{}], [{'key': None}], [{'key': 'Enter', 'isComposing': True}], [{'key': ['ArrowDown']}], ['\0' * 5_000]],
)
async def test_events_sent_by_hand_do_no_harm(pages: PageStand, args: list[Any]) -> None:
    hands = await hands_of(pages)
    numbers = [
        *range(Part.FIND, Part.SWITCHER_GROUP + 6),
        FIRST_DIALOG,
        FIRST_DIALOG + 1,
        FIRST_OPTION,
        FIRST_OPTION + 10**6,
        (1 << 28) - 1,
    ]
    shown = hands.tab.address

    for is_open in (False, True):
        if is_open:
            await hands.open()
        for number in numbers:
            if (number, is_open) != (FIRST_OPTION, True):
                hands.tab.page.virtual_event(element_id(Kind.SHELL, 0, number), args)
                await pages.settle()

    assert hands.tab.address == shown
    assert hands.tab.notice == ''


async def test_text_without_end_is_cut(pages: PageStand) -> None:
    hands = await hands_of(pages)
    await hands.open()

    await hands.search('x' * 100_000)

    assert hands.lines == [f'Search for “{"x" * MAX_TYPED_CHARS}”']


async def test_names_are_no_markup(pages: PageStand) -> None:
    await pages.room('<img src=x>', ANA)
    hands = await hands_of(pages)
    await hands.open()

    await hands.search('<img')

    assert '<img src=x' not in hands.tab.html(Part.SWITCHER_LIST)
    assert '&lt;' in hands.tab.html(Part.SWITCHER_LIST)


async def test_nothing_is_heard_after_the_sign_in_ended(pages: PageStand) -> None:
    hands = await hands_of(pages)
    await pages.sign_out(hands.tab)
    received = hands.tab.browser.received

    hands.say(Part.FIND)
    await pages.settle()

    assert hands.tab.browser.received == received
