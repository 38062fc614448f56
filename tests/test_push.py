"""Push through Apprise: real processes, a real server on a socket of this computer that stands for ntfy."""

import asyncio
import importlib
import json
import os
import socket
import sys
import time
import warnings
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any, cast

import psutil
import pytest
import pytest_asyncio

from livechat.domain.errors import PushFailed, PushTargetInvalid
from livechat.outgoing import is_public, numeric_address
from livechat.push import MAX_BODY_CHARS, MAX_TITLE_CHARS, AppriseSender
from livechat.push_worker import SERVICES, Outlet, Undeliverable, plugin_for
from tests.smtp_server import SmtpServer

pytestmark = pytest.mark.asyncio(loop_scope='module')
SLACK = 'slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ'
LINK = 'https://chat.example.org/rooms/garden?m=7'


class Ntfy:
    """Keeps what is published; the topic says how it answers."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.connections = 0
        self.hanging = asyncio.Event()
        self.gate = asyncio.Event()
        """What a topic `gated` waits for."""
        self.redirect_to = ''
        self._serving: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator['Ntfy']:
        server = await asyncio.start_server(self._serve, ['127.0.0.1', *(['::1'] if _has_ipv6() else [])], _free_port())
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self.gate.set()
            server.close()
            await asyncio.gather(*self._serving, return_exceptions=True)

    def url(self, topic: str, *, host: str = '127.0.0.1') -> str:
        return f'ntfy://{host}:{self.port}/{topic}'

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._serving.append(cast('asyncio.Task[None]', asyncio.current_task()))
        with closing(writer):
            headers = (await reader.readuntil(b'\r\n\r\n')).decode().split('\r\n')
            fields = {name.lower(): value for name, _, value in (line.partition(': ') for line in headers[1:])}
            message = json.loads(await reader.readexactly(int(fields['content-length'])))
            status, more = await self._answer(message['topic'])
            self.published.append({**message, 'click': fields.get('x-click')})
            writer.write(f'HTTP/1.1 {status}\r\n{more}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}'.encode())
            await writer.drain()

    async def _answer(self, topic: str) -> tuple[str, str]:
        if topic == 'gated':
            self.hanging.set()
            await self.gate.wait()
        if topic == 'redirects':
            return '307 Elsewhere', f'Location: {self.redirect_to}\r\n'
        return '500 Broken' if topic == 'broken' else '200 OK', ''


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(('::1', 0))
    except OSError:
        return False
    return True


def _free_port() -> int:
    """One for both kinds of addresses."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return int(probe.getsockname()[1])


@pytest_asyncio.fixture(loop_scope='module')
async def ntfy() -> AsyncIterator[Ntfy]:
    async with Ntfy().running() as server:
        yield server


@asynccontextmanager
async def sender(**options: Any) -> AsyncIterator[AppriseSender]:
    made = AppriseSender(**{'allow_private': True, **options})
    try:
        yield made
    finally:
        await made.close()


@pytest_asyncio.fixture(loop_scope='module', scope='module')
async def push() -> AsyncIterator[AppriseSender]:
    async with sender() as shared:
        yield shared


