"""What a running room is told to store about its messages: each write once, in turn with the others."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence

from livechat.domain.attachment import Making
from livechat.domain.file import FileId
from livechat.domain.mentions import Addressees
from livechat.domain.message import Card, Message, Revision
from livechat.domain.model import MessageNumber, Person, RoomId, UserId
from livechat.domain.room_changes import Surroundings
from livechat.domain.writes import (
    DeleteMessage,
    EditMessage,
    FinishFile,
    MessageWrite,
    PinMessage,
    PostMessage,
    ReactToMessage,
    RemoveCard,
    RestoreMessage,
    ShowCards,
    Stored,
)

NOBODY = Addressees()


class RoomWriting(ABC):
    """All of it may raise `RoomArchived`, but for what takes something away, and `NotStored`, `TooFast` when the inbox is full,
    `RoomUnavailable`, `NotAMember` when whoever does it is none when it is stored, and but for posts `MessageNotFound`.
    """

    def __init__(self, room_id: RoomId, around: Surroundings) -> None:
        self.room_id = room_id
        self._around = around

    @abstractmethod
    async def _write(self, write: MessageWrite) -> Stored: ...

    async def post(
        self,
        author: Person,
        body: str,
        client_key: str,
        *,
        to: Addressees = NOBODY,
        reply_to: MessageNumber | None = None,
        files: Sequence[FileId] = (),
    ) -> Message:
        """Who is no member is not spoken to; a message that is not there is not answered. :raises FileGone:"""
        post = PostMessage(
            room_id=self.room_id,
            author_id=author.id,
            body=body,
            client_key=client_key,
            at=self._around.clock.now(),
            mentions=to.people,
            named=to.named,
            group=to.group,
            reply_to=reply_to,
            files=tuple(files),
        )
        return (await self._write(post)).message

    async def edit(
        self, number: MessageNumber, body: str, *, to: Addressees | None = None, files: Collection[FileId] | None = None
    ) -> Message:
        """None: it speaks to whom it spoke to before, and keeps all its files."""
        at, people, named = self._around.clock.now(), None if to is None else to.people, () if to is None else to.named
        kept = None if files is None else tuple(files)
        edit = EditMessage(room_id=self.room_id, number=number, body=body, at=at, mentions=people, named=named, files=kept)
        return (await self._write(edit)).message

    async def delete(self, number: MessageNumber, *, member_id: UserId | None = None) -> Stored:
        """With `member_id`, only while that is a member. Not fresh when somebody was faster."""
        return await self._write(DeleteMessage(room_id=self.room_id, number=number, at=self._around.clock.now(), member_id=member_id))

    async def restore(self, message: Message, revisions: Sequence[Revision], *, member_id: UserId | None = None) -> Message:
        """With `member_id`, only while that is a member."""
        return (await self._write(RestoreMessage(message=message, revisions=tuple(revisions), member_id=member_id))).message

    async def react(self, number: MessageNumber, user_id: UserId, text: str, *, on: bool) -> Message:
        """:raises TooMany: different texts on it."""
        at = self._around.clock.now()
        return (await self._write(ReactToMessage(room_id=self.room_id, number=number, user_id=user_id, text=text, on=on, at=at))).message

    async def pin(self, number: MessageNumber, user_id: UserId, *, on: bool) -> Message:
        """:raises TooMany: pins in this room."""
        at = self._around.clock.now()
        return (await self._write(PinMessage(room_id=self.room_id, number=number, user_id=user_id, on=on, at=at))).message

    async def show_cards(self, number: MessageNumber, cards: Sequence[Card], pictures: Mapping[str, bytes]) -> Message:
        """Instead of those it has; pictures by the tokens of the cards."""
        return (await self._write(ShowCards(room_id=self.room_id, number=number, cards=tuple(cards), pictures=pictures))).message

    async def finish_file(self, number: MessageNumber, file_id: FileId, making: Making) -> Message:
        return (await self._write(FinishFile(room_id=self.room_id, number=number, file_id=file_id, making=making))).message

    async def remove_card(self, number: MessageNumber, user_id: UserId, url: str) -> Message:
        return (await self._write(RemoveCard(room_id=self.room_id, number=number, user_id=user_id, url=url))).message
