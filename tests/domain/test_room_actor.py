"""One room under load: order, group commit, refusals, callers who give up."""

import asyncio
import random

import pytest

from livechat.domain.errors import MessageNotFound, NotStored, TooFast
from livechat.domain.events import MessagePosted, presence_topic, room_topic
from livechat.domain.limits import Limits
from livechat.domain.model import PAGE_SIZE, MessageNumber, Room, Seq, User
from livechat.domain.room_actor import MAX_BATCH
from tests.domain.house import House, all_settled, queued, started
from tests.patience import until


async def test_thousand_posts_at_once_keep_their_order_and_share_commits(house: House, lobby: Room, ana: User, owner: User) -> None:
    events = house.backplane.subscribe(room_topic(lobby.id))
    house.messages.batches.clear()
    authors = (ana, owner)
    for author in authors:
        await house.rooms.enter(author, lobby.id)
    bodies = [f'm{number}' for number in range(1_000)]

    posts = [house.rooms.post(authors[number % 2], lobby.id, body, body) for number, body in enumerate(bodies)]
    messages = await asyncio.gather(*posts)

    assert [message.number for message in messages] == list(range(1, 1_001))
    assert [message.changed_seq for message in messages] == list(range(1, 1_001))
    assert house.stored(lobby) == bodies
    assert [event.message.body for event in await queued(events) if isinstance(event, MessagePosted)] == bodies
    assert sum(house.messages.batches) == 1_000
    assert max(house.messages.batches) == MAX_BATCH


class TestReaderWhoKeepsPace:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(message_burst=100_000)

    async def test_full_inbox_is_read_without_a_resync(self, house: House, lobby: Room, ana: User) -> None:
        """A batch is smaller than a reader's queue, and readers run between two batches."""
        subscription = house.backplane.subscribe(room_topic(lobby.id))
        await house.rooms.enter(ana, lobby.id)
        seen: list[object] = []

        async def read() -> None:
            async for event in subscription:
                seen.append(event)  # noqa: PERF401  (seen before the end)

        reading = started(read())
        await asyncio.gather(*(house.rooms.post(ana, lobby.id, f'm{n}', f'k{n}') for n in range(house.limits.room_inbox)))
        await until(lambda: len(seen) >= house.limits.room_inbox)
        subscription.close()
        await reading

        assert {type(event) for event in seen} == {MessagePosted}


async def test_posts_gather_while_a_batch_commits(house: House, lobby: Room, ana: User) -> None:
    house.stores.memory.gate.clear()
    first = started(house.rooms.post(ana, lobby.id, 'first', 'k0'))
    await until(lambda: house.messages.batches)
    others = [started(house.rooms.post(ana, lobby.id, f'm{n}', f'k{n}')) for n in range(1, 8)]
    await asyncio.sleep(0)

    house.stores.memory.gate.set()
    await asyncio.gather(first, *others)

    assert house.messages.batches == [1, 7]


async def test_nothing_is_told_before_it_is_stored(house: House, lobby: Room, ana: User) -> None:
    events = house.backplane.subscribe(room_topic(lobby.id))
    house.stores.memory.gate.clear()

    post = started(house.rooms.post(ana, lobby.id, 'hello', 'k1'))
    await until(lambda: house.messages.batches)
    assert await queued(events) == []
    house.stores.memory.gate.set()
    message = await post

    assert await queued(events) == [MessagePosted(room_id=lobby.id, seq=message.changed_seq, message=message)]


async def test_post_whose_caller_gave_up_is_stored_and_told_like_any_other(house: House, lobby: Room, ana: User) -> None:
    """Hundreds give up at some moment: no row without its event, no event without its row."""
    events = house.backplane.subscribe(room_topic(lobby.id))
    dice = random.Random(7)
    posts = []
    for number in range(900):
        posts.append(started(house.rooms.post(ana, lobby.id, f'm{number}', f'k{number}')))
        if dice.random() < 0.3:
            await asyncio.sleep(0)
        if dice.random() < 0.4:
            posts[-1 - dice.randrange(min(5, len(posts)))].cancel()

    results = await all_settled(posts)
    await house.rooms.post(ana, lobby.id, 'last', 'last')

    told = [event.message.body for event in await queued(events) if isinstance(event, MessagePosted)]
    assert told == house.stored(lobby)
    assert len(set(told)) == len(told)
    assert {result.body for result in results if not isinstance(result, BaseException)} <= set(told)
    assert sum(isinstance(result, asyncio.CancelledError) for result in results) > 50


async def test_cancelled_post_that_was_handed_in_is_stored(house: House, lobby: Room, ana: User) -> None:
    house.stores.memory.gate.clear()
    post = started(house.rooms.post(ana, lobby.id, 'hello', 'k1'))
    await until(lambda: house.messages.batches)

    post.cancel()
    await all_settled([post])
    house.stores.memory.gate.set()
    await until(lambda: house.stored(lobby))

    assert post.cancelled()
    assert house.stored(lobby) == ['hello']


