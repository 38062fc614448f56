"""People as admins see them, and what is done about them there."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from livechat.domain.invitation import InvitedAs
from livechat.domain.model import ServerRole, User, UserStatus
from tests.ui.form_hands import Hands
from tests.ui.page_stand import QUIET_TURNS, PageStand, open_pages


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def admin(pages: PageStand, user: int = 0) -> Hands:
    return Hands(pages, await pages.tab(user, '/admin'))


async def sheet(pages: PageStand, name: str, user: int = 0) -> Hands:
    """What can be done about that person, opened."""
    hands = await admin(pages, user)
    await hands.pick(name)
    return hands


async def press(hands: Hands, act: str) -> None:
    """An act of the sheet, whose button says more than its name."""
    await hands.press(next(button for button in hands.buttons if button.startswith(f'<b>{act}</b>')))


def acts(hands: Hands) -> list[str]:
    return [button[3:].partition('</b>')[0] for button in hands.buttons if button.startswith('<b>')]


def lines(hands: Hands) -> list[str]:
    return [str(each.props['innerHTML']) for each in hands.elements if each.tag == 'li']


async def crowd(pages: PageStand) -> None:
    """A hundred more people."""
    for number in range(100):
        await pages.house._add_person(f'Crowd {number:03}', ServerRole.MEMBER)


def stored(pages: PageStand, user: int) -> User:
    return pages.house.stores.memory.accounts[pages.people[user].id].user


async def appoint(pages: PageStand, user: int, role: ServerRole = ServerRole.ADMIN) -> None:
    await pages.chat.moderation.set_role(pages.people[0], pages.people[user].id, role)


# The list


async def test_admins_come_first_and_everybody_is_one_element(pages: PageStand) -> None:
    await appoint(pages, 2)
    await pages.chat.moderation.deactivate(pages.people[0], pages.people[1].id)

    hands = await admin(pages)

    html = lines(hands)
    assert ['Person 0' in html[0], 'Person 2' in html[1], 'Person 1' in html[2]] == [True] * 3
    assert [next(iter(line.split('class=tag>')[1:]), '')[:5] for line in html] == ['owner', 'admin', 'deact']
    assert not any(list(each.descendants()) for each in hands.elements if each.tag == 'li')


async def test_names_are_shown_as_they_were_written(pages: PageStand) -> None:
    await pages.house.rename_person(1, '<script>x</script>')

    html = next(str(each.props['innerHTML']) for each in (await admin(pages)).elements if 'script' in str(each.props.get('innerHTML')))

    assert '&lt;script&gt;' in html
    assert '<script' not in html


async def test_people_are_found_by_words_and_the_list_comes_back(pages: PageStand) -> None:
    hands = await admin(pages)

    hands.fill('Search people', 'person 2')
    await pages.settle()
    assert ['Person 1' in hands.text, 'Person 2' in hands.text] == [False, True]
    hands.fill('Search people', 'nobody at all')
    await pages.settle()
    assert 'Nobody is called that.' in hands.text
    hands.fill('Search people', '')
    await pages.settle()

    assert ['Person 1' in hands.text, 'Person 2' in hands.text] == [True, True]
    assert 'Nobody is called that.' not in hands.text


async def test_searches_that_wait_show_what_was_typed_last_and_no_more_than_its_beginning(pages: PageStand) -> None:
    await crowd(pages)
    hands = await admin(pages)
    gate = pages.hold(hands.tab)

    for words in ('Person 1', 'Person', 'Crowd'):
        hands.fill('Search people', words)
    gate.set()
    await pages.settle()

    assert len(lines(hands)) == 50
    assert all('Crowd' in line for line in lines(hands))


async def test_search_that_is_overtaken_while_it_is_asked_shows_what_was_typed_last(pages: PageStand) -> None:
    hands = await admin(pages)

    for turns in range(QUIET_TURNS):  # whatever the first one is waiting for
        hands.fill('Search people', 'Person')
        await pages.house.turn(turns)
        hands.fill('Search people', 'Person 2')
        await pages.settle()

        assert [('Person 2' in line) for line in lines(hands)] == [True]


async def test_double_click_on_more_shows_nobody_twice(pages: PageStand) -> None:
    await crowd(pages)
    hands = await admin(pages)
    more = next(each for each in hands.elements if each.props.get('innerHTML') == 'Show more')

    hands.tab.event(more, 'click', None)
    hands.tab.event(more, 'click', None)
    await pages.settle()

    assert len(lines(hands)) == len(set(lines(hands))) == 100


async def test_long_list_comes_by_fifties_each_person_once(pages: PageStand) -> None:
    await crowd(pages)
    hands = await admin(pages)
    assert len(lines(hands)) == 50

    await hands.press('Show more')
    await hands.press('Show more')

    assert len(lines(hands)) == len(set(lines(hands))) == 103
    assert 'Show more' not in hands.buttons


# What is offered


async def test_owner_is_offered_every_act(pages: PageStand) -> None:
    hands = await sheet(pages, 'Person 1')

    assert acts(hands) == ['Make owner', 'Make admin', 'Password link', 'Deactivate', 'Ban']


async def test_nobody_acts_against_themselves_or_a_higher_role(pages: PageStand) -> None:
    await appoint(pages, 1)

    own, owner = await sheet(pages, 'Person 1', user=1), await sheet(pages, 'Person 0', user=1)
    member = await sheet(pages, 'Person 2', user=1)

    assert acts(own) == []
    assert 'This is you.' in own.text
    assert acts(owner) == []
    assert 'higher than yours' in owner.text
    assert acts(member) == ['Make admin', 'Password link', 'Deactivate', 'Ban']


async def test_guest_can_only_be_banned(pages: PageStand) -> None:
    chat = pages.chat
    invitation = await chat.invitations.make(
        pages.people[0], room_id=None, invited_as=InvitedAs.GUEST, lasts=timedelta(days=1), max_uses=None
    )
    await chat.guests.join(chat.invitations.code(invitation), name='Mira', address='', user_agent='', guest_key=None)

    hands = await sheet(pages, 'Mira')

    assert acts(hands) == ['Ban']
    assert 'Guest · here since' in hands.text
    assert 'by an invitation' in hands.text


# The acts


async def test_role_is_given_after_a_question_and_the_line_shows_it(pages: PageStand) -> None:
    hands = await sheet(pages, 'Person 1')

    await press(hands, 'Make admin')
    assert 'Person 1 then sees this page' in hands.text
    assert stored(pages, 1).role is ServerRole.MEMBER
    await hands.press('Make admin')

    assert stored(pages, 1).role is ServerRole.ADMIN
    assert not hands.in_dialog
    assert 'class=tag>admin</span>' in hands.text
    assert 'Person 1 is an admin now.' in hands.text


async def test_refusal_is_shown_in_the_question_that_stays_open(pages: PageStand) -> None:
    await appoint(pages, 1)
    hands = await sheet(pages, 'Person 2', user=1)
    await press(hands, 'Deactivate')
    await appoint(pages, 2, ServerRole.OWNER)  # meanwhile

    await hands.press('Deactivate')

    assert hands.in_dialog
    assert 'Person 2 has a higher role on this server than you.' in hands.text
    assert stored(pages, 2).status is UserStatus.ACTIVE


async def test_deactivated_person_is_shown_out_and_can_be_taken_back(pages: PageStand) -> None:
    tab = await pages.tab(1)
    hands = await sheet(pages, 'Person 1')

    await press(hands, 'Deactivate')
    await hands.press('Deactivate')
    assert stored(pages, 1).status is UserStatus.DEACTIVATED
    assert not tab.page.session.may_act
    await hands.pick('Person 1')
    assert acts(hands) == ['Reactivate']
    await press(hands, 'Reactivate')
    await hands.press('Reactivate')

    assert stored(pages, 1).status is UserStatus.ACTIVE
    assert 'deactivated</span>' not in hands.text


async def test_ban_takes_messages_and_addresses_only_when_asked(pages: PageStand) -> None:
    await pages.chat.rooms.post(pages.people[1], pages.lobby.id, 'buy this', 'k1')
    await pages.chat.accounts.start_sign_in(pages.people[1].id, user_agent='', address='198.51.100.7')
    hands = await sheet(pages, 'Person 1')

    await press(hands, 'Ban')
    await hands.press('Ban')

    assert stored(pages, 1).status is UserStatus.BANNED
    assert 'buy this' in pages.bodies(pages.lobby)
    assert not pages.chat.moderation.is_banned_address('198.51.100.7')


async def test_ban_takes_messages_and_addresses_when_asked_and_is_lifted_with_the_addresses(pages: PageStand) -> None:
    await pages.chat.rooms.post(pages.people[1], pages.lobby.id, 'buy this', 'k1')
    for address in ('203.0.114.7', '192.168.7.7'):
        await pages.chat.accounts.start_sign_in(pages.people[1].id, user_agent='', address=address)
    hands = await sheet(pages, 'Person 1')
    is_banned = pages.chat.moderation.is_banned_address

    await press(hands, 'Ban')
    await hands.switch('Also ban the network addresses they were seen from')
    await hands.switch('Also delete all their messages')
    await hands.press('Ban')
    assert 'buy this' not in pages.bodies(pages.lobby)
    assert [is_banned('203.0.114.7'), is_banned('192.168.7.7')] == [True, False]
    await hands.pick('Person 1')
    await press(hands, 'Lift the ban')
    await hands.press('Lift the ban')

    assert not is_banned('203.0.114.7')
    assert stored(pages, 1).status is UserStatus.ACTIVE


async def test_private_addresses_are_banned_only_where_that_is_asked_too(pages: PageStand) -> None:
    await pages.chat.accounts.start_sign_in(pages.people[1].id, user_agent='', address='192.168.7.7')
    hands = await sheet(pages, 'Person 1')
    private = 'Even addresses of a private network'

    await press(hands, 'Ban')
    assert private not in hands.text
    await hands.switch('Also ban the network addresses they were seen from')
    await hands.switch(private)
    await hands.press('Ban')

    assert pages.chat.moderation.is_banned_address('192.168.7.7')


async def test_password_link_is_shown_with_a_picture_and_sets_a_password(pages: PageStand) -> None:
    hands = await sheet(pages, 'Person 1')

    await press(hands, 'Password link')
    assert 'within 4 hours' in hands.text
    await hands.press('Make the link')

    base, _, token = hands.link('Password link for Person 1').rpartition('/')
    assert base == 'http://chat.example:8000/reset'
    assert await pages.chat.passwords_help.whose(token) == stored(pages, 1)
    assert 'aria-label="QR code: Password link for Person 1"' in hands.text
    await hands.press('Copy: Password link for Person 1')
    assert 'The link is selected' in hands.text  # plain http: no clipboard
    assert 'select' in hands.tab.calls


async def test_refused_password_link_says_so_and_shows_none(pages: PageStand) -> None:
    await appoint(pages, 1)
    hands = await sheet(pages, 'Person 2', user=1)
    await press(hands, 'Password link')
    await appoint(pages, 2, ServerRole.OWNER)

    await hands.press('Make the link')

    assert 'Person 2 has a higher role on this server than you.' in hands.text
    assert 'QR code' not in hands.text
