"""The People of a room: what tabs are sent piece by piece is what a fresh view would show."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from livechat.domain.model import Member, Person, PersonPresence, Room, RoomId, RoomKind, RoomRole, ServerRole, UserId, UserKind
from livechat.ui.audience import Audience
from livechat.ui.people_view import SHOWN, PeopleView
from livechat.ui.shell import Part, part
from livechat.ui.stream import Kind, encode
from tests.ui.browser_model import BrowserModel

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ROOM = Room(id=RoomId(7), name='Lobby', slug='lobby', description='', created_by=None, created_at=AT)
AUDIENCE = Audience(0, 'http://chat.example')
IDS = st.integers(1, 12).map(UserId)


def member(user_id: int, name: str = '', role: ServerRole = ServerRole.MEMBER, room_role: RoomRole = RoomRole.MEMBER) -> Member:
    shown = name or f'Person {user_id:04}'
    person = Person(id=UserId(user_id), kind=UserKind.ACCOUNT, role=role, username=f'person{user_id}', display_name=shown)
    return Member(person=person, role=room_role, joined_at=AT)


def view_of(members: dict[UserId, Member], online: set[UserId], here: set[UserId], room: Room = ROOM) -> PeopleView:
    view = PeopleView(room, members, online=online, here=here, now=lambda: AT)
    view.take_changes()
    return view


def crowd(count: int, online: int = 0) -> PeopleView:
    members = {UserId(number): member(number) for number in range(1, count + 1)}
    return view_of(members, {UserId(number) for number in range(1, online + 1)}, set())


def panel(browser: BrowserModel) -> str:
    return browser.html(part(Part.PEOPLE))


def entered(view: PeopleView) -> BrowserModel:
    browser = BrowserModel()
    browser.receive(encode(view.snapshot(AUDIENCE)))
    return browser


class PeopleMachine(RuleBasedStateMachine):
    """With four times as many people as are shown, there is always somebody to move up."""

    def __init__(self) -> None:
        super().__init__()
        self.members = {UserId(number): member(number) for number in range(1, 2 * SHOWN + 3)}
        self.online = {user_id for user_id in self.members if user_id % 2}
        self.here: set[UserId] = set()
        self.view = view_of(self.members, self.online, self.here)
        self.browser = entered(self.view)

    @rule(user_id=IDS, name=st.sampled_from(['ada', 'Zoe', 'ßen', '']), online=st.booleans(), here=st.booleans())
    def put(self, user_id: UserId, name: str, online: bool, here: bool) -> None:
        self.members[user_id] = member(user_id, name)
        self._set(user_id, online=online, here=here)
        self.view.put(self.members[user_id], online=online, here=here)

    @rule(user_id=IDS)
    def remove(self, user_id: UserId) -> None:
        self.members.pop(user_id, None)
        self._set(user_id, online=False, here=False)
        self.view.remove(user_id)

    @rule(user_id=IDS, online=st.booleans(), here=st.booleans())
    def move(self, user_id: UserId, online: bool, here: bool) -> None:
        if user_id in self.members:
            self._set(user_id, online=online, here=here)
        self.view.move(PersonPresence(user_id=user_id, online=online, here=here))

    @rule(user_id=IDS, name=st.sampled_from(['bea', 'ADA', 'Person 0001']))
    def rename(self, user_id: UserId, name: str) -> None:
        if user_id in self.members:
            self.members[user_id] = member(user_id, name)
        self.view.rename(member(user_id, name).person)

    @rule()
    def flush(self) -> None:
        self.browser.receive(encode(self.view.take_changes()))
        self.browser.receive(encode(self.view.alone(AUDIENCE)))

        fresh = entered(view_of(self.members, self.online, self.here))
        assert panel(self.browser) == panel(fresh)
        assert panel(entered(self.view)) == panel(fresh)
        assert self.browser.numbers(Kind.PERSON, ROOM.id) == fresh.numbers(Kind.PERSON, ROOM.id)
        assert len(self.browser.numbers(Kind.PERSON, ROOM.id)) <= 2 * SHOWN

    def _set(self, user_id: UserId, *, online: bool, here: bool) -> None:
        (self.online.add if online else self.online.discard)(user_id)
        (self.here.add if here else self.here.discard)(user_id)

    @invariant()
    def no_element_is_rebuilt(self) -> None:
        assert not self.browser.complaints

    def teardown(self) -> None:
        self.flush()
        self.browser.receive(encode(self.view.drop()))
        assert not self.browser.of_room(ROOM.id)


TestPeople = PeopleMachine.TestCase
TestPeople.settings = settings(max_examples=25, stateful_step_count=20, deadline=None, database=None)


def test_at_most_a_hundred_of_each_group_are_sent_and_the_rest_is_counted() -> None:
    browser = entered(crowd(1_000, online=300))

    assert len(browser.numbers(Kind.PERSON, ROOM.id)) == 2 * SHOWN
    assert 'Online · 300' in panel(browser)
    assert 'and 200 more' in panel(browser)
    assert 'Offline · 700' in panel(browser)
    assert 'and 600 more' in panel(browser)


def test_one_change_among_many_sends_few_people() -> None:
    view = crowd(1_000, online=300)

    view.move(PersonPresence(user_id=UserId(5), online=True, here=True))

    people = [key for key in view.take_changes() if key in BrowserPeople()]
    assert len(people) == 1


class BrowserPeople:
    """The ids of people's lines."""

    def __contains__(self, key: int) -> bool:
        return key >> 48 & 0xF == Kind.PERSON


