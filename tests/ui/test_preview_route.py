"""Pictures of cards over HTTP: for members of the room, and nobody else learns whether there is one."""

from collections.abc import AsyncIterator

import httpx
import pytest

from livechat.domain.limits import Limits
from livechat.domain.message import Message
from livechat.domain.model import Room
from livechat.domain.preview import Preview, PreviewPicture
from livechat.ui import preview_route
from tests.fakes import FakeClock
from tests.patience import until
from tests.ui.door_stand import PASSWORD, DoorStand, door_stand

WEBP = b'RIFF....WEBP'
URL = 'https://page.test/'


class OnePage:
    async def preview(self, url: str) -> Preview | None:
        return Preview(title='Page', picture=PreviewPicture(webp=WEBP, width=4, height=3)) if url == URL else None


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[DoorStand]:
    async with door_stand(clock, Limits(), previewer=OnePage()) as stand:
        await stand.set_up()
        preview_route.mount(stand.app)
        yield stand


@pytest.fixture
async def room(stand: DoorStand) -> Room:
    return await stand.room('Garden')


@pytest.fixture
async def message(stand: DoorStand, room: Room) -> Message:
    """With a card that has a picture."""
    owner = await stand.owner()
    number = (await stand.chat.rooms.post(owner, room.id, URL, 'k')).number
    await until(lambda: stand.chat.cards.is_calm)
    return await stand.chat.rooms.message(owner, room.id, number)


@pytest.fixture
async def inside(stand: DoorStand) -> AsyncIterator[httpx.AsyncClient]:
    browser = await stand.signed_in_browser()
    yield browser
    await browser.aclose()


def path(message: Message) -> str:
    (card,) = message.cards
    assert card.picture is not None
    return preview_route.PATH + card.picture.token


async def test_member_is_given_the_picture_and_nothing_to_run(inside: httpx.AsyncClient, message: Message):
    response = await inside.get(path(message))

    assert (response.status_code, response.content) == (200, WEBP)
    assert response.headers['content-type'] == 'image/webp'
    assert response.headers['x-content-type-options'] == 'nosniff'
    assert response.headers['content-security-policy'].startswith("default-src 'none'; sandbox")


async def test_browser_keeps_the_picture_and_asks_each_time_whether_it_may(
    stand: DoorStand, room: Room, inside: httpx.AsyncClient, message: Message
):
    first = await inside.get(path(message))
    assert first.headers['cache-control'] == 'private, no-cache'
    known = {'If-None-Match': first.headers['etag']}

    again = await inside.get(path(message), headers=known)
    assert (again.status_code, again.content) == (304, b'')

    await stand.chat.rooms.delete_message(await stand.owner(), room.id, message.number)
    assert (await inside.get(path(message), headers=known)).status_code == 404


@pytest.mark.parametrize('change', ['deleted', 'card removed', 'edited', 'room deleted'])
async def test_picture_is_gone_with_its_card(stand: DoorStand, room: Room, inside: httpx.AsyncClient, message: Message, change: str):
    assert (await inside.get(path(message))).status_code == 200
    owner, rooms = await stand.owner(), stand.chat.rooms

    match change:
        case 'deleted':
            await rooms.delete_message(owner, room.id, message.number)
        case 'card removed':
            await rooms.remove_card(owner, room.id, message.number, URL)
        case 'edited':
            await rooms.edit(owner, room.id, message.number, 'no link')
        case _:
            await rooms.delete(owner, room.id)

    assert (await inside.get(path(message))).status_code == 404


async def test_stranger_to_the_room_cannot_tell_the_picture_from_none(stand: DoorStand, room: Room, message: Message):
    bo = await stand.member('Bo')
    async with stand.browser() as browser:
        assert (await browser.post('/login', data={'name': 'Bo', 'password': PASSWORD})).status_code == 303
        theirs, none = await browser.get(path(message)), await browser.get(preview_route.PATH + 'a' * 22)
        assert (theirs.status_code, theirs.content, dict(theirs.headers)) == (none.status_code, none.content, dict(none.headers))
        assert theirs.status_code == 404

        await stand.chat.members.add(await stand.owner(), room.id, bo.id)
        assert (await browser.get(path(message))).status_code == 200
        await stand.chat.members.remove(await stand.owner(), room.id, bo.id)
        assert (await browser.get(path(message))).status_code == 404


async def test_whoever_is_not_signed_in_is_given_nothing(stand: DoorStand, message: Message):
    async with stand.browser() as browser:
        as_image = await browser.get(path(message), headers={'Sec-Fetch-Dest': 'image'})
        as_page = await browser.get(path(message))

    assert as_image.status_code == 403
    assert as_page.headers['location'].startswith('/login')


@pytest.mark.parametrize('token', ['', '%2e%2e%2fetc%2fpasswd', '..%5c', "'", '%00', 'a' * 5_000, 'ü', '%ff', '*'])
async def test_token_that_is_none_is_not_found(inside: httpx.AsyncClient, token: str):
    assert (await inside.get(preview_route.PATH + token)).status_code in {404, 400}


async def test_posting_there_is_refused(inside: httpx.AsyncClient, message: Message):
    assert (await inside.post(path(message), data={})).status_code == 405
