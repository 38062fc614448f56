"""The days of a room over every store, asked through a running server."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import pytest_asyncio

from livechat.domain.chat import Chat, running_chat
from livechat.domain.errors import NotAMember, RoomNotFound
from livechat.domain.limits import Limits
from livechat.domain.model import RoomRole
from livechat.domain.ports import Stores
from tests.domain.house import Time
from tests.store.people import Lobby, add_private_room, add_room, delete, new_user, post, system_line

NOVEMBER = date(2026, 11, 1)
ZONES = [-840, -720, -210, 0, 345, 720, 840]


@pytest_asyncio.fixture
async def chat(stores: Stores, lobby: Lobby) -> AsyncIterator[Chat]:
    time = Time()
    async with running_chat(stores, clock=time, limits=Limits(), set_up_token=None, sleep=time.sleep) as chat:
        assert lobby.ana.id
        yield chat


def at(text: str, offset: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone(timedelta(minutes=offset))).astimezone(UTC)


async def say(lobby: Lobby, *times: datetime) -> None:
    await lobby.stores.messages.commit([post(lobby.room, lobby.ana, at=when) for when in times])


async def days(chat: Chat, lobby: Lobby, month: date = NOVEMBER, offset: int = 0) -> Sequence[int]:
    found = await chat.days.with_messages(lobby.ana, lobby.room.id, month, utc_offset_min=offset)
    assert all((day.year, day.month) == (month.year, month.month) for day in found)
    return [day.day for day in found]


async def first(chat: Chat, lobby: Lobby, day: str, offset: int = 0) -> int | None:
    return await chat.days.first_of(lobby.ana, lobby.room.id, date.fromisoformat(day), utc_offset_min=offset)


async def bounds(chat: Chat, lobby: Lobby, offset: int = 0) -> tuple[str, str] | None:
    found = await chat.days.bounds(lobby.ana, lobby.room.id, utc_offset_min=offset)
    return None if found is None else (found[0].isoformat(), found[1].isoformat())


async def test_room_where_nothing_was_said_has_no_days(chat: Chat, lobby: Lobby) -> None:
    assert await bounds(chat, lobby) is None
    assert await days(chat, lobby) == []
    assert await first(chat, lobby, '2026-11-20') is None


async def test_day_leads_to_its_first_message_an_empty_one_to_the_next_and_a_late_one_to_the_newest(chat: Chat, lobby: Lobby) -> None:
    await say(lobby, at('2026-11-20T08:00'), at('2026-11-20T09:00'), at('2026-11-23T08:00'), at('2026-11-23T09:00'))

    assert await days(chat, lobby) == [20, 23]
    assert await bounds(chat, lobby) == ('2026-11-20', '2026-11-23')
    assert [await first(chat, lobby, f'2026-11-{day}') for day in (19, 20, 21, 23, 24)] == [1, 1, 3, 3, 4]
    assert await first(chat, lobby, '0001-01-01') == 1
    assert await first(chat, lobby, '9999-12-31') == 4


@pytest.mark.parametrize('offset', ZONES)
async def test_day_is_that_of_whoever_asks_from_its_first_moment_to_its_last(chat: Chat, lobby: Lobby, offset: int) -> None:
    last = at('2026-11-20T23:59:59.999999', offset)
    await say(lobby, at('2026-11-19T23:59:59.999999', offset), at('2026-11-20T00:00', offset), last, last + timedelta(microseconds=1))

    assert await days(chat, lobby, offset=offset) == [19, 20, 21]
    assert [await first(chat, lobby, f'2026-11-{day}', offset) for day in (19, 20, 21, 22)] == [1, 2, 4, 4]
    assert await bounds(chat, lobby, offset) == ('2026-11-19', '2026-11-21')


async def test_one_message_is_on_three_days_around_the_world(chat: Chat, lobby: Lobby) -> None:
    await say(lobby, at('2026-11-20T10:30'))

    assert [await days(chat, lobby, offset=offset) for offset in (-840, 0, 840)] == [[19], [20], [21]]


@pytest.mark.parametrize('offset', ZONES)
async def test_edges_of_months_and_years_belong_to_one_month(chat: Chat, lobby: Lobby, offset: int) -> None:
    await say(lobby, *(at(text, offset) for text in ('2026-11-30T23:59:59', '2026-12-01T00:00', '2026-12-31T23:59:59', '2027-01-01T00:00')))

    months = [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert [await days(chat, lobby, month, offset) for month in months] == [[30], [1, 31], [1]]


@pytest.mark.parametrize(('year', 'leap'), [(2024, True), (2026, False), (2000, True), (1900, False), (2100, False)])
async def test_february_has_a_29th_in_leap_years_alone(chat: Chat, lobby: Lobby, year: int, leap: bool) -> None:
    await say(lobby, at(f'{year}-02-28T23:00') + timedelta(hours=2))

    assert await days(chat, lobby, date(year, 2, 1)) == ([29] if leap else [])
    assert await days(chat, lobby, date(year, 3, 1)) == ([] if leap else [1])


async def test_any_day_names_its_month(chat: Chat, lobby: Lobby) -> None:
    await say(lobby, at('2026-11-03T08:00'))

    assert await days(chat, lobby, date(2026, 11, 30)) == [3]


async def test_first_and_last_months_that_there_are_can_be_asked_for(chat: Chat, lobby: Lobby) -> None:
    await say(lobby, at('2026-11-03T08:00'))

    assert [await days(chat, lobby, month, offset) for month in (date(1, 1, 1), date(9999, 12, 1)) for offset in (-840, 840)] == [[]] * 4


async def test_clock_that_was_set_back_leads_to_the_earliest_message_of_the_day(chat: Chat, lobby: Lobby) -> None:
    await say(lobby, at('2026-11-21T08:00'), at('2026-11-20T09:00'), at('2026-11-20T08:00'), at('2026-11-21T07:00'))

    assert await days(chat, lobby) == [20, 21]
    assert await bounds(chat, lobby) == ('2026-11-20', '2026-11-21')
    assert [await first(chat, lobby, f'2026-11-{day}') for day in (20, 21, 22)] == [3, 4, 1]


async def test_at_equal_times_the_lower_number_comes_first(chat: Chat, lobby: Lobby) -> None:
    await say(lobby, *[at('2026-11-20T08:00')] * 3)

    assert await first(chat, lobby, '2026-11-20') == 1
    assert await first(chat, lobby, '2026-11-21') == 3


async def test_deleted_messages_and_lines_about_what_happened_make_no_day(chat: Chat, lobby: Lobby) -> None:
    await say(lobby, at('2026-11-19T08:00'), at('2026-11-20T08:00'))
    await lobby.stores.messages.commit([system_line(lobby.room, lobby.ana)])  # on 4 May
    message = (await lobby.stores.messages.newest(lobby.room.id, 3))[0]
    assert await days(chat, lobby) == [19, 20]

    await lobby.stores.messages.commit([delete(message)])

    assert await days(chat, lobby, date(2026, 5, 1)) == []
    assert await days(chat, lobby) == [20]
    assert await bounds(chat, lobby) == ('2026-11-20', '2026-11-20')
    assert await first(chat, lobby, '2026-05-04') == 2


async def test_room_of_such_lines_alone_has_no_days(chat: Chat, lobby: Lobby) -> None:
    await lobby.stores.messages.commit([system_line(lobby.room, lobby.ana)])

    assert await bounds(chat, lobby) is None
    assert await first(chat, lobby, '2026-05-04') is None


async def test_other_rooms_do_not_count(chat: Chat, lobby: Lobby) -> None:
    other = await chat.rooms.create(lobby.ana, 'Other')
    await lobby.stores.messages.commit([post(other, lobby.ana, at=at('2026-11-20T08:00'))])

    assert await bounds(chat, lobby) is None
    assert await days(chat, lobby) == []


async def test_only_members_learn_of_days_and_only_who_sees_the_room_that_it_is_there(stores: Stores, lobby: Lobby) -> None:
    await say(lobby, at('2026-11-20T08:00'))
    private = await add_private_room(stores, lobby.ana, 'Secret', slug='secret')
    await stores.rooms.join(private.id, lobby.ana.id, role=RoomRole.ADMIN, at=at('2026-11-01T00:00'))
    open_room = await add_room(stores, lobby.ana, 'Open')
    cleo = await stores.users.add(new_user('Cleo'))
    time = Time()
    async with running_chat(stores, clock=time, limits=Limits(), set_up_token=None, sleep=time.sleep) as chat:

        async def each(room_id: int) -> list[type[Exception] | None]:
            outcomes: list[type[Exception] | None] = []
            for ask in (
                lambda: chat.days.with_messages(cleo, room_id, NOVEMBER, utc_offset_min=0),  # type: ignore[arg-type]
                lambda: chat.days.bounds(cleo, room_id, utc_offset_min=0),  # type: ignore[arg-type]
                lambda: chat.days.first_of(cleo, room_id, NOVEMBER, utc_offset_min=0),  # type: ignore[arg-type]
            ):
                try:
                    await ask()
                    outcomes.append(None)
                except (NotAMember, RoomNotFound) as error:
                    outcomes.append(type(error))
            return outcomes

        assert await each(private.id) == await each(99_999) == [RoomNotFound] * 3
        assert await each(open_room.id) == [NotAMember] * 3
        await chat.rooms.join(cleo, open_room.id)
        assert await each(open_room.id) == [None] * 3
        await chat.rooms.leave(cleo, open_room.id)
        assert await each(open_room.id) == [NotAMember] * 3
