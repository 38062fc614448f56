"""Files in messages: who gets one, what is shown of it, and when its bytes are gone."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from livechat.domain.attachment import Attachment, Making
from livechat.domain.errors import BodyEmpty, NotAMember, RoomNotFound, TooLate
from livechat.domain.events import MessageAmended, MessagePosted, room_topic
from livechat.domain.file import FileKind
from livechat.domain.file_errors import FileGone
from livechat.domain.file_pictures import all_names
from livechat.domain.message import Message, in_short
from livechat.domain.model import User, UserKind, UserStatus
from livechat.domain.tray_item import Stage
from tests.domain.file_stand import KEPT_S, PICTURE, FileStand, open_stand
from tests.domain.house import all_settled, queued, started
from tests.file_fakes import DAMAGED, IMAGE
from tests.patience import until


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[FileStand]:
    async with open_stand(tmp_path) as stand:
        yield stand


def key_of(stand: FileStand, file: Attachment) -> str:
    return stand.stores.memory.files[file.id].record.key


def names(stand: FileStand) -> set[str]:
    return set(stand.folder.contents)


# Sent


async def test_file_that_is_sent_leaves_the_tray_and_is_shown_to_all(stand: FileStand) -> None:
    one, two = await stand.upload(stand.ana, b'one'), await stand.upload(stand.ana, b'two')
    events = stand.chat.backplane.subscribe(room_topic(stand.room.id))
    assert not await stand.may_open(stand.bo, one.id)

    message = await stand.post(stand.ana, two, one)

    (event,) = await queued(events)  # type: ignore[arg-type]
    assert isinstance(event, MessagePosted)
    assert event.message.files == message.files == (two, one)
    assert message.body == ''
    assert await stand.tray(stand.ana) == ()
    assert [await stand.may_open(user, one.id) for user in (stand.olga, stand.ana, stand.bo)] == [True] * 3


async def test_only_what_is_sent_leaves_the_tray(stand: FileStand) -> None:
    one, two = await stand.upload(stand.ana, b'one'), await stand.upload(stand.ana, b'two')

    await stand.post(stand.ana, one, body='one of them')

    assert [item.file for item in await stand.tray(stand.ana)] == [two]


@pytest.mark.parametrize('body', ['', ' ', '\u200b'])
async def test_nothing_to_read_and_no_file_is_no_message(stand: FileStand, body: str) -> None:
    with pytest.raises(BodyEmpty):
        await stand.post(stand.ana, body=body)

    assert (await stand.post(stand.ana, await stand.upload(stand.ana), body=body)).body == ''


async def test_same_post_twice_is_one_message(stand: FileStand) -> None:
    file = await stand.upload(stand.ana)

    first = await stand.chat.rooms.post(stand.ana, stand.room.id, '', 'same', files=[file.id])
    second = await stand.chat.rooms.post(stand.ana, stand.room.id, '', 'same', files=[file.id])

    assert first == second
    assert first.files == (file,)


async def test_nobody_sends_what_is_anothers(stand: FileStand) -> None:
    file = await stand.upload(stand.ana)
    garden = await stand.chat.rooms.create(stand.ana, 'Garden')

    with pytest.raises(FileGone):
        await stand.post(stand.bo, file, body='mine')
    with pytest.raises(FileGone):
        await stand.post(stand.ana, file, room=garden)

    assert [item.file for item in await stand.tray(stand.ana)] == [file]


async def test_message_with_files_alone_in_short(stand: FileStand) -> None:
    one = await stand.post(stand.ana, await stand.upload(stand.ana, b'x', 'plan.pdf'))
    two = await stand.post(stand.ana, await stand.upload(stand.ana, PICTURE), await stand.upload(stand.ana, IMAGE + b'2'))
    mixed = await stand.post(stand.ana, await stand.upload(stand.ana, PICTURE), await stand.upload(stand.ana, b'y'))
    said = await stand.post(stand.ana, await stand.upload(stand.ana, PICTURE), body='look')
    answer = await stand.chat.rooms.post(stand.bo, stand.room.id, 'nice', 'answer', reply_to=two.number)

    assert [in_short(each) for each in (one, two, mixed, said)] == ['plan.pdf', '2 pictures', '2 files', 'look']
    assert answer.quote is not None
    assert (answer.quote.excerpt, answer.quote.files) == ('', '2 pictures')


async def test_quote_in_a_running_room_follows_the_files(stand: FileStand) -> None:
    files = [await stand.upload(stand.ana, PICTURE, 'one.png'), await stand.upload(stand.ana, IMAGE + b'2', 'two.png')]
    message = await stand.post(stand.ana, *files)
    answer = await stand.chat.rooms.post(stand.bo, stand.room.id, 'nice', 'answer', reply_to=message.number)

    await stand.chat.rooms.edit(stand.ana, stand.room.id, message.number, '', files=[files[1].id])
    quote = (await stand.message(answer.number)).quote
    assert quote is not None
    assert quote.files == 'two.png'
    await stand.chat.rooms.delete_message(stand.ana, stand.room.id, message.number)
    quote = (await stand.message(answer.number)).quote
    assert quote is not None
    assert (quote.deleted, quote.files) == (True, '')


# Edited


async def test_edit_keeps_all_files_unless_it_says_which(stand: FileStand) -> None:
    files = [await stand.upload(stand.ana, b'one'), await stand.upload(stand.ana, b'two')]
    message = await stand.post(stand.ana, *files, body='both')

    edited = await stand.chat.rooms.edit(stand.ana, stand.room.id, message.number, 'still both')
    assert edited.files == tuple(files)
    edited = await stand.chat.rooms.edit(stand.ana, stand.room.id, message.number, '', files=[files[0].id])
    assert (edited.body, edited.files) == ('', (files[0],))
    with pytest.raises(BodyEmpty):
        await stand.chat.rooms.edit(stand.ana, stand.room.id, message.number, '', files=[])
    assert [each.body for each in await stand.chat.rooms.history(stand.ana, stand.room.id, message.number)] == ['both', 'still both']


async def test_edit_that_changes_nothing_stores_nothing(stand: FileStand) -> None:
    file = await stand.upload(stand.ana)
    message = await stand.post(stand.ana, file, body='look')

    same = await stand.chat.rooms.edit(stand.ana, stand.room.id, message.number, 'look', files=[file.id])

    assert same == message


async def test_file_that_an_edit_drops_is_gone_at_once_and_its_bytes_later(stand: FileStand) -> None:
    files = [await stand.upload(stand.ana, b'one'), await stand.upload(stand.ana, b'two')]
    message = await stand.post(stand.ana, *files)
    keys = [key_of(stand, file) for file in files]

    await stand.chat.rooms.edit(stand.ana, stand.room.id, message.number, '', files=[files[1].id])

    assert [await stand.may_open(stand.ana, file.id) for file in files] == [False, True]
    await stand.swept(KEPT_S - KEPT_S / 2)
    assert names(stand) == set(keys)
    await stand.swept()
    assert names(stand) == {keys[1]}
    assert files[0].id not in stand.stores.memory.files


# Deleted


async def test_deletion_that_is_taken_back_brings_the_file_back(stand: FileStand) -> None:
    file = await stand.upload(stand.ana)
    message = await stand.post(stand.ana, file)
    await stand.chat.rooms.delete_message(stand.ana, stand.room.id, message.number)
    assert not await stand.may_open(stand.ana, file.id)

    await stand.swept(KEPT_S / 2)
    back = await stand.chat.rooms.undo_deletion(stand.ana, stand.room.id, message.number)
    await stand.swept(4 * KEPT_S)

    assert back.files == (file,)
    assert await stand.may_open(stand.bo, file.id)
    assert names(stand) == {key_of(stand, file)}


async def test_deletion_that_is_not_taken_back_takes_the_bytes(stand: FileStand) -> None:
    file = await stand.upload(stand.ana, PICTURE)
    message = await stand.post(stand.ana, file)
    await stand.made(file.id)
    assert names(stand) == set(all_names(key_of(stand, file)))

    await stand.chat.rooms.delete_message(stand.ana, stand.room.id, message.number)
    await stand.swept()

    stand.nothing_is_left()
    with pytest.raises(TooLate):
        await stand.chat.rooms.undo_deletion(stand.ana, stand.room.id, message.number)


@pytest.mark.parametrize('first_is_deleted', [True, False])
async def test_equal_contents_are_kept_until_the_last_is_gone(stand: FileStand, first_is_deleted: bool) -> None:
    files = [await stand.upload(stand.ana, PICTURE, 'a.png'), await stand.upload(stand.bo, PICTURE, 'b.png')]
    messages = [await stand.post(stand.ana, files[0]), await stand.post(stand.bo, files[1])]
    for file in files:
        await stand.made(file.id)
    key = key_of(stand, files[0])
    assert names(stand) == set(all_names(key))
    assert stand.inspector.thumbnailed <= 2

    deleted, left = (0, 1) if first_is_deleted else (1, 0)
    await stand.chat.rooms.delete_message(stand.olga, stand.room.id, messages[deleted].number)
    await stand.swept()
    assert names(stand) == set(all_names(key))
    assert await stand.may_open(stand.olga, files[left].id)
    assert not await stand.may_open(stand.olga, files[deleted].id)

    await stand.chat.rooms.delete_message(stand.olga, stand.room.id, messages[left].number)
    await stand.swept()
    stand.nothing_is_left()


async def test_deleted_room_takes_its_files_along(stand: FileStand) -> None:
    garden = await stand.chat.rooms.create(stand.ana, 'Garden')
    sent, waiting = await stand.upload(stand.ana, b'one', room=garden), await stand.upload(stand.ana, b'two', room=garden)
    await stand.post(stand.ana, sent, room=garden)
    kept = await stand.upload(stand.ana, b'three')

    await stand.chat.rooms.delete(stand.ana, garden.id)
    assert [await stand.may_open(stand.ana, file.id) for file in (sent, waiting)] == [False, False]
    await stand.swept(4 * KEPT_S)

    assert names(stand) == {key_of(stand, kept)}


async def test_ban_that_deletes_messages_takes_their_files(stand: FileStand) -> None:
    file = await stand.upload(stand.ana, PICTURE)
    await stand.post(stand.ana, file)

    await stand.chat.moderation.ban(stand.olga, stand.ana.id, delete_messages=True)
    assert not await stand.may_open(stand.olga, file.id)
    await stand.swept()

    stand.nothing_is_left()


async def test_files_of_a_guest_who_is_gone_stay_in_their_messages(stand: FileStand) -> None:
    guest = await stand.person('Gil', kind=UserKind.GUEST)
    await stand.chat.members.add(stand.olga, stand.room.id, guest.id)
    file = await stand.upload(guest)
    await stand.post(guest, file)

    await stand.stores.users.set_status(guest.id, UserStatus.GONE)
    await stand.swept()

    assert await stand.may_open(stand.bo, file.id)
    assert not await stand.may_open(replace(guest, status=UserStatus.GONE), file.id)


# Smaller pictures


async def test_pictures_that_are_made_while_the_file_waits_are_told_to_the_tray(stand: FileStand) -> None:
    stand.inspector.gates.shut('thumbnails')
    file = await stand.upload(stand.ana, PICTURE)
    assert file.making is Making.UNDER_WAY
    assert await stand.may_open(stand.ana, file.id)

    stand.inspector.gates.open('thumbnails')
    await stand.made(file.id)

    done = replace(file, making=Making.DONE)
    assert [item.file for item in await stand.tray(stand.ana)] == [done]
    assert (await stand.post(stand.ana, file)).files == (done,)
    assert names(stand) == set(all_names(key_of(stand, file)))


async def test_pictures_that_are_made_after_the_message_was_sent_amend_it(stand: FileStand) -> None:
    stand.inspector.gates.shut('thumbnails')
    file = await stand.upload(stand.ana, PICTURE)
    message = await stand.post(stand.ana, file)
    events = stand.chat.backplane.subscribe(room_topic(stand.room.id))

    stand.inspector.gates.open('thumbnails')
    await stand.made(file.id)

    (event,) = await queued(events)  # type: ignore[arg-type]
    assert isinstance(event, MessageAmended)
    assert event.message.files == (replace(file, making=Making.DONE),)
    assert await stand.message(message.number) == event.message
    assert event.message.edited_at is None


async def test_pictures_of_an_archived_room_are_finished(stand: FileStand) -> None:
    stand.inspector.gates.shut('thumbnails')
    file = await stand.upload(stand.ana, PICTURE)
    message = await stand.post(stand.ana, file)
    await stand.chat.room_settings.archive(stand.olga, stand.room.id)

    stand.inspector.gates.open('thumbnails')
    await stand.made(file.id)

    assert (await stand.message(message.number)).files == (replace(file, making=Making.DONE),)


@pytest.mark.parametrize('content', [PICTURE, IMAGE + DAMAGED])
async def test_pictures_that_are_made_while_the_message_is_deleted_are_there_when_it_is_back(stand: FileStand, content: bytes) -> None:
    stand.inspector.gates.shut('thumbnails')
    file = await stand.upload(stand.ana, content)
    message = await stand.post(stand.ana, file)
    await stand.chat.rooms.delete_message(stand.ana, stand.room.id, message.number)
    stand.inspector.gates.open('thumbnails')
    await stand.made(file.id)

    back = await stand.chat.rooms.undo_deletion(stand.ana, stand.room.id, message.number)

    assert [each.making for each in back.files] == [Making.FAILED if DAMAGED in content else Making.DONE]


async def test_pictures_are_finished_between_a_deletion_and_its_undo(stand: FileStand) -> None:
    """Deleted and back while they were being made: the message that is back is told."""
    stand.inspector.gates.shut('thumbnails')
    file = await stand.upload(stand.ana, PICTURE)
    message = await stand.post(stand.ana, file)
    await stand.chat.rooms.delete_message(stand.ana, stand.room.id, message.number)
    await stand.chat.rooms.undo_deletion(stand.ana, stand.room.id, message.number)

    stand.inspector.gates.open('thumbnails')
    await stand.made(file.id)

    assert [each.making for each in (await stand.message(message.number)).files] == [Making.DONE]


async def test_damaged_picture_that_waits_is_refused_and_goes(stand: FileStand) -> None:
    file = await stand.upload(stand.ana, IMAGE + DAMAGED, 'broken.png')
    await stand.made(file.id)

    (item,) = await stand.tray(stand.ana)
    assert (item.stage, item.file) == (Stage.REFUSED, None)
    assert 'damaged' in item.why
    assert not await stand.may_open(stand.ana, file.id)
    with pytest.raises(FileGone):
        await stand.post(stand.ana, file)
    await stand.swept()
    stand.nothing_is_left()


async def test_damaged_picture_that_was_sent_is_shown_to_nobody(stand: FileStand) -> None:
    stand.inspector.gates.shut('thumbnails')
    file = await stand.upload(stand.ana, IMAGE + DAMAGED)
    message = await stand.post(stand.ana, file)
    stand.inspector.gates.open('thumbnails')
    await stand.made(file.id)

    assert [each.making for each in (await stand.message(message.number)).files] == [Making.FAILED]
    assert not await stand.may_open(stand.ana, file.id)
    assert await stand.files.in_room(stand.ana, stand.room.id, [FileKind.IMAGE]) == []


async def test_pictures_that_find_the_disk_full_are_made_at_the_next_start(tmp_path: Path) -> None:
    async with open_stand(tmp_path) as stand:
        stand.folder.full.add('put')
        file = await stand.upload(stand.ana, PICTURE)
        message = await stand.post(stand.ana, file)
        await stand.at_rest()
        assert [each.making for each in (await stand.message(message.number)).files] == [Making.UNDER_WAY]

    stand.folder.full.clear()
    async with stand.running():
        await stand.made(file.id)
        assert [each.making for each in (await stand.message(message.number)).files] == [Making.DONE]
        assert names(stand) == set(all_names(key_of(stand, file)))


# Who may have one


async def away(stand: FileStand) -> User:
    await stand.chat.rooms.leave(stand.bo, stand.room.id)
    return stand.bo


async def removed(stand: FileStand) -> User:
    await stand.chat.members.remove(stand.olga, stand.room.id, stand.bo.id)
    return stand.bo


async def banned(stand: FileStand) -> User:
    await stand.chat.moderation.ban(stand.olga, stand.bo.id)
    user = await stand.stores.users.by_id(stand.bo.id)
    assert user is not None
    return user


@pytest.mark.parametrize('happens', [away, removed, banned])
async def test_link_of_who_is_no_member_any_more_stops_at_once(stand: FileStand, happens: Callable[[FileStand], Awaitable[User]]) -> None:
    sent, waiting = await stand.upload(stand.bo, b'one'), await stand.upload(stand.bo, b'two')
    await stand.post(stand.bo, sent)
    assert [await stand.may_open(stand.bo, file.id) for file in (sent, waiting)] == [True, True]

    user = await happens(stand)

    assert [await stand.may_open(user, file.id) for file in (sent, waiting)] == [False, False]
    assert await stand.may_open(stand.ana, sent.id)


async def test_list_and_tray_are_for_members(stand: FileStand) -> None:
    stranger = await stand.person('Sam')
    guest = await stand.person('Gil', kind=UserKind.GUEST)
    for user, error in ((stranger, NotAMember), (guest, RoomNotFound)):
        with pytest.raises(error):
            await stand.files.in_room(user, stand.room.id, [*FileKind])
        with pytest.raises(error):
            await stand.files.tray(user, stand.room.id)


async def test_list_of_a_room_in_pages(stand: FileStand) -> None:
    files = [await stand.upload(stand.ana, b'%d' % number) for number in range(5)]
    await stand.post(stand.ana, *files[:2])
    await stand.post(stand.bo, body='in between')
    await stand.post(stand.ana, *files[2:])

    first = await stand.files.in_room(stand.bo, stand.room.id, [FileKind.OTHER], limit=3)
    second = await stand.files.in_room(stand.bo, stand.room.id, [FileKind.OTHER], before=first[-1][0], limit=3)

    assert [shown.file for _, shown in (*first, *second)] == list(reversed(files))


# A restart


async def test_restart_brings_the_tray_back_sweeps_what_has_no_record_and_goes_on_with_pictures(tmp_path: Path) -> None:
    async with open_stand(tmp_path) as stand:
        stand.inspector.gates.shut('thumbnails')
        waiting, sent = await stand.upload(stand.ana, PICTURE), await stand.upload(stand.ana, IMAGE + b'2')
        message = await stand.post(stand.ana, sent)
    await stand.folder.put('orphan', b'of an upload that a crash ended')
    await stand.folder.put(f'{key_of(stand, sent)}.480', b'a part of what was to be made')
    await stand.folder.put('orphan.480', b'of an upload that a crash ended')

    stand.inspector.gates.open('thumbnails')
    async with stand.running():
        assert not names(stand) & {'orphan', 'orphan.480'}
        await stand.made(waiting.id)
        await stand.made(sent.id)

        assert [item.file for item in await stand.tray(stand.ana)] == [replace(waiting, making=Making.DONE)]
        assert [each.making for each in (await stand.message(message.number)).files] == [Making.DONE]
        assert stand.files._quota.used == len(PICTURE) + len(IMAGE) + 1
        assert (await stand.post(stand.ana, waiting)).files == (replace(waiting, making=Making.DONE),)


async def test_upload_that_the_end_of_the_server_interrupts_leaves_nothing(tmp_path: Path) -> None:
    async with open_stand(tmp_path) as stand:
        stand.folder.gates.shut('write')
        request = started(stand.upload(stand.ana, PICTURE))
        await until(lambda: stand.folder.gates.waiting['write'])
    stand.folder.gates.open('write')
    await all_settled([request])

    async with stand.running():
        await stand.swept()
        stand.nothing_is_left()


# Races


async def test_content_that_is_kept_while_equal_content_goes(stand: FileStand) -> None:
    """A sweep between the moment it is kept and the moment it has its record would take it away."""
    old = await stand.upload(stand.ana, PICTURE)
    await stand.made(old.id)
    key = key_of(stand, old)
    (item,) = await stand.tray(stand.ana)
    await stand.files.remove(stand.ana, stand.room.id, item.id)
    stand.folder.gates.shut('size')
    request = started(stand.upload(stand.bo, PICTURE))
    await until(lambda: stand.folder.gates.waiting['size'])

    await stand.swept()  # what was withdrawn is due
    stand.folder.gates.open('size')
    new = await request
    await stand.swept()

    assert key_of(stand, new) == key
    assert stand.folder.contents[key] == PICTURE
    assert old.id not in stand.stores.memory.files
    await stand.made(new.id)
    assert names(stand) == set(all_names(key))


async def test_two_equal_contents_at_once(stand: FileStand) -> None:
    stand.folder.gates.shut('keep')
    requests = [started(stand.upload(user, PICTURE)) for user in (stand.ana, stand.bo)]
    await until(lambda: stand.folder.gates.waiting['keep'] == 1)
    stand.folder.gates.open('keep')
    files = await all_settled(requests)
    for file in files:
        assert isinstance(file, Attachment)
        await stand.made(file.id)

    assert {each.record.key for each in stand.stores.memory.files.values()} == {next(iter(names(stand))).partition('.')[0]}
    assert len(names(stand)) == 3
    assert stand.files._quota.used == 2 * len(PICTURE)


async def test_file_that_is_taken_away_while_its_pictures_are_made_leaves_nothing(stand: FileStand) -> None:
    stand.inspector.gates.shut('thumbnails')
    await stand.upload(stand.ana, PICTURE)
    await until(lambda: stand.inspector.gates.waiting['thumbnails'])
    (item,) = await stand.tray(stand.ana)

    await stand.files.remove(stand.ana, stand.room.id, item.id)
    await stand.swept()
    stand.inspector.gates.open('thumbnails')
    await stand.at_rest()
    await stand.swept()

    stand.nothing_is_left()


async def test_post_while_the_pictures_are_being_finished(stand: FileStand) -> None:
    """Whether the row or the message was first, the message says that they are done."""
    for content in (b'1', b'2', b'3', b'4'):
        stand.inspector.gates.shut('thumbnails')
        file = await stand.upload(stand.ana, IMAGE + content)
        await until(lambda: stand.inspector.gates.waiting['thumbnails'])
        stand.inspector.gates.open('thumbnails')
        for _ in range(3 * int(content)):
            await stand.stores.memory.reading()
        message = await stand.post(stand.ana, file)
        await stand.made(file.id)

        assert [each.making for each in (await stand.message(message.number)).files] == [Making.DONE], content


async def test_post_while_a_damaged_picture_is_found_out(stand: FileStand) -> None:
    """Either it is refused, or the message says that it cannot be shown."""
    for number in range(12):
        stand.inspector.gates.shut('thumbnails')
        file = await stand.upload(stand.ana, IMAGE + DAMAGED + b'%d' % number)
        await until(lambda: stand.inspector.gates.waiting['thumbnails'])
        stand.inspector.gates.open('thumbnails')
        for _ in range(number):
            await stand.stores.memory.reading()
        (result,) = await all_settled([started(stand.post(stand.ana, file))])
        await stand.at_rest()

        if isinstance(result, Message):
            assert [each.making for each in (await stand.message(result.number)).files] == [Making.FAILED]
        else:
            assert isinstance(result, FileGone)
