"""What happens to the members of a room: who comes, goes, and what they may do. The rules are those of `room_changes.py`."""

import logging
from dataclasses import replace
from datetime import datetime

from livechat.domain.access import must_not_outrank
from livechat.domain.audit import Act
from livechat.domain.errors import LivechatError, NotAllowed, NotAMember, NotFound
from livechat.domain.events import MembershipChanged, RoomJoined, RoomLeft, user_topic
from livechat.domain.model import (
    Involvement,
    Member,
    Membership,
    MessageNumber,
    Person,
    RoomRole,
    ServerRole,
    User,
    UserId,
    UserKind,
)
from livechat.domain.notices import Notified, Occasion
from livechat.domain.room import RoomState
from livechat.domain.room_changes import Change, Surroundings, count_members, tell_members, tell_room

logger = logging.getLogger(__name__)


def joining(person: Person, *, says: str, stored_before: bool = False) -> Change[Member]:
    """`stored_before`: together with their account, or by an invitation, so that the state may know them already."""

    async def join(state: RoomState, around: Surroundings) -> Member:
        member, is_news = await _take_in(state, around, person)
        if says and (is_news or stored_before):
            state.say(person.id, says)
        return member

    return join


def adding(by: User, person: Person) -> Change[Member]:
    async def add(state: RoomState, around: Surroundings) -> Member:
        member, is_news = await _take_in(state, around, person)
        if is_news:
            state.say(by.id, f'added {person.display_name}')
            room, occasion = state.room, Occasion.ADDED
            notified = Notified(
                user_id=person.id, occasion=occasion, room=room, title=room.name, by=by.person, text='', number=MessageNumber(0)
            )
            around.backplane.broadcast(user_topic(person.id), notified)
        return member

    return add


def recognising(user_id: UserId) -> Change[None]:
    """Look up whether that person counts as a member: another process, or a change of their account, may have decided it."""

    async def recognise(state: RoomState, around: Surroundings) -> None:
        found = await around.rooms.member(state.room.id, user_id)
        if found is not None:
            tell_room(state, around, state.join(found))
            count_members(state, around)
        else:
            await _let_go(state, around, user_id)

    return recognise


def leaving(person: Person) -> Change[None]:
    async def leave(state: RoomState, around: Surroundings) -> None:
        await around.rooms.leave(state.room.id, person.id)
        _end_membership(state, around, person.id)
        if person.id in state.members:
            state.say(person.id, 'left')
        await _let_go(state, around, person.id)

    return leave


def removing(by: User, who: UserId) -> Change[None]:
    """Idempotent. Their streams end with the announcement."""

    async def remove(state: RoomState, around: Surroundings) -> None:
        member = state.members.get(who)
        if member is not None:
            must_not_outrank(by, member.person)
        await around.rooms.leave(state.room.id, who)
        _end_membership(state, around, who)
        if member is not None:
            state.say(by.id, f'removed {member.person.display_name}')
        await _let_go(state, around, who)
        if member is not None:
            await around.audit.write(by, Act.REMOVED, member.person.display_name, state.room.name)

    return remove


def appointing(by: User, who: UserId, role: RoomRole) -> Change[Member]:
    async def appoint(state: RoomState, around: Surroundings) -> Member:
        before = _target(state, who)
        if who != by.id:
            must_not_outrank(by, before.person)
        if role is RoomRole.ADMIN and before.person.is_guest:
            raise NotAllowed('A guest cannot be an admin. They can keep their name first.')
        if role is RoomRole.MEMBER and _admins(state) == [who]:
            raise NotAllowed('A room needs an admin. Appoint another one first.')
        member = await around.rooms.set_role(state.room.id, who, role)
        await _take_over_member(state, around, member)
        if before.role is not role:
            if role is RoomRole.ADMIN:
                state.say(by.id, f'made {member.person.display_name} an admin of this room')
            now = 'an admin' if role is RoomRole.ADMIN else 'no admin any more'
            await around.audit.write(by, Act.ROOM_ROLE, member.person.display_name, f'{state.room.name}: {now}')
        return member

    return appoint


def timing_out(by: User, who: UserId, until: datetime | None) -> Change[Member]:
    async def time_out(state: RoomState, around: Surroundings) -> Member:
        before = _target(state, who)
        must_not_outrank(by, before.person)
        if until is not None and (before.role is RoomRole.ADMIN or before.person.role is not ServerRole.MEMBER):
            raise NotAllowed('An admin of this room cannot be made to pause.')
        member = await around.rooms.set_time_out(state.room.id, who, until)
        await _take_over_member(state, around, member)
        detail = f'{state.room.name}: until {until:%Y-%m-%d %H:%M} UTC' if until else f'{state.room.name}: over'
        await around.audit.write(by, Act.TIMED_OUT, member.person.display_name, detail)
        return member

    return time_out


