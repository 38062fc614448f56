"""Cards come after their messages, follow what is done to them, and cost the world outside no more than they may."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from livechat.domain.errors import RoomNotFound
from livechat.domain.limits import Limits
from livechat.domain.link_cards import LinkCards
from livechat.domain.links import links_in
from livechat.domain.message import MAX_CARDS, Card, Message
from livechat.domain.model import MessageNumber, Room, RoomId, User
from livechat.domain.preview import CACHED_FOR_S, FAILURE_CACHED_FOR_S, Preview, PreviewCache, PreviewPicture
from tests.domain.house import House, started
from tests.patience import until

PLACE = RoomId(1), MessageNumber(1)
A, B, C = 'https://a.test/', 'https://b.test/x?y=1#z', 'http://c.test'


class FakePreviewer:
    """Knows every page but those in `missing`; `gate` holds them all back."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.missing: set[str] = set()
        self.breaks: set[str] = set()
        self.with_picture = True
        self.gate = asyncio.Event()
        self.gate.set()
        self.under_way = 0
        self.most_at_once = 0

    async def preview(self, url: str) -> Preview | None:
        self.asked.append(url)
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            await self.gate.wait()
        finally:
            self.under_way -= 1
        if url in self.breaks:
            raise RuntimeError(url)
        picture = PreviewPicture(webp=f'webp of {url}'.encode(), width=480, height=252) if self.with_picture else None
        return None if url in self.missing else Preview(title=f'Title of {url}', description='d', site='s', picture=picture)


@pytest.fixture
def previewer() -> FakePreviewer:
    return FakePreviewer()


@pytest.fixture
def limits() -> Limits:
    return Limits(message_burst=100_000, subscription_events=10_000, card_burst=1_000)


@pytest.fixture
async def cards(house: House, previewer: FakePreviewer) -> AsyncIterator[LinkCards]:
    yield at_work(house, LinkCards(house.around, house.supervisor.room, previewer))
    previewer.gate.set()


def at_work(house: House, cards: LinkCards) -> LinkCards:
    for name, run in cards.lasting.items():
        house.supervisor.look_after(name, run)
    return cards


class Conversation:
    """Ana writes in the lobby."""

    def __init__(self, house: House, cards: LinkCards, ana: User, lobby: Room) -> None:
        self.house, self.cards, self.ana, self.lobby = house, cards, ana, lobby
        self._keys = 0

    async def post(self, body: str, *, by: User | None = None) -> MessageNumber:
        self._keys += 1
        return (await self.house.rooms.post(by or self.ana, self.lobby.id, body, f'k{self._keys}')).number

    async def edit(self, number: MessageNumber, body: str) -> None:
        await self.house.rooms.edit(self.ana, self.lobby.id, number, body)

    async def message(self, number: MessageNumber) -> Message:
        await until(lambda: self.cards.is_calm)
        return await self.house.rooms.message(self.ana, self.lobby.id, number)

    async def urls(self, number: MessageNumber) -> list[str]:
        return [card.url for card in (await self.message(number)).cards]

    async def picture(self, number: MessageNumber) -> bytes | None:
        token = picture_token((await self.message(number)).cards[0])
        found = await self.house.stores.messages.picture(token) if token else None
        return found[1] if found else None


def picture_token(card: Card) -> str:
    return card.picture.token if card.picture else ''


@pytest.fixture
def talk(house: House, cards: LinkCards, ana: User, lobby: Room) -> Conversation:
    return Conversation(house, cards, ana, lobby)


async def test_link_gets_a_card_with_its_picture(talk: Conversation, previewer: FakePreviewer):
    number = await talk.post(f'look: {A}.')

    (card,) = (await talk.message(number)).cards
    assert (card.url, card.title, card.description, card.site) == (A, f'Title of {A}', 'd', 's')
    assert card.picture is not None
    assert (card.picture.width, card.picture.height) == (480, 252)
    assert await talk.picture(number) == f'webp of {A}'.encode()
    assert previewer.asked == [A]


