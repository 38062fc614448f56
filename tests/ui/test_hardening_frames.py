"""The frame guard alone: every frame of the list of attacks, and the budget of a socket."""

import json

import pytest

from livechat.ui.frame_guard import EVENT_BURST, EVENTS_PER_S, MAX_DEBT, MAX_MALFORMED, FrameGuard, Verdict

ME = 'my-client'


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def event(name: str = 'event', **changes: object) -> str:
    message = {'id': 3, 'client_id': ME, 'listener_id': 'l', 'args': ['{"x":1}', None]} | changes
    return '42' + json.dumps([name, message])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guard(clock: Clock) -> FrameGuard:
    guard = FrameGuard(ME, clock=clock)
    assert guard.judge('40') is Verdict.PASS
    return guard


WHAT_A_BROWSER_SENDS = [
    '3',
    event(),
    event(args=[]),
    event(id=(1 << 52) + 1),
    event(args=['"' + 'ä' * 4_000 + '"']),
    event('javascript_response', request_id='r', result={'a': [1]}),
    '42' + json.dumps(['javascript_response', {'request_id': 'r', 'client_id': ME}]),
    '42' + json.dumps(['ack', {'client_id': ME, 'next_message_id': 12}]),
    '42' + json.dumps(['log', {'client_id': ME, 'level': 'error', 'message': 'oops'}]),
]

MALFORMED = [
    '42[oops',
    '42["event"]',
    '42["event",[]]',
    '42["event",null]',
    '42["event",{}]',
    '42["event",{"client_id":"my-client"}]',
    '42["event",{"id":3,"listener_id":"l","args":[]}]',
    event(args='x'),
    event(args={}),
    event(args=['{oops']),
    event(args=[3]),
    event(args=['NaN']),
    event(args=['[' * 5_000]),
    event(id=[]),
    event(id=True),
    event(id=-1),
    event(id=1.5),
    event(id=1 << 53),
    event(listener_id=7),
    event(listener_id='x' * 65),
    event(client_id={}),
    event(client_id='other-client'),
    event('unknown'),
    event('__class__'),
    event('connect'),
    event('disconnect'),
    event('handshake'),
    event('ack', next_message_id='x'),
    event('ack', next_message_id=10**18),
    event('log', level='critical', message='x'),
    event('log', level='error', message=[]),
    event('javascript_response', request_id=[]),
    '420' + event()[2:],
    '429999999999999999999' + event()[2:],
    '42/admin,' + event()[2:],
    '42["event",' + event()[11:-1] + ',1]',
    '42[["event"],{}]',
    '42["event",{"id":1e400}]',
    '42["event",{"id":"\\ud800"}]',
    '451-["event",{"_placeholder":true,"num":0}]',
    '451000000000-["event",{"_placeholder":true,"num":0}]',
    '40/admin,',
    '40',
    '40{"token":1}',
    '44{}',
    '43[]',
    '',
    '2',
    '2probe',
    '9',
    '5',
    '0{}',
    '33',
    'b4eA==',
    b'\x04',
    b'3',
]


@pytest.mark.parametrize('frame', WHAT_A_BROWSER_SENDS)
def test_frame_passes_when_a_browser_sends_it(guard: FrameGuard, frame: str):
    assert guard.judge(frame) is Verdict.PASS


@pytest.mark.parametrize('frame', MALFORMED)
def test_frame_is_malformed_when_no_browser_sends_it(guard: FrameGuard, frame: str | bytes):
    assert guard.judge(frame) is Verdict.MALFORMED


@pytest.mark.parametrize('frame', WHAT_A_BROWSER_SENDS)
def test_nothing_passes_before_the_socket_said_hello(frame: str):
    assert FrameGuard(ME).judge(frame) is Verdict.MALFORMED


@pytest.mark.parametrize('frame', ['1', '41'])
def test_goodbye_ends_the_whole_socket(guard: FrameGuard, frame: str):
    assert guard.judge(frame) is Verdict.GOODBYE


def test_socket_is_cut_at_the_last_allowed_malformed_frame(guard: FrameGuard):
    verdicts = [guard.judge('x') for _ in range(MAX_MALFORMED)]

    assert verdicts == [Verdict.MALFORMED] * (MAX_MALFORMED - 1) + [Verdict.CUT]


def test_frames_are_dropped_beyond_the_burst_and_pass_again_later(guard: FrameGuard, clock: Clock):
    burst = [guard.judge(event()) for _ in range(int(EVENT_BURST) - 1)]
    assert set(burst) == {Verdict.PASS}
    assert guard.judge(event()) is Verdict.DROP

    clock.now += 2.5 / EVENTS_PER_S  # the dropped one counted, too

    assert guard.judge(event()) is Verdict.PASS
    assert guard.judge(event()) is Verdict.DROP


def test_steady_typing_is_never_dropped(guard: FrameGuard, clock: Clock):
    for _ in range(3_000):
        clock.now += 1 / EVENTS_PER_S
        assert guard.judge(event()) is Verdict.PASS


def test_socket_is_cut_when_it_floods(guard: FrameGuard):
    verdicts = [guard.judge(event()) for _ in range(int(EVENT_BURST + MAX_DEBT) - 1)]

    assert verdicts[-1] is Verdict.CUT
    assert Verdict.CUT not in verdicts[:-1]
