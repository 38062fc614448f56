"""Pictures over HTTP: shown to whoever has their address, taken from whoever is signed in and has a page for them."""

import asyncio
import weakref
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest

from livechat.domain.errors import NotFound, TooBusy
from livechat.domain.face import CutOut
from livechat.domain.faces import MAX_PICTURE_BYTES
from livechat.domain.limits import Limits
from livechat.domain.model import SignInId, User, UserId
from livechat.ui import face_route
from livechat.ui.face_route import PICTURES
from livechat.ui.html import CHOSEN
from livechat.ui.http_guard import HttpGuard
from livechat.ui.picture_choosers import await_picture, chooser_of
from tests.domain.house import started
from tests.faces import PICTURE, FakeFaceMaker
from tests.fakes import FakeClock
from tests.patience import until
from tests.ui.door_stand import PASSWORD, DoorStand, door_stand

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
LOST = 'The picture did not arrive. Choose it again.'


@dataclass(eq=False)
class Page:
    """Waits for a picture."""

    sign_in_id: SignInId
    tokens: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    is_too_late: bool = False

    def chosen(self, token: str) -> None:
        if self.is_too_late:
            raise NotFound('It is gone.')
        self.tokens.append(token)

    def refuse(self, why: str) -> None:
        self.refusals.append(why)


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[DoorStand]:
    async with door_stand(clock, Limits(), face_maker=FakeFaceMaker()) as stand:
        await stand.set_up()
        face_route.mount(stand.app)
        yield stand


@pytest.fixture
async def inside(stand: DoorStand) -> AsyncIterator[httpx.AsyncClient]:
    browser = await stand.signed_in_browser()
    yield browser
    await browser.aclose()


@pytest.fixture
async def page(stand: DoorStand, inside: httpx.AsyncClient) -> Page:
    (sign_in,) = await stand.chat.accounts.sign_ins(await stand.owner())
    return Page(sign_in.id)


async def pictured(stand: DoorStand) -> User:
    """The owner, with a picture."""
    owner = await stand.owner()
    return await stand.chat.faces.set_own(owner, await stand.chat.faces.choose(owner, PICTURE), CutOut())


async def guarded(stand: DoorStand, cookies: httpx.Cookies) -> httpx.AsyncClient:
    """The same browser, with the guard that stands before everything."""
    app = HttpGuard(stand.app, allowed_hosts=lambda: ('chat.local',), https=False)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://chat.local', cookies=cookies)


# Shown


async def test_avatar_is_shown_to_whoever_has_its_address_and_kept_by_their_browser(stand: DoorStand) -> None:
    owner = await pictured(stand)

    async with stand.browser() as stranger:
        small = await stranger.get(f'{PICTURES}{owner.picture}-64.webp')
        large = await stranger.get(f'{PICTURES}{owner.picture}-256.webp')

    assert (small.content[:3], large.content[:4]) == (b'64 ', b'256 ')
    assert small.headers['content-type'] == 'image/webp'
    assert small.headers['cache-control'] == 'private, max-age=31536000, immutable'
    assert small.headers['x-content-type-options'] == 'nosniff'
    assert small.headers['content-security-policy'].startswith("default-src 'none'; sandbox")


@pytest.mark.parametrize('change', ['removed', 'replaced'])
async def test_avatar_is_gone_once_it_is_no_more(stand: DoorStand, inside: httpx.AsyncClient, change: str) -> None:
    owner = await pictured(stand)
    path = f'{PICTURES}{owner.picture}-64.webp'
    assert (await inside.get(path)).status_code == 200

    if change == 'removed':
        await stand.chat.faces.remove_own(owner)
    else:
        await pictured(stand)

    gone = await inside.get(path)
    assert (gone.status_code, gone.headers['cache-control']) == (404, 'no-store')


@pytest.mark.parametrize(
    'name',
    ['', 'x', '{t}', '{t}-64', '{t}-65.webp', '{t}-64.webp.html', '{t}-64.png', '..%2f{t}-64.webp', '%00', '%ff', 'ü' * 22 + '-64.webp'],
)
async def test_address_that_is_none_leads_nowhere(stand: DoorStand, name: str) -> None:
    owner = await pictured(stand)

    async with stand.browser() as stranger:
        response = await stranger.get(PICTURES + name.replace('{t}', owner.picture))

    assert response.status_code in {400, 404}


async def test_nothing_can_be_posted_where_avatars_are(stand: DoorStand, inside: httpx.AsyncClient) -> None:
    owner = await pictured(stand)

    assert (await inside.post(f'{PICTURES}{owner.picture}-64.webp', content=PICTURE)).status_code == 405


