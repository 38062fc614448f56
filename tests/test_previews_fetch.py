"""What a page sends is counted as it comes, and for so long: no server costs more than its limit, whatever it says or sends."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from livechat import preview_fetch
from livechat.preview_fetch import CONNECT_LIMIT_S, LIMIT_S, Fetcher, FetchFailed, look_up
from livechat.previews import PAGE
from tests.hostile_server import Answer, HostileServer, Names, bomb, dripping, endless, http, redirect, silent

LIMIT = PAGE.max_bytes


@pytest.fixture
async def server() -> AsyncIterator[HostileServer]:
    async with HostileServer().running() as running:
        yield running


@pytest.fixture
def fetcher(server: HostileServer) -> Fetcher:
    return Fetcher(resolve=Names(), allows=server.allows)


async def refusal(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(FetchFailed) as failed:
        await fetcher.get(url, PAGE)
    return str(failed.value)


def test_limits_are_those_of_the_issue():
    assert (CONNECT_LIMIT_S, LIMIT_S, LIMIT) == (3, 5, 512 * 1024)


@pytest.mark.parametrize('more', [0, 1])
async def test_page_has_an_end(server: HostileServer, fetcher: Fetcher, more: int):
    server.answers['/'] = http(b'x' * (LIMIT + more))

    if more:
        assert await refusal(fetcher, server.url()) == 'it is too large'
    else:
        assert len((await fetcher.get(server.url(), PAGE)).body) == LIMIT


@pytest.mark.parametrize(
    'answer',
    [
        endless(),
        endless('Content-Length: 100000000000\r\n'),
        endless('Transfer-Encoding: chunked\r\n', chunk=b'1000\r\n' + b'x' * 4_096 + b'\r\n'),
        endless('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', chunk=b'1000\r\n' + b'x' * 4_096 + b'\r\n'),
    ],
    ids=['no length', 'a length of 100 GB', 'chunked', 'chunked, with a length'],
)
async def test_endless_page_is_cut_at_the_limit(server: HostileServer, fetcher: Fetcher, answer: Answer):
    server.answers['/'] = answer
    tracemalloc.start()

    try:
        assert await refusal(fetcher, server.url()) in {'it is too large', 'RemoteProtocolError on the way'}
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 8 * 2**20


async def test_no_more_is_read_than_a_length_that_lies_says(server: HostileServer, fetcher: Fetcher):
    server.answers['/'] = endless('Content-Length: 10\r\n')

    assert (await fetcher.get(server.url(), PAGE)).body == b'x' * 10


async def test_page_that_is_shorter_than_it_says_is_none(server: HostileServer, fetcher: Fetcher):
    server.answers['/'] = http('<title>short</title>', length=10_000)

    assert await refusal(fetcher, server.url()) == 'RemoteProtocolError on the way'


@pytest.mark.parametrize('end', ['</head>', '<body class=x>', '</HEAD>', '<BODY>'])
async def test_nothing_is_read_behind_the_head(server: HostileServer, fetcher: Fetcher, end: str):
    """Of a page of any size, and in whatever parts it comes."""
    head = f'<title>long</title>{end}'.encode()

    async def in_parts(writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n')
        for place in range(len(head)):
            writer.write(head[place : place + 1])
            await writer.drain()
        await silent(writer)

    server.answers['/'] = in_parts

    assert (await fetcher.get(server.url(), PAGE)).body.startswith(b'<title>long</title>')


@pytest.mark.parametrize(
    'answer',
    [
        silent,
        dripping(b''),
        dripping(b'HTTP/1.1 200 OK\r\nX-A: '),
        dripping(b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n'),
        dripping(b'HTTP/1.1 302 Found\r\nLocation: /'),
    ],
    ids=['silent', 'status line', 'headers', 'body', 'redirect'],
)
async def test_slow_server_is_given_up_in_time(server: HostileServer, answer: Answer):
    server.answers['/'] = answer
    fetcher = Fetcher(resolve=Names(), allows=server.allows, limit_s=0.2)

    assert await refusal(fetcher, server.url()) in {'it took too long', 'ReadTimeout on the way', 'RemoteProtocolError on the way'}
    assert len(server.requests) == 1


async def test_time_is_for_all_redirects_together(server: HostileServer):
    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.write(redirect('/'))

    server.answers['/'] = late
    fetcher = Fetcher(resolve=Names(), allows=server.allows, limit_s=0.5)

    assert await refusal(fetcher, server.url()) == 'it took too long'
    assert len(server.requests) <= 2


async def test_resolver_that_hangs_is_given_up_in_time():
    async def hanging(_host: str, _port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    assert await refusal(Fetcher(resolve=hanging, limit_s=0.1), 'http://page.test/') == 'it took too long'


async def test_resolver_hangs_in_no_more_threads_than_a_few(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(preview_fetch, '_lookups', preview_fetch.threading.BoundedSemaphore(1))
    preview_fetch._lookups.acquire()

    with pytest.raises(OSError, match='too many'):
        await look_up('localhost', 80)

    preview_fetch._lookups.release()
    assert '127.0.0.1' in await look_up('localhost', 80)
    with pytest.raises(OSError, match='no such host'):
        await look_up('nobody.invalid', 80)


async def test_compressed_page_is_not_unpacked(server: HostileServer, fetcher: Fetcher):
    server.answers['/'] = bomb(20 * 2**20)

    assert await refusal(fetcher, server.url()) == 'it is compressed, unasked'


@pytest.mark.parametrize('encoding', ['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip, gzip', 'GZIP', 'nonsense'])
async def test_every_compression_is_refused(server: HostileServer, fetcher: Fetcher, encoding: str):
    server.answers['/'] = http('<title>x</title>', more=f'Content-Encoding: {encoding}\r\n')

    assert await refusal(fetcher, server.url()) == 'it is compressed, unasked'


@pytest.mark.parametrize('content_type', ['text/html', 'TEXT/HTML; Charset=utf-8', 'text/html;x=y'])
async def test_page_of_html_is_taken(server: HostileServer, fetcher: Fetcher, content_type: str):
    server.answers['/'] = http('<title>x</title>', content_type=content_type)

    assert (await fetcher.get(server.url(), PAGE)).body


@pytest.mark.parametrize(
    'content_type',
    ['', 'text/plain', 'application/xhtml+xml', 'application/json', 'image/svg+xml', 'image/png', 'text/html2', 'x; text/html', 'html'],
)
async def test_page_of_another_type_is_refused(server: HostileServer, fetcher: Fetcher, content_type: str):
    server.answers['/'] = http('<title>x</title>', content_type=content_type)

    assert await refusal(fetcher, server.url()) == 'it is of another type'


@pytest.mark.parametrize(
    'status', ['204 No Content', '206 Partial', '300 Choices', '304 Same', '400 Bad', '401 Who', '404 Gone', '500 Broken']
)
async def test_page_that_is_not_there_is_refused(server: HostileServer, fetcher: Fetcher, status: str):
    server.answers['/'] = http('' if status[0] in '23' else '<title>x</title>', status=status)

    assert await refusal(fetcher, server.url()) == f'the answer was {status[:3]}'


@pytest.mark.parametrize(
    'answer',
    [
        b'',
        b'\r\n',
        b'nonsense\r\n\r\n',
        b'HTTP/9.9 200 OK\r\n\r\n',
        b'HTTP/1.1 200 OK\r\n' + b'X-A: b\r\n' * 100_000 + b'\r\n',
        b'HTTP/1.1 200 OK\r\nX: ' + b'y' * 1_000_000,
        b'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx',
        b'\x16\x03\x01\x00\xa5',
    ],
    ids=['nothing', 'an empty line', 'nonsense', 'version', 'many headers', 'a long header', 'a negative length', 'TLS'],
)
async def test_answer_that_is_no_http_is_refused(server: HostileServer, fetcher: Fetcher, answer: bytes):
    server.answers['/'] = answer

    assert await refusal(fetcher, server.url())


async def test_server_that_is_not_there_is_tried_at_its_next_address(server: HostileServer):
    server.answers['/'] = http('<title>x</title>')
    allowing = Fetcher(resolve=Names(page_test=[['127.0.0.2', '127.0.0.1']]), allows=lambda _address, _port: True)

    assert (await allowing.get(server.url(), PAGE)).body


async def test_server_that_is_nowhere_is_refused(server: HostileServer):
    allowing = Fetcher(resolve=Names(page_test=[['127.0.0.2', '127.0.0.3', '127.0.0.1']]), allows=lambda _address, _port: True)

    assert await refusal(allowing, server.url()) == 'ConnectError on the way'
    assert server.connections == 0  # the third one is not tried
