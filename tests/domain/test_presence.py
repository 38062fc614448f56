import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from livechat.domain.model import RoomId, TabId, UserId
from livechat.domain.presence import Presence

ANA, BO = UserId(1), UserId(2)
LOBBY, GARDEN = RoomId(7), RoomId(8)
GRACE_S = 6.0

users = st.sampled_from([ANA, BO])
tabs = st.sampled_from([TabId(name) for name in 'abcd'])
rooms = st.sampled_from([None, LOBBY, GARDEN])
seconds = st.integers(0, 80).map(lambda tenths: tenths / 10)


class PresenceMachine(RuleBasedStateMachine):
    """Against a table of tabs that is searched anew each time."""

    def __init__(self) -> None:
        super().__init__()
        self.presence = Presence(GRACE_S)
        self.now = 100.0
        self.tabs: dict[TabId, tuple[UserId, RoomId | None, float | None]] = {}
        self.told = self.facts()

    def facts(self) -> frozenset[tuple[UserId, RoomId | None]]:
        places = {(user, room) for user, room, _ in self.tabs.values() if room is not None}
        return frozenset(places | {(user, None) for user, _, _ in self.tabs.values()})

    @rule(tab=tabs, user=users, room=rooms)
    def connect(self, tab: TabId, user: UserId, room: RoomId | None) -> None:
        self.presence.connect(user, tab, room)
        self.tabs[tab] = (user, room, None)

    @rule(tab=tabs, room=rooms)
    def move(self, tab: TabId, room: RoomId | None) -> None:
        self.presence.move(tab, room)
        if tab in self.tabs:
            user, _, deadline = self.tabs[tab]
            self.tabs[tab] = (user, room, deadline)

    @rule(tab=tabs)
    def disconnect(self, tab: TabId) -> None:
        self.presence.disconnect(tab, self.now)
        if tab in self.tabs:
            user, room, deadline = self.tabs[tab]
            self.tabs[tab] = (user, room, self.now + GRACE_S if deadline is None else deadline)

    @rule(tab=tabs)
    def leave(self, tab: TabId) -> None:
        self.presence.leave(tab)
        self.tabs.pop(tab, None)

    @rule(passed=seconds)
    def time_passes(self, passed: float) -> None:
        self.now += passed
        self.presence.expire(self.now)
        self.tabs = {tab: known for tab, known in self.tabs.items() if known[2] is None or known[2] > self.now}

    @rule()
    def changes_are_taken(self) -> None:
        assert self.presence.take_changes() == self.told ^ self.facts()
        self.told = self.facts()

    @invariant()
    def answers_agree(self) -> None:
        facts = self.facts()
        assert self.presence.online == {user for user, room in facts if room is None}
        for user in (ANA, BO):
            assert self.presence.is_online(user) is ((user, None) in facts)
            for room in (LOBBY, GARDEN):
                assert self.presence.is_here(user, room) is ((user, room) in facts)


TestPresenceMachine = PresenceMachine.TestCase


def test_reload_is_no_leave() -> None:
    presence = Presence(GRACE_S)
    presence.connect(ANA, TabId('before'), LOBBY)
    presence.take_changes()

    presence.disconnect(TabId('before'), now=10.0)
    presence.connect(ANA, TabId('after'), LOBBY)
    presence.expire(10.0 + GRACE_S)

    assert presence.take_changes() == frozenset()
    assert presence.is_here(ANA, LOBBY)


def test_closed_tab_counts_until_its_grace_is_over() -> None:
    presence = Presence(GRACE_S)
    presence.connect(ANA, TabId('a'), LOBBY)
    presence.take_changes()
    presence.disconnect(TabId('a'), now=10.0)

    presence.expire(10.0 + GRACE_S - 0.1)
    assert presence.is_online(ANA)

    presence.expire(10.0 + GRACE_S)
    assert presence.take_changes() == {(ANA, None), (ANA, LOBBY)}
    assert not presence.is_online(ANA)


def test_reconnected_tab_may_take_a_new_grace() -> None:
    presence = Presence(GRACE_S)
    presence.connect(ANA, TabId('a'), LOBBY)
    presence.disconnect(TabId('a'), now=0.0)
    presence.connect(ANA, TabId('a'), LOBBY)
    presence.disconnect(TabId('a'), now=5.0)

    presence.expire(GRACE_S)

    assert presence.is_online(ANA)


def test_explicit_leave_is_one_at_once() -> None:
    presence = Presence(GRACE_S)
    presence.connect(ANA, TabId('a'), LOBBY)

    presence.leave(TabId('a'))

    assert not presence.is_online(ANA)
    assert presence.take_changes() == frozenset()
