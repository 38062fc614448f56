"""All tabs of a process: who is told what, and by whom it is not stopped."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.events import LobbyEvent, UserEvent
from livechat.domain.model import RoomId
from livechat.ui.sessions import MINUTE_S, current_sessions, live
from livechat.ui.shell import Part
from tests.ui.page_stand import PageStand, PageTab, open_pages

TOMORROW_MIN = 13 * 60
"""Where the clock of the tests, which shows noon in UTC, shows another day."""


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def test_lobby_is_told_to_every_tab(pages: PageStand) -> None:
    tabs = [await pages.tab(1), await pages.tab(1), await pages.tab(2)]

    await pages.room('Other')

    assert all('Other' in tab.html(Part.NAV) for tab in tabs)


async def test_membership_is_told_to_the_tabs_of_its_person_alone(pages: PageStand) -> None:
    other = await pages.room('Other')
    mine, same, stranger = await pages.tab(1), await pages.tab(1), await pages.tab(2)
    received = stranger.browser.received

    await pages.chat.rooms.join(pages.people[1], other.id)
    await pages.settle()

    assert other.id in mine.page.conversation.memberships
    assert other.id in same.page.conversation.memberships
    assert other.id not in stranger.page.conversation.memberships
    assert stranger.browser.received == received


async def test_tab_that_is_gone_is_told_nothing_more(pages: PageStand) -> None:
    tab, stays = await pages.tab(1), await pages.tab(1)
    await tab.close()
    received = tab.browser.received

    await pages.room('Other')

    assert list(pages.sessions) == [stays.page]
    assert tab.browser.received == received


async def test_last_tab_of_a_person_leaves_nothing_behind(pages: PageStand) -> None:
    tab = await pages.tab(1)

    await tab.close()
    await pages.settle()

    assert pages.sessions._pages == {}
    assert pages.readers(pages.lobby) == set()


async def test_other_sign_ins_of_a_person_stay_open_when_one_ends(pages: PageStand) -> None:
    ended, stays, stranger = await pages.tab(1), await pages.tab(1), await pages.tab(2)

    await pages.sign_out(ended)
    await pages.until(lambda: ended.opened)
    await pages.settle()

    assert not ended.page.session.is_open
    assert stays.page.session.may_act
    assert stranger.page.session.may_act
    assert stays.opened == stranger.opened == []
    assert pages.readers(pages.lobby) == {'Person 1', 'Person 2'}


class Broken:
    """A page that fails at whatever it is told."""

    def __init__(self, tab: PageTab) -> None:
        self.session = tab.page.session
        self.told = 0

    @property
    def news(self) -> 'Broken':
        return self

    def of_lobby(self, event: LobbyEvent) -> None:
        self.told += 1
        raise RuntimeError('a bug')

    def of_user(self, event: UserEvent) -> None:
        self.told += 1
        raise RuntimeError('a bug')

    def room_said(self, room_id: RoomId) -> None:
        self.told += 1
        raise RuntimeError('a bug')

    def end(self) -> None:
        """Nothing is open."""


async def test_news_still_come_after_a_tab_failed_at_some(pages: PageStand) -> None:
    tab = await pages.tab()
    broken = Broken(tab)
    pages.sessions.add(broken)
    await pages.room('Other')
    assert broken.told > 0

    pages.sessions.discard(broken)
    await pages.room('Third')

    assert 'Third' in tab.html(Part.NAV)


async def test_relative_times_move_on_once_a_minute(pages: PageStand) -> None:
    tab = await pages.tab()
    before = tab.html(Part.STYLE)

    await pages.pass_time(MINUTE_S - 1)
    assert tab.html(Part.STYLE) == before
    await pages.pass_time(2)

    assert tab.html(Part.STYLE) != before


async def test_sheet_of_relative_times_is_made_once_per_zone_and_minute(pages: PageStand) -> None:
    sheets = pages.sessions.style_frame

    assert sheets(0) is sheets(0)
    assert sheets(0) != sheets(TOMORROW_MIN)
    first = sheets(0)
    pages.house.clock.advance(MINUTE_S)

    assert sheets(0) != first
    assert len(pages.sessions._styles) == 1


async def test_name_of_the_server_is_read_once(pages: PageStand) -> None:
    assert pages.sessions.server.name == 'Harbour'
    pages.house.stores.memory.server_name = 'Another'

    await pages.sessions.load_server()

    assert pages.sessions.server.name == 'Harbour'


async def test_pages_are_served_while_live_runs(pages: PageStand) -> None:
    async with live(pages.chat) as sessions:
        assert current_sessions() is sessions

    with pytest.raises(AssertionError):
        current_sessions()


async def test_tab_that_cannot_be_told_keeps_the_news_from_no_other(pages: PageStand, caplog: pytest.LogCaptureFixture) -> None:
    first, second = await pages.tab(1), await pages.tab(2)

    def fail(_: LobbyEvent) -> None:
        raise RuntimeError('a tab that fails')

    first.page.news.of_lobby = fail
    await pages.room('Other')

    assert 'Other' in second.html(Part.NAV)
    assert 'could not be told' in caplog.text