async def test_message_does_not_wait_for_its_card(talk: Conversation, previewer: FakePreviewer):
    previewer.gate.clear()

    number = await talk.post(A)

    assert (await talk.house.rooms.message(talk.ana, talk.lobby.id, number)).cards == ()
    previewer.gate.set()
    assert await talk.urls(number) == [A]


async def test_first_two_links_get_cards_in_their_order(talk: Conversation, previewer: FakePreviewer):
    number = await talk.post(f'{B} {A} {B} {C}')

    assert await talk.urls(number) == [B, A]
    assert MAX_CARDS == len(previewer.asked) == 2


async def test_page_that_says_nothing_gives_no_card(talk: Conversation, previewer: FakePreviewer):
    previewer.missing.add(A)
    before = await talk.post('plain')
    number = await talk.post(A)

    message = await talk.message(number)

    assert message.cards == ()
    assert message.changed_seq == (await talk.message(before)).changed_seq + 1  # nothing was written
    assert previewer.asked == [A]


async def test_page_without_a_picture_gives_a_card_without(talk: Conversation, previewer: FakePreviewer):
    previewer.with_picture = False

    number = await talk.post(A)

    assert (await talk.message(number)).cards == (Card(url=A, title=f'Title of {A}', description='d', site='s'),)


async def test_edit_takes_away_the_card_of_a_link_that_went_and_brings_that_of_a_new_one(talk: Conversation, previewer: FakePreviewer):
    number = await talk.post(f'{A} {B}')
    first, _ = (await talk.message(number)).cards

    await talk.edit(number, f'{C} {A}')

    new, kept = (await talk.message(number)).cards
    assert (new.url, kept) == (C, first)
    assert previewer.asked == [A, B, C]
    await talk.edit(number, 'nothing')
    assert await talk.urls(number) == []
    assert talk.house.stores.memory.rooms[talk.lobby.id].pictures == {}


async def test_edit_while_a_page_is_fetched_decides(talk: Conversation, previewer: FakePreviewer):
    previewer.gate.clear()
    number = await talk.post(A)
    await until(lambda: previewer.under_way)

    await talk.edit(number, B)
    previewer.gate.set()

    assert await talk.urls(number) == [B]


async def test_message_that_is_deleted_while_its_page_is_fetched_gets_no_card(talk: Conversation, previewer: FakePreviewer):
    previewer.gate.clear()
    number = await talk.post(A)
    await until(lambda: previewer.under_way)

    await talk.house.rooms.delete_message(talk.ana, talk.lobby.id, number)
    previewer.gate.set()

    await until(lambda: not previewer.under_way)
    stored = talk.house.stores.memory.rooms[talk.lobby.id]
    await until(lambda: talk.cards.is_calm)
    assert (stored.messages[number].cards, stored.pictures) == ((), {})


async def test_deletion_that_is_taken_back_brings_the_card_with_its_picture(talk: Conversation, previewer: FakePreviewer):
    number = await talk.post(A)
    await talk.message(number)
    await talk.house.rooms.delete_message(talk.ana, talk.lobby.id, number)
    assert talk.house.stores.memory.rooms[talk.lobby.id].pictures == {}

    await talk.house.rooms.undo_deletion(talk.ana, talk.lobby.id, number)

    assert await talk.picture(number) == f'webp of {A}'.encode()
    assert previewer.asked == [A, A]


async def test_card_that_was_removed_does_not_come_back(talk: Conversation, previewer: FakePreviewer):
    number = await talk.post(f'{A} {B}')
    await talk.message(number)

    await talk.house.rooms.remove_card(talk.ana, talk.lobby.id, number, A)
    await talk.edit(number, f'{A} {B} again')

    assert await talk.urls(number) == [B]
    await talk.edit(number, f'{A} {B} {C}')
    assert await talk.urls(number) == [B, C]  # the removed one takes no place


async def test_page_is_asked_once_an_hour(talk: Conversation, previewer: FakePreviewer):
    numbers = [await talk.post(A)]
    await talk.message(numbers[0])
    talk.house.time.advance(CACHED_FOR_S - 1)
    numbers.append(await talk.post(A))
    assert await talk.urls(numbers[1]) == [A]
    assert previewer.asked == [A]

    talk.house.time.advance(1)
    numbers.append(await talk.post(A))

    assert [await talk.urls(number) for number in numbers] == [[A]] * 3
    assert previewer.asked == [A, A]
    tokens = {picture_token((await talk.message(number)).cards[0]) for number in numbers}
    assert len(tokens) == 3  # each message's right to it is its own


