from dataclasses import replace

import pytest

from livechat.domain.errors import NameTaken, NotFound, UsernameTaken
from livechat.domain.model import Draft, InvitationId, RoomId, UserId, UserKind, UserStatus
from livechat.domain.password_errors import SignInFailed
from tests.store.newcomers import DAY, add_direct_room, add_private_room, guest_key_hash, invite, new_guest, rooms_of
from tests.store.people import NOON, Lobby, commit_one, new_user, post


async def test_guest_comes_in_by_an_invitation_to_its_room_alone(lobby: Lobby) -> None:
    private = await add_private_room(lobby.stores, lobby.ana, 'Den')
    made = await invite(lobby.stores, lobby.ana, private)

    gus = await lobby.stores.users.add(new_guest('Gus'), invitation=made.id, join=lobby.room.id)

    assert (gus.kind, gus.status, gus.invitation_id, gus.is_guest) == (UserKind.GUEST, UserStatus.ACTIVE, made.id, True)
    assert await lobby.stores.users.by_id(gus.id) == gus
    assert await lobby.stores.users.by_login(name_key='gus', username='') == (gus, None)
    assert await rooms_of(lobby.stores, gus) == {private.id}


async def test_newcomer_by_an_invitation_to_the_server_lands_in_the_room_given(lobby: Lobby) -> None:
    made = await invite(lobby.stores, lobby.ana, None)

    carl = await lobby.stores.users.add(new_user('Carl'), invitation=made.id, join=lobby.room.id)
    dora = await lobby.stores.users.add(new_user('Dora'), invitation=made.id, join=RoomId(999))

    assert (carl.kind, carl.invitation_id) == (UserKind.ACCOUNT, made.id)
    assert (await rooms_of(lobby.stores, carl), await rooms_of(lobby.stores, dora)) == ({lobby.room.id}, set())


async def test_refused_name_uses_no_invitation_up(lobby: Lobby) -> None:
    made = await invite(lobby.stores, lobby.ana, lobby.room, max_uses=1)

    with pytest.raises(NameTaken):
        await lobby.stores.users.add(new_guest('Ben'), invitation=made.id)
    with pytest.raises(NameTaken):
        await lobby.stores.users.add(new_guest('Ben'), invitation=InvitationId(999))

    unused = await lobby.stores.invitations.by_id(made.id)
    assert unused is not None
    assert unused.uses == 0


async def test_guest_joins_with_everything_read(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana))

    gus = await lobby.stores.users.add(new_guest('Gus'), join=lobby.room.id)

    _, unread = (await lobby.stores.reads.of(gus.id))[lobby.room.id]
    assert (unread.last_read, unread.unread) == (message.number, 0)


async def test_guest_is_found_by_the_key_of_their_browser_until_they_are_gone(lobby: Lobby) -> None:
    users = lobby.stores.users
    gus, bad = await users.add(new_guest('Gus')), await users.add(new_guest('Bad'))
    assert await users.by_guest_key(guest_key_hash('Bad')) == bad

    banned = await users.set_status(bad.id, UserStatus.BANNED)

    assert await users.by_guest_key(guest_key_hash('Gus')) == gus
    assert await users.by_guest_key(guest_key_hash('Bad')) == banned
    await users.end_guests([bad.id])
    assert await users.by_guest_key(guest_key_hash('Bad')) is None
    assert await users.by_guest_key(b'another') is None


async def test_guest_becomes_an_account_in_place(lobby: Lobby) -> None:
    users = lobby.stores.users
    gus = await users.add(new_guest('Gus'), join=lobby.room.id)
    message = await commit_one(lobby.stores, post(lobby.room, gus))

    kept = await users.make_account(gus.id, password_hash='hash of Gus', email='gus@example.org')

    assert (kept.id, kept.kind, kept.username, kept.display_name) == (gus.id, UserKind.ACCOUNT, 'gus', 'Gus')
    assert kept.email == 'gus@example.org'
    assert await users.by_login(name_key='gus', username='') == (kept, 'hash of Gus')
    assert await users.by_guest_key(guest_key_hash('Gus')) is None
    assert await rooms_of(lobby.stores, gus) == {lobby.room.id}
    assert (await lobby.stores.messages.newest(lobby.room.id, 1))[0].author == kept.person
    assert message.author.id == kept.id


