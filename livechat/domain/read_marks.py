"""How far the followed members of one room have read, and what that leaves them to read. Pure."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from livechat.domain.events import MessageDeleted, MessageEdited, MessagePosted, MessageRestored
from livechat.domain.message import MessageKind
from livechat.domain.model import MessageNumber, RoomId, Seq, Unread, UserId

MessageEvent = MessagePosted | MessageEdited | MessageDeleted | MessageRestored
"""What can change counts: reactions, pins and cards do not."""


class Effect(Enum):
    """What an event does to somebody's counts."""

    NONE = auto()
    COUNTS = auto()
    """Another number of unread messages; there were and there are some."""
    NEWS = auto()
    """The first unread one, none any more, or another number of mentions."""
    DOUBT = auto()
    """Perhaps another number of mentions: only the store can tell."""


@dataclass(slots=True)
class Mark:
    """How far somebody has read who does not read now.

    Invariant: `unread` and `mentions` are what the store counts after `last_read`, as of `seq`; doubtful ones are being counted.
    """

    last_read: MessageNumber
    unread: int
    mentions: int
    seq: Seq

    def take(self, user_id: UserId, event: MessageEvent, spoken_to: Container[UserId]) -> Effect:
        """Exact without a query wherever that can be: only what an edit or a deletion does to mentions is not in the event.

        `spoken_to` are the message's mentions: a group in a large room is not searched once for each of its members.
        """
        message = event.message
        if event.seq <= self.seq or message.number <= self.last_read or message.author.id == user_id or message.kind is MessageKind.SYSTEM:
            return Effect.NONE
        self.seq = event.seq
        match event:
            case MessagePosted() | MessageRestored():
                self.unread += 1
                if user_id in spoken_to:
                    self.mentions += 1
                    return Effect.NEWS
                return Effect.NEWS if self.unread == 1 else Effect.COUNTS
            case MessageDeleted():
                self.unread -= 1
                return Effect.DOUBT if self.mentions else Effect.COUNTS if self.unread else Effect.NEWS
            case MessageEdited():
                return Effect.DOUBT if self.mentions or user_id in spoken_to else Effect.NONE


class RoomMarks:
    """The followed members of one room: who reads it now, and the others, each with a mark.

    Whoever reads costs nothing when something is posted: their mark is the newest message, for all of them the same.
    Invariant: nobody is in `reading` and in `waiting`; `doubtful` are some of `waiting`; `newest` is as of `seq`, unless `lost`.
    """

    def __init__(self, room_id: RoomId, newest: MessageNumber, seq: Seq) -> None:
        self.room_id = room_id
        self.newest = newest
        self.seq = seq
        self.reading: set[UserId] = set()
        self.waiting: dict[UserId, Mark] = {}
        self.doubtful: set[UserId] = set()
        self.lost = False
        """Events may be missing: the newest message has to be asked for, then everybody's counts."""

    @property
    def is_empty(self) -> bool:
        return not self.reading and not self.waiting

    def take(self, event: MessageEvent, shows_number: Container[UserId]) -> list[UserId]:
        """Who is to be told: news, or another number where that is shown."""
        if event.seq > self.seq:
            self.seq = event.seq
            self.newest = max(self.newest, event.message.number)
        told, spoken_to = [], frozenset(event.message.mentions)
        for user_id, mark in self.waiting.items():
            effect = mark.take(user_id, event, spoken_to)
            if effect is Effect.DOUBT:
                self.doubtful.add(user_id)
            elif effect is Effect.NEWS or (effect is Effect.COUNTS and user_id in shows_number):
                told.append(user_id)
        return told

    def unread(self, user_id: UserId) -> Unread | None:
        """None for whoever is not followed here."""
        if user_id in self.reading:
            return Unread(room_id=self.room_id, last_read=self.newest, unread=0, mentions=0)
        mark = self.waiting.get(user_id)
        if mark is None:
            return None
        return Unread(room_id=self.room_id, last_read=mark.last_read, unread=mark.unread, mentions=mark.mentions)

    def start_reading(self, user_id: UserId) -> Mark | None:
        """The mark that it ends; None for whoever has none, who reads already or does not belong here."""
        mark = self.waiting.pop(user_id, None)
        if mark is not None:
            self.doubtful.discard(user_id)
            self.reading.add(user_id)
        return mark

    def stop_reading(self, user_id: UserId) -> bool:
        """Whether they did."""
        if user_id not in self.reading:
            return False
        self.reading.remove(user_id)
        self.waiting[user_id] = Mark(self.newest, 0, 0, self.seq)
        return True

    def rewind(self, user_id: UserId, last_read: MessageNumber) -> bool:
        """As if they had read up to there and no further. Whether they belong here."""
        self.stop_reading(user_id)
        mark = self.waiting.get(user_id)
        if mark is None:
            return False
        mark.last_read = last_read
        self.doubtful.add(user_id)
        return True

    def remove(self, user_id: UserId) -> None:
        self.reading.discard(user_id)
        self.waiting.pop(user_id, None)
        self.doubtful.discard(user_id)

    def take_doubtful(self) -> Mapping[UserId, MessageNumber]:
        """For whom to ask the store, and from where on it should count; they are doubtful no more."""
        asked = {user_id: self.waiting[user_id].last_read for user_id in self.doubtful}
        self.doubtful.clear()
        return asked

    def doubt(self, people: Iterable[UserId]) -> None:
        """They have to be counted again, those who are still here."""
        self.doubtful.update(user_id for user_id in people if user_id in self.waiting)

    def counted(self, seq: Seq, counts: Mapping[UserId, Unread], since: Iterable[MessageEvent]) -> list[UserId]:
        """The store's answer, and what came in while it was asked. Whose it was to count.

        Who moved meanwhile keeps what they have; whatever casts doubt on the answer leaves them doubtful.
        """
        since = list(since)
        answered = []
        for user_id, unread in counts.items():
            mark = self.waiting.get(user_id)
            if mark is not None and mark.last_read == unread.last_read:
                self._replay(user_id, mark, seq, unread, since)
                answered.append(user_id)
        return answered

    def wait(self, user_id: UserId, seq: Seq, unread: Unread, since: Iterable[MessageEvent]) -> None:
        """Somebody belongs here from now on."""
        mark = self.waiting[user_id] = Mark(unread.last_read, 0, 0, seq)
        self._replay(user_id, mark, seq, unread, since)

    def catch_up(self, newest: MessageNumber, seq: Seq) -> None:
        """What the store says of the room after events were lost."""
        self.newest, self.seq = max(self.newest, newest), max(self.seq, seq)
        self.doubtful.update(self.waiting)

    def _replay(self, user_id: UserId, mark: Mark, seq: Seq, unread: Unread, since: Iterable[MessageEvent]) -> None:
        mark.unread, mark.mentions, mark.seq = unread.unread, unread.mentions, seq
        for event in since:
            if mark.take(user_id, event, event.message.mentions) is Effect.DOUBT:
                self.doubtful.add(user_id)
