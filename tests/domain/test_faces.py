"""Pictures of people, of rooms and of the server: who may set them, who hears of it, and what is left."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.audit import Act
from livechat.domain.errors import (
    Banned,
    InvalidInput,
    LivechatError,
    NameInvalid,
    NotAllowed,
    NotFound,
    NotStored,
    RoomNotFound,
    TooFast,
)
from livechat.domain.events import (
    LOBBY_TOPIC,
    SERVER_TOPIC,
    OwnRoomChanged,
    PersonChanged,
    RoomChanged,
    ServerChanged,
    UserChanged,
    presence_topic,
    user_topic,
)
from livechat.domain.face import CutOut, FaceFile
from livechat.domain.face_files import KEPT_FOR_S
from livechat.domain.faces import MAX_PICTURE_BYTES
from livechat.domain.limits import Limits
from livechat.domain.model import Room, Server, ServerRole, User
from livechat.domain.originals import KEPT_FOR_S as ORIGINAL_KEPT_FOR_S
from livechat.domain.originals import MOST_OF_ONE
from tests.domain.house import queued
from tests.domain.people_stand import PeopleStand, people_stand
from tests.faces import PICTURE, FakeFaceMaker
from tests.patience import until

WHOLE = CutOut()


@pytest.fixture
async def stand() -> AsyncIterator[PeopleStand]:
    async with people_stand() as stand:
        yield stand


@pytest.fixture
async def ana(stand: PeopleStand) -> User:
    return await stand.person('Ana')


@pytest.fixture
async def bo(stand: PeopleStand) -> User:
    return await stand.person('Bo')


async def pictured(stand: PeopleStand, user: User) -> User:
    """With a new picture."""
    return await stand.chat.faces.set_own(user, await stand.chat.faces.choose(user, PICTURE), WHOLE)


async def is_served(stand: PeopleStand, token: str) -> bool:
    try:
        await stand.chat.faces.files.get(token, FaceFile.SMALL)
    except NotFound:
        return False
    return True


async def acts(stand: PeopleStand) -> list[tuple[Act, str, str]]:
    """The oldest first."""
    return [(entry.act, entry.subject, entry.detail) for entry in reversed(await stand.chat.moderation.log(stand.owner))]


# One's own


async def test_own_picture_is_shown_wherever_one_is_shown_and_goes_the_same_way(stand: PeopleStand, ana: User, bo: User) -> None:
    direct = await stand.chat.rooms.direct(ana, [bo.id])
    message = await stand.chat.rooms.post(ana, stand.lobby.id, 'hello', 'k1')
    to_ana, to_bo = (stand.chat.backplane.subscribe(user_topic(each.id)) for each in (ana, bo))
    to_room = stand.chat.backplane.subscribe(presence_topic(stand.lobby.id))

    changed = await pictured(stand, ana)

    assert changed.picture
    assert await is_served(stand, changed.picture)
    assert UserChanged(user=changed) in await queued(to_ana)  # type: ignore[arg-type]
    await until(lambda: stand.chat.rooms.summary(direct.id).people[0] == changed.person)  # type: ignore[union-attr]
    assert PersonChanged(room_id=stand.lobby.id, person=changed.person) in await queued(to_room)  # type: ignore[arg-type]
    assert any(isinstance(event, OwnRoomChanged) for event in await queued(to_bo))  # type: ignore[arg-type]
    assert (await stand.chat.rooms.message(bo, stand.lobby.id, message.number)).author == changed.person

    plain = await stand.chat.faces.remove_own(changed)

    assert plain.picture == ''
    assert not await is_served(stand, changed.picture)
    await until(lambda: stand.chat.rooms.summary(direct.id).people[0] == plain.person)  # type: ignore[union-attr]


async def test_new_picture_takes_the_place_of_the_old_one_which_nobody_gets_any_more(stand: PeopleStand, ana: User) -> None:
    first = await pictured(stand, ana)
    assert await is_served(stand, first.picture)

    second = await pictured(stand, first)

    assert first.picture != second.picture
    assert (await is_served(stand, first.picture), await is_served(stand, second.picture)) == (False, True)
    assert list(stand.stores.memory.pictures) == [second.picture]


async def test_guest_has_a_picture_as_anybody_has_until_they_end(stand: PeopleStand) -> None:
    arrival = await stand.guest('Mira')
    mira = await pictured(stand, arrival.user)
    said = await stand.chat.rooms.post(mira, stand.lobby.id, 'hello', 'k1')
    assert said.author.picture == mira.picture
    assert await is_served(stand, mira.picture)

    (invitation,) = await stand.chat.invitations.of_room(stand.owner, stand.lobby.id)
    await stand.chat.invitations.revoke(stand.owner, invitation.id, remove_guests=True)
    stand.time.advance(KEPT_FOR_S)

    assert not await is_served(stand, mira.picture)
    assert (await stand.chat.rooms.message(stand.owner, stand.lobby.id, said.number)).author.picture == ''


async def test_whoever_was_shut_out_while_they_cropped_sets_nothing(stand: PeopleStand, ana: User) -> None:
    token = await stand.chat.faces.choose(ana, PICTURE)
    await stand.chat.moderation.ban(stand.owner, ana.id)

    with pytest.raises(Banned):
        await stand.chat.faces.set_own(ana, token, WHOLE)
    with pytest.raises(Banned):
        await stand.chat.faces.remove_own(ana)
    with pytest.raises(Banned):
        await stand.chat.faces.choose(ana, PICTURE)
    assert stand.stores.memory.pictures == {}


# What was chosen and not saved


async def test_nothing_is_stored_before_it_is_saved(stand: PeopleStand, ana: User) -> None:
    token = await stand.chat.faces.choose(ana, PICTURE)

    assert stand.chat.faces.original(ana, token).webp == PICTURE
    assert stand.stores.memory.pictures == {}


async def test_what_somebody_chose_is_nobody_elses(stand: PeopleStand, ana: User, bo: User) -> None:
    token = await stand.chat.faces.choose(ana, PICTURE)

    with pytest.raises(NotFound):
        stand.chat.faces.original(bo, token)
    with pytest.raises(NotFound):
        await stand.chat.faces.set_own(bo, token, WHOLE)
    with pytest.raises(NotFound):
        await stand.chat.server_desk.set_picture(stand.owner, token, WHOLE)


async def test_what_was_chosen_is_used_once_and_forgotten_after_some_minutes(stand: PeopleStand, ana: User) -> None:
    faces = stand.chat.faces
    used, late = await faces.choose(ana, PICTURE), await faces.choose(ana, PICTURE)
    ana = await faces.set_own(ana, used, WHOLE)

    with pytest.raises(NotFound):
        await faces.set_own(ana, used, WHOLE)
    assert faces.original(ana, late)
    stand.time.advance(ORIGINAL_KEPT_FOR_S)
    with pytest.raises(NotFound, match='Choose it again'):
        await faces.set_own(ana, late, WHOLE)


async def test_somebody_who_chooses_without_end_fills_no_memory(stand: PeopleStand, ana: User, bo: User) -> None:
    others = await stand.chat.faces.choose(bo, PICTURE)
    tokens = [await stand.chat.faces.choose(ana, PICTURE) for _ in range(10)]

    for token in tokens[:-MOST_OF_ONE]:
        with pytest.raises(NotFound):
            stand.chat.faces.original(ana, token)
    assert all(stand.chat.faces.original(ana, token) for token in tokens[-MOST_OF_ONE:])
    assert stand.chat.faces.original(bo, others)


async def test_many_large_pictures_push_the_oldest_out(stand: PeopleStand) -> None:
    people = [await stand.person(f'Person {number}') for number in range(5)]
    tokens = [await stand.chat.faces.choose(user, PICTURE + bytes(9 * 2**20)) for user in people]

    with pytest.raises(NotFound):
        stand.chat.faces.original(people[0], tokens[0])
    assert stand.chat.faces.original(people[-1], tokens[-1])


@pytest.mark.parametrize('data', [b'', b'<svg>', PICTURE + bytes(MAX_PICTURE_BYTES)])
async def test_what_cannot_be_used_is_refused_with_a_sentence(stand: PeopleStand, ana: User, data: bytes) -> None:
    with pytest.raises(InvalidInput, match=r'\w+ \w+.*\.'):
        await stand.chat.faces.choose(ana, data)


async def test_choosing_and_setting_without_end_is_slowed_down() -> None:
    async with people_stand(limits=Limits(change_burst=6)) as stand:
        ana = await stand.person('Ana')
        await pictured(stand, ana)
        await pictured(stand, ana)

        with pytest.raises(TooFast):
            await stand.chat.faces.choose(ana, PICTURE)
        with pytest.raises(TooFast):
            await stand.chat.faces.remove_own(ana)


@pytest.mark.parametrize('whose', ['own', "a room's", "the server's"])
async def test_who_is_too_fast_costs_no_cutting(whose: str) -> None:
    async with people_stand(limits=Limits(change_burst=2)) as stand:
        maker = stand.chat.faces._maker
        assert isinstance(maker, FakeFaceMaker)
        chat, owner = stand.chat, stand.owner
        token, _ = [await chat.faces.choose(owner, PICTURE) for _ in range(2)]
        sets = {
            'own': lambda: chat.faces.set_own(owner, token, WHOLE),
            "a room's": lambda: chat.faces.set_room(owner, stand.lobby.id, token, WHOLE),
            "the server's": lambda: chat.server_desk.set_picture(owner, token, WHOLE),
        }

        with pytest.raises(TooFast):
            await sets[whose]()

        assert maker.cuts == 0


@pytest.mark.parametrize(
    ('cut_out', 'square'),
    [
        (CutOut(), (100, 0, 200)),
        (CutOut(across=0.0, down=1.0), (0, 0, 200)),
        (CutOut(zoom=2.0, across=1.0, down=1.0), (300, 100, 100)),
        (CutOut(zoom=0.0, across=-5, down=9), (0, 0, 200)),
        (CutOut(zoom=99, across=0.0, down=0.0), (0, 0, 50)),
    ],
)
def test_square_lies_within_the_picture(cut_out: CutOut, square: tuple[float, float, float]) -> None:
    assert cut_out.square(400, 200) == square


async def test_picture_that_could_not_be_stored_is_nowhere(stand: PeopleStand, ana: User) -> None:
    before = await pictured(stand, ana)
    token = await stand.chat.faces.choose(ana, PICTURE)
    stand.stores.memory.full = True

    with pytest.raises(NotStored):
        await stand.chat.faces.set_own(ana, token, WHOLE)

    stand.stores.memory.full = False
    assert await stand.stored(ana) == before
    assert await is_served(stand, before.picture)
    assert (await stand.chat.faces.set_own(ana, token, WHOLE)).picture != before.picture


# A room's


async def test_picture_of_an_open_room_is_told_to_everybody_and_written_down(stand: PeopleStand) -> None:
    lists = stand.chat.backplane.subscribe(LOBBY_TOPIC)
    faces, token = stand.chat.faces, await stand.chat.faces.choose(stand.owner, PICTURE)

    room = await faces.set_room(stand.owner, stand.lobby.id, token, CutOut(zoom=2.0))

    assert await queued(lists) == [RoomChanged(room=room, old_slug='lobby')]  # type: ignore[arg-type]
    assert await faces.files.get(room.picture, FaceFile.LARGE) == b'256 (150.0, 50.0, 100.0)'
    assert (await faces.remove_room(stand.owner, room.id)).picture == ''
    assert not await is_served(stand, room.picture)
    assert await acts(stand) == [(Act.ROOM_PICTURE, 'Lobby', '')] * 2


async def test_picture_of_a_private_room_is_told_to_its_members_alone(stand: PeopleStand, ana: User, bo: User) -> None:
    room = await stand.chat.rooms.create(ana, 'Secret', private=True)
    lists, to_bo = stand.chat.backplane.subscribe(LOBBY_TOPIC), stand.chat.backplane.subscribe(user_topic(bo.id))
    to_ana = stand.chat.backplane.subscribe(user_topic(ana.id))
    token = await stand.chat.faces.choose(ana, PICTURE)

    room = await stand.chat.faces.set_room(ana, room.id, token, WHOLE)

    assert await queued(to_ana) == [OwnRoomChanged(user_id=ana.id, room=room, old_slug=room.slug)]  # type: ignore[arg-type]
    assert await queued(lists) == await queued(to_bo) == []  # type: ignore[arg-type]


async def test_member_who_is_no_admin_costs_no_cutting(stand: PeopleStand, ana: User) -> None:
    token = await stand.chat.faces.choose(ana, PICTURE)

    with pytest.raises(NotAllowed):
        await stand.chat.faces.set_room(ana, stand.lobby.id, token, WHOLE)

    assert stand.chat.faces.original(ana, token)
    assert stand.stores.memory.pictures == {}


async def test_picture_is_gone_with_its_room_within_a_minute(stand: PeopleStand, ana: User) -> None:
    room: Room = await stand.chat.rooms.create(ana, 'Garden')
    room = await stand.chat.faces.set_room(ana, room.id, await stand.chat.faces.choose(ana, PICTURE), WHOLE)
    assert await is_served(stand, room.picture)

    await stand.chat.rooms.delete(ana, room.id)
    assert stand.stores.memory.pictures == {}
    stand.time.advance(KEPT_FOR_S)

    assert not await is_served(stand, room.picture)
    with pytest.raises(RoomNotFound):
        await stand.chat.faces.remove_room(ana, room.id)


# The server's


async def test_name_and_picture_of_the_server_are_told_and_written_down(stand: PeopleStand) -> None:
    heard = stand.chat.backplane.subscribe(SERVER_TOPIC)
    desk, admin = stand.chat.server_desk, await stand.person('Ida', ServerRole.ADMIN)

    renamed = await desk.rename(admin, '  Boat   yard ')
    pictured = await desk.set_picture(admin, await stand.chat.faces.choose(admin, PICTURE), WHOLE)
    icon = await desk.icon()
    plain = await desk.remove_picture(admin)

    assert (renamed, plain) == (Server(name='Boat yard'), Server(name='Boat yard'))
    assert icon == (pictured.picture, b'png (100.0, 0.0, 200.0)')
    assert await desk.icon() is None
    assert await queued(heard) == [ServerChanged(server=each) for each in (renamed, pictured, plain)]  # type: ignore[arg-type]
    assert await desk.profile() == plain
    assert await acts(stand) == [
        (Act.SERVER_NAME, '', 'Harbour house → Boat yard'),
        (Act.SERVER_PICTURE, '', ''),
        (Act.SERVER_PICTURE, '', ''),
    ]


@pytest.mark.parametrize('act', ['rename', 'picture', 'remove'])
@pytest.mark.parametrize('role', [ServerRole.MEMBER, ServerRole.ADMIN])
async def test_server_belongs_to_its_admins(stand: PeopleStand, act: str, role: ServerRole) -> None:
    user = await stand.person('Ida', ServerRole.ADMIN)
    token = await stand.chat.faces.choose(user, PICTURE)
    if role is ServerRole.MEMBER:
        await stand.chat.moderation.set_role(stand.owner, user.id, role)  # the page still knows them as an admin
    refused: list[LivechatError] = []

    try:
        match act:
            case 'rename':
                await stand.chat.server_desk.rename(user, 'Hers')
            case 'picture':
                await stand.chat.server_desk.set_picture(user, token, WHOLE)
            case _:
                await stand.chat.server_desk.remove_picture(user)
    except NotAllowed as error:
        refused.append(error)

    assert bool(refused) is (role is ServerRole.MEMBER)


@pytest.mark.parametrize('name', ['', ' ', '\u202e', 'x' * 81, 'a\0b'])
async def test_name_of_the_server_is_one_that_people_see(stand: PeopleStand, name: str) -> None:
    with pytest.raises(NameInvalid) as refused:
        await stand.chat.server_desk.rename(stand.owner, name)

    assert refused.value.field == 'server_name'
    assert (await stand.chat.server_desk.profile()).name == 'Harbour house'
    assert (await stand.chat.server_desk.rename(stand.owner, 'x' * 80)).name == 'x' * 80
