"""From one message with pictures to the next in its room."""

from livechat.domain.file import FileKind
from livechat.domain.files import MAX_LISTED, PLACE, Files
from livechat.domain.model import MessageNumber, RoomId, User

_PICTURES = (FileKind.IMAGE,)
_FIRST_REACH = 8
"""Messages that are looked at first: no more pictures than one page of a list holds, as limits stand."""


async def earlier_pictures(files: Files, user: User, room_id: RoomId, number: MessageNumber) -> MessageNumber | None:
    """The last message before that one with a picture. :raises NotFound: :raises NotAMember:"""
    found = await files.in_room(user, room_id, _PICTURES, before=(number, 0), limit=1)
    return found[0][1].number if found else None


async def later_pictures(files: Files, user: User, room_id: RoomId, number: MessageNumber, last: MessageNumber) -> MessageNumber | None:
    """The first one after it; `last` is the newest of the room. Lists are read from above: the reach doubles until there is something.

    :raises NotFound: :raises NotAMember:
    """
    reach = _FIRST_REACH
    while True:
        found = await _lowest(files, user, room_id, above=number, before=(MessageNumber(number + reach), 0))
        if found is not None or number + reach > last:
            return found
        reach *= 2
    return None


async def _lowest(files: Files, user: User, room_id: RoomId, *, above: MessageNumber, before: PLACE) -> MessageNumber | None:
    lowest = None
    while True:
        page = await files.in_room(user, room_id, _PICTURES, before=before, limit=MAX_LISTED)
        later = [place for place, _ in page if place[0] > above]
        if later:
            lowest = later[-1][0]
        if not page or len(later) < len(page):
            return lowest
        before = page[-1][0]
