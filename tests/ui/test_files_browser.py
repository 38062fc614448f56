"""Stored files that are opened as pages, in a real Chromium: media are shown by the browser's own player, and nothing runs."""

import io
import shutil
import wave
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.ui.file_process import FileServer, file_server

CHROMIUM = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync']
SECONDS = 10
RATE = 8_000

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180), pytest.mark.skipif(CHROMIUM is None, reason='no Chromium on this machine')]


@pytest.fixture(scope='module')
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FileServer]:
    with file_server(tmp_path_factory.mktemp('files')) as running:
        yield running


@pytest.fixture(scope='module')
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.route('**/favicon.ico', lambda route: route.fulfill(status=204))
    yield page
    page.close()


def sound() -> bytes:
    file = io.BytesIO()
    with wave.open(file, 'wb') as written:
        written.setparams((1, 2, RATE, 0, 'NONE', ''))
        written.writeframes(bytes(2 * RATE * SECONDS))
    return file.getvalue()


def picture() -> bytes:
    file = io.BytesIO()
    Image.new('RGB', (20, 10), 'teal').save(file, 'PNG')
    return file.getvalue()


def test_sound_that_is_opened_is_played_by_the_browser(server: FileServer, page: Page):
    said: list[str] = []
    page.on('console', lambda message: said.append(message.text))

    page.goto(f'{server.url}/files/{server.upload(sound())}?as=wav')

    player = page.locator('video, audio')
    expect(player).to_have_js_property('readyState', 4)
    expect(player).to_have_js_property('duration', SECONDS)
    assert not said


def test_picture_that_is_opened_is_shown(server: FileServer, page: Page):
    said: list[str] = []
    page.on('console', lambda message: said.append(message.text))

    page.goto(f'{server.url}/files/{server.upload(picture())}?as=png')

    expect(page.locator('img')).to_have_js_property('naturalWidth', 20)
    assert not said


def test_page_that_is_sent_as_one_runs_nothing_and_loads_nothing(server: FileServer, page: Page):
    """No caller sends one; if one did, this holds."""
    asked: list[str] = []
    page.on('response', lambda response: asked.append(response.url))
    address = f'{server.url}/files/{server.upload(HOSTILE)}?as=html'

    page.goto(address)

    expect(page.get_by_text('harmless')).to_be_visible()
    assert page.title() == ''
    assert page.evaluate('origin') == 'null'
    assert asked == [address]


HOSTILE = b'<script>document.title="ran"</script><img src=/state onerror="document.title=1"><style>@import "/state"</style>harmless'
