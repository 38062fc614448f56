"""A tab's place in a room: which pages its browser holds and whether it follows the newest message."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from livechat.domain.model import Seq, UserId
from livechat.ui.audience import Audience, RoomHtml
from livechat.ui.shell import Elements
from livechat.ui.stream import Frame, StreamSocket, encode

WINDOW_PAGES = 6
"""About 300 messages: with 2,000 an append costs 60 ms of browser time."""


@dataclass(slots=True, eq=False)
class Group:
    """The readers of one room who share an audience. `followers` get appends; all `readers` get changes."""

    html: RoomHtml
    readers: set['Reader'] = field(default_factory=set)
    followers: set['Reader'] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Reader:
    """Invariant: the browser holds pages `low` to `high`; page `live`, if any, with one element per message up to `seen`."""

    user_id: UserId
    audience: Audience
    socket: StreamSocket | None = None
    group: Group | None = None
    low: int = 0
    high: int = 0
    live: int | None = None
    seen: int = 0
    following: bool = False
    people_filter: str = ''
    known_seq: Seq | None = None
    """While the browser is away: what is sure to have reached it."""
    lost_at: float = 0.0
    moved_at: float = 0.0
    """When the window was last another one (monotonic, s): a browser lost soon after may not have got it."""
    on_alone: Callable[[], object] = lambda: None
    """Called when its person became the only member of the room, or is not any more."""
    extra_people: frozenset[UserId] = frozenset()
    """Whom only this tab was sent, by its filter."""

    @property
    def pages(self) -> range:
        return range(self.low, self.high + 1)

    def send(self, frame: Frame) -> bool:
        """Write to the tab; a lost one gets nothing until it is back and catches up."""
        if self.socket is None:
            return False
        if self.socket.send(frame):
            return True
        self.socket = None
        return False

    def show(self, elements: Elements) -> bool:
        return self.send(encode(elements))


def send_all(groups: Iterable[Group], frame: Frame) -> None:
    """The same bytes to every reader."""
    for group in groups:
        for reader in group.readers:
            reader.send(frame)
