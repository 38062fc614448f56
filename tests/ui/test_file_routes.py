"""Files over HTTP: who is given them, as what; what is taken from whom; and that nothing stays of what is not."""

import asyncio
import io
import shutil
import zipfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from PIL import Image
from starlette.types import Message

from livechat.domain.attachment import Making
from livechat.domain.file import FileId
from livechat.domain.file_errors import FileTooSlow
from livechat.domain.invitation import InvitedAs
from livechat.domain.limits import Limits
from livechat.domain.model import MessageNumber, Room, RoomKind, ServerRole, User
from livechat.domain.tray_item import Stage
from livechat.store import DATABASE_NAME
from livechat.store.schema import migrate
from livechat.ui import file_answer
from livechat.ui.file_routes import upload_path
from tests import sent_files
from tests.ui.file_stand import FileStand, file_stand

pytestmark = pytest.mark.timeout(120)
"""Pictures are unpacked by processes of their own, which a busy machine starts slowly."""
NOBODYS = '/files/AAAAAAAAAAAAAAAAAAAAAA/a.png'
VARIANTS: dict[str, tuple[str, str, dict[str, str], int]] = {
    'original': ('GET', '', {}, 200),
    'small': ('GET', '?w=480', {}, 200),
    'large': ('GET', '?w=1200', {}, 200),
    'download': ('GET', '?download=1', {}, 200),
    'head': ('HEAD', '', {}, 200),
    'head of the small one': ('HEAD', '?w=480', {}, 200),
    'range': ('GET', '', {'Range': 'bytes=0-9'}, 206),
    'range of the small one': ('GET', '?w=480', {'Range': 'bytes=0-9'}, 206),
    'outside': ('GET', '', {'Range': 'bytes=999999999-'}, 416),
    'known': ('GET', '', {'If-None-Match': '{tag}'}, 304),
    'known, small': ('GET', '?w=480', {'If-None-Match': '{small}'}, 304),
    'anything known': ('GET', '', {'If-None-Match': '*'}, 304),
}


@dataclass
class Photo:
    """In a private room of Ana and Bo, sent by Bo."""

    stand: FileStand
    ana: User
    bo: User
    room: Room
    number: MessageNumber
    path: str
    tags: dict[str, str]

    @property
    def id(self) -> FileId:
        return FileId(self.path.split('/')[2])

    async def answers(self, browser: httpx.AsyncClient, path: str) -> dict[str, httpx.Response]:
        found = {}
        for name, (method, query, headers, _) in VARIANTS.items():
            said = {header: value.format(**self.tags) for header, value in headers.items()}
            found[name] = await browser.request(method, path + query, headers=said)
        return found

    async def is_given(self, browser: httpx.AsyncClient) -> bool:
        """Everything of it, as it should be; else nothing, as if it had never been."""
        given = await self.answers(browser, self.path)
        if given['original'].status_code == 200:
            assert {name: answer.status_code for name, answer in given.items()} == {name: want for name, (*_, want) in VARIANTS.items()}
            return True
        never_was = await self.answers(browser, NOBODYS)
        assert {name: told(answer) for name, answer in given.items()} == {name: told(answer) for name, answer in never_was.items()}
        assert {answer.status_code for answer in given.values()} == {404}
        return False


def told(answer: httpx.Response) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    return answer.status_code, answer.content, answer.headers.raw


