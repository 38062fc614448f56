"""Firefox and WebKit, driven without Playwright's own builds: as the system's packages have them."""

import contextlib
import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from selenium.webdriver import Remote
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.webkitgtk.options import Options
from websockets.sync.client import ClientConnection, connect

WITHIN_S = 30.0
ENTER, DOWN, CONTROL, ALT = '\ue007', '\ue015', '\ue009', '\ue00a'
"""WebDriver's names of the keys, in both protocols."""
MINI_BROWSER = next(iter(sorted(Path('/usr/lib').glob('*/webkit2gtk-4.*/MiniBrowser'))), None)
QUIET_FIREFOX = {
    'app.normandy.enabled': False,
    'app.update.auto': False,
    'browser.safebrowsing.update.enabled': False,
    'datareporting.policy.dataSubmissionEnabled': False,
    'network.captive-portal-service.enabled': False,
    'network.connectivity-service.enabled': False,
    'services.settings.server': 'data:,none',
    'toolkit.telemetry.enabled': False,
}


class Engine(Protocol):
    """One window of one browser."""

    def open(self, address: str) -> None: ...

    def find(self, script: str) -> Any:
        """What an expression of the page's script is now."""
        ...

    def type(self, selector: str, keys: str) -> None:
        """With the keyboard, into that element."""
        ...

    def press(self, *keys: str) -> None:
        """One upon the other, held until the last one is down; whatever has the focus gets them."""
        ...

    def click(self, selector: str) -> None:
        """With the mouse, in the middle of it."""
        ...


def until(engine: Engine, script: str) -> None:
    """Wait for something that the browser does; the page may be on its way out meanwhile."""
    deadline = time.monotonic() + WITHIN_S
    while not engine.find(script):
        assert time.monotonic() < deadline, f'{script}\n{engine.find("document.body.innerText")}'
        time.sleep(0.05)


class Firefox:
    """WebDriver BiDi, straight over its WebSocket."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._ids = itertools.count(1)
        self.console: list[str] = []
        self.call('session.new', capabilities={})
        self.call('session.subscribe', events=['log.entryAdded'])
        self._context: str = self.call('browsingContext.getTree')['contexts'][0]['context']

    def call(self, method: str, **params: Any) -> Any:
        call_id = next(self._ids)
        self._connection.send(json.dumps({'id': call_id, 'method': method, 'params': params}))
        while True:
            answer = json.loads(self._connection.recv(timeout=WITHIN_S))
            if answer.get('method') == 'log.entryAdded':
                self.console.append(f'{answer["params"]["level"]}: {answer["params"]["text"]}')
            if answer.get('id') == call_id:
                assert answer['type'] == 'success', answer
                return answer['result']

    def open(self, address: str) -> None:
        self.call('browsingContext.navigate', context=self._context, url=address, wait='complete')

    def find(self, script: str) -> Any:
        result = self.call('script.evaluate', expression=script, target={'context': self._context}, awaitPromise=False)
        return result['result'].get('value') if result['type'] == 'success' else None

    def type(self, selector: str, keys: str) -> None:
        self.find(f'document.querySelector({json.dumps(selector)}).focus()')
        self._act('key', [{'type': kind, 'value': key} for key in keys for kind in ('keyDown', 'keyUp')])

    def press(self, *keys: str) -> None:
        down = [{'type': 'keyDown', 'value': key} for key in keys]
        self._act('key', [*down, *({'type': 'keyUp', 'value': key} for key in reversed(keys))])

    def click(self, selector: str) -> None:
        expression = f'(found => (found.scrollIntoView({{block: "nearest"}}), found))(document.querySelector({json.dumps(selector)}))'
        found = self.call('script.evaluate', expression=expression, target={'context': self._context}, awaitPromise=False)['result']
        origin = {'type': 'element', 'element': {'sharedId': found['sharedId']}}
        move = {'type': 'pointerMove', 'x': 0, 'y': 0, 'origin': origin}
        self._act('pointer', [move, {'type': 'pointerDown', 'button': 0}, {'type': 'pointerUp', 'button': 0}])

    def _act(self, kind: str, actions: list[dict[str, Any]]) -> None:
        self.call('input.performActions', context=self._context, actions=[{'type': kind, 'id': kind, 'actions': actions}])


class WebKit:
    """WebKitGTK's own WebDriver."""

    def __init__(self, driver: Remote) -> None:
        self._driver = driver

    def open(self, address: str) -> None:
        self._driver.get(address)

    def find(self, script: str) -> Any:
        return self._driver.execute_script(f'try {{ return {script} }} catch {{ return null }}')

    def type(self, selector: str, keys: str) -> None:
        self._driver.find_element(By.CSS_SELECTOR, selector).send_keys(keys.replace(ENTER, Keys.ENTER))

    def press(self, *keys: str) -> None:
        actions = ActionChains(self._driver)
        for key in keys:
            actions.key_down(key)
        for key in reversed(keys):
            actions.key_up(key)
        actions.perform()

    def click(self, selector: str) -> None:
        self._driver.find_element(By.CSS_SELECTOR, selector).click()


