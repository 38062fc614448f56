"""The page in the frame of a quoted message: for whoever may read it, at each request; the same page without it for all others."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import nh3
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from livechat.domain.accounts import SignedIn
from livechat.domain.attachment import Attachment, Making, files_in_words
from livechat.domain.errors import LivechatError, MessageNotFound, RoomNotFound
from livechat.domain.file import THUMBNAIL_SIDES
from livechat.domain.message import Message, MessageKind
from livechat.domain.model import MessageNumber, Theme
from livechat.ui import markup
from livechat.ui.current import chat
from livechat.ui.door_pages import nameless_page
from livechat.ui.file_html import file_path, is_picture
from livechat.ui.html import escape
from livechat.ui.message_body import is_action, prepare, words
from livechat.ui.room_words import room_name

QUOTE_PATH = '/rooms/{slug}/quote'
REFRESH_S = 30
"""So soon a message that was edited, deleted or closed to its reader is gone from open tabs. In that time each quote that came
into view asks once: 1 ms of CPU, 3 ms when it has to be read from the store. 1,000 tabs with one each take 3 to 10 % of a core."""
MAX_PICTURES = 3
_NUMBER = re.compile(r'[1-9]\d{0,8}', re.ASCII)
_THEMES = {Theme.SYSTEM: '', Theme.LIGHT: 'light', Theme.DARK: 'dark'}
_CLASSES = frozenset({'span', 'button', 'div'})
_unlinked = nh3.Cleaner(
    tags={'p', 'br', 'strong', 'em', 's', 'ul', 'ol', 'li', 'blockquote', 'code', 'pre', 'table', 'thead', 'tbody', 'tr', 'th', 'td'}
    | _CLASSES,
    attributes={tag: {'class'} for tag in _CLASSES},
    link_rel=None,
)
"""Nothing in a quote leads anywhere: the link that lies over the frame is all there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A message as its quote shows it, to one reader."""

    author: str
    room: str
    at: str
    """By the reader's clock."""
    html: Markup
    is_said: bool
    """False for what the author did: the text goes on after their name."""
    files: str = ''
    """What stands for its files, in words."""
    pictures: Sequence[str] = ()
    """Addresses of the first ones, small: asked for by the same reader, whose right is looked at again."""


async def quote(request: Request) -> Response:
    """Nothing in the answer tells a message that is not there from one, or from a room, that this person may not read."""
    signed_in: SignedIn = request.scope['state']['signed_in']
    quoted = None
    with suppress(LivechatError):
        quoted = await _quoted(signed_in, request.path_params['slug'], request.query_params.get('m', ''))
    headers = {'Cache-Control': 'private, no-store', 'Refresh': str(REFRESH_S)}
    return nameless_page('quote.html', headers=headers, quoted=quoted, theme=_THEMES[signed_in.user.preferences.theme])


async def _quoted(signed_in: SignedIn, slug: str, number: str) -> Quoted:
    """:raises LivechatError: where there is nothing for them to read"""
    user, rooms = signed_in.user, chat().rooms
    room = await rooms.by_slug(user, slug) if _NUMBER.fullmatch(number) else None
    if room is None:
        raise RoomNotFound
    message = await rooms.message(user, room.id, MessageNumber(int(number)))
    if message.deleted:
        raise MessageNotFound
    summary = rooms.summary(room.id)
    at = message.created_at + timedelta(minutes=_utc_offset_min(signed_in))
    return Quoted(
        author=message.author.display_name,
        room=room_name(room) if summary is None or not room.is_direct else summary.title(user.id),
        at=f'{at.day} {at:%b %Y, %H:%M}',
        html=await _words(message),
        is_said=message.kind is MessageKind.TEXT and not is_action(message),
        files=files_in_words(message.files),
        pictures=[file_path(file, width=THUMBNAIL_SIDES[0]) for file in message.files if _is_seen(file)][:MAX_PICTURES],
    )


async def _words(message: Message) -> Markup:
    if message.kind is MessageKind.SYSTEM:
        return Markup(escape(message.body))  # noqa: S704 - escaped
    if not message.body:
        return Markup('')
    await prepare([message])
    html = markup.render(words(message), message.named, message.group).html
    return Markup(_unlinked.clean(html))  # noqa: S704 - sanitised


def _is_seen(file: Attachment) -> bool:
    return is_picture(file) and file.making is Making.DONE


def _utc_offset_min(signed_in: SignedIn) -> int:
    """As the live pages had it of that browser."""
    return signed_in.sign_in.utc_offset_min or 0