async def test_page_that_failed_is_asked_again_sooner(talk: Conversation, previewer: FakePreviewer):
    previewer.missing.add(A)
    for advance in (0, FAILURE_CACHED_FOR_S - 1, 1):
        talk.house.time.advance(advance)
        await talk.message(await talk.post(A))

    assert previewer.asked == [A, A]


async def test_what_a_page_said_is_forgotten_with_the_last_message_that_links_to_it(talk: Conversation, previewer: FakePreviewer):
    first, second = await talk.post(A), await talk.post(A)
    await talk.message(second)
    await talk.house.rooms.delete_message(talk.ana, talk.lobby.id, first)
    await talk.message(await talk.post(A))
    asked = len(previewer.asked)

    for number in (second, second + 1):
        await talk.house.rooms.delete_message(talk.ana, talk.lobby.id, MessageNumber(number))
    await talk.message(await talk.post(A))

    assert len(previewer.asked) == asked + 1


async def test_room_that_is_deleted_meanwhile_is_no_error(
    talk: Conversation, previewer: FakePreviewer, owner: User, caplog: pytest.LogCaptureFixture
):
    previewer.gate.clear()
    await talk.post(A)
    await until(lambda: previewer.under_way)

    await talk.house.rooms.delete(owner, talk.lobby.id)
    previewer.gate.set()
    await until(lambda: not previewer.under_way)

    with pytest.raises(RoomNotFound):
        await talk.house.rooms.snapshot(talk.lobby.id)
    assert talk.cards.is_calm
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize('for_guests', [False, True])
async def test_guests_get_cards_only_where_it_is_said_so(house: House, previewer: FakePreviewer, ana: User, lobby: Room, for_guests: bool):
    cards = at_work(house, LinkCards(house.around, house.supervisor.room, previewer, for_guests=for_guests))
    talk = Conversation(house, cards, ana, lobby)
    guest = await house.guest('Gil', lobby)

    numbers = [await talk.post(A, by=guest), await talk.post(B)]

    assert [await talk.urls(number) for number in numbers] == [[A] if for_guests else [], [B]]


async def test_lines_of_the_room_itself_get_no_cards(talk: Conversation, previewer: FakePreviewer, owner: User):
    await talk.house.rooms.rename(owner, talk.lobby.id, A)
    number = await talk.post(B)

    assert await talk.urls(number) == [B]
    assert previewer.asked == [B]


async def test_without_a_previewer_there_is_no_task_and_no_card(house: House, ana: User, lobby: Room):
    cards = at_work(house, LinkCards(house.around, house.supervisor.room, None))
    talk = Conversation(house, cards, ana, lobby)

    number = await talk.post(A)

    assert await talk.urls(number) == []
    assert cards.lasting == {}


@pytest.mark.parametrize('limits', [Limits(message_burst=100_000, subscription_events=10_000)])
async def test_ten_links_a_minute_of_one_person_get_cards(talk: Conversation, previewer: FakePreviewer, owner: User):
    for _ in range(60):
        for number in range(2):
            await talk.post(f'https://a.test/{talk.house.time.monotonic()}/{number}')
        await until(lambda: talk.cards.is_calm)
        talk.house.time.advance(1)
    assert 5 <= len(previewer.asked) <= 10

    assert await talk.urls(await talk.post(B, by=owner)) == [B]


async def test_only_so_many_pages_are_fetched_at_once(talk: Conversation, previewer: FakePreviewer, limits: Limits):
    previewer.gate.clear()
    numbers = [await talk.post(f'https://a.test/{number}') for number in range(10)]
    await until(lambda: previewer.under_way == limits.card_fetches)
    previewer.gate.set()

    assert all([await talk.urls(number) for number in numbers])
    assert previewer.most_at_once == limits.card_fetches == 4


