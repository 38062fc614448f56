"""The searches of one tab: what was asked last, what was found, what is under way. An older answer never replaces a newer one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from nicegui import background_tasks

from livechat.domain.errors import LivechatError, TooFast
from livechat.domain.model import RoomId
from livechat.domain.search import PER_PAGE, Hit, Results
from livechat.domain.search_ports import Order, Place
from livechat.ui.components.dialogs import APOLOGY
from livechat.ui.pages.search_follow import HitWatch
from livechat.ui.pages.search_list import place_of
from livechat.ui.session import Session

logger = logging.getLogger(__name__)
SLOW_AFTER_S = 0.3
"""Only a search that takes longer says that it is under way."""


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    room_id: RoomId | None = None
    """None for all rooms of this person."""
    order: Order = Order.BEST


class SearchRun:
    """Owns at most one task, not in the session's queue: a slow search keeps nobody from writing. Lost with it: an answer.

    Invariant: `hits` are what was found for `answered`, in rooms that this person has not left since, without what was deleted since.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.on_change: Callable[[], object] = lambda: None
        """Called when there is something else to show."""
        self.asked: Asked | None = None
        self.answered: Asked | None = None
        self.hits: list[Hit] = []
        self.results: Results | None = None
        """The page that came last; None before the first and when there was trouble."""
        self.trouble = ''
        self.is_slow = False
        self.pages = 0
        """Answers so far: by it the ends of the list are told apart."""
        self._turn = 0
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._again: Callable[[], object] = lambda: None
        self._watch = HitWatch(session)
        self._watch.on_gone, self._watch.on_stale = self._take_out, self._look_again

    @property
    def is_under_way(self) -> bool:
        return self._task is not None

    @property
    def has_more(self) -> bool:
        return self.results is not None and self.results.has_more

    @property
    def count(self) -> int:
        """What was found, shown or not, as far as it is known."""
        return len(self.hits) + (len(self.results.rest) if self.results is not None else 0)

    def ask(self, asked: Asked, *, limit: int = PER_PAGE) -> None:
        """Instead of whatever is under way."""
        self.asked = asked
        session = self._session

        async def find() -> Results:
            offset = session.reader.audience.utc_offset_min
            return await session.chat.search.find(
                session.user, asked.text, room_id=asked.room_id, order=asked.order, utc_offset_min=offset, limit=limit
            )

        self._begin(lambda turn: self._answer(turn, find, asked), again=lambda: self.ask(asked, limit=limit), room_id=asked.room_id)

    def ask_more(self) -> None:
        """The next page; nothing when there is none, or something else is under way."""
        results = self.results
        if self.is_under_way or results is None or not results.has_more:
            return
        session = self._session

        async def find() -> Results:
            return await session.chat.search.more(session.user, results)

        self._begin(lambda turn: self._answer(turn, find, None), again=self.ask_more)

    def look_again(self, asked: Asked) -> None:
        """As much as is shown, as it stands now."""
        self.ask(asked, limit=max(PER_PAGE, len(self.hits)))

    def again(self) -> None:
        """What was asked last, once more."""
        self.stop()
        self._again()

    def leave_room(self, room_id: RoomId) -> None:
        """That room is not this person's any more. What is under way may know it still."""
        self._watch.leave_room(room_id)
        self.hits = [hit for hit in self.hits if hit.room.id != room_id]
        if self.results is not None:
            self.results = replace(self.results, rest=tuple(place for place in self.results.rest if place[0] != room_id))
        if self.is_under_way:
            self.again()

    def stop(self) -> None:
        """What is under way is answered no more."""
        self._turn += 1
        self.is_slow = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def drop(self) -> None:
        """What was found is forgotten; what was asked is not."""
        self.stop()
        self._watch.end()
        self.answered = self.results = None
        self.hits, self.trouble = [], ''

    def _take_out(self, place: Place) -> None:
        self.hits = [hit for hit in self.hits if place_of(hit) != place]
        self.on_change()

    def _look_again(self) -> None:
        if self.is_under_way:  # a slow search that begins anew each second never ends
            self._watch.plan()
        elif self.answered is not None and self.answered == self.asked:
            self.look_again(self.answered)

    def _begin(self, work: Callable[[int], Awaitable[None]], *, again: Callable[[], object], room_id: RoomId | None = None) -> None:
        """`room_id`: where is searched, if it is one room."""
        self.stop()
        self._watch.begin(room_id)
        self._again, turn = again, self._turn
        self._task = background_tasks.create(self._attempt(work, turn), name=f'search of {self._session.tab_id}')
        self._timer = asyncio.get_running_loop().call_later(SLOW_AFTER_S, self._is_slow, turn)

    async def _attempt(self, work: Callable[[int], Awaitable[None]], turn: int) -> None:
        if not self._session.may_act:
            return
        try:
            await work(turn)
        except TooFast as error:
            self._fail(turn, str(error), retry_after_s=error.retry_after_s)
        except LivechatError as error:
            self._fail(turn, str(error))
        except Exception:
            logger.exception('search of session %s', self._session.tab_id)
            self._fail(turn, APOLOGY)

    async def _answer(self, turn: int, find: Callable[[], Awaitable[Results]], asked: Asked | None) -> None:
        """`asked`: for a first page."""
        results = await find()
        if turn == self._turn and self._watch.reads(results.hits):
            before, results = results, await self._session.chat.search.as_now(self._session.user, results)
            self._watch.compare(before.hits, results.hits)
        if not self._is_over(turn):
            return
        hits, is_other = self._watch.settled(results.hits), asked not in (None, self.answered)
        self.trouble, self.results = '', results
        if asked is not None:
            self.hits, self.answered = hits, asked
        else:
            self.hits += hits
        self.pages += 1  # of a first page too: the browser tells of each end once, and what is looked for again has another
        self._watch.shows(self.hits, is_other=is_other)
        self.on_change()

    def _fail(self, turn: int, why: str, *, retry_after_s: float | None = None) -> None:
        """Of a first page, what was found before is no answer; of a later one it stays."""
        if not self._is_over(turn):
            return
        self._watch.settled(())
        self.trouble = why
        if self.asked != self.answered:
            self.hits, self.results, self.answered = [], None, None
            self._watch.shows((), is_other=True)
        if retry_after_s is not None:
            self._timer = asyncio.get_running_loop().call_later(retry_after_s, self.again)
        self.on_change()

    def _is_over(self, turn: int) -> bool:
        """The task of that turn is done; False: nobody wants to know any more."""
        if turn != self._turn or not self._session.may_act:
            return False
        self._task = None
        self.stop()
        return True

    def _is_slow(self, turn: int) -> None:
        if turn == self._turn and self.is_under_way:
            self._timer = None
            self.is_slow = True
            self.on_change()
