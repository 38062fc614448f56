"""Links that set a new password: once, for four hours, by an admin or by mail."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from livechat.domain.audit import Act
from livechat.domain.audit_log import AuditLog
from livechat.domain.errors import LivechatError, NotAllowed, NotFound, TooManyAttempts
from livechat.domain.model import ServerRole, User, UserId
from livechat.domain.password_errors import PasswordLinkInvalid, PasswordTooShort, SignInFailed
from livechat.domain.password_help import FORGOT_PER_ADDRESS, MAILS_PER_ACCOUNT, WAITING, PasswordHelp
from livechat.domain.reception import Arrival, Reception
from tests.domain.house import all_settled
from tests.domain.people_stand import HOME, PASSWORD, PeopleStand, people_stand

NEW_PASSWORD = 'battery staple'
HOUR_S = 3_600.0


@pytest.fixture
async def stand() -> AsyncIterator[PeopleStand]:
    async with people_stand() as stand:
        yield stand


async def used(stand: PeopleStand, token: str, password: str = NEW_PASSWORD) -> Arrival:
    return await stand.chat.passwords_help.use(token, password, user_agent='x', address=HOME)


async def test_link_sets_the_password_once_ends_all_sign_ins_and_signs_in(stand: PeopleStand) -> None:
    ana = await stand.chat.accounts.register(name='Ana', password=PASSWORD, join=None)
    token, sign_in = await stand.signed_in(ana)
    link, other = [await stand.chat.passwords_help.make_link(stand.owner, ana.id) for _ in range(2)]

    for _ in range(2):
        assert await stand.chat.passwords_help.whose(link) == ana
    arrival = await used(stand, link)

    assert arrival.user.id == ana.id
    assert await stand.chat.accounts.signed_in(arrival.token) is not None
    assert await stand.chat.accounts.signed_in(token) is None
    assert stand.chat.accounts.current(sign_in.id) is None
    for spent in (link, other):
        assert await stand.chat.passwords_help.whose(spent) is None
        with pytest.raises(PasswordLinkInvalid):
            await used(stand, spent)
    with pytest.raises(SignInFailed):
        await stand.chat.accounts.sign_in('Ana', PASSWORD, address=HOME, user_agent='x')
    assert (await stand.chat.accounts.sign_in('Ana', NEW_PASSWORD, address=HOME, user_agent='x'))[0].id == ana.id
    log = await stand.chat.moderation.log(stand.owner)
    assert [(entry.act, entry.subject) for entry in log] == [(Act.LINK, 'Ana')] * 2


async def test_of_many_who_use_one_link_at_once_one_sets_the_password(stand: PeopleStand) -> None:
    ana = await stand.person('Ana')
    link = await stand.chat.passwords_help.make_link(None, ana.id)

    results = await all_settled([used(stand, link, f'{NEW_PASSWORD} {number}') for number in range(5)])

    assert sorted(type(result).__name__ for result in results) == ['Arrival', *['PasswordLinkInvalid'] * 4]


async def test_link_ends_after_four_hours_and_a_bad_password_leaves_it_valid(stand: PeopleStand) -> None:
    ana = await stand.person('Ana')
    link = await stand.chat.passwords_help.make_link(stand.owner, ana.id)

    with pytest.raises(PasswordTooShort):
        await used(stand, link, 'short')
    stand.time.advance(4 * HOUR_S - 1)
    assert await stand.chat.passwords_help.whose(link) is not None
    stand.time.advance(1)

    assert await stand.chat.passwords_help.whose(link) is None
    with pytest.raises(PasswordLinkInvalid):
        await used(stand, link)


@pytest.mark.parametrize('token', ['', 'x' * 43, '\ud800', 'x' * 100_000])
async def test_forged_link_is_nobodys(stand: PeopleStand, token: str) -> None:
    assert await stand.chat.passwords_help.whose(token) is None
    with pytest.raises(PasswordLinkInvalid):
        await used(stand, token)


async def test_link_of_somebody_who_was_banned_meanwhile_opens_nothing(stand: PeopleStand) -> None:
    ana = await stand.person('Ana')
    link = await stand.chat.passwords_help.make_link(stand.owner, ana.id)
    await stand.chat.moderation.ban(stand.owner, ana.id)

    with pytest.raises(PasswordLinkInvalid):
        await used(stand, link)


async def test_only_the_hash_of_a_link_is_stored(stand: PeopleStand) -> None:
    link = await stand.chat.passwords_help.make_link(stand.owner, (await stand.person('Ana')).id)

    assert [len(token_hash) for token_hash in stand.stores.memory.password_links] == [32]
    assert link.encode() not in stand.stores.memory.password_links


async def test_link_is_made_by_admins_for_accounts_up_to_their_own_rank(stand: PeopleStand) -> None:
    ana, admin = await stand.person('Ana'), await stand.person('Adam', ServerRole.ADMIN)
    guest, away = (await stand.guest('Gina')).user, await stand.person('Ben')
    await stand.chat.moderation.deactivate(stand.owner, away.id)
    refusals: list[tuple[User, UserId, type[LivechatError]]] = [
        (ana, admin.id, NotAllowed),
        (admin, stand.owner.id, NotAllowed),
        (admin, guest.id, NotFound),
        (admin, away.id, NotFound),
        (admin, UserId(999), NotFound),
    ]

    for user, who, error in refusals:
        with pytest.raises(error):
            await stand.chat.passwords_help.make_link(user, who)
    assert await stand.chat.passwords_help.make_link(admin, ana.id)


# By mail


@dataclass
class Desk:
    """Password help whose mails are sent when the test says so."""

    stand: PeopleStand
    help: PasswordHelp
    ana: User

    async def mailed(self, login: str, *, address: str = HOME) -> list[str]:
        """Whom it made mails to."""
        before = len(self.stand.mails.sent)
        await self.help.forgot(login, address=address)
        await self.help.send_next()
        return [to for to, _ in self.stand.mails.sent[before:]]


@pytest.fixture
async def desk(stand: PeopleStand) -> AsyncIterator[Desk]:
    ana, chat = await stand.person('Ana', email='Ana@example.org'), stand.chat
    stores, audit = stand.stores, AuditLog(stand.stores.audit, stand.time)
    reception = Reception(stores.users, stores.sign_ins, policy=chat.policy, backplane=chat.backplane, clock=stand.time, limits=chat.limits)
    mails = PasswordHelp(stores.password_links, reception, audit=audit, mailer=stand.mails, public_url='https://chat.example.org')
    yield Desk(stand, mails, ana)
    await reception.close()


@pytest.mark.parametrize('login', ['ana@example.org', ' ANA@EXAMPLE.ORG ', 'Ana', 'ana', '@ana'])
async def test_whoever_forgot_is_mailed_a_link_that_works(desk: Desk, login: str) -> None:
    assert await desk.mailed(login) == ['Ana@example.org']

    _, text = desk.stand.mails.sent[0]
    link = text.split('https://chat.example.org/reset/')[1].split()[0]
    assert (await used(desk.stand, link)).user.id == desk.ana.id


@pytest.mark.parametrize('login', ['', 'nobody', 'nobody@example.org', 'Ben', 'Gina', '\ud800', 'x' * 100_000, '@'])
async def test_nobody_else_is_mailed_anything_and_the_answer_is_the_same(desk: Desk, login: str) -> None:
    await desk.stand.person('Ben')
    await desk.stand.guest('Gina')

    assert await desk.mailed(login) == []
    assert desk.stand.stores.memory.password_links == {}


async def test_who_asks_learns_nothing_from_what_the_store_is_asked_meanwhile(desk: Desk) -> None:
    asked: list[int] = []
    reading = desk.stand.stores.memory.reading

    async def counted() -> None:
        asked.append(1)
        await reading()

    desk.stand.stores.memory.reading = counted  # type: ignore[method-assign]
    for login in ('ana@example.org', 'nobody'):
        await desk.help.forgot(login, address=HOME)

    assert asked == []
    await desk.help.send_next()
    assert asked != []


async def test_strangers_fill_nobodys_mailbox(desk: Desk) -> None:
    mails = [len(await desk.mailed('Ana', address=f'192.0.2.{number}')) for number in range(MAILS_PER_ACCOUNT + 2)]
    desk.stand.time.advance(HOUR_S)

    assert mails == [1] * MAILS_PER_ACCOUNT + [0, 0]
    assert await desk.mailed('Ana') == ['Ana@example.org']


async def test_one_address_asks_only_so_often(desk: Desk) -> None:
    for _ in range(FORGOT_PER_ADDRESS):
        await desk.mailed('nobody')

    with pytest.raises(TooManyAttempts):
        await desk.mailed('Ana')
    assert await desk.mailed('Ana', address='192.0.2.9') == ['Ana@example.org']


async def test_more_requests_than_can_wait_are_dropped(desk: Desk) -> None:
    for number in range(WAITING + 5):
        await desk.help.forgot('nobody', address=f'192.0.2.{number}')

    for _ in range(WAITING):
        await asyncio.wait_for(desk.help.send_next(), 1)
    assert await desk.mailed('Ana') == ['Ana@example.org']


async def test_mail_server_that_is_away_stops_nothing(desk: Desk) -> None:
    desk.stand.mails.broken = True
    assert await desk.mailed('Ana') == []
    desk.stand.mails.broken = False
    desk.stand.stores.memory.full = True
    assert await desk.mailed('Ana') == []
    desk.stand.stores.memory.full = False

    assert await desk.mailed('Ana') == ['Ana@example.org']


async def test_chat_sends_what_is_asked_for_by_itself(desk: Desk) -> None:
    assert desk.stand.chat.passwords_help.can_mail

    await desk.stand.chat.passwords_help.forgot('Ana', address=HOME)
    for _ in range(100):
        await asyncio.sleep(0)

    assert [to for to, _ in desk.stand.mails.sent] == ['Ana@example.org']


async def test_server_without_mail_says_whom_to_ask() -> None:
    async with people_stand(with_mail=False) as stand:
        admin = await stand.person('Adam', ServerRole.ADMIN)

        assert not stand.chat.passwords_help.can_mail
        assert await stand.chat.passwords_help.whom_to_ask() == [stand.owner.person, admin.person]
        with pytest.raises(NotAllowed):
            await stand.chat.passwords_help.forgot('Ana', address=HOME)


async def test_reset_from_the_command_line_gives_no_password_to_whoever_has_no_account(stand: PeopleStand) -> None:
    await stand.guest('Gina')
    ben = await stand.person('Ben')
    await stand.chat.moderation.ban(stand.owner, ben.id)

    for name in ('Gina', 'Ben', 'Nobody'):
        with pytest.raises(NotFound):
            await stand.chat.accounts.reset_password(name)
