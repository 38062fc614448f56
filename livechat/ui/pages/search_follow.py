"""What happens to the messages that a search of one tab shows, told by their rooms."""

import asyncio
from collections.abc import Callable, Collection, Sequence

from nicegui import background_tasks

from livechat.domain.events import Event, MessageAmended, MessageDeleted, MessageEdited, MessageRestored, room_topic
from livechat.domain.message import Message
from livechat.domain.model import RoomId
from livechat.domain.ports import Subscription
from livechat.domain.search import Hit
from livechat.domain.search_ports import Place
from livechat.ui.pages.search_list import place_of
from livechat.ui.session import Session

_KINDS = (MessageAmended, MessageDeleted, MessageEdited, MessageRestored)
LOOK_AGAIN_S = 1.0
"""At most this often what was found is looked for again: each time is a whole search."""


class HitWatch:
    """One task per room that is followed; lost with it: only that what is shown follows its messages.

    Invariant: the rooms of all messages in `_known` are followed, from before these messages were read.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.on_gone: Callable[[Place], object] = lambda _: None
        """Called at once with a message that was deleted and is shown."""
        self.on_stale: Callable[[], object] = lambda: None
        """Called when what is shown is to be looked for again, with LOOK_AGAIN_S in between."""
        self._followed: dict[RoomId, Subscription] = {}
        self._known: dict[Place, Message] = {}
        """As they were heard of last: what is shown, and what was and may be again. A deletion can be taken back, an edit undone."""
        self._shown: Collection[Place] = ()
        self._meanwhile: dict[Place, Message] | None = None
        """What changed while an answer is on its way, which may have been read before; None: none is."""
        self._timer: asyncio.TimerHandle | None = None
        self._not_before = 0.0

    def begin(self, room_id: RoomId | None) -> None:
        """A search begins, in that room or in all."""
        self._meanwhile = {}
        if room_id is not None:
            self._follow({room_id})

    def reads(self, hits: Sequence[Hit]) -> bool:
        """It found these: whether they have to be read again, because a room of theirs was not followed before."""
        return self._follow({hit.room.id for hit in hits})

    def compare(self, before: Sequence[Hit], now: Sequence[Hit]) -> None:
        """They were read again: what became another in between may be no answer any more, and no event tells of it."""
        if [_looks(hit.message) for hit in before] != [_looks(hit.message) for hit in now]:
            self.plan()

    def settled(self, hits: Sequence[Hit]) -> list[Hit]:
        """Its answer as it may be shown: without what was deleted since it was read."""
        meanwhile, self._meanwhile = self._meanwhile or {}, None
        changed = {
            place: meanwhile[place] for hit in hits if (place := place_of(hit)) in meanwhile and _is_news(meanwhile[place], hit.message)
        }
        if changed:
            self.plan()
        return [hit for hit in hits if not (place_of(hit) in changed and changed[place_of(hit)].deleted)]

    def shows(self, hits: Sequence[Hit], *, is_other: bool) -> None:
        """These are shown now. `is_other`: as the answer to another question."""
        if is_other:
            self._known.clear()
        shown = {place_of(hit): hit.message for hit in hits}
        self._known.update(shown)
        self._shown = shown.keys()
        self._only({room_id for room_id, _ in self._known})

    def leave_room(self, room_id: RoomId) -> None:
        self._known = {place: message for place, message in self._known.items() if place[0] != room_id}
        self._only(self._followed.keys() - {room_id})

    def plan(self) -> None:
        """To look again: now, or a while after the last time."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time(), self._not_before), self._look_again)

    def end(self) -> None:
        """Nothing is shown any more."""
        self._known.clear()
        self._shown, self._meanwhile = (), None
        self._only(())
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_again(self) -> None:
        self._timer = None
        self._not_before = asyncio.get_running_loop().time() + LOOK_AGAIN_S
        self.on_stale()

    def _follow(self, rooms: Collection[RoomId]) -> bool:
        news = [room_id for room_id in rooms if room_id not in self._followed]
        for room_id in news:
            subscription = self._followed[room_id] = self._session.chat.backplane.subscribe(room_topic(room_id), kinds=_KINDS)
            background_tasks.create(self._read(room_id, subscription), name=f'search of {self._session.tab_id} in room {room_id}')
        return bool(news)

    def _only(self, rooms: Collection[RoomId]) -> None:
        for room_id in self._followed.keys() - set(rooms):
            self._followed.pop(room_id).close()

    async def _read(self, room_id: RoomId, subscription: Subscription) -> None:
        try:
            async for event in subscription:
                if not self._session.may_act:
                    break
                self._heard(event)
        finally:
            subscription.close()
            if self._followed.get(room_id) is subscription:  # it ended by itself: with the next answer it is followed anew
                del self._followed[room_id]

    def _heard(self, event: Event) -> None:
        if not isinstance(event, _KINDS):  # some were missed
            self.plan()
            return
        message = event.message
        place = message.room_id, message.number
        if self._meanwhile is not None:
            self._meanwhile[place] = message
        if place in self._known and _is_news(message, self._known[place]):
            self._known[place] = message
            self.plan()
            if message.deleted and place in self._shown:
                self.on_gone(place)


def _is_news(message: Message, shown: Message) -> bool:
    """Whether it is a later one, and another in what a search shows or asks for: reactions and cards are not."""
    return message.changed_seq > shown.changed_seq and _looks(message) != _looks(shown)


def _looks(message: Message) -> tuple[object, ...]:
    return message.deleted, message.body, [file.name for file in message.files], message.pinned_at is None
