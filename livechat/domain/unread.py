"""What each person has not read: followed in memory while a tab of theirs is open, told as it changes, stored in the background.

State is kept by `Reading`, which observes the backplane: within a broadcast, so that no queue can overflow, nothing is late,
and once a `RoomLeft` was broadcast nothing of that room is told to whom it concerns any more. Only three things wait: telling,
asking the store, and saving.
"""

import asyncio
from collections.abc import Awaitable, Callable, Container, Mapping
from collections.abc import Set as AbstractSet

from livechat.domain.access import RoomAccess
from livechat.domain.errors import MessageNotFound, RoomNotFound
from livechat.domain.events import (
    MembershipChanged,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageRestored,
    ResyncRequired,
    RoomDeleted,
    RoomJoined,
    RoomLeft,
    UnreadChanged,
    user_topic,
)
from livechat.domain.model import MessageNumber, RoomId, TabId, Unread, User, UserId
from livechat.domain.read_marks import MessageEvent, RoomMarks
from livechat.domain.reading import Reading
from livechat.domain.room_changes import Surroundings
from livechat.domain.room_ports import ReadStore
from livechat.domain.supervisor import Sleep
from livechat.domain.wishes import WantingEverything

TOLD_AT_ONCE = 100
"""Then others have their turn: who follows all people's events has a queue of `subscription_events`."""


class _Everybody:
    def __contains__(self, user_id: object) -> bool:
        return True


EVERYBODY = _Everybody()


