"""The header of a room and the place of its box, as they are for one person."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from livechat.domain.model import Involvement, RoomKind, RoomRole
from livechat.ui.shell import Part, part
from tests.ui.page_stand import PageStand, PageTab, open_pages


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


def button(tab: PageTab, which: Part) -> dict[str, Any]:
    element = tab.browser.elements[part(which)]
    assert element['props']['aria-label'] == element['props']['title']
    return {'name': element['props']['title'], 'shown': 'hidden' not in element['class'], 'on': 'on' in element['class']}


def why_not(tab: PageTab) -> str:
    """Why nothing can be written; empty when the box is there."""
    element = tab.browser.elements[part(Part.READ_ONLY)]
    text = tab.html(Part.READ_ONLY)
    assert ('hidden' in element['class']) is (text == '')
    return text.partition('<span>')[2].removesuffix('</span>')


async def test_bell_goes_round_and_says_what_a_click_does(pages: PageStand) -> None:
    tab = await pages.tab()
    names = []

    for _ in range(5):
        names.append(button(tab, Part.BELL)['name'])
        tab.click(Part.BELL)
        await pages.settle()

    assert names == [
        'Notify me of mentions only. Click for nothing',
        'Notify me of nothing. Click for nothing, and not in my list',
        'Notify me of nothing, and not in my list. Click for every message',
        'Notify me of every message. Click for mentions only',
        names[0],
    ]
    membership = (await pages.chat.rooms.memberships(pages.people[1].id))[pages.lobby.id]
    assert membership.involvement is Involvement.NOTHING


async def test_star_makes_a_favourite_in_every_tab_of_the_person(pages: PageStand) -> None:
    tab, second, other = await pages.tab(1), await pages.tab(1), await pages.tab(2)
    assert button(tab, Part.STAR)['name'] == 'Add to favourites'

    tab.click(Part.STAR)
    await pages.settle()

    for each in (tab, second):
        assert button(each, Part.STAR) == {'name': 'Remove from favourites', 'shown': True, 'on': True}
        assert 'Favourites' in each.html(Part.NAV)
    assert 'Favourites' not in other.html(Part.NAV)
    second.click(Part.STAR)
    await pages.settle()
    assert 'Favourites' not in tab.html(Part.NAV)


async def test_buttons_of_members_are_not_shown_on_the_card_nor_without_a_room(pages: PageStand) -> None:
    await pages.room('Other')
    tab = await pages.tab()
    parts = (Part.BELL, Part.STAR, Part.INVITE)
    assert all(button(tab, which)['shown'] for which in parts)

    tab.go('/rooms/other')
    await pages.settle()
    assert not any(button(tab, which)['shown'] for which in parts)
    tab.go('/rooms/lobby')
    await pages.settle()
    assert all(button(tab, which)['shown'] for which in parts)
    tab.go('/rooms')
    await pages.settle()

    assert not any(button(tab, which)['shown'] for which in parts)


async def test_only_who_may_invite_sees_the_button(pages: PageStand) -> None:
    admin, member = await pages.tab(0), await pages.tab(1)
    assert button(member, Part.INVITE)['shown']

    await pages.chat.room_settings.convert(pages.people[0], pages.lobby.id, RoomKind.PRIVATE)
    await pages.settle()

    assert button(admin, Part.INVITE)['shown']
    assert not button(member, Part.INVITE)['shown']
    await pages.chat.members.set_role(pages.people[0], pages.lobby.id, pages.people[1].id, RoomRole.ADMIN)
    await pages.settle()
    assert button(member, Part.INVITE)['shown']


async def test_buttons_are_there_again_after_a_lost_connection(pages: PageStand) -> None:
    tab = await pages.tab()
    await tab.lose()
    await pages.chat.members.set_favourite(pages.people[1], pages.lobby.id, True)

    await tab.connect()
    await pages.settle()

    assert button(tab, Part.STAR) == {'name': 'Remove from favourites', 'shown': True, 'on': True}
    assert button(tab, Part.BELL)['shown']


async def test_archived_room_says_so_where_one_would_write(pages: PageStand) -> None:
    tab = await pages.tab()
    assert why_not(tab) == ''

    await pages.chat.room_settings.archive(pages.people[0], pages.lobby.id)
    await pages.settle()
    assert why_not(tab) == 'This room was archived on Monday, 4 May 2026: it can be read, and nothing can be added.'
    assert 'Lobby' in tab.html(Part.NAV)
    await pages.chat.room_settings.unarchive(pages.people[0], pages.lobby.id)
    await pages.settle()

    assert why_not(tab) == ''


async def test_announcements_are_written_by_admins_alone(pages: PageStand) -> None:
    admin, member = await pages.tab(0), await pages.tab(1)

    await pages.chat.room_settings.set_rules(pages.people[0], pages.lobby.id, announcements=True, slow_mode_s=0)
    await pages.settle()

    assert why_not(member) == 'Only admins of this room write here.'
    assert why_not(admin) == ''


async def test_pause_says_until_when_and_ends_by_itself(pages: PageStand) -> None:
    tab, zone = await pages.tab(1), await pages.tab(1, offset=120)
    now = pages.house.clock.now()

    await pages.chat.members.time_out(pages.people[0], pages.lobby.id, pages.people[1].id, 10)
    await pages.settle()
    until = now + timedelta(minutes=10)
    assert why_not(tab) == f'An admin of this room asked you to pause. You can write again at {until:%H:%M}.'
    assert f'{until + timedelta(hours=2):%H:%M}' in why_not(zone)
    assert '>paused<' in tab.html(Part.PEOPLE)
    await pages.pass_time(10 * 60 + 2)

    assert why_not(tab) == why_not(zone) == ''


async def test_room_without_a_pause_says_nothing_of_one_elsewhere(pages: PageStand) -> None:
    await pages.room('Other', 1)
    tab = await pages.tab()
    await pages.chat.members.time_out(pages.people[0], pages.lobby.id, pages.people[1].id, 10)
    await pages.settle()
    assert why_not(tab)

    tab.go('/rooms/other')
    await pages.settle()
    assert why_not(tab) == ''
    await pages.pass_time(10 * 60 + 2)

    assert why_not(tab) == ''
    assert tab.notice == ''


async def test_direct_room_is_called_by_the_others_in_heading_title_and_list(pages: PageStand) -> None:
    me, ana, _ = pages.people
    room = await pages.chat.rooms.direct(me, [me.id, ana.id])
    mine, hers = await pages.tab(0, path=f'/rooms/{room.slug}'), await pages.tab(1, path=f'/rooms/{room.slug}')
    assert 'Person 1</h1>' in mine.html(Part.TITLE)
    assert 'Person 0</h1>' in hers.html(Part.TITLE)
    assert (mine.client.title, hers.client.title) == ('Person 1 · Harbour', 'Person 0 · Harbour')

    await pages.chat.accounts.update_profile(ana, display_name='Ana Torres', username='ana', email=None, bio='')
    await pages.until(lambda: 'Ana Torres' in mine.html(Part.TITLE))
    await pages.settle()

    assert mine.client.title == 'Ana Torres · Harbour'
    assert 'Ana Torres' in mine.html(Part.NAV)
    assert 'Person 0</h1>' in hers.html(Part.TITLE)


async def test_new_room_and_administration_are_offered_to_whom_they_are_for(pages: PageStand) -> None:
    owner, member = await pages.tab(0), await pages.tab(1)

    assert 'href="/admin"' in owner.html(Part.SERVER)
    assert 'href="/admin"' not in member.html(Part.SERVER)
    assert button(member, Part.NEW_ROOM)['shown']
    assert button(member, Part.NEW_DIRECT)['shown']
