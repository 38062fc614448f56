"""The room page in the engines that the other browser tests do not use: sign in, see the room, write, read."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.browser.engines import ENTER, Engine, firefox, needs_firefox, needs_webkit, sign_in, until, webkit
from tests.server_process import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PASSWORD = 'correct horse'
BOX = 'textarea[aria-label=Message]'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """With an owner and their first room."""
    with ServerProcess(tmp_path / 'data') as server:
        assert server.set_up_address
        token = httpx.URL(server.set_up_address).params['token']
        form = {'token': token, 'name': 'Ana', 'password': PASSWORD, 'server_name': 'Home'}
        address = str(httpx.URL(server.set_up_address).copy_with(path='/setup', query=None))
        answer = httpx.post(address, data=form, headers={'Origin': server.address.rstrip('/')})
        assert answer.status_code == 303, answer.text
        yield server


def sign_in_write_and_read(engine: Engine, server: ServerProcess) -> None:
    sign_in(engine, server.address, 'Ana', PASSWORD)
    until(engine, 'document.querySelector("h1").innerText.includes("Lobby")')
    until(engine, 'document.querySelector("[role=log]").innerText.includes("This is the beginning of")')

    engine.type(BOX, 'hello from another engine' + ENTER)

    until(engine, 'document.querySelector("[role=log] article .body").innerText.trim() === "hello from another engine"')
    until(engine, f'document.querySelector("{BOX}").value === ""')
    assert engine.find('document.querySelectorAll("[role=log] article").length') == 1


@needs_firefox
def test_message_is_written_and_read_in_firefox(server: ServerProcess, tmp_path: Path) -> None:
    (tmp_path / 'profile').mkdir()

    with firefox(tmp_path / 'profile') as engine:
        sign_in_write_and_read(engine, server)

        assert [line for line in engine.console if line.startswith(('error', 'warn'))] == []


@needs_webkit
def test_message_is_written_and_read_in_webkit(server: ServerProcess, tmp_path: Path) -> None:
    with webkit(tmp_path) as engine:
        sign_in_write_and_read(engine, server)
