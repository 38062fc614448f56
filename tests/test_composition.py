"""The application put together: one real server for what only the whole shows, the parts of `app.py` by themselves."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

import livechat
from livechat.app import MAX_CONNECTIONS, AsHttps, Health, VersionedFiles, set_up_token, uvicorn_options
from livechat.settings import Settings
from livechat.ui.stream import StreamProtocol
from tests.fakes import FakeClock, MemoryStores
from tests.server_process import ServerProcess
from tests.store.people import first_owner

PASSWORD = 'correct horse battery'


@pytest.fixture(scope='module')
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp('server') / 'data', measured=True) as running:
        yield running


@pytest.fixture
def client(server: ServerProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.address, trust_env=False) as asking:
        yield asking


@pytest.mark.timeout(60)
class TestServer:
    def test_healthz_tells_version_database_and_rooms(self, client: httpx.Client) -> None:
        answer = client.get('/healthz')

        assert answer.status_code == 200
        assert answer.json() == {'version': livechat.__version__, 'database': 'ok', 'rooms_running': 0}
        assert answer.headers['cache-control'] == 'no-store'

    def test_answer_does_not_name_the_server_and_is_not_to_be_guessed(self, client: httpx.Client) -> None:
        headers = client.get('/healthz').headers

        assert 'server' not in headers
        assert headers['x-content-type-options'] == 'nosniff'

    def test_static_file_with_a_version_is_kept_for_ever(self, client: httpx.Client) -> None:
        answer = client.get('/static/tokens.css?v=1')

        assert answer.status_code == 200
        assert answer.headers['content-type'].startswith('text/css')
        assert 'immutable' in answer.headers['cache-control']
        assert answer.headers['x-content-type-options'] == 'nosniff'

    def test_set_up_page_opens_with_the_printed_address_alone(self, server: ServerProcess, client: httpx.Client) -> None:
        assert server.set_up_address is not None

        assert client.get(server.set_up_address).status_code == 200
        assert client.get('/setup?token=guessed').status_code != 200

    @pytest.mark.parametrize('path', ['/docs', '/redoc', '/openapi.json'])
    def test_framework_documents_nothing(self, client: httpx.Client, path: str) -> None:
        answer = client.get(path)

        assert answer.status_code == 503  # the page that says how to set up: there is no owner
        assert 'swagger' not in answer.text.lower()

    def test_foreign_host_is_refused(self, client: httpx.Client) -> None:
        assert client.get('/healthz', headers={'Host': 'localhost'}).status_code == 200

        assert client.get('/healthz', headers={'Host': 'evil.example'}).status_code == 400

    def test_data_folder_is_for_its_owner_alone(self, server: ServerProcess) -> None:
        files = list(server.data.iterdir())

        assert 'livechat.db' in [file.name for file in files]
        assert [file.name for file in (server.data, *files) if file.stat().st_mode & 0o077] == []


@pytest.mark.timeout(60)
def test_owner_added_by_command_ends_the_set_up_address_of_the_running_server(tmp_path: Path) -> None:
    with ServerProcess(tmp_path / 'data') as server, httpx.Client(base_url=server.address, trust_env=False) as client:
        assert server.set_up_address is not None
        assert client.get(server.set_up_address).status_code == 200

        added = server.command('user', 'add', 'Ana', '--role', 'owner', '--password-stdin', typed_in=PASSWORD)
        assert added.returncode == 0, added.stderr

        refused = client.get(server.set_up_address)
        assert (refused.status_code, refused.headers['location']) == (303, '/')
        signed_in = client.post('/login', data={'name': 'Ana', 'password': PASSWORD}, headers={'Origin': server.address})
        assert signed_in.status_code == 303
        assert 'livechat=' in signed_in.headers['set-cookie']


async def ask(app: ASGIApp, path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://localhost') as client:
        return await client.get(path)


@pytest.fixture
def files(tmp_path: Path) -> Starlette:
    (tmp_path / 'a.css').write_text('a {}')
    return Starlette(routes=[Mount('/static', VersionedFiles(directory=tmp_path))])


async def test_static_file_without_a_version_is_asked_for_again(files: Starlette) -> None:
    assert (await ask(files, '/static/a.css')).headers['cache-control'] == 'no-cache'
    assert 'immutable' in (await ask(files, '/static/a.css?v=1')).headers['cache-control']


async def test_static_file_that_is_not_there_is_not_kept(files: Starlette) -> None:
    answer = await ask(files, '/static/b.css?v=1')

    assert answer.status_code == 404
    assert 'immutable' not in answer.headers.get('cache-control', '')


@pytest.mark.parametrize(('asked', 'seen'), [('http', 'https'), ('https', 'https'), ('ws', 'wss'), ('wss', 'wss')])
async def test_https_at_the_proxy_is_https_for_the_application(asked: str, seen: str) -> None:
    schemes: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        schemes.append(scope['scheme'])

    async def nothing(*_: object) -> dict[str, object]:
        return {}

    await AsHttps(app)({'type': 'websocket' if asked.startswith('ws') else 'http', 'scheme': asked}, nothing, nothing)

    assert schemes == [seen]


class Checks:
    """A database that answers as it is told, and counts how often it was asked."""

    def __init__(self, *, well: bool = True) -> None:
        self.well = well
        self.count = 0

    async def answers(self) -> bool:
        self.count += 1
        await asyncio.sleep(0)
        return self.well


async def test_set_up_token_is_kept_until_there_is_an_owner_and_never_made_anew_then(tmp_path: Path) -> None:
    stores = MemoryStores()
    token = await set_up_token(tmp_path, stores)
    assert token is not None
    assert await set_up_token(tmp_path, stores) == token

    await first_owner(stores)
    assert await set_up_token(tmp_path, stores) is None
    assert os.listdir(tmp_path) == []
    os.utime(tmp_path, (0, 0))
    assert await set_up_token(tmp_path, stores) is None
    assert os.stat(tmp_path).st_mtime == 0  # not even for a moment was anything in it


async def test_health_is_asked_once_for_many_who_ask_at_once() -> None:
    database = Checks()
    health = Health(database.answers, FakeClock())

    assert all(await asyncio.gather(*(health.is_well() for _ in range(20))))
    assert database.count == 1


async def test_health_is_asked_again_after_a_second() -> None:
    database, clock = Checks(), FakeClock()
    health = Health(database.answers, clock)
    assert await health.is_well()
    database.well = False
    assert await health.is_well()

    clock.advance(1.0)

    assert not await health.is_well()
    assert database.count == 2


def test_every_socket_speaks_the_streams_protocol_within_bounds() -> None:
    options = uvicorn_options(Settings())

    assert options['ws'] is StreamProtocol
    assert options['ws_max_size'] == 1_000_000
    assert options['ws_per_message_deflate'] is False
    assert options['limit_concurrency'] == MAX_CONNECTIONS >= 5_000


def test_no_proxy_is_believed_unless_it_was_named() -> None:
    assert uvicorn_options(Settings())['proxy_headers'] is False

    options = uvicorn_options(Settings(trusted_proxies=('10.0.0.0/8',)))

    assert options['proxy_headers'] is True
    assert options['forwarded_allow_ips'] == ['10.0.0.0/8']