@pytest.fixture(scope='module')
def plugins() -> None:
    """That of mail imports `imghdr`, which warns on Python 3.11 and 3.12."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', DeprecationWarning)
        for service in SERVICES.values():
            importlib.import_module(f'apprise.plugins.{service.module}')


def processes_of(apprise: AppriseSender) -> list[psutil.Process]:
    return [psutil.Process(worker.pid) for worker in apprise._workers if psutil.pid_exists(worker.pid)]


async def send(apprise: AppriseSender, url: str) -> None:
    await apprise.send(url, title='Garden', body='ana: hello', link=LINK)


async def test_message_arrives_with_title_body_and_link(push: AppriseSender, ntfy: Ntfy):
    await push.send(ntfy.url('topic'), title='Garden', body='ana: <b>*hello*</b>\n&amp; {{ x }} :smile:', link=LINK)

    (message,) = ntfy.published
    assert message['topic'] == 'topic'
    assert message['title'] == 'Garden'
    assert message['message'] == 'ana: <b>*hello*</b>\n&amp; {{ x }} :smile:'
    assert message['click'] == LINK
    assert 'icon' not in message


async def test_texts_are_cut_and_cleaned(push: AppriseSender, ntfy: Ntfy):
    await push.send(ntfy.url('topic'), title='a\r\nb\x00' + 't' * 500, body='x\x1b\r\ny\udc80👩‍👧' + 'z' * 5_000, link=LINK)
    await push.send(ntfy.url('topic'), title='only a title', body=' \n', link=LINK)

    first, second = ntfy.published
    assert first['title'].startswith('a bttt')
    assert first['message'].startswith('x\ny?👩‍👧zzz')
    assert (len(first['title']), len(first['message'])) == (MAX_TITLE_CHARS, MAX_BODY_CHARS)
    assert second['message'] == 'only a title'


async def test_mail_target_cannot_get_a_second_header(push: AppriseSender):
    async with SmtpServer() as server:
        url = f'mailto://127.0.0.1:{server.port}?from=chat@example.org&to=ana@example.org'

        await push.send(url, title='Garden\r\nBcc: eve@example.org', body='<b>hello</b>', link=LINK)

    (letter,) = server.letters
    assert letter['Subject'] == 'Garden Bcc: eve@example.org'
    assert letter['Bcc'] is None
    assert letter.get_content_type() == 'text/plain'
    assert letter.get_content().split() == ['<b>hello</b>', LINK]
    assert sum(command.lower().startswith('rcpt') for command in server.commands) == 1


@pytest.mark.parametrize('topic', ['broken', 'redirects'])
async def test_service_that_does_not_take_it_is_a_failure(push: AppriseSender, ntfy: Ntfy, topic: str):
    ntfy.redirect_to = f'http://127.0.0.1:{ntfy.port}/elsewhere'

    with pytest.raises(PushFailed) as failed:
        await send(push, ntfy.url(topic))

    assert ('500' if topic == 'broken' else '307') in str(failed.value)
    assert ntfy.connections == 1


async def test_service_that_is_not_there_is_a_failure(push: AppriseSender):
    with pytest.raises(PushFailed):
        await send(push, f'ntfy://127.0.0.1:{_free_port()}/topic')


async def test_hanging_service_is_given_up_in_time_and_holds_up_nobody(ntfy: Ntfy):
    async with sender(limit_s=1.5) as push:
        started = time.monotonic()
        hanging = asyncio.create_task(send(push, ntfy.url('gated')))
        await ntfy.hanging.wait()
        (process,) = processes_of(push)

        await send(push, ntfy.url('topic'))
        assert not hanging.done()

        with pytest.raises(PushFailed, match=r'1\.5 s'):
            await hanging
        assert time.monotonic() - started < 5
        await asyncio.to_thread(process.wait, 5)
        assert len(processes_of(push)) == 1  # the other one's
        await send(push, ntfy.url('topic'))
    assert ntfy.connections == 3


async def test_process_that_is_killed_in_the_middle_is_replaced(ntfy: Ntfy):
    async with sender() as push:
        sending = asyncio.create_task(send(push, ntfy.url('gated')))
        await ntfy.hanging.wait()
        (process,) = processes_of(push)

        process.kill()
        await asyncio.to_thread(process.wait, 5)
        ntfy.gate.set()
        await sending
        await send(push, ntfy.url('topic'))

        assert [other.pid for other in processes_of(push)] != [process.pid]
    assert ntfy.connections == 3


async def test_process_that_died_idle_is_replaced(ntfy: Ntfy):
    async with sender() as push:
        await send(push, ntfy.url('topic'))
        (process,) = processes_of(push)

        process.kill()
        await send(push, ntfy.url('topic'))

    assert ntfy.connections == 2


async def test_idle_process_ends_and_the_next_message_starts_another(ntfy: Ntfy):
    async with sender(idle_s=0.01) as push:
        await send(push, ntfy.url('topic'))
        (process,) = [psutil.Process(worker.pid) for worker in push._workers]

        await asyncio.to_thread(process.wait, 5)
        await send(push, ntfy.url('topic'))

    assert ntfy.connections == 2


async def test_one_process_serves_messages_that_do_not_overlap(push: AppriseSender, ntfy: Ntfy):
    await send(push, ntfy.url('topic'))
    before = processes_of(push)

    for _ in range(5):
        await send(push, ntfy.url('topic'))

    assert processes_of(push) == before


async def test_queue_has_an_end(ntfy: Ntfy):
    async with sender(at_once=1, max_waiting=1) as push:
        first = asyncio.create_task(send(push, ntfy.url('gated')))
        await ntfy.hanging.wait()
        second = asyncio.create_task(send(push, ntfy.url('topic')))
        await asyncio.sleep(0)

        with pytest.raises(PushFailed, match='Too many'):
            await send(push, ntfy.url('topic'))

        ntfy.gate.set()
        await asyncio.gather(first, second)
    assert ntfy.connections == 2


async def test_close_ends_what_is_under_way_and_refuses_what_comes(ntfy: Ntfy):
    async with sender() as push:
        sending = asyncio.create_task(send(push, ntfy.url('gated')))
        await ntfy.hanging.wait()
        (process,) = processes_of(push)

        await push.close()

        for late in (sending, send(push, ntfy.url('topic'))):
            with pytest.raises(PushFailed, match='stopped'):
                await late
        assert not process.is_running()
    assert ntfy.connections == 1


async def test_process_inherits_no_secret_and_no_proxy(ntfy: Ntfy, monkeypatch: pytest.MonkeyPatch):
    for name in ('LIVECHAT_SMTP_URL', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'SOME_PASSWORD'):
        monkeypatch.setenv(name, 'http://127.0.0.1:9')
    async with sender() as push:
        await send(push, ntfy.url('topic'))

        (process,) = processes_of(push)
        environment = process.environ()

    assert ntfy.connections == 1
    assert environment['PATH'] == os.environ['PATH']
    assert (environment['NO_PROXY'], environment['NETRC']) == ('*', os.devnull)  # nor those that lie elsewhere than in the environment
    assert '127.0.0.1:9' not in ''.join(environment.values())


# -- what may be typed


@pytest.mark.usefixtures('plugins')
@pytest.mark.parametrize(
    ('url', 'clean'),
    [
        (' NTFY://ntfy.example.org/topic ', 'ntfy://ntfy.example.org/topic'),
        ('ntfys://tk_token@ntfy.example.org:8443/topic?priority=high&tags=chat', None),
        ('ntfy://topic', None),
        ('gotifys://gotify.example.org/AbcdefghijklmnO', None),
        ('mailtos://ana:secret@example.org?smtp=mail.example.org&from=a@example.org&to=b@example.org', None),
        ('tgram://123456789:AbcdefghijklmnopqrstuvwxyzABCDEFGHI/987654321/', None),
        ('discord://123456789012345678/AbcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_01234567890', None),
        (f'{SLACK}/#general', f'{SLACK}/%23general'),
        ('matrixs://user:secret@matrix.example.org/#room', 'matrixs://user:secret@matrix.example.org/%23room'),
        ('pover://uabcdefghijklmnopqrstuvwxyz012@aabcdefghijklmnopqrstuvwxyz012?sound=bike', None),
    ],
)
async def test_known_service_is_taken_and_apprise_can_read_it(url: str, clean: str | None):
    checked = AppriseSender(allow_private=False).check(url)

    assert checked == (clean or url)
    assert len(plugin_for(checked, link=LINK)) == 1


@pytest.mark.parametrize(
    'url',
    [
        '',
        'ntfy',
        'ntfy://',
        'topic',
        'https://example.org/',
        'http://127.0.0.1/',
        'json://example.org/',
        'jsons://example.org/',
        'xml://example.org/',
        'form://example.org/',
        'file:///etc/passwd',
        'exec://ls',
        'syslog://',
        'rsyslog://example.org',
        'dbus://',
        'apprise://example.org/token',
        'mqtt://example.org/topic',
        'ntfy://exa mple.org/topic',
        'ntfy://example.org/to\r\npic',
        'ntfy://example.org/\x00',
        'ntfy://[::1/topic',
        'ntfy://example.org/' + 'x' * 500,
        'ntfy://example.org/topic?click=http://a',
        'ntfy://example.org/topic?redirect=yes',
        'ntfy://example.org/topic?retry=10',
        'ntfy://example.org/topic?rto=1000',
        'ntfy://example.org/topic?attach=file:///etc/passwd',
        'gotify://example.org/token?%2Bheader=x',
        'mailto://a:b@example.org?pgpprv=/etc/ssl/private/key',
        'mailto://a:b@example.org?cc=eve@example.org',
        'mailto://a:b@example.org?format',
        'discord://1/a?template=/etc/passwd',
        f'{SLACK}/#general?template=/etc/passwd',
        'ntfy://example.org/one?priority=high&%63lick=x',
    ],
)
async def test_anything_else_is_refused_before_it_is_kept(url: str):
    with pytest.raises(PushTargetInvalid) as refused:
        AppriseSender(allow_private=True).check(url)

    assert refused.value.field == 'url'


@pytest.mark.usefixtures('plugins')
@pytest.mark.parametrize(
    'url',
    [
        'ntfy://example.org/one/two',
        'ntfy://example.org/one?priority=high&click=x',
        'mailto://a:b@example.org?to=a@example.org,b@example.org',
        f'{SLACK}/%23general/%23other',
        f'{SLACK}/%23general?template=/etc/passwd',
        'gotify://example.org/token?+header=x',
        'discord://',
        'pover://user',
    ],
)
async def test_address_that_apprise_reads_otherwise_is_refused_by_the_process(url: str):
    outlet = Outlet()

    with pytest.raises(Undeliverable):
        plugin_for(url)
    assert outlet.deliver({'url': url, 'title': 't', 'body': 'b', 'link': ''}) != ''


@pytest.mark.usefixtures('plugins')
async def test_every_scheme_is_one_of_its_plugin():
    for scheme, service in SERVICES.items():
        plugin = getattr(importlib.import_module(f'apprise.plugins.{service.module}'), service.plugin)

        assert scheme in {plugin.protocol, plugin.secure_protocol}


# -- private addresses

PRIVATE = (
    '127.0.0.1',
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '①②⑦.⓪.⓪.①',
    '0.0.0.0',
    '10.0.0.1',
    '169.254.169.254',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[fe80::1]',
)


@pytest.mark.parametrize('host', PRIVATE)
async def test_private_host_is_refused_when_it_is_typed_unless_allowed(host: str):
    url = f'ntfy://{host}:8080/topic'

    assert AppriseSender(allow_private=True).check(url) == url
    with pytest.raises(PushTargetInvalid, match='private'):
        AppriseSender(allow_private=False).check(url)
    with pytest.raises(PushTargetInvalid, match='private'):
        AppriseSender(allow_private=False).check(f'mailto://a:b@example.org?smtp={host}')


async def ask_worker(urls: list[str], *arguments: str) -> list[str]:
    """What the process itself says, past the first look at the addresses."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, '-m', 'livechat.push_worker', *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    jobs = [json.dumps({'url': url, 'title': 't', 'body': 'b', 'link': '', 'limit_s': 30}) for url in urls]
    out, _ = await process.communicate('\n'.join(jobs).encode())
    assert process.returncode == 0
    return [json.loads(line)['reason'] for line in out.decode().splitlines()]