async def test_address_that_is_kept_out_sees_nobody(stand: DoorStand) -> None:
    owner, address = await pictured(stand), '93.184.216.34'
    bo = await stand.member('Bo')
    await stand.chat.accounts.start_sign_in(bo.id, user_agent='', address=address)
    await stand.chat.moderation.ban(owner, bo.id, addresses=True)

    async with stand.browser(address=address) as browser:
        assert (await browser.get(f'{PICTURES}{owner.picture}-64.webp')).status_code == 403


# Taken


async def test_picture_reaches_the_page_that_waits_for_it_and_is_shown_to_its_person_alone(
    stand: DoorStand, inside: httpx.AsyncClient, page: Page
) -> None:
    await stand.member('Bo')
    response = await inside.post(CHOSEN + await_picture(page), content=PICTURE)

    assert (response.status_code, len(page.tokens), page.refusals) == (204, 1, [])
    shown = await inside.get(CHOSEN + page.tokens[0])
    assert (shown.content, shown.headers['content-type'], shown.headers['cache-control']) == (PICTURE, 'image/webp', 'no-store')
    assert shown.headers['content-security-policy'].startswith("default-src 'none'; sandbox")
    async with stand.browser() as browser:
        assert (await browser.get(CHOSEN + page.tokens[0], headers={'Sec-Fetch-Dest': 'image'})).status_code == 403
        await browser.post('/login', data={'name': 'Bo', 'password': PASSWORD})
        assert (await browser.get(CHOSEN + page.tokens[0])).status_code == 404
    assert stand.stores.memory.pictures == {}


@pytest.mark.parametrize('data', [b'', SVG, b'<html>', b'PK\3\4' + bytes(100)])
async def test_what_is_no_picture_is_refused_on_the_page(inside: httpx.AsyncClient, page: Page, data: bytes) -> None:
    response = await inside.post(CHOSEN + await_picture(page), content=data)

    assert (response.status_code, page.tokens) == (422, [])
    assert page.refusals == ['That is no picture.']


async def test_picture_that_is_too_large_is_read_no_further(stand: DoorStand, inside: httpx.AsyncClient, page: Page) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield PICTURE
        while True:
            sent += 2**20
            yield bytes(2**20)

    async def send() -> None:
        # ASGITransport asks for as much as the application reads
        await inside.post(CHOSEN + await_picture(page), content=endless())

    await asyncio.wait_for(send(), 20)

    assert sent <= MAX_PICTURE_BYTES + 2**21
    assert page.refusals == ['A picture has at most 10 MB.']


async def test_guard_refuses_more_than_any_picture_has_and_what_another_site_sends(
    stand: DoorStand, inside: httpx.AsyncClient, page: Page
) -> None:
    key = await_picture(page)
    async with await guarded(stand, inside.cookies) as browser:
        large = await browser.post(CHOSEN + key, content=bytes(13 * 2**20), headers={'Origin': 'http://chat.local'})
        foreign = await browser.post(CHOSEN + key, content=PICTURE, headers={'Origin': 'http://evil.test'})
        nameless = await browser.post(CHOSEN + key, content=PICTURE, headers={'Origin': 'null'})
        own = await browser.post(CHOSEN + key, content=PICTURE, headers={'Origin': 'http://chat.local'})

    assert (large.status_code, foreign.status_code, nameless.status_code, own.status_code) == (413, 403, 403, 204)
    assert len(page.tokens) == 1


async def test_nobody_else_sends_a_picture_to_that_page(stand: DoorStand, page: Page) -> None:
    await stand.member('Bo')
    key = await_picture(page)

    async with stand.browser() as browser:
        assert (await browser.post(CHOSEN + key, content=PICTURE)).status_code == 403
        await browser.post('/login', data={'name': 'Bo', 'password': PASSWORD})
        assert (await browser.post(CHOSEN + key, content=PICTURE)).status_code == 404
        assert (await browser.post(f'{CHOSEN}unknown', content=PICTURE)).status_code == 404

    assert (page.tokens, page.refusals) == ([], [])


async def test_page_that_is_gone_waits_for_nothing(inside: httpx.AsyncClient, page: Page) -> None:
    other = Page(page.sign_in_id)
    key, gone = await_picture(other), weakref.ref(other)
    assert chooser_of(key, page.sign_in_id) is other

    del other

    assert gone() is None
    assert (await inside.post(CHOSEN + key, content=PICTURE)).status_code == 404


