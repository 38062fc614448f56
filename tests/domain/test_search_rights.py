"""Who finds what: whoever may not read a message learns nothing of it, nor of its room, whenever their right ended."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from itertools import count

import pytest

from livechat.domain import search
from livechat.domain.errors import Banned, TooFast
from livechat.domain.limits import Limits
from livechat.domain.model import Room, RoomKind, User, UserId, UserStatus
from livechat.domain.names import sort_key
from livechat.domain.search import Results
from livechat.domain.search_ports import Found, FoundMessage, Order, Place, Question
from tests.domain.people_stand import PeopleStand, people_stand
from tests.fakes import MemoryStores
from tests.memory_search import MemorySearch

Deed = Callable[[], Awaitable[object]]
_keys = count(1)


class InterruptedSearch(MemorySearch):
    """`meanwhile` happens once, when the store has read and whoever asks has no answer yet."""

    def __init__(self, stores: MemoryStores) -> None:
        super().__init__(stores.memory)
        self.meanwhile: dict[str, Deed] = {}

    async def find(self, question: Question, *, enough: int) -> Found:
        found = await super().find(question, enough=enough)
        await self.happens('find')
        return found

    async def show(self, user_id: UserId, places: Collection[Place]) -> Sequence[FoundMessage]:
        shown = await super().show(user_id, places)
        await self.happens('show')
        return shown

    async def happens(self, at: str) -> None:
        if deed := self.meanwhile.pop(at, None):
            await deed()


@pytest.fixture
def interrupted() -> tuple[MemoryStores, InterruptedSearch]:
    stores = MemoryStores()
    stores.search = search = InterruptedSearch(stores)
    return stores, search


@pytest.fixture
async def stand(interrupted: tuple[MemoryStores, InterruptedSearch]) -> AsyncIterator[PeopleStand]:
    async with people_stand(stores=interrupted[0]) as stand:
        yield stand


@pytest.fixture
async def ben(stand: PeopleStand) -> User:
    return await stand.person('Ben')


async def say(stand: PeopleStand, room: Room, *bodies: str, by: User | None = None) -> None:
    for body in bodies:
        await stand.chat.rooms.post(by or stand.owner, room.id, body, f'key-{next(_keys)}')


async def make_den(stand: PeopleStand, *members: User) -> Room:
    """A private room of the owner's."""
    den = await stand.chat.rooms.create(stand.owner, 'Den', private=True)
    for member in members:
        await stand.chat.members.add(stand.owner, den.id, member.id)
    return den


async def find(stand: PeopleStand, user: User, text: str = 'word', *, room: Room | None = None, limit: int = 50) -> Results:
    return await stand.chat.search.find(user, text, room_id=room and room.id, order=Order.NEWEST, limit=limit)


def bodies(results: Results) -> list[str]:
    return [hit.message.body for hit in results.hits]


def endings(stand: PeopleStand, den: Room, ben: User) -> dict[str, Deed]:
    """How Ben's right to read there ends."""
    chat = stand.chat
    return {
        'removed': lambda: chat.members.remove(stand.owner, den.id, ben.id),
        'leaves': lambda: chat.rooms.leave(ben, den.id),
        'room deleted': lambda: chat.rooms.delete(stand.owner, den.id),
        'deactivated': lambda: chat.moderation.deactivate(stand.owner, ben.id),
    }


ENDINGS = ('removed', 'leaves', 'room deleted', 'deactivated')


@pytest.mark.parametrize('ending', ENDINGS)
@pytest.mark.parametrize('at', ['before', 'find', 'show', 'beat'])
async def test_nothing_is_shown_of_a_room_once_one_may_not_read_it(
    stand: PeopleStand,
    interrupted: tuple[MemoryStores, InterruptedSearch],
    ben: User,
    at: str,
    ending: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stand.chat.search, '_wait_for_beat', lambda _: interrupted[1].happens('beat'))
    den = await make_den(stand, ben)
    await say(stand, den, 'the word', 'another word')
    assert bodies(await find(stand, ben)) == ['another word', 'the word']
    deed = endings(stand, den, ben)[ending]
    if at == 'before':
        await deed()
    else:
        interrupted[1].meanwhile[at] = deed

    results = await find(stand, ben)

    assert interrupted[1].meanwhile == {}
    assert (results.hits, results.has_more, results.notes) == ((), False, ())
    assert bodies(await find(stand, stand.owner)) == ([] if ending == 'room deleted' else ['another word', 'the word'])


@pytest.mark.parametrize('ending', ENDINGS)
async def test_next_page_has_nothing_of_a_room_that_one_left_meanwhile(stand: PeopleStand, ben: User, ending: str) -> None:
    den = await make_den(stand, ben)
    await say(stand, den, *(f'word {number}' for number in range(5)))
    first = await find(stand, ben, limit=2)
    assert (bodies(first), first.has_more) == (['word 4', 'word 3'], True)
    second = await stand.chat.search.more(ben, first, limit=2)
    assert (bodies(second), second.has_more) == (['word 2', 'word 1'], True)

    await endings(stand, den, ben)[ending]()
    again = await stand.chat.search.more(ben, first, limit=2)

    assert (again.hits, again.has_more) == ((), False)


