"""What is kept as rendered for the readers of one audience."""

from dataclasses import replace
from datetime import UTC, datetime

from livechat.domain.model import PAGE_SIZE, Room, RoomId
from livechat.ui.audience import Audience, Page, RoomHtml
from livechat.ui.stream import Kind, element_id
from tests.ui.test_message_html_parts import message, quote

ROOM = Room(id=RoomId(1), name='Lobby', slug='lobby', description='', created_by=None, created_at=datetime(2026, 5, 4, tzinfo=UTC))
PAGE = element_id(Kind.PAGE, 1, 0)


def html_of(html: RoomHtml, page: Page) -> str:
    element = html.full_page(page)[PAGE]
    assert element is not None
    return str(element['props'])


def page_of_one(excerpt: str) -> Page:
    return Page(0, [replace(message(number=1), quote=quote(excerpt))], None)


def test_page_is_kept_as_rendered_until_it_is_forgotten() -> None:
    html, page = RoomHtml(Audience(0, ''), ROOM), page_of_one('before')
    html_of(html, page)
    page.messages[0] = replace(page.messages[0], quote=quote('after'))

    assert 'before' in html_of(html, page)
    html.forget([0])
    assert 'after' in html_of(html, page)


def test_page_that_was_read_anew_is_rendered_anew() -> None:
    """Its answers may quote what changed while nobody had it in memory, and nobody was told: they have no change of their own."""
    html = RoomHtml(Audience(0, ''), ROOM)
    html_of(html, page_of_one('before'))

    assert 'after' in html_of(html, page_of_one('after'))


def test_growing_page_lists_all_that_it_will_hold_from_the_start() -> None:
    """So that a message that comes needs no new list."""
    html, page = RoomHtml(Audience(0, ''), ROOM), page_of_one('x')
    before = html.live_page(page)[PAGE]
    page.messages.append(message(number=2))

    after = html.live_page(page)[PAGE]

    assert before == after
    assert after is not None
    assert after['children'] == [element_id(Kind.MESSAGE, 1, number) for number in range(1, PAGE_SIZE + 1)]
