"""What people write in rooms. Each right is checked each time, here."""

from collections.abc import Collection, Sequence

from livechat.domain.access import Right, RoomAccess, access_message, must_be_said
from livechat.domain.errors import LivechatError, MessageNotFound, NeedsConfirmation, NotAllowed, TooFast, TooMany
from livechat.domain.file import FileId
from livechat.domain.mentions import Addressees, group_in, named_in, words_in
from livechat.domain.message import MAX_MENTIONS, MentionGroup, Message, is_escaped
from livechat.domain.model import MessageNumber, RoomId, User, UserId
from livechat.domain.names import clean_body, clean_client_key, is_visible
from livechat.domain.presence import Presence
from livechat.domain.rate_limit import TokenBuckets
from livechat.domain.room_desk import RoomDesk
from livechat.domain.room_inside import RoomInside
from livechat.domain.room_writing import NOBODY
from livechat.domain.slow_mode import SlowMode


class RoomTalk(RoomInside):
    def __init__(self, desk: RoomDesk, presence: Presence) -> None:
        RoomInside.__init__(self, desk)
        limits = desk.around.limits
        self._presence = presence
        self._called_unasked = limits.called_unasked
        self._files_per_message = limits.files_per_message
        self._posts: TokenBuckets[UserId] = TokenBuckets(limits.message_burst, limits.message_refill_per_s)
        self._calls: TokenBuckets[UserId] = TokenBuckets(limits.call_burst, limits.call_refill_per_s)
        self._slow_mode = SlowMode()

    async def post(  # noqa: PLR0913 - what a message can come with
        self,
        user: User,
        room_id: RoomId,
        body: str,
        client_key: str,
        mentions: Sequence[UserId] = (),
        *,
        reply_to: MessageNumber | None = None,
        files: Sequence[FileId] = (),
        confirmed: bool = False,
    ) -> Message:
        """The stored message; the same one when the same client key was posted before.

        It speaks to the members whom its text names with an @, and to `mentions` besides, as far as they are members. A text
        that begins with two slashes is posted with one: it is no command. Where that would be an action both are stored. Where
        there are `files`, which wait for it in this room, there need not be a text.

        :raises NeedsConfirmation: `@room` or `@here` would call many, and it is not `confirmed`. :raises MessageNotFound: the one that
            it answers. :raises FileGone: :raises TooMany: files. :raises NotAMember: :raises NotAllowed: :raises RoomArchived:
            :raises TimedOut: :raises BodyEmpty: :raises BodyTooLong: :raises TooFast: :raises RoomUnavailable: :raises NotStored:
        """
        access = await self._desk.access(user, room_id)
        access.must_post(self._clock.now())
        self._must_be_few(files)
        clean, key = '' if files and not is_visible(body) else clean_body(body), clean_client_key(client_key)
        clean = clean[1:] if clean.startswith('//') and not is_escaped(clean) else clean
        try:
            to = await self._addressees(access, clean, mentions, confirmed=confirmed)
            if reply_to is not None:
                must_be_said(await access_message(access, reply_to, read=self._read))
        except (NeedsConfirmation, MessageNotFound):
            before = await self._posted_before(user, room_id, key)
            if before is None:
                raise
            return before
        if to.group is not None and len(to.people) > self._called_unasked:
            self._take(self._calls, user)
        self._take(self._posts, user)
        self._take_pause(access, key)
        try:
            return await self._desk.room(room_id).post(user.person, clean, key, to=to, reply_to=reply_to, files=files)
        except LivechatError:
            self._slow_mode.undo((room_id, user.id), key)
            raise

    async def edit(
        self,
        user: User,
        room_id: RoomId,
        number: MessageNumber,
        body: str,
        mentions: Sequence[UserId] | None = None,
        *,
        files: Collection[FileId] | None = None,
    ) -> Message:
        """It speaks to whom its new text names, as in `post`. A group is called by a post alone, and whom that called stay so.

        Of its files it keeps `files`, or all; none can be added.

        :raises NotAllowed: :raises MessageNotFound: and what `post` raises.
        """
        access = await self._desk.access(user, room_id)
        message = await access_message(access, number, read=self._read)
        access.must_edit(message, self._clock.now())
        kept = message.files if files is None else tuple(file for file in message.files if file.id in files)
        clean = '' if kept and not is_visible(body) else clean_body(body)
        if clean == message.body and kept == message.files and mentions is None:
            return message
        to = await self._named(room_id, clean, mentions or ())
        if message.group is not None:
            to = Addressees(people=tuple(dict.fromkeys((*message.mentions, *to.people))), named=to.named)
        if clean == message.body and kept == message.files and set(to.people) == set(message.mentions):
            return message
        self._take(self._posts, user)
        return await self._desk.room(room_id).edit(number, clean, to=to, files=None if files is None else [file.id for file in kept])

    async def last_own(self, user: User, room_id: RoomId) -> Message | None:
        """Their newest message among the newest ones, if they may edit it now. :raises NotAMember:"""
        access = await self._desk.access(user, room_id)
        access.must(Right.READ)
        snapshot = await self.snapshot(room_id)
        for message in reversed(snapshot.newest):
            if message.author.id == user.id and not message.deleted and access.may_edit(message, self._clock.now()):
                return message
        return None

    async def _addressees(self, access: RoomAccess, body: str, mentions: Sequence[UserId], *, confirmed: bool) -> Addressees:
        """:raises NotAllowed: they may not call a group. :raises NeedsConfirmation:"""
        to = await self._named(access.room.id, body, mentions)
        group = group_in(words_in(body))
        if group is None:
            return to
        if not access.may(Right.CALL):
            raise NotAllowed('Guests cannot call everybody here. Take the @ away and send it again.')
        called = (await self._members_of(access.room.id, group)) - {access.user.id}
        if len(called) > self._called_unasked and not confirmed:
            raise NeedsConfirmation(len(called))
        return Addressees(people=tuple(dict.fromkeys((*to.people, *sorted(called)))), named=to.named, group=group)

    async def _named(self, room_id: RoomId, body: str, mentions: Sequence[UserId]) -> Addressees:
        words = words_in(body)
        if not words and not mentions:
            return NOBODY
        members = (await self.snapshot(room_id)).members
        named = named_in(words, [member.person for member in members.values()])
        besides = [user_id for user_id in dict.fromkeys(mentions) if user_id in members]
        return Addressees(people=tuple(dict.fromkeys([*(each.user_id for each in named), *besides[:MAX_MENTIONS]])), named=named)

    async def _members_of(self, room_id: RoomId, group: MentionGroup) -> set[UserId]:
        members = set((await self.snapshot(room_id)).members)
        match group:
            case MentionGroup.ROOM:
                return members
            case MentionGroup.HERE:
                return members & self._presence.online

    async def _posted_before(self, user: User, room_id: RoomId, client_key: str) -> Message | None:
        """What came of the same post, when it is sent again and what it rested on has changed meanwhile; of the newest messages."""
        newest = (await self.snapshot(room_id)).newest
        return next((message for message in newest if message.author.id == user.id and message.client_key == client_key), None)

    def _must_be_few(self, files: Sequence[FileId]) -> None:
        limit = self._files_per_message
        if limit and len(files) > limit:
            raise TooMany('files', limit)

    def _take(self, buckets: TokenBuckets[UserId], user: User) -> None:
        wait_s = buckets.take(user.id, self._clock.monotonic())
        if wait_s:
            raise TooFast(retry_after_s=wait_s)

    def _take_pause(self, access: RoomAccess, client_key: str) -> None:
        pause_s = access.room.slow_mode_s
        if not pause_s or access.is_room_admin:
            return
        place = (access.room.id, access.user.id)
        wait_s = self._slow_mode.take(place, client_key, pause_s=pause_s, now=self._clock.monotonic())
        if wait_s:
            raise TooFast('This room is in slow mode', retry_after_s=wait_s)
