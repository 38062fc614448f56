"""The parts that let people in, help them and show them out, put together."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from livechat.domain.access import Grounds
from livechat.domain.address_bans import AddressBans
from livechat.domain.audit_log import AuditLog
from livechat.domain.departures import Departures
from livechat.domain.guests import Guests
from livechat.domain.guests_by_name import GuestsByName
from livechat.domain.invitation_codes import InvitationCodes
from livechat.domain.invitations import Invitations
from livechat.domain.moderation import Moderation
from livechat.domain.password_help import PasswordHelp
from livechat.domain.people_rooms import PeopleRooms
from livechat.domain.ports import Stores
from livechat.domain.presence import Presence
from livechat.domain.push import Mailer
from livechat.domain.reception import Reception
from livechat.domain.supervisor import Supervisor


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleParts:
    guests: Guests
    invitations: Invitations
    moderation: Moderation
    passwords_help: PasswordHelp
    address_bans: AddressBans

    async def start(self, supervisor: Supervisor) -> None:
        """Load what is asked without a query, and begin what goes on by itself."""
        await self.address_bans.load()
        supervisor.look_after('guests who stay away', self.guests.watch_unseen)
        if self.passwords_help.can_mail:
            supervisor.look_after('mails of password links', self.passwords_help.run)


def people_parts(  # noqa: PLR0913 - what it stands on, and what differs from server to server
    stores: Stores,
    reception: Reception,
    rooms: PeopleRooms,
    *,
    grounds: Grounds,
    presence: Presence,
    supervisor: Supervisor,
    audit: AuditLog,
    sleep: Callable[[float], Awaitable[object]],
    secret: bytes,
    mailer: Mailer | None,
    public_url: str,
) -> PeopleParts:
    departures = Departures(reception, rooms)
    address_bans = AddressBans(stores.address_bans)
    invitations = Invitations(
        stores.invitations,
        reception,
        rooms=rooms,
        grounds=grounds,
        departures=departures,
        supervisor=supervisor,
        audit=audit,
        codes=InvitationCodes(secret),
        mailer=mailer,
        public_url=public_url,
    )
    by_name = GuestsByName(reception, rooms=rooms, directory=grounds.directory, presence=presence, trusts_names=grounds.trusts_names)
    return PeopleParts(
        guests=Guests(
            reception,
            invitations,
            by_name,
            directory=grounds.directory,
            departures=departures,
            presence=presence,
            supervisor=supervisor,
            sleep=sleep,
        ),
        invitations=invitations,
        moderation=Moderation(
            reception,
            room_store=stores.rooms,
            rooms=rooms,
            departures=departures,
            address_bans=address_bans,
            supervisor=supervisor,
            audit=audit,
        ),
        passwords_help=PasswordHelp(stores.password_links, reception, audit=audit, mailer=mailer, public_url=public_url),
        address_bans=address_bans,
    )
