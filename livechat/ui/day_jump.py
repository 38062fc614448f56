"""The day in the address of a room."""

from livechat.domain.model import MessageNumber, Room
from livechat.ui.day_address import parse_day
from livechat.ui.session import Session

NO_DAY = 'That is no day.'


async def first_of_day(session: Session, room: Room, text: str) -> MessageNumber | None:
    """Where that day begins for the reader; None in a room where nothing was said, and for what is no day, which is said.

    :raises RoomNotFound: :raises NotAMember:
    """
    day = parse_day(text)
    if day is None:
        session.say(NO_DAY)
        return None
    return await session.chat.days.first_of(session.user, room.id, day, utc_offset_min=session.reader.audience.utc_offset_min)