async def test_browser_of_a_guest_who_became_an_account_can_have_another_guest(lobby: Lobby) -> None:
    users = lobby.stores.users
    gus = await users.add(new_guest('Gus'))
    await users.make_account(gus.id, password_hash='hash', email=None)

    other = await users.add(replace(new_guest('Other'), guest_key_hash=guest_key_hash('Gus')))

    assert await users.by_guest_key(guest_key_hash('Gus')) == other


async def test_only_an_active_guest_becomes_an_account(lobby: Lobby) -> None:
    users = lobby.stores.users
    banned, gone = await users.add(new_guest('Bad')), await users.add(new_guest('Gone'))
    await users.set_status(banned.id, UserStatus.BANNED)
    await users.end_guests([gone.id])

    for user_id in (banned.id, gone.id, lobby.ben.id, UserId(999)):
        with pytest.raises(NotFound):
            await users.make_account(user_id, password_hash='stolen', email=None)

    assert await users.password_hash(lobby.ben.id) == 'hash of Ben'
    assert await users.password_hash(banned.id) is None


async def test_ended_guest_leaves_messages_and_nothing_else(lobby: Lobby) -> None:
    stores = lobby.stores
    gus = await stores.users.add(new_guest('Gus'), join=lobby.room.id)
    await add_direct_room(stores, [gus, lobby.ana])
    await commit_one(stores, post(lobby.room, gus, 'I was here'))
    await stores.sign_ins.add(gus.id, b'token', user_agent='', at=NOON)
    await stores.drafts.put(gus.id, lobby.room.id, Draft(body='Unsaid'))
    await stores.push_targets.add(gus.id, 'ntfy://host/gus', at=NOON)

    assert list(await stores.users.end_guests([gus.id])) == [gus]

    gone = await stores.users.by_id(gus.id)
    assert gone is not None
    assert (gone.status, gone.display_name, gone.email, gone.bio) == (UserStatus.GONE, 'Gus', None, '')
    assert await stores.sign_ins.by_token_hash(b'token') is None
    assert list(await stores.sign_ins.of(gus.id)) == []
    assert await rooms_of(stores, gus) == set()
    assert await stores.drafts.get(gus.id, lobby.room.id) == Draft()
    assert await stores.push_targets.of(gus.id) == []
    assert await stores.users.by_guest_key(guest_key_hash('Gus')) is None
    (message,) = await stores.messages.newest(lobby.room.id, 1)
    assert (message.body, message.author.display_name) == ('I was here', 'Gus')


async def test_name_of_an_ended_guest_is_free_again_and_signs_nobody_in(lobby: Lobby) -> None:
    users = lobby.stores.users
    first = await users.add(new_guest('Gus'))
    await users.end_guests([first.id])
    gone = await users.by_id(first.id)
    assert gone is not None

    assert await users.by_login(name_key='gus', username='gus') is None
    assert await users.by_login(name_key='', username=gone.username) is None
    assert await users.taken_usernames('') == {'ana', 'ben'}
    second = await users.add(new_guest('Gus'))
    await users.end_guests([second.id])
    assert (await users.add(new_guest('Gus'))).username == 'gus'


async def test_only_guests_end_and_only_once(lobby: Lobby) -> None:
    users = lobby.stores.users
    gus, bad = await users.add(new_guest('Gus')), await users.add(new_guest('Bad'))
    banned = await users.set_status(bad.id, UserStatus.BANNED)
    many = [UserId(number) for number in range(1_000, 41_000)]  # more than SQLite takes as parameters

    ended = await users.end_guests({gus.id, bad.id, lobby.ben.id, *many})
    assert sorted(ended, key=lambda user: user.id) == [gus, banned]
    assert list(await users.end_guests([gus.id, bad.id])) == []
    assert list(await users.end_guests([])) == []

    assert await users.by_id(lobby.ben.id) == lobby.ben
    assert await rooms_of(lobby.stores, lobby.ben) == {lobby.room.id}