async def test_no_spelling_of_a_private_address_is_connected_to(ntfy: Ntfy):
    spellings = [*PRIVATE[:9], *PRIVATE[12:15], socket.gethostname()]
    urls = [ntfy.url('topic', host=host) for host in spellings]
    urls += [f'mailto://127.0.0.1:{ntfy.port}?from=a@b.org&to=c@d.org', f'gotify://localhost:{ntfy.port}/token']

    reasons = await ask_worker(urls)

    assert ntfy.connections == 0
    assert len(reasons) == len(urls)
    assert all(reasons)
    assert (await ask_worker(urls[:2], '--allow-private')) == ['', '']
    assert ntfy.connections == 2


GUARDED = """
import json, socket, sys
import requests
from livechat.outgoing import guard
allowed, other = map(int, sys.argv[1:])
guard(lambda address, port: port == allowed)
resolve = socket.getaddrinfo
def rebinding(host, *rest, **more):
    return resolve('127.0.0.1' if host.endswith('.example') else host, *rest, **more)
socket.getaddrinfo = rebinding
def post(url):
    requests.post(url, json={'topic': 'redirects'}, timeout=5)
def direct(address, kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as s:
        s.connect(address)
def datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b'x', ('127.0.0.1', other))
def unix():
    with socket.socket(socket.AF_UNIX) as s:
        s.connect('/run/systemd/private')
attempts = {
    'redirected': lambda: post(f'http://127.0.0.1:{allowed}/'),
    'rebound': lambda: post(f'http://evil.example:{other}/'),
    'numeric': lambda: direct(('127.0.0.1', other)),
    'named': lambda: direct(('localhost', allowed)),
    'short': lambda: direct(('127.1', allowed)),
    'packet': lambda: direct(('127.0.0.1', other), socket.SOCK_DGRAM),
    'datagram': datagram,
    'unix': unix,
}
said = {}
for name, attempt in attempts.items():
    try:
        attempt()
        said[name] = ''
    except Exception as error:
        said[name] = str(error)
print(json.dumps(said))
"""


