"""What becomes of a message that was sent: a command, a question before many are told, stored, or refused."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from livechat.domain.access import Right
from livechat.domain.attachment import Attachment
from livechat.domain.errors import LivechatError, MessageNotFound, NeedsConfirmation, NotStored, RoomUnavailable, TooFast
from livechat.domain.model import MessageNumber, Person, RoomId
from livechat.domain.slash_commands import Outcome
from livechat.ui.components.box import Box
from livechat.ui.components.dialogs import Form
from livechat.ui.components.forms import ask
from livechat.ui.composer_outbox import Outbox, State, Unsent
from livechat.ui.composer_progress import saying_when_slow
from livechat.ui.composer_purpose import REPLY_GONE
from livechat.ui.composer_remark import remark
from livechat.ui.session import Session
from livechat.ui.shell import Part

PASSING = (NotStored, RoomUnavailable, TooFast)
"""What was written is all right; the same again may work in a moment."""
SAID_S = 8.0
"""What a command says about a room that is left with it."""
NOT_STORED = 'The server could not store this. Retry in a moment.'


class Composer(Protocol):
    """What sending needs of what is around the box."""

    box: Box

    @property
    def show_newest(self) -> Callable[[], Awaitable[None]]: ...

    @property
    def go_home(self) -> Callable[[], object]: ...

    def restore(self, text: str, reply_to: MessageNumber | None = None, files: Sequence[Attachment] = ()) -> None: ...

    async def keep_elsewhere(self, room_id: RoomId, text: str) -> None: ...


class Sending:
    """Of one tab. Each message is a job of the session: they are stored in the order in which they were sent."""

    def __init__(self, session: Session, composer: Composer, outbox: Outbox) -> None:
        self._session = session
        self._composer = composer
        self._outbox = outbox
        self._remark = self._add_words = ''
        self._outsiders: tuple[RoomId, Sequence[Person]] | None = None
        self._question: Form | None = None

    def turn(self) -> None:
        """Another room's box, or none: what was said and asked about the one before is over."""
        self.forget_remark()
        form, self._question = self._question, None
        if form is not None:
            form.close()

    def post(self, unsent: Unsent) -> None:
        self._session.do(lambda: self._post(unsent), always=True)

    def press(self, number: int) -> bool:
        """A button of the shell; False: none of these."""
        if number == Part.REMARK_CLOSE:
            self.forget_remark()
        elif number == Part.REMARK_ADD and self._outsiders is not None:
            room_id, people = self._outsiders
            self._session.do(lambda: self._add(room_id, people))
        elif (pressed := self._outbox.pressed(number)) is not None:
            unsent, is_retry = pressed
            if is_retry:
                self._retry()
            else:
                self._outbox.done(unsent)
                self._composer.restore(unsent.body, unsent.reply_to, unsent.files)
                self._composer.box.focus()
        else:
            return False
        return True

    def _retry(self) -> None:
        """All that failed, in the order in which they were sent: one alone could overtake what came before it."""
        for unsent in self._outbox.failed:
            self._outbox.again(unsent)
            self.post(unsent)
        self._composer.box.keep_soon()

    async def _post(self, unsent: Unsent) -> None:
        session, outbox = self._session, self._outbox
        if not session.may_act:  # the tab is lost to this person: the text waits where they come back
            outbox.done(unsent)
            await self._composer.keep_elsewhere(unsent.room_id, unsent.body)
            return
        try:
            await self._deliver(unsent)
        except NeedsConfirmation as question:
            outbox.hold(unsent)
            self._ask(unsent, question.people)
        except PASSING as refusal:
            await self._fail(unsent, refusal)
        except MessageNotFound:
            unsent.reply_to = None
            outbox.done(unsent)
            await self._give_back(unsent)
            session.say(REPLY_GONE)
        except Exception:
            outbox.done(unsent)
            await self._give_back(unsent)
            raise

    async def _deliver(self, unsent: Unsent, *, confirmed: bool = False) -> None:
        session, body = self._session, unsent.body
        self.forget_remark()
        if body.startswith('/'):
            outcome = await self._run(unsent)
            if outcome is not None and outcome.body is None:
                self._outbox.done(unsent)
                self._composer.restore('', files=unsent.files)
                self._tell(outcome)
                return
            body = body if outcome is None or outcome.body is None else outcome.body
        rooms, user = session.chat.rooms, session.user
        files = [file.id for file in unsent.files]
        await rooms.post(user, unsent.room_id, body, unsent.client_key, reply_to=unsent.reply_to, files=files, confirmed=confirmed)
        self._outbox.done(unsent)
        session.say('')
        if unsent.room_id == self._composer.box.room_id:
            await self._composer.show_newest()
            if '@' in body:
                await self._tell_outsiders(unsent.room_id, body)

    async def _run(self, unsent: Unsent) -> Outcome | None:
        """What a command leaves to do; None when it is none."""
        session = self._session
        with saying_when_slow(session):
            return await session.chat.commands.run(session.user, unsent.room_id, unsent.body, unsent.client_key)

    def _tell(self, outcome: Outcome) -> None:
        if not outcome.go_home:
            self._session.say('')
            self._say(outcome.said)
            return
        self._composer.go_home()

        async def say() -> None:
            self._session.say(outcome.said, for_s=SAID_S)  # a remark would go with the room

        self._session.do(say)

    async def _fail(self, unsent: Unsent, refusal: LivechatError) -> None:
        if unsent.is_command or not self._outbox.fail(unsent):
            self._outbox.done(unsent)
            await self._give_back(unsent)
        self._composer.box.keep_soon()
        if isinstance(refusal, NotStored):
            self._session.say(NOT_STORED)
        else:
            raise refusal

    async def _give_back(self, unsent: Unsent) -> None:
        if unsent.room_id == self._composer.box.room_id:
            self._composer.restore(unsent.body, unsent.reply_to, unsent.files)
        else:
            await self._composer.keep_elsewhere(unsent.room_id, unsent.body)

    # A question before many are told

    def _ask(self, unsent: Unsent, people: int) -> None:
        async def send() -> None:
            if not self._outbox.is_held(unsent):
                return  # the question was closed before the click came
            unsent.state = State.SENDING
            try:
                await self._deliver(unsent, confirmed=True)
            except Exception:
                unsent.state = State.HELD
                if form.dialog.is_deleted or not form.dialog.value:
                    closed()
                raise

        def closed() -> None:
            """By the button, by Escape, by a click beside it; because it was sent, with its room, or for the next question like it."""
            if self._outbox.is_held(unsent):
                self._outbox.done(unsent)
                self._session.do(lambda: self._give_back(unsent), always=True)

        self._composer.box.keep_soon()
        with self._session.client:
            form = ask(f'This would notify {people} people', 'Send it all the same?', 'Send', send, kind='primary')
            form.dialog.on_value_change(closed)
            form.dialog.on_forget = closed
        self._question = form

    # A sentence for this person alone

    def remark(self, text: str) -> None:
        """Until it is closed, or the next message is on its way."""
        self._say(text)

    def forget_remark(self) -> None:
        if self._remark:
            self._say('')

    def show_again(self) -> None:
        if self._remark:
            self._session.show(remark(self._remark, self._add_words))

    def _say(self, text: str, add: str = '') -> None:
        self._remark, self._add_words = text, add
        if not add:
            self._outsiders = None
        self._session.show(remark(text, add))

    async def _tell_outsiders(self, room_id: RoomId, body: str) -> None:
        session = self._session
        people = await session.chat.rooms.outsiders(session.user, room_id, body)
        if not people:
            return
        may_add = (await session.chat.rooms.access(session.user, room_id)).may(Right.ADD)
        self._outsiders = (room_id, people) if may_add else None
        one = len(people) == 1
        words = f'{_names(people)} {"is" if one else "are"} not in this room and {"was" if one else "were"} not notified.'
        self._say(words, f'Add {people[0].display_name if one else "them"}' if may_add else '')

    async def _add(self, room_id: RoomId, people: Sequence[Person]) -> None:
        for person in people:
            await self._session.chat.members.add(self._session.user, room_id, person.id)
        self._say(f'In this room now: {_names(people)}.')


def _names(people: Sequence[Person]) -> str:
    names = [person.display_name for person in people]
    return names[0] if len(names) == 1 else f'{", ".join(names[:-1])} and {names[-1]}'
