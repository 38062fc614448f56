"""Forms with files, however they are cut into pieces, and whatever is wrong with them."""

import asyncio
import re
import tracemalloc
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from livechat.ui.multipart import LEAST_BYTES, MAX_FIELD_BYTES, MAX_HEADER_BYTES, MAX_PARTS, BodyBroken, BodyTooSlow, parts
from tests.effort import counted
from tests.ui.bodies import BOUNDARY, CONTENT_TYPE, Read, body, cut, file, part, read, received

MARK = b'\r\n--' + BOUNDARY.encode()
LIKE_BOUNDARIES = [
    b'\r',
    b'\n',
    b'\r\n',
    b'\r\n-',
    b'\r\n--',
    MARK[:-1],
    MARK + b'x',
    MARK + b'-x',
    MARK + b'\rx',
    MARK[2:] + b'--',
    b'--',
    b'-',
    b'',
]
HOLDS_BOUNDARY = re.compile(re.escape(MARK) + b'(--|\r\n|[ \t])')
SOME = body(part('form-data; name="to"', b'room'), file(b'abc\r\n--x-boundar\r\n'), file(b''), file(b'\r\n', 'ü.txt'))
SCRAPS = [*LIKE_BOUNDARIES, SOME[:40], b': ', b';', b'"', b'Content-Disposition: form-data; name=a']


async def test_fields_and_files_are_read_in_order():
    found = await read(received([SOME]))

    assert found == Read([
        ('to', None, b'room'),
        ('files', 'a.txt', b'abc\r\n--x-boundar\r\n'),
        ('files', 'a.txt', b''),
        ('files', 'ü.txt', b'\r\n'),
    ])  # fmt: skip


async def test_two_pieces_make_the_same_wherever_the_cut_is():
    at_once = await read(received([SOME]))

    assert all([await read(received(cut(SOME, [place]))) == at_once for place in range(len(SOME) + 1)])


async def test_single_bytes_make_the_same():
    assert await read(received(cut(SOME, range(len(SOME))))) == await read(received([SOME]))


@given(
    contents=st.lists(st.lists(st.one_of(st.sampled_from(LIKE_BOUNDARIES), st.binary(max_size=9))).map(b''.join), max_size=4),
    end=st.integers(0, 40),
    places=st.lists(st.integers(0, 2_000), max_size=30),
)
def test_pieces_never_change_what_is_read(contents: list[bytes], end: int, places: list[int]):
    """Also when it is cut off near its end."""
    whole = body(*[file(content) for content in contents])
    whole = whole[: len(whole) - end]

    at_once, in_pieces = asyncio.run(read_both(whole, cut(whole, places)))

    assert in_pieces == at_once
    if at_once.error is None and not any(HOLDS_BOUNDARY.search(content) for content in contents):
        assert [content for _, _, content in at_once.parts] == contents


@given(
    whole=st.lists(st.one_of(st.sampled_from(SCRAPS), st.binary(max_size=5))).map(b''.join),
    places=st.lists(st.integers(0, 2_000), max_size=30),
)
def test_garbage_is_broken_whatever_it_is_and_however_it_comes(whole: bytes, places: list[int]):
    at_once, in_pieces = asyncio.run(read_both(whole, cut(whole, places)))

    assert in_pieces == at_once


async def read_both(whole: bytes, pieces: list[bytes]) -> tuple[Read, Read]:
    return await read(received([whole])), await read(received(pieces))


async def test_form_that_httpx_makes_is_read():
    request = httpx.Request(
        'POST', 'http://chat.test', data={'to': 'ü'}, files=[('files', ('a"\r\nb.png', b'\0\xff')), ('files', ('ж.txt', b'x' * 200_000))]
    )

    found = await read(received([request.read()]), request.headers['content-type'])

    assert found == Read([('to', None, 'ü'.encode()), ('files', 'a"\r\nb.png', b'\0\xff'), ('files', 'ж.txt', b'x' * 200_000)])


