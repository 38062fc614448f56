"""Everything that runs, put together: what an interface is given, and the one place that starts and stops it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from livechat.domain.access import Grounds
from livechat.domain.accounts import Accounts
from livechat.domain.attention import Attention
from livechat.domain.audit_log import AuditLog
from livechat.domain.backplane import LocalBackplane
from livechat.domain.directs import Directs
from livechat.domain.events import USERS_TOPIC, UserChanged
from livechat.domain.face import FaceMaker
from livechat.domain.faces import Faces
from livechat.domain.file import FileInspector
from livechat.domain.file_ports import FileStore
from livechat.domain.files import Files
from livechat.domain.guests import Guests
from livechat.domain.invitations import Invitations
from livechat.domain.limits import Limits
from livechat.domain.link_cards import LinkCards
from livechat.domain.memberships import Memberships
from livechat.domain.moderation import Moderation
from livechat.domain.own_commands import slash_commands
from livechat.domain.password_help import PasswordHelp
from livechat.domain.people_parts import people_parts
from livechat.domain.policy_desk import PolicyDesk
from livechat.domain.ports import Backplane, Clock, ServerStore, Stores
from livechat.domain.presence import Presence
from livechat.domain.presence_tick import PresenceTick
from livechat.domain.preview import Previewer
from livechat.domain.push import Mailer, PushSender
from livechat.domain.push_desk import PushDesk
from livechat.domain.rate_limit import TokenBuckets
from livechat.domain.reception import Reception
from livechat.domain.room_changes import Surroundings
from livechat.domain.room_days import RoomDays
from livechat.domain.room_desk import RoomDesk
from livechat.domain.room_directory import RoomDirectory
from livechat.domain.room_members import RoomMembers
from livechat.domain.room_settings import RoomSettings
from livechat.domain.rooms import Rooms
from livechat.domain.search import Search
from livechat.domain.server_desk import ServerDesk
from livechat.domain.slash_commands import SlashCommands
from livechat.domain.supervisor import Sleep, Supervisor
from livechat.domain.unread import UnreadCounts


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A running server without its interfaces."""

    accounts: Accounts
    policy: PolicyDesk
    guests: Guests
    invitations: Invitations
    moderation: Moderation
    passwords_help: PasswordHelp
    rooms: Rooms
    members: RoomMembers
    commands: SlashCommands
    room_settings: RoomSettings
    presence: Presence
    backplane: Backplane
    supervisor: Supervisor
    server: ServerStore
    server_desk: ServerDesk
    faces: Faces
    clock: Clock
    limits: Limits
    trusts_names: bool
    unread: UnreadCounts
    push: PushDesk
    cards: LinkCards
    search: Search
    days: RoomDays
    files: Files | None
    """None where there is no place for them."""


