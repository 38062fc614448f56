"""One tab from its first socket to its end, and the dialogs it opens."""

from collections.abc import AsyncIterator

import pytest
from nicegui import ui

from livechat.domain.limits import Limits
from livechat.domain.model import Preferences
from livechat.ui.shell import Part
from tests.ui.page_stand import PageStand, PageTab, open_pages

GRACE_S = Limits().presence_grace_s


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def test_nothing_happens_before_the_first_socket(pages: PageStand) -> None:
    tab = await pages.build()
    await pages.settle()
    assert pages.readers(pages.lobby) == set()
    assert list(pages.sessions) == []

    await tab.connect()
    await pages.settle()

    assert pages.readers(pages.lobby) == {'Person 1'}
    assert list(pages.sessions) == [tab.page]
    assert 'old 3' in tab.log


async def test_card_joins_and_becomes_the_room_with_its_messages(pages: PageStand) -> None:
    other = await pages.room('Other')
    await pages.chat.rooms.post(pages.people[0], other.id, 'for members', 'k1')
    tab = await pages.tab(path='/rooms/other')
    assert 'at-card' in tab.classes
    assert '1 member<' in tab.log
    assert 'for members' not in tab.log
    assert pages.readers(other) == set()

    tab.click(Part.JOIN)
    await pages.settle()

    assert 'at-room' in tab.classes
    assert 'for members' in tab.log
    tab.send('Hello')
    await pages.settle()
    assert pages.bodies(other) == ['for members', 'Hello']


async def test_card_counts_those_who_join_meanwhile(pages: PageStand) -> None:
    other = await pages.room('Other')
    tab = await pages.tab(path='/rooms/other')
    assert '1 member<' in tab.log

    await pages.chat.rooms.join(pages.people[2], other.id)
    await pages.settle()

    assert '2 members<' in tab.log
    assert 'at-card' in tab.classes


async def test_membership_that_ends_in_one_tab_shows_the_card_in_the_other(pages: PageStand) -> None:
    tab, second = await pages.tab(), await pages.tab()

    await pages.chat.rooms.leave(pages.people[1], pages.lobby.id)
    await pages.settle()
    assert 'at-card' in tab.classes & second.classes
    assert 'old 3' not in tab.log + second.log
    second.click(Part.JOIN)
    await pages.settle()

    assert 'old 3' in tab.log
    assert 'at-room' in tab.classes & second.classes


async def test_tab_that_comes_back_shows_what_it_missed_and_keeps_its_box(pages: PageStand) -> None:
    tab = await pages.tab()
    tab.type('Hello wor')
    await tab.lose()
    await pages.chat.rooms.post(pages.people[0], pages.lobby.id, 'meanwhile', 'k1')
    await pages.room('Other')
    await pages.settle()
    assert 'meanwhile' not in tab.log

    await tab.connect()
    await pages.settle()

    assert tab.log.count('meanwhile') == 1
    assert 'Other' in tab.html(Part.NAV)
    assert tab.box == 'Hello wor'
    tab.enter()
    await pages.settle()
    assert pages.bodies(pages.lobby) == ['meanwhile', 'Hello wor']


async def test_membership_that_ended_while_the_tab_was_away_shows_the_card_at_its_return(pages: PageStand) -> None:
    tab = await pages.tab()
    await tab.lose()
    await pages.chat.rooms.leave(pages.people[1], pages.lobby.id)
    await pages.settle()

    await tab.connect()
    await pages.settle()

    assert 'Join' in tab.log
    assert 'old 3' not in tab.log
    assert 'at-card' in tab.classes


async def test_person_is_online_while_a_tab_is_and_a_while_longer(pages: PageStand) -> None:
    tab = await pages.tab()
    presence, clock, user_id = pages.chat.presence, pages.house.clock, pages.people[1].id
    assert presence.is_here(user_id, pages.lobby.id)

    await tab.lose()
    presence.expire(clock.monotonic() + GRACE_S - 1)
    assert presence.is_online(user_id)
    await tab.connect()
    await pages.settle()
    presence.expire(clock.monotonic() + GRACE_S + 1)
    assert presence.is_here(user_id, pages.lobby.id)
    await tab.lose()
    presence.expire(clock.monotonic() + GRACE_S + 1)

    assert not presence.is_online(user_id)


