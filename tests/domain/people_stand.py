"""A whole chat over stores in memory, for what happens to people on it. Time stands still until it is moved."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from livechat.domain.chat import Chat, running_chat
from livechat.domain.errors import InvitationUnusable, MailFailed
from livechat.domain.events import Event, user_topic
from livechat.domain.invitation import Invitation, InvitedAs
from livechat.domain.limits import Limits
from livechat.domain.model import Room, RoomKind, ServerRole, SignIn, User, UserId
from livechat.domain.names import name_key, username_from
from livechat.domain.people_ports import NewUser
from livechat.domain.policy import Policy
from livechat.domain.reception import Arrival
from tests.domain.house import Time, queued
from tests.faces import FakeFaceMaker
from tests.fakes import MemoryStores

HOME = '93.184.216.34'
ELSEWHERE = '8.8.8.8'
SECRET = b'the secret of this server'
PASSWORD = 'correct horse'


@dataclass
class Mails:
    """Takes every letter, or none."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    broken: bool = False

    async def send(self, *, to: str, subject: str, text: str) -> None:
        if self.broken:
            raise MailFailed('The mail server is away.')
        self.sent.append((to, f'{subject}\n{text}'))


@dataclass
class PeopleStand:
    chat: Chat
    stores: MemoryStores
    time: Time
    mails: Mails
    owner: User
    lobby: Room

    async def person(self, name: str, role: ServerRole = ServerRole.MEMBER, *, email: str | None = None) -> User:
        """An account that is a member of the lobby."""
        new = NewUser(
            display_name=name,
            name_key=name_key(name),
            username=username_from(name),
            email=email,
            role=role,
            password_hash='',
            created_at=self.time.now(),
        )
        user = await self.stores.users.add(new, join=self.lobby.id)
        await self.chat.rooms.welcome(user)
        return user

    async def signed_in(self, user: User, address: str = HOME) -> tuple[str, SignIn]:
        """As after the first request."""
        token, sign_in = await self.chat.accounts.start_sign_in(user.id, user_agent='Test browser', address=address)
        assert await self.chat.accounts.signed_in(token) is not None
        return token, sign_in

    async def stored(self, user: User) -> User:
        found = await self.stores.users.by_id(user.id)
        assert found is not None
        return found

    async def policy(self, **values: Any) -> None:
        await self.chat.policy.change(self.owner, Policy(**values))

    async def guest(self, name: str, code: str | None = None, *, address: str = HOME, guest_key: str | None = None) -> Arrival:
        """By the owner's link for the lobby, unless there is another."""
        if code is None:
            code = self.chat.invitations.code(await self.chat.invitations.standing(self.owner, self.lobby.id))
        return await self.chat.guests.join(code, name=name, address=address, user_agent='Test browser', guest_key=guest_key)

    async def by_name(self, name: str, *, address: str = HOME, slug: str | None = None) -> Arrival:
        return await self.chat.guests.join_by_name(name=name, address=address, user_agent='Test browser', guest_key=None, slug=slug)

    async def members(self, room: Room) -> set[UserId]:
        return set((await self.chat.rooms.snapshot(room.id)).members)

    @asynccontextmanager
    async def heard(self, user: User, events: list[Event]) -> AsyncIterator[None]:
        """Fills `events` with what was told to that person's tabs meanwhile."""
        subscription = self.chat.backplane.subscribe(user_topic(user.id))
        try:
            yield
            events.extend(await queued(subscription))  # type: ignore[arg-type]
        finally:
            subscription.close()


@asynccontextmanager
async def people_stand(
    *, trusts_names: bool = False, with_mail: bool = True, stores: MemoryStores | None = None, limits: Limits | None = None
) -> AsyncIterator[PeopleStand]:
    time, stores, mails = Time(), stores or MemoryStores(), Mails()
    async with running_chat(
        stores,
        clock=time,
        limits=limits or Limits(message_burst=100_000, change_burst=10_000),
        set_up_token='token',
        sleep=time.sleep,
        secret=SECRET,
        face_maker=FakeFaceMaker(),
        trusts_names=trusts_names,
        mailer=mails if with_mail else None,
        public_url='https://chat.example.org' if with_mail else '',
    ) as chat:
        owner, lobby = await stores.users.create_first_owner(
            NewUser(
                display_name='Olga',
                name_key=name_key('Olga'),
                username='olga',
                email=None,
                role=ServerRole.OWNER,
                password_hash='',
                created_at=time.now(),
            ),
            server_name='Harbour house',
            room_name='Lobby',
            room_slug='lobby',
            room_description='',
        )
        await chat.rooms.welcome(owner)
        assert lobby.kind is RoomKind.OPEN
        yield PeopleStand(chat=chat, stores=stores, time=time, mails=mails, owner=owner, lobby=lobby)


async def made(
    stand: PeopleStand,
    by: User,
    room: Room | None,
    *,
    invited_as: InvitedAs = InvitedAs.GUEST,
    lasts: timedelta | None = None,
    max_uses: int | None = None,
) -> Invitation:
    """An invitation with these terms."""
    return await stand.chat.invitations.make(by, room_id=room.id if room else None, invited_as=invited_as, lasts=lasts, max_uses=max_uses)


async def why_not(stand: PeopleStand, code: str) -> str:
    """Why an invitation lets nobody in; empty when it does."""
    try:
        await stand.chat.invitations.look(code)
    except InvitationUnusable as unusable:
        return unusable.why
    return ''
