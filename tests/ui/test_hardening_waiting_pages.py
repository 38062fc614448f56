"""The cap on pages that never open a socket, alone."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from livechat.ui.waiting_pages import PAGE_LASTS_S, Ticket, WaitingPages

LIMIT = 3


class Clock:
    now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def full(clock: Clock) -> tuple[WaitingPages, list[Ticket]]:
    waiting = WaitingPages(LIMIT, clock=clock)
    tickets = [waiting.admit('10.0.0.1') for _ in range(LIMIT)]
    assert waiting.admit('10.0.0.1') is None
    return waiting, [ticket for ticket in tickets if ticket is not None]


def test_other_address_is_admitted_when_one_is_full(full: tuple[WaitingPages, list[Ticket]]):
    assert full[0].admit('10.0.0.2') is not None


def test_page_that_connected_makes_room_for_one_more_only(full: tuple[WaitingPages, list[Ticket]]):
    waiting, tickets = full

    waiting.connected(tickets[0])
    waiting.connected(tickets[0])

    assert waiting.admit('10.0.0.1') is not None
    assert waiting.admit('10.0.0.1') is None


def test_page_is_forgotten_when_nicegui_has_forgotten_it(full: tuple[WaitingPages, list[Ticket]], clock: Clock):
    waiting, _ = full

    clock.now += PAGE_LASTS_S

    assert waiting.admit('10.0.0.1') is not None


@pytest.mark.parametrize(
    ('first', 'second', 'is_same'),
    [
        ('2001:db8::1', '2001:db8::2', True),
        ('2001:db8::1', '2001:db8:0:1::1', False),
        ('::ffff:10.0.0.1', '::ffff:10.0.0.2', False),
        ('::ffff:10.0.0.1', '10.0.0.1', True),
        ('testclient', 'testclient', True),
    ],
)
def test_household_counts_as_one_address(first: str, second: str, is_same: bool):
    waiting = WaitingPages(1)
    assert waiting.admit(first) is not None

    assert (waiting.admit(second) is None) is is_same


class Waiting(RuleBasedStateMachine):
    """Against a model that keeps every page and counts anew each time."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.waiting = WaitingPages(LIMIT, clock=self.clock)
        self.pages: dict[Ticket, tuple[str, float]] = {}

    def count(self, address: str) -> int:
        return sum(where == address and until > self.clock.now for where, until in self.pages.values())

    @rule(address=st.sampled_from('ab'))
    def admit(self, address: str) -> None:
        before = self.count(address)
        ticket = self.waiting.admit(address)
        assert (ticket is None) == (before >= LIMIT)
        if ticket is not None:
            self.pages[ticket] = address, self.clock.now + PAGE_LASTS_S

    @rule(data=st.data())
    def connect(self, data: st.DataObject) -> None:
        if self.pages:
            ticket = data.draw(st.sampled_from(sorted(self.pages)))
            self.waiting.connected(ticket)
            del self.pages[ticket]

    @rule(seconds=st.integers(1, 40))
    def wait(self, seconds: int) -> None:
        self.clock.now += seconds

    @invariant()
    def remembers_no_more_than_pages(self) -> None:
        assert sum(self.waiting._count.values()) == len(self.waiting._waiting)
        assert all(self.waiting._count.values())


TestWaiting = Waiting.TestCase