async def test_sign_in_that_ends_closes_its_tab_though_a_job_is_under_way(pages: PageStand) -> None:
    tab, other_sign_in = await pages.tab(), await pages.tab()
    queue = pages.hold(tab)
    tab.type('Hello wor')
    tab.click(Part.TOGGLE_PEOPLE)

    await pages.sign_out(tab)
    await pages.until(lambda: tab.opened)
    received = tab.browser.received
    assert tab.opened == ['/login']
    assert tab.wire is not None
    assert tab.wire.closed
    await pages.chat.rooms.post(pages.people[0], pages.lobby.id, 'not for you', 'k1')
    queue.set()
    await pages.settle()

    assert tab.browser.received == received
    assert 'not for you' in other_sign_in.log
    assert pages.draft(1, pages.lobby) == 'Hello wor'
    assert other_sign_in.opened == []


async def test_what_a_signed_out_tab_still_sends_is_not_heard(pages: PageStand) -> None:
    other = await pages.room('Other')
    tab = await pages.tab(path='/rooms/other')
    await pages.sign_out(tab)
    await pages.until(lambda: tab.opened)

    tab.click(Part.JOIN)
    tab.click(Part.TOGGLE_PEOPLE)
    await pages.settle()

    assert other.id not in await pages.chat.rooms.memberships(pages.people[1].id)
    assert pages.house.stores.memory.accounts[pages.people[1].id].user.preferences == Preferences()


async def test_name_that_is_changed_is_shown_in_every_tab_of_the_person(pages: PageStand) -> None:
    tab, second = await pages.tab(), await pages.tab()

    await pages.chat.accounts.update_profile(tab.page.session.user, display_name='Ana Torres', username='ana', email=None)
    await pages.settle()

    assert 'Ana Torres' in tab.html(Part.ME)
    assert 'Ana Torres' in second.html(Part.ME)


# Dialogs


def dialog_of(tab: PageTab) -> ui.dialog:
    """The newest one that is open."""
    return [element for element in tab.client.elements.values() if isinstance(element, ui.dialog) and element.value][-1]


def field(tab: PageTab, label: str) -> ui.input:
    fields = [each for each in dialog_of(tab).descendants() if isinstance(each, ui.input) and each.props.get('aria-label') == label]
    assert len(fields) == 1
    return fields[0]


def buttons(tab: PageTab) -> dict[str, ui.element]:
    found = [each for each in dialog_of(tab).descendants() if each.tag == 'button']
    return {each.props['innerHTML']: each for each in found}


def press(tab: PageTab, button: str) -> None:
    tab.event(buttons(tab)[button], 'click', None)


async def test_new_room_is_made_and_opened(pages: PageStand) -> None:
    tab = await pages.tab()
    tab.click(Part.NEW_ROOM)
    await pages.settle()

    tab.event(field(tab, 'Name'), 'update:value', 'Kitchen table')
    press(tab, 'Create room')
    await pages.settle()

    assert tab.address == '/rooms/kitchen-table'
    assert 'at-room' in tab.classes
    assert 'This is the beginning' in tab.log


async def test_new_room_whose_name_is_taken_keeps_the_form_with_the_reason(pages: PageStand) -> None:
    tab = await pages.tab()
    tab.click(Part.NEW_ROOM)
    await pages.settle()

    tab.event(field(tab, 'Name'), 'update:value', 'LOBBY')
    press(tab, 'Create room')
    await pages.settle()

    assert field(tab, 'Name').value == 'LOBBY'
    errors = [each.text for each in dialog_of(tab).descendants() if isinstance(each, ui.label) and each.visible]
    assert any('exists already' in text for text in errors)
    assert tab.address == '/rooms/lobby'


async def test_details_are_a_page_of_their_own(pages: PageStand) -> None:
    tab = await pages.tab()

    tab.click(Part.DETAILS)
    await pages.settle()

    assert tab.address == '/rooms/lobby/settings'
    assert 'at-page' in tab.classes
