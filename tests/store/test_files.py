"""Files as rows: what waits, what messages show, what is on its way out. Both stores, one contract."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from livechat.domain.attachment import FileRecord, Making
from livechat.domain.errors import InvalidInput, MessageNotFound, NotAMember, RoomNotFound
from livechat.domain.file import FileId, FileKind
from livechat.domain.file_errors import FileGone
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, Room, UserId
from livechat.domain.ports import Stores
from livechat.domain.writes import Change, Stored
from tests.store.people import (
    NOON,
    Lobby,
    add_room,
    all_messages,
    attach,
    commit_one,
    delete,
    edit,
    finish_file,
    join,
    post,
    react,
    refused,
    restore,
    unchanged,
)

EVERY = frozenset(FileKind)
LATER = NOON + timedelta(seconds=10)
LATE = LATER + timedelta(seconds=10)


async def there(stores: Stores, *records: FileRecord) -> list[bool]:
    return [await stores.files.get(record.file.id) is not None for record in records]


async def listed(stores: Stores, room: Room, kinds: frozenset[FileKind] = EVERY) -> list[FileId]:
    return [shown.file.id for _, shown in await stores.files.in_room(room.id, kinds, before=None, limit=100)]


def ids(*records: FileRecord) -> list[FileId]:
    return [record.file.id for record in records]


async def sent(lobby: Lobby, *records: FileRecord, body: str = '', at: datetime = NOON) -> Message:
    return await commit_one(lobby.stores, post(lobby.room, lobby.ana, body, files=records, at=at))


# What waits


async def test_file_is_read_as_it_was_added(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana, 'a \x00 “b”\n\u202e.png', kind=FileKind.IMAGE, making=Making.UNDER_WAY)
    whole = replace(record, file=replace(record.file, id=FileId('whole'), width=3, height=4, animated=True, excerpt='one\ntwo\x00'))
    await lobby.stores.files.add(whole)

    assert await lobby.stores.files.get(record.file.id) == record
    assert await lobby.stores.files.get(whole.file.id) == whole
    assert await lobby.stores.files.waiting(lobby.ana.id, lobby.room.id) == [record, whole]


@pytest.mark.parametrize('file_id', ['unknown', '', '\x00', '\udc80', 'x' * 10_000])
async def test_unknown_file_is_not_there(lobby: Lobby, file_id: str) -> None:
    assert await lobby.stores.files.get(FileId(file_id)) is None


@pytest.mark.parametrize('field', ['name', 'media_type', 'excerpt'])
async def test_text_that_is_no_text_is_refused(lobby: Lobby, field: str) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana)
    file = replace(record.file, id=FileId('other'), **{field: '\udc80'})

    with pytest.raises(InvalidInput):
        await lobby.stores.files.add(replace(record, file=file))

    assert await lobby.stores.files.get(FileId('other')) is None


async def test_what_waits_is_each_persons_own_by_room_oldest_first(lobby: Lobby) -> None:
    garden = await add_room(lobby.stores, lobby.ana, 'Garden')
    newer = await attach(lobby.stores, lobby.room, lobby.ana, at=LATER)
    older = await attach(lobby.stores, lobby.room, lobby.ana)
    same = await attach(lobby.stores, lobby.room, lobby.ana)
    await attach(lobby.stores, lobby.room, lobby.ben)
    elsewhere = await attach(lobby.stores, garden, lobby.ana)
    gone = await attach(lobby.stores, lobby.room, lobby.ana)
    await lobby.stores.files.withdraw([gone.file.id], lobby.ana.id, NOON)
    shown = await attach(lobby.stores, lobby.room, lobby.ana)
    await sent(lobby, shown)

    assert await lobby.stores.files.waiting(lobby.ana.id, lobby.room.id) == [older, same, newer]
    assert await lobby.stores.files.waiting(lobby.ana.id, garden.id) == [elsewhere]
    assert await lobby.stores.files.waiting(lobby.ben.id, garden.id) == []


async def test_only_ones_own_that_waits_is_withdrawn(lobby: Lobby) -> None:
    own, others = await attach(lobby.stores, lobby.room, lobby.ana), await attach(lobby.stores, lobby.room, lobby.ben)
    shown = await attach(lobby.stores, lobby.room, lobby.ana)
    await sent(lobby, shown)
    all_of_them = [*ids(own, others, shown), FileId('unknown')]

    first = await lobby.stores.files.withdraw(all_of_them, lobby.ana.id, NOON)
    second = await lobby.stores.files.withdraw(all_of_them, lobby.ana.id, NOON)

    assert (list(first), list(second)) == (ids(own), [])
    assert await there(lobby.stores, own, others, shown) == [False, True, True]
    assert list(await lobby.stores.files.withdraw([], lobby.ana.id, NOON)) == []


async def test_what_has_waited_too_long_and_files_of_rooms_that_are_gone_expire(lobby: Lobby) -> None:
    garden = await add_room(lobby.stores, lobby.ana, 'Garden')
    old, young = await attach(lobby.stores, lobby.room, lobby.ana), await attach(lobby.stores, lobby.room, lobby.ana, at=LATER)
    shown = await attach(lobby.stores, lobby.room, lobby.ana)
    await sent(lobby, shown)
    there_waiting, there_shown = await attach(lobby.stores, garden, lobby.ana, at=LATE), await attach(lobby.stores, garden, lobby.ana)
    await commit_one(lobby.stores, post(garden, lobby.ana, files=[there_shown]))
    everything = (old, young, shown, there_waiting, there_shown)

    assert not await lobby.stores.files.expire(NOON, LATE)
    assert list(await lobby.stores.files.expire(LATER, LATE)) == ids(old)
    assert not await lobby.stores.files.expire(LATER, LATE)
    assert await there(lobby.stores, *everything) == [False, True, True, True, True]

    await lobby.stores.rooms.delete(garden.id)
    assert set(await lobby.stores.files.expire(LATER, LATE)) == {*ids(there_waiting, there_shown)}
    assert not await lobby.stores.files.expire(LATER, LATE)
    assert await there(lobby.stores, *everything) == [False, True, True, False, False]


# In messages


async def test_post_claims_files_in_its_order(lobby: Lobby) -> None:
    one, two = await attach(lobby.stores, lobby.room, lobby.ana, 'one'), await attach(lobby.stores, lobby.room, lobby.ana, 'two')

    message = await sent(lobby, two, one, two)

    assert message.files == (two.file, one.file)
    assert await all_messages(lobby.stores, lobby.room) == [message]
    assert await lobby.stores.files.get(one.file.id) == replace(one, number=message.number)
    assert await lobby.stores.files.waiting(lobby.ana.id, lobby.room.id) == []
    assert await listed(lobby.stores, lobby.room) == ids(one, two)


async def test_names_that_are_awkward_come_back_from_the_message(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana, '\x00\x1f"\\{}[]\u2028 é 👍', kind=FileKind.IMAGE)

    await sent(lobby, record)

    assert [message.files for message in await all_messages(lobby.stores, lobby.room)] == [(record.file,)]


async def test_post_with_a_file_that_is_not_its_authors_to_send_is_refused_and_claims_nothing(lobby: Lobby) -> None:
    stores = lobby.stores
    garden = await add_room(stores, lobby.ana, 'Garden')
    good = await attach(stores, lobby.room, lobby.ana)
    withdrawn, shown = await attach(stores, lobby.room, lobby.ana), await attach(stores, lobby.room, lobby.ana)
    await stores.files.withdraw(ids(withdrawn), lobby.ana.id, NOON)
    await sent(lobby, shown)
    failed = await attach(stores, lobby.room, lobby.ana, kind=FileKind.IMAGE, making=Making.FAILED)
    bad = [
        await attach(stores, lobby.room, lobby.ben),
        await attach(stores, garden, lobby.ana),
        withdrawn,
        shown,
        failed,
        replace(good, file=replace(good.file, id=FileId('unknown'))),
    ]

    for each in bad:
        assert isinstance(await refused(stores, post(lobby.room, lobby.ana, files=[good, each])), FileGone)

    assert await stores.files.get(good.file.id) == good
    assert [message.number for message in await all_messages(stores, lobby.room)] == [1]
    assert (await sent(lobby, good)).number == 2


async def test_file_id_that_is_no_text_is_refused_and_costs_the_others_nothing(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana)
    forged = replace(record, file=replace(record.file, id=FileId('\udc80')))
    other = post(lobby.room, lobby.ben)

    results = await lobby.stores.messages.commit([post(lobby.room, lobby.ana, files=[forged]), other])

    assert isinstance(results[0], InvalidInput)
    assert isinstance(results[1], Stored)


async def test_of_two_posts_at_once_one_gets_the_file(lobby: Lobby) -> None:
    shared, own = await attach(lobby.stores, lobby.room, lobby.ana), await attach(lobby.stores, lobby.room, lobby.ana)

    first, second = await lobby.stores.messages.commit(
        [post(lobby.room, lobby.ana, files=[shared]), post(lobby.room, lobby.ana, files=[own, shared])]
    )

    assert isinstance(first, Stored)
    assert first.message.files == (shared.file,)
    assert isinstance(second, FileGone)
    assert await lobby.stores.files.get(own.file.id) == own
    assert [message.files for message in await all_messages(lobby.stores, lobby.room)] == [(shared.file,)]


async def test_post_that_is_refused_for_another_reason_claims_nothing(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ben)
    await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)

    assert isinstance(await refused(lobby.stores, post(lobby.room, lobby.ben, files=[record])), NotAMember)
    assert isinstance(await refused(lobby.stores, replace(post(lobby.room, lobby.ben, files=[record]), room_id=77)), RoomNotFound)

    assert await lobby.stores.files.get(record.file.id) == record
    await join(lobby.stores, lobby.room, lobby.ben)
    assert (await commit_one(lobby.stores, post(lobby.room, lobby.ben, files=[record]))).files == (record.file,)


@pytest.mark.parametrize('together', [True, False])
async def test_same_post_twice_is_one_message_with_its_files(lobby: Lobby, together: bool) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana)
    write = post(lobby.room, lobby.ana, '', key='same', files=[record])

    if together:
        results = await lobby.stores.messages.commit([write, write])
    else:
        results = [*await lobby.stores.messages.commit([write]), *await lobby.stores.messages.commit([write])]

    assert [isinstance(each, Stored) and (each.fresh, each.message.files) for each in results] == [
        (True, (record.file,)),
        (False, (record.file,)),
    ]


async def test_edit_that_drops_files_alone_makes_no_revision(lobby: Lobby) -> None:
    one, two = await attach(lobby.stores, lobby.room, lobby.ana), await attach(lobby.stores, lobby.room, lobby.ana)
    message = await sent(lobby, one, two, body='both')

    dropped = await commit_one(lobby.stores, edit(message, 'both', files=[two], at=LATER))

    assert (dropped.files, dropped.body, dropped.edited_at) == ((two.file,), 'both', LATER)
    assert await lobby.stores.messages.revisions(lobby.room.id, message.number) == []
    assert await there(lobby.stores, one, two) == [False, True]
    assert await listed(lobby.stores, lobby.room) == ids(two)


async def test_edit_of_the_text_keeps_the_files_and_makes_a_revision(lobby: Lobby) -> None:
    one, two = await attach(lobby.stores, lobby.room, lobby.ana), await attach(lobby.stores, lobby.room, lobby.ana)
    message = await sent(lobby, one, two, body='first')

    await commit_one(lobby.stores, edit(message, 'second'))
    changed = await commit_one(lobby.stores, edit(message, 'third', files=[one]))

    assert changed.files == (one.file,)
    assert [each.body for each in await lobby.stores.messages.revisions(lobby.room.id, message.number)] == ['first', 'second']


async def test_edit_adds_no_file(lobby: Lobby) -> None:
    shown, other = await attach(lobby.stores, lobby.room, lobby.ana), await attach(lobby.stores, lobby.room, lobby.ana)
    message = await sent(lobby, shown, body='one')

    edited = await commit_one(lobby.stores, edit(message, 'two', files=[shown, other]))

    assert edited.files == (shown.file,)
    assert await lobby.stores.files.get(other.file.id) == other


async def test_deletion_and_its_undo(lobby: Lobby) -> None:
    one, two = await attach(lobby.stores, lobby.room, lobby.ana), await attach(lobby.stores, lobby.room, lobby.ana)
    message = await sent(lobby, one, two)

    deleted = await commit_one(lobby.stores, delete(message))
    assert (deleted.files, await there(lobby.stores, one, two)) == ((), [False, False])
    assert await listed(lobby.stores, lobby.room) == []
    back = await commit_one(lobby.stores, restore(message))

    assert back.files == message.files
    assert await there(lobby.stores, one, two) == [True, True]
    assert await listed(lobby.stores, lobby.room) == ids(two, one)
    assert await all_messages(lobby.stores, lobby.room) == [back]


async def test_deletion_and_its_undo_in_one_commit(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana)
    message = await sent(lobby, record)

    results = await lobby.stores.messages.commit([delete(message), restore(message), delete(message), restore(message)])

    assert [isinstance(each, Stored) and each.change for each in results] == [Change.DELETED, Change.RESTORED] * 2
    assert await there(lobby.stores, record) == [True]


async def test_file_that_an_edit_dropped_does_not_come_back_with_the_message(lobby: Lobby) -> None:
    one, two = await attach(lobby.stores, lobby.room, lobby.ana), await attach(lobby.stores, lobby.room, lobby.ana)
    message = await sent(lobby, one, two)
    edited = await commit_one(lobby.stores, edit(message, '', files=[two]))

    await commit_one(lobby.stores, delete(edited))
    back = await commit_one(lobby.stores, restore(edited))

    assert back.files == (two.file,)
    assert await there(lobby.stores, one, two) == [False, True]


async def test_undo_after_the_bytes_are_gone_brings_back_the_text_alone(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana)
    message = await sent(lobby, record, body='look')
    await commit_one(lobby.stores, delete(message))
    await lobby.stores.files.take_gone(LATER)

    back = await commit_one(lobby.stores, restore(message))

    assert (back.body, back.files) == ('look', ())
    assert await there(lobby.stores, record) == [False]


async def test_undo_brings_back_no_file_of_another_message(lobby: Lobby) -> None:
    """A `RestoreMessage` holds what a process remembers; the rows say whose a file is."""
    own, others = await attach(lobby.stores, lobby.room, lobby.ana), await attach(lobby.stores, lobby.room, lobby.ben)
    message = await sent(lobby, own)
    other = await commit_one(lobby.stores, post(lobby.room, lobby.ben, files=[others]))
    await lobby.stores.messages.commit([delete(message), delete(other)])

    back = await commit_one(lobby.stores, restore(replace(message, files=(*message.files, *other.files))))

    assert back.files == (own.file,)
    assert await there(lobby.stores, own, others) == [True, False]


# Smaller pictures


async def test_pictures_that_are_done_while_the_file_waits(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana, kind=FileKind.IMAGE, making=Making.UNDER_WAY)
    assert await lobby.stores.files.unfinished() == [record]

    assert await lobby.stores.files.finish(record.file.id, Making.DONE) is None

    done = replace(record.file, making=Making.DONE)
    assert await lobby.stores.files.unfinished() == []
    assert (await sent(lobby, record)).files == (done,)


async def test_pictures_that_are_done_after_the_post_are_told_to_the_message(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana, kind=FileKind.IMAGE, making=Making.UNDER_WAY)
    other = await attach(lobby.stores, lobby.room, lobby.ana)
    message = await sent(lobby, other, record)

    assert await lobby.stores.files.finish(record.file.id, Making.DONE) == (lobby.room.id, message.number)
    assert (await lobby.stores.files.unfinished())[0].number == message.number
    (result,) = await lobby.stores.messages.commit([finish_file(message, record)])

    assert isinstance(result, Stored)
    assert (result.change, result.fresh) == (Change.AMENDED, True)
    assert result.message.files == (other.file, replace(record.file, making=Making.DONE))
    assert (result.message.edited_at, result.message.changed_seq) == (None, message.changed_seq + 1)
    assert await all_messages(lobby.stores, lobby.room) == [result.message]
    assert await lobby.stores.files.unfinished() == []
    assert await unchanged(lobby.stores, finish_file(message, record))


async def test_pictures_that_are_done_while_the_message_is_deleted_are_there_when_it_is_taken_back(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana, kind=FileKind.IMAGE, making=Making.UNDER_WAY)
    message = await sent(lobby, record)
    await commit_one(lobby.stores, delete(message))

    assert await lobby.stores.files.finish(record.file.id, Making.DONE) == (lobby.room.id, message.number)
    assert await unchanged(lobby.stores, finish_file(message, record))
    back = await commit_one(lobby.stores, restore(message))

    assert back.files == (replace(record.file, making=Making.DONE),)


async def test_content_is_known_to_who_has_it_and_to_the_room_where_it_is(lobby: Lobby) -> None:
    files = lobby.stores.files
    garden = await add_room(lobby.stores, lobby.ana, 'Garden')
    anas = await attach(lobby.stores, lobby.room, lobby.ana, key='cat')
    assert not await files.is_known(anas)

    hers_elsewhere = await attach(lobby.stores, garden, lobby.ana, key='cat')
    assert await files.is_known(hers_elsewhere)
    await files.withdraw(ids(hers_elsewhere), lobby.ana.id, NOON)
    assert not await files.is_known(anas)

    bens_there, bens_elsewhere = [await attach(lobby.stores, room, lobby.ben, key='cat') for room in (lobby.room, garden)]
    assert await files.is_known(bens_there)
    await files.withdraw(ids(bens_there), lobby.ben.id, NOON)
    assert not await files.is_known(bens_elsewhere)
    assert not await files.is_known(await attach(lobby.stores, lobby.room, lobby.ana, key='dog'))


async def test_failed_pictures_are_not_listed(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana, kind=FileKind.IMAGE, making=Making.UNDER_WAY)
    message = await sent(lobby, record)
    assert await listed(lobby.stores, lobby.room) == ids(record)

    failed = await commit_one(lobby.stores, finish_file(message, record, Making.FAILED))

    assert [file.making for file in failed.files] == [Making.FAILED]
    assert await listed(lobby.stores, lobby.room) == []
    assert await there(lobby.stores, record) == [True]  # whoever deletes the message lets it go


async def test_finishing_what_is_not_there_changes_nothing(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana)
    message = await sent(lobby, record)
    unknown = replace(record, file=replace(record.file, id=FileId('unknown')))

    assert await lobby.stores.files.finish(FileId('unknown'), Making.DONE) is None
    assert await unchanged(lobby.stores, finish_file(message, unknown))
    assert await unchanged(lobby.stores, finish_file(message, record, Making.FAILED))  # it was done
    assert isinstance(await refused(lobby.stores, replace(finish_file(message, record), number=MessageNumber(9))), MessageNotFound)


# Lists


async def test_files_of_a_room_are_listed_newest_first_in_pages(lobby: Lobby) -> None:
    stores = lobby.stores
    garden = await add_room(stores, lobby.ana, 'Garden')
    records: list[FileRecord] = []
    for body in ('one', 'two', 'three'):
        some = [await attach(stores, lobby.room, lobby.ana, f'{body} {number}', kind=FileKind.IMAGE) for number in range(3)]
        await sent(lobby, *some, body=body, at=LATER)
        records += some
    elsewhere = await attach(stores, garden, lobby.ana)
    await commit_one(stores, post(garden, lobby.ana, files=[elsewhere]))
    await attach(stores, lobby.room, lobby.ana)

    pages: list[Sequence[FileId]] = []
    before = None
    while page := await stores.files.in_room(lobby.room.id, EVERY, before=before, limit=4):
        pages.append([shown.file.id for _, shown in page])
        before = page[-1][0]

    newest_first = list(reversed(ids(*records)))
    assert pages == [newest_first[:4], newest_first[4:8], newest_first[8:]]
    ((place, first),) = await stores.files.in_room(lobby.room.id, EVERY, before=None, limit=1)
    assert place == (3, 2)
    assert (first.file, first.number, first.author, first.posted_at) == (records[-1].file, 3, lobby.ana.person, LATER)


async def test_list_is_of_the_kinds_that_are_wanted_and_without_what_is_gone(lobby: Lobby) -> None:
    image = await attach(lobby.stores, lobby.room, lobby.ana, kind=FileKind.IMAGE)
    text, dropped = await attach(lobby.stores, lobby.room, lobby.ana), await attach(lobby.stores, lobby.room, lobby.ana)
    deleted = await attach(lobby.stores, lobby.room, lobby.ana)
    message = await sent(lobby, image, text, dropped)
    await commit_one(lobby.stores, edit(message, '', files=[image, text]))
    await commit_one(lobby.stores, delete(await sent(lobby, deleted)))

    assert await listed(lobby.stores, lobby.room) == ids(text, image)
    assert await listed(lobby.stores, lobby.room, frozenset({FileKind.IMAGE})) == ids(image)
    assert await listed(lobby.stores, lobby.room, frozenset({FileKind.PDF})) == []
    assert await listed(lobby.stores, lobby.room, frozenset()) == []


async def test_deleted_room_lists_nothing(lobby: Lobby) -> None:
    garden = await add_room(lobby.stores, lobby.ana, 'Garden')
    record = await attach(lobby.stores, garden, lobby.ana)
    await commit_one(lobby.stores, post(garden, lobby.ana, files=[record]))
    assert await listed(lobby.stores, garden) == ids(record)

    await lobby.stores.rooms.delete(garden.id)

    assert await listed(lobby.stores, garden) == []


# On their way out


async def test_keys_are_given_out_once_no_file_has_them(lobby: Lobby) -> None:
    """Of two files with the same content the last one that goes takes it along."""
    stores = lobby.stores
    one, same = await attach(stores, lobby.room, lobby.ana, key='same'), await attach(stores, lobby.room, lobby.ben, key='same')
    other = await attach(stores, lobby.room, lobby.ana, key='other')
    await stores.files.withdraw(ids(one, other), lobby.ana.id, NOON)

    too_early = await stores.files.take_gone(NOON)
    assert (list(too_early.keys), too_early.sizes, too_early.is_all) == ([], {}, False)
    assert set(await stores.files.keys()) == {'same', 'other'}
    gone = await stores.files.take_gone(LATER)
    assert (set(gone.keys), gone.sizes, gone.is_all) == ({'other'}, {lobby.ana.id: one.file.size + other.file.size}, True)
    assert set(await stores.files.keys()) == {'same'}
    assert [await stores.files.has_key(key) for key in ('same', 'other')] == [True, False]

    await stores.files.withdraw(ids(same), lobby.ben.id, LATER)
    gone = await stores.files.take_gone(LATE)
    assert (set(gone.keys), gone.sizes, gone.is_all) == ({'same'}, {lobby.ben.id: same.file.size}, True)
    assert not await stores.files.keys()


async def test_equal_contents_that_go_together_are_one_key(lobby: Lobby) -> None:
    one, same = await attach(lobby.stores, lobby.room, lobby.ana, key='same'), await attach(lobby.stores, lobby.room, lobby.ana, key='same')
    late = await attach(lobby.stores, lobby.room, lobby.ana, key='late')
    await lobby.stores.files.withdraw(ids(one, same), lobby.ana.id, NOON)
    await lobby.stores.files.withdraw(ids(late), lobby.ana.id, LATER)

    gone = await lobby.stores.files.take_gone(LATER)

    assert (list(gone.keys), gone.is_all) == (['same'], False)


@pytest.mark.timeout(180)  # each is added by itself; a busy machine takes its time
async def test_many_that_go_at_once_are_forgotten_in_the_end(lobby: Lobby) -> None:
    records = await asyncio.gather(*(attach(lobby.stores, lobby.room, lobby.ana) for _ in range(510)))
    await lobby.stores.files.withdraw(ids(*records), lobby.ana.id, NOON)

    gone: set[str] = set()
    is_all = False
    while not is_all:
        forgotten = await lobby.stores.files.take_gone(LATER)
        assert not gone & set(forgotten.keys)
        gone |= set(forgotten.keys)
        is_all = forgotten.is_all

    assert gone == {record.key for record in records}


async def test_usage_counts_what_lies_here_and_what_can_come_back(lobby: Lobby) -> None:
    """Else whoever deletes, attaches more and takes the deletion back has more than they may."""
    waits, shown = await attach(lobby.stores, lobby.room, lobby.ana, size=1), await attach(lobby.stores, lobby.room, lobby.ana, size=10)
    withdrawn = await attach(lobby.stores, lobby.room, lobby.ana, size=100)
    await attach(lobby.stores, lobby.room, lobby.ben, size=1_000)
    message = await sent(lobby, shown)
    assert await lobby.stores.files.usage() == {lobby.ana.id: 111, lobby.ben.id: 1_000}

    await lobby.stores.files.withdraw(ids(withdrawn), lobby.ana.id, NOON)
    await commit_one(lobby.stores, delete(message))
    assert await lobby.stores.files.usage() == {lobby.ana.id: 111, lobby.ben.id: 1_000}
    assert (await lobby.stores.files.take_gone(LATER)).sizes == {lobby.ana.id: 110}

    assert await lobby.stores.files.usage() == {lobby.ana.id: 1, lobby.ben.id: 1_000}
    assert await there(lobby.stores, waits) == [True]


async def test_empty_server_has_no_files(lobby: Lobby) -> None:
    files = lobby.stores.files

    assert await files.usage() == {}
    assert not await files.keys()
    gone = await files.take_gone(LATE)
    assert (list(gone.keys), gone.sizes, gone.is_all) == ([], {}, True)
    assert await files.unfinished() == []
    assert not await files.expire(LATE, LATE)
    assert await files.waiting(UserId(77), lobby.room.id) == []


# Quotes


async def test_quote_of_files_says_what_they_are(lobby: Lobby) -> None:
    stores = lobby.stores
    pictures = [await attach(stores, lobby.room, lobby.ana, kind=FileKind.IMAGE) for _ in range(2)]
    only = await sent(lobby, *pictures)
    with_text = await sent(lobby, await attach(stores, lobby.room, lobby.ana, 'plan.pdf', kind=FileKind.PDF), body='the plan')
    answers = [await commit_one(stores, post(lobby.room, lobby.ben, reply_to=each)) for each in (only, with_text)]

    assert [(each.quote.excerpt, each.quote.files) for each in answers if each.quote] == [('', '2 pictures'), ('the plan', 'plan.pdf')]
    assert (await stores.messages.range(lobby.room.id, MessageNumber(3), MessageNumber(4))) == answers
    assert await all_messages(stores, lobby.room) == [only, with_text, *answers]

    edited = await commit_one(stores, edit(only, '', files=pictures[:1]))
    (answer,) = await stores.messages.range(lobby.room.id, MessageNumber(3), MessageNumber(3))
    assert answer.quote is not None
    assert answer.quote.files == pictures[0].file.name
    await stores.messages.commit([delete(edited), react(answer, lobby.ana)])
    (answer,) = await stores.messages.range(lobby.room.id, MessageNumber(3), MessageNumber(3))
    assert answer.quote is not None
    assert (answer.quote.deleted, answer.quote.files) == (True, '')