def wishing(user_id: UserId, *, involvement: Involvement | None = None, favourite: bool | None = None) -> Change[Membership]:
    """None: as before."""

    async def wish(state: RoomState, around: Surroundings) -> Membership:
        known = (await around.memberships.of(user_id)).get(state.room.id)
        if known is None:
            raise NotAMember
        membership = await around.rooms.set_wishes(
            state.room.id,
            user_id,
            involvement=known.involvement if involvement is None else involvement,
            favourite=known.favourite if favourite is None else favourite,
        )
        _tell_membership(around, membership)
        return membership

    return wish


async def _take_in(state: RoomState, around: Surroundings, person: Person) -> tuple[Member, bool]:
    """Store the membership and announce it; and whether the state learned something."""
    now = around.clock.now()
    member = await around.rooms.join(state.room.id, person.id, role=RoomRole.MEMBER, at=now)
    if member.timed_out_until is None and (until := around.pauses.of(state.room.id, person.id, now=now)) is not None:
        member = await around.rooms.set_time_out(state.room.id, person.id, until)
    membership = await _stored_membership(state, around, member)
    event = state.join(member)
    tell_room(state, around, event)
    around.backplane.broadcast(user_topic(person.id), RoomJoined(user_id=person.id, membership=membership))
    count_members(state, around)
    return member, event is not None


async def _stored_membership(state: RoomState, around: Surroundings, member: Member) -> Membership:
    """Read again: one that was there before has wishes of its own. It stands for itself should it have ended meanwhile."""
    user_id = member.person.id
    around.memberships.forget(user_id)
    stored = (await around.memberships.of(user_id)).get(state.room.id)
    return stored or Membership(room_id=state.room.id, user_id=user_id, role=member.role, joined_at=member.joined_at)


def _end_membership(state: RoomState, around: Surroundings, user_id: UserId) -> None:
    """First of all, the right and the stream."""
    member = state.members.get(user_id)
    if member is not None:
        around.pauses.left(state.room.id, user_id, member.timed_out_until, now=around.clock.now())
    around.memberships.remove(user_id, state.room.id)
    around.backplane.broadcast(user_topic(user_id), RoomLeft(user_id=user_id, room_id=state.room.id))


async def _let_go(state: RoomState, around: Surroundings, user_id: UserId) -> None:
    """They are no member any more; their room goes on, with another admin if it has none now."""
    was_inside = user_id in state.members
    tell_room(state, around, state.leave(user_id))
    count_members(state, around)
    if state.room.is_direct:
        around.directory.drop_person(state.room.id, user_id)
        if was_inside:
            tell_members(state, around, old_slug=state.room.slug)
    elif not state.has_admin:
        await _hand_over(state, around)


async def _hand_over(state: RoomState, around: Surroundings) -> None:
    """To whoever has an account and has been here longest. If that cannot be stored, it is tried when the next one leaves."""
    accounts = [member for member in state.members.values() if member.person.kind is UserKind.ACCOUNT]
    heir = min(accounts, key=lambda member: (member.joined_at, member.person.id), default=None)
    if heir is None:
        return
    try:
        member = await around.rooms.set_role(state.room.id, heir.person.id, RoomRole.ADMIN)
    except LivechatError as trouble:
        logger.warning('Room %d is without an admin: %s', state.room.id, trouble)
        return
    await _take_over_member(state, around, member)
    state.say(member.person.id, 'is an admin of this room now, as the last one is gone')


async def _take_over_member(state: RoomState, around: Surroundings, member: Member) -> None:
    """Announce a stored change of role or time-out."""
    tell_room(state, around, state.change_member(member))
    known = (await around.memberships.of(member.person.id)).get(state.room.id)
    if known is not None:
        _tell_membership(around, replace(known, role=member.role, timed_out_until=member.timed_out_until))


def _tell_membership(around: Surroundings, membership: Membership) -> None:
    around.memberships.put(membership)
    changed = MembershipChanged(user_id=membership.user_id, membership=membership)
    around.backplane.broadcast(user_topic(membership.user_id), changed)


def _target(state: RoomState, who: UserId) -> Member:
    member = state.members.get(who)
    if member is None:
        raise NotFound('That person is not in this room any more.')
    return member


def _admins(state: RoomState) -> list[UserId]:
    return [user_id for user_id, member in state.members.items() if member.role is RoomRole.ADMIN]
