"""Virtual elements as bytes: ids that never meet, frames as RFC 6455 has them, sockets that never wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.ui.stream import MAX_BUFFERED_BYTES, Frame, Kind, TransportSocket, _payload, element, element_id, encode, parse_id
from tests.ui.browser_model import updates_in

PLACES = st.tuples(st.sampled_from(Kind), st.integers(0, (1 << 20) - 1), st.integers(0, (1 << 28) - 1))


@given(PLACES, PLACES)
def test_id_says_its_place_and_no_other_has_it(one: tuple[Kind, int, int], other: tuple[Kind, int, int]) -> None:
    assert parse_id(element_id(*one)) == one
    assert (element_id(*one) == element_id(*other)) is (one == other)


@given(PLACES)
def test_id_is_exact_in_a_browser_and_far_from_nicegui_s(place: tuple[Kind, int, int]) -> None:
    assert 1 << 52 <= element_id(*place) < 1 << 53


@pytest.mark.parametrize(('room', 'number'), [(1 << 20, 0), (0, 1 << 28), (-1, 0), (0, -1)])
def test_number_without_room_in_an_id_is_refused(room: int, number: int) -> None:
    with pytest.raises(OverflowError):
        element_id(Kind.MESSAGE, room, number)


@pytest.mark.parametrize('number', [0, 7, -1, (1 << 52) - 1, 1 << 53, (1 << 52) | (15 << 48), 1 << 80])
def test_id_of_another_range_has_no_place(number: int) -> None:
    assert parse_id(number) is None


@given(
    st.dictionaries(
        st.integers(0, 1 << 28).map(lambda number: element_id(Kind.MESSAGE, 1, number % (1 << 28))),
        st.none() | st.text(st.characters(exclude_categories=['Cs'])),
    )
)
def test_frame_carries_an_update_whole(texts: dict[int, str | None]) -> None:
    update = {key: None if text is None else element('p', html=text) for key, text in texts.items()}

    assert list(updates_in(encode(update))) == [update]  # type: ignore[arg-type]


@pytest.mark.parametrize('size', [0, 90, 91, 125, 126, 127, 65_400, 65_535, 65_536, 70_000])
def test_frame_s_length_is_right_on_both_sides_of_each_form(size: int) -> None:
    update = {element_id(Kind.LOG): element('p', html='x' * size)}
    frame = encode(update)

    assert list(updates_in(frame)) == [update]
    assert list(updates_in(Frame(frame + frame))) == [update, update]
    assert _payload(frame).startswith('2["update",')


def test_element_holds_only_what_it_was_given() -> None:
    assert element('hr') == {'tag': 'hr'}
    assert element('a', classes=['x'], href='/', title=None)['props'] == {'href': '/'}
    assert element('button', type_='button', aria_label='Send')['props'] == {'type': 'button', 'aria-label': 'Send'}
    assert element('p', html='')['props'] == {'innerHTML': ''}


def test_listener_s_id_is_the_same_in_every_frame() -> None:
    """A changed one makes the browser build the element anew."""
    first, second = element('a', on={'click.prevent': ['x']}), element('a', on={'click.prevent': ['x']})

    assert first == second
    assert first['events'][0]['type'] == 'click'
    assert first['events'][0]['modifiers'] == ['prevent']
    assert first['events'][0]['args'] == [['x']]


class Transport:
    """Of asyncio, as far as a socket uses it."""

    def __init__(self) -> None:
        self.written = b''
        self.buffered = 0
        self.closing = False

    def is_closing(self) -> bool:
        return self.closing

    def get_write_buffer_size(self) -> int:
        return self.buffered

    def abort(self) -> None:
        self.closing = True

    def write(self, data: bytes) -> None:
        self.written += data


class Protocol:
    def __init__(self, transport: Transport) -> None:
        self.transport = transport


def test_reader_who_is_too_slow_is_cut_and_others_are_written_to() -> None:
    transport = Transport()
    socket = TransportSocket(Protocol(transport))  # type: ignore[arg-type]
    frame = encode({})

    transport.buffered = MAX_BUFFERED_BYTES
    assert socket.send(frame)
    transport.buffered = MAX_BUFFERED_BYTES + 1
    assert not socket.send(frame)
    assert transport.closing
    assert not socket.send(frame)
    assert transport.written == frame
