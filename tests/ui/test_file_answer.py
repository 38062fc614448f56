"""How a stored file is answered: whole, in part, not again, and never as anything that runs."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from livechat.domain.file_errors import FileNotFound
from livechat.domain.model import UserId
from livechat.ui import file_answer as sending
from livechat.ui.file_answer import AT_ONCE, SLICE_BYTES, Reader, Sent, disposition, file_answer
from tests.domain.house import started
from tests.memory_file_store import MemoryFiles
from tests.patience import until

CONTENT = bytes(range(100))
KEY = 'a' * 64
EMPTY = 'e' * 64
NONE = '0' * 64


class FileApp:
    """Answers `/{name}?{media type}` as files are answered."""

    def __init__(self, files: MemoryFiles) -> None:
        self.files = files
        self.deletes_meanwhile = self.is_taken_away = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        media_type = scope['query_string'].decode() or 'image/png'
        sent = Sent(name=scope['path'][1:], media_type=media_type, filename='ü.png', inline=True)
        answer = await file_answer(request, self.files, sent, Reader(id=UserId(1), must_have_access=self.must_have_access))
        if self.deletes_meanwhile:
            await self.files.delete([KEY])
        await (answer or Response(status_code=404))(scope, receive, send)

    async def must_have_access(self) -> None:
        if self.is_taken_away:
            raise FileNotFound


@pytest.fixture
async def app(tmp_path: Path) -> FileApp:
    files = MemoryFiles(tmp_path)
    await files.put(KEY, CONTENT)
    await files.put(EMPTY, b'')
    return FileApp(files)


@pytest.fixture
async def browser(app: FileApp) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://chat.test') as browser:
        yield browser


async def test_file_is_sent_whole_and_cannot_run(browser: httpx.AsyncClient):
    answer = await browser.get(f'/{KEY}')

    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert dict(answer.headers) == {
        'accept-ranges': 'bytes',
        'cache-control': 'private, no-cache',
        'content-disposition': 'inline; filename="_.png"; filename*=UTF-8\'\'%C3%BC.png',
        'content-length': '100',
        'content-security-policy': "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; "
        "sandbox allow-same-origin; frame-ancestors 'none'",
        'content-type': 'image/png',
        'cross-origin-resource-policy': 'same-origin',
        'etag': f'"{KEY}"',
        'x-content-type-options': 'nosniff',
    }


@pytest.mark.parametrize('media_type', ['text/plain', 'text/html', 'image/svg+xml', 'application/pdf', 'application/octet-stream'])
async def test_what_may_be_a_document_may_load_nothing(browser: httpx.AsyncClient, media_type: str):
    answer = await browser.get(f'/{KEY}?{media_type}')

    assert answer.headers['content-security-policy'] == "default-src 'none'; sandbox; frame-ancestors 'none'"


async def test_head_says_the_same_without_the_content(browser: httpx.AsyncClient):
    get, head = await browser.get(f'/{KEY}'), await browser.head(f'/{KEY}', headers={'Range': 'bytes=0-1'})

    assert (head.status_code, head.content) == (200, b'')
    assert head.headers == get.headers


async def test_file_that_is_not_there_is_not_answered(browser: httpx.AsyncClient):
    assert (await browser.get(f'/{NONE}')).status_code == 404


async def test_file_that_is_deleted_just_now_is_not_found(app: FileApp, browser: httpx.AsyncClient):
    app.deletes_meanwhile = True

    assert (await browser.get(f'/{KEY}')).status_code == 404


@pytest.mark.parametrize('known', [f'"{KEY}"', f'W/"{KEY}"', '*', f'"x", "{KEY}" ,"y"'])
async def test_file_that_is_known_is_not_sent_again(browser: httpx.AsyncClient, known: str):
    answer = await browser.get(f'/{KEY}', headers={'If-None-Match': known, 'Range': 'bytes=0-1'})

    assert (answer.status_code, answer.content) == (304, b'')
    assert answer.headers['etag'] == f'"{KEY}"'
    assert answer.headers['cache-control'] == 'private, no-cache'
    assert 'content-length' not in answer.headers


@pytest.mark.parametrize('known', ['"x"', KEY, f'"{KEY}', '', ',', f'"{KEY}.480"'])
async def test_file_that_is_not_known_is_sent(browser: httpx.AsyncClient, known: str):
    assert (await browser.get(f'/{KEY}', headers={'If-None-Match': known})).status_code == 200


@pytest.mark.parametrize(
    ('asked', 'start', 'stop'),
    [
        ('bytes=0-0', 0, 1),
        ('bytes=0-', 0, 100),
        ('bytes=10-19', 10, 20),
        ('bytes=99-', 99, 100),
        ('bytes=90-1000', 90, 100),
        ('bytes=0-' + '9' * 5_000, 0, 100),
        ('bytes=-1', 99, 100),
        ('bytes=-100', 0, 100),
        ('bytes=-' + '9' * 5_000, 0, 100),
        ('Bytes = 5 - 6 ', 5, 7),
        ('bytes=' + '0' * 5_000 + '5-6', 5, 7),
    ],
)
async def test_part_is_sent(browser: httpx.AsyncClient, asked: str, start: int, stop: int):
    answer = await browser.get(f'/{KEY}', headers={'Range': asked})

    assert (answer.status_code, answer.content) == (206, CONTENT[start:stop])
    assert answer.headers['content-range'] == f'bytes {start}-{stop - 1}/100'
    assert answer.headers['content-length'] == str(stop - start)


@pytest.mark.parametrize(
    ('name', 'asked'),
    [
        (KEY, 'bytes=100-'),
        (KEY, 'bytes=100-200'),
        (KEY, 'bytes=' + '9' * 5_000 + '-'),
        (KEY, 'bytes=-0'),
        (EMPTY, 'bytes=0-'),
    ],
)
async def test_part_outside_of_the_file_is_refused(browser: httpx.AsyncClient, name: str, asked: str):
    answer = await browser.get(f'/{name}', headers={'Range': asked})

    assert (answer.status_code, answer.content) == (416, b'')
    assert answer.headers['content-range'] == f'bytes */{len(CONTENT) if name == KEY else 0}'


@pytest.mark.parametrize(
    'asked',
    [
        'bytes=0-1,3-4',
        'bytes=1-0',
        'bytes=-',
        'bytes=',
        'bytes',
        '',
        'bytes=a-b',
        'bytes=-1-2',
        'bytes=٠-١',
        'seconds=0-1',
        'bytes=0-0,' * 1_000,
    ],
)
async def test_several_parts_and_nonsense_are_answered_with_the_whole(browser: httpx.AsyncClient, asked: str):
    answer = await browser.get(f'/{KEY}', headers={'Range': asked.encode()})  # type: ignore[dict-item]

    assert (answer.status_code, answer.content) == (200, CONTENT)


async def test_end_of_an_empty_file_is_the_empty_file(browser: httpx.AsyncClient):
    answer = await browser.get(f'/{EMPTY}', headers={'Range': 'bytes=-5'})

    assert (answer.status_code, answer.content) == (200, b'')


@pytest.mark.parametrize(
    ('condition', 'status'),
    [(f'"{KEY}"', 206), (f'W/"{KEY}"', 200), ('"x"', 200), ('Mon, 04 May 2026 12:00:00 GMT', 200), ('', 200)],
)
async def test_part_is_sent_only_of_what_the_browser_has(browser: httpx.AsyncClient, condition: str, status: int):
    answer = await browser.get(f'/{KEY}', headers={'Range': 'bytes=0-1', 'If-Range': condition})

    assert answer.status_code == status


NUMBERS = st.one_of(st.just(''), st.integers(0, 120).map(str), st.integers(0).map(str), st.text('0123456789', max_size=30))
RANGES = st.one_of(
    st.builds('bytes={}-{}'.format, NUMBERS, NUMBERS),
    st.lists(st.builds('{}-{}'.format, NUMBERS, NUMBERS)).map(lambda specs: 'bytes=' + ','.join(specs)),
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters='\x7f')),
    st.text('bytes=-, 019'),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(ranges=st.lists(RANGES, max_size=2), name=st.sampled_from([KEY, EMPTY]), method=st.sampled_from(['GET', 'HEAD']))
def test_any_range_is_answered_as_the_standard_says(app: FileApp, ranges: list[str], name: str, method: str):
    content = CONTENT if name == KEY else b''

    status, headers, body = answered(app, f'/{name}', method, [('Range', each) for each in ranges])

    assert status in ({200} if method == 'HEAD' else {200, 206, 416})
    if status == 206:
        found = re.fullmatch(rf'bytes (\d+)-(\d+)/{len(content)}', headers['content-range'])
        assert found is not None
        first, last = int(found[1]), int(found[2])
        assert first <= last < len(content)
        assert body == content[first : last + 1]
    elif status == 416:
        assert (headers['content-range'], body) == (f'bytes */{len(content)}', b'')
    else:
        assert body == (b'' if method == 'HEAD' else content)
        assert 'content-range' not in headers
    assert int(headers['content-length']) == (len(content) if method == 'HEAD' else len(body))


def answered(app: FileApp, path: str, method: str, headers: list[tuple[str, str]]) -> tuple[int, Mapping[str, str], bytes]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(asked(path, method, headers), nothing_comes, send))
    found = {name.decode(): value.decode('latin-1') for name, value in sent[0]['headers']}
    return sent[0]['status'], found, body_of(sent)


def asked(path: str, method: str = 'GET', headers: Collection[tuple[str, str]] = ()) -> Scope:
    return {
        'type': 'http',
        'asgi': {'spec_version': '2.4'},
        'method': method,
        'path': path,
        'query_string': b'',
        'headers': [(name.lower().encode(), value.encode('latin-1')) for name, value in headers],
    }


async def nothing_comes() -> Message:
    raise AssertionError('nothing is to come')


def body_of(sent: list[Message]) -> bytes:
    return b''.join(message.get('body', b'') for message in sent[1:])


# While it goes out


@dataclass
class SlowBrowser:
    """Takes what is sent to it once it is told to."""

    sent: list[Message] = field(default_factory=list)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, message: Message) -> None:
        self.sent.append(message)
        await self.goes_on.wait()

    @property
    def has_all(self) -> bool:
        return self.sent[-1] == {'type': 'http.response.body', 'body': b'', 'more_body': False}


LARGE = 'b' * 64
PIECES = bytes(10 * SLICE_BYTES)


async def test_answer_that_is_looked_at_goes_on_to_its_end_for_whoever_may_have_it(app: FileApp, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, 'LOOK_EVERY_S', 0)
    await app.files.put(LARGE, PIECES)
    browser = SlowBrowser()
    browser.goes_on.set()

    await app(asked(f'/{LARGE}'), nothing_comes, browser.take)

    assert browser.has_all
    assert body_of(browser.sent) == PIECES


async def test_answer_breaks_off_once_its_reader_may_not_have_it_any_more(app: FileApp, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, 'LOOK_EVERY_S', 0)
    await app.files.put(LARGE, PIECES)
    browser = SlowBrowser()

    answer = started(app(asked(f'/{LARGE}'), nothing_comes, browser.take))
    await until(lambda: browser.sent)
    app.is_taken_away = True
    browser.goes_on.set()
    await answer

    assert not browser.has_all
    assert (browser.sent[0]['status'], body_of(browser.sent)) == (200, b'')


async def test_answer_breaks_off_when_its_reader_takes_nothing(app: FileApp, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, 'SLICE_TIME_S', 0.01)
    await app.files.put(LARGE, PIECES)
    browser = SlowBrowser()

    async def take(message: Message) -> None:
        browser.sent.append(message)
        if message['type'] == 'http.response.body':
            await browser.goes_on.wait()

    await app(asked(f'/{LARGE}'), nothing_comes, take)

    assert not browser.has_all
    assert body_of(browser.sent) == bytes(SLICE_BYTES)


async def test_one_person_is_sent_so_many_at_once_and_the_next_when_one_has_ended(app: FileApp):
    browsers = [SlowBrowser() for _ in range(AT_ONCE + 1)]

    answers = [started(app(asked(f'/{KEY}'), nothing_comes, browser.take)) for browser in browsers]
    await until(lambda: all(browser.sent for browser in browsers[:-1]))
    assert browsers[-1].sent == []
    browsers[0].goes_on.set()
    await until(lambda: browsers[-1].sent)
    for browser in browsers:
        browser.goes_on.set()
    await asyncio.gather(*answers)

    assert [body_of(browser.sent) for browser in browsers] == [CONTENT] * len(browsers)


async def test_who_waited_for_their_turn_is_looked_at_before_anything_is_sent(app: FileApp, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, 'LOOK_EVERY_S', 0)
    browsers = [SlowBrowser() for _ in range(AT_ONCE + 1)]
    answers = [started(app(asked(f'/{KEY}'), nothing_comes, browser.take)) for browser in browsers]
    await until(lambda: all(browser.sent for browser in browsers[:-1]))

    app.is_taken_away = True
    for browser in browsers:
        browser.goes_on.set()
    await asyncio.gather(*answers)

    assert (browsers[-1].sent[0]['status'], body_of(browsers[-1].sent)) == (404, b'')


# Its name


@pytest.mark.parametrize(
    ('filename', 'plain', 'whole'),
    [
        ('a.png', 'a.png', 'a.png'),
        ('a b.png', 'a b.png', 'a%20b.png'),
        ('ü.png', '_.png', '%C3%BC.png'),
        ('a"; x="b.html', 'a_; x=_b.html', 'a%22%3B%20x%3D%22b.html'),
        ('a\\', 'a_', 'a%5C'),
        ('a\r\nSet-Cookie: x', 'a__Set-Cookie_ x', 'a__Set-Cookie%3A%20x'),
        ('a\0\x7f\x85b', 'a___b', 'a___b'),
        ('%22.png', '_22.png', '%2522.png'),
        ("it's.png", "it's.png", 'it%27s.png'),
        ('../../x', '.._.._x', '..%2F..%2Fx'),
        ('\ud800.png', '_.png', '%3F.png'),
        ('', '', ''),
    ],
)
def test_file_name_cannot_end_its_header(filename: str, plain: str, whole: str):
    assert disposition(filename, inline=False) == f'attachment; filename="{plain}"; filename*=UTF-8\'\'{whole}'
    assert disposition(filename, inline=True).startswith('inline; ')


@given(st.text(st.characters(max_codepoint=0x2FF) | st.sampled_from('\ud800\u202e🦊')))
def test_any_file_name_makes_one_header(filename: str):
    assert re.fullmatch(
        r'inline; filename="[^"\\%\x00-\x1f\x7f-\U0010ffff]*"; filename\*=UTF-8\'\'[A-Za-z0-9._~%-]*', disposition(filename, inline=True)
    )
