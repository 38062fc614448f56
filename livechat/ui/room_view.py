"""One running room as the browsers of this process see it: events in, HTML once, one frame to all its tabs.

A room view holds one subscription of the room's events and one of its presence. It never waits for a reader: a frame is
written or the reader is cut and catches up when it returns. Its two tasks are its own; when they die, browsers stay at
what they show until the view is closed and opened again, which loads the room's state from the domain.
"""

import asyncio
import logging
from collections.abc import Sequence

from livechat.domain.chat import Chat
from livechat.domain.errors import RoomUnavailable
from livechat.domain.events import (
    Event,
    MemberChanged,
    MemberJoined,
    MemberLeft,
    MessageChange,
    PersonChanged,
    PresenceChanged,
    ResyncRequired,
    RoomChanged,
    RoomClosed,
    RoomDeleted,
    TypingChanged,
    presence_topic,
    room_topic,
)
from livechat.domain.message import Message, RoomSnapshot
from livechat.domain.model import Person, Room, RoomId, Seq
from livechat.domain.ports import Subscription
from livechat.ui.audience import page_of
from livechat.ui.message_body import prepare
from livechat.ui.people_view import PeopleView
from livechat.ui.reader import Reader, send_all
from livechat.ui.room_frames import LogFrames
from livechat.ui.room_groups import Groups
from livechat.ui.room_news import RoomNews
from livechat.ui.room_pages import RoomPages
from livechat.ui.room_panel import RoomPanel
from livechat.ui.seq_marks import SURELY_DELIVERED_S, SeqMarks
from livechat.ui.shell import Elements, notice
from livechat.ui.stream import Frame, encode

logger = logging.getLogger(__name__)


