"""Who has read what, of all people with a tab open: pure. No clock, no task, no store; `unread.py` is the shell around it."""

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager

from livechat.domain.follower import Follower
from livechat.domain.inquiry import Inquiries, Inquiry, Place
from livechat.domain.model import MessageNumber, RoomId, Seq, TabId, Unread, UserId
from livechat.domain.read_marks import MessageEvent, RoomMarks


class Reading:
    """Invariant: what it says of a follower's room is what the store would count from that person's mark, as of the last event.

    Marks that the store has not seen yet are `unsaved`: they count, not the stored ones. Rooms nobody follows take no memory.
    """

    def __init__(self, shows_number: Callable[[RoomId], Container[UserId]]) -> None:
        """Given who is shown the number of unread messages of a room: others are shown only whether there are any."""
        self._shows_number = shows_number
        self._people: dict[UserId, Follower] = {}
        self._rooms: dict[RoomId, RoomMarks] = {}
        self._inquiries = Inquiries()
        self._unloaded: set[UserId] = set()
        self._unsure: set[RoomId] = set()
        self._unsaved: dict[Place, MessageNumber] = {}
        self._passed: set[RoomId] = set()  # rooms whose readers' marks moved on with the newest message
        self._untold: dict[Place, None] = {}  # in order

    # What is asked

    def of(self, user_id: UserId) -> Mapping[RoomId, Unread]:
        """Empty for whoever is not followed."""
        person = self._people.get(user_id)
        found = (self.one(room_id, user_id) for room_id in person.rooms) if person else ()
        return {unread.room_id: unread for unread in found if unread is not None}

    def follows(self, user_id: UserId) -> bool:
        return user_id in self._people

    def one(self, room_id: RoomId, user_id: UserId) -> Unread | None:
        room = self._rooms.get(room_id)
        return room.unread(user_id) if room else None

    def readers(self, room_id: RoomId) -> AbstractSet[UserId]:
        """Who has the newest message of the room in view. A view, not to be kept."""
        room = self._rooms.get(room_id)
        return room.reading if room else frozenset()

    def newest(self, room_id: RoomId) -> MessageNumber:
        """0 in a room that nobody follows."""
        room = self._rooms.get(room_id)
        return room.newest if room else MessageNumber(0)

    # What people do

    def follow(self, user_id: UserId, tab_id: TabId) -> None:
        if user_id not in self._people:
            self._people[user_id] = Follower()
            self._unloaded.add(user_id)
        self._people[user_id].tabs.setdefault(tab_id, None)

    def unfollow(self, user_id: UserId, tab_id: TabId) -> None:
        """Idempotent. With the last tab the person is forgotten, but not their unsaved marks."""
        person = self._people.get(user_id)
        if person is None:
            return
        self.reads(user_id, tab_id, None)
        person.tabs.pop(tab_id, None)
        if not person.tabs:
            for room_id in person.rooms:
                self._forget(room_id, user_id)
            del self._people[user_id]
            self._unloaded.discard(user_id)

    def reads(self, user_id: UserId, tab_id: TabId, room_id: RoomId | None) -> None:
        """Which room's newest message the tab has in view. An unknown tab is ignored: it is gone."""
        person = self._people.get(user_id)
        if person is None or tab_id not in person.tabs or person.tabs[tab_id] == room_id:
            return
        before, person.tabs[tab_id] = person.tabs[tab_id], room_id
        if before is not None and not person.reads(before):
            self._stop(before, user_id)
        if room_id is not None:
            self._start(room_id, user_id)

    def mark_read(self, room_id: RoomId, user_id: UserId) -> None:
        """Up to the newest message."""
        self._start(room_id, user_id)
        person = self._people.get(user_id)
        if person is None or not person.reads(room_id):
            self._stop(room_id, user_id)

    def mark_unread_from(self, room_id: RoomId, user_id: UserId, number: MessageNumber) -> None:
        """A tab that reads the room does not any more, until it says so anew."""
        room, person = self._rooms.get(room_id), self._people.get(user_id)
        if room is None or person is None:
            return
        last_read = MessageNumber(number - 1)
        if room.rewind(user_id, last_read):
            person.look_away(room_id)
            self._unsure.add(room_id)
            self._unsaved[room_id, user_id] = last_read

    # What happens

    def take(self, event: MessageEvent) -> None:
        self._inquiries.happened(event)
        room = self._rooms.get(event.room_id)
        if room is None:
            return
        for user_id in room.take(event, self._shows_number(event.room_id)):
            self._untold[event.room_id, user_id] = None
        if room.doubtful:
            self._unsure.add(event.room_id)
        if room.reading:
            self._passed.add(event.room_id)

    def lost_track(self, room_id: RoomId) -> None:
        """Events of the room may be missing."""
        self._inquiries.lost(room_id)
        room = self._rooms.get(room_id)
        if room is not None:
            room.lost = True
            self._unsure.add(room_id)

    def joined(self, room_id: RoomId, user_id: UserId) -> None:
        self._inquiries.moved((room_id, user_id))
        person = self._people.get(user_id)
        if person is not None and room_id not in person.rooms:
            self._unloaded.add(user_id)

    def left(self, room_id: RoomId, user_id: UserId) -> None:
        self._inquiries.moved((room_id, user_id))
        self._unsaved.pop((room_id, user_id), None)
        self._untold.pop((room_id, user_id), None)
        person = self._people.get(user_id)
        if person is not None:
            person.look_away(room_id)
            person.rooms.discard(room_id)
            self._forget(room_id, user_id)

    def room_deleted(self, room_id: RoomId) -> None:
        self._inquiries.deleted(room_id)
        room = self._rooms.get(room_id)
        for user_id in [*room.reading, *room.waiting] if room else ():
            self.left(room_id, user_id)
        self._unsaved = {place: number for place, number in self._unsaved.items() if place[0] != room_id}

    def show(self, room_id: RoomId, user_id: UserId) -> None:
        """Tell them the present number, as what they are shown of it is another now."""
        if self.one(room_id, user_id) is not None:
            self._untold[room_id, user_id] = None

    # What the shell has to do: ask the store, tell people, save marks

    @property
    def has_work(self) -> bool:
        return bool(self._unsure or self.newcomers)

    @property
    def newcomers(self) -> Collection[UserId]:
        """Followers who joined a room that nobody asked the store about yet."""
        return [user_id for user_id in self._unloaded if self._people[user_id].loaded]

    @property
    def news(self) -> int:
        """How many places people are to be told about."""
        return len(self._untold)

    def inquiring(self) -> AbstractContextManager[Inquiry]:
        """Within it the store is asked, and its answer handed in."""
        return self._inquiries.one()

    @property
    def unloaded(self) -> AbstractSet[UserId]:
        """Newcomers, and followers who are new themselves."""
        return self._unloaded

    def unknown(self, rooms: Iterable[RoomId]) -> Collection[RoomId]:
        """Of which the newest message has to be asked for."""
        return [room_id for room_id in rooms if room_id not in self._rooms]

    def loaded(
        self,
        user_id: UserId,
        found: Mapping[RoomId, tuple[Seq, Unread]],
        newest: Mapping[RoomId, tuple[MessageNumber, Seq]],
        since: Inquiry,
    ) -> None:
        """The store's answer about one person and about rooms that were unknown. Who moved meanwhile stays unloaded."""
        person = self._people.get(user_id)
        if person is None:
            return
        complete = all(mover != user_id for _, mover in since.moved)
        for room_id, (seq, unread) in found.items():
            if room_id in person.rooms or room_id in since.deleted or (room_id, user_id) in since.moved:
                continue
            if self._room(room_id, newest.get(room_id), since) is None:
                complete = False
                continue
            self._add(room_id, user_id, (seq, unread), since)
            if person.loaded:
                self._untold[room_id, user_id] = None
        person.loaded = True
        if complete:
            self._unloaded.discard(user_id)

    def take_unsure(self) -> RoomMarks | None:
        """A room about which the store is to be asked; whoever asks in vain hands it to `unsure_still`."""
        while self._unsure:
            room = self._rooms.get(self._unsure.pop())
            if room is not None:
                return room
        return None

    def unsure_still(self, room: RoomMarks) -> None:
        self._unsure.add(room.room_id)

    def counted(self, room: RoomMarks, seq: Seq, counts: Mapping[UserId, Unread], since: Inquiry) -> None:
        for user_id in room.counted(seq, counts, since.of(room.room_id)):
            self._untold[room.room_id, user_id] = None
        if room.doubtful:
            self._unsure.add(room.room_id)

    def caught_up(self, room: RoomMarks, newest: MessageNumber, seq: Seq) -> None:
        room.catch_up(newest, seq)
        self._passed.add(room.room_id)
        self._unsure.add(room.room_id)

    def take_news(self, limit: int) -> list[tuple[UserId, Unread]]:
        """Whom to tell what, each place once, the oldest news first; nothing about rooms that people have left."""
        places = [place for place, _ in zip(self._untold, range(limit), strict=False)]
        for place in places:
            del self._untold[place]
        return [(user_id, unread) for room_id, user_id in places if (unread := self.one(room_id, user_id)) is not None]

    def unsaved(self) -> Mapping[Place, MessageNumber]:
        """Marks to be stored, then handed to `saved`."""
        for room_id in self._passed & self._rooms.keys():
            room = self._rooms[room_id]
            self._unsaved.update({(room_id, user_id): room.newest for user_id in room.reading})
        self._passed.clear()
        return dict(self._unsaved)

    def saved(self, marks: Mapping[Place, MessageNumber]) -> None:
        self._inquiries.saved(marks)
        for place, number in marks.items():
            if self._unsaved.get(place) == number:
                del self._unsaved[place]

    def _start(self, room_id: RoomId, user_id: UserId) -> None:
        room = self._rooms.get(room_id)
        mark = room.start_reading(user_id) if room else None
        if room is None or mark is None:
            return
        if mark.last_read != room.newest:
            self._unsaved[room_id, user_id] = room.newest
        if mark.unread or mark.mentions:  # of a deleted message they may still be in doubt
            self._untold[room_id, user_id] = None

    def _stop(self, room_id: RoomId, user_id: UserId) -> None:
        room = self._rooms.get(room_id)
        if room is not None and room.stop_reading(user_id):
            self._unsaved[room_id, user_id] = room.newest

    def _room(self, room_id: RoomId, newest: tuple[MessageNumber, Seq] | None, since: Inquiry) -> RoomMarks | None:
        """None when it was known as the store was asked, and is forgotten since."""
        room = self._rooms.get(room_id)
        if room is None and newest is not None:
            room = self._rooms[room_id] = RoomMarks(room_id, *newest)
            for event in since.of(room_id):
                room.take(event, ())
        return room

    def _add(self, room_id: RoomId, user_id: UserId, found: tuple[Seq, Unread], since: Inquiry) -> None:
        room, person, place = self._rooms[room_id], self._people[user_id], (room_id, user_id)
        _, unread = found
        room.wait(user_id, *found, since.of(room_id))
        person.rooms.add(room_id)
        last_read = self._unsaved.get(place, since.saved.get(place))
        if last_read is not None and last_read != unread.last_read:
            room.rewind(user_id, last_read)
        if room_id in since.lost:
            room.lost = True
        if room.doubtful or room.lost:
            self._unsure.add(room_id)
        if person.reads(room_id):
            self._start(room_id, user_id)

    def _forget(self, room_id: RoomId, user_id: UserId) -> None:
        room = self._rooms.get(room_id)
        if room is not None:
            room.remove(user_id)
            if room.is_empty:
                del self._rooms[room_id]
