"""The picker of a reaction in one tab."""

import html
import re
from collections.abc import AsyncIterator

import pytest

from livechat.domain.message import MAX_REACTION_CHARS
from livechat.ui.pages.emoji_picker import MOST_OFFERED
from livechat.ui.shell import Part
from tests.ui.message_hands import MessageHands, reacted
from tests.ui.page_stand import PageStand, open_pages

OWNER, ANA, BO = range(3)
OLD = 1
BUTTON = re.compile(r'command="(--pick-\d+)"[^>]*>(.*?)</button>')


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


class Picker:
    """Open at a message of the lobby."""

    def __init__(self, pages: PageStand, hands: MessageHands) -> None:
        self._pages = pages
        self.hands = hands

    async def search(self, words: str) -> None:
        field = self.hands.tab.page._controls._actions._picker._field
        field.set_value(words)
        await self._pages.settle()

    async def key(self, key: str) -> None:
        field = self.hands.tab.page._controls._actions._picker._field
        await self.hands.key_at(field, key)

    @property
    def shown(self) -> dict[str, str]:
        """What is on its buttons, and their commands."""
        popup = self.hands.popup
        assert popup is not None
        found = ''.join(str(each.props.get('innerHTML', '')) for each in popup.descendants())
        return {html.unescape(re.sub('<[^>]*>', '', text)): command for command, text in BUTTON.findall(found)}


async def open_picker(pages: PageStand, number: int = OLD) -> Picker:
    hands = MessageHands(pages, await pages.tab(ANA))
    await hands.command(f'--react-{number}')
    return Picker(pages, hands)


async def test_emoji_found_by_name_is_picked_by_click(pages: PageStand) -> None:
    picker = await open_picker(pages)
    await picker.search('rocket')

    await picker.hands.command(picker.shown['🚀'])

    assert reacted(pages, pages.lobby, OLD) == {'🚀': ['Person 1']}
    assert picker.hands.popup is None


async def test_enter_takes_the_nearest_and_arrows_go_on(pages: PageStand) -> None:
    picker = await open_picker(pages)
    await picker.search('heart')
    second = list(picker.shown)[1]

    await picker.key('arrow-right')
    await picker.key('enter')

    assert list(reacted(pages, pages.lobby, OLD)) == [second]


async def test_short_text_is_a_reaction_of_its_own(pages: PageStand) -> None:
    picker = await open_picker(pages)
    await picker.search('  so  <true> ')

    await picker.hands.command(picker.shown['React with “so <true>”'])

    assert list(reacted(pages, pages.lobby, OLD)) == ['so <true>']


async def test_text_beyond_the_limit_is_not_offered(pages: PageStand) -> None:
    picker = await open_picker(pages)
    await picker.search('z' * MAX_REACTION_CHARS)
    assert list(picker.shown) == [f'React with “{"z" * MAX_REACTION_CHARS}”']

    await picker.search('z' * (MAX_REACTION_CHARS + 1))

    assert picker.shown == {}
    await picker.key('enter')
    assert reacted(pages, pages.lobby, OLD) == {}


async def test_click_means_what_was_seen_whatever_was_typed_since(pages: PageStand) -> None:
    picker = await open_picker(pages)
    await picker.search('rocket')
    rocket = picker.shown['🚀']
    await picker.search('cat')

    await picker.hands.command(rocket)

    assert list(reacted(pages, pages.lobby, OLD)) == ['🚀']


async def test_used_last_comes_back_first(pages: PageStand) -> None:
    picker = await open_picker(pages)
    for words in ('rocket', 'tada', 'rocket'):
        await picker.search(words)
        await picker.key('enter')
        await picker.hands.command(f'--react-{OLD + 1}')

    shown = list(picker.shown)
    assert shown[8:9] == ['🚀']
    assert '🎉' in shown[:8]


async def test_picked_once_the_picker_takes_nothing_more(pages: PageStand) -> None:
    picker = await open_picker(pages)
    command = picker.shown['👍']
    await picker.hands.command(command)

    await picker.hands.command(command)

    assert reacted(pages, pages.lobby, OLD) == {'👍': ['Person 1']}


async def test_picker_that_a_menu_took_the_place_of_takes_nothing_more(pages: PageStand) -> None:
    picker = await open_picker(pages)
    command = picker.shown['👍']
    await picker.hands.menu(OLD + 1)

    await picker.hands.command(command)

    assert reacted(pages, pages.lobby, OLD) == {}
    assert reacted(pages, pages.lobby, OLD + 1) == {}


async def test_picker_remembers_what_it_offered_up_to_a_limit(pages: PageStand) -> None:
    picker = await open_picker(pages)
    await picker.search('seen')
    seen = picker.shown['React with “seen”']
    for place in range(MOST_OFFERED):
        picker.hands.tab.page._controls._actions._picker._field.set_value(f'w{place}')

    await picker.hands.command(seen)
    assert reacted(pages, pages.lobby, OLD) == {}

    await picker.hands.command(picker.shown[f'React with “w{MOST_OFFERED - 1}”'])
    assert reacted(pages, pages.lobby, OLD) == {f'w{MOST_OFFERED - 1}': ['Person 1']}


async def test_message_deleted_while_the_picker_is_open_gets_nothing(pages: PageStand) -> None:
    picker = await open_picker(pages)
    await pages.chat.rooms.delete_message(pages.people[OWNER], pages.lobby.id, OLD)  # type: ignore[arg-type]
    await pages.settle()

    await picker.key('enter')

    assert reacted(pages, pages.lobby, OLD) == {}
    assert 'does not exist any more' in picker.hands.tab.notice


async def test_picker_of_the_box_offers_emoji_alone(pages: PageStand) -> None:
    picker = await open_picker(pages)
    for text in ('LGTM', '🚀'):
        await picker.search('rocket' if text == '🚀' else text)
        await picker.hands.command(next(command for shown, command in picker.shown.items() if text in shown))
        await picker.hands.command(f'--react-{OLD}')
    assert {'LGTM', '🚀'} <= picker.shown.keys()

    picker.hands.tab.click(Part.EMOJI)
    await pages.settle()

    assert '🚀' in picker.shown
    assert 'LGTM' not in picker.shown
    await picker.search('LGTM')
    assert picker.shown == {}
    await picker.search('rocket')
    await picker.hands.command(picker.shown['🚀'])
    assert picker.hands.tab.page._box.text == '🚀'
