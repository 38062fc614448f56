"""What a person does around the message box of a modelled tab, and sees there."""

from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, Room
from livechat.ui.completion_list import LOOK_UP_AFTER_S
from livechat.ui.shell import Part, part
from tests.ui.page_stand import PageStand, PageTab

KEYS = {'Enter': 'enter', 'Tab': 'tab', 'Escape': 'esc', 'ArrowUp': 'up', 'ArrowDown': 'down'}


class Composer:
    """Around the box of one tab."""

    def __init__(self, pages: PageStand, tab: PageTab) -> None:
        self._pages = pages
        self.tab = tab

    # On screen

    @property
    def bar(self) -> str:
        return self.tab.html(Part.COMPOSER_BAR)

    @property
    def remark(self) -> str:
        return self.tab.html(Part.REMARK)

    @property
    def unsent(self) -> list[str]:
        """Messages on their way, each as all that is to be read of it."""
        lines = self.tab.browser.elements.get(part(Part.SENDING), {}).get('children', [])
        return [self.tab.browser.html(line) for line in lines]

    @property
    def suggestions(self) -> list[str]:
        """Their names; a star marks the one that Enter takes."""
        return [
            ('*' if line['props']['aria-selected'] == 'true' else '') + line['props']['aria-label']
            for line in (self.tab.browser.elements[number] for number in self._lines)
        ]

    @property
    def _lines(self) -> list[int]:
        return self.tab.browser.elements.get(part(Part.COMPLETION), {}).get('children', [])  # type: ignore[no-any-return]

    # What one does

    def press(self, name: str, *, of: int = 0) -> None:
        """A button in the page around the box; the first of that name unless said otherwise."""
        found = [
            number
            for number, each in self.tab.browser.elements.items()
            if each['tag'] == 'button' and name in {each['props'].get('aria-label'), each['props'].get('innerHTML')}
        ]
        self.tab.click(sorted(found)[of])  # type: ignore[arg-type]

    def choose(self, place: int) -> None:
        """Click on a suggestion."""
        self.tab.click(self._lines[place])  # type: ignore[arg-type]

    def key(self, key: str) -> None:
        """A key in the box, as the browser treats it: to the list if it was told so, else to the box."""
        listener = self.tab.browser.elements[part(Part.BOX_KEYS)]['events'][0]
        goes_on = True
        if KEYS[key] in listener['keys']:
            self.tab.page.virtual_event(part(Part.BOX_KEYS), [{'key': key, 'isComposing': False, 'keyCode': 0}])
            goes_on = 'prevent' not in listener['modifiers']
        if goes_on and key == 'Enter':
            self.tab.enter()

    async def type(self, text: str) -> None:
        """The box holds that now, and the pause is over after which suggestions come."""
        self.tab.type(text)
        await self._pages.pass_time(LOOK_UP_AFTER_S * 1.5)

    def reply(self, message: Message) -> None:
        self.tab.page._desk.start_reply(message)

    def edit(self, message: Message) -> None:
        self.tab.page._desk.start_edit(message)

    async def message(self, room: Room, number: int) -> Message:
        user = self.tab.page.session.user
        return await self._pages.chat.rooms.message(user, room.id, MessageNumber(number))
