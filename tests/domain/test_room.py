from dataclasses import replace
from datetime import UTC, datetime

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from livechat.domain.message import Message
from livechat.domain.model import (
    PAGE_SIZE,
    Member,
    MessageNumber,
    Person,
    Room,
    RoomId,
    RoomKind,
    RoomRole,
    Seq,
    ServerRole,
    UserId,
    UserKind,
)
from livechat.domain.room import OutOfStep, RoomState
from livechat.domain.writes import Change, Stored
from tests.domain.fold import Told, fold, plain

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LOBBY = Room(id=RoomId(1), name='Lobby', slug='lobby', description='', created_by=None, created_at=NOON)
people = st.sampled_from([UserId(1), UserId(2), UserId(3)])


def person(user_id: UserId, name: str = 'Somebody') -> Person:
    return Person(id=user_id, kind=UserKind.ACCOUNT, role=ServerRole.MEMBER, username=f'user{user_id}', display_name=name)


def member(somebody: Person) -> Member:
    return Member(person=somebody, role=RoomRole.MEMBER, joined_at=NOON)


def message(number: int, *, seq: int | None = None, author: Person | None = None, body: str = 'hello') -> Message:
    return Message(
        room_id=LOBBY.id,
        number=MessageNumber(number),
        changed_seq=Seq(number if seq is None else seq),
        author=author or person(UserId(1)),
        body=body,
        client_key=f'key{number}',
        created_at=NOON,
    )


def empty_room() -> RoomState:
    return RoomState(room=LOBBY, seq=Seq(0), newest=[], members=[])


def room_of(messages: int) -> RoomState:
    state = empty_room()
    for number in range(1, messages + 1):
        state.apply(Stored(message=message(number), fresh=True, change=Change.POSTED))
    return state


