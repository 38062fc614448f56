"""Help for whoever forgot their password: a link that sets a new one, once, made by an admin or sent by mail."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from livechat.domain.access import must_be_server_admin, must_not_outrank
from livechat.domain.account_names import login_username
from livechat.domain.audit import Act
from livechat.domain.audit_log import AuditLog
from livechat.domain.errors import LivechatError, MailFailed, NotAllowed, NotFound, TooManyAttempts
from livechat.domain.model import Person, User, UserId, UserStatus
from livechat.domain.names import MAX_EMAIL_CHARS, name_key
from livechat.domain.password_errors import PasswordLinkInvalid
from livechat.domain.people_ports import PasswordLinkStore
from livechat.domain.push import Mailer
from livechat.domain.reception import Arrival, Reception
from livechat.domain.sign_in_limits import SlidingWindow
from livechat.domain.sign_ins import new_token, sha256

logger = logging.getLogger(__name__)

LINK_LASTS = timedelta(hours=4)
FORGOT_WINDOW_S = 3_600.0
FORGOT_PER_ADDRESS = 20
MAILS_PER_ACCOUNT = 3
"""Within the window; whoever asks more often is told the same and gets nothing: a stranger fills nobody's mailbox."""
WAITING = 100
"""Requests that wait for the mail server; more are dropped, and logged."""
MAX_ACCOUNTS_PER_EMAIL = 5


class PasswordHelp:
    """One per process. `run` sends the mails; its death loses what waits, and whoever waits for it asks again."""

    def __init__(self, store: PasswordLinkStore, reception: Reception, *, audit: AuditLog, mailer: Mailer | None, public_url: str) -> None:
        self._store = store
        self._reception = reception
        self._audit = audit
        self._mailer = mailer
        self._public_url = public_url
        self._asked: asyncio.Queue[str] = asyncio.Queue(WAITING)
        self._per_address = SlidingWindow(FORGOT_PER_ADDRESS, FORGOT_WINDOW_S)
        self._per_account = SlidingWindow(MAILS_PER_ACCOUNT, FORGOT_WINDOW_S)

    @property
    def can_mail(self) -> bool:
        """A link in a mail begins with the server's address, which a request may only claim."""
        return self._mailer is not None and bool(self._public_url)

    async def whom_to_ask(self) -> Sequence[Person]:
        """Owners, then admins."""
        return await self._reception.users.admins()

    async def make_link(self, user: User | None, who: UserId) -> str:
        """The token of a link to `/reset/{token}`; without a user, for the command line. :raises NotAllowed: :raises NotFound:"""
        other = await self._reception.users.by_id(who)
        if user is not None:
            actor = await self._reception.as_now(user)
            must_be_server_admin(actor)
            if other is not None:
                must_not_outrank(actor, other.person)
        if other is None or other.is_guest or other.status is not UserStatus.ACTIVE:
            raise NotFound('There is no such account to sign in to.')
        token = await self._new_link(other, user)
        await self._audit.write(user, Act.LINK, other.display_name)
        return token

    async def make_link_for(self, name: str) -> tuple[User, str]:
        """For the command line: whose name or user name that is, and the token of a link for them. :raises NotFound:"""
        found = await self._reception.users.by_login(name_key=name_key(name), username=login_username(name))
        if found is None:
            raise NotFound(f'There is nobody called “{name}”.')
        return found[0], await self.make_link(None, found[0].id)

    async def whose(self, token: str) -> User | None:
        """While the link can be used; looking changes nothing."""
        return await self._store.user_of(sha256(token), at=self._reception.clock.now())

    async def use(self, token: str, password: str, *, user_agent: str, address: str) -> Arrival:
        """Set the password, end all sign-ins and all links of that person, and sign them in.

        :raises PasswordLinkInvalid: :raises PasswordTooShort: :raises PasswordTooLong: :raises TooManyAttempts: :raises TooBusy:
        """
        reception = self._reception
        reception.passwords.check_new(password)
        reception.count_try(address)
        if await self.whose(token) is None:
            raise PasswordLinkInvalid
        password_hash = await reception.passwords.hash(password)
        user = await self._store.redeem(sha256(token), password_hash, at=reception.clock.now())
        if user is None:  # used by somebody else meanwhile
            raise PasswordLinkInvalid
        await reception.sign_ins.end_others(user.id, keep=None)
        sign_in, _ = await reception.sign_ins.start(user.id, user_agent=user_agent, address=address, password_hash=password_hash)
        return Arrival(user=user, token=sign_in, room=None)

    async def forgot(self, login: str, *, address: str) -> None:
        """Mail a link to whoever has that e-mail address, or that name and an e-mail address. Says and takes the same for nobody.

        :raises NotAllowed: on a server that sends no mail. :raises TooManyAttempts:
        """
        if not self.can_mail:
            raise NotAllowed('This server sends no mail. Ask an admin for a link.')
        now = self._reception.clock.monotonic()
        if wait_s := self._per_address.wait_s(address, now):
            raise TooManyAttempts(retry_after_s=wait_s)
        self._per_address.take(address, now)
        try:
            self._asked.put_nowait(login[:MAX_EMAIL_CHARS])
        except asyncio.QueueFull:
            logger.warning('Too many passwords are asked for at once: one gets no mail')

    async def run(self) -> None:
        """Send what is asked for, for ever."""
        while True:
            await self.send_next()

    async def send_next(self) -> None:
        """Wait for the next request, and do it."""
        login = await self._asked.get()
        try:
            for user in await self._who_forgot(login.strip()):
                await self._mail_link(user)
        except MailFailed as failure:
            logger.warning('A link for a new password was not mailed: %s', failure)
        except LivechatError as refusal:
            logger.warning('A link for a new password was not made: %s', refusal)

    async def _who_forgot(self, login: str) -> Sequence[User]:
        if '@' in login.lstrip('@'):
            return (await self._reception.users.by_email(login))[:MAX_ACCOUNTS_PER_EMAIL]
        found = await self._reception.users.by_login(name_key=name_key(login), username=login_username(login))
        return [found[0]] if found else []

    async def _mail_link(self, user: User) -> None:
        now = self._reception.clock.monotonic()
        is_due = not user.is_guest and user.status is UserStatus.ACTIVE and user.email and not self._per_account.wait_s(user.id, now)
        if not is_due or self._mailer is None or user.email is None:
            return
        self._per_account.take(user.id, now)
        link = f'{self._public_url}/reset/{await self._new_link(user, None)}'
        await self._mailer.send(
            to=user.email,
            subject='A new password',
            text=f'Somebody asked for a new password for {user.display_name}. Set it here, within 4 hours:\n\n{link}\n\n'
            'If it was not you, there is nothing to do: the old one still works.\n',
        )

    async def _new_link(self, user: User, by: User | None) -> str:
        token = new_token()
        expires_at = self._reception.clock.now() + LINK_LASTS
        await self._store.add(sha256(token), user.id, created_by=by.id if by else None, expires_at=expires_at)
        return token
