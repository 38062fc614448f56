"""Who is online, and where. Pure: no clock, no task; the tick brings the time and takes the changes."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from livechat.domain.model import RoomId, TabId, UserId

Change = tuple[UserId, RoomId | None]
"""Whether the person is here in that room has changed; without a room: whether they are online at all."""


@dataclass(slots=True)
class _Tab:
    user_id: UserId
    room_id: RoomId | None


class Presence:
    """Tabs of people. A person is online while any tab of theirs is, and here in a room while one has it open.

    A tab whose socket closed counts for `grace_s` more: a reload is no leave, nor is a short loss of the network.
    Invariant: `_online` and `_here` hold exactly the tabs of `_tabs`, and no empty set.
    """

    def __init__(self, grace_s: float) -> None:
        self._grace_s = grace_s
        self._tabs: dict[TabId, _Tab] = {}
        self._closing: dict[TabId, float] = {}  # deadline of each tab without a socket, soonest first
        self._online: dict[UserId, set[TabId]] = {}
        self._here: dict[tuple[UserId, RoomId], set[TabId]] = {}
        self._before: dict[Change, bool] = {}  # what was true when the changes were last taken

    @property
    def online(self) -> AbstractSet[UserId]:
        return self._online.keys()

    def is_online(self, user_id: UserId) -> bool:
        return user_id in self._online

    def is_here(self, user_id: UserId, room_id: RoomId) -> bool:
        return (user_id, room_id) in self._here

    def connect(self, user_id: UserId, tab_id: TabId, room_id: RoomId | None) -> None:
        """A tab has a socket, for the first time or again."""
        self._closing.pop(tab_id, None)
        tab = self._tabs.get(tab_id)
        if tab is not None and tab.user_id != user_id:
            self.leave(tab_id)
            tab = None
        if tab is not None:
            self.move(tab_id, room_id)
            return
        self._tabs[tab_id] = _Tab(user_id, None)
        self._note((user_id, None), was=user_id in self._online)
        self._online.setdefault(user_id, set()).add(tab_id)
        self.move(tab_id, room_id)

    def move(self, tab_id: TabId, room_id: RoomId | None) -> None:
        """The tab shows another room, or none. An unknown tab is ignored: it left before."""
        tab = self._tabs.get(tab_id)
        if tab is None or tab.room_id == room_id:
            return
        if tab.room_id is not None:
            self._drop_here(tab.user_id, tab.room_id, tab_id)
        tab.room_id = room_id
        if room_id is not None:
            place = (tab.user_id, room_id)
            self._note(place, was=place in self._here)
            self._here.setdefault(place, set()).add(tab_id)

    def disconnect(self, tab_id: TabId, now: float) -> None:
        """The tab's socket closed: it leaves after the grace, unless it connects again. Told twice, the first time counts."""
        if tab_id in self._tabs:
            self._closing.setdefault(tab_id, now + self._grace_s)

    def leave(self, tab_id: TabId) -> None:
        """The tab is gone for good: signed out, or its grace is over."""
        self._closing.pop(tab_id, None)
        if tab_id not in self._tabs:
            return
        self.move(tab_id, None)
        user_id = self._tabs.pop(tab_id).user_id
        self._note((user_id, None), was=True)
        self._online[user_id].discard(tab_id)
        if not self._online[user_id]:
            del self._online[user_id]

    def expire(self, now: float) -> None:
        """End every grace that is over."""
        while self._closing:
            tab_id, deadline = next(iter(self._closing.items()))
            if deadline > now:
                return
            self.leave(tab_id)

    def take_changes(self) -> frozenset[Change]:
        """What has changed since this was last called; nothing that has changed back since."""
        changes = frozenset(change for change, was in self._before.items() if self._is(change) is not was)
        self._before.clear()
        return changes

    def _drop_here(self, user_id: UserId, room_id: RoomId, tab_id: TabId) -> None:
        place = (user_id, room_id)
        self._note(place, was=True)
        self._here[place].discard(tab_id)
        if not self._here[place]:
            del self._here[place]

    def _note(self, change: Change, *, was: bool) -> None:
        self._before.setdefault(change, was)

    def _is(self, change: Change) -> bool:
        user_id, room_id = change
        return self.is_online(user_id) if room_id is None else self.is_here(user_id, room_id)
