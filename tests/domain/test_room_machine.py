"""Any order of what can happen to a room, against a store that loads everything anew and a reader who folds the events."""

from dataclasses import replace

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from livechat.domain.message import Card, Message, Reaction, quote_of
from livechat.domain.model import (
    PAGE_SIZE,
    Member,
    RoomRole,
    Seq,
    UserId,
)
from livechat.domain.room import RoomState
from livechat.domain.writes import Change, Stored
from tests.domain.bare_rooms import LOBBY, NOON, TOLD_AS, empty_room, member, message, people, person
from tests.domain.fold import Told, fold, plain


class RoomMachine(RuleBasedStateMachine):
    """The state against a store that loads everything anew, and against a reader who folds the events."""

    def __init__(self) -> None:
        super().__init__()
        self.people = {user_id: person(UserId(user_id)) for user_id in (1, 2, 3)}
        self.room = LOBBY
        self.seq = 0
        self.messages: list[Message] = []
        self.answers: dict[int, int] = {}
        self.reactions: dict[int, dict[str, list[UserId]]] = {}
        self.deleted: dict[int, Message] = {}
        self.members: dict[UserId, Member] = {}
        self.state = empty_room()
        self.reader = plain(self.state.snapshot())
        self.kept = [(self.state.snapshot(), self.reader)]

    def tell(self, event: Told | None) -> None:
        if event is not None:
            self.reader = fold(self.reader, event)

    def loaded(self) -> list[Message]:
        """As a store joins them: people by their names now, quotes and reactions from what they refer to."""
        return [self.joined(message) for message in self.messages]

    def joined(self, message: Message) -> Message:
        original = self.messages[self.answers[message.number] - 1] if message.number in self.answers and not message.deleted else None
        given = {} if message.deleted else self.reactions.get(message.number, {})
        return replace(
            message,
            author=self.people[message.author.id],
            quote=None if original is None else quote_of(replace(original, author=self.people[original.author.id])),
            reactions=tuple(Reaction(text=text, people=tuple(self.people[each] for each in who)) for text, who in given.items()),
        )

    def store(self, changed: Message, change: Change) -> None:
        self.seq += 1
        changed = replace(changed, changed_seq=Seq(self.seq))
        self.messages[changed.number - 1 : changed.number] = [changed]
        event = self.state.apply(Stored(message=self.joined(changed), fresh=True, change=change))
        assert type(event) is TOLD_AS[change]
        self.tell(event)

    def one(self, which: int, *, deleted: bool = False) -> Message | None:
        found = self.messages[-1 - which % len(self.messages)] if self.messages else None
        return found if found is not None and found.deleted is deleted else None

    @rule(author=people, count=st.integers(1, 30))
    def post(self, author: UserId, count: int) -> None:
        for _ in range(count):
            self.store(message(len(self.messages) + 1, author=self.people[author]), Change.POSTED)

    @rule(author=people, which=st.integers(0, 70))
    def answer(self, author: UserId, which: int) -> None:
        original = self.one(which)
        if original is not None:
            self.answers[len(self.messages) + 1] = original.number
            self.store(message(len(self.messages) + 1, author=self.people[author]), Change.POSTED)

    @rule(which=st.integers(0, 70), body=st.text(max_size=3))
    def edit(self, which: int, body: str) -> None:
        found = self.one(which)
        if found is not None:
            self.store(replace(found, body=body, edited_at=NOON), Change.EDITED)

    @rule(which=st.integers(0, 70), who=people, text=st.sampled_from(['yes', 'no']))
    def react(self, which: int, who: UserId, text: str) -> None:
        found = self.one(which)
        if found is None:
            return
        given = self.reactions.setdefault(found.number, {})
        if who in given.get(text, []):
            given[text].remove(who)
            if not given[text]:
                del given[text]
        else:
            given.setdefault(text, []).append(who)
        self.store(found, Change.AMENDED)

    @rule(which=st.integers(0, 70))
    def pin(self, which: int) -> None:
        found = self.one(which)
        if found is not None:
            self.store(replace(found, pinned_at=None if found.pinned_at else NOON), Change.AMENDED)

    @rule(which=st.integers(0, 70))
    def show_card(self, which: int) -> None:
        found = self.one(which)
        if found is not None:
            self.store(replace(found, cards=() if found.cards else (Card(url='https://a.example', title='A'),)), Change.AMENDED)

    @rule(which=st.integers(0, 70))
    def delete(self, which: int) -> None:
        found = self.one(which)
        if found is not None:
            self.deleted[found.number] = found
            self.store(replace(found, body='', deleted=True, pinned_at=None, cards=()), Change.DELETED)

    @rule(which=st.integers(0, 70))
    def restore(self, which: int) -> None:
        found = self.one(which, deleted=True)
        if found is not None:
            self.store(self.deleted[found.number], Change.RESTORED)

    @rule(which=st.integers(0, 500))
    def post_twice(self, which: int) -> None:
        if self.messages:
            assert self.state.apply(Stored(message=self.messages[which % len(self.messages)], fresh=False, change=Change.POSTED)) is None

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
        self.tell(self.state.change_person(changed))

    @rule()
    def keep_snapshot(self) -> None:
        self.kept.append((self.state.snapshot(), plain(self.state.snapshot())))

    @invariant()
    def state_is_what_the_store_would_load(self) -> None:
        fresh = RoomState(room=self.room, seq=Seq(self.seq), newest=self.loaded()[-PAGE_SIZE:], members=self.members.values())
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
        loaded = self.loaded()
        for page in range(len(self.messages) // PAGE_SIZE + 2):
            known = self.state.page(page)
            assert known is None or list(known) == loaded[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
        for since in {0, self.seq // 2, self.seq - 1, self.seq}:
            changed = self.state.changes_since(Seq(since))
            assert changed is None or list(changed) == [each for each in loaded if each.changed_seq > since]


TestRoomMachine = RoomMachine.TestCase