async def test_page_that_is_read_once_more_is_as_its_messages_are_now(stand: PeopleStand, ben: User) -> None:
    den = await make_den(stand, ben)
    await say(stand, stand.lobby, 'word one', 'word two', 'word three')
    await say(stand, den, 'word in the den')
    page = await find(stand, ben)
    assert bodies(page) == ['word in the den', 'word three', 'word two', 'word one']
    one, two = (hit.message.number for hit in reversed(page.hits[2:]))

    await stand.chat.rooms.delete_message(stand.owner, stand.lobby.id, one)
    await stand.chat.rooms.edit(stand.owner, stand.lobby.id, two, 'two other words')
    await stand.chat.members.remove(stand.owner, den.id, ben.id)
    again = await stand.chat.search.as_now(ben, page)

    assert bodies(again) == ['word three', 'two other words']
    assert again.has_more is page.has_more


@pytest.mark.parametrize('ending', ENDINGS)
async def test_page_is_not_read_once_more_by_whoever_may_not(stand: PeopleStand, ben: User, ending: str) -> None:
    den = await make_den(stand, ben)
    await say(stand, den, 'the word')
    page = await find(stand, ben)
    assert bodies(page) == ['the word']

    await endings(stand, den, ben)[ending]()

    assert bodies(await stand.chat.search.as_now(ben, page)) == []


async def test_page_is_filled_up_when_some_of_it_is_gone(stand: PeopleStand, ben: User) -> None:
    den = await make_den(stand, ben)
    await say(stand, stand.lobby, *(f'word {number} in the lobby' for number in range(3)))
    await say(stand, den, *(f'word {number} in the den' for number in range(3)))
    first = await find(stand, ben, limit=1)

    await stand.chat.members.remove(stand.owner, den.id, ben.id)
    second = await stand.chat.search.more(ben, first, limit=2)

    assert bodies(first) == ['word 2 in the den']
    assert bodies(second) == ['word 2 in the lobby', 'word 1 in the lobby']
    assert second.has_more


@pytest.mark.parametrize('kind', ['banned', 'deactivated', 'gone'])
async def test_whoever_is_shut_out_searches_nothing(stand: PeopleStand, ben: User, kind: str) -> None:
    await say(stand, stand.lobby, 'the word', 'a word')
    first = await find(stand, ben, limit=1)
    assert first.has_more
    shut_out = replace(ben, status=UserStatus(kind))

    for work in (find(stand, shut_out), find(stand, shut_out, ''), stand.chat.search.more(shut_out, first)):
        with pytest.raises(Banned):
            await work


async def test_guest_finds_what_was_said_in_their_rooms_alone(stand: PeopleStand) -> None:
    hall = await stand.chat.rooms.create(stand.owner, 'Hall')
    await say(stand, stand.lobby, 'word in the lobby')
    await say(stand, hall, 'word in the hall')
    guest = (await stand.guest('Gus')).user

    assert bodies(await find(stand, guest)) == ['word in the lobby']
    assert bodies(await find(stand, guest, room=hall)) == []
    assert bodies(await find(stand, guest, 'word in:hall')) == []


async def test_server_owner_finds_nothing_in_private_rooms_of_others(stand: PeopleStand, ben: User) -> None:
    den = await stand.chat.rooms.create(ben, 'Den', private=True)
    await say(stand, den, 'the word', by=ben)

    assert bodies(await find(stand, ben)) == ['the word']
    assert bodies(await find(stand, stand.owner)) == bodies(await find(stand, stand.owner, room=den)) == []


async def test_who_left_an_open_room_finds_nothing_there_also_once_it_is_private(stand: PeopleStand, ben: User) -> None:
    hall = await stand.chat.rooms.create(stand.owner, 'Hall')
    await stand.chat.rooms.join(ben, hall.id)
    await say(stand, hall, 'the word')
    assert bodies(await find(stand, ben)) == ['the word']

    await stand.chat.rooms.leave(ben, hall.id)
    after_leaving = await find(stand, ben)
    await stand.chat.room_settings.convert(stand.owner, hall.id, RoomKind.PRIVATE)

    assert bodies(after_leaving) == bodies(await find(stand, ben)) == bodies(await find(stand, ben, room=hall)) == []
    assert bodies(await find(stand, stand.owner)) == ['the word']


