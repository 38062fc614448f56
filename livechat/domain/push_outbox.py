"""What waits to be pushed to people outside the browser: one parcel per person and room at a time. Pure."""

from dataclasses import dataclass

from livechat.domain.message import Message
from livechat.domain.model import RoomId, UserId

Address = tuple[UserId, RoomId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    user_id: UserId
    room_id: RoomId
    messages: tuple[Message, ...]
    """At least one, oldest first."""


@dataclass(slots=True)
class _Waiting:
    due: float
    messages: list[Message]


class PushOutbox:
    """After a parcel for somebody about a room the next one waits `pause_s`, and holds whatever was said meanwhile."""

    def __init__(self, *, pause_s: float, capacity: int) -> None:
        self._pause_s = pause_s
        self._capacity = capacity
        self._waiting: dict[Address, _Waiting] = {}
        self._paused_until: dict[Address, float] = {}  # soonest first

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, user_id: UserId, message: Message, *, due: float) -> bool:
        """Not to be sent before `due`. False when too much is waiting: it was dropped."""
        address = user_id, message.room_id
        waiting = self._waiting.get(address)
        if waiting is not None:
            waiting.messages.append(message)
            return True
        if len(self._waiting) >= self._capacity:
            return False
        self._waiting[address] = _Waiting(due, [message])
        return True

    def changed(self, message: Message) -> None:
        """It was edited or deleted before it was sent."""
        for address, waiting in list(self._waiting.items()):
            if address[1] == message.room_id:
                current = [message if each.number == message.number else each for each in waiting.messages]
                waiting.messages = [each for each in current if not each.deleted]
                if not waiting.messages:
                    del self._waiting[address]

    def forget(self, user_id: UserId, room_id: RoomId) -> None:
        self._waiting.pop((user_id, room_id), None)

    def forget_room(self, room_id: RoomId) -> None:
        self._waiting = {address: waiting for address, waiting in self._waiting.items() if address[1] != room_id}

    def take(self, now: float) -> Parcel | None:
        """The next one that is due, in the order in which they began to wait. It counts as sent, unless `not_sent` says otherwise."""
        self._end_pauses(now)
        for address, waiting in self._waiting.items():
            if waiting.due <= now and address not in self._paused_until:
                del self._waiting[address]
                self._paused_until[address] = now + self._pause_s
                user_id, room_id = address
                return Parcel(user_id=user_id, room_id=room_id, messages=tuple(waiting.messages))
        return None

    def not_sent(self, parcel: Parcel) -> None:
        """It was not for now: whatever comes next need not wait."""
        self._paused_until.pop((parcel.user_id, parcel.room_id), None)

    def _end_pauses(self, now: float) -> None:
        while self._paused_until:
            address, until = next(iter(self._paused_until.items()))
            if until > now:
                return
            del self._paused_until[address]
