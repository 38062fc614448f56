"""What somebody searched for lately: a list to search again, to take from, to clear."""

from collections.abc import Callable, Mapping
from itertools import count

from livechat.ui.pages.commands import Commands
from livechat.ui.search_html import AGAIN, FORGET, FORGET_ALL
from livechat.ui.session import Session


class RecentSearches:
    """As one tab shows them. Each has a number of its own there: a click that was on its way means what was seen."""

    def __init__(self, session: Session, commands: Commands) -> None:
        self._session = session
        self.on_change: Callable[[], object] = lambda: None
        """Called when the list is another one."""
        self.on_taken: Callable[[], object] = lambda: None
        """Called when the person took something from it: what they pressed is gone."""
        self.on_recall: Callable[[str], object] = lambda _: None
        """Called with what is to be searched for again."""
        self.listed: Mapping[int, str] = {}
        """The newest first."""
        self._numbers = count(1)
        commands.on(AGAIN, self._recall, numbers=1)
        commands.on(FORGET, self._forget, numbers=1)
        commands.on(FORGET_ALL, self._forget_all)

    async def load(self) -> None:
        known = {text: number for number, text in self.listed.items()}
        recent = await self._session.chat.search.recent(self._session.user)
        self.listed = {known.get(text) or next(self._numbers): text for text in recent}

    def remember(self, text: str) -> None:
        """What they found something with."""

        async def remember() -> None:
            await self._session.chat.search.remember(self._session.user, text)
            await self.load()
            self.on_change()

        self._session.do(remember)

    def _recall(self, number: int) -> None:
        if number in self.listed:
            self.on_recall(self.listed[number])

    def _forget(self, number: int) -> None:
        if number in self.listed:
            text = self.listed[number]
            self._session.do(lambda: self._drop(text))

    def _forget_all(self) -> None:
        if self.listed:
            self._session.do(lambda: self._drop(None))

    async def _drop(self, text: str | None) -> None:
        await self._session.chat.search.forget(self._session.user, text)
        await self.load()
        self.on_change()
        self.on_taken()
