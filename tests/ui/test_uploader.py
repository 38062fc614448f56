"""What a tab makes of what its browser tells of files, and what its browser shows for sending them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import encode
from livechat.ui.uploader import uploader_elements
from tests.ui.browser_model import BrowserModel
from tests.ui.page_stand import PageStand, PageTab, open_pages

URL = '/uploads/1'
TIDIES = ['removeUploadedFiles', 'removeQueuedFiles']
ADDED = [{'__key': '1796017017632a.txt5', '__status': 'idle'}, {'__key': '1796017017632b.txt5', '__status': 'idle'}]
REJECTED = [{'failedPropValidation': 'max-files', 'file': {'__key': 'x'}}, {'failedPropValidation': 'duplicate', 'file': {}}]
FAILED = {'files': [{'__key': 'x', '__status': 'failed', 'xhr': {}}]}
UPLOADED = {'files': [{'__key': 'x', '__status': 'uploaded', 'xhr': {}}]}
ENTER = {'key': 'Enter', 'isComposing': False, 'keyCode': 13}
NONSENSE = [None, 1, 'x', {}, {'files': None}, {'files': [1, None, []]}, [], [None, 7, 'x', []], [{}], [[{'__key': 1}]], {'key': 5}]


@pytest_asyncio.fixture
async def stand() -> AsyncIterator[PageStand]:
    async with open_pages() as stand:
        yield stand


@pytest_asyncio.fixture
async def tab(stand: PageStand) -> PageTab:
    """Of somebody in a room where files may be sent."""
    tab = await stand.tab()
    tab.page.conversation.controls.on_writing = lambda _: None  # the stand has no place for files, and would close it again
    tab.page.uploader.open(URL)
    tab.calls.clear()
    return tab


def heard(tab: PageTab) -> list[Any]:
    """What the uploader tells the page from now on."""
    told: list[Any] = []
    uploader = tab.page.uploader
    uploader.on_added = lambda keys: told.append(('added', len(keys)))
    uploader.on_rejected = lambda reasons: told.append(('rejected', *sorted(reasons)))
    uploader.on_failed = lambda count: told.append(('failed', count))
    uploader.on_missed = lambda: told.append('missed')
    return told


def props(tab: PageTab, which: Part) -> dict[str, Any]:
    return tab.browser.elements[part(which)].get('props', {})


def shown(*elements: Elements) -> BrowserModel:
    browser = BrowserModel()
    for each in elements:
        browser.receive(encode(each))
    return browser


async def test_page_takes_no_files_until_it_is_told_where_to_send_them(stand: PageStand) -> None:
    tab = await stand.tab()
    assert 'hidden' in tab.browser.elements[part(Part.ATTACH)]['class']
    for which in (Part.UPLOADER, Part.SECOND_UPLOADER):
        assert props(tab, which)['readonly']
        assert 'url' not in props(tab, which)

    tab.page.uploader.open(URL, max_files=3, accept='image/*')

    assert 'hidden' not in tab.browser.elements[part(Part.ATTACH)]['class']
    for which in (Part.UPLOADER, Part.SECOND_UPLOADER):
        assert (props(tab, which)['url'], props(tab, which)['readonly']) == (URL, False)
        assert (props(tab, which)['max-files'], props(tab, which)['accept']) == (3, 'image/*')


def test_conversation_lies_in_the_uploader_whether_it_is_open_or_not() -> None:
    closed, opened = shown(uploader_elements(None)), shown(uploader_elements(None), uploader_elements(URL), uploader_elements('/uploads/2'))

    parts = [part(each) for each in (Part.HEAD, Part.SCROLLER, Part.BELOW, Part.COMPOSER)]
    for browser in (closed, opened):
        assert browser.elements[part(Part.UPLOADER)]['slots']['list']['ids'] == parts
        assert browser.elements[part(Part.SECOND_UPLOADER)]['slots']['list']['ids'] == [part(Part.UPLOADER)]
    assert not opened.complaints


async def test_same_address_again_is_not_sent_again(tab: PageTab) -> None:
    before = tab.browser.received

    tab.page.uploader.open(URL)
    assert tab.browser.received == before
    tab.page.uploader.open('/uploads/2')

    assert tab.browser.received > before


async def test_address_is_there_again_after_a_lost_connection(stand: PageStand, tab: PageTab) -> None:
    await tab.lose()
    await tab.connect()
    await stand.settle()

    assert props(tab, Part.UPLOADER)['url'] == URL


async def test_number_of_added_files_is_told(tab: PageTab) -> None:
    told = heard(tab)

    tab.page.virtual_event(part(Part.UPLOADER), [ADDED])
    tab.page.virtual_event(part(Part.SECOND_UPLOADER), [ADDED[:1]])

    assert told == [('added', 2), ('added', 1)]


async def test_reasons_of_files_left_out_are_told_and_no_others(tab: PageTab) -> None:
    told = heard(tab)

    tab.page.virtual_event(part(Part.UPLOADER), [[*REJECTED, {'failedPropValidation': '<script>'}]])

    assert told == [('rejected', 'duplicate', 'max-files')]


@pytest.mark.parametrize(('event', 'expected'), [(FAILED, [('failed', 1)]), (UPLOADED, [])])
async def test_whatever_ended_is_taken_out_of_the_browsers_list(
    stand: PageStand, tab: PageTab, event: dict[str, Any], expected: list[Any]
) -> None:
    told = heard(tab)

    tab.page.virtual_event(part(Part.UPLOADER), [event])
    await stand.settle()

    assert told == expected
    assert tab.calls == TIDIES


async def test_key_on_the_button_opens_the_chooser(stand: PageStand, tab: PageTab) -> None:
    tab.page.virtual_event(part(Part.ATTACH), [ENTER])
    await stand.settle()

    assert tab.calls == ['pickFiles']


async def test_added_files_bring_the_cursor_back_to_the_box(stand: PageStand, tab: PageTab) -> None:
    tab.page.virtual_event(part(Part.UPLOADER), [ADDED])
    await stand.settle()

    assert tab.calls == ['focus']


async def test_drop_that_no_uploader_took_is_told(tab: PageTab) -> None:
    told = heard(tab)

    tab.page.virtual_event(part(Part.TALK), [{}])
    tab.page.virtual_event(part(Part.TALK), [{'key': 'z'}])  # another listener of that element

    assert told == ['missed']


async def test_closed_uploader_tells_nothing(stand: PageStand, tab: PageTab) -> None:
    told = heard(tab)
    tab.page.uploader.open(None)

    for which, argument in ((Part.UPLOADER, ADDED), (Part.TALK, {}), (Part.ATTACH, ENTER)):
        tab.page.virtual_event(part(which), [argument])
    await stand.settle()

    assert told == []
    assert tab.calls == []


async def test_nothing_is_heard_from_somebody_who_was_signed_out(stand: PageStand, tab: PageTab) -> None:
    told = heard(tab)
    await stand.sign_out(tab)

    tab.page.virtual_event(part(Part.UPLOADER), [ADDED])

    assert told == []


@pytest.mark.parametrize('which', [Part.UPLOADER, Part.SECOND_UPLOADER, Part.ATTACH])
async def test_nonsense_sent_by_hand_is_nothing(tab: PageTab, which: Part) -> None:
    told = heard(tab)

    tab.page.virtual_event(part(which), [])
    for argument in NONSENSE:
        tab.page.virtual_event(part(which), [argument])

    assert told == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(['failed', 'max-files', 'x']),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(['files', '__key', '__status', 'failedPropValidation']), inner, max_size=3)
    ),
    max_leaves=12,
)


async def test_any_json_is_taken_calmly(tab: PageTab) -> None:
    @given(JSON)
    def take(argument: Any) -> None:
        tab.page.virtual_event(part(Part.UPLOADER), [argument])

    take()

    assert tab.page.session.is_open


async def test_count_of_a_list_without_end_has_an_end(tab: PageTab) -> None:
    told = heard(tab)

    tab.page.virtual_event(part(Part.UPLOADER), [ADDED * 10_000])

    assert told == [('added', 100)]
