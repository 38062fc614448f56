"""Any order of what people do and what happens, with a store that answers late, against a plain recount after every step."""

from contextlib import ExitStack

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from livechat.domain.model import MessageNumber, RoomId, TabId, UserId
from livechat.domain.reading import Reading
from tests.domain.unread_rooms import (
    ALL,
    PEOPLE,
    ROOMS,
    SHOWS_NUMBER,
    TABS,
    Count,
    Load,
    Rooms,
    Save,
    StoredRoom,
    people,
    rooms,
    seldom,
    tabs,
    visible,
)


class UnreadMachine(Rooms):
    def __init__(self) -> None:
        super().__init__()
        self.begin_anew()

    def begin_anew(self) -> None:
        self.reading = Reading(lambda room_id: SHOWS_NUMBER[room_id])
        self.tabs: dict[tuple[UserId, TabId], RoomId | None] = {}
        self.loads: list[Load] = []
        self.counts: list[Count] = []
        self.saving: list[Save] = []
        self.shown.clear()

    @initialize(absent=st.none() | people, reading=st.none() | rooms)
    def people_are_there(self, absent: UserId | None, reading: RoomId | None) -> None:
        for user_id in PEOPLE:
            if user_id != absent:
                for room_id in ROOMS:
                    self.join(user_id, room_id)
                self.come(user_id, TABS[0], reading, waits=False)

    # Members: in turn with messages

    @rule(user_id=people, room_id=rooms)
    def join(self, user_id: UserId, room_id: RoomId) -> None:
        self.announce(room_id, ALL)
        self.write_saves()
        room = self.stored[room_id]
        if user_id not in room.members:
            room.members[user_id] = self.marks[room_id, user_id] = MessageNumber(len(room.messages))
        self.reading.joined(room_id, user_id)

    @rule(user_id=people, room_id=rooms, really=st.booleans())
    def leave(self, user_id: UserId, room_id: RoomId, really: bool) -> None:
        if not really:
            return
        self.announce(room_id, ALL)
        self.write_saves()
        self.stored[room_id].members.pop(user_id, None)
        self.marks.pop((room_id, user_id), None)
        self.shown.pop((room_id, user_id), None)
        self.reading.left(room_id, user_id)
        self.look_away(user_id, room_id)

    @rule(room_id=rooms, really=seldom)
    def delete_room(self, room_id: RoomId, really: bool) -> None:
        """And another with the same id: so that it can be told whether something is left over."""
        if not really:
            return
        self.announce(room_id, ALL)
        self.write_saves()
        for user_id in PEOPLE:
            self.marks.pop((room_id, user_id), None)
            self.shown.pop((room_id, user_id), None)
        known = self.reading.readers(room_id) or any((room_id in self.reading.of(user_id)) for user_id in PEOPLE)
        self.reading.room_deleted(room_id)
        assert not known or all(room_id not in self.reading.of(user_id) for user_id in PEOPLE)
        before, self.stored[room_id] = self.stored[room_id], StoredRoom()
        self.stored[room_id].seq = before.seq
        for user_id in PEOPLE:
            self.reading.left(room_id, user_id)
            self.look_away(user_id, room_id)

    # Tabs

    @rule(user_id=people, tab_id=tabs, room_id=st.none() | rooms, waits=st.booleans())
    def come(self, user_id: UserId, tab_id: TabId, room_id: RoomId | None, waits: bool) -> None:
        self.reading.follow(user_id, tab_id)
        self.tabs.setdefault((user_id, tab_id), None)
        self.reads(user_id, tab_id, room_id)
        if user_id in self.reading.unloaded:
            self.begin_load(user_id)
            if not waits:
                self.end_loads()

    @rule(user_id=people, tab_id=tabs, waits=st.booleans())
    def come_back(self, user_id: UserId, tab_id: TabId, waits: bool) -> None:
        for owner, tab in list(self.tabs):
            if owner == user_id:
                self.unfollow(user_id, tab)
        self.come(user_id, tab_id, None, waits)

    @rule(user_id=people, tab_id=tabs)
    def unfollow(self, user_id: UserId, tab_id: TabId) -> None:
        self.reading.unfollow(user_id, tab_id)
        self.tabs.pop((user_id, tab_id), None)
        if not self.is_followed(user_id):
            self.shown = {place: unread for place, unread in self.shown.items() if place[1] != user_id}

    @rule(user_id=people, tab_id=tabs, room_id=st.none() | rooms)
    def reads(self, user_id: UserId, tab_id: TabId, room_id: RoomId | None) -> None:
        self.reading.reads(user_id, tab_id, room_id)
        if (user_id, tab_id) in self.tabs:
            self.tabs[user_id, tab_id] = room_id
        self.readers_read()

    @rule(user_id=people, room_id=rooms)
    def mark_read(self, user_id: UserId, room_id: RoomId) -> None:
        if room_id in self.reading.of(user_id):
            self.reading.mark_read(room_id, user_id)
            self.marks[room_id, user_id] = self.reading.newest(room_id)

    @rule(user_id=people, room_id=rooms, number=st.integers(1, 10))
    def mark_unread_from(self, user_id: UserId, room_id: RoomId, number: int) -> None:
        if room_id in self.reading.of(user_id) and number <= self.reading.newest(room_id):
            self.reading.mark_unread_from(room_id, user_id, MessageNumber(number))
            self.marks[room_id, user_id] = MessageNumber(number - 1)
            self.look_away(user_id, room_id)

    # The store: what it answers is of one moment, and comes at another

    @rule(user_id=people)
    def begin_load(self, user_id: UserId) -> None:
        if user_id not in self.reading.unloaded or any(load.user_id == user_id for load in self.loads):
            return
        opened = ExitStack()
        inquiry = opened.enter_context(self.reading.inquiring())
        found = {
            room_id: (room.seq, room.count(room_id, user_id, room.members[user_id]))
            for room_id, room in self.stored.items()
            if user_id in room.members
        }
        newest = {room_id: self.head(room_id) for room_id in self.reading.unknown(found)}
        self.loads.append(Load(user_id, found, newest, inquiry, opened))

    @rule()
    def end_loads(self) -> None:
        for load in self.loads:
            known = set(self.reading.of(load.user_id))
            self.reading.loaded(load.user_id, load.found, load.newest, load.inquiry)
            load.open.close()
            for room_id, unread in self.reading.of(load.user_id).items():
                if room_id not in known:
                    self.shown.setdefault((room_id, load.user_id), unread)
        self.loads.clear()
        self.readers_read()

    @rule()
    def begin_count(self) -> None:
        room = self.reading.take_unsure()
        if room is None:
            return
        if room.lost:
            room.lost = False
            self.reading.caught_up(room, *self.head(room.room_id))
            self.readers_read()
            return
        opened = ExitStack()
        inquiry = opened.enter_context(self.reading.inquiring())
        stored = self.stored[room.room_id]
        counts = {user_id: stored.count(room.room_id, user_id, last_read) for user_id, last_read in room.take_doubtful().items()}
        self.counts.append(Count(room, stored.seq, counts, inquiry, opened))

    @precondition(lambda self: self.counts)
    @rule(fails=seldom)
    def end_count(self, fails: bool) -> None:
        count = self.counts.pop(0)
        if fails:
            count.room.doubt(count.counts)
            self.reading.unsure_still(count.room)
        else:
            self.reading.counted(count.room, count.seq, count.counts, count.inquiry)
        count.open.close()

    @rule(fails=seldom)
    def begin_save(self, fails: bool) -> None:
        self.saving.append(Save(dict(self.reading.unsaved()), fails))

    @precondition(lambda self: self.saving)
    @rule()
    def write_saves(self) -> None:
        """One writer stores everything in the order in which it was handed in."""
        for save in self.saving:
            if not save.written and not save.fails:
                for (room_id, user_id), number in save.marks.items():
                    if user_id in self.stored[room_id].members:
                        self.stored[room_id].members[user_id] = number
            save.written = True

    @precondition(lambda self: self.saving)
    @rule()
    def end_save(self) -> None:
        self.write_saves()
        save = self.saving.pop(0)
        if not save.fails:
            self.reading.saved(save.marks)

    @rule(really=seldom)
    def restart(self, really: bool) -> None:
        """In good order: what is unsaved is saved."""
        if not really:
            return
        self.begin_save(fails=False)
        self.write_saves()
        self.begin_anew()
        for room_id, room in self.stored.items():
            room.untold.clear()
            for user_id, number in room.members.items():
                assert self.marks[room_id, user_id] == number, 'a mark was lost'

    @rule()
    def settle(self) -> None:
        """Everything is told, asked and answered."""
        while True:
            for room_id in ROOMS:
                self.announce(room_id, ALL)
            self.end_loads()
            while self.counts:
                self.end_count(fails=False)
            if self.reading.unloaded:
                for user_id in sorted(self.reading.unloaded):
                    self.begin_load(user_id)
            elif self.reading.has_work:
                self.begin_count()
            else:
                break
        for user_id in PEOPLE:
            members_of = {room_id for room_id, room in self.stored.items() if user_id in room.members}
            assert set(self.reading.of(user_id)) == (members_of if self.is_followed(user_id) else set())

    # What must be true

    @invariant()
    def every_count_is_right(self) -> None:
        self.take_news()
        for user_id in PEOPLE:
            for room_id, unread in self.reading.of(user_id).items():
                if self.is_quiet(room_id):
                    assert unread == self.stored[room_id].count(room_id, user_id, self.marks[room_id, user_id])
                    assert visible(user_id, self.shown[room_id, user_id]) == visible(user_id, unread), 'not told'

    @invariant()
    def readers_are_those_with_a_reading_tab(self) -> None:
        for room_id in ROOMS:
            assert self.reading.readers(room_id) == self.readers(room_id)

    @invariant()
    def only_members_are_known(self) -> None:
        for user_id in PEOPLE:
            assert all(user_id in self.stored[room_id].members for room_id in self.reading.of(user_id))

    def take_news(self) -> None:
        while self.reading.news:
            for user_id, unread in self.reading.take_news(2):
                assert user_id in self.stored[unread.room_id].members
                self.shown[unread.room_id, user_id] = unread

    def is_quiet(self, room_id: RoomId) -> bool:
        room = self.reading._rooms.get(room_id)
        asked = {count.room.room_id for count in self.counts}
        return room is not None and not (self.stored[room_id].untold or room.doubtful or room.lost or room_id in asked)

    def readers(self, room_id: RoomId) -> set[UserId]:
        return {user_id for (user_id, _), reads in self.tabs.items() if reads == room_id and room_id in self.reading.of(user_id)}

    def readers_read(self) -> None:
        for room_id in ROOMS:
            for user_id in self.readers(room_id):
                self.marks[room_id, user_id] = self.reading.newest(room_id)
            if self.is_quiet(room_id):
                assert self.reading.newest(room_id) == len(self.stored[room_id].messages)

    def look_away(self, user_id: UserId, room_id: RoomId) -> None:
        self.tabs.update({tab: None for tab, reads in self.tabs.items() if tab[0] == user_id and reads == room_id})

    def is_followed(self, user_id: UserId) -> bool:
        return any(owner == user_id for owner, _ in self.tabs)


TestUnread = UnreadMachine.TestCase
