"""All rooms in memory: lists, addresses, the people of direct rooms."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from livechat.domain.model import Person, Room, RoomId, RoomKind, RoomSummary, ServerRole, UserId, UserKind
from livechat.domain.room_directory import RoomDirectory

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def room(number: int, name: str, kind: RoomKind = RoomKind.OPEN) -> Room:
    return Room(id=RoomId(number), name=name, slug=f'r{number}', description='', created_by=None, created_at=NOON, kind=kind)


def person(number: int, name: str) -> Person:
    return Person(id=UserId(number), kind=UserKind.ACCOUNT, role=ServerRole.MEMBER, username=f'u{number}', display_name=name)


ANA, BO, CY = person(1, 'Ana'), person(2, 'Bo'), person(3, 'Cy')


def direct(number: int, *people: Person) -> RoomSummary:
    return RoomSummary(room=room(number, '', RoomKind.DIRECT), member_count=len(people), people=people)


def filled(*summaries: RoomSummary) -> RoomDirectory:
    directory = RoomDirectory()
    directory.load(summaries)
    return directory


def names(directory: RoomDirectory) -> list[str]:
    return [summary.room.name for summary in directory.open_rooms()]


def test_list_has_open_rooms_alone_by_name_and_follows_every_change() -> None:
    directory = filled(RoomSummary(room=room(1, 'Zebra'), member_count=1))
    assert names(directory) == ['Zebra']

    directory.put(room(2, 'apple'), member_count=1)
    directory.put(room(3, 'Hidden', RoomKind.PRIVATE), member_count=1)
    directory.put_summary(direct(4, ANA, BO))
    assert names(directory) == ['apple', 'Zebra']

    directory.put(room(2, 'apple', RoomKind.PRIVATE))
    directory.put(room(3, 'Hidden'))
    assert names(directory) == ['Hidden', 'Zebra']

    directory.remove(RoomId(1))
    directory.remove(RoomId(1))
    assert names(directory) == ['Hidden']
    assert directory.get(RoomId(1)) is None


def test_names_are_sorted_as_they_are_read_not_as_they_look_alike() -> None:
    directory = filled(
        *(RoomSummary(room=room(n, name), member_count=1) for n, name in enumerate(['Room 2', 'Room 1', 'Random', 'marketing']))
    )

    assert names(directory) == ['marketing', 'Random', 'Room 1', 'Room 2']


def test_list_is_the_same_object_until_an_open_room_changes() -> None:
    directory = filled(RoomSummary(room=room(1, 'A'), member_count=1), direct(2, ANA, BO))
    first = directory.open_rooms()

    directory.posted(RoomId(2), NOON)
    directory.put(room(3, 'B', RoomKind.PRIVATE), member_count=1)
    assert directory.open_rooms() is first

    assert directory.set_member_count(RoomId(1), 2)
    assert not directory.set_member_count(RoomId(1), 2)
    assert [summary.member_count for summary in directory.open_rooms()] == [2]


def test_oldest_is_the_first_open_room_in_use() -> None:
    archived = replace(room(2, 'Old'), archived_at=NOON)
    hidden = room(1, 'First', RoomKind.PRIVATE)
    directory = filled(*(RoomSummary(room=each, member_count=1) for each in (hidden, archived, room(3, 'Now'), room(4, 'Later'))))

    assert directory.oldest() == room(3, 'Now')
    assert filled(direct(1, ANA, BO)).oldest() is None


def test_address_leads_to_the_room_that_has_it_now() -> None:
    directory = filled(RoomSummary(room=room(1, 'A'), member_count=1))

    directory.put(replace(room(1, 'A'), slug='new'))
    assert directory.by_slug('r1') is None
    directory.put(replace(room(2, 'B'), slug='r1'), member_count=0)

    assert [found.name for slug in ('new', 'r1') if (found := directory.by_slug(slug))] == ['A', 'B']


def test_direct_rooms_are_found_by_their_people_and_show_what_those_are_called() -> None:
    directory = filled(direct(1, ANA, BO), direct(2, BO, CY), direct(3, ANA, BO, CY))
    assert {summary.room.id for summary in directory.directs_of(ANA.id)} == {1, 3}

    anna = replace(ANA, display_name='Zoe')
    changed = directory.change_person(anna)

    assert {summary.room.id: summary.people for summary in changed} == {1: (BO, anna), 3: (BO, CY, anna)}
    assert directory.change_person(anna) == []
    assert directory.summary(RoomId(3)) == replace(direct(3, BO, CY, anna))


def test_direct_room_without_somebody_is_theirs_no_more() -> None:
    directory = filled(direct(1, ANA, BO, CY))

    directory.drop_person(RoomId(1), BO.id)

    assert directory.summary(RoomId(1)) == direct(1, ANA, CY)
    assert directory.directs_of(BO.id) == []
    assert len(directory.directs_of(CY.id)) == 1


def test_newest_message_is_noted_of_direct_rooms_alone() -> None:
    directory = filled(RoomSummary(room=room(1, 'A'), member_count=1), direct(2, ANA, BO))
    later = NOON + timedelta(minutes=1)

    for number in (1, 2, 404):
        directory.posted(RoomId(number), later)

    latest = {summary.room.id: summary.latest_at for number in (1, 2) if (summary := directory.summary(RoomId(number)))}
    assert latest == {1: None, 2: later}


def test_direct_rooms_are_sorted_by_what_the_reader_calls_them() -> None:
    directory = filled(direct(1, ANA, CY), direct(2, ANA, BO), RoomSummary(room=room(3, 'Bz'), member_count=1))
    summaries = [summary for number in (1, 2, 3) if (summary := directory.summary(RoomId(number)))]

    assert [summary.title(ANA.id) for summary in directory.by_name(summaries, reader=ANA.id)] == ['Bo', 'Bz', 'Cy']
