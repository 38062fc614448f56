"""What the quick switcher finds for what is typed: names from memory at once, messages by a search a moment later."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from nicegui import background_tasks

from livechat.domain.errors import LivechatError
from livechat.domain.fuzzy import Words
from livechat.domain.model import Person
from livechat.domain.search import Hit
from livechat.ui.conversation import Conversation
from livechat.ui.session import Session
from livechat.ui.switcher_choices import MOST_HITS, Choice, command_choices, hit_choices, people_choices, recent_choices, search_choice
from livechat.ui.switcher_rooms import Around, alone_with, room_choices, seen_rooms
from livechat.ui.visits import Visits

logger = logging.getLogger(__name__)
SEARCH_AFTER_S = 0.15
"""After a key: who types on searches once."""
MOST_KNOWN = 2_000
"""People are found by their letters among so many, the best known; beyond them by a part of their name."""


class Finds:
    """From one opening of the switcher to its end. Its task is the search on its way, one at a time; lost with it: those messages.

    Invariant: `_hits` were found for `_hits_of`, with which `text` begins: an older answer never takes the place of a newer one.
    """

    def __init__(self, session: Session, conversation: Conversation, visits: Visits, *, on_found: Callable[[], object]) -> None:
        """`on_found` is called when there is more than there was."""
        self._session = session
        self._chat = session.chat
        self._conversation = conversation
        self._visits = visits
        self._on_found = on_found
        self._is_over = False
        self._timer: asyncio.TimerHandle | None = None
        self._search: asyncio.Task[None] | None = None
        self.text = ''
        self.note = ''
        """What is to be said of the search."""
        self._people: Sequence[Person] = ()
        self._recent: Sequence[str] = ()
        self._hits: Sequence[Hit] = ()
        self._hits_of = ''

    async def load(self) -> None:
        """What is in the store: it comes a moment after the rooms."""
        if self._is_over:
            return
        user = self._session.user
        self._recent = await self._chat.search.recent(user)
        self._people = await self._chat.members.acquaintances(user, limit=MOST_KNOWN)
        self._on_found()

    def look_for(self, text: str) -> None:
        """Another text is typed."""
        if not self._hits_of or not text.startswith(self._hits_of):
            self._hits, self._hits_of = (), ''
        self.text, self.note = text, ''
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(SEARCH_AFTER_S, self._look_up)

    def end(self) -> None:
        """Nothing is asked for any more, nor waited for."""
        self._is_over = True
        if self._timer is not None:
            self._timer.cancel()
        if self._search is not None:
            self._search.cancel()

    async def choices(self) -> Sequence[Choice]:
        """All that fits, by groups; messages last, where a search leads on. Of rooms that exist for this person at this moment."""
        chat, user, text = self._chat, self._session.user, self.text
        words, rooms = Words.of(text), await seen_rooms(chat, user)
        around = Around(
            memberships=await chat.rooms.memberships(user.id),
            unread=chat.unread.of(user.id),
            visits=self._visits.of(user.id),
            here=self._conversation.room_id,
        )
        found = room_choices(user.id, rooms, around, words)
        commands = command_choices(chat, user, words, in_room=self._conversation.view is not None)
        if not text:
            return [*found, *recent_choices(self._recent), *commands]
        people = people_choices(self._people, words, shown=alone_with(user.id, rooms, found))
        held = [hit for hit in self._hits if hit.room.id in around.memberships]
        hits = hit_choices(held, text, self._session.reader.audience.utc_offset_min)
        return [*found, *people, *commands, *hits, search_choice(text)]

    def _look_up(self) -> None:
        """One search at a time: what is typed meanwhile is looked up after it."""
        self._timer = None
        if self.text and self._search is None and not self._is_over:
            self._search = background_tasks.create(self._find(self.text), name=f'switcher of {self._session.tab_id}')

    async def _find(self, text: str) -> None:
        hits: Sequence[Hit] = ()
        note = ''
        try:
            offset = self._session.reader.audience.utc_offset_min
            results = await self._chat.search.find(self._session.user, text, utc_offset_min=offset, limit=MOST_HITS)
            hits, note = results.hits, ' '.join(results.notes)
            await self._find_people(text)
        except LivechatError as error:
            note = str(error)
        except Exception:
            logger.exception('a search of session %s', self._session.tab_id)
        finally:
            self._search = None
        if self._is_over or not self._session.may_act:
            return
        if text == self.text:
            self._hits, self._hits_of, self.note = hits, text, note
            self._on_found()
        elif self._timer is None:
            self._look_up()

    async def _find_people(self, text: str) -> None:
        """Further ones, of very many."""
        if len(self._people) >= MOST_KNOWN:
            found = await self._chat.members.acquaintances(self._session.user, text)
            known = {person.id for person in self._people}
            self._people = [*self._people, *(person for person in found if person.id not in known)]
