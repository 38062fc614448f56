"""What still reaches a tab whose person was shown out while something was under way for it: nothing."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from livechat.domain.model import MessageNumber, RoomId
from livechat.domain.notices import Notified, Occasion
from livechat.ui.room_view import RoomView
from livechat.ui.shell import Part, part
from livechat.ui.stream import Frame, Kind, element_id
from tests.ui.page_stand import PageStand, PageTab, open_pages

OWNER, ANA = range(2)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


def slow_views(pages: PageStand) -> asyncio.Event:
    """Rooms come on screen only when the event is set."""
    views, gate = pages.sessions.views, asyncio.Event()
    really = views.open

    async def open_view(room_id: RoomId) -> RoomView:
        view = await really(room_id)
        await gate.wait()
        return view

    views.open = open_view  # type: ignore[method-assign]
    return gate


def overheard(tab: PageTab) -> list[str]:
    """Whatever frames it gets from now on."""
    seen: list[str] = []
    receive = tab.browser.receive

    def hear(frame: Frame) -> None:
        seen.append(frame.decode(errors='replace'))
        receive(frame)

    tab.browser.receive = hear  # type: ignore[method-assign]
    return seen


async def test_member_removed_on_the_way_into_a_room_sees_nothing_of_it(pages: PageStand) -> None:
    cellar = await pages.chat.rooms.create(pages.people[OWNER], 'Cellar', private=True)
    await pages.chat.members.add(pages.people[OWNER], cellar.id, pages.people[ANA].id)
    await pages.chat.rooms.post(pages.people[OWNER], cellar.id, 'for members', 'k1')
    tab = await pages.tab(ANA)
    gate = slow_views(pages)
    tab.go(f'/rooms/{cellar.slug}')
    await pages.until(lambda: cellar.id in pages.sessions.views._views)

    await pages.chat.members.remove(pages.people[OWNER], cellar.id, pages.people[ANA].id)
    seen = overheard(tab)
    gate.set()
    await pages.settle()

    assert seen
    assert not any('for members' in frame for frame in seen)
    assert tab.address == '/rooms/lobby'
    assert pages.readers(cellar) == set()


async def test_clock_that_is_learnt_after_a_removal_brings_nobody_back(pages: PageStand) -> None:
    tab = await pages.tab(ANA, offset=None)
    queue = pages.hold(tab)
    tab.page.virtual_event(part(Part.PROBE_DATE), ['2026-05-04'])
    tab.page.virtual_event(part(Part.PROBE_TIME), ['14:00'])
    second = pages.hold(tab)

    await pages.chat.members.remove(pages.people[OWNER], pages.lobby.id, pages.people[ANA].id)
    await pages.chat.rooms.post(pages.people[OWNER], pages.lobby.id, 'not for you', 'k1')
    queue.set()
    await pages.until(lambda: tab.page.session.reader.audience.utc_offset_min == 120)
    await pages.house.turn(50)

    assert pages.readers(pages.lobby) == set()
    assert 'not for you' not in tab.log
    second.set()
    await pages.settle()
    assert 'at-card' in tab.classes


async def test_job_that_is_under_way_when_the_sign_in_ends_shows_nothing_more(pages: PageStand) -> None:
    await pages.room('Other', ANA)
    tab = await pages.tab(ANA)
    pages.drafts.reading.clear()
    tab.go('/rooms/other')
    await pages.house.turn(50)
    assert tab.is_busy
    await pages.sign_out(tab)
    await pages.until(lambda: tab.opened)
    assert tab.wire is not None
    tab.wire.closed = False  # as a browser that is slow to let go
    seen = overheard(tab)

    pages.drafts.reading.set()
    await pages.settle()

    assert tab.opened == ['/login']
    assert seen == []


async def test_socket_that_comes_after_the_end_is_not_counted_as_present(pages: PageStand) -> None:
    tab = await pages.tab(ANA)
    await tab.lose()
    tab.page.end()
    assert not pages.chat.presence.is_online(pages.people[ANA].id)

    await tab.connect()
    await pages.settle()

    assert not pages.chat.presence.is_online(pages.people[ANA].id)


async def test_message_told_to_somebody_who_was_removed_since_is_not_shown(pages: PageStand) -> None:
    other, ana, owner = await pages.room('Other', ANA), pages.people[ANA], pages.people[OWNER]
    tab = await pages.tab(ANA)
    told = Notified(
        user_id=ana.id, occasion=Occasion.MENTIONED, room=other, title='Other', by=owner.person, text='for members', number=MessageNumber(2)
    )

    await pages.chat.members.remove(owner, other.id, ana.id)
    seen = overheard(tab)
    tab.page.news.of_user(told)  # it stood in the queue of news when the removal was announced
    await pages.settle()
    assert not any('for members' in frame for frame in seen)
    await pages.chat.members.add(owner, other.id, ana.id)
    tab.page.news.of_user(told)
    await pages.settle()

    assert any('for members' in frame for frame in seen)


async def test_toasts_of_a_room_go_with_who_is_removed_from_it(pages: PageStand) -> None:
    other = await pages.room('Other', ANA)
    tab = await pages.tab(ANA)
    await pages.chat.rooms.post(pages.people[OWNER], other.id, 'for members', 'k1', mentions=[pages.people[ANA].id])
    pages.house.beat()
    await pages.settle()
    assert 'for members' in tab.html(Part.TOASTS)

    await pages.chat.members.remove(pages.people[OWNER], other.id, pages.people[ANA].id)
    await pages.settle()

    assert tab.html(Part.TOASTS) == ''


async def test_room_that_was_left_with_something_unread_is_a_plain_line(pages: PageStand) -> None:
    other = await pages.room('Other', ANA)
    tab = await pages.tab(ANA)
    line = element_id(Kind.ROOM_LINK, other.id)
    await pages.chat.rooms.post(pages.people[OWNER], other.id, 'news', 'k1')
    pages.house.beat()
    await pages.settle()
    assert 'new' in tab.browser.elements[line]['class']

    await pages.chat.rooms.leave(pages.people[ANA], other.id)
    await pages.settle()

    assert tab.browser.elements[line]['class'] == ['room', 'other']


async def test_card_of_a_private_room_keeps_its_description_from_a_server_admin(pages: PageStand) -> None:
    cellar = await pages.chat.rooms.create(pages.people[ANA], 'Cellar', 'Wine', private=True)

    tab = await pages.tab(OWNER, f'/rooms/{cellar.slug}')

    assert 'at-card' in tab.classes
    assert 'Cellar' in tab.log
    assert 'Wine' not in tab.log + tab.html(Part.TITLE)