async def test_post_sent_twice_is_one_message_for_both_callers(house: House, lobby: Room, ana: User) -> None:
    events = house.backplane.subscribe(room_topic(lobby.id))

    first, second = await asyncio.gather(*(house.rooms.post(ana, lobby.id, body, 'same') for body in ('hello', 'other text')))

    assert first == second
    assert house.stored(lobby) == ['hello']
    assert len(await queued(events)) == 1


async def test_write_that_is_refused_leaves_the_others_of_its_batch(house: House, lobby: Room, ana: User) -> None:
    actor = house.supervisor.room(lobby.id)
    stranger = await house.person('Stan')

    results = await all_settled(
        [actor.post(ana.person, 'one', 'k1'), actor.post(stranger.person, 'two', 'k2'), actor.edit(MessageNumber(9), 'x')]
    )

    assert house.messages.batches == [3]
    assert [type(result).__name__ for result in results] == ['Message', 'NotAMember', 'MessageNotFound']
    assert house.stored(lobby) == ['one']


async def test_full_disk_refuses_each_caller_and_the_room_goes_on(house: House, lobby: Room, ana: User) -> None:
    events = house.backplane.subscribe(room_topic(lobby.id))
    house.stores.memory.full = True
    refused = await all_settled([house.rooms.post(ana, lobby.id, f'm{n}', f'k{n}') for n in range(3)])

    house.stores.memory.full = False
    message = await house.rooms.post(ana, lobby.id, 'm0', 'k0')

    assert [type(each) for each in refused] == [NotStored] * 3
    assert len({id(each) for each in refused}) == 3
    assert house.stored(lobby) == ['m0']
    assert [type(event) for event in await queued(events)] == [MessagePosted]
    assert message.number == 1


class TestFullInbox:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(message_burst=100_000, room_inbox=5)

    async def test_full_inbox_refuses_and_loses_nothing_it_took(self, house: House, lobby: Room, ana: User) -> None:
        house.stores.memory.gate.clear()
        taken = [started(house.rooms.post(ana, lobby.id, 'm0', 'k0'))]
        await until(lambda: house.messages.batches)
        taken += [started(house.rooms.post(ana, lobby.id, f'm{n}', f'k{n}')) for n in range(1, 6)]
        await asyncio.sleep(0)

        with pytest.raises(TooFast):
            await house.rooms.post(ana, lobby.id, 'too much', 'k9')
        house.stores.memory.gate.set()
        await asyncio.gather(*taken)

        assert house.stored(lobby) == [f'm{n}' for n in range(6)]


async def test_edits_and_deletions_are_told_in_order_of_their_seq(house: House, lobby: Room, ana: User) -> None:
    events = house.backplane.subscribe(room_topic(lobby.id))
    posted = await house.rooms.post(ana, lobby.id, 'helo', 'k1')

    await house.rooms.edit(ana, lobby.id, posted.number, 'hello')
    tombstone = await house.rooms.delete_message(ana, lobby.id, posted.number)

    told = await queued(events)
    assert [type(event).__name__ for event in told] == ['MessagePosted', 'MessageEdited', 'MessageDeleted']
    assert [getattr(event, 'seq', None) for event in told] == [1, 2, 3]
    assert tombstone.deleted
    with pytest.raises(MessageNotFound):
        await house.rooms.edit(ana, lobby.id, posted.number, 'again')


async def test_entering_a_running_room_and_catching_up_query_no_messages(house: House, lobby: Room, ana: User) -> None:
    for number in range(PAGE_SIZE + 10):
        await house.rooms.post(ana, lobby.id, f'm{number}', f'k{number}')
    house.messages.queries = 0

    snapshot = await house.rooms.enter(ana, lobby.id)
    seq, missed = await house.rooms.read_changes(lobby.id, Seq(snapshot.seq - 5))
    live_page = await house.rooms.read_page(lobby.id, 1)
    assert house.messages.queries == 0
    first_page = await house.rooms.read_page(lobby.id, 0)
    _, everything = await house.rooms.read_changes(lobby.id, Seq(0))

    assert house.messages.queries == 2
    assert (seq, [each.number for each in missed]) == (60, [56, 57, 58, 59, 60])
    assert [each.number for each in live_page] == list(range(51, 61))
    assert [each.number for each in first_page] == list(range(1, 51))
    assert len(everything) == 60


async def test_posting_ends_typing_at_once(house: House, lobby: Room, ana: User) -> None:
    house.rooms.typing(ana, lobby.id)
    house.tick.beat(house.time.monotonic())
    telling = house.backplane.subscribe(presence_topic(lobby.id))
    assert house.rooms.typing_now(lobby.id) == (ana.person,)

    await house.rooms.post(ana, lobby.id, 'hello', 'k1')

    assert [getattr(event, 'people', None) for event in await queued(telling)] == [()]
