"""Pictures come and go with whatever shows them."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from livechat.domain.errors import NotFound, RoomNotFound
from livechat.domain.face import Face, FaceFile
from livechat.domain.model import Person, RoomId, Server, UserId, UserKind
from livechat.domain.ports import Stores
from livechat.store import DATABASE_NAME, SqlStores
from tests.store.people import Lobby, commit_one, join, new_user, open_direct, post, react

FACE = Face(token='a' * 22, webp_64=b'small', webp_256=b'large', png_256=b'icon')
OTHER = Face(token='b' * 22, webp_64=b'SMALL', webp_256=b'LARGE', png_256=b'ICON')


async def kept(stores: Stores, face: Face) -> list[bytes | None]:
    return [await stores.pictures.get(face.token, file) for file in FaceFile]


async def test_picture_of_a_person_is_kept_until_another_takes_its_place(lobby: Lobby) -> None:
    stores = lobby.stores
    assert lobby.ana.picture == ''

    ana = await stores.users.set_picture(lobby.ana.id, FACE)

    assert (ana.picture, ana.person.picture) == (FACE.token, FACE.token)
    assert await kept(stores, FACE) == [b'small', b'large', None]
    assert await stores.users.by_id(ana.id) == replace(lobby.ana, picture=FACE.token)
    assert (await stores.users.set_picture(ana.id, OTHER)).picture == OTHER.token
    assert await kept(stores, FACE) == [None, None, None]
    assert (await stores.users.set_picture(ana.id, None)).picture == ''
    assert await kept(stores, OTHER) == [None, None, None]


async def test_picture_that_is_set_again_stays(lobby: Lobby) -> None:
    for _ in range(2):
        assert (await lobby.stores.rooms.set_picture(lobby.room.id, FACE)).picture == FACE.token
    for _ in range(2):
        assert (await lobby.stores.server.set_picture(OTHER)) == Server(name='Home', picture=OTHER.token)

    assert await kept(lobby.stores, FACE) == [b'small', b'large', None]
    assert await kept(lobby.stores, OTHER) == [b'SMALL', b'LARGE', b'ICON']


async def test_whoever_is_shown_is_shown_with_their_picture(lobby: Lobby) -> None:
    stores = lobby.stores
    first = await commit_one(stores, post(lobby.room, lobby.ana, 'Hello'))
    answer = await commit_one(stores, post(lobby.room, lobby.ben, 'Hi', reply_to=first))
    await commit_one(stores, react(answer, lobby.ana))
    direct, _ = await open_direct(stores, lobby.ana, lobby.ben)

    ana = (await stores.users.set_picture(lobby.ana.id, FACE)).person

    told = list(await stores.messages.newest(lobby.room.id, 2))
    assert told[1].quote is not None
    shown: list[Person] = [told[0].author, told[1].quote.author, *told[1].reactions[0].people]
    shown += [member.person for member in await stores.rooms.members(lobby.room.id) if member.person.id == ana.id]
    shown += await stores.users.acquaintances(lobby.ben.id, everybody=False, limit=5)
    shown += await stores.users.admins()
    shown += [person for each in await stores.rooms.all() for person in each.people if person.id == ana.id]
    assert shown == [ana] * 7
    assert direct.room.id in {each.room.id for each in await stores.rooms.all()}


async def test_picture_of_a_room_goes_with_it(lobby: Lobby) -> None:
    room = await lobby.stores.rooms.set_picture(lobby.room.id, FACE)
    assert await lobby.stores.rooms.by_id(room.id) == room

    await lobby.stores.rooms.delete(room.id)

    assert await kept(lobby.stores, FACE) == [None, None, None]


async def test_picture_of_a_guest_ends_with_them_and_an_account_that_is_deactivated_keeps_its_own(lobby: Lobby) -> None:
    stores = lobby.stores
    guest = await stores.users.add(replace(new_user('Mira'), kind=UserKind.GUEST, password_hash=None))
    await join(stores, lobby.room, guest)
    await stores.users.set_picture(guest.id, FACE)
    await stores.users.set_picture(lobby.ben.id, OTHER)

    await stores.users.end_guests([guest.id])
    ben = await stores.users.deactivate(lobby.ben.id)

    gone = await stores.users.by_id(guest.id)
    assert gone is not None
    assert gone.picture == ''
    assert await kept(stores, FACE) == [None, None, None]
    assert ben.picture == OTHER.token
    assert await kept(stores, OTHER) == [b'SMALL', b'LARGE', None]
    with pytest.raises(NotFound):
        await stores.users.set_picture(guest.id, FACE)


async def test_nothing_is_kept_for_whom_there_is_not(stores: Stores) -> None:
    with pytest.raises(NotFound):
        await stores.users.set_picture(UserId(9), FACE)
    with pytest.raises(RoomNotFound):
        await stores.rooms.set_picture(RoomId(9), FACE)

    assert await kept(stores, FACE) == [None, None, None]


@pytest.mark.parametrize('token', ['', 'c' * 22, '\ud800', "'; --"])
async def test_token_that_is_none_leads_nowhere(lobby: Lobby, token: str) -> None:
    await lobby.stores.users.set_picture(lobby.ana.id, FACE)

    assert await lobby.stores.pictures.get(token, FaceFile.SMALL) is None


async def test_server_is_renamed(lobby: Lobby) -> None:
    await lobby.stores.server.set_picture(FACE)

    assert await lobby.stores.server.rename('Harbour') == Server(name='Harbour', picture=FACE.token)
    assert await lobby.stores.server.profile() == Server(name='Harbour', picture=FACE.token)


async def test_no_picture_is_left_in_the_file_once_it_was_removed(sqlite: SqlStores, sqlite_lobby: Lobby, folder: Path) -> None:
    secret = b'how she looked' * 1_000
    await sqlite.users.set_picture(sqlite_lobby.ana.id, replace(FACE, webp_256=secret))
    await sqlite.users.set_picture(sqlite_lobby.ana.id, None)
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        connection.execute('PRAGMA wal_checkpoint(TRUNCATE)')

    assert secret[:50] not in (folder / DATABASE_NAME).read_bytes()


async def test_people_and_rooms_whose_picture_is_missing_go_as_others_do(sqlite: SqlStores, sqlite_lobby: Lobby, folder: Path) -> None:
    guests = [await sqlite.users.add(replace(new_user(name), kind=UserKind.GUEST, password_hash=None)) for name in ('Mira', 'Nils')]
    await sqlite.users.set_picture(guests[0].id, FACE)
    await sqlite.rooms.set_picture(sqlite_lobby.room.id, OTHER)
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        connection.execute('DELETE FROM pictures')
        connection.commit()

    await sqlite.users.end_guests([guest.id for guest in guests])
    await sqlite.rooms.delete(sqlite_lobby.room.id)

    for guest in guests:
        gone = await sqlite.users.by_id(guest.id)
        assert gone is not None
        assert gone.picture == ''
    assert await sqlite.rooms.by_id(sqlite_lobby.room.id) is None
