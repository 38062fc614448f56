"""Small cards that tell of something elsewhere: at most three, each gone after a while, said aloud once and politely."""

import asyncio

from livechat.domain.message import words_of
from livechat.domain.model import RoomId
from livechat.domain.notices import Notified, Occasion
from livechat.ui.components.icons import icon
from livechat.ui.door_pages import asset
from livechat.ui.html import avatar, escape, room_path
from livechat.ui.room_words import room_name
from livechat.ui.session import Session
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import ElementId, Kind, element, element_id

SHOWN_S = 8.0
MOST = 3
MAX_TEXT_CHARS = 140
_FIRST, _LAST = 200, 299
"""Numbers of the shell's elements that are toasts and their buttons: even and odd ones, used in turn."""


def is_toast(number: int) -> bool:
    return _FIRST <= number <= _LAST


class Toasts:
    """Of one tab; its session's preferences say whether they sound."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._shown: dict[int, tuple[RoomId, asyncio.TimerHandle]] = {}
        self._next = _FIRST
        self._sounds = 0

    def add(self, event: Notified) -> None:
        gone: Elements = {}
        while len(self._shown) >= MOST:
            gone |= self._take(next(iter(self._shown)))
        number, self._next = self._next, self._next + 2 if self._next + 2 < _LAST else _FIRST
        self._shown[number] = (event.room.id, asyncio.get_running_loop().call_later(SHOWN_S, self.close, number))
        self._session.show({**gone, **_toast(number, event), **self._list()})
        if self._session.user.preferences.sound:
            self._sound()

    def close(self, number: int) -> None:
        """Its time is over, or its button was pressed."""
        number -= number % 2
        if number in self._shown:
            self._session.show({**self._take(number), **self._list()})

    def forget(self, room_id: RoomId) -> None:
        """That room is open now."""
        for number in [number for number, (room, _) in self._shown.items() if room == room_id]:
            self.close(number)

    def show_again(self) -> None:
        """After the frame was drawn anew: none of them is left."""
        gone: Elements = {}
        for number in list(self._shown):
            gone |= self._take(number)
        self._session.show({**gone, **self._list()})

    def end(self) -> None:
        for _, timer in self._shown.values():
            timer.cancel()
        self._shown.clear()

    def _take(self, number: int) -> Elements:
        self._shown.pop(number)[1].cancel()
        return dict.fromkeys((_id(number), _id(number + 1), _link_id(number)))

    def _list(self) -> Elements:
        return {part(Part.TOASTS): toast_list(*(_id(number) for number in self._shown))[part(Part.TOASTS)]}

    def _sound(self) -> None:
        """By `autoplay`, which browsers that want a click first refuse in silence. Another address starts the same file again."""
        self._sounds += 1
        again = f'#t=0.{self._sounds % 2}'
        self._session.show({part(Part.SOUND): element('audio', src=asset('soft.wav') + again, autoplay=True, aria_hidden='true')})


def toast_list(*toasts: ElementId) -> Elements:
    return {
        part(Part.TOASTS): element(
            'div', classes=['toasts'], children=toasts, role='status', aria_live='polite', aria_label='Notifications'
        )
    }


def _id(number: int) -> ElementId:
    return element_id(Kind.SHELL, 0, number)


def _link_id(number: int) -> ElementId:
    return element_id(Kind.SHELL, 0, number + _LAST)


def _toast(number: int, event: Notified) -> Elements:
    by = event.by
    text = words_of(event.text).strip().split('\n', 1)[0][:MAX_TEXT_CHARS]
    html = (
        f'{avatar(by, size="small")}<span class="what"><b dir="auto">{escape(_what(event))}</b>'
        f'<span class="text" dir="auto">{escape(text)}</span></span>'
    )
    close = element('button', classes=['icon'], html=icon('close'), aria_label='Close', title='Close', type_='button', on={'click': []})
    return {
        _link_id(number): element('a', html=html, href=room_path(event.room.slug, event.number or None)),
        _id(number + 1): close,
        _id(number): element('div', classes=['toast'], children=[_link_id(number), _id(number + 1)]),
    }


def _what(event: Notified) -> str:
    """Bo mentioned you in # weekend; Bo in # weekend; Bo."""
    room, who = event.room, event.by.display_name
    match event.occasion:
        case Occasion.MENTIONED:
            return f'{who} mentioned you' if room.is_direct else f'{who} mentioned you in {room_name(room)}'
        case Occasion.ADDED:
            return f'{who} wrote to you' if room.is_direct else f'{who} added you to {room_name(room)}'
        case Occasion.WROTE:
            if room.is_direct:
                return who if event.title == who else f'{who} · {event.title}'
            return f'{who} in {room_name(room)}'
