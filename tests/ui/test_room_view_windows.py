"""Whatever people do, every browser shows its window of the room as it is: in order, nothing twice, nothing left behind.

25 runs are for every day; some hundred (`max_examples` below) found what was left of the first version's faults.
"""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from livechat.domain.events import ResyncRequired, presence_topic, room_topic
from livechat.domain.limits import Limits
from livechat.domain.message import MessageKind
from tests.ui.model_tab import Tab
from tests.ui.room_stand import CARD_URL, RoomStand

OFFSETS = st.sampled_from([0, 330])
SIZES = st.sampled_from([0, 1, 30, 49, 50, 51, 100, 149, 420])
AMOUNTS = st.sampled_from([1, 1, 1, 2, 3, 48, 49, 50, 51, 120, 320])
RESTS = st.sampled_from([True, False])
READING = st.sampled_from(['older', 'older', 'bottom_seen', 'bottom_gone', 'bottom_gone', 'jump', 'leave'])
DEEDS = ['answer', 'answer', 'react', 'react', 'pin', 'card', 'undo']
PAUSES_S = st.sampled_from([0, 20, 301, 86_400])


class WindowMachine(RuleBasedStateMachine):
    """Rules that do not wait leave their work under way: whatever comes next meets it half done."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.edits = self.names = 0

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @initialize(history=SIZES, offsets=st.lists(OFFSETS, min_size=1, max_size=4), capacity=st.sampled_from([20, 10_000]))
    def start(self, history: int, offsets: list[int], capacity: int) -> None:
        self.stand = RoomStand(Limits(message_burst=1_000_000, change_burst=1_000_000, deed_burst=1_000_000, subscription_events=capacity))

        async def start() -> None:
            await self.stand.open(history)
            for number, offset in enumerate(offsets):
                self.stand.tab(number % 2, offset).enter()

        self.run(start())

    def teardown(self) -> None:
        if not hasattr(self, 'stand'):
            self.loop.close()
            return
        try:
            self.run(self.everybody_leaves())
        finally:
            self.run(self.stand.close())
            self.loop.close()

    async def everybody_leaves(self) -> None:
        await self.stand.check()
        for tab in self.stand.tabs:
            if tab.hears:
                tab.leave()
        await self.stand.check()

    def now(self, step: Any, *arguments: Any) -> None:
        """Begin something; the loop goes round once."""

        async def begin() -> None:
            step(*arguments)
            await asyncio.sleep(0)

        self.run(begin())

    def tabs(self, *, inside: bool | None = True, hearing: bool | None = True) -> list[Tab]:
        return [tab for tab in self.stand.tabs if hearing in (None, tab.hears) and inside in (None, tab.is_inside)]

    def rest(self) -> None:
        self.run(self.stand.check())

    # What is written

    @rule(amount=AMOUNTS, author=st.integers(0, 1), pause_s=PAUSES_S, rest=RESTS)
    def post(self, amount: int, author: int, pause_s: int, rest: bool) -> None:
        self.stand.advance(pause_s)
        for number in range(amount):
            self.now(self.stand.post, f'new {number}', author) if amount < 4 else self.run(self._post(number, author))
        if rest:
            self.rest()

    async def _post(self, number: int, author: int) -> None:
        self.stand.post(f'new {number}', author)

    @precondition(lambda self: self.stand.state)
    @rule(data=st.data(), delete=st.booleans(), rest=RESTS)
    def change(self, data: st.DataObject, delete: bool, rest: bool) -> None:
        last = len(self.stand.state)
        near_edges = sorted({n for page in range(last // 50 + 1) for n in (page * 50, page * 50 + 1, page * 50 + 2) if 1 <= n <= last})
        number = data.draw(st.one_of(st.sampled_from(near_edges), st.integers(max(1, last - 4), last), st.integers(1, last)))
        self.edits += 1
        self.now(self.stand.delete, number) if delete else self.now(self.stand.edit, number, f'edit {self.edits}')
        if rest:
            self.rest()

    @precondition(lambda self: self.stand.state)
    @rule(data=st.data(), what=st.sampled_from(DEEDS), user=st.integers(0, 1), rest=RESTS)
    def do_something_to_a_message(self, data: st.DataObject, what: str, user: int, rest: bool) -> None:
        number = data.draw(st.one_of(st.integers(max(1, len(self.stand.state) - 4), len(self.stand.state)), self.any_number()))
        if self.stand.state[number - 1].kind is not MessageKind.TEXT:
            return
        self.edits += 1
        match what:
            case 'answer':
                self.now(self.stand.answer, number, f'answer {self.edits}', user)
            case 'react':
                self.now(self.stand.react, number, data.draw(st.sampled_from(['👍', 'well done'])), user)
            case 'pin':
                self.now(lambda: self.stand.pin(number, on=self.stand.state[number - 1].pinned_at is None))
            case 'card':
                self.now(self.stand.edit, number, f'see {CARD_URL} {self.edits}')
                self.now(self.stand.show_card, number, f'Card {self.edits}')
            case 'undo':
                self.now(self.stand.delete, number)
                self.run(self.stand.turn(data.draw(st.integers(0, 30))))
                self.now(self.stand.undo, number)
        if rest:
            self.rest()

    def any_number(self) -> st.SearchStrategy[int]:
        return st.integers(1, len(self.stand.state))

    @rule(person=st.integers(0, 1), rest=RESTS)
    def rename_a_person(self, person: int, rest: bool) -> None:
        self.names += 1
        self.run(self.stand.rename_person(person, f'Person {person} {"n" * self.names}'))
        if rest:
            self.rest()

    @rule()
    def rename_the_room(self) -> None:
        self.names += 1
        self.run(self.stand.chat.rooms.rename(self.stand.people[0], self.stand.room.id, f'Room {self.names}'))

    @rule(of_presence=st.booleans())
    def events_are_missed(self, of_presence: bool) -> None:
        room_id = self.stand.room.id
        topic = presence_topic(room_id) if of_presence else room_topic(room_id)
        self.now(self.stand.chat.backplane.broadcast, topic, ResyncRequired(room_id=room_id))

    @rule(turns=st.integers(1, 30))
    def some_time(self, turns: int) -> None:
        self.run(self.stand.turn(turns))

    # What readers do

    @precondition(lambda self: self.tabs())
    @rule(data=st.data(), what=READING, rest=RESTS)
    def read(self, data: st.DataObject, what: str, rest: bool) -> None:
        tab = data.draw(st.sampled_from(self.tabs()))
        if what == 'older':
            self.now(tab.bottom_gone)
        self.now(getattr(tab, what))
        if rest:
            self.rest()

    @precondition(lambda self: self.tabs())
    @rule(data=st.data(), rest=RESTS)
    def learn_the_time_zone(self, data: st.DataObject, rest: bool) -> None:
        tab = data.draw(st.sampled_from(self.tabs()))
        self.now(tab.change_audience, 330 - tab.reader.audience.utc_offset_min)
        if rest:
            self.rest()

    @precondition(lambda self: self.tabs(inside=False))
    @rule(data=st.data())
    def enter(self, data: st.DataObject) -> None:
        self.now(data.draw(st.sampled_from(self.tabs(inside=False))).enter)

    @precondition(lambda self: self.tabs() and self.stand.state)
    @rule(data=st.data(), rest=RESTS)
    def go_to_a_message(self, data: st.DataObject, rest: bool) -> None:
        tab = data.draw(st.sampled_from(self.tabs()))
        self.now(tab.around, data.draw(st.integers(1, len(self.stand.state))))
        if rest:
            self.rest()

    # What the network does

    @precondition(lambda self: self.tabs(inside=None))
    @rule(data=st.data())
    def go_dark(self, data: st.DataObject) -> None:
        self.now(data.draw(st.sampled_from(self.tabs(inside=None))).go_dark)

    @precondition(lambda self: self.tabs(inside=None, hearing=False))
    @rule(data=st.data(), after_s=st.sampled_from([0, 10, 40]))
    def lose(self, data: st.DataObject, after_s: int) -> None:
        self.now(data.draw(st.sampled_from(self.tabs(inside=None, hearing=False))).lose)
        self.stand.advance(after_s)

    @precondition(lambda self: self.tabs(inside=None, hearing=False))
    @rule(data=st.data(), rest=RESTS)
    def come_back(self, data: st.DataObject, rest: bool) -> None:
        self.now(data.draw(st.sampled_from(self.tabs(inside=None, hearing=False))).come_back)
        if rest:
            self.rest()

    @invariant()
    def nobody_is_told_what_no_browser_understands(self) -> None:
        if hasattr(self, 'stand'):
            assert not [tab.browser.complaints for tab in self.stand.tabs if tab.browser.complaints]


TestWindows = WindowMachine.TestCase
TestWindows.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
pytestmark = pytest.mark.timeout(120)  # some seconds; shrinking a failure takes longer