class RoomView:
    """Invariant: `pages`, the panel's people and `seq` are the room's state up to the last event taken from the subscription."""

    def __init__(self, chat: Chat, snapshot: RoomSnapshot, pages: RoomPages, subscriptions: Sequence[Subscription]) -> None:
        self._chat = chat
        self.room = snapshot.room
        self.seq = snapshot.seq
        self.pages = pages
        self.closed = False
        self._groups = Groups()
        pages.keep_pages_of(self._groups.pages_on_screen)
        self._log = LogFrames(pages, chat.clock.monotonic)
        self._news = RoomNews(pages, self._log, chat.clock.monotonic)
        self._panel = RoomPanel(snapshot.room, self._people_of(snapshot), chat.rooms.typing_now(snapshot.room.id))
        self._flush_planned = False
        self._is_stale = False
        self._marks = SeqMarks(chat.clock.monotonic(), snapshot.seq)
        self._subscriptions = subscriptions
        self._tasks = [
            asyncio.get_running_loop().create_task(self._consume(subscription), name=f'room view {self.room.id} {kind}')
            for kind, subscription in zip(('room', 'presence'), subscriptions, strict=True)
        ]

    @classmethod
    async def open(cls, chat: Chat, room_id: RoomId) -> 'RoomView':
        """Subscribe first, then load: what happens in between is applied on top. :raises RoomNotFound: :raises RoomUnavailable:"""
        subscriptions = [chat.backplane.subscribe(room_topic(room_id)), chat.backplane.subscribe(presence_topic(room_id))]
        try:
            snapshot = await chat.rooms.snapshot(room_id)
            await prepare(snapshot.newest)
            pages = RoomPages(chat.rooms, room_id, snapshot.newest, snapshot.last_number)
            await pages.load(pages.live_index - 1)
        except BaseException:
            for subscription in subscriptions:
                subscription.close()
            raise
        return cls(chat, snapshot, pages, subscriptions)

    def _people_of(self, snapshot: RoomSnapshot) -> PeopleView:
        presence, room_id = self._chat.presence, snapshot.room.id
        here = [user_id for user_id in snapshot.members if presence.is_here(user_id, room_id)]
        return PeopleView(snapshot.room, snapshot.members, online=presence.online, here=here, now=self._chat.clock.now)

    async def close(self) -> None:
        self.closed = True
        for subscription in self._subscriptions:
            subscription.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def is_empty(self) -> bool:
        return not self._groups

    # Readers

    def enter(self, reader: Reader) -> None:
        """Show the newest messages and the people to a tab, and keep it up to date from now on."""
        self._flush()
        group = self._groups.add(reader, self.room)
        reader.known_seq = None
        frame = Frame(self._log.newest(group.html) + self._panel.frame(reader.audience) + self._panel.typing_frame(reader.user_id))
        if not reader.send(frame):  # away: all of it is sent when the tab is back
            self.lose(reader)
        self._log.place_at_newest(reader)
        if reader.socket is not None:
            group.followers.add(reader)

    def leave(self, reader: Reader) -> Elements:
        """Stop serving a tab; returns what makes its browser forget this room."""
        left = self._groups.remove(reader)
        if left is None:
            return {}
        group, was_last = left
        if was_last:
            self._panel.forget(group.html.audience)
            self._log.forget(group.html)
        return {**self._log.drop(reader, group.html), **self._panel.drop(reader)}

    def lose(self, reader: Reader) -> None:
        """The tab's connection is gone; it may be back. Nothing is rendered for it until then."""
        reader.socket = None
        if reader.known_seq is None:
            reader.lost_at = self._chat.clock.monotonic()
            reader.known_seq = self._marks.surely_delivered(reader.lost_at)
        if reader.group is not None:
            reader.group.followers.discard(reader)

    async def catch_up(self, reader: Reader) -> None:
        """The tab is back: send the state of whatever changed since it surely got something."""
        if reader.known_seq is None:  # its new socket came before the old one was found dead
            reader.lost_at = self._chat.clock.monotonic()
            reader.known_seq = self._marks.surely_delivered(reader.lost_at)
        known = min(reader.known_seq, self.seq)
        changed = (await self._chat.rooms.read_changes(self.room.id, known))[1] if known < self.seq else ()
        if reader.group is None or reader.socket is None:
            return
        self._flush()
        if reader.moved_at > reader.lost_at - SURELY_DELIVERED_S:
            await self._log.show_whole_window(reader)
        first = min((page_of(message.number) for message in changed), default=None)
        await self._log.refresh(reader, first)
        if reader.group is None or reader.socket is None:
            return
        reader.known_seq = None
        if reader.following:
            reader.group.followers.add(reader)
        reader.send(Frame(self._panel.frame(reader.audience) + self._panel.typing_frame(reader.user_id)))

    async def older(self, reader: Reader) -> None:
        await self._log.older(reader)

    async def newer(self, reader: Reader) -> None:
        """The bottom came into view: follow if it is the newest page, else load the next one."""
        if reader.high < self.pages.live_index and reader.live is None:
            await self._log.newer(reader)
        else:
            await self.follow(reader)

    def pause(self, reader: Reader) -> None:
        """The bottom is out of view: count what comes, leave the page still."""
        if reader.group is not None and reader.following:
            reader.following = False
            reader.group.followers.discard(reader)
            self._log.show_jump(reader)

    async def follow(self, reader: Reader) -> None:
        """Catch up with the newest message and follow again."""
        if reader.group is None or reader.following:
            return
        self._flush()
        await self._log.resume(reader)
        if reader.group is not None and reader.socket is not None:
            reader.group.followers.add(reader)

    async def around(self, reader: Reader, number: int) -> bool:
        """Show the page of a message; False when there is no such message."""
        if reader.group is None or not 1 <= number <= self.pages.last_number:
            return False
        page = page_of(number)
        if page in reader.pages and (page != reader.live or number <= reader.seen):
            return True
        reader.group.followers.discard(reader)
        await self._log.around(reader, number)
        return True

    def watch_bottom(self, reader: Reader, *, watched: bool) -> None:
        """What the browser knows of the bottom's place is forgotten when it is not watched for a while."""
        self._log.watch_bottom(reader, watched=watched)

    def filter_people(self, reader: Reader, words: str) -> None:
        """A tab that was shown out may still ask, and learns nothing."""
        if reader.group is not None:
            self._panel.filter(reader, words)

    # Events

    async def _consume(self, subscription: Subscription) -> None:
        async for event in subscription:
            try:
                if self._is_stale or isinstance(event, ResyncRequired):
                    await self._resync()
                else:
                    if isinstance(event, MessageChange):
                        await prepare([event.message])
                    self._apply(event)
            except Exception:
                logger.exception('room view %s could not show %s', self.room.id, type(event).__name__)
                self._is_stale = True
            if not self._flush_planned:
                self._flush_planned = True
                asyncio.get_running_loop().call_soon(self._flush)

    def _apply(self, event: Event) -> None:  # noqa: C901, PLR0912 - one clause per event, nothing else
        match event:
            case MessageChange():
                if event.seq > self.seq:
                    self._change(event.seq, event.message)
            case MemberJoined() | MemberChanged():
                user_id = event.member.person.id
                presence = self._chat.presence
                self._panel.people.put(event.member, online=presence.is_online(user_id), here=presence.is_here(user_id, self.room.id))
            case MemberLeft():
                self._panel.people.remove(event.user_id)
            case PresenceChanged():
                for presence_of in event.people:
                    self._panel.people.move(presence_of)
            case TypingChanged():
                self._panel.show_typing(event.people, self._groups)
            case PersonChanged():
                self._rename_person(event.person)
            case RoomChanged():
                self._rename_room(event.room)
            case RoomClosed():
                send_all(self._groups, encode(notice(str(RoomUnavailable()))))
            case RoomDeleted():
                self.closed = True
            case _:
                logger.error('room view %s got %s', self.room.id, type(event).__name__)

    def _change(self, seq: Seq, message: Message) -> None:
        self.pages.put(message)
        self.seq = seq
        self._marks.note(self._chat.clock.monotonic(), seq)

    async def _resync(self) -> None:
        """Something may have been missed: take the changes since the last known one, and the people anew."""
        seq, changed = await self._chat.rooms.read_changes(self.room.id, self.seq)
        await prepare(changed)
        for message in changed:
            self.pages.put(message)
        self.seq = max(self.seq, seq)
        snapshot = await self._chat.rooms.snapshot(self.room.id)
        self._panel.replace_people(self._people_of(snapshot), self._groups)
        self._rename_room(snapshot.room)
        self._is_stale = False

    def _flush(self) -> None:
        """Send everything that changed since the last flush: one frame per audience for all followers."""
        self._flush_planned = False
        self._news.flush(self._groups)
        self._panel.flush(self._groups)

    def end_pauses(self) -> None:
        if self._panel.people.end_pauses():
            self._flush()

    def _rename_person(self, person: Person) -> None:
        self._panel.people.rename(person)
        self.pages.rename_author(person)
        self._show_anew()

    def _rename_room(self, room: Room) -> None:
        if room == self.room:
            return
        moved = (room.slug, room.name, room.picture) != (self.room.slug, self.room.name, self.room.picture)
        self.room = room
        self._groups.rename_room(room)
        self._panel.rename_room(room, self._groups)
        if moved:
            self._show_anew()

    def _show_anew(self) -> None:
        """Names in the messages changed: render all windows again."""
        for group in self._groups:
            group.html.forget()
            for reader in group.readers:
                reader.moved_at = self._chat.clock.monotonic()  # one that is away is shown its window when it is back
                self._log.show_window(reader)