async def test_nothing_about_a_guest_who_is_gone_changes(lobby: Lobby) -> None:
    users = lobby.stores.users
    gus = await users.add(new_guest('Gus'))
    await users.end_guests([gus.id])
    gone = await users.by_id(gus.id)
    assert gone is not None

    with pytest.raises(NotFound):
        await users.update_profile(gus.id, display_name='Gus', name_key='gus', username='gus', email=None)
    with pytest.raises(NotFound):
        await users.set_status(gus.id, UserStatus.ACTIVE)
    with pytest.raises(NotFound):
        await users.deactivate(gus.id)
    with pytest.raises(NotFound):
        await lobby.stores.push_targets.add(gus.id, 'ntfy://host/gus', at=NOON)
    with pytest.raises(SignInFailed):
        await lobby.stores.sign_ins.add(gus.id, b'token', user_agent='', at=NOON)
    await users.set_last_room(gus.id, lobby.room.id)  # what a tab of theirs may still say

    assert await users.by_id(gus.id) == gone


async def test_guest_gets_no_password_but_by_becoming_an_account(lobby: Lobby) -> None:
    gus = await lobby.stores.users.add(new_guest('Gus'))

    assert not await lobby.stores.users.set_password_hash(gus.id, 'hash')
    assert await lobby.stores.users.password_hash(gus.id) is None
    await lobby.stores.users.make_account(gus.id, password_hash='hash', email=None)
    assert await lobby.stores.users.set_password_hash(gus.id, 'another', instead_of='hash')


async def test_guest_is_unseen_without_a_sign_in_seen_since(lobby: Lobby) -> None:
    users, sign_ins = lobby.stores.users, lobby.stores.sign_ins
    never, seen, two, ended = [await users.add(new_guest(name)) for name in ('Never', 'Seen', 'Two', 'Ended')]
    fresh = await users.add(new_guest('Fresh', at=NOON + 2 * DAY))
    await users.end_guests([ended.id])
    await sign_ins.add(seen.id, b'1', user_agent='', at=NOON + 2 * DAY)
    await sign_ins.add(two.id, b'2', user_agent='', at=NOON)
    other = await sign_ins.add(two.id, b'3', user_agent='', at=NOON)
    await sign_ins.touch(other.id, at=NOON + DAY)

    assert list(await users.guests_unseen_since(NOON + 2 * DAY)) == [never.id, two.id]
    assert list(await users.guests_unseen_since(NOON + DAY)) == [never.id]
    assert list(await users.guests_unseen_since(NOON)) == []
    assert fresh.id in await users.guests_unseen_since(NOON + 3 * DAY)


async def test_guest_whose_sign_in_has_ended_was_seen_until_then(lobby: Lobby) -> None:
    users, sign_ins = lobby.stores.users, lobby.stores.sign_ins
    out, elsewhere, expired = [await users.add(new_guest(name)) for name in ('Out', 'Elsewhere', 'Expired')]
    late = {guest.id: await sign_ins.add(guest.id, b'late %d' % guest.id, user_agent='', at=NOON + 2 * DAY) for guest in (out, elsewhere)}
    early = {guest.id: await sign_ins.add(guest.id, b'early %d' % guest.id, user_agent='', at=NOON + DAY) for guest in (out, expired)}

    await sign_ins.end(late[out.id].id)
    await sign_ins.end(early[out.id].id)
    await sign_ins.end_others(elsewhere.id, keep=None)
    assert await sign_ins.end_unused_since(NOON + 2 * DAY) == 1

    assert list(await users.guests_unseen_since(NOON + DAY)) == []
    assert list(await users.guests_unseen_since(NOON + 2 * DAY)) == [expired.id]
    assert list(await users.guests_unseen_since(NOON + 3 * DAY)) == [out.id, elsewhere.id, expired.id]


async def test_guests_keep_names_unique_with_accounts(lobby: Lobby) -> None:
    await lobby.stores.users.add(new_guest('Gus'))

    with pytest.raises(NameTaken):
        await lobby.stores.users.add(new_user('GUS', username='other'))
    with pytest.raises(UsernameTaken):
        await lobby.stores.users.add(new_user('Other', username='gus'))
