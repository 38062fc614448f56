import pytest

from livechat.domain.audit import Act
from livechat.domain.errors import InvalidInput, NotFound
from livechat.domain.model import UserId
from tests.store.newcomers import DAY
from tests.store.people import NOON, Lobby


async def test_audit_pages_from_the_newest_back(lobby: Lobby) -> None:
    audit = lobby.stores.audit
    for number in range(5):
        await audit.add(at=NOON + number * DAY, actor=lobby.ana.id, act=Act.BANNED, subject=f'Ben {number}', detail='')

    newest = await audit.before(None, limit=2)
    older = await audit.before(newest[-1].id, limit=2)
    oldest = await audit.before(older[-1].id, limit=2)

    assert [entry.subject for entry in (*newest, *older, *oldest)] == ['Ben 4', 'Ben 3', 'Ben 2', 'Ben 1', 'Ben 0']
    assert list(await audit.before(oldest[-1].id, limit=2)) == []
    assert (newest[0].at, newest[0].actor, newest[0].act) == (NOON + 4 * DAY, lobby.ana.person, Act.BANNED)


async def test_audit_keeps_every_act_and_who_did_it_as_they_are_called_now(lobby: Lobby) -> None:
    for act in Act:
        await lobby.stores.audit.add(at=NOON, actor=None, act=act, subject='', detail=act.name)
    await lobby.stores.audit.add(at=NOON, actor=lobby.ben.id, act=Act.POLICY, subject='', detail='')
    await lobby.stores.users.update_profile(lobby.ben.id, display_name='Benno', name_key='benno', username='benno', email=None)

    newest, *others = await lobby.stores.audit.before(None, limit=100)

    assert newest.actor is not None
    assert newest.actor.display_name == 'Benno'
    assert [(entry.actor, entry.act, entry.detail) for entry in reversed(others)] == [(None, act, act.name) for act in Act]


async def test_audit_refuses_text_that_cannot_be_stored(lobby: Lobby) -> None:
    with pytest.raises(InvalidInput):
        await lobby.stores.audit.add(at=NOON, actor=None, act=Act.POLICY, subject='\udc80', detail='')

    assert list(await lobby.stores.audit.before(None, limit=1)) == []


async def test_addresses_are_banned_until_the_last_person_banned_with_them_is_let_in(lobby: Lobby) -> None:
    bans = lobby.stores.address_bans
    assert await bans.all() == frozenset()

    await bans.add(['192.0.2.1', '192.0.2.2', '192.0.2.2'], user_id=lobby.ben.id, at=NOON)
    await bans.add(['192.0.2.2', '192.0.2.3'], user_id=lobby.ben.id, at=NOON + DAY)
    await bans.add({'192.0.2.1'}, user_id=lobby.ana.id, at=NOON)
    await bans.add([], user_id=lobby.ana.id, at=NOON)
    assert await bans.all() == {'192.0.2.1', '192.0.2.2', '192.0.2.3'}

    await bans.remove_of(lobby.ben.id)
    assert await bans.all() == {'192.0.2.1'}
    await bans.remove_of(lobby.ana.id)
    await bans.remove_of(lobby.ana.id)
    assert await bans.all() == frozenset()


async def test_addresses_of_nobody_are_not_banned(lobby: Lobby) -> None:
    with pytest.raises(NotFound):
        await lobby.stores.address_bans.add(['192.0.2.1'], user_id=UserId(999), at=NOON)

    assert await lobby.stores.address_bans.all() == frozenset()
