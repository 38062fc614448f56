import pytest

from livechat.domain.errors import InvalidInput, NotFound
from livechat.domain.model import UserId, UserStatus
from livechat.domain.push import FAILURES_UNTIL_OFF, PushTarget, PushTargetId
from tests.store.people import NOON, Lobby


async def add_target(lobby: Lobby, url: str = 'ntfy://host/ben', user_id: UserId | None = None) -> PushTarget:
    return await lobby.stores.push_targets.add(user_id or lobby.ben.id, url, at=NOON)


async def fail(lobby: Lobby, target: PushTarget, times: int) -> PushTarget:
    for number in range(1, times + 1):
        failed = await lobby.stores.push_targets.failed(target.id, f'refused {number}')
        assert failed is not None
        target = failed
    return target


async def test_targets_of_a_person_come_in_the_order_they_were_added(lobby: Lobby) -> None:
    second = await add_target(lobby, 'mailto://b')
    first = await add_target(lobby, 'mailto://a')
    await add_target(lobby, 'mailto://a', lobby.ana.id)

    assert list(await lobby.stores.push_targets.of(lobby.ben.id)) == [second, first]
    assert (second.user_id, second.url, second.failures, second.last_error, second.enabled) == (lobby.ben.id, 'mailto://b', 0, '', True)
    assert list(await lobby.stores.push_targets.of(UserId(999))) == []


async def test_target_is_switched_off_after_failures_in_a_row(lobby: Lobby) -> None:
    target = await add_target(lobby)

    last_but_one = await fail(lobby, target, FAILURES_UNTIL_OFF - 1)
    assert (last_but_one.enabled, last_but_one.failures) == (True, FAILURES_UNTIL_OFF - 1)
    off = await lobby.stores.push_targets.failed(target.id, 'refused again')

    assert off is not None
    assert (off.enabled, off.failures, off.last_error) == (False, FAILURES_UNTIL_OFF, 'refused again')
    assert list(await lobby.stores.push_targets.of(lobby.ben.id)) == [off]


async def test_success_between_failures_starts_the_count_anew(lobby: Lobby) -> None:
    target = await add_target(lobby)
    await fail(lobby, target, FAILURES_UNTIL_OFF - 1)

    await lobby.stores.push_targets.succeeded(target.id)

    assert list(await lobby.stores.push_targets.of(lobby.ben.id)) == [target]
    assert (await fail(lobby, target, FAILURES_UNTIL_OFF - 1)).enabled


async def test_success_switches_a_target_on_again(lobby: Lobby) -> None:
    target = await add_target(lobby)
    assert not (await fail(lobby, target, FAILURES_UNTIL_OFF)).enabled

    await lobby.stores.push_targets.succeeded(target.id)

    assert list(await lobby.stores.push_targets.of(lobby.ben.id)) == [target]


async def test_target_added_again_is_the_same_one_and_on_again(lobby: Lobby) -> None:
    target = await add_target(lobby)
    assert not (await fail(lobby, target, FAILURES_UNTIL_OFF)).enabled

    assert await add_target(lobby) == target

    assert list(await lobby.stores.push_targets.of(lobby.ben.id)) == [target]
    assert (await fail(lobby, target, 1)).enabled


async def test_target_is_removed_by_its_owner_alone(lobby: Lobby) -> None:
    target = await add_target(lobby)

    assert not await lobby.stores.push_targets.remove(lobby.ana.id, target.id)
    assert list(await lobby.stores.push_targets.of(lobby.ben.id)) == [target]
    assert await lobby.stores.push_targets.remove(lobby.ben.id, target.id)
    assert not await lobby.stores.push_targets.remove(lobby.ben.id, target.id)

    assert await lobby.stores.push_targets.failed(target.id, 'refused') is None
    await lobby.stores.push_targets.succeeded(PushTargetId(999))
    assert list(await lobby.stores.push_targets.of(lobby.ben.id)) == []


async def test_owners_are_active_people_with_a_target_that_is_on(lobby: Lobby) -> None:
    owners = lobby.stores.push_targets.owners
    assert await owners() == frozenset()
    bens = await add_target(lobby)
    await add_target(lobby, 'mailto://a', lobby.ana.id)
    await add_target(lobby, 'mailto://b', lobby.ana.id)
    assert await owners() == {lobby.ana.id, lobby.ben.id}

    await fail(lobby, bens, FAILURES_UNTIL_OFF)
    assert await owners() == {lobby.ana.id}
    await lobby.stores.push_targets.succeeded(bens.id)
    await lobby.stores.users.set_status(lobby.ben.id, UserStatus.BANNED)
    assert await owners() == {lobby.ana.id}


async def test_target_of_nobody_and_one_that_cannot_be_stored_are_refused(lobby: Lobby) -> None:
    with pytest.raises(NotFound):
        await add_target(lobby, user_id=UserId(999))
    with pytest.raises(InvalidInput):
        await add_target(lobby, 'ntfy://\udc80')

    assert list(await lobby.stores.push_targets.of(lobby.ben.id)) == []
