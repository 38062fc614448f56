"""Where in a room one arrives that was opened, or in which another place was asked for."""

from dataclasses import dataclass

from livechat.domain.model import MessageNumber
from livechat.ui.conversation import Conversation
from livechat.ui.day_jump import first_of_day
from livechat.ui.session import Session


@dataclass(frozen=True, slots=True)
class Aim:
    """What the address of a room says besides the room."""

    number: int | None = None
    """Of a message."""
    day: str = ''
    """As typed."""


async def arrive(session: Session, conversation: Conversation, aim: Aim, *, is_new: bool, may_type: bool) -> None:
    """At the message or the day, or where one had stopped reading, or at the newest message of the room that is open.

    `is_new`: it was opened just now; the box is ready to type then, if it `may_type`.
    """
    room = conversation.room
    if conversation.view is None or room is None:
        conversation.scroll_down()
    elif aim.number is not None:
        if not await conversation.go_to(MessageNumber(aim.number), then_type=is_new and may_type):
            session.say('That message does not exist.')
    elif aim.day and (first := await first_of_day(session, room, aim.day)) is not None:
        await conversation.go_to(first, then_type=is_new, is_marked=False)
    elif is_new and conversation.first_unread is not None:
        await conversation.go_to(conversation.first_unread, then_type=True)
    elif is_new or not conversation.is_jumping:  # else the browser tells of its way there
        await conversation.go_to_newest()
