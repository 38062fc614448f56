from dataclasses import replace

import pytest

from livechat.domain.errors import Banned, NotAllowed, PushFailed, PushTargetInvalid, TooFast
from livechat.domain.limits import Limits
from livechat.domain.model import User, UserStatus
from livechat.domain.push import MAX_TARGETS
from livechat.domain.push_desk import PushDesk
from tests.domain.house import all_settled
from tests.domain.unread_stand import UnreadStand

URL = 'ntfy://ntfy.sh/bo'
LIMITS = Limits(push_test_burst=100)


@pytest.fixture
def stand() -> UnreadStand:
    return UnreadStand(LIMITS)


@pytest.fixture
async def bo(stand: UnreadStand) -> User:
    return await stand.person('Bo')


async def test_targets_are_shown_to_their_owner_in_the_order_they_were_added(stand: UnreadStand, bo: User) -> None:
    eve = await stand.person('Eve')
    urls = [f'ntfy://ntfy.sh/{number}' for number in range(3)]

    for url in urls:
        await stand.desk.add(bo, f' {url} ')

    assert [target.url for target in await stand.desk.targets(bo)] == urls
    assert await stand.desk.targets(eve) == []
    assert stand.desk.owners == {bo.id}


async def test_target_that_cannot_be_used_is_refused(stand: UnreadStand, bo: User) -> None:
    with pytest.raises(PushTargetInvalid):
        await stand.desk.add(bo, 'nowhere')

    assert await stand.desk.targets(bo) == []


async def test_there_is_place_for_so_many_however_they_come(stand: UnreadStand, bo: User) -> None:
    results = await all_settled([stand.desk.add(bo, f'ntfy://ntfy.sh/{number}') for number in range(MAX_TARGETS + 3)])

    assert sum(isinstance(result, PushTargetInvalid) for result in results) == 3
    assert len(await stand.desk.targets(bo)) == MAX_TARGETS
    assert (await stand.desk.add(bo, 'ntfy://ntfy.sh/0')).url == 'ntfy://ntfy.sh/0'


async def test_nobody_removes_or_tests_the_target_of_another(stand: UnreadStand, bo: User) -> None:
    eve, target = await stand.person('Eve'), await stand.desk.add(bo, URL)

    await stand.desk.remove(eve, target.id)
    with pytest.raises(PushTargetInvalid):
        await stand.desk.test(eve, target.id)
    assert stand.sender.sent == []
    assert await stand.desk.targets(bo) == [target]

    await stand.desk.remove(bo, target.id)
    await stand.desk.remove(bo, target.id)
    assert await stand.desk.targets(bo) == []


async def test_test_that_works_switches_a_target_on_again(stand: UnreadStand, bo: User) -> None:
    target = await stand.desk.add(bo, URL)
    stand.sender.failing.add(URL)
    for _ in range(5):
        with pytest.raises(PushFailed, match='It is not there'):
            await stand.desk.test(bo, target.id)
    (off,) = await stand.desk.targets(bo)
    assert (off.enabled, off.last_error) == (False, 'It is not there.')
    assert await stand.desk.enabled(bo.id) == []
    assert stand.desk.owners == set()

    stand.sender.failing.clear()
    await stand.desk.test(bo, target.id)

    (on,) = await stand.desk.targets(bo)
    assert (on.enabled, on.failures, on.last_error) == (True, 0, '')
    assert stand.desk.owners == {bo.id}


async def test_tests_are_few(bo: User, stand: UnreadStand) -> None:
    desk = PushDesk(stand.stores.push_targets, stand.sender, clock=stand.time, limits=replace(LIMITS, push_test_burst=3))
    target = await desk.add(bo, URL)
    for _ in range(2):
        await desk.test(bo, target.id)

    with pytest.raises(TooFast):
        await desk.test(bo, target.id)
    with pytest.raises(TooFast):
        await desk.add(bo, 'ntfy://ntfy.sh/another')

    stand.time.advance(1 / LIMITS.push_test_refill_per_s)
    await desk.test(bo, target.id)


async def test_owners_are_known_from_the_start(stand: UnreadStand, bo: User) -> None:
    await stand.desk.add(bo, URL)
    again = PushDesk(stand.stores.push_targets, stand.sender, clock=stand.time, limits=LIMITS)

    await again.load()

    assert again.owners == {bo.id}


async def test_server_that_sends_nothing_says_so(stand: UnreadStand, bo: User) -> None:
    target = await stand.desk.add(bo, URL)
    desk = PushDesk(stand.stores.push_targets, None, clock=stand.time, limits=LIMITS)
    await desk.load()

    assert stand.desk.is_available
    assert not desk.is_available
    assert desk.owners == set()
    with pytest.raises(NotAllowed):
        await desk.add(bo, URL)
    with pytest.raises(NotAllowed):
        await desk.test(bo, target.id)


async def test_banned_person_makes_the_server_call_nobody(stand: UnreadStand, bo: User) -> None:
    target = await stand.desk.add(bo, URL)

    with pytest.raises(Banned):
        await stand.desk.test(replace(bo, status=UserStatus.BANNED), target.id)

    assert stand.sender.sent == []