@asynccontextmanager
async def running_chat(  # noqa: PLR0913, PLR0915 - everything that differs from server to server, one part after the other
    stores: Stores,
    *,
    clock: Clock,
    limits: Limits,
    set_up_token: str | None,
    sleep: Sleep = asyncio.sleep,
    secret: bytes = b'',
    trusts_names: bool = False,
    push_sender: PushSender | None = None,
    mailer: Mailer | None = None,
    previewer: Previewer | None = None,
    face_maker: FaceMaker | None = None,
    previews_for_guests: bool = False,
    public_url: str = '',
    file_store: FileStore | None = None,
    inspector: FileInspector | None = None,
    accepted_files: Collection[str] = (),
) -> AsyncIterator[Chat]:
    """Start everything over open stores; on exit what is queued is stored and no task is left.

    `secret` is the server's own; codes of invitations follow from it. `trusts_names` lets people in by name alone. `public_url`
    begins the links that leave the house. Without a previewer links get no cards, and those of guests only when it is said so; without a
    face maker nobody gets a picture, without a store and an inspector there are no files; `accepted_files` are patterns of media
    types, empty for all.
    """
    backplane = LocalBackplane(limits.subscription_events)
    audit = AuditLog(stores.audit, clock)
    around = Surroundings(
        rooms=stores.rooms,
        messages=stores.messages,
        directory=RoomDirectory(),
        memberships=Memberships(stores.rooms),
        backplane=backplane,
        audit=audit,
        clock=clock,
        limits=limits,
    )
    supervisor = Supervisor(around, sleep=sleep)
    presence, policy = Presence(limits.presence_grace_s), PolicyDesk(stores.server, audit)
    grounds = Grounds(directory=around.directory, memberships=around.memberships, policy=lambda: policy.current, trusts_names=trusts_names)
    desk = RoomDesk(around, grounds, supervisor, stores.users)
    directs = Directs(desk, stores.users)
    rooms = Rooms(desk, drafts=stores.drafts, users=stores.users, directs=directs, presence=presence)
    members = RoomMembers(desk, stores.users, directs)
    cards = LinkCards(around, supervisor.room, previewer, for_guests=previews_for_guests)
    files = None
    if file_store is not None and inspector is not None:
        files = Files(desk, stores.files, file_store, inspector, sleep=sleep, accepted=accepted_files)
    reception = Reception(stores.users, stores.sign_ins, policy=policy, backplane=backplane, clock=clock, limits=limits, sleep=sleep)
    faces = Faces(desk, reception, stores.pictures, face_maker)
    accounts = Accounts(reception, set_up_token=set_up_token)
    people = people_parts(
        stores,
        reception,
        rooms,
        grounds=grounds,
        presence=presence,
        supervisor=supervisor,
        audit=audit,
        sleep=sleep,
        secret=secret,
        mailer=mailer,
        public_url=public_url,
    )
    attention = Attention(around, stores, presence, access=rooms.access, sender=push_sender, public_url=public_url, sleep=sleep)
    try:
        await policy.load()
        await rooms.load()
        await people.start(supervisor)
        await attention.start(supervisor)
        if files is not None:
            await files.start()
        lasting: Mapping[str, Callable[[], Coroutine[Any, Any, None]]] = {
            'presence tick': PresenceTick(presence, supervisor.registry, backplane=backplane, clock=clock, limits=limits, sleep=sleep).run,
            'idle rooms': supervisor.sweep,
            'deletions': lambda: rooms.forget_deletions(sleep),
            'changes of people': lambda: _follow_people(backplane, rooms),
            'ended sign-ins': accounts.watch_sign_ins,
            **cards.lasting,
            **(files.lasting if files is not None else {}),
        }
        for name, run in lasting.items():
            supervisor.look_after(name, run)
        yield Chat(
            accounts=accounts,
            policy=policy,
            guests=people.guests,
            invitations=people.invitations,
            moderation=people.moderation,
            passwords_help=people.passwords_help,
            rooms=rooms,
            members=members,
            commands=slash_commands(rooms, members, stores.users),
            room_settings=RoomSettings(desk),
            presence=presence,
            backplane=backplane,
            supervisor=supervisor,
            server=stores.server,
            server_desk=ServerDesk(stores.server, faces, desk, reception, audit),
            faces=faces,
            clock=clock,
            limits=limits,
            trusts_names=trusts_names,
            unread=attention.unread,
            push=attention.push,
            cards=cards,
            search=Search(
                rooms,
                stores.search,
                now=clock.now,
                monotonic=clock.monotonic,
                sleep=sleep,
                buckets=TokenBuckets(limits.search_burst, limits.search_refill_per_s),
            ),
            days=RoomDays(desk, stores.search),
            files=files,
        )
    finally:
        await supervisor.close()
        await attention.stop()
        await reception.close()


async def _follow_people(backplane: Backplane, rooms: Rooms) -> None:
    """Bring changed names, pictures and roles from the accounts into the running rooms."""
    subscription = backplane.subscribe(USERS_TOPIC, kinds=(UserChanged,))
    try:
        async for event in subscription:
            if isinstance(event, UserChanged):
                await rooms.person_changed(event.user.person)
    finally:
        subscription.close()
