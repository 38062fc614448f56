"""The rooms that the quick switcher offers, and their order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from livechat.domain import fuzzy
from livechat.domain.chat import Chat
from livechat.domain.fuzzy import Words
from livechat.domain.model import Membership, RoomId, RoomSummary, Unread, User, UserId
from livechat.ui.html import room_path
from livechat.ui.nav_line import QUIET, Link, badge_of, link_of
from livechat.ui.switcher_choices import Choice, Group, marked

MOST_ROOMS = 8
_LAST = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the order of the rooms follows."""

    memberships: Mapping[RoomId, Membership]
    unread: Mapping[RoomId, Unread]
    visits: Sequence[RoomId]
    here: RoomId | None
    """The open room, where one is already."""


async def seen_rooms(chat: Chat, user: User) -> Sequence[RoomSummary]:
    """All that exist for this person. From memory."""
    rooms = {summary.room.id: summary for summary in (*await chat.rooms.visible_to(user), *await chat.rooms.mine(user))}
    return list(rooms.values())


def room_choices(reader: UserId, rooms: Sequence[RoomSummary], around: Around, words: Words) -> Sequence[Choice]:
    """Those that fit; when nothing is typed, the unread ones, then those where one was lately."""
    ordered = _ordered(rooms, around)
    if words:
        found = fuzzy.best(words, ordered, MOST_ROOMS, names=lambda summary: (summary.title(reader),))
    else:
        found = [summary for summary in ordered if _is_of_use(summary, around)][:MOST_ROOMS]
    return [_room(reader, summary, around, words) for summary in found]


def _ordered(rooms: Sequence[RoomSummary], around: Around) -> list[RoomSummary]:
    places = {room_id: place for place, room_id in enumerate(around.visits)}

    def key(summary: RoomSummary) -> tuple[object, ...]:
        room_id = summary.room.id
        membership = around.memberships.get(room_id)
        if membership is None:
            return (summary.room.is_archived, 3, 0, _LAST, 0.0)
        unread = around.unread.get(room_id)
        has_news = unread is not None and unread.unread > 0 and room_id != around.here
        badge = badge_of(summary, membership, unread) if has_news else 0
        latest = summary.latest_at.timestamp() if summary.latest_at is not None else 0.0
        news = 0 if badge else 1 if has_news and membership.involvement not in QUIET else 2
        return (summary.room.is_archived, news, -badge, places.get(room_id, _LAST - membership.favourite), -latest)

    return sorted(rooms, key=key)


def _is_of_use(summary: RoomSummary, around: Around) -> bool:
    """To somebody who has not typed anything yet."""
    membership = around.memberships.get(summary.room.id)
    return membership is not None and summary.room.id != around.here and not summary.room.is_archived


def _room(reader: UserId, summary: RoomSummary, around: Around, words: Words) -> Choice:
    room = summary.room
    link = link_of(reader, summary, around.memberships.get(room.id), around.unread.get(room.id), active=False)
    kind = 'direct messages' if room.is_direct else 'archived' if room.is_archived else '' if link.joined else 'not joined'
    news = _news(link)
    says = ', '.join(
        part for part in (link.title, kind, f'{link.badge} unread for you' if link.badge else 'unread' if news else '') if part
    )
    return Choice(
        key=f'room {room.id}',
        group=Group.ROOMS,
        html=f'{link.glyph}<span class="t" dir="auto">{marked(link.title, words)}</span>{f"<small>{kind}</small>" if kind else ""}{news}',
        name=says,
        path=room_path(room.slug),
        room_id=room.id,
    )


def _news(link: Link) -> str:
    if link.badge:
        return f'<span class="badge">{min(link.badge, 99)}{"+" if link.badge > 99 else ""}</span>'
    return '<span class="dotnew"></span>' if link.unread else ''


def alone_with(reader: UserId, rooms: Sequence[RoomSummary], choices: Sequence[Choice]) -> Collection[UserId]:
    """The others of those direct rooms among the choices that are for two."""
    keys = {choice.key for choice in choices}
    pairs = (summary.people for summary in rooms if len(summary.people) == 2 and f'room {summary.room.id}' in keys)
    return {person.id for people in pairs for person in people if person.id != reader}
