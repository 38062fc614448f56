"""From a link to a preview: pages and pictures of a real server, through the guard."""

import logging
from collections.abc import AsyncIterator

import pytest

from livechat.domain.links import links_in
from livechat.domain.message import MAX_CARD_CHARS
from livechat.previews import PICTURE, WebPreviewer
from livechat.ui.markup import render
from tests.hostile_server import HostileServer, Names, bomb, endless, http, redirect
from tests.test_previews_picture import SVG, drawn, png_of_size

HEAD = '<title>Garden</title><meta property="og:description" content="Flowers"><meta property="og:image" content="{image}">'


@pytest.fixture
async def server() -> AsyncIterator[HostileServer]:
    async with HostileServer().running() as running:
        running.answers['/'] = http(HEAD.format(image='/picture.png'))
        running.answers['/picture.png'] = http(drawn(), content_type='image/png')
        yield running


@pytest.fixture
def previewer(server: HostileServer) -> WebPreviewer:
    names = Names(inside_test=[['10.0.0.1']], metadata_test=[['169.254.169.254']])
    return WebPreviewer.guarded(own_hosts={'chat.test'}, resolve=names, allows=server.allows)


async def test_page_has_a_preview_with_its_picture(server: HostileServer, previewer: WebPreviewer):
    preview = await previewer.preview(server.url())

    assert preview is not None
    assert (preview.title, preview.description, preview.site) == ('Garden', 'Flowers', 'page.test')
    assert preview.picture is not None
    assert (preview.picture.width, preview.picture.height) == (480, 252)
    assert preview.picture.webp.startswith(b'RIFF')
    assert [request.headers['accept'] for request in server.requests] == ['text/html', PICTURE.accept]


async def test_page_behind_redirects_is_read_where_it_is(server: HostileServer, previewer: WebPreviewer):
    server.answers['/a/short'] = redirect(server.url('/deep/page', host='www.other.test'))
    server.answers['/deep/page'] = http(HEAD.format(image='picture.png'))
    server.answers['/deep/picture.png'] = http(drawn())

    preview = await previewer.preview(server.url('/a/short'))

    assert preview is not None
    assert preview.site == 'other.test'
    assert preview.picture is not None


@pytest.mark.parametrize(
    'body',
    ['', '<p>no title', '<title> </title>', '<meta property="og:description" content="only that"><meta property=og:image content=/a>'],
)
async def test_page_without_a_title_has_no_preview(server: HostileServer, previewer: WebPreviewer, body: str):
    server.answers['/'] = http(body)

    assert await previewer.preview(server.url()) is None
    assert len(server.requests) == 1


async def test_title_is_plain_text_of_bounded_length(server: HostileServer, previewer: WebPreviewer):
    server.answers['/'] = http(f'<title>&lt;img src=x onerror=alert(1)&gt;\u202e{"t" * 400_000}</title>')

    preview = await previewer.preview(server.url())

    assert preview is not None
    assert preview.title.startswith('<img src=x onerror=alert(1)> ttt')
    assert len(preview.title) == MAX_CARD_CHARS


@pytest.mark.parametrize(
    'image',
    [
        'http://inside.test/a.png',
        'http://metadata.test/latest',
        'http://127.0.0.1/a.png',
        'http://[::1]/a.png',
        'http://page.test:22/a.png',
        'http://user:password@page.test/a.png',
        'http://chat.test/a.png',
        'file:///etc/passwd',
        'data:image/png;base64,iVBORw0KGgo=',
        'javascript:alert(1)',
        'http://[',
        '//',
        'http://\x00',
    ],
)
async def test_picture_outside_the_public_web_is_left_out(server: HostileServer, previewer: WebPreviewer, image: str):
    server.answers['/'] = http(HEAD.format(image=image))

    preview = await previewer.preview(server.url())

    assert preview is not None
    assert preview.picture is None
    assert [request.target for request in server.requests if request.target != '/'] in ([], ['//'])


@pytest.mark.parametrize(
    'answer',
    [
        http(SVG, content_type='image/svg+xml'),
        http(SVG, content_type='image/png'),
        http(b'<html>', content_type='image/png'),
        http('', status='404 Gone'),
        http(drawn(), more='Content-Encoding: gzip\r\n'),
        http(drawn()[:100], content_type='image/png'),
        http(png_of_size(30_000, 30_000), content_type='image/png'),
        http(drawn() + bytes(PICTURE.max_bytes), content_type='image/png'),
        endless('Content-Length: 1000000000\r\n', chunk=drawn()),
        bomb(10 * 2**20),
        redirect('http://metadata.test/'),
        redirect('/picture.png'),
    ],
    ids=['svg', 'svg called png', 'html', '404', 'gzip', 'broken', 'bomb', 'too large', 'endless', 'gzip bomb', 'metadata', 'loop'],
)
async def test_page_whose_picture_cannot_be_shown_has_a_preview_without(server: HostileServer, previewer: WebPreviewer, answer: bytes):
    server.answers['/picture.png'] = answer

    preview = await previewer.preview(server.url())

    assert preview is not None
    assert preview.picture is None
    assert '/picture.png' in [request.target for request in server.requests]


async def test_failure_is_logged_without_what_may_open_a_door(
    previewer: WebPreviewer, server: HostileServer, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG, 'livechat')

    assert await previewer.preview(f'http://ana:secret1@page.test:{server.port}/path?token=secret2#secret3') is None
    assert await previewer.preview(server.url('/gone?token=secret4')) is None

    assert 'page.test' in caplog.text
    assert 'the answer was 404' in caplog.text
    assert 'secret' not in caplog.text
    assert {record.levelname for record in caplog.records if record.name == 'livechat.previews'} == {'DEBUG'}


@pytest.mark.parametrize(
    'link',
    [
        'https://a.test/',
        'HTTPS://A.test/B',
        'https://bücher.test/straße?q=ü',
        'https://a.test/x_(y)',
        'https://a.test/{x}',
        '<https://a.test/>',
        'https://a.test/a%20b?x=1&y=2#z',
        'https://a.test:8080/~x',
        "https://a.test/it's",
        'https://a.test/a*b_c_',
        ' https://a.test ',
    ],
)
def test_lone_link_is_the_same_for_its_card_and_for_the_markup_that_hides_it(link: str):
    assert list(links_in(link)) == [render(link).lone_link]


async def test_previewer_as_it_is_in_production_calls_no_server_on_this_computer(server: HostileServer):
    production = WebPreviewer.guarded(own_hosts=())

    for host in ('127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '2130706433'):
        assert await production.preview(server.url(host=host)) is None

    assert server.connections == 0
