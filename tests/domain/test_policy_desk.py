"""The policy of the server."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.audit import Act
from livechat.domain.errors import LivechatError, NotAllowed
from livechat.domain.policy import Policy, Registration
from tests.domain.people_stand import PASSWORD, PeopleStand, people_stand

PRIVATE = '192.168.1.7'
V6 = '2001:4860:4860::8888'


@pytest.fixture
async def stand() -> AsyncIterator[PeopleStand]:
    async with people_stand() as stand:
        yield stand


async def acts(stand: PeopleStand) -> list[tuple[Act, str, str]]:
    """The oldest first."""
    return [(entry.act, entry.subject, entry.detail) for entry in reversed(await stand.chat.moderation.log(stand.owner))]


async def test_policy_acts_at_once_and_outlives_the_process(stand: PeopleStand) -> None:
    policy = Policy(registration=Registration.CLOSED, guests=False)

    assert await stand.chat.policy.change(stand.owner, policy) == policy

    assert stand.chat.policy.current == policy == await stand.stores.server.policy()
    with pytest.raises(NotAllowed):
        await stand.chat.accounts.register(name='Ana', password=PASSWORD, join=None)
    assert await acts(stand) == [(Act.POLICY, '', 'registration: open → closed, guests: yes → no')]


async def test_policy_is_decided_by_admins_alone_and_a_full_disk_changes_nothing(stand: PeopleStand) -> None:
    with pytest.raises(NotAllowed):
        await stand.chat.policy.change(await stand.person('Ana'), Policy(guests=False))
    stand.stores.memory.full = True
    with pytest.raises(LivechatError):
        await stand.chat.policy.change(stand.owner, Policy(guests=False))

    assert stand.chat.policy.current == Policy()
