"""What a person does to messages in a tab: presses buttons inside HTML, opens menus, reads what stands at a message."""

from typing import Any

from nicegui.element import Element

from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, Room
from livechat.ui.pages.message_popup import Popup
from livechat.ui.shell import Part, part
from tests.ui.page_stand import PageStand, PageTab


class MessageHands:
    """In one tab, at messages of the room that it shows."""

    def __init__(self, pages: PageStand, tab: PageTab) -> None:
        self._pages = pages
        self.tab = tab

    async def command(self, word: object) -> None:
        """As a button inside HTML sends it."""
        self.tab.page.virtual_event(part(Part.COMMANDS), [{'command': word}])
        await self._pages.settle()

    async def menu(self, number: int) -> None:
        await self.command(f'--more-{number}')

    @property
    def popup(self) -> Popup | None:
        popups = [each for each in self.tab.client.elements.values() if isinstance(each, Popup) and each.value]
        assert len(popups) <= 1
        return popups[0] if popups else None

    @property
    def offered(self) -> list[str]:
        """The names of the buttons of what is open, without the row of reactions."""
        return [str(each.props['aria-label']) for each in self._buttons() if 'line' in each.classes]

    async def take(self, name: str) -> None:
        """A line of the menu, or a reaction in its row by the emoji's name."""
        self.press(name)
        await self._pages.settle()

    def press(self, name: str) -> None:
        found = [each for each in self._buttons() if each.props['aria-label'] == name]
        assert len(found) == 1, name
        self.tab.event(found[0], 'click', None)

    async def key(self, key: str) -> None:
        """In the popup."""
        assert self.popup is not None
        await self.key_at(self.popup, key)

    async def alt(self, key: str) -> None:
        """With Alt, in the room or its box, as browsers name it."""
        self.tab.page.virtual_event(part(Part.TALK), [{'key': key, 'isComposing': False, 'keyCode': 0}])
        await self._pages.settle()

    async def root_key(self, kind: str) -> None:
        """In the page, as `esc`."""
        await self.key_at(self.tab.page._root, kind)

    async def key_at(self, element: Element, key: str, **args: Any) -> None:
        listener = next(each for each in element._event_listeners.values() if each.type.startswith(f'keydown.{key}'))
        self.tab.client.handle_event({'id': element.id, 'listener_id': listener.id, 'args': []})
        await self._pages.settle()

    @property
    def done(self) -> str:
        """What the toast says."""
        return self.tab.html(Part.DONE_TEXT)

    @property
    def may_undo(self) -> bool:
        return 'hidden' not in self.tab.browser.elements[part(Part.UNDO)]['class']

    def _buttons(self) -> list[Element]:
        return [each for each in self.popup.descendants() if each.tag == 'button'] if self.popup is not None else []


def stored(pages: PageStand, room: Room, number: int) -> Message:
    memory = pages.house.stores.memory
    return memory.current(memory.rooms[room.id].messages[MessageNumber(number)])


def reacted(pages: PageStand, room: Room, number: int) -> dict[str, list[str]]:
    return {each.text: [person.display_name for person in each.people] for each in stored(pages, room, number).reactions}
