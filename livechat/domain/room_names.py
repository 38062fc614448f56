"""Whom one can name in a room, and who would not hear of it. Each right is checked each time, here."""

from collections.abc import Sequence
from functools import lru_cache

from livechat.domain.mentions import GROUPS, words_in
from livechat.domain.model import Person, RoomId, User, UserStatus
from livechat.domain.names import name_key, sort_key
from livechat.domain.people_ports import UserStore
from livechat.domain.presence import Presence
from livechat.domain.room_desk import RoomDesk
from livechat.domain.room_inside import RoomInside

MENTIONABLE = 8
MAX_OUTSIDERS = 10
"""Names of a text that are looked up; each is a query."""


class RoomNames(RoomInside):
    def __init__(self, desk: RoomDesk, presence: Presence, users: UserStore) -> None:
        RoomInside.__init__(self, desk)
        self._online = presence.online
        self._users = users

    async def mentionable(self, user: User, room_id: RoomId, words: str) -> Sequence[Person]:
        """Members but oneself whose user name, or whose name from any of its words on, begins so: who is online first, then by name.

        At most MENTIONABLE. :raises NotAMember:
        """
        await self._must_read(user, room_id)
        members = (await self.snapshot(room_id)).members.values()
        wanted = sort_key(words.removeprefix('@'))
        found = [member.person for member in members if member.person.id != user.id and _begins(member.person, wanted)]
        return sorted(found, key=lambda person: (person.id not in self._online, _keys(person)[1], person.id))[:MENTIONABLE]

    async def outsiders(self, user: User, room_id: RoomId, body: str) -> Sequence[Person]:
        """Who is named in the text and is not in the room, of people whom this person may know of. :raises NotAMember:"""
        await self._must_read(user, room_id)
        members = (await self.snapshot(room_id)).members
        names = {name for member in members.values() for name in _keys(member.person)[:2]}
        words = [word for word in words_in(body) if word not in GROUPS and sort_key(word) not in names]
        found: dict[Person, None] = {}
        for word in words[:MAX_OUTSIDERS]:
            other = await self._users.by_login(name_key=name_key(word), username=word)
            if other is not None and other[0].id not in members and await self._knows(user, other[0]):
                found[other[0].person] = None
        return list(found)

    async def _knows(self, user: User, other: User) -> bool:
        """Guests know of the people in their own rooms."""
        if other.status is not UserStatus.ACTIVE:
            return False
        if not user.is_guest or self._desk.grounds.trusts_names:
            return True
        memberships = self._around.memberships
        return bool((await memberships.of(user.id)).keys() & (await memberships.of(other.id)).keys())


def _begins(person: Person, wanted: str) -> bool:
    return any(key.startswith(wanted) for key in _keys(person))


@lru_cache(maxsize=10_000)
def _keys(person: Person) -> tuple[str, ...]:
    """The user name, the name, and the name from its second word on, from its third ..."""
    name = sort_key(person.display_name)
    words = name.split(' ')
    return (sort_key(person.username), name, *(' '.join(words[start:]) for start in range(1, len(words))))
