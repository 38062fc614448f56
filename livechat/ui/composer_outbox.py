"""Own messages on their way: shown at once when storing them takes a moment, marked when that failed.

What a person sends is with the server before anything can be shown of it: over a slow line the "sending" comes after one
round trip, together with the emptied box. From then on they see it, however long the database takes.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import count

from livechat.domain.attachment import Attachment, files_in_words
from livechat.domain.model import MessageNumber, RoomId
from livechat.ui.components.icons import icon
from livechat.ui.html import escape
from livechat.ui.session import Session
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import ElementId, Kind, element, element_id

SHOW_AFTER_S = 0.08
"""A commit of a few milliseconds shows the message itself; a flash of "sending" before it would only flicker."""
MOST_SENDING = 5
"""Shown as on their way; who writes faster than that sees the others when they are stored."""
_FIRST = 1_000
"""Numbers of the shell's elements that are messages on their way: four each, never used twice by a tab until it has sent many."""
_EACH = 4
_MOST = 10_000


class State(Enum):
    SENDING = auto()
    FAILED = auto()
    HELD = auto()
    """Until the person has said that so many people are to be told."""


@dataclass(slots=True, eq=False)
class Unsent:
    """One message that is not stored yet. Sent again it has the same client key: it is stored once."""

    room_id: RoomId
    body: str
    number: int
    """Of its element."""
    files: Sequence[Attachment] = ()
    reply_to: MessageNumber | None = None
    client_key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    state: State = State.SENDING
    shown: bool = False
    timer: asyncio.TimerHandle | None = None

    @property
    def is_command(self) -> bool:
        """It may do anything; it is no message until it has said so."""
        return self.body.startswith('/') and not self.body.startswith(('//', '/me '))


class Outbox:
    """Of one tab. Invariant: the browser shows those of the open room that are `shown`, in the order in which they were sent."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._all: list[Unsent] = []
        self._numbers = count()
        self._room_id: RoomId | None = None

    def open(self, room_id: RoomId | None) -> None:
        """Another room is open. What failed before, or waited for an answer, has gone into the draft of its room."""
        gone: Elements = {}
        for unsent in self._all:
            gone |= self._hide(unsent)
        self._all = [unsent for unsent in self._all if unsent.state is State.SENDING]
        self._room_id = room_id
        if gone:
            self._session.show({**gone, **self._list()})

    def add(self, room_id: RoomId, body: str, client_key: str, reply_to: MessageNumber | None, files: Sequence[Attachment] = ()) -> Unsent:
        """Shown after a moment, if it is not stored by then."""
        number = _FIRST + _EACH * (next(self._numbers) % _MOST)
        unsent = Unsent(room_id=room_id, body=body, client_key=client_key, reply_to=reply_to, number=number, files=files)
        self._all.append(unsent)
        if not unsent.is_command:
            unsent.timer = asyncio.get_running_loop().call_later(SHOW_AFTER_S, self._show, unsent)
        return unsent

    def done(self, unsent: Unsent) -> None:
        """It is stored, or its text is elsewhere: what was shown of it goes."""
        if unsent in self._all:
            self._all.remove(unsent)
        was_shown = unsent.shown
        gone = self._hide(unsent)
        if was_shown:
            self._session.show({**gone, **self._list()})

    def fail(self, unsent: Unsent) -> bool:
        """Refused for a passing reason: marked, with a way to send it again. False: its room is not open any more."""
        unsent.state = State.FAILED
        if unsent.room_id != self._room_id:
            self.done(unsent)
            return False
        self._show(unsent)
        return True

    def hold(self, unsent: Unsent) -> None:
        """Until the person has answered a question about it."""
        unsent.state = State.HELD
        self._cancel(unsent)
        was_shown = unsent.shown
        gone = self._hide(unsent)
        if was_shown:
            self._session.show({**gone, **self._list()})

    def again(self, unsent: Unsent) -> None:
        unsent.state = State.SENDING
        self._show(unsent)

    def is_held(self, unsent: Unsent) -> bool:
        """Whether it still waits for that answer."""
        return unsent.state is State.HELD and unsent in self._all

    @property
    def failed(self) -> Sequence[Unsent]:
        """Of the open room, in the order in which they were sent."""
        return [unsent for unsent in self._all if unsent.state is State.FAILED]

    def texts(self, room_id: RoomId | None) -> Sequence[str]:
        """What would be lost with the tab."""
        return [unsent.body for unsent in self._all if unsent.room_id == room_id and unsent.state is not State.SENDING and unsent.body]

    def pressed(self, number: int) -> tuple[Unsent, bool] | None:
        """The message whose button that is, and whether it says Retry; None when it is none of these, or gone."""
        for unsent in self.failed:
            if number - unsent.number in {_RETRY, _EDIT}:
                return unsent, number - unsent.number == _RETRY
        return None

    def show_again(self) -> None:
        """After the frame was drawn anew."""
        shown = [unsent for unsent in self._all if unsent.shown]
        if shown:
            self._session.show({**self._list(), **{which: each for unsent in shown for which, each in _elements(unsent).items()}})

    def close(self) -> None:
        for unsent in self._all:
            self._cancel(unsent)

    def _show(self, unsent: Unsent) -> None:
        self._cancel(unsent)
        if unsent.state is State.SENDING and not unsent.shown and sum(each.shown for each in self._all) >= MOST_SENDING:
            return
        if unsent.room_id == self._room_id and (not unsent.is_command or unsent.state is State.FAILED):
            unsent.shown = True
            self._session.show({**_elements(unsent), **self._list()})

    def _hide(self, unsent: Unsent) -> Elements:
        self._cancel(unsent)
        if not unsent.shown:
            return {}
        unsent.shown = False
        return {_id(unsent, place): None for place in range(_EACH)}

    def _cancel(self, unsent: Unsent) -> None:
        if unsent.timer is not None:
            unsent.timer.cancel()
            unsent.timer = None

    def _list(self) -> Elements:
        shown = [_id(unsent) for unsent in self._all if unsent.shown]
        return {part(Part.SENDING): element('ul', classes=['sending'], children=shown, aria_label='Being sent') if shown else None}


_TEXT, _RETRY, _EDIT = 1, 2, 3


def _id(unsent: Unsent, place: int = 0) -> ElementId:
    return element_id(Kind.SHELL, 0, unsent.number + place)


def _elements(unsent: Unsent) -> Elements:
    failed = unsent.state is State.FAILED
    state = 'Not sent' if failed else 'Sending …'
    files = f'<p class="muted">{icon("paperclip")}<bdi>{escape(files_in_words(unsent.files))}</bdi></p>' if unsent.files else ''
    html = f'<p class="body" dir="auto">{escape(unsent.body)}</p>{files}<span class="state">{state}</span>'
    buttons = [_id(unsent, _RETRY), _id(unsent, _EDIT)] if failed else []
    elements: Elements = {
        _id(unsent): element('li', classes=['unsent', 'failed'] if failed else ['unsent'], children=[_id(unsent, _TEXT), *buttons]),
        _id(unsent, _TEXT): element('div', html=html),
    }
    if failed:
        for place, word in ((_RETRY, 'Retry'), (_EDIT, 'Edit')):
            elements[_id(unsent, place)] = element('button', classes=['again'], html=word, type_='button', on={'click': []})
    return elements
