"""What becomes of a message in the windows of those who have it on screen: answers, reactions, pins, cards, deletions taken back."""

import pytest

from livechat.domain.message import Message
from livechat.domain.model import PAGE_SIZE, MessageNumber
from livechat.ui import message_body
from livechat.ui.stream import Kind, element_id
from tests.ui.browser_model import updates_in
from tests.ui.model_tab import Tab
from tests.ui.room_stand import CARD_URL, RoomStand, inside


class Heard:
    """What a tab's browser is sent from now on: the ids of the elements, frame by frame."""

    def __init__(self, tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
        self.frames: list[list[int]] = []
        receive = tab.browser.receive

        def hear(frame: bytes) -> None:
            self.frames.extend(list(update) for update in updates_in(frame))
            receive(frame)  # type: ignore[arg-type]

        monkeypatch.setattr(tab.browser, 'receive', hear)


async def test_reaction_sends_its_message_alone_and_is_not_read_out(stand: RoomStand, monkeypatch: pytest.MonkeyPatch) -> None:
    await stand.open(history=3)
    tab = await inside(stand, stand.tab())
    heard = Heard(tab, monkeypatch)
    entry = element_id(Kind.MESSAGE, stand.room.id, 2)
    assert 'aria-live' not in tab.browser.elements[entry]['props']

    stand.react(2, '👍', user=1)
    await stand.check()

    assert heard.frames == [[entry]]
    assert tab.browser.elements[entry]['props']['aria-live'] == 'off'
    assert 'Person 1</small>' in tab.shown_html()


async def test_post_sends_its_message_alone_and_is_read_out(stand: RoomStand, monkeypatch: pytest.MonkeyPatch) -> None:
    await stand.open(history=3)
    tab = await inside(stand, stand.tab())
    heard = Heard(tab, monkeypatch)

    stand.post('new')
    await stand.check()

    entry = element_id(Kind.MESSAGE, stand.room.id, 4)
    assert heard.frames == [[entry]]
    assert 'aria-live' not in tab.browser.elements[entry]['props']


async def test_messages_under_another_name_are_not_read_out_again(stand: RoomStand) -> None:
    await stand.open(history=3)
    tab = await inside(stand, stand.tab())

    await stand.rename_person(0, 'Queen of Sheba')
    await stand.check()

    assert 'Queen of Sheba' in tab.shown_html()
    entries = [tab.browser.elements[element_id(Kind.MESSAGE, stand.room.id, number)] for number in (1, 2, 3)]
    assert [entry['props'].get('aria-live') for entry in entries] == ['off'] * 3


async def test_several_changes_at_once_of_an_older_page_send_it_once(stand: RoomStand, monkeypatch: pytest.MonkeyPatch) -> None:
    await stand.open(history=60)
    tab = await inside(stand, stand.tab())
    heard = Heard(tab, monkeypatch)

    stand.delete(10)  # the one after it names its author now
    await stand.check()

    assert heard.frames == [[element_id(Kind.PAGE, stand.room.id, 0)]]


async def test_answers_show_their_original_as_it_is_edited_deleted_and_restored(stand: RoomStand) -> None:
    await stand.open(history=PAGE_SIZE)
    tab = await inside(stand, stand.tab())
    stand.answer(7, 'an answer on the next page')
    await stand.check()
    assert 'old 7</span></a>' in tab.shown_html()

    stand.edit(7, 'now *this*')
    await stand.check()
    assert 'now this</span></a>' in tab.shown_html()

    stand.delete(7)
    await stand.check()
    assert 'a message that was deleted' in tab.shown_html()

    stand.undo(7)
    await stand.check()
    assert 'now this</span></a>' in tab.shown_html()


async def test_answers_and_reactions_show_new_names(stand: RoomStand) -> None:
    await stand.open(history=1)
    tab = await inside(stand, stand.tab(1))
    stand.answer(1, 'yes', author=1)
    stand.react(1, '👍', user=0)
    await stand.check()

    await stand.rename_person(0, 'Queen of Sheba')
    await stand.check()

    assert 'Queen of Sheba</b> <span dir=auto>old 1' in tab.shown_html()
    assert 'Queen of Sheba</small>' in tab.shown_html()
    assert 'Person 0' not in tab.shown_html()


async def test_tab_that_was_offline_is_shown_every_kind_of_change(stand: RoomStand) -> None:
    await stand.open(history=8)
    for number in (1, 5):
        stand.answer(number, f'answers {number}')
    await stand.check()
    stand.delete(4)
    tab = await inside(stand, stand.tab())
    tab.lose()

    stand.react(1, '🎉')
    stand.edit(2, f'look: {CARD_URL}')
    stand.pin(3)
    stand.undo(4)
    stand.edit(5, 'quoted anew')
    stand.delete(6)
    await stand.settle()
    stand.show_card(2, 'A page')
    await stand.settle()
    assert '🎉' not in tab.shown_html()
    tab.come_back()
    await stand.check()

    html = tab.shown_html()
    assert all(part in html for part in ('🎉', 'class=card', 'aria-label=Pinned', '<p>old 4', 'quoted anew</span></a>'))
    assert html.count('This message was deleted.') == 1


async def test_texts_are_made_ready_before_they_are_shown(stand: RoomStand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large ones are rendered beside the event loop: those of the newest page, of older pages, and of each event."""
    ready: list[MessageNumber] = []
    prepare = message_body.prepare

    async def note(messages: list[Message]) -> None:
        ready.extend(message.number for message in messages)
        await prepare(messages)

    for module in ('room_view', 'room_pages'):
        monkeypatch.setattr(f'livechat.ui.{module}.prepare', note)
    await stand.open(history=170)
    assert set(ready) >= {*range(101, 171)}
    ready.clear()

    stand.post('new')
    await stand.settle()
    assert ready == [171]
    await stand.view.pages.load(0)

    assert set(ready) == {171, *range(1, 51)}
