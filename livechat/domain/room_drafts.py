"""What people have not sent yet. Each right is checked each time, here."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from weakref import WeakValueDictionary

from livechat.domain.events import DraftChanged, user_topic
from livechat.domain.model import Draft, MessageNumber, RoomId, User, UserId
from livechat.domain.names import clean_draft
from livechat.domain.ports import DraftStore
from livechat.domain.room_desk import RoomDesk
from livechat.domain.room_inside import RoomInside


class RoomDrafts(RoomInside):
    def __init__(self, desk: RoomDesk, drafts: DraftStore) -> None:
        RoomInside.__init__(self, desk)
        self._drafts = drafts
        self._keeping: WeakValueDictionary[UserId, asyncio.Lock] = WeakValueDictionary()

    async def draft(self, user: User, room_id: RoomId) -> Draft:
        """What the person had not sent yet; `Draft()` when nothing. :raises NotAMember:"""
        await self._must_read(user, room_id)
        return await self._drafts.get(user.id, room_id)

    async def keep_draft(self, user: User, room_id: RoomId, draft: Draft) -> None:
        """Kept to the end, also when the caller is cancelled. :raises NotAMember:"""
        await self._must_read(user, room_id)
        clean = await self._clean(room_id, draft)
        await self._desk.supervisor.see_through(self._keep(user.id, room_id, clean), f'keeps a draft of {user.id}')

    async def rooms_with_drafts(self, user: User) -> Collection[RoomId]:
        """Where they have something not sent, of the rooms they are a member of."""
        return (await self._around.memberships.of(user.id)).keys() & set(await self._drafts.rooms(user.id))

    async def _keep(self, user_id: UserId, room_id: RoomId, draft: Draft) -> None:
        """One after the other: two tabs write at once, and what is told last has to be true."""
        async with self._keeping.setdefault(user_id, asyncio.Lock()):
            before = await self._drafts.get(user_id, room_id)
            await self._drafts.put(user_id, room_id, draft)
            if before.is_empty is not draft.is_empty:
                told = DraftChanged(user_id=user_id, room_id=room_id, has_draft=not draft.is_empty)
                self._around.backplane.broadcast(user_topic(user_id), told)

    async def _clean(self, room_id: RoomId, draft: Draft) -> Draft:
        numbers = [number for number in (draft.reply_to, draft.editing) if number is not None]
        last = (await self.snapshot(room_id)).last_number if numbers else MessageNumber(0)
        editing = _within(draft.editing, last)
        return replace(
            draft,
            body=clean_draft(draft.body),
            reply_to=_within(draft.reply_to, last),
            editing=editing,
            edit_body='' if editing is None else clean_draft(draft.edit_body),
        )


def _within(number: MessageNumber | None, last: MessageNumber) -> MessageNumber | None:
    """None for what was never the number of a message in that room."""
    return number if number is not None and 1 <= number <= last else None
