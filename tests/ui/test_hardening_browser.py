"""The hardened server in a real Chromium: an ordinary page works with an empty console, and a stranger's script does not run."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.ui.hardening_process import WITHIN_S, Server, hardened_server

CHROMIUM = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync']

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.skipif(CHROMIUM is None, reason='no Chromium on this machine')]


@pytest.fixture(scope='module')
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with hardened_server(tmp_path_factory.mktemp('hardened')) as running:
        yield running


@pytest.fixture(scope='module')
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Tab:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.console: list[ConsoleMessage] = []
        self.navigations: list[str] = []
        page.on('console', self.hear)
        page.on('framenavigated', lambda frame: self.navigations.append(frame.url))

    def hear(self, message: ConsoleMessage) -> None:
        self.console.append(message)

    def errors(self) -> list[str]:
        return [message.text for message in self.console if message.type in {'error', 'warning'}]


def open_tab(browser: Browser, server: Server, sign_in: int, path: str = '/') -> Tab:
    context = browser.new_context()
    context.set_default_timeout(WITHIN_S * 1_000)
    context.add_cookies([{'name': 's', 'value': str(sign_in), 'url': f'http://{server.host}'}])
    tab = Tab(context.new_page())
    tab.page.goto(f'http://{server.host}{path}')
    return tab


def wait_for(tab: Tab, server: Server, what: str) -> None:
    """The browser works while we wait."""
    for _ in range(100):
        if what in server.fired():
            return
        tab.page.wait_for_timeout(50)
    raise AssertionError(f'{what!r} is not in {server.fired()}')


def test_ordinary_page_works_with_an_empty_console(browser: Browser, server: Server):
    tab = open_tab(browser, server, 901, '/plain')

    tab.page.get_by_role('button', name='Press').click()
    tab.page.get_by_label('Message').fill('hello')

    wait_for(tab, server, 'press 901')
    wait_for(tab, server, 'typed 901 hello')
    assert [message.text for message in tab.console] == []


def test_page_survives_a_lost_network_without_a_reload(browser: Browser, server: Server):
    tab = open_tab(browser, server, 902, '/plain')
    expect(tab.page.get_by_role('button', name='Press')).to_be_visible()
    tab.page.get_by_label('Message').fill('typed before')
    wait_for(tab, server, 'typed 902 typed before')

    server.get('/drop-sockets')
    lost = tab.page.locator('#popup')
    expect(lost).to_have_attribute('aria-hidden', 'false')
    expect(lost).to_have_attribute('aria-hidden', 'true', timeout=15_000)
    tab.page.get_by_role('button', name='Press').click()

    wait_for(tab, server, 'press 902')
    assert tab.page.get_by_label('Message').input_value() == 'typed before'
    assert len(tab.navigations) == 1


def test_tab_lands_on_the_sign_in_page_when_its_sign_in_ends(browser: Browser, server: Server):
    tab = open_tab(browser, server, 903, '/plain')
    tab.page.get_by_role('button', name='Press').click()
    wait_for(tab, server, 'press 903')

    server.get('/end/903')

    tab.page.wait_for_url('**/login')
    expect(tab.page.get_by_role('heading', name='Sign in')).to_be_visible()
    assert tab.errors() == []


def test_tab_reloads_once_and_lands_on_the_sign_in_page_when_its_sign_in_ended_while_it_was_away(browser: Browser, server: Server):
    tab = open_tab(browser, server, 904, '/plain')
    tab.page.get_by_role('button', name='Press').click()
    wait_for(tab, server, 'press 904')
    server.get('/end/904?close=false')

    server.get('/drop-sockets')

    tab.page.wait_for_url('**/login', timeout=15_000)
    assert len(tab.navigations) <= 3  # the page, its reload, and where the door sent that


def test_script_in_unsanitized_html_does_not_run(browser: Browser, server: Server):
    tab = open_tab(browser, server, 905)

    expect(tab.page.get_by_text('hello')).to_be_visible()
    tab.page.get_by_role('button', name='Press').click()
    wait_for(tab, server, 'press 905')

    assert tab.page.title() != 'owned'
    assert re.search('Content Security Policy|script-src', ' '.join(tab.errors()))
