"""The administration: for whom it is, its rooms, its policy, its log."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.audit import Act
from livechat.domain.errors import NotAllowed
from livechat.domain.model import ServerRole
from livechat.domain.policy import Circle, Policy, Registration
from tests.ui.form_hands import Hands
from tests.ui.page_stand import PageStand, open_pages


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def admin(pages: PageStand, part: str = '', user: int = 0) -> Hands:
    hands = Hands(pages, await pages.tab(user, '/admin'))
    if part:
        await hands.press(part)
    return hands


async def test_page_is_empty_for_whoever_is_no_admin(pages: PageStand) -> None:
    assert 'Policy' in (await admin(pages)).buttons

    hands = await admin(pages, user=1)

    assert 'This page is for the admins of this server.' in hands.text
    assert hands.buttons == []
    assert 'Person 2' not in hands.text


async def test_part_is_in_the_address_so_that_a_reload_leads_to_it(pages: PageStand) -> None:
    hands = await admin(pages)

    await hands.press('Policy')

    assert hands.tab.address == '/admin?part=policy'
    again = Hands(pages, await pages.tab(0, '/admin?part=policy'))
    assert 'Who may make an account?' in again.text
    assert 'Search people' in Hands(pages, await pages.tab(0, '/admin?part=nonsense')).fields


# Rooms


async def test_rooms_are_open_and_private_ones_with_what_an_admin_may_know(pages: PageStand) -> None:
    rooms, people = pages.chat.rooms, pages.people
    budget = await rooms.create(people[1], 'Budget', private=True)
    await rooms.post(people[1], budget.id, 'we are broke', 'k1')
    old = await rooms.create(people[1], 'Old <b>', announcements=True)
    await pages.chat.room_settings.archive(people[1], old.id)
    await rooms.direct(people[1], {people[1].id, people[2].id})

    hands = await admin(pages, 'Rooms')

    lines = next(each for each in hands.elements if 'Budget' in str(each.props.get('innerHTML'))).props['innerHTML']
    assert lines.count('<li>') == 3
    assert f'href="/rooms/{budget.slug}/settings"' in lines
    assert '<b dir="auto">Budget</b> <small>private · 1 member</small>' in lines
    assert '<b dir="auto">Lobby</b> <small>open · 3 members</small>' in lines
    assert 'Old &lt;b&gt;' in lines
    assert '>announcements<' in lines
    assert '>archived<' in lines
    assert 'broke' not in hands.text


async def test_rooms_are_found_by_a_part_of_their_name(pages: PageStand) -> None:
    await pages.room('Kitchen')
    hands = await admin(pages, 'Rooms')
    assert 'Lobby' in hands.text

    hands.fill('Search rooms', 'KITCH')
    await pages.settle()
    assert 'Kitchen' in hands.text
    assert 'Lobby' not in hands.text
    hands.fill('Search rooms', 'nowhere')
    await pages.settle()

    assert 'No room is called that.' in hands.text


# Policy


async def test_policy_shows_what_is_in_force_and_each_choice_is_in_force_at_once(pages: PageStand) -> None:
    before = Policy(registration=Registration.INVITED, guests=False, create_rooms=Circle.ADMINS)
    await pages.chat.policy.change(pages.people[0], before)
    hands = await admin(pages, 'Policy')
    question = 'Guests, who come by an invitation and give only a name'
    assert hands.field('Who may make an account?').value == 'invited'
    assert hands.field(question).value == 'no'
    assert hands.field('Who may create rooms?').value == 'admins'

    await hands.choose('Who may make an account?', 'Nobody; guests cannot keep their names either')
    await hands.choose(question, 'Guests are let in')
    await hands.choose('Who may create rooms?', 'Everybody, guests too')
    await hands.choose('Who may invite others?', 'Admins of this server')

    expected = Policy(registration=Registration.CLOSED, guests=True, create_rooms=Circle.EVERYBODY, invite=Circle.ADMINS)
    assert pages.chat.policy.current == expected
    assert hands.text.count('Saved.') == 4


async def test_choices_of_two_admins_keep_one_another(pages: PageStand) -> None:
    await pages.chat.moderation.set_role(pages.people[0], pages.people[1].id, ServerRole.ADMIN)
    mine, theirs = await admin(pages, 'Policy'), await admin(pages, 'Policy', user=1)

    await theirs.choose('Who may create rooms?', 'Admins of this server')
    await mine.choose('Who may invite others?', 'Admins of this server')

    assert pages.chat.policy.current == Policy(create_rooms=Circle.ADMINS, invite=Circle.ADMINS)


async def test_refused_choice_shows_again_what_is_in_force(pages: PageStand, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_: Policy) -> None:
        raise NotAllowed('The disk is full.')

    hands = await admin(pages, 'Policy')
    monkeypatch.setattr(pages.house.stores.server, 'set_policy', refuse)

    await hands.choose('Who may create rooms?', 'Admins of this server')

    assert hands.field('Who may create rooms?').value == 'members'
    assert 'The disk is full.' in hands.text


# The log


async def test_log_says_who_did_what_to_whom_and_when_the_newest_first(pages: PageStand) -> None:
    people = pages.people
    await pages.chat.moderation.set_role(people[0], people[1].id, ServerRole.ADMIN)
    await pages.chat.moderation.ban(people[1], people[2].id)

    hands = await admin(pages, 'Log')

    text = hands.text
    banned = text.index('<b dir="auto">Person 1</b> banned <b dir="auto">Person 2</b>')
    appointed = text.index('<b dir="auto">Person 0</b> changed the role of <b dir="auto">Person 1</b>')
    assert banned < appointed
    assert 'member → admin' in text[appointed:]


async def test_log_names_a_person_within_the_sentence(pages: PageStand) -> None:
    people = pages.people
    await pages.chat.members.remove(people[0], pages.lobby.id, people[2].id)

    hands = await admin(pages, 'Log')

    assert 'removed <b dir="auto">Person 2</b> from a room</p>' in hands.text


async def test_older_entries_come_on_demand_each_once(pages: PageStand) -> None:
    audit = pages.house.stores.audit
    for number in range(120):
        await audit.add(at=pages.house.clock.now(), actor=pages.people[0].id, act=Act.BANNED, subject=f'Subject {number:03}', detail='')
    hands = await admin(pages, 'Log')
    assert hands.text.count('Subject') == 50
    assert 'Subject 119' in hands.text

    await hands.press('Older')
    await hands.press('Older')

    assert [f'Subject {number:03}' in hands.text for number in range(120)] == [True] * 120
    assert hands.text.count('Subject') == 120
    assert 'Older' not in hands.buttons


async def test_double_click_on_older_shows_nothing_twice(pages: PageStand) -> None:
    audit = pages.house.stores.audit
    for number in range(170):
        await audit.add(at=pages.house.clock.now(), actor=pages.people[0].id, act=Act.BANNED, subject=f'Subject {number:03}', detail='')
    hands = await admin(pages, 'Log')
    older = next(each for each in hands.elements if each.props.get('innerHTML') == 'Older')

    hands.tab.event(older, 'click', None)
    hands.tab.event(older, 'click', None)
    await pages.settle()

    assert hands.text.count('Subject') == 100


async def test_what_the_command_line_did_is_in_the_log(pages: PageStand) -> None:
    await pages.house.stores.audit.add(at=pages.house.clock.now(), actor=None, act=Act.LINK, subject='Person 1', detail='')

    hands = await admin(pages, 'Log')

    assert 'The command line</b> made a password link for <b dir="auto">Person 1</b>' in hands.text