class UnreadCounts:
    """`of` is exact at any time; `UnreadChanged` is broadcast when what is shown has changed.

    Shown is whether there is anything unread, how many mentions, and how much is unread in direct rooms and where the person
    wants everything. So elsewhere no `UnreadChanged` tells of the second unread message: who draws anew asks `of`.

    The tasks of `tell`, `ask` and `save_regularly` belong to the chat. Their death loses nothing; that of the process
    loses what was read since the last save.
    """

    def __init__(
        self,
        around: Surroundings,
        reads: ReadStore,
        wishes: WantingEverything,
        *,
        access: Callable[[User, RoomId], Awaitable[RoomAccess]],
        sleep: Sleep,
    ) -> None:
        self._messages = around.messages
        self._backplane = around.backplane
        self._limits = around.limits
        self._reads = reads
        self._wishes = wishes
        self._directory = around.directory
        self._access = access
        self._sleep = sleep
        self._reading = Reading(self._shows_number)
        self._loads: dict[UserId, asyncio.Lock] = {}
        self._news = asyncio.Event()
        self._work = asyncio.Event()
        self._observe()

    # For the tabs

    async def follow(self, user_id: UserId, tab_id: TabId) -> None:
        """Until `unfollow`, counted per tab. When this returns, `of` knows the person."""
        self._reading.follow(user_id, tab_id)
        await self._load(user_id)

    def unfollow(self, user_id: UserId, tab_id: TabId) -> None:
        """The tab is gone; idempotent."""
        self._reading.unfollow(user_id, tab_id)
        if not self._reading.follows(user_id):
            self._loads.pop(user_id, None)

    def of(self, user_id: UserId) -> Mapping[RoomId, Unread]:
        """Of every room of a person who is followed; empty for others."""
        return self._reading.of(user_id)

    def reads(self, tab_id: TabId, user_id: UserId, room_id: RoomId | None) -> None:
        """This tab has the newest message of that room in view: everything up to it is read, and what follows while that lasts.

        None when it has not, or lost its socket: whoever may see nothing reads nothing.
        """
        self._reading.reads(user_id, tab_id, room_id)
        self._notice()

    def readers(self, room_id: RoomId) -> AbstractSet[UserId]:
        """Who reads the room now. A view, not to be kept."""
        return self._reading.readers(room_id)

    async def mark_read(self, user: User, room_id: RoomId) -> None:
        """:raises RoomNotFound: :raises NotAMember:"""
        if await self._is_followed(user, room_id):
            self._reading.mark_read(room_id, user.id)
            self._notice()
            return
        newest, _ = await self._messages.head(room_id)
        await self._store(room_id, user.id, newest)

    async def mark_unread_from(self, user: User, room_id: RoomId, number: MessageNumber) -> None:
        """That message and what came after it. :raises MessageNotFound: :raises RoomNotFound: :raises NotAMember:"""
        is_followed = await self._is_followed(user, room_id)
        newest = self._reading.newest(room_id) if is_followed else (await self._messages.head(room_id))[0]
        if not 1 <= number <= newest:
            raise MessageNotFound
        if is_followed:
            self._reading.mark_unread_from(room_id, user.id, number)
            await self._ask_all()
            self._notice()
        else:
            await self._store(room_id, user.id, MessageNumber(number - 1))

    async def mark_all_read(self, user: User) -> None:
        """In all their rooms."""
        await self._load(user.id)
        known = self.of(user.id) or {room_id: unread for room_id, (_, unread) in (await self._reads.of(user.id)).items()}
        for unread in known.values():
            if unread.unread:
                await self.mark_read(user, unread.room_id)

    # Tasks

    async def tell(self) -> None:
        """Broadcast what has changed: at once when it was quiet, else once per tick; for ever."""
        while True:
            await self._news.wait()
            self._news.clear()
            for _ in range(0, self._reading.news, TOLD_AT_ONCE):
                for user_id, unread in self._reading.take_news(TOLD_AT_ONCE):
                    self._backplane.broadcast(user_topic(user_id), UnreadChanged(user_id=user_id, unread=unread))
                await asyncio.sleep(0)
            await self._sleep(self._limits.unread_tick_s)
            self._notice()

    async def ask(self) -> None:
        """Ask the store about what cannot be known otherwise, for ever."""
        while True:
            for user_id in self._reading.newcomers:
                await self._load(user_id)
            await self._ask_all()
            self._notice()
            await self._work.wait()
            self._work.clear()

    async def save_regularly(self) -> None:
        while True:
            await self._sleep(self._limits.unread_save_s)
            await self.save()

    async def save(self) -> None:
        """Store how far people have read, in one write. To be called last, too."""
        marks = self._reading.unsaved()
        if marks:
            await self._reads.mark([(room_id, user_id, number) for (room_id, user_id), number in marks.items()])
            self._reading.saved(marks)

    @property
    def is_calm(self) -> bool:
        """Whether there is nothing to tell, and nothing to ask the store."""
        return not (self._reading.news or self._reading.has_work)

    def _observe(self) -> None:
        observe, reading = self._backplane.observe, self._reading
        observe(MessagePosted, self._take)
        observe(MessageEdited, self._take)
        observe(MessageDeleted, self._take)
        observe(MessageRestored, self._take)
        observe(ResyncRequired, self._lost_track)
        observe(RoomJoined, self._joined)
        observe(RoomLeft, lambda event: reading.left(event.room_id, event.user_id))
        observe(RoomDeleted, lambda event: reading.room_deleted(event.room_id))
        observe(MembershipChanged, self._wishes_changed)

    def _take(self, event: MessageEvent) -> None:
        self._reading.take(event)
        self._notice()

    def _lost_track(self, event: ResyncRequired) -> None:
        self._reading.lost_track(event.room_id)
        self._notice()

    def _joined(self, event: RoomJoined) -> None:
        self._reading.joined(event.membership.room_id, event.user_id)
        self._notice()

    def _wishes_changed(self, event: MembershipChanged) -> None:
        self._reading.show(event.membership.room_id, event.user_id)
        self._notice()

    def _notice(self) -> None:
        if self._reading.news:
            self._news.set()
        if self._reading.has_work:
            self._work.set()

    def _shows_number(self, room_id: RoomId) -> Container[UserId]:
        room = self._directory.get(room_id)
        return EVERYBODY if room is not None and room.is_direct else self._wishes.of(room_id)

    async def _is_followed(self, user: User, room_id: RoomId) -> bool:
        """After the person's right to read the room was checked. :raises RoomNotFound: :raises NotAMember:"""
        (await self._access(user, room_id)).must_be_member()
        await self._load(user.id)
        return self._reading.one(room_id, user.id) is not None

    async def _store(self, room_id: RoomId, user_id: UserId, last_read: MessageNumber) -> None:
        """The mark of somebody without a tab; an older one that waits to be saved may not undo it."""
        await self.save()
        await self._reads.mark([(room_id, user_id, last_read)])

    async def _load(self, user_id: UserId) -> None:
        """Of many who want the same person at once one asks, the others wait; whoever is cancelled leaves it to the next."""
        if user_id not in self._reading.unloaded:
            return
        async with self._loads.setdefault(user_id, asyncio.Lock()):
            while user_id in self._reading.unloaded:
                with self._reading.inquiring() as inquiry:
                    found = await self._reads.of(user_id)
                    newest = {}
                    for room_id in self._reading.unknown(found):
                        try:
                            newest[room_id] = await self._messages.head(room_id)
                        except RoomNotFound:
                            inquiry.deleted.add(room_id)
                    self._reading.loaded(user_id, found, newest, inquiry)
        self._notice()

    async def _ask_all(self) -> None:
        while (room := self._reading.take_unsure()) is not None:
            try:
                await (self._catch_up(room) if room.lost else self._count(room))
            except RoomNotFound:
                continue  # its deletion is being told
            except BaseException:
                self._reading.unsure_still(room)
                raise

    async def _catch_up(self, room: RoomMarks) -> None:
        room.lost = False  # it may be lost again meanwhile
        try:
            self._reading.caught_up(room, *await self._messages.head(room.room_id))
        except BaseException:
            room.lost = True
            raise

    async def _count(self, room: RoomMarks) -> None:
        asked = room.take_doubtful()
        if not asked:
            return
        try:
            with self._reading.inquiring() as inquiry:
                seq, counts = await self._reads.count(room.room_id, asked)
                self._reading.counted(room, seq, counts, inquiry)
        except BaseException:
            room.doubt(asked)
            raise
