"""One's own page: who one is, how it looks, where one is signed in."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from livechat.domain.invitation import InvitedAs
from livechat.domain.model import Preferences, Theme, User
from livechat.domain.policy import Registration
from livechat.ui.shell import Part
from tests.ui.form_hands import Hands
from tests.ui.page_stand import PageStand, open_pages

PHONE = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36'


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def profile(pages: PageStand, user: int = 1) -> Hands:
    return Hands(pages, await pages.tab(user, '/profile'))


def stored(pages: PageStand, user: int = 1) -> User:
    return pages.house.stores.memory.accounts[pages.people[user].id].user


async def guest(pages: PageStand, name: str = 'Mira') -> int:
    """Somebody who came by an invitation; their place among the people."""
    chat = pages.chat
    terms = {'room_id': None, 'invited_as': InvitedAs.GUEST, 'lasts': timedelta(days=1), 'max_uses': None}
    invitation = await chat.invitations.make(pages.people[0], **terms)
    arrival = await chat.guests.join(chat.invitations.code(invitation), name=name, address='', user_agent='', guest_key=None)
    pages.people.append(arrival.user)
    return len(pages.people) - 1


# Who one is


async def test_names_and_a_few_words_are_stored_as_they_were_cleaned(pages: PageStand) -> None:
    hands = await profile(pages)

    hands.fill('Display name', '  Ana   Torres ')
    hands.fill('User name', 'Ana.T')
    hands.fill('E-mail (optional)', 'ana@example.org')
    hands.fill('About you (optional)', 'I mend boats. ')
    await hands.press('Save')

    user = stored(pages)
    assert (user.display_name, user.username, user.email, user.bio) == ('Ana Torres', 'ana.t', 'ana@example.org', 'I mend boats.')
    assert hands.field('Display name').value == 'Ana Torres'
    assert hands.field('User name').value == 'ana.t'
    assert hands.field('About you (optional)').value == 'I mend boats.'
    assert 'Saved.' in hands.text
    assert 'Ana Torres' in hands.tab.html(Part.ME)


async def test_name_of_somebody_else_is_refused_beside_the_form_that_keeps_it(pages: PageStand) -> None:
    hands = await profile(pages)

    hands.fill('Display name', 'PERSON 2')
    await hands.press('Save')

    assert 'Somebody here has that name already. Try “' in hands.text
    assert hands.field('Display name').value == 'PERSON 2'
    assert stored(pages).display_name == 'Person 1'


async def test_picture_follows_the_name_while_it_is_typed(pages: PageStand) -> None:
    hands = await profile(pages)
    assert '>P</span>' in hands.text

    hands.fill('Display name', 'Ylva')
    await pages.settle()

    assert '>Y</span>' in hands.text
    assert stored(pages).display_name == 'Person 1'


# How it looks


async def test_choices_of_look_and_sound_keep_one_another_though_they_are_made_at_once(pages: PageStand) -> None:
    accounts = pages.chat.accounts
    await accounts.update_preferences(pages.people[1], replace(Preferences(), rooms_folded=True, push_bodies=False))
    hands = await profile(pages)
    gate = pages.hold(hands.tab)

    hands.tab.event(hands.field('Theme'), 'update:modelValue', 2)
    hands.tab.event(hands.switch_of('A soft sound with each notice'), 'update:modelValue', True)
    gate.set()
    await pages.settle()

    expected = Preferences(theme=Theme.DARK, sound=True, rooms_folded=True, push_bodies=False)
    assert stored(pages).preferences == expected


async def test_time_zone_is_that_of_the_browser(pages: PageStand) -> None:
    hands = Hands(pages, await pages.tab(1, '/profile', offset=-210))

    assert 'Times are shown in UTC−3:30' in hands.text


# Guests


async def test_guest_is_asked_for_no_user_name_and_no_old_password(pages: PageStand) -> None:
    place = await guest(pages)

    hands = await profile(pages, place)

    assert set(hands.fields) - {'Message'} == {'Display name', 'About you (optional)', 'Password', 'E-mail (optional)'}
    assert 'Change password' not in hands.buttons


async def test_guest_keeps_their_name_with_one_field_and_one_click_and_the_page_is_that_of_an_account(pages: PageStand) -> None:
    place = await guest(pages)
    hands = await profile(pages, place)
    assert stored(pages, place).is_guest

    hands.fill('Password', 'correct horse')
    await hands.press('Keep this name')
    await pages.until(lambda: 'Change password' in hands.buttons)

    assert not stored(pages, place).is_guest
    assert 'Elsewhere you sign in as “mira”.' in hands.tab.notice
    assert 'Keep this name' not in hands.buttons
    assert {'User name', 'Current password', 'New password'} <= set(hands.fields)
    user, _ = await pages.chat.accounts.sign_in('Mira', 'correct horse', address='', user_agent='')
    assert user.id == pages.people[place].id


async def test_password_that_is_too_short_leaves_the_guest_a_guest_and_says_why(pages: PageStand) -> None:
    place = await guest(pages)
    hands = await profile(pages, place)

    hands.fill('Password', 'short')
    await hands.press('Keep this name')

    assert 'A password needs at least 8 characters' in hands.text
    assert stored(pages, place).is_guest


async def test_guest_is_offered_no_account_where_the_policy_makes_none(pages: PageStand) -> None:
    place = await guest(pages)
    policy = pages.chat.policy
    await policy.change(pages.people[0], replace(policy.current, registration=Registration.CLOSED))

    hands = await profile(pages, place)

    assert 'this server makes no new accounts' in hands.text
    assert 'Keep this name' not in hands.buttons


# Passwords and sign-ins


async def test_wrong_password_changes_nothing_and_is_said(pages: PageStand) -> None:
    hands = await profile(pages)

    hands.fill('Current password', 'not that')
    hands.fill('New password', 'correct horse')
    await hands.press('Change password')
    await pages.until(lambda: 'That is not your current password.' in hands.text)

    assert hands.field('New password').value == 'correct horse'


async def test_sign_ins_are_listed_with_browser_and_address_this_one_first(pages: PageStand) -> None:
    accounts = pages.chat.accounts
    await accounts.start_sign_in(pages.people[1].id, user_agent=PHONE, address='203.0.113.77')
    await accounts.start_sign_in(pages.people[2].id, user_agent='somebody else', address='203.0.113.1')

    hands = await profile(pages)

    text = hands.text
    assert '<b>Chrome on Android</b><small>203.0.113.77 · within the last hour</small>' in text
    assert text.index('this one') < text.index('Chrome on Android')
    assert text.count('this one') == 1
    assert 'somebody else' not in text


async def test_one_sign_in_is_ended_after_a_question_and_its_tab_is_shown_out(pages: PageStand) -> None:
    other = await pages.tab()
    hands = await profile(pages)
    end = next(button for button in hands.buttons if button.startswith('End Unknown browser'))

    await hands.press(end)
    assert 'will be signed out at once' in hands.text
    assert other.page.session.may_act
    await hands.press('End it')

    assert not hands.in_dialog
    assert not other.page.session.may_act
    assert hands.tab.page.session.may_act
    assert end not in hands.buttons
    assert 'Ended.' in hands.text


async def test_question_that_is_cancelled_ends_nothing(pages: PageStand) -> None:
    other = await pages.tab()
    hands = await profile(pages)

    await hands.press('End all others')
    await hands.press('Cancel')

    assert not hands.in_dialog
    assert other.page.session.may_act


async def test_all_others_are_ended_and_this_one_stays(pages: PageStand) -> None:
    others = [await pages.tab() for _ in range(3)]
    hands = await profile(pages)

    await hands.press('End all others')
    await hands.press('End all others')

    assert not any(other.page.session.may_act for other in others)
    assert hands.tab.page.session.may_act
    assert 'End all others' not in hands.buttons


async def test_list_of_sign_ins_that_comes_after_the_page_was_left_goes_nowhere(pages: PageStand) -> None:
    tab = await pages.tab()
    gate = pages.hold(tab)

    tab.go('/profile')
    await pages.house.turn(40)
    tab.go('/rooms/lobby')
    await pages.house.turn(40)
    gate.set()
    await pages.settle()

    assert 'at-room' in tab.classes
    assert tab.notice == ''
    assert not [each for each in tab.client.elements.values() if 'this one' in str(each.props.get('innerHTML'))]
