"""The People of a room: who is online and offline, who is here. A change sends one person, never the list."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from livechat.domain.model import Member, Person, PersonPresence, Room, RoomKind, RoomRole, ServerRole, UserId
from livechat.ui.address import is_loopback
from livechat.ui.audience import Audience
from livechat.ui.html import avatar, escape
from livechat.ui.shell import COMMANDS_DOM_ID, Elements, Part, filter_field, part
from livechat.ui.stream import ElementId, Kind, element, element_id

SHOWN = 100
"""People of one group that a tab gets; the rest is a number and a filter. 1,000 lines are 150 KB."""
_ONLINE_HEAD, _ONLINE, _ONLINE_MORE, _OFFLINE_HEAD, _OFFLINE, _OFFLINE_MORE, _ALONE, FILTER = range(1, 9)
PERSON = '--person-'
"""The command that opens somebody's card, before their id."""
_Key = tuple[str, UserId]


class PeopleView:
    """Order and HTML of a room's members. Invariant: every member is in exactly one of the two sorted groups."""

    def __init__(
        self,
        room: Room,
        members: Mapping[UserId, Member],
        *,
        online: Iterable[UserId],
        here: Iterable[UserId],
        now: Callable[[], datetime],
    ) -> None:
        self.room = room
        self._now = now
        self._members = dict(members)
        self._here = set(here) & self._members.keys()
        at_home = set(online) & self._members.keys()
        self._groups: dict[bool, list[_Key]] = {
            True: sorted(map(self._key, at_home)),
            False: sorted(map(self._key, self._members.keys() - at_home)),
        }
        self._online = at_home
        self._sent: set[UserId] = set()
        self._dirty: set[UserId] = set()
        self._paused: set[UserId] = set()
        self._sent_lists: Elements = {}
        """Order and counts as tabs have them: who only looks different sends no list of a hundred."""
        self._had_filter = False
        self.changed = False

    @property
    def count(self) -> int:
        return len(self._members)

    def _key(self, user_id: UserId) -> _Key:
        return (self._members[user_id].person.display_name.casefold(), user_id)

    def put(self, member: Member, *, online: bool, here: bool) -> None:
        """A new member, or one with another name or role."""
        user_id = member.person.id
        self.remove(user_id)
        self._members[user_id] = member
        if online:
            self._online.add(user_id)
        if here:
            self._here.add(user_id)
        insort(self._groups[online], self._key(user_id))
        self._mark(user_id)

    def end_pauses(self) -> bool:
        """Mark those whose time-out is over; whether there are any."""
        over = [user_id for user_id in self._paused if not self._is_paused(user_id)]
        for user_id in over:
            self._paused.discard(user_id)
            self._mark(user_id)
        return bool(over)

    def _is_paused(self, user_id: UserId) -> bool:
        member = self._members.get(user_id)
        return member is not None and member.timed_out_until is not None and member.timed_out_until > self._now()

    def rename(self, person: Person) -> None:
        """A member has another name or role."""
        member = self._members.get(person.id)
        if member is not None:
            self.put(replace(member, person=person), online=person.id in self._online, here=person.id in self._here)

    def remove(self, user_id: UserId) -> None:
        if user_id in self._members:
            self._take_out(user_id)
            self._online.discard(user_id)
            self._here.discard(user_id)
            del self._members[user_id]
            self._mark(user_id)

    def move(self, presence: PersonPresence) -> None:
        user_id = presence.user_id
        if user_id not in self._members:
            return
        if presence.online != (user_id in self._online):
            self._take_out(user_id)
            (self._online.add if presence.online else self._online.discard)(user_id)
            insort(self._groups[presence.online], self._key(user_id))
        (self._here.add if presence.here else self._here.discard)(user_id)
        self._mark(user_id)

    def _take_out(self, user_id: UserId) -> None:
        group = self._groups[user_id in self._online]
        key = self._key(user_id)
        place = bisect_left(group, key)
        if place < len(group) and group[place] == key:
            del group[place]

    def _mark(self, user_id: UserId) -> None:
        self._dirty.add(user_id)
        self.changed = True

    def take_changes(self) -> Elements:
        """What tabs need since the last call: the people who changed and are shown, their order, the counts."""
        shown = self._shown()
        elements: Elements = {self._person_id(user_id): None for user_id in self._sent - shown}
        for user_id in shown:
            if user_id in self._dirty or user_id not in self._sent:
                elements[self._person_id(user_id)] = self._person(user_id)
        self._sent = shown
        self._dirty.clear()
        self.changed = False
        has_filter = len(self._members) > SHOWN
        if has_filter and not self._had_filter:
            elements.update(self._filter_box())
        self._had_filter = has_filter
        lists = self._lists(self._groups)
        elements.update({each: shown for each, shown in lists.items() if self._sent_lists.get(each) != shown})
        self._sent_lists = lists
        return elements

    def snapshot(self, audience: Audience) -> Elements:
        """The whole panel. Ask for `take_changes` first, so that all tabs agree on what was sent."""
        elements: Elements = {self._person_id(user_id): self._person(user_id) for user_id in self._sent}
        elements.update(self._lists(self._groups))
        elements.update(self._filter_box() if self._had_filter else {})
        elements.update(self.alone(audience))
        return elements

    def filtered(self, words: str, before: frozenset[UserId]) -> tuple[Elements, frozenset[UserId]]:
        """The panel of one tab that looks for somebody: at most `SHOWN` of each group whose name has the words.

        `before` are the people that only this tab was sent earlier; returned with the elements are those it has now.
        """
        wanted = words.casefold()
        groups = {online: [key for key in group if wanted in key[0]] for online, group in self._groups.items()}
        found = {user_id for group in groups.values() for _, user_id in group[:SHOWN]}
        elements: Elements = {self._person_id(user_id): None for user_id in before - found - self._sent}
        elements.update({self._person_id(user_id): self._person(user_id) for user_id in found})
        return {**elements, **self._filter_box(words), **self._lists(groups)}, frozenset(found - self._sent)

    def without(self, people: frozenset[UserId]) -> Elements:
        return {self._person_id(user_id): None for user_id in people - self._sent}

    def alone(self, audience: Audience) -> Elements:
        """A hint with the address to share while nobody else is online here, in a room that it leads into.

        Whoever is its only member has the card with an invitation.
        """
        alone_id = self._id(_ALONE)
        if len(self._online) > 1 or self.count == 1 or self.room.kind is not RoomKind.OPEN or self.room.is_archived:
            return {alone_id: element('div', classes=['hidden'])}
        address = escape(f'{audience.base_url}/rooms/{self.room.slug}')
        html = f'<b>You are the only one here</b><p>Share this address:</p><code class="address">{address}</code>'
        if is_loopback(audience.base_url.partition('://')[2]):
            html += '<p class="hint">Only this computer reaches it. Start livechat with <code>--lan</code> to let others in.</p>'
        return {alone_id: element('div', classes=['alone'], html=html)}

    def drop(self) -> Elements:
        """Forget everybody of this room in a browser that leaves it."""
        elements: Elements = {self._person_id(user_id): None for user_id in self._sent}
        elements.update({self._id(number): None for number in range(1, FILTER + 1)})
        return elements

    def _shown(self) -> set[UserId]:
        return {user_id for group in self._groups.values() for _, user_id in group[:SHOWN]}

    def _id(self, number: int) -> ElementId:
        return element_id(Kind.PEOPLE, self.room.id, number)

    def _person_id(self, user_id: UserId) -> ElementId:
        return element_id(Kind.PERSON, self.room.id, user_id)

    def _lists(self, groups: Mapping[bool, list[_Key]]) -> Elements:
        elements: Elements = {}
        order: list[ElementId] = [part(Part.CLOSE_PEOPLE)]
        if len(self._members) > SHOWN:
            order.append(self._id(FILTER))
        for online, word, head, group_id, more in (
            (True, 'Online', _ONLINE_HEAD, _ONLINE, _ONLINE_MORE),
            (False, 'Offline', _OFFLINE_HEAD, _OFFLINE, _OFFLINE_MORE),
        ):
            group = groups[online]
            hidden = len(group) - SHOWN
            elements[self._id(head)] = element('h2', html=f'{word} · {len(group):,}')
            elements[self._id(group_id)] = element(
                'ul', children=[self._person_id(user_id) for _, user_id in group[:SHOWN]], aria_label=word, role='list'
            )
            order += [self._id(head), self._id(group_id)]
            if hidden > 0:
                elements[self._id(more)] = element('p', classes=['more'], html=f'and {hidden:,} more')
                order.append(self._id(more))
            if online:
                order.append(self._id(_ALONE))
        elements[part(Part.PEOPLE)] = element('div', classes=['groups'], children=order)
        return elements

    def _filter_box(self, words: str = '') -> Elements:
        """Never anything but what was typed, to a tab that looks."""
        return {self._id(FILTER): filter_field('Find people', words)}

    def _person(self, user_id: UserId) -> dict[str, object]:
        member = self._members[user_id]
        person = member.person
        online, here = user_id in self._online, user_id in self._here
        words = 'here' if here else 'online, in another room' if online else 'offline'
        tag = _tag(member)
        if self._is_paused(user_id):
            self._paused.add(user_id)
            tag = 'paused'
        html = (
            f'<span class="face">{avatar(person, size="small")}<i class="dot"></i></span>'
            f'<button type="button" class="t" dir="auto" aria-haspopup="dialog" commandfor="{COMMANDS_DOM_ID}" command="{PERSON}{user_id}">'
            f'{escape(person.display_name)}</button><span class="sr">{words}</span>' + (f'<span class="tag">{tag}</span>' if tag else '')
        )
        state = 'here' if here else 'on' if online else 'off'
        return element('li', classes=['person', state], html=html, title=f'{person.display_name} (@{person.username}), {words}')


def _tag(member: Member) -> str:
    if member.person.role is not ServerRole.MEMBER:
        return member.person.role.value
    if member.role is RoomRole.ADMIN:
        return 'room admin'
    return '' if member.person.kind == 'account' else member.person.kind.value
