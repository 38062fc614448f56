"""One browser tab: what it shows, what its person does there.

Events from the browser are separate tasks in NiceGUI and finish out of order. Here each handler takes its input at once
and puts the work into the session's queue; one task at a time drains it, in order. When a session dies, nothing is lost
but what the browser showed: drafts are kept, messages are the room's.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace

from nicegui import Client

from livechat.domain.chat import Chat
from livechat.domain.errors import LivechatError, TooFast
from livechat.domain.model import SignInId, TabId, User
from livechat.ui.audience import Audience
from livechat.ui.reader import Reader
from livechat.ui.shell import Elements, notice
from livechat.ui.stream import Frame, socket_of

logger = logging.getLogger(__name__)
Job = Callable[[], Awaitable[object]]


class Session:
    """Owns its worker task. Invariant: at most one job runs at a time, in the order they were put in."""

    def __init__(self, chat: Chat, client: Client, *, sign_in_id: SignInId, user: User, audience: Audience) -> None:
        self.chat = chat
        self.client = client
        self.sign_in_id = sign_in_id
        self.tab_id = TabId(client.id)
        self.reader = Reader(user.id, audience)
        self.is_open = True
        self.was_connected = False
        self._user = user
        self._said = ''
        self._jobs: deque[tuple[Job, bool]] = deque()
        self._worker: asyncio.Task[None] | None = None

    @property
    def user(self) -> User:
        """The person as the domain knows them now: a page's own copy may be hours old."""
        self._user = self.chat.accounts.current(self.sign_in_id) or self._user
        return self._user

    @property
    def may_act(self) -> bool:
        """Whether the tab is open and its sign-in still holds."""
        return self.is_open and self.is_signed_in

    @property
    def is_signed_in(self) -> bool:
        return self.chat.accounts.current(self.sign_in_id) is not None

    def do(self, job: Job, *, first: bool = False, always: bool = False) -> None:
        """Put work into the queue, or before all that waits; whatever it raises is shown or logged, and the next job runs.

        Before the tab's first socket nothing runs: what a job sends would reach nobody. After the sign-in has ended nothing runs
        either but what is to be done `always`, and looks for itself: keeping a text.
        """
        if not self.is_open:
            return
        if first:
            self._jobs.appendleft((job, always))
        else:
            self._jobs.append((job, always))
        if self.was_connected:
            self._run()

    def start(self, first: Job) -> None:
        """The tab has its first socket: run that, then whatever waits."""
        self.was_connected = True
        self._jobs.appendleft((first, False))
        self._run()

    def _run(self) -> None:
        if self._worker is None or self._worker.done():
            self._worker = asyncio.get_running_loop().create_task(self._work(), name=f'session {self.tab_id}')

    async def _work(self) -> None:
        while self._jobs:
            job, always = self._jobs.popleft()
            if not (always or self.is_signed_in):
                continue  # whatever they had clicked before they were shown out is not done after it
            try:
                await job()
            except TooFast as error:
                self.say(str(error), for_s=error.retry_after_s + 1)
            except LivechatError as error:
                self.say(str(error))
            except Exception:
                logger.exception('session %s', self.tab_id)
                self.say('Something went wrong here. It was noted; please try again.')

    def show(self, elements: Elements) -> None:
        if elements:
            self.reader.show(elements)

    def send(self, frame: Frame) -> None:
        self.reader.send(frame)

    def say(self, text: str, *, for_s: float | None = None) -> None:
        """A sentence above the box, for so long; empty text takes it away."""
        self._said = text
        self.show(notice(text))
        if for_s is not None:
            asyncio.get_running_loop().call_later(for_s, self._unsay, text)

    def say_again(self) -> None:
        """What was said while the tab was away, or before its frame was drawn anew."""
        if self._said:
            self.show(notice(self._said))

    def _unsay(self, text: str) -> None:
        if self._said == text and self.is_open:
            self.say('')

    def connect(self) -> bool:
        """Take the tab's newest socket; whether there is one, for a tab that may have one."""
        self.reader.socket = socket_of(self.client) if self.is_open else None
        return self.reader.socket is not None

    def end(self) -> None:
        """From now on the tab gets no frame, whatever a job that is under way still shows, though its socket takes a moment to close."""
        self.is_open = False
        self.reader.socket = None

    def change_audience(self, utc_offset_min: int) -> None:
        self.reader.audience = replace(self.reader.audience, utc_offset_min=utc_offset_min)