async def test_direct_room_is_searched_by_its_two_alone(stand: PeopleStand, ben: User) -> None:
    carl = await stand.person('Carl')
    room = await stand.chat.rooms.direct(stand.owner, [ben.id])
    await say(stand, room, 'the word')

    assert bodies(await find(stand, ben, 'word in:olga')) == bodies(await find(stand, stand.owner, 'word in:Ben')) == ['the word']
    for text in ('word', 'word in:olga', 'word in:ben', 'from:olga word'):
        assert bodies(await find(stand, carl, text)) == []


async def test_archived_room_is_still_searched(stand: PeopleStand, ben: User) -> None:
    await say(stand, stand.lobby, 'the word')
    await stand.chat.room_settings.archive(stand.owner, stand.lobby.id)

    assert bodies(await find(stand, ben)) == ['the word']


@pytest.mark.parametrize('text', ['word in:{}', 'in:{}', 'word -in:{}', 'in:#{} in:lobby', '"word" in:"{}" has:file'])
async def test_hidden_room_and_none_are_told_apart_by_nothing(stand: PeopleStand, ben: User, text: str) -> None:
    den = await make_den(stand)
    await say(stand, den, 'the word')
    await say(stand, stand.lobby, 'word in the lobby')
    await stand.chat.rooms.create(stand.owner, 'Hall')  # open, and Ben is not in it

    hidden, open_one, none = [await find(stand, ben, text.format(name)) for name in ('den', 'hall', 'nix')]

    assert (
        [note.replace('den', 'nix') for note in hidden.notes] == [note.replace('hall', 'nix') for note in open_one.notes] == [*none.notes]
    )
    assert hidden.notes
    for results in (hidden, open_one):
        assert (results.hits, results.rest, results.has_more, results.question) == (none.hits, none.rest, none.has_more, none.question)
    by_id = await find(stand, ben, room=den)
    assert (by_id.hits, by_id.has_more, by_id.notes) == ((), False, ())


@pytest.mark.parametrize(
    'text', ['word', 'wor', '"word"', 'from:olga', 'from:nobody word', '-else', 'word has:link', 'zebra', 'w', 'is:pinned']
)
@pytest.mark.parametrize('order', Order)
@pytest.mark.parametrize('limit', [1, 2, 3, 50])
async def test_results_are_the_same_whatever_is_said_in_rooms_one_is_not_in(
    stand: PeopleStand, ben: User, text: str, order: Order, limit: int
) -> None:
    await say(stand, stand.lobby, 'word one', 'a word too')
    before = await stand.chat.search.find(ben, text, order=order, limit=limit)
    den = await make_den(stand)
    await say(stand, den, *(f'word {number} zebra https://example.org' for number in range(5)))
    message = (await stand.chat.rooms.snapshot(den.id)).newest[-1]
    await stand.chat.rooms.pin(stand.owner, den.id, message.number, on=True)

    assert await stand.chat.search.find(ben, text, order=order, limit=limit) == before


async def test_person_who_is_in_hidden_rooms_alone_is_nobody(stand: PeopleStand, ben: User) -> None:
    den = await make_den(stand, carl := await stand.person('Carl'))
    await stand.chat.rooms.leave(carl, stand.lobby.id)
    await say(stand, den, 'the word', by=carl)

    known, unknown = await find(stand, ben, 'word from:carl'), await find(stand, ben, 'word from:nobody')

    assert (known.hits, known.notes, known.has_more) == (unknown.hits, unknown.notes, unknown.has_more) == ((), (), False)


async def test_too_much_searching_has_to_wait_pages_included(stand: PeopleStand, ben: User) -> None:
    await say(stand, stand.lobby, *(f'word {number}' for number in range(3)))
    burst = Limits().search_burst
    first = await find(stand, ben, limit=1)
    for _ in range(burst - 2):
        await find(stand, ben)
    await stand.chat.search.more(ben, first, limit=1)

    for work in (find(stand, ben), stand.chat.search.more(ben, first), find(stand, ben, '')):
        with pytest.raises(TooFast) as refused:
            await work
        assert refused.value.retry_after_s == pytest.approx(1 / Limits().search_refill_per_s)
    await stand.chat.search.remember(ben, 'word')
    with pytest.raises(TooFast):
        await stand.chat.search.forget(ben)
    assert await stand.chat.search.recent(ben) == []

    assert len(bodies(await find(stand, stand.owner))) == 3
    stand.time.advance(1 / Limits().search_refill_per_s)
    assert len(bodies(await find(stand, ben))) == 3


async def test_names_of_ones_rooms_are_looked_at_only_for_a_search_that_names_one(
    stand: PeopleStand, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []

    def noted(name: str) -> str:
        looked_at.append(name)
        return sort_key(name)

    monkeypatch.setattr(search, 'sort_key', noted)
    await say(stand, stand.lobby, 'the word')

    assert bodies(await find(stand, ben)) == ['the word']
    assert looked_at == []

    assert bodies(await find(stand, ben, 'word in:LOBBY')) == ['the word']
    assert 'LOBBY' in looked_at