def test_filter_finds_people_who_are_not_shown_and_forgets_them_afterwards() -> None:
    view = crowd(1_000)
    browser = entered(view)
    assert 'Person 0777' not in panel(browser)

    elements, extra = view.filtered('0777', frozenset())
    browser.receive(encode(elements))
    assert 'Person 0777' in panel(browser)
    assert 'Person 0001' not in panel(browser)
    browser.receive(encode(view.without(extra)))
    browser.receive(encode(view.snapshot(AUDIENCE)))

    assert panel(browser) == panel(entered(view))
    assert browser.numbers(Kind.PERSON, ROOM.id) == set(range(1, SHOWN + 1))


def test_filter_ignores_case() -> None:
    view = view_of({UserId(1): member(1, 'Ömer Ünal'), UserId(2): member(2, 'Zoe')}, set(), set())
    browser = entered(view)

    browser.receive(encode(view.filtered('ömer ü', frozenset())[0]))

    assert 'Ömer' in panel(browser)
    assert 'Zoe' not in panel(browser)


def test_who_is_alone_gets_the_address_to_share() -> None:
    view = view_of({UserId(1): member(1), UserId(2): member(2)}, {UserId(1)}, {UserId(1)})
    browser = entered(view)
    assert 'You are the only one here' in panel(browser)
    assert 'http://chat.example/rooms/lobby' in panel(browser)

    view.move(PersonPresence(user_id=UserId(2), online=True, here=False))
    browser.receive(encode({**view.take_changes(), **view.alone(AUDIENCE)}))

    assert 'You are the only one here' not in panel(browser)


@pytest.mark.parametrize('room', [replace(ROOM, kind=RoomKind.PRIVATE), replace(ROOM, kind=RoomKind.DIRECT), replace(ROOM, archived_at=AT)])
def test_address_that_leads_nobody_in_is_not_to_be_shared(room: Room) -> None:
    browser = entered(view_of({UserId(1): member(1), UserId(2): member(2)}, {UserId(1)}, {UserId(1)}, room))

    assert 'http://chat.example' not in panel(browser)


def test_only_member_is_told_by_the_card_in_the_log_instead() -> None:
    browser = entered(view_of({UserId(1): member(1)}, {UserId(1)}, {UserId(1)}))

    assert 'You are the only one here' not in panel(browser)


def test_member_who_is_asked_to_pause_is_marked_until_it_is_over() -> None:
    now = AT
    paused = replace(member(2), timed_out_until=AT + timedelta(minutes=5))
    view = PeopleView(ROOM, {UserId(1): member(1), UserId(2): paused}, online=[], here=[], now=lambda: now)
    view.take_changes()
    browser = entered(view)
    assert panel(browser).count('>paused<') == 1
    now += timedelta(minutes=4)
    assert not view.end_pauses()

    now += timedelta(minutes=1)
    assert view.end_pauses()
    browser.receive(encode(view.take_changes()))

    assert 'paused' not in panel(browser)
    assert not view.end_pauses()


def test_member_who_is_asked_to_pause_again_is_marked_again() -> None:
    view = view_of({UserId(1): member(1)}, {UserId(1)}, set())
    browser = entered(view)
    assert 'paused' not in panel(browser)

    view.put(replace(member(1), timed_out_until=AT + timedelta(minutes=5)), online=True, here=False)
    browser.receive(encode(view.take_changes()))

    assert 'paused' in panel(browser)


def test_line_says_in_words_where_a_person_is() -> None:
    members = {UserId(number): member(number) for number in (1, 2, 3)}
    browser = entered(view_of(members, {UserId(1), UserId(2)}, {UserId(1)}))

    titles = [element['props']['title'] for element in browser.elements.values() if 'person' in element.get('class', [])]

    assert [title.split(', ', 1)[1] for title in sorted(titles)] == ['here', 'online, in another room', 'offline']


def test_line_names_the_server_role_before_the_room_role() -> None:
    members = {
        UserId(1): member(1, 'Olga', ServerRole.OWNER, RoomRole.ADMIN),
        UserId(2): member(2, 'Rita', ServerRole.MEMBER, RoomRole.ADMIN),
        UserId(3): member(3, 'Mia'),
    }

    html = panel(entered(view_of(members, set(), set())))

    assert html.count('class="tag"') == 2
    assert '<span class="tag">owner</span>' in html
    assert '<span class="tag">room admin</span>' in html


def test_hostile_name_is_text() -> None:
    html = panel(entered(view_of({UserId(1): member(1, '<img src=x onerror=alert(1)>')}, set(), set())))

    assert '<img' not in html
    assert '&lt;img' in html
