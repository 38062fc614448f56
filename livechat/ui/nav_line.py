"""One line of the room list: how it looks, as a value; equal lines are encoded once for all tabs."""

from functools import lru_cache
from typing import NamedTuple

from livechat.domain.model import Involvement, Membership, RoomId, RoomKind, RoomSummary, Unread, UserId
from livechat.ui.components.icons import icon
from livechat.ui.html import avatar, escape, room_path
from livechat.ui.room_words import room_face
from livechat.ui.stream import Frame, Kind, element, element_id, encode

MAX_BADGE = 99
QUIET = frozenset({Involvement.NOTHING, Involvement.HIDDEN})


class Link(NamedTuple):
    """How a room's line looks in one tab; equal in every tab where it is equal."""

    room_id: RoomId
    title: str
    slug: str
    glyph: str
    """Safe HTML."""
    active: bool
    joined: bool
    unread: bool
    badge: int
    muted: bool
    draft: bool
    """Something is not sent there yet. Not said of the open room, whose box shows it."""


def badge_of(summary: RoomSummary, membership: Membership, unread: Unread | None) -> int:
    """The number beside a room: mentions; in a direct room, or where everything is wanted, all that is unread."""
    if unread is None or membership.involvement in QUIET or summary.room.is_archived:
        return 0
    return unread.unread if summary.room.is_direct or membership.involvement is Involvement.EVERYTHING else unread.mentions


def link_of(
    reader: UserId, summary: RoomSummary, membership: Membership | None, unread: Unread | None, *, active: bool, has_draft: bool = False
) -> Link:
    room = summary.room
    unread = unread if membership is not None else None  # what it was before they left is nobody's news
    muted = membership is not None and membership.involvement in QUIET
    return Link(
        room_id=room.id,
        title=summary.title(reader),
        slug=room.slug,
        glyph=_glyph(reader, summary),
        active=active,
        joined=membership is not None,
        unread=unread is not None and unread.unread > 0 and not muted and not room.is_archived,
        badge=badge_of(summary, membership, unread) if membership is not None else 0,
        muted=muted,
        draft=has_draft and membership is not None and not active,
    )


def _glyph(reader: UserId, summary: RoomSummary) -> str:
    """What stands before the name: what kind of room it is, or whose face."""
    room = summary.room
    if room.is_direct:
        other = next((person for person in summary.people if person.id != reader), None)
        return avatar(other, size='tiny') if other else '<span class="hash" aria-hidden="true">@</span>'
    if room.picture:
        return room_face(room, size='tiny')
    if room.is_archived:
        return f'<span class="hash" aria-hidden="true">{icon("box")}</span>'
    if room.kind is RoomKind.PRIVATE:
        return f'<span class="hash" aria-hidden="true">{icon("lock")}</span>'
    return f'<span class="hash" aria-hidden="true">{icon("megaphone") if room.announcements else "#"}</span>'


@lru_cache(maxsize=4_096)
def link_frame(link: Link) -> Frame:
    """The bytes of one line, for all tabs in which it looks so."""
    return encode({element_id(Kind.ROOM_LINK, link.room_id): link_element(link)})


@lru_cache(maxsize=4_096)
def link_element(link: Link) -> dict[str, object]:
    states = {'on': link.active, 'other': not link.joined, 'new': link.unread, 'muted': link.muted}
    count = f'{MAX_BADGE}+' if link.badge > MAX_BADGE else str(link.badge)
    news = f'<span class="draft" aria-hidden="true">{icon("pencil")}</span>' if link.draft else ''
    if link.badge:
        news += f'<span class="badge" aria-hidden="true">{count}</span><span class="sr">, {count} unread for you</span>'
    elif link.unread:
        news += '<span class="dotnew" aria-hidden="true"></span><span class="sr">, unread</span>'
    html = f'{link.glyph}<span class="t" dir="auto">{escape(link.title)}</span>{news}'
    return element(
        'a',
        classes=['room', *(name for name, on in states.items() if on)],
        html=html,
        href=room_path(link.slug),
        title=f'{link.title} (draft)' if link.draft else link.title,  # what screen readers say after the name
        aria_current='page' if link.active else None,
    )