async def test_body_that_is_cut_off_leaves_nothing_and_the_next_one_is_taken(
    stand: DoorStand, inside: httpx.AsyncClient, page: Page
) -> None:
    (token,) = [cookie.value for cookie in inside.cookies.jar if cookie.name == 'livechat']
    key = await_picture(page)
    messages = [{'type': 'http.request', 'body': PICTURE, 'more_body': True}, {'type': 'http.disconnect'}]
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return messages.pop(0)  # type: ignore[return-value]

    async def send(message: object) -> None:
        sent.append(message)  # type: ignore[arg-type]

    scope = {
        'type': 'http', 'method': 'POST', 'path': CHOSEN + key, 'query_string': b'', 'root_path': '', 'scheme': 'http',
        'http_version': '1.1', 'headers': [(b'host', b'chat.local'), (b'cookie', f'livechat={token}'.encode())],
        'client': ('192.0.2.1', 1), 'server': ('chat.local', 80),
    }  # fmt: skip
    await stand.app(scope, receive, send)  # type: ignore[arg-type]

    assert sent[0]['status'] == 400
    assert (page.tokens, page.refusals) == ([], [LOST])
    assert (await inside.post(CHOSEN + key, content=PICTURE)).status_code == 204


async def test_one_picture_at_a_time_arrives_from_one_person(inside: httpx.AsyncClient, page: Page) -> None:
    key, gate = await_picture(page), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield PICTURE
        await gate.wait()

    first = started(inside.post(CHOSEN + key, content=slow()))
    await until(lambda: face_route._arriving)
    second = await inside.post(CHOSEN + key, content=PICTURE)
    gate.set()

    assert (second.status_code, (await first).status_code) == (429, 204)
    assert page.refusals == ['Another picture is on its way. Try again in a moment.']
    assert not face_route._arriving


async def test_slow_body_ends(inside: httpx.AsyncClient, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face_route, 'BODY_TIME_S', 0.05)

    async def never() -> AsyncIterator[bytes]:
        yield PICTURE
        await asyncio.Event().wait()

    response = await inside.post(CHOSEN + await_picture(page), content=never())

    assert (response.status_code, page.refusals) == (408, [LOST])
    assert not face_route._arriving


async def test_bodies_that_come_slowly_stop_nobody_elses(stand: DoorStand, inside: httpx.AsyncClient, page: Page) -> None:
    strangers = [UserId(number) for number in range(1_000, 1_100)]
    face_route._arriving.update(dict.fromkeys(strangers, 1_000))

    response = await inside.post(CHOSEN + await_picture(page), content=PICTURE)

    for stranger in strangers:
        del face_route._arriving[stranger]
    assert (response.status_code, len(page.tokens)) == (204, 1)


async def test_bodies_take_no_more_memory_than_there_is_for_them(
    inside: httpx.AsyncClient, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_route, 'MOST_BYTES', len(PICTURE) - 1)

    response = await inside.post(CHOSEN + await_picture(page), content=PICTURE)

    assert (response.status_code, page.tokens, page.refusals) == (503, [], [str(TooBusy('with other pictures'))])
    assert not face_route._arriving


async def test_picture_that_is_gone_before_it_is_shown_is_said_on_the_page(inside: httpx.AsyncClient, page: Page) -> None:
    page.is_too_late = True

    response = await inside.post(CHOSEN + await_picture(page), content=PICTURE)

    assert (response.status_code, page.refusals) == (404, ['It is gone.'])


# The icon


@pytest.mark.parametrize('path', ['/icon', '/favicon.ico'])
async def test_icon_is_the_servers_picture_or_ours_and_a_change_is_seen_with_the_next_page(stand: DoorStand, path: str) -> None:
    owner = await stand.owner()
    async with stand.browser() as browser:
        ours = await browser.get(path)
        await stand.chat.server_desk.set_picture(owner, await stand.chat.faces.choose(owner, PICTURE), CutOut())
        own = await browser.get(path, headers={'If-None-Match': ours.headers['etag']})
        same = await browser.get(path, headers={'If-None-Match': own.headers['etag']})
        page = (await browser.get('/login')).text

    assert (ours.status_code, ours.headers['content-type']) == (200, 'image/svg+xml')
    assert (own.status_code, own.headers['content-type'], own.content[:4]) == (200, 'image/png', b'png ')
    assert (own.headers['cache-control'], same.status_code) == ('no-cache', 304)
    assert '<link rel="icon" href="/icon">' in page
    assert f'{PICTURES}{(await stand.chat.server_desk.profile()).picture}-64.webp' in page


async def test_door_shows_the_name_that_the_server_has_now(stand: DoorStand) -> None:
    await stand.chat.server_desk.rename(await stand.owner(), 'Boat <yard>')

    async with stand.browser() as browser:
        page = (await browser.get('/login')).text

    assert 'Boat &lt;yard&gt;' in page
    assert 'Boat <yard>' not in page
