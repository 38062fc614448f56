"""The page in the frame of a linked message: what it shows to whom."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from livechat.domain.attachment import Attachment, Making
from livechat.domain.limits import Limits
from livechat.domain.message import Message
from livechat.domain.model import MAX_BODY_CHARS, PAGE_SIZE, MessageNumber, Room, RoomId, Theme, User
from livechat.ui.file_html import file_path
from livechat.ui.http_guard import HttpGuard
from livechat.ui.quote_page import MAX_PICTURES, REFRESH_S
from tests.fakes import FakeClock
from tests.ui.door_page import EVIL, Page
from tests.ui.door_stand import PASSWORD, DoorStand, door_stand
from tests.ui.files_stand import a_file, attach


@pytest.fixture
async def stand() -> AsyncIterator[DoorStand]:
    async with door_stand(FakeClock(), Limits(message_burst=1_000, change_burst=1_000)) as stand:
        await stand.set_up()
        yield stand


@pytest.fixture
async def owner(stand: DoorStand) -> User:
    return await stand.owner()


@pytest.fixture
async def secret(stand: DoorStand) -> Room:
    """A private room of the owner."""
    return await stand.room('Harbour plans')


@asynccontextmanager
async def browsing(stand: DoorStand, name: str) -> AsyncIterator[httpx.AsyncClient]:
    async with stand.browser() as browser:
        assert (await browser.post('/login', data={'name': name, 'password': PASSWORD})).status_code == 303
        yield browser


async def say(stand: DoorStand, room: Room, body: str) -> Message:
    """By the owner."""
    return await stand.chat.rooms.post(await stand.owner(), room.id, body, 'k' + body[:9].encode().hex())


def path_of(room: Room, number: object) -> str:
    return f'/rooms/{room.slug}/quote?m={number}'


def words_of(response: httpx.Response) -> str:
    return ' '.join(' '.join(text for _, text in Page(response.text).texts).split())


def all_of(response: httpx.Response) -> tuple[int, str, list[tuple[str, str]]]:
    return response.status_code, response.text, sorted(response.headers.items())


async def test_reader_sees_who_wrote_what_where_and_when_by_their_clock(stand: DoorStand, secret: Room) -> None:
    message = await say(stand, secret, 'Meet at **noon**')

    async with browsing(stand, 'Ana Torres') as browser:
        signed_in = await stand.chat.accounts.signed_in(browser.cookies['livechat'])
        assert signed_in is not None
        await stand.chat.accounts.remember_utc_offset(signed_in.sign_in.id, 14 * 60)
        response = await browser.get(path_of(secret, message.number))

    assert response.status_code == 200
    assert words_of(response) == 'Quoted message Ana Torres Harbour plans 5 May 2026, 02:00 Meet at noon'
    assert '<strong>noon</strong>' in response.text
    assert response.headers['cache-control'] == 'private, no-store'
    assert response.headers['refresh'] == str(REFRESH_S)


async def test_files_are_shown_as_words_and_small_pictures(stand: DoorStand, secret: Room, owner: User) -> None:
    files = [a_file(f'{place}.jpg') for place in range(MAX_PICTURES + 1)]
    soon, report = a_file('soon.jpg', making=Making.UNDER_WAY), a_file('<b>report</b>.pdf')

    async def quoted(body: str, *files: Attachment) -> httpx.Response:
        ids = await attach(stand.stores, stand.clock, secret, owner, *files)
        message = await stand.chat.rooms.post(owner, secret.id, body, f'k{ids[0]}', files=ids)
        return await browser.get(path_of(secret, message.number))

    async with browsing(stand, 'Ana Torres') as browser:
        pictures, words = await quoted('', *files), await quoted('the **report**', report, soon)
        alone = await quoted('', soon)

    addresses = [attributes['src'] for tag, attributes in Page(pictures.text).elements if tag == 'img']
    assert addresses == [file_path(file, width=480) for file in files[:MAX_PICTURES]]
    assert words_of(pictures).endswith(f'{len(files)} pictures')
    assert words_of(words).endswith('the report 2 files')
    assert '<img' not in words.text
    assert words_of(alone).endswith('soon.jpg')
    assert '<b>report' not in (words.text + pictures.text)


async def test_whoever_may_not_read_gets_the_page_of_a_message_that_never_was(stand: DoorStand, secret: Room, owner: User) -> None:
    await stand.member('Ben')
    lobby = stand.chat.rooms.oldest()
    assert lobby is not None
    message, said = await say(stand, secret, 'the plan'), await say(stand, lobby, 'hello')
    deleted = await say(stand, secret, 'gone')
    await stand.chat.rooms.delete_message(owner, secret.id, deleted.number)

    async with browsing(stand, 'Ben') as ben, browsing(stand, 'Ana Torres') as ana:
        assert 'the plan' in (await ana.get(path_of(secret, message.number))).text
        paths = [path_of(secret, message.number), path_of(lobby, said.number), path_of(lobby, 999), path_of(secret, 999)]
        paths += ['/rooms/no-such-room/quote?m=1', '/rooms/no-such-room/quote', path_of(lobby, 'x'), path_of(lobby, '9' * 30)]
        answers = [all_of(await ben.get(path)) for path in paths]
        answers += [all_of(await ana.get(path_of(secret, number))) for number in (deleted.number, 999)]

    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 200
    assert 'This message is not there, or not open to you.' in answers[0][1]


async def test_messages_of_a_room_that_one_does_not_read_are_not_looked_for(stand: DoorStand, secret: Room) -> None:
    """Else the time it takes would tell which there are."""
    await stand.member('Ben')
    for number in range(PAGE_SIZE + 1):  # the first is in memory no more
        await say(stand, secret, f'{number} plans')
    asked: list[RoomId] = []
    look = stand.stores.messages.range

    async def look_and_note(room_id: RoomId, first: MessageNumber, last: MessageNumber) -> Sequence[Message]:
        asked.append(room_id)
        return await look(room_id, first, last)

    stand.stores.messages.range = look_and_note  # type: ignore[method-assign]
    async with browsing(stand, 'Ben') as ben, browsing(stand, 'Ana Torres') as ana:
        for number in (1, 999):
            await ben.get(path_of(secret, number))
        by_ben = list(asked)
        await ana.get(path_of(secret, 1))

    assert by_ben == []
    assert asked == [secret.id]


async def test_right_is_asked_at_each_request(stand: DoorStand, secret: Room, owner: User) -> None:
    ben = await stand.member('Ben')
    message = await say(stand, secret, 'the plan')

    async with browsing(stand, 'Ben') as browser:
        before = await browser.get(path_of(secret, message.number))
        await stand.chat.members.add(owner, secret.id, ben.id)
        within = await browser.get(path_of(secret, message.number))
        await stand.chat.members.remove(owner, secret.id, ben.id)
        after = await browser.get(path_of(secret, message.number))

    assert 'the plan' in within.text
    assert 'the plan' not in before.text + after.text


async def test_quote_is_as_the_message_is_now(stand: DoorStand, secret: Room, owner: User) -> None:
    message = await say(stand, secret, 'before')

    async with browsing(stand, 'Ana Torres') as browser:
        await stand.chat.rooms.edit(owner, secret.id, message.number, 'after')
        edited = await browser.get(path_of(secret, message.number))
        await stand.chat.rooms.delete_message(owner, secret.id, message.number)
        deleted = await browser.get(path_of(secret, message.number))
        absent = await browser.get(path_of(secret, 999))

    assert words_of(edited).endswith(' after')
    assert words_of(deleted) == words_of(absent)


async def test_quote_survives_a_new_name_of_its_room(stand: DoorStand, secret: Room, owner: User) -> None:
    lobby = stand.chat.rooms.oldest()
    assert lobby is not None
    message = await say(stand, lobby, 'hello')
    await stand.chat.rooms.rename(owner, lobby.id, 'Hall')

    async with browsing(stand, 'Ana Torres') as browser:
        response = await browser.get(path_of(lobby, message.number))

    assert '# Hall' in words_of(response)
    assert words_of(response).endswith(' hello')


@pytest.mark.parametrize('method', ['POST', 'PUT', 'DELETE'])
async def test_quote_is_only_read(stand: DoorStand, secret: Room, method: str) -> None:
    async with browsing(stand, 'Ana Torres') as browser:
        assert (await browser.request(method, path_of(secret, 1))).status_code == 405


async def test_stranger_learns_nothing(stand: DoorStand, secret: Room) -> None:
    message = await say(stand, secret, 'the plan')

    async with stand.browser() as browser:
        in_frame = {'sec-fetch-dest': 'iframe'}
        answers = [await browser.get(path_of(room, message.number), headers=in_frame) for room in (secret, replace(secret, slug='none'))]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].text == answers[1].text
    assert 'the plan' not in answers[0].text


@pytest.mark.parametrize(
    'body',
    [
        EVIL,
        '<img src=x onerror=alert(1)>',
        '[x](javascript:alert(1))',
        'see https://example.org',
        '`</code><script>1</script>`',
        '/me <b>x',
    ],
)
async def test_nothing_in_a_quote_runs_or_leads_away(stand: DoorStand, secret: Room, body: str) -> None:
    message = await say(stand, secret, body)

    async with browsing(stand, 'Ana Torres') as browser:
        page = Page((await browser.get(path_of(secret, message.number))).text)

    assert {tag for tag, _ in page.elements} <= {
        'html',
        'head',
        'meta',
        'title',
        'link',
        'body',
        'p',
        'b',
        'span',
        'time',
        'div',
        'code',
        'br',
    }
    assert all(set(attributes) <= {'class', 'dir'} for tag, attributes in page.elements if tag not in {'html', 'meta', 'link'})


async def test_largest_message_makes_a_bounded_page(stand: DoorStand, secret: Room) -> None:
    message = await say(stand, secret, '&' * MAX_BODY_CHARS)

    async with browsing(stand, 'Ana Torres') as browser:
        assert len((await browser.get(path_of(secret, message.number))).content) < 10 * MAX_BODY_CHARS


@pytest.mark.parametrize(('body', 'shown'), [('/me waves', 'Ana Torres waves'), ('waves', 'waves')])
async def test_action_is_quoted_as_one(stand: DoorStand, secret: Room, body: str, shown: str) -> None:
    message = await say(stand, secret, body)

    async with browsing(stand, 'Ana Torres') as browser:
        assert words_of(await browser.get(path_of(secret, message.number))).endswith(f'12:00 {shown}')


async def test_line_about_the_room_is_quoted_with_who_did_it(stand: DoorStand, owner: User) -> None:
    lobby = stand.chat.rooms.oldest()
    assert lobby is not None
    ben = await stand.member('Ben')
    await stand.chat.rooms.join(ben, lobby.id)

    async with browsing(stand, 'Ana Torres') as browser:
        newest = (await stand.chat.rooms.enter(owner, lobby.id)).newest[-1]
        assert words_of(await browser.get(path_of(lobby, newest.number))).endswith('12:00 Ben joined')


@pytest.mark.parametrize(('theme', 'classes'), [(Theme.SYSTEM, ''), (Theme.LIGHT, 'light'), (Theme.DARK, 'dark')])
async def test_quote_has_the_theme_of_its_reader(stand: DoorStand, secret: Room, owner: User, theme: Theme, classes: str) -> None:
    await stand.chat.accounts.update_preferences(owner, replace(owner.preferences, theme=theme))

    async with browsing(stand, 'Ana Torres') as browser:
        page = Page((await browser.get(path_of(secret, 1))).text)

    assert page.attributes('html').get('class', '') == classes
    assert page.attributes('body')['class'] == (f'quote body--{classes}' if classes else 'quote')


@pytest.mark.parametrize(
    ('path', 'framed'),
    [('/rooms/a/quote', True), ('/rooms/a', False), ('/rooms/a/quote/', False), ('/rooms/a/b/quote', False), ('/x/rooms/a/quote', False)],
)
async def test_quotes_alone_may_be_framed_and_by_ourselves(stand: DoorStand, path: str, framed: bool) -> None:
    guarded = HttpGuard(stand.app, allowed_hosts=lambda: (), https=False)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(guarded), base_url='http://chat.local') as browser:
        response = await browser.get(path, headers={'sec-fetch-dest': 'iframe'})

    assert response.headers['x-frame-options'] == ('SAMEORIGIN' if framed else 'DENY')
    policy = response.headers['content-security-policy']
    assert ("frame-ancestors 'self'" in policy) is framed
    assert "script-src 'none'" in policy
