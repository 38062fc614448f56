"""Rooms and memberships in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from livechat.domain.errors import NotAMember
from livechat.domain.face import Face
from livechat.domain.model import (
    Involvement,
    Member,
    Membership,
    Room,
    RoomId,
    RoomKind,
    RoomRole,
    RoomSummary,
    UserId,
)
from tests.memory import Memory, MemoryRoom
from tests.memory_invitations import existing_active
from tests.memory_pictures import exchange_picture


class MemoryRooms:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def add(
        self,
        *,
        name: str,
        name_key: str | None,
        slug: str,
        description: str,
        creator: UserId,
        at: datetime,
        kind: RoomKind = RoomKind.OPEN,
        announcements: bool = False,
    ) -> Room:
        await self._memory.writing(name, slug, description)
        existing_active(self._memory, creator)
        room = Room(
            id=RoomId(0),
            name=name,
            slug=slug,
            description=description,
            created_by=creator,
            created_at=at,
            kind=kind,
            announcements=announcements,
        )
        return self._memory.add_room(room, name_key)

    async def add_direct(
        self, people: Collection[UserId], *, key: str, slug: str, creator: UserId, at: datetime
    ) -> tuple[RoomSummary, bool]:
        await self._memory.writing(key, slug)
        existing_active(self._memory, creator)
        for stored in self._memory.rooms.values():
            if stored.direct_key == key:
                return self._summary(stored), False
        room = Room(id=RoomId(0), name='', slug=slug, description='', created_by=creator, created_at=at, kind=RoomKind.DIRECT)
        made = self._memory.add_direct_room(room, key, people)
        return self._summary(self._memory.room(made.id)), True

    async def by_id(self, room_id: RoomId) -> Room | None:
        await self._memory.reading()
        stored = self._memory.rooms.get(room_id)
        return stored.room if stored else None

    async def by_slug(self, slug: str) -> Room | None:
        await self._memory.reading()
        for stored in self._memory.rooms.values():
            if stored.room.slug == slug:
                return stored.room
        return self._memory.rooms[self._memory.old_slugs[slug]].room if slug in self._memory.old_slugs else None

    async def rename(self, room_id: RoomId, *, name: str, name_key: str | None, slug: str) -> Room:
        await self._memory.writing(name, slug)
        return self._move(room_id, name_key, slug, name=name)

    async def describe(self, room_id: RoomId, description: str) -> Room:
        await self._memory.writing(description)
        return self._change(room_id, description=description)

    async def set_picture(self, room_id: RoomId, face: Face | None) -> Room:
        await self._memory.writing()
        room = self._memory.room(room_id).room
        return self._change(room_id, picture=exchange_picture(self._memory, room.picture, face))

    async def convert(self, room_id: RoomId, *, kind: RoomKind, name_key: str | None, slug: str) -> Room:
        await self._memory.writing(slug)
        return self._move(room_id, name_key, slug, kind=kind)

    async def set_rules(self, room_id: RoomId, *, announcements: bool, slow_mode_s: int) -> Room:
        await self._memory.writing()
        return self._change(room_id, announcements=announcements, slow_mode_s=slow_mode_s)

    async def set_archived(self, room_id: RoomId, at: datetime | None) -> Room:
        await self._memory.writing()
        return self._change(room_id, archived_at=at)

    async def delete(self, room_id: RoomId) -> None:
        await self._memory.writing()
        exchange_picture(self._memory, self._memory.room(room_id).room.picture, None)
        del self._memory.rooms[room_id]
        self._memory.old_slugs = {slug: led_to for slug, led_to in self._memory.old_slugs.items() if led_to != room_id}
        self._memory.drafts = {place: body for place, body in self._memory.drafts.items() if place[1] != room_id}
        for user_id, account in self._memory.accounts.items():
            if account.user.last_room_id == room_id:
                self._memory.accounts[user_id] = replace(account, user=replace(account.user, last_room_id=None))

    async def all(self) -> Sequence[RoomSummary]:
        await self._memory.reading()
        rooms = sorted(self._memory.rooms.values(), key=lambda stored: (stored.room.name.casefold(), stored.room.id))
        return [self._summary(stored) for stored in rooms]

    async def members(self, room_id: RoomId) -> Sequence[Member]:
        await self._memory.reading()
        stored = self._memory.rooms.get(room_id)
        return self._members(stored) if stored else []

    async def member(self, room_id: RoomId, user_id: UserId) -> Member | None:
        return next((member for member in await self.members(room_id) if member.person.id == user_id), None)

    async def memberships_of(self, user_id: UserId) -> Sequence[Membership]:
        await self._memory.reading()
        memberships = [stored.members[user_id] for stored in self._memory.rooms.values() if user_id in stored.members]
        return sorted(memberships, key=lambda membership: (membership.joined_at, membership.room_id))

    async def join(self, room_id: RoomId, user_id: UserId, *, role: RoomRole, at: datetime) -> Member:
        await self._memory.writing()
        existing_active(self._memory, user_id)
        return self._memory.member(self._memory.join(room_id, user_id, role=role, at=at))

    async def leave(self, room_id: RoomId, user_id: UserId) -> bool:
        await self._memory.writing()
        stored = self._memory.rooms.get(room_id)
        return stored is not None and stored.members.pop(user_id, None) is not None

    async def set_role(self, room_id: RoomId, user_id: UserId, role: RoomRole) -> Member:
        await self._memory.writing()
        return self._memory.member(self._change_membership(room_id, user_id, role=role))

    async def set_time_out(self, room_id: RoomId, user_id: UserId, until: datetime | None) -> Member:
        await self._memory.writing()
        return self._memory.member(self._change_membership(room_id, user_id, timed_out_until=until))

    async def set_wishes(self, room_id: RoomId, user_id: UserId, *, involvement: Involvement, favourite: bool) -> Membership:
        await self._memory.writing()
        return self._change_membership(room_id, user_id, involvement=involvement, favourite=favourite)

    async def wanting_everything(self) -> Sequence[tuple[RoomId, UserId]]:
        await self._memory.reading()
        memberships = [membership for stored in self._memory.rooms.values() for membership in stored.members.values()]
        return [(each.room_id, each.user_id) for each in memberships if each.involvement is Involvement.EVERYTHING]

    def _change(self, room_id: RoomId, **values: Any) -> Room:
        stored = self._memory.room(room_id)
        stored.room = replace(stored.room, **values)
        return stored.room

    def _move(self, room_id: RoomId, name_key: str | None, slug: str, **values: Any) -> Room:
        stored = self._memory.room(room_id)
        self._memory.refuse_taken_room(name_key, but=room_id)
        old_slug = stored.room.slug
        stored.name_key = self._memory.room_key(room_id, name_key)
        room = self._change(room_id, slug=self._memory.free_slug(slug, but=room_id), **values)
        self._memory.old_slugs[old_slug] = room_id
        self._memory.old_slugs.pop(room.slug, None)
        return room

    def _change_membership(self, room_id: RoomId, user_id: UserId, **values: Any) -> Membership:
        members = self._memory.rooms[room_id].members if room_id in self._memory.rooms else {}
        if user_id not in members:
            raise NotAMember
        members[user_id] = replace(members[user_id], **values)
        return members[user_id]

    def _members(self, stored: MemoryRoom) -> Sequence[Member]:
        seen = [each for each in stored.members.values() if stored.room.is_direct or self._memory.is_active(each.user_id)]
        return [self._memory.member(each) for each in sorted(seen, key=lambda each: (each.joined_at, each.user_id))]

    def _summary(self, stored: MemoryRoom) -> RoomSummary:
        members = self._members(stored)
        if not stored.room.is_direct:
            return RoomSummary(room=stored.room, member_count=len(members))
        people = sorted((member.person for member in members), key=lambda person: (person.display_name.casefold(), person.id))
        times = [message.created_at for message in stored.messages.values() if not message.deleted]
        return RoomSummary(room=stored.room, member_count=len(members), people=tuple(people), latest_at=times[-1] if times else None)
