"""The asyncio shell around one `RoomState`: an inbox, group commit, broadcast.

One room's changes happen one after the other, in the order in which they were handed in. While one batch of writes
commits, the next gathers: the slower the disk, the larger the batches.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from livechat.domain.errors import LivechatError, RoomArchived, RoomNotFound, RoomUnavailable, TooFast
from livechat.domain.events import MessagePosted, ResyncRequired, TypingChanged, presence_topic, room_topic
from livechat.domain.message import Message, MessageKind, RoomSnapshot
from livechat.domain.model import PAGE_SIZE, Member, MessageNumber, Person, RoomId, Seq, UserId
from livechat.domain.room import RoomState, page_bounds
from livechat.domain.room_changes import Change, Surroundings
from livechat.domain.room_command import Command, again, system_line
from livechat.domain.room_writing import RoomWriting
from livechat.domain.typing_indicator import TypingIndicator
from livechat.domain.writes import MessageWrite, Stored

Result = TypeVar('Result')
MAX_BATCH = 250
"""Larger ones commit no faster, and would overrun a reader's queue, who is not asked before they are told."""
NOBODY: Mapping[UserId, Member] = MappingProxyType({})


class RoomActor(RoomWriting):
    """One room that runs. The supervisor owns the task of `run` and calls it again after a crash.

    Invariant: what was acknowledged is in the store, and is told to those inside or followed by `ResyncRequired`.
    Its death loses who is writing, and nothing else: the inbox survives a crash, and what was being stored then is
    handed to the store once more, which knows a post by its client key.
    """

    def __init__(self, room_id: RoomId, around: Surroundings, *, resync: bool = False) -> None:
        super().__init__(room_id, around)
        self.typing = TypingIndicator(around.limits.typing_ttl_s, interval_s=around.limits.typing_interval_s)
        self.used_at = around.clock.monotonic()
        self._resync = resync
        self._inbox: deque[Command] = deque()
        self._in_hand: list[Command] = []
        self._wake = asyncio.Event()
        self._state: RoomState | None = None
        self._loaded: asyncio.Future[RoomState] = asyncio.get_running_loop().create_future()
        self._stopping = False
        self._ended: Callable[[], LivechatError] | None = None

    @property
    def is_busy(self) -> bool:
        return bool(self._inbox or self._in_hand)

    @property
    def has_ended(self) -> bool:
        return self._ended is not None

    @property
    def members(self) -> Mapping[UserId, Member]:
        """Nobody while the room is being loaded."""
        return self._state.members if self._state else NOBODY

    def may_show(self, user_id: UserId) -> bool:
        """Whether they are a member, or one of the newest messages shows them. While the room is being loaded nobody knows."""
        return self._state is None or self._state.shows(user_id)

    @property
    def people_typing(self) -> tuple[Person, ...]:
        members = self.members
        return tuple(members[user_id].person for user_id in self.typing.people if user_id in members)

    async def change(self, change: Change[Result], *, is_last: bool = False) -> Result:
        """Do it in turn, and to the end: a caller who is cancelled gives up waiting, nothing else.

        The last change is the end of the room: who comes later gets RoomNotFound.
        """
        result: Result = await asyncio.shield(self._submit(change, is_last=is_last))
        return result

    async def snapshot(self) -> RoomSnapshot:
        return (await self._ready()).snapshot()

    async def message(self, number: MessageNumber) -> Message | None:
        state = await self._ready()
        known = state.message(number)
        if known is not None or not 1 <= number <= state.last_number:
            return known
        found = await self._around.messages.range(self.room_id, number, number)
        return found[0] if found else None

    async def read_page(self, page: int) -> Sequence[Message]:
        known = (await self._ready()).page(page)
        return known if known is not None else await self._around.messages.range(self.room_id, *page_bounds(page))

    async def read_changes(self, since: Seq) -> tuple[Seq, Sequence[Message]]:
        """Everything that changed after `since`, and the seq up to which that is complete."""
        state = await self._ready()
        seq, known = state.seq, state.changes_since(since)
        return seq, known if known is not None else await self._around.messages.changed_since(self.room_id, since)

    def announce_typing(self) -> None:
        """Tell those inside who is writing, if that is news."""
        if not self.typing.take_change():
            return
        self._around.backplane.broadcast(presence_topic(self.room_id), TypingChanged(room_id=self.room_id, people=self.people_typing))

    async def run(self) -> None:
        """Load the room, then do what comes in, until told to stop. Whatever it raises but `RoomNotFound` is a crash."""
        self._state = state = await self._load()
        if not self._loaded.done():
            self._loaded.set_result(state)
        if self._resync:
            self._resync = False
            self._around.backplane.broadcast(room_topic(self.room_id), ResyncRequired(room_id=self.room_id))
        while self._ended is None:
            if self._inbox:
                await self._work_off(state)
            elif self._stopping:
                return
            else:
                self._wake.clear()
                await self._wake.wait()

    def crashed(self) -> None:
        """Get ready to run again: the state is void; what was in hand is done again, alone, or given up after a second crash."""
        self._state, self._resync = None, True
        if self._loaded.done():
            self._loaded = asyncio.get_running_loop().create_future()
        again = [command for command in self._in_hand if not command.outcome.done()]
        self._in_hand = []
        for command in again:
            command.crashes += 1
            if command.crashes > 1:
                command.settle(RoomUnavailable())
        self._inbox.extendleft(command for command in reversed(again) if not command.outcome.done())

    def stop(self) -> None:
        """Take nothing more in; `run` returns when everything queued is done."""
        self._stopping = True
        self._wake.set()

    def end(self, reason: Callable[[], LivechatError]) -> None:
        """The room runs no more: whoever waits is told why. Idempotent."""
        if self._ended is None:
            self._ended = reason
        self._state = None
        waiting, self._in_hand = [*self._in_hand, *self._inbox], []
        self._inbox.clear()
        for command in waiting:
            command.settle(reason())
        if not self._loaded.done():
            self._loaded.set_exception(reason())
            self._loaded.exception()  # nobody may be waiting
        self._wake.set()

    async def _write(self, write: MessageWrite) -> Stored:
        stored: Stored = await asyncio.shield(self._submit(write))
        return stored

    def _submit(self, work: MessageWrite | Change[Any], *, is_last: bool = False) -> asyncio.Future[Any]:
        if self._ended is not None:
            raise self._ended()
        if self._stopping:
            raise RoomUnavailable
        if isinstance(work, MessageWrite) and len(self._inbox) >= self._around.limits.room_inbox:
            raise TooFast(retry_after_s=1.0)
        command = Command(work, asyncio.get_running_loop().create_future(), is_last)
        self._inbox.append(command)
        self.used_at = self._around.clock.monotonic()
        self._wake.set()
        return command.outcome

    async def _ready(self) -> RoomState:
        self.used_at = self._around.clock.monotonic()
        if self._ended is not None:
            raise self._ended()
        return self._state if self._state is not None else await asyncio.shield(self._loaded)

    async def _load(self) -> RoomState:
        room = await self._around.rooms.by_id(self.room_id)
        if room is None:
            raise RoomNotFound
        _, seq = await self._around.messages.head(self.room_id)
        newest = await self._around.messages.newest(self.room_id, PAGE_SIZE)
        members = await self._around.rooms.members(self.room_id)
        return RoomState(room=room, seq=seq, newest=newest, members=members)

    async def _work_off(self, state: RoomState) -> None:
        """The next commands, as many as go together: writes form one batch; a change, or what a crash left, goes alone."""
        self._in_hand = [self._inbox.popleft()]
        if self._in_hand[0].joins_batch:
            while self._inbox and len(self._in_hand) < MAX_BATCH and self._inbox[0].joins_batch:
                self._in_hand.append(self._inbox.popleft())
        first = self._in_hand[0]
        if isinstance(first.work, MessageWrite):
            await self._commit(state)
        else:
            await self._change(state, first, first.work)
        self._in_hand = []

    async def _commit(self, state: RoomState) -> None:
        if state.room.is_archived:
            self._refuse_additions()
        commands = self._in_hand
        if not commands:
            return
        try:
            results = await self._around.messages.commit([command.work for command in commands if isinstance(command.work, MessageWrite)])
        except LivechatError as refusal:
            for command in commands:
                command.settle(again(refusal))
            return
        for command, result in zip(commands, results, strict=True):
            command.settle(result)
        for result in results:
            if isinstance(result, Stored):
                self._announce(state, result)

    def _refuse_additions(self) -> None:
        """The room was archived while they waited."""
        for command in self._in_hand:
            if command.adds:
                command.settle(RoomArchived())
        self._in_hand = [command for command in self._in_hand if not command.adds]

    async def _change(self, state: RoomState, command: Command, change: Change[Any]) -> None:
        try:
            command.settle(await change(state, self._around))
        except LivechatError as refusal:
            command.settle(refusal)
        else:
            if command.is_last:
                self.end(RoomNotFound)
                return
        self._write_lines(state)

    def _write_lines(self, state: RoomState) -> None:
        """What was said about a change is posted next, before what waits already; nobody waits for it."""
        for author_id, sentence in reversed(state.take_lines()):
            self._inbox.appendleft(system_line(self.room_id, author_id, sentence, at=self._around.clock.now()))

    def _announce(self, state: RoomState, stored: Stored) -> None:
        event = state.apply(stored)
        if event is None:
            return
        self._around.backplane.broadcast(room_topic(self.room_id), event)
        if not isinstance(event, MessagePosted):
            return
        if state.room.is_direct:
            self._around.directory.posted(self.room_id, event.message.created_at)
        if event.message.kind is MessageKind.TEXT:
            self.typing.stopped(event.message.author.id)
            self.announce_typing()