@contextlib.contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Headless, with a profile of its own."""
    prefs = [f'user_pref({json.dumps(name)}, {json.dumps(value)});\n' for name, value in QUIET_FIREFOX.items()]
    (folder / 'user.js').write_text(''.join(prefs))
    command = ['firefox-esr', '--headless', '--no-remote', '--profile', str(folder), '--remote-debugging-port', '0', 'about:blank']
    with (folder / 'firefox.log').open('w+') as log, running(command, log=log):
        address = _printed(folder / 'firefox.log', r'BiDi listening on (ws://\S+)')
        with connect(f'{address}/session', max_size=None) as connection:
            yield Firefox(connection)


@contextlib.contextmanager
def webkit(folder: Path) -> Iterator[WebKit]:
    """MiniBrowser on a screen of its own that nobody sees."""
    port = _free_port()
    with (folder / 'webkit.log').open('w+') as log, running(['xvfb-run', '-a', 'WebKitWebDriver', f'--port={port}'], log=log):
        _wait(lambda: _answers(port))
        options = Options()
        options.binary_location = str(MINI_BROWSER)
        options.add_argument('--automation')
        place = RemoteConnection(client_config=ClientConfig(remote_server_addr=f'http://127.0.0.1:{port}'))
        driver = Remote(place, options=options)
        try:
            yield WebKit(driver)
        finally:
            driver.quit()


@contextlib.contextmanager
def running(command: list[str], *, log: Any) -> Iterator[None]:
    """A group of processes, ended as one."""
    with subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True) as process:
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # xvfb-run would leave its children behind
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def sign_in(engine: Engine, address: str, name: str, password: str) -> None:
    """By the form, into the room that is shown first."""
    engine.open(address)
    until(engine, 'document.querySelector("#password") !== null')
    engine.type('#name', name)
    engine.type('#password', password + ENTER)
    until(engine, 'document.querySelector("textarea[aria-label=Message]") !== null')


def _has(*commands: str) -> bool:
    return all(map(shutil.which, commands))


needs_firefox = pytest.mark.skipif(not _has('firefox-esr'), reason='no firefox-esr here: make browsers installs it')
needs_webkit = pytest.mark.skipif(
    not (_has('WebKitWebDriver', 'xvfb-run') and MINI_BROWSER),
    reason='no WebKitGTK with its driver and Xvfb here: make browsers installs them',
)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        port: int = listener.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(('127.0.0.1', port)) == 0


def _printed(log: Path, pattern: str) -> str:
    _wait(lambda: re.search(pattern, log.read_text()))
    found = re.search(pattern, log.read_text())
    assert found
    return found.group(1)


def _wait(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
