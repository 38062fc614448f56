"""Readers who get the very same bytes, and what is rendered for them."""

from collections.abc import Iterable
from dataclasses import dataclass

from livechat.domain.message import Message
from livechat.domain.model import PAGE_SIZE, Room
from livechat.ui.components.icons import icon
from livechat.ui.html import escape
from livechat.ui.message_html import Setting, entries_html, entry_html
from livechat.ui.room_words import room_name, room_tile
from livechat.ui.shell import Part, part
from livechat.ui.stream import ElementId, Kind, element, element_id

KEPT_HTML_PAGES = 40
"""Rendered pages kept per room and audience, some 25 KB each; the oldest rendering goes first."""
LIVE_BOTTOM = (1 << 28) - 1
"""The number of the sentinel below the newest page."""
Elements = dict[ElementId, dict[str, object] | None]


@dataclass(frozen=True, slots=True)
class Audience:
    """What the HTML of a room depends on besides the room."""

    utc_offset_min: int
    base_url: str
    """Scheme and host by which these readers came, to be shown in addresses to share."""


def page_of(number: int) -> int:
    """Which page a message is on: numbers 50k + 1 to 50k + 50 are page k. An empty room is on page 0."""
    return max(number - 1, 0) // PAGE_SIZE


@dataclass(slots=True)
class Page:
    """One fixed range of numbers, as far as it is filled; `previous` is the message before it."""

    index: int
    messages: list[Message]
    previous: Message | None

    def before(self, number: int) -> Message | None:
        """The message before that one, on this page or just above it."""
        place = number - 1 - self.index * PAGE_SIZE
        return self.messages[place - 1] if place > 0 else self.previous

    def at(self, number: int) -> Message:
        return self.messages[number - 1 - self.index * PAGE_SIZE]

    def replace(self, message: Message) -> None:
        self.messages[message.number - 1 - self.index * PAGE_SIZE] = message


class RoomHtml:
    """The virtual elements of one room for one audience. Full pages are kept as rendered until they change."""

    def __init__(self, audience: Audience, room: Room) -> None:
        self.audience = audience
        self.room = room
        self._full: dict[int, tuple[Page, str]] = {}

    def forget(self, pages: Iterable[int] | None = None) -> None:
        """Render those pages anew when they are next asked for; all of them by default."""
        if pages is None:
            self._full.clear()
        else:
            for index in pages:
                self._full.pop(index, None)

    def root(self, pages: range, *, is_live: bool, has_bottom: bool = True) -> Elements:
        """The list of pages in the window, between the sentinels whose visibility loads more.

        Below the newest page the sentinel is always the same element: a new one would report from every tab at once.
        """
        room_id = self.room.id
        top = self._beginning() if pages.start == 0 else element('q-intersection', classes=['sentinel', 'top'], on={'visibility': None})
        top_id = element_id(Kind.TOP, room_id, pages.start)
        welcome = [part(Part.WELCOME)] if pages.start == 0 else []
        bottom_id = element_id(Kind.BOTTOM, room_id, LIVE_BOTTOM if is_live else pages.stop - 1)
        bottom = [bottom_id] if has_bottom else []
        return {
            top_id: top,
            bottom_id: element('q-intersection', classes=['sentinel', 'bottom'], on={'visibility': None}),
            element_id(Kind.LOG, room_id): element(
                'div',
                classes=['pages'],
                children=[top_id, *welcome, *(element_id(Kind.PAGE, room_id, index) for index in pages), *bottom],
            ),
        }

    def _beginning(self) -> dict[str, object]:
        if self.room.is_direct:  # each of its people calls it differently
            return element(
                'div', classes=['beginning'], html='<p>This is the beginning of your conversation. Only you who are in it see it here.</p>'
            )
        name = escape(self.room.name)
        words = '' if self.room.is_archived else 'Only its admins write here.' if self.room.announcements else 'Say hello.'
        return element(
            'div',
            classes=['beginning'],
            html=f'<span class="tile">{room_tile(self.room)}</span><h2 dir="auto">{name}</h2>'
            f'<p>This is the beginning of <b dir="auto">{escape(room_name(self.room))}</b>. {words}</p>',
        )

    def full_page(self, page: Page) -> Elements:
        """A whole page as one element. Not announced by screen readers: it is history."""
        kept = self._full.get(page.index)
        if kept is not None and kept[0] is page:
            html = kept[1]
        else:  # or read anew from the store since: nobody told what changed in it while it was not in memory
            self._full.pop(page.index, None)
            if len(self._full) >= KEPT_HTML_PAGES:
                self._full.pop(next(iter(self._full)))
            html = entries_html(page.messages, page.previous, self._setting)
            self._full[page.index] = page, html
        return {element_id(Kind.PAGE, self.room.id, page.index): element('section', classes=['page'], html=html, aria_live='off')}

    def live_page(self, page: Page, *, seen: int | None = None, changed: bool = False) -> Elements:
        """The page that still grows, one element per message, up to `seen`.

        From the start its children are all that it can ever have: a browser shows of them what it was sent, and a message
        that comes needs no new list.
        """
        shown = [message.number for message in page.messages if seen is None or message.number <= seen]
        start = page.index * PAGE_SIZE + 1
        children = [self._message_id(number) for number in range(start, start + PAGE_SIZE)]
        return {
            **self.messages(page, shown, changed=changed),
            element_id(Kind.PAGE, self.room.id, page.index): element('section', classes=['page'], children=children),
        }

    def messages(self, page: Page, numbers: Iterable[int], *, changed: bool = False) -> Elements:
        """Messages of the growing page, new ones, or such as changed in place: those are not read out again as a whole."""
        live = 'off' if changed else None
        return {
            self._message_id(number): element(
                'div', classes=['entry'], html=entry_html(page.at(number), page.before(number), self._setting), aria_live=live
            )
            for number in numbers
        }

    @property
    def _setting(self) -> Setting:
        return Setting(self.room.slug, self.audience.utc_offset_min, self.audience.base_url)

    def _message_id(self, number: int) -> ElementId:
        return element_id(Kind.MESSAGE, self.room.id, number)

    def without_log(self) -> Elements:
        return {element_id(Kind.LOG, self.room.id): None, element_id(Kind.BOTTOM, self.room.id, LIVE_BOTTOM): None}

    def without(self, pages: Iterable[int], live: int | None) -> Elements:
        """Forget those pages in the browser; `live` is the one that has an element per message there."""
        room_id = self.room.id
        elements: Elements = {}
        for index in pages:
            elements[element_id(Kind.PAGE, room_id, index)] = None
            elements[element_id(Kind.TOP, room_id, index)] = None
            elements[element_id(Kind.BOTTOM, room_id, index)] = None
            if index == live:
                elements.update(self.without_messages(index))
        return elements

    def without_messages(self, page: int) -> Elements:
        return {self._message_id(page * PAGE_SIZE + place): None for place in range(1, PAGE_SIZE + 1)}


def jump_button(missed: int, *, shown: bool) -> Elements:
    """The way back to the newest message, with how many came meanwhile. Its listener never changes, or browsers rebuild it."""
    label = f'Jump to newest ({missed})' if missed else 'Jump to newest'
    text = f'{icon("down")}<span>Jump to newest{f" · {missed:,}" if missed else ""}</span>'
    classes = ['newest'] if shown else ['newest', 'hidden']
    return {part(Part.JUMP): element('button', classes=classes, html=text, aria_label=label, type_='button', on={'click': []})}
