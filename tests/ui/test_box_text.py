"""Browser and server write the message box from both ends of a slow line, and nothing typed is lost or doubled."""

from collections import deque
from enum import Enum, auto

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from livechat.ui.components.box_text import BoxText


class Key(Enum):
    """What goes up besides values."""

    ENTER = auto()
    ARRIVED = auto()


class Line:
    """A person, their browser and the server, with news under way in both directions."""

    def __init__(self) -> None:
        self.box = BoxText()
        self.typed = ''
        self.posted: list[str] = []
        self.browser = ''
        self.up: deque[str | Key] = deque()
        self.down: deque[str] = deque()

    def type(self, characters: str) -> None:
        """Each key is a value of its own."""
        for character in characters:
            self.typed += character
            self.browser += character
            self.up.append(self.browser)

    def enter(self) -> None:
        self.up.append(Key.ENTER)

    def server_reads(self, news: int = 1) -> None:
        for _ in range(min(news, len(self.up))):
            value = self.up.popleft()
            if value is Key.ARRIVED:
                self.box.arrived()
            elif isinstance(value, str):
                self.box.typed(value)
            elif self.box.text.strip():
                self.posted.append(self.box.take())
                self.down.append('')

    def browser_reads(self, news: int = 1) -> None:
        for _ in range(min(news, len(self.down))):
            self.browser = self.down.popleft()
            self.up.append(Key.ARRIVED)

    def rest(self) -> None:
        """The person pauses: everything arrives, and what was wiped is put back."""
        while self.up or self.down or self.box.is_torn:
            self.server_reads(len(self.up))
            self.browser_reads(len(self.down))
            if not self.up and not self.down and self.box.is_torn:
                self.down.append(self.box.mend())

    def check(self) -> None:
        assert ''.join(self.posted) + self.box.text == self.typed
        assert self.browser == self.box.text


class LineMachine(RuleBasedStateMachine):
    """Words are of few letters, so that what follows a message often begins as the message did."""

    def __init__(self) -> None:
        super().__init__()
        self.line = Line()

    @rule(characters=st.text('ab', min_size=1, max_size=4))
    def types(self, characters: str) -> None:
        self.line.type(characters)

    @precondition(lambda self: self.line.browser)
    @rule()
    def presses_enter(self) -> None:
        self.line.enter()

    @precondition(lambda self: self.line.up)
    @rule(news=st.integers(1, 4))
    def news_reach_the_server(self, news: int) -> None:
        self.line.server_reads(news)

    @precondition(lambda self: self.line.down)
    @rule()
    def news_reach_the_browser(self) -> None:
        self.line.browser_reads()

    @rule()
    def pauses(self) -> None:
        self.line.rest()
        self.line.check()

    @precondition(lambda self: self.line.browser and not self.line.up and not self.line.down and not self.line.box.is_torn)
    @rule()
    def takes_a_letter_back(self) -> None:
        self.line.typed = self.line.typed[:-1]
        self.line.browser = self.line.browser[:-1]
        self.line.up.append(self.line.browser)

    @invariant()
    def nothing_is_posted_that_was_not_typed(self) -> None:
        assert self.line.typed.startswith(''.join(self.line.posted))

    def teardown(self) -> None:
        self.line.rest()
        self.line.check()


TestLine = LineMachine.TestCase
TestLine.settings = settings(max_examples=300, stateful_step_count=25, deadline=None, database=None)


def sent(first: str, second: str) -> BoxText:
    """The box after a message, its arrival, and what was typed next."""
    line = Line()
    line.type(first)
    line.enter()
    line.rest()
    line.type(second)
    line.rest()
    assert line.posted == [first]
    return line.box


@pytest.mark.parametrize(('first', 'second'), [('ok', 'ok'), ('ok', 'okay'), ('ok', 'o'), ('hello', 'hello again'), ('a', 'aa')])
def test_next_message_may_begin_as_the_last_one_did(first: str, second: str) -> None:
    assert sent(first, second).text == second


def test_what_is_typed_before_the_emptying_arrives_survives_it() -> None:
    line = Line()
    line.type('hello')
    line.enter()
    line.type(' wor')
    line.server_reads(9)
    line.browser_reads()
    assert line.browser == ''

    line.type('ld')
    line.rest()

    assert line.posted == ['hello']
    assert line.browser == line.box.text == ' world'


def test_draft_replaces_what_is_in_the_box() -> None:
    box = sent('hello', 'half a')

    box.set('draft of another room')
    box.arrived()

    assert box.text == 'draft of another room'
    assert not box.is_torn


def test_answer_to_nothing_changes_nothing() -> None:
    box = sent('hello', 'half')

    box.arrived()

    assert box.text == 'half'


def test_marking_all_and_typing_anew_replaces_the_text() -> None:
    box = sent('hello', 'long')

    box.typed('x')

    assert box.text == 'x'