@pytest.mark.parametrize('limits', [Limits(message_burst=100_000, subscription_events=10_000, card_burst=1_000, card_queue=3)])
async def test_more_messages_than_may_wait_get_no_cards(talk: Conversation, previewer: FakePreviewer, caplog: pytest.LogCaptureFixture):
    previewer.gate.clear()
    for number in range(10):
        await talk.post(f'https://a.test/{number}')
    previewer.gate.set()
    await until(lambda: talk.cards.is_calm)

    assert len(previewer.asked) == 4 + 3
    assert 'Too many links wait' in caplog.text


async def test_previewer_that_breaks_harms_no_other_message(talk: Conversation, previewer: FakePreviewer, caplog: pytest.LogCaptureFixture):
    previewer.breaks.add(A)

    numbers = [await talk.post(A), await talk.post(B)]

    assert [await talk.urls(number) for number in numbers] == [[], [B]]
    assert 'link cards' in caplog.text


async def test_stop_does_not_wait_for_a_page(talk: Conversation, previewer: FakePreviewer):
    previewer.gate.clear()
    await talk.post(A)
    await until(lambda: previewer.under_way)

    closing = started(talk.house.supervisor.close())
    await until(closing.done)

    assert not previewer.under_way


# Links


@pytest.mark.parametrize(
    ('body', 'links'),
    [
        ('', []),
        ('http https:// http:/ www.a.test a.test ftp://a.test mailto:a@b.test', []),
        (A, [A]),
        ('HTTPS://A.test/B', ['HTTPS://A.test/B']),
        (f'({A}), "{B}" <{C}>', [A, B, C]),
        (f'[text]({A}) ![image]({B})', [A, B]),
        (f'**{A}** _{B}_ ~~{C}~~', [A, B, C]),
        (
            'https://en.test/wiki/A_(b) (https://en.test/wiki/A_(b)) [https://en.test/[1]]',
            ['https://en.test/wiki/A_(b)', 'https://en.test/[1]'],
        ),
        ('https://a.test/x, https://b.test/y! https://c.test/z?', ['https://a.test/x', 'https://b.test/y', 'https://c.test/z']),
        (f'{A}\n{A}\n{B}', [A, B]),
        (f'`{A}` ``{B}`` {C}', [C]),
        (f'```\n{A}\n```\n{B}', [B]),
        (f'~~~py\n{A}\n~~~\n> ```\n> {B}\n> ```\n{C}', [C]),
        (f'```\n{A}', []),
        (f'```code``` {A}', [A]),
        (f'|{A}|{B}|', [A, B]),
        ('https://bücher.test/straße?q=ü', ['https://bücher.test/straße?q=ü']),
        ('xhttps://a.test', []),
        (f'> {A}', [A]),
    ],
)
def test_links_are_found_as_they_stand(body: str, links: list[str]):
    assert list(links_in(body)) == links


# The cache


def test_cache_has_an_end_and_forgets_what_was_not_asked_for_longest():
    cache = PreviewCache(capacity=2)
    for url in (A, B):
        cache.put(url, PLACE, None, 0)
    assert cache.get(A, PLACE, 0)

    cache.put(C, PLACE, None, 0)

    assert [url for url in (A, B, C) if cache.get(url, PLACE, 0)] == [A, C]
    cache.forget(lambda place: place == PLACE)
    assert len(cache) == 0


async def test_nothing_of_a_message_waits_for_cards_that_was_deleted_or_reworded(
    house: House, previewer: FakePreviewer, ana: User, lobby: Room
) -> None:
    """The invariant is about memory, so the test looks into it."""
    cards = LinkCards(house.around, house.supervisor.room, previewer)  # whose tasks do not run: all wait
    talk = Conversation(house, cards, ana, lobby)
    deleted, reworded = await talk.post(f'secret {A}'), await talk.post(f'secret {B}')
    assert len(cards._waiting) == 2

    await house.rooms.delete_message(ana, lobby.id, deleted)
    await talk.edit(reworded, f'better {B}')

    assert [job.message.body for job in cards._waiting] == [f'better {B}']