@pytest.fixture(scope='module')
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database made once: making it takes longer than most tests."""
    path = tmp_path_factory.mktemp('migrated') / DATABASE_NAME
    migrate(path, backups=path.parent / 'backups')
    return path


@pytest.fixture
async def stand(tmp_path: Path, migrated: Path) -> AsyncIterator[FileStand]:
    shutil.copy(migrated, tmp_path / DATABASE_NAME)
    async with file_stand(tmp_path) as stand:
        yield stand


@pytest.fixture
async def ana(stand: FileStand) -> User:
    return await stand.person('Ana', ServerRole.OWNER)


@pytest.fixture
async def bo(stand: FileStand, ana: User) -> User:
    return await stand.person('Bo')


@pytest.fixture
async def room(stand: FileStand, ana: User, bo: User) -> Room:
    return await stand.room(ana, bo)


@pytest.fixture
async def photo(stand: FileStand, ana: User, bo: User, room: Room) -> Photo:
    number, path = await stand.posted(bo, room, sent_files.photo(), 'home.jpg')
    browser = await stand.browser(bo)
    tags = {name: (await browser.get(path + query)).headers['etag'] for name, query in (('tag', ''), ('small', '?w=480'))}
    return Photo(stand, ana, bo, room, number, path, tags)


# Who is given it


async def test_author_and_member_are_given_every_form_of_a_photo(photo: Photo):
    for person in (photo.ana, photo.bo):
        assert await photo.is_given(await photo.stand.browser(person))


async def test_who_never_was_a_member_is_told_what_they_would_be_told_of_no_file(photo: Photo):
    cleo = await photo.stand.person('Cleo')
    browser = await photo.stand.browser(cleo)

    assert not await photo.is_given(browser)

    await photo.stand.chat.members.add(photo.ana, photo.room.id, cleo.id)
    assert await photo.is_given(browser)


async def test_guest_of_another_room_is_given_nothing(photo: Photo):
    stand = photo.stand
    elsewhere = await stand.room(photo.ana)
    terms = {'invited_as': InvitedAs.GUEST, 'lasts': timedelta(days=1), 'max_uses': None}
    invitation = await stand.chat.invitations.make(photo.ana, room_id=elsewhere.id, **terms)
    code = stand.chat.invitations.code(invitation)
    arrival = await stand.chat.guests.join(code, name='Gil', address='192.0.2.1', user_agent='test', guest_key=None)
    browser = await stand.browser(None)
    browser.cookies.set('livechat', arrival.token)

    assert not await photo.is_given(browser)


@pytest.mark.parametrize('how', ['removed', 'left', 'made private while outside'])
async def test_who_is_no_member_any_more_is_given_nothing(photo: Photo, how: str):
    stand, ana = photo.stand, photo.ana
    room, path = photo.room, photo.path
    if how == 'made private while outside':
        room = await stand.room(ana, photo.bo, private=False)
        _, path = await stand.posted(ana, room, sent_files.photo(), 'home.jpg')
        photo = Photo(stand, ana, photo.bo, room, photo.number, path, photo.tags)
    browser = await stand.browser(photo.bo)
    assert (await browser.get(path)).status_code == 200

    match how:
        case 'removed':
            await stand.chat.members.remove(ana, room.id, photo.bo.id)
        case 'left':
            await stand.chat.rooms.leave(photo.bo, room.id)
        case _:
            await stand.chat.rooms.leave(photo.bo, room.id)
            await stand.chat.room_settings.convert(ana, room.id, RoomKind.PRIVATE)

    assert not await photo.is_given(browser)


@pytest.mark.parametrize('who', ['a stranger', 'banned', 'signed out', 'forged', 'expired'])
async def test_who_is_not_signed_in_is_told_the_same_of_every_file(photo: Photo, who: str):
    stand = photo.stand
    browser = await stand.browser(None if who in {'a stranger', 'forged'} else photo.bo)
    match who:
        case 'banned':
            await stand.chat.moderation.ban(photo.ana, photo.bo.id)
        case 'signed out':
            await browser.post('/logout')
        case 'forged':
            browser.cookies.set('livechat', 'f' * 43)
        case 'expired':
            stand.time.advance(100 * 86_400)

    for headers, status in (({}, 303), ({'Sec-Fetch-Dest': 'image'}, 403)):
        for method, query, more, _ in VARIANTS.values():
            said = {**headers, **{name: value.format(**photo.tags) for name, value in more.items()}}
            given = await browser.request(method, photo.path + query, headers=said)
            none = await browser.request(method, NOBODYS + query, headers=said)
            given.headers.pop('location', None)
            none.headers.pop('location', None)
            assert told(given) == told(none)
            assert given.status_code == status


@pytest.mark.parametrize('how', ['message deleted', 'dropped by an edit', 'room deleted', 'unreadable'])
async def test_what_is_gone_is_given_to_nobody(photo: Photo, how: str):
    stand = photo.stand
    browsers = [await stand.browser(photo.ana), await stand.browser(photo.bo)]
    assert await photo.is_given(browsers[0])

    match how:
        case 'message deleted':
            await stand.chat.rooms.delete_message(photo.bo, photo.room.id, photo.number)
        case 'dropped by an edit':
            await stand.chat.rooms.edit(photo.bo, photo.room.id, photo.number, 'look', files=[])
        case 'room deleted':
            await stand.chat.rooms.delete(photo.ana, photo.room.id)
        case _:
            await stand.chat.supervisor.room(photo.room.id).finish_file(photo.number, photo.id, Making.FAILED)

    if how == 'unreadable':  # it was made already: that stays
        assert await photo.is_given(browsers[0])
        return
    for browser in browsers:
        assert not await photo.is_given(browser)
    await stand.swept()
    for browser in browsers:
        assert not await photo.is_given(browser)


async def test_deletion_that_is_taken_back_brings_the_file_back(photo: Photo):
    browser = await photo.stand.browser(photo.ana)
    await photo.stand.chat.rooms.delete_message(photo.bo, photo.room.id, photo.number)
    assert not await photo.is_given(browser)

    await photo.stand.chat.rooms.undo_deletion(photo.bo, photo.room.id, photo.number)

    assert await photo.is_given(browser)


async def test_file_that_waits_to_be_sent_is_given_to_its_sender_alone(stand: FileStand, ana: User, bo: User, room: Room):
    theirs = await stand.browser(bo)
    (file,) = (await theirs.post(upload_path(room.id), files={'file': ('a.png', sent_files.png())})).json()['files']
    path = f'/files/{file["id"]}/a.png'

    assert (await theirs.get(path)).status_code == 200
    answer, none = await (await stand.browser(ana)).get(path), await (await stand.browser(ana)).get(NOBODYS)
    assert told(answer) == told(none)

    await stand.chat.members.remove(ana, room.id, bo.id)
    assert (await theirs.get(path)).status_code == 404


@pytest.mark.parametrize('how', ['removed', 'message deleted', 'banned', 'signed out', 'dropped by an edit'])
async def test_answer_that_is_under_way_breaks_off_for_who_may_not_have_it_any_more(
    stand: FileStand, ana: User, bo: User, room: Room, how: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(file_answer, 'LOOK_EVERY_S', 0)
    number, path = await stand.posted(ana, room, bytes(2**20))
    token = await stand.token(bo)
    sent: list[Message] = []

    async def take(message: Message) -> None:
        sent.append(message)
        if len(sent) != 3:
            return
        match how:
            case 'removed':
                await stand.chat.members.remove(ana, room.id, bo.id)
            case 'message deleted':
                await stand.chat.rooms.delete_message(ana, room.id, number)
            case 'banned':
                await stand.chat.moderation.ban(ana, bo.id)
            case 'signed out':
                signed_in = await stand.chat.accounts.signed_in(token)
                assert signed_in is not None
                await stand.chat.accounts.sign_out(signed_in.sign_in.id)
            case _:
                await stand.chat.rooms.edit(ana, room.id, number, 'look', files=[])

    await stand.ask(path, token, take)

    assert (sent[0]['status'], len(sent)) == (200, 3)


# As what


async def test_photo_is_served_as_a_picture_that_can_run_nothing(photo: Photo):
    browser = await photo.stand.browser(photo.ana)

    original, small = await browser.get(photo.path), await browser.get(photo.path + '?w=480')
    saved = await browser.get(photo.path + '?download=1')

    for answer, media_type in ((original, 'image/jpeg'), (small, 'image/webp')):
        policy = answer.headers['content-security-policy']
        assert policy.startswith("default-src 'none';")
        assert 'sandbox allow-same-origin' in policy.split('; ')  # the browser's own player needs the origin, and no scripts
        assert 'script-src' not in policy
        wanted = {
            'content-type': media_type,
            'x-content-type-options': 'nosniff',
            'content-disposition': 'inline; filename="home.jpg"; filename*=UTF-8\'\'home.jpg',
            'cache-control': 'private, no-cache',
            'cross-origin-resource-policy': 'same-origin',
            'accept-ranges': 'bytes',
            'content-length': str(len(answer.content)),
        }
        assert {name: answer.headers.get(name) for name in wanted} == wanted
        assert answer.headers['etag'].strip('"')
        assert 'set-cookie' not in answer.headers
    assert small.headers['etag'] != original.headers['etag']
    assert saved.headers['content-disposition'].startswith('attachment; ')
    assert saved.content == original.content
    assert max(Image.open(io.BytesIO(small.content)).size) == 480


async def test_nothing_of_where_a_photo_was_taken_is_served(photo: Photo):
    sent = sent_files.photo()
    assert sent_files.PLACE in sent
    assert sent_files.CAMERA in sent
    browser = await photo.stand.browser(photo.ana)

    served = [(await browser.get(photo.path + query)).content for query in ('', '?w=480', '?w=1200', '?download=1')]

    for content in served:
        assert sent_files.PLACE not in content
        assert sent_files.CAMERA not in content
        with Image.open(io.BytesIO(content)) as picture:
            assert set(picture.getexif()) <= {274}  # the orientation
            assert not picture.getexif().get_ifd(0x8825)
    for path in (photo.stand.folder / 'files').rglob('*'):
        assert not path.is_file() or sent_files.PLACE not in path.read_bytes()
    assert Image.open(io.BytesIO(served[1])).size == (360, 480)  # upright


async def test_page_behind_a_picture_is_cut_off(stand: FileStand, bo: User, room: Room):
    _, path = await stand.posted(bo, room, sent_files.gif_page(), 'cat.html')

    answer = await (await stand.browser(bo)).get(path)

    assert answer.headers['content-type'] == 'image/gif'
    assert answer.headers['x-content-type-options'] == 'nosniff'
    assert 'sandbox' in answer.headers['content-security-policy']
    assert answer.content.startswith(b'GIF8')
    assert b'<' not in answer.content[-20:]
    assert sent_files.SCRIPT not in answer.content


@pytest.mark.parametrize(
    ('name', 'content', 'media_type'),
    [
        ('cat.jpg', b'alert(1)', 'text/plain; charset=utf-8'),
        ('cat.jpg', b'#!/bin/sh\nrm -rf /\n', 'text/plain; charset=utf-8'),
        ('a.html', b'<!doctype html>' + sent_files.SCRIPT, 'application/octet-stream'),
        ('a.png', b'<html>' + sent_files.SCRIPT, 'application/octet-stream'),
        ('a.txt', b'  <svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'application/octet-stream'),
        ('a.svg', b'no markup at all', 'application/octet-stream'),
        ('a.xml', b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', 'application/octet-stream'),
        ('a.js', b'alert(1)', 'text/plain; charset=utf-8'),
        ('a.js', b'\xff\xfea\0l\0e\0r\0t\0(\0)\0', 'text/plain; charset=utf-16le'),
        ('a.zip', b'PK\x03\x04' + bytes(50), 'application/octet-stream'),
        ('a.png', b'II*\0' + bytes(50), 'application/octet-stream'),
        ('a.pdf', b'%PDF-1.7\n/JS (app.alert(1))', 'application/pdf'),
        ('a.html', b'\xff\xfe<\0h\0t\0m\0l\0>\0', 'application/octet-stream'),
    ],
)
async def test_what_is_no_picture_sound_or_film_is_saved_and_never_shown(
    stand: FileStand, bo: User, room: Room, name: str, content: bytes, media_type: str
):
    _, path = await stand.posted(bo, room, content, name)
    browser = await stand.browser(bo)

    for query in ('', '?w=480', '?download=1'):
        answer = await browser.get(path + query)
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers['content-type'] == media_type
        assert answer.headers['content-disposition'].startswith('attachment; ')
        assert answer.headers['content-security-policy'] == "default-src 'none'; sandbox; frame-ancestors 'none'"
        assert answer.headers['x-content-type-options'] == 'nosniff'


async def test_name_in_the_address_does_not_matter(photo: Photo):
    browser = await photo.stand.browser(photo.ana)

    for name in ('anything', 'x.html', 'a/b/c', '%2e%2e%2f%2e%2e%2fetc', '%00', '%ff', "'", 'n' * 8_000):
        answer = await browser.get(f'/files/{photo.id}/{name}')
        assert (answer.status_code, answer.headers['content-type']) == (200, 'image/jpeg')
        assert 'home.jpg' in answer.headers['content-disposition']


@pytest.mark.parametrize('file_id', ['..', '%2e%2e%2f', '%00', '%ff', '*', "'", '-1', '0', str(2**63), 'i' * 8_000, '%ed%a0%80', 'null'])
async def test_id_that_is_none_is_not_found(photo: Photo, file_id: str):
    browser = await photo.stand.browser(photo.ana)

    assert (await browser.get(f'/files/{file_id}/a.png')).status_code == 404


@pytest.mark.parametrize('width', ['0', '-1', '481', '99999999999999999999', 'x', '', '480.0', '../480'])
async def test_width_that_is_none_of_ours_is_the_original(photo: Photo, width: str):
    answer = await (await photo.stand.browser(photo.ana)).get(photo.path, params={'w': width})

    assert (answer.status_code, answer.headers['content-type']) == (200, 'image/jpeg')


@pytest.mark.parametrize('method', ['POST', 'PUT', 'DELETE', 'PATCH'])
async def test_files_are_asked_for_and_nothing_else(photo: Photo, method: str):
    assert (await (await photo.stand.browser(photo.ana)).request(method, photo.path)).status_code == 405


# What is taken


@pytest.mark.parametrize('name', sent_files.HOSTILE_NAMES.values(), ids=sent_files.HOSTILE_NAMES)
async def test_any_name_is_taken_and_made_harmless(stand: FileStand, bo: User, room: Room, name: str):
    browser = await stand.browser(bo)
    escaped = name.replace('\r', '%0D').replace('\n', '%0A').replace('"', '%22')
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\nhello\r\n--b--\r\n' % escaped.encode()

    answer = await browser.post(upload_path(room.id), content=body, headers={'Content-Type': 'multipart/form-data; boundary=b'})

    assert answer.status_code == 201
    (file,) = answer.json()['files']
    (item,) = await stand.tray(bo, room)
    assert (item.name, item.stage) == (file['name'], Stage.THERE)
    assert 1 <= len(item.name) <= 120
    assert len(item.name.encode()) <= 200
    assert not set(item.name) & set('/\\\0\r\n\u202e\u200b\u2060')
    served = await browser.get(f'/files/{file["id"]}/{item.name.replace("%", "%25").replace("#", "%23").replace("?", "%3f")}')
    assert served.content == b'hello'
    disposition = served.headers['content-disposition']
    assert disposition.startswith('attachment; filename="')
    assert disposition.count('"') == 2
    (key,) = stand.on_disk()
    assert key == f'{key[:2]}/{key[3:]}'
    assert len(key) == 67


HUGE = (
    '“a.png” has 30,000 × 30,000 pixels. Pictures like it have at most 64 megapixels here,'
    ' and 20,000 pixels on a side: make it smaller and send it again.'
)


async def nothing_is_left(stand: FileStand, who: User, room: Room, *, why: str | None = None) -> None:
    """No row, no bytes, nothing counted; and what the tray says of it."""
    assert (stand.rows(), stand.on_disk()) == ([], [])
    assert stand.files.uploads.quota.used == 0
    if why is not None:
        assert [(item.stage, item.why) for item in await stand.tray(who, room)] == [(Stage.REFUSED, why)]


@pytest.mark.parametrize(
    ('content', 'why'),
    [
        (bytes, '“a.png” is empty. Choose a file that has something in it.'),
        (
            lambda: sent_files.hollow_png(30_000, 30_000),
            HUGE,
        ),
        (
            lambda: sent_files.png()[:-40],
            '“a.png” looks like a picture, but it is broken or too large to unpack. Open it, save it anew and send that.',
        ),
    ],
    ids=['empty', 'huge', 'truncated'],
)
async def test_file_that_cannot_be_used_is_refused_and_leaves_nothing(
    stand: FileStand, bo: User, room: Room, content: Callable[[], bytes], why: str
):
    browser = await stand.browser(bo)

    answer = await browser.post(upload_path(room.id), files={'file': ('a.png', content())})

    assert (answer.status_code, answer.json()) == (415, {'error': why})
    await nothing_is_left(stand, bo, room, why=why)


async def test_picture_that_unpacks_to_much_more_than_it_shows_is_kept_without_what_it_hides(stand: FileStand, bo: User, room: Room):
    bomb = sent_files.bomb_png()
    assert len(bomb) < 500_000
    assert b'zTXt' in bomb

    _, path = await stand.posted(bo, room, bomb, 'a.png')

    browser = await stand.browser(bo)
    assert b'zTXt' not in (await browser.get(path)).content
    small = (await browser.get(path + '?w=480')).content
    assert Image.open(io.BytesIO(small)).size == (100, 100)


async def test_archive_that_is_called_a_picture_is_never_unpacked(stand: FileStand, bo: User, room: Room):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('a.png', bytes(50_000_000))

    _, path = await stand.posted(bo, room, out.getvalue(), 'a.png')

    answer = await (await stand.browser(bo)).get(path)
    assert (answer.headers['content-type'], answer.content) == ('application/octet-stream', out.getvalue())


@pytest.mark.parametrize('where', ['none', 'negative', 'zero', '2**63', 'not a number', 'private', 'open'])
async def test_room_one_may_not_post_to_takes_no_file(stand: FileStand, ana: User, bo: User, room: Room, where: str):
    private, open_ = await stand.room(ana), await stand.room(ana, private=False)
    number = {'none': 10**6, 'negative': -1, 'zero': 0, '2**63': 2**63, 'not a number': 'x', 'private': private.id, 'open': open_.id}[where]
    browser = await stand.browser(bo)

    answer = await browser.post(f'/uploads/{number}', files={'file': ('a.txt', b'hello')})

    if where == 'open':
        assert (answer.status_code, answer.json()) == (403, {'error': 'Join this room to take part.'})
    else:
        assert (answer.status_code, answer.json()) == (404, {'error': 'There is no such room, or it is not open to you.'})
    await nothing_is_left(stand, bo, room)


@pytest.mark.parametrize('why', ['announcements', 'archived', 'timed out', 'removed'])
async def test_who_may_not_write_in_a_room_may_not_upload_there(stand: FileStand, ana: User, bo: User, room: Room, why: str):
    browser = await stand.browser(bo)
    await forbid(stand, ana, bo, room, why)

    answer = await browser.post(upload_path(room.id), files={'file': ('a.txt', b'hello')})

    assert answer.status_code == (404 if why == 'removed' else 403)
    await nothing_is_left(stand, bo, room)


async def forbid(stand: FileStand, ana: User, bo: User, room: Room, why: str) -> None:
    match why:
        case 'announcements':
            await stand.chat.room_settings.set_rules(ana, room.id, announcements=True, slow_mode_s=0)
        case 'archived':
            await stand.chat.room_settings.archive(ana, room.id)
        case 'timed out':
            await stand.chat.members.time_out(ana, room.id, bo.id, 10)
        case 'banned':
            await stand.chat.moderation.ban(ana, bo.id)
        case 'deleted':
            await stand.chat.rooms.delete(ana, room.id)
        case _:
            await stand.chat.members.remove(ana, room.id, bo.id)


async def test_sign_in_that_ends_while_a_file_arrives_ends_it(stand: FileStand, bo: User, room: Room):
    """Though the same person is signed in elsewhere."""
    browser, other = await stand.browser(bo), await stand.browser(bo)

    async def body() -> AsyncIterator[bytes]:
        yield FILE[:-3]
        signed_in = await stand.chat.accounts.signed_in(browser.cookies['livechat'])
        assert signed_in is not None
        await stand.chat.accounts.sign_out(signed_in.sign_in.id)
        yield FILE[-3:] + b'--b--\r\n'

    answer = await browser.post(upload_path(room.id), content=body(), headers={'Content-Type': MULTIPART})

    assert answer.status_code == 403
    await nothing_is_left(stand, bo, room)
    assert (await other.post(upload_path(room.id), files={'file': ('a.txt', b'hello')})).status_code == 201


@pytest.mark.parametrize('why', ['announcements', 'archived', 'timed out', 'removed', 'banned', 'deleted'])
async def test_right_that_ends_while_a_file_arrives_ends_it(stand: FileStand, ana: User, bo: User, room: Room, why: str):
    browser = await stand.browser(bo)
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'

    async def body() -> AsyncIterator[bytes]:
        yield head + b'a' * 1_000
        await forbid(stand, ana, bo, room, why)
        yield b'b' * 1_000 + b'\r\n--b--\r\n'

    answer = await browser.post(upload_path(room.id), content=body(), headers={'Content-Type': 'multipart/form-data; boundary=b'})

    assert answer.status_code == (404 if why in {'removed', 'deleted'} else 403)
    await nothing_is_left(stand, bo, room)


@pytest.mark.parametrize(('origin', 'status'), [('https://evil.example', 403), ('null', 403), (None, 403), ('http://chat.local', 201)])
async def test_other_sites_send_no_files(stand: FileStand, bo: User, room: Room, origin: str | None, status: int):
    browser = await stand.browser(bo, origin=origin)

    assert (await browser.post(upload_path(room.id), files={'file': ('a.txt', b'hello')})).status_code == status
    assert len(stand.rows()) == (status == 201)


@pytest.mark.parametrize('cookie', [None, 'f' * 43, 'too short', 'é', '', 'expired'])
async def test_stranger_sends_no_files_and_is_not_listened_to(stand: FileStand, bo: User, room: Room, cookie: str | None):
    browser = await stand.browser(None)
    if cookie == 'expired':
        browser.cookies.set('livechat', await stand.token(bo))
        stand.time.advance(100 * 86_400)
    elif cookie is not None:
        browser.headers.update([(b'Cookie', b'livechat=' + cookie.encode())])
    read = []

    async def body() -> AsyncIterator[bytes]:
        for _ in range(100):
            read.append(1)
            yield bytes(65_536)

    answer = await browser.post(upload_path(room.id), content=body(), headers={'Content-Type': 'multipart/form-data; boundary=b'})

    assert answer.status_code == 403
    assert not read
    await nothing_is_left(stand, bo, room)


async def test_another_persons_cookie_uploads_as_that_person(stand: FileStand, ana: User, bo: User, room: Room):
    browser = await stand.browser(ana)

    await browser.post(upload_path(room.id), files={'file': ('a.txt', b'hello')})

    assert len(await stand.tray(ana, room)) == 1
    assert not await stand.tray(bo, room)


@pytest.mark.parametrize('method', ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])
async def test_files_are_posted_and_nothing_else(stand: FileStand, bo: User, room: Room, method: str):
    assert (await (await stand.browser(bo)).request(method, upload_path(room.id), content=b'x')).status_code == 405
    await nothing_is_left(stand, bo, room)


FIELD = b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
FILE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n'
MULTIPART = 'multipart/form-data; boundary=b'


@pytest.mark.parametrize(
    ('body', 'content_type', 'said'),
    [
        (FILE, MULTIPART, 'It ends too early.'),
        (FILE[:-3], MULTIPART, 'It ends too early.'),
        (b'', MULTIPART, 'It ends too early.'),
        (FILE + b'--b--\r\n', 'multipart/form-data', 'It says no usable boundary.'),
        (FILE + b'--b--\r\n', 'text/plain', 'It says no usable boundary.'),
        (FILE + b'--b--\r\n', '', 'It says no usable boundary.'),
        (FILE + b'--b--\r\n', 'multipart/form-data; boundary=' + 'b' * 71, 'It says no usable boundary.'),
        (FILE + b'--b--\r\n', 'multipart/form-data; boundary=c', 'It is garbled.'),
        (FIELD * 1_001 + b'--b--\r\n', MULTIPART, 'It has more than 20 parts.'),
        (FIELD * 10_000 + b'--b--\r\n', MULTIPART, 'It has more than 20 parts.'),
        (FIELD.replace(b'hello', b'x' * 70_000) + b'--b--\r\n', MULTIPART, 'A field of it is too long.'),
        (b'{"file": "hello"}', 'application/json', 'It says no usable boundary.'),
        (b'garbage', MULTIPART, 'It does not begin with its boundary.'),
    ],
)
async def test_body_that_is_no_whole_form_leaves_nothing(stand: FileStand, bo: User, room: Room, body: bytes, content_type: str, said: str):
    browser = await stand.browser(bo)

    answer = await browser.post(upload_path(room.id), content=body, headers={'Content-Type': content_type})

    assert (answer.status_code, answer.json()) == (400, {'error': said})
    assert answer.headers['connection'] == 'close'
    await nothing_is_left(stand, bo, room)


async def test_field_without_a_file_name_is_no_file(stand: FileStand, bo: User, room: Room):
    browser = await stand.browser(bo)

    answer = await browser.post(upload_path(room.id), content=FIELD + b'--b--\r\n', headers={'Content-Type': MULTIPART})

    assert (answer.status_code, answer.json()) == (201, {'files': []})
    await nothing_is_left(stand, bo, room)


async def test_form_with_two_files_is_broken_and_leaves_nothing(stand: FileStand, bo: User, room: Room):
    browser = await stand.browser(bo)

    answer = await browser.post(upload_path(room.id), content=FILE + FILE + b'--b--\r\n', headers={'Content-Type': MULTIPART})

    assert (answer.status_code, answer.json()) == (400, {'error': 'It has more than one file.'})
    await nothing_is_left(stand, bo, room)


@pytest.mark.parametrize(('size', 'status'), [(1_000, 201), (1_001, 413)])
@pytest.mark.parametrize('name', ['a', '"' * 250, 'ü' * 500])
async def test_name_takes_nothing_of_what_a_file_may_have(tmp_path: Path, migrated: Path, size: int, status: int, name: str):
    shutil.copy(migrated, tmp_path / DATABASE_NAME)
    async with file_stand(tmp_path, Limits(file_bytes=1_000)) as stand:
        ana = await stand.person('Ana', ServerRole.OWNER)
        room, browser = await stand.room(ana), await stand.browser(ana)

        assert (await browser.post(upload_path(room.id), files={'file': (name, b'\0' * size)})).status_code == status


async def test_file_that_comes_too_slowly_is_said_so_in_the_tray(tmp_path: Path, migrated: Path):
    shutil.copy(migrated, tmp_path / DATABASE_NAME)
    async with file_stand(tmp_path, Limits(upload_idle_s=0.05)) as stand:
        ana = await stand.person('Ana', ServerRole.OWNER)
        room, browser = await stand.room(ana), await stand.browser(ana)

        async def stuck() -> AsyncIterator[bytes]:
            yield FILE[:-3]
            await asyncio.Event().wait()

        answer = await browser.post(upload_path(room.id), content=stuck(), headers={'Content-Type': MULTIPART})

        assert (answer.status_code, answer.json()) == (408, {'error': str(FileTooSlow())})
        assert [(item.stage, item.why) for item in await stand.tray(ana, room)] == [(Stage.REFUSED, str(FileTooSlow()))]


async def test_more_files_than_go_with_a_message_are_refused(stand: FileStand, bo: User, room: Room):
    browser = await stand.browser(bo)
    for number in range(10):
        assert (await browser.post(upload_path(room.id), files={'file': (f'{number}.txt', b'hello')})).status_code == 201

    answer = await browser.post(upload_path(room.id), files={'file': ('a.txt', b'hello')})

    assert (answer.status_code, answer.json()) == (422, {'error': 'There are 10 files attached already.'})
    assert len(stand.rows()) == 10
    assert len(stand.on_disk()) == 1  # equal contents are one


async def test_same_file_twice_is_kept_until_the_last_one_goes(stand: FileStand, ana: User, bo: User, room: Room):
    (first, path), (second, other) = [await stand.posted(bo, room, b'hello', f'{name}.txt') for name in 'ab']
    browser = await stand.browser(ana)

    await stand.chat.rooms.delete_message(bo, room.id, first)
    while len(stand.rows()) > 1:
        stand.time.advance(1)
        await browser.get(path)
    assert ((await browser.get(path)).status_code, (await browser.get(other)).content) == (404, b'hello')

    await stand.chat.rooms.delete_message(bo, room.id, second)
    await stand.swept()
    assert stand.files.uploads.quota.used == 0


@pytest.mark.parametrize('of', ['person', 'server'])
async def test_more_than_there_is_space_for_is_refused_and_counted_back(tmp_path: Path, migrated: Path, of: str):
    shutil.copy(migrated, tmp_path / DATABASE_NAME)
    limits = Limits(person_file_bytes=10_000) if of == 'person' else Limits(server_file_bytes=10_000)
    async with file_stand(tmp_path, limits) as stand:
        ana, bo = await stand.person('Ana', ServerRole.OWNER), await stand.person('Bo')
        room = await stand.room(ana, bo)
        browsers = await stand.browser(ana), await stand.browser(bo)
        await stand.posted(bo, room, b'a' * 6_000)

        for body in (sent_in_pieces(5_000), sent_at_once(5_000)):  # with a length, and without
            answer = await browsers[1].post(upload_path(room.id), content=body, headers={'Content-Type': MULTIPART})
            assert answer.status_code == 507
            assert answer.json()['error'].startswith('“a.txt” was not taken: ')
            assert stand.files.uploads.quota.used == 6_000
        other = await browsers[0].post(upload_path(room.id), content=sent_at_once(5_000), headers={'Content-Type': MULTIPART})

        assert other.status_code == (201 if of == 'person' else 507)
        assert len(stand.on_disk()) == len(stand.rows()) == (2 if of == 'person' else 1)


def sent_at_once(size: int) -> bytes:
    return FILE.replace(b'hello', b'b' * size) + b'--b--\r\n'


async def sent_in_pieces(size: int) -> AsyncIterator[bytes]:
    whole = sent_at_once(size)
    for at in range(0, len(whole), 1_000):
        yield whole[at : at + 1_000]


async def test_types_that_are_not_accepted_are_refused_by_what_they_are(tmp_path: Path, migrated: Path):
    shutil.copy(migrated, tmp_path / DATABASE_NAME)
    async with file_stand(tmp_path, accepted_files=('image/*', 'application/pdf')) as stand:
        ana = await stand.person('Ana', ServerRole.OWNER)
        room, browser = await stand.room(ana), await stand.browser(ana)
        why = 'This server takes only files of these types: image/*, application/pdf.'

        answer = await browser.post(upload_path(room.id), files={'file': ('a.png', b'no picture', 'image/png')})

        assert (answer.status_code, answer.json()) == (415, {'error': why})
        await nothing_is_left(stand, ana, room, why=why)
        assert (await browser.post(upload_path(room.id), files={'file': ('a.txt', sent_files.png(), 'text/plain')})).status_code == 201
        assert (await browser.post(upload_path(room.id), files={'file': ('a.pdf', b'%PDF-1.7')})).status_code == 201
        assert len(stand.rows()) == 2


async def test_places_for_uploads_are_limited_also_for_those_that_come_together(tmp_path: Path, migrated: Path):
    shutil.copy(migrated, tmp_path / DATABASE_NAME)
    async with file_stand(tmp_path, Limits(uploads_at_once=3)) as stand:
        ana = await stand.person('Ana', ServerRole.OWNER)
        room, browser = await stand.room(ana), await stand.browser(ana)
        go_on = asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            yield FILE[:-3]
            await go_on.wait()
            yield FILE[-3:] + b'--b--\r\n'

        headers = {'Content-Type': MULTIPART}
        sending = [asyncio.create_task(browser.post(upload_path(room.id), content=slow(), headers=headers)) for _ in range(8)]
        while sum(task.done() for task in sending) < 5:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0)
        go_on.set()
        answers = await asyncio.gather(*sending)

    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [503] * 5
    assert {answer.json()['error'] for answer in answers if answer.status_code == 503} == {
        'The server is busy with other files. Try again in a moment.'
    }


async def test_tray_shows_the_last_ten_that_were_refused(stand: FileStand, bo: User, room: Room):
    browser = await stand.browser(bo)

    for number in range(15):
        assert (await browser.post(upload_path(room.id), files={'file': (f'{number}.txt', b'')})).status_code == 415

    assert [item.name for item in await stand.tray(bo, room)] == [f'{number}.txt' for number in range(5, 15)]
