"""What a sign-in is worth until it ends: tokens, renewal, expiry, the cache."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from livechat.domain.errors import NotStored
from livechat.domain.events import SignInEnded, user_topic
from livechat.domain.limits import Limits
from livechat.domain.model import SignIn, SignInId, User, UserStatus
from livechat.domain.sign_ins import RECHECK_S, SignIns
from livechat.domain.signed_in import SignedIn, SignedInCache
from tests.domain.accounts_stand import RecordingBackplane, Stand
from tests.fakes import FakeClock, MemoryStores
from tests.memory_sign_ins import MemorySignIns

HERE = '192.0.2.1'
DAY_S = 86_400.0
HOUR_S = 3_600.0


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[Stand]:
    stand = Stand(clock, Limits(sign_in_tries_per_name=3, sign_in_tries_per_address=5))
    yield stand
    await stand.close()


async def test_token_is_new_each_time_and_only_its_hash_is_stored(stand: Stand) -> None:
    ana = await stand.register('Ana')

    token, sign_in = await stand.accounts.start_sign_in(ana.id, user_agent='Browser ' + 'x' * 1_000)
    other, _ = await stand.accounts.start_sign_in(ana.id, user_agent='Browser')

    assert token != other
    assert len(token) == 43
    assert len(sign_in.user_agent) == 300
    assert await stand.stores.sign_ins.by_token_hash(hashlib.sha256(token.encode()).digest()) == (sign_in, ana)
    assert await stand.accounts.signed_in(token) == SignedIn(user=ana, sign_in=sign_in)


@pytest.mark.parametrize('token', ['', 'x', 'x' * 43, '\ud800'])
async def test_unknown_token_is_nobody(stand: Stand, token: str) -> None:
    assert await stand.accounts.signed_in(token) is None


async def test_sign_in_outlives_the_process(stand: Stand) -> None:
    ana = await stand.register('Ana')
    token, sign_in = await stand.signed_in(ana)
    next_process = stand.restarted()

    assert next_process.accounts.current(sign_in.id) is None
    assert await next_process.accounts.signed_in(token) == SignedIn(user=ana, sign_in=sign_in)
    assert next_process.accounts.current(sign_in.id) == ana
    await next_process.close()


async def test_sign_in_is_renewed_at_most_hourly_and_says_so_once(stand: Stand) -> None:
    token, sign_in = await stand.signed_in(await stand.register('Ana'))
    stand.clock.advance(HOUR_S - 1)
    assert (found := await stand.accounts.signed_in(token))
    assert (found.renewed, found.sign_in.last_seen_at) == (False, sign_in.created_at)

    stand.clock.advance(1)
    at_once = await asyncio.gather(*(stand.accounts.signed_in(token) for _ in range(5)))
    later = await stand.accounts.signed_in(token)

    assert sorted(found.renewed for found in at_once if found) == [False] * 4 + [True]
    assert at_once[0] is not None
    assert later == SignedIn(user=at_once[0].user, sign_in=replace(sign_in, last_seen_at=stand.clock.now()))
    stored = await stand.stores.sign_ins.by_token_hash(hashlib.sha256(token.encode()).digest())
    assert stored is not None
    assert stored[0].last_seen_at == stand.clock.now()


async def test_sign_in_lasts_ninety_days_from_its_last_use(stand: Stand) -> None:
    token, sign_in = await stand.signed_in(await stand.register('Ana'))
    for _ in range(3):
        stand.clock.advance(90 * DAY_S)
        assert await stand.accounts.signed_in(token) is not None

    stand.clock.advance(90 * DAY_S + 1)

    assert await stand.accounts.signed_in(token) is None
    assert stand.accounts.current(sign_in.id) is None
    assert await stand.stores.sign_ins.by_token_hash(hashlib.sha256(token.encode()).digest()) is None


async def test_sign_in_survives_a_clock_that_is_set_back(stand: Stand) -> None:
    token, _ = await stand.signed_in(await stand.register('Ana'))

    stand.clock.set_now(stand.clock.now() - timedelta(days=400))

    assert await stand.accounts.signed_in(token) is not None


async def test_full_disk_throws_nobody_out(stand: Stand) -> None:
    ana = await stand.register('Ana')
    token, _ = await stand.signed_in(ana)
    stand.clock.advance(HOUR_S)
    stand.stores.memory.full = True

    found = await stand.accounts.signed_in(token)

    assert found is not None
    assert (found.user, found.renewed) == (ana, False)


async def test_signing_out_ends_the_sign_in_at_once_and_tells_its_tabs(stand: Stand) -> None:
    ana = await stand.register('Ana')
    token, sign_in = await stand.signed_in(ana)
    other_token, other = await stand.signed_in(ana)

    await stand.accounts.sign_out(sign_in.id)

    assert stand.accounts.current(sign_in.id) is None
    assert await stand.accounts.signed_in(token) is None
    assert stand.accounts.current(other.id) == ana
    assert await stand.accounts.signed_in(other_token) is not None
    assert stand.backplane.broadcasts == [(user_topic(ana.id), SignInEnded(user_id=ana.id, sign_in_id=sign_in.id))]


async def test_signing_out_that_cannot_be_stored_shows_the_tabs_out_all_the_same(stand: Stand) -> None:
    ana = await stand.register('Ana')
    _, sign_in = await stand.signed_in(ana)
    stand.stores.memory.full = True

    with pytest.raises(NotStored):
        await stand.accounts.sign_out(sign_in.id)

    assert stand.accounts.current(sign_in.id) is None
    assert len(stand.backplane.broadcasts) == 1


async def test_sign_in_that_another_process_ended_is_noticed(stand: Stand) -> None:
    ana = await stand.register('Ana')
    token, sign_in = await stand.signed_in(ana)
    command_line = stand.restarted()
    await command_line.accounts.reset_password('Ana')
    assert await stand.accounts.signed_in(token) is not None  # from the cache

    stand.clock.advance(RECHECK_S + 1)

    assert await stand.accounts.signed_in(token) is None
    assert stand.accounts.current(sign_in.id) is None
    assert stand.backplane.broadcasts == [(user_topic(ana.id), SignInEnded(user_id=ana.id, sign_in_id=sign_in.id))]
    await command_line.close()


async def test_look_for_ended_sign_ins_shows_each_out_once_and_leaves_the_others(stand: Stand) -> None:
    ana, ben = await stand.register('Ana'), await stand.register('Ben')
    live = SignIns(stand.stores.sign_ins, backplane=stand.backplane, clock=stand.clock, limits=stand.limits)
    await live.end_gone()
    (token, kept), (other, ended) = [await live.start(user.id, user_agent='', address='') for user in (ana, ben)]
    for each in (token, other):
        assert await live.signed_in(each) is not None

    await stand.stores.sign_ins.end(ended.id)
    await live.end_gone()
    await live.end_gone()

    assert (live.current(kept.id), live.current(ended.id)) == (ana, None)
    assert stand.backplane.broadcasts == [(user_topic(ben.id), SignInEnded(user_id=ben.id, sign_in_id=ended.id))]


async def test_expired_rows_are_forgotten(stand: Stand) -> None:
    ana = await stand.register('Ana')
    await stand.accounts.start_sign_in(ana.id, user_agent='')
    stand.clock.advance(60 * DAY_S)
    token, _ = await stand.accounts.start_sign_in(ana.id, user_agent='')
    stand.clock.advance(40 * DAY_S)

    assert await stand.accounts.forget_unused() == 1
    assert await stand.accounts.forget_unused() == 0
    assert await stand.accounts.signed_in(token) is not None


async def test_utc_offset_belongs_to_the_sign_in(stand: Stand) -> None:
    ana = await stand.register('Ana')
    token, sign_in = await stand.signed_in(ana)
    other, _ = await stand.signed_in(ana)

    await stand.accounts.remember_utc_offset(sign_in.id, -330)

    assert [
        found.sign_in.utc_offset_min for found in (await stand.accounts.signed_in(token), await stand.accounts.signed_in(other)) if found
    ] == [
        -330,
        None,
    ]


class HeldSignIns(MemorySignIns):
    """A store whose reads wait, with the row they have read, until they are let go."""

    def __init__(self, stores: MemoryStores) -> None:
        super().__init__(stores.memory)
        self.has_read = asyncio.Event()
        self.may_return = asyncio.Event()

    async def by_token_hash(self, token_hash: bytes) -> tuple[SignIn, User] | None:
        found = await super().by_token_hash(token_hash)
        self.has_read.set()
        await self.may_return.wait()
        return found


async def test_read_that_began_before_a_sign_out_does_not_bring_it_back(stand: Stand) -> None:
    ana = await stand.register('Ana')
    token, sign_in = await stand.accounts.start_sign_in(ana.id, user_agent='')
    held = HeldSignIns(stand.stores)
    sign_ins = SignIns(held, backplane=RecordingBackplane(), clock=stand.clock, limits=stand.limits)
    read = asyncio.create_task(sign_ins.signed_in(token))
    await held.has_read.wait()

    await sign_ins.end(sign_in.id)
    held.may_return.set()

    assert await read is None
    assert sign_ins.current(sign_in.id) is None


async def test_read_that_began_before_a_ban_lets_nobody_in(stand: Stand) -> None:
    ana = await stand.register('Ana')
    token, sign_in = await stand.accounts.start_sign_in(ana.id, user_agent='')
    held = HeldSignIns(stand.stores)
    sign_ins = SignIns(held, backplane=RecordingBackplane(), clock=stand.clock, limits=stand.limits)
    read = asyncio.create_task(sign_ins.signed_in(token))
    await held.has_read.wait()

    await stand.stores.users.set_status(ana.id, UserStatus.BANNED)
    sign_ins.end_known(ana.id)
    held.may_return.set()

    assert await read is None
    assert sign_ins.current(sign_in.id) is None


async def test_read_that_began_before_a_change_of_the_user_shows_the_change(stand: Stand) -> None:
    owner, lobby = await stand.set_up()
    token, _ = await stand.accounts.start_sign_in(owner.id, user_agent='')
    held = HeldSignIns(stand.stores)
    sign_ins = SignIns(held, backplane=RecordingBackplane(), clock=stand.clock, limits=stand.limits)
    read = asyncio.create_task(sign_ins.signed_in(token))
    await held.has_read.wait()

    await stand.stores.users.set_last_room(owner.id, lobby.id)
    sign_ins.change_user(owner.id, lambda user: replace(user, last_room_id=lobby.id))
    held.may_return.set()

    assert (found := await read) is not None
    assert found.user.last_room_id == lobby.id


async def test_cache_keeps_the_sign_ins_used_last(stand: Stand) -> None:
    ana = await stand.register('Ana')
    cache = SignedInCache(max_cached=3)
    _, first = await stand.signed_in(ana)
    signed_in = [SignedIn(user=ana, sign_in=replace(first, id=SignInId(number))) for number in range(4)]
    for number in range(3):
        cache.put(bytes([number]), signed_in[number], checked_at=0.0)
    assert cache.by_id(SignInId(0)) == signed_in[0]

    cache.put(bytes([3]), signed_in[3], checked_at=0.0)

    assert [cache.by_id(SignInId(number)) for number in range(4)] == [signed_in[0], None, signed_in[2], signed_in[3]]
    assert len(cache) == 3