@pytest.mark.parametrize(
    ('disposition', 'filename'),
    [
        ('form-data; name="f"; filename="a.png"', 'a.png'),
        ('form-data; name=f; filename=a.png', 'a.png'),
        ('form-data;name="f";filename="a;b=c.png"', 'a;b=c.png'),
        ('FORM-DATA; Name="f"; FileName="a.png"', 'a.png'),
        ('form-data; name="f"; filename=""', ''),
        ('form-data; name="f"; filename', None),
        ('form-data; name="f"', None),
        ('form-data; name="f"; filename="ünï 🦊.png"', 'ünï 🦊.png'),
        (b'form-data; name="f"; filename="\xff\xed\xa0\x80.png"', '\ufffd\ufffd\ufffd\ufffd.png'),
        ('form-data; name="f"; filename="%22; filename=%22b.html"', '"; filename="b.html'),
        ('form-data; name="f"; filename="a%0D%0AX-Evil: 1.png"', 'a\r\nX-Evil: 1.png'),
        ('form-data; name="f"; filename="100%25.png"', '100%25.png'),
        (r'form-data; name="f"; filename="a\"b\\c.png"', r'a"b\c.png'),
        (r'form-data; name="f"; filename="C:\dir\a.png"', r'C:\dir\a.png'),
        ('form-data; name="f"; filename="a\\"', 'a\\'),
        ('form-data; filename="a\\"; name="f"', 'a\\'),
        ('form-data; name="f"; filename="../../etc/passwd"', '../../etc/passwd'),
        ('form-data; name="f"; filename="a\nb\0.png"', 'a\nb\0.png'),
        ('form-data; name="f"; filename="\u202egnp.exe"', '\u202egnp.exe'),
        ('form-data; name="f"; filename="a.png"; filename="b.html"', 'a.png'),
        ('form-data; name="f"; filename="plain"; filename*=UTF-8\'\'%e2%82%ac%20rates', '€ rates'),
        ('form-data; name="f"; filename*=utf-8\'en\'%c3%bc.png; filename="plain"', 'ü.png'),
        ('form-data; name="f"; filename*=iso-8859-1\'\'%fc.png', 'ü.png'),
        ('form-data; name="f"; filename*=UTF-8\'\'%ff%ed%a0%80%zz', '\ufffd\ufffd\ufffd\ufffd%zz'),
        ('form-data; name="f"; filename="plain"; filename*=utf-7\'\'x', 'plain'),
        ('form-data; name="f"; filename="plain"; filename*=nonsense', 'plain'),
    ],
)
async def test_file_name_is_what_was_meant(disposition: str | bytes, filename: str | None):
    assert await read(received([body(part(disposition, b'x'))])) == Read([('f', filename, b'x')])


@pytest.mark.parametrize(
    'content_type',
    [
        '',
        'multipart/form-data',
        'multipart/form-data; boundary=',
        'multipart/form-data; boundary=""',
        'multipart/form-data; boundary="' + 'x' * 71 + '"',
        'multipart/form-data; boundary=ü',
        'multipart/form-data; boundary="a\nb"',
        'multipart/mixed; boundary=x-boundary',
        'application/x-www-form-urlencoded',
        ';' * 10_000,
    ],
)
async def test_content_type_without_a_usable_boundary_is_broken(content_type: str):
    assert await read(received([SOME]), content_type) == Read([], BodyBroken)


@pytest.mark.parametrize(
    'content_type', ['multipart/form-data; boundary="x-boundary"', 'Multipart/Form-Data; charset=utf-8; Boundary=x-boundary']
)
async def test_content_type_is_read_in_all_its_forms(content_type: str):
    assert (await read(received([SOME]), content_type)).error is None


@pytest.mark.parametrize(
    'whole',
    [
        b'',
        b'garbage',
        b'\r\n' + SOME,
        b'--other\r\n' + SOME,
        SOME.replace(b'form-data; name="to"', b'attachment; name="to"'),
        SOME.replace(b'Content-Disposition', b'Content-Nothing'),
        SOME.replace(b'Content-Disposition', b'Content Disposition'),
        SOME.replace(b'Content-Disposition', b''),
        b'--x-boundary\r\n\r\n\r\n--x-boundary--',
    ],
)
async def test_body_that_is_no_form_is_broken(whole: bytes):
    assert await read(received([whole])) == Read([], BodyBroken)


async def test_body_that_is_cut_in_the_middle_is_broken():
    """The last line break alone may be missing."""
    errors = [(await read(received([SOME[:length]]))).error for length in range(len(SOME) + 1)]

    assert errors == [*[BodyBroken] * (len(SOME) - 2), None, None, None]


async def test_body_whose_sender_goes_away_is_broken():
    assert await read(received([file(b'abc')[:-2]], is_gone=True)) == Read([('files', 'a.txt', b'abc')], BodyBroken)


async def test_sender_that_goes_away_after_the_last_part_has_sent_no_whole_body():
    assert (await read(received([SOME], is_gone=True))).error is BodyBroken


async def test_empty_form_has_no_parts():
    assert await read(received([body()])) == Read([])


async def test_as_many_parts_as_allowed_are_read_and_one_more_is_broken():
    allowed, too_many = [file(b'x')] * MAX_PARTS, [file(b'x')] * (MAX_PARTS + 1)

    assert await read(received([body(*allowed)])) == Read([('files', 'a.txt', b'x')] * MAX_PARTS)
    assert await read(received([body(*too_many)])) == Read([('files', 'a.txt', b'x')] * MAX_PARTS, BodyBroken)
    assert (await read(received([body(*[file(b'x')] * 1_001)]))).error is BodyBroken


@pytest.mark.parametrize(
    'more',
    [
        ('X-Long: ' + 'x' * MAX_HEADER_BYTES,),
        ('X' * MAX_HEADER_BYTES + ': x',),
        tuple(f'X-{number}: {"x" * 3_000}' for number in range(6)),
        tuple(f'X-{number}: x' for number in range(1_000)),
    ],
)
async def test_part_with_too_many_headers_is_broken(more: tuple[str, ...]):
    whole = body(part('form-data; name="f"; filename="a"', b'x', *more))

    assert await read(received([whole])) == Read([], BodyBroken)
    assert await read(received(cut(whole, range(0, len(whole), 100)))) == Read([], BodyBroken)


