"""What writes about messages are about: places and people that have to be known before the first of them is done."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from livechat.domain.errors import InvalidInput
from livechat.domain.message import Message
from livechat.domain.model import RoomId, UserId
from livechat.domain.writes import (
    DeleteMessage,
    EditMessage,
    FinishFile,
    MessageWrite,
    PinMessage,
    PostMessage,
    RestoreMessage,
    ShowCards,
)
from livechat.store.inputs import can_be_stored
from livechat.store.message_reads import Place


def problem_of(write: MessageWrite) -> InvalidInput | None:
    """Why the database cannot keep this text: said here, it costs the others of the group nothing."""
    return None if can_be_stored(''.join(_texts(write))) else InvalidInput('This text has characters that cannot be stored.')


def place_about(write: MessageWrite) -> Place | None:
    """Of the message that it changes."""
    match write:
        case PostMessage():
            return None
        case RestoreMessage(message=message):
            return message.room_id, message.number
        case _:
            return write.room_id, write.number


def room_about(write: MessageWrite) -> RoomId:
    return write.message.room_id if isinstance(write, RestoreMessage) else write.room_id


def may_pin(write: MessageWrite) -> bool:
    """Whether the room may have another pin afterwards."""
    return isinstance(write, PinMessage) or (isinstance(write, RestoreMessage) and write.message.pinned_at is not None)


def places_answered(writes: Iterable[MessageWrite]) -> Iterator[Place]:
    for write in writes:
        match write:
            case PostMessage(room_id=room_id, reply_to=number) if number is not None:
                yield room_id, number
            case RestoreMessage(message=Message(room_id=room_id, quote=quote)) if quote is not None:
                yield room_id, quote.number


def people_about(write: MessageWrite, message: Message | None) -> Iterable[UserId]:
    """On whose memberships it rests, and who is mentioned or has reacted. `message` is what it changes, if that is there yet."""
    match write:
        case PostMessage():
            return write.author_id, *write.mentions
        case EditMessage():
            return *(() if message is None else (message.author.id,)), *(write.mentions or ())
        case DeleteMessage():
            return () if write.member_id is None else (write.member_id,)
        case RestoreMessage():
            reacted = [person.id for reaction in write.message.reactions for person in reaction.people]
            return *(() if write.member_id is None else (write.member_id,)), *write.message.mentions, *reacted
        case ShowCards() | FinishFile():
            return ()
        case _:
            return (write.user_id,)


def _texts(write: MessageWrite) -> Iterator[str]:
    if isinstance(write, PostMessage):  # written out, because there are so many
        yield write.body
        yield write.client_key
        yield from write.files
        for mention in write.named:
            yield mention.word
            yield mention.name
    else:
        yield from _texts_in(asdict(write))


def _texts_in(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            yield from _texts_in(list(value.items()))
        case list() | tuple():
            for each in value:
                yield from _texts_in(each)