async def test_redirect_and_rebound_name_are_stopped_at_the_connection(ntfy: Ntfy):
    async with Ntfy().running() as other:
        ntfy.redirect_to = f'http://127.0.0.1:{other.port}/'
        process = await asyncio.create_subprocess_exec(
            sys.executable, '-c', GUARDED, str(ntfy.port), str(other.port), stdout=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate()

    said = json.loads(out)
    assert ntfy.connections == 1  # so the redirect was followed
    assert other.connections == 0
    assert Counter('no connection to' in text for text in said.values()) == {True: len(said)}


@pytest.mark.parametrize(
    'address',
    [
        '224.0.0.1',
        'ff02::1',
        'fec0::1',
        '::127.0.0.1',
        '64:ff9b::7f00:1',
        '64:ff9b::a9fe:a9fe',
        '64:ff9b:1::1',
        '2002:7f00:1::',
        '2001::1',
        '2001:db8::1',
        '::ffff:0:127.0.0.1',
        '::ffff:8.8.8.8',
        '5f00::1',
        '3fff::1',
        '100.64.0.1',
        '192.168.1.1',
        '0.0.0.0',
        '255.255.255.255',
        'example.org',
        '127.1',
        '',
    ],
)
async def test_address_is_not_public(address: str):
    assert not is_public(address)


@pytest.mark.parametrize('address', ['8.8.8.8', '159.203.148.75', '2606:4700:4700::1111', '2a01:4f8::1'])
async def test_address_is_public(address: str):
    assert is_public(address)


@pytest.mark.parametrize('host', ['example.org', 'ntfy', '8.8.8.8.example.org', 'a.b.c.d', '', '1.2.3.4.5'])
async def test_name_is_no_numeric_address(host: str):
    assert numeric_address(host) is None
