"""The quick switcher under Ctrl+K: rooms, people, messages and commands in one list, found by a few letters."""

from collections.abc import Callable, Sequence
from typing import Any

from nicegui import ui

from livechat.domain.model import RoomId, UserId
from livechat.ui.components.box import is_composing
from livechat.ui.conversation import Conversation
from livechat.ui.html import room_path
from livechat.ui.keys import ARROWS, pressed
from livechat.ui.session import Session
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import ElementId, Kind, parse_id, run_method
from livechat.ui.switcher_choices import Choice, Command
from livechat.ui.switcher_elements import (
    FIRST_DIALOG,
    FIRST_OPTION,
    MAX_TYPED_CHARS,
    dialog,
    dialog_id,
    field,
    note,
    option_id,
    options,
    says,
    sheet,
)
from livechat.ui.switcher_finds import Finds
from livechat.ui.visits import Visits

MOST_OFFERED = 1_000
"""Lines that a click on its way may mean."""
LETTERS = 'k.л.κ.ל.ن'
"""What the key of the K writes on keyboards of other scripts."""


class Switcher:
    """Of one tab. Invariant: the browser shows `_sent`, with the lines `_choices`; nothing while there are no finds."""

    def __init__(self, session: Session, conversation: Conversation, *, go: Callable[[str], object], visits: Visits) -> None:
        """`go` opens an address in this tab."""
        self._session = session
        self._chat = session.chat
        self._conversation = conversation
        self._go = go
        self._visits = visits
        self._do: Callable[[Command], object] = lambda _: None
        self._turn = 0
        self._finds: Finds | None = None
        self._forget()

    def _forget(self) -> None:
        self._choices: Sequence[Choice] = ()
        self._chosen_of = ''
        self._chosen = ''
        self._numbers: dict[str, int] = {}
        self._offered: dict[int, Choice] = {}
        self._sent: Elements = {}
        self._is_draw_planned = False

    def serve(self, root: ui.element, do: Callable[[Command], object]) -> None:
        """`root`: what the whole page lies in; `do`: what does a command there."""
        self._do = do
        for modifier in ('ctrl', 'meta'):
            root.on(f'keydown.{LETTERS}.{modifier}.exact.prevent', self.open, [])

    def open(self) -> None:
        """Over whatever the page shows, with nothing typed. The first frame needs no query."""
        if not self._session.may_act:
            return
        self.end()
        self._session.show(dict.fromkeys(self._sent))  # of one that is closing, or that the browser lost
        self._forget()
        self._turn += 1
        finds = self._finds = Finds(self._session, self._conversation, self._visits, on_found=self._plan_draw)
        self._plan_draw()
        self._session.do(finds.load)

    @property
    def is_open(self) -> bool:
        return self._finds is not None

    def refresh(self) -> None:
        """What exists for this person is different."""
        self._plan_draw()

    def leave_room(self, room_id: RoomId) -> None:
        """At once, whatever waits in the queue: nothing is listed of a room that is not this person's any more."""
        finds = self._finds
        if finds is not None and any(choice.room_id == room_id for choice in self._choices):
            self._list(finds, self._chosen_of, [choice for choice in self._choices if choice.room_id != room_id])
        self._plan_draw()

    def close(self) -> None:
        """The focus goes back to where it was."""
        if self._finds is not None:
            self.end()
            self._session.show(dialog(self._turn, is_open=False))

    def end(self) -> None:
        """Nothing is shown any more, or the tab is gone."""
        if self._finds is not None:
            self._finds.end()
            self._finds = None

    def show_again(self) -> None:
        """After the frame was drawn anew, and some of what was sent was lost."""
        if self._finds is not None:
            sent, self._sent = self._sent, {}
            self._show(sent)

    # What the browser tells

    def hear(self, element_id: int, args: Sequence[Any]) -> bool:
        """An event of an element that exists in the browser alone; False: it is none of these."""
        kind, _, number = parse_id(element_id) or (None, 0, 0)
        if kind is not Kind.SHELL or not (Part.FIND <= number < Part.SWITCHER_GROUP or number >= FIRST_DIALOG):
            return False
        if self._session.may_act:
            self._heard(number, args[0] if args else None)
        return True

    def _heard(self, number: int, argument: object) -> None:
        if number == Part.FIND:
            self.open()
        elif number == FIRST_DIALOG + self._turn:
            self._hidden()
        elif self._finds is None:
            return
        elif number == Part.SWITCHER_FIELD:
            self._used(self._finds, argument)
        elif number in {Part.SWITCHER_CLOSE, Part.SWITCHER_SHEET, Part.SWITCHER_TOP}:
            self.close()
        elif (choice := self._offered.get(number - FIRST_OPTION)) is not None:
            self._take(choice)

    def _hidden(self) -> None:
        """Closed, whoever did it: the browser forgets it."""
        self.end()
        self._session.show({**dict.fromkeys(self._sent), dialog_id(self._turn): None, part(Part.SWITCHER): None})
        self._forget()

    def _used(self, finds: Finds, argument: object) -> None:
        """Something was typed, or a key pressed that is not for the field. Keys wait for what was typed before them to be drawn."""
        if isinstance(argument, str):
            text = ' '.join(argument[:MAX_TYPED_CHARS].split())
            if text != finds.text:
                finds.look_for(text)
                self._plan_draw()
            return
        key = '' if is_composing(argument) else pressed(argument)
        if key in ARROWS:
            self._session.do(lambda: self._move(finds, ARROWS[key]))
        elif key == 'Enter':
            self._session.do(lambda: self._enter(finds))

    async def _move(self, finds: Finds, step: int) -> None:
        if finds is self._finds and self._choices:
            keys = [choice.key for choice in self._choices]
            self._chosen = keys[(keys.index(self._chosen) + step) % len(keys)]
            self._show(self._elements(finds))
            run_method(self._session.client, self._option(self._chosen), 'scrollIntoView', {'block': 'nearest'})

    async def _enter(self, finds: Finds) -> None:
        if finds is self._finds:
            for choice in self._choices:
                if choice.key == self._chosen:
                    self._take(choice)

    def _take(self, choice: Choice) -> None:
        self.close()
        if choice.command is not None:
            self._do(choice.command)
        elif choice.person is not None:
            person = choice.person
            self._session.do(lambda: self._write_to(person))
        else:
            self._go(choice.path)
        if choice.searched:
            self._session.do(lambda: self._chat.search.remember(self._session.user, choice.searched))

    async def _write_to(self, person: UserId) -> None:
        room = await self._chat.rooms.direct(self._session.user, [person])
        self._go(room_path(room.slug))

    # What is shown

    def _plan_draw(self) -> None:
        """In the order of what is done in this tab; many at once are one."""
        finds = self._finds
        if finds is not None and not self._is_draw_planned:
            self._is_draw_planned = True
            self._session.do(lambda: self._draw(finds))

    async def _draw(self, finds: Finds) -> None:
        if finds is not self._finds:
            return
        self._is_draw_planned = False
        text = finds.text
        self._list(finds, text, await finds.choices())

    def _list(self, finds: Finds, text: str, choices: Sequence[Choice]) -> None:
        self._choices = choices
        if text != self._chosen_of or self._chosen not in {choice.key for choice in choices}:
            self._chosen_of, self._chosen = text, choices[0].key
        self._show(self._elements(finds))

    def _elements(self, finds: Finds) -> Elements:
        ids = [self._option(choice.key) for choice in self._choices]
        for choice in self._choices:
            self._offer(choice)
        chosen = self._option(self._chosen)
        return {
            **options(self._choices, ids, chosen),
            **field(chosen),
            **says(len(self._choices)),
            **note(finds.note),
            **sheet(),
            **dialog(self._turn, is_open=True),
        }

    def _show(self, elements: Elements) -> None:
        """Send what looks different, and take away what is gone."""
        gone: Elements = dict.fromkeys(self._sent.keys() - elements.keys())
        news = {which: definition for which, definition in elements.items() if self._sent.get(which) != definition}
        self._sent = elements
        self._session.show({**gone, **news})

    def _option(self, key: str) -> ElementId:
        """Always the same for the same thing, until it is closed: so a click means what was seen."""
        return option_id(self._numbers.setdefault(key, len(self._numbers)))

    def _offer(self, choice: Choice) -> None:
        number = self._numbers[choice.key]
        self._offered.pop(number, None)
        self._offered[number] = choice
        if len(self._offered) > MOST_OFFERED:
            del self._offered[next(iter(self._offered))]
