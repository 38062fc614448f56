"""Suggestions while somebody types: asked for once, walked through, taken, gone."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.model import MessageNumber
from livechat.ui.shell import Part, part
from tests.ui.composer_hands import Composer
from tests.ui.page_stand import PageStand, open_pages

BOX_KEYS = part(Part.BOX_KEYS)
NOT_SENT, SENDING = 'Not sent', 'Sending …'


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def composer(pages: PageStand, user: int = 1, path: str = '/rooms/lobby') -> Composer:
    return Composer(pages, await pages.tab(user, path))


async def own_message(pages: PageStand, body: str, key: str = 'own') -> MessageNumber:
    message = await pages.chat.rooms.post(pages.people[1], pages.lobby.id, body, key)
    await pages.settle()
    return message.number


async def test_people_are_offered_and_the_one_chosen_is_mentioned(pages: PageStand) -> None:
    one = await composer(pages)
    await one.type('Ask @per')
    assert one.suggestions == ['*Person 0', 'Person 2']

    one.key('ArrowDown')
    await pages.settle()
    assert one.suggestions == ['Person 0', '*Person 2']
    assert 'Person 2, 2 of 2' in one.tab.html(Part.COMPLETION_SAYS)
    one.key('Enter')
    await pages.settle()

    assert one.tab.box == f'Ask @{pages.people[2].username} '
    assert one.suggestions == []
    one.tab.enter()
    await pages.settle()
    (number,) = [each.number for each in pages.house.stores.memory.rooms[pages.lobby.id].messages.values() if each.body.startswith('Ask')]
    assert (await one.message(pages.lobby, number)).mentions == (pages.people[2].id,)


async def test_who_types_on_asks_once(pages: PageStand) -> None:
    one = await composer(pages)
    asked: list[str] = []
    ask = pages.chat.rooms.mentionable

    async def mentionable(user: object, room_id: object, words: str) -> object:
        asked.append(words)
        return await ask(user, room_id, words)  # type: ignore[arg-type]

    pages.chat.rooms.mentionable = mentionable  # type: ignore[method-assign,assignment]
    for text in ('@', '@p', '@pe', '@per'):
        one.tab.type(text)
    await one.type('@pers')

    assert asked == ['pers']
    assert one.suggestions


async def test_enter_that_the_list_caught_after_the_word_was_over_sends(pages: PageStand) -> None:
    """Over a slow line: the browser still showed the list when the next words were typed."""
    one = await composer(pages)
    await one.type('@per')
    assert one.suggestions
    listener = dict(one.tab.browser.elements[BOX_KEYS]['events'][0])

    one.tab.type('@person and more')
    assert 'enter' in listener['keys']
    one.tab.page.virtual_event(BOX_KEYS, [{'key': 'Enter', 'isComposing': False, 'keyCode': 13}])
    await pages.settle()

    assert pages.bodies(pages.lobby) == ['@person and more']
    assert one.tab.box == ''


async def test_enter_sends_a_word_that_is_complete(pages: PageStand) -> None:
    one = await composer(pages)
    await one.type('/shrug')
    assert one.suggestions

    one.key('Enter')
    await pages.settle()

    assert 'ツ' in pages.bodies(pages.lobby)[0]


async def test_room_group_is_offered_to_those_who_may_call_it(pages: PageStand) -> None:
    one = await composer(pages)

    await one.type('@roo')

    assert one.suggestions == ['*@room, everybody in this room']


async def test_list_goes_when_another_room_is_opened(pages: PageStand) -> None:
    await pages.room('Other', 1)
    one = await composer(pages)
    await one.type('@per')
    assert one.suggestions

    one.tab.go('/rooms/other')
    await pages.settle()

    assert one.suggestions == []


async def test_reconnected_tab_knows_its_keys_again(pages: PageStand) -> None:
    one = await composer(pages)
    await one.type('@per')

    await one.tab.lose()
    await one.tab.connect()
    await pages.settle()

    assert one.tab.browser.elements[BOX_KEYS]['events'][0]['modifiers'] == ['exact']
    assert not one.tab.browser.complaints