class RoomMachine(RuleBasedStateMachine):
    """The state against a store that loads everything anew, and against a reader who folds the events."""

    def __init__(self) -> None:
        super().__init__()
        self.people = {user_id: person(UserId(user_id)) for user_id in (1, 2, 3)}
        self.room = LOBBY
        self.seq = 0
        self.messages: list[Message] = []
        self.members: dict[UserId, Member] = {}
        self.state = empty_room()
        self.reader = plain(self.state.snapshot())
        self.kept = [(self.state.snapshot(), self.reader)]

    def tell(self, event: Told | None) -> None:
        if event is not None:
            self.reader = fold(self.reader, event)

    def store(self, changed: Message) -> None:
        self.seq += 1
        changed = replace(changed, changed_seq=Seq(self.seq))
        self.messages[changed.number - 1 : changed.number] = [changed]
        self.tell(self.state.apply(Stored(message=changed, fresh=True)))

    @rule(author=people, count=st.integers(1, 30))
    def post(self, author: UserId, count: int) -> None:
        for _ in range(count):
            self.store(message(len(self.messages) + 1, author=self.people[author]))

    @rule(which=st.integers(0, 500), body=st.text(max_size=3))
    def edit(self, which: int, body: str) -> None:
        if self.messages:
            self.store(replace(self.messages[-1 - which % len(self.messages)], body=body, edited_at=NOON))

    @rule(which=st.integers(0, 500))
    def delete(self, which: int) -> None:
        if self.messages:
            self.store(replace(self.messages[-1 - which % len(self.messages)], body='', deleted=True))

    @rule(which=st.integers(0, 500))
    def post_twice(self, which: int) -> None:
        if self.messages:
            assert self.state.apply(Stored(message=self.messages[which % len(self.messages)], fresh=False)) is None

    @rule(who=people)
    def join(self, who: UserId) -> None:
        event = self.state.join(member(self.people[who]))
        assert (event is None) is (who in self.members)
        self.members.setdefault(who, member(self.people[who]))
        self.tell(event)

    @rule(who=people)
    def leave(self, who: UserId) -> None:
        event = self.state.leave(who)
        assert (event is None) is (who not in self.members)
        self.members.pop(who, None)
        self.tell(event)

    @rule(who=people, role=st.sampled_from(RoomRole))
    def appoint(self, who: UserId, role: RoomRole) -> None:
        changed = replace(self.members.get(who, member(self.people[who])), role=role)
        event = self.state.change_member(changed)
        assert (event is None) is (who not in self.members or self.members[who] == changed)
        if who in self.members:
            self.members[who] = changed
        self.tell(event)

    @rule(name=st.sampled_from(['Lobby', 'Garden']))
    def rename(self, name: str) -> None:
        event = self.state.change_room(replace(self.room, name=name, slug=name.lower()))
        assert (event is None) is (self.room.name == name)
        assert event is None or event.old_slug == self.room.slug
        self.room = replace(self.room, name=name, slug=name.lower())
        self.tell(event)

    @rule(who=people, name=st.sampled_from(['Ana', 'Bo']))
    def change_person(self, who: UserId, name: str) -> None:
        changed = self.people[who] = replace(self.people[who], display_name=name)
        self.members = {each: replace(known, person=changed) if each == who else known for each, known in self.members.items()}
        self.messages = [replace(each, author=changed) if each.author.id == who else each for each in self.messages]
        self.tell(self.state.change_person(changed))

    @rule()
    def keep_snapshot(self) -> None:
        self.kept.append((self.state.snapshot(), plain(self.state.snapshot())))

    @invariant()
    def state_is_what_the_store_would_load(self) -> None:
        fresh = RoomState(room=self.room, seq=Seq(self.seq), newest=self.messages[-PAGE_SIZE:], members=self.members.values())
        assert plain(self.state.snapshot()) == plain(fresh.snapshot())

    @invariant()
    def admin_is_known(self) -> None:
        assert self.state.has_admin is any(each.role is RoomRole.ADMIN for each in self.members.values())

    @invariant()
    def snapshot_and_events_are_a_fresh_snapshot(self) -> None:
        assert self.reader == plain(self.state.snapshot())

    @invariant()
    def kept_snapshots_stay_as_they_were(self) -> None:
        assert all(plain(kept) == copy for kept, copy in self.kept)

    @invariant()
    def answers_from_memory_are_those_of_the_store_or_none(self) -> None:
        for page in range(len(self.messages) // PAGE_SIZE + 2):
            known = self.state.page(page)
            assert known is None or list(known) == self.messages[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
        for since in {0, self.seq // 2, self.seq - 1, self.seq}:
            changed = self.state.changes_since(Seq(since))
            assert changed is None or list(changed) == [each for each in self.messages if each.changed_seq > since]


TestRoomMachine = RoomMachine.TestCase


def test_lines_are_taken_once_and_in_order() -> None:
    state = empty_room()
    state.say(UserId(1), 'left')
    state.say(UserId(2), 'is an admin now')

    assert list(state.take_lines()) == [(1, 'left'), (2, 'is an admin now')]
    assert list(state.take_lines()) == []


def test_nothing_is_said_in_a_direct_room() -> None:
    state = RoomState(room=replace(LOBBY, kind=RoomKind.DIRECT), seq=Seq(0), newest=[], members=[])

    state.say(UserId(1), 'left')

    assert list(state.take_lines()) == []


def test_running_room_holds_its_newest_messages_and_no_more() -> None:
    snapshot = room_of(PAGE_SIZE + 7).snapshot()

    assert [each.number for each in snapshot.newest] == list(range(8, PAGE_SIZE + 8))
    assert (snapshot.last_number, snapshot.seq) == (PAGE_SIZE + 7, PAGE_SIZE + 7)


def test_live_page_and_last_changes_are_known_without_the_store() -> None:
    state = room_of(PAGE_SIZE + 7)

    assert [each.number for each in state.page(1) or ()] == list(range(PAGE_SIZE + 1, PAGE_SIZE + 8))
    assert state.page(2) == ()
    assert state.page(0) is None
    assert [each.number for each in state.changes_since(Seq(PAGE_SIZE)) or ()] == list(range(PAGE_SIZE + 1, PAGE_SIZE + 8))
    assert state.changes_since(Seq(7)) is not None
    assert state.changes_since(Seq(6)) is None


def test_edit_of_an_old_message_sends_the_reader_to_the_store() -> None:
    state = room_of(PAGE_SIZE + 7)
    state.apply(Stored(message=message(3, seq=PAGE_SIZE + 8, body='new'), fresh=True, change=Change.EDITED))

    assert state.changes_since(Seq(PAGE_SIZE + 7)) is None
    assert state.message(MessageNumber(3)) is None
    assert state.message(MessageNumber(9)) is not None


def test_change_that_skips_a_seq_is_out_of_step() -> None:
    state = room_of(3)

    with pytest.raises(OutOfStep):
        state.apply(Stored(message=message(5, seq=5), fresh=True, change=Change.POSTED))

    assert state.seq == 3


def test_snapshots_share_one_mapping_of_members_until_it_changes() -> None:
    state = empty_room()
    state.join(member(person(UserId(1))))
    first = state.snapshot()
    assert state.snapshot() is first

    state.apply(Stored(message=message(1), fresh=True, change=Change.POSTED))
    second = state.snapshot()
    state.join(member(person(UserId(2))))

    assert second is not first
    assert dict(first.members) == dict(second.members)
    assert len(first.members) == 1
    assert len(state.snapshot().members) == 2