@pytest.mark.parametrize('tricky', [';a="', ';a="\\', ';a="\\"', '\\"', '"', ';', '; ', ';a=', '%22', ' ', ';a=" '])
async def test_tricky_headers_are_no_more_work_than_their_length(tricky: str):
    async def steps(length: int) -> int:
        whole = body(part('form-data; name="f"; filename="' + tricky * (length // len(tricky))))
        with counted() as effort:
            await read(received([whole]))
        return effort.steps

    assert await steps(MAX_HEADER_BYTES - 100) < 2.5 * await steps((MAX_HEADER_BYTES - 100) // 2)


async def test_long_field_is_broken_and_a_long_file_is_not():
    fits, too_long = b'x' * MAX_FIELD_BYTES, b'x' * (MAX_FIELD_BYTES + 1)

    assert (await read(received([body(part('form-data; name="to"', fits))]))).error is None
    assert (await read(received([body(part('form-data; name="to"', too_long))]))).error is BodyBroken
    assert (await read(received([body(file(too_long))]))).error is None


async def test_what_is_not_read_of_a_part_is_skipped():
    whole = body(part('form-data; name="to"', b'room'), file(b'x' * 100_000), file(b'y', 'b.txt'))
    names = []

    async for each in parts(CONTENT_TYPE, received(cut(whole, range(0, len(whole), 1_000)))):
        names.append(each.filename)
        async for _ in each.pieces():
            break

    assert names == [None, 'a.txt', 'b.txt']


async def test_field_that_is_skipped_may_not_be_long_either():
    whole = body(part('form-data; name="to"', b'x' * (MAX_FIELD_BYTES + 1)))

    with pytest.raises(BodyBroken):
        [each async for each in parts(CONTENT_TYPE, received([whole]))]


async def test_little_may_follow_the_end_and_not_much():
    assert (await read(received([SOME, b'x' * 1_000]))).error is None
    assert (await read(received([SOME, *[b'x' * 1_000] * 100]))).error is BodyBroken


async def test_file_is_never_in_memory_as_a_whole():
    piece = b'x' * 64 * 1024

    async def receive() -> Message:
        return next(messages)

    messages = iter([
        {'type': 'http.request', 'body': file()[:-2], 'more_body': True},
        *[{'type': 'http.request', 'body': piece, 'more_body': True}] * 800,
        {'type': 'http.request', 'body': b'\r\n' + body(), 'more_body': False},
    ])  # fmt: skip
    size = 0
    tracemalloc.start()
    try:
        async for each in parts(CONTENT_TYPE, receive):
            async for some in each.pieces():
                size += len(some)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert size == 800 * len(piece)
    assert peak < 2**20


async def never() -> AsyncIterator[bytes]:
    await asyncio.Event().wait()
    yield b''


async def trickle(piece: bytes) -> AsyncIterator[bytes]:
    while True:
        await asyncio.sleep(0.005)
        yield piece


@pytest.mark.parametrize('pieces', [never(), trickle(b''), trickle(b'x'), trickle(b'x' * 100)])
async def test_body_that_does_not_come_on_is_too_slow(pieces: AsyncIterator[bytes]):
    async def receive() -> Message:
        return {'type': 'http.request', 'body': await anext(pieces), 'more_body': True}

    first = file()[:-2]
    waiting = [first]

    async def receive_first() -> Message:
        return {'type': 'http.request', 'body': waiting.pop(), 'more_body': True} if waiting else await receive()

    assert (await read(receive_first, idle_s=0.05)).error is BodyTooSlow


async def test_more_may_be_asked_of_a_body_while_it_comes():
    sent = [file()[:-2]]

    async def receive() -> Message:
        await asyncio.sleep(0.005)
        sent.append(b'x' * 100)
        return {'type': 'http.request', 'body': sent[-2], 'more_body': True}

    found = await read(receive, idle_s=0.5, least_bytes=lambda: 100 if len(sent) < 40 else 100_000)

    assert found.error is BodyTooSlow
    assert len(sent) >= 40


async def test_body_that_takes_long_because_it_is_long_is_not_too_slow():
    count = 40
    waiting = [b'\r\n' + body(), *[b'x' * LEAST_BYTES] * count, file()[:-2]]

    async def receive() -> Message:
        await asyncio.sleep(0.015)
        return {'type': 'http.request', 'body': waiting.pop(), 'more_body': bool(waiting)}

    assert (await read(receive, idle_s=0.5)).error is None


async def test_reader_that_takes_long_makes_nobody_too_slow():
    whole = cut(SOME, range(0, len(SOME), 40))
    receive = received(whole)

    async for each in parts(CONTENT_TYPE, receive, idle_s=0.01):
        async for _ in each.pieces():
            await asyncio.sleep(0.01)
