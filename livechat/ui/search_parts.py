"""The elements of the search, on its page and in its panel: the same in both, of which one is there at a time."""

from enum import IntEnum
from urllib.parse import quote, urlencode

from livechat.domain.model import MessageNumber, RoomId
from livechat.domain.search_ports import Order
from livechat.ui.stream import ElementId, Kind, element_id

MAX_CHOICES = 8


class Piece(IntEnum):
    """Numbers of `Kind.SEARCH` in no room; within rooms they are those of the messages that were found."""

    TOP = 1
    HEAD = 2
    CLOSE = 3
    KEYS = 4
    """Around the field: hears the keys that mean something in it."""
    FIELD = 5
    CHOICES = 6
    OPTIONS = 7
    SCOPE = 8
    HERE = 9
    EVERYWHERE = 10
    NEWEST = 11
    STATUS = 12
    SAYS = 13
    """What is chosen by keyboard, for screen readers, whose cursor stays in the field."""
    NOTES = 14
    BODY = 15
    LIST = 16
    MORE = 17
    HELP = 18
    """What there is to say when there are no messages to list."""
    LINK = 19
    """From the panel to the page."""
    TITLE = 20
    GLYPH = 21


_CHOICE, _END = 32, 64
ENDS = 32


def piece(which: Piece) -> ElementId:
    return element_id(Kind.SEARCH, 0, which)


def choice_id(place: int) -> ElementId:
    """A line of the suggestions."""
    return element_id(Kind.SEARCH, 0, _CHOICE + place)


def choice_at(number: int) -> int | None:
    """Which line of the suggestions has that number, if it is of one."""
    return number - _CHOICE if _CHOICE <= number < _CHOICE + MAX_CHOICES else None


def end_id(page: int) -> ElementId:
    """What tells that the end of the list comes into view: anew after each page, or the browser would not tell again."""
    return element_id(Kind.SEARCH, 0, _END + page % ENDS)


def is_end(number: int, page: int) -> bool:
    return number == _END + page % ENDS


def line_id(room_id: RoomId, number: MessageNumber) -> ElementId:
    return element_id(Kind.SEARCH, room_id, number)


def link_id(room_id: RoomId, number: MessageNumber) -> ElementId:
    """What one presses in that line."""
    return element_id(Kind.HIT, room_id, number)


def search_path(text: str, slug: str = '', order: Order = Order.BEST) -> str:
    """The address of the page that shows this."""
    words = {'q': text, 'in': slug, 'order': order.value if order is not Order.BEST else ''}
    query = urlencode({name: value for name, value in words.items() if value}, safe='', quote_via=quote)
    return f'/search?{query}' if query else '/search'
