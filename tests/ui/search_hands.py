"""What a person does in a search, on its page or in its panel, and what is found there."""

import asyncio
import re
from contextlib import suppress
from itertools import count
from typing import Any

from livechat.domain.model import Room
from livechat.ui.pages.search_field import SEARCH_AFTER_S
from livechat.ui.search_parts import ENDS, Piece, choice_id, end_id, line_id, link_id, piece
from livechat.ui.shell import Part, part
from livechat.ui.stream import ElementId
from tests.memory_search import MemorySearch
from tests.ui.page_stand import PageStand, PageTab

_keys = count(1)
MARKS = re.compile('<mark>(.*?)</mark>')
TAGS = re.compile('<[^>]*>')
SAID = re.compile(r'<span class="said" dir="auto">(.*?)</span>')


class SearchHands:
    """In one tab."""

    def __init__(self, pages: PageStand, tab: PageTab) -> None:
        self._pages = pages
        self.tab = tab

    async def open_panel(self) -> None:
        self.tab.click(Part.SEARCH)
        await self._pages.settle()

    async def type(self, text: str) -> None:
        """And pause."""
        self.put(text)
        await self.pause()

    async def type_and_hold(self, text: str) -> None:
        """What is found is read, and held back until the next beat."""
        store = gated(self._pages, text)
        await self.type(text)
        await self._pages.pass_time(0.01)
        store.gates[text].set()
        await self._pages.settle()

    def put(self, text: object) -> None:
        """The field holds this now."""
        self.tell(Piece.FIELD, text)

    async def pause(self) -> None:
        await self._pages.pass_time(SEARCH_AFTER_S + 0.01)

    async def key(self, key: str, **more: Any) -> None:
        self.tell(Piece.KEYS, {'key': key, 'isComposing': False, 'keyCode': 0, **more})
        await self._pages.settle()

    async def press(self, which: Piece) -> None:
        self.tab.click(piece(which))
        await self._pages.settle()

    async def command(self, word: str) -> None:
        """A button inside HTML."""
        self.tab.page.virtual_event(part(Part.COMMANDS), [{'command': word}])
        await self._pages.settle()

    async def follow(self, number: int, room_id: int | None = None) -> None:
        """A click on the line of that message: the browser tells it, and goes where the link leads."""
        link = link_id(room_id or self._pages.lobby.id, number)  # type: ignore[arg-type]
        self.tab.click(link)
        path = str(self.tab.browser.elements[link]['props']['href'])
        self.tab.go(path)
        await self._pages.settle()

    async def see_end(self) -> None:
        """Scroll to the end of the list."""
        (end,) = self.ends
        self.tab.page.virtual_event(end, [True])
        await self._pages.settle()

    @property
    def ends(self) -> list[ElementId]:
        return [each for page in range(ENDS) if (each := end_id(page)) in self.tab.browser.elements]

    def tell(self, which: Piece, argument: object) -> None:
        self.tab.page.virtual_event(piece(which), [argument])

    # What is on screen

    def props(self, which: Piece | ElementId) -> dict[str, Any]:
        found = self.tab.browser.elements[piece(which) if isinstance(which, Piece) else which]
        return dict(found.get('props', {}))

    @property
    def is_shown(self) -> bool:
        return piece(Piece.FIELD) in self.tab.browser.elements

    @property
    def is_panel(self) -> bool:
        return 'search-open' in self.tab.classes

    @property
    def written(self) -> object:
        """What the server wrote into the field."""
        return self.props(Piece.FIELD)['model-value']

    @property
    def found(self) -> list[str]:
        """What the listed messages say, without marks."""
        return [TAGS.sub('', said) for html in self._lines() for said in SAID.findall(html)]

    @property
    def marks(self) -> list[str]:
        return [mark for html in self._lines() for mark in MARKS.findall(html)]

    @property
    def lines(self) -> str:
        return ''.join(self._lines())

    def _lines(self) -> list[str]:
        """Of the list that is on screen."""
        elements = self.tab.browser.elements
        if piece(Piece.LIST) not in elements[piece(Piece.BODY)].get('children', []):
            return []
        return [self.tab.browser.html(line) for line in elements[piece(Piece.LIST)].get('children', [])]

    def is_marked(self, number: int, name: str) -> bool:
        """Whether the line of that message in the lobby has that class."""
        return name in self.tab.browser.elements[link_id(self._pages.lobby.id, number)]['class']  # type: ignore[arg-type]

    def keeps(self, number: int, room_id: int) -> bool:
        """Whether the browser knows the line of that message, on screen or not."""
        return line_id(room_id, number) in self.tab.browser.elements  # type: ignore[arg-type]

    @property
    def status(self) -> str:
        return self.tab.browser.html(piece(Piece.STATUS))

    @property
    def says(self) -> str:
        return self.tab.browser.html(piece(Piece.SAYS))

    @property
    def notes(self) -> str:
        return self.tab.browser.html(piece(Piece.NOTES))

    @property
    def help(self) -> str:
        """What is said instead of a list."""
        children = self.tab.browser.elements[piece(Piece.BODY)].get('children', [])
        return self.tab.browser.html(piece(Piece.HELP)) if piece(Piece.HELP) in children else ''

    @property
    def has_more(self) -> bool:
        return piece(Piece.MORE) in self.tab.browser.elements[piece(Piece.BODY)].get('children', [])

    @property
    def choices(self) -> list[str]:
        """The names of the suggestions."""
        shown = self.tab.browser.elements.get(piece(Piece.CHOICES))
        return [str(self.props(ElementId(line))['aria-label']) for line in shown['children']] if shown else []

    @property
    def chosen(self) -> str:
        """Of the suggestions."""
        lines = [choice_id(place) for place in range(len(self.choices))]
        return next((str(self.props(line)['aria-label']) for line in lines if self.props(line)['aria-selected'] == 'true'), '')


class GatedSearch(MemorySearch):
    """Answers when a test says so: each question waits at a gate of its own, whether its answer is still wanted or not."""

    gates: dict[str, asyncio.Event]
    trouble: Exception | None = None
    asked = 0
    """How often."""

    async def find(self, question: Any, *, enough: int) -> Any:
        self.asked += 1
        words = ' '.join(term.text for term in question.terms)
        if self.trouble is not None:
            raise self.trouble
        if words in self.gates:
            with suppress(asyncio.CancelledError):
                await self.gates[words].wait()
            await self.gates[words].wait()
        return await super().find(question, enough=enough)


def gated(pages: PageStand, *words: str) -> GatedSearch:
    """From now on searches for these words wait."""
    store = GatedSearch(pages.house.stores.memory)
    store.gates = {each: asyncio.Event() for each in words}
    pages.chat.search._store = store
    return store


async def say(pages: PageStand, *bodies: str, room: Room | None = None, by: int = 2) -> list[int]:
    """The numbers of the messages."""
    place = room or pages.lobby
    posts = [await pages.chat.rooms.post(pages.people[by], place.id, body, f'said-{next(_keys)}') for body in bodies]
    await pages.settle()
    return [message.number for message in posts]


async def at(pages: PageStand, path: str = '/search', user: int = 1, **more: bool) -> SearchHands:
    """On that page."""
    return SearchHands(pages, await pages.tab(user, path=path, **more))
