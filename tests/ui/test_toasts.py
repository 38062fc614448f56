"""What a tab says of something elsewhere: who and where, for a while, never more than three, and never of what is on screen."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from livechat.domain.model import Preferences, Room
from livechat.ui.shell import Part, part
from livechat.ui.stream import ElementId
from livechat.ui.toasts import MOST, SHOWN_S
from tests.ui.page_stand import PageStand, PageTab, open_pages

EVIL = '<img src=x onerror=alert(1)>'


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def mention(pages: PageStand, room: Room, text: str, *, user: int = 1) -> None:
    """Person 0 speaks to somebody."""
    await pages.chat.rooms.post(pages.people[0], room.id, text, text.encode().hex()[:60], mentions=[pages.people[user].id])
    await told(pages)


async def told(pages: PageStand) -> None:
    pages.house.beat()
    await pages.settle()


def toasts(tab: PageTab) -> list[str]:
    """From the oldest to the newest."""
    return [tab.browser.html(child) for child in children(tab)]


def children(tab: PageTab) -> list[ElementId]:
    element = tab.browser.elements[part(Part.TOASTS)]
    assert element['props']['role'] == 'status'
    assert element['props']['aria-live'] == 'polite'
    return element.get('children', [])  # type: ignore[no-any-return]


def links(tab: PageTab) -> list[str]:
    return [tab.browser.elements[tab.browser.elements[child]['children'][0]]['props']['href'] for child in children(tab)]


async def test_mention_elsewhere_says_who_and_where_and_leads_there(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab()
    assert toasts(tab) == []

    await mention(pages, other, 'come over\nthere is cake')

    [toast] = toasts(tab)
    assert 'Person 0 mentioned you in # Other' in toast
    assert 'come over' in toast
    assert 'cake' not in toast
    number = (await pages.chat.rooms.snapshot(other.id)).last_number
    assert links(tab) == [f'/rooms/other?m={number}']


async def test_message_that_speaks_to_nobody_is_not_told(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab()

    await pages.chat.rooms.post(pages.people[0], other.id, 'to all', 'k1')
    await told(pages)

    assert toasts(tab) == []


async def test_mention_in_the_room_on_screen_is_not_told(pages: PageStand) -> None:
    tab, elsewhere = await pages.tab(1), await pages.tab(1, path='/profile')

    await mention(pages, pages.lobby, 'come over')

    assert toasts(tab) == []
    assert len(toasts(elsewhere)) == 1


async def test_direct_message_says_who_wrote(pages: PageStand) -> None:
    me, ana, _ = pages.people
    room = await pages.chat.rooms.direct(me, [me.id, ana.id])
    tab = await pages.tab(1)

    await pages.chat.rooms.post(me, room.id, 'only for you', 'k1')
    await told(pages)

    [toast] = toasts(tab)
    assert '<b dir="auto">Person 0</b>' in toast
    assert 'only for you' in toast


async def test_message_in_a_direct_room_of_several_says_who_and_who_else_is_there(pages: PageStand) -> None:
    me, ana, bo = pages.people
    room = await pages.chat.rooms.direct(me, [me.id, ana.id, bo.id])
    tab = await pages.tab(1)

    await pages.chat.rooms.post(me, room.id, 'for both of you', 'k1')
    await told(pages)

    assert 'Person 0 · Person 0, Person 2' in toasts(tab)[0]


async def test_person_who_is_added_to_a_room_is_told_and_led_to_it(pages: PageStand) -> None:
    other = await pages.room('Other')
    tab = await pages.tab()

    await pages.chat.members.add(pages.people[0], other.id, pages.people[1].id)
    await told(pages)

    assert 'Person 0 added you to # Other' in toasts(tab)[0]
    assert links(tab) == ['/rooms/other']


async def test_hash_before_a_room_s_name_says_that_it_is_open(pages: PageStand) -> None:
    private = await pages.chat.rooms.create(pages.people[0], 'Cellar', private=True)
    tab = await pages.tab()

    await pages.chat.members.add(pages.people[0], private.id, pages.people[1].id)
    await told(pages)

    assert '>Person 0 added you to Cellar<' in toasts(tab)[0]
    assert (await pages.tab(path=f'/rooms/{private.slug}')).client.title == 'Cellar · Harbour'


async def test_toast_is_gone_after_its_time(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab()
    before = set(tab.browser.elements)
    await mention(pages, other, 'come over')

    await pages.pass_time(SHOWN_S - 1)
    assert len(toasts(tab)) == 1
    await pages.pass_time(2)

    assert toasts(tab) == []
    assert set(tab.browser.elements) - before <= {part(Part.TOASTS)}


async def test_toast_is_closed_by_its_button(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab()
    await mention(pages, other, 'first')
    await mention(pages, other, 'second')

    tab.click(tab.browser.elements[children(tab)[0]]['children'][1])
    await pages.settle()

    [toast] = toasts(tab)
    assert 'second' in toast


async def test_of_many_toasts_the_newest_are_shown(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab()

    for number in range(MOST + 2):
        await mention(pages, other, f'number {number}')

    assert [toast[-32:].split('number ')[1][0] for toast in (each.split('</span></span>')[0] for each in toasts(tab))] == ['2', '3', '4']


async def test_toasts_of_a_room_are_gone_when_it_is_opened(pages: PageStand) -> None:
    other, third = await pages.room('Other', 1), await pages.room('Third', 1)
    tab = await pages.tab()
    await mention(pages, other, 'first')
    await mention(pages, third, 'second')

    tab.go('/rooms/other')
    await pages.settle()

    [toast] = toasts(tab)
    assert 'second' in toast


async def test_hostile_words_and_names_are_text(pages: PageStand) -> None:
    other = await pages.room(EVIL, 1)
    tab = await pages.tab()

    await mention(pages, other, EVIL)

    [toast] = toasts(tab)
    assert '<img' not in toast
    assert toast.count('&lt;img') == 2


async def test_sound_is_played_for_those_who_want_it_alone(pages: PageStand) -> None:
    other = await pages.room('Other', 1, 2)
    silent, loud = await pages.tab(1), await pages.tab(2)
    await pages.chat.accounts.update_preferences(pages.people[2], replace(Preferences(), sound=True))
    await pages.settle()

    await mention(pages, other, 'for one', user=1)
    await mention(pages, other, 'for two', user=2)

    assert part(Part.SOUND) not in silent.browser.elements
    audio = loud.browser.elements[part(Part.SOUND)]
    assert audio['props']['src'].startswith('/static/soft.wav?v=')
    assert audio['props']['autoplay'] is True


async def test_second_sound_is_another_address_of_the_same_file(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab()
    await pages.chat.accounts.update_preferences(pages.people[1], replace(Preferences(), sound=True))
    await pages.settle()

    await mention(pages, other, 'first')
    first = tab.browser.elements[part(Part.SOUND)]['props']['src']
    await mention(pages, other, 'second')
    second = tab.browser.elements[part(Part.SOUND)]['props']['src']

    assert first != second
    assert first.partition('#')[0] == second.partition('#')[0]


async def test_tab_that_ends_has_no_toast_left_to_take_away(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab()
    await mention(pages, other, 'first')
    await tab.close()
    received = tab.browser.received

    await pages.pass_time(SHOWN_S + 1)

    assert tab.browser.received == received
