"""What one tab's person does to messages of the open room. A command names the message; the domain checks every right."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from livechat.domain.errors import MessageNotFound
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, RoomId
from livechat.ui.components.box import Box
from livechat.ui.components.dialogs import Form
from livechat.ui.conversation import Conversation
from livechat.ui.html import room_path
from livechat.ui.markup import code_blocks, prepare
from livechat.ui.message_parts import reaction_code
from livechat.ui.pages.commands import Commands, Word
from livechat.ui.pages.copying import copy
from livechat.ui.pages.emoji_picker import EmojiPicker
from livechat.ui.pages.history import show_history, show_who_reacted
from livechat.ui.pages.message_menu import MessageMenu
from livechat.ui.pages.message_offers import Offer, may_react, offers
from livechat.ui.pages.message_toast import ActionToast
from livechat.ui.session import Session

LIKE_TEXT = '👍'
UNDO_S = 8.0
"""As long as the domain keeps what was deleted; it has two more for the way."""


class AnswerDesk(Protocol):
    """The box, and how it takes messages: to answer one, to word one's own anew."""

    box: Box

    def start_reply(self, message: Message) -> None: ...

    def start_edit(self, message: Message) -> None: ...

    def add(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Place:
    """One message: the room that was on screen when it was meant, and its number there."""

    room_id: RoomId
    number: MessageNumber


class MessageActions:
    """Of one tab. Each act goes into the session's queue with the room that the browser showed at that moment."""

    def __init__(self, session: Session, conversation: Conversation, commands: Commands, *, desk: AnswerDesk, toast: ActionToast) -> None:
        self._session = session
        self._chat = session.chat
        self._conversation = conversation
        self._desk = desk
        self._toast = toast
        self._picker = EmojiPicker(session, commands, touch=desk.box.is_touch)
        self._form: Form | None = None
        """What was opened last to be read or copied."""
        commands.on_all(self._ACTS, self._hear)

    def _hear(self, act: Callable[..., Awaitable[object]], number: int, *part: int) -> None:
        """A button at a message; `part` says which reaction, card or block of code of it."""
        room_id = self._conversation.shown_room_id
        if room_id is not None:
            self.do(lambda place: act(self, place, *part), Place(room_id, MessageNumber(number)))

    def do(self, job: Callable[[Place], Awaitable[object]], place: Place) -> None:
        async def act() -> None:
            await job(place)

        self._session.do(act)

    def close(self) -> None:
        """The room is left: what shows its messages goes with it."""
        form, self._form = self._form, None
        if form is not None:
            form.close()

    def _leave(self) -> None:
        """The message is drawn anew, without the button that was pressed: with the focus nowhere, no key would be heard."""
        if self._conversation.may_take_focus():
            self._desk.box.focus()

    async def _message(self, place: Place) -> Message:
        """:raises NotFound: :raises NotAMember:"""
        message = await self._chat.rooms.message(self._session.user, place.room_id, place.number)
        if message.deleted:
            raise MessageNotFound
        return message

    # The menu

    async def open_menu(self, place: Place) -> None:
        """For what is on screen. :raises NotFound: :raises NotAMember:"""
        message = await self._message(place)
        access = await self._chat.rooms.access(self._session.user, place.room_id)
        if self._conversation.room_id != place.room_id or not self._conversation.shows(place.number):
            return
        now = self._chat.clock.now()
        acts = self._acts

        def take(offer: Offer) -> None:
            self.do(acts[offer], place)

        MessageMenu(
            self._session,
            place.number,
            offers(access, message, now),
            take=take,
            react=(lambda text: self.do(lambda place: self.react(place, text), place)) if may_react(access, message, now) else None,
            pick=lambda: self.do(self._pick, place),
        )

    @property
    def _acts(self) -> dict[Offer, Callable[[Place], Awaitable[object]]]:
        return {
            Offer.REPLY: self._reply,
            Offer.EDIT: self._edit,
            Offer.COPY_TEXT: self._copy_text,
            Offer.COPY_LINK: self._copy_link,
            Offer.PIN: lambda place: self.pin(place, on=True),
            Offer.UNPIN: lambda place: self.pin(place, on=False),
            Offer.UNREAD: self._mark_unread,
            Offer.WHO: self._show_who,
            Offer.HISTORY: self._show_history,
            Offer.DELETE: self._delete,
        }

    # Reactions

    async def react(self, place: Place, text: str) -> None:
        """With that text, or not any more."""
        await self._chat.rooms.react(self._session.user, place.room_id, place.number, text)
        self._leave()

    async def _like(self, place: Place) -> None:
        await self.react(place, LIKE_TEXT)

    async def _react_with(self, place: Place, code: int) -> None:
        """As others did, or not any more; of a reaction that is gone meanwhile nothing comes."""
        reactions = (await self._message(place)).reactions
        text = next((each.text for each in reactions if reaction_code(each.text) == code), None)
        if text is not None:
            await self.react(place, text)

    async def _pick(self, place: Place) -> None:
        await self._message(place)
        if self._conversation.room_id == place.room_id and self._conversation.shows(place.number):
            self._picker.open(place.number, lambda text: self.do(lambda place: self.react(place, text), place))

    def pick_for_box(self) -> None:
        """An emoji for what is being written."""
        self._picker.open_at_box(self._desk.add)

    async def _show_who(self, place: Place) -> None:
        self._form = show_who_reacted(self._session, await self._message(place))

    # Words

    async def _reply(self, place: Place) -> None:
        (await self._chat.rooms.access(self._session.user, place.room_id)).must_post(self._chat.clock.now())
        message = await self._message(place)
        if self._conversation.room_id == place.room_id:
            self._desk.start_reply(message)

    async def _edit(self, place: Place) -> None:
        message = await self._message(place)
        (await self._chat.rooms.access(self._session.user, place.room_id)).must_edit(message, self._chat.clock.now())
        if self._conversation.room_id == place.room_id:
            self._desk.start_edit(message)

    async def _show_history(self, place: Place) -> None:
        message = await self._message(place)
        revisions = await self._chat.rooms.history(self._session.user, place.room_id, place.number)
        await prepare((body, message.named, message.group) for body in (message.body, *(each.body for each in revisions)))
        self._form = show_history(self._session, message, revisions)

    async def _delete(self, place: Place) -> None:
        await self._chat.rooms.delete_message(self._session.user, place.room_id, place.number)
        self._toast.offer('Message deleted.', lambda: self.do(self._undo, place), for_s=UNDO_S)
        self._leave()

    async def _undo(self, place: Place) -> None:
        """:raises TooLate:"""
        await self._chat.rooms.undo_deletion(self._session.user, place.room_id, place.number)
        self._leave()

    async def _remove_card(self, place: Place, part: int) -> None:
        cards = (await self._message(place)).cards
        if part < len(cards):
            await self._chat.rooms.remove_card(self._session.user, place.room_id, place.number, cards[part].url)

    # What is kept elsewhere

    async def pin(self, place: Place, *, on: bool) -> None:
        await self._chat.rooms.pin(self._session.user, place.room_id, place.number, on)
        self._leave()
        self._toast.say('Pinned for everybody here.' if on else 'No longer pinned.')

    async def _mark_unread(self, place: Place) -> None:
        await self._chat.unread.mark_unread_from(self._session.user, place.room_id, place.number)
        if self._conversation.room_id == place.room_id and self._conversation.view is not None:
            self._conversation.mark_unread_from(place.number)

    async def _copy_text(self, place: Place) -> None:
        self._copy('Text of the message', (await self._message(place)).body)

    async def _copy_code(self, place: Place, part: int) -> None:
        blocks = code_blocks((await self._message(place)).body)
        if part < len(blocks):
            self._copy('Code', blocks[part])

    async def _copy_link(self, place: Place) -> None:
        room = (await self._chat.rooms.access(self._session.user, place.room_id)).room
        self._copy('Link to the message', self._session.reader.audience.base_url + room_path(room.slug, place.number))

    def _copy(self, what: str, text: str) -> None:
        self._form = copy(self._session, self._toast, what, text) or self._form

    _ACTS: ClassVar[Mapping[Word, Callable[..., Awaitable[object]]]] = {
        ('--like', 1): _like,
        ('--react', 1): _pick,
        ('--react', 2): _react_with,
        ('--reply', 1): _reply,
        ('--more', 1): open_menu,
        ('--history', 1): _show_history,
        ('--unread', 1): _mark_unread,
        ('--copy', 2): _copy_code,
        ('--uncard', 2): _remove_card,
    }
