"""What goes over a tab's socket: all that its server said to it, and events sent by hand as no browser would."""

import json
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from playwright.async_api import Page, WebSocket

from livechat.ui.shell import Part, part
from livechat.ui.stream import VIRTUAL_BASE, Kind, parse_id

_VIRTUAL_ID = re.compile(r'\b[4-9]\d{15}\b')
_UPDATE = '42["update",'
_SEND_EVENT = """([id, args, clientId, listener]) => window.socket.emit('event', {
    id, client_id: clientId ?? window.clientId, listener_id: listener, args: args.map(each => JSON.stringify(each))})"""
_SEND_FRAME = 'frame => window.socket.io.engine.transport.ws.send(frame.replaceAll("CLIENT", window.clientId))'


@dataclass(frozen=True, slots=True)
class Heard:
    at: float
    """Monotonic, s."""
    frame: str


class Overheard:
    """Listens from before the page opens its first socket; reloads open others, which count too."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.heard: list[Heard] = []
        page.on('websocket', self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on('framereceived', lambda frame: self.heard.append(Heard(time.monotonic(), str(frame))))

    # What it heard

    def having(self, *words: str) -> list[str]:
        """Frames with any of these words, whatever their case."""
        wanted = [word.casefold() for word in words]
        return [each.frame for each in self.heard if any(word in each.frame.casefold() for word in wanted)]

    def about(self, *rooms: int) -> list[str]:
        """Frames with an element of one of these rooms."""
        return [each.frame for each in self.heard if any(room in rooms for _, room, _ in _elements_in(each.frame))]

    def found(self, pattern: str) -> set[str]:
        """The first group of each match."""
        return {match for each in self.heard for match in re.findall(pattern, each.frame)}

    def notices(self) -> Iterator[str]:
        """What stood in the line of refusals, one after the other."""
        for each in self.heard:
            if each.frame.startswith(_UPDATE):
                notice = json.loads(each.frame[2:])[1].get(str(part(Part.NOTICE)))
                if notice is not None and 'innerHTML' in notice.get('props', {}):
                    yield notice['props']['innerHTML']

    def listener(self, element_id: int) -> str:
        """The one that a real element has now: what its events name."""
        for each in reversed(self.heard):
            described = json.loads(each.frame[2:])[1].get(str(element_id)) if each.frame.startswith(_UPDATE) else None
            if described is not None:
                found: str = described['events'][0]['listener_id']
                return found
        raise AssertionError(f'no element {element_id} was sent')

    # What one says by hand

    async def fire(self, element_id: int, *args: object, client_id: str | None = None, listener: str = 'by hand') -> None:
        """An event of an element, over the page's own socket."""
        await self._page.evaluate(_SEND_EVENT, [element_id, list(args), client_id, listener])

    async def throw(self, frames: Iterable[str]) -> None:
        """Frames as they are; CLIENT stands for the id of the page's client."""
        for frame in frames:
            await self._page.evaluate(_SEND_FRAME, frame)

    async def client_id(self) -> str:
        found: str = await self._page.evaluate('window.clientId')
        return found


def _elements_in(frame: str) -> Iterator[tuple[Kind, int, int]]:
    for digits in _VIRTUAL_ID.findall(frame):
        place = parse_id(int(digits)) if int(digits) >= VIRTUAL_BASE else None
        if place is not None and place[0] is not Kind.SHELL:
            yield place
